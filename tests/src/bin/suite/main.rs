//! `cargo suite`: gets what the full suite needs, runs every test of the workspace in one build,
//! says what could not be tested here, and ends with how many passed and how many failed.

mod behind;
mod judges;
mod packages;
mod results;

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use clap::Parser;
use tests::coverage;
use tests::missing::{LIST, Missing};
use tests::programs::{self, BUILT, workspace};
use tests::proof;
use tests::town::STORE;

use behind::Behind;
use results::Results;

/// The longest of all: whole quarters, which wait for nothing but a core.
const SEASONS: &str = "a_whole_quarter_adds_up";

/// Runs every test of the workspace.
///
/// As root on Debian it first installs what the tests drive a real window with; otherwise it prints
/// the one line that installs it. Judges from PyPI and npm go into target/judges. The last line is
/// "N passed, N failed". What could not be tested for want of a component is listed, and fails the
/// run where CI=true.
#[derive(Parser)]
#[command(name = "cargo suite", version)]
struct Arguments {
    /// Runs the seeded tests over many more seeds, and the drivers in a guest with Debian's kernel.
    #[arg(long)]
    long: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    packages::provide(arguments.long);
    judges::provide(arguments.long);
    match run(arguments.long) {
        Ok(results) => ended(&results),
        Err(error) => {
            eprintln!("cargo suite: cargo cannot be run ({error}): is it on the PATH?");
            ExitCode::FAILURE
        }
    }
}

fn run(long: bool) -> io::Result<Results> {
    let list = workspace().join("target").join("suite-missing.txt");
    if let Err(error) = std::fs::remove_file(&list)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let counts = list.with_file_name("suite-counts.txt");
    let _ = std::fs::remove_file(&counts);
    let built = cargo(&["build", "--workspace", "--bins"], &list).status()?.success()
        && cargo(&["test", "--workspace", "--no-run"], &list).status()?.success();
    let mut results = Results::default();
    if built {
        let told = |words: &[&str]| {
            let mut command = cargo(words, &list);
            command.env(BUILT, "1").env(proof::COUNTS, &counts);
            if long {
                command.env(tests::LONG, "1");
            }
            command
        };
        let seasons = Behind::start(told(&["test", "--workspace", "--test", "season", SEASONS]))?;
        let mut rest = told(&["test", "--workspace", "--no-fail-fast"]);
        // What comes after the dashes is for the tests, and cargo's own words stand before them.
        rest.args(["--", "--skip", SEASONS]);
        watch(&mut results, rest)?;
        // What happens at a device and at the office, once more with the books in PostgreSQL.
        let words = ["test", "--workspace", "--no-fail-fast", "--test", "stories"];
        let mut again = cargo(&words, &list);
        again.env(BUILT, "1").env(STORE, "postgres");
        watch(&mut results, again)?;
        seasons.end(&mut results, &mut io::stdout())?;
    } else {
        results.failed += 1;
        results.told.push("the workspace does not build".to_owned());
    }
    results.missing = Missing::read(&list);
    results.covered(&coverage::list(&workspace().join("target")))?;
    results.counts = proof::all(&counts);
    Ok(results)
}

fn cargo(words: &[&str], list: &Path) -> Command {
    let mut command = programs::cargo(words);
    command.arg("--locked").env(LIST, list);
    command
}

/// Runs the tests, passing on what they say while counting it.
fn watch(results: &mut Results, mut command: Command) -> io::Result<()> {
    let mut tests = command.stdout(Stdio::piped()).spawn()?;
    let output = tests.stdout.take().expect("it was asked for");
    for line in BufReader::new(output).split(b'\n') {
        said(results, &line?, &mut io::stdout())?;
    }
    results.end(tests.wait()?.success());
    Ok(())
}

/// Passes one line on, and counts what it says.
fn said(results: &mut Results, line: &[u8], out: &mut impl Write) -> io::Result<()> {
    out.write_all(line)?;
    out.write_all(b"\n")?;
    results.take(&String::from_utf8_lossy(line));
    Ok(())
}

fn ended(results: &Results) -> ExitCode {
    let ci = env::var("CI").is_ok_and(|value| value == "true");
    println!("{}", results.summary(ci));
    match results.is_good(ci) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
