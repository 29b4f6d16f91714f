//! `central receive`, `central deposit`, `central bank-statement` and `central instrument`: the way
//! of the money from the collectors to the bank.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use ledger::{Paise, ReceiptNumber, StaffId, day_text};

use super::{CommandError, Place};
use crate::remittance::{
    CloseName, InstrumentWord, RowState, StatementRow, ToDeposit, ToMatch, ToReceive, ToSettle,
};
use crate::statement::{self, FILE_BYTES_MAX, StatementError};
use crate::time::{day_of, moment, now_ms};

#[derive(Args)]
pub struct ReceiveArguments {
    #[command(flatten)]
    place: Place,
    /// The device of the close, "collector-3".
    #[arg(long, value_name = "NAME")]
    device: String,
    /// The close's entry there, as the dashboard lists it.
    #[arg(long, value_name = "SEQ")]
    close: u64,
    /// What was counted in cash, the change money among it.
    #[arg(long, value_name = "RUPEES")]
    counted: String,
    /// A receipt of the close whose cheque or draft did not come; again for each.
    #[arg(long, value_name = "NUMBER")]
    without: Vec<String>,
    /// Why the count is not what the close says, or something did not come.
    #[arg(long, value_name = "WORDS", default_value = "")]
    reason: String,
    /// The officer who counted: another than whoever took the money.
    #[arg(long, value_name = "STAFF")]
    by: u32,
}

#[derive(Args)]
pub struct DepositArguments {
    #[command(flatten)]
    place: Place,
    /// The bank's challan number.
    #[arg(long, value_name = "NUMBER")]
    challan: String,
    /// The day on which it was paid in.
    #[arg(long, value_name = "YYYY-MM-DD")]
    on: NaiveDate,
    /// The whole of what was received of these closes, less the change money.
    #[arg(long, value_name = "RUPEES")]
    amount: String,
    /// A close whose money it is; again for each.
    #[arg(long, value_name = "DEVICE:SEQ", required = true)]
    close: Vec<String>,
    /// Who paid it in.
    #[arg(long, value_name = "STAFF")]
    by: u32,
}

#[derive(Args)]
pub struct StatementArguments {
    #[command(flatten)]
    place: Place,
    /// The statement, at most 4 MiB.
    #[arg(long, value_name = "FILE.csv")]
    file: PathBuf,
    /// Who brings it.
    #[arg(long, value_name = "STAFF")]
    by: u32,
}

#[derive(Args)]
#[group(id = "word", required = true, multiple = false, args = ["realised", "dishonoured"])]
pub struct InstrumentArguments {
    #[command(flatten)]
    place: Place,
    /// The number of the receipt.
    #[arg(long, value_name = "NUMBER")]
    receipt: String,
    /// The day on which the bank honoured it.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "bank_reference")]
    realised: Option<NaiveDate>,
    /// The bank's own reference of that.
    #[arg(long, value_name = "REFERENCE", conflicts_with = "dishonoured")]
    bank_reference: Option<String>,
    /// The day on which the bank refused it.
    #[arg(long, value_name = "YYYY-MM-DD", requires_all = ["reason", "second"])]
    dishonoured: Option<NaiveDate>,
    /// The bank's reason for that.
    #[arg(long, value_name = "WORDS", conflicts_with = "realised")]
    reason: Option<String>,
    /// Who writes it.
    #[arg(long, value_name = "STAFF")]
    by: u32,
    /// The second person, who saw the bank's memo.
    #[arg(long, value_name = "STAFF", conflicts_with = "realised")]
    second: Option<u32>,
}

pub async fn receive(arguments: ReceiveArguments) -> Result<(), CommandError> {
    let ReceiveArguments { place, device, close: seq, counted, without, reason, by } = arguments;
    let (counted, close) = (rupees(&counted)?, CloseName { device, seq });
    let without = without.iter().map(|number| receipt_number(number)).collect::<Result<_, _>>()?;
    let name = close.to_string();
    let deed = ToReceive { close, counted, without, reason, by: StaffId(by), now_ms: now_ms() };
    let received = place.open().await?.store.receive(deed).await?;
    let mut differs = String::new();
    if counted != received.claimed {
        differs.push_str(&format!("; the close says ₹{}", received.claimed.on_paper()));
    }
    let (came, of) = received.instruments;
    if came != of {
        differs.push_str(&format!("; {came} of {of} cheques and drafts came"));
    }
    println!(
        "₹{} of {name}, taken by staff {} on {}, is received by staff {by}{differs}.",
        counted.on_paper(),
        received.collector.0,
        day_text(received.day),
    );
    Ok(())
}

pub async fn deposit(arguments: DepositArguments) -> Result<(), CommandError> {
    let amount = rupees(&arguments.amount)?;
    let named = |text: &String| CloseName::parse(text).ok_or(CommandError::Close(text.clone()));
    let of: Vec<CloseName> = arguments.close.iter().map(named).collect::<Result<_, _>>()?;
    let (challan, closes) = (arguments.challan, of.len());
    let deed = ToDeposit {
        challan: challan.clone(),
        on: day_of(arguments.on),
        amount,
        of,
        by: StaffId(arguments.by),
        now_ms: now_ms(),
    };
    arguments.place.open().await?.store.deposit(deed).await?;
    println!(
        "₹{} of {closes} close{} went into the bank with the challan {}.",
        amount.on_paper(),
        if closes == 1 { "" } else { "s" },
        challan.trim()
    );
    Ok(())
}

pub async fn bank_statement(arguments: StatementArguments) -> Result<(), CommandError> {
    let now_ms = now_ms();
    let bytes = bytes_of(&arguments.file, FILE_BYTES_MAX)?;
    let rows = match statement::read(&bytes, moment(now_ms).day()) {
        Ok(rows) => rows,
        Err(StatementError::Rows(bad)) => {
            for (line, why) in &bad {
                eprintln!("line {line}: {why}");
            }
            return Err(CommandError::StatementRows { refused: bad.len() });
        }
        Err(error) => return Err(CommandError::Statement(error)),
    };
    let (count, by) = (rows.len(), StaffId(arguments.by));
    let deed = ToMatch { rows, by, now_ms };
    let matched = arguments.place.open().await?.store.match_statement(deed).await?;
    for (row, state) in &matched.open {
        println!("line {}: {}", row.line, told(row, *state));
    }
    println!(
        "{count} rows: {} deposits realised, {} known before, {} to be looked at.",
        matched.realised,
        matched.known,
        matched.open.len()
    );
    Ok(())
}

fn told(row: &StatementRow, state: RowState) -> String {
    let (challan, amount) = (&row.challan, row.amount.on_paper());
    match state {
        RowState::Realised => format!("challan {challan} over ₹{amount} is realised"),
        RowState::Differs(ours) => {
            format!("challan {challan} is over ₹{} here, and ₹{amount} there", ours.on_paper())
        }
        RowState::Twice => format!("challan {challan} was on a statement before"),
        RowState::Unmatched => format!("no deposit has the challan {challan} over ₹{amount}"),
    }
}

pub async fn instrument(arguments: InstrumentArguments) -> Result<(), CommandError> {
    let number = receipt_number(&arguments.receipt)?;
    let text = number.to_string();
    let (on, word, ends) = match (arguments.realised, arguments.dishonoured, arguments.second) {
        (Some(on), _, _) => {
            let bank_reference = arguments.bank_reference.unwrap_or_default();
            (on, InstrumentWord::Realised { bank_reference }, "is realised")
        }
        (_, Some(on), Some(second)) => {
            let (reason, second) = (arguments.reason.unwrap_or_default(), StaffId(second));
            let word = InstrumentWord::Dishonoured { reason, second };
            (on, word, "is dishonoured: what it paid is owed again")
        }
        _ => return Err(CommandError::Unusable("give --realised or --dishonoured".to_owned())),
    };
    let (on, by) = (day_of(on), StaffId(arguments.by));
    let deed = ToSettle { receipt: number, word, on, by, now_ms: now_ms() };
    let amount = arguments.place.open().await?.store.settle_instrument(deed).await?;
    println!("The cheque or draft of {text} over ₹{} {ends}.", amount.on_paper());
    Ok(())
}

fn receipt_number(typed: &str) -> Result<ReceiptNumber, CommandError> {
    ReceiptNumber::parse(typed).map_err(|error| CommandError::Unusable(error.to_string()))
}

fn rupees(typed: &str) -> Result<Paise, CommandError> {
    Paise::parse(typed).map_err(|error| CommandError::Sum(typed.to_owned(), error))
}

/// A file that somebody brings, unless it is too large.
pub(super) fn bytes_of(path: &PathBuf, bytes_max: u64) -> Result<Vec<u8>, CommandError> {
    let failed = |error| CommandError::Read(path.clone(), error);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(failed)?;
    match bytes.len() as u64 > bytes_max {
        true => Err(CommandError::TooLarge(path.clone(), bytes_max)),
        false => Ok(bytes),
    }
}
