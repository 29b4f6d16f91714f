//! What a season finds that must not be.

use std::fmt::{self, Display};

/// One sentence that says what does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(pub String);

pub type Checked<T = ()> = Result<T, Fault>;

impl Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(to)
    }
}

/// Holds what must be; `says` is the sentence where it does not.
pub fn must(holds: bool, says: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(Fault(says())) }
}

/// An error of the product where none may be.
pub fn sound<T, E: std::error::Error>(result: Result<T, E>, doing: &str) -> Checked<T> {
    result.map_err(|error| {
        let mut says = format!("{doing}: {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            says.push_str(&format!(": {error}"));
            cause = error.source();
        }
        Fault(says)
    })
}
