//! `cargo measure`: what a printed payment costs, as counts and as ratios to a baseline of the same
//! run, since the machines it runs on are shared. With `--json` one object a line.

mod audit;
mod books;
mod centre;
mod device;
mod edge;
mod ingest;
mod push;
mod records;
mod slip;
mod wire;

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use serde::Serialize;

/// Measures what a printed payment costs this machine.
///
/// Nothing here fails by being slow: every line says what was found, against which baseline, and
/// whether the goal is met. Use `--release` for figures to quote.
#[derive(Parser)]
#[command(name = "cargo measure", version)]
struct Arguments {
    /// One JSON object a line instead of the table.
    #[arg(long)]
    json: bool,
    /// How many payments each figure is taken over.
    #[arg(long, default_value_t = 500)]
    payments: u32,
    /// One part of the table alone.
    #[arg(long)]
    only: Option<Part>,
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
    Wire,
    Edge,
    Ingest,
    Records,
    Centre,
    Audit,
    Slip,
}

/// One line of the table.
#[derive(Serialize)]
struct Line {
    metric: &'static str,
    value: f64,
    unit: &'static str,
    /// The same work without what is measured, in the same unit.
    baseline: Option<f64>,
    ratio: Option<f64>,
    goal: &'static str,
    met: Option<bool>,
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
            Part::Wire => wire::measure()?,
            Part::Edge => edge::measure()?,
            Part::Ingest => ingest::measure()?,
            Part::Records => records::measure()?,
            Part::Centre => centre::measure()?,
            Part::Audit => audit::measure()?,
            Part::Slip => slip::measure()?,
        };
        lines.iter().for_each(|line| print(line, arguments.json));
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

fn print(line: &Line, json: bool) {
    if json {
        println!("{}", serde_json::to_string(line).expect("a line is plain"));
        return;
    }
    let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
    let met = match line.met {
        Some(true) => "met",
        Some(false) => "missed",
        None => "",
    };
    println!(
        "{:<44} {:>10.2} {:<6} baseline {:>9} ratio {:>6}  goal {:<26} {met}",
        line.metric,
        line.value,
        line.unit,
        number(line.baseline),
        number(line.ratio),
        line.goal,
    );
}
