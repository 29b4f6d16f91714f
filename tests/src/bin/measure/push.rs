//! What a printed cash payment sends, everything included: the receipt, what came of its print, its
//! share of voids, the signature and the rest of the request. The days are of seeds that nothing
//! was trained or tuned on.

use std::error::Error;
use std::time::Duration;

use ledger::{Entry, Fact, Head, Signer, sha256};
use replica::{Batch, DocumentHead, Request, Sealed, SignedRequest, columns, pack};
use serde_json::{Value, json};
use tests::books::{DEVICE, key};
use tests::workload::{Day, Round, lease};

use super::Line;
use super::device::{cpu, micros};

/// The first seed, and how many days each figure is of.
const SEED: u64 = 5_000;
const DAYS: u64 = 40;

/// Payments of a day, sent at once.
const PAYMENTS: u32 = 500;

/// A whole day: as columns, as it was sent before, and what its draws say at the least.
const TAX: [&str; 3] = [
    "push, 500, tax: a printed payment",
    "push, 500, tax: as it is, packed",
    "push, 500, tax: floor of the draws",
];
const FEE: [&str; 3] = [
    "push, 500, fee: a printed payment",
    "push, 500, fee: as it is, packed",
    "push, 500, fee: floor of the draws",
];

/// How else a day is sent: in parts of so many payments.
const PARTS: [(u32, &str); 3] = [
    (100, "push, 100 payments, tax: a payment"),
    (20, "push, 20 payments, tax: a payment"),
    (1, "push, 1 payment, tax"),
];

/// The goal of the project, in bytes a printed payment.
const GOAL_B: f64 = 12.0;

/// Its goal for either side, in microseconds an entry.
const GOAL_US: f64 = 10.0;

/// The fewest entries of a batch that they are said for.
const SMALL: usize = 25;

/// Why each may be missed.
const WHY_BYTES: &str = "what the draws of a day say at the least is printed below: the columns \
                         come near to it, and nothing that comes back whole goes below it";
const WHY_US: &str = "the columns are written by a range coder, bit by bit, and read again before \
                      they are sent";

/// What one way of sending costs.
#[derive(Default)]
struct Cost {
    bytes: usize,
    payments: u32,
}

impl Cost {
    fn add(&mut self, bytes: usize, payments: u32) {
        self.bytes += bytes;
        self.payments += payments;
    }

    fn each(&self) -> f64 {
        self.bytes as f64 / f64::from(self.payments)
    }
}

pub fn measure() -> Result<Vec<Line>, Box<dyn Error>> {
    let taxes = days(Round::Collector);
    let mut lines = whole_days(&taxes, TAX);
    let fees = days(Round::Worker);
    lines.extend(whole_days(&fees, FEE));
    for (payments, metric) in PARTS {
        let mut cost = Cost::default();
        for day in &taxes {
            for (before, entries) in day.in_parts(payments) {
                let seal =
                    |request: &Request, device: &dyn Signer| request.sealed_short(device, false);
                cost.add(sent(before, &entries, seal), payments);
            }
        }
        lines.push(Line::new(metric, cost.each(), "B"));
    }
    lines.extend(work(&taxes)?);
    Ok(lines)
}

fn days(round: Round) -> Vec<Day> {
    let office = key(2);
    (SEED..SEED + DAYS)
        .map(|seed| {
            let book = format!("Z{}", seed % 100);
            let opened = Fact::BookOpened(lease(&book).signed(&office));
            Day::of(seed, round, PAYMENTS, opened, &book)
        })
        .collect()
}

/// A day at once: as columns against JSON, as it is, and what its draws say at the least.
fn whole_days(days: &[Day], metrics: [&'static str; 3]) -> Vec<Line> {
    let (mut columns, mut whole) = (Cost::default(), Cost::default());
    let (mut json, mut bits) = (Cost::default(), 0.0);
    for day in days {
        let (before, entries) = day.canonical();
        columns.add(sent(before, &entries, Request::sealed_in_columns), day.payments);
        whole.add(sent(before, &entries, Request::sealed_whole), day.payments);
        json.add(pack(as_json(day).as_bytes()).len(), day.payments);
        bits += day.bits;
    }
    let floor = bits / 8.0 / f64::from(columns.payments);
    vec![
        Line::new(metrics[0], columns.each(), "B")
            .beside(json.each())
            .at_most(GOAL_B, "12 B; zstd JSON beside")
            .why_missed(WHY_BYTES),
        Line::new(metrics[1], whole.each(), "B").beside(json.each()),
        Line::new(metrics[2], floor, "B"),
    ]
}

/// The bytes of the requests that entries take, as many as they need.
fn sent(before: u64, entries: &[Vec<u8>], seal: impl Fn(&Request, &dyn Signer) -> Sealed) -> usize {
    let device = key(3);
    let mut bytes = 0;
    let mut left = entries;
    let mut head = Head { seq: before, hash: sha256(b"what was sent before") };
    while !left.is_empty() {
        let request = request(head, left);
        let Some(batch) = &request.batch else { break };
        (head, left) = (batch.after, &left[batch.entries.len()..]);
        bytes += seal(&request, &device).bytes.len();
    }
    bytes
}

fn request(before: Head, entries: &[Vec<u8>]) -> Request {
    let mut batch = Batch::of(before, entries.iter().cloned());
    let last = batch.entries.last().and_then(|last| Entry::read(last).ok());
    let at = last.expect("a day's entries can be read").at;
    // A head of the day's document; any costs the same.
    let head = sha256(&at.wall_ms.to_be_bytes()).to_vec().into();
    batch.documents = vec![DocumentHead { day: at.day(), head }];
    let sent_ms = at.wall_ms + 900;
    Request {
        writer: DEVICE,
        batch: Some(batch),
        office_after: 212,
        register_after: 4_096,
        records: None,
        sent_ms,
    }
}

/// What it costs to write and to read, in microseconds an entry: the columns alone, and all of a
/// request, with its signature and the chain.
#[derive(Default)]
struct Work {
    entries: usize,
    written: Duration,
    read: Duration,
    sealed: Duration,
    opened: Duration,
}

fn work(days: &[Day]) -> Result<Vec<Line>, Box<dyn Error>> {
    let us = |metric, value| Line::new(metric, value, "us CPU");
    let goal = |line: Line| line.at_most(GOAL_US, "10 us").why_missed(WHY_US);
    let (whole, small) = (Work::of(days, usize::MAX)?, Work::of(days, SMALL)?);
    Ok(vec![
        us("columns, written and read again: an entry", whole.each(whole.written)),
        us("columns, read: an entry", whole.each(whole.read)),
        goal(us("push, 500, on the device: an entry", whole.each(whole.sealed))),
        goal(us("push, 500, at the centre, verified: an entry", whole.each(whole.opened))),
        goal(us("push, 25 entries, on the device: an entry", small.each(small.sealed))),
        goal(us("push, 25 entries, at the centre: an entry", small.each(small.opened))),
    ])
}

impl Work {
    /// Days in batches of so many entries, or as many as fit.
    fn of(days: &[Day], entries: usize) -> Result<Self, Box<dyn Error>> {
        let mut work = Self::default();
        for day in days {
            let (before, canonical) = day.canonical();
            let mut head = Head { seq: before, hash: sha256(b"what was sent before") };
            let mut left = &canonical[..];
            while !left.is_empty() {
                let request = request(head, &left[..left.len().min(entries)]);
                let Some(batch) = &request.batch else { break };
                work.add(&request, batch)?;
                (head, left) = (batch.after, &left[batch.entries.len()..]);
            }
        }
        Ok(work)
    }

    fn add(&mut self, request: &Request, batch: &Batch) -> Result<(), Box<dyn Error>> {
        let device = key(3);
        self.entries += batch.entries.len();
        let begun = cpu();
        let columns = columns::write(batch.before.seq, &batch.entries).ok_or("columns")?;
        self.written += cpu() - begun;
        let begun = cpu();
        columns::read(batch.before.seq, batch.entries.len(), &columns)?;
        self.read += cpu() - begun;
        let begun = cpu();
        let sealed = request.sealed_in_columns(&device);
        self.sealed += cpu() - begun;
        let begun = cpu();
        let opened = SignedRequest::read(&sealed.bytes)?.opened(&device.public_key())?;
        opened.request.batch.ok_or("a batch")?.verified()?;
        self.opened += cpu() - begun;
        Ok(())
    }

    fn each(&self, took: Duration) -> f64 {
        micros(took) / self.entries as f64
    }
}

/// The same day as anybody would send it first.
fn as_json(day: &Day) -> String {
    let rows = day.entries[day.morning..].iter().map(row);
    Value::Array(rows.collect()).to_string()
}

fn row(entry: &Entry) -> Value {
    let head = json!({
        "seq": entry.seq, "wall_ms": entry.at.wall_ms, "mono_ms": entry.at.mono_ms,
        "boot": entry.at.boot, "staff": entry.staff, "countersigned": entry.countersigned,
    });
    let fact = match &entry.fact {
        Fact::Receipt(receipt) => json!({
            "kind": "receipt", "book": receipt.book, "number": receipt.number,
            "service": receipt.service, "payer": payer(&receipt.payer), "lines": receipt.lines,
            "total": receipt.total, "tendered": tendered(&receipt.tender), "pack": receipt.pack,
            "language": receipt.language,
        }),
        Fact::Print(print) => json!({
            "kind": "print", "of": print.of, "outcome": print.outcome, "witness": print.witness,
        }),
        Fact::Voided(void) => json!({
            "kind": "void", "receipt": void.receipt, "reason": void.reason, "second": void.second,
        }),
        other => unreachable!("a round has no {other:?}"),
    };
    json!([head, fact])
}

fn payer(payer: &ledger::Payer) -> Value {
    match payer {
        ledger::Payer::Building(building) => json!(building),
        ledger::Payer::Suspense(suspense) => json!([suspense.payer, suspense.place]),
        ledger::Payer::Named(named) => json!([named.name, named.reference]),
    }
}

fn tendered(tender: &ledger::Tender) -> Value {
    match tender {
        ledger::Tender::Cash(cash) => json!(cash.tendered),
        other => unreachable!("a round takes cash, not {other:?}"),
    }
}
