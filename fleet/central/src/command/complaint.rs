//! `central complaints`, `central complaint` and `central work-complaint`: what was complained of,
//! whose it is by now, everything that was done, and what the office itself does.

use clap::{Args, Subcommand};
use ledger::{ComplaintState, StaffId, Work, date_of, day_text};

use super::{CommandError, Opened, Place};
use crate::complaints::{ComplaintKept, ComplaintRow, ComplaintsAsked, DeedRow, ToWork};
use crate::time::{day_of, moment, now_ms, stamp};

#[derive(Subcommand)]
pub enum ComplaintCommand {
    /// Lists complaints by the day on which they are due: how each stands, and whose it is.
    ///
    /// One that is not answered goes up the ladder of its rule pack by itself, day by day: then its
    /// row says to whom.
    Complaints(ComplaintsArguments),
    /// Prints a complaint with everything that was done about it. `central application` opens its
    /// answers.
    Complaint(ComplaintArguments),
    /// The office itself passes a complaint on, resolves it or rejects it. Its book says so for
    /// ever, so that the words name nobody.
    WorkComplaint(WorkComplaintArguments),
}

#[derive(Args)]
pub struct ComplaintsArguments {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_name = "WARD")]
    ward: Option<u16>,
    /// Of one category, as the rule pack names it: garbage.
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
    /// open, taken_up, resolved or rejected.
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Only open ones whose day is over.
    #[arg(long)]
    overdue: bool,
    /// Only open ones that have gone up the ladder.
    #[arg(long)]
    escalated: bool,
}

#[derive(Args)]
pub struct ComplaintArguments {
    #[command(flatten)]
    place: Place,
    /// The number of its acknowledgement.
    #[arg(value_name = "NUMBER")]
    number: String,
}

#[derive(Args)]
#[command(group(clap::ArgGroup::new("work").required(true)
    .args(["reassign", "resolve", "reject"])))]
pub struct WorkComplaintArguments {
    #[command(flatten)]
    place: Place,
    /// The number of its acknowledgement.
    #[arg(value_name = "NUMBER")]
    number: String,
    /// To this office, as the rule pack names it; with --reason.
    #[arg(long, value_name = "OFFICE", requires = "reason")]
    reassign: Option<String>,
    /// What was done.
    #[arg(long, value_name = "WORDS")]
    resolve: Option<String>,
    /// Why nothing is done.
    #[arg(long, value_name = "WORDS")]
    reject: Option<String>,
    #[arg(long, value_name = "WORDS")]
    reason: Option<String>,
    /// Who does it.
    #[arg(long, value_name = "STAFF")]
    by: u32,
}

pub async fn run(command: ComplaintCommand) -> Result<(), CommandError> {
    match command {
        ComplaintCommand::Complaints(arguments) => complaints(arguments).await,
        ComplaintCommand::Complaint(arguments) => complaint(arguments).await,
        ComplaintCommand::WorkComplaint(arguments) => work(arguments).await,
    }
}

async fn complaints(arguments: ComplaintsArguments) -> Result<(), CommandError> {
    let ComplaintsArguments { place, ward, category, state, overdue, escalated } = arguments;
    let opened = place.open().await?;
    let today = day_of(moment(now_ms()).date());
    let state = match state {
        None => None,
        Some(code) => {
            let wrong = || CommandError::Unusable(format!("a complaint is never {code}"));
            Some(ComplaintState::from_code(&code).ok_or_else(wrong)?)
        }
    };
    let (overdue_on, only_open) = (overdue.then_some(today), escalated);
    let asked = ComplaintsAsked { ward, category, state, overdue_on, only_open };
    let mut rows = opened.store.complaints(asked).await?;
    rows.retain(|row| !escalated || above(&opened, row, today).is_some());
    if rows.is_empty() {
        println!("There are no such complaints.");
    }
    for row in rows {
        println!("{}", line(&opened, &row, today));
    }
    Ok(())
}

/// To which office an open complaint has gone up by now, by the ladder of its own pack; none where
/// it has not.
fn above(opened: &Opened, row: &ComplaintRow, today: i64) -> Option<(usize, String)> {
    let pack = opened.trusted.packs.version(row.pack).filter(|_| row.state.is_open())?;
    let category = pack.complaints.category(&row.category)?;
    let service = pack.service(&pack.complaints.service)?.application.as_ref()?;
    let days = (date_of(row.day), date_of(today));
    let (rungs, office) = category.rung_on(service, &pack.calendar, days);
    (rungs > 0).then(|| (rungs, office.to_owned()))
}

fn line(opened: &Opened, row: &ComplaintRow, today: i64) -> String {
    let mut line = format!(
        "{}  {}  ward {}  filed {}  due {}  {}  {}",
        row.number,
        row.category,
        row.ward,
        stamp(row.at_ms),
        day_text(row.due),
        row.state.code(),
        row.office
    );
    if row.state.is_open() && row.due < today {
        line.push_str("  overdue");
    }
    if let Some((rungs, office)) = above(opened, row, today) {
        line.push_str(&format!("  escalated {rungs} to {office}"));
    }
    if let Some(channel) = &row.channel {
        line.push_str(&format!("  by {channel}"));
    }
    if let Some(first) = &row.same_as {
        line.push_str(&format!("  same as {first}"));
    }
    if row.reopened > 0 {
        line.push_str(&format!("  reopened {}", row.reopened));
    }
    if let Some(stars) = row.stars {
        line.push_str(&format!("  rated {stars}"));
    }
    line
}

async fn complaint(arguments: ComplaintArguments) -> Result<(), CommandError> {
    let opened = arguments.place.open().await?;
    let number = arguments.number.trim().to_ascii_uppercase();
    let kept = opened.store.complaint(number.clone()).await?;
    let kept = kept.ok_or(CommandError::NoSuchComplaint(number))?;
    let today = day_of(moment(now_ms()).date());
    println!("{}", line(&opened, &kept.row, today));
    let ComplaintKept { row, device, deeds } = kept;
    if let Some(asset) = row.asset {
        println!("about {asset}");
    }
    println!("{}  filed at {device}, pack version {}", stamp(row.at_ms), row.pack);
    for deed in deeds {
        println!("{}", deed_line(&deed));
    }
    Ok(())
}

fn deed_line(deed: &DeedRow) -> String {
    let mut line = format!("{}  {}", stamp(deed.at_ms), deed.did);
    if let Some(office) = &deed.office {
        line.push_str(&format!(" to {office}"));
    }
    if let Some(stars) = deed.stars {
        line.push_str(&format!(" {stars}"));
    }
    line.push_str(&format!(" at {}", deed.device.as_deref().unwrap_or("the office")));
    if let Some(staff) = deed.staff {
        line.push_str(&format!(" by {}", staff.0));
    }
    if let Some(says) = &deed.says {
        line.push_str(&format!(": {says}"));
    }
    if !deed.counts {
        line.push_str("  (does not count)");
    }
    line
}

async fn work(arguments: WorkComplaintArguments) -> Result<(), CommandError> {
    let WorkComplaintArguments { place, number, reassign, resolve, reject, reason, by } = arguments;
    let number = number.trim().to_ascii_uppercase();
    let work = match (reassign, resolve, reject) {
        (Some(office), _, _) => Work::Reassigned(office, reason.unwrap_or_default()),
        (None, Some(remark), _) => Work::Resolved(remark),
        (None, None, reason) => Work::Rejected(reason.unwrap_or_default()),
    };
    let deed = ToWork { number: number.clone(), work, by: StaffId(by), now_ms: now_ms() };
    let entry = place.open().await?.store.work_on_complaint(deed).await?;
    println!("Done with {number}: entry {entry} of the office book.");
    Ok(())
}
