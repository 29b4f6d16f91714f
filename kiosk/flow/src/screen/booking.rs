//! The page on which a facility, a day and a time are chosen.

use schemars::JsonSchema;
use serde::Serialize;

/// What can be booked at this device.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct BookPage {
    pub step: BookStep,
    pub facilities: Vec<FacilityRow>,
    /// "Community hall", once it is chosen.
    pub facility: String,
    /// "August 2026".
    pub month: String,
    /// Empty places before the month's first day, in weeks that begin with Monday.
    pub blanks: u8,
    /// Every day of the month.
    pub days: Vec<DayCell>,
    /// Whether `earlier` and `later` can be chosen.
    pub has_earlier: bool,
    pub has_later: bool,
    /// "14-08-2026", once it is chosen.
    pub day: Option<String>,
    pub slots: Vec<SlotRow>,
    /// Nothing on this page can be booked here: other machines and the counter have other times.
    pub none_free: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BookStep {
    Facility,
    Day,
    Slot,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FacilityRow {
    /// The id to `choose`.
    pub id: String,
    pub title: String,
    /// 0 where it stands in no ward.
    pub ward: u16,
    pub ward_name: String,
    /// On how many days something is free here.
    pub free_days: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DayCell {
    /// The id to `choose`, "2026-08-14".
    pub id: String,
    pub number: u32,
    pub state: DayState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    Free,
    /// Nothing is left, or leased to this device.
    NoneHere,
    /// Nobody can have it then.
    Closed,
    /// Over, or further ahead than it is booked.
    Outside,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SlotRow {
    /// The id to `choose`.
    pub id: String,
    /// "Morning, 09:00 to 13:00".
    pub title: String,
    pub state: SlotState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlotState {
    Free,
    /// Sold at this device.
    Sold,
    /// It has begun.
    Over,
    /// Not this device's to sell.
    NotHere,
}
