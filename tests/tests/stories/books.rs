//! Receipt books that are leased: numbers in order and without a gap, the next book at hand before
//! the first is used up, and no money without a number.

use serde_json::Value;
use tests::device::Desk;
use tests::town::{COLLECTOR, Kind, Member, Town};

use super::steps::{HOUSE, card_payment, number, office_has_once, pay_by, sign_in, to_pay};

#[test]
fn numbers_go_on_from_book_to_book_and_end_where_no_book_is_left() {
    let mut town = Town::small().expect("a town");
    let equipped = town.equip(Kind { numbers: Some(2), ..Kind::kiosk() }).expect("a kiosk");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    let pay = |desk: &mut tests::device::Desk| card_payment(desk, HOUSE, "10");
    let first = pay(&mut desk).expect("a receipt");
    office_has_once(&town, std::slice::from_ref(&first));
    // The office hears that the book is low, and cuts the next one in time.
    let second = pay(&mut desk).expect("the last number of the book");
    town.centre
        .until("the next book is cut", |figures| figures["total"]["count"] == 2)
        .expect("figures");
    desk.until_online(true).expect("it came with the answer");
    town.centre.kill().expect("the line is gone");
    desk.until_online(false).expect("a device by itself");
    let third = pay(&mut desk).expect("the first number of the next book");
    let fourth = pay(&mut desk).expect("its last");
    let told: Vec<Vec<&str>> =
        [&first, &second, &third, &fourth].map(|receipt| book_and_number(receipt)).to_vec();
    assert_eq!(told, [["K1", "00001"], ["K1", "00002"], ["K2", "00001"], ["K2", "00002"]]);
    let returned = desk.entries().iter().filter(|entry| entry["kind"] == "book_returned").count();
    assert_eq!(returned, 1, "the first book went back by itself, without a line");

    // No book is left: nothing is taken, in plain words, and nothing is asked of the terminal.
    let intents = |desk: &tests::device::Desk| {
        desk.entries().iter().filter(|entry| entry["kind"] == "intent").count()
    };
    let before = intents(&desk);
    to_pay(&mut desk, HOUSE).expect("how");
    desk.choose("card").expect("chosen");
    desk.page_where("pay", |page| page["mode"] == "card").expect("by card");
    desk.press("next").expect("touched");
    let (code, sentence) = desk.refusal().expect("no");
    assert_eq!(code, "no_book_left");
    assert!(sentence.contains("Nothing was taken"), "{sentence}");
    assert_eq!(intents(&desk), before);
    town.centre.serve().expect("the line is back");
    desk.until_online(true).expect("a line");
    office_has_once(&town, &[first, second, third, fourth]);
}

/// A handheld goes from hand to hand: each collector has a book of their own, which the office cuts
/// when it hears that somebody else has signed in.
#[test]
fn a_colleague_who_takes_a_handheld_over_writes_in_a_book_of_their_own() {
    const COLLEAGUE: Member = Member { id: 22, name: "Deepa S.", role: "collector", pin: "6420" };
    let town = Town::small().expect("a town");
    let Member { id, name, role, pin } = COLLEAGUE;
    town.centre.staff(id, name, role, pin).expect("a second collector");
    let equipped = town.equip(Kind::collector()).expect("a handheld");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    let mut books = Vec::new();
    let mut receipts = Vec::new();
    for member in [COLLECTOR, COLLEAGUE, COLLECTOR, COLLEAGUE] {
        sign_in(&mut desk, &member).expect("one of the two");
        desk.screen_where("all is sent", |screen| {
            screen["page"]["round"].is_object() && screen["frame"]["line"]["to_send"] == 0
        })
        .expect("the office knows who works here");
        let receipt = cash_at_the_door(&mut desk).expect("a receipt");
        books.push(book_and_number(&receipt).join(" "));
        receipts.push(receipt);
        desk.press("sign_out").expect("touched");
        desk.page("sign_in").expect("the next one");
    }
    assert_eq!(books, ["C1 00001", "C2 00001", "C1 00002", "C2 00002"]);
    office_has_once(&town, &receipts);
}

/// Ten rupees for the house that comes next.
fn cash_at_the_door(desk: &mut Desk) -> Result<Value, tests::Trouble> {
    let round = desk.page_where("round", |page| page["rows"][0].is_object())?;
    let rows = round["rows"].as_array().expect("houses");
    let next = rows.iter().find(|row| row["state"] == "next").expect("a next house");
    desk.choose(next["id"].as_str().expect("an id"))?;
    desk.page("demand")?;
    desk.press("next")?;
    desk.page("pay")?;
    super::steps::another_sum(desk, "10")?;
    pay_by(desk, "cash")?;
    desk.page("cash")?;
    desk.fill("tendered", "10")?;
    desk.press("next")?;
    let receipt = desk.entry("receipt")?;
    desk.page("paid")?;
    desk.press("next")?;
    desk.page("round")?;
    Ok(receipt)
}

/// "G0802-26-K1-00001-H": the book's code and the number in it.
fn book_and_number(receipt: &Value) -> Vec<&str> {
    number(receipt).split('-').skip(2).take(2).collect()
}
