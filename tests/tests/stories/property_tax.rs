//! Property tax at a kiosk, from the touch to the paper to the office.

use serde_json::Value;
use tests::picture;
use tests::town::CASHIER;

use super::steps::{
    HOUSE, another_sum, card_payment, kiosk, number, office_has_once, pay_by, sign_in, to_pay,
};

#[test]
fn a_payment_by_card_is_recorded_printed_and_known_to_the_office_once() {
    let (town, equipped, mut desk) = kiosk();
    let page = to_pay(&mut desk, HOUSE).expect("how much and how");
    let due = page["amount"].as_i64().expect("paise");
    assert!(due > 0, "{page}");
    pay_by(&mut desk, "card").expect("by card");
    let receipt = desk.entry("receipt").expect("a receipt");
    assert_eq!(receipt["amount"], due);
    let paid = desk.page("paid").expect("thanks");
    assert_eq!((&paid["number"], &paid["paper"]), (&receipt["number"], &Value::from("printed")));
    assert_eq!(desk.slip().expect("a slip")["outcome"], "whole");
    office_has_once(&town, std::slice::from_ref(&receipt));

    // The terminal took the very sum once.
    let last: Value =
        serde_json::from_str(&equipped.terminal.tell("last").expect("a journal")).expect("JSON");
    assert!(last.to_string().contains(&due.to_string()), "{last}");

    // The paper has a square that says the receipt's own number.
    let slip = picture::read(&equipped.printer.slip(1).expect("paper")).expect("a picture");
    let codes = slip.codes();
    let bare: String = number(&receipt).chars().filter(char::is_ascii_alphanumeric).collect();
    let says = |code: &String| {
        let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        code.contains(&bare)
    };
    assert!(codes.iter().any(says), "{bare} is not in {codes:?}");
    assert_eq!(equipped.printer.slips().len(), 1);
    checked_by_a_citizen(&town, &receipt);
    desk.close().expect("it ends by itself");
    let verified = equipped.device.ask("verify").expect("the books can be read");
    assert!(verified.contains("complete"), "{verified}");
    let verified = town.centre.ask(&["verify"]).expect("the office's books can be read");
    assert!(verified.contains("complete"), "{verified}");
}

/// Whoever has the slip can look it up; whoever has only the number learns nothing.
fn checked_by_a_citizen(town: &tests::town::Town, receipt: &Value) {
    let path = format!("/r/{}", number(receipt));
    let asked = town.centre.get(&path).expect("the page");
    assert_eq!(asked.status, 200);
    assert!(!asked.text.contains("Card"), "{}", asked.text);
    let code = receipt["check_code"].as_str().expect("a check code");
    let wrong: String = code.chars().rev().collect();
    let denied = town.centre.post_form(&path, &format!("code={wrong}X")).expect("an answer");
    assert_eq!(denied.status, 403);
    let told = town.centre.post_form(&path, &format!("code={code}")).expect("an answer");
    assert_eq!(told.status, 200);
    assert!(told.text.contains("Card"), "{}", told.text);
}

#[test]
fn a_part_is_paid_and_the_rest_stays_due() {
    let (town, _equipped, mut desk) = kiosk();
    let before = to_pay(&mut desk, HOUSE).expect("how much and how");
    desk.press("finish").expect("left");
    desk.page("home").expect("the idle page");
    let receipt = card_payment(&mut desk, HOUSE, "100").expect("a receipt");
    assert_eq!(receipt["amount"], 10_000);
    let after = to_pay(&mut desk, HOUSE).expect("how much and how");
    let due = |page: &Value| page["amounts"][0]["amount"].as_i64().expect("the whole due");
    assert_eq!(due(&before) - due(&after), 10_000, "{before} then {after}");
    office_has_once(&town, &[receipt]);
}

#[test]
fn cash_needs_a_cashier_who_gives_change() {
    let (town, _equipped, mut desk) = kiosk();
    let page = to_pay(&mut desk, HOUSE).expect("how much and how");
    let cash = page["modes"].as_array().expect("ways").iter().find(|mode| mode["mode"] == "cash");
    assert_eq!(cash.expect("cash is shown")["not_now"], "no_cashier");
    desk.choose("cash").expect("touched");
    assert_eq!(desk.refusal().expect("no").0, "no_cashier");
    desk.press("finish").expect("left");
    desk.page("home").expect("the idle page");

    desk.press("sign_in").expect("touched");
    desk.page("sign_in").expect("who");
    sign_in(&mut desk, &CASHIER).expect("the cashier");
    desk.page("home").expect("the idle page");
    to_pay(&mut desk, HOUSE).expect("how much and how");
    another_sum(&mut desk, "450").expect("a part");
    pay_by(&mut desk, "cash").expect("in cash");
    desk.page("cash").expect("the counter");
    desk.fill("tendered", "400").expect("typed");
    desk.press("next").expect("touched");
    assert_eq!(desk.refusal().expect("no").0, "tendered_too_little");
    desk.fill("tendered", "500").expect("typed");
    desk.press("next").expect("touched");
    let receipt = desk.entry("receipt").expect("a receipt");
    let paid = desk.page("paid").expect("thanks");
    assert_eq!((&paid["change"], &paid["mode"]), (&Value::from(5_000), &Value::from("cash")));
    office_has_once(&town, &[receipt]);
}

#[test]
fn a_declined_card_takes_nothing() {
    let (town, equipped, mut desk) = kiosk();
    equipped.terminal.tell("mode decline").expect("told");
    to_pay(&mut desk, HOUSE).expect("how much and how");
    pay_by(&mut desk, "card").expect("by card");
    desk.page_where("card", |page| page["state"] == "declined").expect("declined");
    equipped.terminal.tell("mode auto").expect("told");
    desk.press("next").expect("another try");
    desk.page("pay").expect("how much and how");
    desk.press("next").expect("by card again");
    let receipt = desk.entry("receipt").expect("a receipt");
    desk.page("paid").expect("thanks");
    office_has_once(&town, &[receipt]);
}
