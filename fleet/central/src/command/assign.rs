//! `central assign`.

use clap::Args;
use ledger::StaffId;

use super::provision::wards;
use super::{CommandError, Place};
use crate::store::ToAssign;
use crate::time::{moment, now_ms};

#[derive(Args)]
pub struct AssignArguments {
    #[command(flatten)]
    place: Place,
    /// The device's name in the office, "collector-3".
    #[arg(long, value_name = "NAME")]
    device: String,
    /// A ward that it has from now on; again for each. It has no others.
    #[arg(long, required = true)]
    ward: Vec<u16>,
    /// The officer who decides it.
    #[arg(long, value_name = "STAFF")]
    by: u32,
}

pub async fn assign(arguments: AssignArguments) -> Result<(), CommandError> {
    let AssignArguments { place, device, ward, by } = arguments;
    let (opened, now_ms) = (place.open().await?, now_ms());
    let wards = wards(&ward, &opened.trusted.packs.on(moment(now_ms).date()))?;
    let listed = wards.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let name = device.clone();
    let deed = ToAssign { device, wards, by: StaffId(by), now_ms };
    let assigned = opened.store.assign(deed).await?;
    println!(
        "{name} has the wards {listed} with {} houses: it learns it at its next contact. What it \
         has not sent yet stays good.",
        assigned.houses
    );
    Ok(())
}
