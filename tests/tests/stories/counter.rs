//! A cashier's counter: a receipt that is cancelled by two persons, one that is certified since its
//! payer lost it, a cheque, and change money with the count at the day's end.

use serde_json::Value;
use tests::Trouble;
use tests::device::Desk;
use tests::town::{ACCOUNTANT, CASHIER};

use super::steps::{HOUSE, another_sum, kiosk, number, office_has_once, pay_by, sign_in, to_pay};

/// Signs the cashier in at a kiosk that nobody is at.
pub fn behind_the_counter(desk: &mut Desk) -> Result<(), Trouble> {
    desk.press("sign_in")?;
    desk.page("sign_in")?;
    sign_in(desk, &CASHIER)?;
    desk.page("home").map(|_| ())
}

/// One payment in cash, paper and all; answers the receipt's entry.
pub fn cash_payment(desk: &mut Desk, rupees: &str) -> Result<Value, Trouble> {
    to_pay(desk, HOUSE)?;
    another_sum(desk, rupees)?;
    pay_by(desk, "cash")?;
    desk.page("cash")?;
    desk.fill("tendered", rupees)?;
    desk.press("next")?;
    let receipt = desk.entry("receipt")?;
    desk.page("paid")?;
    desk.press("next")?;
    desk.page("home")?;
    Ok(receipt)
}

/// From the idle page to a task of the menu.
pub fn task(desk: &mut Desk, task: &str) -> Result<(), Trouble> {
    desk.press("menu")?;
    desk.page("menu")?;
    desk.choose(task)
}

/// The page of the newest receipt.
fn newest(desk: &mut Desk) -> Result<Value, Trouble> {
    task(desk, "receipts")?;
    let list = desk.page("receipts")?;
    let id = list["receipts"][0]["id"].as_str().expect("a receipt").to_owned();
    desk.choose(&id)?;
    desk.page("receipt")
}

#[test]
fn two_persons_cancel_a_receipt_and_its_number_stays_used() {
    let (town, equipped, mut desk) = kiosk();
    behind_the_counter(&mut desk).expect("a cashier");
    let wrong = cash_payment(&mut desk, "100").expect("a receipt");
    let page = newest(&mut desk).expect("the receipt");
    assert!(page["cannot_cancel"].is_null(), "{page}");
    desk.press("cancel_receipt").expect("touched");
    desk.page("cancel").expect("why, and who sees it");
    desk.press("next").expect("touched");
    assert_eq!(desk.refusal().expect("no").0, "cancel_reason_needed");
    desk.fill("reason", "The wrong house").expect("typed");
    desk.choose(&ACCOUNTANT.id.to_string()).expect("chosen");
    desk.fill("pin", "0000").expect("typed");
    desk.press("next").expect("touched");
    assert_eq!(desk.refusal().expect("no").0, "wrong_pin");
    desk.fill("pin", ACCOUNTANT.pin).expect("typed");
    desk.press("next").expect("touched");
    desk.entry("voided").expect("cancelled");
    desk.page_where("paid", |page| page["kind"] == "voided").expect("its paper");
    desk.press("next").expect("touched");
    desk.page("home").expect("the counter");
    let page = newest(&mut desk).expect("the receipt");
    assert_eq!((&page["receipt"]["cancelled"], &page["reprint"]), (&true.into(), &"none".into()));
    desk.press("finish").expect("touched");
    let right = cash_payment(&mut desk, "200").expect("the next number");
    let figures = town.centre.until("both are known", |figures| {
        figures["cancelled"][0].is_object() && figures["total"]["count"] == 1
    });
    let figures = figures.expect("figures");
    assert_eq!(figures["cancelled"][0]["number"], number(&wrong), "{figures}");
    assert_eq!(figures["cancelled"][0]["reason"], "The wrong house");
    assert_eq!(figures["total"]["amount_paise"], right["amount"], "{figures}");
    assert_eq!(figures["quarantine"].as_array().map(Vec::len), Some(0), "{figures}");
    assert!(equipped.printer.slip(2).is_ok(), "the paper of the cancellation");
    desk.close().expect("the desk ends");
    equipped.device.ask("verify").expect("the books are in order");
}

#[test]
fn whoever_lost_a_slip_gets_a_certificate_and_no_copy() {
    let (town, equipped, mut desk) = kiosk();
    behind_the_counter(&mut desk).expect("a cashier");
    let receipt = cash_payment(&mut desk, "150").expect("a receipt");
    let page = newest(&mut desk).expect("the receipt");
    assert_eq!(page["reprint"], "certificate", "{page}");
    desk.press("reprint").expect("touched");
    desk.entry("certified").expect("on disk first");
    desk.page_where("paid", |page| page["kind"] == "certificate").expect("its paper");
    assert!(equipped.printer.slip(2).is_ok(), "the certificate's paper");
    office_has_once(&town, &[receipt]);
}

#[test]
fn a_cheque_is_receipted_subject_to_realisation() {
    let (town, _equipped, mut desk) = kiosk();
    behind_the_counter(&mut desk).expect("a cashier");
    to_pay(&mut desk, HOUSE).expect("how");
    another_sum(&mut desk, "300").expect("a sum");
    pay_by(&mut desk, "cheque").expect("by cheque");
    desk.page("instrument").expect("which cheque");
    desk.fill("instrument_number", "004217").expect("typed");
    desk.fill("bank", "State Bank of India, Kollam").expect("typed");
    desk.fill("dated", "31-12-2099").expect("typed");
    desk.press("next").expect("touched");
    assert_eq!(desk.refusal().expect("no").0, "postdated");
    desk.fill("dated", &today_text()).expect("typed");
    desk.press("next").expect("touched");
    let receipt = desk.entry("receipt").expect("a receipt");
    desk.page_where("paid", |page| page["mode"] == "cheque").expect("thanks");
    let figures = town
        .centre
        .until("it is there", |figures| figures["receipts"][0]["number"] == number(&receipt));
    let figures = figures.expect("figures");
    assert_eq!(figures["receipts"][0]["mode"], "cheque", "{figures}");
    assert_eq!(figures["receipts"][0]["state"], "claimed", "{figures}");
}

#[test]
fn change_money_is_counted_with_the_day() {
    let (town, _equipped, mut desk) = kiosk();
    behind_the_counter(&mut desk).expect("a cashier");
    task(&mut desk, "float").expect("change money");
    desk.page("float").expect("how much");
    desk.fill("float", "500").expect("typed");
    desk.press("next").expect("touched");
    desk.entry("float_taken").expect("on disk");
    desk.page("home").expect("the counter");
    cash_payment(&mut desk, "100").expect("a receipt");
    task(&mut desk, "end_day").expect("the day's end");
    let count = desk.page("day_end").expect("the count");
    assert_eq!(count["float"], 50_000, "{count}");
    desk.fill("note100", "6").expect("typed");
    desk.press("next").expect("touched");
    let closed = desk.entry("day_closed").expect("the day is closed");
    assert_eq!(closed["amount"], 60_000);
    desk.page_where("day_closed", |page| page["hand_in_by"].is_string()).expect("by when");
    town.centre
        .until("the close is there", |figures| {
            figures["closes"][0]["counted_paise"] == 60_000
                && figures["closes"][0]["expected_paise"] == 60_000
        })
        .expect("figures");
}

/// Today in India, "12-08-2026".
pub fn today_text() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now_ms = now.expect("after 1970").as_millis();
    let wall_ms = i64::try_from(now_ms).expect("within the calendar");
    ledger::Moment { wall_ms, ..ledger::Moment::default() }.date_text()
}
