//! What was collected for a utility leaves in numbered batches: each receipt that stands once, and
//! one that was handed over and does not stand any more once more, as a reversal.

use ledger::{Entry, Fact, Paise, Receipt, Tender, Writer};

use super::facts::run;
use super::pages::all;
use super::{Trusted, office, register, restoring, signed, unsigned};
use crate::bills::{Item, ItemKind, PaidMonth};
use crate::store::sql::{OptionalExtension, Transaction, params};
use crate::store::{HandOver, StoreError, Undelivered};

/// Makes the next batch of a service, where there is anything to hand over, and reads it; or reads
/// an earlier one.
pub fn hand_over(
    books: &Transaction<'_>,
    trusted: &Trusted,
    service: &str,
    again: Option<u64>,
    now_ms: i64,
) -> Result<Option<HandOver>, StoreError> {
    let pack = trusted.packs.on(crate::time::moment(now_ms).date());
    let known = pack.service(service).and_then(|service| service.bill.as_ref());
    let Some(bill) = known else {
        return Err(StoreError::NoBillService(service.to_owned()));
    };
    if let Some(batch) = again {
        let items = items(books, service, batch)?;
        return match items.is_empty() {
            true => Err(StoreError::NoSuchBatch(batch)),
            false => Ok(Some(HandOver { batch, items })),
        };
    }
    let mut new = reversals(books, service)?;
    for (key, receipt_row, (entry, receipt)) in waiting(books, service)? {
        let item = item(books, &bill.late_head, &receipt_row, &entry, &receipt)?;
        new.push((key, item));
    }
    if new.is_empty() {
        return Ok(None);
    }
    let sql = "SELECT coalesce(max(batch), 0) FROM bill_batch WHERE service = ?1";
    let last: i64 =
        books.query_row(sql, [service], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    let batch = unsigned(last, "a batch")? + 1;
    let sql = "INSERT INTO bill_batch (service, batch, made_ms) VALUES (?1, ?2, ?3)";
    run(books, sql, params![service, signed(batch), now_ms])?;
    for (place, ((writer, seq), item)) in (0_i64..).zip(&new) {
        let sql = "INSERT INTO bill_handed (writer, seq, kind, service, batch, place, item) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let text = serde_json::to_string(item).map_err(|_| StoreError::Damaged("a payment"))?;
        let (kind, batch) = (item.kind.code(), signed(batch));
        run(books, sql, params![writer.0, signed(*seq), kind, service, batch, place, text])?;
    }
    Ok(Some(HandOver { batch, items: new.into_iter().map(|(_, item)| item).collect() }))
}

/// A device's entry.
type Key = (Writer, u64);

/// What its row says of a receipt.
struct ReceiptRow {
    number: String,
    mode: String,
    place: String,
    building: Option<u32>,
}

/// Receipts that stand and were not handed over. A cheque's money is the utility's once the bank
/// has paid it.
fn waiting(
    books: &Transaction<'_>,
    service: &str,
) -> Result<Vec<(Key, ReceiptRow, (Entry, Receipt))>, StoreError> {
    let sql = "SELECT r.writer, r.seq, coalesce(r.of_writer, r.writer), coalesce(r.of_seq, r.seq), \
               r.number, r.mode, r.place, r.building FROM receipt r \
               WHERE r.service = ?1 AND r.stands AND r.building IS NOT NULL \
               AND (r.mode NOT IN ('cheque', 'demand_draft') OR r.state = 'realised') \
               AND NOT EXISTS (SELECT 1 FROM bill_handed h WHERE h.kind = 'payment' \
               AND h.writer = coalesce(r.of_writer, r.writer) \
               AND h.seq = coalesce(r.of_seq, r.seq)) ORDER BY r.at_ms, r.writer, r.seq";
    let rows = all(books, sql, [service], |row| {
        let (own, of): ((u32, i64), (u32, i64)) =
            ((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?));
        let said = ReceiptRow {
            number: row.get(4)?,
            mode: row.get(5)?,
            place: row.get(6)?,
            building: row.get(7)?,
        };
        Ok((own, of, said))
    })?;
    let mut found = Vec::new();
    for (own, of, said) in rows {
        let key = (Writer(of.0), unsigned(of.1, "a receipt")?);
        let written = entry(books, (Writer(own.0), unsigned(own.1, "a receipt")?))?;
        found.push((key, said, written));
    }
    Ok(found)
}

/// The device's entry of a receipt's row: in its chain, or on the slip that restored it.
fn entry(books: &Transaction<'_>, row: Key) -> Result<(Entry, Receipt), StoreError> {
    let damaged = || StoreError::Damaged("a receipt");
    if row.0 == Writer::OFFICE {
        let written = office::entry(books, row.1)?.ok_or_else(damaged)?;
        let Fact::Restored(restored) = &written.fact else { return Err(damaged()) };
        let (_, entry, receipt) = restoring::slip(books, restored)?.ok_or_else(damaged)?;
        return Ok((entry, receipt));
    }
    let sql = "SELECT canonical FROM entry WHERE writer = ?1 AND seq = ?2";
    let canonical: Option<Vec<u8>> = books
        .query_row(sql, params![row.0.0, signed(row.1)], |row| row.get(0))
        .optional()
        .map_err(StoreError::Sqlite)?;
    let entry = Entry::read(&canonical.ok_or_else(damaged)?).map_err(|_| damaged())?;
    match entry.fact.clone() {
        Fact::Receipt(receipt) => Ok((entry, receipt)),
        _ => Err(damaged()),
    }
}

fn item(
    books: &Transaction<'_>,
    late_head: &str,
    row: &ReceiptRow,
    entry: &Entry,
    receipt: &Receipt,
) -> Result<Item, StoreError> {
    let mut months: Vec<PaidMonth> = Vec::new();
    let mut amount = Paise::ZERO;
    for line in receipt.lines.iter().filter(|it| it.head != ledger::heads::SERVICE_CHARGE) {
        let out_of_range = |_| StoreError::Damaged("a receipt");
        amount = amount.checked_add(line.amount).map_err(out_of_range)?;
        let known = months.iter().position(|paid| paid.month == line.period);
        let place = known.unwrap_or_else(|| {
            let month = line.period;
            months.push(PaidMonth { month, amount: Paise::ZERO, late: Paise::ZERO });
            months.len() - 1
        });
        let paid = &mut months[place];
        let sum = if line.head == late_head { &mut paid.late } else { &mut paid.amount };
        *sum = sum.checked_add(line.amount).map_err(out_of_range)?;
    }
    let account = receipt.answers.iter().find(|answer| answer.name == "account");
    let building = match row.building {
        Some(id) => register::building(books, id)?.map(|building| building.number),
        None => None,
    };
    let reference = match &receipt.tender {
        Tender::Cash(_) => String::new(),
        Tender::Card(card) => card.authorisation.clone(),
        Tender::Upi(upi) => upi.bank_reference.clone(),
        Tender::Instrument(instrument) => instrument.number.clone(),
    };
    Ok(Item {
        kind: ItemKind::Payment,
        receipt: row.number.clone(),
        account: account.map(|answer| answer.value.clone()).unwrap_or_default(),
        building: building.unwrap_or_else(|| row.place.clone()),
        months,
        amount,
        mode: row.mode.clone(),
        reference,
        at_ms: entry.at.wall_ms,
    })
}

/// What was handed over and does not stand any more.
fn reversals(books: &Transaction<'_>, service: &str) -> Result<Vec<(Key, Item)>, StoreError> {
    let sql = "SELECT h.writer, h.seq, h.item FROM bill_handed h \
               WHERE h.service = ?1 AND h.kind = 'payment' \
               AND NOT EXISTS (SELECT 1 FROM bill_handed b WHERE b.kind = 'reversal' \
               AND b.writer = h.writer AND b.seq = h.seq) \
               AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.stands \
               AND coalesce(r.of_writer, r.writer) = h.writer \
               AND coalesce(r.of_seq, r.seq) = h.seq) ORDER BY h.batch, h.place";
    let rows = all(books, sql, [service], |row| {
        let handed: (u32, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(handed)
    })?;
    let mut found = Vec::new();
    for (writer, seq, text) in rows {
        let handed = read(&text)?;
        let item = Item { kind: ItemKind::Reversal, ..handed };
        found.push(((Writer(writer), unsigned(seq, "a receipt")?), item));
    }
    Ok(found)
}

fn items(books: &Transaction<'_>, service: &str, batch: u64) -> Result<Vec<Item>, StoreError> {
    let sql = "SELECT item FROM bill_handed WHERE service = ?1 AND batch = ?2 ORDER BY place";
    let rows = all(books, sql, params![service, signed(batch)], |row| row.get::<_, String>(0))?;
    rows.iter().map(|text| read(text)).collect()
}

fn read(text: &str) -> Result<Item, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Damaged("a payment that was handed over"))
}

/// What was not given to the utility's own platform yet, the oldest first.
pub fn undelivered(books: &Transaction<'_>, service: &str) -> Result<Vec<Undelivered>, StoreError> {
    let sql = "SELECT writer, seq, item FROM bill_handed WHERE service = ?1 \
               AND delivered_ms IS NULL ORDER BY batch, place";
    let rows = all(books, sql, [service], |row| {
        let handed: (u32, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(handed)
    })?;
    let each = rows.into_iter().map(|(writer, seq, text)| {
        let (writer, seq) = (Writer(writer), unsigned(seq, "a receipt")?);
        Ok(Undelivered { writer, seq, item: read(&text)? })
    });
    each.collect()
}

/// The utility's own platform has one of them.
pub fn delivered(books: &Transaction<'_>, it: &Undelivered, now_ms: i64) -> Result<(), StoreError> {
    let sql = "UPDATE bill_handed SET delivered_ms = ?4 \
               WHERE writer = ?1 AND seq = ?2 AND kind = ?3 AND delivered_ms IS NULL";
    let kind = it.item.kind.code();
    run(books, sql, params![it.writer.0, signed(it.seq), kind, now_ms])
}
