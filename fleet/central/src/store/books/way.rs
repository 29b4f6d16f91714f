//! The money between whoever took it and the bank, read for the office's page.

use ledger::{Entry, Fact, Paise, sha256};

use super::pages::{ROWS_MAX, all, whole};
use super::{Trusted, unsettled};
use crate::store::StoreError;
use crate::store::sql::{self, Row, Transaction};
use crate::way::{
    Carried, CarriedState, DeviceSays, KeptDeposit, KeptInstrument, Overdue, RestoredRow, Way,
    in_order, judged,
};

/// Rows of money on its way: every device and person of a large body for a week.
const CARRIED_MAX: usize = 500;

pub fn way(books: &Transaction<'_>, trusted: &Trusted, today: i64) -> Result<Way, StoreError> {
    let mut carried = carried(books, trusted, today)?;
    let overdue = Overdue::of(&carried);
    in_order(&mut carried);
    carried.truncate(CARRIED_MAX);
    Ok(Way {
        on_the_way: carried,
        overdue,
        instruments: instruments(books)?,
        deposits: deposits(books)?,
        remittance_cases: unsettled::cases(books)?,
        restored: restored(books)?,
    })
}

pub fn overdue(
    books: &Transaction<'_>,
    trusted: &Trusted,
    today: i64,
) -> Result<Overdue, StoreError> {
    Ok(Overdue::of(&carried(books, trusted, today)?))
}

/// Every sum, held against the clock by the pack of its day.
fn carried(
    books: &Transaction<'_>,
    trusted: &Trusted,
    today: i64,
) -> Result<Vec<Carried>, StoreError> {
    let mut found = in_hand(books)?;
    found.extend(closed(books)?);
    found.extend(missing(books)?);
    Ok(judged(found, |on, sum| trusted.packs.on(on).remit_by(on, sum), today))
}

/// What is in the open tills, by the day on which it was taken: a till that nobody closes holds
/// money of several days.
fn in_hand(books: &Transaction<'_>) -> Result<Vec<Carried>, StoreError> {
    let sql = "SELECT d.name, NULL, r.staff, coalesce(s.name, ''), r.day, \
               sum(CASE r.mode WHEN 'cash' THEN r.amount ELSE 0 END), \
               count(*) FILTER (WHERE r.mode <> 'cash'), \
               sum(CASE r.mode WHEN 'cash' THEN 0 ELSE r.amount END), 'open', sum(r.amount) \
               FROM receipt r JOIN device d ON d.writer = r.writer \
               LEFT JOIN staff s ON s.id = r.staff \
               WHERE r.close_seq IS NULL AND r.stands \
               AND r.mode IN ('cash', 'cheque', 'demand_draft') AND r.staff IS NOT NULL \
               GROUP BY r.writer, r.staff, r.day, d.name, s.name";
    all(books, sql, [], carried_row)
}

/// Closes whose money is not on the bank's statement. The change money is the office's own and goes
/// nowhere.
fn closed(books: &Transaction<'_>) -> Result<Vec<Carried>, StoreError> {
    let sql = "SELECT d.name, c.seq, coalesce(p.officer, m.officer, c.staff), \
               coalesce(s.name, ''), \
               coalesce((SELECT min(r.day) FROM receipt r WHERE r.writer = c.writer \
               AND r.close_seq = c.seq AND r.mode IN ('cash', 'cheque', 'demand_draft')), c.day), \
               CASE WHEN coalesce(m.counted, c.counted) > c.float \
               THEN coalesce(m.counted, c.counted) - c.float ELSE 0 END, \
               CASE WHEN m.seq IS NULL THEN c.instruments ELSE 0 END, \
               CASE WHEN m.seq IS NULL THEN c.instruments_sum ELSE 0 END, \
               CASE WHEN p.office_seq IS NOT NULL THEN 'deposited' \
               WHEN m.seq IS NOT NULL THEN 'received' ELSE 'closed' END, \
               CASE WHEN coalesce(m.counted, c.counted) > c.float \
               THEN coalesce(m.counted, c.counted) - c.float ELSE 0 END + c.instruments_sum - \
               coalesce((SELECT sum(r.amount) FROM receiving_missing x JOIN receipt r \
                ON r.writer = c.writer AND r.seq = x.receipt \
                WHERE x.writer = m.writer AND x.seq = m.seq), 0) \
               FROM day_close c JOIN device d ON d.writer = c.writer \
               LEFT JOIN receiving m ON m.close_writer = c.writer AND m.close_seq = c.seq \
               AND m.state = 'matched' \
               LEFT JOIN deposit_close x ON x.writer = c.writer AND x.seq = c.seq \
               LEFT JOIN deposit p ON p.office_seq = x.deposit \
               LEFT JOIN staff s ON s.id = coalesce(p.officer, m.officer, c.staff) \
               WHERE p.realised_seq IS NULL AND (coalesce(m.counted, c.counted) > c.float \
               OR (m.seq IS NULL AND c.instruments > 0))";
    all(books, sql, [], carried_row)
}

/// Cheques and drafts that did not come when their close was received: whoever took them has them
/// still.
fn missing(books: &Transaction<'_>) -> Result<Vec<Carried>, StoreError> {
    let sql = "SELECT d.name, m.close_seq, m.collector, coalesce(s.name, ''), min(r.day), 0, \
               count(*), sum(r.amount), 'closed', sum(r.amount) \
               FROM receiving_missing x \
               JOIN receiving m ON m.writer = x.writer AND m.seq = x.seq AND m.state = 'matched' \
               JOIN receipt r ON r.writer = m.close_writer AND r.seq = x.receipt \
               JOIN device d ON d.writer = m.close_writer \
               LEFT JOIN staff s ON s.id = m.collector \
               WHERE r.state = 'claimed' AND r.stands GROUP BY m.close_writer, \
               m.close_seq, m.collector, d.name, s.name";
    all(books, sql, [], carried_row)
}

fn carried_row(row: &Row<'_>) -> sql::Result<Carried> {
    let state: String = row.get(8)?;
    let close: Option<i64> = row.get(1)?;
    Ok(Carried {
        device: row.get(0)?,
        close: close.map(|_| whole(row, 1)).transpose()?,
        staff: row.get(2)?,
        person: row.get(3)?,
        day: row.get(4)?,
        amount: Paise::new(row.get(5)?),
        instruments: row.get(6)?,
        instruments_sum: Paise::new(row.get(7)?),
        taken: Paise::new(row.get(9)?),
        state: match state.as_str() {
            "open" => CarriedState::Open,
            "closed" => CarriedState::Closed,
            "received" => CarriedState::Received,
            _ => CarriedState::Deposited,
        },
        by: None,
        overdue: false,
    })
}

/// Those that the bank has said nothing of first.
fn instruments(books: &Transaction<'_>) -> Result<Vec<KeptInstrument>, StoreError> {
    let sql = "SELECT i.kind, i.number, i.bank, i.dated, r.number, d.name, r.amount, \
               CASE r.state WHEN 'claimed' THEN 'in_hand' ELSE r.state END, i.settled_day, i.said \
               FROM instrument i JOIN receipt r ON r.writer = i.writer AND r.seq = i.seq \
               JOIN device d ON d.writer = coalesce(r.of_writer, r.writer) \
               ORDER BY i.state <> 'open' OR NOT r.stands, r.at_ms DESC LIMIT ?1";
    all(books, sql, [ROWS_MAX], |row| {
        Ok(KeptInstrument {
            kind: row.get(0)?,
            number: row.get(1)?,
            bank: row.get(2)?,
            dated: row.get(3)?,
            receipt: row.get(4)?,
            device: row.get(5)?,
            amount: Paise::new(row.get(6)?),
            state: row.get(7)?,
            settled_day: row.get(8)?,
            said: row.get(9)?,
        })
    })
}

/// Those that the bank's statement does not have yet first, then the newest.
fn deposits(books: &Transaction<'_>) -> Result<Vec<KeptDeposit>, StoreError> {
    let sql = "SELECT p.challan, p.day, p.amount, p.officer, \
               (SELECT count(*) FROM deposit_close x WHERE x.deposit = p.office_seq), \
               p.realised_day, p.bank_reference, p.realised_day - \
               (SELECT min(coalesce((SELECT min(r.day) FROM receipt r WHERE r.writer = c.writer \
                AND r.close_seq = c.seq AND r.mode = 'cash'), c.day)) FROM deposit_close x \
                JOIN day_close c ON c.writer = x.writer AND c.seq = x.seq \
                WHERE x.deposit = p.office_seq) \
               FROM deposit p ORDER BY p.realised_seq IS NOT NULL, p.day DESC, p.office_seq DESC \
               LIMIT ?1";
    all(books, sql, [ROWS_MAX], |row| {
        Ok(KeptDeposit {
            challan: row.get(0)?,
            on: row.get(1)?,
            amount: Paise::new(row.get(2)?),
            officer: row.get(3)?,
            closes: whole(row, 4)?,
            realised_on: row.get(5)?,
            bank_reference: row.get(6)?,
            lag_days: row.get(7)?,
        })
    })
}

fn restored(books: &Transaction<'_>) -> Result<Vec<RestoredRow>, StoreError> {
    let sql = "SELECT r.number, d.name, r.amount, r.at_ms, o.canonical, r.of_hash, e.canonical, \
               r.state FROM receipt r JOIN device d ON d.writer = r.of_writer \
               JOIN office_entry o ON o.seq = r.seq \
               LEFT JOIN entry e ON e.writer = r.of_writer AND e.seq = r.of_seq \
               WHERE r.writer = 0 ORDER BY r.seq DESC LIMIT ?1";
    all(books, sql, [ROWS_MAX], |row| {
        let (office, of_hash): (Vec<u8>, Vec<u8>) = (row.get(4)?, row.get(5)?);
        let (sent, state): (Option<Vec<u8>>, String) = (row.get(6)?, row.get(7)?);
        let written = Entry::read(&office).ok();
        let by = written.as_ref().and_then(|entry| entry.staff).map(|staff| staff.0);
        let reason = match written.map(|entry| entry.fact) {
            Some(Fact::Restored(restored)) => restored.reason,
            _ => String::new(),
        };
        let same = sent.as_ref().map(|sent| sha256(sent)[..] == of_hash[..]);
        Ok(RestoredRow {
            number: row.get(0)?,
            device: row.get(1)?,
            amount: Paise::new(row.get(2)?),
            at_ms: row.get(3)?,
            reason,
            by,
            device_says: match (same, state.as_str()) {
                (None, _) => DeviceSays::Nothing,
                (Some(true), "superseded") => DeviceSays::TheSame,
                (Some(true), _) => DeviceSays::Quarantined,
                (Some(false), _) => DeviceSays::SomethingElse,
            },
        })
    })
}
