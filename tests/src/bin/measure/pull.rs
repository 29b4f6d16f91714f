//! What another device of the ward hears of a payment. No device reads another's books: it hears
//! what became of the house, as the register's row. Counted on the socket like what passes after a
//! payment of its own.

use ledger::{DemandRow, Paise};
use tests::centre::Wire;
use tests::counting::{Counted, CountingProxy};
use tests::town::register;

use super::Line;
use super::wire::{Device, Measured, Scene};

/// Payments that are heard of at once, each of another house, and how often.
const BATCH: usize = 500;
const BATCHES: usize = 3;

/// Payments of a device that was long without a line.
const MANY: usize = 5_000;

/// What parts are taken of.
const MUCH: Paise = Paise::rupees(50);

/// The goal of the project, in bytes a printed payment.
const GOAL_B: f64 = 12.0;

/// A house with what is taken of it whole, and what is taken of it in parts.
struct House {
    id: u32,
    whole: DemandRow,
    parts: DemandRow,
}

pub fn measure() -> Measured<Vec<Line>> {
    let mut buildings = register()?;
    for building in &mut buildings {
        building.ward = 7;
        // Everybody owes, so that there are houses enough to collect from.
        building.demands.iter_mut().for_each(|row| row.paid = Paise::ZERO);
    }
    let scene = Scene::make(Wire::Plain, &buildings)?;
    let houses = buildings.into_iter().filter_map(|building| {
        let mut owed = building.demands.into_iter().filter(|row| row.assessed > MUCH);
        Some(House { id: building.id, whole: owed.next()?, parts: owed.next()? })
    });
    let houses: Vec<House> = houses.collect();
    if houses.len() < BATCH * BATCHES {
        return Err("too few houses owe enough".into());
    }
    let device = |name: &str| -> Measured<Device> {
        let provision = scene.provision_as("collector", name)?;
        let folder = scene.folder().join(format!("{name}-data"));
        std::fs::create_dir(&folder)?;
        Device::filled(&folder, &provision, 1)
    };
    let (mut payers, mut other) = (device("collector-1")?, device("collector-2")?);
    let options = || scene.options(scene.centre.url());
    payers.send_all(options()?)?;
    let proxy = scene.counted()?;
    other.connect(&proxy)?;
    heard(&mut other, &proxy)?;
    let mut bytes = 0;
    for batch in houses.chunks_exact(BATCH).take(BATCHES) {
        for House { id, whole, .. } in batch {
            payers.pay(*id, whole, whole.assessed)?;
        }
        payers.send_all(options()?)?;
        bytes += heard(&mut other, &proxy)?.0.both();
    }
    for House { id, parts, .. } in houses.iter().cycle().take(MANY) {
        payers.pay(*id, parts, Paise::rupees(1))?;
    }
    payers.send_all(options()?)?;
    let (many, requests) = heard(&mut other, &proxy)?;
    let each = bytes as f64 / (BATCH * BATCHES) as f64;
    Ok(lines(each, many.both() as f64 / MANY as f64, requests, houses.len()))
}

fn lines(each: f64, each_of_many: f64, requests: u32, houses: usize) -> Vec<Line> {
    vec![
        Line::new("pull, 500 of another device: a payment's house", each, "B")
            .at_most(GOAL_B, "12 B a printed payment")
            .why_missed(
                "a device hears of another's payment as the house's new row, whole, with its \
                 owner, its street and all that it owes, and never as a receipt: no device reads \
                 another's books",
            ),
        Line::new("pull, 5,000 of another device: a payment", each_of_many, "B")
            .at_most(GOAL_B, "12 B a printed payment")
            .why_missed("the same; a house that paid more often is said once"),
        Line::new("pull, 5,000 of another device: requests", f64::from(requests), "")
            .at_most(1.0, "1 per 5,000 payments")
            .why_missed(&format!(
                "an answer has 500 houses at most, so that it fits a device's memory and a poor \
                 line gets on with it; these payments were of {houses} houses"
            )),
    ]
}

/// All that the device is told, and in how many requests.
fn heard(device: &mut Device, proxy: &CountingProxy) -> Measured<(Counted, u32)> {
    let before = proxy.counted();
    let mut requests = 0;
    loop {
        requests += 1;
        if !device.turn(proxy)?.1 {
            return Ok((proxy.counted().since(before), requests));
        }
    }
}
