//! Programs that others wrote, and that say whether ours speak and draw as the world does: where
//! they lie, and what each of them said.

pub mod emupos;
pub mod gpsd;
pub mod guest;
pub mod pcscd;
pub mod xlsform;

use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

use crate::programs::workspace;
use crate::{Trouble, missing};

/// What a judge found.
pub enum Verdict {
    /// It agrees; the figures that it agrees on.
    Agrees(String),
    /// It is not on this machine.
    Missing,
    /// It takes too long for every time; the command that asks it.
    NotAsked(&'static str),
}

/// One question to one judge.
pub struct Case {
    /// The judge, with its version where it has one: "emupos 0.4.0".
    pub judge: &'static str,
    /// What it is asked about, as the table names it: "raster, dot by dot".
    pub question: &'static str,
    /// The name of the test: lower case with underscores, of no other case.
    pub name: &'static str,
    pub ask: fn() -> Result<Verdict, Trouble>,
}

/// What was said, one row a case.
#[derive(Default)]
pub struct Table(Mutex<Vec<(usize, [String; 3])>>);

impl Table {
    /// Asks, and keeps the answer; an error is why the judge does not agree.
    pub fn ask(&self, place: usize, case: &Case) -> Result<(), Trouble> {
        let said = (case.ask)();
        let (verdict, result) = match said {
            Ok(Verdict::Agrees(figures)) => (format!("agrees: {figures}"), Ok(())),
            Ok(Verdict::Missing) => {
                missing(case.judge, case.question);
                ("not here".to_owned(), Ok(()))
            }
            Ok(Verdict::NotAsked(command)) => (format!("not asked: {command} does"), Ok(())),
            Err(trouble) => (format!("DISAGREES: {trouble}"), Err(trouble)),
        };
        let first_line = verdict.lines().next().unwrap_or_default().to_owned();
        let row = [case.judge.to_owned(), case.question.to_owned(), first_line];
        self.0.lock().expect("nobody panics while holding it").push((place, row));
        result
    }

    /// The whole table as text, in the order of the cases.
    pub fn text(&self) -> String {
        let mut rows = self.0.lock().expect("nobody panics while holding it").clone();
        rows.sort();
        let mut text = String::new();
        for (_, [judge, question, verdict]) in rows {
            let _ = writeln!(text, "{judge:<18} {question:<44} {verdict}");
        }
        text
    }
}

/// The folder of the judges that `cargo suite` installs from no Debian package.
pub fn folder() -> PathBuf {
    workspace().join("target").join("judges")
}

/// A program of a judge in that folder, where it is there.
pub fn program(path: &str) -> Option<PathBuf> {
    Some(folder().join(path)).filter(|path| path.is_file())
}

/// Runs a judge to its end; what it printed, or why it failed.
pub fn output(mut command: Command) -> Result<String, Trouble> {
    let name = command.get_program().to_string_lossy().into_owned();
    let said = command
        .output()
        .map_err(|error| Trouble::caused(format!("{name} cannot be started"), error))?;
    if said.status.success() {
        return Ok(String::from_utf8_lossy(&said.stdout).into_owned());
    }
    Err(Trouble::new(format!(
        "{name} ended with {}: {}",
        said.status,
        String::from_utf8_lossy(&said.stderr).trim()
    )))
}

#[test]
fn the_table_is_in_the_order_of_the_cases_and_says_who_disagrees() {
    let agrees = Case {
        judge: "one 1.0",
        question: "dots",
        name: "dots",
        ask: || Ok(Verdict::Agrees("3 of 3".to_owned())),
    };
    let disagrees = Case { ask: || Err(Trouble::new("2 of 3\nmore".to_owned())), ..agrees };
    let table = Table::default();
    assert!(table.ask(1, &disagrees).is_err());
    table.ask(0, &agrees).expect("it agrees");
    let text = table.text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("one 1.0") && lines[0].ends_with("agrees: 3 of 3"));
    assert!(lines[1].ends_with("DISAGREES: 2 of 3") && lines.len() == 2);
}
