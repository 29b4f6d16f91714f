//! What does not fit together on the way of the cash: found each time that somebody looks, since
//! what is missing may come.

use ledger::{Paise, day_text};

use super::pages::{ROWS_MAX, all};
use crate::settlement::Open;
use crate::store::StoreError;
use crate::store::sql::{self, Row, Transaction};
use crate::way::Case;

/// The newest cases of each kind.
pub fn cases(books: &Transaction<'_>) -> Result<Vec<Case>, StoreError> {
    let mut found = words(books)?;
    found.extend(hand_ins(books)?);
    found.extend(statement_rows(books)?);
    found.extend(settlement_rows(books)?);
    found.extend(nothing_counted(books)?);
    found.sort_by_key(|case| std::cmp::Reverse(case.at_ms));
    Ok(found)
}

/// Payments of other channels that are in no book.
fn settlement_rows(books: &Transaction<'_>) -> Result<Vec<Case>, StoreError> {
    let sql = "SELECT channel, reference, account, state, amount, taken_ms FROM settlement_row \
               WHERE state <> 'booked' ORDER BY taken_ms DESC, id DESC LIMIT ?1";
    all(books, sql, [ROWS_MAX], |row| {
        let (channel, reference): (String, String) = (row.get(0)?, row.get(1)?);
        let (account, state): (String, String) = (row.get(2)?, row.get(3)?);
        let says = format!("For {account}: {}", Open::says(&state));
        let (of, amount) = (format!("{channel} {reference}"), Paise::new(row.get(4)?));
        Ok(Case { kind: "settlement_open", of, says, amount, at_ms: row.get(5)? })
    })
}

/// Officers' words: those that wait or do not fit, and those that say that something is missing.
fn words(books: &Transaction<'_>) -> Result<Vec<Case>, StoreError> {
    let sql = "SELECT coalesce(d.name, 'device ' || r.close_writer) || ':' || r.close_seq, \
               coalesce(w.name, 'the office') || ', entry ' || r.seq, r.officer, r.state, \
               r.claimed, r.counted, r.reason, r.at_ms, r.instruments, c.instruments, \
               EXISTS (SELECT 1 FROM entry e WHERE e.writer = r.close_writer \
               AND e.seq = r.close_seq) OR d.writer IS NULL, \
               (SELECT string_agg(p.number, ', ' ORDER BY p.seq) FROM receiving_missing x \
                JOIN receipt p ON p.writer = r.close_writer AND p.seq = x.receipt \
                WHERE x.writer = r.writer AND x.seq = r.seq) \
               FROM receiving r LEFT JOIN device d ON d.writer = r.close_writer \
               LEFT JOIN device w ON w.writer = r.writer \
               LEFT JOIN day_close c ON c.writer = r.close_writer AND c.seq = r.close_seq \
               WHERE r.state <> 'matched' OR r.counted <> r.claimed \
               OR r.instruments <> c.instruments ORDER BY r.at_ms DESC LIMIT ?1";
    all(books, sql, [ROWS_MAX], |row| {
        let (state, stands): (String, String) = (row.get(3)?, row.get(1)?);
        let officer: u32 = row.get(2)?;
        let no_close: bool = row.get(10)?;
        let (kind, says) = match state.as_str() {
            "matched" => ("receiving_short", missing(row, officer)?),
            "twice" => {
                let says = format!("Staff {officer} received it again ({stands})");
                ("receiving_twice", says)
            }
            "waiting" if !no_close => {
                let says = format!("Staff {officer} received it ({stands}); the close is to come");
                ("receiving_waits", says)
            }
            "waiting" => {
                let says = format!("Staff {officer} received it ({stands}), and it is no close");
                ("receiving_differs", says)
            }
            _ => {
                let says = format!("Staff {officer} received another close than this ({stands})");
                ("receiving_differs", says)
            }
        };
        let (of, amount, at_ms) = (row.get(0)?, Paise::new(row.get(5)?), row.get(7)?);
        Ok(Case { kind, of, says, amount, at_ms })
    })
}

fn missing(row: &Row<'_>, officer: u32) -> sql::Result<String> {
    let (claimed, counted) = (Paise::new(row.get(4)?), Paise::new(row.get(5)?));
    let (reason, came, of): (String, u32, u32) = (row.get(6)?, row.get(8)?, row.get(9)?);
    let without: Option<String> = row.get(11)?;
    let mut says = Vec::new();
    if claimed != counted {
        let claimed = claimed.on_paper();
        says.push(format!("Staff {officer} counted another sum than ₹{claimed}"));
    }
    if came != of {
        let without = without.map_or_else(String::new, |numbers| format!(", without {numbers}"));
        says.push(format!("{came} of {of} cheques and drafts came to staff {officer}{without}"));
    }
    let reason = if reason.is_empty() { reason } else { format!(": {reason}") };
    Ok(format!("{}{reason}", says.join("; ")))
}

/// What devices say of officers' words: no such word, another, or one that is still to come.
fn hand_ins(books: &Transaction<'_>) -> Result<Vec<Case>, StoreError> {
    let sql = "SELECT d.name || ':' || h.close, \
               coalesce(b.name, CASE h.by WHEN 0 THEN 'the office' ELSE 'device ' || h.by END) \
               || ', entry ' || h.entry, h.officer, h.counted, h.at_ms, r.seq IS NOT NULL, \
               h.by = 0 OR b.writer IS NULL OR EXISTS \
               (SELECT 1 FROM entry e WHERE e.writer = h.by AND e.seq = h.entry) \
               FROM hand_in h JOIN device d ON d.writer = h.writer \
               LEFT JOIN device b ON b.writer = h.by \
               LEFT JOIN receiving r ON r.writer = h.by AND r.seq = h.entry \
               WHERE r.seq IS NULL OR r.close_writer <> h.writer OR r.close_seq <> h.close \
               OR r.counted <> h.counted OR r.officer <> h.officer \
               ORDER BY h.at_ms DESC LIMIT ?1";
    all(books, sql, [ROWS_MAX], |row| {
        let (stands, officer): (String, u32) = (row.get(1)?, row.get(2)?);
        let (is_word, is_here): (bool, bool) = (row.get(5)?, row.get(6)?);
        let (kind, says) = match (is_word, is_here) {
            (true, _) => ("hand_in_differs", format!("{stands} says otherwise")),
            (false, true) => ("hand_in_differs", format!("{stands} is no officer's word")),
            (false, false) => {
                let says = format!("Handed in to staff {officer}; {stands} is to come");
                ("hand_in_waits", says)
            }
        };
        let (of, amount, at_ms) = (row.get(0)?, Paise::new(row.get(3)?), row.get(4)?);
        Ok(Case { kind, of, says, amount, at_ms })
    })
}

/// Rows of the bank's statements that are no deposit of ours, or not as we wrote it.
fn statement_rows(books: &Transaction<'_>) -> Result<Vec<Case>, StoreError> {
    let sql = "SELECT s.challan, s.bank_reference, s.day, s.amount, s.state, s.taken_ms, p.amount \
               FROM statement_row s LEFT JOIN deposit p ON p.challan = s.challan \
               WHERE s.state <> 'realised' ORDER BY s.taken_ms DESC, s.id LIMIT ?1";
    all(books, sql, [ROWS_MAX], |row| {
        let (challan, reference): (String, String) = (row.get(0)?, row.get(1)?);
        let (on, state): (String, String) = (day_text(row.get(2)?), row.get(4)?);
        let ours: Option<i64> = row.get(6)?;
        let ours = Paise::new(ours.unwrap_or_default()).on_paper();
        let (kind, says) = match state.as_str() {
            "differs" => {
                let says =
                    format!("The bank has another sum on {on} ({reference}), ours is ₹{ours}");
                ("statement_differs", says)
            }
            "twice" => ("statement_twice", format!("The bank has it again on {on} ({reference})")),
            _ => {
                let says = format!("The bank has it on {on} ({reference}); no deposit is of it");
                ("statement_unmatched", says)
            }
        };
        let amount = Paise::new(row.get(3)?);
        Ok(Case { kind, of: format!("challan {challan}"), says, amount, at_ms: row.get(5)? })
    })
}

/// Closes at which nothing was counted though money was taken: nobody hands anything in, so that no
/// clock would ring.
fn nothing_counted(books: &Transaction<'_>) -> Result<Vec<Case>, StoreError> {
    let sql = "SELECT d.name || ':' || c.seq, c.staff, c.expected - c.float, c.reason, \
               e.received_ms FROM day_close c JOIN device d ON d.writer = c.writer \
               JOIN entry e ON e.writer = c.writer AND e.seq = c.seq \
               WHERE c.counted = 0 AND c.instruments = 0 AND c.expected > c.float \
               ORDER BY c.day DESC LIMIT ?1";
    all(books, sql, [ROWS_MAX], |row| {
        let (staff, reason): (u32, String) = (row.get(1)?, row.get(3)?);
        Ok(Case {
            kind: "nothing_counted",
            of: row.get(0)?,
            says: format!("Staff {staff} took this and counted nothing: {reason}"),
            amount: Paise::new(row.get(2)?),
            at_ms: row.get(4)?,
        })
    })
}
