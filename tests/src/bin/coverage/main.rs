//! `cargo coverage`: what of the city systems that Padi was asked for works, row by row, each with
//! the test that proves it. A named test that does not exist fails the command.

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use serde::{Deserialize, Serialize};
use tests::programs::workspace;

/// The table, one row a service.
const TABLE: &str = include_str!("rows.toml");

/// Lists what works of the services that city systems name, with the test that proves each.
#[derive(Parser)]
#[command(name = "cargo coverage", version)]
struct Arguments {
    /// One JSON object a line instead of the table.
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// The system that names it.
    source: String,
    row: String,
    /// core, partial, link or out.
    scope: String,
    state: State,
    /// The test that proves it.
    #[serde(default)]
    test: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    WorksOffline,
    NeedsCentre,
    NotYet,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let table: Table = toml::from_str(TABLE).expect("the table is read by a test of every build");
    let sources = sources(workspace());
    let mut faults = 0;
    for row in &table.row {
        let proved = row.state == State::NotYet || has_test(&sources, &row.test);
        if !proved {
            faults += 1;
            eprintln!("{}: there is no test {:?}", row.row, row.test);
        }
        print(row, arguments.json);
    }
    let works = table.row.iter().filter(|row| row.state != State::NotYet).count();
    if !arguments.json {
        println!("{works} of {} rows work", table.row.len());
    }
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn print(row: &Row, json: bool) {
    if json {
        println!("{}", serde_json::to_string(row).expect("a row is plain"));
        return;
    }
    let state = match row.state {
        State::WorksOffline => "works offline",
        State::NeedsCentre => "needs the centre",
        State::NotYet => "not yet",
    };
    println!("{:<16} {:<58} {:<8} {state:<17} {}", row.source, row.row, row.scope, row.test);
}

fn has_test(sources: &[String], name: &str) -> bool {
    let wanted = format!("fn {name}(");
    !name.is_empty() && sources.iter().any(|source| source.contains(&wanted))
}

/// Every Rust source of the workspace.
fn sources(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let Ok(items) = std::fs::read_dir(folder) else { return found };
    for path in items.flatten().map(|item| item.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            found.extend(sources(&path));
        } else if name.ends_with(".rs") {
            found.extend(std::fs::read_to_string(&path));
        }
    }
    found
}
