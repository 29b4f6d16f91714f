//! Water connections of the sample: one building in ten draws water from the panchayat's supply.
//! The pictured house draws none, so that what a story makes of it begins with nothing.

use chrono::NaiveDate;
use ledger::{
    BILLED_MONTHS_MAX, BilledMonth, Building, Connection, DemandRow, Pack, Paise, Period,
};

use super::PICTURED;
use crate::chance::Chance;

/// The service, and what a kilolitre costs: invented.
const WATER: &str = "water_bill";
const RUPEES_UNIT: i64 = 22;

pub(super) fn connect(pack: &Pack, register: &mut [Building], seed: u64, today: NaiveDate) {
    let Some(bill) = pack.service(WATER).and_then(|service| service.bill.as_ref()) else { return };
    let mut chance = Chance(seed ^ 0x57_41_54_45_52);
    for building in register.iter_mut().filter(|building| building.number != PICTURED) {
        if !chance.percent(10) {
            continue;
        }
        let months = year(&mut chance, today);
        // Most owe the last month, some the one before it too, and some nothing.
        let unpaid = *chance.pick(&[0_usize, 1, 1, 1, 2]);
        for billed in months.iter().rev().take(unpaid) {
            building.demands.push(DemandRow {
                period: billed.month,
                head: bill.head.clone(),
                assessed: Paise::rupees(RUPEES_UNIT * i64::from(billed.units)),
                paid: Paise::ZERO,
            });
        }
        building.connections.push(Connection {
            service: WATER.to_owned(),
            account: format!("W-{:05}", building.id),
            months,
            held: Paise::ZERO,
        });
    }
}

/// The twelve months before this one.
fn year(chance: &mut Chance, today: NaiveDate) -> Vec<BilledMonth> {
    let mut months = Vec::with_capacity(BILLED_MONTHS_MAX);
    let mut month = Period::month_of(today).previous();
    for _ in 0..BILLED_MONTHS_MAX {
        let units = chance.between(6, 28);
        months.push(BilledMonth { month, units, due: None, late: Paise::ZERO });
        month = month.previous();
    }
    months.reverse();
    months
}
