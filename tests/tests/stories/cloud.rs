//! A card terminal behind its maker's cloud service, at a kiosk: paid, cut off, switched off, and
//! looked through for card numbers.

use serde_json::Value;
use tests::cards::{WHOLE_NUMBER, attach_cloud, files_with_card_numbers, shows_card_number};
use tests::device::Desk;
use tests::sims::Sim;
use tests::town::{Equipped, Kind, Town};
use tests::wait::until;

use super::counter::{behind_the_counter, task};
use super::steps::{HOUSE, card_payment, office_has_once, pay_by, to_pay};

struct Counter {
    town: Town,
    equipped: Equipped,
    service: Sim,
    desk: Desk,
}

fn counter(mode: &str) -> Counter {
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let service = Sim::cloud_terminal(equipped.device.folder(), mode).expect("a service");
    attach_cloud(&equipped.device, &service).expect("attached");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    Counter { town, equipped, service, desk }
}

fn approved(service: &Sim) -> Value {
    service.state().expect("a state")["approved"].clone()
}

/// Asks for the money; the request waits at the terminal.
fn asks(counter: &mut Counter) {
    to_pay(&mut counter.desk, HOUSE).expect("how");
    let mark = counter.service.mark();
    pay_by(&mut counter.desk, "card").expect("by card");
    counter.service.event(mark, "uploaded").expect("the terminal has the amount");
}

#[test]
fn no_more_than_four_digits_of_a_card_are_kept_whatever_the_service_names() {
    let mut counter = counter("auto");
    counter.service.tell("whole-number on").expect("told");
    let receipt = card_payment(&mut counter.desk, HOUSE, "100").expect("a receipt");
    assert!(!shows_card_number(counter.desk.log().as_bytes()), "{}", counter.desk.log());
    assert!(!receipt.to_string().contains(WHOLE_NUMBER));
    office_has_once(&counter.town, &[receipt]);
    counter.desk.close().expect("the desk ends");
    let found = files_with_card_numbers(counter.equipped.device.folder());
    assert!(found.is_empty(), "{found:?}");
    let found = files_with_card_numbers(counter.town.folder());
    assert!(found.is_empty(), "{found:?}");
    counter.equipped.device.ask("verify").expect("the books are in order");
}

#[test]
fn an_answer_that_is_nonsense_late_twice_or_lost_is_asked_for_again() {
    let mut counter = counter("manual");
    asks(&mut counter);
    counter.service.tell("garbage 60").expect("told");
    counter.service.tell("twice on").expect("told");
    counter.service.tell("slow 200").expect("told");
    counter.service.tell("approve-then-drop").expect("told");
    let receipt = counter.desk.entry("receipt").expect("a receipt");
    counter.desk.page("paid").expect("thanks");
    assert_eq!(approved(&counter.service), 1);
    office_has_once(&counter.town, &[receipt]);
}

#[test]
fn a_declined_card_is_told_and_nothing_is_taken() {
    let mut counter = counter("manual");
    asks(&mut counter);
    counter.service.tell("decline").expect("told");
    counter.desk.page_where("card", |page| page["state"] == "declined").expect("it says so");
    assert_eq!(approved(&counter.service), 0);
}

/// The power goes while the payer stands at the terminal, who pays all the same.
#[test]
fn a_payment_on_a_request_that_a_power_cut_left_behind_gets_its_receipt() {
    let mut counter = counter("manual");
    asks(&mut counter);
    // The service has the request; the device has heard its number once both are on its disk.
    let numbers = counter.equipped.device.folder().join("data/terminal-numbers");
    let heard = || std::fs::read_to_string(&numbers).ok().filter(|text| text.lines().count() > 1);
    until("the number is on disk", heard).expect("the device heard it");
    counter.desk.kill().expect("the power is cut");
    counter.service.tell("approve").expect("told");
    let mut desk = counter.equipped.device.open().expect("its desk");
    desk.look_from_the_start();
    let receipt = desk.entry("receipt").expect("a receipt");
    desk.until_online(true).expect("a line");
    assert_eq!(approved(&counter.service), 1);
    office_has_once(&counter.town, &[receipt]);
}

/// The service took the request, and the device never heard its number: it may be paid, so that
/// nothing is asked for again, and the day's end lists it.
#[test]
fn a_request_whose_number_was_never_heard_is_held_and_listed() {
    let mut counter = counter("manual");
    behind_the_counter(&mut counter.desk).expect("a cashier");
    counter.service.tell("drop-upload").expect("told");
    asks(&mut counter);
    let desk = &mut counter.desk;
    desk.page_where("card", |page| page["state"] == "cannot_tell").expect("nobody can tell");
    desk.press("next").expect("touched");
    desk.page("home").expect("the counter");
    task(desk, "settle").expect("the day's end of the cards");
    desk.page("settlement").expect("what it will do");
    desk.press("next").expect("touched");
    let differs = desk.page_where("settlement", |page| page["state"] == "differs");
    let page = differs.expect("it is listed");
    assert_eq!(page["rows"][0]["side"], "unclear", "{page}");
    assert!(counter.desk.entries().iter().all(|entry| entry["kind"] != "receipt"));
}
