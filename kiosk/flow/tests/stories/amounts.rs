//! Other amounts.

use flow::{Button, Field, Page, Refusal, RefusalCode};
use ledger::Paise;

use crate::teller::{Teller, rupees};

fn at_another(number: &str) -> Teller {
    let mut teller = Teller::counter();
    teller.go_to_pay(number);
    teller.choose("another");
    teller
}

fn typed(text: &str) -> (Teller, Option<Refusal>) {
    let mut teller = at_another("12/345");
    teller.write(Field::Amount, text);
    teller.press(Button::Next);
    let refusal = teller.refusal();
    (teller, refusal)
}

#[test]
fn bad_amounts_get_one_clear_refusal_each() {
    for (text, code) in [
        ("", RefusalCode::NothingTyped),
        ("0", RefusalCode::AmountZero),
        ("0.00", RefusalCode::AmountZero),
        ("-5", RefusalCode::AmountNegative),
        ("10.005", RefusalCode::AmountFraction),
        ("ten", RefusalCode::NotANumber),
        ("1e3", RefusalCode::NotANumber),
        ("200001", RefusalCode::AmountAboveLimit),
        ("99999999999999999999", RefusalCode::AmountAboveLimit),
    ] {
        let (teller, refusal) = typed(text);
        assert_eq!(refusal.map(|refusal| refusal.code), Some(code), "{text}");
        let Page::Amount(page) = teller.page() else { panic!("the page went away at {text}") };
        assert_eq!(page.typed, text, "nothing that was typed is lost");
        assert!(teller.receipts().is_empty());
    }
    let (_, refusal) = typed("200001");
    assert_eq!(refusal.and_then(|refusal| refusal.amount), Some(rupees(200_000)));
}

#[test]
fn a_part_pays_the_oldest_first() {
    let mut teller = at_another("12/345");
    teller.write(Field::Amount, "300");
    teller.press(Button::Next);
    let Page::Pay(pay) = teller.page() else { panic!("no pay page") };
    assert_eq!(pay.amount, rupees(300));
    let another = pay.amounts.last().expect("another");
    assert_eq!((another.chosen, another.left), (true, rupees(884)));
    teller.pay_by("cash");
    teller.write(Field::Tendered, "300");
    teller.press(Button::Next);
    assert_eq!(teller.receipts()[0].1.total, rupees(300));
    teller.assert_sound();
}

#[test]
fn more_than_is_due_is_kept() {
    let mut teller = at_another("12/346");
    teller.write(Field::Amount, "700");
    let Page::Amount(page) = teller.page() else { panic!("no amount page") };
    assert_eq!((page.due, page.above), (rupees(630), rupees(70)));
    teller.press(Button::Next);
    teller.pay_by("cash");
    teller.write(Field::Tendered, "700");
    teller.press(Button::Next);
    assert_eq!(teller.lines(), ["PT 600", "LC 30", "ADV 70"]);
    teller.assert_sound();
}

#[test]
fn the_late_part_alone() {
    let mut teller = Teller::counter();
    teller.go_to_pay("12/345");
    teller.choose("late");
    teller.pay_by("cash");
    teller.write(Field::Tendered, "554");
    teller.press(Button::Next);
    assert_eq!(teller.lines(), ["PT 600", "LC 30", "PI 24", "ADU −100"]);
    teller.assert_sound();
}

#[test]
fn in_advance_where_all_is_paid() {
    let mut teller = Teller::counter();
    teller.go_to_pay("12/347");
    let Page::Pay(pay) = teller.page() else { panic!("no pay page") };
    let offered: Vec<&str> = pay.amounts.iter().map(|choice| choice.id.as_str()).collect();
    assert_eq!((offered, pay.amount), (vec!["advance", "another"], rupees(630)));
    teller.pay_by("cash");
    teller.write(Field::Tendered, "630");
    teller.press(Button::Next);
    assert_eq!(teller.lines(), ["PT 600", "LC 30"]);
    teller.assert_sound();
}

#[test]
fn a_service_or_house_without_a_due_takes_nothing() {
    let mut teller = Teller::kiosk();
    teller.choose("property_tax");
    teller.write(Field::Number, "12/348");
    teller.press(Button::Next);
    let Page::Demand(demand) = teller.page() else { panic!("no demand page") };
    assert_eq!(demand.total, Paise::ZERO);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::NothingDue));
    teller.press(Button::Finish);
    teller.choose("waste_fee");
    teller.write(Field::Number, "12/348");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::NothingDue));
}

#[test]
fn a_demand_above_the_limit_is_paid_in_parts() {
    let mut teller = Teller::counter();
    teller.go_to_pay("12/352");
    teller.pay_by("cash");
    assert_eq!(teller.refused(), Some(RefusalCode::AmountAboveLimit));
    teller.pay_by("card");
    assert!(teller.charges.is_empty());
    teller.choose("another");
    teller.write(Field::Amount, "200000");
    teller.press(Button::Next);
    teller.pay_by("card");
    assert_eq!(teller.charges.len(), 1);
    teller.assert_sound();
}
