//! UPI: the square, the wait, and a bank that takes its time or says things twice.

use serde_json::Value;
use tests::device::Desk;
use tests::sims::Sim;
use tests::town::{Equipped, Kind, Town};

use super::steps::{HOUSE, kiosk, office_has_once, pay_by, to_pay};

/// A kiosk at the page of the square, and the bank.
fn at_the_square() -> (Town, Equipped, Desk, Sim, Value) {
    let (town, equipped, mut desk) = kiosk();
    let bank = Sim::upi(town.folder(), &town.centre).expect("a bank");
    to_pay(&mut desk, HOUSE).expect("how much and how");
    pay_by(&mut desk, "upi").expect("by UPI");
    let page = desk.page("upi").expect("the square");
    (town, equipped, desk, bank, page)
}

fn pays(bank: &Sim, page: &Value) -> String {
    let code = page["code"].as_str().expect("the square's text");
    bank.tell(&format!("pay {code}")).expect("the bank heard it")
}

#[test]
fn the_square_asks_for_the_money_and_the_receipt_follows_the_banks_word() {
    let (town, equipped, desk, bank, page) = at_the_square();
    let code = page["code"].as_str().expect("the square's text");
    for part in ["upi://pay?", "pa=", "pn=", "tr=", "am=", "cu=INR", "tn="] {
        assert!(code.contains(part), "{part} is not in {code}");
    }
    pays(&bank, &page);
    let receipt = desk.entry("receipt").expect("a receipt");
    assert_eq!(receipt["amount"], page["amount"]);
    assert_eq!(desk.page("paid").expect("thanks")["mode"], "upi");
    equipped.printer.slip(1).expect("paper");
    office_has_once(&town, &[receipt]);
}

#[test]
fn while_the_bank_takes_its_time_there_is_a_waiting_slip() {
    let (town, equipped, mut desk, bank, page) = at_the_square();
    desk.press("print_waiting").expect("touched");
    desk.page_where("upi", |page| page["waiting_slip"] == "printed").expect("a waiting slip");
    equipped.printer.slip(1).expect("paper");
    assert!(!desk.entries().iter().any(|entry| entry["kind"] == "receipt"));
    bank.tell("late 800").expect("told");
    pays(&bank, &page);
    let receipt = desk.entry("receipt").expect("a receipt");
    desk.page("paid").expect("thanks");
    equipped.printer.slip(2).expect("paper");
    office_has_once(&town, &[receipt]);
}

#[test]
fn a_word_that_comes_twice_makes_one_receipt() {
    let (town, _equipped, mut desk, bank, page) = at_the_square();
    bank.tell("twice on").expect("told");
    pays(&bank, &page);
    let receipt = desk.entry("receipt").expect("a receipt");
    desk.page("paid").expect("thanks");
    desk.press("next").expect("touched");
    desk.page("home").expect("the idle page");
    pays(&bank, &page);
    office_has_once(&town, &[receipt]);
    let receipts = desk.entries().into_iter().filter(|entry| entry["kind"] == "receipt");
    assert_eq!(receipts.count(), 1);
}

#[test]
fn a_word_that_comes_after_a_restart_makes_its_receipt() {
    let (town, equipped, desk, bank, page) = at_the_square();
    desk.kill().expect("cut");
    let desk = equipped.device.open().expect("its desk again");
    desk.entry("intent_ended").expect("the square is gone");
    // Whether the office has heard of the square by now or not, the bank's word is kept for it.
    pays(&bank, &page);
    let receipt = desk.entry("receipt").expect("a receipt all the same");
    assert_eq!(receipt["amount"], page["amount"]);
    office_has_once(&town, &[receipt]);
    // Nobody waits for the slip: it is kept, not printed for whoever passes by.
    assert!(equipped.printer.slips().is_empty());
}

#[test]
fn a_word_that_comes_after_the_time_was_up_makes_its_receipt() {
    let town = Town::small_with(&[("upi_expiry_s = 300", "upi_expiry_s = 5")]).expect("a town");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    let bank = Sim::upi(town.folder(), &town.centre).expect("a bank");
    to_pay(&mut desk, HOUSE).expect("how much and how");
    pay_by(&mut desk, "upi").expect("by UPI");
    let page = desk.page("upi").expect("the square");
    desk.entry("intent_ended").expect("no word in time");
    assert_eq!(desk.refusal().expect("and it is said").0, "payment_expired");
    pays(&bank, &page);
    let receipt = desk.entry("receipt").expect("a receipt all the same");
    office_has_once(&town, &[receipt]);
}

#[test]
fn a_word_with_a_false_signature_is_none() {
    let (town, _equipped, desk, bank, page) = at_the_square();
    bank.tell("wrong-signature on").expect("told");
    assert_eq!(pays(&bank, &page), "401");
    assert!(!desk.entries().iter().any(|entry| entry["kind"] == "receipt"));
    assert_eq!(town.centre.figures().expect("figures")["total"]["count"], 0);
    bank.tell("wrong-signature off").expect("told");
    pays(&bank, &page);
    let receipt = desk.entry("receipt").expect("a receipt");
    office_has_once(&town, &[receipt]);
}
