//! Complaints on the device: what the office told of them last, with what was done about them here
//! since and the office does not have yet.

use std::collections::BTreeMap;

use ledger::{CitizenSays, ComplaintState, Entry, Fact, Work};
use replica::{ComplaintTold, RecordsAnswer};
use rusqlite::{Connection, Transaction, params};

use super::Store;
use super::database::{sequence, stored};
use super::error::StoreError;

/// How many of those that were filed here are remembered: a busy kiosk's year.
const OWN_MAX: u32 = 2_000;

/// The most deeds that the office does not have: a handheld that was away for months.
const DEEDS_MAX: u32 = 10_000;

impl Store {
    /// The complaints that this device may know, by the day on which they are due; of an officer's
    /// the open ones.
    pub fn complaints(&self) -> Result<Vec<ComplaintTold>, StoreError> {
        let failed = StoreError::of("reading complaints");
        let sql = "SELECT body FROM complaint";
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let rows = query.query_map([], |row| row.get::<_, Vec<u8>>(0)).map_err(&failed)?;
        let deeds = self.unsent_deeds()?;
        let mut found = Vec::new();
        for body in rows {
            let mut told: ComplaintTold = minicbor::decode(&body.map_err(&failed)?)
                .map_err(|source| StoreError::DamagedRow { what: "complaint", source })?;
            deeds.get(&told.number).into_iter().flatten().for_each(|fact| take(&mut told, fact));
            found.push(told);
        }
        found.sort_by(|one, other| (one.due, &one.number).cmp(&(other.due, &other.number)));
        Ok(found)
    }

    /// What was done here and the office does not have, by the complaint's number.
    fn unsent_deeds(&self) -> Result<BTreeMap<String, Vec<Fact>>, StoreError> {
        let failed = StoreError::of("reading what was done about complaints");
        let sql = "SELECT number, seq FROM complaint_deed WHERE seq > ?1 ORDER BY seq LIMIT ?2";
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let after = stored(self.cursors.acknowledged);
        let rows = query.query_map(params![after, DEEDS_MAX], |row| Ok((row.get(0)?, row.get(1)?)));
        let mut deeds: BTreeMap<String, Vec<Fact>> = BTreeMap::new();
        for row in rows.map_err(&failed)? {
            let (number, seq): (String, i64) = row.map_err(&failed)?;
            if let Some(entry) = self.entry(sequence(seq))? {
                deeds.entry(number).or_default().push(entry.fact);
            }
        }
        Ok(deeds)
    }
}

/// What the office will find once it has the deed, if nobody else did anything meanwhile.
fn take(told: &mut ComplaintTold, fact: &Fact) {
    let open = told.state.is_open();
    match fact {
        Fact::ComplaintWorked(word) if open => match &word.work {
            Work::TakenUp => told.state = ComplaintState::TakenUp,
            Work::Reassigned(office, _) => {
                told.office.clone_from(office);
                told.state = ComplaintState::Open;
            }
            Work::Resolved(remark) => end(told, ComplaintState::Resolved, remark),
            Work::Rejected(reason) => end(told, ComplaintState::Rejected, reason),
        },
        Fact::ComplaintAnswered(word) if !open => match word.says {
            CitizenSays::Rated(stars) => told.stars = told.stars.or(Some(stars)),
            CitizenSays::Reopened => {
                told.state = ComplaintState::Open;
                told.reopened = told.reopened.saturating_add(1);
                (told.stars, told.remark) = (None, None);
            }
        },
        _ => {}
    }
}

fn end(told: &mut ComplaintTold, state: ComplaintState, remark: &str) {
    told.state = state;
    told.remark = Some(remark.to_owned());
}

/// Notes a deed with the entry that it is.
pub(super) fn note(to: &Transaction<'_>, entry: &Entry) -> Result<(), StoreError> {
    let number = match &entry.fact {
        Fact::ComplaintWorked(word) => &word.number,
        Fact::ComplaintAnswered(word) => &word.number,
        _ => return Ok(()),
    };
    let sql = "INSERT OR REPLACE INTO complaint_deed (seq, number) VALUES (?1, ?2)";
    to.execute(sql, params![stored(entry.seq), number.to_string()])
        .map(|_| ())
        .map_err(StoreError::of("noting what was done about a complaint"))
}

/// Takes what the office told; what is nobody's to work on any more leaves an officer's device. How
/// many were told.
pub(super) fn take_told(to: &Transaction<'_>, answer: &RecordsAnswer) -> Result<usize, StoreError> {
    let told = answer.complaints().unwrap_or_else(|error| {
        tracing::warn!(%error, "complaints that cannot be read");
        Vec::new()
    });
    let failed = StoreError::of("writing complaints");
    for one in &told {
        let own = one.code.is_some();
        if !own && !one.state.is_open() {
            let sql = "DELETE FROM complaint WHERE number = ?1 AND NOT own";
            to.execute(sql, [&one.number]).map_err(&failed)?;
            continue;
        }
        let body = minicbor::to_vec(one).expect("a Vec takes every byte");
        let sql =
            "INSERT OR REPLACE INTO complaint (number, ward, own, body) VALUES (?1, ?2, ?3, ?4)";
        to.execute(sql, params![one.number, one.ward, own, body]).map_err(&failed)?;
    }
    if !told.is_empty() {
        // Each telling writes a row anew, so that those told longest ago are the first ones.
        let sql = "DELETE FROM complaint WHERE own AND number NOT IN \
                   (SELECT number FROM complaint WHERE own ORDER BY rowid DESC LIMIT ?1)";
        to.execute(sql, [OWN_MAX]).map_err(&failed)?;
    }
    Ok(told.len())
}

/// Forgets the complaints of wards that the device has no more.
pub(super) fn leave(to: &Connection, wards: &[u16]) -> Result<(), StoreError> {
    let failed = StoreError::of("forgetting complaints");
    let mut query = to.prepare("SELECT DISTINCT ward FROM complaint").map_err(&failed)?;
    let rows = query.query_map([], |row| row.get(0)).map_err(&failed)?;
    let known: Vec<u16> = rows.collect::<Result<_, _>>().map_err(&failed)?;
    for ward in known.into_iter().filter(|ward| !wards.contains(ward)) {
        to.execute("DELETE FROM complaint WHERE ward = ?1 AND NOT own", [ward]).map_err(&failed)?;
    }
    Ok(())
}
