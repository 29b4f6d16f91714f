//! Applications without money: handed in with no line, proved on another device with no line, kept
//! by the office, opened there, and erased.

use serde_json::Value;
use tests::device::Desk;
use tests::town::{Equipped, Kind, Town};
use tests::wait::until;

use super::steps::{HOUSE, number};

const PERSON: &str = "അമ്മിണി കെ.";

fn town() -> (Town, Equipped, Desk) {
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    (town, equipped, desk)
}

fn next(desk: &mut Desk) {
    desk.press("next").expect("touched");
}

fn answer(desk: &mut Desk, text: &str) {
    desk.page("form").expect("a question");
    if !text.is_empty() {
        desk.fill("answer", text).expect("typed");
    }
    next(desk);
}

fn pick(desk: &mut Desk, id: &str) {
    desk.page("form").expect("a question");
    desk.choose(id).expect("touched");
    next(desk);
}

/// From the idle page to the page where everything is looked over.
fn fill_in(desk: &mut Desk) -> Value {
    desk.language("ml").expect("chosen");
    desk.choose("self_return").expect("touched");
    desk.page("find").expect("which house");
    desk.fill("number", HOUSE).expect("typed");
    next(desk);
    pick(desk, "ok");
    answer(desk, PERSON);
    pick(desk, "area");
    answer(desk, "142.5");
    answer(desk, "01-06-2026");
    answer(desk, "9876543210");
    answer(desk, "");
    desk.page_where("form", |page| page["label"].as_str().is_some_and(|it| it.contains("രേഖ")))
        .expect("which papers");
    desk.choose("plan").expect("touched");
    next(desk);
    desk.page("answers").expect("all of it")
}

/// What the office prints of an application once it holds.
fn until_told(town: &Town, number: &str, holds: &str) -> String {
    until("the office says it", || {
        let told = town.centre.ask(&["application", number]).ok()?;
        told.contains(holds).then_some(told)
    })
    .expect("told")
}

#[test]
fn a_self_return_in_malayalam_without_a_line_is_proved_sent_opened_and_erased() {
    let (mut town, equipped, mut desk) = town();
    let other = town.equip(Kind::collector()).expect("a handheld");
    town.centre.kill().expect("the line is gone");
    desk.until_online(false).expect("a device by itself");
    let page = fill_in(&mut desk);
    assert_eq!(page["submits"], true, "{page}");
    next(&mut desk);
    let entry = desk.entry("applied").expect("on disk");
    desk.page("paid").expect("it is handed in");
    assert_eq!(desk.slip().expect("a slip")["outcome"], "whole");
    let number = number(&entry).to_owned();
    assert!(number.contains("-A1-00001-"), "{number}");

    // The paper proves itself to another device of the body, with no line either.
    let paper = equipped.printer.slip(1).expect("paper");
    let codes = tests::picture::read(&paper).expect("a picture").codes();
    let square = codes.iter().find(|code| code.contains("/A/")).expect("its square").clone();
    let mut handheld = other.device.open().expect("its desk");
    super::steps::sign_in(&mut handheld, &tests::town::COLLECTOR).expect("the collector");
    handheld.page("round").expect("the round");
    handheld.scan(&square).expect("scanned");
    let checked = handheld.page("checked").expect("it is genuine");
    assert_eq!(checked["number"], number.as_str(), "{checked}");
    assert_eq!(checked["amount"], Value::Null, "{checked}");
    assert!(checked["due"].as_str().is_some_and(|due| due.len() == 10), "{checked}");
    handheld.close().expect("it ends by itself");

    // Nothing on the device's disk can be read of what was answered.
    let books = std::fs::read_dir(equipped.device.folder()).expect("its folder");
    for file in books.flatten().filter(|file| file.path().is_file()) {
        let bytes = std::fs::read(file.path()).expect("a file");
        let plain = bytes.windows(PERSON.len()).any(|part| part == PERSON.as_bytes());
        assert!(!plain, "{} has the name", file.path().display());
    }

    town.centre.serve().expect("the line is back");
    desk.until_online(true).expect("a line");
    let told = until_told(&town, &number, "applicant: ");
    for part in [PERSON, "new_area: 142.5", "handed in: plan", "missing: ownership"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let listed = town.centre.ask(&["applications", "--service", "self_return"]).expect("a list");
    assert!(listed.contains(&number) && listed.contains("answers here"), "{listed}");
    let none = town.centre.ask(&["applications", "--overdue"]).expect("a list");
    assert!(!none.contains(&number), "{none}");

    let erase = ["erase-application", &number, "--reason", "asked for it", "--by", "11"];
    town.centre.ask(&erase).expect("erased");
    let told = town.centre.ask(&["application", &number]).expect("told");
    assert!(told.contains("erased") && !told.contains(PERSON), "{told}");
    assert!(town.centre.ask(&erase).is_err(), "once");
    let verified = town.centre.ask(&["verify"]).expect("the office's books can be read");
    assert!(verified.contains("complete"), "{verified}");
    desk.close().expect("it ends by itself");
    let verified = equipped.device.ask("verify").expect("the books can be read");
    assert!(verified.contains("complete"), "{verified}");
}

#[test]
fn a_kill_between_handing_in_and_the_paper_loses_nothing() {
    let (town, equipped, mut desk) = town();
    equipped.printer.tell("paper out").expect("told");
    fill_in(&mut desk);
    next(&mut desk);
    let entry = desk.entry("applied").expect("on disk");
    let number = number(&entry).to_owned();
    desk.kill().expect("killed");

    equipped.printer.tell("paper in").expect("told");
    let mut desk = equipped.device.open().expect("its desk again");
    desk.until_online(true).expect("a line");
    // What nobody knows of its paper is written down, for staff to answer.
    desk.look_from_the_start();
    desk.entry("print").expect("it is uncertain");
    let told = until_told(&town, &number, "applicant: ");
    assert!(told.contains(PERSON), "{told}");
    fill_in(&mut desk);
    next(&mut desk);
    let second = desk.entry("applied").expect("on disk");
    assert!(super::steps::number(&second).contains("-A1-00002-"), "no number is lost: {second}");
    desk.close().expect("it ends by itself");
    let verified = town.centre.ask(&["verify"]).expect("the office's books can be read");
    assert!(verified.contains("complete"), "{verified}");
}
