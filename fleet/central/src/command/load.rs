//! `central load`.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use clap::Args;
use ledger::Building;

use super::{CommandError, Place};
use crate::register_file;

#[derive(Args)]
pub struct LoadArguments {
    #[command(flatten)]
    place: Place,
    /// One building a line, as JSON.
    #[arg(value_name = "FILE.jsonl")]
    file: PathBuf,
}

pub async fn load(arguments: LoadArguments) -> Result<(), CommandError> {
    let opened = arguments.place.open().await?;
    let today = crate::time::moment(crate::time::now_ms()).date();
    let failed = |error| CommandError::Read(arguments.file.clone(), error);
    let file = BufReader::new(File::open(&arguments.file).map_err(failed)?);
    let mut refused = 0;
    let mut refuse = |line: usize, reason: String| {
        refused += 1;
        eprintln!("line {line}: {reason}");
    };
    let pack = opened.trusted.packs.on(today);
    let mut rows = register_file::read(file, &pack, &mut refuse).map_err(failed)?;
    let good: Vec<Building> = rows.values().map(|(_, building)| building.clone()).collect();
    let loaded = opened.store.load(good, crate::time::now_ms()).await?;
    for id in &loaded.with_receipts {
        let (line, _) = rows.remove(id).expect("only what was given is given back");
        refuse(line, format!("building {id} has receipts: its demands are kept by them"));
    }
    println!(
        "{} buildings loaded, {refused} rows refused; the register has {}.",
        rows.len(),
        loaded.buildings
    );
    for (device, houses) in &loaded.beyond {
        println!(
            "{device} has {houses} houses now, more than a handheld takes: give it fewer wards \
             with `central assign`. Until then it is sent all of them."
        );
    }
    match refused {
        0 => Ok(()),
        refused => Err(CommandError::Refused { refused }),
    }
}
