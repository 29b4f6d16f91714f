//! Houses that leave a device, and what stays of them.

mod common;

use common::*;
use ledger::{ApartCause, ApartSettled, Fact, StaffId, WardsAssigned, WayOut};
use node::Store;
use replica::{Answer, Quarantined};

/// A device that has taken money for 12/345 and has 12/346 beside it.
fn with_houses(story: &Story, centre: &mut Centre<'_>) -> Store {
    let mut store = story.open_with_book();
    pay(&mut store, 1, 345);
    let mut answer = answered(&mut store, centre);
    answer.buildings = vec![building(345, "12/345", None), building(346, "12/346", None)];
    answer.register_to = 40;
    store.take_answer(&answer.sealed(), at(0)).expect("an honest answer");
    store
}

fn pay(store: &mut Store, minutes: i64, building: u32) -> u64 {
    let fact = receipt(store, building, 100);
    let written = store.append(at(minutes), Some(StaffId(11)), vec![fact]);
    written.expect("it keeps the rules")[0].seq
}

fn answered(store: &mut Store, centre: &mut Centre<'_>) -> Answer {
    centre.answer(&store.next_request(at(0)).expect("a request"))
}

#[test]
fn what_leaves_is_gone_and_what_own_entries_name_stays_without_a_name() {
    let story = Story::new();
    let mut centre = Centre::new(&story);
    let mut store = with_houses(&story, &mut centre);
    let name = store.building(345).expect("readable").expect("it is there").owner;
    let unsent = pay(&mut store, 2, 345);
    let mut answer = answered(&mut store, &mut centre);
    answer.gone = Some(vec![345, 346, 999]);
    answer.register_to = 41;
    let taken = store.take_answer(&answer.sealed(), at(0)).expect("an honest answer");
    assert!(taken.wards);
    for _ in 0..2 {
        assert_eq!(store.buildings_by_number("12/345").expect("readable"), []);
        assert_eq!(store.building(346).expect("readable"), None);
        let former = store.building(345).expect("readable").expect("its receipts name it");
        assert_eq!(former.owner, ledger::masked(&name));
        assert!(store.entry(unsent).expect("readable").is_some());
        drop(store);
        store = story.open();
    }
    // It comes back whole.
    let mut answer = answered(&mut store, &mut centre);
    answer.buildings = vec![building(345, "12/345", None)];
    answer.register_to = 42;
    store.take_answer(&answer.sealed(), at(0)).expect("an honest answer");
    assert_eq!(store.building(345).expect("readable").map(|found| found.owner), Some(name));
    assert_eq!(store.buildings_by_number("12/345").expect("readable").len(), 1);
}

#[test]
fn assigned_wards_take_the_houses_of_the_others_with_them() {
    let story = Story::new();
    let mut centre = Centre::new(&story);
    let mut store = with_houses(&story, &mut centre);
    assert_eq!(store.wards(), [7]);
    let word = |wards: &[u16]| {
        Fact::WardsAssigned(WardsAssigned { writer: DEVICE, wards: wards.to_vec() })
    };
    centre.notices = vec![story.notice(11, word(&[7, 8])), story.notice(12, word(&[8]))];
    let mut answer = answered(&mut store, &mut centre);
    let other = ledger::Building { ward: 8, ..building(500, "3/1", None) };
    answer.buildings = vec![other];
    answer.register_to = 50;
    let taken = store.take_answer(&answer.sealed(), at(0)).expect("an honest answer");
    assert!(taken.wards);
    for _ in 0..2 {
        assert_eq!(store.wards(), [8]);
        assert_eq!(store.round_size(7).expect("readable"), 0);
        assert_eq!(store.round_size(8).expect("readable"), 1);
        drop(store);
        store = story.open();
    }
}

#[test]
fn money_that_waits_for_the_office_is_not_asked_for_again() {
    let story = Story::new();
    let mut centre = Centre::new(&story);
    let mut store = with_houses(&story, &mut centre);
    assert_eq!(store.paid_since(345).expect("readable"), [], "the office has counted it in");
    let receipt = 2;
    let mut answer = answered(&mut store, &mut centre);
    let (reason, cause) = ("of another ward".to_owned(), Some(ApartCause::Ward));
    answer.quarantined = vec![Quarantined { seq: receipt, reason, cause }];
    store.take_answer(&answer.sealed(), at(0)).expect("an honest answer");
    for _ in 0..2 {
        assert_eq!(store.paid_since(345).expect("readable").len(), 1);
        let apart = store.apart(receipt).expect("it is kept apart");
        assert_eq!((apart.cause, apart.settled), (ApartCause::Ward, None));
        drop(store);
        store = story.open();
    }
    let word = ApartSettled {
        writer: DEVICE,
        entry: receipt,
        way: WayOut::Accepted,
        reason: "sent over to help".to_owned(),
        second: StaffId(41),
        as_of: receipt,
        freed: vec![],
    };
    centre.notices = vec![story.notice(13, Fact::ApartSettled(word))];
    let answer = answered(&mut store, &mut centre);
    store.take_answer(&answer.sealed(), at(0)).expect("an honest answer");
    assert_eq!(store.paid_since(345).expect("readable"), [], "it is in the row from now on");
    let settled = store.kept_apart()[0].settled.clone().expect("settled");
    assert_eq!((settled.way, &*settled.reason), (Some(WayOut::Accepted), "sent over to help"));
}
