//! `cargo run --bin priors`: makes the file that is shipped with the columns, from days of seeds
//! that no figure is ever given for.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use ledger::{Entry, Fact};
use replica::columns::trained;
use tests::books::{Ledger, key};
use tests::fuzz;
use tests::workload::{Day, Round, lease};

/// The seeds that are trained on. What `cargo measure` shows is of other ones.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=160;

/// Of so many of them books with everything that a counter does.
const COUNTERS: u64 = 12;

const PAYMENTS: u32 = 500;

/// How a day is sent: whole, or bit by bit.
const PARTS: [(u32, usize); 4] = [(PAYMENTS, 1), (100, 2), (20, 4), (1, 10)];

/// Writes the priors of the columns anew. The version of the file must go up with every file that
/// leaves this machine.
#[derive(Parser)]
#[command(name = "priors", version)]
struct Arguments {
    /// Where the file goes.
    #[arg(long, default_value = "sync/replica/src/columns/priors-1.bin")]
    out: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let batches = batches();
    let file = trained(&batches);
    match std::fs::write(&arguments.out, &file) {
        Ok(()) => {
            println!("{} batches, {} bytes", batches.len(), file.len());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("priors: {} cannot be written: {error}", arguments.out.display());
            ExitCode::FAILURE
        }
    }
}

fn batches() -> Vec<(u64, Vec<Vec<u8>>)> {
    let office = key(1);
    let mut batches = Vec::new();
    for seed in SEEDS {
        let round = if seed % 2 == 0 { Round::Worker } else { Round::Collector };
        let book = format!("{}{}", if seed % 2 == 0 { "H" } else { "C" }, seed % 17 + 1);
        let opened = Fact::BookOpened(lease(&book).signed(&office));
        let day = Day::of(seed, round, PAYMENTS, opened, &book);
        for (payments, taken) in PARTS {
            let parts = day.in_parts(payments);
            let step = (parts.len() / taken).max(1);
            batches.extend(parts.into_iter().step_by(step));
        }
    }
    for seed in SEEDS.take(COUNTERS as usize) {
        let ledger = Ledger::grown(seed, 300, None);
        let entries: Vec<Vec<u8>> = ledger.entries.iter().map(Entry::canonical).collect();
        let parts = entries.chunks(60).enumerate();
        batches.extend(parts.map(|(at, part)| (60 * at as u64, part.to_vec())));
    }
    batches.push((0, fuzz::every_kind().iter().map(Entry::canonical).collect()));
    batches
}
