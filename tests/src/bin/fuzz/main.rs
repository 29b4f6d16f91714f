//! `cargo run --bin fuzz`: the decoders of everything that comes from outside, fed with bytes that
//! nobody wrote, from a seed. The first input that breaks one is printed, kept and an end.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use tests::Trouble;
use tests::fuzz::{self, KEPT, TARGETS, Target, Until};
use tests::programs::workspace;

/// Feeds mutated bytes to the decoders.
///
/// Prints for each target how many inputs it was fed and how many of them it took. What broke one
/// is printed with its seed and kept in tests/corpus, where every later run begins.
#[derive(Parser)]
#[command(name = "fuzz", version)]
struct Arguments {
    /// A target, or all.
    #[arg(default_value = "all")]
    target: String,
    /// How long each target is played.
    #[arg(long, conflicts_with = "runs")]
    seconds: Option<u64>,
    /// How many mutations each target is fed.
    #[arg(long, default_value_t = 20_000)]
    runs: u64,
    /// The seed of the first mutation; the next has one more.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder of the inputs that are fed first and kept.
    #[arg(long)]
    corpus: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(trouble) => {
            eprintln!("fuzz: {trouble}");
            ExitCode::FAILURE
        }
    }
}

/// Whether everything held.
fn run(arguments: &Arguments) -> Result<bool, Trouble> {
    let corpus = arguments.corpus.clone().unwrap_or_else(|| workspace().join(KEPT));
    println!("{:<18} {:>9} {:>9} {:>9} {:>8}", "target", "runs", "accepted", "seed", "seconds");
    for target in targets(&arguments.target)? {
        let inputs = fuzz::kept(&corpus, target.name)?;
        let inputs: Vec<Vec<u8>> = inputs.into_iter().map(|(_, input)| input).collect();
        let begun = Instant::now();
        let until = match arguments.seconds {
            Some(seconds) => Until::Instant(begun + Duration::from_secs(seconds)),
            None => Until::Runs(arguments.runs),
        };
        match fuzz::play(target, &inputs, arguments.seed, until) {
            Ok(played) => println!(
                "{:<18} {:>9} {:>9} {:>9} {:>8.1}",
                target.name,
                played.runs,
                played.accepted,
                arguments.seed,
                begun.elapsed().as_secs_f64(),
            ),
            Err(found) => {
                let path = fuzz::keep(&corpus, target.name, &found.input)?;
                println!("{found}\nkept in {}", path.display());
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn targets(name: &str) -> Result<Vec<&'static Target>, Trouble> {
    if name == "all" {
        return Ok(TARGETS.iter().collect());
    }
    let known: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    match fuzz::named(name) {
        Some(target) => Ok(vec![target]),
        None => Err(Trouble::new(format!("no target {name}; there are {}", known.join(", ")))),
    }
}
