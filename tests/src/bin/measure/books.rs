//! Durable commits: the real store against a bare SQLite table of the same run.

use std::error::Error;
use std::time::Instant;

use ledger::{
    CashTender, Fact, Language, Lease, Moment, Paise, Payer, Period, Print, PrintOutcome,
    PrintWitness, Receipt, ReceiptLine, Signer, StaffId, Tender, Writer,
};
use node::{DeviceKey, Provision, Store};
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;
use rusqlite::Connection;

use super::Line;
use super::device::{cpu, micros};

type Measured<T> = Result<T, Box<dyn Error>>;

/// Milliseconds since 1970 of 14 August 2026, 10:42 in India.
pub const MORNING_MS: i64 = 1_786_684_320_000;

/// A canonical receipt has about this many bytes.
const ROW_BYTES: usize = 120;

pub fn measure(payments: u32) -> Measured<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let (bare_s, bare_bytes) = bare(folder.path(), payments)?;
    let office = key()?;
    let provision = provision(&office, payments)?;
    let mut store = Store::open(folder.path(), &provision)?;
    store.append(at(0), None, vec![Fact::BookOpened(provision.book.clone())])?;
    let before = written_bytes()?;
    let (start, worked) = (Instant::now(), cpu());
    for number in 1..=payments {
        pay(&mut store, number)?;
    }
    let (ours_s, cpu_us) = (start.elapsed().as_secs_f64(), micros(cpu() - worked));
    let ours_bytes = written_bytes()? - before;
    let count = f64::from(payments);
    let rate_ratio = (bare_s * 2.0) / ours_s;
    let cpu_us = cpu_us / count;
    let flash = ours_bytes as f64 / count;
    let flash_bare = bare_bytes as f64 / count;
    Ok(vec![
        Line {
            metric: "payments a second, receipt and print durable",
            value: count / ours_s,
            unit: "/s",
            baseline: Some(count / (bare_s * 2.0)),
            ratio: Some(rate_ratio),
            goal: "0.8 of two bare commits",
            met: Some(rate_ratio >= 0.8),
        },
        Line {
            metric: "a printed payment, receipt and print",
            value: cpu_us,
            unit: "us CPU",
            baseline: None,
            ratio: None,
            goal: "120 us",
            met: Some(cpu_us <= 120.0),
        },
        Line {
            metric: "flash written a payment",
            value: flash,
            unit: "B",
            baseline: Some(flash_bare),
            ratio: Some(flash / flash_bare),
            goal: "1.6 x one bare commit",
            met: Some(flash <= 1.6 * flash_bare),
        },
    ])
}

fn pay(store: &mut Store, number: u32) -> Measured<()> {
    let receipt = Fact::Receipt(receipt(number)?);
    let moment = at(number);
    let of = store.append(moment, Some(StaffId(101)), vec![receipt])?[0].seq;
    let (outcome, witness) = (PrintOutcome::Whole, PrintWitness::Printer);
    let print = Fact::Print(Print { of, outcome, witness });
    store.append(moment, Some(StaffId(101)), vec![print])?;
    Ok(())
}

pub fn receipt(number: u32) -> Measured<Receipt> {
    Ok(Receipt {
        book: "K3".to_owned(),
        number,
        service: "property_tax".to_owned(),
        payer: Payer::Building(number % 2_000 + 1),
        lines: vec![line("PT", 60_000)?, line("LC", 3_000)?],
        total: Paise::new(63_000),
        tender: Tender::Cash(CashTender { tendered: Paise::rupees(700) }),
        pack: 3,
        language: Language::Ml,
    })
}

fn line(head: &str, paise: i64) -> Measured<ReceiptLine> {
    let period = Period::new(2026, 4, 6)?;
    Ok(ReceiptLine { period, head: head.to_owned(), amount: Paise::new(paise) })
}

fn at(number: u32) -> Moment {
    let mono_ms = u64::from(number) * 61_307;
    Moment { wall_ms: MORNING_MS + i64::from(number) * 61_307, mono_ms, boot: 1 }
}

/// One bare row a commit, as durable as ours.
fn bare(folder: &std::path::Path, rows: u32) -> Measured<(f64, u64)> {
    let connection = Connection::open(folder.join("bare.sqlite3"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch("CREATE TABLE rows (seq INTEGER PRIMARY KEY, body BLOB)")?;
    let before = written_bytes()?;
    let start = Instant::now();
    let mut insert = connection.prepare("INSERT INTO rows (body) VALUES (?1)")?;
    for _ in 0..rows {
        insert.execute([vec![7_u8; ROW_BYTES]])?;
    }
    Ok((start.elapsed().as_secs_f64(), written_bytes()? - before))
}

/// What this process has sent to the disk so far.
fn written_bytes() -> Measured<u64> {
    let io = std::fs::read_to_string("/proc/self/io")?;
    let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: "));
    Ok(line.ok_or("this machine does not count written bytes")?.trim().parse()?)
}

pub fn key() -> Measured<DeviceKey> {
    Ok(DeviceKey::from_pkcs8(&pkcs8()?)?)
}

pub fn pkcs8() -> Measured<Vec<u8>> {
    let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
    Ok(key.map_err(|_| "this machine gives no random numbers")?.as_ref().to_vec())
}

pub fn provision(office: &DeviceKey, numbers: u32) -> Measured<Provision> {
    let lease = Lease {
        body: "G0802".to_owned(),
        year: 2026,
        book: "K3".to_owned(),
        writer: Writer(7),
        operator: None,
        first: 1,
        last: numbers,
        issued_ms: MORNING_MS,
    };
    Ok(Provision {
        body: "G0802".to_owned(),
        writer: Writer(7),
        name: "kiosk-1".to_owned(),
        profile: "kiosk".to_owned(),
        wards: vec![7],
        key: pkcs8()?.into(),
        office: office.public_key(),
        sisters: Vec::new(),
        staff: Vec::new(),
        book: lease.signed(office),
        certificate: None,
        language: Language::Ml,
    })
}
