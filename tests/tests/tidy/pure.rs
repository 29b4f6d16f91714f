//! The clock ban: `ledger`, `replica`, `forms` and `flow` are told the time, and hold no file,
//! socket or thread. The lists that clippy reads in each crate's folder are read here too, so that
//! one list counts and the ban stands on a toolchain without clippy.

use std::fs;

use super::folder::{Finding, Source, report, root, sources};
use super::tokens::{paths, tokens};

const PURE: &[&str] = &["sync/ledger", "sync/replica", "sync/forms", "kiosk/flow"];

/// Whole modules and words that clippy has no list for, with what to do instead.
const BANNED: &[(&str, &str)] = &[
    ("std::fs", "take the text as an argument; `node`, `kiosk` and `central` read files"),
    ("std::net", "return what is to be sent; `node` owns the link"),
    ("std::thread", "return an effect; the desk owns the threads"),
    ("std::process", "return an effect; nothing here starts programs"),
    ("std::env", "take it as an argument"),
    ("std::os", "nothing here knows the operating system"),
    ("std::io::stdin", "take the text as an argument"),
    ("std::sync::Mutex", "one owner, no lock: `desk` holds the state"),
    ("tokio", "nothing here waits"),
];

#[test]
fn the_pure_crates_touch_no_clock_disk_socket_or_thread() {
    let list = ban();
    let sources = sources(".rs");
    let pure = sources.iter().filter(|source| {
        PURE.iter().any(|folder| source.path.starts_with(&format!("{folder}/src/")))
    });
    let findings: Vec<Finding> = pure.flat_map(|source| impurities(source, &list)).collect();
    report("the pure crates are told the time and return effects", &findings);
}

/// The list of this file and that of each crate's clippy.toml, which must be the same one.
fn ban() -> Vec<(String, String)> {
    let mut list: Vec<(String, String)> = Vec::new();
    let mut first: Option<String> = None;
    for folder in PURE {
        let path = root().join(folder).join("clippy.toml");
        let text = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{} holds the clock ban: {error}", path.display()));
        let same = first.get_or_insert_with(|| text.clone());
        assert_eq!(*same, text, "{folder}/clippy.toml must say the same as {}'s", PURE[0]);
        list = banned_in(&text);
    }
    list.extend(BANNED.iter().map(|(path, instead)| ((*path).into(), (*instead).into())));
    list
}

fn banned_in(text: &str) -> Vec<(String, String)> {
    let table: toml::Table = text.parse().expect("clippy.toml is TOML");
    let mut list = Vec::new();
    for key in ["disallowed-methods", "disallowed-types"] {
        let entries = table.get(key).and_then(toml::Value::as_array);
        for entry in entries.unwrap_or_else(|| panic!("clippy.toml lacks {key}")) {
            let field = |name: &str| {
                let value = entry.get(name).and_then(toml::Value::as_str);
                value.unwrap_or_else(|| panic!("{entry}: {name} is missing")).to_owned()
            };
            list.push((field("path"), field("reason")));
        }
    }
    assert!(list.iter().any(|(path, _)| path == "std::time::SystemTime::now"), "{list:?}");
    list
}

fn impurities(source: &Source, list: &[(String, String)]) -> Vec<Finding> {
    let Some(tokens) = tokens(&source.text) else {
        return vec![Finding::new(&source.path, 1, "is no Rust text")];
    };
    let mut findings = Vec::new();
    for named in paths(&tokens) {
        if let Some((path, instead)) = list.iter().find(|(path, _)| names(&named.path, path)) {
            findings.push(Finding::new(&source.path, named.line, format!("{path}: {instead}")));
        }
        if named.path.split("::").any(|word| word == "async") {
            let says = "async: return an effect; nothing here waits";
            findings.push(Finding::new(&source.path, named.line, says));
        }
    }
    findings
}

/// Whether `found` names what is banned: the thing itself, something in it, or its last two words
/// (`Instant::now` after a `use`).
fn names(found: &str, banned: &str) -> bool {
    let words: Vec<&str> = banned.split("::").collect();
    let tail = words[words.len().saturating_sub(2)..].join("::");
    let is_deep = words.len() > 2;
    found == banned || found.starts_with(&format!("{banned}::")) || (is_deep && found == tail)
}

fn check(text: &str, expected: &[&str]) {
    let source = Source { path: "planted.rs".to_owned(), text: text.to_owned() };
    let found: Vec<String> =
        impurities(&source, &ban()).into_iter().map(|finding| finding.says).collect();
    assert_eq!(found.len(), expected.len(), "{text}: {found:?}");
    for (says, banned) in found.iter().zip(expected) {
        assert!(says.starts_with(banned), "{text}: {says:?} is not about {banned}");
    }
}

#[test]
fn the_clock_ban_bites() {
    check("fn now() { std::time::SystemTime::now(); }", &["std::time::SystemTime::now"]);
    check("use std::time::{Duration, Instant as Watch};", &["std::time::Instant"]);
    check("fn now() { Instant::now(); }", &["std::time::Instant::now"]);
    check("fn today() { chrono::Utc::now(); }", &["chrono::Utc::now"]);
    check("fn today() { Local::now(); }", &["chrono::Local::now"]);
    check("use std::{fs, thread};", &["std::fs", "std::thread"]);
    check("fn go() { std::thread::spawn(work); }", &["std::thread"]);
    check("async fn wait() {}", &["async"]);
    check("use std::time::Duration; // Instant::now()\nconst A: &str = \"std::fs\";", &[]);
}
