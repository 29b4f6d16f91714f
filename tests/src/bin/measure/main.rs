//! `cargo measure`: what a printed payment costs, as counts and as ratios to a baseline of the same
//! run, since the machines it runs on are shared. With `--json` one object a line.

mod audit;
mod books;
mod centre;
mod device;
mod edge;
mod line;
mod machine;
mod pull;
mod push;
mod records;
mod scale;
mod search;
mod slip;
mod wire;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use line::Line;

/// Measures what a printed payment costs this machine.
///
/// Nothing here fails by being slow: every line says what was found, against which baseline, and
/// whether the goal is met. The programs that are measured are built as they are shipped.
#[derive(Parser)]
#[command(name = "cargo measure", version)]
struct Arguments {
    /// One JSON object a line instead of the table.
    #[arg(long)]
    json: bool,
    /// How many payments each figure of a device's disk is taken over.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    payments: u32,
    /// One part of the table alone.
    #[arg(long)]
    only: Option<Part>,
    /// How large a centre `--only scale` fills.
    #[arg(long, value_name = "DEVICESxENTRIES", default_value = "40000x1000000")]
    scale: scale::Size,
    /// What another run of this program asks of this one.
    #[command(subcommand)]
    errand: Option<device::Errand>,
}

/// A part of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    Books,
    Device,
    Push,
    Pull,
    Wire,
    Edge,
    Records,
    Centre,
    Audit,
    Slip,
    Search,
    /// Takes minutes: only where it is asked for.
    Scale,
    /// The same on PostgreSQL.
    ScalePostgres,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(errand) = &arguments.errand {
        return ended(device::run(errand));
    }
    ended(measured(&arguments))
}

/// Prints each part as soon as it is measured.
fn measured(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    for part in Part::value_variants() {
        if arguments.only.is_some_and(|only| only != *part) {
            continue;
        }
        let lines = match part {
            Part::Books => books::measure(arguments.payments)?,
            Part::Device => device::measure()?,
            Part::Push => push::measure()?,
            Part::Pull => pull::measure()?,
            Part::Wire => wire::measure()?,
            Part::Edge => edge::measure()?,
            Part::Records => records::measure()?,
            Part::Centre => centre::measure()?,
            Part::Audit => audit::measure()?,
            Part::Slip => slip::measure()?,
            Part::Search => search::measure()?,
            Part::Scale if arguments.only.is_none() => vec![scale::not_asked_for()],
            Part::Scale => scale::measure(arguments.scale)?,
            Part::ScalePostgres if arguments.only.is_none() => Vec::new(),
            Part::ScalePostgres => scale::measure_on_postgres(arguments.scale)?,
        };
        lines.iter().for_each(|line| line.print(arguments.json));
    }
    Ok(())
}

fn ended(done: Result<(), Box<dyn Error>>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo measure: {error}");
            ExitCode::FAILURE
        }
    }
}
