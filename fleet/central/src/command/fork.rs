//! `central settle-fork`: two persons close the case of a device that tells two histories.

use clap::Args;
use ledger::StaffId;

use super::{CommandError, Place};
use crate::forks::ToSettleFork;
use crate::time::now_ms;

#[derive(Args)]
pub struct SettleForkArguments {
    #[command(flatten)]
    place: Place,
    /// The device's name in the office, "collector-3".
    #[arg(long, value_name = "NAME")]
    device: String,
    /// What came of it: who had the copy, and where the money of each receipt is.
    #[arg(long, value_name = "WORDS")]
    reason: String,
    /// Who writes it: not whoever works with the device.
    #[arg(long, value_name = "STAFF")]
    by: u32,
    /// The second person, who looked at the case too.
    #[arg(long, value_name = "STAFF")]
    second: u32,
}

pub async fn settle_fork(arguments: SettleForkArguments) -> Result<(), CommandError> {
    let SettleForkArguments { place, device, reason, by, second } = arguments;
    let name = device.clone();
    let (by, second) = (StaffId(by), StaffId(second));
    let deed = ToSettleFork { device, reason, by, second, now_ms: now_ms() };
    let settled = place.open().await?.store.settle_fork(deed).await?;
    println!(
        "The two histories of {name} from entry {} on are settled by staff {} and {}; {} entries \
         stay beside its chain. {name} stays locked for ever: provision its machine anew, under \
         another name and with an empty data folder.",
        settled.parts_at, by.0, second.0, settled.held
    );
    Ok(())
}
