//! The printer is out of paper, away, or stops half-way: the money is safe and said to be.

use tests::town::{COLLECTOR, Kind, Town};

use super::steps::{HOUSE, another_sum, kiosk, office_has_once, pay_by, sign_in, to_pay};

#[test]
fn the_slip_comes_once_the_paper_is_back() {
    let (town, equipped, mut desk) = kiosk();
    equipped.printer.tell("paper out").expect("told");
    to_pay(&mut desk, HOUSE).expect("how much and how");
    another_sum(&mut desk, "160").expect("a part");
    pay_by(&mut desk, "card").expect("by card");
    let receipt = desk.entry("receipt").expect("a receipt");
    let stopped = desk.page("stopped").expect("the paper is out");
    assert_eq!((&stopped["cause"], &stopped["number"]), (&"paper_out".into(), &receipt["number"]));
    assert!(equipped.printer.slips().is_empty());
    equipped.printer.tell("paper in").expect("told");
    let paid = desk.page("paid").expect("thanks");
    assert_eq!(paid["paper"], "printed");
    equipped.printer.slip(1).expect("paper");
    office_has_once(&town, &[receipt]);
}

#[test]
fn without_a_printer_the_receipt_is_kept_for_the_payer() {
    let (town, equipped, mut desk) = kiosk();
    equipped.printer.tell("offline on").expect("told");
    to_pay(&mut desk, HOUSE).expect("how much and how");
    another_sum(&mut desk, "170").expect("a part");
    pay_by(&mut desk, "card").expect("by card");
    let receipt = desk.entry("receipt").expect("a receipt");
    desk.page("stopped").expect("the printer is away");
    desk.press("collect_later").expect("touched");
    let paid = desk.page("paid").expect("thanks");
    assert_eq!(paid["paper"], "later");
    office_has_once(&town, &[receipt]);
}

#[test]
fn a_slip_that_stops_half_way_is_not_called_whole() {
    let (town, equipped, mut desk) = kiosk();
    equipped.printer.tell("paper out-after 300").expect("told");
    to_pay(&mut desk, HOUSE).expect("how much and how");
    another_sum(&mut desk, "180").expect("a part");
    pay_by(&mut desk, "card").expect("by card");
    let receipt = desk.entry("receipt").expect("a receipt");
    let stopped = desk.page("stopped").expect("the roll ended");
    assert_eq!(stopped["cause"], "paper_out", "{stopped}");
    assert!(equipped.printer.slips().is_empty());
    office_has_once(&town, &[receipt]);
}

#[test]
fn a_printer_that_says_nothing_has_a_person_to_answer_for_it() {
    let town = Town::small().expect("a town");
    let silent = Kind { printer: Some("generic-58"), ..Kind::collector() };
    let equipped = town.equip(silent).expect("a handheld");
    let mut desk = equipped.device.open().expect("its desk");
    sign_in(&mut desk, &COLLECTOR).expect("the collector");
    let round = desk.page_where("round", |page| page["rows"][0].is_object()).expect("the round");
    let house = round["rows"][0]["id"].as_str().expect("an id");
    desk.choose(house).expect("touched");
    desk.page("demand").expect("what is owed");
    desk.press("next").expect("touched");
    desk.page("pay").expect("how much and how");
    another_sum(&mut desk, "190").expect("a part");
    pay_by(&mut desk, "cash").expect("in cash");
    desk.page("cash").expect("the counter");
    desk.fill("tendered", "200").expect("typed");
    desk.press("next").expect("touched");
    let receipt = desk.entry("receipt").expect("a receipt");
    equipped.printer.slip(1).expect("paper");
    let asked = desk.page("ask_paper").expect("did a whole slip come out?");
    assert_eq!((&asked["number"], &asked["amount"]), (&receipt["number"], &19_000.into()));
    desk.press("no").expect("touched");
    let print = desk.entry("print").expect("the answer is in the books");
    equipped.printer.slip(2).expect("it is printed again");
    desk.page("ask_paper").expect("and asked again");
    desk.press("yes").expect("touched");
    let second = desk.entry("print").expect("the answer is in the books");
    assert!(second["seq"].as_u64() > print["seq"].as_u64(), "{second}");
    assert_eq!(desk.page("paid").expect("thanks")["paper"], "printed");
    office_has_once(&town, &[receipt]);
}
