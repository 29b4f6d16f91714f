//! The order of a slip's parts as a pack may give it, and what it may not leave out.

use super::*;
use crate::pack::sample::FILES;

/// The sample with such a slips.toml, and a motto in its languages.
fn files(slips: &str, motto: &str) -> Vec<(&'static str, String)> {
    let file = |(name, text): &(&'static str, &'static str)| {
        let words = format!("\n[slip_lines]\nmotto = \"{motto}\"\n");
        let has_words = name.starts_with("texts.") && !motto.is_empty();
        (*name, if has_words { format!("{text}{words}") } else { (*text).to_owned() })
    };
    let mut files: Vec<(&'static str, String)> = FILES.iter().map(file).collect();
    files.push(("slips.toml", slips.to_owned()));
    files
}

fn read(slips: &str, motto: &str) -> Result<Pack, Vec<String>> {
    let files = files(slips, motto);
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, &**text)).collect();
    Pack::parse(&files).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

fn template(code: &str, parts: &[&str], lines: &str) -> String {
    let parts = parts.iter().map(|part| format!("\"{part}\"")).collect::<Vec<_>>().join(", ");
    format!("[[slip]]\nkind = \"{code}\"\nparts = [{parts}]\n{lines}\n")
}

fn built_in(kind: &Parts) -> Vec<&'static str> {
    kind.parts.iter().map(|(part, _)| part.code()).collect()
}

#[test]
fn the_built_in_order_written_down_gives_the_same_bytes() {
    let slips: String = KINDS.iter().map(|kind| template(kind.code, &built_in(kind), "")).collect();
    let written = read(&slips, "").expect("a sound pack");
    let lines = pictured_lines();
    for language in Language::ALL {
        let plain = all_kinds(&lines, language);
        for (slip, other) in plain.iter().zip(all_kinds_by(&written, &lines, language)) {
            assert_eq!(slip.canonical_text(), other.canonical_text(), "{:?}", slip.kind);
        }
        // Every kind is among them, so that no mark of a part is missing.
        for kind in &KINDS {
            assert!(plain.iter().any(|slip| slip.kind == kind.kind), "{}", kind.code);
        }
    }
}

#[test]
fn a_pack_orders_its_receipt_and_adds_its_own_lines() {
    let parts = ["head", "paid", "amounts", "total", "square", "motto"];
    let slips = template("receipt", &parts, "lines = [\"motto\"]");
    let pack = read(&slips, "Clean ward, proud ward").expect("a sound pack");
    let lines = pictured_lines();
    let slip = Slip::receipt(&pack, Language::En, &pictured(&lines, "Lakshmi R."));
    let text = slip.canonical_text();
    let place = |line: &str| {
        text.lines().position(|text| text == line).unwrap_or_else(|| panic!("{line}: {text}"))
    };
    let mode = place("Mode\tCard ••••4821");
    assert!(place("Number\tG0802-26-K3-00417-H") < mode && mode < place("Total\t₹1,184.00"));
    // The motto comes last of the body's own words; that the body is invented stays the very last.
    assert_eq!(place("Clean ward, proud ward") + 2, text.lines().count());
    assert!(!text.contains("Next due") && !text.contains("Help:"), "{text}");
    let visit = Slip::visit(&pack, Language::En, &visit(VisitOutcome::Collected, &[]));
    assert!(visit.canonical_text().contains("Counter 2"), "other kinds are as they were");
}

#[test]
fn a_template_that_lacks_what_law_demands_is_refused_with_its_line() {
    let refused = |slips: &str, motto: &str, told: &str| {
        let found = read(slips, motto).expect_err("a faulty pack");
        assert!(found.iter().any(|fault| fault.contains(told)), "{told}: {found:#?}");
    };
    for kind in &KINDS {
        for (part, needed) in kind.parts {
            let parts: Vec<&str> =
                built_in(kind).into_iter().filter(|code| *code != part.code()).collect();
            let slips = template(kind.code, &parts, "");
            match needed {
                Needed::May => drop(read(&slips, "").expect("it may be left out")),
                Needed::Must | Needed::By(_) => {
                    let told =
                        format!("slips.toml:3: slip.parts: a slip of the kind {}", kind.code);
                    refused(&slips, "", &told);
                }
            }
        }
    }
    let without = template("receipt", &["head", "amounts", "total", "square"], "");
    refused(&without, "", "must have paid (rule 21(2)(a)");
    let all = ["head", "amounts", "total", "paid", "square", "motto"];
    let own = template("receipt", &all, "lines = [\"motto\"]");
    refused(&own, "", "texts.en.toml:1: slip_lines.motto is missing");
    for words in ["This is a true copy", "രസീതിന്റെ പകർപ്പ്", "रसीद की प्रतिलिपि"]
    {
        refused(&own, words, "calls the paper a copy");
    }
    let twice = template("receipt", &["head", "head", "amounts", "total", "paid", "square"], "");
    refused(&twice, "", "head stands twice");
    let strange = template("receipt", &[&all[..5], &["stars"]].concat(), "");
    refused(&strange, "", "stars is no part of it");
    let placeless = template("receipt", &all[..5], "lines = [\"motto\"]");
    refused(&placeless, "Clean ward", "motto has no place among the parts");
    let named = template("receipt", &all[..5], "lines = [\"total\"]");
    refused(&named, "", "a line has a name of small letters that is no part's");
    let again = own.clone() + &own;
    refused(&again, "Clean ward", "has a template already");
    refused("[[slip]]\nkind = \"leaflet\"\nparts = [\"head\"]\n", "", "must be one of receipt,");
}
