//! What the entries of one turn will be asked of, read at once before the first of them: a database
//! on another computer is asked a few times for a whole batch, and not for each entry.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use ledger::{Building, Entry, Fact, Writer};

use super::wards::Scope;
use super::{misdated, register, restoring, wards};
use crate::store::StoreError;
use crate::store::sql::Transaction;

pub struct Ahead {
    /// The buildings that receipts and visits name, as the turn left them last.
    houses: BTreeMap<u32, Option<Building>>,
    /// Whether any of the entries counts by its slip already.
    pub restored: bool,
    pub countersigned: misdated::Asked,
    /// The days on which the turn's own intents were written.
    intents: BTreeMap<u64, NaiveDate>,
    /// Once it was asked for.
    scope: Option<Scope>,
}

impl Ahead {
    pub fn of(
        books: &Transaction<'_>,
        writer: Writer,
        entries: &[Entry],
    ) -> Result<Self, StoreError> {
        let ids: BTreeSet<u32> = entries.iter().filter_map(house).collect();
        let ids: Vec<u32> = ids.into_iter().collect();
        let houses = match ids.is_empty() {
            true => BTreeMap::new(),
            false => ids.iter().copied().zip(register::buildings(books, &ids)?).collect(),
        };
        let receipt = |entry: &&Entry| matches!(entry.fact, Fact::Receipt(_));
        let first = entries.iter().find(receipt).map(|entry| entry.seq);
        let last = entries.iter().rfind(receipt).map(|entry| entry.seq);
        let restored = match first.zip(last) {
            Some(range) => restoring::any_restored(books, writer, range)?,
            None => false,
        };
        let countersigned = misdated::Asked::default();
        let intent = |entry: &&Entry| matches!(entry.fact, Fact::Intent(_));
        let intents = entries.iter().filter(intent).map(|entry| (entry.seq, entry.at.date()));
        let intents = intents.collect();
        Ok(Self { houses, restored, countersigned, intents, scope: None })
    }

    /// For what comes alone.
    pub fn nothing() -> Self {
        let countersigned = misdated::Asked::default();
        let (houses, intents) = (BTreeMap::new(), BTreeMap::new());
        Self { houses, restored: true, countersigned, intents, scope: None }
    }

    /// The day of an intent of this turn.
    pub fn asked(&self, intent: u64) -> Option<NaiveDate> {
        self.intents.get(&intent).copied()
    }

    pub fn building(
        &self,
        books: &Transaction<'_>,
        id: u32,
    ) -> Result<Option<Building>, StoreError> {
        match self.houses.get(&id) {
            Some(found) => Ok(found.clone()),
            None => register::building(books, id),
        }
    }

    /// Where a device works, as its turn found it.
    pub fn scope(&mut self, books: &Transaction<'_>, writer: Writer) -> Result<&Scope, StoreError> {
        let scope = match self.scope.take() {
            Some(scope) => scope,
            None => wards::scope(books, writer)?,
        };
        Ok(self.scope.insert(scope))
    }

    /// Writes a building's latest state.
    pub fn put(&mut self, books: &Transaction<'_>, building: Building) -> Result<(), StoreError> {
        register::put(books, &building)?;
        self.houses.insert(building.id, Some(building));
        Ok(())
    }

    /// Buildings were made anew behind its back.
    pub fn forget_houses(&mut self) {
        self.houses.clear();
    }
}

fn house(entry: &Entry) -> Option<u32> {
    match &entry.fact {
        Fact::Receipt(receipt) => receipt.payer.building(),
        Fact::Visit(visit) => Some(visit.building),
        Fact::Applied(applied) => applied.building,
        _ => None,
    }
}
