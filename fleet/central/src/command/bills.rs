//! `central bills` and `central payments`: a utility's bills in, and what was collected for it out.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{CommandError, Place};
use crate::bills::{self, BillFormat, BillsError, FILE_BYTES_MAX};
use crate::store::ToTakeBills;
use crate::time::now_ms;

#[derive(Args)]
pub struct BillsArguments {
    #[command(flatten)]
    place: Place,
    /// The service of the rule pack whose bills they are, "water_bill".
    #[arg(long, value_name = "SERVICE")]
    service: String,
    /// How the file is written.
    #[arg(long, value_enum, default_value = "csv")]
    format: BillFormat,
    /// The bills, at most 64 MiB.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Args)]
pub struct PaymentsArguments {
    #[command(flatten)]
    place: Place,
    /// The service of the rule pack whose bills were paid.
    #[arg(long, value_name = "SERVICE")]
    service: String,
    /// Where the hand-over is written; what is there is written over.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[arg(long, value_enum, default_value = "csv")]
    format: PaymentFormat,
    /// Writes an earlier hand-over again, by its number, and makes no new one.
    #[arg(long, value_name = "N")]
    again: Option<u64>,
    /// How UPYOG names the body, "pb.amritsar"; the body's code where it is left out.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
}

/// How a hand-over is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum PaymentFormat {
    /// A line for each month of each receipt.
    Csv,
    /// Payment requests of UPYOG's shape, in a list.
    Upyog,
}

pub async fn bills(arguments: BillsArguments) -> Result<(), CommandError> {
    let BillsArguments { place, service, format, file } = arguments;
    let rows = match bills::read(&bytes(&file)?, format, &service) {
        Ok(rows) => rows,
        Err(BillsError::Rows(bad)) => return Err(refused(&bad)),
        Err(error) => return Err(CommandError::Bills(error)),
    };
    let deed = ToTakeBills { service: service.clone(), rows, now_ms: now_ms() };
    let taken = place.open().await?.store.take_bills(deed).await?;
    if !taken.bad.is_empty() {
        return Err(refused(&taken.bad));
    }
    let (bills, buildings) = (taken.bills, taken.buildings);
    println!("{bills} bills of {service} read; {buildings} buildings changed.");
    Ok(())
}

pub async fn payments(arguments: PaymentsArguments) -> Result<(), CommandError> {
    let PaymentsArguments { place, service, out, format, again, tenant } = arguments;
    let opened = place.open().await?;
    let now_ms = now_ms();
    let tenant = tenant.unwrap_or_else(|| {
        let today = crate::time::moment(now_ms).date();
        opened.trusted.packs.on(today).body.code.clone()
    });
    let made = opened.store.hand_over(service.clone(), again, now_ms).await?;
    let Some(batch) = made else {
        println!("Nothing of {service} is to be handed over; no file was written.");
        return Ok(());
    };
    let text = match format {
        PaymentFormat::Csv => bills::as_csv(batch.batch, &batch.items),
        PaymentFormat::Upyog => {
            let requests = bills::as_upyog(&service, &tenant, &batch.items);
            format!("{requests:#}\n")
        }
    };
    // The batch is in the books: where the file cannot be written, it is written again by number.
    write(&out, &text).map_err(|error| CommandError::HandOver(out.clone(), batch.batch, error))?;
    println!("Hand-over {} of {service}: {}.", batch.batch, batch.told());
    Ok(())
}

fn refused(bad: &[(usize, String)]) -> CommandError {
    for (line, why) in bad {
        eprintln!("line {line}: {why}");
    }
    CommandError::StatementRows { refused: bad.len() }
}

fn write(out: &Path, text: &str) -> std::io::Result<()> {
    std::fs::write(out, text)?;
    File::open(out)?.sync_all()
}

fn bytes(path: &PathBuf) -> Result<Vec<u8>, CommandError> {
    let failed = |error| CommandError::Read(path.clone(), error);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    match bytes.len() as u64 > FILE_BYTES_MAX {
        true => Err(CommandError::TooLarge(path.clone(), FILE_BYTES_MAX)),
        false => Ok(bytes),
    }
}
