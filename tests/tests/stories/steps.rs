//! What people do over and over again in the stories.

use serde_json::Value;
use tests::Trouble;
use tests::device::Desk;
use tests::town::{Equipped, Kind, Member, Town};

pub const HOUSE: &str = tests::sample::PICTURED;

/// A town with one kiosk whose line is up.
pub fn kiosk() -> (Town, Equipped, Desk) {
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    (town, equipped, desk)
}

/// From the idle page to how much and how.
pub fn to_pay(desk: &mut Desk, house: &str) -> Result<Value, Trouble> {
    desk.choose("property_tax")?;
    desk.page("find")?;
    desk.fill("number", house)?;
    desk.press("next")?;
    desk.page("demand")?;
    desk.press("next")?;
    desk.page("pay")
}

/// Sets a sum of one's own, from the page of how much and how.
pub fn another_sum(desk: &mut Desk, rupees: &str) -> Result<(), Trouble> {
    desk.choose("another")?;
    desk.page("amount")?;
    desk.fill("amount", rupees)?;
    desk.press("next")?;
    desk.page("pay").map(|_| ())
}

/// Chooses how, and pays; the page of that way, or the next one, follows.
pub fn pay_by(desk: &mut Desk, mode: &str) -> Result<(), Trouble> {
    desk.choose(mode)?;
    desk.page_where("pay", |page| page["mode"] == mode)?;
    desk.press("next")
}

/// A whole payment by card of a sum; answers the receipt's entry.
pub fn card_payment(desk: &mut Desk, house: &str, rupees: &str) -> Result<Value, Trouble> {
    to_pay(desk, house)?;
    another_sum(desk, rupees)?;
    pay_by(desk, "card")?;
    let receipt = desk.entry("receipt")?;
    desk.page("paid")?;
    desk.press("next")?;
    desk.page("home")?;
    Ok(receipt)
}

/// On a round, ₹250 in cash for a house that nobody can find; answers the receipt's entry.
pub fn suspense_in_cash(desk: &mut Desk) -> Value {
    desk.press("suspense").expect("touched");
    desk.page("suspense").expect("whose money");
    for (field, text) in [("payer", "Suma P.K"), ("place", "Blue gate"), ("amount", "250")] {
        desk.fill(field, text).expect("typed");
    }
    desk.press("next").expect("touched");
    desk.page("pay").expect("how");
    pay_by(desk, "cash").expect("in cash");
    desk.page("cash").expect("the counter");
    desk.fill("tendered", "250").expect("typed");
    desk.press("next").expect("touched");
    let receipt = desk.entry("receipt").expect("on disk");
    desk.page("paid").expect("thanks");
    desk.press("next").expect("touched");
    desk.page("round").expect("the round");
    receipt
}

pub fn sign_in(desk: &mut Desk, member: &Member) -> Result<(), Trouble> {
    desk.choose(&member.id.to_string())?;
    desk.fill("pin", member.pin)?;
    desk.press("next")?;
    desk.entry("signed_in").map(|_| ())
}

/// How often a receipt stands on the dashboard.
pub fn times(figures: &Value, number: &str) -> usize {
    let receipts = figures["receipts"].as_array().expect("a list of receipts");
    receipts.iter().filter(|receipt| receipt["number"] == number).count()
}

/// Waits until the office has these receipts, and looks that it has each once and the sum of them.
pub fn office_has_once(town: &Town, receipts: &[Value]) {
    let numbers: Vec<&str> = receipts.iter().map(number).collect();
    let figures = town
        .centre
        .until("all receipts are there", |figures| {
            numbers.iter().all(|number| times(figures, number) >= 1)
        })
        .expect("the office has them");
    for number in &numbers {
        assert_eq!(times(&figures, number), 1, "{number} in {figures}");
    }
    let sum: i64 = receipts.iter().map(|receipt| receipt["amount"].as_i64().expect("paise")).sum();
    assert_eq!(figures["total"]["count"], receipts.len(), "{figures}");
    assert_eq!(figures["total"]["amount_paise"], sum, "{figures}");
    assert_eq!(figures["quarantine"].as_array().map(Vec::len), Some(0), "{figures}");
    assert_eq!(figures["forks"].as_array().map(Vec::len), Some(0), "{figures}");
}

pub fn number(receipt: &Value) -> &str {
    receipt["number"].as_str().expect("a receipt has a number")
}
