//! How many entries the centre takes in a second, from eight devices at once over HTTPS: batches of
//! 25, each with its signature and chain verified, its rules checked, its facts entered and its
//! day's document derived, and on disk before it is answered.

use std::sync::mpsc::channel;
use std::time::Instant;

use ledger::{
    DemandRow, Entry, Fact, Head, Moment, Paise, Payer, Print, PrintOutcome, PrintWitness, Receipt,
    ReceiptLine, StaffId,
};
use node::{DeviceKey, Link, LinkEvent, LinkOptions, Provision};
use replica::{Answer, Batch, Request};
use tests::centre::Wire;
use tests::town::register;

use super::Line;
use super::books::receipt;
use super::wire::{Measured, Scene, now};

const DEVICES: usize = 8;
const BATCH: usize = 25;
/// Batches of each device that are timed, after one that makes the connection.
const BATCHES: usize = 20;

const GOAL: f64 = 2_000.0;

pub fn measure() -> Measured<Vec<Line>> {
    let houses = register()?;
    let scene = Scene::make(Wire::Tls, &houses)?;
    // Each demand is paid once, so that nobody pays more than is owed.
    let mut owing = houses.into_iter().flat_map(|house| {
        let owed = house.demands.into_iter().filter(|row| row.paid < row.assessed);
        owed.map(move |row| (house.id, row))
    });
    let mut devices = Vec::new();
    for place in 0..DEVICES {
        let provision = scene.provision(&format!("kiosk-{}", place + 1))?;
        let requests = requests(&provision, &mut owing)?;
        devices.push((requests, scene.options(scene.centre.url())?));
    }
    let begun = std::sync::Barrier::new(DEVICES + 1);
    let (mut seconds, mut cpu_s) = (0.0, 0.0);
    std::thread::scope(|scope| -> Measured<()> {
        let sending: Vec<_> = devices
            .into_iter()
            .map(|(requests, options)| {
                let begun = &begun;
                scope.spawn(move || send(requests, options, begun).map_err(|why| why.to_string()))
            })
            .collect();
        begun.wait();
        let (start, worked) = (Instant::now(), scene.centre.cpu_s()?);
        for sending in sending {
            sending.join().map_err(|_| "a device fell over")??;
        }
        seconds = start.elapsed().as_secs_f64();
        cpu_s = scene.centre.cpu_s()? - worked;
        Ok(())
    })?;
    let entries = (DEVICES * BATCHES * BATCH) as f64;
    let line = |metric, value, goal, met| Line {
        metric,
        value,
        unit: "/s",
        baseline: None,
        ratio: None,
        goal,
        met,
    };
    let rate = entries / seconds;
    Ok(vec![
        line("centre, SQLite, 8 devices: entries", rate, "2,000/s (release)", Some(rate >= GOAL)),
        line("centre, SQLite: entries a second of CPU", entries / cpu_s, "", None),
    ])
}

/// Sealed before the clock runs: this is the centre's table.
fn requests(
    provision: &Provision,
    owing: &mut impl Iterator<Item = (u32, DemandRow)>,
) -> Measured<Vec<Vec<u8>>> {
    let key = DeviceKey::from_pkcs8(&provision.key)?;
    let count = (BATCHES + 1) * BATCH;
    let begun = now(1);
    let mut before = Head::before_first(provision.writer);
    let mut entries = Vec::new();
    for place in 0..count {
        let seq = place as u64 + 1;
        let before_ms = (count - place) as u64 * 20_000;
        let at = Moment {
            wall_ms: begun.wall_ms - i64::try_from(before_ms)?,
            mono_ms: begun.mono_ms - before_ms,
            boot: 1,
        };
        let fact = match place {
            0 => Fact::BookOpened(provision.book.clone()),
            place if place % 2 == 1 => {
                let number = u32::try_from(place / 2 + 1)?;
                let book = provision.book.lease.book.clone();
                let (house, DemandRow { period, head, .. }) = owing.next().ok_or("a house")?;
                let (payer, total) = (Payer::Building(house), Paise::rupees(1));
                let lines = vec![ReceiptLine { period, head, amount: total }];
                Fact::Receipt(Receipt { book, number, payer, lines, total, ..receipt(number)? })
            }
            _ => {
                let (outcome, witness) = (PrintOutcome::Whole, PrintWitness::Printer);
                Fact::Print(Print { of: seq - 1, outcome, witness })
            }
        };
        let staff = (place > 0).then_some(StaffId(101));
        let entry = Entry { seq, at, staff, countersigned: 0, fact, unsure_since_ms: None };
        entries.push(entry.canonical());
    }
    let mut requests = Vec::new();
    for part in entries.chunks(BATCH) {
        let batch = Batch::of(before, part.to_vec());
        before = batch.after;
        let request = Request {
            records: None,
            writer: provision.writer,
            batch: Some(batch),
            office_after: 0,
            // It has the register.
            register_after: 1 << 40,
            sent_ms: begun.wall_ms,
        };
        requests.push(request.sealed_in_columns(&key).bytes);
    }
    Ok(requests)
}

fn send(
    requests: Vec<Vec<u8>>,
    options: LinkOptions,
    begun: &std::sync::Barrier,
) -> Result<(), Box<dyn std::error::Error>> {
    let (to_here, events) = channel();
    let link = Link::start(options, move |event| {
        // Nobody listens any more where the bench has failed.
        let _ = to_here.send(event);
    });
    let link = link.inspect_err(|_| {
        begun.wait();
    })?;
    for (place, request) in requests.into_iter().enumerate() {
        let sent = link.send(request).map_err(Box::from).and_then(|()| answered(&events.recv()?));
        if place == 0 {
            begun.wait();
        }
        sent?;
    }
    Ok(())
}

fn answered(event: &LinkEvent) -> Result<(), Box<dyn std::error::Error>> {
    match event {
        LinkEvent::Answered(packed) => match Answer::read(packed)?.rejection {
            None => Ok(()),
            Some(rejection) => Err(rejection.into()),
        },
        LinkEvent::Replied(_) => unreachable!("no parcel was sent"),
        LinkEvent::Down { why, .. } => Err(why.clone().into()),
        LinkEvent::PhotoAnswered(_) => Err("no photo was sent".into()),
    }
}
