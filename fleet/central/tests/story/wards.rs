//! Which houses a device is sent, which money it may take, and what changes with its wards.

use std::collections::BTreeSet;

use ledger::{ApartCause, Fact, Moment};
use replica::Answer;
use serde_json::json;

use crate::device::{Device, cash};
use crate::office::{Office, building, now_ms};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Wards 7, 8 and 9 with five houses each: 1 to 5, 11 to 15, 21 to 25.
fn office() -> Office {
    let office = Office::with_accountant();
    assert!(office.staff("402", "accountant", "2580").status.success());
    let houses = [(1, 7), (11, 8), (21, 9)];
    let rows = houses.iter().flat_map(|(from, ward)| (*from..from + 5).map(|id| (id, *ward)));
    office.load(&rows.map(|(id, ward)| building(id, ward)).collect::<Vec<_>>());
    office
}

fn assign(office: &Office, device: &str, wards: &[&str]) -> String {
    let wards = wards.iter().flat_map(|ward| ["--ward", ward]);
    let of = ["assign", "--device", device, "--by", "401"];
    office.good(&of.into_iter().chain(wards).collect::<Vec<_>>())
}

/// What a device has of the register after what it had and an answer.
fn houses(had: &BTreeSet<u32>, answer: &Answer) -> BTreeSet<u32> {
    let mut has = had.clone();
    for gone in answer.gone.iter().flatten() {
        has.remove(gone);
    }
    has.extend(answer.buildings.iter().map(|row| row.id));
    has
}

fn wards(answer: &Answer) -> Option<Vec<u16>> {
    let mut facts = answer.notices.iter().rev().map(|notice| &notice.notice.entry.fact);
    facts.find_map(|fact| match fact {
        Fact::WardsAssigned(word) => Some(word.wards.clone()),
        _ => None,
    })
}

/// Takes a receipt so many days ago.
fn took(device: &mut Device, house: u32, days_ago: i64) -> u64 {
    let seq = device.pay(Some(201), house, 100, cash(100));
    let entry = device.entries.last_mut().expect("it was just written");
    entry.at = Moment { wall_ms: now_ms() - days_ago * DAY_MS, ..entry.at };
    seq
}

#[tokio::test]
async fn a_receipt_of_another_ward_is_kept_apart_and_what_follows_goes_on() {
    let office = office();
    let mut collector = office.collector("collector-1");
    let outside = took(&mut collector, 13, 0);
    took(&mut collector, 1, 0);
    // A house that the register does not know is of no ward.
    took(&mut collector, 999, 0);
    let answer = collector.push_all(&office).await;
    assert_eq!(answer.quarantined.len(), 1, "{:?}", answer.quarantined);
    let apart = &answer.quarantined[0];
    assert_eq!((apart.seq, apart.cause), (outside, Some(ApartCause::Ward)));
    let why = "building 13 is of ward 8, which is not among this device's wards";
    assert_eq!(apart.reason, why);
    let page = office.dashboard().await;
    assert_eq!(page["total"]["count"], 2);
    // Its cash is in the bag all the same, and counts there.
    assert_eq!(page["devices"][0]["cash_paise"], 30_000);
    let entry = outside.to_string();
    let of = ["settle-entry", "--device", "collector-1", "--entry", &entry, "--accept"];
    let by = ["--reason", "Sent over to help", "--by", "401", "--second", "402"];
    office.good(&[&of[..], &by[..]].concat());
    let page = office.dashboard().await;
    assert_eq!(page["total"]["amount_paise"], 30_000);
    assert_eq!(page["on_the_way"][0]["amount_paise"], 30_000);
    assert!(office.good(&["verify"]).starts_with("complete"));
    // A kiosk serves its whole body.
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(13, 100);
    assert_eq!(kiosk.push_all(&office).await.quarantined, []);
}

#[tokio::test]
async fn assigned_wards_come_and_go_and_what_was_taken_before_is_good() {
    let office = office();
    let mut collector = office.collector("collector-1");
    let first = collector.push_all(&office).await;
    let had = houses(&BTreeSet::new(), &first);
    assert_eq!(had, (1..=10).collect());
    // What is not sent yet when its ward goes.
    took(&mut collector, 2, 1);
    let said = assign(&office, "collector-1", &["8", "9"]);
    assert!(said.contains("the wards 8, 9 with 10 houses"), "{said}");
    let answer = collector.push_all(&office).await;
    assert_eq!((answer.quarantined.len(), wards(&answer)), (0, Some(vec![8, 9])));
    let has: BTreeSet<u32> = answer.buildings.iter().map(|row| row.id).collect();
    assert_eq!(has, (11..=15).chain(21..=25).collect(), "both new wards whole");
    let nothing = collector.push_all(&office).await;
    assert_eq!(nothing.buildings, [], "and once");
    // It has known for a month: what it takes there now is another ward's.
    let sql = "UPDATE device_ward_left SET left_ms = left_ms - 2592000000";
    office.books.run(sql).expect("a month passes");
    let late = took(&mut collector, 3, 0);
    let early = took(&mut collector, 4, 29);
    let answer = collector.push_all(&office).await;
    let apart: Vec<u64> = answer.quarantined.iter().map(|one| one.seq).collect();
    assert_eq!(apart, [late], "and not {early}");
    // The ward comes back, and its houses with it.
    assign(&office, "collector-1", &["7", "8", "9"]);
    let answer = collector.push_all(&office).await;
    let back: BTreeSet<u32> = answer.buildings.iter().map(|row| row.id).collect();
    assert_eq!(back, had);
    assert!(office.good(&["verify"]).starts_with("complete"));
    let same = office.refused(&[
        "assign",
        "--device",
        "collector-1",
        "--by",
        "401",
        "--ward",
        "7",
        "--ward",
        "8",
        "--ward",
        "9",
    ]);
    assert!(same.contains("has these wards already"), "{same}");
}

#[tokio::test]
async fn a_house_that_moves_leaves_those_who_lose_it_and_comes_to_those_who_get_it() {
    let office = office();
    let mut seventh = office.collector("collector-1");
    let eighth = ["--profile", "collector", "--ward", "8", "--operator", "201"];
    let mut eighth = office.device("collector-2", &eighth);
    seventh.push_all(&office).await;
    eighth.push_all(&office).await;
    took(&mut seventh, 5, 1);
    office.load(&[building(5, 8)]);
    let answer = seventh.push_all(&office).await;
    assert_eq!(answer.quarantined, [], "it could not know");
    assert_eq!(answer.gone, Some(vec![5]));
    let answer = eighth.push_all(&office).await;
    assert_eq!((answer.gone.clone(), answer.buildings[0].id), (None, 5));
    assert_eq!(seventh.push_all(&office).await.gone, None, "told once");
}

#[tokio::test]
async fn a_handheld_takes_so_many_houses_and_a_kiosk_its_whole_body() {
    let office = Office::made();
    for (id, role) in [("201", "collector"), ("401", "accountant")] {
        assert!(office.staff(id, role, "2580").status.success());
    }
    let rows: Vec<_> = (1..=1_500).map(|id| building(id, 7)).collect();
    office.load(&rows);
    let more: Vec<_> = (2_001..=2_501).map(|id| building(id, 8)).collect();
    office.load(&more);
    let file = office.path("both");
    let out = file.to_str().expect("UTF-8");
    let of = ["provision", "--device", "collector-9", "--profile", "collector", "--out", out];
    let both = [&of[..], &["--ward", "7", "--ward", "8"]].concat();
    let said = office.refused(&both);
    assert!(said.contains("these wards have 2001 houses, and a handheld takes 2000"), "{said}");
    assert!(!file.exists(), "nothing is left of it");
    office.device("collector-1", &["--profile", "collector", "--ward", "7"]);
    let said = office.refused(&[
        "assign",
        "--device",
        "collector-1",
        "--by",
        "401",
        "--ward",
        "7",
        "--ward",
        "8",
    ]);
    assert!(said.contains("give it fewer wards, or raise handheld_houses_max"), "{said}");
    office.device("kiosk-1", &["--profile", "kiosk"]);
    // The register grows beyond it: no house is left out, and the office is told.
    let rows: Vec<_> = (3_001..=3_501).map(|id| building(id, 7)).collect();
    let lines: Vec<String> =
        rows.iter().map(|row| serde_json::to_string(row).expect("JSON")).collect();
    let register = office.path("more.jsonl");
    std::fs::write(&register, lines.join("\n")).expect("writable");
    let said = office.good(&["load", register.to_str().expect("UTF-8")]);
    assert!(said.contains("collector-1 has 2001 houses now"), "{said}");
}

#[tokio::test]
async fn a_kiosk_is_sent_no_names() {
    let office = office();
    let mut kiosk = office.device("kiosk-1", &["--profile", "kiosk"]);
    let mut collector = office.collector("collector-1");
    let answer = kiosk.push_all(&office).await;
    assert_eq!(answer.buildings.len(), 20, "its whole body");
    assert!(answer.buildings.iter().all(|row| row.owner == "L•••••• R."), "{answer:?}");
    let answer = collector.push_all(&office).await;
    assert!(answer.buildings.iter().all(|row| row.owner == "Lakshmi R."));
    // Neither when another's payment sends the building again.
    let mut sister = office.device("kiosk-2", &["--profile", "kiosk"]);
    sister.push_all(&office).await;
    kiosk.cash(1, 100);
    kiosk.push_all(&office).await;
    let answer = sister.push_all(&office).await;
    assert_eq!(answer.buildings.iter().map(|row| &*row.owner).collect::<Vec<_>>(), ["L•••••• R."]);
    assert_eq!(office.dashboard().await["receipts"][0]["place"], json!("7/1"));
}
