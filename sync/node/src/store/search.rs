//! Finding buildings by what people know of them: an index of the words that the ledger makes of
//! each row, in SQLite's FTS5.
//!
//! The index is written with the register's rows, and only where their words change: the office
//! sends a row again with every payment. A program that makes other words of the same rows makes
//! all of it anew when it opens the books (build.rs).

use std::collections::BTreeSet;

use ledger::Building;
use ledger::search::{Reading, Scope, Searched, Term, readings};
use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::database::begin;
use super::error::StoreError;

/// Which program made the index.
const FORM: &str = env!("PADI_SEARCH");

/// The most buildings that one search gives, whatever is asked for.
const FOUND_MAX: usize = 50;

/// What is looked for, and where.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    /// As somebody typed it: a number, a street, initials, a name, in any order.
    pub typed: &'a str,
    /// Whether the names of owners count.
    pub with_names: bool,
    /// Buildings of other wards are not found.
    pub wards: &'a [u16],
    pub limit: usize,
}

impl Store {
    /// Buildings of this device's register, those that agree best first, at most `limit`; of as
    /// good ones the lower id first.
    pub fn search(&self, search: &Search<'_>) -> Result<Vec<Building>, StoreError> {
        let limit = search.limit.min(FOUND_MAX);
        let mut found: Vec<Building> = Vec::new();
        for reading in readings(search.typed, search.with_names) {
            if found.len() >= limit || search.wards.is_empty() {
                break;
            }
            // Those of the readings before are found again.
            let more = self.agree(&expression(&reading, search.wards), limit + found.len())?;
            for building in more {
                let is_new = found.iter().all(|known| known.id != building.id);
                if is_new && search.wards.contains(&building.ward) {
                    found.push(building);
                }
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    /// Buildings that the index finds by an expression of its language, by their ids.
    fn agree(&self, expression: &str, limit: usize) -> Result<Vec<Building>, StoreError> {
        let sql = "SELECT b.body FROM search CROSS JOIN buildings b ON b.id = search.rowid
            WHERE search MATCH ?1 LIMIT ?2";
        self.buildings(sql, params![expression, i64::try_from(limit).unwrap_or(i64::MAX)])
    }
}

/// Makes the index of the whole register where another program made it, or none did. Where the
/// disk has no room for it, the books open all the same and buildings are found by number alone.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    let failed = StoreError::of("making the index of the register");
    let sql = "SELECT form FROM search_made";
    let made: Option<String> =
        connection.query_row(sql, [], |row| row.get(0)).optional().map_err(failed)?;
    if made.as_deref() == Some(FORM) {
        return Ok(());
    }
    match make(connection) {
        Err(StoreError::Full(error)) => {
            tracing::warn!(%error, "the register has no index: buildings are found by number");
            Ok(())
        }
        made => made,
    }
}

fn make(connection: &mut Connection) -> Result<(), StoreError> {
    let failed = StoreError::of("making the index of the register");
    let transaction = begin(connection)?;
    transaction
        .execute("INSERT INTO search (search) VALUES ('delete-all')", [])
        .map_err(&failed)?;
    {
        let mut query = transaction.prepare("SELECT body FROM buildings").map_err(&failed)?;
        let mut rows = query.query([]).map_err(&failed)?;
        while let Some(row) = rows.next().map_err(&failed)? {
            let body: Vec<u8> = row.get(0).map_err(&failed)?;
            match minicbor::decode(&body) {
                Ok(building) => insert(&transaction, &building)?,
                // Whoever reads that row is told.
                Err(error) => tracing::error!(%error, "a row of the register is damaged"),
            }
        }
    }
    let sql = "INSERT OR REPLACE INTO search_made (id, form) VALUES (1, ?1)";
    transaction.execute(sql, [FORM]).map_err(&failed)?;
    transaction.commit().map_err(failed)
}

/// Has a row of the register found by its words, before it is written in place of the one that is
/// there.
pub(super) fn note(to: &Connection, row: &Building) -> Result<(), StoreError> {
    let failed = StoreError::of("writing the index of the register");
    let before: Option<Vec<u8>> = to
        .prepare_cached("SELECT body FROM buildings WHERE id = ?1")
        .and_then(|mut query| query.query_row([row.id], |row| row.get(0)).optional())
        .map_err(&failed)?;
    if let Some(body) = before {
        let before: Option<Building> = minicbor::decode(&body).ok();
        if before.is_some_and(|before| has_words_of(&before, row)) {
            return Ok(());
        }
        to.prepare_cached("DELETE FROM search WHERE rowid = ?1")
            .and_then(|mut delete| delete.execute([row.id]))
            .map_err(&failed)?;
    }
    insert(to, row)
}

/// Whether two rows are found by the same words.
fn has_words_of(one: &Building, other: &Building) -> bool {
    fn words(of: &Building) -> (u16, [&str; 3], Option<&str>, Option<&str>) {
        let local = of.owner_local.as_ref().map(|local| local.name.as_str());
        (of.ward, [&of.number, &of.street, &of.owner], of.old_number.as_deref(), local)
    }
    words(one) == words(other)
}

fn insert(to: &Connection, row: &Building) -> Result<(), StoreError> {
    let Searched { number, street, owner, initials } = Searched::of(row);
    let sql = "INSERT INTO search (rowid, ward, number, street, owner, initials)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    to.prepare_cached(sql)
        .and_then(|mut insert| {
            insert.execute(params![row.id, row.ward.to_string(), number, street, owner, initials])
        })
        .map(|_| ())
        .map_err(StoreError::of("writing the index of the register"))
}

/// A reading in the index's own language. Each word is quoted and has no sign in it but letters,
/// digits and '_' (`terms_are_plain` in the ledger), so that nothing typed is read as the language.
fn expression(reading: &Reading, wards: &[u16]) -> String {
    let wards: BTreeSet<u16> = wards.iter().copied().collect();
    let wards: Vec<String> = wards.iter().map(|ward| format!("\"{ward}\"")).collect();
    let any = |terms: &Vec<Term>| terms.iter().map(one).collect::<Vec<_>>().join(" OR ");
    let each = reading.iter().map(|terms| format!("({})", any(terms)));
    let each = each.chain([format!("(ward : ({}))", wards.join(" OR "))]);
    each.collect::<Vec<_>>().join(" AND ")
}

fn one(term: &Term) -> String {
    let columns = match term.scope {
        Scope::Place => "{number street}",
        Scope::PlaceAndOwner => "{number street owner}",
        Scope::Initials => "initials",
    };
    let star = if term.prefix { " *" } else { "" };
    format!("{columns} : \"{}\"{star}", term.token)
}
