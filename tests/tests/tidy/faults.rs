//! The table of what can go wrong at a device: each row names the tests that would fail, and they
//! are there.

use super::folder::{Finding, report, root, sources};

/// The rows of the table that the field's own notes list.
const ROWS: usize = 15;

#[test]
fn every_fault_of_a_device_has_tests_that_are_there() {
    let path = "drivers/faults.toml";
    let text = std::fs::read_to_string(root().join(path)).expect("the table of faults");
    let sources = sources(".rs");
    let has = |name: &str| {
        let forms = [format!("fn {name}("), format!("\"{name}\"")];
        sources.iter().any(|source| forms.iter().any(|form| source.text.contains(form)))
    };
    let (rows, findings) = missing(path, &text, has);
    report("a fault whose test is not there", &findings);
    assert!(rows >= ROWS, "{rows} rows of {ROWS}");
}

/// How many rows there are, and what they name in vain.
fn missing(path: &str, text: &str, has: impl Fn(&str) -> bool) -> (usize, Vec<Finding>) {
    let table: toml::Table = toml::from_str(text).expect("the table of faults is TOML");
    let faults = table["fault"].as_array().expect("each is written as [[fault]]");
    let mut findings = Vec::new();
    for fault in faults {
        let word = |key: &str| fault[key].as_str().unwrap_or_default().to_owned();
        let tests = fault["tests"].as_array().cloned().unwrap_or_default();
        let what = word("what");
        let line = text.lines().position(|line| line.contains(&what)).unwrap_or_default() + 1;
        if what.is_empty() || word("must").is_empty() || tests.is_empty() {
            findings.push(Finding::new(path, line, format!("{what:?} lacks a part: say it")));
        }
        let names = tests.iter().map(|test| test.as_str().unwrap_or_default());
        findings.extend(names.filter(|name| !has(name)).map(|name| {
            Finding::new(path, line, format!("{what}: there is no test {name}: write it"))
        }));
    }
    (faults.len(), findings)
}

#[test]
fn a_fault_without_its_test_is_found() {
    let text = "[[fault]]\nwhat = \"it breaks\"\nmust = \"mend it\"\n\
                tests = [\"there\", \"gone\"]\n\
                [[fault]]\nwhat = \"it burns\"\nmust = \"\"\ntests = []\n";
    let (rows, findings) = missing("faults.toml", text, |name| name == "there");
    let said: Vec<String> = findings.iter().map(|finding| format!("{finding:?}")).collect();
    assert_eq!(rows, 2);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("there is no test gone"), "{said:?}");
    assert!(said[1].contains("it burns") && said[1].contains("lacks a part"), "{said:?}");
}
