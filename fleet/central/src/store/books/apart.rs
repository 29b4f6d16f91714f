//! What is kept apart of the chains, and the ways out: two persons accept an entry, fix it, reject
//! it, or say that its money was returned. Each is an entry of the office book, and the device is
//! told.

use ledger::{
    ApartSettled, DayBook, Entry, FREED_MAX, Fact, Paise, Payer, Receipt, StaffId, Tender, WayOut,
    Writer, check_code,
};

use super::ahead::Ahead;
use super::facts::{self, Booked, run};
use super::office::{self, Addressee};
use super::unsigned;
use super::{Trusted, chain, deposits, enrol, exchange, forks, named, register, restoring, signed};
use crate::apart::{SettledApart, ToSettleApart};
use crate::intake::{Broken, Printed};
use crate::remittance::{Refusal, typed};
use crate::store::StoreError;
use crate::store::sql::{Book, OptionalExtension, Row, Transaction, params};

/// An entry that two persons look at.
struct Case {
    writer: Writer,
    entry: Entry,
    canonical: Vec<u8>,
    /// The day book has it, since it kept the device's own rules.
    taken: bool,
    now_ms: i64,
}

/// Keeps an entry of a chain apart.
pub fn keep(
    books: &Transaction<'_>,
    writer: Writer,
    seq: u64,
    broken: &Broken,
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO quarantine (writer, seq, reason, found_ms, cause, taken) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let Broken { reason, cause, taken } = broken;
    run(books, sql, params![writer.0, signed(seq), reason, now_ms, cause.code(), taken])
}

/// Settles an entry: the office's word on it, its effect, and that of the entries that only waited
/// for it.
pub fn settle(
    books: &Transaction<'_>,
    trusted: &Trusted,
    deed: &ToSettleApart,
) -> Result<SettledApart, StoreError> {
    check_persons(books, deed)?;
    let writer = named::device(books, &deed.device)?;
    // In the order in which a turn of the device takes them.
    let mut day_book = chain::day_book_to_move(books, writer)?;
    books.lock(Book::Both).map_err(StoreError::Sqlite)?;
    let case = case(books, writer, deed)?;
    let reason = typed(&deed.reason, "the reason")?;
    let way = checked_way(books, &case, &deed.way)?;
    let freed = take_late(books, trusted, &mut day_book, &case, &way)?;
    let word = ApartSettled {
        writer: case.writer,
        entry: case.entry.seq,
        way,
        reason,
        second: deed.second,
        as_of: day_book.head().seq,
        freed: freed.iter().map(|(entry, _)| entry.seq).collect(),
    };
    keep_day_book(books, &day_book)?;
    write(books, &word, deed)?;
    let receipt = take_effect(books, trusted, &case, &word.way)?;
    for (entry, canonical) in freed {
        let printed = printed(books, case.writer, &entry)?;
        let printed = printed.as_ref();
        let (of, ahead) = ((&entry, &canonical[..]), &mut Ahead::nothing());
        facts::enter(books, trusted, ahead, case.writer, of, printed, case.now_ms)?;
        join_close(books, case.writer, entry.seq)?;
    }
    Ok(SettledApart { receipt, freed: word.freed })
}

fn check_persons(books: &Transaction<'_>, deed: &ToSettleApart) -> Result<(), StoreError> {
    for person in [deed.by, deed.second] {
        enrol::check_staff(books, person)?;
    }
    match deed.by == deed.second {
        true => Err(Refusal::SecondPerson.into()),
        false => Ok(()),
    }
}

/// The entry that is named, and what refuses these two persons.
fn case(books: &Transaction<'_>, writer: Writer, deed: &ToSettleApart) -> Result<Case, StoreError> {
    let ToSettleApart { device, seq, by, second, now_ms, .. } = deed;
    let (device, seq) = (device.clone(), *seq);
    let sql =
        "SELECT taken, settled_seq IS NOT NULL FROM quarantine WHERE writer = ?1 AND seq = ?2";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let row = books.query_row(sql, params![writer.0, signed(seq)], read).optional();
    let Some((taken, settled)) = row.map_err(StoreError::Sqlite)? else {
        return Err(Refusal::NotApart { device, seq }.into());
    };
    if settled {
        return Err(Refusal::ApartSettledBefore { device, seq }.into());
    }
    let damaged = StoreError::Damaged("an entry in quarantine");
    let (entry, canonical) = named::entry_of(books, writer, seq)?.ok_or(damaged)?;
    let own = [entry.staff, forks::operator(books, writer)?];
    if let Some(own) = own.into_iter().flatten().find(|own| own == by || own == second) {
        return Err(Refusal::OwnEntry { device, seq, staff: own.0 }.into());
    }
    Ok(Case { writer, entry, canonical, taken, now_ms: *now_ms })
}

/// Whether this way fits the entry; gives it as it is written.
fn checked_way(books: &Transaction<'_>, case: &Case, way: &WayOut) -> Result<WayOut, StoreError> {
    let receipt = match &case.entry.fact {
        Fact::Receipt(receipt) => Some(receipt),
        _ => None,
    };
    let unconfirmed = exchange::unconfirmed(books, case.writer, &case.entry)?.is_some();
    match (way, receipt) {
        (WayOut::Rejected, Some(_)) if unconfirmed => {}
        (WayOut::Rejected, _) if has_money(&case.entry.fact) => {
            return Err(Refusal::HasMoney(case.entry.seq).into());
        }
        (WayOut::Rejected, _) => {}
        (WayOut::MoneyReturned(voucher), Some(_)) => {
            return Ok(WayOut::MoneyReturned(typed(voucher, "the voucher's number")?));
        }
        (WayOut::MoneyReturned(_), None) => {
            return Err(Refusal::NoReceipt(case.entry.seq).into());
        }
        (WayOut::Accepted | WayOut::Fixed(_), _) if unconfirmed => {
            return Err(Refusal::Unconfirmed(case.entry.seq).into());
        }
        (WayOut::Fixed(building), _) => check_fix(books, &case.entry, *building)?,
        (WayOut::Accepted, _) => {}
    }
    if way.counts() && receipt.is_some() {
        check_number(books, case)?;
    }
    Ok(way.clone())
}

/// Money, or the way that it goes: such an entry is never just left out.
fn has_money(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Receipt(_)
            | Fact::DayClosed(_)
            | Fact::FloatTaken(_)
            | Fact::Received(_)
            | Fact::HandedIn(_)
            | Fact::Voided(_)
    )
}

fn check_fix(books: &Transaction<'_>, entry: &Entry, building: u32) -> Result<(), StoreError> {
    if !matches!(entry.fact, Fact::Receipt(_) | Fact::Visit(_)) {
        return Err(Refusal::NoBuildingInIt(entry.seq).into());
    }
    match register::building(books, building)? {
        Some(_) => Ok(()),
        None => Err(Refusal::NoSuchBuilding(building).into()),
    }
}

/// A receipt counts under its own number, which must be of a book of its device and free.
fn check_number(books: &Transaction<'_>, case: &Case) -> Result<(), StoreError> {
    let Some(printed) = printed(books, case.writer, &case.entry)? else {
        let why = "its number is of no book that its device was given".to_owned();
        return Err(Refusal::CannotCount { seq: case.entry.seq, why }.into());
    };
    let number = printed.number.to_string();
    let sql = "SELECT EXISTS (SELECT 1 FROM receipt WHERE number = ?1 AND state <> 'superseded' \
               AND NOT (coalesce(of_writer, writer) = ?2 AND coalesce(of_seq, seq) = ?3))";
    let key = params![number, case.writer.0, signed(case.entry.seq)];
    match books.query_row(sql, key, |row| row.get(0)).map_err(StoreError::Sqlite)? {
        true => Err(Refusal::NumberUsed(number).into()),
        false => Ok(()),
    }
}

/// Takes the entry into the day book where that lacks it, and whatever only waited for it.
fn take_late(
    books: &Transaction<'_>,
    trusted: &Trusted,
    day_book: &mut DayBook,
    case: &Case,
    way: &WayOut,
) -> Result<Vec<(Entry, Vec<u8>)>, StoreError> {
    if case.taken || !goes_into_day_book(&case.entry, way) {
        return Ok(Vec::new());
    }
    day_book.take_late(&case.entry).map_err(|breach| {
        let (seq, why) = (case.entry.seq, breach.to_string());
        StoreError::Refused(Refusal::CannotCount { seq, why })
    })?;
    let (mut freed, mut ahead) = (Vec::new(), Ahead::nothing());
    for (entry, canonical) in waiting(books, case)? {
        let own_rule = exchange::own_rule(books, trusted, &mut ahead, case.writer, &entry)?;
        if own_rule.is_none() && freed.len() < FREED_MAX && day_book.free(&entry).is_ok() {
            freed.push((entry, canonical));
        }
    }
    Ok(freed)
}

/// A receipt's number is used and its cash is in the till, whatever becomes of it.
pub fn goes_into_day_book(entry: &Entry, way: &WayOut) -> bool {
    way.counts() || matches!(entry.fact, Fact::Receipt(_))
}

/// Later entries of the device that are in quarantine, and not by a rule of the office's own.
fn waiting(books: &Transaction<'_>, case: &Case) -> Result<Vec<(Entry, Vec<u8>)>, StoreError> {
    let sql = "SELECT e.canonical FROM quarantine q \
               JOIN entry e ON e.writer = q.writer AND e.seq = q.seq \
               WHERE q.writer = ?1 AND q.seq > ?2 AND q.settled_seq IS NULL AND NOT q.taken \
               ORDER BY q.seq";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let key = params![case.writer.0, signed(case.entry.seq)];
    let rows = statement.query_map(key, |row| row.get(0));
    let rows: Vec<Vec<u8>> = rows.and_then(Iterator::collect).map_err(StoreError::Sqlite)?;
    let read = |canonical: Vec<u8>| {
        let entry = Entry::read(&canonical).map_err(|_| StoreError::Damaged("an entry"))?;
        Ok((entry, canonical))
    };
    rows.into_iter().map(read).collect()
}

fn keep_day_book(books: &Transaction<'_>, day_book: &DayBook) -> Result<(), StoreError> {
    let sql = "UPDATE device_head SET day_book = ?2 WHERE writer = ?1";
    run(books, sql, params![day_book.writer().0, chain::encoded(day_book)])
}

fn write(
    books: &Transaction<'_>,
    word: &ApartSettled,
    deed: &ToSettleApart,
) -> Result<(), StoreError> {
    let (fact, to) = (Fact::ApartSettled(word.clone()), Addressee::One(word.writer));
    let office_seq = signed(office::add_by(books, fact, Some(deed.by), to, deed.now_ms)?);
    let (building, voucher) = match &word.way {
        WayOut::Fixed(building) => (Some(building), None),
        WayOut::MoneyReturned(voucher) => (None, Some(voucher)),
        WayOut::Accepted | WayOut::Rejected => (None, None),
    };
    let sql = "INSERT INTO apart_settled (office_seq, writer, seq, way, building, voucher, reason, \
               officer, second, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let (writer, seq, way) = (word.writer.0, signed(word.entry), word.way.code());
    let (reason, by, second, at_ms) = (&word.reason, deed.by.0, deed.second.0, deed.now_ms);
    let row = params![office_seq, writer, seq, way, building, voucher, reason, by, second, at_ms];
    run(books, sql, row)?;
    for seq in word.freed.iter().chain([&word.entry]) {
        let sql = "UPDATE quarantine SET settled_seq = ?3 WHERE writer = ?1 AND seq = ?2";
        run(books, sql, params![writer, signed(*seq), office_seq])?;
    }
    Ok(())
}

/// What the entry does now; answers the number and the sum of a receipt.
fn take_effect(
    books: &Transaction<'_>,
    trusted: &Trusted,
    case: &Case,
    way: &WayOut,
) -> Result<Option<(String, Paise)>, StoreError> {
    let Case { writer, entry, canonical, now_ms, .. } = case;
    let printed = printed(books, *writer, entry)?;
    let number = printed.as_ref().map(|printed| printed.number.to_string());
    match way {
        WayOut::Accepted => {
            let (of, ahead) = ((entry, &canonical[..]), &mut Ahead::nothing());
            facts::enter(books, trusted, ahead, *writer, of, printed.as_ref(), *now_ms)?;
        }
        WayOut::Fixed(building) => {
            let fixed = with_building(entry, *building);
            let (of, ahead) = ((&fixed, &canonical[..]), &mut Ahead::nothing());
            facts::enter(books, trusted, ahead, *writer, of, printed.as_ref(), *now_ms)?;
        }
        WayOut::MoneyReturned(_) => enter_returned(books, trusted, case, number.clone())?,
        WayOut::Rejected => {}
    }
    join_close(books, *writer, entry.seq)?;
    Ok(match &entry.fact {
        Fact::Receipt(receipt) => Some((number.unwrap_or_default(), receipt.total)),
        _ => None,
    })
}

/// The entry as the office corrects it. Its canonical bytes stay what the device wrote.
fn with_building(entry: &Entry, building: u32) -> Entry {
    let mut fixed = entry.clone();
    match &mut fixed.fact {
        Fact::Receipt(receipt) => receipt.payer = Payer::Building(building),
        Fact::Visit(visit) => visit.building = building,
        _ => {}
    }
    fixed
}

/// A receipt that never counts: its number stays used, its money was in the hand of whoever took
/// it, and goes the way of their other cash; what its payer has back, the office paid.
fn enter_returned(
    books: &Transaction<'_>,
    trusted: &Trusted,
    case: &Case,
    number: Option<String>,
) -> Result<(), StoreError> {
    let Case { writer, entry, canonical, now_ms, .. } = case;
    let Fact::Receipt(receipt) = &entry.fact else { return Ok(()) };
    restoring::give_way(books, trusted, *writer, entry.seq, canonical, *now_ms)?;
    let booked = Booked {
        writer: *writer,
        seq: entry.seq,
        entry,
        receipt,
        number: number.unwrap_or_default(),
        check_code: check_code(entry),
        mode: facts::mode(&receipt.tender),
        state: "returned",
        of: None,
        beyond: Paise::ZERO,
        now_ms: *now_ms,
    };
    facts::enter_without_effect(books, &booked)
}

/// The number of a receipt, by the books that its device was leased; none where it is of none.
pub fn printed(
    books: &Transaction<'_>,
    writer: Writer,
    entry: &Entry,
) -> Result<Option<Printed>, StoreError> {
    let (book, number) = match &entry.fact {
        Fact::Receipt(receipt) => (&receipt.book, &receipt.number),
        Fact::Applied(applied) => (&applied.book, &applied.number),
        _ => return Ok(None),
    };
    let sql = "SELECT office_seq FROM lease \
               WHERE writer = ?1 AND book = ?2 AND ?3 BETWEEN first AND last \
               ORDER BY year = ?4 DESC, year DESC LIMIT 1";
    let key = params![writer.0, book, number, entry.at.financial_year()];
    let seq: Option<i64> = books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row(key, |row| row.get(0)).optional())
        .map_err(StoreError::Sqlite)?;
    let Some(seq) = seq else { return Ok(None) };
    match office::entry(books, unsigned(seq, "a lease")?)?.map(|entry| entry.fact) {
        Some(Fact::BookLeased(signed)) => {
            let number = signed.lease.number(*number);
            Ok(Some(Printed { number, check_code: check_code(entry) }))
        }
        _ => Err(StoreError::Damaged("a lease")),
    }
}

/// A receipt that comes into the books after the close that counted it goes where that went.
fn join_close(books: &Transaction<'_>, writer: Writer, seq: u64) -> Result<(), StoreError> {
    let key = params![writer.0, signed(seq)];
    let sql = "UPDATE receipt SET close_seq = (SELECT min(c.seq) FROM day_close c \
               WHERE c.writer = receipt.writer AND c.staff = receipt.staff \
               AND c.seq > receipt.seq) WHERE writer = ?1 AND seq = ?2";
    run(books, sql, key)?;
    let sql = "UPDATE receipt SET state = 'received' WHERE writer = ?1 AND seq = ?2 \
               AND state = 'claimed' AND EXISTS (SELECT 1 FROM receiving m \
               WHERE m.close_writer = receipt.writer AND m.close_seq = receipt.close_seq \
               AND m.state = 'matched' AND NOT EXISTS (SELECT 1 FROM receiving_missing x \
               WHERE x.writer = m.writer AND x.seq = m.seq AND x.receipt = receipt.seq))";
    run(books, sql, key)?;
    deposits::join_realised(books, writer, seq)
}

/// Settlements of a device's entries, in the order in which they were written.
pub fn settlements(
    books: &Transaction<'_>,
    writer: Writer,
) -> Result<Vec<ApartSettled>, StoreError> {
    let sql = "SELECT office_seq FROM apart_settled WHERE writer = ?1 ORDER BY office_seq";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let rows = statement.query_map([writer.0], |row| row.get(0));
    let seqs: Vec<i64> = rows.and_then(Iterator::collect).map_err(StoreError::Sqlite)?;
    let mut found = Vec::with_capacity(seqs.len());
    for seq in seqs {
        let entry = office::entry(books, unsigned(seq, "a settled case")?)?;
        match entry.map(|entry| entry.fact) {
            Some(Fact::ApartSettled(word)) => found.push(word),
            _ => return Err(StoreError::Damaged("a settled case")),
        }
    }
    Ok(found)
}

/// What is wrong with the office's word on an entry in quarantine, if anything is.
pub fn fault(
    books: &Transaction<'_>,
    by: Option<StaffId>,
    word: &ApartSettled,
) -> Result<Option<&'static str>, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM quarantine WHERE writer = ?1 AND seq = ?2)";
    let key = params![word.writer.0, signed(word.entry)];
    let is_there: bool = books.query_row(sql, key, |row| row.get(0)).map_err(StoreError::Sqlite)?;
    let entry = named::entry_of(books, word.writer, word.entry)?.map(|(entry, _)| entry);
    let Some(entry) = entry.filter(|_| is_there) else {
        return Ok(Some("settles an entry that is not in quarantine"));
    };
    Ok(match (by, &word.way) {
        (None, _) => Some("settles an entry without an officer"),
        (Some(by), _) if by == word.second => Some("settles an entry by one person"),
        (Some(by), _) if [Some(by), Some(word.second)].contains(&entry.staff) => {
            Some("settles an entry by whoever wrote it")
        }
        (_, WayOut::MoneyReturned(_)) if !matches!(entry.fact, Fact::Receipt(_)) => {
            Some("returns the money of an entry that took none")
        }
        (_, WayOut::Rejected) if has_money(&entry.fact) && !is_upi(&entry.fact) => {
            Some("rejects an entry that took money")
        }
        _ => None,
    })
}

fn is_upi(fact: &Fact) -> bool {
    matches!(fact, Fact::Receipt(Receipt { tender: Tender::Upi(_), .. }))
}
