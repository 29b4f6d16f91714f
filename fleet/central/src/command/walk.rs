//! `central export` and `central verify`.

use std::io::{self, Write};

use clap::Args;
use data_encoding::HEXLOWER;
use ledger::Writer;
use serde::Serialize;

use super::{CommandError, Place};

#[derive(Args)]
pub struct ExportArguments {
    #[command(flatten)]
    place: Place,
    /// The device's number; 0 for the office book.
    #[arg(long, value_name = "N")]
    writer: u32,
}

#[derive(Args)]
pub struct VerifyArguments {
    #[command(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct ExportedEntry {
    seq: u64,
    hash: String,
    canonical: String,
}

pub async fn export(arguments: ExportArguments) -> Result<(), CommandError> {
    let opened = arguments.place.open()?;
    let writer = Writer(arguments.writer);
    let stranger = writer != Writer::OFFICE && opened.store.device_key(writer).await?.is_none();
    if stranger {
        return Err(CommandError::NoSuchWriter(arguments.writer));
    }
    let mut out = io::stdout().lock();
    for (canonical, head) in opened.store.chain(writer).await? {
        let hash = HEXLOWER.encode(&head.hash[..]);
        let entry = ExportedEntry { seq: head.seq, hash, canonical: HEXLOWER.encode(&canonical) };
        let line = serde_json::to_string(&entry).expect("texts and numbers become JSON");
        writeln!(out, "{line}").map_err(CommandError::Output)?;
    }
    out.flush().map_err(CommandError::Output)
}

pub async fn verify(arguments: VerifyArguments) -> Result<(), CommandError> {
    let report = arguments.place.open()?.store.verify().await?;
    for fault in &report.faults {
        match fault.seq {
            Some(seq) => println!("{}, entry {seq}: {}", fault.chain, fault.what),
            None => println!("{}: {}", fault.chain, fault.what),
        }
    }
    if !report.is_complete() {
        return Err(CommandError::Incomplete(report.faults.len()));
    }
    println!("complete: {} chains, {} entries", report.chains, report.entries);
    Ok(())
}
