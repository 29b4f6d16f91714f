//! What the glass looks like: the pages, their tokens, icons and words, compiled from `ui/` and
//! `lang/` when the program is built. What is laid on a page and what a touch means is said by
//! `kiosk`; nothing of ours is known here, so that the long compilation begins as soon as Slint is
//! there, beside everything else.

pub mod catalogues;

#[allow(clippy::all, clippy::unwrap_used)]
mod compiled {
    slint::include_modules!();
}

pub use compiled::*;
