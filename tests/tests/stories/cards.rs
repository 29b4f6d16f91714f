//! Cards on a reader: a badge names who signs in, and a household's card opens its house on every
//! handheld of the ward.

use serde_json::Value;
use tests::device::{Attached, Desk};
use tests::sims::{Cable, Sim};
use tests::town::{
    ACCOUNTANT, CASHIER, COLLECTOR, Equipped, Kind, Member, Town, WORKER, attached, house_code,
};

use super::steps::{HOUSE, sign_in};

/// As it is printed on the badge, and as readers say it.
const BADGE: &str = "0012345678";
const BADGE_BYTES: [u8; 4] = [0x00, 0xbc, 0x61, 0x4e];
const HOUSEHOLD_CARD: &str = "0000098765";

fn given(town: &Town, member: &Member, words: &[&str]) -> Result<(), tests::Trouble> {
    let Member { id, name, role, pin } = *member;
    town.centre.staff_with((id, name, role, pin), words)
}

/// A device with a card reader beside everything else.
fn with_reader(town: &Town, kind: Kind<'_>, cable: Cable) -> (Equipped, Sim) {
    let equipped = town.equip(kind).expect("a device");
    let Equipped { device, printer, terminal, scanner } = &equipped;
    let reader = Sim::card_reader(device.folder(), cable).expect("a card reader");
    let [printer, terminal, scanner] = attached(kind, printer, terminal, scanner);
    let all = [printer, terminal, scanner, Attached::card_reader(reader.port())];
    device.configure(kind.profile, &town.centre.url(), kind.language, &all).expect("kiosk.toml");
    (equipped, reader)
}

fn chosen<'a>(page: &'a Value) -> Option<&'a str> {
    page["chosen"].as_str()
}

#[test]
fn a_badge_names_who_signs_in_and_the_pin_proves_it() {
    let town = Town::small().expect("a town");
    given(&town, &CASHIER, &["--badge", BADGE]).expect("a badge");
    // A new name or PIN leaves the badge; nobody else gets it; what is no number is refused.
    given(&town, &CASHIER, &[]).expect("the same again");
    let twice = given(&town, &ACCOUNTANT, &["--badge", "0A:00:BC:61:4E"]).expect_err("it is taken");
    assert!(twice.to_string().contains("staff 11 has this badge"), "{twice}");
    let wrong = given(&town, &ACCOUNTANT, &["--badge", "blue"]).expect_err("no number");
    assert!(wrong.to_string().contains("ten digits"), "{wrong}");

    let (equipped, reader) = with_reader(&town, Kind::kiosk(), Cable::Pty);
    let file = std::fs::read(equipped.device.folder().join("device.padi")).expect("the file");
    assert!(!file.windows(4).any(|bytes| bytes == BADGE_BYTES), "the number is in the file");
    let mut desk = equipped.device.open().expect("its desk");
    desk.press("sign_in").expect("touched");
    let page = desk.page("sign_in").expect("who?");
    assert_eq!((chosen(&page), &page["can_present"]), (None, &true.into()));

    desk.look_from_now();
    reader.tell("touch no 0000000001").expect("another card");
    let (code, sentence) = desk.refusal().expect("nobody's");
    assert_eq!(code, "unknown_badge", "{sentence}");
    // Noise, a torn frame and a wrong check are no card.
    reader.tell("garbage 200").expect("noise");
    reader.tell("check off").expect("told");
    reader.tell(&format!("touch no {BADGE}")).expect("a wrong check");
    reader.tell("check on").expect("told");
    reader.tell("split on").expect("told");
    desk.look_from_now();
    reader.tell(&format!("present no {BADGE}")).expect("the badge");
    let named = desk.page_where("sign_in", |page| chosen(page) == Some("11")).expect("her name");
    assert_eq!(named["pin_digits"], 0);

    desk.press("next").expect("touched");
    assert_eq!(desk.refusal().expect("the PIN").0, "nothing_typed");
    desk.fill("pin", "0000").expect("typed");
    desk.press("next").expect("touched");
    assert_eq!(desk.refusal().expect("the PIN").0, "wrong_pin");
    desk.fill("pin", CASHIER.pin).expect("typed");
    desk.press("next").expect("touched");
    desk.entry("signed_in").expect("signed in");
    let hers = |screen: &Value| screen["frame"]["staff"] == CASHIER.name;
    desk.screen_where("her name on the glass", hers).expect("she works here now");
    assert!(!desk.log().contains("BC614E") && !desk.log().contains(BADGE), "{}", desk.log());
}

fn card_row(page: &Value) -> Value {
    let rows = page["rows"].as_array().cloned().unwrap_or_default();
    rows.into_iter().find(|row| row["id"] == "household.card").unwrap_or_default()
}

fn present(desk: &mut Desk, reader: &Sim) {
    desk.look_from_now();
    reader.tell(&format!("touch no {HOUSEHOLD_CARD}")).expect("the card");
}

/// A card that is laid down again within a second still lies there to the reader; another card
/// between them ends that.
fn present_another(desk: &mut Desk, reader: &Sim, refused_as: &str) {
    desk.look_from_now();
    reader.tell("touch no 0000000002").expect("another card");
    assert_eq!(desk.refusal().expect("it is no house's").0, refused_as);
}

#[test]
fn a_household_s_card_is_given_at_one_handheld_and_opens_the_house_at_another() {
    let mut town = Town::small().expect("a town");
    let (worker, reader) = with_reader(&town, Kind::karmasena(), Cable::Tcp);
    let mut desk = worker.device.open().expect("its desk");
    sign_in(&mut desk, &WORKER).expect("the worker");
    desk.page("round").expect("the round");
    present(&mut desk, &reader);
    assert_eq!(desk.refusal().expect("not yet").0, "unknown_card");
    desk.scan(&house_code(HOUSE).expect("a code")).expect("scanned");
    desk.page("visit").expect("the visit");
    present_another(&mut desk, &reader, "not_here");
    desk.press("details").expect("touched");
    let before = desk.page("details").expect("about this house");
    assert_eq!(card_row(&before)["answer"]["card"]["can_present"], true, "{before}");
    present(&mut desk, &reader);
    let read = |page: &Value| card_row(page)["answer"]["card"]["presented"] == true;
    desk.page_where("details", read).expect("it was read");
    desk.press("next").expect("saved");
    desk.page("visit").expect("the visit goes on");
    desk.press("back").expect("touched");
    desk.page("round").expect("the round");
    present_another(&mut desk, &reader, "unknown_card");
    present(&mut desk, &reader);
    let visit = desk.page("visit").expect("the house of the card");
    assert_eq!((&visit["place"]["number"], &visit["scanned"]), (&HOUSE.into(), &true.into()));
    desk.close().expect("it ends");
    worker.device.ask("sync").expect("the office has it");

    // The collector's handheld hears of it, and needs no line to find the house.
    let (collector, reader) = with_reader(&town, Kind::collector(), Cable::Tcp);
    collector.device.ask("sync").expect("all records of the ward");
    town.centre.stop().expect("the office closes");
    let mut desk = collector.device.open().expect("its desk");
    sign_in(&mut desk, &COLLECTOR).expect("the collector");
    desk.page("round").expect("the round");
    present(&mut desk, &reader);
    let demand = desk.page("demand").expect("what the house owes");
    assert_eq!(demand["place"]["number"], HOUSE);
}
