//! `central export`, `central key` and `central verify`: what an auditor asks for.

use std::io::{self, Write};

use clap::Args;
use data_encoding::HEXLOWER;
use ledger::{Signer, Writer};

use super::{CommandError, Place};
use crate::folder::Folder;
use crate::verdict::Recomputed;

#[derive(Args)]
pub struct ExportArguments {
    #[command(flatten)]
    place: Place,
    /// The device's number; 0 for the office book.
    #[arg(long, value_name = "N")]
    writer: u32,
}

#[derive(Args)]
pub struct KeyArguments {
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
pub struct VerifyArguments {
    #[command(flatten)]
    place: Place,
}

pub async fn export(arguments: ExportArguments) -> Result<(), CommandError> {
    let opened = arguments.place.open().await?;
    let exported = opened.store.export(Writer(arguments.writer), crate::time::now_ms()).await?;
    let Some(text) = exported else { return Err(CommandError::NoSuchWriter(arguments.writer)) };
    let mut out = io::stdout().lock();
    out.write_all(&text).and_then(|()| out.flush()).map_err(CommandError::Output)
}

pub fn key(arguments: &KeyArguments) -> Result<(), CommandError> {
    let office = Folder::at(&arguments.place.data).office()?.public_key();
    writeln!(io::stdout(), "{}", HEXLOWER.encode(office.bytes())).map_err(CommandError::Output)
}

pub async fn verify(arguments: VerifyArguments) -> Result<(), CommandError> {
    let report = arguments.place.open().await?.store.verify().await?;
    for fault in &report.faults {
        match fault.seq {
            Some(seq) => println!("{}, entry {seq}: {}", fault.chain, fault.what),
            None => println!("{}: {}", fault.chain, fault.what),
        }
    }
    for known in &report.settled {
        println!("{known}");
    }
    if !report.is_complete() {
        return Err(CommandError::Incomplete(report.faults.len()));
    }
    println!("complete: {} chains, {} entries", report.chains, report.entries);
    let Recomputed { same, differing, not_again } = &report.recomputed;
    for line in differing {
        println!("{line}");
    }
    println!(
        "receipts computed again by the rule pack that they name: {same} the same, {} otherwise, \
         {not_again} not possible",
        differing.len()
    );
    Ok(())
}
