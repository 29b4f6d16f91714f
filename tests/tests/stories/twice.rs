//! Two devices take the same demand while they are apart: both receipts stand, the office holds the
//! excess for the house, lists the case, and the payer gets a paper about it.

use serde_json::Value;
use tests::device::Desk;
use tests::town::{CASHIER, Kind, Town};

use super::counter::task;
use super::steps::{HOUSE, number, pay_by, sign_in, to_pay};

/// The whole of what a house owes, by card; answers the receipt's entry.
fn all_of_it(desk: &mut Desk) -> Value {
    to_pay(desk, HOUSE).expect("how");
    pay_by(desk, "card").expect("by card");
    let receipt = desk.entry("receipt").expect("a receipt");
    desk.page("paid").expect("thanks");
    desk.press("next").expect("touched");
    desk.page("home").expect("the idle page");
    receipt
}

#[test]
fn what_two_devices_took_apart_is_held_and_its_payer_is_told() {
    let mut town = Town::small().expect("a town");
    let one = town.equip(Kind::kiosk()).expect("a kiosk");
    let two = town.equip(Kind { name: "kiosk-2", ..Kind::kiosk() }).expect("another");
    town.centre.kill().expect("the office is away");
    let mut first = one.device.open().expect("its desk");
    let mut second = two.device.open().expect("its desk");
    let paid = all_of_it(&mut first);
    let again = all_of_it(&mut second);
    assert_eq!(paid["amount"], again["amount"], "neither knew of the other");
    first.close().expect("the desk ends");

    town.centre.serve().expect("the office is back");
    one.device.ask("sync").expect("the first one's receipt");
    second.until_online(true).expect("a line");
    let figures = town.centre.until("the case is listed", |figures| {
        figures["excess"].as_array().is_some_and(|cases| !cases.is_empty())
    });
    let figures = figures.expect("figures");
    assert_eq!(figures["total"]["count"], 2, "both stand: {figures}");
    let case = &figures["excess"][0];
    assert_eq!(case["number"], number(&again), "{figures}");

    // The cashier of the device that took it again tells the payer.
    second.press("sign_in").expect("touched");
    second.page("sign_in").expect("who");
    sign_in(&mut second, &CASHIER).expect("a cashier");
    second.page("home").expect("the counter");
    second.press("menu").expect("touched");
    let told = |menu: &Value| {
        let items = menu["items"].as_array().expect("tasks");
        items.iter().any(|item| item["id"] == "notices" && item["count"] == 1)
    };
    second.page_where("menu", told).expect("the office's notice came by itself");
    second.choose("notices").expect("touched");
    let page = second.page("notices").expect("the notices");
    assert_eq!(page["notices"][0]["kind"], "excess", "{page}");
    assert_eq!(page["notices"][0]["number"], number(&again), "{page}");
    assert_eq!(page["notices"][0]["amount"], case["amount_paise"], "{page}");
    let id = page["notices"][0]["id"].as_str().expect("an id").to_owned();
    second.choose(&id).expect("touched");
    second.entry("notice_written").expect("on disk first");
    second.page_where("paid", |page| page["kind"] == "notice").expect("its paper");
    second.press("next").expect("touched");
    second.page("home").expect("the counter");
    task(&mut second, "receipts").expect("its receipts");
    second.page("receipts").expect("both are found again");
}
