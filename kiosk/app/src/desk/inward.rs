//! What the desk is told, as lines of JSON: one touch a line. Whatever else stands on a line is
//! named, and the next line is read.

use std::io::{self, BufRead, Read};

use flow::Touch;
use thiserror::Error;

/// The longest line that is read, in bytes: the longest text of a touch with every character of it
/// escaped, twelve bytes each, and the words around it.
pub const TOUCH_BYTES_MAX: usize = 16 * 1_024;

/// Why a line is no touch.
#[derive(Debug, Error)]
pub enum NotATouch {
    #[error("the line has more than {TOUCH_BYTES_MAX} bytes")]
    TooLong,
    #[error("not as a touch is written: {0}")]
    Form(#[source] serde_json::Error),
}

/// Reads one line, without its end.
pub fn touch_of(line: &[u8]) -> Result<Touch, NotATouch> {
    match line.len() > TOUCH_BYTES_MAX {
        true => Err(NotATouch::TooLong),
        false => serde_json::from_slice(line).map_err(NotATouch::Form),
    }
}

/// The touches of a stream, until it ends or breaks. Empty lines say nothing.
pub fn touches(mut from: impl BufRead) -> impl Iterator<Item = Result<Touch, NotATouch>> {
    std::iter::from_fn(move || {
        loop {
            let line = next_line(&mut from).ok()??;
            if line.len() > TOUCH_BYTES_MAX || !line.trim_ascii().is_empty() {
                return Some(touch_of(&line));
            }
        }
    })
}

/// The next line without its end, cut off just beyond the limit; none at the end of the stream.
fn next_line(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let most = u64::try_from(TOUCH_BYTES_MAX + 1).expect("a few kilobytes");
    from.by_ref().take(most).read_until(b'\n', &mut line)?;
    match line.last() {
        None => return Ok(None),
        Some(b'\n') => {
            line.pop();
        }
        Some(_) if line.len() > TOUCH_BYTES_MAX => {
            from.skip_until(b'\n')?;
        }
        Some(_) => {}
    }
    Ok(Some(line))
}

#[cfg(test)]
mod tests {
    use flow::Button;

    use super::*;

    fn said(stream: &[u8]) -> Vec<String> {
        let word = |touch: Result<Touch, NotATouch>| match touch {
            Ok(Touch::Press(Button::Next)) => "next".to_owned(),
            Ok(touch) => panic!("{touch:?}"),
            Err(NotATouch::TooLong) => "too long".to_owned(),
            Err(NotATouch::Form(_)) => "form".to_owned(),
        };
        touches(stream).map(word).collect()
    }

    #[test]
    fn bytes_that_are_no_text_are_named_and_the_next_line_is_read() {
        let next = b"{\"press\":\"next\"}\n";
        assert_eq!(said(&[b"\xff\xfe\n", &next[..]].concat()), ["form", "next"]);
        assert_eq!(said(b"\n  \r\n{\"press\":\"next\"}"), ["next"]);
    }

    #[test]
    fn a_line_without_an_end_takes_no_more_than_the_limit() {
        let next = b"{\"press\":\"next\"}\n";
        for bytes in [TOUCH_BYTES_MAX + 1, 40 * TOUCH_BYTES_MAX] {
            let long = [&vec![b' '; bytes - 1][..], b"x\n", next].concat();
            assert_eq!(said(&long), ["too long", "next"], "{bytes}");
        }
        let padded = [&vec![b' '; TOUCH_BYTES_MAX - next.len() + 1][..], next].concat();
        assert_eq!(said(&padded), ["next"]);
    }
}
