//! The day's cash on its way from a collector's bag to an officer: by two squares between two
//! devices that have no line, and at the office's own counter.

use serde_json::Value;
use tests::device::Desk;
use tests::town::{ACCOUNTANT, COLLECTOR, Kind, Town};

use super::counter::task;
use super::steps::{sign_in, suspense_in_cash};

/// A collector takes ₹250 in suspense and closes the day; answers the close's entry.
fn a_day(desk: &mut Desk) -> Value {
    suspense_in_cash(desk);
    desk.press("end_day").expect("touched");
    desk.page("day_end").expect("the count");
    desk.fill("note50", "5").expect("typed");
    desk.press("next").expect("touched");
    let closed = desk.entry("day_closed").expect("the day is closed");
    desk.page_where("day_closed", |page| page["paper"] == "printed").expect("its slip");
    desk.press("next").expect("touched");
    desk.page("round").expect("the round");
    closed
}

#[test]
fn two_devices_without_a_line_hand_the_cash_over_by_two_squares() {
    let mut town = Town::small().expect("a town");
    let bags = town.equip(Kind::collector()).expect("a handheld");
    let counter = town.equip(Kind::kiosk()).expect("a kiosk");
    let mut collector = bags.device.open().expect("its desk");
    let mut officer = counter.device.open().expect("its desk");
    // Both know each other's key by now; nothing more is heard of the office.
    collector.until_online(true).expect("a line");
    officer.until_online(true).expect("a line");
    town.centre.kill().expect("the centre is away");
    sign_in(&mut collector, &COLLECTOR).expect("the collector");
    collector.page_where("round", |page| page["rows"][0].is_object()).expect("the round");
    a_day(&mut collector);
    task(&mut collector, "hand_in").expect("to hand in");
    let page = collector.page("hand_in").expect("the closes");
    let id = page["closes"][0]["id"].as_str().expect("a close").to_owned();
    assert_eq!(page["closes"][0]["counted"], 25_000, "{page}");
    collector.choose(&id).expect("chosen");
    let page = collector.page_where("hand_in", |page| page["code"].is_string()).expect("a square");
    let close = page["code"].as_str().expect("a square").to_owned();

    officer.press("sign_in").expect("touched");
    officer.page("sign_in").expect("who");
    sign_in(&mut officer, &ACCOUNTANT).expect("the officer");
    officer.page("home").expect("the kiosk");
    task(&mut officer, "receive").expect("to receive");
    officer.page("receive").expect("a scan is awaited");
    officer.scan(&close[..close.len() - 12]).expect("scanned");
    assert_eq!(officer.refusal().expect("torn").0, "unreadable_code");
    counter.scanner.tell(&format!("scan {close}")).expect("the scanner reads it");
    let page = officer.page_where("receive", |page| page["of"].is_object()).expect("the close");
    assert_eq!(page["of"]["claimed"], 25_000, "{page}");
    assert_eq!(page["of"]["device"], "collector-1", "{page}");
    officer.fill("counted", "240").expect("typed");
    officer.press("next").expect("touched");
    assert_eq!(officer.refusal().expect("no").0, "reason_needed");
    officer.fill("reason", "A ten-rupee note is missing").expect("typed");
    officer.press("next").expect("touched");
    officer.entry("received").expect("on disk");
    let page = officer.page_where("received", |page| page["paper"] == "printed").expect("paper");
    let word = page["code"].as_str().expect("a square").to_owned();

    collector.scan(&close).expect("scanned");
    assert_eq!(collector.refusal().expect("no").0, "not_a_close");
    collector.scan(&word).expect("scanned");
    collector.entry("handed_in").expect("the officer's word is in the chain");
    collector.page("round").expect("nothing is left to hand in");
    collector.press("menu").expect("touched");
    let menu = collector.page("menu").expect("the menu");
    assert_eq!(menu["carried"], 0, "{menu}");

    town.centre.serve().expect("the centre is back");
    collector.until_online(true).expect("a line");
    officer.until_online(true).expect("a line");
    let figures = town.centre.until("both chains are there", |figures| {
        figures["closes"][0].is_object() && figures["on_the_way"][0]["state"] == "received"
    });
    let figures = figures.expect("figures");
    assert_eq!(figures["quarantine"].as_array().map(Vec::len), Some(0), "{figures}");
    assert_eq!(figures["on_the_way"][0]["amount_paise"], 24_000, "{figures}");
    assert_eq!(figures["remittance_cases"][0]["kind"], "receiving_short", "{figures}");
    collector.close().expect("the desk ends");
    officer.close().expect("the desk ends");
    for device in [&bags.device, &counter.device] {
        device.ask("verify").expect("the books are in order");
    }
}

#[test]
fn the_offices_counter_receives_without_a_second_device() {
    let town = Town::small().expect("a town");
    let bags = town.equip(Kind::collector()).expect("a handheld");
    let mut collector = bags.device.open().expect("its desk");
    sign_in(&mut collector, &COLLECTOR).expect("the collector");
    collector.page_where("round", |page| page["rows"][0].is_object()).expect("the round");
    let closed = a_day(&mut collector);
    let close = closed["seq"].as_u64().expect("a sequence").to_string();
    town.centre
        .until("the close is there", |figures| figures["closes"][0].is_object())
        .expect("figures");
    let officer = ACCOUNTANT.id.to_string();
    let words = ["receive", "--device", "collector-1", "--close", &close];
    let counted = ["--counted", "250", "--by", &officer];
    town.centre.ask(&[&words[..], &counted[..]].concat()).expect("the office receives it");
    collector.look_from_the_start();
    collector.entry("handed_in").expect("the device learns of it by itself");
}
