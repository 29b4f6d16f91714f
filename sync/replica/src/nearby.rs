//! Two devices of one body on one network, without the centre. Whoever carries for others shows a
//! square with its addresses and a key of the moment; the other device answers with one of its own.
//! Both keys are signed by the devices, so that each knows who the other is, and what passes
//! between them can be read by nobody who saw the square.

use core::net::SocketAddr;

use data_encoding::BASE32_NOPAD;
use ledger::{Hash, PublicKey, Purpose, Signature, Signer, Writer, WrongSignature, sha256};
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Decoder, Encode, decode};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use thiserror::Error;

use crate::message::encoded;
use crate::parcel::POSTED_BYTES_MAX;

/// What the square of an offer begins with: signs that a square holds densely.
const PREFIX: &str = "PADI1-NEAR:";

/// The most addresses of one offer: a machine with a cable, a radio, and one more.
pub const ADDRESSES_MAX: usize = 4;

/// The longest offer and greeting that are read, in bytes.
const OFFER_BYTES_MAX: usize = 512;
pub const GREETING_BYTES_MAX: usize = 256;

/// What sealing adds to a message.
pub const SEAL_BYTES: usize = 16;

/// The longest sealed message: a whole parcel or reply, and what says that it is one.
pub const SEALED_BYTES_MAX: usize = POSTED_BYTES_MAX + 64 + SEAL_BYTES;

/// One half of an X25519 agreement, of this meeting alone.
pub type MeetingKey = [u8; 32];

/// "Come to me": what the carrier's square says.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Offer {
    #[n(0)]
    pub writer: Writer,
    /// The local body's code.
    #[n(1)]
    pub body: String,
    /// Where it listens.
    #[cbor(n(2), decode_with = "read_addresses", encode_with = "write_addresses")]
    pub addresses: Vec<SocketAddr>,
    #[n(3)]
    key: ByteArray<32>,
}

/// "Here I am": the first message of whoever came.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Greeting {
    #[n(0)]
    pub writer: Writer,
    /// The SHA-256 of the offer that it answers.
    #[n(1)]
    pub offer: Hash,
    #[n(2)]
    key: ByteArray<32>,
}

/// An offer or a greeting under its device's signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
struct Signed {
    #[n(0)]
    body: ByteVec,
    #[n(1)]
    signature: Signature,
}

/// An offer whose signature is still to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedOffer {
    pub offer: Offer,
    signed: Signed,
}

/// A greeting whose signature is still to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedGreeting {
    pub greeting: Greeting,
    signed: Signed,
}

/// What passes between the two, sealed. Whoever came begins, and the carrier answers each.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Passed {
    /// Is there a reply for me?
    #[n(0)]
    AskReply,
    /// The office's reply, as its file is written, where one is there.
    #[n(1)]
    Reply(#[n(0)] Option<ByteVec>),
    /// A parcel, as its file is written.
    #[n(2)]
    Parcel(#[n(0)] ByteVec),
    #[n(3)]
    Taken,
    /// It was not taken, for this reason.
    #[n(4)]
    Refused(#[n(0)] NotTaken),
}

/// Why a carrier does not take a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Error)]
pub enum NotTaken {
    #[error("it is no parcel, or a damaged one")]
    #[n(0)]
    Unreadable,
    #[error("it is too large to be carried by a device: take a stick")]
    #[n(1)]
    TooLarge,
    #[error("it is of a device that is not known here")]
    #[n(2)]
    Stranger,
    #[error("the device that it names did not sign it")]
    #[n(3)]
    NotSigned,
    #[error("a newer one of that device is here already")]
    #[n(4)]
    Older,
    #[error("there is no room for more")]
    #[n(5)]
    NoRoom,
    #[error("it is of this very device")]
    #[n(6)]
    Own,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MeetingError {
    #[error("it is not the square of a device that carries for others")]
    Shape,
    #[error("it is of another local body")]
    OtherBody,
    #[error("it is of a device that is not known here")]
    Stranger,
    #[error("it was not signed by the device that it names")]
    Signature(#[source] WrongSignature),
    #[error("it answers another square")]
    OtherOffer,
    #[error("what came is not what the other device sent")]
    Seal,
}

/// Whether a scanned text is meant as an offer.
pub fn is_offer(text: &str) -> bool {
    text.trim().get(..PREFIX.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(PREFIX))
}

impl Offer {
    /// At most [`ADDRESSES_MAX`] of the addresses are said.
    pub fn new(writer: Writer, body: String, addresses: &[SocketAddr], key: MeetingKey) -> Self {
        let addresses = addresses.iter().copied().take(ADDRESSES_MAX).collect();
        Self { writer, body, addresses, key: key.into() }
    }

    pub fn key(&self) -> &MeetingKey {
        &self.key
    }

    pub fn signed(self, device: &dyn Signer) -> SignedOffer {
        let body = encoded(&self);
        let signature = device.sign(Purpose::Offer, &body);
        SignedOffer { offer: self, signed: Signed { body: body.into(), signature } }
    }
}

impl SignedOffer {
    /// The text of the square.
    pub fn square(&self) -> String {
        format!("{PREFIX}{}", BASE32_NOPAD.encode(&encoded(&self.signed)))
    }

    /// Reads a scanned text; nothing of it is believed before [`SignedOffer::checked`].
    pub fn read(text: &str) -> Result<Self, MeetingError> {
        if !is_offer(text) {
            return Err(MeetingError::Shape);
        }
        let written = text.trim()[PREFIX.len()..].to_ascii_uppercase();
        let bytes = BASE32_NOPAD.decode(written.as_bytes()).map_err(|_| MeetingError::Shape)?;
        let (offer, signed) = read(&bytes, OFFER_BYTES_MAX)?;
        Ok(Self { offer, signed })
    }

    /// The offer, once it was found to be of a known device of this body.
    pub fn checked(
        &self,
        body: &str,
        known: impl Fn(Writer) -> Option<PublicKey>,
    ) -> Result<&Offer, MeetingError> {
        if self.offer.body != body {
            return Err(MeetingError::OtherBody);
        }
        self.signed.check(Purpose::Offer, self.offer.writer, known)?;
        Ok(&self.offer)
    }

    /// By this a greeting names it.
    pub fn hash(&self) -> Hash {
        sha256(&self.signed.body)
    }
}

impl Greeting {
    pub fn new(writer: Writer, offer: &SignedOffer, key: MeetingKey) -> Self {
        Self { writer, offer: offer.hash(), key: key.into() }
    }

    pub fn key(&self) -> &MeetingKey {
        &self.key
    }

    pub fn signed(self, device: &dyn Signer) -> SignedGreeting {
        let body = encoded(&self);
        let signature = device.sign(Purpose::Greeting, &body);
        SignedGreeting { greeting: self, signed: Signed { body: body.into(), signature } }
    }
}

impl SignedGreeting {
    /// The bytes that go first.
    pub fn written(&self) -> Vec<u8> {
        encoded(&self.signed)
    }

    /// Reads what came; nothing of it is believed before [`SignedGreeting::checked`].
    pub fn read(bytes: &[u8]) -> Result<Self, MeetingError> {
        let (greeting, signed) = read(bytes, GREETING_BYTES_MAX)?;
        Ok(Self { greeting, signed })
    }

    /// The greeting, once it was found to answer this offer and to be of a known device.
    pub fn checked(
        &self,
        offer: &SignedOffer,
        known: impl Fn(Writer) -> Option<PublicKey>,
    ) -> Result<&Greeting, MeetingError> {
        if self.greeting.offer != offer.hash() {
            return Err(MeetingError::OtherOffer);
        }
        self.signed.check(Purpose::Greeting, self.greeting.writer, known)?;
        Ok(&self.greeting)
    }
}

impl Signed {
    fn check(
        &self,
        purpose: Purpose,
        writer: Writer,
        known: impl Fn(Writer) -> Option<PublicKey>,
    ) -> Result<(), MeetingError> {
        let key = known(writer).ok_or(MeetingError::Stranger)?;
        key.verify(purpose, &self.body, &self.signature).map_err(MeetingError::Signature)
    }
}

fn read<T: for<'b> Decode<'b, ()>>(
    bytes: &[u8],
    bytes_max: usize,
) -> Result<(T, Signed), MeetingError> {
    if bytes.len() > bytes_max {
        return Err(MeetingError::Shape);
    }
    let signed: Signed = minicbor::decode(bytes).map_err(|_| MeetingError::Shape)?;
    let body = minicbor::decode(&signed.body).map_err(|_| MeetingError::Shape)?;
    Ok((body, signed))
}

/// One side's keys once both know the agreed secret: each message is sealed under its own number.
pub struct Sealing {
    out: LessSafeKey,
    back: LessSafeKey,
    sent: u64,
    received: u64,
}

impl Sealing {
    /// Of whoever answered the offer.
    pub fn of_caller(secret: &[u8], offer: &SignedOffer, greeting: &SignedGreeting) -> Self {
        let (caller, carrier) = keys(secret, offer, greeting);
        Self { out: caller, back: carrier, sent: 0, received: 0 }
    }

    /// Of whoever made the offer.
    pub fn of_carrier(secret: &[u8], offer: &SignedOffer, greeting: &SignedGreeting) -> Self {
        let (caller, carrier) = keys(secret, offer, greeting);
        Self { out: carrier, back: caller, sent: 0, received: 0 }
    }

    pub fn seal(&mut self, message: &Passed) -> Vec<u8> {
        let mut bytes = encoded(message);
        let nonce = numbered(self.sent);
        self.sent += 1;
        self.out
            .seal_in_place_append_tag(nonce, Aad::empty(), &mut bytes)
            .expect("a message is far smaller than the cipher's limit");
        bytes
    }

    /// The message, where it is the next that the other side sealed.
    pub fn open(&mut self, mut sealed: Vec<u8>) -> Result<Passed, MeetingError> {
        let nonce = numbered(self.received);
        let opened = self.back.open_in_place(nonce, Aad::empty(), &mut sealed);
        let opened = opened.map_err(|_| MeetingError::Seal)?;
        self.received += 1;
        minicbor::decode(opened).map_err(|_| MeetingError::Seal)
    }
}

/// The keys of the caller and of the carrier: HKDF (RFC 5869) over the agreed secret, bound to what
/// both signed.
fn keys(
    secret: &[u8],
    offer: &SignedOffer,
    greeting: &SignedGreeting,
) -> (LessSafeKey, LessSafeKey) {
    let bound = [&offer.hash()[..], &sha256(&greeting.signed.body)[..]].concat();
    let agreed = Salt::new(HKDF_SHA256, &bound).extract(secret);
    let key = |whose: &'static [u8]| {
        let parts = [&b"padi nearby "[..], whose];
        let okm = agreed.expand(&parts, &CHACHA20_POLY1305).expect("one key is short enough");
        LessSafeKey::new(UnboundKey::from(okm))
    };
    (key(b"caller"), key(b"carrier"))
}

fn numbered(number: u64) -> Nonce {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&number.to_be_bytes());
    Nonce::assume_unique_for_key(nonce)
}

fn write_addresses<W: minicbor::encode::Write, C>(
    addresses: &[SocketAddr],
    to: &mut minicbor::Encoder<W>,
    context: &mut C,
) -> Result<(), minicbor::encode::Error<W::Error>> {
    let texts: Vec<String> = addresses.iter().map(SocketAddr::to_string).collect();
    texts.encode(to, context)
}

fn read_addresses<'b, C>(
    from: &mut Decoder<'b>,
    _context: &mut C,
) -> Result<Vec<SocketAddr>, decode::Error> {
    let mut all = Vec::new();
    for text in from.array_iter::<&str>()? {
        if all.len() == ADDRESSES_MAX {
            return Err(decode::Error::message("more addresses than an offer has"));
        }
        let address = text?.parse();
        all.push(address.map_err(|_| decode::Error::message("no address"))?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests;
