//! A card reader that takes itself for a keyboard: it types the card's number and Enter.

use std::path::Path;
use std::time::{Duration, Instant};

use super::presence::{GONE_AFTER, Presence};
use super::{CardEvent, CardReader, Uid};
use crate::fault::Fault;
use crate::wedge::WedgeLines;

pub struct WedgeCards {
    lines: WedgeLines,
    presence: Presence,
}

impl WedgeCards {
    /// The reader of a device file, best by its name in /dev/input/by-id.
    pub fn new(path: &Path) -> WedgeCards {
        WedgeCards { lines: WedgeLines::new(path), presence: Presence::default() }
    }
}

impl CardReader for WedgeCards {
    fn wait(&mut self, limit: Duration) -> Result<Option<CardEvent>, Fault> {
        let until = Instant::now() + limit;
        loop {
            let now = Instant::now();
            if let Some(event) = self.presence.next(now) {
                return Ok(Some(event));
            }
            let left = until.saturating_duration_since(now);
            if left.is_zero() {
                return Ok(None);
            }
            let Some(line) = self.lines.next(left.min(GONE_AFTER))? else { continue };
            match Uid::typed(&line) {
                Some(uid) => self.presence.seen(uid, Instant::now()),
                // What it typed is not for a log: it may be a number after all.
                None => tracing::warn!("the reader typed something that is no card's number"),
            }
        }
    }

    fn transmit(&mut self, _: &[u8]) -> Result<Vec<u8>, Fault> {
        Err(Fault::Unsupported)
    }
}
