//! Officers' words that the money of a close was received. A word and its close may come in either
//! order and from different devices; they are put together when both are here, and what does not
//! fit is kept as a case.

use std::collections::BTreeSet;

use ledger::{
    Entry, Fact, HandIn, Hash, MISSING_MAX, Paise, Receiving, ReceivingOf, StaffId, Writer,
};

use super::facts::run;
use super::named::{self, Close};
use super::office::{self, Addressee};
use super::{enrol, hash, instruments, signed, unsigned};
use crate::remittance::{ReceivedClose, Refusal, ToReceive, typed};
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Row, Transaction, params};

/// Where a word stands, and what of it a close must agree with.
struct Word {
    writer: Writer,
    seq: u64,
    close_hash: Hash,
    collector: StaffId,
    day: i64,
    claimed: Paise,
}

/// An officer receives money at the office: the word goes into the office book, and to the device.
pub fn receive(books: &Transaction<'_>, deed: &ToReceive) -> Result<ReceivedClose, StoreError> {
    enrol::check_staff(books, deed.by)?;
    let close = named::close(books, &deed.close)?;
    let missing = missing(books, &close, deed)?;
    let reason = check(books, &close, deed)?;
    let came = close.instruments.saturating_sub(papers(books, close.writer, &missing)?);
    let word = Receiving {
        of: ReceivingOf { writer: close.writer, close: close.seq },
        close_hash: close.hash,
        day: close.day,
        collector: close.staff,
        claimed: close.counted,
        counted: deed.counted,
        instruments: came,
        reason,
        missing: Some(missing).filter(|missing| !missing.is_empty()),
    };
    let fact = Fact::Received(word.clone());
    let to = Addressee::One(close.writer);
    let seq = office::add_by(books, fact, Some(deed.by), to, deed.now_ms)?;
    enter(books, (Writer::OFFICE, seq), deed.by, deed.now_ms, &word)?;
    Ok(ReceivedClose {
        collector: close.staff,
        day: close.day,
        claimed: close.counted,
        instruments: (came, close.instruments),
    })
}

/// The receipts of the close whose cheques or drafts did not come, by their sequences.
fn missing(
    books: &Transaction<'_>,
    close: &Close,
    deed: &ToReceive,
) -> Result<Vec<u64>, StoreError> {
    if deed.without.len() > MISSING_MAX {
        return Err(Refusal::TooManyMissing.into());
    }
    let sql = "SELECT seq FROM receipt WHERE writer = ?1 AND close_seq = ?2 AND number = ?3 \
               AND stands AND mode IN ('cheque', 'demand_draft')";
    let (mut named, mut found) = (BTreeSet::new(), BTreeSet::new());
    for number in &deed.without {
        let number = number.to_string();
        let key = params![close.writer.0, signed(close.seq), number];
        let seq = books.query_row(sql, key, |row| row.get(0)).optional();
        let Some(seq) = seq.map_err(StoreError::Sqlite)? else {
            return Err(Refusal::NotOfTheClose { number, close: deed.close.clone() }.into());
        };
        let seq = unsigned(seq, "a receipt")?;
        if !named.insert(seq) {
            return Err(Refusal::MissingTwice(number).into());
        }
        // One cheque for several demands did not come for any of them.
        found.extend(instruments::of_one_payment(books, close.writer, seq)?);
    }
    match found.len() > MISSING_MAX {
        true => Err(Refusal::TooManyMissing.into()),
        false => Ok(found.into_iter().collect()),
    }
}

/// How many cheques and drafts these receipts name: one of several demands is one paper.
fn papers(books: &Transaction<'_>, writer: Writer, receipts: &[u64]) -> Result<u32, StoreError> {
    let mut papers = 0;
    for receipt in receipts {
        let all = instruments::of_one_payment(books, writer, *receipt)?;
        papers += u32::from(all.first() == Some(receipt));
    }
    Ok(papers)
}

/// What refuses an officer; gives the reason that is written.
fn check(books: &Transaction<'_>, close: &Close, deed: &ToReceive) -> Result<String, StoreError> {
    let name = || deed.close.clone();
    if let Some(officer) = officer_of(books, close.writer, close.seq)? {
        return Err(Refusal::ReceivedBefore { close: name(), officer }.into());
    }
    if deed.by == close.staff {
        return Err(Refusal::OwnMoney(deed.by.0).into());
    }
    if close.counted.is_zero() && close.instruments == 0 {
        return Err(Refusal::NothingToReceive(name()).into());
    }
    if deed.counted < Paise::ZERO {
        return Err(Refusal::BelowZero.into());
    }
    match deed.reason.trim().is_empty() {
        true if deed.counted != close.counted => {
            Err(Refusal::CountNeedsReason(close.counted).into())
        }
        true if !deed.without.is_empty() => Err(Refusal::MissingNeedsReason.into()),
        true => Ok(String::new()),
        false => Ok(typed(&deed.reason, "the reason")?),
    }
}

/// Who received the money of a close, if anybody did.
fn officer_of(
    books: &Transaction<'_>,
    writer: Writer,
    close: u64,
) -> Result<Option<u32>, StoreError> {
    let sql = "SELECT officer FROM receiving \
               WHERE close_writer = ?1 AND close_seq = ?2 AND state = 'matched'";
    books
        .prepare_cached(sql)
        .and_then(|mut row| {
            row.query_row(params![writer.0, signed(close)], |row| row.get(0)).optional()
        })
        .map_err(StoreError::Sqlite)
}

/// Takes a word of a device into the books.
pub fn enter_word(
    books: &Transaction<'_>,
    writer: Writer,
    entry: &Entry,
    word: &Receiving,
) -> Result<(), StoreError> {
    let officer = entry.staff.ok_or(StoreError::Damaged("an officer's word"))?;
    enter(books, (writer, entry.seq), officer, entry.at.wall_ms, word)
}

fn enter(
    books: &Transaction<'_>,
    (writer, seq): (Writer, u64),
    officer: StaffId,
    at_ms: i64,
    word: &Receiving,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO receiving (writer, seq, close_writer, close_seq, close_hash, day, \
               collector, claimed, counted, instruments, reason, officer, at_ms, state) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 'waiting')";
    run(
        books,
        sql,
        params![
            writer.0,
            signed(seq),
            word.of.writer.0,
            signed(word.of.close),
            &word.close_hash[..],
            word.day,
            word.collector.0,
            word.claimed.get(),
            word.counted.get(),
            word.instruments,
            word.reason,
            officer.0,
            at_ms,
        ],
    )?;
    for receipt in word.missing() {
        let sql = "INSERT INTO receiving_missing (writer, seq, receipt) VALUES (?1, ?2, ?3)";
        run(books, sql, params![writer.0, signed(seq), signed(*receipt)])?;
    }
    match_waiting(books, word.of.writer, word.of.close)
}

/// Puts the words that wait for a close together with it, if it is here.
pub fn match_waiting(
    books: &Transaction<'_>,
    writer: Writer,
    close: u64,
) -> Result<(), StoreError> {
    let Some(close) = named::close_of(books, writer, close)? else { return Ok(()) };
    for word in waiting(books, &close)? {
        let agrees = word.close_hash == close.hash
            && (word.collector, word.day, word.claimed) == (close.staff, close.day, close.counted);
        let received = officer_of(books, close.writer, close.seq)?.is_some();
        let state = match (agrees, received) {
            (false, _) => "differs",
            (true, true) => "twice",
            (true, false) => "matched",
        };
        let sql = "UPDATE receiving SET state = ?3 WHERE writer = ?1 AND seq = ?2";
        run(books, sql, params![word.writer.0, signed(word.seq), state])?;
        match state {
            "matched" => receipts_are_received(books, &close, &word)?,
            _ => tracing::warn!(writer = word.writer.0, seq = word.seq, state, "a receiving"),
        }
    }
    Ok(())
}

/// What did not come stays with whoever took it.
fn receipts_are_received(
    books: &Transaction<'_>,
    close: &Close,
    word: &Word,
) -> Result<(), StoreError> {
    let sql = "UPDATE receipt SET state = 'received' \
               WHERE writer = ?1 AND close_seq = ?2 AND state = 'claimed' AND NOT EXISTS \
               (SELECT 1 FROM receiving_missing m \
                WHERE m.writer = ?3 AND m.seq = ?4 AND m.receipt = receipt.seq)";
    let (writer, seq) = (word.writer.0, signed(word.seq));
    run(books, sql, params![close.writer.0, signed(close.seq), writer, seq])
}

fn waiting(books: &Transaction<'_>, close: &Close) -> Result<Vec<Word>, StoreError> {
    let sql = "SELECT writer, seq, close_hash, collector, day, claimed FROM receiving \
               WHERE close_writer = ?1 AND close_seq = ?2 AND state = 'waiting' \
               ORDER BY at_ms, writer, seq";
    let read = |row: &Row<'_>| {
        let (writer, seq): (u32, i64) = (row.get(0)?, row.get(1)?);
        let (bytes, collector): (Vec<u8>, u32) = (row.get(2)?, row.get(3)?);
        Ok((writer, seq, bytes, collector, row.get(4)?, Paise::new(row.get(5)?)))
    };
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let rows = statement.query_map(params![close.writer.0, signed(close.seq)], read);
    let rows: Vec<_> = rows.and_then(Iterator::collect).map_err(StoreError::Sqlite)?;
    let word = |(writer, seq, bytes, collector, day, claimed): (_, _, Vec<u8>, _, _, _)| {
        let (writer, seq) = (Writer(writer), unsigned(seq, "a receiving")?);
        let (close_hash, collector) = (hash(&bytes)?, StaffId(collector));
        Ok(Word { writer, seq, close_hash, collector, day, claimed })
    };
    rows.into_iter().map(word).collect()
}

/// Keeps what a device says of an officer's word; whether there is such a word is looked up when
/// the cases are listed, since it may come later.
pub fn enter_hand_in(
    books: &Transaction<'_>,
    writer: Writer,
    entry: &Entry,
    hand_in: &HandIn,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO hand_in (writer, seq, close, by, entry, counted, officer, at_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    run(
        books,
        sql,
        params![
            writer.0,
            signed(entry.seq),
            signed(hand_in.close),
            hand_in.by.0,
            signed(hand_in.entry),
            hand_in.counted.get(),
            hand_in.officer.0,
            entry.at.wall_ms,
        ],
    )
}
