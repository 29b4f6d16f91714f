//! Practice: the same journeys, on paper that says so, in books that nobody can believe.

use tests::town::Kind;

use super::counter::{behind_the_counter, cash_payment, task};
use super::steps::{HOUSE, another_sum, kiosk, number, office_has_once, pay_by, to_pay};

#[test]
fn a_lesson_reaches_no_books_and_its_slip_convinces_nobody() {
    let (town, equipped, mut desk) = kiosk();
    behind_the_counter(&mut desk).expect("a cashier");
    let real = cash_payment(&mut desk, "100").expect("a real receipt");
    office_has_once(&town, std::slice::from_ref(&real));
    task(&mut desk, "practice").expect("practice");
    let screen = desk.screen_where("practice", |screen| screen["frame"]["practice"] == true);
    assert_eq!(screen.expect("a lesson")["page"]["home"]["has_menu"], true);

    let lesson = cash_payment(&mut desk, "200").expect("a practised receipt");
    assert_eq!(lesson["practice"], true, "{lesson}");
    assert!(number(&lesson).starts_with("PRACTICE-"), "{lesson}");
    // The terminal is switched off, and a practised card is taken all the same.
    equipped.terminal.tell("silence on").expect("a terminal that says nothing");
    to_pay(&mut desk, HOUSE).expect("how");
    another_sum(&mut desk, "50").expect("a sum");
    pay_by(&mut desk, "card").expect("by card");
    let card = desk.entry("receipt").expect("a practised receipt");
    assert_eq!(card["practice"], true);
    desk.page("paid").expect("thanks");
    desk.press("next").expect("touched");
    desk.page("home").expect("the counter");
    task(&mut desk, "practice").expect("the end of it");
    desk.screen_where("the real desk", |screen| screen["frame"]["practice"] == false)
        .expect("the lesson is over");

    // Nobody else of the body takes its slip for a receipt.
    let sister = town.equip(Kind { name: "kiosk-2", ..Kind::kiosk() }).expect("another kiosk");
    let mut other = sister.device.open().expect("its desk");
    other.until_online(true).expect("a line");
    let slip = tests::picture::read(&equipped.printer.slip(2).expect("paper")).expect("a picture");
    let square = slip.codes().into_iter().next().expect("a square on the practised slip");
    other.choose("check_receipt").expect("touched");
    other.page("find").expect("which receipt");
    other.scan(&square).expect("scanned");
    assert_eq!(other.refusal().expect("no").0, "forged_slip");

    // Nothing of it is in the books of the device, nor at the office.
    let entries = desk.entries();
    let own = entries.iter().filter(|entry| entry["practice"] == false).count();
    assert!(own < entries.len(), "the lesson wrote entries of its own");
    desk.close().expect("the desk ends");
    let file = equipped.device.folder().join("books.jsonl");
    let mut command = equipped.device.command("export").expect("the program");
    command.arg("--out").arg(&file);
    tests::process::run("kiosk export", command, "").expect("an export");
    let exported = std::fs::read_to_string(&file).expect("the books");
    let kept = exported.lines().filter(|line| line.starts_with("{\"entry\"")).count();
    // The end of the lesson, and of the desk, may have written after the last line was read.
    assert!((own..own + 3).contains(&kept), "{kept} entries are in the books, {own} were said");
    office_has_once(&town, &[real]);
}
