//! Which house a card is said to be of.

mod common;

use common::*;
use ledger::{CardMark, FieldValue, RecordId, RecordKind, StaffId};
use node::Store;
use replica::{Answer, RecordsAnswer};

fn say(store: &mut Store, house: u32, card: CardMark) {
    let record = RecordId { kind: RecordKind::Household, number: house };
    let said =
        store.edit_record(record, ("card", &FieldValue::Card(card)), Some(StaffId(11)), at(1));
    said.expect("said");
}

fn houses(store: &Store, card: CardMark) -> Vec<u32> {
    let found = store.buildings_by_card(card).expect("readable");
    found.into_iter().map(|building| building.id).collect()
}

#[test]
fn a_card_opens_its_house_until_another_is_said_or_the_house_leaves() {
    let story = Story::new();
    let mut centre = Centre::new(&story);
    let mut store = story.open_with_book();
    let fill = Answer {
        buildings: vec![building(345, "12/345", None), building(346, "12/346", None)],
        register_to: 1,
        ..centre.answer(&store.next_request(at(0)).expect("a request"))
    };
    store.take_answer(&fill.sealed(), at(0)).expect("the register");
    let (first, second) = (CardMark::from([1; 16]), CardMark::from([2; 16]));
    assert!(houses(&store, first).is_empty());
    say(&mut store, 345, first);
    assert_eq!(houses(&store, first), [345]);
    say(&mut store, 346, first);
    assert_eq!(houses(&store, first), [345, 346], "both words stand until the office decides");
    say(&mut store, 346, second);
    for _ in 0..2 {
        assert_eq!((houses(&store, first), houses(&store, second)), (vec![345], vec![346]));
        drop(store);
        store = story.open();
    }
    // The office has all three words, and then takes a house away.
    let said = || Some(RecordsAnswer::new(3, Vec::new(), 0, &[]));
    let heard = centre.answer(&store.next_request(at(2)).expect("a request"));
    let heard = Answer { records: said(), ..heard };
    store.take_answer(&heard.sealed(), at(2)).expect("an honest answer");
    let gone = centre.answer(&store.next_request(at(3)).expect("a request"));
    let gone = Answer { gone: Some(vec![345]), records: said(), register_to: 2, ..gone };
    store.take_answer(&gone.sealed(), at(3)).expect("an honest answer");
    assert_eq!((houses(&store, first), houses(&store, second)), (vec![], vec![346]));
}
