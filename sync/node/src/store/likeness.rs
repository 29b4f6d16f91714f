//! Reports of births and deaths that look like others: the marks of each stand beside its entry.

use ledger::{Answer, Applied, Entry, Fact, Mark, Registration};
use rusqlite::{Transaction, params};

use super::database::{sequence, stored};
use super::{Store, StoreError};

/// The most earlier reports that are looked at: a person decides of each.
const ALIKE_MAX: usize = ledger::DISTINCT_MAX;

impl Store {
    /// By what a report meets others; none where this device does not have the body's key.
    pub fn marks(&self, rule: &Registration, answers: &[Answer]) -> Vec<Mark> {
        let key = self.likeness.as_ref();
        key.map(|key| key.marks(rule, answers)).unwrap_or_default()
    }

    /// Reports of this device that have one of these marks, newest first.
    pub fn alike(&self, marks: &[Mark]) -> Result<Vec<Entry>, StoreError> {
        let mut found = std::collections::BTreeSet::new();
        let failed = StoreError::of("looking for reports that look the same");
        let sql = "SELECT seq FROM marks WHERE mark = ?1";
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        for mark in marks {
            let rows = query.query_map([&mark[..]], |row| row.get::<_, i64>(0)).map_err(&failed)?;
            for seq in rows {
                found.insert(sequence(seq.map_err(&failed)?));
            }
        }
        let newest = found.into_iter().rev().take(ALIKE_MAX);
        newest.filter_map(|seq| self.entry(seq).transpose()).collect()
    }
}

/// Writes the marks of a report in the transaction of its entry.
pub(super) fn write_marks(to: &Transaction<'_>, entry: &Entry) -> Result<(), StoreError> {
    let Fact::Applied(Applied { reported: Some(reported), .. }) = &entry.fact else {
        return Ok(());
    };
    let failed = StoreError::of("writing the marks of a report");
    let sql = "INSERT OR IGNORE INTO marks (mark, seq) VALUES (?1, ?2)";
    let mut insert = to.prepare_cached(sql).map_err(&failed)?;
    for mark in &reported.marks {
        insert.execute(params![&mark[..], stored(entry.seq)]).map_err(&failed)?;
    }
    Ok(())
}
