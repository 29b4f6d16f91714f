//! A utility's bills come into the register: all rows of a file or none, each building once as a
//! change that its devices hear of.

use std::collections::BTreeMap;

use ledger::{BILLED_MONTHS_MAX, BilledMonth, Building, Connection, DemandRow, Paise, Period};

use super::facts::run;
use super::pages::all;
use super::{Trusted, chain, register};
use crate::bills::BillRow;
use crate::settle::use_held_of_bills;
use crate::store::sql::{OptionalExtension, Transaction, params};
use crate::store::{BillsTaken, StoreError, ToTakeBills};

/// Where the rows of a file belong.
#[derive(Default)]
struct Places {
    /// Buildings by the account that the service has there, as it is looked for.
    accounts: BTreeMap<String, u32>,
    /// Buildings by their number, with their wards.
    numbers: BTreeMap<String, Vec<(u16, u32)>>,
}

/// The rows of one building, in the order of their months.
type OfBuilding<'r> = BTreeMap<u32, Vec<&'r BillRow>>;

pub fn take(
    books: &Transaction<'_>,
    trusted: &Trusted,
    deed: &ToTakeBills,
) -> Result<BillsTaken, StoreError> {
    let pack = trusted.packs.on(crate::time::moment(deed.now_ms).date());
    let Some(head) = pack.service(&deed.service).and_then(|it| it.bill.as_ref()) else {
        return Err(StoreError::NoBillService(deed.service.clone()));
    };
    let register = all(books, "SELECT row FROM building ORDER BY id", [], |row| row.get(0))?;
    let mut buildings: BTreeMap<u32, Building> = BTreeMap::new();
    for row in register {
        let row: Vec<u8> = row;
        let read: Building =
            minicbor::decode(&row).map_err(|_| StoreError::Damaged("a building"))?;
        buildings.insert(read.id, read);
    }
    let places = Places::of(buildings.values(), &deed.service);
    let mut taken = BillsTaken { bills: deed.rows.len(), ..BillsTaken::default() };
    let mut of_building = OfBuilding::new();
    for row in &deed.rows {
        match places.find(row) {
            Ok(id) => of_building.entry(id).or_default().push(row),
            Err(why) => taken.bad.push((row.line, why)),
        }
    }
    let mut changed = Vec::new();
    for (id, rows) in &mut of_building {
        rows.sort_by_key(|row| row.month);
        let before = &buildings[id];
        let mut after = before.clone();
        match enter(&mut after, &deed.service, &head.head, rows) {
            Ok(()) => {}
            Err((line, why)) => {
                taken.bad.push((line, why));
                continue;
            }
        }
        let held = use_held_of_bills(&mut after, &pack);
        let fault = match held {
            Ok(()) => after.check(&pack.body.code).err().map(|fault| fault.to_string()),
            Err(error) => Some(error.to_string()),
        };
        match fault {
            Some(why) => taken.bad.push((rows[0].line, why)),
            None if after != *before => changed.push((after, rows.clone())),
            None => {}
        }
    }
    taken.bad.sort();
    if !taken.bad.is_empty() {
        return Ok(taken);
    }
    taken.buildings = changed.len();
    for (after, rows) in changed {
        enter_base(books, &after, &deed.service, &head.head, &rows)?;
        register::put(books, &after)?;
    }
    Ok(taken)
}

impl Places {
    fn of<'b>(buildings: impl Iterator<Item = &'b Building>, service: &str) -> Self {
        let mut places = Self::default();
        for building in buildings {
            if let Some(drawn) = building.connection(service) {
                places.accounts.insert(Connection::sought(&drawn.account), building.id);
            }
            let number = places.numbers.entry(plain(&building.number)).or_default();
            number.push((building.ward, building.id));
        }
        places
    }

    fn find(&self, row: &BillRow) -> Result<u32, String> {
        let known = self.accounts.get(&Connection::sought(&row.account)).copied();
        let Some((number, ward)) = &row.building else {
            return known.ok_or_else(|| {
                format!("the account {} is of no building: name its building", row.account)
            });
        };
        let found = self.numbers.get(&plain(number)).map(Vec::as_slice).unwrap_or_default();
        let mut found = found.iter().filter(|(of, _)| ward.is_none_or(|ward| ward == *of));
        let id = match (found.next(), found.next()) {
            (Some((_, id)), None) => *id,
            (None, _) => return Err(format!("no building has the number {number}")),
            (Some(_), Some(_)) => {
                return Err(format!("{number} stands in more wards: name its ward"));
            }
        };
        match known {
            Some(other) if other != id => {
                Err(format!("the account {} is of another building", row.account))
            }
            _ => Ok(id),
        }
    }
}

/// A row of the office's own register that is loaded again knows nothing of the utilities: what
/// they said stays with its building.
pub fn kept(trusted: &Trusted, row: &Building, known: &Building, now_ms: i64) -> Building {
    let mut row = row.clone();
    if !row.connections.is_empty() {
        return row;
    }
    let pack = trusted.packs.on(crate::time::moment(now_ms).date());
    let billed = known.demands.iter().filter(|it| pack.bill_with(&it.head).is_some());
    row.demands.retain(|it| pack.bill_with(&it.head).is_none());
    row.demands.extend(billed.cloned());
    row.connections = known.connections.clone();
    row
}

/// A number as people write it, without spaces and in capitals.
fn plain(number: &str) -> String {
    number.chars().filter(|sign| !sign.is_whitespace()).flat_map(char::to_uppercase).collect()
}

/// Enters a building's bills, the oldest first; what is paid of one stays paid.
fn enter(
    building: &mut Building,
    service: &str,
    head: &str,
    rows: &[&BillRow],
) -> Result<(), (usize, String)> {
    for row in rows {
        let drawn = connection(building, service, &row.account);
        if Connection::sought(&drawn.account) != Connection::sought(&row.account) {
            let why = format!("its building has the account {} of {service}", drawn.account);
            return Err((row.line, why));
        }
        bill_month(drawn, row);
        let month = row.month;
        let asked = |known: &&mut DemandRow| known.period == month && known.head == head;
        match building.demands.iter_mut().find(asked) {
            // What was paid here is not unpaid by a later snapshot.
            Some(known) => {
                known.assessed = if row.amount < known.paid { known.paid } else { row.amount }
            }
            None if row.amount.is_zero() => {}
            None => building.demands.push(DemandRow {
                period: month,
                head: head.to_owned(),
                assessed: row.amount,
                paid: Paise::ZERO,
            }),
        }
    }
    forget_old(building, service, head);
    Ok(())
}

fn connection<'b>(building: &'b mut Building, service: &str, account: &str) -> &'b mut Connection {
    let known = building.connections.iter().position(|drawn| drawn.service == service);
    let place = known.unwrap_or_else(|| {
        building.connections.push(Connection {
            service: service.to_owned(),
            account: account.to_owned(),
            months: Vec::new(),
            held: Paise::ZERO,
        });
        building.connections.len() - 1
    });
    &mut building.connections[place]
}

/// Keeps what was used in the last months.
fn bill_month(drawn: &mut Connection, row: &BillRow) {
    let known = drawn.months.iter().position(|billed| billed.month == row.month);
    let before = known.map(|place| drawn.months.remove(place));
    let Some(units) = row.units.or(before.map(|billed| billed.units)) else { return };
    let billed = BilledMonth { month: row.month, units, due: row.due, late: row.late };
    let place = drawn.months.partition_point(|other| other.month < row.month);
    drawn.months.insert(place, billed);
    let beyond = drawn.months.len().saturating_sub(BILLED_MONTHS_MAX);
    drawn.months.drain(..beyond);
}

/// Bills that are paid and older than the year that is shown leave the register, which would
/// otherwise grow for ever; their receipts stay in the books.
fn forget_old(building: &mut Building, service: &str, head: &str) {
    let oldest = building.connection(service).and_then(|drawn| drawn.months.first());
    let Some(oldest) = oldest.map(|billed| billed.month) else { return };
    building
        .demands
        .retain(|row| row.head != head || row.period >= oldest || row.paid < row.assessed);
}

/// The building's state before its first receipt has the bills too: it is made anew from it where a
/// receipt is cancelled.
fn enter_base(
    books: &Transaction<'_>,
    after: &Building,
    service: &str,
    head: &str,
    rows: &[&BillRow],
) -> Result<(), StoreError> {
    let sql = "SELECT row FROM building_base WHERE id = ?1";
    let base: Option<Vec<u8>> = books
        .query_row(sql, [after.id], |row| row.get(0))
        .optional()
        .map_err(StoreError::Sqlite)?;
    let Some(base) = base else { return Ok(()) };
    let mut base: Building =
        minicbor::decode(&base).map_err(|_| StoreError::Damaged("a building"))?;
    // The same rows could be entered into what the building is now.
    if enter(&mut base, service, head, rows).is_err() {
        return Err(StoreError::Damaged("the first state of a building"));
    }
    let months: Vec<Period> =
        after.demands.iter().filter(|row| row.head == head).map(|row| row.period).collect();
    base.demands.retain(|row| row.head != head || months.contains(&row.period));
    for row in base.demands.iter_mut().filter(|row| row.head == head) {
        let now =
            after.demands.iter().find(|now| (now.period, &now.head) == (row.period, &row.head));
        row.assessed = now.map_or(row.assessed, |now| now.assessed);
    }
    let sql = "UPDATE building_base SET row = ?2 WHERE id = ?1";
    run(books, sql, params![after.id, chain::encoded(&base)])
}
