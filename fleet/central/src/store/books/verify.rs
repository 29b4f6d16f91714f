//! A walk through every chain from its first entry: hashes, rules, heads, and what was derived.

use ledger::{DayBook, Entry, Fact, Head, Signer, Writer};
use replica::audit::{Finding, Place};

use super::{Trusted, audit, chain, exchange, forks, referred, signed};
use crate::forks::Settlement;
use crate::intake::Verdict;
use crate::store::StoreError;
use crate::store::sql::{Transaction, params};
use crate::verdict::{Fault, Report};

pub fn verify(books: &Transaction<'_>, trusted: &Trusted) -> Result<Report, StoreError> {
    let mut report = Report::default();
    walk_office(books, trusted, &mut report)?;
    let mut statement = books
        .prepare("SELECT writer, name FROM device ORDER BY writer")
        .map_err(StoreError::Sqlite)?;
    let devices = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    let devices: Vec<(u32, String)> =
        devices.and_then(Iterator::collect).map_err(StoreError::Sqlite)?;
    for (writer, name) in devices {
        walk_device(books, trusted, Writer(writer), &name, &mut report)?;
    }
    Ok(report)
}

/// The findings on one chain.
struct Walk<'a> {
    name: &'a str,
    head: Head,
    report: &'a mut Report,
}

impl Walk<'_> {
    fn fault(&mut self, seq: Option<u64>, what: impl Into<String>) {
        let chain = self.name.to_owned();
        self.report.faults.push(Fault { chain, seq, what: what.into() });
    }

    /// Takes over what an auditor would find; says whether the chain can be followed.
    fn audited(&mut self, findings: Vec<Finding>) -> bool {
        let sound = findings.is_empty();
        for Finding { verdict, place, what, .. } in findings {
            let seq = match place {
                Place::Entry(seq) => Some(seq),
                _ => None,
            };
            let place = if seq.is_some() { String::new() } else { format!("{place}: ") };
            self.fault(seq, format!("{place}{verdict}: {what}"));
        }
        sound
    }

    /// Goes one entry on.
    fn step(&mut self, canonical: &[u8], stored: Head) -> Result<Entry, StoreError> {
        self.head = stored;
        self.report.entries += 1;
        Entry::read(canonical).map_err(|_| StoreError::Damaged("an entry that was just read"))
    }
}

fn walk_office(
    books: &Transaction<'_>,
    trusted: &Trusted,
    report: &mut Report,
) -> Result<(), StoreError> {
    report.chains += 1;
    let head = Head::before_first(Writer::OFFICE);
    let mut walk = Walk { name: "the office book", head, report };
    if !walk.audited(audit::findings(books, trusted, Writer::OFFICE)?) {
        return Ok(());
    }
    for (canonical, stored) in chain::whole(books, Writer::OFFICE)? {
        let entry = walk.step(&canonical, stored)?;
        if let Some(what) = referred::fault(books, &entry)? {
            walk.fault(Some(entry.seq), what);
        }
    }
    for what in referred::listed(books)? {
        walk.fault(None, what);
    }
    Ok(())
}

fn walk_device(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    name: &str,
    report: &mut Report,
) -> Result<(), StoreError> {
    report.chains += 1;
    let mut day_book = DayBook::new(writer, trusted.office.public_key());
    let mut walk = Walk { name, head: day_book.head(), report };
    let findings = unsettled(books, writer, audit::findings(books, trusted, writer)?, &mut walk)?;
    if !walk.audited(findings) {
        return Ok(());
    }
    let (mut receipts, mut total) = (0_i64, 0_i64);
    for (canonical, stored) in chain::whole(books, writer)? {
        let entry = walk.step(&canonical, stored)?;
        let judged = exchange::judge_again(books, &mut day_book, entry)?;
        if let (Fact::Receipt(receipt), Verdict::Kept(_)) = (&judged.entry.fact, &judged.verdict) {
            receipts += 1;
            total += receipt.total.get();
        }
        check_quarantine(books, writer, &judged.verdict, stored.seq, &mut walk)?;
    }
    if chain::day_book(books, writer)? != day_book {
        walk.fault(None, "the day book that is kept is not what the entries make");
    }
    check_head(books, writer, &mut walk)?;
    let sql = "SELECT count(*), coalesce(sum(amount), 0) FROM receipt WHERE writer = ?1";
    let listed: (i64, i64) = books
        .query_row(sql, [writer.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(StoreError::Sqlite)?;
    if listed != (receipts, total) {
        walk.fault(None, "the list of receipts is not what the entries make");
    }
    Ok(())
}

/// A fork whose case is closed is told and no fault: the chain itself is walked on. Only the
/// history that is kept beside it was settled; whatever else contradicts a signature stays a fault.
fn unsettled(
    books: &Transaction<'_>,
    writer: Writer,
    findings: Vec<Finding>,
    walk: &mut Walk<'_>,
) -> Result<Vec<Finding>, StoreError> {
    let settled = forks::settlement(books, writer)?.filter(|settled| settled.came_since == 0);
    let Some(Settlement { by, second, reason, .. }) = settled else { return Ok(findings) };
    let (forked, others): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(|finding| finding.is_beside);
    let told = forked.iter().map(|finding| {
        format!("{}, {finding}; settled by staff {by} and {second}: {reason}", walk.name)
    });
    walk.report.settled.extend(told);
    Ok(others)
}

/// What broke a rule lies in quarantine, and nothing else does.
fn check_quarantine(
    books: &Transaction<'_>,
    writer: Writer,
    verdict: &Verdict,
    seq: u64,
    walk: &mut Walk<'_>,
) -> Result<(), StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM quarantine WHERE writer = ?1 AND seq = ?2)";
    let lies_there: bool = books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row(params![writer.0, signed(seq)], |row| row.get(0)))
        .map_err(StoreError::Sqlite)?;
    match (verdict, lies_there) {
        (Verdict::Broken(reason), false) => {
            walk.fault(Some(seq), format!("breaks a rule and is not in quarantine: {reason}"));
        }
        (Verdict::Kept(_), true) => walk.fault(Some(seq), "is in quarantine without a reason"),
        _ => {}
    }
    Ok(())
}

fn check_head(
    books: &Transaction<'_>,
    writer: Writer,
    walk: &mut Walk<'_>,
) -> Result<(), StoreError> {
    let sql =
        "SELECT EXISTS (SELECT 1 FROM device_head WHERE writer = ?1 AND seq = ?2 AND hash = ?3)";
    let agrees: bool = books
        .query_row(sql, params![writer.0, signed(walk.head.seq), &walk.head.hash[..]], |row| {
            row.get(0)
        })
        .map_err(StoreError::Sqlite)?;
    if !agrees {
        walk.fault(None, "the head that is kept is not the end of the chain");
    }
    Ok(())
}
