//! Old receipts computed again: by the version of the rule pack that each names, from what its
//! building owed when it was taken. Every version that was ever in service is kept for this.
//!
//! A receipt that comes out otherwise is told and is no fault of the books: its device may have
//! been apart from another that took money for the same house, and knew less than the office does
//! now. Whoever looks at it has the device, the entry and the version.

use ledger::{
    Building, Demand, Entry, Fact, Pack, Period, Receipt, ReceiptLine, ServiceKind, apportion,
    heads,
};

use super::Trusted;
use super::pages::all;
use super::undo::{self, Standing};
use crate::settle::{Paid, settle};
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Transaction};
use crate::verdict::Recomputed;

/// Computes every receipt again that stands and was taken for a building.
pub fn recompute(books: &Transaction<'_>, trusted: &Trusted) -> Result<Recomputed, StoreError> {
    let mut found = Recomputed::default();
    let bases = all(books, "SELECT id, row FROM building_base ORDER BY id", [], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    for (id, base) in bases {
        let (id, base): (u32, Vec<u8>) = (id, base);
        let mut building: Building =
            minicbor::decode(&base).map_err(|_| StoreError::Damaged("a building"))?;
        let mut earlier: Vec<ReceiptLine> = Vec::new();
        for standing in undo::standing(books, id)? {
            let Fact::Receipt(receipt) = &standing.entry.fact else { continue };
            match again(trusted, &building, receipt, &standing.entry, &earlier) {
                None => found.not_again += 1,
                Some(true) => found.same += 1,
                Some(false) => found.differing.push(told(books, &standing, receipt)?),
            }
            let on = standing.entry.at.date();
            let pack = trusted.packs.of(receipt, on);
            let taken = |month: Period| taken_for(&earlier, month);
            if settle(&mut building, receipt, &Paid { pack: &pack, on, taken: &taken }).is_err() {
                // The register's sums are out of range: nothing after it can be computed.
                break;
            }
            earlier.extend(receipt.lines.iter().cloned());
        }
    }
    Ok(found)
}

/// Whether the pack that a receipt names gives its lines again; none where that version is not
/// here, or what it was computed from besides (sacks at the door) is in no receipt.
fn again(
    trusted: &Trusted,
    building: &Building,
    receipt: &Receipt,
    entry: &Entry,
    earlier: &[ReceiptLine],
) -> Option<bool> {
    let pack = trusted.packs.version(receipt.pack)?;
    if receipt.lines.iter().any(|line| line.head == heads::EXTRA_SACKS) {
        return None;
    }
    // What was paid of a month before is in no row of the register: a device may have known it, or
    // not.
    let monthly: Vec<ReceiptLine> =
        earlier.iter().filter(|line| line.period.months() == 1).cloned().collect();
    let with = lines(&pack, building, receipt, entry, &[])?;
    Some(
        with == receipt.lines || lines(&pack, building, receipt, entry, &monthly)? == receipt.lines,
    )
}

fn lines(
    pack: &Pack,
    building: &Building,
    receipt: &Receipt,
    entry: &Entry,
    since: &[ReceiptLine],
) -> Option<Vec<ReceiptLine>> {
    let on = entry.at.date();
    let demand = match pack.service(&receipt.service)?.kind {
        ServiceKind::PropertyTax => Demand::of(pack, building, on, &[]).ok()?,
        ServiceKind::WasteFee => Demand::of_waste_fee(pack, building, on, since, 0).ok()?,
        ServiceKind::Bill => {
            let service = pack.service(&receipt.service)?;
            Demand::of_bill(pack, service, building, on, &[]).ok()?
        }
        // Nothing of another service is owed for a building.
        _ => return None,
    };
    apportion(&demand, receipt.total).ok()
}

fn taken_for(earlier: &[ReceiptLine], month: Period) -> ledger::Paise {
    let of = earlier.iter().filter(|line| line.head == heads::USER_FEE && line.period == month);
    // Out of range only where the sums of the register were so already.
    ledger::Paise::sum(of.map(|line| line.amount)).unwrap_or(ledger::Paise::ZERO)
}

fn told(
    books: &Transaction<'_>,
    standing: &Standing,
    receipt: &Receipt,
) -> Result<String, StoreError> {
    let (writer, seq) = standing.key;
    let sql = "SELECT name FROM device WHERE writer = ?1";
    let name = books.query_row(sql, [writer.0], |row| row.get::<_, String>(0)).optional();
    let device = name.map_err(StoreError::Sqlite)?.unwrap_or_else(|| "the office book".to_owned());
    Ok(format!(
        "{device}, entry {seq}: version {} of the rule pack gives other lines, as the office knows \
         the building",
        receipt.pack
    ))
}
