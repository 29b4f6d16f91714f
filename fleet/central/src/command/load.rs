//! `central load`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use ledger::{Building, Pack};

use super::{CommandError, Place};

/// The longest line that is read, in bytes: sixty demands of one building are about 6 kB.
const LINE_BYTES_MAX: u64 = 65_536;

#[derive(Args)]
pub struct LoadArguments {
    #[command(flatten)]
    place: Place,
    /// One building a line, as JSON.
    #[arg(value_name = "FILE.jsonl")]
    file: PathBuf,
}

pub async fn load(arguments: LoadArguments) -> Result<(), CommandError> {
    let opened = arguments.place.open()?;
    let today = crate::time::moment(crate::time::now_ms()).date();
    let mut rows = read(&arguments.file, opened.trusted.packs.on(today))?;
    let good: Vec<Building> = rows.good.values().map(|(_, building)| building.clone()).collect();
    let loaded = opened.store.load(good).await?;
    for id in &loaded.with_receipts {
        let (line, _) = rows.good.remove(id).expect("only what was given is given back");
        rows.refuse(line, format!("building {id} has receipts: its demands are kept by them"));
    }
    println!(
        "{} buildings loaded, {} rows refused; the register has {}.",
        rows.good.len(),
        rows.refused,
        loaded.buildings
    );
    match rows.refused {
        0 => Ok(()),
        refused => Err(CommandError::Refused { refused }),
    }
}

/// The rows of a file: the good ones by the building's id, with their lines.
#[derive(Default)]
struct Rows {
    good: BTreeMap<u32, (usize, Building)>,
    refused: usize,
}

impl Rows {
    fn refuse(&mut self, line: usize, reason: impl std::fmt::Display) {
        self.refused += 1;
        eprintln!("line {line}: {reason}");
    }

    fn take(&mut self, line: usize, text: &str, pack: &Pack) {
        let building: Building = match serde_json::from_str(text) {
            Ok(building) => building,
            Err(error) => return self.refuse(line, format!("not a building: {error}")),
        };
        if let Err(fault) = building.check(&pack.body.code) {
            return self.refuse(line, fault);
        }
        if pack.ward(building.ward).is_none() {
            return self.refuse(line, format!("the pack has no ward {}", building.ward));
        }
        if let Some((first, _)) = self.good.get(&building.id) {
            let reason = format!("building {} stands on line {first} already", building.id);
            return self.refuse(line, reason);
        }
        self.good.insert(building.id, (line, building));
    }
}

fn read(path: &Path, pack: &Pack) -> Result<Rows, CommandError> {
    let failed = |error| CommandError::Read(path.to_owned(), error);
    let mut file = BufReader::new(File::open(path).map_err(failed)?);
    let mut rows = Rows::default();
    for line in 1.. {
        let mut text = String::new();
        let bytes = (&mut file).take(LINE_BYTES_MAX).read_line(&mut text).map_err(failed)?;
        if bytes == 0 {
            break;
        }
        if !text.trim().is_empty() {
            rows.take(line, &text, pack);
        }
    }
    Ok(rows)
}
