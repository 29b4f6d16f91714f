//! `cargo demo` itself: each profile plays its journey to the end and leaves what it promises.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tests::process::run;
use tests::programs::{program, workspace};

#[test]
fn each_profile_plays_through_and_leaves_its_pictures() {
    let languages = ["en", "ml", "hi", "mr", "or"];
    let profiles = [("kiosk", 5), ("collector", 3), ("karmasena", 1)];
    for (place, (profile, slips)) in profiles.into_iter().enumerate() {
        // Each language in its turn; all of them with every profile in the long version.
        for (turn, language) in languages.into_iter().enumerate() {
            if tests::long() || turn == place + 1 {
                plays(profile, language, slips);
            }
        }
    }
}

fn plays(profile: &str, language: &str, slips: usize) {
    let name = format!("{profile} in {language}");
    let mut command = Command::new(program("demo").expect("it is built"));
    command.args(["--headless", "--profile", profile, "--language", language]);
    run("demo", command, "").unwrap_or_else(|trouble| panic!("{name}: {trouble}"));
    let folder = workspace().join("target/demo");
    let text = std::fs::read_to_string(folder.join("summary.json")).expect("a summary");
    let summary: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(summary["synthetic"], true, "{name}");
    let listed = |key: &str| summary[key].as_array().cloned().unwrap_or_default();
    assert!(listed("screens").len() > 5, "{name}: {summary}");
    for screen in listed("screens") {
        assert_picture(&folder.join(screen.as_str().expect("a path")), &name);
    }
    assert_eq!(listed("slips").len(), slips, "{name}: {summary}");
    for slip in listed("slips") {
        assert_picture(&folder.join(slip["file"].as_str().expect("a path")), &name);
    }
    assert!(!listed("receipts").is_empty(), "{name}: {summary}");
    for receipt in listed("receipts") {
        assert_eq!(receipt["times_on_dashboard"], 1, "{name}: {summary}");
    }
    let dashboard = std::fs::read_to_string(folder.join("dashboard.html")).expect("a dashboard");
    assert!(
        dashboard.to_lowercase().contains("synthetic"),
        "{name}: the dashboard does not say what it shows"
    );
}

fn assert_picture(path: &Path, name: &str) {
    let drawn = tests::picture::read(path).unwrap_or_else(|trouble| panic!("{name}: {trouble}"));
    assert!(!drawn.is_blank(), "{name}: {} is blank", path.display());
}
