//! Received money on its way into the bank: deposits, and the rows of the bank's statements.

use std::collections::BTreeSet;

use ledger::{
    DEPOSIT_RECEIVINGS_MAX, Deposit, Fact, Paise, Realised, ReceivingOf, StaffId, Writer,
};

use super::facts::run;
use super::named::{self, Close};
use super::office::{self, Addressee};
use super::{enrol, signed, unsigned};
use crate::remittance::{
    CloseName, Matched, Refusal, RowState, StatementRow, ToDeposit, ToMatch, typed,
};
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Row, Transaction, params};

/// A deposit as the books have it.
struct Known {
    seq: u64,
    amount: Paise,
    realised: bool,
}

/// Writes a deposit of the whole of what was received of its closes, less the change money.
pub fn deposit(books: &Transaction<'_>, deed: &ToDeposit) -> Result<(), StoreError> {
    enrol::check_staff(books, deed.by)?;
    let challan = typed(&deed.challan, "the challan's number")?;
    named::check_day(deed.on, deed.now_ms)?;
    if known(books, &challan)?.is_some() {
        return Err(Refusal::ChallanKnown(challan).into());
    }
    let of = closes(books, &deed.of, deed.amount)?;
    let fact = Fact::Deposited(Deposit {
        challan: challan.clone(),
        on: deed.on,
        amount: deed.amount,
        of: of.clone(),
    });
    let seq = office::add_by(books, fact, Some(deed.by), Addressee::Nobody, deed.now_ms)?;
    let sql = "INSERT INTO deposit (office_seq, challan, day, amount, officer) \
               VALUES (?1, ?2, ?3, ?4, ?5)";
    let amount = deed.amount.get();
    run(books, sql, params![signed(seq), challan, deed.on, amount, deed.by.0])?;
    for of in of {
        let sql = "INSERT INTO deposit_close (writer, seq, deposit) VALUES (?1, ?2, ?3)";
        run(books, sql, params![of.writer.0, signed(of.close), signed(seq)])?;
    }
    settle_waiting(books, &challan, deed.by, deed.now_ms)
}

/// The closes of a deposit, each received and not deposited yet, whose cash is the sum.
fn closes(
    books: &Transaction<'_>,
    names: &[CloseName],
    amount: Paise,
) -> Result<Vec<ReceivingOf>, StoreError> {
    if !(1..=DEPOSIT_RECEIVINGS_MAX).contains(&names.len()) {
        return Err(Refusal::Closes(DEPOSIT_RECEIVINGS_MAX).into());
    }
    let (mut seen, mut of, mut sum) = (BTreeSet::new(), Vec::new(), Paise::ZERO);
    for name in names {
        let close = named::close(books, name)?;
        if !seen.insert((close.writer, close.seq)) {
            return Err(Refusal::NamedTwice(name.clone()).into());
        }
        let cash = received_cash(books, &close, name)?;
        sum = sum.checked_add(cash).map_err(|_| StoreError::Damaged("what was received"))?;
        of.push(ReceivingOf { writer: close.writer, close: close.seq });
    }
    match sum {
        _ if !sum.is_positive() => Err(Refusal::NoCash.into()),
        _ if sum != amount => Err(Refusal::OtherSum { sum, amount }.into()),
        _ => Ok(of),
    }
}

/// What an officer received of a close in payers' cash.
fn received_cash(
    books: &Transaction<'_>,
    close: &Close,
    name: &CloseName,
) -> Result<Paise, StoreError> {
    let sql = "SELECT r.counted, \
               (SELECT p.challan FROM deposit_close d JOIN deposit p ON p.office_seq = d.deposit \
                WHERE d.writer = r.close_writer AND d.seq = r.close_seq) \
               FROM receiving r \
               WHERE r.close_writer = ?1 AND r.close_seq = ?2 AND r.state = 'matched'";
    let key = params![close.writer.0, signed(close.seq)];
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let found: Option<(i64, Option<String>)> =
        books.query_row(sql, key, read).optional().map_err(StoreError::Sqlite)?;
    let Some((counted, challan)) = found else {
        return Err(Refusal::NotReceived(name.clone()).into());
    };
    if let Some(challan) = challan {
        return Err(Refusal::DepositedBefore { close: name.clone(), challan }.into());
    }
    let cash = Paise::new(counted).checked_sub(close.float);
    cash.map_err(|_| StoreError::Damaged("what was received"))
}

/// Takes a statement's rows: each once, however often the same file is read.
pub fn match_statement(books: &Transaction<'_>, deed: &ToMatch) -> Result<Matched, StoreError> {
    enrol::check_staff(books, deed.by)?;
    let mut matched = Matched::default();
    for row in &deed.rows {
        let (id, before) = keep(books, row, deed.now_ms)?;
        if before == RowState::Realised.code() {
            matched.known += 1;
            continue;
        }
        match settle_row(books, id, row, deed.by, deed.now_ms)? {
            RowState::Realised => matched.realised += 1,
            open => matched.open.push((row.clone(), open)),
        }
    }
    Ok(matched)
}

/// The row's place in the books, and its state there.
fn keep(
    books: &Transaction<'_>,
    row: &StatementRow,
    now_ms: i64,
) -> Result<(i64, String), StoreError> {
    let sql = "INSERT INTO statement_row (day, amount, challan, bank_reference, \
               taken_ms, state) VALUES (?1, ?2, ?3, ?4, ?5, 'unmatched') \
               ON CONFLICT DO NOTHING";
    let StatementRow { day, challan, bank_reference, .. } = row;
    let amount = row.amount.get();
    run(books, sql, params![day, amount, challan, bank_reference, now_ms])?;
    let sql = "SELECT id, state FROM statement_row WHERE day = ?1 AND amount = ?2 \
               AND challan = ?3 AND bank_reference = ?4";
    books
        .prepare_cached(sql)
        .and_then(|mut statement| {
            let key = params![day, amount, challan, bank_reference];
            statement.query_row(key, |row| Ok((row.get(0)?, row.get(1)?)))
        })
        .map_err(StoreError::Sqlite)
}

/// Rows that came before their deposit was written.
fn settle_waiting(
    books: &Transaction<'_>,
    challan: &str,
    by: StaffId,
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = "SELECT id, day, amount, bank_reference FROM statement_row \
               WHERE challan = ?1 AND state <> 'realised' ORDER BY day, id";
    let read = |row: &Row<'_>| {
        let (challan, bank_reference) = (challan.to_owned(), row.get(3)?);
        let (day, amount) = (row.get(1)?, Paise::new(row.get(2)?));
        Ok((row.get(0)?, StatementRow { line: 0, day, amount, challan, bank_reference }))
    };
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let rows = statement.query_map([challan], read);
    let rows: Vec<(i64, _)> = rows.and_then(Iterator::collect).map_err(StoreError::Sqlite)?;
    for (id, row) in rows {
        settle_row(books, id, &row, by, now_ms)?;
    }
    Ok(())
}

fn settle_row(
    books: &Transaction<'_>,
    id: i64,
    row: &StatementRow,
    by: StaffId,
    now_ms: i64,
) -> Result<RowState, StoreError> {
    let state = match known(books, &row.challan)? {
        None => RowState::Unmatched,
        Some(deposit) if deposit.amount != row.amount => RowState::Differs(deposit.amount),
        Some(deposit) if deposit.realised => RowState::Twice,
        Some(deposit) => {
            realise(books, &deposit, row, by, now_ms)?;
            RowState::Realised
        }
    };
    run(books, "UPDATE statement_row SET state = ?2 WHERE id = ?1", params![id, state.code()])?;
    Ok(state)
}

/// The bank has the money: the deposit and the cash receipts in it are realised.
fn realise(
    books: &Transaction<'_>,
    deposit: &Known,
    row: &StatementRow,
    by: StaffId,
    now_ms: i64,
) -> Result<(), StoreError> {
    let fact = Fact::Realised(Realised {
        deposit: deposit.seq,
        challan: row.challan.clone(),
        amount: row.amount,
        on: row.day,
        bank_reference: row.bank_reference.clone(),
    });
    let seq = office::add_by(books, fact, Some(by), Addressee::Nobody, now_ms)?;
    let deposit = signed(deposit.seq);
    let sql = "UPDATE deposit SET realised_day = ?2, bank_reference = ?3, realised_seq = ?4 \
               WHERE office_seq = ?1";
    run(books, sql, params![deposit, row.day, row.bank_reference, signed(seq)])?;
    let sql = "UPDATE receipt SET state = 'realised' WHERE state = 'received' AND mode = 'cash' \
               AND (writer, close_seq) IN \
               (SELECT writer, seq FROM deposit_close WHERE deposit = ?1)";
    run(books, sql, [deposit])
}

/// A receipt that came to its close late is realised where the close's money is.
pub fn join_realised(
    books: &Transaction<'_>,
    writer: Writer,
    receipt: u64,
) -> Result<(), StoreError> {
    let sql = "UPDATE receipt SET state = 'realised' WHERE writer = ?1 AND seq = ?2 \
               AND state = 'received' AND mode = 'cash' AND EXISTS (SELECT 1 FROM deposit_close x \
               JOIN deposit p ON p.office_seq = x.deposit WHERE x.writer = receipt.writer \
               AND x.seq = receipt.close_seq AND p.realised_seq IS NOT NULL)";
    run(books, sql, params![writer.0, signed(receipt)])
}

fn known(books: &Transaction<'_>, challan: &str) -> Result<Option<Known>, StoreError> {
    let sql = "SELECT office_seq, amount, realised_seq IS NOT NULL FROM deposit WHERE challan = ?1";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let found: Option<(i64, i64, bool)> = books
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([challan], read).optional())
        .map_err(StoreError::Sqlite)?;
    let Some((seq, amount, realised)) = found else { return Ok(None) };
    Ok(Some(Known { seq: unsigned(seq, "a deposit")?, amount: Paise::new(amount), realised }))
}

/// Whether the books have a close under this writer and sequence, and somebody received its money.
pub fn was_received(books: &Transaction<'_>, writer: Writer, seq: u64) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM receiving \
               WHERE close_writer = ?1 AND close_seq = ?2 AND state = 'matched')";
    books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row(params![writer.0, signed(seq)], |row| row.get(0)))
        .map_err(StoreError::Sqlite)
}
