//! Why no answer came.

use std::error::Error;

use thiserror::Error;

/// The cause stands in the log; the person is told that the line is down.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LinkFault {
    #[error("the centre cannot be reached: {0}")]
    Unreachable(String),
    #[error("whoever answers is not the centre: its certificate is another one")]
    WrongCentre,
    #[error("no word from the centre in {0} ms")]
    Timeout(u64),
    #[error("the line was cut: {0}")]
    Cut(String),
    #[error("the centre has too much to do")]
    Overloaded,
    #[error("the centre refuses with {status}: {text}")]
    Refused { status: u16, text: String },
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
    #[error("the answer is no HTTP: {0}")]
    Rubbish(String),
}

impl LinkFault {
    /// Whether less at once might have come through: the line died or was too slow under it, or
    /// something between here and the centre passes no more.
    pub fn is_of_the_length(&self) -> bool {
        match self {
            Self::Timeout(_) | Self::Cut(_) | Self::Refused { status: 408 | 413, .. } => true,
            Self::Unreachable(_)
            | Self::WrongCentre
            | Self::Overloaded
            | Self::Refused { .. }
            | Self::TooLong(_)
            | Self::Rubbish(_) => false,
        }
    }

    /// What reqwest's error means.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let causes = chain(error);
        if causes.contains(super::trust::NOT_THE_CENTRE) {
            return Self::WrongCentre;
        }
        if error.is_connect() {
            return Self::Unreachable(causes);
        }
        match hyper_parse(error) {
            true => Self::Rubbish(causes),
            false => Self::Cut(causes),
        }
    }
}

/// hyper says in words only that what came is no HTTP.
fn hyper_parse(error: &reqwest::Error) -> bool {
    let causes = chain(error);
    ["invalid HTTP", "frame with invalid", "not a result of an error"]
        .iter()
        .any(|sign| causes.contains(sign))
}

/// An error with all that caused it, outermost first.
pub(crate) fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text.push_str(": ");
        text.push_str(&source.to_string());
        cause = source.source();
    }
    text
}
