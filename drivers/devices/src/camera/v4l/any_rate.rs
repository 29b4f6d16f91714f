//! A camera at whatever rate it has, frame by frame.

use std::io;
use std::sync::mpsc::TrySendError;
use std::time::Duration;

use v4l::buffer::Type;
use v4l::io::mmap::Stream;
use v4l::io::traits::CaptureStream;
use v4l::video::Capture;
use v4l::{Device, Format, FourCC};

use super::{Frames, HEIGHT, WIDTH};
use crate::fault::Fault;
use crate::frame::Frame;

const YUYV: &[u8; 4] = b"YUYV";
/// One is looked at, one is being filled, and one waits for each.
const BUFFERS: u32 = 4;
/// A camera that gives nothing for so long is let go of: slow ones need a second for their first.
const SILENCE_MAX: Duration = Duration::from_secs(4);

/// Sends what the camera sees until nobody looks any more.
pub(super) fn stream(number: u32, frames: &Frames) -> Result<(), Fault> {
    let number = usize::try_from(number).map_err(|_| Fault::Unplugged)?;
    let camera = Device::new(number).map_err(fault)?;
    let wanted = Format::new(WIDTH, HEIGHT, FourCC::new(YUYV));
    let given = camera.set_format(&wanted).map_err(fault)?;
    if given.fourcc != FourCC::new(YUYV) {
        return Err(Fault::Protocol(format!("the camera gives {} only", given.fourcc)));
    }
    let mut stream = Stream::with_buffers(&camera, Type::VideoCapture, BUFFERS).map_err(fault)?;
    stream.set_timeout(SILENCE_MAX);
    loop {
        let (bytes, _) = stream.next().map_err(fault)?;
        let frame = Frame::from_yuyv(given.width, given.height, bytes)
            .map_err(|error| Fault::Protocol(error.to_string()))?;
        if let Err(TrySendError::Disconnected(_)) = frames.try_send(Ok(frame)) {
            return Ok(());
        }
    }
}

fn fault(error: io::Error) -> Fault {
    Fault::from_io("looking through the camera", error)
}
