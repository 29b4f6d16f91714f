//! Slots of facilities: leased to devices so that no two can sell one, wanted back, given back, and
//! sold.

use ledger::{
    Booking, Entry, Fact, Receipt, SLOT_DAYS_MAX, SignedSlots, SlotLease, SlotsRecalled, Writer,
    date_of,
};

use super::facts::run;
use super::office::{self, Addressee};
use super::{Trusted, enrol, named, pages, signed};
use crate::remittance::Refusal;
use crate::slots::{LeasedSlots, SlotLeaseRow, SlotLeaseState, ToLeaseSlots, ToRecallSlots};
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Row, Transaction, params};
use crate::time::moment;

/// Leases slots to a device. What another device may sell, or sold, is refused.
pub fn lease(
    books: &Transaction<'_>,
    trusted: &Trusted,
    deed: &ToLeaseSlots,
) -> Result<LeasedSlots, StoreError> {
    enrol::check_staff(books, deed.by)?;
    let writer = named::device(books, &deed.device)?;
    let slots = slots_of(trusted, deed)?;
    let days = deed.to.saturating_sub(deed.from);
    if !(0..SLOT_DAYS_MAX).contains(&days) || deed.to < moment(deed.now_ms).day() {
        return Err(Refusal::SlotDays(SLOT_DAYS_MAX).into());
    }
    for slot in &slots {
        check_free(books, deed, slot)?;
    }
    let sql = "SELECT coalesce(max(number), 0) + 1 FROM slot_lease";
    let number: u32 = books.query_row(sql, [], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    let lease = SlotLease {
        body: trusted.packs.body().to_owned(),
        number,
        writer,
        facility: deed.facility.clone(),
        from: deed.from,
        to: deed.to,
        slots,
        issued_ms: deed.now_ms,
    };
    let count = lease.count();
    let signed_lease = lease.signed(&trusted.office);
    let fact = Fact::SlotsLeased(signed_lease.clone());
    let seq = office::add_by(books, fact, Some(deed.by), Addressee::One(writer), deed.now_ms)?;
    list(books, &signed_lease, seq)?;
    Ok(LeasedSlots { number, count })
}

/// The slots of a day that are leased, by the pack of today.
fn slots_of(trusted: &Trusted, deed: &ToLeaseSlots) -> Result<Vec<String>, StoreError> {
    let pack = trusted.packs.on(moment(deed.now_ms).date());
    let facility = pack.facility(&deed.facility);
    let facility = facility.ok_or_else(|| {
        let known = pack.facilities.iter().map(|known| known.id.as_str()).collect::<Vec<_>>();
        Refusal::NoSuchFacility { facility: deed.facility.clone(), known: known.join(", ") }
    })?;
    let all: Vec<String> = facility.slots.iter().map(|slot| slot.id.clone()).collect();
    if deed.slots.is_empty() {
        return Ok(all);
    }
    match deed.slots.iter().find(|slot| !all.contains(slot)) {
        Some(slot) => {
            let facility = deed.facility.clone();
            let known = all.join(", ");
            Err(Refusal::NoSuchSlot { facility, slot: slot.clone(), known }.into())
        }
        None => Ok(all.into_iter().filter(|slot| deed.slots.contains(slot)).collect()),
    }
}

/// Nobody else may sell it, and nobody has sold it, on any of the days.
fn check_free(books: &Transaction<'_>, deed: &ToLeaseSlots, slot: &str) -> Result<(), StoreError> {
    let sql = "SELECT l.number, d.name FROM slot_lease l \
               JOIN slot_lease_slot s ON s.number = l.number JOIN device d ON d.writer = l.writer \
               WHERE l.facility = ?1 AND s.slot = ?2 AND l.from_day <= ?4 AND l.to_day >= ?3 \
               AND l.returned_seq IS NULL ORDER BY l.number LIMIT 1";
    let key = params![deed.facility, slot, deed.from, deed.to];
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let leased: Option<(u32, String)> =
        books.query_row(sql, key, read).optional().map_err(StoreError::Sqlite)?;
    if let Some((number, device)) = leased {
        return Err(Refusal::SlotsLeased { slot: slot.to_owned(), number, device }.into());
    }
    let sql = "SELECT min(day) FROM slot_sold WHERE facility = ?1 AND slot = ?2 \
               AND day BETWEEN ?3 AND ?4";
    let sold: Option<i64> =
        books.query_row(sql, key, |row| row.get(0)).map_err(StoreError::Sqlite)?;
    match sold {
        Some(day) => {
            let day = date_of(day).to_string();
            Err(Refusal::SlotSold { slot: slot.to_owned(), day }.into())
        }
        None => Ok(()),
    }
}

fn list(books: &Transaction<'_>, leased: &SignedSlots, seq: u64) -> Result<(), StoreError> {
    let lease = &leased.lease;
    let sql = "INSERT INTO slot_lease (number, writer, facility, from_day, to_day, office_seq) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (from, to, seq) = (lease.from, lease.to, signed(seq));
    run(books, sql, params![lease.number, lease.writer.0, lease.facility, from, to, seq])?;
    for slot in &lease.slots {
        let sql = "INSERT INTO slot_lease_slot (number, slot) VALUES (?1, ?2)";
        run(books, sql, params![lease.number, slot])?;
    }
    Ok(())
}

/// Asks a device to give back what it has not sold; says which device.
pub fn recall(books: &Transaction<'_>, deed: &ToRecallSlots) -> Result<String, StoreError> {
    enrol::check_staff(books, deed.by)?;
    let sql = "SELECT l.writer, d.name, l.recalled_seq IS NOT NULL OR l.returned_seq IS NOT NULL \
               FROM slot_lease l JOIN device d ON d.writer = l.writer WHERE l.number = ?1";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let found: Option<(u32, String, bool)> =
        books.query_row(sql, [deed.number], read).optional().map_err(StoreError::Sqlite)?;
    let (writer, device, over) = found.ok_or(Refusal::NoSuchLease(deed.number))?;
    if over {
        return Err(Refusal::RecalledBefore { number: deed.number, device }.into());
    }
    let writer = Writer(writer);
    let fact = Fact::SlotsRecalled(SlotsRecalled { writer, lease: deed.number });
    let seq = office::add_by(books, fact, Some(deed.by), Addressee::One(writer), deed.now_ms)?;
    let sql = "UPDATE slot_lease SET recalled_seq = ?2 WHERE number = ?1";
    run(books, sql, params![deed.number, signed(seq)])?;
    Ok(device)
}

/// A device says that it sells from a lease, or gave one back: whatever receipts have not booked of
/// that is the office's again.
pub fn enter(books: &Transaction<'_>, writer: Writer, entry: &Entry) -> Result<(), StoreError> {
    let (sql, lease) = match &entry.fact {
        Fact::SlotsOpened(slots) => (
            "UPDATE slot_lease SET opened_seq = ?3 WHERE number = ?1 AND writer = ?2",
            slots.lease.number,
        ),
        Fact::SlotsReturned(back) => (
            "UPDATE slot_lease SET returned_seq = ?3 WHERE number = ?1 AND writer = ?2",
            back.lease,
        ),
        _ => return Ok(()),
    };
    run(books, sql, params![lease, writer.0, signed(entry.seq)])
}

/// A receipt that stands has booked a slot.
pub fn sold(
    books: &Transaction<'_>,
    writer: Writer,
    seq: u64,
    receipt: &Receipt,
) -> Result<(), StoreError> {
    let Ok(Some(booking)) = Booking::of_receipt(receipt) else { return Ok(()) };
    let sql = "INSERT INTO slot_sold (writer, seq, facility, day, slot) \
               VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
    run(books, sql, params![writer.0, signed(seq), booking.facility, booking.day, booking.slot])
}

/// A receipt does not stand any more.
pub fn freed(books: &Transaction<'_>, writer: Writer, seq: u64) -> Result<(), StoreError> {
    let sql = "DELETE FROM slot_sold WHERE writer = ?1 AND seq = ?2";
    run(books, sql, params![writer.0, signed(seq)])
}

/// Every lease whose last day has not passed, oldest first.
pub fn leases(books: &Transaction<'_>, day: i64) -> Result<Vec<SlotLeaseRow>, StoreError> {
    let sql = "SELECT l.number, d.name, l.facility, l.from_day, l.to_day, \
               (SELECT count(*) FROM slot_sold o JOIN slot_lease_slot s ON s.slot = o.slot \
                WHERE s.number = l.number AND o.facility = l.facility AND o.writer = l.writer \
                AND o.day BETWEEN l.from_day AND l.to_day), \
               CASE WHEN l.returned_seq IS NOT NULL THEN 'returned' \
               WHEN l.recalled_seq IS NOT NULL THEN 'recalled' \
               WHEN l.opened_seq IS NOT NULL THEN 'taken' ELSE 'given' END \
               FROM slot_lease l JOIN device d ON d.writer = l.writer \
               WHERE l.to_day >= ?1 ORDER BY l.number";
    let mut rows = pages::all(books, sql, [day], lease_row)?;
    for row in &mut rows {
        let sql = "SELECT slot FROM slot_lease_slot WHERE number = ?1 ORDER BY slot";
        row.slots = pages::all(books, sql, [row.number], |row| row.get(0))?;
    }
    Ok(rows)
}

fn lease_row(row: &Row<'_>) -> crate::store::sql::Result<SlotLeaseRow> {
    let state: String = row.get(6)?;
    Ok(SlotLeaseRow {
        number: row.get(0)?,
        device: row.get(1)?,
        facility: row.get(2)?,
        from: row.get(3)?,
        to: row.get(4)?,
        slots: Vec::new(),
        sold: pages::whole(row, 5)?,
        state: match state.as_str() {
            "returned" => SlotLeaseState::Returned,
            "recalled" => SlotLeaseState::Recalled,
            "taken" => SlotLeaseState::Taken,
            _ => SlotLeaseState::Given,
        },
    })
}

/// What is wrong with an entry of the office book that leases slots or wants them back.
pub fn fault(
    books: &Transaction<'_>,
    entry: &Entry,
    number: u32,
) -> Result<Option<&'static str>, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM slot_lease WHERE number = ?1 \
               AND (office_seq = ?2 OR recalled_seq = ?2))";
    let listed: bool = books
        .query_row(sql, params![number, signed(entry.seq)], |row| row.get(0))
        .map_err(StoreError::Sqlite)?;
    Ok((!listed).then_some("is of slots, and the list of leases does not have it"))
}
