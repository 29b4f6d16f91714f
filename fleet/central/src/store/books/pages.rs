//! What the office's page, the public check page and a monitoring system read.

use ledger::{DayBook, Paise, Writer, heads};

use super::{Trusted, apart_list, complaints, packs, photos, records, way};
use crate::overview::{
    BankCase, CancelledReceipt, ClosedDay, DeviceState, Excess, Figures, Fork, LatestReceipt,
    MisdatedEntry, Overview, Share, WardVisits,
};
use crate::store::sql::{self, Params, Row, Transaction, params};
use crate::store::{ReceiptRow, StoreError};

/// Rows of each list on the page; the newest are shown.
pub(super) const ROWS_MAX: i64 = 25;

/// Devices on the page; a body of Kerala has fewer.
const DEVICES_MAX: i64 = 200;

/// For how many days closes with a difference are shown.
const CLOSE_DAYS: i64 = 7;

pub fn answers(books: &Transaction<'_>) -> Result<(), StoreError> {
    books.query_row("SELECT change FROM register_head", [], |_| Ok(())).map_err(StoreError::Sqlite)
}

pub fn receipts(books: &Transaction<'_>, number: &str) -> Result<Vec<ReceiptRow>, StoreError> {
    let sql = "SELECT check_code, amount, mode, state, at_ms, ward, place \
               FROM receipt WHERE number = ?1 AND state <> 'superseded'";
    all(books, sql, [number], |row| {
        Ok(ReceiptRow {
            check_code: row.get(0)?,
            amount: Paise::new(row.get(1)?),
            mode: row.get(2)?,
            state: row.get(3)?,
            at_ms: row.get(4)?,
            ward: row.get(5)?,
            place: row.get(6)?,
        })
    })
}

pub fn overview(
    books: &Transaction<'_>,
    trusted: &Trusted,
    day: i64,
) -> Result<Overview, StoreError> {
    let by = |what: &str| {
        let sql = format!(
            "SELECT coalesce({what}, ''), count(*), sum(amount) FROM receipt \
             WHERE day = ?1 AND stands GROUP BY {what} ORDER BY sum(amount) DESC"
        );
        all(books, &sql, [day], share)
    };
    let by_mode = by("mode")?;
    let total = by_mode.iter().fold(Share::default(), |sum, part| Share {
        of: String::new(),
        count: sum.count + part.count,
        amount: Paise::new(sum.amount.get() + part.amount.get()),
    });
    let heads = "SELECT head, count(*), sum(amount) FROM receipt_line \
                 WHERE day = ?1 GROUP BY head ORDER BY sum(amount) DESC";
    Ok(Overview {
        day,
        total,
        by_mode,
        by_ward: by("CAST(ward AS TEXT)")?,
        by_head: all(books, heads, [day], share)?,
        receipts: latest(books)?,
        devices: devices(books)?,
        quarantine: apart_list::listed(books, day)?,
        forks: forks(books)?,
        misdated: misdated(books)?,
        undecided: records::undecided(books)?,
        refused_edits: records::refused(books)?,
        photos: photos::latest(books)?,
        bank: bank(books)?,
        visits: visits(books, day)?,
        closes: closes(books, day)?,
        cancelled: cancelled(books)?,
        excess: excess(books)?,
        missing: super::losses::missing(books)?,
        way: way::way(books, trusted, day)?,
        pack_troubles: packs::troubles(books)?,
        documents_differ: count(books, "SELECT count(*) FROM day_document WHERE differs")?,
        complaints_open: complaints::open(books, None)?,
        complaints_overdue: complaints::open(books, Some(day))?,
    })
}

pub fn figures(
    books: &Transaction<'_>,
    trusted: &Trusted,
    day: i64,
) -> Result<Figures, StoreError> {
    let count = |sql| count(books, sql);
    let overdue = way::overdue(books, trusted, day)?;
    Ok(Figures {
        undecided: records::count_undecided(books)?,
        refused_edits: records::count_refused(books)?,
        devices: count("SELECT count(*) FROM device")?,
        frozen: count("SELECT count(*) FROM device WHERE frozen_ms IS NOT NULL")?,
        // The chains have no gaps, so that their heads tell their lengths.
        entries: count("SELECT coalesce(sum(seq), 0) FROM device_head")?,
        office_entries: count("SELECT coalesce(max(seq), 0) FROM office_entry")?,
        receipts: count("SELECT count(*) FROM receipt WHERE state <> 'superseded'")?,
        quarantined: count("SELECT count(*) FROM quarantine")?,
        quarantined_open: count("SELECT count(*) FROM quarantine WHERE settled_seq IS NULL")?,
        held: count("SELECT count(*) FROM held_entry")?,
        forks: count("SELECT count(*) FROM fork")?,
        misdated: count("SELECT count(*) FROM misdated")?,
        bank_waiting: count("SELECT count(*) FROM bank_word WHERE state = 'waiting'")?,
        bank_cases: count("SELECT count(*) FROM bank_word WHERE state IN ('differs', 'twice')")?,
        overdue: overdue.count,
        overdue_paise: overdue.amount.get().unsigned_abs(),
        documents_differ: count("SELECT count(*) FROM day_document WHERE differs")?,
        complaints_open: complaints::open(books, None)?,
        complaints_overdue: complaints::open(books, Some(day))?,
    })
}

fn latest(books: &Transaction<'_>) -> Result<Vec<LatestReceipt>, StoreError> {
    let sql = "SELECT r.number, r.at_ms, r.ward, r.place, r.amount, r.mode, \
               coalesce(d.name, 'another channel'), r.state, \
               EXISTS (SELECT 1 FROM receipt_line l WHERE l.writer = r.writer AND l.seq = r.seq \
                AND l.head = ?2) \
               FROM receipt r LEFT JOIN device d ON d.writer = coalesce(r.of_writer, r.writer) \
               WHERE r.state <> 'superseded' \
               ORDER BY r.at_ms DESC, r.writer, r.seq DESC LIMIT ?1";
    all(books, sql, params![ROWS_MAX, heads::SUSPENSE], |row| {
        Ok(LatestReceipt {
            number: row.get(0)?,
            at_ms: row.get(1)?,
            ward: row.get(2)?,
            place: row.get(3)?,
            amount: Paise::new(row.get(4)?),
            mode: row.get(5)?,
            device: row.get(6)?,
            state: row.get(7)?,
            suspense: row.get(8)?,
        })
    })
}

fn devices(books: &Transaction<'_>) -> Result<Vec<DeviceState>, StoreError> {
    let sql = "SELECT d.writer, d.name, d.profile, d.last_contact_ms, d.frozen_because, \
               h.seq, h.day_book, \
               (SELECT count(*) FROM quarantine q WHERE q.writer = d.writer \
                AND q.settled_seq IS NULL), \
               coalesce((SELECT string_agg(CAST(w.ward AS TEXT), ', ' ORDER BY w.ward) \
                FROM device_ward w WHERE w.writer = d.writer), ''), \
               (SELECT count(*) FROM device_ward w JOIN building b ON b.ward = w.ward \
                WHERE w.writer = d.writer), \
               (SELECT max(p.version) FROM device_pack p WHERE p.writer = d.writer \
                AND p.said = 'in_use') \
               FROM device d JOIN device_head h ON h.writer = d.writer \
               ORDER BY d.writer LIMIT ?1";
    all(books, sql, [DEVICES_MAX], |row| {
        let bytes: Vec<u8> = row.get(6)?;
        let day_book: Option<DayBook> = minicbor::decode(&bytes).ok();
        let open = day_book.as_ref().and_then(|day_book| day_book.books().next());
        Ok(DeviceState {
            writer: row.get(0)?,
            name: row.get(1)?,
            profile: row.get(2)?,
            last_contact_ms: row.get(3)?,
            frozen_because: row.get(4)?,
            entries: whole(row, 5)?,
            quarantined: whole(row, 7)?,
            wards: row.get(8)?,
            houses: whole(row, 9)?,
            pack: row.get(10)?,
            book: open.map(|open| open.lease.book.clone()),
            numbers_left: open.map(|open| (open.lease.last + 1).saturating_sub(open.next)),
            cash: day_book.as_ref().map_or(Paise::ZERO, DayBook::cash),
        })
    })
}

fn forks(books: &Transaction<'_>) -> Result<Vec<Fork>, StoreError> {
    let sql = "SELECT d.name, f.seq, f.found_ms, \
               (SELECT count(*) FROM held_entry e WHERE e.writer = f.writer), f.writer \
               FROM fork f JOIN device d ON d.writer = f.writer \
               ORDER BY f.found_ms DESC, f.seq LIMIT ?1";
    let found = all(books, sql, [ROWS_MAX], |row| {
        let fork = Fork {
            device: row.get(0)?,
            seq: whole(row, 1)?,
            found_ms: row.get(2)?,
            held: whole(row, 3)?,
            reused: 0,
            numbers: Vec::new(),
            settled: None,
        };
        Ok((Writer(row.get(4)?), fork))
    })?;
    let with_numbers = |(writer, fork): (Writer, Fork)| {
        let (numbers, reused) = super::held::reused(books, writer, fork.seq)?;
        let settled = super::forks::settlement(books, writer)?;
        Ok(Fork { reused, numbers, settled, ..fork })
    };
    found.into_iter().map(with_numbers).collect()
}

fn misdated(books: &Transaction<'_>) -> Result<Vec<MisdatedEntry>, StoreError> {
    let sql = "SELECT d.name, m.seq, m.at_ms, m.since_ms, m.until_ms, r.number FROM misdated m \
               JOIN device d ON d.writer = m.writer \
               LEFT JOIN receipt r ON r.writer = m.writer AND r.seq = m.seq \
               ORDER BY m.until_ms DESC, m.writer, m.seq DESC LIMIT ?1";
    all(books, sql, [ROWS_MAX], |row| {
        Ok(MisdatedEntry {
            device: row.get(0)?,
            seq: whole(row, 1)?,
            at_ms: row.get(2)?,
            since_ms: row.get(3)?,
            until_ms: row.get(4)?,
            number: row.get(5)?,
        })
    })
}

/// What waits or needs an officer, and what came after its request had ended and has no receipt
/// yet.
fn bank(books: &Transaction<'_>) -> Result<Vec<BankCase>, StoreError> {
    let sql = "SELECT w.reference, w.bank_reference, w.amount, w.received_ms, \
               CASE w.state WHEN 'confirmed' THEN 'late' ELSE w.state END \
               FROM bank_word w WHERE w.state <> 'confirmed' OR EXISTS \
               (SELECT 1 FROM intent i WHERE i.reference = w.reference \
                AND i.state NOT IN ('open', 'fulfilled')) \
               ORDER BY w.received_ms DESC, w.id DESC LIMIT ?1";
    all(books, sql, [ROWS_MAX], |row| {
        Ok(BankCase {
            reference: row.get(0)?,
            bank_reference: row.get(1)?,
            amount: Paise::new(row.get(2)?),
            received_ms: row.get(3)?,
            state: row.get(4)?,
        })
    })
}

fn visits(books: &Transaction<'_>, day: i64) -> Result<Vec<WardVisits>, StoreError> {
    let sql = "SELECT ward, count(*), count(*) FILTER (WHERE outcome = 'collected'), \
               count(*) FILTER (WHERE outcome = 'locked'), \
               count(*) FILTER (WHERE outcome = 'refused'), \
               count(*) FILTER (WHERE outcome = 'no_waste'), \
               count(*) FILTER (WHERE outcome = 'not_segregated'), sum(weight_g) \
               FROM visit WHERE day = ?1 GROUP BY ward ORDER BY ward NULLS FIRST";
    all(books, sql, [day], |row| {
        Ok(WardVisits {
            ward: row.get(0)?,
            visits: whole(row, 1)?,
            collected: whole(row, 2)?,
            locked: whole(row, 3)?,
            refused: whole(row, 4)?,
            no_waste: whole(row, 5)?,
            not_segregated: whole(row, 6)?,
            weight_g: whole(row, 7)?,
        })
    })
}

/// Today's closes, and those of the last days whose count differed.
fn closes(books: &Transaction<'_>, day: i64) -> Result<Vec<ClosedDay>, StoreError> {
    let sql = "SELECT d.name, c.staff, c.day, c.receipts, c.expected, c.counted, c.reason \
               FROM day_close c JOIN device d ON d.writer = c.writer \
               WHERE c.day = ?1 OR (c.day > ?1 - ?2 AND c.counted <> c.expected) \
               ORDER BY c.day DESC, d.name LIMIT ?3";
    all(books, sql, params![day, CLOSE_DAYS, ROWS_MAX], |row| {
        Ok(ClosedDay {
            device: row.get(0)?,
            staff: row.get(1)?,
            day: row.get(2)?,
            receipts: row.get(3)?,
            expected: Paise::new(row.get(4)?),
            counted: Paise::new(row.get(5)?),
            reason: row.get(6)?,
        })
    })
}

fn cancelled(books: &Transaction<'_>) -> Result<Vec<CancelledReceipt>, StoreError> {
    let sql = "SELECT r.number, d.name, r.amount, r.at_ms, r.void_reason \
               FROM receipt r JOIN device d ON d.writer = r.writer \
               WHERE r.voided_seq IS NOT NULL ORDER BY r.at_ms DESC LIMIT ?1";
    all(books, sql, [ROWS_MAX], |row| {
        Ok(CancelledReceipt {
            number: row.get(0)?,
            device: row.get(1)?,
            amount: Paise::new(row.get(2)?),
            at_ms: row.get(3)?,
            reason: row.get(4)?,
        })
    })
}

fn excess(books: &Transaction<'_>) -> Result<Vec<Excess>, StoreError> {
    let sql = "SELECT r.number, coalesce(d.name, 'another channel'), r.place, x.amount, r.at_ms \
               FROM excess x \
               JOIN receipt r ON r.writer = x.writer AND r.seq = x.seq \
               LEFT JOIN device d ON d.writer = coalesce(r.of_writer, r.writer) \
               ORDER BY r.at_ms DESC LIMIT ?1";
    all(books, sql, [ROWS_MAX], |row| {
        Ok(Excess {
            number: row.get(0)?,
            device: row.get(1)?,
            place: row.get(2)?,
            amount: Paise::new(row.get(3)?),
            at_ms: row.get(4)?,
        })
    })
}

fn share(row: &Row<'_>) -> sql::Result<Share> {
    Ok(Share { of: row.get(0)?, count: whole(row, 1)?, amount: Paise::new(row.get(2)?) })
}

/// A count, which SQLite has as a signed integer.
pub(super) fn whole(row: &Row<'_>, column: usize) -> sql::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| sql::Error::Kind(column))
}

pub(super) fn count(books: &Transaction<'_>, sql: &str) -> Result<u64, StoreError> {
    books.query_row(sql, [], |row| whole(row, 0)).map_err(StoreError::Sqlite)
}

pub(super) fn all<T>(
    books: &Transaction<'_>,
    sql: &str,
    key: impl Params,
    read: impl FnMut(&Row<'_>) -> sql::Result<T>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let rows = statement.query_map(key, read).map_err(StoreError::Sqlite)?;
    rows.collect::<Result<_, _>>().map_err(StoreError::Sqlite)
}
