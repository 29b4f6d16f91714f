//! The same figures of a centre that has very many devices and entries, beside a new one of the
//! same run. It takes minutes, so it is measured only where it is asked for.

mod fill;

use std::str::FromStr;
use std::time::Duration;

use ledger::{DemandRow, Paise};
use tests::centre::Wire;
use tests::counting::{Counted, CountingProxy};
use tests::postgres::Server;

use super::Line;
use super::centre::rounds::{Crew, HOUSES, Office, WARDS, Walked};
use super::wire::{Device, Measured, receipt_and_nothing};

const DEVICES: u32 = 8;
const PAYMENTS: u32 = 1_500;

/// Batches as they come in on a day, and as many whole days of a device.
const BATCH: usize = 25;
const BATCHES: usize = 32;
const DAY: usize = 80;
const DAYS: usize = 25;

/// The goal for what the size of a centre may change.
const SPREAD: f64 = 0.2;

/// How large a centre is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    devices: u32,
    entries: u32,
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('x');
        let parts = parts.and_then(|(devices, entries)| {
            Some(Self { devices: devices.parse().ok()?, entries: entries.parse().ok()? })
        });
        let entries = 3..=1_000;
        parts.filter(|size| size.devices > 0 && entries.contains(&size.each())).ok_or_else(|| {
            "write it as 40000x1000000: devices, and entries, 3 to 1,000 of each device".to_owned()
        })
    }
}

impl Size {
    /// Entries of one device.
    fn each(self) -> u32 {
        self.entries / self.devices
    }
}

/// The figures of one centre.
struct Figures {
    batches: Walked,
    /// Entries a second of one core of the centre's program.
    core_s: f64,
    days: Walked,
    receipt: Counted,
    /// What a new device and the centre say until it has everything.
    first_contact: Counted,
    provisioned_bytes: u64,
}

/// What takes too long for a table that everybody asks for.
pub fn not_asked_for() -> Line {
    Line::not_taken("40,000 devices, 1 M entries: the same figures", "", "within 20 %").note(
        "it fills a centre for some minutes: `cargo measure --only scale` takes it, and \
               `--only scale-postgres`",
    )
}

pub fn measure(size: Size) -> Measured<Vec<Line>> {
    of_store("SQLite", None, size)
}

pub fn measure_on_postgres(size: Size) -> Measured<Vec<Line>> {
    let Some(server) = Server::start() else {
        tests::missing("PostgreSQL", "a large centre with its books in PostgreSQL");
        return Ok(Vec::new());
    };
    of_store("PostgreSQL", Some(&server), size)
}

fn of_store(store: &str, server: Option<&Server>, size: Size) -> Measured<Vec<Line>> {
    let database = |name: &str| -> Measured<Option<String>> {
        let Some(server) = server else { return Ok(None) };
        server.psql("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(Some(server.uri("padi", name)))
    };
    let small = figures(&mut Office::make(database("small")?)?)?;
    let mut office = Office::make(database("large")?)?;
    let took = fill::fill(&office, server.map(|server| (server, "large")), size)?;
    let large = figures(&mut office)?;
    office.centre.ask(&["verify"])?;
    Ok(lines(store, size, took, &small, &large))
}

fn figures(office: &mut Office) -> Measured<Figures> {
    office.centre.serve()?;
    let mut crew = Crew::ready(office, DEVICES, PAYMENTS)?;
    let worked_s = office.centre.cpu_s()?;
    let batches = crew.walk(BATCHES, BATCH)?;
    let core_s = batches.entries as f64 / (office.centre.cpu_s()? - worked_s);
    let days = crew.walk(DAYS, DAY)?;
    office.centre.stop()?;
    office.centre.speak(Wire::Plain);
    office.centre.serve()?;
    let (receipt, first_contact) = on_the_wire(office)?;
    let file = office.folder().join("counted.padi");
    let provisioned_bytes = std::fs::metadata(file)?.len();
    Ok(Figures { batches, core_s, days, receipt, first_contact, provisioned_bytes })
}

/// One new receipt of a device that has everything, and what it took until it had.
fn on_the_wire(office: &Office) -> Measured<(Counted, Counted)> {
    let provision = office.kiosk("counted", WARDS)?;
    let address = office.centre.url().trim_start_matches("http://").parse()?;
    let proxy = CountingProxy::before(address, &office.centre.folder().join("keys"))?;
    let mut device = Device::filled(office.folder(), &provision, 1)?;
    device.connect(&proxy)?;
    while device.turn(&proxy)?.1 {}
    let first_contact = proxy.counted();
    let (receipt, _) = receipt_and_nothing(&mut device, &proxy, |device, turn| {
        let owed = DemandRow {
            period: "2026-04/6".parse()?,
            head: "PT".to_owned(),
            assessed: Paise::rupees(100_000),
            paid: Paise::ZERO,
        };
        device.pay((WARDS - 1) * HOUSES + turn + 1, &owed, Paise::rupees(1 + i64::from(turn)))
    })?;
    Ok((receipt, first_contact))
}

fn lines(store: &str, size: Size, took: Duration, small: &Figures, large: &Figures) -> Vec<Line> {
    let name = |what: &str| format!("{} devices, {store}: {what}", size.devices);
    let filled = f64::from(size.each() * size.devices);
    let kilobytes = |counted: Counted| counted.both() as f64 / 1e3;
    let (slower, larger) = (1.0 - SPREAD, 1.0 + SPREAD);
    vec![
        Line::new(name("filled with entries"), filled / 1e3, "k").note(format!(
            "enrolled by rows (keys, heads, leases and the office book's entries, as the centre \
             writes them); entries sealed by each device and taken by the centre's own exchange, \
             without HTTP, {:.0} a second; `central verify` found all of it sound at the end",
            filled / took.as_secs_f64()
        )),
        Line::new(name("taken in"), large.batches.each_s(), "/s")
            .beside(small.batches.each_s())
            .ratio_at_least(slower, "0.8 of a new centre"),
        Line::new(name("a second of one core"), large.core_s, "/s").beside(small.core_s),
        Line::new(name("an 80-entry day, p99"), large.days.p99_ms(), "ms")
            .beside(small.days.p99_ms())
            .at_most(1_000.0, "1 s"),
        Line::new(name("one receipt"), large.receipt.both() as f64, "B")
            .beside(small.receipt.both() as f64)
            .ratio_at_most(larger, "1.2 of a new centre"),
        Line::new(name("first contact"), kilobytes(large.first_contact), "kB")
            .beside(kilobytes(small.first_contact))
            .note("every device is told of every other of the body, so that it can check a slip"),
        Line::new(name("provision file"), large.provisioned_bytes as f64 / 1e3, "kB")
            .beside(small.provisioned_bytes as f64 / 1e3),
    ]
}
