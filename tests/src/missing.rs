//! What could not be tested on this machine. A test that finds no component says so here and ends;
//! `cargo suite` lists it, and fails where it must be complete.

use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

/// The variable that names the file of the list.
pub const LIST: &str = "PADI_SUITE_MISSING";

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    pub component: String,
    pub untested: String,
}

impl Missing {
    pub fn new(component: &str, untested: &str) -> Missing {
        Missing { component: component.to_owned(), untested: untested.to_owned() }
    }

    /// The whole list, each thing once; empty where no test missed anything.
    pub fn read(list: &Path) -> Vec<Missing> {
        let text = std::fs::read_to_string(list).unwrap_or_default();
        let pairs = text.lines().filter_map(|line| line.split_once('\t'));
        let mut all: Vec<Missing> =
            pairs.map(|(component, untested)| Missing::new(component, untested)).collect();
        all.sort();
        all.dedup();
        all
    }

    fn append(&self, list: &Path) -> std::io::Result<()> {
        let mut file = OpenOptions::new().create(true).append(true).open(list)?;
        // One write, so that lines of two test programs never mix.
        file.write_all(format!("{}\t{}\n", self.component, self.untested).as_bytes())
    }
}

/// Says that a component is not here, and what is therefore not tested.
pub fn missing(component: &str, untested: &str) {
    eprintln!("NOT TESTED: {untested} (there is no {component})");
    if let Some(list) = env::var_os(LIST) {
        Missing::new(component, untested)
            .append(Path::new(&list))
            .expect("the suite's list can be written");
    }
}

/// Whether a program can be started by its name.
pub fn has_program(name: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

#[test]
fn what_is_missing_is_read_back_once_and_in_order() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let list = folder.path().join("list");
    assert!(Missing::read(&list).is_empty());
    for (component, untested) in [("xdotool", "b"), ("Xvfb", "a"), ("xdotool", "b")] {
        Missing::new(component, untested).append(&list).expect("written");
    }
    assert_eq!(Missing::read(&list), [Missing::new("Xvfb", "a"), Missing::new("xdotool", "b")]);
}
