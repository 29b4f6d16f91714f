//! Devices and staff.

use ledger::{
    CARD_MARK_BYTES, CardMark, DayBook, Enrolment, Fact, PublicKey, Signer, StaffId, Writer,
};
use replica::Member;

use super::office::{self, Addressee, NextBook};
use super::{Trusted, chain, leasing, signed, wards};
use crate::store::sql::{OptionalExtension, Transaction, params};
use crate::store::{Enrolled, NewDevice, Role, StoreError};

/// Devices that the file of a new one names: with the longest names they are a third of what a
/// device reads as its file. Of the others the office book tells it, from its first entry on.
const SISTERS_MAX: i64 = 1_000;

pub fn device_key(
    books: &Transaction<'_>,
    writer: Writer,
) -> Result<Option<PublicKey>, StoreError> {
    let sql = "SELECT public_key FROM device WHERE writer = ?1";
    let found: Option<Vec<u8>> = books
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_row([writer.0], |row| row.get(0)).optional())
        .map_err(StoreError::Sqlite)?;
    found.map(|bytes| public_key(&bytes)).transpose()
}

/// Adds a member of staff, or gives them a new name, role or PIN; and a badge, where one is given.
pub fn add_staff(books: &Transaction<'_>, member: &Member, role: Role) -> Result<(), StoreError> {
    let badge = member.badge.map(|mark| mark.bytes().to_vec());
    if let Some(badge) = &badge {
        let sql = "SELECT id FROM staff WHERE badge = ?1 AND id <> ?2";
        let other: Option<u32> = books
            .query_row(sql, params![badge, member.id.0], |row| row.get(0))
            .optional()
            .map_err(StoreError::Sqlite)?;
        if let Some(other) = other {
            return Err(StoreError::BadgeTaken(other));
        }
    }
    let sql = "INSERT INTO staff (id, name, role, pin, badge) VALUES (?1, ?2, ?3, ?4, ?5) \
               ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, \
               pin = excluded.pin, badge = coalesce(excluded.badge, staff.badge)";
    books
        .execute(sql, params![member.id.0, member.name, role.code(), member.pin, badge])
        .map_err(StoreError::Sqlite)?;
    Ok(())
}

pub fn take_badge(books: &Transaction<'_>, staff: StaffId) -> Result<(), StoreError> {
    let sql = "UPDATE staff SET badge = NULL WHERE id = ?1";
    books.execute(sql, [staff.0]).map(|_| ()).map_err(StoreError::Sqlite)
}

/// Registers a device, leases its first book and tells its sisters of it.
pub fn enrol(
    books: &Transaction<'_>,
    trusted: &Trusted,
    device: &NewDevice,
) -> Result<Enrolled, StoreError> {
    check_names(books, device)?;
    if device.profile.is_handheld() {
        wards::check_houses(books, trusted, &device.wards, device.now_ms)?;
    }
    let writer = register(books, trusted, device)?;
    let enrolment = Enrolment { writer, name: device.name.clone(), key: device.key };
    let now_ms = device.now_ms;
    office::add(books, Fact::DeviceEnrolled(enrolment), Addressee::Everyone, now_ms)?;
    let next = NextBook {
        body: &device.body,
        year: device.year,
        series: device.profile.series(),
        writer,
        operator: device.operator,
        numbers: device.book_numbers,
        acknowledges: false,
    };
    let book = office::lease(books, trusted, &next, Addressee::Nobody, now_ms)?;
    let acknowledgements = match leasing::takes_applications(trusted, now_ms) {
        true => {
            let next = leasing::acknowledgements(trusted, writer, device.year, device.book_numbers);
            Some(office::lease(books, trusted, &next, Addressee::Nobody, now_ms)?)
        }
        false => None,
    };
    let staff = staff(books, device.profile.role())?;
    Ok(Enrolled { writer, book, acknowledgements, sisters: sisters(books)?, staff })
}

fn check_names(books: &Transaction<'_>, device: &NewDevice) -> Result<(), StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM device WHERE name = ?1)";
    let taken: bool =
        books.query_row(sql, [&device.name], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    if taken {
        return Err(StoreError::NameTaken(device.name.clone()));
    }
    device.operator.map_or(Ok(()), |operator| check_staff(books, operator))
}

/// Refuses a number that nobody has.
pub fn check_staff(books: &Transaction<'_>, staff: StaffId) -> Result<(), StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM staff WHERE id = ?1)";
    let known: bool =
        books.query_row(sql, [staff.0], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    match known {
        true => Ok(()),
        false => Err(StoreError::NoSuchStaff(staff.0)),
    }
}

pub fn has_role(books: &Transaction<'_>, staff: StaffId, role: Role) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM staff WHERE id = ?1 AND role = ?2)";
    books
        .prepare_cached(sql)
        .and_then(|mut row| row.query_row(params![staff.0, role.code()], |row| row.get(0)))
        .map_err(StoreError::Sqlite)
}

fn register(
    books: &Transaction<'_>,
    trusted: &Trusted,
    device: &NewDevice,
) -> Result<Writer, StoreError> {
    let next = "SELECT coalesce(max(writer), 0) + 1 FROM device";
    let writer = Writer(books.query_row(next, [], |row| row.get(0)).map_err(StoreError::Sqlite)?);
    let sql = "INSERT INTO device (writer, name, profile, public_key, operator, book_numbers, \
               enrolled_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let operator = device.operator.map(|staff| staff.0);
    let (key, profile) = (device.key.bytes(), device.profile.code());
    let row =
        params![writer.0, device.name, profile, key, operator, device.book_numbers, device.now_ms];
    books.execute(sql, row).map_err(StoreError::Sqlite)?;
    for ward in &device.wards {
        let sql = "INSERT INTO device_ward (writer, ward) VALUES (?1, ?2) \
               ON CONFLICT DO NOTHING";
        books.execute(sql, params![writer.0, ward]).map_err(StoreError::Sqlite)?;
    }
    let day_book = DayBook::new(writer, trusted.office.public_key());
    let head = day_book.head();
    let sql = "INSERT INTO device_head (writer, seq, hash, day_book) VALUES (?1, ?2, ?3, ?4)";
    let row = params![writer.0, signed(head.seq), &head.hash[..], chain::encoded(&day_book)];
    books.execute(sql, row).map_err(StoreError::Sqlite)?;
    Ok(writer)
}

/// The newest devices, in their order.
fn sisters(books: &Transaction<'_>) -> Result<Vec<Enrolment>, StoreError> {
    let sql = "SELECT writer, name, public_key FROM device ORDER BY writer DESC LIMIT ?1";
    let mut statement = books.prepare(sql).map_err(StoreError::Sqlite)?;
    let mut rows = statement.query([SISTERS_MAX]).map_err(StoreError::Sqlite)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(StoreError::Sqlite)? {
        let key = public_key(&row.get::<_, Vec<u8>>(2).map_err(StoreError::Sqlite)?)?;
        let writer = Writer(row.get(0).map_err(StoreError::Sqlite)?);
        found.push(Enrolment { writer, name: row.get(1).map_err(StoreError::Sqlite)?, key });
    }
    found.reverse();
    Ok(found)
}

/// Those who work with such a device, and the officers who receive its cash or see a receipt
/// cancelled at it.
fn staff(books: &Transaction<'_>, role: Role) -> Result<Vec<Member>, StoreError> {
    let sql = "SELECT id, name, pin, role = ?2, badge FROM staff \
               WHERE role IN (?1, ?2) ORDER BY id";
    let mut statement = books.prepare(sql).map_err(StoreError::Sqlite)?;
    let members = statement.query_map([role.code(), Role::Accountant.code()], |row| {
        let (id, name, pin) = (StaffId(row.get(0)?), row.get(1)?, row.get(2)?);
        let badge: Option<Vec<u8>> = row.get(4)?;
        Ok((Member { id, name, pin, receives: row.get(3)?, badge: None }, badge))
    });
    let members: Vec<(Member, Option<Vec<u8>>)> =
        members.and_then(Iterator::collect).map_err(StoreError::Sqlite)?;
    let with_badge = members.into_iter().map(|(member, badge)| {
        let badge = badge.map(|bytes| card_mark(&bytes)).transpose()?;
        Ok(Member { badge, ..member })
    });
    with_badge.collect()
}

fn card_mark(bytes: &[u8]) -> Result<CardMark, StoreError> {
    let mark: [u8; CARD_MARK_BYTES] =
        bytes.try_into().map_err(|_| StoreError::Damaged("somebody's badge"))?;
    Ok(mark.into())
}

fn public_key(bytes: &[u8]) -> Result<PublicKey, StoreError> {
    let key: [u8; 32] = bytes.try_into().map_err(|_| StoreError::Damaged("a device's key"))?;
    Ok(PublicKey::new(key))
}
