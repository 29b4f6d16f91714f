//! Which house a card is said to be of. What is in this table is derived from the records.

use ledger::{Building, CardMark, FieldValue, RecordId};
use replica::Record;
use rusqlite::{Connection, params};

use super::Store;
use super::error::StoreError;
use super::records::kind_of;

/// A card of more houses than these is a mistake that the office must see to.
const HOUSES_MAX: usize = 8;

impl Store {
    /// The buildings whose records name this card; more than one where people said so apart from
    /// each other.
    pub fn buildings_by_card(&self, mark: CardMark) -> Result<Vec<Building>, StoreError> {
        let failed = StoreError::of("looking for a card");
        let sql = "SELECT DISTINCT number FROM cards WHERE mark = ?1 ORDER BY number LIMIT ?2";
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let limit = i64::try_from(HOUSES_MAX).expect("the limit is small");
        let numbers = query.query_map(params![mark.bytes(), limit], |row| row.get(0));
        let numbers: Vec<u32> =
            numbers.map_err(&failed)?.collect::<Result<_, _>>().map_err(&failed)?;
        let found = numbers.into_iter().map(|number| self.building(number));
        Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }
}

/// Writes down which cards a record names, inside the transaction that writes the record. Of a
/// field on which people disagree, each word counts until the office has decided.
pub(super) fn put(to: &Connection, id: RecordId, record: &mut Record) -> Result<(), StoreError> {
    let failed = StoreError::of("writing the cards of a record");
    to.prepare_cached("DELETE FROM cards WHERE number = ?1 AND kind = ?2")
        .and_then(|mut row| row.execute(params![id.number, kind_of(id)]))
        .map_err(&failed)?;
    let fields = record.fields().map_err(|why| StoreError::Record(Box::new(why)))?;
    let values = fields.into_iter().flat_map(|field| field.said).map(|said| said.value);
    for value in values {
        let FieldValue::Card(mark) = value else { continue };
        let sql = "INSERT OR IGNORE INTO cards (mark, kind, number) VALUES (?1, ?2, ?3)";
        to.prepare_cached(sql)
            .and_then(|mut row| row.execute(params![mark.bytes(), kind_of(id), id.number]))
            .map_err(&failed)?;
    }
    Ok(())
}

/// Forgets the cards of a building whose records were taken out.
pub(super) fn leave(to: &Connection, building: u32) -> Result<(), StoreError> {
    let sql = "DELETE FROM cards WHERE number = ?1 AND NOT EXISTS (
        SELECT 1 FROM records r WHERE r.number = ?1 AND r.kind = cards.kind)";
    let failed = StoreError::of("taking the cards of a building out");
    to.execute(sql, [building]).map(|_| ()).map_err(failed)
}
