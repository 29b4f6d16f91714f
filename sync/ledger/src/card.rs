//! By what a card is known that somebody carries: a worker's badge, the card of a household.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The bytes of a mark: two cards of one body have the same one in no lifetime.
pub const CARD_MARK_BYTES: usize = 16;

/// What stands for a card wherever cards are remembered, in place of the number that the card says
/// of itself: `replica::card_mark` makes it, and nobody can read the number out of it. Written as
/// 32 small hexadecimal digits.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[cbor(transparent)]
pub struct CardMark(
    #[n(0)]
    #[schemars(with = "String")]
    pub ByteArray<CARD_MARK_BYTES>,
);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a card is named by 32 small hexadecimal digits")]
pub struct NotACardMark;

impl CardMark {
    pub fn bytes(&self) -> &[u8] {
        &self.0[..]
    }
}

impl From<[u8; CARD_MARK_BYTES]> for CardMark {
    fn from(bytes: [u8; CARD_MARK_BYTES]) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Display for CardMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(self.bytes()))
    }
}

impl FromStr for CardMark {
    type Err = NotACardMark;

    fn from_str(text: &str) -> Result<Self, NotACardMark> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| NotACardMark)?;
        let bytes: [u8; CARD_MARK_BYTES] = bytes.try_into().map_err(|_| NotACardMark)?;
        Ok(bytes.into())
    }
}

impl TryFrom<String> for CardMark {
    type Error = NotACardMark;

    fn try_from(text: String) -> Result<Self, NotACardMark> {
        text.parse()
    }
}

impl From<CardMark> for String {
    fn from(mark: CardMark) -> Self {
        mark.to_string()
    }
}

#[test]
fn a_mark_is_written_and_read_as_itself() {
    let mark = CardMark::from([0xab; CARD_MARK_BYTES]);
    assert_eq!(mark.to_string(), "ab".repeat(16));
    assert_eq!(mark.to_string().parse(), Ok(mark));
    for text in ["", "AB", "ab", &"AB".repeat(16), &"ab".repeat(17)] {
        assert_eq!(text.parse::<CardMark>(), Err(NotACardMark), "{text}");
    }
    let bytes = minicbor::to_vec(mark).expect("a Vec takes every byte");
    assert_eq!(bytes.len(), 17);
    assert_eq!(minicbor::decode(&bytes).ok(), Some(mark));
}
