//! Receipt books are cut in time: before the open one of an operator is used up, and before the
//! financial year changes, so that a device that then loses its line can go on.

use std::collections::BTreeSet;

use ledger::{BookReturn, DayBook, Entry, Fact, OpenBook, Pack, ServiceKind, StaffId, Writer};

use super::facts::run;
use super::office::{self, Addressee, NextBook};
use super::{Trusted, enrol, pages, signed};
use crate::store::sql::{Transaction, params};
use crate::store::{Profile, StoreError};

/// A further book is cut when fewer than one in so many numbers of the open one are left.
const LOW_BOOK_PART: u32 = 5;

/// So long before the financial year ends the next year's books go out: longer than a handheld is
/// ever without a line.
const BEFORE_YEAR_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// The letter of books of acknowledgements: A1.
const ACKNOWLEDGEMENTS: &str = "A";

struct Device {
    profile: Profile,
    operator: Option<StaffId>,
    numbers: u32,
}

/// Cuts what a device will need for each of its operators. Whoever takes a handheld over by signing
/// in, as the new entries say, is one of them from then on.
pub fn lease_if_low(
    books: &Transaction<'_>,
    trusted: &Trusted,
    day_book: &DayBook,
    new: &[Entry],
    now_ms: i64,
) -> Result<(), StoreError> {
    let writer = day_book.writer();
    let device = device(books, writer)?;
    let this_year = crate::time::financial_year(now_ms);
    let next_year = crate::time::financial_year(now_ms + BEFORE_YEAR_MS);
    let mut operators: BTreeSet<Option<StaffId>> =
        day_book.books().map(|open| open.lease.operator).collect();
    operators.insert(device.operator);
    operators.extend(colleagues(books, &device, new)?.into_iter().map(Some));
    for operator in operators {
        for year in BTreeSet::from([this_year, next_year]) {
            if has_enough(day_book, operator, year) || has_unopened(books, writer, operator, year)?
            {
                continue;
            }
            let next = NextBook {
                body: trusted.packs.body(),
                year,
                series: device.profile.series(),
                writer,
                operator,
                numbers: device.numbers,
                acknowledges: false,
            };
            office::lease(books, trusted, &next, Addressee::One(writer), now_ms)?;
        }
    }
    if !takes_applications(trusted, now_ms) || !knows_applications(books, trusted, writer)? {
        return Ok(());
    }
    for year in BTreeSet::from([this_year, next_year]) {
        if !acknowledges_enough(books, day_book, year)? {
            let next = acknowledgements(trusted, writer, year, device.numbers);
            office::lease(books, trusted, &next, Addressee::One(writer), now_ms)?;
        }
    }
    Ok(())
}

/// Whether the body takes applications.
pub fn takes_applications(trusted: &Trusted, now_ms: i64) -> bool {
    has_applications(&trusted.packs.on(crate::time::moment(now_ms).date()))
}

fn has_applications(pack: &Pack) -> bool {
    pack.service_of(ServiceKind::Application).is_some()
}

/// A device's book of acknowledgements, which everybody at it shares.
pub fn acknowledgements(
    trusted: &Trusted,
    writer: Writer,
    year: u16,
    numbers: u32,
) -> NextBook<'_> {
    let (body, operator) = (trusted.packs.body(), None);
    NextBook { body, year, series: ACKNOWLEDGEMENTS, writer, operator, numbers, acknowledges: true }
}

/// Whether the program of a device knows such books: it had one before, or has said that it keeps
/// a pack with applications. One of before would believe no word of the office that has one.
fn knows_applications(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM lease WHERE writer = ?1 AND acknowledges)";
    let had: bool =
        books.query_row(sql, [writer.0], |row| row.get(0)).map_err(StoreError::Sqlite)?;
    if had {
        return Ok(true);
    }
    let sql = "SELECT version FROM device_pack WHERE writer = ?1 AND said <> 'refused'";
    let kept: Vec<u32> = pages::all(books, sql, [writer.0], |row| row.get(0))?;
    let mut packs = kept.into_iter().filter_map(|version| trusted.packs.version(version));
    Ok(packs.any(|pack| has_applications(&pack)))
}

fn acknowledges_enough(
    books: &Transaction<'_>,
    day_book: &DayBook,
    year: u16,
) -> Result<bool, StoreError> {
    let open = day_book.acknowledgements().filter(|open| open.lease.year == year);
    if open.is_some_and(is_high) {
        return Ok(true);
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM lease WHERE writer = ?1 AND acknowledges \
               AND year = ?2 AND opened_seq IS NULL)";
    let key = params![day_book.writer().0, year];
    books.query_row(sql, key, |row| row.get(0)).map_err(StoreError::Sqlite)
}

/// Those who signed in and work with such a device. A device of nobody in particular has one book
/// for all who work at it.
fn colleagues(
    books: &Transaction<'_>,
    device: &Device,
    new: &[Entry],
) -> Result<BTreeSet<StaffId>, StoreError> {
    let mut found = BTreeSet::new();
    let signed_in = new.iter().filter(|entry| matches!(entry.fact, Fact::SignedIn));
    for staff in signed_in.filter_map(|entry| entry.staff) {
        let works_here = device.operator.is_some() && device.operator != Some(staff);
        if works_here && enrol::has_role(books, staff, device.profile.role())? {
            found.insert(staff);
        }
    }
    Ok(found)
}

/// A book came back: its counterfoils are in the chain.
pub fn returned(
    books: &Transaction<'_>,
    writer: Writer,
    seq: u64,
    back: &BookReturn,
) -> Result<(), StoreError> {
    let sql = "UPDATE lease SET returned_seq = ?3, used = ?4 WHERE writer = ?1 AND book = ?2 \
               AND opened_seq IS NOT NULL AND returned_seq IS NULL";
    run(books, sql, params![writer.0, back.book, signed(seq), back.used])
}

fn has_enough(day_book: &DayBook, operator: Option<StaffId>, year: u16) -> bool {
    let mut of_operator =
        day_book.books().filter(|open| open.lease.operator == operator && open.lease.year == year);
    of_operator.any(is_high)
}

fn is_high(open: &OpenBook) -> bool {
    let numbers = open.lease.last - open.lease.first + 1;
    let left = (open.lease.last + 1).saturating_sub(open.next);
    left.saturating_mul(LOW_BOOK_PART) >= numbers
}

fn has_unopened(
    books: &Transaction<'_>,
    writer: Writer,
    operator: Option<StaffId>,
    year: u16,
) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM lease WHERE writer = ?1 \
               AND operator IS NOT DISTINCT FROM ?2 AND year = ?3 AND opened_seq IS NULL \
               AND NOT acknowledges)";
    let operator = operator.map(|staff| staff.0);
    books
        .query_row(sql, params![writer.0, operator, year], |row| row.get(0))
        .map_err(StoreError::Sqlite)
}

fn device(books: &Transaction<'_>, writer: Writer) -> Result<Device, StoreError> {
    let sql = "SELECT profile, operator, book_numbers FROM device WHERE writer = ?1";
    let (profile, operator, numbers): (String, Option<u32>, u32) = books
        .query_row(sql, [writer.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .map_err(StoreError::Sqlite)?;
    let profile = Profile::from_code(&profile).ok_or(StoreError::Damaged("a device's profile"))?;
    Ok(Device { profile, operator: operator.map(StaffId), numbers })
}
