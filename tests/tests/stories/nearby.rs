//! One device carries for another that has no line: over a network of their own, by squares on the
//! screen, or together on one stick.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tests::device::Desk;
use tests::forgetful::{Forgetful, Naming};
use tests::town::{ACCOUNTANT, COLLECTOR, Equipped, Kind, Town};

use super::counter::task;
use super::steps::{number, office_has_once, sign_in, suspense_in_cash};

/// A collector and an officer who know each other's device, and a centre that is away.
struct Apart {
    town: Town,
    bags: Equipped,
    counter: Equipped,
    collector: Desk,
    officer: Desk,
}

fn apart() -> Apart {
    let mut town = Town::small().expect("a town");
    let bags = town.equip(Kind::collector()).expect("a handheld");
    let counter = town.equip(Kind::kiosk()).expect("a kiosk");
    let mut collector = bags.device.open().expect("its desk");
    let mut officer = counter.device.open().expect("its desk");
    collector.until_online(true).expect("a line");
    officer.until_online(true).expect("a line");
    town.centre.stop().expect("the centre is away");
    sign_in(&mut collector, &COLLECTOR).expect("the collector");
    collector.page("round").expect("the round");
    officer.press("sign_in").expect("touched");
    officer.page("sign_in").expect("who");
    sign_in(&mut officer, &ACCOUNTANT).expect("the officer");
    officer.page("home").expect("the kiosk");
    Apart { town, bags, counter, collector, officer }
}

fn carries(desk: &mut Desk, way: &str) {
    task(desk, "carry").expect("to carry");
    desk.page_where("carry", |page| page["stage"]["choose"].is_object()).expect("which way");
    desk.choose(way).expect("chosen");
}

/// The square by which devices nearby come to the officer's.
fn door(desk: &Desk) -> String {
    let open = |page: &Value| page["stage"]["others"]["door"]["open"].is_string();
    let page = desk.page_where("carry", open).expect("an open door");
    page["stage"]["others"]["door"]["open"].as_str().expect("a square").to_owned()
}

fn others(desk: &Desk, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let fits = |page: &Value| holds(&page["stage"]["others"]);
    let page = desk.page_where("carry", fits);
    page.unwrap_or_else(|trouble| panic!("{what}: {trouble}"))["stage"]["others"].clone()
}

fn is_answered(others: &Value) -> bool {
    others["rows"][0]["state"] == "answered"
}

#[test]
fn an_officers_device_brings_a_collectors_books_and_the_offices_word_back() {
    let Apart { mut town, bags, counter: _counter, mut collector, mut officer } = apart();
    let receipt = suspense_in_cash(&mut collector);
    carries(&mut officer, "others");
    let square = door(&officer);

    carries(&mut collector, "nearby");
    collector.page_where("carry", |page| page["stage"]["nearby"] == "scan").expect("a scan");
    collector.scan(&square[..square.len() - 9]).expect("scanned");
    assert_eq!(collector.refusal().expect("torn").0, "unreadable_code");
    bags.scanner.tell(&format!("scan {square}")).expect("the scanner reads it");
    let handed = |page: &Value| page["stage"]["nearby"] == "handed_over";
    collector.page_where("carry", handed).expect("the other device has it");
    let there = others(&officer, "the books are there", |others| others["taken"].is_string());
    assert_eq!(there["taken"], "collector-1", "{there}");
    assert_eq!(there["rows"][0]["state"], "waiting", "{there}");

    // The officer's device gets a line while both still stand there.
    collector.look_from_now();
    town.centre.serve().expect("it serves again");
    others(&officer, "the office has answered", is_answered);
    let answered = |page: &Value| page["stage"]["nearby"] == "answered";
    let page = collector.page_where("carry", answered).expect("the office's word");
    assert!(page["brought"]["acknowledged"].as_u64() >= Some(1), "{page}");
    office_has_once(&town, std::slice::from_ref(&receipt));
    // The collector's own line comes back, and nothing is there twice.
    collector.until_online(true).expect("a line");
    office_has_once(&town, &[receipt]);
    let verified = town.centre.ask(&["verify"]).expect("the chains");
    assert!(verified.starts_with("complete"), "{verified}");
}

/// Shows the squares of one desk to the other until that one has all of them.
fn show(shown: &mut Desk, scans: &mut Desk, has_all: impl Fn(&Value) -> bool) {
    let mut last = 0;
    for _ in 0..SQUARES_MAX {
        let fits = |page: &Value| {
            let squares = &page["stage"]["squares"];
            squares["code"].is_string() && squares["place"] != last
        };
        let page = shown.page_where("carry", fits).expect("another square");
        shown.look_from_now();
        last = page["stage"]["squares"]["place"].as_u64().expect("its number");
        let code = page["stage"]["squares"]["code"].as_str().expect("a square");
        scans.scan(code).expect("scanned");
        let moved = scans.screen_where("it was read", |screen| {
            let stage = &screen["page"]["carry"]["stage"];
            has_all(&screen["page"]["carry"])
                || stage["others"]["read"].is_object()
                || stage["choose"]["read"].is_object()
        });
        if has_all(&moved.expect("a page of carrying")["page"]["carry"]) {
            return;
        }
    }
    panic!("{SQUARES_MAX} squares were not enough");
}

/// Far more than the parcel of an hour has.
const SQUARES_MAX: usize = 200;

#[test]
fn squares_on_two_screens_bring_the_books_and_the_reply() {
    let Apart { mut town, bags: _bags, counter: _counter, mut collector, mut officer } = apart();
    let receipt = suspense_in_cash(&mut collector);
    carries(&mut officer, "others");
    others(&officer, "it waits", |others| others["rows"].is_array());
    carries(&mut collector, "squares");
    let taken = |page: &Value| page["stage"]["others"]["taken"] == "collector-1";
    show(&mut collector, &mut officer, taken);
    // Somebody leaves the page and looks at it once more: it is the same parcel still.
    for way in ["squares", ""] {
        collector.press("back").expect("touched");
        collector.page_where("carry", |page| page["stage"]["choose"].is_object()).expect("ways");
        if !way.is_empty() {
            collector.choose(way).expect("chosen");
            collector.page_where("carry", |page| page["stage"]["squares"].is_object()).expect("it");
        }
    }

    officer.look_from_now();
    town.centre.serve().expect("it serves again");
    let answered = others(&officer, "the office has answered", is_answered);
    office_has_once(&town, std::slice::from_ref(&receipt));
    town.centre.stop().expect("it goes away again");
    let id = answered["rows"][0]["id"].as_str().expect("a device").to_owned();
    officer.choose(&id).expect("chosen");
    let brought = |page: &Value| page["brought"]["acknowledged"].as_u64() >= Some(1);
    show(&mut officer, &mut collector, brought);
    town.centre.serve().expect("it serves again");
    office_has_once(&town, &[receipt]);
}

#[test]
fn one_stick_takes_the_books_of_both_from_the_page() {
    let Apart { mut town, bags, counter, mut collector, mut officer } = apart();
    let receipt = suspense_in_cash(&mut collector);
    carries(&mut officer, "others");
    let square = door(&officer);
    carries(&mut collector, "nearby");
    collector.scan(&square).expect("scanned");
    let handed = |page: &Value| page["stage"]["nearby"] == "handed_over";
    collector.page_where("carry", handed).expect("the other device has it");
    others(&officer, "the books are there", |others| others["taken"].is_string());

    officer.press("back").expect("touched");
    officer.choose("stick").expect("chosen");
    assert_eq!(officer.refusal().expect("no stick").0, "stick_away");
    // The folder where it would be is no stick.
    let stick: PathBuf = counter.device.folder().join("stick");
    fs::create_dir(&stick).expect("a mount point");
    officer.press("next").expect("touched");
    assert_eq!(officer.refusal().expect("no stick").0, "stick_away");
    assert_eq!(fs::read_dir(&stick).expect("a folder").count(), 0, "nothing lies there");
    let disk = match Forgetful::mount(&stick, Naming::Journal) {
        Ok(disk) => disk,
        Err(error) => return tests::missing("fuse", &format!("a stick from the page ({error})")),
    };
    // It hangs, and the page is left and entered again meanwhile.
    let hangs = disk.hangs();
    officer.press("next").expect("touched");
    let writing = |page: &Value| page["stage"]["stick"] == "writing";
    officer.page_where("carry", writing).expect("it is being written");
    officer.press("back").expect("the glass answers");
    officer.page_where("carry", |page| page["stage"]["choose"].is_object()).expect("the ways");
    officer.choose("stick").expect("chosen");
    officer.page_where("carry", writing).expect("it is being written still");
    drop(hangs);
    let written = |page: &Value| page["stage"]["stick"]["written"]["others"] == 1;
    officer.page_where("carry", written).expect("both are on it");
    let said = town.centre.ask(&["collect", stick.to_str().expect("UTF-8")]).expect("taken");
    assert_eq!(said.matches("its books are here to entry").count(), 2, "{said}");
    officer.press("next").expect("touched");
    let page = officer.page_where("carry", |page| page["brought"].is_object());
    assert!(page.expect("the reply")["brought"]["acknowledged"].as_u64() >= Some(1));
    officer.press("back").expect("touched");
    officer.choose("others").expect("chosen");
    others(&officer, "the reply for the collector is here", is_answered);

    // The collector comes by again for the reply.
    let square = door(&officer);
    collector.press("back").expect("touched");
    collector.choose("nearby").expect("chosen");
    bags.scanner.tell(&format!("scan {square}")).expect("the scanner reads it");
    let brought = |page: &Value| page["brought"]["acknowledged"].as_u64() >= Some(1);
    collector.page_where("carry", brought).expect("the office's word");
    town.centre.serve().expect("it serves again");
    let figures = town.centre.figures().expect("the dashboard");
    assert_eq!(super::steps::times(&figures, number(&receipt)), 1, "{figures}");
}

#[test]
fn whoever_brings_a_parcel_gets_a_defined_answer() {
    let Apart { mut town, bags, mut collector, .. } = apart();
    let receipt = suspense_in_cash(&mut collector);
    collector.close().expect("it closes");
    let stick = tempfile::tempdir().expect("a stick");
    let path = stick.path().to_str().expect("UTF-8");
    bags.device.ask_with("carry", &[path]).expect("a parcel");
    let mut items = fs::read_dir(stick.path()).expect("the stick");
    let parcel = fs::read(items.next().expect("one").expect("an item").path()).expect("a parcel");

    town.centre.serve().expect("it serves again");
    let brings = |parcel: Vec<u8>| {
        let answer = town.centre.post_bytes("/v1/parcel", parcel).expect("an answer");
        (answer.status, answer.text)
    };
    let (status, said) = brings(b"Dear office".to_vec());
    assert_eq!(status, 400, "{said}");
    assert!(said.contains("it is not a parcel of a Padi device"), "{said}");
    let (status, said) = brings(parcel[..parcel.len() / 2].to_vec());
    assert_eq!((status, said.contains("it is damaged")), (400, true), "{said}");
    let mut altered = parcel.clone();
    let last = altered.len() - 10;
    altered[last] ^= 1;
    let (status, said) = brings(altered);
    assert_eq!((status, said.contains("not signed by the device")), (401, true), "{said}");
    let (status, said) = brings(vec![0; 4 * 1_024 * 1_024 + 1]);
    assert_eq!((status, said.contains("more than 4194304 bytes")), (413, true), "{said}");
    let before = town.centre.figures().expect("the dashboard");
    assert_eq!(super::steps::times(&before, number(&receipt)), 0, "{before}");

    // Whoever brings it, and however often: once.
    for _ in 0..2 {
        let (status, _) = brings(parcel.clone());
        assert_eq!(status, 200);
    }
    office_has_once(&town, &[receipt]);
}
