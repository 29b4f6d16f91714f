//! A payer looks at what was paid for the house before: at this machine, and at others.

use serde_json::Value;
use tests::town::Kind;

use super::steps::{HOUSE, card_payment, kiosk, number, office_has_once};

fn to_demand(desk: &mut tests::device::Desk) -> Value {
    desk.choose("property_tax").expect("touched");
    desk.page("find").expect("which house");
    desk.fill("number", HOUSE).expect("typed");
    desk.press("next").expect("touched");
    desk.page("demand").expect("what is owed")
}

fn numbers(page: &Value) -> Vec<&str> {
    let rows = page["rows"].as_array().expect("a list").iter();
    rows.filter_map(|row| row["number"].as_str()).collect()
}

#[test]
fn a_payer_sees_what_was_paid_for_the_house_before() {
    let (mut town, one, mut first) = kiosk();
    let two = town.equip(Kind { name: "kiosk-2", ..Kind::kiosk() }).expect("another");
    let mut second = two.device.open().expect("its desk");
    second.until_online(true).expect("a line");
    let here = card_payment(&mut first, HOUSE, "100").expect("a receipt");
    let there = card_payment(&mut second, HOUSE, "250").expect("a receipt");
    office_has_once(&town, &[here.clone(), there.clone()]);

    let demand = to_demand(&mut first);
    assert_eq!(demand["has_earlier"], true, "{demand}");
    first.press("earlier").expect("touched");
    let page = first.page_where("earlier", |page| page["office"] == "told").expect("the list");
    assert_eq!(numbers(&page), [number(&there), number(&here)], "newest first: {page}");
    let row = &page["rows"][0];
    assert_eq!((&row["amount"], &row["mode"]), (&25_000.into(), &"card".into()), "{page}");
    assert_eq!((&row["service"], &row["cancelled"]), (&"Property tax".into(), &false.into()));
    assert!(row["date"].is_string() && row.get("owner").is_none(), "no name: {row}");

    // A receipt that somebody has with them is checked there and then.
    let square = one.printer.slip(1).expect("the slip");
    assert!(square.is_file(), "it was printed");
    first.press("back").expect("touched");
    first.page("demand").expect("what is owed");
    first.press("finish").expect("touched");
    first.page("home").expect("the idle page");

    // Without a line what this machine took is listed, and that there may be more.
    town.centre.kill().expect("the office is away");
    to_demand(&mut first);
    first.press("earlier").expect("touched");
    let page = first.page_where("earlier", |page| page["office"] == "away").expect("the list");
    assert_eq!(numbers(&page), [number(&here)], "{page}");
}
