//! What of the cities' systems works: a table with one row for each system and module that the
//! sources name, and the tests that prove it. The suite writes down how each test ended; a row
//! whose test is not there, or did not pass, is a fault.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The table, in the order of the sources.
const TABLE: &str = include_str!("coverage/rows.toml");

/// One system or module that a source names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The source that names it.
    pub source: String,
    pub row: String,
    pub scope: Scope,
    pub area: Area,
    pub state: State,
    /// The tests that prove it, or what of it works already.
    #[serde(default)]
    pub tests: Vec<String>,
    /// What is still missing of a row that does not work.
    #[serde(default)]
    pub lacks: String,
}

/// How far it is Padi's to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Core,
    Partial,
    /// An adapter with a contract and a simulator.
    Link,
    /// Pages that an office writes.
    Content,
    Out,
}

/// Which rows belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    Money,
    Civil,
    Waste,
    Content,
    Glass,
    Office,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    WorksOffline,
    NeedsCentre,
    /// An adapter that was played against a simulator.
    Adapter,
    OutOfScope,
    NotYet,
}

impl State {
    pub const fn works(self) -> bool {
        matches!(self, Self::WorksOffline | Self::NeedsCentre | Self::Adapter)
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::WorksOffline => "works offline",
            Self::NeedsCentre => "works, needs the centre",
            Self::Adapter => "adapter with simulator",
            Self::OutOfScope => "out of scope",
            Self::NotYet => "not yet",
        }
    }
}

/// # Panics
///
/// Where the table that is compiled in cannot be read; a test reads it.
pub fn rows() -> Vec<Row> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Table {
        row: Vec<Row>,
    }
    let table: Table = toml::from_str(TABLE).expect("the table of the sources is TOML");
    table.row
}

/// How the tests of the last suite ended, by the last part of their names: false where one failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended(BTreeMap<String, bool>);

impl Ended {
    /// Reads one line of what cargo's tests print; whether it told how a test ended.
    pub fn take(&mut self, line: &str) -> bool {
        let told = line.trim().strip_prefix("test ").and_then(|line| {
            let (name, end) = line.rsplit_once(" ... ")?;
            let name = name.trim_end_matches(" - should panic");
            let name = name.rsplit("::").next().unwrap_or(name);
            match end {
                "ok" => Some((name, true)),
                "FAILED" => Some((name, false)),
                _ => None,
            }
        });
        let Some((name, passed)) = told else { return false };
        // Stories run on two databases: both must pass.
        let all = self.0.entry(name.to_owned()).or_insert(true);
        *all &= passed;
        true
    }

    /// How the tests of the last suite ended; nothing where none was run here.
    ///
    /// # Errors
    ///
    /// Where the list is there and cannot be read.
    pub fn read(list: &Path) -> io::Result<Ended> {
        let mut ended = Ended::default();
        match std::fs::read_to_string(list) {
            Ok(text) => text.lines().for_each(|line| {
                ended.take(line);
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(ended)
    }

    /// # Errors
    ///
    /// Where the list cannot be written.
    pub fn write(&self, list: &Path) -> io::Result<()> {
        let line = |(name, passed): (&String, &bool)| {
            format!("test {name} ... {}\n", if *passed { "ok" } else { "FAILED" })
        };
        std::fs::write(list, self.0.iter().map(line).collect::<String>())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it passed; none where the suite did not run it.
    pub fn passed(&self, test: &str) -> Option<bool> {
        self.0.get(test).copied()
    }
}

/// Where the suite writes how each test ended.
pub fn list(target: &Path) -> PathBuf {
    target.join("suite-tests.txt")
}

/// What is wrong with the table, a sentence each.
pub fn faults(rows: &[Row], is_there: impl Fn(&str) -> bool, ended: &Ended) -> Vec<String> {
    let mut faults = Vec::new();
    for row in rows {
        let name = format!("{}, {}", row.source, row.row);
        if row.state.works() && (row.tests.is_empty() || !row.lacks.is_empty()) {
            faults.push(format!("{name}: works only with a test that proves it, lacking nothing"));
        }
        if (row.scope == Scope::Out) != (row.state == State::OutOfScope) {
            faults.push(format!("{name}: out of scope in one column and not in the other"));
        }
        for test in &row.tests {
            if !is_there(test) {
                faults.push(format!("{name}: there is no test {test}"));
            } else if !ended.is_empty() && ended.passed(test) != Some(true) {
                faults.push(format!("{name}: the test {test} did not pass in the last suite"));
            }
        }
    }
    faults
}

/// Whether a test of this name stands in the sources under a folder.
pub fn finder(folder: &Path) -> impl Fn(&str) -> bool + use<> {
    let sources = sources(folder);
    move |name| {
        // A judge's case is named by a string.
        let forms = [format!("fn {name}("), format!("\"{name}\"")];
        sources.iter().any(|source| forms.iter().any(|form| source.contains(form)))
    }
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

/// "21 of 143 rows work; of those that are core: money 7 of 20, …".
pub fn summary(rows: &[Row]) -> String {
    let areas = [Area::Money, Area::Civil, Area::Waste, Area::Content, Area::Glass, Area::Office];
    let counted = areas.map(|area| {
        let core = rows.iter().filter(|row| row.area == area && row.scope == Scope::Core);
        let (works, all) =
            core.fold((0, 0), |(works, all), row| (works + u32::from(row.state.works()), all + 1));
        format!("{} {works} of {all}", format!("{area:?}").to_lowercase())
    });
    let works = rows.iter().filter(|row| row.state.works()).count();
    format!("{works} of {} rows work; of those that are core: {}", rows.len(), counted.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many as the sources name.
    const ROWS: usize = 143;

    fn row(state: State, tests: &[&str], lacks: &str) -> Row {
        Row {
            source: "Town".to_owned(),
            row: "Bridge".to_owned(),
            scope: Scope::Core,
            area: Area::Money,
            state,
            tests: tests.iter().map(|test| (*test).to_owned()).collect(),
            lacks: lacks.to_owned(),
        }
    }

    #[test]
    fn every_row_of_the_sources_is_there_once() {
        let rows = rows();
        assert_eq!(rows.len(), ROWS);
        for (place, row) in rows.iter().enumerate() {
            let twin = |other: &Row| (&other.source, &other.row) == (&row.source, &row.row);
            assert!(!rows[..place].iter().any(twin), "{} stands twice", row.row);
        }
    }

    #[test]
    fn each_row_has_its_tests() {
        let is_there = finder(crate::programs::workspace());
        let faults = faults(&rows(), is_there, &Ended::default());
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn a_test_that_is_not_there_or_did_not_pass_is_a_fault() {
        let rows = [row(State::WorksOffline, &["crossed"], "")];
        let mut ended = Ended::default();
        assert!(faults(&rows, |_| true, &ended).is_empty());
        assert!(faults(&rows, |_| false, &ended)[0].contains("there is no test crossed"));
        assert!(ended.take("test bridge::swum ... ok"));
        assert!(faults(&rows, |_| true, &ended)[0].contains("crossed did not pass"));
        assert!(ended.take("test bridge::crossed - should panic ... ok"));
        assert!(faults(&rows, |_| true, &ended).is_empty());
        assert!(ended.take("test bridge::crossed ... FAILED"));
        assert!(ended.take("test bridge::crossed ... ok"), "once more, on the other database");
        assert!(faults(&rows, |_| true, &ended)[0].contains("crossed did not pass"));
    }

    #[test]
    fn nothing_works_unproved_or_by_half() {
        for row in [row(State::Adapter, &[], ""), row(State::NeedsCentre, &["a"], "the other")] {
            assert!(faults(&[row], |_| true, &Ended::default())[0].contains("lacking nothing"));
        }
        let out = row(State::OutOfScope, &[], "");
        assert!(faults(&[out], |_| true, &Ended::default())[0].contains("out of scope in one"));
    }

    #[test]
    fn how_tests_ended_is_read_back_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let list = list(folder.path());
        assert!(Ended::read(&list).expect("none yet").is_empty());
        let mut ended = Ended::default();
        assert!(!ended.take("test result: ok. 3 passed; 0 failed; 0 ignored"));
        assert!(ended.take("test a::b ... ok") && ended.take("test c ... FAILED"));
        ended.write(&list).expect("written");
        assert_eq!(Ended::read(&list).expect("read"), ended);
    }
}
