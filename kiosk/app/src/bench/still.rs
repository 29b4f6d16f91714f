//! A camera that is looked through, as one that takes pictures: it is given some frames to get used
//! to the light, and what it sees then is the picture, a PNG in shades of grey.

use std::time::{Duration, Instant, SystemTime};

use devices::{Camera, CameraFault, Frame, LiveCamera, Picture};

/// How long somebody waits for a picture: a slow camera needs a second for its first frame.
const LIMIT: Duration = Duration::from_secs(3);

/// Cameras open their iris over some frames.
const FRAMES: u32 = 4;

/// The camera is opened for each picture, and let go of after it, so that codes can be read with it
/// in between.
pub struct StillCamera(Box<dyn LiveCamera>);

impl StillCamera {
    pub fn new(camera: Box<dyn LiveCamera>) -> Self {
        Self(camera)
    }

    fn frame(&mut self) -> Result<Frame, CameraFault> {
        let until = Instant::now() + LIMIT;
        let mut seen = 0;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(if seen > 0 { CameraFault::Dark } else { CameraFault::Silent });
            }
            match self.0.next(left) {
                Ok(Some(frame)) => {
                    seen += 1;
                    if seen >= FRAMES && !frame.is_dark() {
                        return Ok(frame);
                    }
                }
                Ok(None) => {}
                Err(fault) => return Err(CameraFault::Gone(fault)),
            }
        }
    }
}

impl Camera for StillCamera {
    /// What the camera sees now, which is newer than any time before.
    fn newest(&mut self, _: SystemTime, bytes_max: u64) -> Result<Option<Picture>, CameraFault> {
        let frame = self.frame();
        self.0.rest();
        let bytes = png(&frame?);
        if bytes.len() as u64 > bytes_max {
            return Err(CameraFault::TooLarge(bytes_max));
        }
        Ok(Some(Picture { bytes, made: SystemTime::now() }))
    }
}

fn png(frame: &Frame) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, frame.width(), frame.height());
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("memory takes what is written to it");
    writer.write_image_data(frame.luma()).expect("a frame has a byte for each pixel");
    writer.finish().expect("memory takes what is written to it");
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use devices::Fault;

    use super::*;

    /// Gives these frames one after the other, then says that it was pulled.
    struct Played {
        shades: VecDeque<u8>,
        rests: Arc<AtomicU32>,
    }

    impl LiveCamera for Played {
        fn next(&mut self, _: Duration) -> Result<Option<Frame>, Fault> {
            let shade = self.shades.pop_front().ok_or(Fault::Unplugged)?;
            Ok(Some(Frame::new(8, 2, vec![shade; 16]).expect("whole")))
        }

        fn rest(&mut self) {
            self.rests.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn camera(shades: &[u8]) -> (StillCamera, Arc<AtomicU32>) {
        let rests = Arc::<AtomicU32>::default();
        let camera = Played { shades: shades.iter().copied().collect(), rests: rests.clone() };
        (StillCamera::new(Box::new(camera)), rests)
    }

    #[test]
    fn a_picture_is_what_the_camera_sees_once_it_is_used_to_the_light() {
        let (mut camera, rests) = camera(&[3, 250, 3, 3, 3, 120, 130]);
        let picture = camera.newest(SystemTime::now(), 1_000).expect("no fault").expect("one");
        assert!(picture.made.elapsed().expect("not in the future") < Duration::from_secs(60));
        let decoder = png::Decoder::new(std::io::Cursor::new(&picture.bytes));
        let mut reader = decoder.read_info().expect("a picture");
        let mut luma = vec![0; 16];
        let about = reader.next_frame(&mut luma).expect("a frame");
        assert_eq!((about.width, about.height, luma), (8, 2, vec![120; 16]));
        assert_eq!(rests.load(Ordering::SeqCst), 1, "it is let go of");
    }

    #[test]
    fn a_camera_that_goes_and_a_picture_that_is_too_large_are_faults() {
        let (mut gone, rests) = camera(&[120, 120]);
        let fault = gone.newest(SystemTime::now(), 1_000).expect_err("two frames");
        assert!(matches!(fault, CameraFault::Gone(Fault::Unplugged)), "{fault}");
        assert_eq!(rests.load(Ordering::SeqCst), 1, "it is let go of all the same");
        let (mut large, _) = camera(&[120; 4]);
        let fault = large.newest(SystemTime::now(), 20).expect_err("a head alone is longer");
        assert!(matches!(fault, CameraFault::TooLarge(20)), "{fault}");
    }
}
