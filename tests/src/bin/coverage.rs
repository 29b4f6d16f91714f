//! `cargo coverage`: what of the city systems that Padi was asked for works, row by row, each with
//! the tests that prove it.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;
use serde_json::json;
use tests::coverage::{self, Ended, Row};
use tests::programs::workspace;

/// Lists what works of the systems that the sources name, with the tests that prove each.
///
/// Fails where a named test does not exist, or did not pass in the last `cargo suite` of this
/// checkout. Where none was run here, it says so and looks only whether the tests are there.
#[derive(Parser)]
#[command(name = "cargo coverage", version)]
struct Arguments {
    /// One JSON object a line instead of the table.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let list = coverage::list(&workspace().join("target"));
    let ended = match Ended::read(&list) {
        Ok(ended) => ended,
        Err(error) => {
            eprintln!("cargo coverage: {} cannot be read: {error}", list.display());
            return ExitCode::FAILURE;
        }
    };
    let rows = coverage::rows();
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| if arguments.json { object(row, &ended) } else { line(row) })
        .collect();
    let faults = coverage::faults(&rows, coverage::finder(workspace()), &ended);
    if !arguments.json {
        lines.push(coverage::summary(&rows));
        if ended.is_empty() {
            let sentence =
                "Whether the tests pass was not looked at: cargo suite was not run here.";
            lines.push(sentence.to_owned());
        }
    }
    let said = io::stdout().write_all((lines.join("\n") + "\n").as_bytes());
    // Whoever reads the first lines alone has read what they wanted.
    if let Some(error) = said.err().filter(|error| error.kind() != ErrorKind::BrokenPipe) {
        eprintln!("cargo coverage: nothing can be written: {error}");
        return ExitCode::FAILURE;
    }
    for fault in &faults {
        eprintln!("{fault}");
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn line(row: &Row) -> String {
    let scope = format!("{:?}", row.scope).to_lowercase();
    let state = row.state.words();
    let mut line = format!("{:<20} {:<76} {scope:<8} {state:<24}", row.source, row.row);
    if !row.lacks.is_empty() {
        line += &format!(" ({})", row.lacks);
    }
    line + " " + &row.tests.join(", ")
}

fn object(row: &Row, ended: &Ended) -> String {
    let passed = |test: &String| ended.passed(test);
    json!({
        "source": row.source,
        "row": row.row,
        "scope": row.scope,
        "area": row.area,
        "state": row.state,
        "test": row.tests.join(", "),
        "passed": row.tests.iter().map(passed).collect::<Vec<_>>(),
        "lacks": row.lacks,
    })
    .to_string()
}
