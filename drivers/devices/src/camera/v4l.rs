//! Cameras that Linux knows as /dev/video0 and so on (V4L2), by nokhwa. Only plain pictures (YUYV)
//! are asked for: every camera gives them at 640×480, and nothing has to be unpacked.
//!
//! nokhwa opens no camera that gives 29.97 or 7.5 pictures a second: it knows whole numbers alone.
//! Such a one is opened by the package on which nokhwa stands.

mod any_rate;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use nokhwa::pixel_format::LumaFormat;
use nokhwa::utils::{
    CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType, Resolution,
};
use nokhwa::{Camera, NokhwaError};

use crate::fault::Fault;
use crate::frame::Frame;

use super::live::LiveCamera;

const WIDTH: u32 = 640;
const HEIGHT: u32 = 480;
const FRAMES_A_SECOND: u32 = 30;

/// A camera by its file. What the driver does between two frames has no limit of its own, so it is
/// waited for on a thread that belongs to one look; a driver that hangs holds up that thread only.
pub struct V4lCamera {
    path: PathBuf,
    look: Option<Receiver<Result<Frame, Fault>>>,
}

impl V4lCamera {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), look: None }
    }
}

impl LiveCamera for V4lCamera {
    fn next(&mut self, limit: Duration) -> Result<Option<Frame>, Fault> {
        let look = match &mut self.look {
            Some(look) => look,
            None => self.look.insert(begin(number(&self.path)?)?),
        };
        let fault = match look.recv_timeout(limit) {
            Ok(Ok(frame)) => return Ok(Some(frame)),
            Err(RecvTimeoutError::Timeout) => return Ok(None),
            Ok(Err(fault)) => fault,
            Err(RecvTimeoutError::Disconnected) => Fault::Unplugged,
        };
        self.rest();
        Err(fault)
    }

    fn rest(&mut self) {
        // The thread finds nobody who takes its next frame, and closes the camera.
        self.look = None;
    }
}

/// The number of /dev/video2, also where a stable name of /dev/v4l leads to it.
fn number(path: &Path) -> Result<u32, Fault> {
    let file = path.canonicalize().map_err(|error| Fault::from_io("finding the camera", error))?;
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let number = name.strip_prefix("video").and_then(|number| number.parse().ok());
    number.ok_or_else(|| Fault::Protocol(format!("{} is no camera", path.display())))
}

fn begin(number: u32) -> Result<Receiver<Result<Frame, Fault>>, Fault> {
    // One frame waits at most: an older one is of no use to anybody.
    let (frames, look) = sync_channel(1);
    thread::Builder::new()
        .name("camera-v4l".to_owned())
        .spawn(move || {
            if let Err(fault) = stream(number, &frames) {
                // Nobody may look any more.
                let _ = frames.send(Err(fault));
            }
        })
        .map_err(|error| Fault::from_io("starting a thread for the camera", error))?;
    Ok(look)
}

/// Where the frames of a look go.
type Frames = SyncSender<Result<Frame, Fault>>;

fn stream(number: u32, frames: &Frames) -> Result<(), Fault> {
    let resolution = Resolution::new(WIDTH, HEIGHT);
    let wanted = CameraFormat::new(resolution, FrameFormat::YUYV, FRAMES_A_SECOND);
    let format = RequestedFormat::new::<LumaFormat>(RequestedFormatType::Closest(wanted));
    let mut camera = match Camera::new(CameraIndex::Index(number), format) {
        Ok(camera) => camera,
        Err(NokhwaError::GetPropertyError { property, error }) => {
            tracing::info!(%property, %error, "the camera has a rate of its own");
            return any_rate::stream(number, frames);
        }
        Err(error) => return Err(fault(error)),
    };
    camera.open_stream().map_err(fault)?;
    let given = camera.camera_format();
    if given.format() != FrameFormat::YUYV {
        return Err(Fault::Protocol(format!("the camera gives {} only", given.format())));
    }
    let (width, height) = (given.width(), given.height());
    loop {
        let bytes = camera.frame_raw().map_err(fault)?;
        let frame = Frame::from_yuyv(width, height, &bytes)
            .map_err(|error| Fault::Protocol(error.to_string()))?;
        if let Err(TrySendError::Disconnected(_)) = frames.try_send(Ok(frame)) {
            return camera.stop_stream().map_err(fault);
        }
    }
}

/// nokhwa says causes in words alone: a camera that cannot be opened, or stops, is taken for gone.
fn fault(error: NokhwaError) -> Fault {
    tracing::warn!(%error, "the camera");
    match error {
        NokhwaError::GetPropertyError { .. }
        | NokhwaError::SetPropertyError { .. }
        | NokhwaError::UnsupportedOperationError(_) => Fault::Protocol(error.to_string()),
        _ => Fault::Unplugged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_that_is_not_there_is_unplugged_and_another_file_is_none() {
        let mut camera = V4lCamera::new("/dev/no-such-camera");
        assert_eq!(camera.next(Duration::from_secs(1)).unwrap_err().word(), "unplugged");
        let mut camera = V4lCamera::new("/dev/null");
        assert_eq!(camera.next(Duration::from_secs(1)).unwrap_err().word(), "protocol");
    }
}
