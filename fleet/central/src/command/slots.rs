//! `central slots`.

use chrono::NaiveDate;
use clap::Args;
use ledger::{StaffId, date_of};

use super::{CommandError, Place};
use crate::slots::{SlotLeaseRow, ToLeaseSlots, ToRecallSlots};
use crate::time::{day_of, moment, now_ms};

#[derive(Args)]
#[command(group = clap::ArgGroup::new("deed").required(true).args(["lease", "take_back", "list"]))]
pub struct SlotsArguments {
    #[command(flatten)]
    place: Place,
    /// Lets a device sell slots of a facility, with or without a line.
    #[arg(long, requires_all = ["device", "facility", "from", "to", "by"])]
    lease: bool,
    /// Asks for what was not sold of this lease. The device may sell until it has heard and
    /// answered; then it is free to be leased again.
    #[arg(long, value_name = "NUMBER", requires = "by")]
    take_back: Option<u32>,
    /// Prints every lease whose last day has not passed.
    #[arg(long)]
    list: bool,
    /// The device's name in the office, "kiosk-1".
    #[arg(long, value_name = "NAME")]
    device: Option<String>,
    /// The facility, as the pack names it, "community_hall".
    #[arg(long, value_name = "ID")]
    facility: Option<String>,
    /// The first day, as YYYY-MM-DD.
    #[arg(long, value_name = "DAY")]
    from: Option<NaiveDate>,
    /// The last day.
    #[arg(long, value_name = "DAY")]
    to: Option<NaiveDate>,
    /// A slot of each day; again for each. Without it, all that the facility has.
    #[arg(long, value_name = "ID")]
    slots: Vec<String>,
    /// The officer who decides it.
    #[arg(long, value_name = "STAFF")]
    by: Option<u32>,
}

pub async fn slots(arguments: SlotsArguments) -> Result<(), CommandError> {
    let opened = arguments.place.open().await?;
    let (store, now_ms) = (&opened.store, now_ms());
    let by = StaffId(arguments.by.unwrap_or_default());
    if let Some(number) = arguments.take_back {
        let device = store.recall_slots(ToRecallSlots { number, by, now_ms }).await?;
        println!(
            "{device} is asked for lease {number} at its next contact. It may sell until it has \
             answered: `central slots --list` says when that is."
        );
        return Ok(());
    }
    let (Some(device), Some(facility), Some(from), Some(to)) =
        (arguments.device, arguments.facility, arguments.from, arguments.to)
    else {
        let leases = store.slot_leases(moment(now_ms).day()).await?;
        leases.iter().for_each(|lease| println!("{}", line(lease)));
        println!("{} leases of slots.", leases.len());
        return Ok(());
    };
    let deed = ToLeaseSlots {
        device: device.clone(),
        facility: facility.replace('-', "_"),
        from: day_of(from),
        to: day_of(to),
        slots: arguments.slots,
        by,
        now_ms,
    };
    let leased = store.lease_slots(deed).await?;
    println!(
        "Lease {}: {device} may sell {} slots of {facility}, from {from} to {to}. It learns it at \
         its next contact, and nobody else can sell them meanwhile.",
        leased.number, leased.count
    );
    Ok(())
}

fn line(lease: &SlotLeaseRow) -> String {
    let SlotLeaseRow { number, device, facility, sold, .. } = lease;
    let (from, to) = (date_of(lease.from), date_of(lease.to));
    let (slots, state) = (lease.slots.join(", "), lease.state.word());
    format!("{number}  {device}  {facility}  {from} to {to}  {slots}  {sold} sold  {state}")
}
