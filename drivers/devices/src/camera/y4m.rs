//! YUV4MPEG2, the plainest stream of pictures that there is: a line that says how large they are,
//! then a line `FRAME` and the bytes of each. ffmpeg, GStreamer and mjpegtools write it; described
//! in yuv4mpeg(5). Of each picture the grey is taken, and the colours are passed over.

use thiserror::Error;

use crate::frame::{Frame, FrameError, pixels};

/// The longest line that is read: one with every parameter has 80 bytes.
const LINE_BYTES_MAX: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Y4mError {
    #[error("the stream does not begin with YUV4MPEG2")]
    NotY4m,
    #[error("a line of the stream has more than {LINE_BYTES_MAX} bytes")]
    LongLine,
    #[error("the stream does not say how large its pictures are")]
    NoSize,
    #[error("the pictures are too large, or have no side")]
    Size(#[source] FrameError),
    #[error("only pictures with a byte a pixel are read: mono, 420, 411, 422, 444")]
    Colours,
    #[error("a picture does not begin with FRAME")]
    NotAFrame,
}

/// How large the pictures of a stream are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    width: u32,
    height: u32,
    /// Bytes of a picture that are its grey, and all of its bytes.
    grey: usize,
    bytes: usize,
}

/// Finds pictures in a stream of bytes. After an error the stream is begun anew.
#[derive(Debug, Default)]
pub struct Frames {
    begun: Vec<u8>,
    shape: Option<Shape>,
    /// The line `FRAME` was read and its picture was not.
    in_picture: bool,
}

impl Frames {
    /// The newest picture that is whole with these bytes; the ones before it are too old to be
    /// looked at.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Option<Frame>, Y4mError> {
        self.begun.extend_from_slice(bytes);
        let mut newest = None;
        let mut used = 0;
        while let Some((step, frame)) = self.step(used)? {
            used += step;
            newest = frame.or(newest);
        }
        self.begun.drain(..used);
        Ok(newest)
    }

    /// Takes the next line or picture, and says how many bytes it had; none where it is not whole.
    fn step(&mut self, from: usize) -> Result<Option<(usize, Option<Frame>)>, Y4mError> {
        let rest = &self.begun[from..];
        if let (Some(shape), true) = (self.shape, self.in_picture) {
            if rest.len() < shape.bytes {
                return Ok(None);
            }
            let luma = rest[..shape.grey].to_vec();
            self.in_picture = false;
            let frame = Frame::new(shape.width, shape.height, luma).map_err(Y4mError::Size)?;
            return Ok(Some((shape.bytes, Some(frame))));
        }
        let Some(line) = line(rest)? else { return Ok(None) };
        match self.shape {
            None => self.shape = Some(shape(line)?),
            Some(_) if line == b"FRAME" || line.starts_with(b"FRAME ") => self.in_picture = true,
            Some(_) => return Err(Y4mError::NotAFrame),
        }
        Ok(Some((line.len() + 1, None)))
    }
}

/// What stands before the next line feed.
fn line(bytes: &[u8]) -> Result<Option<&[u8]>, Y4mError> {
    let looked_at = &bytes[..bytes.len().min(LINE_BYTES_MAX)];
    match looked_at.iter().position(|byte| *byte == b'\n') {
        Some(end) => Ok(Some(&looked_at[..end])),
        None if looked_at.len() == LINE_BYTES_MAX => Err(Y4mError::LongLine),
        None => Ok(None),
    }
}

/// "YUV4MPEG2 W640 H480 F10:1 Ip Cmono".
fn shape(line: &[u8]) -> Result<Shape, Y4mError> {
    let line = std::str::from_utf8(line).map_err(|_| Y4mError::NotY4m)?;
    let mut words = line.split(' ');
    if words.next() != Some("YUV4MPEG2") {
        return Err(Y4mError::NotY4m);
    }
    let (mut width, mut height, mut colours) = (None, None, "420");
    for word in words {
        match word.split_at_checked(1) {
            Some(("W", pixels)) => width = pixels.parse().ok(),
            Some(("H", pixels)) => height = pixels.parse().ok(),
            Some(("C", named)) => colours = named,
            _ => {}
        }
    }
    let (Some(width), Some(height)) = (width, height) else { return Err(Y4mError::NoSize) };
    let grey = pixels(width, height).map_err(Y4mError::Size)?;
    let half = |side: u32| side.div_ceil(2) as usize;
    let colour = match colours {
        "mono" => 0,
        "420" | "420jpeg" | "420mpeg2" | "420paldv" => 2 * half(width) * half(height),
        "411" => 2 * width.div_ceil(4) as usize * height as usize,
        "422" => 2 * half(width) * height as usize,
        "444" => 2 * grey,
        _ => return Err(Y4mError::Colours),
    };
    Ok(Shape { width, height, grey, bytes: grey + colour })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stream(head: &str, pictures: &[&[u8]]) -> Vec<u8> {
        let mut bytes = format!("{head}\n").into_bytes();
        for picture in pictures {
            bytes.extend_from_slice(b"FRAME\n");
            bytes.extend_from_slice(picture);
        }
        bytes
    }

    #[test]
    fn the_newest_whole_picture_is_taken_and_its_colours_are_not() {
        let bytes = stream("YUV4MPEG2 W2 H1 F10:1 Ip A1:1 Cmono", &[&[1, 2], &[3, 4]]);
        let mut frames = Frames::default();
        let newest = frames.push(&bytes).expect("sound").expect("two are whole");
        assert_eq!(newest.luma(), [3, 4]);
        for (colours, more) in [("", 2), (" C420jpeg", 2), (" C422", 2), (" C444", 4), (" C411", 2)]
        {
            let picture = [&[5, 6][..], &vec![99; more]].concat();
            let bytes = stream(&format!("YUV4MPEG2 W2 H1{colours}"), &[&picture, &picture]);
            let newest = Frames::default().push(&bytes).expect("sound").expect("whole");
            assert_eq!((newest.width(), newest.luma()), (2, &[5, 6][..]), "{colours}");
            let short = Frames::default().push(&bytes[..bytes.len() - 1]).expect("sound");
            assert_eq!(short.expect("the first one").luma(), [5, 6], "{colours}");
        }
    }

    #[test]
    fn what_is_no_stream_of_pictures_is_said_in_a_sentence() {
        let check = |bytes: &[u8], expected| {
            assert_eq!(Frames::default().push(bytes).expect_err("no stream"), expected);
        };
        check(b"RIFF....AVI \n", Y4mError::NotY4m);
        check(b"YUV4MPEG2 W640\n", Y4mError::NoSize);
        check(b"YUV4MPEG2 Wx H480\n", Y4mError::NoSize);
        check(b"YUV4MPEG2 W640 H480 C420p10\n", Y4mError::Colours);
        check(&[b'Y'; LINE_BYTES_MAX], Y4mError::LongLine);
        check(b"YUV4MPEG2 W2 H1 Cmono\nFRAMES\n", Y4mError::NotAFrame);
        let size = Frames::default().push(b"YUV4MPEG2 W100000 H100000\n").expect_err("too large");
        assert!(matches!(size, Y4mError::Size(FrameError::Size { width: 100_000, .. })), "{size}");
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_a_stream_is_cut(
            cuts in proptest::collection::vec(1usize..40, 1..20),
        ) {
            let pictures: [&[u8]; 3] = [b"FRAME\nFRAME\n", b"123456789012", b"            "];
            let bytes = stream("YUV4MPEG2 W4 H3 Cmono", &pictures);
            let mut frames = Frames::default();
            let mut rest = &bytes[..];
            let mut seen = Vec::new();
            for cut in cuts.iter().cycle() {
                let (now, later) = rest.split_at((*cut).min(rest.len()));
                seen.extend(frames.push(now).expect("sound"));
                rest = later;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(seen.last().map(Frame::luma), Some(pictures[2]));
        }
    }
}
