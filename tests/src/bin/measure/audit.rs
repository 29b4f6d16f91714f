//! How fast books are checked: the hash chain and every signed head, as the auditor's program does.

use std::error::Error;
use std::time::Instant;

use ledger::{
    Entry, Fact, Head, Moment, Print, PrintOutcome, PrintWitness, Signer, StaffId, Writer,
};
use node::DeviceKey;
use replica::Checkpoint;
use replica::audit::{self, Book, Export, First, Keys, SealedBy, Verdict};

use super::Line;
use super::books::{MORNING_MS, key, receipt};

const WRITER: Writer = Writer(7);

/// A busy kiosk's fortnight: a receipt and what came of its print, and again.
const ENTRIES: u64 = 10_000;

/// Entries of one batch, and so between two heads that the office countersigned.
const BATCH: u64 = 25;

/// The goal of the project, on one core.
const GOAL: f64 = 20_000.0;

pub fn measure() -> Result<Vec<Line>, Box<dyn Error>> {
    let (device, office) = (key()?, key()?);
    let text = exported(&device, &office)?;
    let keys = Keys {
        office: Some(office.public_key()),
        devices: vec![device.public_key()],
        trust_file: false,
    };
    let start = Instant::now();
    let book = Book::read(&text[..])?;
    let read_s = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let report = audit::check(&book, &keys);
    let check_s = start.elapsed().as_secs_f64();
    if report.verdict() != Verdict::Complete {
        return Err(format!("sound books were found {}", report.verdict()).into());
    }
    let hashes_s = hashes(&book);
    let rate = |seconds: f64| ENTRIES as f64 / seconds;
    Ok(vec![
        line("chain verify entries/s", rate(check_s), rate(hashes_s)),
        line("chain verify entries/s, file read too", rate(check_s + read_s), rate(hashes_s)),
    ])
}

fn line(metric: &'static str, value: f64, baseline: f64) -> Line {
    Line::new(metric, value, "/s").beside(baseline).at_least(GOAL, "20,000/s on one core")
}

/// The baseline: the hashes of the chain alone.
fn hashes(book: &Book) -> f64 {
    let start = Instant::now();
    let first = Head::before_first(WRITER);
    let head = book.entries.iter().fold(first, |head, entry| head.after(&entry.canonical));
    assert_eq!(head.seq, ENTRIES, "the chain that was read");
    start.elapsed().as_secs_f64()
}

fn exported(device: &DeviceKey, office: &DeviceKey) -> Result<Vec<u8>, Box<dyn Error>> {
    let (own, offices) = (device.public_key(), office.public_key());
    let (body, name) = ("G0802".to_owned(), "kiosk-1".to_owned());
    let first = First { body, writer: WRITER, name, device: own, office: offices };
    let mut export = Export::begin(Vec::new(), &first)?;
    let mut head = Head::before_first(WRITER);
    let mut checkpoints = Vec::new();
    for seq in 1..=ENTRIES {
        let canonical = entry(seq)?.canonical();
        head = head.after(&canonical);
        export.entry(seq, &head.hash[..], &canonical)?;
        if seq % BATCH == 0 {
            let at_ms = wall_ms(seq);
            let checkpoint = Checkpoint { writer: WRITER, seq, hash: head.hash, at_ms };
            checkpoints.push(checkpoint.signed(office));
        }
    }
    for checkpoint in &checkpoints {
        export.checkpoint(checkpoint)?;
    }
    let by = (SealedBy::Device, device as &dyn Signer);
    Ok(export.seal(by, WRITER, head, wall_ms(ENTRIES))?)
}

fn entry(seq: u64) -> Result<Entry, Box<dyn Error>> {
    let (outcome, witness) = (PrintOutcome::Whole, PrintWitness::Printer);
    let fact = match seq % 2 {
        0 => Fact::Print(Print { of: seq - 1, outcome, witness }),
        _ => Fact::Receipt(receipt(u32::try_from(seq / 2 + 1)?)?),
    };
    let at = Moment { wall_ms: wall_ms(seq), mono_ms: seq * 61_307, boot: 1 };
    let countersigned = (seq - 1) / BATCH * BATCH;
    let staff = Some(StaffId(101));
    Ok(Entry { seq, at, staff, countersigned, fact, unsure_since_ms: None })
}

fn wall_ms(seq: u64) -> i64 {
    MORNING_MS + i64::try_from(seq).unwrap_or(i64::MAX) * 61_307
}
