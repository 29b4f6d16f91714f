//! What each fact of a device changes beside its chain: receipts, visits, day's ends, intents and
//! the register. All of it can be made again from the entries.

use ledger::{
    Applied, Building, DayClose, Entry, Fact, Hash, Intent, IntentEnded, IntentEnding, IntentMode,
    Lease, Paise, Period, Receipt, Tender, Visit, Writer, sha256,
};

use super::ahead::Ahead;
use super::{
    Trusted, applications, bank, complaints, instruments, leasing, packs, receiving, register,
    registrar, restoring, signed, slots, undo,
};
use crate::intake::Printed;
use crate::settle::{Paid, settle};
use crate::store::StoreError;
use crate::store::sql::{Params, Transaction, params};

/// A receipt on its way into the books.
pub struct Booked<'a> {
    /// Whose chain it stands in: its device's, or the office's where it was restored.
    pub writer: Writer,
    pub seq: u64,
    /// The device's entry.
    pub entry: &'a Entry,
    pub receipt: &'a Receipt,
    pub number: String,
    pub check_code: String,
    /// How its money came: "cash".
    pub mode: &'static str,
    pub state: &'static str,
    /// The device's entry where it was restored.
    pub of: Option<Origin>,
    /// What its own lines say that nobody owed.
    pub beyond: Paise,
    pub now_ms: i64,
}

/// Which entry a restored receipt is.
pub struct Origin {
    pub writer: Writer,
    pub seq: u64,
    pub hash: Hash,
}

/// Enters an entry that kept the rules, or counts as if it had; `printed` is what the slip of a
/// receipt or an application says.
pub fn enter(
    books: &Transaction<'_>,
    trusted: &Trusted,
    ahead: &mut Ahead,
    writer: Writer,
    (entry, canonical): (&Entry, &[u8]),
    printed: Option<&Printed>,
    now_ms: i64,
) -> Result<(), StoreError> {
    match (&entry.fact, printed) {
        (Fact::Receipt(receipt), Some(printed)) => {
            let of = (entry, canonical);
            enter_receipt(books, trusted, ahead, writer, of, (receipt, printed), now_ms)
        }
        (Fact::Visit(visit), _) => enter_visit(books, ahead, writer, entry, visit),
        (Fact::DayClosed(close), _) => enter_close(books, writer, (entry, canonical), close),
        (Fact::Received(word), _) => receiving::enter_word(books, writer, entry, word),
        (Fact::HandedIn(hand_in), _) => receiving::enter_hand_in(books, writer, entry, hand_in),
        (Fact::Intent(intent), _) => enter_intent(books, writer, entry, intent, now_ms),
        (Fact::IntentEnded(ended), _) => enter_ending(books, writer, ended),
        (Fact::BookOpened(lease), _) => enter_opened(books, entry.seq, &lease.lease),
        (Fact::Applied(applied), Some(printed)) => {
            enter_applied(books, trusted, writer, entry, (applied, printed), now_ms)
        }
        (Fact::ComplaintWorked(word), _) => {
            complaints::enter_work(books, trusted, writer, entry, word, now_ms)
        }
        (Fact::ComplaintAnswered(word), _) => {
            complaints::enter_answer(books, trusted, writer, entry, word, now_ms)
        }
        (Fact::PackSaid(word), _) => packs::enter(books, writer, entry, word),
        (Fact::SlotsOpened(_) | Fact::SlotsReturned(_), _) => slots::enter(books, writer, entry),
        (Fact::BookReturned(back), _) => leasing::returned(books, writer, entry.seq, back),
        (Fact::Voided(void), _) => {
            ahead.forget_houses();
            undo::void(books, trusted, writer, entry, void, now_ms)
        }
        // These change the day book alone; the last are the office's own.
        (
            Fact::Receipt(_)
            | Fact::Applied(_)
            | Fact::ApplicationErased(_)
            | Fact::Decided(_)
            | Fact::ExtractIssued(_)
            | Fact::Certified(_)
            | Fact::FloatTaken(_)
            | Fact::Duplicated(_)
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
            | Fact::Restored(_)
            | Fact::ForkSettled(_)
            | Fact::ApartSettled(_)
            | Fact::WardsAssigned(_)
            | Fact::PaidElsewhere(_)
            | Fact::SlotsLeased(_)
            | Fact::SlotsRecalled(_),
            _,
        ) => Ok(()),
    }
}

/// Enters an application, which may report a birth or a death, or be a complaint.
fn enter_applied(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    entry: &Entry,
    (applied, printed): (&Applied, &Printed),
    now_ms: i64,
) -> Result<(), StoreError> {
    registrar::enter(books, writer, entry, applied, &printed.number)?;
    applications::enter(books, writer, entry, applied, &printed.number)?;
    complaints::enter(books, trusted, writer, entry, applied, &printed.number, now_ms)
}

/// Enters a receipt; one that was restored from its slip gives way to it.
fn enter_receipt(
    books: &Transaction<'_>,
    trusted: &Trusted,
    ahead: &mut Ahead,
    writer: Writer,
    (entry, canonical): (&Entry, &[u8]),
    (receipt, printed): (&Receipt, &Printed),
    now_ms: i64,
) -> Result<(), StoreError> {
    if ahead.restored {
        restoring::give_way(books, trusted, writer, entry.seq, canonical, now_ms)?;
        ahead.forget_houses();
    }
    let booked = Booked {
        writer,
        seq: entry.seq,
        entry,
        receipt,
        number: printed.number.to_string(),
        check_code: printed.check_code.clone(),
        mode: mode(&receipt.tender),
        state: state(&receipt.tender),
        of: None,
        beyond: Paise::ZERO,
        now_ms,
    };
    book(books, trusted, ahead, &booked)
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

/// Enters a receipt: its row, its instrument, what it does to its building, its lines.
pub fn book(
    books: &Transaction<'_>,
    trusted: &Trusted,
    ahead: &mut Ahead,
    booked: &Booked<'_>,
) -> Result<(), StoreError> {
    let Booked { writer, receipt, .. } = *booked;
    let (building_id, typed) = (receipt.payer.building(), receipt.payer.place().unwrap_or(""));
    let building = building_id.map(|id| ahead.building(books, id)).transpose()?.flatten();
    let place = building.as_ref().map_or(typed, |building| &building.number);
    enter_row(books, booked, building_id, building.as_ref().map(|found| found.ward), place)?;
    if let Some(intent) = receipt.tender.intent() {
        let device = booked.of.as_ref().map_or(writer, |of| of.writer);
        end_intent(books, device, intent, "fulfilled")?;
    }
    if let Tender::Instrument(instrument) = &receipt.tender {
        instruments::keep(books, writer, booked.seq, instrument)?;
    }
    slots::sold(books, writer, booked.seq, receipt)?;
    if let Some(building) = building {
        settle_building(books, trusted, ahead, booked, building)?;
    }
    enter_lines(books, booked, building_id)
}

/// Enters a receipt that is in the books and does not count.
pub fn enter_without_effect(
    books: &Transaction<'_>,
    booked: &Booked<'_>,
) -> Result<(), StoreError> {
    let Booked { writer, seq, receipt, .. } = *booked;
    let (building, typed) = (receipt.payer.building(), receipt.payer.place().unwrap_or(""));
    let known = building.map(|id| register::building(books, id)).transpose()?.flatten();
    let place = known.as_ref().map_or(typed, |known| &known.number);
    enter_row(books, booked, building, known.as_ref().map(|known| known.ward), place)?;
    let sql = "UPDATE receipt SET stands = FALSE WHERE writer = ?1 AND seq = ?2";
    run(books, sql, params![writer.0, signed(seq)])?;
    match receipt.tender.intent() {
        Some(intent) => end_intent(books, writer, intent, "fulfilled"),
        None => Ok(()),
    }
}

fn enter_row(
    books: &Transaction<'_>,
    booked: &Booked<'_>,
    building: Option<u32>,
    ward: Option<u16>,
    place: &str,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO receipt (writer, seq, number, check_code, building, ward, place, \
               service, amount, mode, state, staff, day, at_ms, of_writer, of_seq, of_hash) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, \
               ?17)";
    let Booked { entry, receipt, .. } = booked;
    run(
        books,
        sql,
        params![
            booked.writer.0,
            signed(booked.seq),
            booked.number,
            booked.check_code,
            building,
            ward,
            place,
            receipt.service,
            receipt.total.get(),
            booked.mode,
            booked.state,
            entry.staff.map(|staff| staff.0),
            entry.at.day(),
            entry.at.wall_ms,
            booked.of.as_ref().map(|of| of.writer.0),
            booked.of.as_ref().map(|of| signed(of.seq)),
            booked.of.as_ref().map(|of| of.hash.to_vec()),
        ],
    )
}

/// The lines come after the building: what earlier receipts took is read from the lines.
fn settle_building(
    books: &Transaction<'_>,
    trusted: &Trusted,
    ahead: &mut Ahead,
    booked: &Booked<'_>,
    mut building: Building,
) -> Result<(), StoreError> {
    let Booked { writer, seq, entry, receipt, now_ms, .. } = *booked;
    let mut months = Vec::new();
    for line in receipt.lines.iter().filter(|line| line.head == ledger::heads::USER_FEE) {
        months.push((line.period, taken_for(books, building.id, line.period)?));
    }
    let taken = |month: Period| {
        months.iter().find(|(of, _)| *of == month).map_or(Paise::ZERO, |(_, sum)| *sum)
    };
    let on = entry.at.date();
    let pack = trusted.packs.of(receipt, on);
    let paid = Paid { pack: &pack, on, taken: &taken };
    undo::keep_base(books, &building)?;
    let Ok(excess) = settle(&mut building, receipt, &paid) else {
        // Bounded sums cannot get here short of a register that is itself beyond the limits.
        tracing::error!(building = building.id, "the register's sums are out of range");
        return Ok(());
    };
    let excess = excess.checked_add(booked.beyond).unwrap_or(excess);
    if !excess.is_zero() {
        undo::note_excess(books, (writer, seq), building.id, excess, now_ms)?;
    }
    ahead.put(books, building)
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
    booked: &Booked<'_>,
    building: Option<u32>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO receipt_line (writer, seq, line, day, building, period, head, amount) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let (writer, seq, day) = (booked.writer.0, signed(booked.seq), booked.entry.at.day());
    for (place, line) in (0_i64..).zip(&booked.receipt.lines) {
        let (period, head, amount) = (line.period.code(), &line.head, line.amount.get());
        run(books, sql, params![writer, seq, place, day, building, period, head, amount])?;
    }
    Ok(())
}

fn enter_visit(
    books: &Transaction<'_>,
    ahead: &Ahead,
    writer: Writer,
    entry: &Entry,
    visit: &Visit,
) -> Result<(), StoreError> {
    let ward = ahead.building(books, visit.building)?.map(|building| building.ward);
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
    (entry, canonical): (&Entry, &[u8]),
    close: &DayClose,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO day_close (writer, seq, staff, day, counted, expected, reason, \
               receipts, float, instruments, instruments_sum, hash) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let (seq, staff) = (signed(entry.seq), entry.staff.map(|staff| staff.0));
    run(
        books,
        sql,
        params![
            writer.0,
            seq,
            staff,
            close.day,
            close.counted.get(),
            close.expected.get(),
            close.reason,
            close.receipts,
            close.float.get(),
            close.instruments,
            close.instruments_sum.get(),
            &sha256(canonical)[..],
        ],
    )?;
    let sql = "UPDATE receipt SET close_seq = ?3 \
               WHERE writer = ?1 AND staff = ?2 AND close_seq IS NULL AND seq < ?3";
    run(books, sql, params![writer.0, staff, seq])?;
    receiving::match_waiting(books, writer, entry.seq)
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

fn enter_opened(books: &Transaction<'_>, seq: u64, lease: &Lease) -> Result<(), StoreError> {
    let sql = "UPDATE lease SET opened_seq = ?3 WHERE year = ?1 AND book = ?2";
    run(books, sql, params![lease.year, lease.book, signed(seq)])
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

/// Writes what nobody asks the outcome of.
pub fn run(books: &Transaction<'_>, sql: &str, row: impl Params) -> Result<(), StoreError> {
    books.later(sql, row).map_err(StoreError::Sqlite)
}
