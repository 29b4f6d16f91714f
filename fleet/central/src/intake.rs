//! What to do with a batch: where it belongs in the device's chain, and which of its entries keep
//! the rules. Pure, so that every database asks the same judge.

use ledger::{
    ApartCause, Confirmation, DayBook, Entry, Fact, Hash, Head, Receipt, ReceiptNumber, Tender,
    UpiTender, Writer, check_code,
};
use replica::{Batch, Rejection};

/// The highest sequence that is taken: far beyond any device's life, and far from the end of the
/// database's integers.
pub const SEQUENCE_MAX: u64 = 1 << 53;

/// Where a batch stands against the chain that the centre has.
#[derive(Debug, PartialEq, Eq)]
pub enum Located {
    /// The entries from this place in the batch on are new; those before it are here already.
    Follows(usize),
    /// It starts after the end of the chain here.
    Gap(Rejection),
    /// It tells another history, from this sequence on.
    Fork(u64),
}

/// One entry of a batch, judged.
pub struct Judged {
    pub entry: Entry,
    pub canonical: Vec<u8>,
    /// The head of the chain after it.
    pub head: Head,
    pub verdict: Verdict,
}

pub enum Verdict {
    /// It keeps the rules.
    Kept(Option<Printed>),
    /// It broke one: quarantine, with the reason.
    Broken(Broken),
}

/// Which rule an entry broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub reason: String,
    pub cause: ApartCause,
    /// The day book has it all the same: it kept the device's own rules, so that the entries after
    /// it, which count on it, do not wait for an officer with it.
    pub taken: bool,
}

/// A rule of the office's own, which the device cannot check for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRule {
    pub reason: String,
    pub cause: ApartCause,
}

/// What stands on the slip of a receipt or an application besides the entry itself.
pub struct Printed {
    pub number: ReceiptNumber,
    pub check_code: String,
}

/// Finds the place of a batch. `ours` are the hashes of the chain here, from the batch's `before`
/// on, up to our head or the batch's end, whichever comes first.
pub fn locate(batch: &Batch, head: Head, ours: &[Hash]) -> Located {
    if batch.before.seq > head.seq {
        return Located::Gap(Rejection::Gap(head.seq));
    }
    let mut theirs = batch.before;
    let mut entries = batch.entries.iter();
    for (place, hash) in ours.iter().enumerate() {
        if theirs.hash != *hash {
            return Located::Fork(theirs.seq.max(1));
        }
        match entries.next() {
            Some(canonical) => theirs = theirs.after(canonical),
            None => return Located::Follows(place),
        }
    }
    Located::Follows(ours.len().saturating_sub(1))
}

/// Judges entries that follow the day book's head, and takes them into it. `own` is what the office
/// itself has against the entry.
pub fn judge(day_book: &mut DayBook, entry: Entry, own: Option<OwnRule>) -> Judged {
    let verdict = match (day_book.apply(&entry), own) {
        (Ok(()), None) => Verdict::Kept(printed(day_book, &entry)),
        (Ok(()), Some(OwnRule { reason, cause })) => {
            Verdict::Broken(Broken { reason, cause, taken: true })
        }
        (Err(breach), _) => {
            let (reason, cause) = (breach.to_string(), breach.cause());
            pass_over(day_book, &entry);
            Verdict::Broken(Broken { reason, cause, taken: false })
        }
    };
    judged(day_book, entry, verdict)
}

/// An entry that was judged when whatever the office had against it kept it out of the day book.
pub fn judge_as_before(day_book: &mut DayBook, entry: Entry, own: OwnRule) -> Judged {
    pass_over(day_book, &entry);
    let OwnRule { reason, cause } = own;
    judged(day_book, entry, Verdict::Broken(Broken { reason, cause, taken: false }))
}

fn pass_over(day_book: &mut DayBook, entry: &Entry) {
    day_book.pass_over(entry).expect("the batch was found to follow the head");
}

fn judged(day_book: &DayBook, entry: Entry, verdict: Verdict) -> Judged {
    let canonical = entry.canonical();
    Judged { entry, canonical, head: day_book.head(), verdict }
}

/// A UPI receipt names what the office itself wrote; `confirmed` is what stands there.
pub fn unconfirmed(
    writer: Writer,
    entry: &Entry,
    confirmed: Option<&Confirmation>,
) -> Option<OwnRule> {
    let Fact::Receipt(receipt) = &entry.fact else { return None };
    let Tender::Upi(upi) = &receipt.tender else { return None };
    match confirmed.is_some_and(|word| confirms(word, writer, upi, receipt)) {
        true => None,
        false => Some(OwnRule {
            reason: format!("the office book has no such confirmation {}", upi.confirmation),
            cause: ApartCause::Bank,
        }),
    }
}

/// Whether a word of the bank is the one that a UPI receipt of a device names. Of one payment for
/// several demands each receipt has a part; that they add up to what was asked for is a rule of the
/// day book.
pub fn confirms(word: &Confirmation, writer: Writer, upi: &UpiTender, receipt: &Receipt) -> bool {
    let covers = match receipt.group {
        None => word.amount == receipt.total,
        Some(_) => word.amount > receipt.total,
    };
    covers
        && word.writer == writer
        && word.intent == upi.intent
        && word.bank_reference == upi.bank_reference
}

fn printed(day_book: &DayBook, entry: &Entry) -> Option<Printed> {
    let (book, number) = match &entry.fact {
        Fact::Receipt(receipt) => (&receipt.book, receipt.number),
        Fact::Applied(applied) => (&applied.book, applied.number),
        _ => return None,
    };
    let open = day_book.book(book).expect("its number was taken, so its book is open");
    Some(Printed { number: open.lease.number(number), check_code: check_code(entry) })
}
