//! The doorstep round of a tax collector, up to the day's end.

use tests::sims::Paper;
use tests::town::{COLLECTOR, Kind, Town};

use super::steps::{office_has_once, pay_by, sign_in};

#[test]
fn a_round_with_a_suspense_receipt_ends_with_the_count() {
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::collector()).expect("a handheld");
    let mut desk = equipped.device.open().expect("its desk");
    sign_in(&mut desk, &COLLECTOR).expect("the collector");
    let round = desk.page_where("round", |page| page["rows"][0].is_object()).expect("the round");
    let rows = round["rows"].as_array().expect("houses");
    let next = rows.iter().find(|row| row["state"] == "next").expect("a next house");
    desk.choose(next["id"].as_str().expect("an id")).expect("touched");
    let demand = desk.page("demand").expect("what is owed");
    let due = demand["total"].as_i64().expect("paise");
    desk.press("next").expect("touched");
    desk.page("pay").expect("how much and how");
    pay_by(&mut desk, "cash").expect("in cash");
    desk.page("cash").expect("the counter");
    desk.fill("tendered", &rupees(due)).expect("typed");
    desk.press("next").expect("touched");
    let receipt = desk.entry("receipt").expect("a receipt");
    desk.page("paid").expect("thanks");
    desk.press("next").expect("touched");
    desk.page("round").expect("the round");

    // A building that nobody can find.
    desk.press("suspense").expect("touched");
    desk.page("suspense").expect("whose money");
    desk.fill("payer", "Suma P.K").expect("typed");
    desk.fill("place", "Blue gate").expect("typed");
    desk.fill("amount", "250").expect("typed");
    desk.press("next").expect("touched");
    desk.page("pay").expect("how");
    pay_by(&mut desk, "cash").expect("in cash");
    desk.page("cash").expect("the counter");
    desk.fill("tendered", "250").expect("typed");
    desk.press("next").expect("touched");
    let suspense = desk.entry("receipt").expect("a suspense receipt");
    desk.page("paid").expect("thanks");
    desk.press("next").expect("touched");
    let round = desk.page("round").expect("the round");
    let held = round["cash_in_hand"].as_i64().expect("paise");
    assert_eq!(held, due + 25_000);

    // Counted short first: the book's figure is shown only then.
    desk.press("end_day").expect("touched");
    let empty = desk.page("day_end").expect("the count");
    assert!(empty["expected"].is_null(), "{empty}");
    desk.press("next").expect("touched");
    assert_eq!(desk.refusal().expect("no").0, "reason_needed");
    desk.page_where("day_end", |page| page["expected"] == held).expect("the book's figure");
    desk.fill("coins", &rupees(held)).expect("typed");
    desk.press("next").expect("touched");
    let closed = desk.entry("day_closed").expect("the day is closed");
    assert_eq!(closed["amount"], held);
    desk.page_where("day_closed", |page| page["paper"] == "printed").expect("the day's slip");
    let slip = tests::picture::read(&equipped.printer.slip(3).expect("paper")).expect("a picture");
    assert_eq!(slip.width, usize::from(Paper::NARROW.dots));
    office_has_once(&town, &[receipt, suspense]);
    let figures = town
        .centre
        .until("the close is there", |figures| figures["closes"][0].is_object())
        .expect("figures");
    assert_eq!(figures["closes"][0]["counted_paise"], held, "{figures}");
}

fn rupees(paise: i64) -> String {
    format!("{}.{:02}", paise / 100, paise % 100)
}
