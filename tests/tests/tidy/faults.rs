//! The table of what can go wrong at a device: each row names its tests, which are there, and says
//! of each what was taken away to see it fail, and how it failed then.

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

/// How many rows there are, and what they name in vain or do not say.
fn missing(path: &str, text: &str, has: impl Fn(&str) -> bool) -> (usize, Vec<Finding>) {
    let table: toml::Table = toml::from_str(text).expect("the table of faults is TOML");
    let faults = table["fault"].as_array().expect("each is written as [[fault]]");
    let mut findings = Vec::new();
    let mut find = |part: &str, said: String| {
        let line = text.lines().position(|line| line.contains(part)).unwrap_or_default() + 1;
        findings.push(Finding::new(path, line, said));
    };
    for fault in faults {
        let what = word(fault, "what");
        let tests = fault.get("test").and_then(|tests| tests.as_array()).cloned();
        let tests = tests.unwrap_or_default();
        if what.is_empty() || word(fault, "must").is_empty() || tests.is_empty() {
            find(what, format!("{what:?} lacks a part: say it"));
        }
        for test in &tests {
            let name = word(test, "name");
            if !has(name) {
                find(name, format!("{what}: there is no test {name}: write it"));
            }
            if word(test, "without").is_empty() || word(test, "fails").is_empty() {
                find(name, format!("{name}: does it fail without the handling? Try it, say how"));
            }
        }
    }
    (faults.len(), findings)
}

fn word<'a>(table: &'a toml::Value, key: &str) -> &'a str {
    table.get(key).and_then(|word| word.as_str()).unwrap_or_default()
}

#[test]
fn a_fault_without_its_test_and_a_test_that_nobody_saw_fail_are_found() {
    let text = "[[fault]]\nwhat = \"it breaks\"\nmust = \"mend it\"\n\
                [[fault.test]]\nname = \"there\"\nwithout = \"the mending\"\nfails = \"at once\"\n\
                [[fault.test]]\nname = \"gone\"\nwithout = \"the mending\"\nfails = \"never\"\n\
                [[fault]]\nwhat = \"it burns\"\nmust = \"\"\n\
                [[fault]]\nwhat = \"it drips\"\nmust = \"dry it\"\n\
                [[fault.test]]\nname = \"there\"\nwithout = \"the cloth\"\n";
    let (rows, findings) = missing("faults.toml", text, |name| name == "there");
    let said: Vec<String> = findings.iter().map(|finding| format!("{finding:?}")).collect();
    assert_eq!(rows, 3);
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].contains("there is no test gone"), "{said:?}");
    assert!(said[1].contains("it burns") && said[1].contains("lacks a part"), "{said:?}");
    assert!(said[2].contains("there: does it fail without the handling?"), "{said:?}");
}
