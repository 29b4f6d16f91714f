//! The same window without a display: what would stand on the glass is drawn into memory, so that a
//! journey can leave its screens as pictures.

use std::rc::Rc;

use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, SetPlatformError, WindowAdapter};
use slint::{PhysicalSize, PlatformError};

/// Chooses the window in memory for this process. It must come before the first `Glass`; a process
/// has one platform, so a second call is refused.
pub fn choose(width: u32, height: u32) -> Result<(), SetPlatformError> {
    slint::platform::set_platform(Box::new(Paper(PhysicalSize::new(width, height))))
}

struct Paper(PhysicalSize);

impl Platform for Paper {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        window.set_size(self.0);
        Ok(window)
    }
}
