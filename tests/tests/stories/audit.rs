//! An auditor with a stick: exported books, the office's key, and the program that needs nothing
//! else.

use std::path::{Path, PathBuf};
use std::process::Command;

use tests::programs::program;
use tests::town::{Equipped, Town};

use super::steps::{HOUSE, card_payment, kiosk, number, office_has_once};

/// What `verify` said, and whether it ended with 0.
fn verify(office: &str, files: &[&Path]) -> (bool, String) {
    let mut command = Command::new(program("verify").expect("it was built"));
    command.args(["--office", office]).args(files);
    let output = command.output().expect("it runs");
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let said = String::from_utf8(output.stdout).expect("text");
    assert_eq!(errors, "", "{said}");
    (output.status.success(), said)
}

/// A copy in which the lines are others.
fn copy(of: &Path, name: &str, change: impl Fn(&mut Vec<String>)) -> PathBuf {
    let text = std::fs::read_to_string(of).expect("an export");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    change(&mut lines);
    let path = of.with_file_name(name);
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(&path, text).expect("written");
    path
}

/// The exports of the device and of the centre, once both have two payments.
fn exported(town: &Town, equipped: &Equipped) -> (PathBuf, PathBuf) {
    let own = town.folder().join("kiosk.jsonl");
    let mut command = equipped.device.command("export").expect("the program");
    let status = command.arg("--out").arg(&own).status().expect("it runs");
    assert!(status.success());
    let centres = town.folder().join("centre.jsonl");
    let text = town.centre.ask(&["export", "--writer", "1"]).expect("the centre's export");
    std::fs::write(&centres, text + "\n").expect("written");
    (own, centres)
}

#[test]
fn an_auditor_needs_the_file_and_the_offices_key() {
    let (town, equipped, mut desk) = kiosk();
    let receipts =
        ["100", "250"].map(|rupees| card_payment(&mut desk, HOUSE, rupees).expect("a receipt"));
    office_has_once(&town, &receipts);
    assert_ne!(number(&receipts[0]), number(&receipts[1]));
    desk.close().expect("it ends by itself");
    equipped.device.ask("sync").expect("the last entries go too");
    let office = town.centre.ask(&["key"]).expect("the office's key");
    let (own, centres) = exported(&town, &equipped);

    let (complete, said) = verify(&office, &[&own, &centres]);
    assert!(complete, "{said}");
    assert_eq!(said.lines().filter(|line| line.ends_with(": complete")).count(), 2, "{said}");
    assert_eq!(said.matches("collected by card: ₹350.00 in 2 receipts").count(), 2, "{said}");
    assert!(said.contains("the device's key is vouched for by the office's signature"), "{said}");
    assert!(equipped.device.ask("verify").is_ok_and(|said| said.starts_with("complete")));
    assert!(town.centre.ask(&["verify"]).is_ok_and(|said| said.starts_with("complete")));

    let altered = copy(&own, "altered.jsonl", |lines| {
        // The line of the third entry; the byte before its last.
        let line = &mut lines[3];
        let place = line.len() - 5;
        let put = if line.as_bytes()[place] == b'0' { "1" } else { "0" };
        line.replace_range(place..=place, put);
    });
    let (complete, said) = verify(&office, &[&altered]);
    assert!(!complete && said.contains("altered.jsonl: entry 3: altered"), "{said}");
    assert!(said.trim_end().ends_with("altered.jsonl: altered"), "{said}");

    let cut = copy(&centres, "cut.jsonl", |lines| {
        let is_entry = |line: &&String| line.starts_with("{\"entry\":");
        let last = lines.iter().filter(is_entry).count();
        lines.remove(last);
        lines.remove(last - 1);
    });
    let (complete, said) = verify(&office, &[&cut]);
    assert!(!complete && said.trim_end().ends_with("cut.jsonl: cut off"), "{said}");
    assert!(said.contains("not there, though a head of entry"), "{said}");

    let torn = copy(&own, "torn.jsonl", |lines| lines.truncate(4));
    let (complete, said) = verify(&office, &[&torn]);
    assert!(!complete && said.contains("after entry 3: cut off"), "{said}");
}

#[test]
fn without_the_offices_key_nothing_is_believed() {
    let (town, equipped, mut desk) = kiosk();
    card_payment(&mut desk, HOUSE, "100").expect("a receipt");
    desk.close().expect("it ends by itself");
    let (own, _) = exported(&town, &equipped);
    let verify = program("verify").expect("it was built");
    let ask =
        |words: &[&str]| Command::new(&verify).args(words).arg(&own).output().expect("it runs");
    let unknown = ask(&[]);
    let said = String::from_utf8_lossy(&unknown.stdout).into_owned();
    assert_eq!(unknown.status.code(), Some(1), "{said}");
    assert!(said.contains("ONLY CLAIMED") && said.trim_end().ends_with(": unproven"), "{said}");
    let trusting = ask(&["--trust-file", "--json"]);
    let said = String::from_utf8_lossy(&trusting.stdout).into_owned();
    assert_eq!(trusting.status.code(), Some(0), "{said}");
    let last: serde_json::Value =
        serde_json::from_str(said.lines().last().expect("a line")).expect("JSON");
    assert_eq!((&last["verdict"], &last["office_key"]), (&"complete".into(), &"believed".into()));
    assert_eq!(last["collected"]["card"]["paise"], 10_000);
    let missing = Command::new(&verify).arg(town.folder()).output().expect("it runs");
    assert_eq!(missing.status.code(), Some(2));
}
