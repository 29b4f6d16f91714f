//! What can be wrong with a device, in words that a screen can turn into a sentence.

use std::io;
use std::sync::Arc;

use rustix::io::Errno;

/// One fault of one device. Shared by all drivers, so that the screen needs one set of sentences.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Fault {
    #[error("the device is not connected")]
    Unplugged,
    #[error("the device is busy with something else")]
    Busy,
    #[error("{0} devices fit this address: name one by its serial number")]
    Several(usize),
    #[error("the device did not answer in time")]
    Timeout,
    #[error("the paper has run out")]
    PaperOut,
    #[error("the paper is nearly at its end")]
    NearEnd,
    #[error("the cover is open")]
    CoverOpen,
    #[error("the cutter is stuck")]
    Cutter,
    #[error("the print head is too hot")]
    Overheat,
    #[error("the device is switched offline")]
    Offline,
    #[error("the device cannot say whether it printed")]
    NoBackChannel,
    #[error("the device reports a fault that needs a technician")]
    Broken,
    #[error("the device answered something that cannot be right: {0}")]
    Protocol(String),
    #[error("the request was declined")]
    Declined,
    #[error("the operation was aborted")]
    Aborted,
    #[error("the card was taken away before it had answered")]
    CardGone,
    #[error("the device cannot do this")]
    Unsupported,
    #[error("{what} failed")]
    Io {
        what: String,
        #[source]
        source: Arc<io::Error>,
    },
}

impl Fault {
    /// A short stable word for records and events.
    pub fn word(&self) -> &'static str {
        match self {
            Fault::Unplugged => "unplugged",
            Fault::Busy => "busy",
            Fault::Several(_) => "several",
            Fault::Timeout => "timeout",
            Fault::PaperOut => "paper_out",
            Fault::NearEnd => "near_end",
            Fault::CoverOpen => "cover_open",
            Fault::Cutter => "cutter",
            Fault::Overheat => "overheat",
            Fault::Offline => "offline",
            Fault::NoBackChannel => "no_back_channel",
            Fault::Broken => "broken",
            Fault::Protocol(_) => "protocol",
            Fault::Declined => "declined",
            Fault::Aborted => "aborted",
            Fault::CardGone => "card_gone",
            Fault::Unsupported => "unsupported",
            Fault::Io { .. } => "io",
        }
    }

    /// Sorts an operating system's error into the fault that a person would name.
    pub fn from_io(what: &str, error: io::Error) -> Fault {
        use io::ErrorKind as Kind;
        if let Some(errno) = Errno::from_io_error(&error) {
            match errno {
                // The kernel asked in vain whether the far end is there. A deadline of ours has
                // the same kind and no number.
                Errno::TIMEDOUT => return Fault::Unplugged,
                Errno::NODEV | Errno::IO | Errno::NXIO | Errno::HOSTDOWN => {
                    return Fault::Unplugged;
                }
                Errno::BUSY => return Fault::Busy,
                _ => {}
            }
        }
        match error.kind() {
            Kind::BrokenPipe
            | Kind::ConnectionReset
            | Kind::ConnectionAborted
            | Kind::ConnectionRefused
            | Kind::NotConnected
            | Kind::NotFound
            | Kind::HostUnreachable
            | Kind::NetworkUnreachable
            | Kind::UnexpectedEof => Fault::Unplugged,
            Kind::TimedOut | Kind::WouldBlock => Fault::Timeout,
            _ => Fault::Io { what: what.to_owned(), source: Arc::new(error) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unplugged_device_is_recognised_by_every_error_it_causes() {
        let all = [Errno::NODEV, Errno::IO, Errno::NXIO, Errno::PIPE, Errno::CONNRESET];
        // What Bluetooth says of a device that is switched off, and TCP of one without its cable.
        for errno in all.into_iter().chain([Errno::HOSTDOWN, Errno::TIMEDOUT]) {
            let fault = Fault::from_io("writing", io::Error::from(errno));
            assert!(matches!(fault, Fault::Unplugged), "{errno:?} became {fault:?}");
        }
        let deadline = Fault::from_io("reading", io::ErrorKind::TimedOut.into());
        assert!(matches!(deadline, Fault::Timeout), "{deadline:?}");
        let fault = Fault::from_io("writing", io::Error::from(Errno::ACCESS));
        assert_eq!(fault.word(), "io");
        assert_eq!(fault.to_string(), "writing failed");
    }
}
