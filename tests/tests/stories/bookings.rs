//! Halls are booked at two kiosks that have no line: each sells what was leased to it and nothing
//! else, and no time is sold twice.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use ledger::{Booking, Entry, Fact};
use replica::audit::Book;
use serde_json::Value;
use tests::device::Desk;
use tests::town::{ACCOUNTANT, CASHIER, Equipped, Kind, Town};

use super::steps::{office_has_once, pay_by, sign_in};

const GROUND: &str = "play_ground";

/// A day that is far enough ahead, as YYYY-MM-DD, and how many months after this one.
fn day() -> (String, u32) {
    let india = chrono::FixedOffset::east_opt(19_800).expect("India's offset");
    let today = chrono::Utc::now().with_timezone(&india).date_naive();
    let on = |day: NaiveDate| day.weekday() == Weekday::Tue;
    let day = (20..27).map(|days| today + Days::new(days)).find(|day| on(*day)).expect("a Tuesday");
    let months = |date: NaiveDate| date.year().unsigned_abs() * 12 + date.month();
    (day.to_string(), months(day) - months(today))
}

fn lease(town: &Town, device: &str, day: &str, slots: &[&str]) -> Result<String, tests::Trouble> {
    let by = ACCOUNTANT.id.to_string();
    let mut words = vec!["slots", "--lease", "--device", device, "--facility", "play-ground"];
    words.extend(["--from", day, "--to", day, "--by", &by]);
    words.extend(slots.iter().flat_map(|slot| ["--slots", slot]));
    town.centre.ask(&words)
}

/// From the idle page to the times of a day.
fn to_times(desk: &mut Desk, day: &str, months: u32) -> Value {
    desk.choose("hall_booking").expect("touched");
    let first = desk.page_where("book", |page| page["step"] == "facility").expect("which");
    assert_eq!(first["facilities"][1]["title"], "Play ground", "{first}");
    desk.choose(GROUND).expect("touched");
    let shown = desk.page_where("book", |page| page["step"] == "day").expect("its days");
    let is_here = |page: &Value| {
        let days = page["days"].as_array().expect("days");
        days.iter().any(|cell| cell["id"] == day)
    };
    // A month with something free is shown first, else this one.
    if !is_here(&shown) {
        for _ in 0..months {
            desk.choose("later").expect("touched");
        }
        desk.page_where("book", is_here).expect("its month");
    }
    desk.choose(day).expect("touched");
    desk.page_where("book", |page| page["step"] == "slot").expect("its times")
}

fn states(times: &Value) -> Vec<String> {
    let slots = times["slots"].as_array().expect("slots").iter();
    slots.map(|slot| slot["state"].as_str().expect("a state").to_owned()).collect()
}

/// Books a time of the day that is on the page, and pays it in cash; the receipt's entry.
fn buy(desk: &mut Desk, slot: &str, rupees: &str) -> Value {
    desk.choose(slot).expect("touched");
    desk.page("form").expect("the first question");
    desk.fill("answer", "Suma P.").expect("typed");
    desk.press("next").expect("touched");
    desk.page_where("form", |page| page["label"] == "What is it for?").expect("the purpose");
    desk.choose("family").expect("touched");
    desk.press("next").expect("touched");
    let answers = desk.page("answers").expect("all answers");
    assert_eq!(answers["rows"][0]["answer"], "Play ground", "{answers}");
    desk.press("next").expect("touched");
    desk.page("demand").expect("what is owed");
    desk.press("next").expect("touched");
    desk.page("pay").expect("how");
    pay_by(desk, "cash").expect("in cash");
    desk.page("cash").expect("the counter");
    desk.fill("tendered", rupees).expect("typed");
    desk.press("next").expect("touched");
    let receipt = desk.entry("receipt").expect("on disk");
    desk.page("paid").expect("thanks");
    assert_eq!(desk.slip().expect("a slip")["outcome"], "whole");
    desk.press("finish").expect("touched");
    desk.page("home").expect("the next one");
    receipt
}

fn kiosk(town: &Town, name: &'static str) -> Equipped {
    town.equip(Kind { name, ..Kind::kiosk() }).expect("a kiosk")
}

/// The desk of a kiosk with the cashier at it.
fn desk_of(equipped: &Equipped) -> Desk {
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    desk.press("sign_in").expect("touched");
    desk.page("sign_in").expect("who?");
    sign_in(&mut desk, &CASHIER).expect("the cashier");
    desk.page("home").expect("the first page");
    desk
}

/// What the office has as booked by the receipts of a device.
fn booked(town: &Town, writer: &str) -> Vec<Booking> {
    let export = town.centre.ask(&["export", "--writer", writer]).expect("the centre's export");
    let book = Book::read(export.as_bytes()).expect("an export");
    let entries = book.entries.iter().map(|entry| minicbor::decode::<Entry>(&entry.canonical));
    let bookings = entries.filter_map(|entry| match entry.expect("an entry").fact {
        Fact::Receipt(receipt) => Booking::of_receipt(&receipt).expect("a whole booking"),
        _ => None,
    });
    bookings.collect()
}

#[test]
fn two_kiosks_without_a_line_sell_what_they_have_and_nothing_twice() {
    let mut town = Town::small().expect("a town");
    let (day, months) = day();
    let (one, two) = (kiosk(&town, "kiosk-1"), kiosk(&town, "kiosk-2"));
    lease(&town, "kiosk-1", &day, &["morning", "evening"]).expect("leased");
    let refused = lease(&town, "kiosk-2", &day, &["morning"]).expect_err("it is the other's");
    assert!(refused.to_string().contains("leased to kiosk-1"), "{refused}");
    lease(&town, "kiosk-2", &day, &["day"]).expect("leased");
    let (mut first, mut second) = (desk_of(&one), desk_of(&two));
    for desk in [&mut first, &mut second] {
        desk.look_from_the_start();
        desk.entry("slots_opened").expect("it has them with the next contact");
    }
    town.centre.kill().expect("the line is gone");

    assert_eq!(states(&to_times(&mut first, &day, months)), ["free", "not_here", "free"]);
    first.choose("day").expect("touched");
    assert_eq!(first.refusal().expect("no").0, "slot_taken");
    let mut sold = vec![buy(&mut first, "morning", "200")];
    assert_eq!(states(&to_times(&mut first, &day, months)), ["sold", "not_here", "free"]);
    sold.push(buy(&mut first, "evening", "300"));
    let times = to_times(&mut first, &day, months);
    assert_eq!((states(&times)[2].as_str(), &times["none_free"]), ("sold", &Value::Bool(true)));
    to_times(&mut second, &day, months);
    let other = buy(&mut second, "day", "400");

    town.centre.serve().expect("the line is back");
    for desk in [&mut first, &mut second] {
        desk.until_online(true).expect("a line");
    }
    sold.push(other);
    office_has_once(&town, &sold);
    let all: Vec<Booking> = ["1", "2"].iter().flat_map(|writer| booked(&town, writer)).collect();
    assert_eq!((all.len(), all.iter().collect::<BTreeSet<_>>().len()), (3, 3), "{all:?}");
    let listed = town.centre.ask(&["slots", "--list"]).expect("the leases");
    assert!(listed.contains("2 sold  with the device"), "{listed}");
}
