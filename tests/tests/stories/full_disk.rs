//! The disk is full: nothing is taken, and the person is told.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tests::device::Desk;
use tests::process::Process;
use tests::town::{CASHIER, Kind, Town};

use super::steps::{HOUSE, another_sum, pay_by, sign_in, to_pay};

/// Room for the register and a few receipts; the rest is filled up.
const DISK: &str = "16m";

/// Receipts that may still find room in pages that the books hold already.
const LAST_RECEIPTS_MAX: u32 = 200;

/// How a program gets a disk of its own: without being root, or as root where the root folder is
/// none of the kernel's own, as in a chroot.
const WAYS: [&[&str]; 2] =
    [&["--user", "--map-root-user", "--mount"], &["--mount", "--propagation", "unchanged"]];

/// Runs a program with its books on a disk of its own that can become full.
fn on_a_small_disk(way: &[&str], command: &Command, data: &Path, copy: &Path) -> Command {
    let script = "mount -t tmpfs -o size=\"$1\" padi \"$2\" && cp -a \"$3/.\" \"$2\" && \
                  shift 3 && exec \"$@\"";
    let mut small = Command::new("unshare");
    small.args(way).args(["sh", "-c", script, "sh", DISK]);
    small.args([data, copy]).arg(command.get_program()).args(command.get_args());
    small
}

#[test]
fn nothing_is_taken_once_the_disk_is_full() {
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let data = equipped.device.folder().join("data");
    let copy = equipped.device.folder().join("copy");
    let copied = Command::new("cp").arg("-a").args([&data, &copy]).status();
    assert!(copied.is_ok_and(|done| done.success()), "the books are copied");
    let works = |way: &&&[&str]| {
        let tried = on_a_small_disk(way, &Command::new("true"), &data, &copy).output();
        tried.is_ok_and(|done| done.status.success())
    };
    let Some(way) = WAYS.iter().find(works) else {
        tests::missing("small disk (unshare and a tmpfs of one's own)", "what a full disk does");
        return;
    };
    let command = equipped.device.command("desk").expect("a program");
    let small = on_a_small_disk(way, &command, &data, &copy);
    let process = Process::start("kiosk-small-disk", small, equipped.device.folder());
    let process = process.expect("a desk");
    let seen = PathBuf::from(format!("/proc/{}/root{}", process.id(), data.display()));
    let mut desk = Desk::of(process).expect("its first screen");
    desk.until_online(true).expect("a line");
    desk.press("sign_in").expect("touched");
    desk.page("sign_in").expect("who");
    sign_in(&mut desk, &CASHIER).expect("the cashier");
    desk.page("home").expect("the idle page");
    fill(&seen.join("ballast"));
    let mut receipts = 0;
    let refusal = loop {
        to_pay(&mut desk, HOUSE).expect("how much and how");
        another_sum(&mut desk, "1").expect("a part");
        pay_by(&mut desk, "cash").expect("in cash");
        desk.page("cash").expect("the counter");
        desk.fill("tendered", "1").expect("typed");
        desk.press("next").expect("touched");
        let line = desk.either("entry", "refusal").expect("recorded or refused");
        if line.get("refusal").is_some() {
            break line["refusal"].clone();
        }
        receipts += 1;
        assert!(receipts < LAST_RECEIPTS_MAX, "the disk never fills");
        desk.page("paid").expect("thanks");
        desk.press("next").expect("touched");
        desk.page("home").expect("the idle page");
    };
    assert_eq!(refusal["code"], "disk_full", "{refusal}");
    assert!(desk.is_running(), "{}", desk.log());
    // Room again: the same payment goes through, and the office has every receipt once.
    std::fs::remove_file(seen.join("ballast")).expect("removed");
    desk.press("next").expect("touched");
    desk.entry("receipt").expect("a receipt");
    let count = receipts + 1;
    let figures = town.centre.until("all receipts are there", |figures| {
        figures["total"]["count"].as_u64() >= Some(count.into())
    });
    assert_eq!(figures.expect("figures")["total"]["count"], count);
}

/// Writes until there is no room.
fn fill(path: &Path) {
    let mut file = File::create(path).expect("the disk can be reached");
    let block = [0_u8; 4_096];
    while file.write_all(&block).is_ok() {}
}
