//! `central registrar`: births and deaths that were reported, what looks like them, what the
//! Registrar decides, and extracts of the register.

use std::path::PathBuf;

use chrono::Datelike;
use clap::{Args, Subcommand};
use forms::{Form, read_folder};
use ledger::{Answer, Decision, Extract, Language, Pack, ReceiptNumber, StaffId, day_text};
use replica::ApplicationFile;

use super::{CommandError, Opened, Place};
use crate::registrar::{DecisionDeed, ExtractDeed, ReportRow, ToDecide};
use crate::time::{moment, now_ms, stamp};

#[derive(Args)]
pub struct RegistrarArguments {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Subcommand)]
enum Deed {
    /// Lists what was reported, by the day on which it must be answered.
    List(ListArguments),
    /// Registers a report under the next number of its register.
    Register(RegisterArguments),
    /// Says that a report is of the same event as an earlier one, and is not registered.
    Duplicate(DuplicateArguments),
    /// Gives a report back for what is missing; it can be decided on again.
    Return(ReturnArguments),
    /// Writes an extract of the register as a page of A4, in one HTML file to be printed.
    ///
    /// Its square has all that stands on it under the office's signature: any device of the body
    /// checks it, with or without a line. Which extracts were given out stands in the office book.
    Extract(ExtractArguments),
}

#[derive(Args)]
struct ListArguments {
    #[command(flatten)]
    place: Place,
    /// Of one service, as the rule pack names it: birth.
    #[arg(long, value_name = "SERVICE", default_value = "")]
    service: String,
    /// Only what is still to be decided.
    #[arg(long)]
    open: bool,
}

/// Which report, and who decides.
#[derive(Args)]
struct Whose {
    #[command(flatten)]
    place: Place,
    /// The number of its acknowledgement.
    #[arg(value_name = "NUMBER")]
    number: String,
    /// Who decides.
    #[arg(long, value_name = "STAFF")]
    by: u32,
}

#[derive(Args)]
struct RegisterArguments {
    #[command(flatten)]
    whose: Whose,
    /// A report that looks the same, was looked at, and is of another event; may be given again.
    #[arg(long, value_name = "NUMBER")]
    distinct: Vec<String>,
}

#[derive(Args)]
struct DuplicateArguments {
    #[command(flatten)]
    whose: Whose,
    /// The acknowledgement of the first report.
    #[arg(long, value_name = "NUMBER")]
    of: String,
}

#[derive(Args)]
struct ReturnArguments {
    #[command(flatten)]
    whose: Whose,
    /// What is missing; it stays in the office book for ever, so that it names nobody.
    #[arg(long, value_name = "WORDS")]
    reason: String,
}

#[derive(Args)]
struct ExtractArguments {
    #[command(flatten)]
    whose: Whose,
    /// The language beside English: ml, hi, mr or or; the rule pack's first where it is left out.
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// The file to write.
    #[arg(long, value_name = "FILE.html")]
    out: PathBuf,
}

pub async fn registrar(arguments: RegistrarArguments) -> Result<(), CommandError> {
    match arguments.deed {
        Deed::List(arguments) => list(arguments).await,
        Deed::Register(arguments) => register(arguments).await,
        Deed::Duplicate(DuplicateArguments { whose, of }) => {
            let of = number(&of)?;
            decide(whose, |_| Ok(ToDecide::DuplicateOf(of))).await
        }
        Deed::Return(ReturnArguments { whose, reason }) => {
            decide(whose, |_| Ok(ToDecide::Return(reason))).await
        }
        Deed::Extract(arguments) => extract(arguments).await,
    }
}

async fn list(arguments: ListArguments) -> Result<(), CommandError> {
    let rows =
        arguments.place.open().await?.store.reports(arguments.service, arguments.open).await?;
    if rows.is_empty() {
        println!("There are no such reports.");
    }
    for row in rows {
        println!("{}", line(&row));
        for other in &row.alike {
            println!("    looks like {other}");
        }
    }
    Ok(())
}

fn line(row: &ReportRow) -> String {
    let fee = ledger::Paise::new(row.fee_paise);
    format!(
        "{}  {}  at {} on {}  answer due {}  {}, fee {}  {}",
        row.number,
        row.service,
        row.device,
        stamp(row.at_ms),
        day_text(row.due),
        row.delay,
        fee.on_paper(),
        row.standing.words()
    )
}

async fn register(arguments: RegisterArguments) -> Result<(), CommandError> {
    let RegisterArguments { whose, distinct } = arguments;
    let distinct: Vec<ReceiptNumber> =
        distinct.iter().map(|it| number(it)).collect::<Result<_, _>>()?;
    let year = moment(now_ms()).date().year();
    decide(whose, |letter| Ok(ToDecide::Register { letter, year, distinct })).await
}

async fn decide(
    whose: Whose,
    decides: impl FnOnce(char) -> Result<ToDecide, CommandError>,
) -> Result<(), CommandError> {
    let Whose { place, number, by } = whose;
    let opened = place.open().await?;
    let number = written(&number);
    let letter = match opened.store.report(number.clone()).await? {
        Some(kept) => letter(&opened, &kept.row.service)?,
        // The books say what is wrong.
        None => ' ',
    };
    let decides = decides(letter)?;
    let deed = DecisionDeed { number: number.clone(), decides, by: StaffId(by), now_ms: now_ms() };
    match opened.store.decide_report(deed).await? {
        Decision::Registered { register, .. } => println!("{number} is registered as {register}."),
        Decision::DuplicateOf(of) => println!("{number} is a duplicate of {of}."),
        Decision::Returned(reason) => println!("{number} is returned: {reason}."),
    }
    Ok(())
}

/// The letter of a service's register, by the rules of today.
fn letter(opened: &Opened, service: &str) -> Result<char, CommandError> {
    let pack = opened.trusted.packs.on(moment(now_ms()).date());
    let rule = pack.registration(service).map(|rule| rule.event.letter());
    rule.ok_or_else(|| {
        CommandError::Unusable(format!("the rule pack of today registers nothing by {service}"))
    })
}

async fn extract(arguments: ExtractArguments) -> Result<(), CommandError> {
    let ExtractArguments { whose: Whose { place, number, by }, language, out } = arguments;
    let opened = place.open().await?;
    let (number, now_ms) = (written(&number), now_ms());
    let today = moment(now_ms);
    let answers = answers(&opened, &number).await?;
    let pack = opened.trusted.packs.on(today.date());
    let language = beside(&pack, language.as_deref())?;
    let form = form_of(&pack, &answers.service)?;
    let draft = draft(&pack, &answers, today.day())?;
    let page = |extract: &Extract| {
        let signed = extract.clone().signed(&opened.trusted.office);
        let page = crate::extract::page(&pack, &form, language, (extract, &signed));
        page.map_err(|_| {
            CommandError::Unusable("so much was answered that no square holds it".to_owned())
        })
    };
    // The book says that it was given out: that it fits, and where it goes, is found out before.
    let longest = Extract {
        register: "B-0000-00000".to_owned(),
        registered: today.day(),
        nth: u32::MAX,
        ..draft.clone()
    };
    page(&longest)?;
    let opened_file = std::fs::OpenOptions::new().create(true).append(true).open(&out);
    opened_file.map_err(|error| CommandError::Write(out.clone(), error))?;
    let deed = ExtractDeed { number: number.clone(), draft, by: StaffId(by), now_ms };
    let extract = opened.store.issue_extract(deed).await?;
    let page = page(&extract)?;
    std::fs::write(&out, page).map_err(|error| CommandError::Write(out.clone(), error))?;
    println!("Extract {} of {} is in {}.", extract.nth, extract.register, out.display());
    Ok(())
}

/// What was answered, opened by the office's key.
async fn answers(opened: &Opened, number: &str) -> Result<ApplicationFile, CommandError> {
    let kept = opened.store.application(number.to_owned()).await?;
    let kept = kept.ok_or_else(|| CommandError::NoSuchApplication(number.to_owned()))?;
    let sealed = kept.sealed.ok_or_else(|| {
        CommandError::Unusable(format!("what was answered in {number} is not here"))
    })?;
    let file = ApplicationFile::open(&sealed, opened.trusted.office.opening());
    let file = file.map_err(CommandError::Answers)?;
    match file.number == number {
        true => Ok(file),
        false => Err(CommandError::OtherAnswers(file.number)),
    }
}

/// What the rule pack puts on an extract; what was left open is left out.
fn draft(pack: &Pack, file: &ApplicationFile, issued: i64) -> Result<Extract, CommandError> {
    let rule = pack.registration(&file.service);
    let rule = rule.ok_or_else(|| {
        CommandError::Unusable(format!(
            "the rule pack of today registers nothing by {}",
            file.service
        ))
    })?;
    let answer = |name: &String| file.answers.iter().find(|answer| answer.name == *name).cloned();
    let particulars: Vec<Answer> = rule.extract.iter().filter_map(answer).collect();
    Ok(Extract {
        body: pack.body.code.clone(),
        register: String::new(),
        service: file.service.clone(),
        registered: 0,
        issued,
        nth: 0,
        particulars,
    })
}

fn form_of(pack: &Pack, service: &str) -> Result<Form, CommandError> {
    let id = pack.service(service).and_then(|service| service.form.as_deref());
    let form = id.and_then(|id| read_folder(&pack.form_files(id)).ok()?.pop());
    form.ok_or_else(|| CommandError::Unusable(format!("the rule pack has no form of {service}")))
}

fn beside(pack: &Pack, code: Option<&str>) -> Result<Language, CommandError> {
    let Some(code) = code else { return Ok(pack.languages[0]) };
    let known = Language::from_code(code).filter(|it| pack.languages.contains(it));
    known.ok_or_else(|| CommandError::Unusable(format!("the rule pack has no words in {code}")))
}

fn number(typed: &str) -> Result<ReceiptNumber, CommandError> {
    let read = ReceiptNumber::parse(typed);
    read.map_err(|error| CommandError::Unusable(format!("{typed}: {error}")))
}

/// As numbers are printed.
fn written(typed: &str) -> String {
    typed.trim().to_ascii_uppercase()
}
