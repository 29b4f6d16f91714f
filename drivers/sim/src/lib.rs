//! The far ends of the wires that Padi's drivers speak on: a receipt printer that draws what it
//! received, card terminals with a journal (at a wire, and behind their maker's cloud service), a
//! reader of people's cards, a scanner, either of them as a keyboard of the kernel's, a camera by
//! its folder or its stream, a scale, a receiver of positions, a bank that confirms UPI payments,
//! and a platform that takes payments as UPYOG does. Each is written from the manuals, runs on TCP
//! or on a pty where it has a line, and fails on command.
//!
//! This crate must never know the drivers: both ends would share one mistake. It knows nothing of
//! taxes and receipts either, only bytes, amounts and references.

pub mod camera;
pub mod card_reader;
pub mod cloud_terminal;
pub mod control;
pub mod events;
pub mod gps;
mod kept;
pub mod keyboard;
pub mod noise;
pub mod printer;
pub mod running;
pub mod scale;
pub mod scanner;
pub mod settlement;
pub mod sms;
pub mod terminal;
pub mod upi;
pub mod upyog;
pub mod video;
pub mod wire;

pub use events::Events;
pub use running::Running;
pub use wire::Place;

use std::io;

/// Why a simulator could not be started, or could not write down what it saw.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct SimError {
    what: String,
    #[source]
    source: io::Error,
}

impl SimError {
    pub fn new(what: impl Into<String>, source: io::Error) -> SimError {
        SimError { what: what.into(), source }
    }
}

/// Milliseconds since 1970, for what is written down.
pub fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as u64)
}
