//! Where carrying the books stands.

use ledger::Writer;

use crate::screen::{Brought, CallState, Door, ErrandRow, SquaresRead, StickState};

/// Books on their way without a line.
#[derive(Clone, Debug)]
pub(crate) struct Carry {
    pub at: CarryAt,
    pub brought: Option<Brought>,
    /// How far a stream of squares was scanned.
    pub read: Option<SquaresRead>,
}

#[derive(Clone, Debug)]
pub(crate) enum CarryAt {
    Choose,
    Stick(StickState),
    Nearby(CallState),
    Squares(Streaming),
    Others {
        door: Door,
        taken: Option<Writer>,
    },
    /// Whether the parcel of a device is to be removed, and what was said of it.
    Remove(Writer, ErrandRow),
}

/// Squares that follow one another on the glass.
#[derive(Clone, Debug, Default)]
pub(crate) struct Streaming {
    /// The device whom the reply is for; none where it is this device's own parcel.
    pub of: Option<Writer>,
    pub code: Option<String>,
    pub place: u32,
    pub squares: u32,
}
