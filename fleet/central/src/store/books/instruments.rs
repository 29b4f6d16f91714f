//! Cheques and drafts: what a receipt says of one, and what the bank says of it later.

use ledger::{
    Fact, Instrument, InstrumentSettled, InstrumentState, Paise, ReceiptNumber, StaffId, Writer,
};

use super::facts::run;
use super::office::{self, Addressee};
use super::{Trusted, deposits, enrol, named, signed, undo, unsigned};
use crate::remittance::{InstrumentWord, Refusal, ToSettle, typed};
use crate::store::StoreError;
use crate::store::sql::{Params, Row, Transaction, params};

/// A receipt by cheque or draft.
struct Paid {
    writer: Writer,
    seq: u64,
    amount: Paise,
    state: String,
    day: i64,
    close: Option<u64>,
    /// What the bank said before; "open" where nothing.
    instrument: Option<String>,
}

/// Keeps the instrument of a receipt.
pub fn keep(
    books: &Transaction<'_>,
    writer: Writer,
    seq: u64,
    instrument: &Instrument,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO instrument (writer, seq, kind, number, bank, dated) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let Instrument { kind, number, bank, dated } = instrument;
    run(books, sql, params![writer.0, signed(seq), kind.code(), number, bank, dated])
}

/// Writes the bank's word, and tells the receipt's device; answers the sum of the instrument. One
/// cheque for several demands has several receipts, and the word is on all of them.
pub fn settle(
    books: &Transaction<'_>,
    trusted: &Trusted,
    deed: &ToSettle,
) -> Result<Paise, StoreError> {
    enrol::check_staff(books, deed.by)?;
    named::check_day(deed.on, deed.now_ms)?;
    let paid = open(books, &deed.receipt)?;
    if deed.on < paid.day {
        return Err(Refusal::BeforeReceipt(deed.receipt.to_string()).into());
    }
    let (state, said, second) = match &deed.word {
        InstrumentWord::Realised { bank_reference } => {
            (InstrumentState::Realised, typed(bank_reference, "the bank's reference")?, None)
        }
        InstrumentWord::Dishonoured { reason, second } => {
            let said = dishonour(books, deed, &paid, reason, *second)?;
            (InstrumentState::Dishonoured, said, Some(*second))
        }
    };
    let mut sum = Paise::ZERO;
    for paid in by_the_same(books, paid)? {
        sum = sum.checked_add(paid.amount).map_err(|_| StoreError::Damaged("a receipt"))?;
        settle_one(books, trusted, deed, &paid, (state, &said, second))?;
    }
    Ok(sum)
}

fn settle_one(
    books: &Transaction<'_>,
    trusted: &Trusted,
    deed: &ToSettle,
    paid: &Paid,
    (state, said, second): (InstrumentState, &str, Option<StaffId>),
) -> Result<(), StoreError> {
    let (writer, receipt, on) = (paid.writer, paid.seq, deed.on);
    let word = InstrumentSettled { writer, receipt, state, said: said.to_owned(), on, second };
    let (fact, to) = (Fact::InstrumentSettled(word), Addressee::One(writer));
    let office_seq = office::add_by(books, fact, Some(deed.by), to, deed.now_ms)?;
    let code = match state {
        InstrumentState::Realised => "realised",
        InstrumentState::Dishonoured => "dishonoured",
    };
    let sql = "UPDATE instrument SET state = ?3, settled_day = ?4, said = ?5, settled_seq = ?6 \
               WHERE writer = ?1 AND seq = ?2";
    let key = (writer.0, signed(receipt));
    run(books, sql, params![key.0, key.1, code, deed.on, said, signed(office_seq)])?;
    let sql = "UPDATE receipt SET state = ?3 WHERE writer = ?1 AND seq = ?2";
    run(books, sql, params![key.0, key.1, code])?;
    if state == InstrumentState::Dishonoured {
        undo::take_out(books, trusted, writer, receipt, deed.now_ms)?;
    }
    Ok(())
}

/// The receipt with those that were paid by the same cheque or draft, and that the bank has said
/// nothing of.
fn by_the_same(books: &Transaction<'_>, paid: Paid) -> Result<Vec<Paid>, StoreError> {
    let mut all = Vec::new();
    for seq in of_one_payment(books, paid.writer, paid.seq)? {
        let sql = "SELECT r.writer, r.seq, r.amount, r.state, r.day, r.close_seq, i.state \
                   FROM receipt r JOIN instrument i ON i.writer = r.writer AND i.seq = r.seq \
                   WHERE r.writer = ?1 AND r.seq = ?2 AND i.state = 'open' \
                   AND r.state NOT IN ('superseded', 'cancelled', 'restored')";
        all.extend(paid_by(books, sql, params![paid.writer.0, signed(seq)])?);
    }
    Ok(all)
}

/// The receipts of one payment for several demands, by one of them; they follow each other.
pub fn of_one_payment(
    books: &Transaction<'_>,
    writer: Writer,
    seq: u64,
) -> Result<Vec<u64>, StoreError> {
    let entry = named::entry_of(books, writer, seq)?.map(|(entry, _)| entry.fact);
    let place = match entry {
        Some(Fact::Receipt(receipt)) => receipt.group,
        _ => None,
    };
    Ok(match place {
        Some(place) => {
            let first = (seq + 1).saturating_sub(u64::from(place.nth));
            (first..first + u64::from(place.of)).collect()
        }
        None => vec![seq],
    })
}

/// What refuses a dishonour; gives the bank's reason as it is written.
fn dishonour(
    books: &Transaction<'_>,
    deed: &ToSettle,
    paid: &Paid,
    reason: &str,
    second: StaffId,
) -> Result<String, StoreError> {
    if second == deed.by {
        return Err(Refusal::SecondPerson.into());
    }
    enrol::check_staff(books, second)?;
    let reason = typed(reason, "the bank's reason")?;
    let received = match paid.close {
        Some(close) => deposits::was_received(books, paid.writer, close)?,
        None => false,
    };
    match received {
        true => Ok(reason),
        false => Err(Refusal::InstrumentNotReceived(deed.receipt.to_string()).into()),
    }
}

/// The one receipt with a number whose instrument the bank has said nothing of.
fn open(books: &Transaction<'_>, number: &ReceiptNumber) -> Result<Paid, StoreError> {
    let number = number.to_string();
    let mut found = with_number(books, &number)?;
    let paid = match (found.pop(), found.is_empty()) {
        (None, _) => return Err(Refusal::NoSuchReceipt(number).into()),
        (Some(_), false) => return Err(Refusal::SharedNumber(number).into()),
        (Some(paid), true) => paid,
    };
    let refusal = match (&paid.instrument, paid.state.as_str()) {
        (None, _) => Refusal::NotByInstrument(number),
        (_, "cancelled") => Refusal::Cancelled(number),
        (_, "restored") => Refusal::OnlyRestored(number),
        (Some(state), _) if state != "open" => {
            Refusal::SettledBefore { number, state: state.clone() }
        }
        _ => return Ok(paid),
    };
    Err(refusal.into())
}

fn with_number(books: &Transaction<'_>, number: &str) -> Result<Vec<Paid>, StoreError> {
    let sql = "SELECT r.writer, r.seq, r.amount, r.state, r.day, r.close_seq, i.state \
               FROM receipt r LEFT JOIN instrument i ON i.writer = r.writer AND i.seq = r.seq \
               WHERE r.number = ?1 AND r.state <> 'superseded'";
    paid_by(books, sql, [number])
}

fn paid_by(books: &Transaction<'_>, sql: &str, key: impl Params) -> Result<Vec<Paid>, StoreError> {
    let read = |row: &Row<'_>| {
        let (seq, close): (i64, Option<i64>) = (row.get(1)?, row.get(5)?);
        let paid = Paid {
            writer: Writer(row.get(0)?),
            seq: 0,
            amount: Paise::new(row.get(2)?),
            state: row.get(3)?,
            day: row.get(4)?,
            close: None,
            instrument: row.get(6)?,
        };
        Ok((seq, close, paid))
    };
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let rows = statement.query_map(key, read);
    let rows: Vec<_> = rows.and_then(Iterator::collect).map_err(StoreError::Sqlite)?;
    let numbered = |(seq, close, paid): (i64, Option<i64>, Paid)| {
        let close = close.map(|close| unsigned(close, "a close")).transpose()?;
        Ok(Paid { seq: unsigned(seq, "a receipt")?, close, ..paid })
    };
    rows.into_iter().map(numbered).collect()
}
