//! What the bank says of UPI payments, and which request each word belongs to.

use ledger::{Confirmation, Fact, Writer};

use super::office::{self, Addressee};
use super::{signed, unsigned};
use crate::store::sql::{Book, OptionalExtension, Row, Transaction, params};
use crate::store::{BankWord, BankWordState, StoreError};

/// A device's request that a word may belong to.
struct Asked {
    writer: Writer,
    intent: u64,
    amount: i64,
}

/// Keeps a word once, however often it is said, and passes it on if it fits.
pub fn take(books: &Transaction<'_>, word: &BankWord) -> Result<BankWordState, StoreError> {
    books.lock(Book::Office).map_err(StoreError::Sqlite)?;
    if let Some(state) = known(books, word)? {
        return Ok(state);
    }
    let sql = "INSERT INTO bank_word (reference, bank_reference, amount, payer_address, paid_ms, \
               received_ms, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting')";
    let BankWord { reference, bank_reference, payer_address, .. } = word;
    let (amount, paid_ms, received_ms) = (word.amount.get(), word.paid_ms, word.received_ms);
    books
        .execute(
            sql,
            params![reference, bank_reference, amount, payer_address, paid_ms, received_ms],
        )
        .map_err(StoreError::Sqlite)?;
    settle_waiting(books, reference, word.received_ms)?;
    known(books, word)?.ok_or(StoreError::Damaged("a word of the bank"))
}

/// Settles the words that wait for a reference, if a device has asked with it.
pub fn settle_waiting(
    books: &Transaction<'_>,
    reference: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    let Some(asked) = asked(books, reference)? else { return Ok(()) };
    let sql = "SELECT id, amount, bank_reference, paid_ms FROM bank_word \
               WHERE reference = ?1 AND state = 'waiting' ORDER BY id";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let mut rows = statement.query([reference]).map_err(StoreError::Sqlite)?;
    let mut waiting: Vec<(i64, i64, String, i64)> = Vec::new();
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        let word = (row.get(0), row.get(1), row.get(2), row.get(3));
        let (Ok(id), Ok(amount), Ok(bank_reference), Ok(paid_ms)) = word else {
            return Err(StoreError::Damaged("a word of the bank"));
        };
        waiting.push((id, amount, bank_reference, paid_ms));
    }
    for (id, amount, bank_reference, paid_ms) in waiting {
        if amount != asked.amount {
            tracing::warn!(reference, "the bank names another sum than the device asked for");
            mark(books, id, BankWordState::Differs, None)?;
        } else if is_confirmed(books, reference)? {
            tracing::warn!(reference, "the bank says that a request was paid twice");
            mark(books, id, BankWordState::Twice, None)?;
        } else {
            let fact = Fact::Confirmed(Confirmation {
                writer: asked.writer,
                intent: asked.intent,
                reference: reference.to_owned(),
                amount: ledger::Paise::new(amount),
                bank_reference,
                paid_ms,
            });
            let seq = office::add(books, fact, Addressee::One(asked.writer), now_ms)?;
            mark(books, id, BankWordState::Confirmed, Some(seq))?;
        }
    }
    Ok(())
}

fn known(books: &Transaction<'_>, word: &BankWord) -> Result<Option<BankWordState>, StoreError> {
    let sql = "SELECT state FROM bank_word WHERE reference = ?1 AND bank_reference = ?2";
    let state: Option<String> = books
        .prepare_cached(sql)
        .and_then(|mut statement| {
            let key = [&word.reference, &word.bank_reference];
            statement.query_row(key, |row| row.get(0)).optional()
        })
        .map_err(StoreError::Sqlite)?;
    let read = |state: String| {
        BankWordState::from_code(&state).ok_or(StoreError::Damaged("a word of the bank"))
    };
    state.map(read).transpose()
}

/// The oldest UPI request with a reference: a reference that two devices use is the second one's
/// mistake.
fn asked(books: &Transaction<'_>, reference: &str) -> Result<Option<Asked>, StoreError> {
    let sql = "SELECT writer, seq, amount FROM intent \
               WHERE reference = ?1 AND mode = 'upi' ORDER BY at_ms, writer, seq LIMIT 1";
    let found: Option<(u32, i64, i64)> = books
        .prepare_cached(sql)
        .and_then(|mut statement| {
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            statement.query_row([reference], read).optional()
        })
        .map_err(StoreError::Sqlite)?;
    let Some((writer, seq, amount)) = found else { return Ok(None) };
    let intent = unsigned(seq, "an intent")?;
    Ok(Some(Asked { writer: Writer(writer), intent, amount }))
}

fn is_confirmed(books: &Transaction<'_>, reference: &str) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS \
               (SELECT 1 FROM bank_word WHERE reference = ?1 AND state = 'confirmed')";
    books.query_row(sql, [reference], |row| row.get(0)).map_err(StoreError::Sqlite)
}

fn mark(
    books: &Transaction<'_>,
    id: i64,
    state: BankWordState,
    office_seq: Option<u64>,
) -> Result<(), StoreError> {
    let sql = "UPDATE bank_word SET state = ?2, office_seq = ?3 WHERE id = ?1";
    books
        .execute(sql, params![id, state.code(), office_seq.map(signed)])
        .map_err(StoreError::Sqlite)?;
    Ok(())
}
