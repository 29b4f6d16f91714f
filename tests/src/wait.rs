//! The one place that waits: until something has happened, never for a length of time. The limit
//! only ends a wait for what will not come.

use std::thread;
use std::time::{Duration, Instant};

use crate::Trouble;

/// Longer than anything takes on a machine that is busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// How often is looked.
const LOOK: Duration = Duration::from_millis(20);

/// Looks until there is something to see.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> Result<T, Trouble> {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look() {
            return Ok(seen);
        }
        if begun.elapsed() > PATIENCE {
            return Err(Trouble::new(format!("waited in vain until {what}")));
        }
        thread::sleep(LOOK);
    }
}
