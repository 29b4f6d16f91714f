//! `central phones`, `central remind` and `central outbox`: reminders by SMS.

use std::path::PathBuf;

use clap::Args;
use ledger::StaffId;

use super::remit::bytes_of;
use super::{CommandError, Place};
use crate::reminders::{FILE_BYTES_MAX, PhonesError, ToRemind, WINDOW_DAYS, read_phones};
use crate::sms::{Gateway, round};
use crate::time::now_ms;

#[derive(Args)]
pub struct PhonesArguments {
    #[command(flatten)]
    place: Place,
    /// The numbers, CSV, at most 8 MiB.
    #[arg(long, value_name = "FILE.csv")]
    file: PathBuf,
}

#[derive(Args)]
pub struct RemindArguments {
    #[command(flatten)]
    place: Place,
    /// The ward whose buildings are reminded.
    #[arg(long, value_name = "NUMBER")]
    ward: u16,
    /// Only those who are late.
    #[arg(long)]
    late: bool,
    /// Who has it done.
    #[arg(long, value_name = "STAFF")]
    by: u32,
}

#[derive(Args)]
pub struct OutboxArguments {
    #[command(flatten)]
    place: Place,
    /// Send what is due now, once.
    #[arg(long, requires = "sms")]
    once: bool,
    /// The gateway, as `serve` takes it.
    #[arg(long, value_name = "URL")]
    sms: Option<String>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

pub async fn phones(arguments: PhonesArguments) -> Result<(), CommandError> {
    let phones = match read_phones(&bytes_of(&arguments.file, FILE_BYTES_MAX)?) {
        Ok(phones) => phones,
        Err(PhonesError::Rows(bad)) => {
            for (line, why) in &bad {
                eprintln!("line {line}: {why}");
            }
            return Err(CommandError::StatementRows { refused: bad.len() });
        }
        Err(error) => return Err(CommandError::Phones(error)),
    };
    let taken = arguments.place.open().await?.store.import_phones(phones, now_ms()).await?;
    for (line, building) in &taken.unknown {
        eprintln!("line {line}: the register has no building {building}");
    }
    println!(
        "{} numbers are kept, {} were taken out, {} name no building.",
        taken.kept,
        taken.removed,
        taken.unknown.len()
    );
    match taken.unknown.len() {
        0 => Ok(()),
        refused => Err(CommandError::Refused { refused }),
    }
}

pub async fn remind(arguments: RemindArguments) -> Result<(), CommandError> {
    let RemindArguments { place, ward, late, by } = arguments;
    let deed = ToRemind { ward, late, by: StaffId(by), now_ms: now_ms() };
    let reminded = place.open().await?.store.remind(deed).await?;
    println!(
        "{} messages wait to go out, as {} parts; {} were reminded within {WINDOW_DAYS} days; {} \
         buildings that owe have no number.",
        reminded.queued, reminded.parts, reminded.lately, reminded.without_number
    );
    Ok(())
}

pub async fn outbox(arguments: OutboxArguments) -> Result<(), CommandError> {
    let store = arguments.place.open().await?.store;
    if arguments.once {
        let gateway = Gateway::of(arguments.sms.as_deref().unwrap_or_default());
        let gateway = gateway.map_err(CommandError::Gateway)?;
        round(&*store, &gateway).await?;
    }
    let outbox = store.outbox().await?;
    if arguments.json {
        println!("{}", serde_json::to_string(&outbox).expect("counts and words can be written"));
        return Ok(());
    }
    let (queued, failed) = (outbox.queued, outbox.failed);
    println!(
        "{queued} wait, {failed} are to be tried again, {} went out, {} were given up.",
        outbox.sent, outbox.given_up
    );
    for trouble in &outbox.troubles {
        let (building, mobile, state) = (trouble.building, &trouble.mobile, &trouble.state);
        let tries = trouble.tries;
        println!("  building {building}, {mobile}: {state} after {tries}: {}", trouble.why);
    }
    Ok(())
}
