//! The Registrar's work in the books: reports with their marks as they come, what looks alike over
//! all devices, decisions as entries of the office book, and extracts that were given out.

use ledger::{
    Applied, Decided, Decision, ERASED_REASON_CHARACTERS_MAX, Entry, Extract, ExtractIssued, Fact,
    LOOKED_AT_MAX, ReceiptNumber, Writer,
};

use super::facts::run;
use super::office::{self, Addressee};
use super::{enrol, named, pages, signed, unsigned};
use crate::registrar::{
    DecisionDeed, ExtractDeed, ReportKept, ReportRow, Standing, ToDecide, written,
};
use crate::remittance::Refusal;
use crate::store::StoreError;
use crate::store::sql::{Result as Read, Row, Transaction, params};

/// The most rows of a list.
const ROWS_MAX: u32 = 1_000;

const ROW: &str = "SELECT r.number, r.service, d.name, r.delay, r.fee_paise, r.at_ms, r.due, \
    r.decision, r.says, r.decided_ms, r.writer, r.seq \
    FROM report r JOIN device d ON d.writer = r.writer";

/// What two reports have in common where they look alike: one mark, and the kind of event.
const ALIKE: &str = "SELECT DISTINCT o.number FROM report_mark m \
    JOIN report_mark n ON n.mark = m.mark JOIN report o ON o.writer = n.writer AND o.seq = n.seq \
    WHERE m.writer = ?1 AND m.seq = ?2 AND o.service = ?3 AND (o.writer <> ?1 OR o.seq <> ?2) \
    ORDER BY o.number";

pub fn enter(
    books: &Transaction<'_>,
    writer: Writer,
    entry: &Entry,
    applied: &Applied,
    number: &ReceiptNumber,
) -> Result<(), StoreError> {
    let Some(reported) = &applied.reported else { return Ok(()) };
    let sql = "INSERT INTO report (writer, seq, number, service, delay, fee_paise, at_ms, due) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (writer, seq) DO NOTHING";
    let row = params![
        writer.0,
        signed(entry.seq),
        number.to_string(),
        applied.service,
        reported.delay,
        reported.fee.get(),
        entry.at.wall_ms,
        applied.due,
    ];
    run(books, sql, row)?;
    let sql = "INSERT INTO report_mark (mark, writer, seq) VALUES (?1, ?2, ?3) \
               ON CONFLICT DO NOTHING";
    for mark in &reported.marks {
        run(books, sql, params![&mark[..], writer.0, signed(entry.seq)])?;
    }
    Ok(())
}

/// A row with the key of its entry.
type Keyed = (ReportRow, Writer, u64);

/// Reports by the day on which they must be answered; of one service, or still to be decided.
pub fn listed(
    books: &Transaction<'_>,
    service: &str,
    only_open: bool,
) -> Result<Vec<ReportRow>, StoreError> {
    let sql = format!(
        "{ROW} WHERE (?1 = '' OR r.service = ?1) \
         AND (CAST(?2 AS BIGINT) = 0 OR r.decision IS NULL OR r.decision = 'returned') \
         ORDER BY r.due, r.number LIMIT ?3"
    );
    let key = params![service, i64::from(only_open), ROWS_MAX];
    let rows = pages::all(books, &sql, key, row)?;
    rows.into_iter().map(|read| with_alike(books, read).map(|(row, ..)| row)).collect()
}

fn row(row: &Row<'_>) -> Read<(ReportRow, u32, i64)> {
    let decision: Option<String> = row.get(7)?;
    let report = ReportRow {
        number: row.get(0)?,
        service: row.get(1)?,
        device: row.get(2)?,
        delay: row.get(3)?,
        fee_paise: row.get(4)?,
        at_ms: row.get(5)?,
        due: row.get(6)?,
        standing: Standing::of(decision.as_deref(), row.get(8)?, row.get(9)?),
        alike: Vec::new(),
    };
    Ok((report, row.get(10)?, row.get(11)?))
}

fn with_alike(
    books: &Transaction<'_>,
    (mut row, writer, seq): (ReportRow, u32, i64),
) -> Result<Keyed, StoreError> {
    let key = params![writer, seq, row.service];
    row.alike = pages::all(books, ALIKE, key, |row| row.get(0))?;
    Ok((row, Writer(writer), unsigned(seq, "a report")?))
}

fn found(books: &Transaction<'_>, number: &str) -> Result<Option<Keyed>, StoreError> {
    // A device that was put back gives a number again: the one that is to be decided comes first.
    let sql = format!(
        "{ROW} WHERE r.number = ?1 ORDER BY CASE WHEN r.decision IS NULL THEN 0 \
         WHEN r.decision = 'duplicate' THEN 2 ELSE 1 END, r.writer, r.seq"
    );
    let read = pages::all(books, &sql, [number], row)?.into_iter().next();
    read.map(|read| with_alike(books, read)).transpose()
}

/// The report with an acknowledgement's number.
pub fn one(books: &Transaction<'_>, number: &str) -> Result<Option<ReportKept>, StoreError> {
    let Some((row, writer, seq)) = found(books, number)? else { return Ok(None) };
    let (entry, _) = named::entry_of(books, writer, seq)?.ok_or(StoreError::Damaged("a report"))?;
    match entry.fact {
        Fact::Applied(Applied { reported: Some(reported), .. }) => {
            Ok(Some(ReportKept { row, reported }))
        }
        _ => Err(StoreError::Damaged("a report")),
    }
}

fn asked(books: &Transaction<'_>, number: &str) -> Result<Keyed, StoreError> {
    let none = || Refusal::NoSuchReport(number.to_owned());
    found(books, number)?.ok_or_else(|| none().into())
}

/// Writes a decision into the office book, and says what it is. Nobody else writes into it
/// meanwhile, so that numbers of the register have no gap, and nobody decides twice.
pub fn decide(books: &Transaction<'_>, deed: &DecisionDeed) -> Result<Decision, StoreError> {
    enrol::check_staff(books, deed.by)?;
    let (row, writer, application) = asked(books, &deed.number)?;
    if row.standing.is_final() {
        return Err(Refusal::Decided(row.number, row.standing.words()).into());
    }
    let decision = match &deed.decides {
        ToDecide::Register { letter, year, distinct } => {
            check_answers(books, &row, writer, application)?;
            check_distinct(books, &row, distinct)?;
            let register = next_number(books, *letter, *year)?;
            Decision::Registered { register, distinct: distinct.clone() }
        }
        ToDecide::DuplicateOf(first) => {
            let (other, ..) = asked(books, &first.to_string())?;
            let is_second = matches!(other.standing, Standing::Duplicate(_));
            if other.number == row.number || other.service != row.service || is_second {
                return Err(Refusal::NoFirstReport(other.number).into());
            }
            Decision::DuplicateOf(first.clone())
        }
        ToDecide::Return(reason) => Decision::Returned(reason.trim().to_owned()),
    };
    if !decision.is_sound() {
        return Err(match decision {
            Decision::Returned(_) => Refusal::ReturnReason(ERASED_REASON_CHARACTERS_MAX),
            _ => Refusal::TooManyAlike(LOOKED_AT_MAX),
        }
        .into());
    }
    let number = ReceiptNumber::parse(&row.number);
    let number = number.map_err(|_| StoreError::Damaged("a report's number"))?;
    let (says, by) = (decision.clone(), deed.by);
    let fact = Fact::Decided(Decided { writer, application, number, decision: says, by });
    let seq = office::add_by(books, fact, Some(deed.by), Addressee::Nobody, deed.now_ms)?;
    let (kind, says) = written(&decision);
    let sql = "UPDATE report SET decision = ?3, says = ?4, decided_ms = ?5, office_seq = ?6 \
               WHERE writer = ?1 AND seq = ?2";
    let key = params![writer.0, signed(application), kind, says, deed.now_ms, signed(seq)];
    run(books, sql, key)?;
    Ok(decision)
}

/// What is registered is what was answered: without it the register would have a number and no
/// names.
fn check_answers(
    books: &Transaction<'_>,
    row: &ReportRow,
    writer: Writer,
    application: u64,
) -> Result<(), StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM application \
               WHERE writer = ?1 AND seq = ?2 AND body IS NOT NULL)";
    let key = params![writer.0, signed(application)];
    let is_here: bool = books.query_row(sql, key, |row| row.get(0)).map_err(StoreError::Sqlite)?;
    match is_here {
        true => Ok(()),
        false => Err(Refusal::NoAnswers(row.number.clone()).into()),
    }
}

/// Each report that looks the same was looked at. One that was found to be a duplicate stands for
/// its first report, which may look the same to it alone.
fn check_distinct(
    books: &Transaction<'_>,
    row: &ReportRow,
    distinct: &[ReceiptNumber],
) -> Result<(), StoreError> {
    for number in &row.alike {
        let mut first = number.clone();
        for _ in 0..LOOKED_AT_MAX {
            match asked(books, &first)?.0.standing {
                Standing::Duplicate(of) => first = of,
                _ => break,
            }
        }
        // A duplicate of this very report is no other event.
        let is_its_own = first == row.number && *number != row.number;
        let is_told = |told: &ReceiptNumber| {
            let told = told.to_string();
            told == *number || told == first
        };
        if !is_its_own && !distinct.iter().any(is_told) {
            return Err(Refusal::LooksAlike(row.number.clone(), first).into());
        }
    }
    Ok(())
}

/// "B-2026-00017": each register and year counts from 1.
fn next_number(books: &Transaction<'_>, letter: char, year: i32) -> Result<String, StoreError> {
    let series = format!("{letter}-{year:04}-");
    let sql = "SELECT count(*) FROM report WHERE decision = 'registered' AND says LIKE ?1";
    let used: i64 = books
        .query_row(sql, [format!("{series}%").as_str()], |row| row.get(0))
        .map_err(StoreError::Sqlite)?;
    Ok(format!("{series}{:05}", used + 1))
}

/// Writes into the office book that an extract is given out, and says what stands on it: number and
/// day of the registration, and which extract it is, are the books' to say.
pub fn issue(books: &Transaction<'_>, deed: &ExtractDeed) -> Result<Extract, StoreError> {
    enrol::check_staff(books, deed.by)?;
    let (row, writer, application) = asked(books, &deed.number)?;
    let Standing::Registered(register, registered_ms) = row.standing else {
        return Err(Refusal::NotRegistered(row.number).into());
    };
    let sql = "SELECT count(*) FROM extract WHERE register = ?1";
    let before: u32 =
        books.query_row(sql, [register.as_str()], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    let nth = before + 1;
    let registered = crate::time::moment(registered_ms).day();
    let extract = Extract { register: register.clone(), registered, nth, ..deed.draft.clone() };
    let (hash, by) = (extract.hash(), deed.by);
    let word = ExtractIssued { writer, application, register: register.clone(), nth, hash, by };
    let fact = Fact::ExtractIssued(word);
    let seq = office::add_by(books, fact, Some(deed.by), Addressee::Nobody, deed.now_ms)?;
    let sql = "INSERT INTO extract (register, nth, at_ms, office_seq) VALUES (?1, ?2, ?3, ?4)";
    run(books, sql, params![register, nth, deed.now_ms, signed(seq)])?;
    Ok(extract)
}

/// What is wrong with a decision of the office book, if anything is.
pub fn fault(books: &Transaction<'_>, word: &Decided) -> Result<Option<&'static str>, StoreError> {
    let entry = named::entry_of(books, word.writer, word.application)?;
    let Some(Fact::Applied(applied)) = entry.map(|(entry, _)| entry.fact) else {
        return Ok(Some("decides on a report that is not here"));
    };
    let is_its = (&applied.book, applied.number) == (&word.number.book, word.number.number);
    if applied.reported.is_none() || !is_its || !word.decision.is_sound() {
        return Ok(Some("decides on something that is no such report"));
    }
    let Decision::Registered { register, .. } = &word.decision else { return Ok(None) };
    let sql = "SELECT EXISTS (SELECT 1 FROM report WHERE writer = ?1 AND seq = ?2 \
               AND decision = 'registered' AND says = ?3)";
    let key = params![word.writer.0, signed(word.application), register];
    let is_listed: bool =
        books.query_row(sql, key, |row| row.get(0)).map_err(StoreError::Sqlite)?;
    Ok((!is_listed).then_some("registers a report that is listed otherwise"))
}

/// The same of an extract.
pub fn extract_fault(
    books: &Transaction<'_>,
    seq: u64,
    word: &ExtractIssued,
) -> Result<Option<&'static str>, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM extract e JOIN report r ON r.says = e.register \
               WHERE e.office_seq = ?1 AND e.register = ?2 AND e.nth = ?3 \
               AND r.decision = 'registered' AND r.writer = ?4 AND r.seq = ?5)";
    let application = signed(word.application);
    let key = params![signed(seq), word.register, word.nth, word.writer.0, application];
    let is_listed: bool =
        books.query_row(sql, key, |row| row.get(0)).map_err(StoreError::Sqlite)?;
    Ok((!is_listed).then_some("gives out an extract of nothing that is registered"))
}
