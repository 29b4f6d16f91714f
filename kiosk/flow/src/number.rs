//! Which lease a receipt's number stands in: the body and the year on paper are that book's, even
//! after another one was opened.

use ledger::{Entry, Fact, Lease};

use crate::books::{Books, Unreadable};

/// The lease of the book that a receipt of this device was written in; none where the entry is no
/// receipt. Of two books with one code, as two years may have them, it is the one that was opened
/// last before it.
pub fn lease_of(entry: &Entry, books: &dyn Books) -> Result<Option<Lease>, Unreadable> {
    let Fact::Receipt(receipt) = &entry.fact else { return Ok(None) };
    let day_book = books.day_book();
    if day_book.head().seq == entry.seq {
        // The newest entry's book is the open one: nothing was opened since.
        return Ok(day_book.book(&receipt.book).map(|open| open.lease.clone()));
    }
    books.opened_before(&receipt.book, entry.seq)
}

/// The printed number of a receipt.
pub(crate) fn number_of(entry: &Entry, books: &dyn Books) -> Result<Option<String>, Unreadable> {
    let Fact::Receipt(receipt) = &entry.fact else { return Ok(None) };
    let lease = lease_of(entry, books)?;
    Ok(lease.map(|lease| lease.number(receipt.number).to_string()))
}
