//! A complaint from a kiosk through an officer's handheld, with no line at each step, to a rated
//! resolution.

use serde_json::Value;
use tests::device::Desk;
use tests::town::{Equipped, Kind, Member, Town, WARD};
use tests::wait::until;

use super::steps::{number, sign_in};

const OFFICER: Member = Member { id: 51, name: "Latha R.", role: "officer", pin: "8642" };
const PHONE: &str = "9876543210";
const WORDS: &str = "It smells, since Monday";
const LANDMARK: &str = "Behind the fish market";
const REMARK: &str = "Cleared, and a bin was put there";

fn next(desk: &mut Desk) {
    desk.press("next").expect("touched");
}

fn pick(desk: &mut Desk, id: &str) {
    desk.page("form").expect("a question");
    desk.choose(id).expect("touched");
    next(desk);
}

fn write(desk: &mut Desk, label: &str, text: &str) {
    let asks = |page: &Value| page["label"].as_str().is_some_and(|it| it.starts_with(label));
    desk.page_where("form", asks).expect(label);
    if !text.is_empty() {
        desk.fill("answer", text).expect("typed");
    }
    next(desk);
}

/// From the idle page to what is on disk.
fn file(desk: &mut Desk) -> Value {
    desk.choose("complaint").expect("touched");
    pick(desk, "file");
    pick(desk, "ok");
    pick(desk, "garbage");
    pick(desk, "heap");
    pick(desk, &WARD.to_string());
    write(desk, "Door number", "");
    write(desk, "Near what", LANDMARK);
    write(desk, "What is the matter", WORDS);
    write(desk, "Your name", "");
    write(desk, "Telephone", PHONE);
    let page = desk.page("answers").expect("all of it");
    assert_eq!(page["submits"], true, "{page}");
    next(desk);
    let entry = desk.entry("applied").expect("on disk");
    desk.page("paid").expect("it is handed in");
    assert_eq!(desk.slip().expect("a slip")["outcome"], "whole");
    entry
}

/// What the office prints of a complaint once it holds.
fn until_told(town: &Town, deed: &str, number: &str, holds: &str) -> String {
    until("the office says it", || {
        let told = town.centre.ask(&[deed, number]).ok()?;
        told.contains(holds).then_some(told)
    })
    .expect("told")
}

/// What stands on the page of complaints, in one text.
fn complaint_page(desk: &Desk, holds: &str) -> String {
    let page = desk.page_where("form", |page| page.to_string().contains(holds));
    page.expect("the page says it").to_string()
}

/// Off the line, an officer takes it up and resolves it.
fn resolve(desk: &mut Desk, number: &str) {
    sign_in(desk, &OFFICER).expect("the officer");
    desk.page("menu").expect("an officer's first page");
    desk.choose("complaints").expect("touched");
    let list = complaint_page(desk, number);
    assert!(list.contains("Garbage") && list.contains("Open"), "{list}");
    pick(desk, number);
    let one = complaint_page(desk, LANDMARK);
    assert!(one.contains(WORDS) && one.contains("A heap of garbage"), "{one}");
    assert!(!one.contains(PHONE), "who complained is the office's alone: {one}");
    pick(desk, "take_up");
    desk.entry("complaint_worked").expect("on disk");
    complaint_page(desk, "Taken up");
    pick(desk, number);
    pick(desk, "resolve");
    write(desk, "What was done", REMARK);
    desk.entry("complaint_worked").expect("on disk");
    complaint_page(desk, "No complaint is open");
}

/// At the kiosk, off the line, the slip's square shows how it stands, and it is rated once.
fn rate(desk: &mut Desk, square: &str) {
    desk.page("home").expect("the idle page");
    desk.scan(square).expect("scanned");
    let page = complaint_page(desk, "Resolved");
    assert!(page.contains(REMARK), "{page}");
    pick(desk, "4");
    desk.entry("complaint_answered").expect("on disk");
    complaint_page(desk, "It is written down");
    next(desk);
    desk.page("home").expect("the next person's page");
    desk.scan(square).expect("scanned");
    let again = complaint_page(desk, "4 · Good");
    assert!(!again.contains("\"5\"") && again.contains("reopen"), "rated once: {again}");
    desk.press("finish").expect("touched");
}

fn square_of(equipped: &Equipped) -> String {
    let paper = equipped.printer.slip(1).expect("paper");
    let codes = tests::picture::read(&paper).expect("a picture").codes();
    codes.iter().find(|code| code.contains("/A/")).expect("its square").clone()
}

#[test]
fn a_complaint_goes_without_a_line_at_each_step_to_a_rated_resolution() {
    let mut town = Town::small().expect("a town");
    town.centre.staff(OFFICER.id, OFFICER.name, OFFICER.role, OFFICER.pin).expect("an officer");
    let kiosk = town.equip(Kind::kiosk()).expect("a kiosk");
    let kind = Kind { profile: "officer", name: "officer-1", ..Kind::kiosk() };
    let officer = town.equip(kind).expect("an officer's handheld");

    let mut desk = kiosk.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    town.centre.kill().expect("the line is gone");
    desk.until_online(false).expect("a device by itself");
    let entry = file(&mut desk);
    let number = number(&entry).to_owned();
    let square = square_of(&kiosk);

    town.centre.serve().expect("the line is back");
    desk.until_online(true).expect("a line");
    let told = until_told(&town, "application", &number, "words: ");
    assert!(told.contains(WORDS) && told.contains(PHONE), "{told}");
    let listed = town.centre.ask(&["complaints", "--ward", "7"]).expect("a list");
    assert!(listed.contains(&number) && listed.contains("health_inspector"), "{listed}");
    for none in [["complaints", "--overdue"], ["complaints", "--escalated"]] {
        assert!(!town.centre.ask(&none).expect("a list").contains(&number), "{none:?}");
    }
    desk.close().expect("it ends by itself");

    officer.device.ask("sync").expect("it hears of it");
    town.centre.kill().expect("the line is gone");
    let mut handheld = officer.device.open().expect("its desk");
    resolve(&mut handheld, &number);
    town.centre.serve().expect("the line is back");
    handheld.until_online(true).expect("a line");
    let told = until_told(&town, "complaint", &number, "resolved at officer-1 by 51");
    assert!(told.contains("taken_up at officer-1") && told.contains(REMARK), "{told}");
    handheld.close().expect("it ends by itself");

    kiosk.device.ask("sync").expect("it hears of it");
    town.centre.kill().expect("the line is gone");
    let mut desk = kiosk.device.open().expect("its desk");
    rate(&mut desk, &square);
    town.centre.serve().expect("the line is back");
    desk.until_online(true).expect("a line");
    let told = until_told(&town, "complaint", &number, "rated 4");
    assert!(!told.contains("does not count"), "{told}");
    desk.close().expect("it ends by itself");
    for told in [town.centre.ask(&["verify"]), kiosk.device.ask("verify")] {
        let told = told.expect("the books can be read");
        assert!(told.contains("complete"), "{told}");
    }
}
