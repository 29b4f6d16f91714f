//! What a device is told once.

use ledger::{CardMark, Language, StaffId};

use crate::screen::Profile;

/// What a device is told once, when it is made and set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The device's name in the office, "kiosk-1".
    pub name: String,
    pub profile: Profile,
    /// The language of the idle page.
    pub language: Language,
    pub wards: Vec<u16>,
    /// Those who may sign in here.
    pub staff: Vec<Member>,
    pub has_terminal: bool,
    pub has_scanner: bool,
    /// A place for a stick is set up.
    pub has_stick: bool,
    pub has_camera: bool,
    /// Codes can be read through a camera, which is shown on the glass.
    pub has_viewfinder: bool,
    pub has_card_reader: bool,
    pub has_scale: bool,
    /// A receiver of positions is attached.
    pub has_gnss: bool,
    pub battery: BatteryLimits,
    /// Everything here is practice: each page and each slip says so.
    pub practice: bool,
    /// A centre that is not the body's own: it takes its charge.
    pub is_centre: bool,
    /// The hospital that it stands in, whose staff report births and deaths with it.
    pub hospital: Option<String>,
    /// An officer's: it has the complaints of its wards.
    pub works_complaints: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: StaffId,
    pub name: String,
    /// An officer: receives the cash of a day's close.
    pub receives: bool,
    /// The mark of their badge.
    pub badge: Option<CardMark>,
}

/// Where a battery that nothing charges is said to be low, and where nothing new is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatteryLimits {
    pub low_percent: u8,
    pub stop_percent: u8,
}

impl BatteryLimits {
    /// A payment with its slip takes some minutes, and at five parts of a hundred the smallest
    /// handheld has a quarter of an hour left.
    pub const USUAL: Self = Self { low_percent: 15, stop_percent: 5 };
}
