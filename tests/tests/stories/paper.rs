//! The printer is out of paper, away, or stops half-way: the money is safe and said to be.

use super::steps::{HOUSE, another_sum, kiosk, office_has_once, pay_by, to_pay};

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
