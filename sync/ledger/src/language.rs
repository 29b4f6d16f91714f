//! The languages that a body may offer.

use minicbor::{Decode, Encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language, by its ISO 639-1 code.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    Encode,
    Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum Language {
    #[n(0)]
    En,
    #[n(1)]
    Ml,
    #[n(2)]
    Hi,
    #[n(3)]
    Mr,
    #[n(4)]
    Or,
}

impl Language {
    pub const ALL: [Self; 5] = [Self::En, Self::Ml, Self::Hi, Self::Mr, Self::Or];

    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ml => "ml",
            Self::Hi => "hi",
            Self::Mr => "mr",
            Self::Or => "or",
        }
    }

    /// The language's name in itself, as its button says it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ml => "മലയാളം",
            Self::Hi => "हिन्दी",
            Self::Mr => "मराठी",
            Self::Or => "ଓଡ଼ିଆ",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}
