//! A device that has been in use for long, and one that is new: what their books take of time,
//! memory and disk. Each figure is of a program of its own, which has done nothing before.

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use ledger::{Fact, Moment, Print, PrintOutcome, PrintWitness, Signer, StaffId, Writer};
use node::{BOOKS_FILE, DeviceKey, Provision, Store};
use replica::{Answer, Checkpoint, DayDocument, SignedRequest};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use tests::workload::{Day, Round, lease};

use super::Line;
use super::books::{MORNING_MS, pkcs8, provision, receipt};

type Measured<T> = Result<T, Box<dyn Error>>;

/// Entries of a device that is new, and of one that is not: a kiosk's year.
const FEW: u64 = 1_000;
const MANY: u64 = 100_000;

/// Payments that are written with one commit while a device is made.
const TOGETHER: u64 = 100;

/// Payments whose syncs are counted: too few for a checkpoint of the log, or for a state that is
/// kept where the books are closed.
const COUNTED: u64 = 120;

const CASHIER: Option<StaffId> = Some(StaffId(101));

/// What a program is begun for, and what it says at its end.
#[derive(clap::Subcommand, Clone)]
pub enum Errand {
    /// Makes a device with so many entries.
    #[command(hide = true)]
    Fill { folder: std::path::PathBuf, entries: u64 },
    /// Opens its books, takes a payment, and sends everything.
    #[command(hide = true)]
    Open { folder: std::path::PathBuf },
    /// Takes so many payments.
    #[command(hide = true)]
    Pay { folder: std::path::PathBuf, payments: u64 },
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Opened {
    open_ms: f64,
    receipt_ms: f64,
    memory_bytes: f64,
    disk_bytes: f64,
}

pub fn run(errand: &Errand) -> Measured<()> {
    match errand {
        Errand::Fill { folder, entries } => fill(folder, *entries),
        Errand::Open { folder } => {
            println!("{}", serde_json::to_string(&open(folder)?)?);
            Ok(())
        }
        Errand::Pay { folder, payments } => {
            let mut made = Made::read(folder)?;
            pay(&mut made.store, *payments)
        }
    }
}

pub fn measure() -> Measured<Vec<Line>> {
    let (few, many) = (of(FEW)?, of(MANY)?);
    let begun = few.open_ms + few.receipt_ms;
    let long = many.open_ms + many.receipt_ms;
    let met = long <= 50.0 && long <= 1.2 * begun;
    let entry_b = many.disk_bytes / MANY as f64;
    let memory_mb = many.memory_bytes / 1e6;
    let mut lines = vec![
        Line::new("books opened and a receipt, 100k entries", long, "ms CPU")
            .beside(begun)
            .goal("50 ms, 1.2 x of 1k entries", met),
        Line::new("memory, 100k entries, all of it sent", memory_mb, "MB")
            .beside(few.memory_bytes / 1e6)
            .at_most(32.0, "32 MB"),
        Line::new("disk an entry, 100k entries", entry_b, "B").at_most(180.0, "180 B"),
    ];
    lines.extend(syncs()?);
    lines.push(document()?);
    Ok(lines)
}

/// What a device with so many entries takes.
fn of(entries: u64) -> Measured<Opened> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().display().to_string();
    program(&["fill", &path, &entries.to_string()])?;
    Ok(serde_json::from_slice(&program(&["open", &path])?)?)
}

/// Runs this program for an errand.
fn program(words: &[&str]) -> Measured<Vec<u8>> {
    said(Command::new(std::env::current_exe()?).args(words))
}

fn said(command: &mut Command) -> Measured<Vec<u8>> {
    let output = command.output()?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned().into()),
    }
}

/// How often the disk is synced for a payment, as the system's own tracer counts it.
fn syncs() -> Measured<Option<Line>> {
    let metric = "syncs a printed payment, by strace";
    let tracer = Command::new("strace").arg("-V").output();
    if !tracer.is_ok_and(|output| output.status.success()) {
        eprintln!("no strace here: syncs are not counted");
        return Ok(None);
    }
    let count = |payments: u64| -> Measured<f64> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().display().to_string();
        program(&["fill", &path, "0"])?;
        let trace = folder.path().join("trace");
        let mut strace = Command::new("strace");
        strace.args(["-f", "-e", "trace=fsync,fdatasync,sync_file_range,msync,sync", "-o"]);
        strace.arg(&trace).arg(std::env::current_exe()?);
        said(strace.args(["pay", &path, &payments.to_string()]))?;
        let trace = std::fs::read_to_string(trace)?;
        Ok(trace.lines().filter(|line| line.contains("sync(")).count() as f64)
    };
    let each = (count(COUNTED)? - count(0)?) / COUNTED as f64;
    let exactly_one = (each - 1.0).abs() < f64::EPSILON;
    Ok(Some(Line::new(metric, each, "").goal("exactly 1", exactly_one)))
}

/// The day's document, derived from what a collector writes on a long day.
fn document() -> Measured<Line> {
    let office = tests::books::key(2);
    let opened = Fact::BookOpened(lease("Z1").signed(&office));
    let day = Day::of(5_000, Round::Collector, 500, opened, "Z1");
    let mut document = DayDocument::new(Writer(7), 0);
    let begun = cpu();
    for entry in &day.entries {
        document.add(entry)?;
    }
    let each = micros(cpu() - begun) / day.entries.len() as f64;
    if document.head().is_none() {
        return Err("a day has a head".into());
    }
    Ok(Line::new("day's document: an entry", each, "us CPU").at_most(25.0, "25 us"))
}

/// A device on its disk, and its office.
struct Made {
    store: Store,
    office: DeviceKey,
}

impl Made {
    fn read(folder: &Path) -> Measured<Self> {
        let provision = Provision::read(&std::fs::read(folder.join("made"))?)?;
        let office = DeviceKey::from_pkcs8(&std::fs::read(folder.join("office"))?)?;
        Ok(Self { store: Store::open(folder, &provision)?, office })
    }
}

fn fill(folder: &Path, entries: u64) -> Measured<()> {
    let secret = pkcs8()?;
    let office = DeviceKey::from_pkcs8(&secret)?;
    let provision = provision(&office, 1_000_000)?;
    std::fs::write(folder.join("office"), secret)?;
    std::fs::write(folder.join("made"), provision.written())?;
    let mut store = Store::open(folder, &provision)?;
    store.append(at(0, 1), None, vec![Fact::BookOpened(provision.book)])?;
    let mut left = entries / 2;
    while left > 0 {
        let payments = left.min(TOGETHER);
        let first = store.day_book().head().seq + 1;
        let number = u32::try_from(first / 2)?;
        let mut facts = Vec::new();
        for (of, number) in (first..).step_by(2).zip(number..).take(usize::try_from(payments)?) {
            facts.push(Fact::Receipt(receipt(number)?));
            facts.push(whole(of));
        }
        let boot = store.boot();
        store.append(at(first, boot), CASHIER, facts)?;
        left -= payments;
    }
    Ok(())
}

fn pay(store: &mut Store, payments: u64) -> Measured<()> {
    let boot = store.boot();
    for _ in 0..payments {
        let of = store.day_book().head().seq + 1;
        let paid = Fact::Receipt(receipt(u32::try_from(of / 2)?)?);
        store.append(at(of, boot), CASHIER, vec![paid])?;
        store.append(at(of, boot), CASHIER, vec![whole(of)])?;
    }
    Ok(())
}

fn whole(of: u64) -> Fact {
    let (outcome, witness) = (PrintOutcome::Whole, PrintWitness::Printer);
    Fact::Print(Print { of, outcome, witness })
}

/// Half a minute an entry, so that a day has a good thousand.
fn at(seq: u64, boot: u32) -> Moment {
    let mono_ms = seq * 30_000;
    let wall_ms = MORNING_MS + i64::try_from(mono_ms).unwrap_or(i64::MAX);
    Moment { wall_ms, mono_ms, boot }
}

fn open(folder: &Path) -> Measured<Opened> {
    let disk_bytes = std::fs::metadata(folder.join(BOOKS_FILE))?.len() as f64;
    let begun = cpu();
    let Made { mut store, office } = Made::read(folder)?;
    let open_ms = micros(cpu() - begun) / 1e3;
    let begun = cpu();
    pay(&mut store, 1)?;
    let receipt_ms = micros(cpu() - begun) / 1e3;
    let device = store.key().public_key();
    let mut sent = None;
    while store.to_send() > 0 {
        let now = at(store.day_book().head().seq, store.boot());
        let packed = store.next_request(now)?;
        let request = SignedRequest::read(&packed)?.opened_after(&device, sent)?.request;
        let after = request.batch.ok_or("something is to be sent")?.after;
        sent = Some(after.hash);
        store.take_answer(&answer(&office, after).sealed(), now)?;
    }
    Ok(Opened { open_ms, receipt_ms, memory_bytes: memory()?, disk_bytes })
}

/// The office has everything up to a head.
fn answer(office: &DeviceKey, head: ledger::Head) -> Answer {
    let (writer, at_ms) = (Writer(7), MORNING_MS);
    let checkpoint = Checkpoint { writer, seq: head.seq, hash: head.hash, at_ms };
    Answer {
        acknowledged: head.seq,
        checkpoint: Some(checkpoint.signed(office)),
        notices: Vec::new(),
        office_to: 0,
        buildings: Vec::new(),
        register_to: 0,
        more: false,
        rejection: None,
        quarantined: Vec::new(),
        gone: None,
        pack: None,
        at_ms,
        attestation: None,
        records: None,
    }
}

/// The most memory that this program ever had of its own: not what is mapped from files.
fn memory() -> Measured<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let of = |name: &str| -> Measured<f64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        let kilobytes: f64 = kilobytes.ok_or_else(|| format!("{name} is not in the status"))?;
        Ok(kilobytes * 1_024.0)
    };
    Ok(of("VmHWM:")? - of("RssFile:")?)
}

/// The time that this program has worked so far.
pub fn cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

pub fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
