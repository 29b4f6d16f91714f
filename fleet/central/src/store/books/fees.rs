//! Receipts of fees: what was answered must give their lines, by the version of the pack that they
//! name.

use chrono::NaiveDate;
use ledger::{ApartCause, Entry, Fact, Writer, check_fee_receipt};

use super::{Trusted, named, wards};
use crate::intake::OwnRule;
use crate::store::StoreError;
use crate::store::sql::Transaction;

/// What the office has against a receipt whose answers do not give its lines. One by a version of
/// the pack that is not here cannot be computed again, and is taken. `asked` are the days of
/// intents that are not in the books yet.
pub fn differing(
    books: &Transaction<'_>,
    trusted: &Trusted,
    asked: impl Fn(u64) -> Option<NaiveDate>,
    writer: Writer,
    entry: &Entry,
) -> Result<Option<OwnRule>, StoreError> {
    let Fact::Receipt(receipt) = &entry.fact else { return Ok(None) };
    let Some(pack) = trusted.packs.version(receipt.pack) else { return Ok(None) };
    let mut days = vec![entry.at.date()];
    let at_a_centre = wards::is_a_centre(books, writer)?;
    if check_fee_receipt(&pack, receipt, &days, at_a_centre).is_ok() {
        return Ok(None);
    }
    // What a terminal or a bank was asked for was owed on the day on which it was asked. Only what
    // is not owed today looks its intent up.
    if let Some(intent) = receipt.tender.intent() {
        let asked = match asked(intent) {
            Some(day) => Some(day),
            None => named::entry_of(books, writer, intent)?.map(|(intent, _)| intent.at.date()),
        };
        days.extend(asked);
    }
    let checked = check_fee_receipt(&pack, receipt, &days, at_a_centre);
    Ok(checked.err().map(|fault| OwnRule { reason: fault.to_string(), cause: ApartCause::Sum }))
}
