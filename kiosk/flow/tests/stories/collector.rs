//! The doorstep round of a tax collector.

use flow::{Button, Field, Page, Paper, PaperCause, PaperEnding, Profile, RefusalCode, RoundState};
use ledger::{Fact, Payer, PrintOutcome};

use crate::books::{MemoryBooks, sticker};
use crate::teller::{Teller, rupees};

fn round(teller: &Teller) -> flow::RoundPage {
    match teller.page() {
        Page::Round(round) => round,
        page => panic!("no round but {page:?}"),
    }
}

fn state_of(teller: &Teller, id: &str) -> Option<RoundState> {
    round(teller).rows.iter().find(|row| row.id == id).map(|row| row.state)
}

fn pay_in_cash(teller: &mut Teller, tendered: &str) {
    teller.press(Button::Next);
    teller.pay_by("cash");
    teller.write(Field::Tendered, tendered);
    teller.press(Button::Next);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
}

#[test]
fn a_round_goes_from_house_to_house() {
    let mut teller = Teller::handheld(Profile::Collector);
    let page = round(&teller);
    assert_eq!((page.ward, page.ward_name.as_str(), page.done, page.left), (7, "Padippura", 0, 6));
    assert_eq!(page.cash_in_hand, rupees(0));
    assert_eq!(state_of(&teller, "345"), Some(RoundState::Next));
    assert_eq!(state_of(&teller, "347"), None, "nothing is due there");
    teller.choose("347");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    teller.scan(&sticker(345));
    let Page::Demand(demand) = teller.page() else { panic!("no demand") };
    assert_eq!(demand.place.owner, "Lakshmi R.");
    pay_in_cash(&mut teller, "1200");
    let page = round(&teller);
    assert_eq!((page.done, page.left, page.cash_in_hand), (1, 5, rupees(1_184)));
    assert_eq!(state_of(&teller, "345"), Some(RoundState::Done));
    assert_eq!(state_of(&teller, "346"), Some(RoundState::Next));
    let row = round(&teller).rows[0].clone();
    assert_eq!((row.due, row.at.as_deref()), (rupees(0), Some("10:00")));
    teller.touch(flow::Touch::Language(ledger::Language::Ml));
    assert_eq!(round(&teller).rows[0].owner, "ലക്ഷ്മി ആർ.", "the list follows the language");
    teller.press(Button::Back);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    teller.scan(&sticker(400));
    assert_eq!(teller.refused(), Some(RefusalCode::OtherWard));
    teller.assert_sound();
}

#[test]
fn a_long_ward_lists_what_is_around_the_next_house() {
    let mut books = MemoryBooks::new();
    let model = books.buildings[1].clone();
    books.buildings = (0..1_000)
        .map(|n| ledger::Building { id: 10_000 + n, number: format!("1/{n}"), ..model.clone() })
        .collect();
    // The first 600 are paid: nothing is due there.
    for building in &mut books.buildings[..600] {
        building.demands[0].paid = building.demands[0].assessed;
    }
    let mut teller = Teller::with(Profile::Collector, books);
    teller.sign_in("4", "4711");
    let page = round(&teller);
    assert_eq!((page.left, page.rows.len()), (400, 400));
    assert_eq!(page.rows[0].id, "10600");
}

#[test]
fn suspense_for_a_building_that_nobody_can_find() {
    let mut teller = Teller::handheld(Profile::Collector);
    teller.press(Button::Suspense);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::NothingTyped));
    teller.write(Field::Payer, &"x".repeat(81));
    assert_eq!(teller.refused(), Some(RefusalCode::TextTooLong));
    teller.write(Field::Payer, "Ammini");
    teller.write(Field::Place, "Blue house by the ferry");
    for (text, code) in [
        ("", RefusalCode::NothingTyped),
        ("0", RefusalCode::AmountZero),
        ("200001", RefusalCode::AmountAboveLimit),
        ("x", RefusalCode::NotANumber),
    ] {
        teller.write(Field::Amount, text);
        teller.press(Button::Next);
        assert_eq!(teller.refused(), Some(code), "{text}");
    }
    teller.write(Field::Amount, "1500.50");
    teller.press(Button::Next);
    let Page::Pay(pay) = teller.page() else { panic!("no pay page") };
    assert_eq!((pay.amount.get(), pay.amounts.len()), (150_050, 0));
    teller.press(Button::Back);
    let Page::Suspense(page) = teller.page() else { panic!("no suspense page") };
    assert_eq!((page.payer.as_str(), page.typed.as_str()), ("Ammini", "1,500.50"));
    teller.press(Button::Next);
    teller.pay_by("cash");
    teller.write(Field::Tendered, "1501");
    teller.press(Button::Next);
    let (_, receipt) = &teller.receipts()[0];
    assert!(matches!(&receipt.payer, Payer::Suspense(s) if s.payer == "Ammini"));
    assert_eq!(teller.lines(), ["SUS 1,500.50"]);
    let slip = teller.slip();
    for wanted in [
        "Receipt in suspense",
        "Blue house by the ferry",
        "Paid by\tAmmini",
        "Money received, kept in suspense",
    ] {
        assert!(slip.contains(wanted), "{wanted} is missing in\n{slip}");
    }
    teller.assert_sound();
}

#[test]
fn the_cap_on_cash_is_kept() {
    let mut teller = Teller::handheld(Profile::Collector);
    teller.press(Button::Suspense);
    teller.write(Field::Payer, "Ammini");
    teller.write(Field::Place, "Ferry");
    teller.write(Field::Amount, "49000");
    teller.press(Button::Next);
    teller.pay_by("cash");
    teller.write(Field::Tendered, "49000");
    teller.press(Button::Next);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    teller.choose("345");
    teller.press(Button::Next);
    teller.pay_by("cash");
    let refusal = teller.refusal().expect("a refusal");
    assert_eq!((refusal.code, refusal.amount), (RefusalCode::CashLimit, Some(rupees(50_000))));
    teller.pay_by("card");
    assert_eq!(teller.charges.len(), 1, "a card is no cash");
    teller.assert_sound();
}

#[test]
fn a_day_that_adds_up() {
    let mut teller = Teller::handheld(Profile::Collector);
    teller.choose("345");
    pay_in_cash(&mut teller, "1200");
    let intent = {
        teller.choose("346");
        teller.press(Button::Next);
        teller.pay_by("card");
        teller.charges[0].0
    };
    teller.approve(intent);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    teller.press(Button::EndDay);
    let Page::DayEnd(page) = teller.page() else { panic!("no day's end") };
    assert_eq!((page.expected, page.receipts, page.notes.len()), (None, 2, 6));
    for (field, text, code) in [
        (Field::Note500, "-1", RefusalCode::NotANumber),
        (Field::Note500, "10001", RefusalCode::NotANumber),
        (Field::Coins, "-4", RefusalCode::AmountNegative),
        (Field::Coins, "4.005", RefusalCode::AmountFraction),
        (Field::Amount, "4", RefusalCode::NotHere),
    ] {
        teller.write(field, text);
        assert_eq!(teller.refused(), Some(code), "{field:?} {text}");
    }
    teller.write(Field::Note500, "2");
    teller.write(Field::Note100, "1");
    teller.write(Field::Note50, "1");
    teller.write(Field::Note20, "1");
    teller.write(Field::Note10, "1");
    teller.write(Field::Coins, "4");
    let Page::DayEnd(page) = teller.page() else { panic!("no day's end") };
    assert_eq!(
        (page.counted, page.expected),
        (rupees(1_184), None),
        "counted before it is compared"
    );
    teller.press(Button::Next);
    let Some(Fact::DayClosed(close)) = teller.facts().last().copied().cloned() else {
        panic!("not closed")
    };
    assert_eq!(
        (close.expected, close.counted, close.coins),
        (rupees(1_184), rupees(1_184), rupees(4))
    );
    assert_eq!((close.receipts, close.notes.len(), close.reason.as_str()), (2, 5, ""));
    let slip = teller.slip();
    for wanted in [
        "₹500 × 2\t1,000.00",
        "Cash counted\t₹1,184.00",
        "Difference\t0.00",
        "K3 00001–00002",
        "Cash\t1,184.00",
        "Card\t630.00",
        "Cashier\tSuja",
        "Tax (110100101)\t1,800.00",
    ] {
        assert!(slip.contains(wanted), "{wanted} is missing in\n{slip}");
    }
    teller.paper(PaperEnding::Whole);
    let Page::DayClosed(page) = teller.page() else { panic!("no closed day") };
    assert_eq!((page.paper, page.receipts, page.difference), (Paper::Printed, 2, rupees(0)));
    teller.press(Button::Next);
    assert_eq!(round(&teller).cash_in_hand, rupees(0));
    teller.assert_sound();
}

#[test]
fn a_closed_day_takes_no_more_cash_until_tomorrow() {
    let mut teller = Teller::handheld(Profile::Collector);
    teller.press(Button::EndDay);
    teller.press(Button::Next);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    teller.press(Button::EndDay);
    assert_eq!(teller.refused(), Some(RefusalCode::DayClosed));
    teller.choose("345");
    teller.press(Button::Next);
    teller.pay_by("cash");
    assert_eq!(teller.refused(), Some(RefusalCode::DayClosed));
    assert!(teller.receipts().is_empty());
    teller.press(Button::Finish);
    teller.sleep_a_day();
    teller.write(Field::Pin, "4711");
    teller.press(Button::Next);
    teller.choose("345");
    pay_in_cash(&mut teller, "1200");
    assert_eq!(teller.receipts().len(), 1);
    teller.assert_sound();
}

#[test]
fn a_difference_needs_a_reason() {
    let mut teller = Teller::handheld(Profile::Collector);
    teller.choose("345");
    pay_in_cash(&mut teller, "1184");
    teller.press(Button::EndDay);
    teller.write(Field::Note500, "2");
    teller.press(Button::Next);
    let refusal = teller.refusal().expect("a refusal");
    assert_eq!((refusal.code, refusal.amount), (RefusalCode::ReasonNeeded, Some(rupees(184))));
    let Page::DayEnd(page) = teller.page() else { panic!("no day's end") };
    assert_eq!((page.expected, page.difference), (Some(rupees(1_184)), Some(rupees(-184))));
    teller.write(Field::Reason, "   ");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::ReasonNeeded));
    teller.write(Field::Reason, &"x".repeat(81));
    assert_eq!(teller.refused(), Some(RefusalCode::TextTooLong));
    teller.write(Field::Reason, "A note was torn");
    teller.press(Button::Next);
    assert!(teller.slip().contains("Reason\tA note was torn"), "{}", teller.slip());
    teller.paper(PaperEnding::NotStarted(PaperCause::PaperOut));
    let Page::DayClosed(page) = teller.page() else { panic!("no closed day") };
    assert_eq!((page.paper, page.difference), (Paper::Later, rupees(-184)));
    // The close's own paper is asked about before the next round.
    teller.press(Button::Next);
    let Page::AskPaper(ask) = teller.page() else { panic!("not asked") };
    assert_eq!(ask.number, "14-08-2026");
    teller.press(Button::No);
    assert!(teller.slip().contains("A note was torn"));
    teller.paper(PaperEnding::Whole);
    assert_eq!(teller.books.day_book.paper().count(), 0);
    teller.assert_sound();
}

#[test]
fn another_slip_that_ends_late_is_not_taken_for_the_days_close() {
    let mut teller = Teller::handheld(Profile::Collector);
    teller.choose("345");
    teller.press(Button::Next);
    teller.pay_by("cash");
    teller.write(Field::Tendered, "1184");
    teller.press(Button::Next);
    let ticket = teller.ticket();
    teller.world(flow::World::PaperWaits { ticket, cause: PaperCause::PaperOut });
    teller.press(Button::CollectLater);
    teller.press(Button::Next);
    teller.press(Button::EndDay);
    teller.write(Field::Note500, "2");
    teller.write(Field::Coins, "184");
    teller.press(Button::Next);
    teller.paper(PaperEnding::Uncertain(PaperCause::PaperOut));
    let Page::DayClosed(page) = teller.page() else { panic!("no closed day") };
    assert_eq!(page.paper, Paper::Uncertain, "the close is not printed yet");
    teller.paper(PaperEnding::Whole);
    let Page::DayClosed(page) = teller.page() else { panic!("no closed day") };
    assert_eq!(page.paper, Paper::Printed);
    let left: Vec<_> = teller.books.day_book.paper().collect();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].1.outcome, Some(PrintOutcome::Uncertain));
    teller.assert_sound();
}
