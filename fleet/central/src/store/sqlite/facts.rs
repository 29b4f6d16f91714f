//! What each fact of a device changes beside its chain: receipts, visits, day's ends, intents and
//! the register. All of it can be made again from the entries.

use ledger::{
    Building, DayClose, Entry, Fact, Intent, IntentEnded, IntentEnding, IntentMode, Paise, Payer,
    Period, Receipt, Tender, Visit, Writer,
};
use rusqlite::{Transaction, params};

use super::{Trusted, bank, leasing, register, signed, undo};
use crate::intake::{Judged, Printed, Verdict};
use crate::settle::{WasteFee, settle};
use crate::store::StoreError;

/// Enters an entry that kept the rules.
pub fn enter(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    judged: &Judged,
    now_ms: i64,
) -> Result<(), StoreError> {
    let entry = &judged.entry;
    match (&entry.fact, &judged.verdict) {
        (Fact::Receipt(receipt), Verdict::Kept(Some(printed))) => {
            enter_receipt(books, trusted, writer, entry, receipt, printed)
        }
        (Fact::Visit(visit), _) => enter_visit(books, writer, entry, visit),
        (Fact::DayClosed(close), _) => enter_close(books, writer, entry, close),
        (Fact::Intent(intent), _) => enter_intent(books, writer, entry, intent, now_ms),
        (Fact::IntentEnded(ended), _) => enter_ending(books, writer, ended),
        (Fact::BookOpened(lease), _) => {
            let lease = &lease.lease;
            let sql = "UPDATE lease SET opened_seq = ?3 WHERE year = ?1 AND book = ?2";
            run(books, sql, params![lease.year, lease.book, signed(entry.seq)])
        }
        (Fact::BookReturned(back), _) => leasing::returned(books, writer, entry.seq, back),
        (Fact::Voided(void), _) => undo::void(books, trusted, writer, entry, void),
        // These change the day book alone; the last are the office's own.
        (
            Fact::Receipt(_)
            | Fact::Certified(_)
            | Fact::FloatTaken(_)
            | Fact::Duplicated(_)
            | Fact::Received(_)
            | Fact::HandedIn(_)
            | Fact::NoticeWritten(_)
            | Fact::Print(_)
            | Fact::SignedIn
            | Fact::SignedOut
            | Fact::Confirmed(_)
            | Fact::BookLeased(_)
            | Fact::DeviceEnrolled(_)
            | Fact::ExcessHeld(_)
            | Fact::InstrumentSettled(_)
            | Fact::Deposited(_)
            | Fact::Realised(_)
            | Fact::Restored(_),
            _,
        ) => Ok(()),
    }
}

/// "cash", "card", "upi": how a receipt's money came.
pub const fn mode(tender: &Tender) -> &'static str {
    match tender {
        Tender::Cash(_) => "cash",
        Tender::Card(_) => "card",
        Tender::Upi(_) => "upi",
        Tender::Instrument(instrument) => instrument.kind.code(),
    }
}

/// What was handed over is what a device claims until it was remitted; a bank or a terminal has
/// confirmed the rest.
const fn state(tender: &Tender) -> &'static str {
    match tender {
        Tender::Cash(_) | Tender::Instrument(_) => "claimed",
        Tender::Card(_) | Tender::Upi(_) => "confirmed",
    }
}

fn enter_receipt(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    entry: &Entry,
    receipt: &Receipt,
    printed: &Printed,
) -> Result<(), StoreError> {
    let (building_id, typed) = match &receipt.payer {
        Payer::Building(id) => (Some(*id), ""),
        Payer::Suspense(suspense) => (None, suspense.place.as_str()),
    };
    let building = building_id.map(|id| register::building(books, id)).transpose()?.flatten();
    let place = building.as_ref().map_or(typed, |building| &building.number);
    let sql = "INSERT INTO receipt (writer, seq, number, check_code, building, ward, place, \
               service, amount, mode, state, staff, day, at_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    run(
        books,
        sql,
        params![
            writer.0,
            signed(entry.seq),
            printed.number.to_string(),
            printed.check_code,
            building_id,
            building.as_ref().map(|building| building.ward),
            place,
            receipt.service,
            receipt.total.get(),
            mode(&receipt.tender),
            state(&receipt.tender),
            entry.staff.map(|staff| staff.0),
            entry.at.day(),
            entry.at.wall_ms,
        ],
    )?;
    if let Some(intent) = receipt.tender.intent() {
        end_intent(books, writer, intent, "fulfilled")?;
    }
    if let Some(building) = building {
        settle_building(books, trusted, writer, entry, receipt, building)?;
    }
    enter_lines(books, writer, entry, receipt, building_id)
}

/// The lines come after the building: what earlier receipts took is read from the lines.
fn settle_building(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    entry: &Entry,
    receipt: &Receipt,
    mut building: Building,
) -> Result<(), StoreError> {
    let mut months = Vec::new();
    for line in receipt.lines.iter().filter(|line| line.head == ledger::heads::USER_FEE) {
        months.push((line.period, taken_for(books, building.id, line.period)?));
    }
    let taken = |month: Period| {
        months.iter().find(|(of, _)| *of == month).map_or(Paise::ZERO, |(_, sum)| *sum)
    };
    let fee = WasteFee { pack: trusted.packs.on(entry.at.date()), taken: &taken };
    undo::keep_base(books, &building)?;
    let Ok(excess) = settle(&mut building, receipt, &fee) else {
        // Bounded sums cannot get here short of a register that is itself beyond the limits.
        tracing::error!(building = building.id, "the register's sums are out of range");
        return Ok(());
    };
    undo::note_excess(books, writer, entry.seq, building.id, excess)?;
    register::put(books, &building)
}

fn taken_for(books: &Transaction<'_>, building: u32, month: Period) -> Result<Paise, StoreError> {
    let sql = "SELECT coalesce(sum(amount), 0) FROM receipt_line \
               WHERE building = ?1 AND head = ?2 AND period = ?3";
    let sum = books
        .prepare_cached(sql)
        .and_then(|mut statement| {
            let key = params![building, ledger::heads::USER_FEE, month.code()];
            statement.query_row(key, |row| row.get(0))
        })
        .map_err(StoreError::Sqlite)?;
    Ok(Paise::new(sum))
}

fn enter_lines(
    books: &Transaction<'_>,
    writer: Writer,
    entry: &Entry,
    receipt: &Receipt,
    building: Option<u32>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO receipt_line (writer, seq, line, day, building, period, head, amount) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    for (place, line) in receipt.lines.iter().enumerate() {
        let (seq, place, day) = (signed(entry.seq), signed(place as u64), entry.at.day());
        let (period, head, amount) = (line.period.code(), &line.head, line.amount.get());
        run(books, sql, params![writer.0, seq, place, day, building, period, head, amount])?;
    }
    Ok(())
}

fn enter_visit(
    books: &Transaction<'_>,
    writer: Writer,
    entry: &Entry,
    visit: &Visit,
) -> Result<(), StoreError> {
    let ward = register::building(books, visit.building)?.map(|building| building.ward);
    let sql = "INSERT INTO visit (writer, seq, building, ward, outcome, sacks, weight_g, staff, \
               day, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    run(
        books,
        sql,
        params![
            writer.0,
            signed(entry.seq),
            visit.building,
            ward,
            visit.outcome.code(),
            visit.sacks,
            visit.weight_g,
            entry.staff.map(|staff| staff.0),
            entry.at.day(),
            entry.at.wall_ms,
        ],
    )
}

fn enter_close(
    books: &Transaction<'_>,
    writer: Writer,
    entry: &Entry,
    close: &DayClose,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO day_close (writer, seq, staff, day, counted, expected, reason, \
               receipts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    run(
        books,
        sql,
        params![
            writer.0,
            signed(entry.seq),
            entry.staff.map(|staff| staff.0),
            close.day,
            close.counted.get(),
            close.expected.get(),
            close.reason,
            close.receipts,
        ],
    )
}

/// A word of the bank may have been waiting for this intent.
fn enter_intent(
    books: &Transaction<'_>,
    writer: Writer,
    entry: &Entry,
    intent: &Intent,
    now_ms: i64,
) -> Result<(), StoreError> {
    let mode = match intent.by {
        IntentMode::Card => "card",
        IntentMode::Upi => "upi",
    };
    let sql = "INSERT INTO intent (writer, seq, reference, mode, amount, building, at_ms, state) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'open')";
    let (seq, amount) = (signed(entry.seq), intent.amount.get());
    let at_ms = entry.at.wall_ms;
    run(
        books,
        sql,
        params![writer.0, seq, intent.reference, mode, amount, intent.building, at_ms],
    )?;
    match intent.by {
        IntentMode::Upi => bank::settle_waiting(books, &intent.reference, now_ms),
        IntentMode::Card => Ok(()),
    }
}

fn enter_ending(
    books: &Transaction<'_>,
    writer: Writer,
    ended: &IntentEnded,
) -> Result<(), StoreError> {
    let state = match ended.ending {
        IntentEnding::Declined => "declined",
        IntentEnding::Cancelled => "cancelled",
        IntentEnding::Expired => "expired",
        IntentEnding::Unknown => "unknown",
        IntentEnding::NeverSeen => "never_seen",
    };
    end_intent(books, writer, ended.intent, state)
}

fn end_intent(
    books: &Transaction<'_>,
    writer: Writer,
    seq: u64,
    state: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE intent SET state = ?3 WHERE writer = ?1 AND seq = ?2";
    run(books, sql, params![writer.0, signed(seq), state])
}

pub fn run(
    books: &Transaction<'_>,
    sql: &str,
    row: impl rusqlite::Params,
) -> Result<(), StoreError> {
    books
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute(row))
        .map_err(StoreError::Sqlite)?;
    Ok(())
}
