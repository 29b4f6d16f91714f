//! Practice: the same journeys, on paper that says so, in books that nobody can believe.

use ledger::{Fact, Moment};
use node::{Provision, Store};
use replica::{Batch, Request};
use tests::town::{Kind, Town};

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
    let practice = "This is a practice slip and no receipt. No money was paid with it.";
    let refused = ("practice_slip".to_owned(), practice.to_owned());
    assert_eq!(other.refusal().expect("no"), refused);
    let page = town.centre.get(&format!("/r/{}", number(&lesson))).expect("an answer");
    assert_eq!(page.status, 404);
    assert!(page.text.contains("it is of a practice slip, and no receipt"), "{}", page.text);

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

#[test]
fn the_office_turns_away_whatever_a_lesson_would_send() {
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let file = std::fs::read(equipped.device.folder().join("device.padi")).expect("the file");
    let provision = Provision::read(&file).expect("what makes the device");
    let own = Store::open(&equipped.device.folder().join("data"), &provision).expect("the books");
    let now = Moment { wall_ms: 1_790_000_000_000, mono_ms: 1, boot: 1 };
    let mut lesson = node::practice(&own, &provision, 2026, now.wall_ms).expect("a lesson");
    let book = lesson.leases().remove(0);
    lesson.append(now, None, vec![Fact::BookOpened(book), Fact::SignedIn]).expect("written");
    let before = town.centre.figures().expect("figures");

    let request = lesson.next_request(now).expect("a request");
    let answer = town.centre.post_bytes("/v1/exchange", request).expect("an answer");
    assert_eq!(answer.status, 401, "{}", answer.text);

    // The same entries in the device's own name, which a lesson's key cannot sign for.
    let entries = lesson.entries_after(0, 9).expect("entries");
    let head = ledger::Head::before_first(provision.writer);
    let batch = Batch::of(head, entries.iter().map(ledger::Entry::canonical));
    let request = Request {
        writer: provision.writer,
        batch: Some(batch),
        office_after: 0,
        register_after: 0,
        records: None,
        sent_ms: now.wall_ms,
    };
    let answer = town.centre.post_bytes("/v1/exchange", request.sealed(lesson.key()));
    assert_eq!(answer.expect("an answer").status, 401);

    // And under the device's own key the office finds that it never leased such a book.
    let answer = town.centre.post_bytes("/v1/exchange", request.sealed(own.key()));
    assert_eq!(answer.expect("an answer").status, 200);
    let figures = town.centre.until("it lies in quarantine", |figures| {
        figures["quarantine"].as_array().is_some_and(|rows| !rows.is_empty())
    });
    let figures = figures.expect("figures");
    assert_eq!(figures["receipts"], before["receipts"], "{figures}");
}
