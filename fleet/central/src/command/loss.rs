//! `central claim` and `central lost`: the receipts that payers hold and the books lack.

use clap::Args;
use ledger::{SignedClaim, StaffId};

use super::{CommandError, Place};
use crate::lines::first_line;
use crate::losses::{Claimed, LostDevice};
use crate::remittance::ToRestore;
use crate::time::{now_ms, stamp};

/// The longest line that is read as a slip's square, in bytes: more than a square can hold.
const SQUARE_BYTES_MAX: usize = 8_192;

#[derive(Args)]
pub struct ClaimArguments {
    #[command(flatten)]
    place: Place,
    /// Lets a receipt that no device has sent count by its slip.
    #[arg(long, requires_all = ["reason", "by"])]
    restore: bool,
    /// Why its device will not send it.
    #[arg(long, value_name = "WORDS", requires = "restore")]
    reason: Option<String>,
    /// Who restores it.
    #[arg(long, value_name = "STAFF", requires = "restore")]
    by: Option<u32>,
}

#[derive(Args)]
pub struct LostArguments {
    #[command(flatten)]
    place: Place,
    /// The device's name in the office, "collector-3".
    #[arg(long, value_name = "NAME")]
    device: String,
}

pub async fn claim(arguments: ClaimArguments) -> Result<(), CommandError> {
    let square = first_line(SQUARE_BYTES_MAX).ok_or(CommandError::Square)?;
    let slip = SignedClaim::read(&square).map_err(|_| CommandError::Square)?;
    if let (true, Some(by)) = (arguments.restore, arguments.by) {
        let (reason, by) = (arguments.reason.unwrap_or_default(), StaffId(by));
        let deed = ToRestore { slip, reason, by, now_ms: now_ms() };
        let restored = arguments.place.open().await?.store.restore(deed).await?;
        println!(
            "{} over ₹{} is restored from its slip: it counts until its device sends it.",
            restored.number,
            restored.amount.on_paper()
        );
        return Ok(());
    }
    match arguments.place.open().await?.store.claim(slip, now_ms()).await? {
        Claimed::Known { number } => println!("{number} is in the books, as the slip has it."),
        Claimed::Lost { number, amount } => println!(
            "{number} over ₹{} is genuine, and no device has sent it: it is kept as a case.",
            amount.on_paper()
        ),
        Claimed::Contradicts { number, seq } => println!(
            "{number} is genuine, but its device sent something else as entry {seq}: it tells two \
             histories. The slip is kept as a case."
        ),
        Claimed::Refused(why) => return Err(CommandError::NoSlip(why)),
    }
    Ok(())
}

pub async fn lost(arguments: LostArguments) -> Result<(), CommandError> {
    let found = arguments.place.open().await?.store.lost(arguments.device.clone()).await?;
    match found {
        Some(device) => told(&device),
        None => return Err(CommandError::NoSuchDevice(arguments.device)),
    }
    Ok(())
}

fn told(device: &LostDevice) {
    println!("What {} may have collected and never sent", device.name);
    match device.last_contact_ms {
        Some(at_ms) => println!("Last heard of: {}", stamp(at_ms)),
        None => println!("It was never heard of."),
    }
    println!("Last entry here: {}", device.last_entry);
    println!("Cash not handed in, as far as is known: ₹{}", device.cash.on_paper());
    for book in &device.books {
        match book.numbers {
            0 => println!("The book up to {} is used up.", book.last),
            numbers => {
                println!("Numbers that may be out: {} to {} ({numbers})", book.first, book.last);
            }
        }
    }
    if !device.unopened.is_empty() {
        println!("Books that it may have opened since: {}", device.unopened.join(", "));
    }
    println!("Slips that payers have shown: {}", device.claims.len());
    for claim in &device.claims {
        println!("  {}  ₹{}  {}", claim.number, claim.amount.on_paper(), stamp(claim.at_ms));
    }
}
