//! A receipt of a fee, checked against the pack that it names: its answers must give its lines.

use chrono::NaiveDate;
use thiserror::Error;

use crate::apportion::{ReceiptLine, apportion};
use crate::demand::{BillFault, Demand, DemandError, bill};
use crate::money::Paise;
use crate::pack::{Pack, ServiceKind, heads};
use crate::receipt::{Payer, Receipt};

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
