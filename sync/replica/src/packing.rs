//! The outermost layer of every message: zstd, with a limit on what comes out.

use std::io::Read;

use thiserror::Error;

/// Level 9: within 2 % of the best level's size on batches of entries, at a tenth of its time.
const LEVEL: i32 = 9;

/// The largest window that a reader keeps is 2 to this, 2 MiB: twice the largest message. A few
/// bytes may ask for one of 128 MiB, which a handheld does not have.
const WINDOW_LOG_MAX: u32 = 21;

#[derive(Debug, Error)]
pub enum PackingError {
    #[error("the message is not packed as it should be")]
    Torn(#[source] std::io::Error),
    #[error("the message unpacks to more than {0} bytes")]
    TooLarge(usize),
}

/// What every packed message begins with (RFC 8878, section 3.1.1).
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Whether a message is packed at all: none of ours begins like this unpacked.
pub(crate) fn is_packed(message: &[u8]) -> bool {
    message.starts_with(&MAGIC)
}

/// Packs a message.
pub fn pack(message: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(message, LEVEL).expect("memory takes every byte")
}

/// Packs what may be larger than a message, so that every reader has the window for it. The same
/// bytes become the same frame.
pub(crate) fn pack_large(content: &[u8]) -> Vec<u8> {
    let mut compressor = zstd::bulk::Compressor::new(LEVEL).expect("the level is one of zstd's");
    compressor.window_log(WINDOW_LOG_MAX).expect("the window is one of zstd's");
    compressor.compress(content).expect("memory takes every byte")
}

/// Unpacks a message of at most `bytes_max` bytes.
pub fn unpack(packed: &[u8], bytes_max: usize) -> Result<Vec<u8>, PackingError> {
    let mut reader = zstd::stream::read::Decoder::new(packed).map_err(PackingError::Torn)?;
    reader.window_log_max(WINDOW_LOG_MAX).map_err(PackingError::Torn)?;
    let mut message = Vec::new();
    let one_more = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(one_more).read_to_end(&mut message).map_err(PackingError::Torn)?;
    match message.len() > bytes_max {
        true => Err(PackingError::TooLarge(bytes_max)),
        false => Ok(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::MESSAGE_BYTES_MAX;

    /// A frame of one raw block under a window of 2 to `window_log` (RFC 8878, section 3.1.1).
    fn framed(window_log: u8) -> Vec<u8> {
        let (descriptor, window, block) = (0, (window_log - 10) << 3, [9, 0, 0]);
        [&MAGIC[..], &[descriptor, window], &block, b"x"].concat()
    }

    #[test]
    fn a_few_bytes_cannot_ask_for_a_large_window() {
        assert_eq!(unpack(&framed(10), 1).expect("a small window"), b"x");
        assert_eq!(unpack(&framed(21), 1).expect("the largest"), b"x");
        for window_log in [22, 27, 31] {
            let refused = unpack(&framed(window_log), 1);
            assert!(matches!(refused, Err(PackingError::Torn(_))), "{window_log}: {refused:?}");
        }
    }

    #[test]
    fn the_largest_message_is_unpacked_and_one_more_byte_is_not() {
        let message: Vec<u8> = (0..=MESSAGE_BYTES_MAX).map(|at| (at * at >> 7) as u8).collect();
        let (whole, longer) = (pack(&message[1..]), pack(&message));
        assert_eq!(unpack(&whole, MESSAGE_BYTES_MAX).expect("at the limit"), message[1..]);
        let refused = unpack(&longer, MESSAGE_BYTES_MAX);
        assert!(matches!(refused, Err(PackingError::TooLarge(_))), "{refused:?}");
    }
}
