//! A newer rule pack is taken into use between two sessions, and staff see how it stands.

use std::sync::Arc;

use flow::{Button, Field, PackStanding, Page, Profile};
use ledger::Pack;

use crate::teller::Teller;

/// The files of the shipped pack.
pub const FILES: [(&str, &str); 8] = [
    ("pack.toml", include_str!("../../../../fleet/packs/padippuram/pack.toml")),
    ("rates.toml", include_str!("../../../../fleet/packs/padippuram/rates.toml")),
    ("wards.toml", include_str!("../../../../fleet/packs/padippuram/wards.toml")),
    ("texts.en.toml", include_str!("../../../../fleet/packs/padippuram/texts.en.toml")),
    ("texts.hi.toml", include_str!("../../../../fleet/packs/padippuram/texts.hi.toml")),
    ("texts.ml.toml", include_str!("../../../../fleet/packs/padippuram/texts.ml.toml")),
    ("texts.mr.toml", include_str!("../../../../fleet/packs/padippuram/texts.mr.toml")),
    ("texts.or.toml", include_str!("../../../../fleet/packs/padippuram/texts.or.toml")),
];

macro_rules! sheet {
    ($name:literal) => {
        (
            concat!("forms/hall_booking/", $name),
            include_str!(concat!("../../../../fleet/packs/padippuram/forms/hall_booking/", $name)),
        )
    };
}

/// Its form for bookings.
const BOOKING: [(&str, &str); 3] =
    [sheet!("survey.csv"), sheet!("choices.csv"), sheet!("settings.csv")];

/// The shipped pack.
pub fn pack() -> Arc<Pack> {
    changed_pack(|_, text| text.to_owned())
}

/// The same under another version.
pub fn pack_of(version: u32) -> Arc<Pack> {
    changed_pack(|name, text| {
        let line = text.lines().find(|line| name == "pack.toml" && line.starts_with("version ="));
        match line {
            Some(line) => text.replacen(line, &format!("version = {version}"), 1),
            None => text.to_owned(),
        }
    })
}

pub fn changed_pack(change: impl Fn(&str, &str) -> String) -> Arc<Pack> {
    let all = FILES.iter().chain(&BOOKING);
    let changed: Vec<_> = all.map(|(name, text)| (*name, change(name, text))).collect();
    let files: Vec<(&str, &str)> =
        changed.iter().map(|(name, text)| (*name, text.as_str())).collect();
    Arc::new(Pack::parse(&files).expect("the shipped pack has no fault"))
}

fn in_use(teller: &Teller) -> u32 {
    teller.flow.pack().body.version
}

#[test]
fn whoever_stands_at_the_glass_ends_by_the_pack_with_which_they_began() {
    let mut teller = Teller::kiosk();
    let old = in_use(&teller);
    teller.go_to_pay("12/345");
    teller.flow.set_pack(pack_of(71));
    assert_eq!(in_use(&teller), old);
    teller.press(Button::Finish);
    assert!(matches!(teller.page(), Page::Home(_)));
    assert_eq!(in_use(&teller), 71);
    // Where nobody is, it is taken at once; the last one counts.
    teller.flow.set_pack(pack_of(72));
    assert_eq!(in_use(&teller), 72);
    teller.go_to_pay("12/345");
    teller.flow.set_pack(pack_of(73));
    teller.flow.set_pack(pack_of(74));
    teller.wait(61);
    assert_eq!(in_use(&teller), 74, "whoever went away without a touch has ended, too");
}

#[test]
fn a_handheld_that_is_locked_over_night_begins_the_day_by_the_new_one() {
    let mut nobody = Teller::new(Profile::Collector);
    nobody.flow.set_pack(pack_of(71));
    assert_eq!(in_use(&nobody), 71, "nobody is signed in");

    let mut teller = Teller::handheld(Profile::Collector);
    teller.wait(61);
    assert!(matches!(teller.page(), Page::SignIn(_)));
    teller.flow.set_pack(pack_of(71));
    assert_eq!(in_use(&teller), 71, "the round lies behind the lock");
    teller.write(Field::Pin, "4711");
    teller.press(Button::Next);
    let old = in_use(&teller);
    teller.choose("345");
    teller.wait(61);
    teller.flow.set_pack(pack_of(72));
    assert_eq!(in_use(&teller), old, "a house lies behind the lock");
    teller.write(Field::Pin, "4711");
    teller.press(Button::Next);
    teller.press(Button::Finish);
    assert_eq!(in_use(&teller), 72);
}

#[test]
fn the_menu_says_which_pack_is_in_use_and_how_it_stands() {
    let mut teller = Teller::counter();
    teller.flow.set_pack(pack_of(71));
    teller.flow.set_pack_standing(PackStanding::EndsSoon("31-03-2027".to_owned()));
    teller.press(Button::Menu);
    let Page::Menu(menu) = teller.page() else { panic!("no menu") };
    assert_eq!(menu.pack.version, 71);
    assert_eq!(menu.pack.standing, PackStanding::EndsSoon("31-03-2027".to_owned()));
}
