//! `cargo run --bin season`: seasons of a whole body from seeds, as the suite plays them, of any
//! size. A season that fails says its seed and step; the same seed fails again at the same step.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use tests::season::{Size, play_all};

/// Plays seasons of one centre and many devices, and prints what happened in them.
#[derive(Parser)]
#[command(name = "season", version)]
struct Arguments {
    /// The seed of the first season; the next has one more.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, default_value_t = 1)]
    seasons: u64,
    #[arg(long, default_value_t = Size::FULL.devices)]
    devices: usize,
    #[arg(long, default_value_t = Size::FULL.days)]
    days: i64,
    /// People a day at each device.
    #[arg(long, default_value_t = Size::FULL.people)]
    people: usize,
}

fn main() -> ExitCode {
    let Arguments { seed, seasons, devices, days, people } = Arguments::parse();
    let begun = Instant::now();
    match play_all(seed..seed + seasons, Size { devices, days, people }) {
        Ok(counts) => {
            println!("{counts}");
            println!("{} s", begun.elapsed().as_secs());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
