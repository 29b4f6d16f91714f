//! Entries that were kept apart and are taken late.

use super::*;

/// Two day books of one device: its own, which took everything, and the office's, which passed one
/// entry over.
struct Both {
    own: Desk,
    office: DayBook,
    apart: Vec<Entry>,
}

impl Both {
    fn new() -> Self {
        let own = Desk::with_books();
        let office = own.day_book.clone();
        Self { own, office, apart: Vec::new() }
    }

    /// The device writes; the office judges, and keeps apart what it is told to or what breaks a
    /// rule of its books.
    fn write(&mut self, staff: Option<StaffId>, fact: Fact, refused: bool) {
        self.own.at.mono_ms += 1;
        let (seq, at) = (self.own.day_book.head().seq + 1, self.own.at);
        let entry = Entry { seq, at, staff, countersigned: 0, fact, unsure_since_ms: None };
        self.own.day_book.apply(&entry).expect("the device's own rules");
        if refused || self.office.apply(&entry).is_err() {
            self.office.pass_over(&entry).expect("it follows");
            self.apart.push(entry);
        }
    }

    fn cash(&mut self, rupees: i64, refused: bool) {
        let (book, number) = self.own.day_book.next_number(Some(RAM)).expect("a number");
        let total = Paise::rupees(rupees);
        let line = ReceiptLine {
            period: "2026-04/6".parse().expect("a period"),
            head: "PT".to_owned(),
            amount: total,
        };
        let receipt = Receipt {
            book,
            number,
            service: "property_tax".to_owned(),
            payer: Payer::Building(345),
            lines: vec![line],
            total,
            tender: Tender::Cash(CashTender { tendered: total }),
            pack: 1,
            language: Language::En,
            answers: Vec::new(),
            group: None,
        };
        self.write(Some(RAM), Fact::Receipt(receipt), refused);
    }

    fn close(&mut self) {
        let till = self.own.day_book.till(RAM);
        let close = DayClose {
            day: self.own.at.day(),
            notes: Vec::new(),
            coins: till.expected(),
            counted: till.expected(),
            expected: till.expected(),
            reason: String::new(),
            receipts: till.receipts,
            voided: till.voided,
            heads: till.statement(),
            float: till.float,
            instruments: till.instruments,
            instruments_sum: till.instruments_sum,
        };
        self.write(Some(RAM), Fact::DayClosed(close), false);
    }
}

#[test]
fn what_only_waited_is_freed_and_the_books_agree_again() {
    let mut both = Both::new();
    both.cash(100, true);
    both.cash(200, false);
    both.close();
    assert_eq!(both.apart.len(), 3, "the next number and the count wait for the first");
    let [first, rest @ ..] = &both.apart[..] else { panic!("three") };
    both.office.take_late(first).expect("it can count");
    for entry in rest {
        both.office.free(entry).expect("it keeps every rule now");
    }
    assert_eq!(both.office.till(RAM), both.own.day_book.till(RAM));
    assert_eq!(both.office.cash(), both.own.day_book.cash());
    assert_eq!(both.office.next_number(Some(RAM)), both.own.day_book.next_number(Some(RAM)));
    let root = |day_book: &DayBook| day_book.book("C1").map(|open| open.root);
    assert_eq!(root(&both.office), root(&both.own.day_book), "the same counterfoils");
}

#[test]
fn a_close_that_is_taken_late_leaves_what_was_taken_since() {
    let mut both = Both::new();
    both.write(Some(RAM), Fact::FloatTaken(Paise::rupees(50)), true);
    both.cash(100, false);
    both.close();
    assert_eq!(both.apart.len(), 2, "the change money, and the close that counts it");
    both.own.at.wall_ms += DAY_MS;
    both.cash(200, false);
    let float = both.apart[0].clone();
    both.office.take_late(&float).expect("change money counts");
    let close = both.apart[1].clone();
    assert!(both.office.free(&close).is_err(), "the next day's cash is in the till already");
    both.office.take_late(&close).expect("it can count");
    assert_eq!(both.office.till(RAM), both.own.day_book.till(RAM));
    assert!(both.office.is_standing(close.seq + 1), "today's receipt can still be cancelled");
}

#[test]
fn nothing_can_mend_what_the_books_cannot_be_kept_by() {
    let mut both = Both::new();
    both.cash(100, true);
    let mut receipt = both.apart[0].clone();
    let Fact::Receipt(said) = &mut receipt.fact else { panic!("a receipt") };
    said.total = Paise::rupees(1);
    assert!(matches!(both.office.take_late(&receipt), Err(Breach::LinesDiffer { .. })));
    let lease = both.own.lease("K9", None, 2026);
    let opened = Entry { fact: Fact::BookOpened(lease.clone()), ..receipt.clone() };
    assert_eq!(both.office.take_late(&opened), Err(Breach::BookNotReturned("K1".to_owned())));
    let of_the_office = Entry { fact: Fact::BookLeased(lease), ..receipt };
    assert_eq!(both.office.take_late(&of_the_office), Err(Breach::OfficeOnly));
}
