//! A receipt of a fee, checked against the pack that it names: its answers must give its lines.

use chrono::NaiveDate;
use thiserror::Error;

use crate::apportion::{ReceiptLine, apportion};
use crate::demand::{BillFault, Demand, DemandError, bill};
use crate::money::Paise;
use crate::pack::{Pack, Service, ServiceKind, heads};
use crate::receipt::{Payer, Receipt};
use crate::slots::Booking;

/// Why a receipt's lines are not those of its answers.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FeeFault {
    #[error("its answers give no fee by the pack's version {pack}: {why}")]
    NoDemand { pack: u32, why: DemandError },
    #[error("its answers give {due} by the pack's version {pack}, the receipt says {total}")]
    Total { pack: u32, due: Paise, total: Paise },
    #[error("its answers give other lines by the pack's version {pack}")]
    Lines { pack: u32 },
    #[error("it has answers, and the service {0} asks none")]
    NoForm(String),
    #[error(transparent)]
    Bill(#[from] BillFault),
    #[error("the service {0} is paid for a slot of a facility, and the receipt books none")]
    NothingBooked(String),
    #[error("it books a slot, and the service {0} has none")]
    BooksNothing(String),
    #[error("the pack's version {pack} has no facility {facility} with a slot {slot}")]
    NoSuchSlot { pack: u32, facility: String, slot: String },
}

/// Checks a receipt against the version of the pack that it names. `on` are the days for which its
/// demand may have been computed: that of the receipt, and that of the intent that it fulfils;
/// `at_a_centre` whether its device is a centre's that is not the body's own, which takes a charge.
/// Money in suspense has no lines to be computed again.
pub fn check_fee_receipt(
    pack: &Pack,
    receipt: &Receipt,
    on: &[NaiveDate],
    at_a_centre: bool,
) -> Result<(), FeeFault> {
    let service = pack.service(&receipt.service);
    let in_suspense = matches!(receipt.payer, Payer::Suspense(_));
    if let Some(service) = service.filter(|it| it.kind == ServiceKind::Bill && !in_suspense) {
        return Ok(bill::check(service, receipt)?);
    }
    let service = service.filter(|service| service.kind == ServiceKind::Fees);
    let Some(service) = service else {
        return match receipt.answers.is_empty() {
            true => Ok(()),
            false => Err(FeeFault::NoForm(receipt.service.clone())),
        };
    };
    if matches!(receipt.payer, Payer::Suspense(_)) && receipt.lines.iter().all(is_suspense) {
        return Ok(());
    }
    check_booking(pack, service, receipt)?;
    let mut found = FeeFault::Lines { pack: pack.body.version };
    for day in on {
        let demand = Demand::of_fees(pack, service, &receipt.answers, *day);
        let demand = match at_a_centre {
            true => demand.and_then(|demand| demand.at_a_centre(pack)),
            false => demand,
        };
        match check_on(pack, receipt, demand) {
            Ok(()) => return Ok(()),
            Err(fault) => found = fault,
        }
    }
    Err(found)
}

/// Whether it books a slot that its service has, where that books, and none otherwise. Whether the
/// slot was the device's to sell is the day book's to say.
fn check_booking(pack: &Pack, service: &Service, receipt: &Receipt) -> Result<(), FeeFault> {
    let booking = Booking::of_receipt(receipt).ok().flatten();
    let Some(Booking { facility, slot, .. }) = booking else {
        return match service.books {
            true => Err(FeeFault::NothingBooked(service.id.clone())),
            false => Ok(()),
        };
    };
    if !service.books {
        return Err(FeeFault::BooksNothing(service.id.clone()));
    }
    let known = pack.facilities_of(&service.id).find(|known| known.id == facility);
    match known.is_some_and(|known| known.slot(&slot).is_some()) {
        true => Ok(()),
        false => Err(FeeFault::NoSuchSlot { pack: pack.body.version, facility, slot }),
    }
}

fn is_suspense(line: &ReceiptLine) -> bool {
    line.head == heads::SUSPENSE
}

fn check_on(
    pack: &Pack,
    receipt: &Receipt,
    demand: Result<Demand, DemandError>,
) -> Result<(), FeeFault> {
    let pack = pack.body.version;
    let demand = demand.map_err(|why| FeeFault::NoDemand { pack, why })?;
    let (due, total) = (demand.total, receipt.total);
    if due != total {
        return Err(FeeFault::Total { pack, due, total });
    }
    match apportion(&demand, total).is_ok_and(|lines| lines == receipt.lines) {
        true => Ok(()),
        false => Err(FeeFault::Lines { pack }),
    }
}
