//! `central settle-entry`: two persons settle an entry that is kept apart.

use clap::Args;
use ledger::{StaffId, WayOut};

use super::{CommandError, Place};
use crate::apart::ToSettleApart;
use crate::time::now_ms;

#[derive(Args)]
#[group(id = "way", required = true, multiple = false)]
#[group(args = ["accept", "fix", "reject", "return_"])]
pub struct SettleEntryArguments {
    #[command(flatten)]
    place: Place,
    /// The device's name in the office, "collector-3".
    #[arg(long, value_name = "NAME")]
    device: String,
    /// Its entry, as the dashboard lists it.
    #[arg(long, value_name = "SEQ")]
    entry: u64,
    /// The rule was broken by no fault: the entry counts as if it had been kept.
    #[arg(long)]
    accept: bool,
    /// The entry counts, for this building of the register and not for the one that it names.
    #[arg(long, value_name = "BUILDING")]
    fix: Option<u32>,
    /// The entry does not count. One that took money cannot be rejected.
    #[arg(long)]
    reject: bool,
    /// The receipt cannot stand, and its payer got the money back by this voucher of the office.
    #[arg(long = "return", id = "return_", value_name = "VOUCHER")]
    voucher: Option<String>,
    /// What came of it; the device shows it.
    #[arg(long, value_name = "WORDS")]
    reason: String,
    /// Who writes it: not whoever wrote the entry or works with the device.
    #[arg(long, value_name = "STAFF")]
    by: u32,
    /// The second person, who looked at the entry too.
    #[arg(long, value_name = "STAFF")]
    second: u32,
}

pub async fn settle_entry(arguments: SettleEntryArguments) -> Result<(), CommandError> {
    let SettleEntryArguments { place, device, entry: seq, reason, by, second, .. } = arguments;
    let (way, ends) = match (arguments.fix, arguments.voucher, arguments.reject) {
        (Some(building), _, _) => {
            (WayOut::Fixed(building), format!("counts for building {building}"))
        }
        (_, Some(voucher), _) => {
            let ends = format!("does not stand: its money was returned by {}", voucher.trim());
            (WayOut::MoneyReturned(voucher), ends)
        }
        (_, _, true) => (WayOut::Rejected, "is rejected and does not count".to_owned()),
        _ => (WayOut::Accepted, "is accepted and counts".to_owned()),
    };
    let name = device.clone();
    let (by, second) = (StaffId(by), StaffId(second));
    let deed = ToSettleApart { device, seq, way, reason, by, second, now_ms: now_ms() };
    let settled = place.open().await?.store.settle_apart(deed).await?;
    let of = match settled.receipt {
        Some((number, amount)) => format!(", receipt {number} over ₹{},", amount.on_paper()),
        None => String::new(),
    };
    let freed = match settled.freed.len() {
        0 => String::new(),
        1 => " One later entry counts with it.".to_owned(),
        more => format!(" {more} later entries count with it."),
    };
    println!("Entry {seq} of {name}{of} {ends}.{freed}");
    Ok(())
}
