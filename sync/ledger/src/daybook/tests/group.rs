//! One payment for several demands: a receipt each, all or none of them.

use super::*;
use crate::entry::IntentMode;
use crate::group::{GROUP_MAX, GroupPlace, IntentPart};
use crate::instrument::{Instrument, InstrumentKind};
use crate::receipt::{CardTender, Suspense, UpiTender};

const SUMS: [(u32, i64); 3] = [(5, 630), (6, 70), (7, 1_184)];

fn place(nth: u8, of: u8) -> Option<GroupPlace> {
    Some(GroupPlace { nth, of })
}

fn cash(tendered: i64) -> Tender {
    Tender::Cash(CashTender { tendered: Paise::rupees(tendered) })
}

fn card(intent: u64) -> Tender {
    Tender::Card(CardTender {
        intent,
        last_four: "4242".into(),
        authorisation: "A77".into(),
        terminal: "T1".into(),
        terminal_receipt: "19".into(),
    })
}

fn cheque() -> Tender {
    let (number, bank) = ("004217".to_owned(), "State Bank of India, Kollam".to_owned());
    let (kind, dated) = (InstrumentKind::Cheque, 20_900);
    Tender::Instrument(Instrument { kind, number, bank, dated })
}

impl Desk {
    fn part(&self, (building, rupees): (u32, i64), tender: Tender) -> Receipt {
        let (book, number) = self.day_book.next_number(Some(SUMA)).expect("a book is open");
        let (total, period) = (Paise::rupees(rupees), Period::half_year_of(self.at.date()));
        Receipt {
            book,
            number,
            service: "property_tax".to_owned(),
            payer: Payer::Building(building),
            lines: vec![ReceiptLine { period, head: "PT".to_owned(), amount: total }],
            total,
            tender,
            pack: 3,
            language: Language::Ml,
            answers: Vec::new(),
            group: None,
        }
    }

    fn take(
        &mut self,
        of: (u32, i64),
        tender: Tender,
        group: Option<GroupPlace>,
    ) -> Result<u64, Breach> {
        let receipt = Receipt { group, ..self.part(of, tender) };
        self.write(Some(SUMA), Fact::Receipt(receipt))
    }

    fn ask(&mut self, by: IntentMode, parts: &[(u32, i64)], rupees: i64) -> Result<u64, Breach> {
        let part = |(building, rupees): &(u32, i64)| IntentPart {
            building: *building,
            service: "property_tax".to_owned(),
            amount: Paise::rupees(*rupees),
        };
        let intent = Intent {
            amount: Paise::rupees(rupees),
            by,
            reference: format!("R{}", self.day_book.head().seq),
            building: None,
            service: "property_tax".to_owned(),
            parts: parts.iter().map(part).collect(),
        };
        self.write(Some(SUMA), Fact::Intent(intent))
    }
}

#[test]
fn cash_for_three_houses_is_three_receipts_and_its_change_stands_on_the_last() {
    let mut desk = Desk::with_books();
    let early = desk.take(SUMS[0], cash(700), place(1, 3));
    assert_eq!(early, Err(Breach::GroupOutOfTurn), "the change is on the last one");
    desk.take(SUMS[0], cash(630), place(1, 3)).expect("the first");
    let unfinished = Breach::GroupUnfinished { next: 2, of: 3 };
    assert_eq!(desk.write(None, Fact::SignedOut), Err(unfinished.clone()));
    assert_eq!(desk.cash(SUMA, 9, 50), Err(unfinished));
    assert_eq!(desk.take(SUMS[2], cash(1_184), place(3, 3)), Err(Breach::GroupOutOfTurn));
    assert_eq!(desk.take(SUMS[1], cash(70), place(2, 4)), Err(Breach::GroupOutOfTurn));
    assert_eq!(desk.take(SUMS[1], cheque(), place(2, 3)), Err(Breach::GroupOutOfTurn));
    let second = desk.take(SUMS[1], cash(70), place(2, 3)).expect("the second");
    desk.take(SUMS[2], cash(1_300), place(3, 3)).expect("the last, with change");
    let till = desk.day_book.till(SUMA);
    assert_eq!((till.receipts, till.cash), (3, Paise::rupees(1_884)));
    // One of them is cancelled as any receipt for cash is.
    desk.void(SUMA, second, RAM).expect("in hand, on its day");
    assert_eq!(desk.day_book.till(SUMA).cash, Paise::rupees(1_814));
    let day_book: DayBook =
        minicbor::decode(&minicbor::to_vec(&desk.day_book).expect("bytes")).expect("a day book");
    assert_eq!(day_book, desk.day_book);
}

#[test]
fn a_group_has_two_demands_at_least_and_ten_at_most() {
    let mut desk = Desk::with_books();
    for (nth, of) in [(0, 2), (1, 1), (2, 2), (1, 11), (3, 2)] {
        let found = desk.take(SUMS[0], cash(630), place(nth, of));
        assert_eq!(found, Err(Breach::GroupOutOfTurn), "{nth} of {of}");
    }
    let many = |count: u32| (1..=count).map(|house| (house, 10)).collect::<Vec<_>>();
    let ten = u32::try_from(GROUP_MAX).expect("small");
    for (parts, sum) in [(many(1), 10), (many(ten + 1), 110), (vec![(5, 10), (5, 20)], 30)] {
        assert_eq!(desk.ask(IntentMode::Card, &parts, sum), Err(Breach::GroupOutOfTurn));
    }
    let differs = desk.ask(IntentMode::Card, &SUMS, 1_885);
    let (lines, total) = (Paise::rupees(1_884), Paise::rupees(1_885));
    assert_eq!(differs, Err(Breach::LinesDiffer { lines, total }));
    let nothing = desk.ask(IntentMode::Upi, &[(5, 10), (6, 0)], 10);
    assert_eq!(nothing, Err(Breach::Sum(Paise::ZERO)));
    desk.ask(IntentMode::Card, &many(ten), 100).expect("ten of ten");
}

#[test]
fn what_a_terminal_took_for_three_is_in_three_receipts_exactly() {
    let mut desk = Desk::with_books();
    let asked = desk.ask(IntentMode::Card, &SUMS, 1_884).expect("an intent");
    let no = Err(Breach::NoSuchIntent(asked));
    assert_eq!(desk.take((5, 1_884), card(asked), None), no, "not one receipt for all");
    assert_eq!(desk.take(SUMS[1], card(asked), place(1, 3)), no, "each in its place");
    assert_eq!(desk.take((5, 629), card(asked), place(1, 3)), no, "just what was asked");
    assert_eq!(desk.take(SUMS[0], card(asked), place(1, 2)), no, "as many as were asked for");
    desk.take(SUMS[0], card(asked), place(1, 3)).expect("the first");
    assert!(desk.day_book.intents().any(|(seq, _)| seq == asked), "open until the last");
    desk.take(SUMS[1], card(asked), place(2, 3)).expect("the second");
    let unlike = match card(asked) {
        Tender::Card(card) => Tender::Card(CardTender { authorisation: "B1".into(), ..card }),
        other => other,
    };
    assert_eq!(desk.take(SUMS[2], unlike, place(3, 3)), Err(Breach::GroupOutOfTurn));
    desk.take(SUMS[2], card(asked), place(3, 3)).expect("the last");
    assert_eq!(desk.day_book.intents().count(), 0);
    assert!(desk.day_book.groups.is_empty());
    // Three numbers: the book is used up, so that nothing was taken twice by the way.
    assert_eq!(desk.day_book.book("K1").expect("open").next, 4);
}

#[test]
fn money_that_came_late_is_in_its_receipts_too_or_in_suspense() {
    let mut desk = Desk::with_books();
    let end = |intent| Fact::IntentEnded(IntentEnded { intent, ending: IntentEnding::Expired });
    let upi = |intent| {
        let bank_reference = "426913579246".to_owned();
        Tender::Upi(UpiTender { intent, bank_reference, confirmation: 4 })
    };
    let asked = desk.ask(IntentMode::Upi, &SUMS[..2], 700).expect("an intent");
    desk.write(None, end(asked)).expect("it expires");
    desk.take(SUMS[0], upi(asked), place(1, 2)).expect("the first");
    desk.take(SUMS[1], upi(asked), place(2, 2)).expect("the second");
    assert_eq!(desk.day_book.late_intents().count(), 0);
    let asked = desk.ask(IntentMode::Upi, &SUMS[..2], 700).expect("an intent");
    let whole = desk.part((5, 700), upi(asked));
    let payer = Payer::Suspense(Suspense { payer: String::new(), place: "R7".into() });
    let suspense = Receipt { payer, ..whole };
    desk.write(Some(SUMA), Fact::Receipt(suspense)).expect("whole, in suspense");
    assert_eq!(desk.day_book.intents().count(), 0);
}

#[test]
fn a_cheque_for_several_is_one_paper_and_goes_back_for_none_of_them() {
    let mut desk = Desk::with_books();
    let first = desk.take(SUMS[0], cheque(), place(1, 2)).expect("the first");
    desk.take(SUMS[1], cheque(), place(2, 2)).expect("the second");
    let till = desk.day_book.till(SUMA);
    assert_eq!((till.instruments, till.instruments_sum), (1, Paise::rupees(700)));
    assert_eq!(desk.void(SUMA, first, RAM), Err(Breach::CannotVoid(first)));
    assert_eq!(desk.day_book.voidable(SUMA, desk.at.day()).count(), 0);
    let close = desk.close(SUMA);
    desk.write(Some(SUMA), Fact::DayClosed(close)).expect("one cheque is handed in");
}

#[test]
fn one_receipt_that_is_kept_apart_does_not_break_the_others() {
    let mut desk = Desk::with_books();
    let asked = desk.ask(IntentMode::Card, &SUMS, 1_884).expect("an intent");
    desk.take(SUMS[0], card(asked), place(1, 3)).expect("the first");
    let (seq, at) = (desk.day_book.head().seq + 1, desk.at);
    let receipt = Receipt { group: place(2, 3), ..desk.part(SUMS[1], card(asked)) };
    let fact = Fact::Receipt(receipt);
    let apart = Entry { seq, at, staff: Some(SUMA), countersigned: 0, fact, unsure_since_ms: None };
    desk.day_book.pass_over(&apart).expect("it stands in the chain");
    // The device counted its number, the office has not yet.
    let mut last = desk.part(SUMS[2], card(asked));
    last.group = place(3, 3);
    desk.write(Some(SUMA), Fact::Receipt(last)).expect("the last follows all the same");
    desk.write(None, Fact::SignedOut).expect("and the payment is over");
    assert_eq!(desk.day_book.intents().count(), 1, "a part of it is still open");
    let mut found = apart.clone();
    if let Fact::Receipt(receipt) = &mut found.fact {
        receipt.number = 3;
    }
    desk.day_book.free(&found).expect("it keeps every rule now");
    assert_eq!(desk.day_book.intents().count(), 0);
    assert!(desk.day_book.groups.is_empty());
}
