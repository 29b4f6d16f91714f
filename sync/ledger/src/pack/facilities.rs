//! Reads what can be booked: the body's halls and grounds, and the slots of their days.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};

use super::body::Service;
use super::calendar::{Calendar, WeeklyOff, days_off};
use super::main_file::name;
use super::reader::Section;
use crate::slots::{SLOT_DAYS_MAX, SLOTS_A_DAY_MAX};

/// The most facilities of a body: a page of them.
const FACILITIES_MAX: usize = 12;

/// The most days on which one is closed, besides those of each week.
const CLOSED_DATES_MAX: usize = 400;

/// A hall, a ground, a room: what is booked by the slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facility {
    pub id: String,
    /// The service that books it.
    pub service: String,
    /// The ward in which it stands; none where it is not of one.
    pub ward: Option<u16>,
    /// How many days ahead it can be booked, today not counted.
    pub days_ahead: u16,
    /// In the order of the day.
    pub slots: Vec<FacilitySlot>,
    closed_days: Vec<WeeklyOff>,
    closed_dates: BTreeSet<NaiveDate>,
    closed_on_holidays: bool,
}

/// A part of each day, in India's civil time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacilitySlot {
    pub id: String,
    pub from: NaiveTime,
    pub to: NaiveTime,
}

impl Facility {
    pub fn slot(&self, id: &str) -> Option<&FacilitySlot> {
        self.slots.iter().find(|slot| slot.id == id)
    }

    /// Whether nobody can have it on a day, by its own rule and the holidays of the body.
    pub fn is_closed_on(&self, day: NaiveDate, calendar: &Calendar) -> bool {
        self.closed_days.iter().any(|off| off.holds_on(day))
            || self.closed_dates.contains(&day)
            || self.closed_on_holidays && calendar.is_holiday(day)
    }
}

pub(super) fn read(root: &Section<'_>, services: &[Service]) -> Vec<Facility> {
    let all: Vec<Facility> = root
        .sections_if_any("facility")
        .into_iter()
        .map(|section| read_one(section, services))
        .collect();
    for (place, facility) in all.iter().enumerate() {
        if all[..place].iter().any(|other| other.id == facility.id) {
            root.fault(format!("facility {} stands twice", facility.id));
        }
    }
    if all.len() > FACILITIES_MAX {
        root.fault(format!("the pack has more than {FACILITIES_MAX} facilities"));
    }
    for service in services.iter().filter(|service| service.books) {
        if !all.iter().any(|facility| facility.service == service.id) {
            let what = format!("{} books, and no [[facility]] names it as its service", service.id);
            root.fault(what);
        }
    }
    all
}

fn read_one(section: Section<'_>, services: &[Service]) -> Facility {
    let days = section.whole("days_ahead", 1..=SLOT_DAYS_MAX - 1);
    let facility = Facility {
        id: name(&section, "id"),
        service: name(&section, "service"),
        ward: section.has("ward").then(|| {
            u16::try_from(section.whole("ward", 1..=999)).expect("checked against the most wards")
        }),
        days_ahead: u16::try_from(days).expect("checked to lie within a year"),
        slots: read_slots(&section),
        closed_days: match section.has("closed_days") {
            true => days_off(&section, "closed_days"),
            false => Vec::new(),
        },
        closed_dates: read_dates(&section),
        closed_on_holidays: section.has("closed_on_holidays") && section.yes("closed_on_holidays"),
    };
    let books = |service: &&Service| service.id == facility.service && service.books;
    if !services.iter().any(|service| books(&service)) {
        let what = "must be a service of pack.toml with books = \"facility\"";
        section.fault_at("service", what);
    }
    section.finish();
    facility
}

fn read_dates(section: &Section<'_>) -> BTreeSet<NaiveDate> {
    if !section.has("closed_dates") {
        return BTreeSet::new();
    }
    let written = section.list("closed_dates");
    let dates: BTreeSet<NaiveDate> = written.iter().filter_map(|day| day.parse().ok()).collect();
    if dates.len() != written.len() || dates.len() > CLOSED_DATES_MAX {
        let what = "must be a list of different days, written \"2026-08-15\", 400 at most";
        section.fault_at("closed_dates", what);
    }
    dates
}

/// The slots of a day follow one another: nobody books a part of another's time.
fn read_slots(section: &Section<'_>) -> Vec<FacilitySlot> {
    let read = |slot: Section<'_>| {
        let read = FacilitySlot {
            id: name(&slot, "id"),
            from: time(&slot, "from"),
            to: time(&slot, "to"),
        };
        if read.from >= read.to {
            slot.fault_at("to", "must be later than from");
        }
        slot.finish();
        read
    };
    let slots: Vec<FacilitySlot> = section.sections("slot").into_iter().map(read).collect();
    if !(1..=SLOTS_A_DAY_MAX).contains(&slots.len()) {
        section.fault_at("slot", &format!("must be 1 to {SLOTS_A_DAY_MAX} slots"));
    }
    for (place, slot) in slots.iter().enumerate() {
        if slots[..place].iter().any(|other| other.id == slot.id) {
            section.fault_at("slot", &format!("{} stands twice", slot.id));
        }
    }
    if slots.windows(2).any(|pair| pair[1].from < pair[0].to) {
        section.fault_at("slot", "each must begin when the one before has ended, or later");
    }
    slots
}

fn time(section: &Section<'_>, key: &str) -> NaiveTime {
    let text = section.text(key);
    let time = NaiveTime::parse_from_str(&text, "%H:%M").ok();
    let written = time.filter(|time| time.format("%H:%M").to_string() == text);
    written.unwrap_or_else(|| {
        if !text.is_empty() {
            section.fault_at(key, "must be a time of the day, written \"09:30\"");
        }
        NaiveTime::default()
    })
}

pub(super) fn name_path(facility: &str) -> String {
    format!("facilities.{facility}")
}

pub(super) fn slot_path(facility: &str, slot: &str) -> String {
    format!("facility_slots.{facility}_{slot}")
}

/// The texts that a facility needs.
pub(super) fn text_paths(facility: &Facility) -> Vec<String> {
    let slots = facility.slots.iter().map(|slot| slot_path(&facility.id, &slot.id));
    std::iter::once(name_path(&facility.id)).chain(slots).collect()
}

#[cfg(test)]
mod tests;
