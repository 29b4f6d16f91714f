//! The chain: every entry's hash covers the one before it, back to the writer's first.

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use ring::digest::{Context, SHA256};

use crate::entry::Writer;

/// A SHA-256 hash.
pub type Hash = ByteArray<32>;

/// Where a writer's chain stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Head {
    #[n(0)]
    pub seq: u64,
    #[n(1)]
    pub hash: Hash,
}

impl Head {
    /// Before the first entry: nothing was written, and the hash names the writer.
    pub fn before_first(writer: Writer) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(b"padi chain 1\0");
        context.update(&writer.0.to_be_bytes());
        Self { seq: 0, hash: finish(context) }
    }

    /// The head after the entry with these canonical bytes.
    #[must_use]
    pub fn after(&self, canonical: &[u8]) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(b"padi entry 1\0");
        context.update(&self.hash[..]);
        context.update(canonical);
        // A chain ends long before 2^64; one that claims to be there does not go on.
        Self { seq: self.seq.saturating_add(1), hash: finish(context) }
    }
}

/// The SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(bytes);
    finish(context)
}

fn finish(context: Context) -> Hash {
    let digest = context.finish();
    let hash: [u8; 32] = digest.as_ref().try_into().expect("SHA-256 has 32 bytes");
    hash.into()
}
