//! Property tax in cash.

use flow::{Button, Field, Mode, NotNow, Page, Paper, PaperEnding, RefusalCode};
use ledger::{Language, Payer, ReceiptNumber, Tender, check_code};

use crate::teller::{Teller, rupees};

#[test]
fn a_cashier_takes_cash_and_gives_change() {
    let mut teller = Teller::counter();
    teller.choose("property_tax");
    teller.write(Field::Number, "12/345");
    teller.press(Button::Next);
    let Page::Demand(demand) = teller.page() else { panic!("no demand") };
    assert_eq!((demand.total, demand.held), (rupees(1_184), rupees(100)));
    assert_eq!(demand.place.owner, "Lakshmi R.", "staff see the whole name");
    assert!(demand.periods[0].late && !demand.periods[1].late);
    assert_eq!(demand.periods[0].lines[2].why, "1 % of ₹600 × 4 months");
    assert_eq!(demand.pack, "padippuram 3");

    teller.press(Button::Next);
    teller.pay_by("cash");
    let Page::Cash(cash) = teller.page() else { panic!("no cash page") };
    assert_eq!(cash.quick, [rupees(1_184), rupees(1_200), rupees(1_500)]);
    teller.write(Field::Tendered, "1000");
    teller.press(Button::Next);
    assert_eq!(
        teller.refusal().map(|r| (r.code, r.amount)),
        Some((RefusalCode::TenderedTooLittle, Some(rupees(184)),))
    );
    assert!(teller.receipts().is_empty());
    teller.write(Field::Tendered, "1200");
    let Page::Cash(cash) = teller.page() else { panic!("no cash page") };
    assert_eq!(cash.change, Some(rupees(16)));
    teller.press(Button::Next);

    let (seq, receipt) = teller.receipts().pop().expect("a receipt");
    assert_eq!(receipt.total, rupees(1_184));
    assert_eq!(receipt.payer, Payer::Building(345));
    assert!(matches!(&receipt.tender, Tender::Cash(cash) if cash.tendered == rupees(1_200)));
    assert_eq!(teller.lines(), ["PT 600", "LC 30", "PI 24", "PT 600", "LC 30", "ADU −100"]);
    let entry = teller.books.entries[usize::try_from(seq).expect("small") - 1].clone();
    let number = ReceiptNumber { body: "G0802".into(), year: 2026, book: "K3".into(), number: 1 };
    let slip = teller.slip();
    for wanted in [
        number.to_string().as_str(),
        &check_code(&entry),
        "Total\t₹1,184.00",
        "Given\t1,200.00",
        "Change\t16.00",
        "Name\tLakshmi R.",
        "Collected by\tSuja",
        "Next payment: 31-03-2027",
        "14-08-2026 10:00",
    ] {
        assert!(slip.contains(wanted), "{wanted} is missing in\n{slip}");
    }
    assert!(matches!(teller.page(), Page::Printing(_)), "not thanked before it is printed");
    teller.paper(PaperEnding::Whole);
    let Page::Paid(paid) = teller.page() else { panic!("not paid") };
    assert_eq!(
        (paid.paper, paid.change, paid.mode),
        (Paper::Printed, Some(rupees(16)), Some(Mode::Cash))
    );
    assert_eq!(paid.number, Some(number.to_string()));
    assert!(!paid.office_knows);
    assert_eq!(teller.books.day_book.cash(), rupees(1_184));
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Home(_)));
    assert_eq!(teller.books.day_book.paper().count(), 0);
    teller.assert_sound();
}

#[test]
fn a_kiosk_without_a_cashier_refuses_cash() {
    let mut teller = Teller::kiosk();
    teller.go_to_pay("12/345");
    let Page::Pay(pay) = teller.page() else { panic!("no pay page") };
    let cash = pay.modes.iter().find(|choice| choice.mode == Mode::Cash).expect("cash");
    assert_eq!(cash.not_now, Some(NotNow::NoCashier));
    teller.choose("cash");
    assert_eq!(teller.refused(), Some(RefusalCode::NoCashier));
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::ChooseFirst));
    assert!(teller.receipts().is_empty());
}

#[test]
fn an_absurd_note_is_no_tender() {
    let mut teller = Teller::counter();
    teller.go_to_pay("12/345");
    teller.pay_by("cash");
    teller.write(Field::Tendered, "99999999");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::AmountAboveLimit));
    assert!(teller.receipts().is_empty());
}

#[test]
fn the_owner_is_masked_where_anybody_can_type() {
    let mut teller = Teller::kiosk();
    teller.go_to_pay("12/345");
    assert!(!teller.glass().to_string().contains("Lakshmi"));
    teller.pay_by("card");
    let (intent, _) = teller.charges[0];
    teller.approve(intent);
    assert!(teller.slip().contains("Name\tL•••••• R."), "{}", teller.slip());
}

#[test]
fn another_language_in_the_middle_loses_nothing() {
    let mut teller = Teller::counter();
    teller.choose("property_tax");
    teller.write(Field::Number, "12/345");
    teller.touch(flow::Touch::Language(Language::Ml));
    let Page::Find(find) = teller.page() else { panic!("another page") };
    assert_eq!(find.typed, "12/345");
    teller.press(Button::Next);
    let Page::Demand(demand) = teller.page() else { panic!("another page") };
    assert_eq!(demand.place.owner, "ലക്ഷ്മി ആർ.");
    assert_eq!(demand.place.ward_name, "പടിപ്പുര");
    teller.press(Button::Next);
    teller.choose("late");
    teller.choose("cash");
    teller.touch(flow::Touch::Language(Language::Hi));
    let Page::Pay(pay) = teller.page() else { panic!("another page") };
    assert_eq!((pay.mode, pay.amount), (Some(Mode::Cash), rupees(554)));
    teller.press(Button::Next);
    teller.write(Field::Tendered, "600");
    teller.touch(flow::Touch::Language(Language::Or));
    let Page::Cash(cash) = teller.page() else { panic!("another page") };
    assert_eq!((cash.typed.as_str(), cash.change), ("600", Some(rupees(46))));
    teller.press(Button::Next);
    assert!(teller.slip().contains("ସମୁଦାୟ") || teller.slip().contains("ମୋଟ"), "{}", teller.slip());
    let (_, receipt) = teller.receipts().pop().expect("a receipt");
    assert_eq!(receipt.language, Language::Or);
    teller.assert_sound();
}

#[test]
fn midnight_changes_what_is_owed_before_cash_is_taken() {
    let mut teller = Teller::counter();
    // 14 August, 23:59:50: interest is counted for one month more after the last of the month only,
    // so the story is told on 31 August.
    teller.now.wall_ms += (17 * 86_400 + 13 * 3_600 + 59 * 60 + 50) * 1_000;
    teller.go_to_pay("12/345");
    teller.pay_by("cash");
    let Page::Cash(before) = teller.page() else { panic!("no cash page") };
    teller.write(Field::Tendered, "2000");
    teller.wait(20);
    teller.press(Button::Next);
    let shown = match teller.page() {
        Page::Demand(demand) => demand.total,
        page => panic!("what changed must be explained anew, not {page:?}"),
    };
    assert!(shown > before.amount, "a month of interest more");
    assert!(teller.receipts().is_empty());
    teller.press(Button::Next);
    teller.press(Button::Next);
    teller.write(Field::Tendered, "2000");
    teller.press(Button::Next);
    assert_eq!(teller.receipts()[0].1.total, shown);
    teller.assert_sound();
}

#[test]
fn a_register_that_changed_is_explained_before_a_card_is_asked() {
    let mut teller = Teller::kiosk();
    teller.go_to_pay("12/345");
    teller.choose("card");
    // The office entered what was paid at another counter.
    teller.books.buildings[0].demands[0].paid = rupees(600);
    teller.world(flow::World::RegisterChanged);
    teller.press(Button::Next);
    let Page::Demand(demand) = teller.page() else { panic!("not explained anew") };
    assert_eq!(demand.total, rupees(530));
    assert!(teller.charges.is_empty());
    teller.press(Button::Next);
    teller.press(Button::Next);
    assert_eq!(teller.charges[0].1, rupees(530), "the way to pay is still chosen");
    teller.assert_sound();
}
