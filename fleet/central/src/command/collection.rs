//! `central collection`: the statement of receipts.

use std::io::{self, Write};

use chrono::NaiveDate;
use clap::Args;
use ledger::{Paise, day_text};

use super::{CommandError, Place};
use crate::collection::{Collection, DAYS_MAX, mode_label, signed};
use crate::time::{day_of, moment, now_ms};

#[derive(Args)]
pub struct CollectionArguments {
    #[command(flatten)]
    place: Place,
    /// The first day; today where it is left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<NaiveDate>,
    /// The last day; the first one where it is left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<NaiveDate>,
    /// As a file for a spreadsheet.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// As a file that the office signs.
    #[arg(long)]
    json: bool,
}

pub async fn collection(arguments: CollectionArguments) -> Result<(), CommandError> {
    let now_ms = now_ms();
    let from = arguments.from.map_or_else(|| moment(now_ms).day(), day_of);
    let to = arguments.to.map_or(from, day_of);
    check_days(from, to).map_err(CommandError::Unusable)?;
    let opened = arguments.place.open().await?;
    let it = opened.store.collection(from, to).await?;
    let text = match (arguments.csv, arguments.json) {
        (true, _) => it.csv(),
        (_, true) => {
            let trusted = &opened.trusted;
            signed(&it, trusted.packs.body(), now_ms, &trusted.office)
        }
        _ => plain(&it),
    };
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(CommandError::Output)?;
    match it.differences.len() {
        0 => Ok(()),
        count => {
            it.differences.iter().for_each(|difference| eprintln!("{difference}"));
            Err(CommandError::Differences(count))
        }
    }
}

/// Why these days make no statement.
pub fn check_days(from: i64, to: i64) -> Result<(), String> {
    match to.saturating_sub(from) {
        span if span < 0 => Err("the last day is before the first: give --from and --to".into()),
        span if span >= DAYS_MAX => {
            Err(format!("a statement has at most {DAYS_MAX} days: give several"))
        }
        _ => Ok(()),
    }
}

fn plain(it: &Collection) -> String {
    let mut lines = vec![format!(
        "Statement of receipts from {} to {}: {} receipts, ₹{}",
        day_text(it.from),
        day_text(it.to),
        it.receipts,
        it.amount.on_paper()
    )];
    lines.push("By head of account:".to_owned());
    for head in &it.heads {
        let name = if head.label.is_empty() { &head.head } else { &head.label };
        lines.push(line(&format!("{} {name}", head.account), head.lines, head.amount));
    }
    lines.push("By mode:".to_owned());
    for mode in &it.modes {
        lines.push(line(mode_label(&mode.mode), mode.receipts, mode.amount));
    }
    lines.push("By device and person:".to_owned());
    for taker in &it.takers {
        let staff = match taker.staff {
            Some(staff) => format!("{}, staff {staff} {}", taker.device, taker.person),
            None => format!("{}, by itself", taker.device),
        };
        lines.push(line(staff.trim_end(), taker.receipts, taker.amount));
    }
    if !it.channels.is_empty() {
        lines.push("Through channels of others:".to_owned());
    }
    for channel in &it.channels {
        let line = line(&channel.channel, channel.payments, channel.amount);
        lines.push(format!("{line}, of which it keeps ₹{}", channel.fees.on_paper()));
    }
    if it.cancelled_receipts > 0 {
        lines.push("Receipts that do not stand, in none of these sums:".to_owned());
        lines.push(line("all of them", it.cancelled_receipts, it.cancelled_amount));
        for one in &it.cancelled {
            let day = day_text(one.day);
            let what = format!("{} of {day}, {}: {}", one.number, one.state, one.reason);
            lines.push(format!("  {what}  ₹{}", one.amount.on_paper()));
        }
    }
    lines.extend(cash(it));
    lines.push(String::new());
    lines.join("\n")
}

fn cash(it: &Collection) -> Vec<String> {
    let sum = |sum: Paise| sum.on_paper();
    let mut lines = vec!["Cash, day by day:".to_owned()];
    for day in &it.cash {
        lines.push(format!(
            "  {}: opening ₹{}, taken ₹{}, counts differ by ₹{}, deposited ₹{}, unremitted ₹{} \
             (with devices ₹{}, received ₹{}); deposited and not at the bank yet ₹{}",
            day_text(day.day),
            sum(day.opening),
            sum(day.taken),
            sum(day.difference),
            sum(day.deposited),
            sum(day.closing),
            sum(day.with_devices),
            sum(day.received),
            sum(day.at_bank),
        ));
    }
    for day in it.instruments.iter().filter(|day| !day.closing.is_zero() || !day.taken.is_zero()) {
        lines.push(format!(
            "  {}: cheques and drafts taken ₹{}, honoured ₹{}, dishonoured ₹{}, open ₹{}",
            day_text(day.day),
            sum(day.taken),
            sum(day.honoured),
            sum(day.dishonoured),
            sum(day.closing),
        ));
    }
    lines
}

fn line(name: &str, count: u64, sum: Paise) -> String {
    format!("  {name}: {count}, ₹{}", sum.on_paper())
}
