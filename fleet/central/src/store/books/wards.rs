//! Which wards a device has: assigned by an officer, told to the device, and held against what it
//! sends. What it took where it could not know better stays good.

use std::collections::BTreeSet;

use ledger::{ApartCause, Applied, Entry, Fact, Payer, Receipt, StaffId, WardsAssigned, Writer};

use super::ahead::Ahead;
use super::facts::run;
use super::office::{self, Addressee};
use super::{Trusted, chain, complaints, enrol, named, records, register, unsigned};
use crate::intake::OwnRule;
use crate::remittance::Refusal;
use crate::store::sql::{Book, OptionalExtension, Transaction, params};
use crate::store::{AssignedWards, Profile, StoreError, ToAssign};
use crate::time::moment;

/// How long what a device does in a ward that it has no more is taken as if it did not know yet:
/// nobody is longer without a line, and no parcel is carried longer.
const GRACE_MS: i64 = 14 * 24 * 60 * 60 * 1_000;

/// Where a device works.
pub struct Scope {
    /// A kiosk serves its whole body.
    pub is_whole_body: bool,
    pub wards: BTreeSet<u16>,
}

/// Gives a device other wards than it has: all of them at once.
pub fn assign(
    books: &Transaction<'_>,
    trusted: &Trusted,
    deed: &ToAssign,
) -> Result<AssignedWards, StoreError> {
    enrol::check_staff(books, deed.by)?;
    let writer = named::device(books, &deed.device)?;
    // A turn of the device finds either its old wards or its new ones, and not some of each.
    chain::day_book_to_move(books, writer)?;
    books.lock(Book::Both).map_err(StoreError::Sqlite)?;
    let before = of_device(books, writer)?;
    let wards: BTreeSet<u16> = deed.wards.iter().copied().collect();
    if wards == before {
        return Err(Refusal::SameWards(deed.device.clone()).into());
    }
    let all: Vec<u16> = wards.iter().copied().collect();
    if !serves_the_body(books, writer)? {
        check_houses(books, trusted, &all, deed.now_ms)?;
    }
    let fact = Fact::WardsAssigned(WardsAssigned { writer, wards: all.clone() });
    office::add_by(books, fact, Some(deed.by), Addressee::One(writer), deed.now_ms)?;
    for ward in before.difference(&wards) {
        let sql = "DELETE FROM device_ward WHERE writer = ?1 AND ward = ?2";
        run(books, sql, params![writer.0, ward])?;
        let sql = "INSERT INTO device_ward_left (writer, ward, left_ms) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (writer, ward) DO UPDATE SET left_ms = excluded.left_ms";
        run(books, sql, params![writer.0, ward, deed.now_ms])?;
    }
    for ward in wards.difference(&before) {
        let sql = "INSERT INTO device_ward (writer, ward) VALUES (?1, ?2)";
        run(books, sql, params![writer.0, ward])?;
        register::refill(books, writer, *ward)?;
        records::tell_ward_anew(books, *ward)?;
        complaints::tell_ward_anew(books, *ward)?;
    }
    let houses = houses(books, &all)?;
    Ok(AssignedWards { houses })
}

/// Refuses more houses than a handheld takes.
pub fn check_houses(
    books: &Transaction<'_>,
    trusted: &Trusted,
    wards: &[u16],
    now_ms: i64,
) -> Result<(), StoreError> {
    let (houses, max) = (houses(books, wards)?, houses_max(trusted, now_ms));
    match houses > u64::from(max) {
        true => Err(Refusal::TooManyHouses { houses, max }.into()),
        false => Ok(()),
    }
}

/// How many houses a handheld takes, by the pack of the day.
fn houses_max(trusted: &Trusted, now_ms: i64) -> u32 {
    trusted.packs.on(moment(now_ms).date()).limits.handheld_houses_max
}

fn houses(books: &Transaction<'_>, wards: &[u16]) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM building WHERE ward = ?1";
    let mut sum = 0;
    for ward in wards {
        let count = books
            .prepare_cached(sql)
            .and_then(|mut row| row.query_row([ward], |row| row.get(0)))
            .map_err(StoreError::Sqlite)?;
        sum += unsigned(count, "the register")?;
    }
    Ok(sum)
}

/// Handhelds with more houses than that, by their names.
pub fn beyond(
    books: &Transaction<'_>,
    trusted: &Trusted,
    now_ms: i64,
) -> Result<Vec<(String, u64)>, StoreError> {
    let max = houses_max(trusted, now_ms);
    let sql = "SELECT d.name, count(*) FROM device d JOIN device_ward w ON w.writer = d.writer \
               JOIN building b ON b.ward = w.ward WHERE d.profile NOT IN ('kiosk', 'centre') \
               GROUP BY d.writer HAVING count(*) > ?1 ORDER BY d.writer";
    super::pages::all(books, sql, [max], |row| Ok((row.get(0)?, super::pages::whole(row, 1)?)))
}

pub fn of_device(books: &Transaction<'_>, writer: Writer) -> Result<BTreeSet<u16>, StoreError> {
    let sql = "SELECT ward FROM device_ward WHERE writer = ?1";
    let mut statement = books.prepare_cached(sql).map_err(StoreError::Sqlite)?;
    let rows = statement.query_map([writer.0], |row| row.get(0));
    rows.and_then(Iterator::collect).map_err(StoreError::Sqlite)
}

/// Where somebody may look for names at a device: nowhere if they are unknown here, or it is
/// locked.
pub fn for_names(
    books: &Transaction<'_>,
    writer: Writer,
    staff: StaffId,
) -> Result<Option<BTreeSet<u16>>, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM device d, staff s \
               WHERE d.writer = ?1 AND d.frozen_ms IS NULL AND s.id = ?2)";
    let may: bool = books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row(params![writer.0, staff.0], |row| row.get(0)))
        .map_err(StoreError::Sqlite)?;
    may.then(|| of_device(books, writer)).transpose()
}

pub fn profile(books: &Transaction<'_>, writer: Writer) -> Result<Option<Profile>, StoreError> {
    let sql = "SELECT profile FROM device WHERE writer = ?1";
    let code: Option<String> = books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row([writer.0], |row| row.get(0)).optional())
        .map_err(StoreError::Sqlite)?;
    Ok(code.and_then(|code| Profile::from_code(&code)))
}

/// Whether a device stands somewhere and serves everybody, instead of wards of its own.
pub fn serves_the_body(books: &Transaction<'_>, writer: Writer) -> Result<bool, StoreError> {
    Ok(profile(books, writer)?.is_some_and(|profile| !profile.is_handheld()))
}

/// Whether a device is a centre's that is not the body's own.
pub fn is_a_centre(books: &Transaction<'_>, writer: Writer) -> Result<bool, StoreError> {
    Ok(profile(books, writer)? == Some(Profile::Centre))
}

pub fn scope(books: &Transaction<'_>, writer: Writer) -> Result<Scope, StoreError> {
    let is_whole_body = serves_the_body(books, writer)?;
    Ok(Scope { is_whole_body, wards: of_device(books, writer)? })
}

/// What the office has against an entry for a building outside the device's wards. A kiosk serves
/// its whole body, and a building that the register does not know is of no ward.
pub fn outside(
    books: &Transaction<'_>,
    ahead: &mut Ahead,
    writer: Writer,
    entry: &Entry,
) -> Result<Option<OwnRule>, StoreError> {
    let building = match &entry.fact {
        Fact::Receipt(Receipt { payer: Payer::Building(building), .. }) => *building,
        Fact::Visit(visit) => visit.building,
        Fact::Applied(Applied { building: Some(building), .. }) => *building,
        _ => return Ok(None),
    };
    let ward = ahead.building(books, building)?.map(|known| known.ward);
    let scope = ahead.scope(books, writer)?;
    let Some(ward) = ward.filter(|ward| !scope.is_whole_body && !scope.wards.contains(ward)) else {
        return Ok(None);
    };
    if was_inside(books, writer, entry, building)? {
        return Ok(None);
    }
    Ok(Some(OwnRule { reason: not_among(building, ward), cause: ApartCause::Ward }))
}

/// What the office says of a building outside a device's wards.
pub fn not_among(building: u32, ward: u16) -> String {
    format!("building {building} is of ward {ward}, which is not among this device's wards")
}

/// Whether the building was the device's when the entry was written, as far as it could know: its
/// ward has left the device since, or it has left its ward. A clock that cannot be believed says
/// nothing of when that was, and is taken to be early enough.
fn was_inside(
    books: &Transaction<'_>,
    writer: Writer,
    entry: &Entry,
    building: u32,
) -> Result<bool, StoreError> {
    let at_ms = match entry.unsure_since_ms {
        Some(_) => i64::MIN,
        None => entry.at.wall_ms.saturating_sub(GRACE_MS),
    };
    let sql = "SELECT EXISTS (SELECT 1 FROM (\
               SELECT ward FROM building WHERE id = ?2 UNION ALL \
               SELECT ward FROM building_moved WHERE id = ?2 AND left_ms >= ?3) was \
               WHERE EXISTS (SELECT 1 FROM device_ward w \
               WHERE w.writer = ?1 AND w.ward = was.ward) \
               OR EXISTS (SELECT 1 FROM device_ward_left l \
               WHERE l.writer = ?1 AND l.ward = was.ward AND l.left_ms >= ?3))";
    books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row(params![writer.0, building, at_ms], |row| row.get(0)))
        .map_err(StoreError::Sqlite)
}
