//! The wards of this device, as the office assigned them last, and what leaves with one that it has
//! no more.

use ledger::{Building, Fact};
use replica::{Answer, SignedNotice};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::StoreError;
use super::{Store, cards, complaints, photos};

impl Store {
    /// The wards that this device takes money and waste in.
    pub fn wards(&self) -> &[u16] {
        &self.wards
    }

    /// A building that left this device's wards, without the name of its owner; none where no entry
    /// of this device names it.
    pub(super) fn former(&self, id: u32) -> Result<Option<Building>, StoreError> {
        let body: Option<Vec<u8>> = self
            .connection
            .prepare_cached("SELECT body FROM former WHERE id = ?1")
            .and_then(|mut query| query.query_row([id], |row| row.get(0)).optional())
            .map_err(StoreError::of("reading a building that left"))?;
        body.map(|body| decoded(&body)).transpose()
    }
}

/// Takes out of the register what an answer says is not of this device's wards any more. `named` is
/// whether an entry of this device names a building.
pub(super) fn leave(
    to: &Connection,
    answer: &Answer,
    named: impl Fn(u32) -> bool,
) -> Result<(), StoreError> {
    for id in answer.gone.iter().flatten() {
        leave_one(to, *id, &named)?;
    }
    let Some(wards) = assigned(&answer.notices) else { return Ok(()) };
    complaints::leave(to, wards)?;
    let failed = StoreError::of("reading the register");
    let mut query = to.prepare_cached("SELECT id, ward FROM buildings").map_err(&failed)?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(&failed)?;
    let rows: Vec<(u32, u16)> = rows.collect::<Result<_, _>>().map_err(failed)?;
    for (id, _) in rows.into_iter().filter(|(_, ward)| !wards.contains(ward)) {
        leave_one(to, id, &named)?;
    }
    Ok(())
}

/// The wards that the newest of these notices gives, if any does.
fn assigned(notices: &[SignedNotice]) -> Option<&[u16]> {
    let assigns = |signed: &&SignedNotice| {
        let fact = &signed.notice.entry.fact;
        matches!(fact, Fact::WardsAssigned(word) if word.writer == signed.notice.to)
    };
    let newest = notices.iter().filter(assigns);
    let newest = newest.max_by_key(|signed| signed.notice.entry.seq)?;
    match &newest.notice.entry.fact {
        Fact::WardsAssigned(word) => Some(&word.wards),
        _ => None,
    }
}

fn leave_one(to: &Connection, id: u32, named: impl Fn(u32) -> bool) -> Result<(), StoreError> {
    let failed = StoreError::of("taking a building out of the register");
    let body: Option<Vec<u8>> = to
        .prepare_cached("SELECT body FROM buildings WHERE id = ?1")
        .and_then(|mut query| query.query_row([id], |row| row.get(0)).optional())
        .map_err(&failed)?;
    let Some(body) = body else { return Ok(()) };
    let sql = "SELECT EXISTS (SELECT 1 FROM kept_receipts WHERE building = ?1)";
    let has_receipts: bool = to.query_row(sql, [id], |row| row.get(0)).map_err(&failed)?;
    if has_receipts || named(id) {
        let kept =
            minicbor::to_vec(decoded(&body)?.without_names()).expect("a Vec takes every byte");
        to.execute("INSERT OR REPLACE INTO former VALUES (?1, ?2)", params![id, kept])
            .map_err(&failed)?;
    }
    // What was said of it stays where the office does not have it yet.
    let sql = "DELETE FROM records WHERE number = ?1 AND NOT EXISTS (
        SELECT 1 FROM edits e JOIN records_cursors c ON e.number > c.acknowledged WHERE e.of = ?1)";
    to.execute(sql, [id]).map_err(&failed)?;
    cards::leave(to, id)?;
    photos::leave(to, id)?;
    to.execute("DELETE FROM buildings WHERE id = ?1", [id]).map(|_| ()).map_err(failed)
}

fn decoded(body: &[u8]) -> Result<Building, StoreError> {
    minicbor::decode(body).map_err(|source| StoreError::DamagedRow { what: "register", source })
}
