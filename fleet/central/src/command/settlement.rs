//! `central settlement`: what other channels took for the body.

use std::path::PathBuf;

use clap::Args;
use ledger::StaffId;

use super::remit::bytes_of;
use super::{CommandError, Place};
use crate::settlement::{FILE_BYTES_MAX, Open, SettlementError, SettlementRow, ToTakeUp, read};
use crate::time::now_ms;

#[derive(Args)]
pub struct SettlementArguments {
    #[command(flatten)]
    place: Place,
    /// The settlement, CSV or JSON, at most 8 MiB.
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Who brings it.
    #[arg(long, value_name = "STAFF")]
    by: u32,
}

pub async fn settlement(arguments: SettlementArguments) -> Result<(), CommandError> {
    let now_ms = now_ms();
    let rows = match read(&bytes_of(&arguments.file, FILE_BYTES_MAX)?, now_ms) {
        Ok(rows) => rows,
        Err(SettlementError::Rows(bad)) => {
            for (line, why) in &bad {
                eprintln!("line {line}: {why}");
            }
            return Err(CommandError::StatementRows { refused: bad.len() });
        }
        Err(error) => return Err(CommandError::Settlement(error)),
    };
    let (count, by) = (rows.len(), StaffId(arguments.by));
    let deed = ToTakeUp { rows, by, now_ms };
    let taken = arguments.place.open().await?.store.take_up(deed).await?;
    for (row, open) in &taken.open {
        println!("line {}: {}", row.line, told(row, open));
    }
    println!(
        "{count} payments: {} booked over ₹{}, of which ₹{} was not owed and is held; the channels \
         keep ₹{}; {} known before, {} to be looked at.",
        taken.booked,
        taken.amount.on_paper(),
        taken.held.on_paper(),
        taken.fees.on_paper(),
        taken.known,
        taken.open.len()
    );
    Ok(())
}

fn told(row: &SettlementRow, open: &Open) -> String {
    let SettlementRow { channel, reference, account, .. } = row;
    let why = Open::says(open.code());
    let more = match open {
        Open::Differs(before) => format!(" (₹{})", before.on_paper()),
        Open::NotComputed(why) => format!(" ({why})"),
        _ => String::new(),
    };
    let amount = row.amount.on_paper();
    format!("{channel} {reference} over ₹{amount} for {account}: {why}{more}")
}
