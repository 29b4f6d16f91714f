//! Receipts for the answers of a form.

use super::*;
use crate::receipt::{
    Answer, Named, RECEIPT_ANSWERS_BYTES_MAX, RECEIPT_ANSWERS_MAX, TYPED_CHARACTERS_MAX,
};

fn receipt(desk: &Desk, payer: Payer, answers: Vec<Answer>) -> Receipt {
    let (book, number) = desk.day_book.next_number(Some(SUMA)).expect("a book is open");
    let total = Paise::rupees(450);
    let period = Period::half_year_of(desk.at.date());
    Receipt {
        book,
        number,
        service: "profession_tax".to_owned(),
        payer,
        lines: vec![ReceiptLine { period, head: "PFT".to_owned(), amount: total }],
        total,
        tender: Tender::Cash(CashTender { tendered: total }),
        pack: 3,
        language: Language::Ml,
        answers,
        group: None,
    }
}

fn named(name: &str, reference: &str) -> Payer {
    Payer::Named(Named { name: name.to_owned(), reference: reference.to_owned() })
}

fn answer(name: &str, value: &str) -> Answer {
    Answer { name: name.to_owned(), value: value.to_owned() }
}

#[test]
fn answers_are_few_short_and_one_for_each_question() {
    let mut desk = Desk::with_books();
    let mut take = |payer, answers| {
        let receipt = receipt(&desk, payer, answers);
        desk.write(Some(SUMA), Fact::Receipt(receipt)).map(|_| ())
    };
    let payer = || named("Ammini", "PT/7/112");
    let twice = vec![answer("a", "1"), answer("b", "1"), answer("a", "2")];
    assert_eq!(take(payer(), twice), Err(Breach::AnsweredTwice("a".to_owned())));
    let many = |count| (0..count).map(|place| answer(&format!("q{place}"), "1")).collect();
    assert_eq!(take(payer(), many(RECEIPT_ANSWERS_MAX + 1)), Err(Breach::TooLong));
    let long = |bytes: usize| vec![answer("q", &"x".repeat(bytes - 1))];
    assert_eq!(take(payer(), long(RECEIPT_ANSWERS_BYTES_MAX + 1)), Err(Breach::TooLong));
    let typed = "x".repeat(TYPED_CHARACTERS_MAX + 1);
    assert_eq!(take(named(&typed, ""), Vec::new()), Err(Breach::TooLong));
    assert_eq!(take(named("", &typed), Vec::new()), Err(Breach::TooLong));
    assert_eq!(take(payer(), vec![answer("half_year_income", "25000")]), Ok(()));
    assert_eq!(take(payer(), many(RECEIPT_ANSWERS_MAX)), Ok(()));
    assert_eq!(take(payer(), long(RECEIPT_ANSWERS_BYTES_MAX)), Ok(()));
}

#[test]
fn each_named_receipt_is_a_demand_of_its_own() {
    let mut desk = Desk::with_books();
    let first = receipt(&desk, named("Ammini", "1"), Vec::new());
    let first = desk.write(Some(SUMA), Fact::Receipt(first)).expect("it keeps the rules");
    let second = receipt(&desk, named("Ammini", "1"), Vec::new());
    desk.write(Some(SUMA), Fact::Receipt(second)).expect("it keeps the rules");
    // No later receipt is of its demand, so that it can still be cancelled.
    assert!(desk.void(SUMA, first, RAM).is_ok());
}

#[test]
fn a_receipt_without_answers_has_the_bytes_that_it_always_had() {
    let desk = Desk::with_books();
    let old = receipt(&desk, Payer::Building(345), Vec::new());
    let bytes = minicbor::to_vec(&old).expect("a Vec takes every byte");
    assert_eq!(bytes[0], 0x89, "nine fields and no more");
    assert_eq!(minicbor::decode::<Receipt>(&bytes).expect("a receipt"), old);
    let answered = receipt(&desk, Payer::Building(345), vec![answer("a", "1")]);
    let bytes = minicbor::to_vec(&answered).expect("a Vec takes every byte");
    assert_eq!(bytes[0], 0x8A, "and one more");
    assert_eq!(minicbor::decode::<Receipt>(&bytes).expect("a receipt"), answered);
}
