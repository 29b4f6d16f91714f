//! A picture that answers a question. Its bytes are held here alone until they are sealed with the
//! answers: whoever leaves is forgotten, pictures and all.

use std::fmt;
use std::sync::Arc;

use ledger::{PhotoFault, PhotoHash, PhotoKind};

/// The most bytes of all pictures of one filling: an application's sealed file holds them, with
/// its answers.
pub const PICTURES_BYTES_MAX: usize = 960_000;

/// A whole picture, and what it is known by.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    hash: PhotoHash,
    kind: PhotoKind,
    bytes: Arc<[u8]>,
}

impl Picture {
    /// Fails where the bytes are no whole picture.
    pub fn of(bytes: &[u8]) -> Result<Self, PhotoFault> {
        let kind = PhotoKind::of(bytes)?;
        Ok(Self { hash: PhotoHash::of(bytes), kind, bytes: bytes.into() })
    }

    /// The name of its file, which is the answer: by its content, so that a picture that was put
    /// in its place is found out.
    pub fn name(&self) -> String {
        format!("{}.{}", self.hash, self.kind.code())
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl fmt::Debug for Picture {
    /// A log never holds what a person showed to the camera.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Picture({}, {} bytes)", self.name(), self.bytes.len())
    }
}
