//! Change money, cheques, and the cash on its way to an officer.

use super::*;
use crate::entry::Duplicate;
use crate::instrument::{Instrument, InstrumentFault, InstrumentKind};
use crate::notice::PayerNotice;
use crate::remittance::{HandIn, Receiving, ReceivingOf, RemittanceClaim, SignedRemittance};
use crate::{ClaimError, sha256};

fn cheque(dated: i64) -> Tender {
    let (number, bank) = ("004217".to_owned(), "State Bank of India".to_owned());
    Tender::Instrument(Instrument { kind: InstrumentKind::Cheque, number, bank, dated })
}

fn by_cheque(desk: &mut Desk, building: u32, dated: i64) -> Result<u64, Breach> {
    let (book, number) = desk.day_book.next_number(Some(RAM))?;
    desk.receipt(RAM, building, 80, &book, number, cheque(dated))
}

/// Ram has taken ₹50 on change money of ₹300 and closed the day: the close's sequence.
fn closed_day(desk: &mut Desk) -> u64 {
    desk.write(Some(RAM), Fact::FloatTaken(Paise::rupees(300))).expect("change money");
    desk.cash(RAM, 1, 50).expect("a receipt");
    let close = desk.close(RAM);
    desk.write(Some(RAM), Fact::DayClosed(close)).expect("counted")
}

fn word(desk: &Desk, close: u64) -> Receiving {
    let (_, carried) =
        desk.day_book.carried().find(|(seq, _)| *seq == close).expect("it is carried");
    Receiving {
        of: ReceivingOf { writer: Writer(3), close },
        close_hash: carried.hash,
        day: carried.day,
        collector: carried.staff,
        claimed: carried.counted,
        counted: carried.counted,
        instruments: carried.instruments,
        reason: String::new(),
        missing: None,
    }
}

#[test]
fn change_money_comes_first_and_once_and_is_counted_with_the_rest() {
    let mut desk = Desk::with_books();
    let float = |rupees| Fact::FloatTaken(Paise::rupees(rupees));
    assert_eq!(desk.write(None, float(300)), Err(Breach::CashWithoutCashier));
    assert_eq!(desk.write(Some(RAM), float(0)), Err(Breach::Sum(Paise::ZERO)));
    desk.write(Some(RAM), float(300)).expect("the first");
    assert_eq!(desk.write(Some(RAM), float(300)), Err(Breach::Float));
    desk.cash(SUMA, 2, 70).expect("Suma begins without");
    assert_eq!(desk.write(Some(SUMA), float(300)), Err(Breach::Float), "after a receipt");
    desk.cash(RAM, 1, 50).expect("a receipt");
    assert_eq!(desk.day_book.till(RAM).expected(), Paise::rupees(350));
    assert_eq!(desk.day_book.cash(), Paise::rupees(120), "payers' money alone");
    let mut close = desk.close(RAM);
    close.float = Paise::ZERO;
    let refused = desk.write(Some(RAM), Fact::DayClosed(close));
    assert!(matches!(refused, Err(Breach::Expected { .. })), "{refused:?}");
}

#[test]
fn a_cheque_is_in_the_statement_and_not_in_the_cash() {
    let mut desk = Desk::with_books();
    let today = desk.at.day();
    let late = by_cheque(&mut desk, 1, today + 1);
    assert_eq!(late, Err(Breach::Instrument(InstrumentFault::Postdated)));
    by_cheque(&mut desk, 1, today).expect("a cheque");
    let till = desk.day_book.till(RAM);
    assert_eq!((till.cash, till.instruments), (Paise::ZERO, 1));
    assert_eq!(till.instruments_sum, Paise::rupees(80));
    assert_eq!(till.statement()[0].amount, Paise::rupees(80));
    let receipt = by_cheque(&mut desk, 2, today).expect("another");
    desk.void(RAM, receipt, SUMA).expect("it can be given back");
    let till = desk.day_book.till(RAM);
    assert_eq!((till.instruments, till.instruments_sum), (1, Paise::rupees(80)));
}

#[test]
fn counted_money_is_carried_until_an_officer_has_it() {
    let mut desk = Desk::with_books();
    let close = closed_day(&mut desk);
    assert_eq!(desk.day_book.cash(), Paise::rupees(50), "still on the way");
    let officers = |close, officer| {
        let counted = Paise::rupees(350);
        Fact::HandedIn(HandIn { close, by: Writer(8), entry: 4, counted, officer })
    };
    assert_eq!(desk.write(Some(RAM), officers(99, SUMA)), Err(Breach::NoSuchClose(99)));
    assert_eq!(desk.write(Some(RAM), officers(close, RAM)), Err(Breach::SecondPerson));
    desk.write(Some(RAM), officers(close, SUMA)).expect("Suma's word");
    assert_eq!(desk.day_book.cash(), Paise::ZERO);
    let again = desk.write(Some(RAM), officers(close, SUMA));
    assert_eq!(again, Err(Breach::NoSuchClose(close)), "once");
}

#[test]
fn an_officer_at_the_same_device_receives_by_one_entry() {
    let mut desk = Desk::with_books();
    let close = closed_day(&mut desk);
    let said = word(&desk, close);
    let own = desk.write(Some(RAM), Fact::Received(said.clone()));
    assert_eq!(own, Err(Breach::SecondPerson));
    let wrong = Receiving { claimed: Paise::rupees(1), counted: Paise::rupees(1), ..said.clone() };
    let refused = desk.write(Some(SUMA), Fact::Received(wrong));
    assert_eq!(refused, Err(Breach::NoSuchClose(close)), "the close says otherwise");
    let short = Receiving { counted: Paise::rupees(340), ..said.clone() };
    assert_eq!(desk.write(Some(SUMA), Fact::Received(short)), Err(Breach::Count), "why?");
    desk.write(Some(SUMA), Fact::Received(said.clone())).expect("Suma has it");
    assert_eq!(desk.day_book.carried().count(), 0);
    let again = desk.write(Some(SUMA), Fact::Received(said));
    assert_eq!(again, Err(Breach::ReceivedBefore(close)));
}

#[test]
fn what_did_not_come_is_named_once_each_and_with_a_reason() {
    let mut desk = Desk::with_books();
    let today = desk.at.day();
    let receipt = by_cheque(&mut desk, 1, today).expect("a cheque");
    by_cheque(&mut desk, 2, today).expect("another");
    let closed = Fact::DayClosed(desk.close(RAM));
    let close = desk.write(Some(RAM), closed).expect("counted");
    let said = word(&desk, close);
    let mut receive = |missing: Vec<u64>, reason: &str| {
        let (missing, reason) = (Some(missing), reason.to_owned());
        let word = Receiving { missing, reason, instruments: 1, ..said.clone() };
        desk.write(Some(SUMA), Fact::Received(word))
    };
    assert_eq!(receive(vec![receipt], ""), Err(Breach::Count), "why?");
    assert_eq!(receive(Vec::new(), "It tore"), Err(Breach::Count), "nothing is no list");
    assert_eq!(receive(vec![receipt; 2], "It tore"), Err(Breach::Count), "twice");
    let both = receive(vec![receipt, receipt + 1], "It tore");
    assert_eq!(both, Err(Breach::NoSuchClose(close)), "one of two came, and none is left");
    receive(vec![receipt], "It tore").expect("all but one came");
}

#[test]
fn a_close_of_another_device_is_received_once() {
    let mut collectors = Desk::with_books();
    let close = closed_day(&mut collectors);
    let said = word(&collectors, close);
    let mut officers = Desk::with_books();
    officers.day_book = DayBook::new(Writer(8), officers.office.public_key());
    officers.write(Some(SUMA), Fact::Received(said.clone())).expect("Suma has it");
    let again = officers.write(Some(SUMA), Fact::Received(said));
    assert_eq!(again, Err(Breach::ReceivedBefore(close)));
}

#[test]
fn a_day_without_money_has_nothing_to_hand_in() {
    let mut desk = Desk::with_books();
    let close = desk.close(RAM);
    desk.write(Some(RAM), Fact::DayClosed(close)).expect("an idle day");
    assert_eq!(desk.day_book.carried().count(), 0);
}

#[test]
fn a_day_that_a_wrong_clock_closed_shuts_nobody_out() {
    let mut desk = Desk::with_books();
    let rightly = desk.at.wall_ms;
    desk.at.wall_ms += 300 * DAY_MS;
    desk.unsure_since_ms = Some(MARCH_30_MS);
    let close = desk.close(RAM);
    desk.write(Some(RAM), Fact::DayClosed(close)).expect("the desk goes on");
    (desk.at.wall_ms, desk.unsure_since_ms) = (rightly, None);
    desk.cash(RAM, 1, 50).expect("the clock was set right");
}

#[test]
fn duplicates_and_notices_are_counted() {
    let mut desk = Desk::with_books();
    let receipt = desk.cash(RAM, 1, 50).expect("a receipt");
    let duplicate = |nth| Fact::Duplicated(Duplicate { receipt, nth });
    assert_eq!(desk.write(None, duplicate(1)), Err(Breach::CashWithoutCashier));
    desk.write(Some(RAM), duplicate(1)).expect("the first");
    let skipped = desk.write(Some(RAM), duplicate(3));
    assert_eq!(skipped, Err(Breach::DuplicateOutOfTurn { found: 3, next: 2 }));
    let notice = |receipt| Fact::NoticeWritten(PayerNotice { notice: 40, receipt });
    assert_eq!(desk.write(Some(RAM), notice(99)), Err(Breach::NotWritten(99)));
    desk.write(Some(RAM), notice(receipt)).expect("once");
    assert_eq!(desk.write(Some(RAM), notice(receipt)), Err(Breach::NoticeTwice(40)));
}

#[test]
fn a_close_proves_itself_to_another_device() {
    let mut desk = Desk::with_books();
    let seq = closed_day(&mut desk);
    let entry = Entry {
        seq,
        at: desk.at,
        staff: Some(RAM),
        countersigned: 0,
        fact: Fact::DayClosed(desk.close(RAM)),
        unsure_since_ms: None,
    };
    let device = Key::new(5);
    let claim = RemittanceClaim::new(Writer(3), "G0802".to_owned(), &entry);
    let square = claim.signed(&device).square("https://padippuram.example");
    assert!(square.starts_with("HTTPS://PADIPPURAM.EXAMPLE/D/G0802-3#"), "{square}");
    assert!(SignedRemittance::is_meant(&square));
    let read = SignedRemittance::read(&square).expect("its own square");
    let key = |writer| (writer == Writer(3)).then(|| device.public_key());
    let (found, _, hash) = read.checked("G0802", key).expect("genuine").close().expect("a close");
    assert_eq!((found, hash), (entry.clone(), sha256(&entry.canonical())));
    let claim = read.checked("G0802", key).expect("genuine");
    assert!(matches!(claim.receiving(), Err(ClaimError::NotAReceiving)));
    assert!(matches!(read.checked("G0803", key), Err(ClaimError::UnknownDevice(_))));
    let foreign = |_| Some(Key::new(6).public_key());
    assert!(matches!(read.checked("G0802", foreign), Err(ClaimError::Altered(_))));
    assert!(SignedRemittance::read(&square[..square.len() - 9]).is_err());
}
