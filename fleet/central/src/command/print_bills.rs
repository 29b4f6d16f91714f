//! `central print-bills`: what buildings owe, as pages to be printed.

use std::path::PathBuf;

use clap::Args;
use ledger::{Building, Language};

use super::{CommandError, Place};
use crate::printed::Bills;
use crate::time::{moment, now_ms};

#[derive(Args)]
#[group(id = "whose", required = true, multiple = false, args = ["ward", "building"])]
pub struct BillsArguments {
    #[command(flatten)]
    place: Place,
    /// Every building of a ward that owes something.
    #[arg(long, value_name = "NUMBER")]
    ward: Option<u16>,
    /// One building, by its number in the register.
    #[arg(long, value_name = "ID")]
    building: Option<u32>,
    /// The language of the bills: en, ml, hi, mr or or; the first of the rule pack where it is left
    /// out.
    #[arg(long, value_name = "CODE", value_parser = read_language)]
    language: Option<Language>,
    /// The file to write.
    #[arg(long, value_name = "FILE.html")]
    out: PathBuf,
}

pub async fn print_bills(arguments: BillsArguments) -> Result<(), CommandError> {
    let opened = arguments.place.open().await?;
    let on = moment(now_ms()).date();
    let pack = opened.trusted.packs.on(on);
    let language = match arguments.language {
        Some(language) if pack.languages.contains(&language) => language,
        Some(language) => {
            let why = format!("the rule pack has no words in {}", language.code());
            return Err(CommandError::Unusable(why));
        }
        None => pack.languages.first().copied().unwrap_or(Language::En),
    };
    let buildings = match (arguments.ward, arguments.building) {
        (Some(ward), _) => opened.store.buildings_of_ward(ward).await?,
        (None, Some(id)) => one(opened.store.building(id).await?, id)?,
        (None, None) => Vec::new(),
    };
    let bills = Bills { pack: &pack, on, language };
    let (page, count) = bills.page(&buildings).map_err(CommandError::Bill)?;
    let out = arguments.out;
    std::fs::write(&out, page).map_err(|error| CommandError::Write(out.clone(), error))?;
    let nothing = buildings.len() - count;
    println!("{count} bills are in {}; {nothing} buildings owe nothing.", out.display());
    Ok(())
}

fn one(found: Option<Building>, id: u32) -> Result<Vec<Building>, CommandError> {
    let why = || CommandError::Unusable(format!("the register has no building {id}"));
    found.map(|building| vec![building]).ok_or_else(why)
}

fn read_language(code: &str) -> Result<Language, String> {
    let known = Language::ALL.into_iter().find(|language| language.code() == code);
    known.ok_or_else(|| "write en, ml, hi, mr or or".to_owned())
}
