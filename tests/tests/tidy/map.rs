//! Who may lean on whom. The arrows of the architecture, held against what cargo resolved.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};

use super::folder::root;

/// One crate: which of ours it may lean on, and what must not be found under it, however deep.
struct Crate {
    name: &'static str,
    ours: &'static [&'static str],
    never: &'static [&'static str],
}

const fn lean(
    name: &'static str,
    ours: &'static [&'static str],
    never: &'static [&'static str],
) -> Crate {
    Crate { name, ours, never }
}

/// The screen, the network, the database and the threads of others: what no rule needs.
const IMPURE: &[&str] = &[
    "tokio",
    "reqwest",
    "hyper",
    "axum",
    "rusqlite",
    "slint",
    "serialport",
    "rustix",
    "nix",
    "tracing-subscriber",
    "clap",
    "tempfile",
];

const ALL: &[&str] = &[
    "ledger", "replica", "forms", "node", "verify", "devices", "sim", "flow", "panes", "kiosk",
    "terms", "agent", "central", "build",
];

/// A crate that is not here fails: where it belongs is decided first, in the architecture.
const MAP: &[Crate] = &[
    lean("ledger", &[], IMPURE),
    lean("replica", &["ledger"], IMPURE),
    lean("forms", &[], IMPURE),
    lean("node", &["ledger", "replica"], &["slint", "axum"]),
    lean("verify", &["ledger", "replica"], &["tokio", "reqwest", "rusqlite", "slint", "axum"]),
    lean("devices", &[], &["tokio", "slint", "rusqlite", "axum", "reqwest"]),
    lean("sim", &[], &["slint", "rusqlite", "escpos"]),
    lean("flow", &["ledger", "forms"], IMPURE),
    lean("panes", &[], &["tokio", "reqwest", "rusqlite", "axum"]),
    lean("kiosk", &["ledger", "forms", "flow", "node", "devices", "terms", "panes"], &["axum"]),
    lean("terms", &[], &["tokio", "slint", "reqwest", "rusqlite", "axum", "automerge"]),
    lean("agent", &["terms"], &["slint", "axum", "automerge"]),
    lean("central", &["ledger", "replica", "forms", "terms"], &["slint", "serialport"]),
    lean("build", &["terms"], &["slint", "axum"]),
    lean("tests", ALL, &[]),
];

/// The crates that keep to one list of outside crates, besides their own.
const ONLY: &[(&str, &[&str])] = &[("terms", &["serde", "ring"]), ("panes", &["slint"])];

#[test]
fn every_crate_leans_only_on_what_the_map_allows() {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(vec!["--filter-platform".to_owned(), "x86_64-unknown-linux-gnu".to_owned()])
        .exec()
        .expect("cargo reads its own workspace");
    let faults = faults(&arrows(&metadata), &deep(&metadata));
    assert!(faults.is_empty(), "the dependency map is broken:\n{}", faults.join("\n"));
}

/// What a crate's manifest names, with the outside crates of its product only.
struct Arrows {
    ours: BTreeSet<String>,
    outside: BTreeSet<String>,
}

fn arrows(metadata: &Metadata) -> BTreeMap<String, Arrows> {
    let packages = metadata.workspace_packages();
    let names: BTreeSet<String> = packages.iter().map(|each| each.name.to_string()).collect();
    let of = |package: &cargo_metadata::Package| {
        let mut arrows = Arrows { ours: BTreeSet::new(), outside: BTreeSet::new() };
        for dependency in &package.dependencies {
            if names.contains(&dependency.name) {
                arrows.ours.insert(dependency.name.clone());
            } else if dependency.kind == DependencyKind::Normal {
                arrows.outside.insert(dependency.name.clone());
            }
        }
        arrows
    };
    packages.iter().map(|package| (package.name.to_string(), of(package))).collect()
}

/// Everything that ends up in a crate's product, by the way that leads there.
fn deep(metadata: &Metadata) -> BTreeMap<String, BTreeMap<String, String>> {
    let resolve = metadata.resolve.as_ref().expect("cargo resolved it");
    let nodes: BTreeMap<&PackageId, _> =
        resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let mut all = BTreeMap::new();
    for package in metadata.workspace_packages() {
        let mut found = BTreeMap::new();
        let mut open = vec![(&package.id, package.name.to_string())];
        while let Some((id, way)) = open.pop() {
            for next in &nodes[id].deps {
                let is_product =
                    next.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
                let name = metadata[&next.pkg].name.to_string();
                if is_product && !found.contains_key(&name) {
                    let way = format!("{way} -> {name}");
                    found.insert(name, way.clone());
                    open.push((&next.pkg, way));
                }
            }
        }
        all.insert(package.name.to_string(), found);
    }
    all
}

fn faults(
    arrows: &BTreeMap<String, Arrows>,
    deep: &BTreeMap<String, BTreeMap<String, String>>,
) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, arrows) in arrows {
        let Some(known) = MAP.iter().find(|known| known.name == name) else {
            faults.push(format!("{name} is not in the map: decide first what it may lean on"));
            continue;
        };
        let strangers = arrows.ours.iter().filter(|other| !known.ours.contains(&other.as_str()));
        faults.extend(
            strangers
                .map(|other| format!("{name} may not lean on {other}, only on {:?}", known.ours)),
        );
        if let Some((_, only)) = ONLY.iter().find(|(only, _)| only == name) {
            let others = arrows.outside.iter().filter(|other| !only.contains(&other.as_str()));
            faults.extend(others.map(|other| format!("{name} keeps to {only:?}, not {other}")));
        }
        let under = deep.get(name).into_iter().flatten();
        let banned = under.filter(|(other, _)| known.never.contains(&other.as_str()));
        faults.extend(banned.map(|(other, way)| format!("{name} must never hold {other}: {way}")));
    }
    faults
}

fn check(name: &str, ours: &[&str], outside: &[&str], under: &[&str], expected: &[&str]) {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let arrows = [(name.to_owned(), Arrows { ours: set(ours), outside: set(outside) })];
    let under = under.iter().map(|name| ((*name).to_owned(), "the way".to_owned())).collect();
    let found = faults(&arrows.into(), &[(name.to_owned(), under)].into());
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (fault, part) in found.iter().zip(expected) {
        assert!(fault.contains(part), "{fault:?} does not say {part:?}");
    }
}

#[test]
fn the_map_bites() {
    check("replica", &["ledger"], &["automerge"], &["automerge"], &[]);
    check("ledger", &["replica"], &[], &[], &["may not lean on replica"]);
    check("sim", &["devices"], &[], &[], &["may not lean on devices"]);
    check("kiosk", &["central"], &[], &["axum"], &["may not lean on central", "never hold axum"]);
    check("flow", &[], &[], &["tokio"], &["never hold tokio"]);
    check("terms", &[], &["serde", "toml"], &[], &["keeps to"]);
    check("gadget", &[], &[], &[], &["not in the map"]);
    for known in MAP.iter().filter(|known| known.name != "tests") {
        check(known.name, &["tests"], &[], &[], &["may not lean on tests"]);
    }
}
