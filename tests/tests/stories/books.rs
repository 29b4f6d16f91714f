//! Receipt books that are leased: numbers in order and without a gap, the next book at hand before
//! the first is used up, and no money without a number.

use serde_json::Value;
use tests::town::{Kind, Town};

use super::steps::{HOUSE, card_payment, number, office_has_once, to_pay};

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

/// "G0802-26-K1-00001-H": the book's code and the number in it.
fn book_and_number(receipt: &Value) -> Vec<&str> {
    number(receipt).split('-').skip(2).take(2).collect()
}
