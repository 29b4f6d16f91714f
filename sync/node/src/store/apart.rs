//! Entries of this device that the office keeps apart, and what came of each.

use std::collections::BTreeMap;

use ledger::{ApartCause, ApartWord, KeptApart};
use replica::Quarantined;
use rusqlite::{Connection, params};

use super::database::{sequence, stored};
use super::error::StoreError;
use super::receipts::Said;
use super::{OfficeSaid, Store};

impl Store {
    /// Entries of this device that the office keeps apart, with its reasons.
    pub fn quarantined(&self) -> Result<Vec<Quarantined>, StoreError> {
        let failed = StoreError::of("reading what is in quarantine");
        let sql = "SELECT seq, reason, cause FROM quarantined ORDER BY seq";
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let rows = query.query_map([], |row| {
            let cause: Option<String> = row.get(2)?;
            Ok(Quarantined {
                seq: sequence(row.get(0)?),
                reason: row.get(1)?,
                cause: cause.map(|cause| ApartCause::from_code(&cause)),
            })
        });
        rows.map_err(&failed)?.collect::<Result<_, _>>().map_err(failed)
    }

    /// The same with what came of each, oldest entry first.
    pub fn kept_apart(&self) -> Vec<KeptApart> {
        let mut found: BTreeMap<u64, KeptApart> = BTreeMap::new();
        for one in self.apart.values() {
            let (seq, reason) = (one.seq, one.reason.clone());
            let cause = one.cause.unwrap_or(ApartCause::Other);
            found.insert(seq, KeptApart { seq, reason, cause, settled: None });
        }
        for (seq, word) in self.said.iter().flat_map(words) {
            if let Some(apart) = found.get_mut(&seq) {
                apart.settled = Some(word);
            }
        }
        found.into_values().collect()
    }

    /// What the office says of one entry that it keeps apart, or kept.
    pub fn apart(&self, seq: u64) -> Option<KeptApart> {
        let one = self.apart.get(&seq)?;
        let settled = self.said.iter().flat_map(words).filter(|(of, _)| *of == seq).last();
        Some(KeptApart {
            seq,
            reason: one.reason.clone(),
            cause: one.cause.unwrap_or(ApartCause::Other),
            settled: settled.map(|(_, word)| word),
        })
    }

    /// Whether the money of a receipt is not in what the office says is paid, since the office has
    /// still to settle it: it was taken all the same, and is not asked for again meanwhile.
    pub(super) fn waits_apart(&self, receipt: u64) -> bool {
        self.apart.contains_key(&receipt)
            && !self.said.iter().flat_map(words).any(|(of, _)| of == receipt)
    }

    pub(super) fn learn_apart(&mut self, quarantined: &[Quarantined]) {
        self.apart.extend(quarantined.iter().map(|one| (one.seq, one.clone())));
    }
}

/// What a word of the office says of the entries that it settles.
fn words(said: &OfficeSaid) -> impl Iterator<Item = (u64, ApartWord)> + '_ {
    let settled = match &said.said {
        Said::Settled(word) => Some(word),
        _ => None,
    };
    settled.into_iter().flat_map(|word| {
        let of = |way| ApartWord { way, reason: word.reason.clone() };
        let own = (word.entry, of(Some(word.way.clone())));
        let freed = word.freed.iter().map(move |seq| (*seq, of(None)));
        std::iter::once(own).chain(freed)
    })
}

pub(super) fn write(to: &Connection, quarantined: &[Quarantined]) -> Result<(), StoreError> {
    for one in quarantined {
        let values = params![stored(one.seq), one.reason, one.cause.map(ApartCause::code)];
        let sql = "INSERT OR REPLACE INTO quarantined (seq, reason, cause) VALUES (?1, ?2, ?3)";
        to.execute(sql, values).map_err(StoreError::of("writing what is in quarantine"))?;
    }
    Ok(())
}
