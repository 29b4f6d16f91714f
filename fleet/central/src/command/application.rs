//! `central applications`, `central application` and `central erase-application`: what was applied
//! for, by when it must be answered, what was answered, and its erasure.

use std::path::{Path, PathBuf};

use clap::Args;
use ledger::{StaffId, day_text};
use replica::{AnswerPicture, ApplicationFile};

use super::{CommandError, Opened, Place};
use crate::applications::{AnswersState, ApplicationKept, ApplicationsAsked, ToErase};
use crate::time::{day_of, moment, now_ms, stamp};

#[derive(Args)]
pub struct ApplicationsArguments {
    #[command(flatten)]
    place: Place,
    /// Of one service, as the rule pack names it: self_return.
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
    /// Only those whose day is over.
    #[arg(long)]
    overdue: bool,
}

#[derive(Args)]
pub struct ApplicationArguments {
    #[command(flatten)]
    place: Place,
    /// The number of its acknowledgement.
    #[arg(value_name = "NUMBER")]
    number: String,
    /// A folder for the pictures among the answers, which are written there as they came.
    #[arg(long, value_name = "DIR")]
    pictures: Option<PathBuf>,
}

#[derive(Args)]
pub struct EraseApplicationArguments {
    #[command(flatten)]
    place: Place,
    /// The number of its acknowledgement.
    #[arg(value_name = "NUMBER")]
    number: String,
    /// Why; it stays in the office book for ever, so that it names nobody.
    #[arg(long, value_name = "WORDS")]
    reason: String,
    /// Who does it.
    #[arg(long, value_name = "STAFF")]
    by: u32,
}

pub async fn applications(arguments: ApplicationsArguments) -> Result<(), CommandError> {
    let store = arguments.place.open().await?.store;
    let today = day_of(moment(now_ms()).date());
    let due_before = arguments.overdue.then_some(today);
    let asked = ApplicationsAsked { service: arguments.service, due_before };
    let rows = store.applications(asked).await?;
    if rows.is_empty() {
        println!("There are no such applications.");
    }
    for row in rows {
        let late = if row.due < today { ", overdue" } else { "" };
        let place = if row.place.is_empty() { "no building" } else { &row.place };
        println!(
            "{}  {}  {place}  handed in {}  due {}{late}  {} missing  {}",
            row.number,
            row.service,
            stamp(row.at_ms),
            day_text(row.due),
            row.missing,
            row.answers.words()
        );
    }
    Ok(())
}

pub async fn application(arguments: ApplicationArguments) -> Result<(), CommandError> {
    let opened = arguments.place.open().await?;
    let number = written(&arguments.number);
    let kept = opened.store.application(number.clone()).await?;
    let kept = kept.ok_or(CommandError::NoSuchApplication(number))?;
    print_entry(&kept);
    match (kept.row.answers, &kept.sealed) {
        (AnswersState::Erased(entry), _) => {
            println!("The answers are erased, by entry {entry} of the office book.");
        }
        (_, None) => println!("The answers have not come yet: its device sends them on a line."),
        (_, Some(sealed)) => {
            let file = open_answers(&opened, &kept, sealed)?;
            print_answers(&file);
            if let Some(folder) = &arguments.pictures {
                write_pictures(&file.pictures, folder)?;
            }
        }
    }
    Ok(())
}

fn print_entry(kept: &ApplicationKept) {
    let (row, applied) = (&kept.row, &kept.applied);
    println!("{}: {}, pack version {}", row.number, row.service, applied.pack);
    println!(
        "handed in {} at {}; answer due by {}",
        stamp(row.at_ms),
        kept.device,
        day_text(row.due)
    );
    if !row.place.is_empty() {
        println!("building: {}", row.place);
    }
    println!("handed in: {}", listed(&applied.handed_in));
    println!("missing: {}", listed(&applied.missing));
    println!("check code: {}", kept.check_code);
}

fn listed(documents: &[String]) -> String {
    if documents.is_empty() { "nothing".to_owned() } else { documents.join(", ") }
}

fn open_answers(
    opened: &Opened,
    kept: &ApplicationKept,
    sealed: &[u8],
) -> Result<ApplicationFile, CommandError> {
    let file = ApplicationFile::open(sealed, opened.trusted.office.opening());
    let file = file.map_err(CommandError::Answers)?;
    // The device binds its answers to their number; others were put in their place.
    if file.number != kept.row.number {
        return Err(CommandError::OtherAnswers(file.number));
    }
    Ok(file)
}

/// A picture that is not what its name says, or is not there, is said to be so.
fn print_answers(file: &ApplicationFile) {
    for answer in &file.answers {
        let picture = file.pictures.iter().find(|picture| picture.name == answer.value);
        let says = match picture {
            None => answer.value.clone(),
            Some(picture) if picture.is_whole() => {
                format!("{} (a picture of {} bytes)", answer.value, picture.file.len())
            }
            Some(_) => format!("{} (no picture, or another one)", answer.value),
        };
        println!("{}: {says}", answer.name);
    }
}

fn write_pictures(pictures: &[AnswerPicture], folder: &Path) -> Result<(), CommandError> {
    // A whole picture's name is its own hash: it leads nowhere else.
    for picture in pictures.iter().filter(|picture| picture.is_whole()) {
        let path = folder.join(&picture.name);
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, &picture.file))
            .map_err(|error| CommandError::Write(path.clone(), error))?;
        println!("written: {}", path.display());
    }
    Ok(())
}

pub async fn erase_application(arguments: EraseApplicationArguments) -> Result<(), CommandError> {
    let EraseApplicationArguments { place, number, reason, by } = arguments;
    let (number, by) = (written(&number), StaffId(by));
    let deed = ToErase { number: number.clone(), reason, by, now_ms: now_ms() };
    let entry = place.open().await?.store.erase_application(deed).await?;
    println!(
        "The answers of {number} are erased; entry {entry} of the office book says so. Backups of \
         before have them still: erase them there as well."
    );
    Ok(())
}

/// As numbers are printed.
fn written(typed: &str) -> String {
    typed.trim().to_ascii_uppercase()
}
