//! A handheld's disk was copied, and both go on: the office finds it at the copy's first contact.

use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use ledger::{Entry, Fact, Moment, Paise, StaffId, Visit, VisitOutcome, Weighed};
use node::{Provision, Store};
use replica::{BATCH_BYTES_MAX, BATCH_ENTRIES_MAX};
use serde_json::Value;
use tests::centre::PACK;
use tests::device::{Desk, Device};
use tests::programs::workspace;
use tests::town::{Kind, Town, WORKER, attached, house_code};
use tests::wait::until;

use super::steps::{HOUSE, number, office_has_once, sign_in};

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
    desk.fill("months", months).expect("typed");
    desk.page_where("visit", |page| page["can_save"] == true).expect("it can be saved");
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
