//! The outermost layer of every message: zstd, with a limit on what comes out.

use std::io::Read;

use thiserror::Error;

/// Level 9: within 2 % of the best level's size on batches of entries, at a tenth of its time.
const LEVEL: i32 = 9;

#[derive(Debug, Error)]
pub enum PackingError {
    #[error("the message is not packed as it should be")]
    Torn(#[source] std::io::Error),
    #[error("the message unpacks to more than {0} bytes")]
    TooLarge(usize),
}

/// Packs a message.
pub fn pack(message: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(message, LEVEL).expect("memory takes every byte")
}

/// Unpacks a message of at most `bytes_max` bytes.
pub fn unpack(packed: &[u8], bytes_max: usize) -> Result<Vec<u8>, PackingError> {
    let reader = zstd::stream::read::Decoder::new(packed).map_err(PackingError::Torn)?;
    let mut message = Vec::new();
    let one_more = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(one_more).read_to_end(&mut message).map_err(PackingError::Torn)?;
    match message.len() > bytes_max {
        true => Err(PackingError::TooLarge(bytes_max)),
        false => Ok(message),
    }
}
