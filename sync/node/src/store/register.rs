//! The register of the device's wards, as the centre last sent it.

use ledger::{Building, Fact, Paise, ReceiptLine};
use rusqlite::{Connection, OptionalExtension, Params, params};

use super::database::{begin, sequence, stored};
use super::error::StoreError;
use super::{Store, accounts, search};

/// The most buildings that one number finds: the same number stands in every ward of a body that
/// numbers ward by ward.
pub const BUILDINGS_FOUND_MAX: usize = 50;

impl Store {
    /// A building of this device's wards, or one that left them and that its entries name.
    pub fn building(&self, id: u32) -> Result<Option<Building>, StoreError> {
        let found = self.buildings("SELECT body FROM buildings WHERE id = ?1", [id])?;
        match found.into_iter().next() {
            Some(building) => Ok(Some(building)),
            None => self.former(id),
        }
    }

    /// The building whose sticker says this.
    pub fn building_by_code(&self, house_code: &str) -> Result<Option<Building>, StoreError> {
        let sql = "SELECT body FROM buildings WHERE house_code = ?1 LIMIT 1";
        Ok(self.buildings(sql, [house_code.trim()])?.into_iter().next())
    }

    /// Buildings with this number, then those that had it before they were renumbered. Spaces and
    /// the case of letters do not count.
    pub fn buildings_by_number(&self, typed: &str) -> Result<Vec<Building>, StoreError> {
        let number = searched(typed);
        let sql = "SELECT body FROM buildings WHERE number = ?1 OR old_number = ?1
            ORDER BY number <> ?1, ward, id LIMIT ?2";
        let limit = i64::try_from(BUILDINGS_FOUND_MAX).expect("the limit is small");
        self.buildings(sql, params![number, limit])
    }

    /// At most `limit` buildings of a ward in the register's order, beginning after the building
    /// `after`.
    pub fn round(
        &self,
        ward: u16,
        after: Option<u32>,
        limit: usize,
    ) -> Result<Vec<Building>, StoreError> {
        let sql = "SELECT body FROM buildings WHERE ward = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
        let after = after.map_or(-1, i64::from);
        self.buildings(sql, params![ward, after, i64::try_from(limit).unwrap_or(i64::MAX)])
    }

    /// How many buildings of a ward this device knows.
    pub fn round_size(&self, ward: u16) -> Result<u32, StoreError> {
        self.connection
            .query_row("SELECT count(*) FROM buildings WHERE ward = ?1", [ward], |row| row.get(0))
            .map_err(StoreError::of("counting the buildings of a ward"))
    }

    /// Takes rows of the register. `as_of` is the last entry of this device that the office had
    /// counted in when it wrote them.
    pub fn put_buildings(&mut self, rows: Vec<Building>, as_of: u64) -> Result<(), StoreError> {
        for row in &rows {
            row.check(&self.body).map_err(StoreError::Register)?;
        }
        let transaction = begin(&mut self.connection)?;
        put(&transaction, &rows, as_of)?;
        transaction.commit().map_err(StoreError::of("writing the register"))
    }

    /// The lines of this device's own receipts for a building that the office had not counted in
    /// when it wrote the building's row: what is owed is the row's demand less these. A receipt
    /// that it had counted in and that was cancelled since has its sums turned round.
    pub fn paid_since(&self, building: u32) -> Result<Vec<ReceiptLine>, StoreError> {
        let as_of: Option<i64> = self
            .connection
            .prepare_cached("SELECT as_of_seq FROM buildings WHERE id = ?1")
            .and_then(|mut query| query.query_row([building], |row| row.get(0)).optional())
            .map_err(StoreError::of("reading the register"))?;
        let as_of = as_of.map_or(0, sequence);
        let mut lines = Vec::new();
        let receipts = self.receipts_of(building)?;
        let standing = receipts.iter().filter(|seq| !self.tally.is_cancelled(**seq));
        for seq in standing.filter(|seq| **seq > as_of || self.waits_apart(**seq)) {
            lines.extend(self.lines_of(*seq)?);
        }
        let voided = receipts.iter().filter_map(|seq| self.tally.voided(*seq));
        for voided in voided.filter(|voided| voided.receipt <= as_of && as_of < voided.by) {
            let turned = |line: ReceiptLine| -> ReceiptLine {
                let amount = Paise::ZERO.checked_sub(line.amount);
                ReceiptLine { amount: amount.expect("a receipt's sums are bounded"), ..line }
            };
            lines.extend(self.lines_of(voided.receipt)?.into_iter().map(turned));
        }
        Ok(lines)
    }

    fn lines_of(&self, receipt: u64) -> Result<Vec<ReceiptLine>, StoreError> {
        match self.entry(receipt)?.map(|entry| entry.fact) {
            Some(Fact::Receipt(receipt)) => Ok(receipt.lines),
            _ => Ok(Vec::new()),
        }
    }

    pub(super) fn buildings(
        &self,
        sql: &str,
        params: impl Params,
    ) -> Result<Vec<Building>, StoreError> {
        let failed = StoreError::of("reading the register");
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let mut rows = query.query(params).map_err(&failed)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(&failed)? {
            let body: Vec<u8> = row.get(0).map_err(&failed)?;
            found.push(
                minicbor::decode(&body)
                    .map_err(|source| StoreError::DamagedRow { what: "register", source })?,
            );
        }
        Ok(found)
    }
}

/// Writes rows that were checked, inside a transaction of the caller's.
pub(super) fn put(to: &Connection, rows: &[Building], as_of: u64) -> Result<(), StoreError> {
    let failed = StoreError::of("writing the register");
    // A row that is replaced is not deleted for a trigger: what it is found by stays.
    let sql = "INSERT OR REPLACE INTO buildings
        (id, ward, number, old_number, house_code, body, as_of_seq)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let mut insert = to.prepare_cached(sql).map_err(&failed)?;
    for row in rows {
        search::note(to, row)?;
        accounts::put(to, row)?;
        let body = minicbor::to_vec(row).expect("a Vec takes every byte");
        let number = searched(&row.number);
        let old_number = row.old_number.as_deref().map(searched);
        let values =
            params![row.id, row.ward, number, old_number, row.house_code, body, stored(as_of)];
        insert.execute(values).map_err(&failed)?;
        let back = to.prepare_cached("DELETE FROM former WHERE id = ?1");
        back.and_then(|mut delete| delete.execute([row.id])).map_err(&failed)?;
    }
    Ok(())
}

/// A number as it is searched for: without spaces, in capital letters.
fn searched(number: &str) -> String {
    number.chars().filter(|sign| !sign.is_whitespace()).flat_map(char::to_uppercase).collect()
}
