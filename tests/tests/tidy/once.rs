//! Nothing is compiled twice: the packages that a build and a test select have the same features.
//! A feature that only a test switches on would make a second copy of a package and of everything
//! above it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use super::folder::root;

type Features = BTreeMap<String, BTreeSet<String>>;

#[test]
fn a_test_build_switches_on_no_feature_that_a_build_lacks() {
    let found = differences(&features("no-dev"), &features("normal,build,dev"));
    let told = "name the feature in the root Cargo.toml, or in the `tests` crate";
    assert!(found.is_empty(), "compiled twice; {told}:\n{}", found.join("\n"));
}

/// Each package of the tree with the sets of features that it is built with.
fn features(edges: &str) -> Features {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root())
        .args(["tree", "--workspace", "--prefix=none", "--format={p}\t{f}"])
        .args(["--locked", "--edges", edges])
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    read(&String::from_utf8_lossy(&output.stdout))
}

fn read(text: &str) -> Features {
    let mut features = Features::new();
    for line in text.lines() {
        let (package, list) = line.split_once('\t').unwrap_or((line, ""));
        let list = list.trim_end_matches(" (*)").to_owned();
        features.entry(package.to_owned()).or_default().insert(list);
    }
    features
}

/// Packages that only tests need are no difference: they are compiled once as well.
fn differences(build: &Features, test: &Features) -> Vec<String> {
    let both = build.iter().filter_map(|(package, sets)| Some((package, sets, test.get(package)?)));
    both.filter(|(_, build, test)| !test.is_subset(build))
        .map(|(package, build, test)| {
            format!("{package}: built with {build:?}, tested with {test:?}")
        })
        .collect()
}

#[test]
fn a_feature_for_tests_only_is_found() {
    let build = read("a v1\tstd\nb v1\t\n");
    assert!(differences(&build, &read("a v1\tstd\nb v1\t\nc v1\tall\n")).is_empty());
    let found = differences(&build, &read("a v1\talloc,std\nb v1\t\n"));
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("a v1"), "{found:?}");
}
