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

/// The two are taken in turns, so that what else the machine does falls on both.
const TURNS: u32 = 20;

/// Why each may be missed.
const WHY_RATE: &str = "the disk is synced once for a payment, as for the bare row; the rest is \
                        work, which a disk that syncs in less than a millisecond does not hide";
const WHY_WORK: &str = "a payment is two commits, the receipt before its print and the outcome \
                        after it; each is judged on a copy of the day book, which has every \
                        receipt of the day; the kernel's share of a commit shows beside it";

/// What a kind of work took.
#[derive(Default)]
struct Took {
    seconds: f64,
    cpu_us: f64,
    bytes: u64,
}

impl Took {
    fn add(&mut self, mut work: impl FnMut() -> Measured<()>) -> Measured<()> {
        let before = written_bytes()?;
        let (start, worked) = (Instant::now(), cpu());
        work()?;
        self.seconds += start.elapsed().as_secs_f64();
        self.cpu_us += micros(cpu() - worked);
        self.bytes += written_bytes()? - before;
        Ok(())
    }
}

pub fn measure(payments: u32) -> Measured<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let rows = bare(folder.path())?;
    let office = key()?;
    let each = payments.div_ceil(TURNS);
    let payments = each * TURNS;
    let provision = provision(&office, payments)?;
    let mut store = Store::open(folder.path(), &provision)?;
    store.append(at(0), None, vec![Fact::BookOpened(provision.book.clone())])?;
    let (mut bare, mut ours) = (Took::default(), Took::default());
    for first in (1..=payments).step_by(each as usize) {
        bare.add(|| (0..each).try_for_each(|_| add_row(&rows)))?;
        ours.add(|| (first..first + each).try_for_each(|number| pay(&mut store, number)))?;
    }
    let count = f64::from(payments);
    Ok(vec![
        Line::new("printed payments a second, durable", count / ours.seconds, "/s")
            .beside(count / bare.seconds)
            .ratio_at_least(0.8, "0.8 of a bare commit")
            .why_missed(WHY_RATE),
        Line::new("a printed payment, receipt and print", ours.cpu_us / count, "us CPU")
            .beside(bare.cpu_us / count)
            .at_most(120.0, "120 us")
            .why_missed(WHY_WORK),
        Line::new("flash written a payment", ours.bytes as f64 / count, "B")
            .beside(bare.bytes as f64 / count)
            .ratio_at_most(1.6, "1.6 x one bare commit"),
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
        answers: Vec::new(),
        group: None,
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

/// A table to which one bare row a commit is added, as durable as ours.
fn bare(folder: &std::path::Path) -> Measured<Connection> {
    let connection = Connection::open(folder.join("bare.sqlite3"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch("CREATE TABLE rows (seq INTEGER PRIMARY KEY, body BLOB)")?;
    Ok(connection)
}

fn add_row(rows: &Connection) -> Measured<()> {
    rows.prepare_cached("INSERT INTO rows (body) VALUES (?1)")?.execute([vec![7_u8; ROW_BYTES]])?;
    Ok(())
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
        acknowledges: None,
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
        acknowledgements: None,
        likeness: None,
        hospital: None,
    })
}
