//! Acknowledgements: their own book, whose numbers go out one after the other.

use super::*;
use crate::application::{ApplicationFault, Applied, SealedFile};
use crate::chain::sha256;
use crate::complaint::{
    Channel, CitizenSays, Complaint, ComplaintAnswered, ComplaintFault, ComplaintWorked, Work,
};

impl Desk {
    fn acknowledges(&self, book: &str) -> SignedLease {
        let SignedLease { lease, .. } = self.lease(book, None, 2026);
        Lease { acknowledges: Some(Key::new(9).public_key()), ..lease }.signed(&self.office)
    }

    fn open_acknowledgements(&mut self, book: &str) -> Result<u64, Breach> {
        let lease = self.acknowledges(book);
        self.write(None, Fact::BookOpened(lease))
    }

    fn applied(&self) -> Applied {
        let (book, number) = self.day_book.next_acknowledgement().unwrap_or(("A1".into(), 1));
        Applied {
            book,
            number,
            service: "self_return".to_owned(),
            building: Some(17),
            language: Language::Ml,
            pack: 3,
            due: self.at.day() + 15,
            handed_in: vec!["plan".to_owned()],
            missing: vec!["ownership".to_owned()],
            sealed: SealedFile { hash: sha256(b"sealed"), bytes: 900 },
            reported: None,
            complaint: None,
        }
    }
}

#[test]
fn numbers_come_from_a_book_of_their_own_in_their_order() {
    let mut desk = Desk::with_books();
    let applied = desk.applied();
    assert_eq!(desk.write(None, Fact::Applied(applied)), Err(Breach::NoBook));
    desk.open_acknowledgements("A1").expect("its own book");
    assert_eq!(desk.day_book.books().count(), 2, "no receipt is written in it");
    let receipts = desk.day_book.next_number(None).expect("a receipt book");
    for number in 1..=3 {
        let applied = desk.applied();
        assert_eq!((applied.book.as_str(), applied.number), ("A1", number));
        let skipped = Applied { number: number + 1, ..applied.clone() };
        let refused = desk.write(None, Fact::Applied(skipped));
        let (found, next) = (number + 1, number);
        assert_eq!(refused, Err(Breach::OutOfTurn { book: "A1".to_owned(), found, next }));
        desk.write(Some(RAM), Fact::Applied(applied)).expect("in turn");
    }
    assert_eq!(desk.day_book.next_number(None), Ok(receipts), "receipts go on by themselves");
    assert_eq!(desk.day_book.next_acknowledgement(), Err(Breach::BookUsedUp("A1".to_owned())));
    assert_eq!(desk.day_book.paper().count(), 3, "each awaits its slip");
    let open = desk.open_acknowledgements("A2");
    assert_eq!(open, Err(Breach::BookNotReturned("A1".to_owned())));
    let back = desk.day_book.acknowledgements().expect("open").returned(ReturnCause::UsedUp);
    assert_eq!(back.used, 3);
    desk.write(None, Fact::BookReturned(back)).expect("used up");
    assert_eq!(desk.open_acknowledgements("A1"), Err(Breach::BookOpenedBefore("A1".to_owned())));
    desk.open_acknowledgements("A2").expect("the next one");
}

#[test]
fn a_book_of_acknowledgements_has_no_operator_and_the_offices_signature() {
    let mut desk = Desk::with_books();
    let lease = desk.acknowledges("A1");
    let of_ram = Lease { operator: Some(RAM), ..lease.lease.clone() }.signed(&desk.office);
    assert_eq!(desk.write(None, Fact::BookOpened(of_ram)), Err(Breach::ForeignBook));
    // Whoever changes the key to which answers are sealed has not the office's signature.
    let stolen = Lease { acknowledges: Some(Key::new(8).public_key()), ..lease.lease };
    let forged = SignedLease { lease: stolen, signature: lease.signature };
    assert_eq!(desk.write(None, Fact::BookOpened(forged)), Err(Breach::ForeignBook));
    desk.at.wall_ms += 3 * DAY_MS;
    let late = desk.open_acknowledgements("A1");
    assert_eq!(late, Err(Breach::OtherYear { book: "A1".to_owned(), year: 2026 }));
}

#[test]
fn an_application_that_is_none_is_refused_and_nothing_changes() {
    let mut desk = Desk::with_books();
    desk.open_acknowledgements("A1").expect("its own book");
    let applied = desk.applied();
    let (day, before) = (desk.at.day(), desk.day_book.clone());
    let twice = vec!["plan".to_owned(), "plan".to_owned()];
    let sealed = |bytes| SealedFile { bytes, ..applied.sealed };
    for (wrong, fault) in [
        (Applied { due: day - 1, ..applied.clone() }, ApplicationFault::DueBefore),
        (Applied { service: String::new(), ..applied.clone() }, ApplicationFault::TooLong),
        (Applied { missing: vec!["x".repeat(41)], ..applied.clone() }, ApplicationFault::TooLong),
        (Applied { handed_in: twice, ..applied.clone() }, ApplicationFault::DocumentTwice),
        (Applied { sealed: sealed(0), ..applied.clone() }, ApplicationFault::Sealed),
        (Applied { sealed: sealed(1_048_577), ..applied.clone() }, ApplicationFault::Sealed),
    ] {
        let refused = desk.write(None, Fact::Applied(wrong));
        assert_eq!(refused, Err(Breach::Application(fault)));
        assert_eq!(desk.day_book, before);
    }
    desk.write(None, Fact::Applied(applied)).expect("as it should be");
}

#[test]
fn one_that_was_kept_apart_counts_later_and_uses_its_number() {
    let mut desk = Desk::with_books();
    desk.open_acknowledgements("A1").expect("its own book");
    let fact = Fact::Applied(Applied { number: 2, ..desk.applied() });
    let seq = desk.day_book.head().seq + 1;
    let entry =
        Entry { seq, at: desk.at, staff: None, countersigned: 0, fact, unsure_since_ms: None };
    assert!(desk.day_book.apply(&entry).is_err());
    desk.day_book.pass_over(&entry).expect("the chain goes on");
    desk.day_book.take_late(&entry).expect("two persons accept it");
    assert_eq!(desk.day_book.next_acknowledgement(), Ok(("A1".to_owned(), 3)));
    assert_eq!(desk.day_book.paper().count(), 1);
}

#[test]
fn a_lease_of_before_keeps_its_bytes() {
    let desk = Desk::new();
    let old = desk.lease("K1", None, 2026).lease;
    let with = desk.acknowledges("K1").lease;
    let (old, with) = (old.message(), with.message());
    assert_eq!((old[0], with[0]), (0x88, 0x89), "one field more only where it is needed");
    assert_eq!(old[1..], with[1..old.len()]);
}

#[test]
fn a_report_that_is_wrong_in_itself_is_refused() {
    let mut desk = Desk::with_books();
    desk.open_acknowledgements("A1").expect("its own book");
    let mark = |byte: u8| crate::Mark::from([byte; 8]);
    let number = desk.acknowledges("A1").lease.number(9);
    let good = crate::Reported {
        delay: "in_time".to_owned(),
        fee: Paise::ZERO,
        marks: vec![mark(1), mark(2)],
        order: Some(2),
        looked_over: false,
        distinct: vec![crate::Distinct { number, how: crate::HowDistinct::AnotherChild }],
    };
    let with = |reported| Applied { reported: Some(reported), ..desk.applied() };
    let wrong = [
        crate::Reported { delay: String::new(), ..good.clone() },
        crate::Reported { fee: Paise::rupees(-1), ..good.clone() },
        crate::Reported { marks: vec![mark(2), mark(1)], ..good.clone() },
        crate::Reported { marks: vec![mark(1); 2], ..good.clone() },
        crate::Reported { marks: (0..17).map(mark).collect(), ..good.clone() },
        crate::Reported { order: Some(0), ..good.clone() },
        // A child of the same birth has an order.
        crate::Reported { order: None, ..good.clone() },
        crate::Reported { distinct: vec![good.distinct[0].clone(); 9], ..good.clone() },
    ]
    .map(with);
    let fault = Err(Breach::Application(ApplicationFault::Reported));
    let good = with(good);
    for applied in wrong {
        assert_eq!(desk.write(None, Fact::Applied(applied)), fault);
    }
    let seq = desk.write(Some(RAM), Fact::Applied(good.clone())).expect("in turn");
    assert_eq!(seq, desk.day_book.head().seq);
    let entry = minicbor::to_vec(Fact::Applied(good.clone())).expect("a Vec takes every byte");
    assert_eq!(minicbor::decode::<Fact>(&entry).ok(), Some(Fact::Applied(good)));
}

#[test]
fn what_reached_the_office_otherwise_is_written_down_by_somebody_and_an_officers_word_has_one() {
    let mut desk = Desk::with_books();
    desk.open_acknowledgements("A1").expect("its own book");
    let complaint =
        |channel| Complaint { category: "garbage".to_owned(), ward: 7, asset: None, channel };
    let called = Applied { complaint: Some(complaint(Some(Channel::Phone))), ..desk.applied() };
    let nobody = Err(Breach::Application(ApplicationFault::Nobody));
    assert_eq!(desk.write(None, Fact::Applied(called.clone())), nobody);
    desk.write(Some(RAM), Fact::Applied(called)).expect("in somebody's name");

    let number = desk.acknowledges("A1").lease.number(1);
    let worked = |work| Fact::ComplaintWorked(ComplaintWorked { number: number.clone(), work });
    let answered = |stars| {
        let (code, says) = ("ABCDEFGH".to_owned(), CitizenSays::Rated(stars));
        Fact::ComplaintAnswered(ComplaintAnswered { number: number.clone(), code, says })
    };
    for (staff, fact, fault) in [
        (None, worked(Work::TakenUp), ComplaintFault::NoOfficer),
        (Some(RAM), worked(Work::Resolved(" ".to_owned())), ComplaintFault::NoRemark),
        (Some(RAM), worked(Work::Rejected("x".repeat(201))), ComplaintFault::TooLong),
        (None, answered(6), ComplaintFault::Stars(6)),
    ] {
        assert_eq!(desk.write(staff, fact), Err(Breach::Complaint(fault)));
    }
    desk.write(Some(RAM), worked(Work::TakenUp)).expect("an officer's word");
    desk.write(None, answered(5)).expect("the citizen's");
}
