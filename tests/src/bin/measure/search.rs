//! Searching a city's ward office: 50,000 buildings on one device.

use std::error::Error;

use ledger::{Building, HouseCode};
use node::{BOOKS_FILE, DeviceKey, Search, Store};
use rusqlite::Connection;
use tests::town;

use super::Line;
use super::books::{pkcs8, provision};
use super::device::{cpu, micros};

type Measured<T> = Result<T, Box<dyn Error>>;

const BUILDINGS: u32 = 50_000;
const WARDS: u16 = 20;

/// Rows that are written with one commit, as with an answer of the office.
const TOGETHER: usize = 500;

/// Each query is asked so often, and the mean counts.
const TIMES: u32 = 5;

/// By number, street, initials and name, exact and not, found often, seldom and never.
#[rustfmt::skip]
const TYPED: [&str; 26] = [
    "6/12345", "12345", "6 12345", "99/99999", "Temple Road", "tempel rod", "Road", "r",
    "L R", "LR", "K.P.", "LR Temple", "Lakshmi", "Laxmi", "lak", "mini", "meenu", "moh",
    "Radhakrisnan", "ലക്ഷ്മി", "लक्ष्मी", "ଲକ୍ଷ୍ମୀ", "லக்ஷ்மி", "ಲಕ್ಷ್ಮಿ",
    "Laxmi Kurian Temple", "nobody at all",
];

pub fn measure() -> Measured<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let office = DeviceKey::from_pkcs8(&pkcs8()?)?;
    let provision = provision(&office, 1_000)?;
    let mut store = Store::open(folder.path(), &provision)?;
    let begun = cpu();
    for rows in buildings()?.chunks(TOGETHER) {
        store.put_buildings(rows.to_vec(), 0)?;
    }
    let put_us = micros(cpu() - begun) / f64::from(BUILDINGS);
    let by_number = slowest(|typed| Ok(store.buildings_by_number(typed)?.len()))?;
    let wards: Vec<u16> = (1..=WARDS).collect();
    let search = |with_names| {
        let store = &store;
        let wards = &wards;
        slowest(move |typed| {
            Ok(store.search(&Search { typed, with_names, wards, limit: 9 })?.len())
        })
    };
    let (with_names, without) = (search(true)?, search(false)?);
    let slowest = if with_names.0 > without.0 { with_names } else { without };
    let metric = format!("search among 50,000 buildings: {:?}", slowest.1);
    let line = Line::new(metric, slowest.0, "ms CPU");
    drop(store);
    let file = folder.path().join(BOOKS_FILE);
    let disk_mb = std::fs::metadata(&file)?.len() as f64 / 1e6;
    Connection::open(&file)?.execute("UPDATE search_made SET form = 'another'", [])?;
    let begun = cpu();
    let store = Store::open(folder.path(), &provision)?;
    let made_ms = micros(cpu() - begun) / 1e3;
    drop(store);
    let begun = cpu();
    drop(Store::open(folder.path(), &provision)?);
    let open_ms = micros(cpu() - begun) / 1e3;
    Ok(vec![
        line.beside(by_number.0).at_most(50.0, "50 ms"),
        Line::new("a row of the register, with its index", put_us, "us CPU"),
        Line::new("books opened, 50,000 buildings indexed anew", made_ms, "ms CPU").beside(open_ms),
        Line::new("disk, 50,000 buildings and their index", disk_mb, "MB"),
    ])
}

/// The slowest of what is typed: its mean time in milliseconds of work, and what it is.
fn slowest(find: impl Fn(&str) -> Measured<usize>) -> Measured<(f64, &'static str)> {
    let (mut slowest, mut found) = ((0.0, ""), 0);
    for typed in TYPED {
        let begun = cpu();
        for _ in 0..TIMES {
            found += find(typed)?;
        }
        let each_ms = micros(cpu() - begun) / 1e3 / f64::from(TIMES);
        if each_ms > slowest.0 {
            slowest = (each_ms, typed);
        }
    }
    match found {
        0 => Err("no house was found at all".into()),
        _ => Ok(slowest),
    }
}

/// The sample's names by twos, in its streets, each of which is a few streets here.
fn buildings() -> Measured<Vec<Building>> {
    let sample = town::register()?;
    let row = |id: u32| -> Measured<Building> {
        let of = |place: u32| &sample[usize::try_from(place).unwrap_or(0) % sample.len()];
        let (one, other) = (of(id), of(id.wrapping_mul(31) / 7));
        let ward = u16::try_from(id % u32::from(WARDS))? + 1;
        let family = other.owner.split(' ').next().unwrap_or_default();
        let first = one.owner.replacen(' ', &format!(" {family} "), 1);
        Ok(Building {
            id,
            ward,
            number: format!("{ward}/{id}"),
            street: format!("{} {}", one.street, other.street),
            owner: first,
            house_code: HouseCode { body: "G0802".to_owned(), building: id }.to_string(),
            ..one.clone()
        })
    };
    (1..=BUILDINGS).map(row).collect()
}
