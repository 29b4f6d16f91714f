//! Lines of something from outside, of which no more is read than can be meant by one.

use std::io::{self, BufRead, Read};

/// The next line without its end, cut off just beyond the limit, so that a line which is longer
/// than `bytes_max` is one that is too long; none at the end of the stream.
pub fn next_line(from: &mut impl BufRead, bytes_max: usize) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let most = u64::try_from(bytes_max).map_or(u64::MAX, |most| most.saturating_add(1));
    from.by_ref().take(most).read_until(b'\n', &mut line)?;
    match line.last() {
        None => return Ok(None),
        Some(b'\n') => {
            line.pop();
        }
        Some(_) => {}
    }
    Ok(Some(line))
}

/// What an operator gives as the first line of standard input; none where it is no text, or is
/// longer than `bytes_max`. The end of a longer line is not waited for.
pub fn first_line(bytes_max: usize) -> Option<String> {
    let line = next_line(&mut io::stdin().lock(), bytes_max).ok()?.unwrap_or_default();
    let text = String::from_utf8(line).ok().filter(|text| text.len() <= bytes_max)?;
    Some(text.trim_end_matches('\r').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(mut from: &[u8], bytes_max: usize) -> Vec<String> {
        let next = || next_line(&mut from, bytes_max).expect("bytes are always read");
        let text = |line| String::from_utf8(line).expect("UTF-8");
        std::iter::from_fn(next).map(text).collect()
    }

    #[test]
    fn a_line_is_cut_off_just_beyond_its_limit() {
        assert_eq!(lines(b"one\n\ntwo", 3), ["one", "", "two"]);
        assert_eq!(lines(b"four\none", 3), ["four", "", "one"]);
        assert_eq!(lines(b"", 3), [""; 0]);
    }
}
