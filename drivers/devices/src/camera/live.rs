//! Cameras that are looked through: one frame after the other, none of which is kept.

use std::time::{Duration, Instant};

use crate::address::PortAddress;
use crate::fault::Fault;
use crate::frame::Frame;
use crate::port::{self, Port, open};

use super::y4m::Frames;

/// Frames that follow each other faster than this are one burst, of which the last counts.
const BURST: Duration = Duration::from_millis(1);

/// One read from the port: a frame of 640×480 is five of them.
const READ_BYTES: usize = 64 * 1_024;

pub trait LiveCamera: Send {
    /// The newest frame, or nothing where none came by the limit. A camera that was pulled is a
    /// fault once, and is connected to again by the next call.
    fn next(&mut self, limit: Duration) -> Result<Option<Frame>, Fault>;

    /// Lets go of the camera, so that its light goes out, until it is looked through again.
    fn rest(&mut self);
}

/// A camera whose program streams its pictures over TCP or into a pipe, as YUV4MPEG2.
pub struct StreamCamera {
    address: PortAddress,
    port: Option<Box<dyn Port>>,
    frames: Frames,
    buffer: Vec<u8>,
}

impl StreamCamera {
    pub fn new(address: PortAddress) -> Self {
        Self { address, port: None, frames: Frames::default(), buffer: vec![0; READ_BYTES] }
    }

    fn read(&mut self, limit: Duration) -> Result<Option<Frame>, Fault> {
        let port = match &mut self.port {
            Some(port) => port,
            None => {
                self.frames = Frames::default();
                self.port.insert(open(&self.address)?)
            }
        };
        let count = port::receive(&mut **port, &mut self.buffer, limit)?;
        self.frames.push(&self.buffer[..count]).map_err(|error| Fault::Protocol(error.to_string()))
    }
}

impl LiveCamera for StreamCamera {
    fn next(&mut self, limit: Duration) -> Result<Option<Frame>, Fault> {
        let until = Instant::now() + limit;
        let mut newest = None;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(newest);
            }
            // Whatever waits is read before a frame is handed out: who looks slowly sees late
            // frames otherwise.
            match self.read(if newest.is_some() { BURST } else { left }) {
                Ok(frame) => newest = frame.or(newest),
                Err(Fault::Timeout) => return Ok(newest),
                Err(fault) => {
                    self.rest();
                    return Err(fault);
                }
            }
        }
    }

    fn rest(&mut self) {
        self.port = None;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};

    use super::*;

    const LONG: Duration = Duration::from_secs(10);
    const HEAD: &[u8] = b"YUV4MPEG2 W2 H1 Cmono\n";

    fn camera() -> (TcpListener, StreamCamera) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("tcp://{}", listener.local_addr().unwrap());
        (listener, StreamCamera::new(address.parse().unwrap()))
    }

    fn connected(listener: &TcpListener, camera: &mut StreamCamera) -> TcpStream {
        assert!(camera.next(Duration::from_millis(1)).unwrap().is_none());
        listener.accept().unwrap().0
    }

    /// The first frame, however the network cut the bytes.
    fn seen(camera: &mut StreamCamera) -> Result<Frame, Fault> {
        loop {
            if let Some(frame) = camera.next(LONG)? {
                return Ok(frame);
            }
        }
    }

    #[test]
    fn a_camera_that_was_pulled_in_the_middle_of_a_frame_is_found_again() {
        let (listener, mut camera) = camera();
        let mut far_end = connected(&listener, &mut camera);
        far_end.write_all(&[HEAD, b"FRAME\nab", b"FRAME\nc"].concat()).unwrap();
        assert_eq!(seen(&mut camera).unwrap().luma(), b"ab");
        drop(far_end);
        assert_eq!(seen(&mut camera).unwrap_err().word(), "unplugged");
        let mut far_end = connected(&listener, &mut camera);
        far_end.write_all(&[HEAD, b"FRAME\nef"].concat()).unwrap();
        assert_eq!(seen(&mut camera).unwrap().luma(), b"ef", "half a frame is forgotten");
        camera.rest();
        let mut far_end = connected(&listener, &mut camera);
        far_end.write_all(&[HEAD, b"FRAME\ngh"].concat()).unwrap();
        assert_eq!(seen(&mut camera).unwrap().luma(), b"gh", "after a rest it is opened again");
    }

    #[test]
    fn garbage_is_a_fault_and_silence_is_none() {
        let (listener, mut camera) = camera();
        let mut far_end = connected(&listener, &mut camera);
        assert!(camera.next(Duration::from_millis(5)).unwrap().is_none());
        far_end.write_all(&[0xa5; 4_000]).unwrap();
        assert_eq!(seen(&mut camera).unwrap_err().word(), "protocol");
        drop(listener);
        assert_eq!(camera.next(LONG).unwrap_err().word(), "unplugged");
    }
}
