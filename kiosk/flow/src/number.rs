//! Which lease a receipt's number stands in: the body and the year on paper are that book's, even
//! after another one was opened.

use ledger::{Entry, Fact, Lease};

use crate::books::{Books, Unreadable};

/// The lease of the book that a receipt or an application of this device was numbered from; none
/// where the entry is neither. Of two books with one code, as two years may have them, it is the
/// one that was opened last before it.
pub fn lease_of(entry: &Entry, books: &dyn Books) -> Result<Option<Lease>, Unreadable> {
    let Some((book, _)) = numbered(entry) else { return Ok(None) };
    let day_book = books.day_book();
    if day_book.head().seq == entry.seq {
        // The newest entry's book is the open one: nothing was opened since.
        return Ok(day_book.book(book).map(|open| open.lease.clone()));
    }
    books.opened_before(book, entry.seq)
}

/// The book and the number of a receipt, or of an application.
fn numbered(entry: &Entry) -> Option<(&str, u32)> {
    match &entry.fact {
        Fact::Receipt(receipt) => Some((&receipt.book, receipt.number)),
        Fact::Applied(applied) => Some((&applied.book, applied.number)),
        _ => None,
    }
}

/// The printed number of a receipt, or of an application.
pub(crate) fn number_of(entry: &Entry, books: &dyn Books) -> Result<Option<String>, Unreadable> {
    let Some((_, number)) = numbered(entry) else { return Ok(None) };
    let lease = lease_of(entry, books)?;
    Ok(lease.map(|lease| lease.number(number).to_string()))
}
