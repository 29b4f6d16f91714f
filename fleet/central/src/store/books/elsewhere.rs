//! Payments that came through channels of others: each row of a settlement is kept once, and what
//! can be told of which building it is goes into the office book and into the building.

use ledger::{
    BillReference, Building, Demand, Entry, Fact, HouseCode, Moment, Pack, PaidElsewhere, Paise,
    ServiceKind, StaffId, Writer, apportion_elsewhere,
};

use super::ahead::Ahead;
use super::facts::{self, Booked, run};
use super::office::{self, Addressee};
use super::pages::all;
use super::{Trusted, enrol, register, signed};
use crate::settlement::{Open, SettlementRow, TakenUp, ToTakeUp};
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Row, Transaction, params};

/// A row that is kept.
struct Kept {
    id: i64,
    amount: Paise,
    booked: bool,
}

/// Takes the rows of a settlement up: each once, however often the same file is read.
pub fn take_up(
    books: &Transaction<'_>,
    trusted: &Trusted,
    deed: &ToTakeUp,
) -> Result<TakenUp, StoreError> {
    enrol::check_staff(books, deed.by)?;
    let mut taken = TakenUp::default();
    for row in &deed.rows {
        let id = match kept(books, row)? {
            Some(kept) if kept.booked && kept.amount == row.amount => {
                taken.known += 1;
                continue;
            }
            Some(kept) if kept.booked => {
                keep(books, row, deed.now_ms)?;
                let open = Open::Differs(kept.amount);
                mark(books, id_of(books, row)?, open.code(), None)?;
                taken.open.push((row.clone(), open));
                continue;
            }
            Some(kept) if kept.amount == row.amount => {
                correct(books, kept.id, row)?;
                kept.id
            }
            _ => {
                keep(books, row, deed.now_ms)?;
                id_of(books, row)?
            }
        };
        match fact(books, trusted, row)? {
            Ok(paid) => {
                let seq = book(books, trusted, &paid, deed.by, deed.now_ms)?;
                mark(books, id, "booked", Some(seq))?;
                let sum = |one: Paise, other| one.checked_add(other);
                let failed = |_| StoreError::Damaged("the sums of a settlement");
                taken.booked += 1;
                taken.amount = sum(taken.amount, paid.amount).map_err(failed)?;
                taken.fees = sum(taken.fees, paid.fee).map_err(failed)?;
                taken.held = sum(taken.held, paid.beyond()).map_err(failed)?;
            }
            Err(open) => {
                mark(books, id, open.code(), None)?;
                taken.open.push((row.clone(), open));
            }
        }
    }
    Ok(taken)
}

/// The same payment, booked first, then of the same sum.
fn kept(books: &Transaction<'_>, row: &SettlementRow) -> Result<Option<Kept>, StoreError> {
    let sql = "SELECT id, amount, state = 'booked' FROM settlement_row \
               WHERE channel = ?1 AND reference = ?2 \
               ORDER BY state <> 'booked', amount <> ?3, id LIMIT 1";
    let read = |row: &Row<'_>| {
        Ok(Kept { id: row.get(0)?, amount: Paise::new(row.get(1)?), booked: row.get(2)? })
    };
    let key = params![row.channel, row.reference, row.amount.get()];
    books
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row(key, read).optional())
        .map_err(StoreError::Sqlite)
}

fn keep(books: &Transaction<'_>, row: &SettlementRow, now_ms: i64) -> Result<(), StoreError> {
    let sql = "INSERT INTO settlement_row (channel, reference, account, service, amount, fee, \
               paid_ms, taken_ms, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open') \
               ON CONFLICT DO NOTHING";
    let service = row.service.as_deref().unwrap_or_default();
    let (amount, fee) = (row.amount.get(), row.fee.get());
    let SettlementRow { channel, reference, account, paid_ms, .. } = row;
    run(books, sql, params![channel, reference, account, service, amount, fee, paid_ms, now_ms])
}

/// What the channel says of a payment now that is in no book yet.
fn correct(books: &Transaction<'_>, id: i64, row: &SettlementRow) -> Result<(), StoreError> {
    let sql = "UPDATE settlement_row SET account = ?2, service = ?3, fee = ?4, paid_ms = ?5 \
               WHERE id = ?1";
    let service = row.service.as_deref().unwrap_or_default();
    run(books, sql, params![id, row.account, service, row.fee.get(), row.paid_ms])
}

fn id_of(books: &Transaction<'_>, row: &SettlementRow) -> Result<i64, StoreError> {
    let sql = "SELECT id FROM settlement_row \
               WHERE channel = ?1 AND reference = ?2 AND amount = ?3";
    let key = params![row.channel, row.reference, row.amount.get()];
    books
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row(key, |row| row.get(0)))
        .map_err(StoreError::Sqlite)
}

fn mark(
    books: &Transaction<'_>,
    id: i64,
    state: &str,
    office_seq: Option<u64>,
) -> Result<(), StoreError> {
    let sql = "UPDATE settlement_row SET state = ?2, office_seq = ?3 WHERE id = ?1";
    run(books, sql, params![id, state, office_seq.map(signed)])
}

/// What the office book would say of a row, or why it says nothing.
fn fact(
    books: &Transaction<'_>,
    trusted: &Trusted,
    row: &SettlementRow,
) -> Result<Result<PaidElsewhere, Open>, StoreError> {
    if row.net.is_some_and(|net| row.amount.checked_sub(row.fee) != Ok(net)) {
        return Ok(Err(Open::WrongSum));
    }
    let building = match account(books, trusted, &row.account)? {
        Ok(building) => building,
        Err(open) => return Ok(Err(open)),
    };
    let on = Moment { wall_ms: row.paid_ms, ..Moment::default() }.date();
    let pack = trusted.packs.on(on);
    let service = match &row.service {
        Some(id) => pack.service(id),
        None => pack.service_of(ServiceKind::PropertyTax),
    };
    let Some(service) = service else { return Ok(Err(Open::NoService)) };
    let Some(demand) = demand(&pack, &building, service.kind, on) else {
        return Ok(Err(Open::NoService));
    };
    let lines = demand.map_err(|error| error.to_string()).and_then(|demand| {
        apportion_elsewhere(demand, row.amount).map_err(|error| error.to_string())
    });
    let lines = match lines {
        Ok(lines) => lines,
        Err(why) => return Ok(Err(Open::NotComputed(why))),
    };
    let paid = PaidElsewhere {
        building: building.id,
        service: service.id.clone(),
        lines,
        amount: row.amount,
        channel: row.channel.clone(),
        reference: row.reference.clone(),
        paid_ms: row.paid_ms,
        fee: row.fee,
        pack: pack.body.version,
    };
    Ok(match paid.check() {
        Ok(()) => Ok(paid),
        Err(fault) => Err(Open::NotComputed(fault.to_string())),
    })
}

/// What was owed for a building; none of a service that is owed for none.
pub fn demand(
    pack: &Pack,
    building: &Building,
    kind: ServiceKind,
    on: chrono::NaiveDate,
) -> Option<Result<Demand, ledger::DemandError>> {
    match kind {
        ServiceKind::PropertyTax => Some(Demand::of(pack, building, on, &[])),
        ServiceKind::WasteFee => Some(Demand::of_waste_fee(pack, building, on, &[], 0)),
        _ => None,
    }
}

/// The building that an account names: by a bill, by its code, by its number.
fn account(
    books: &Transaction<'_>,
    trusted: &Trusted,
    account: &str,
) -> Result<Result<Building, Open>, StoreError> {
    let body = trusted.packs.body();
    let id = match (BillReference::parse(account), HouseCode::parse(account)) {
        (Ok(bill), _) if bill.body == body => Some(bill.building),
        (_, Ok(code)) if code.body == body => Some(code.building),
        _ => None,
    };
    if let Some(id) = id {
        return Ok(register::building(books, id)?.ok_or(Open::NoAccount));
    }
    let sql = "SELECT row FROM building WHERE number = ?1 ORDER BY id LIMIT 2";
    let mut found: Vec<Vec<u8>> = all(books, sql, [account], |row| row.get(0))?;
    match (found.pop(), found.is_empty()) {
        (None, _) => Ok(Err(Open::NoAccount)),
        (Some(_), false) => Ok(Err(Open::SeveralBuildings)),
        (Some(row), true) => {
            minicbor::decode(&row).map(Ok).map_err(|_| StoreError::Damaged("a building"))
        }
    }
}

/// Writes a payment into the office book and into its building. Devices hear of it by the
/// building's row.
fn book(
    books: &Transaction<'_>,
    trusted: &Trusted,
    paid: &PaidElsewhere,
    by: StaffId,
    now_ms: i64,
) -> Result<u64, StoreError> {
    let fact = Fact::PaidElsewhere(paid.clone());
    let seq = office::add_by(books, fact.clone(), Some(by), Addressee::Nobody, now_ms)?;
    let at = Moment { wall_ms: paid.paid_ms, ..Moment::default() };
    let entry = Entry { seq, at, staff: None, countersigned: 0, fact, unsure_since_ms: None };
    let receipt = paid.as_receipt();
    let booked = Booked {
        writer: Writer::OFFICE,
        seq,
        entry: &entry,
        receipt: &receipt,
        number: paid.reference.clone(),
        // Nobody has a slip of it: the check page finds it by no number.
        check_code: String::new(),
        mode: "elsewhere",
        state: "confirmed",
        of: None,
        beyond: paid.beyond(),
        now_ms,
    };
    facts::book(books, trusted, &mut Ahead::nothing(), &booked)?;
    Ok(seq)
}

/// Whether a payment of the office book is listed as it says.
pub fn is_listed(
    books: &Transaction<'_>,
    seq: u64,
    paid: &PaidElsewhere,
) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM receipt r \
               JOIN settlement_row s ON s.office_seq = r.seq \
               WHERE r.writer = 0 AND r.seq = ?1 AND r.building = ?2 AND r.amount = ?3 \
               AND s.channel = ?4 AND s.reference = ?5 AND s.fee = ?6)";
    let (amount, fee) = (paid.amount.get(), paid.fee.get());
    let key = params![signed(seq), paid.building, amount, paid.channel, paid.reference, fee];
    books.query_row(sql, key, |row| row.get(0)).map_err(StoreError::Sqlite)
}

/// Whether an entry of the office book is such a payment.
pub fn is_payment(books: &Transaction<'_>, writer: Writer, seq: u64) -> Result<bool, StoreError> {
    if writer != Writer::OFFICE {
        return Ok(false);
    }
    let entry = office::entry(books, seq)?;
    Ok(entry.is_some_and(|entry| matches!(entry.fact, Fact::PaidElsewhere(_))))
}
