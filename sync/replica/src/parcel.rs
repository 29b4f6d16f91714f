//! What travels without a line: a device's requests in one file, and the office's answers in
//! another, on whatever somebody carries. The requests are those of the line, each under its
//! device's signature, and whoever finds them can read them. The line vouches for the rest of an
//! answer, and keeps it secret; here the office signs all of it, and seals it for its device: who
//! brings a request proves nothing, and must learn nothing by it.

use ledger::{Hash, PublicKey, Purpose, Signature, Signer, Writer, WrongSignature, sha256};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Decoder, Encode, decode};
use thiserror::Error;

use crate::message::encoded;
use crate::seal::{OpeningKey, SealError, SealedFor};

/// The largest file that is read: what a handheld has room for, and more than the largest parcel.
pub const PARCEL_BYTES_MAX: usize = 16 * 1_024 * 1_024;

/// The largest parcel that one device takes for another and posts to the centre, and the largest
/// reply that comes back: what a slow line brings in a quarter of an hour. Larger ones take a
/// stick.
pub const POSTED_BYTES_MAX: usize = 4 * 1_024 * 1_024;

/// The most requests of one parcel. Each carries a whole batch: those of a kiosk's year are some
/// hundred, and whoever has more goes twice.
pub const REQUESTS_MAX: usize = 128;

/// The first bytes of each file.
const PARCEL_MAGIC: &[u8; 8] = b"PADIPAR1";
const REPLIES_MAGIC: &[u8; 8] = b"PADIREP2";

/// A device's requests, oldest entries first.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Parcel {
    #[n(0)]
    pub writer: Writer,
    /// As they would go over the line.
    #[cbor(n(1), decode_with = "few")]
    pub requests: Vec<ByteVec>,
}

/// The office's answer to one request.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Reply {
    /// The SHA-256 of the body of the request.
    #[n(0)]
    pub request: Hash,
    /// As it would come over the line.
    #[n(1)]
    pub answer: ByteVec,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Replies {
    #[n(0)]
    pub to: Writer,
    /// In the order of the requests.
    #[cbor(n(1), decode_with = "few")]
    pub replies: Vec<Reply>,
}

/// Replies that only their device can read. For whom they are, whoever carries them may know.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SealedReplies {
    #[n(0)]
    pub to: Writer,
    #[n(1)]
    sealed: SealedFor,
}

/// The same under the office's signature, which is given over the hash of their bytes: these are
/// read once, and only when it is the office's.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedReplies {
    #[n(0)]
    pub body: ByteVec,
    #[n(1)]
    pub signature: Signature,
}

#[derive(Debug, Error)]
pub enum ParcelError {
    #[error("it is not {0}")]
    Magic(&'static str),
    #[error("it is larger than {PARCEL_BYTES_MAX} bytes")]
    TooLarge,
    #[error("it is damaged: carry it anew")]
    Shape(#[source] decode::Error),
    #[error("it is not signed by the office")]
    Signature(#[source] WrongSignature),
    #[error("it cannot be sealed, or opened")]
    Seal(#[source] SealError),
}

impl Parcel {
    pub fn written(&self) -> Vec<u8> {
        [&PARCEL_MAGIC[..], &encoded(self)].concat()
    }

    /// Reads a file; its requests are not read and not believed yet.
    pub fn read(file: &[u8]) -> Result<Self, ParcelError> {
        shaped(file, PARCEL_MAGIC, "a parcel of a Padi device")
    }
}

impl Replies {
    /// Seals them for their device and signs that. `once` is as of [`SealedFor::seal`].
    pub fn sealed(
        &self,
        device: &PublicKey,
        once: [u8; 32],
        office: &dyn Signer,
    ) -> Result<SignedReplies, ParcelError> {
        let sealed = SealedFor::seal(device, once, encoded(self)).map_err(ParcelError::Seal)?;
        let body = encoded(&SealedReplies { to: self.to, sealed });
        let signature = office.sign(Purpose::Replies, &sha256(&body)[..]);
        Ok(SignedReplies { body: body.into(), signature })
    }
}

impl SealedReplies {
    /// The replies, as their device reads them.
    pub fn unsealed(&self, device: &OpeningKey) -> Result<Replies, ParcelError> {
        let body = self.sealed.open(device).map_err(ParcelError::Seal)?;
        let replies: Replies = minicbor::decode(&body).map_err(ParcelError::Shape)?;
        match replies.to == self.to {
            true => Ok(replies),
            false => Err(ParcelError::Seal(SealError::Seal)),
        }
    }
}

impl SignedReplies {
    pub fn written(&self) -> Vec<u8> {
        [&REPLIES_MAGIC[..], &encoded(self)].concat()
    }

    /// Reads a file; nothing of it is believed before [`SignedReplies::opened`].
    pub fn read(file: &[u8]) -> Result<Self, ParcelError> {
        shaped(file, REPLIES_MAGIC, "the reply of a Padi office")
    }

    /// What the office signed, once the signature was found to be the office's.
    pub fn opened(&self, office: &PublicKey) -> Result<SealedReplies, ParcelError> {
        office
            .verify(Purpose::Replies, &sha256(&self.body)[..], &self.signature)
            .map_err(ParcelError::Signature)?;
        minicbor::decode(&self.body).map_err(ParcelError::Shape)
    }
}

fn shaped<T: for<'b> Decode<'b, ()>>(
    file: &[u8],
    magic: &[u8; 8],
    what: &'static str,
) -> Result<T, ParcelError> {
    if file.len() > PARCEL_BYTES_MAX {
        return Err(ParcelError::TooLarge);
    }
    let body = file.strip_prefix(&magic[..]).ok_or(ParcelError::Magic(what))?;
    minicbor::decode(body).map_err(ParcelError::Shape)
}

/// Counted while they are read: a file of empty requests would take many times its size in memory.
fn few<'b, C, T: Decode<'b, C>>(
    from: &mut Decoder<'b>,
    context: &mut C,
) -> Result<Vec<T>, decode::Error> {
    let mut all = Vec::new();
    for one in from.array_iter_with(context)? {
        if all.len() == REQUESTS_MAX {
            return Err(decode::Error::message("more than a parcel holds"));
        }
        all.push(one?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel(requests: usize) -> Parcel {
        Parcel { writer: Writer(7), requests: vec![vec![1, 2, 3].into(); requests] }
    }

    #[test]
    fn a_parcel_comes_back_as_it_was_written() {
        let read = Parcel::read(&parcel(3).written()).expect("as it was written");
        assert_eq!(read, parcel(3));
        let largest = Parcel::read(&parcel(REQUESTS_MAX).written()).expect("at the limit");
        assert_eq!(largest.requests.len(), REQUESTS_MAX);
    }

    #[test]
    fn whatever_is_no_parcel_says_why() {
        let says = |file: &[u8]| Parcel::read(file).expect_err("no parcel").to_string();
        assert_eq!(says(b""), "it is not a parcel of a Padi device");
        assert_eq!(says(b"PADIREP2"), "it is not a parcel of a Padi device");
        assert_eq!(says(b"PADIPAR1"), "it is damaged: carry it anew");
        assert_eq!(says(&vec![0; PARCEL_BYTES_MAX + 1]), "it is larger than 16777216 bytes");
        let many = parcel(REQUESTS_MAX + 1).written();
        assert_eq!(says(&many), "it is damaged: carry it anew");
        let whole = parcel(2).written();
        for end in 8..whole.len() {
            assert_eq!(says(&whole[..end]), "it is damaged: carry it anew", "{end} bytes");
        }
    }
}
