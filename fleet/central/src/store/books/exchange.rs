//! One turn of a device, as one transaction: what it sent is taken, what it lacks is collected.

use std::collections::BTreeMap;
use std::panic::catch_unwind;

use ledger::{
    ApartCause, Confirmation, DayBook, Entry, Fact, Head, Payer, Receipt, Tender, Writer, heads,
};
use replica::{DayDocument, DocumentHead, Lock, Quarantined, Rejection};

use super::ahead::Ahead;
use super::facts::run;
use super::held::{self, Held};
use super::{
    Trusted, apart, applications, audit, chain, complaints, facts, fees, leasing, misdated, office,
    packs, records, register, signed, unsigned, wards,
};
use crate::intake::{self, Broken, Judged, Located, OwnRule, Verdict, judge, locate};
use crate::store::sql::{Book, OptionalExtension, Transaction, params};
use crate::store::{CheckedBatch, Exchanged, StoreError, Turn};

pub fn take(
    books: &Transaction<'_>,
    trusted: &Trusted,
    turn: &Turn,
) -> Result<Exchanged, StoreError> {
    let writer = turn.writer;
    let frozen = chain::met(books, writer, turn.now_ms)?;
    let mut day_book = chain::day_book_to_move(books, writer)?;
    let start = day_book.head();
    let mut rejection = frozen.then_some(Rejection::Frozen);
    let mut new: &[Entry] = &[];
    let mut held = Held::default();
    let register = register::head(books)?;
    let is_current =
        turn.batch.is_some() && register::is_current(books, writer, turn.register_after)?;
    if let Some(sent) = &turn.batch {
        match (frozen, place(books, writer, start, sent)?) {
            (true, _) => held = hold(books, trusted, turn, sent)?,
            (false, Located::Gap(gap)) => rejection = Some(gap),
            (false, Located::Fork(seq)) => {
                held = hold(books, trusted, turn, sent)?;
                chain::fork(books, writer, seq, sent.batch.after.hash, turn.now_ms)?;
                rejection = Some(Rejection::Fork(seq));
            }
            (false, Located::Follows(from)) => {
                new = &sent.entries[from..];
                // The long work comes before the books are kept from others.
                derive_documents(books, writer, new, documents_to_compare(sent, start))?;
                take_new(books, trusted, &mut day_book, new, turn.now_ms)?;
            }
        }
    }
    let taken = new.len();
    if taken > 0 {
        chain::advance(books, writer, start, &day_book)?;
        let checkpoint = audit::checkpoint(trusted, writer, day_book.head(), turn.now_ms);
        audit::keep_head(books, turn, Some(&checkpoint))?;
        leasing::lease_if_low(books, trusted, &day_book, new, turn.now_ms)?;
    }
    let lock = match rejection {
        Some(Rejection::Frozen | Rejection::Fork(_)) => Some(held::lock(books, writer, held)?),
        _ => None,
    };
    let (head, verdict) = (day_book.head(), (rejection, lock));
    let known = match is_current && taken > 0 {
        true => known_to(books, writer, new, register)?,
        false => None,
    };
    answer(books, trusted, turn, head, verdict, (taken, known))
}

/// How far a device knows the register that changed by nothing but these receipts, each once and to
/// the last rupee: it takes its own receipts off the rows that it has, and need not get them back.
fn known_to(
    books: &Transaction<'_>,
    writer: Writer,
    new: &[Entry],
    register: u64,
) -> Result<Option<u64>, StoreError> {
    let mut houses = Vec::new();
    for entry in new {
        let Fact::Receipt(Receipt { payer: Payer::Building(id), lines, .. }) = &entry.fact else {
            continue;
        };
        // What is held for a building counts for every service, which only its row tells.
        let held = [heads::ADVANCE, heads::ADVANCE_USED];
        if lines.iter().any(|line| held.contains(&line.head.as_str())) {
            return Ok(None);
        }
        houses.push(*id);
    }
    let (first, last) = (new.first().map_or(0, |it| it.seq), new.last().map_or(0, |it| it.seq));
    let sql = "SELECT EXISTS (SELECT 1 FROM excess WHERE writer = ?1 AND seq BETWEEN ?2 AND ?3) \
               OR EXISTS (SELECT 1 FROM quarantine WHERE writer = ?1 AND seq BETWEEN ?2 AND ?3)";
    let is_special: bool = books
        .prepare_cached(sql)
        .and_then(|mut row| {
            row.query_row(params![writer.0, signed(first), signed(last)], |row| row.get(0))
        })
        .map_err(StoreError::Sqlite)?;
    let receipts = register::buildings(books, &houses)?.iter().flatten().count() as u64;
    // One that was restored before, or is cancelled, changes it more often.
    let to = register::head(books)?;
    Ok((!is_special && to == register + receipts).then_some(to))
}

/// Keeps what is not of the chain, and the device's signature as the proof of it.
fn hold(
    books: &Transaction<'_>,
    trusted: &Trusted,
    turn: &Turn,
    sent: &CheckedBatch,
) -> Result<Held, StoreError> {
    let held = held::hold(books, trusted, turn.writer, sent, turn.now_ms)?;
    if held.new {
        audit::keep_head(books, turn, None)?;
    }
    Ok(held)
}

/// Finds where a batch belongs.
fn place(
    books: &Transaction<'_>,
    writer: Writer,
    head: Head,
    sent: &CheckedBatch,
) -> Result<Located, StoreError> {
    let batch = &sent.batch;
    let last = head.seq.min(batch.after.seq);
    let ours = match batch.before.seq <= last {
        true => chain::hashes(books, writer, batch.before.seq, last)?,
        false => Vec::new(),
    };
    Ok(locate(batch, head, &ours))
}

/// Keeps other turns from what these entries go on with, before anything of it is read.
fn lock_books(books: &Transaction<'_>, entries: &[Entry]) -> Result<(), StoreError> {
    let any = |of: fn(&Fact) -> bool| entries.iter().any(|entry| of(&entry.fact));
    let register = any(|fact| matches!(fact, Fact::Receipt(_) | Fact::Voided(_)));
    let office = any(|fact| {
        matches!(fact, Fact::Intent(_) | Fact::DayClosed(_) | Fact::Received(_) | Fact::HandedIn(_))
    });
    let book = match (register, office) {
        (true, true) => Book::Both,
        (true, false) => Book::Register,
        (false, true) => Book::Office,
        (false, false) => return Ok(()),
    };
    books.lock(book).map_err(StoreError::Sqlite)
}

fn take_new(
    books: &Transaction<'_>,
    trusted: &Trusted,
    day_book: &mut DayBook,
    entries: &[Entry],
    now_ms: i64,
) -> Result<(), StoreError> {
    let writer = day_book.writer();
    lock_books(books, entries)?;
    let mut ahead = Ahead::of(books, writer, entries)?;
    // A receipt by UPI is judged by what the office book says after the entries before it.
    for part in entries.chunk_by(|_, next| !is_by_upi(next)) {
        let mut judged = Vec::with_capacity(part.len());
        for entry in part {
            let own = own_rule(books, trusted, &mut ahead, writer, entry)?;
            judged.push(judge(day_book, entry.clone(), own));
        }
        chain::add(books, writer, &judged, now_ms)?;
        for judged in &judged {
            let entry = &judged.entry;
            misdated::note(books, &mut ahead.countersigned, writer, entry, now_ms)?;
            match &judged.verdict {
                Verdict::Kept(printed) => {
                    let (of, printed) = ((entry, &judged.canonical[..]), printed.as_ref());
                    facts::enter(books, trusted, &mut ahead, writer, of, printed, now_ms)?;
                }
                Verdict::Broken(broken) => {
                    let reason = &broken.reason;
                    tracing::warn!(writer = writer.0, seq = entry.seq, %reason, "quarantine");
                    apart::keep(books, writer, entry.seq, broken, now_ms)?;
                }
            }
        }
    }
    Ok(())
}

fn is_by_upi(entry: &Entry) -> bool {
    matches!(&entry.fact, Fact::Receipt(Receipt { tender: Tender::Upi(_), .. }))
}

/// What the office itself has against an entry, if anything.
pub fn own_rule(
    books: &Transaction<'_>,
    trusted: &Trusted,
    ahead: &mut Ahead,
    writer: Writer,
    entry: &Entry,
) -> Result<Option<OwnRule>, StoreError> {
    if let Some(own) = unconfirmed(books, writer, entry)? {
        return Ok(Some(own));
    }
    if let Some(own) = applications::differing(trusted, entry) {
        return Ok(Some(own));
    }
    if let Some(own) = complaints::strange(books, writer, entry)? {
        return Ok(Some(own));
    }
    match wards::outside(books, ahead, writer, entry)? {
        Some(own) => Ok(Some(own)),
        None => fees::differing(books, trusted, |intent| ahead.asked(intent), writer, entry),
    }
}

/// Whether the bank's word lacks that a receipt leans on.
pub fn unconfirmed(
    books: &Transaction<'_>,
    writer: Writer,
    entry: &Entry,
) -> Result<Option<OwnRule>, StoreError> {
    let confirmed = confirmation_of(books, entry)?;
    Ok(intake::unconfirmed(writer, entry, confirmed.as_ref()))
}

/// What the office book has where a UPI receipt points to.
fn confirmation_of(
    books: &Transaction<'_>,
    entry: &Entry,
) -> Result<Option<Confirmation>, StoreError> {
    match &entry.fact {
        Fact::Receipt(Receipt { tender: Tender::Upi(upi), .. }) => {
            office::confirmation(books, upi.confirmation)
        }
        _ => Ok(None),
    }
}

/// The device names the heads of its documents as of the batch's end; they are comparable only
/// where the batch ends beyond what was here.
fn documents_to_compare(sent: &CheckedBatch, start: Head) -> &[DocumentHead] {
    match sent.batch.after.seq > start.seq {
        true => &sent.batch.documents,
        false => &[],
    }
}

/// Brings the documents of the days forward. The chain is the truth: a document that cannot be
/// derived or that differs is noted, and stops nothing.
fn derive_documents(
    books: &Transaction<'_>,
    writer: Writer,
    entries: &[Entry],
    named: &[DocumentHead],
) -> Result<(), StoreError> {
    let mut days: BTreeMap<i64, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        days.entry(entry.at.day()).or_default().push(entry);
    }
    for (day, entries) in days {
        let sql = "SELECT saved FROM day_document WHERE writer = ?1 AND day = ?2";
        let saved: Option<Vec<u8>> = books
            .prepare_cached(sql)
            .and_then(|mut row| row.query_row(params![writer.0, day], |row| row.get(0)).optional())
            .map_err(StoreError::Sqlite)?;
        let document = match guarded(writer, day, saved.as_deref(), &entries) {
            Ok(document) => Ok(document),
            Err(error) => {
                let what = "a day's document is damaged, and made anew from the entries";
                tracing::warn!(writer = writer.0, day, error, what);
                let before = entries_of(books, writer, day)?;
                let all: Vec<&Entry> = before.iter().chain(entries).collect();
                guarded(writer, day, None, &all)
            }
        };
        match document {
            Ok(document) => keep_document(books, writer, day, document, named)?,
            Err(error) => tracing::error!(writer = writer.0, day, error, "no document"),
        }
    }
    Ok(())
}

/// The library panics on bytes that it does not like; a document is worth no entry.
fn guarded(
    writer: Writer,
    day: i64,
    saved: Option<&[u8]>,
    entries: &[&Entry],
) -> Result<DayDocument, String> {
    let derived = catch_unwind(|| derived(writer, day, saved, entries));
    derived.unwrap_or_else(|_| Err("the library gave up".to_owned()))
}

/// All that a device wrote on a day before this turn, as the chain has it.
fn entries_of(books: &Transaction<'_>, writer: Writer, day: i64) -> Result<Vec<Entry>, StoreError> {
    let mut found = Vec::new();
    for (canonical, _) in chain::whole(books, writer)? {
        let entry = Entry::read(&canonical).map_err(|_| StoreError::Damaged("an entry"))?;
        if entry.at.day() == day {
            found.push(entry);
        }
    }
    Ok(found)
}

fn derived(
    writer: Writer,
    day: i64,
    saved: Option<&[u8]>,
    entries: &[&Entry],
) -> Result<DayDocument, String> {
    let mut document = match saved {
        None => DayDocument::new(writer, day),
        Some(saved) => DayDocument::load(writer, day, saved).map_err(|error| error.to_string())?,
    };
    for entry in entries {
        document.add(entry).map_err(|error| error.to_string())?;
    }
    Ok(document)
}

fn keep_document(
    books: &Transaction<'_>,
    writer: Writer,
    day: i64,
    mut document: DayDocument,
    named: &[DocumentHead],
) -> Result<(), StoreError> {
    let saved = document.save();
    let Some(head) = document.head() else { return Ok(()) };
    let theirs = named.iter().find(|named| named.day == day);
    let differs = theirs.is_some_and(|named| !named.agrees(&head));
    if differs {
        tracing::error!(writer = writer.0, day, "the device's document has another head");
    }
    let sql = "INSERT INTO day_document (writer, day, head, saved, differs) \
               VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (writer, day) DO UPDATE \
               SET head = excluded.head, saved = excluded.saved, differs = excluded.differs";
    run(books, sql, params![writer.0, day, &head[..], saved, differs])
}

fn answer(
    books: &Transaction<'_>,
    trusted: &Trusted,
    turn: &Turn,
    head: Head,
    (rejection, lock): (Option<Rejection>, Option<Lock>),
    (taken, known): (usize, Option<u64>),
) -> Result<Exchanged, StoreError> {
    let mut answer = Exchanged {
        head,
        notices: Vec::new(),
        office_to: turn.office_after,
        buildings: Vec::new(),
        gone: Vec::new(),
        register_to: turn.register_after,
        records: None,
        more: false,
        rejection,
        lock,
        quarantined: quarantined(books, turn)?,
        pack: None,
        taken,
    };
    // A device that is frozen, or that just turned out to be two, learns nothing more.
    if matches!(answer.rejection, Some(Rejection::Frozen | Rejection::Fork(_))) {
        return Ok(answer);
    }
    let (notices, office_to, more_notices) =
        office::notices(books, turn.writer, turn.office_after)?;
    let fill = match known {
        Some(to) => register::Fill { buildings: Vec::new(), gone: Vec::new(), to, more: false },
        None => register::changes(books, turn.writer, turn.register_after)?,
    };
    answer.notices = notices;
    answer.office_to = office_to;
    answer.buildings = fill.buildings;
    answer.gone = fill.gone;
    answer.register_to = fill.to;
    answer.more = more_notices || fill.more;
    answer.pack = packs::offer(books, trusted, turn.writer, turn.now_ms)?;
    if let Some(asked) = &turn.records {
        let (said, more) = records::take(books, trusted, turn, asked)?;
        answer.records = Some(said);
        answer.more |= more;
    }
    Ok(answer)
}

/// What of the batch lies in quarantine; the same again if the device lost the last answer.
fn quarantined(books: &Transaction<'_>, turn: &Turn) -> Result<Vec<Quarantined>, StoreError> {
    let Some(sent) = &turn.batch else { return Ok(Vec::new()) };
    let (before, after) = (sent.batch.before.seq, sent.batch.after.seq);
    let sql = "SELECT seq, reason, cause FROM quarantine \
               WHERE writer = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let mut rows = statement
        .query(params![turn.writer.0, signed(before), signed(after)])
        .map_err(StoreError::Sqlite)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        let seq = unsigned(row.get(0).map_err(StoreError::Sqlite)?, "a sequence")?;
        let reason = row.get(1).map_err(StoreError::Sqlite)?;
        let cause: Option<String> = row.get(2).map_err(StoreError::Sqlite)?;
        let cause = cause.map(|cause| ApartCause::from_code(&cause));
        found.push(Quarantined { seq, reason, cause });
    }
    Ok(found)
}

/// Whether the office kept it apart by a rule of its own that goes by what it knew then. A sum that
/// the device's own rules refuse is in no day book.
fn is_own(broken: &Broken) -> bool {
    match broken.cause {
        ApartCause::Ward => true,
        ApartCause::Sum => broken.taken,
        _ => false,
    }
}

/// What verification walks with: an entry judged again. `apart` is what stands of it in quarantine:
/// why, and whether the day book took it. A rule of the office's own goes by what the office knew
/// then, which is written there.
pub fn judge_again(
    books: &Transaction<'_>,
    trusted: &Trusted,
    day_book: &mut DayBook,
    entry: Entry,
    apart: Option<&Broken>,
) -> Result<Judged, StoreError> {
    let own = match apart {
        Some(broken) if is_own(broken) => {
            Some(OwnRule { reason: broken.reason.clone(), cause: broken.cause })
        }
        _ => match unconfirmed(books, day_book.writer(), &entry)? {
            Some(own) => Some(own),
            None => match applications::differing(trusted, &entry) {
                Some(own) => Some(own),
                None => match complaints::strange(books, day_book.writer(), &entry)? {
                    Some(own) => Some(own),
                    None => fees::differing(books, trusted, |_| None, day_book.writer(), &entry)?,
                },
            },
        },
    };
    Ok(match own {
        Some(own) if apart.is_some_and(|broken| !broken.taken) => {
            intake::judge_as_before(day_book, entry, own)
        }
        own => judge(day_book, entry, own),
    })
}
