//! A handheld's disk was copied, and both go on: the office finds it at the copy's first contact.

use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use ledger::{Entry, Fact, Moment, Paise, StaffId, Visit, VisitOutcome, Weighed};
use node::{Provision, Store};
use replica::{BATCH_BYTES_MAX, BATCH_ENTRIES_MAX};
use serde_json::Value;
use tests::Trouble;
use tests::centre::PACK;
use tests::device::{Desk, Device};
use tests::programs::{program, workspace};
use tests::town::{ACCOUNTANT, CASHIER, Kind, Town, WORKER, attached, house_code};
use tests::wait::until;

use super::steps::{HOUSE, number, office_has_once, sign_in, times};

/// What the copy did before its first contact: more than one batch.
const VISITS: usize = BATCH_ENTRIES_MAX * 3 + 500;

/// Where nobody listens.
const NOWHERE: &str = "http://127.0.0.1:9";

const SENTENCE: &str =
    "The office has locked this device. No money can be taken with it. Bring it to the office.";

#[test]
fn a_copied_device_is_locked_and_both_histories_reach_the_office_whole() {
    let town = Town::small().expect("a town");
    let kind = Kind::karmasena();
    let equipped = town.equip(kind).expect("a handheld");
    let wires = attached(kind, &equipped.printer, &equipped.terminal, &equipped.scanner);
    let mut desk = equipped.device.open().expect("its desk");
    sign_in(&mut desk, &WORKER).expect("the worker");
    desk.close().expect("it ends by itself");
    let copy = copied(&equipped.device, &town.folder().join("copy"));

    let mut desk = equipped.device.open().expect("its desk");
    sign_in(&mut desk, &WORKER).expect("the worker");
    let first = fee_paid(&mut desk, "0");
    office_has_once(&town, std::slice::from_ref(&first));
    desk.close().expect("it ends by itself");

    copy.configure(kind.profile, NOWHERE, Some("en"), &wires).expect("a copy without a line");
    let mut desk = copy.open().expect("the copy's desk");
    sign_in(&mut desk, &WORKER).expect("the worker");
    let second = fee_paid(&mut desk, "1");
    assert_eq!(number(&first), number(&second), "nobody could know it");
    desk.close().expect("it ends by itself");
    goes_its_rounds(&copy);

    copy.configure(kind.profile, &town.centre.url(), Some("en"), &wires).expect("a line");
    let mut desk = copy.open().expect("the copy's desk");
    desk.look_from_the_start();
    let locked = |screen: &Value| screen["frame"]["frozen"] == true;
    desk.screen_where("it says that it is locked", locked).expect("told at its first contact");
    takes_no_money_and_goes_on(&mut desk);
    let (fork, entries) = all_is_held(&town, &copy, desk);
    let parts_at = fork["seq"].as_u64().expect("a sequence");
    assert_eq!(fork["held"], entries + 1 - parts_at, "of {entries}: {fork}");
    assert!(entries > VISITS as u64, "{entries}");
    both_are_listed(&town, &fork, &[first, second]);
}

#[test]
fn the_case_of_a_copied_device_is_closed_by_two_and_its_worker_gets_another() {
    let town = Town::small().expect("a town");
    let kind = Kind::karmasena();
    let equipped = town.equip(kind).expect("a handheld");
    let wires = attached(kind, &equipped.printer, &equipped.terminal, &equipped.scanner);
    let mut desk = equipped.device.open().expect("its desk");
    sign_in(&mut desk, &WORKER).expect("the worker");
    desk.close().expect("it ends by itself");
    let copy = copied(&equipped.device, &town.folder().join("copy"));
    copy.configure(kind.profile, NOWHERE, Some("en"), &wires).expect("a copy without a line");
    for (device, months) in [(&equipped.device, "0"), (&copy, "1")] {
        let mut desk = device.open().expect("its desk");
        sign_in(&mut desk, &WORKER).expect("the worker");
        fee_paid(&mut desk, months);
        desk.close().expect("it ends by itself");
    }
    equipped.device.ask("sync").expect("it is the first that comes");
    copy.configure(kind.profile, &town.centre.url(), Some("en"), &wires).expect("a line");
    let refused = copy.ask("sync").expect_err("it is locked").to_string();
    assert!(refused.contains("this device was copied or restored"), "{refused}");

    is_settled_by_two_others(&town);
    // What the copy still sends opens the case again.
    let mut desk = copy.open().expect("its desk");
    sign_in(&mut desk, &WORKER).expect("the worker");
    desk.close().expect("it ends by itself");
    copy.ask("sync").expect_err("it stays locked");
    let came = town.centre.figures().expect("figures")["forks"][0]["settled"].clone();
    assert!(came["came_since"].as_u64() > Some(0), "{came}");
    let said = town.centre.ask(&["verify"]).expect_err("it is open again").to_string();
    assert!(said.contains("forked: two histories were signed"), "{said}");
    settle(&town, ACCOUNTANT.id, CASHIER.id).expect("closed once more");

    let anew = town.equip(Kind { name: "sena-2", ..kind }).expect("another handheld");
    let mut desk = anew.device.open().expect("its desk");
    sign_in(&mut desk, &WORKER).expect("the worker");
    let receipt = fee_paid(&mut desk, "2");
    desk.close().expect("it ends by itself");
    anew.device.ask("sync").expect("sent");
    assert_eq!(times(&town.centre.figures().expect("figures"), number(&receipt)), 1);
    let said = town.centre.ask(&["verify"]).expect("known, and no fault any more");
    assert!(said.contains("settled by staff 41 and 11: An old disk was put back"), "{said}");
    assert!(said.contains("complete: 3 chains"), "{said}");
}

fn settle(town: &Town, by: u32, second: u32) -> Result<String, Trouble> {
    let (by, second) = (by.to_string(), second.to_string());
    let why = "An old disk was put back; both receipts are with the accountant";
    let of = ["settle-fork", "--device", "sena-1", "--reason", why];
    town.centre.ask(&[&of[..], &["--by", &by, "--second", &second]].concat())
}

/// By two, and neither of them whoever works with it; then everybody can see who, when and why.
fn is_settled_by_two_others(town: &Town) {
    let fork = || town.centre.figures().expect("figures")["forks"][0].clone();
    assert!(fork()["settled"].is_null(), "{}", fork());
    for (by, second, why) in [
        (ACCOUNTANT.id, ACCOUNTANT.id, "two persons are needed"),
        (ACCOUNTANT.id, WORKER.id, "works with sena-1: two others settle its case"),
        (ACCOUNTANT.id, 99, "nobody has the staff number 99"),
    ] {
        let said = settle(town, by, second).expect_err("it is refused").to_string();
        assert!(said.contains(why), "{said}");
    }
    let said = settle(town, ACCOUNTANT.id, CASHIER.id).expect("closed");
    assert!(said.contains("sena-1 stays locked for ever"), "{said}");
    let again = settle(town, ACCOUNTANT.id, CASHIER.id).expect_err("closed").to_string();
    assert!(again.contains("was settled before, and nothing came since"), "{again}");
    let settled = fork()["settled"].clone();
    assert_eq!((&settled["by"], &settled["second"]), (&ACCOUNTANT.id.into(), &CASHIER.id.into()));
    assert_eq!(settled["came_since"], 0, "{settled}");
    assert!(settled["at_ms"].as_i64() > Some(0), "{settled}");
    let page = town.centre.get("/").expect("the page").text;
    assert!(page.contains("An old disk was put back") && page.contains("Settled"), "{page}");
    assert!(page.contains("Locked, settled"), "{page}");
    let said = town.centre.ask(&["verify"]).expect("known, and no fault any more");
    assert!(said.contains("forked: two histories were signed"), "{said}");
    an_auditor_finds_it_too(town);
}

/// The auditor has the office's export and key, and nothing else.
fn an_auditor_finds_it_too(town: &Town) {
    let file = town.folder().join("sena-1.jsonl");
    let exported = town.centre.ask(&["export", "--writer", "1"]).expect("an export");
    std::fs::write(&file, exported + "\n").expect("written");
    let office = town.centre.ask(&["key"]).expect("the office's key");
    let mut verify = Command::new(program("verify").expect("it was built"));
    let output = verify.args(["--office", office.trim()]).arg(&file).output().expect("it runs");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(said.contains("forked: two histories were signed"), "{said}");
    assert!(said.trim_end().ends_with("sena-1.jsonl: forked"), "{said}");
    assert!(!said.contains("cut off"), "{said}");
}

/// The whole folder of a device, as whoever has its disk copies it.
fn copied(device: &Device, folder: &Path) -> Device {
    let done = Command::new("cp").arg("-a").args([device.folder(), folder]).status();
    assert!(done.is_ok_and(|done| done.success()), "the disk is copied");
    Device::make(folder, &workspace().join(PACK))
}

/// The fee of a house with so many months in advance; answers the receipt's entry.
fn fee_paid(desk: &mut Desk, months: &str) -> Value {
    at_the_door(desk);
    desk.choose("no_waste").expect("touched");
    desk.page_where("visit", |page| page["can_save"] == true).expect("it can be saved");
    // What changes nothing shows nothing new.
    if months != "0" {
        desk.fill("months", months).expect("typed");
        let typed = |page: &Value| page["fee"]["advance_months"].to_string() == months;
        desk.page_where("visit", typed).expect("so many months");
    }
    desk.press("next").expect("saved");
    let receipt = desk.entry("receipt").expect("a receipt");
    desk.page("paid").expect("thanks");
    desk.press("next").expect("touched");
    desk.page("round").expect("the round");
    receipt
}

fn at_the_door(desk: &mut Desk) {
    desk.scan(&house_code(HOUSE).expect("a code")).expect("scanned");
    desk.page("visit").expect("the visit");
}

/// A fortnight of visits, written into the books as the desk writes them.
fn goes_its_rounds(copy: &Device) {
    let file = std::fs::read(Device::provision_path(copy.folder())).expect("a provision file");
    let provision = Provision::read(&file).expect("a provision file");
    let mut store = Store::open(&copy.folder().join("data"), &provision).expect("its books");
    let visit = || {
        Fact::Visit(Visit {
            building: 1,
            outcome: VisitOutcome::Locked,
            kinds: Vec::new(),
            sacks: 0,
            weight_g: 0,
            weighed: Weighed::Not,
            scanned: false,
            fee_left: Paise::ZERO,
            slip: false,
        })
    };
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    let wall_ms = i64::try_from(since.as_millis()).expect("a clock of this age");
    let at = Moment { wall_ms, mono_ms: 1_000, boot: store.boot() };
    let written = store.append(at, Some(StaffId(WORKER.id)), vec![visit(); VISITS]);
    let entries = written.expect("visits");
    let bytes: usize = entries.iter().map(|entry: &Entry| entry.canonical().len()).sum();
    assert!(bytes > BATCH_BYTES_MAX, "{bytes} bytes");
}

fn takes_no_money_and_goes_on(desk: &mut Desk) {
    sign_in(desk, &WORKER).expect("the worker");
    desk.page("round").expect("the round");
    at_the_door(desk);
    desk.choose("no_waste").expect("touched");
    desk.choose("fee_now").expect("touched");
    desk.page_where("visit", |page| page["fee"]["paying"] == true).expect("a fee is asked");
    desk.fill("months", "2").expect("typed");
    desk.press("next").expect("touched");
    let (code, sentence) = desk.refusal().expect("no");
    assert_eq!((code.as_str(), sentence.as_str()), ("frozen", SENTENCE));
    desk.choose("fee_later").expect("touched");
    desk.page_where("visit", |page| page["fee"]["paying"] == false).expect("no fee");
    desk.press("next").expect("saved");
    desk.entry("visit").expect("the visit is recorded");
}

/// Ends the desk and sends what it wrote last; answers the fork, and how many entries the copy has.
fn all_is_held(town: &Town, copy: &Device, desk: Desk) -> (Value, u64) {
    until("everything is sent", || (desk.screen()["frame"]["line"]["to_send"] == 0).then_some(()))
        .expect("sent");
    assert_eq!(desk.screen()["frame"]["line"]["online"], true, "the office is there: it answers");
    desk.close().expect("it ends by itself");
    let refused = copy.ask("sync").expect_err("it is locked").to_string();
    assert!(refused.contains("the office has locked this device"), "{refused}");
    let verified = copy.ask("verify").expect("its own books are whole");
    let entries = verified.strip_prefix("complete: ").and_then(|said| said.split(' ').next());
    let entries = entries.and_then(|count| count.parse().ok()).expect("a count");
    let figures = town.centre.figures().expect("figures");
    assert_eq!(figures["forks"].as_array().map(Vec::len), Some(1), "{figures}");
    assert!(figures["devices"][0]["frozen_because"].is_string(), "{figures}");
    (figures["forks"][0].clone(), entries)
}

fn both_are_listed(town: &Town, fork: &Value, receipts: &[Value; 2]) {
    assert_eq!(fork["reused"], 1, "{fork}");
    assert_eq!(fork["numbers"][0]["number"], number(&receipts[0]), "{fork}");
    for (place, receipt) in receipts.iter().enumerate() {
        let listed = &fork["numbers"][0]["uses"][place];
        assert_eq!(listed["amount_paise"], receipt["amount"], "{fork}");
        assert_eq!(listed["held"], place == 1, "{fork}");
        assert!(listed["at_ms"].as_i64() > Some(0), "{fork}");
    }
    assert!(receipts[0]["amount"] != receipts[1]["amount"], "two sums: {receipts:?}");
    let page = town.centre.get("/").expect("the page").text;
    assert!(page.contains("Kept beside") && page.contains(number(&receipts[1])), "{page}");
    let said = town.centre.ask(&["verify"]).expect_err("a fork is a fault").to_string();
    assert!(said.contains("forked: two histories were signed"), "{said}");
    assert!(!said.contains("cut off"), "{said}");
}
