//! The Haritha Karma Sena at a door.

use flow::{Button, Field, Page, PaperEnding, Profile, RefusalCode, RoundState, VisitPage};
use ledger::{Fact, Visit, VisitOutcome, Weighed};

use crate::books::sticker;
use crate::teller::{Teller, rupees};

fn at(building: u32) -> Teller {
    let mut teller = Teller::handheld(Profile::Karmasena);
    teller.scan(&sticker(building));
    visit(&teller);
    teller
}

fn visit(teller: &Teller) -> VisitPage {
    match teller.page() {
        Page::Visit(visit) => visit,
        page => panic!("no visit but {page:?}"),
    }
}

fn written(teller: &Teller) -> Visit {
    let mut visits = teller.books.entries.iter().filter_map(|entry| match &entry.fact {
        Fact::Visit(visit) => Some(visit.clone()),
        _ => None,
    });
    visits.next_back().expect("a visit")
}

#[test]
fn waste_and_fee_with_arrears_are_one_transaction() {
    let mut teller = at(345);
    let page = visit(&teller);
    assert!(page.scanned && !page.can_save && !page.asks_waste);
    assert_eq!(page.fee.month, rupees(50));
    assert_eq!((page.fee.arrears, page.fee.arrears_months), (rupees(100), 2));
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::ChooseFirst));
    teller.press(Button::More);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "no waste was chosen");
    teller.choose("collected");
    teller.choose("kind:plastic");
    teller.choose("kind:paper");
    teller.choose("kind:paper");
    teller.choose("kind:footwear");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "not in August");
    teller.write(Field::Weight, "2.4567");
    assert_eq!(teller.refused(), Some(RefusalCode::NotANumber));
    for bad in ["-1", "two", "1e3", "99999999999999999999", "2,4"] {
        teller.write(Field::Weight, bad);
        assert_eq!(teller.refused(), Some(RefusalCode::NotANumber), "{bad}");
    }
    teller.write(Field::Weight, "500.001");
    assert_eq!(teller.refused(), Some(RefusalCode::TextTooLong), "more than hands can carry");
    teller.write(Field::Weight, "2.4");
    assert_eq!(visit(&teller).weight_g, 2_400);
    teller.press(Button::More);
    teller.press(Button::More);
    teller.press(Button::Less);
    assert_eq!((visit(&teller).weight_g, visit(&teller).weight_typed.as_str()), (2_500, ""));
    teller.write(Field::Sacks, "2");
    assert_eq!(visit(&teller).fee.to_pay, rupees(150));
    teller.press(Button::Next);
    assert_eq!(teller.transactions.last(), Some(&2), "visit and receipt, or neither");
    let visit = written(&teller);
    assert_eq!((visit.weight_g, visit.sacks, visit.weighed), (2_500, 2, Weighed::Typed));
    assert_eq!(
        (visit.kinds, visit.slip, visit.fee_left),
        (vec!["plastic".to_owned()], false, rupees(0))
    );
    assert_eq!(teller.lines(), ["UF 50", "UF 50", "UF 50"]);
    let slip = teller.slip();
    for wanted in ["Waste fee receipt", "Plastic", "2.5 kg", "Sacks\t2", "Total\t₹150.00"] {
        assert!(slip.contains(wanted), "{wanted} is missing in\n{slip}");
    }
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    let Page::Round(round) = teller.page() else { panic!("no round") };
    assert_eq!(round.cash_in_hand, rupees(150));
    assert_eq!(round.rows[0].state, RoundState::Done);
    teller.assert_sound();
}

#[test]
fn every_outcome_is_written_and_has_its_paper() {
    for outcome in VisitOutcome::ALL {
        let mut teller = at(345);
        teller.choose(outcome.code());
        teller.choose("fee_later");
        teller.press(Button::Next);
        let visit = written(&teller);
        assert_eq!((visit.outcome, visit.slip, visit.fee_left), (outcome, true, rupees(150)));
        assert!(teller.receipts().is_empty());
        assert!(teller.slip().contains("Fee still to pay\t150.00"), "{}", teller.slip());
        teller.paper(PaperEnding::Whole);
        teller.press(Button::Next);
        let Page::Round(round) = teller.page() else { panic!("no round") };
        let wanted = match outcome {
            VisitOutcome::Locked => RoundState::Locked,
            VisitOutcome::Refused => RoundState::Refused,
            _ => RoundState::Done,
        };
        assert_eq!(round.rows[0].state, wanted);
        teller.assert_sound();
    }
}

#[test]
fn nobody_pays_at_a_locked_door() {
    let mut teller = at(345);
    teller.choose("collected");
    teller.choose("kind:plastic");
    teller.write(Field::Weight, "3");
    teller.choose("locked");
    let page = visit(&teller);
    assert!(!page.asks_waste && !page.fee.paying && page.weight_g == 0);
    teller.press(Button::Next);
    assert!(teller.receipts().is_empty());
    assert_eq!(written(&teller).kinds, Vec::<String>::new());
    teller.assert_sound();
}

#[test]
fn a_shop_pays_for_its_sacks_unless_none_were_handed_over() {
    let mut teller = at(349);
    teller.choose("collected");
    assert_eq!(visit(&teller).fee.to_pay, rupees(100));
    teller.write(Field::Sacks, "7");
    assert_eq!(visit(&teller).fee.to_pay, rupees(300));
    teller.write(Field::Sacks, "");
    assert_eq!((teller.refused(), visit(&teller).sacks), (None, 0));
    teller.write(Field::Sacks, "201");
    assert_eq!(teller.refused(), Some(RefusalCode::TextTooLong));
    teller.write(Field::Sacks, "7");
    teller.choose("locked");
    teller.press(Button::Next);
    assert_eq!(written(&teller).fee_left, rupees(100), "no sack was handed over");
    teller.assert_sound();
}

#[test]
fn months_ahead() {
    let mut teller = at(345);
    teller.choose("no_waste");
    teller.write(Field::Months, "13");
    let refusal = teller.refusal().expect("a refusal");
    assert_eq!((refusal.code, refusal.count), (RefusalCode::NoAdvance, Some(12)));
    teller.write(Field::Months, "x");
    assert_eq!(teller.refused(), Some(RefusalCode::NotANumber));
    teller.write(Field::Months, "2");
    assert_eq!(visit(&teller).fee.to_pay, rupees(250));
    teller.write(Field::Months, "");
    assert_eq!(visit(&teller).fee.to_pay, rupees(150));
    teller.write(Field::Months, "2");
    teller.press(Button::Next);
    assert_eq!(teller.lines().len(), 5);
    assert_eq!(teller.receipts()[0].1.total, rupees(250));
    teller.assert_sound();
}

#[test]
fn an_exempt_house_and_one_without_subscribers() {
    let mut teller = at(346);
    assert!(visit(&teller).fee.exempt);
    teller.choose("fee_now");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    teller.choose("collected");
    teller.write(Field::Months, "1");
    assert_eq!(teller.refused(), Some(RefusalCode::NoAdvance));
    teller.press(Button::Next);
    assert!(teller.receipts().is_empty());
    assert_eq!(written(&teller).fee_left, rupees(0));
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    teller.scan(&sticker(348));
    assert_eq!(teller.refused(), Some(RefusalCode::UnknownBuilding));
    teller.press(Button::Suspense);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "for tax collectors only");
    teller.assert_sound();
}

#[test]
fn a_visit_whose_slip_is_unknown_is_asked_about_by_its_house() {
    let mut teller = at(345);
    teller.choose("locked");
    teller.press(Button::Next);
    teller.restart();
    teller.sign_in("4", "4711");
    let Page::AskPaper(ask) = teller.page() else { panic!("not asked") };
    assert_eq!((ask.number.as_str(), ask.amount), ("12/345", None));
    teller.press(Button::Yes);
    assert!(matches!(teller.page(), Page::Round(_)));
    assert_eq!(teller.books.day_book.paper().count(), 0);
    teller.assert_sound();
}
