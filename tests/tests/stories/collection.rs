//! The day's statement of receipts: what a kiosk and a collector took, by head of account, where
//! the cash is, and the office's signature, which the auditor's program checks.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tests::programs::program;
use tests::town::{ACCOUNTANT, COLLECTOR, Kind};

use super::steps::{HOUSE, card_payment, kiosk, sign_in, suspense_in_cash};

/// What `verify` says of a statement, and whether it ended with 0.
fn verify(office: &str, file: &Path) -> (bool, String) {
    let mut command = Command::new(program("verify").expect("it was built"));
    let output = command.args(["--office", office]).arg(file).output().expect("it runs");
    (output.status.success(), String::from_utf8(output.stdout).expect("text"))
}

#[test]
fn the_days_statement_agrees_and_is_signed() {
    let (town, _counter, mut desk) = kiosk();
    let paid = card_payment(&mut desk, HOUSE, "100").expect("a receipt");
    let bags = town.equip(Kind::collector()).expect("a handheld");
    let mut collector = bags.device.open().expect("its desk");
    sign_in(&mut collector, &COLLECTOR).expect("the collector");
    collector.page_where("round", |page| page["rows"][0].is_object()).expect("the round");
    suspense_in_cash(&mut collector);
    collector.press("end_day").expect("touched");
    collector.page("day_end").expect("the count");
    collector.fill("note50", "5").expect("typed");
    collector.press("next").expect("touched");
    let closed = collector.entry("day_closed").expect("the day is closed");
    let close = closed["seq"].as_u64().expect("a sequence").to_string();
    let there =
        |figures: &Value| figures["closes"][0].is_object() && figures["total"]["count"] == 2;
    town.centre.until("both are there", there).expect("figures");
    let officer = ACCOUNTANT.id.to_string();
    let words = ["receive", "--device", "collector-1", "--close", &close];
    let counted = ["--counted", "250", "--by", &officer];
    town.centre.ask(&[&words[..], &counted[..]].concat()).expect("the office receives it");

    let text = town.centre.ask(&["collection", "--json"]).expect("the statement") + "\n";
    let it: Value = serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
    assert_eq!(it["differences"], serde_json::json!([]), "{it}");
    assert_eq!(it["amount_paise"], 25_000 + paid["amount"].as_i64().expect("paise"), "{it}");
    let heads = it["heads"].as_array().expect("heads");
    assert!(heads.len() >= 2 && heads.iter().all(|head| head["account"].is_string()), "{it}");
    let cash = &it["cash"][0];
    assert_eq!((&cash["received_paise"], &cash["with_devices_paise"]), (&25_000.into(), &0.into()));

    let office = town.centre.ask(&["key"]).expect("the office's key");
    let file = town.folder().join("statement.jsonl");
    std::fs::write(&file, &text).expect("written");
    let (sound, said) = verify(&office, &file);
    assert!(sound && said.trim_end().ends_with(": complete"), "{said}");
    assert!(said.contains("2 over ₹350.00"), "{said}");
    std::fs::write(&file, text.replace("\"received_paise\":25000", "\"received_paise\":5000"))
        .expect("written");
    let (sound, said) = verify(&office, &file);
    assert!(!sound && said.trim_end().ends_with(": altered"), "{said}");
    std::fs::write(&file, text.lines().next().expect("a line")).expect("written");
    let (sound, said) = verify(&office, &file);
    assert!(!sound && said.trim_end().ends_with(": cut off"), "{said}");
}
