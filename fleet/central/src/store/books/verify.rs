//! A walk through every chain from its first entry: hashes, rules, heads, and what was derived.

use std::collections::BTreeMap;

use ledger::{ApartSettled, DayBook, Entry, Fact, Head, Signer, WayOut, Writer};
use replica::audit::{Finding, Place};

use super::{
    Trusted, apart, apart_list, audit, chain, exchange, forks, named, recompute, referred, signed,
};
use crate::forks::Settlement;
use crate::intake::{Broken, Verdict};
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
    // Of chains that are not sound nothing more can be said.
    if report.is_complete() {
        report.recomputed = recompute::recompute(books, trusted)?;
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
    let mut listed = Listed::default();
    let apart = apart_list::of_device(books, writer)?;
    let settled = apart::settlements(books, writer)?;
    for (canonical, stored) in chain::whole(books, writer)? {
        let entry = walk.step(&canonical, stored)?;
        let lies_there = apart.get(&stored.seq);
        let judged = exchange::judge_again(books, trusted, &mut day_book, entry, lies_there)?;
        if matches!(judged.verdict, Verdict::Kept(_)) {
            listed.add(&judged.entry);
        }
        check_quarantine(&judged.verdict, lies_there.is_some(), stored.seq, &mut walk);
        for word in settled.iter().filter(|word| word.as_of == stored.seq) {
            settle_again(books, &mut day_book, word, &apart, &mut listed, &mut walk)?;
        }
    }
    if chain::day_book(books, writer)? != day_book {
        walk.fault(None, "the day book that is kept is not what the entries make");
    }
    check_head(books, writer, &mut walk)?;
    let sql = "SELECT count(*), coalesce(sum(amount), 0) FROM receipt WHERE writer = ?1";
    let rows: (i64, i64) = books
        .query_row(sql, [writer.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(StoreError::Sqlite)?;
    if rows != (listed.receipts, listed.total) {
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

/// The receipts that must be listed.
#[derive(Default)]
struct Listed {
    receipts: i64,
    total: i64,
}

impl Listed {
    fn add(&mut self, entry: &Entry) {
        if let Fact::Receipt(receipt) = &entry.fact {
            self.receipts += 1;
            self.total += receipt.total.get();
        }
    }
}

/// What two persons settled has its effect from there on.
fn settle_again(
    books: &Transaction<'_>,
    day_book: &mut DayBook,
    word: &ApartSettled,
    apart: &BTreeMap<u64, Broken>,
    listed: &mut Listed,
    walk: &mut Walk<'_>,
) -> Result<(), StoreError> {
    let of = |seq| -> Result<Entry, StoreError> {
        let found = named::entry_of(books, word.writer, seq)?;
        found.map(|(entry, _)| entry).ok_or(StoreError::Damaged("a settled entry"))
    };
    let entry = of(word.entry)?;
    let taken = apart.get(&word.entry).is_some_and(|broken| broken.taken);
    let goes_in = !taken && apart::goes_into_day_book(&entry, &word.way);
    if goes_in && let Err(breach) = day_book.take_late(&entry) {
        walk.fault(Some(word.entry), format!("was settled, and cannot count: {breach}"));
    }
    if word.way != WayOut::Rejected {
        listed.add(&entry);
    }
    for seq in &word.freed {
        let entry = of(*seq)?;
        match day_book.free(&entry) {
            Ok(()) => listed.add(&entry),
            Err(breach) => walk.fault(Some(*seq), format!("was freed, and breaks it: {breach}")),
        }
    }
    Ok(())
}

/// What broke a rule lies in quarantine, and nothing else does.
fn check_quarantine(verdict: &Verdict, lies_there: bool, seq: u64, walk: &mut Walk<'_>) {
    match (verdict, lies_there) {
        (Verdict::Broken(Broken { reason, .. }), false) => {
            walk.fault(Some(seq), format!("breaks a rule and is not in quarantine: {reason}"));
        }
        (Verdict::Kept(_), true) => walk.fault(Some(seq), "is in quarantine without a reason"),
        _ => {}
    }
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
