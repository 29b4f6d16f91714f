//! What a device sends all day, in the short form, and what it believes of the answers.

mod common;

use common::{CASHIER, Centre, Story, at, key, receipt};
use ledger::Signer;
use node::{Store, StoreError};
use replica::{Answer, Question, Rejection, SignedRequest};

fn question(centre: &Centre<'_>, packed: &[u8]) -> Question {
    centre.opened(packed).question.expect("in the short form")
}

/// One turn with the office's short answer, of so many bytes.
fn turn(store: &mut Store, centre: &mut Centre<'_>, minutes: i64) -> usize {
    let packed = store.next_request(at(minutes)).expect("a request");
    let asked = question(centre, &packed);
    let bytes = centre.short_answer(&packed).sealed_short(&asked);
    store.take_answer(&bytes, at(minutes)).expect("an honest answer");
    bytes.len()
}

fn pay(store: &mut Store, minutes: i64) {
    let fact = receipt(store, 345, 100);
    store.append(at(minutes), CASHIER, vec![fact]).expect("a receipt");
}

#[test]
fn a_payment_is_countersigned_by_the_word_on_its_request() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut centre = Centre::new(&story);
    for minutes in 1..4 {
        pay(&mut store, minutes);
        turn(&mut store, &mut centre, minutes);
        let head = store.day_book().head();
        let checkpoint = store.checkpoint().expect("countersigned");
        assert_eq!((checkpoint.checkpoint.seq, store.to_send()), (head.seq, 0));
        assert!(checkpoint.request.is_some(), "one signature is both");
    }
    // It is kept, and proves the chain to an auditor.
    drop(store);
    let store = story.open();
    assert_eq!(store.verify().expect("sound books").countersigned, 4);
}

#[test]
fn the_office_signs_the_moment_once_an_hour_where_nothing_is_new() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut centre = Centre::new(&story);
    let said = [1, 2, 30, 60, 61, 62, 120, 121, 122].map(|minutes| {
        centre.at_ms += 60_000;
        turn(&mut store, &mut centre, minutes) > 0
    });
    assert_eq!(said, [true, false, false, false, true, false, false, true, false]);
    drop(store);
    let mut store = story.open();
    assert!(turn(&mut store, &mut centre, 123) > 0, "after each start");
}

#[test]
fn an_empty_answer_acknowledges_nothing() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut centre = Centre::new(&story);
    store.next_request(at(0)).expect("a request");
    assert!(matches!(store.take_answer(&[], at(0)), Err(StoreError::Answer(_))));
    assert_eq!(store.to_send(), 1);
    turn(&mut store, &mut centre, 1);
    store.next_request(at(2)).expect("a request that may be answered so");
    let taken = store.take_answer(&[], at(2)).expect("nothing is new");
    assert_eq!((taken.acknowledged, taken.more, taken.rejection), (1, false, None));
}

#[test]
fn a_late_short_answer_moves_nothing_and_a_forged_one_is_refused() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut centre = Centre::new(&story);
    let packed = store.next_request(at(0)).expect("a request");
    let asked = question(&centre, &packed);
    let early = centre.short_answer(&packed).sealed_short(&asked);
    let mut forged = early.clone();
    *forged.last_mut().expect("a signature") ^= 1;
    let refused = store.take_answer(&forged, at(0));
    assert!(matches!(refused, Err(StoreError::NotTheOffice { .. })), "{refused:?}");
    store.next_request(at(1)).expect("another request");
    let taken = store.take_answer(&early, at(1)).expect("late, and no more");
    assert_eq!((taken.acknowledged, store.to_send(), taken.more), (0, 1, false));
    assert_eq!(store.checkpoint(), None);
    turn(&mut store, &mut centre, 2);
    assert_eq!(store.to_send(), 0);
}

#[test]
fn entries_that_the_centre_cannot_place_go_with_their_hashes() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let centre = Centre::new(&story);
    let short = store.next_request(at(0)).expect("a request");
    question(&centre, &short);
    let why = Some(Rejection::Damaged("they follow nothing here".to_owned()));
    let unplaced = Answer { rejection: why, ..Answer::empty(centre.at_ms) };
    let taken = store.take_answer(&unplaced.sealed(), at(0)).expect("an honest answer");
    assert_eq!((taken.rejection, taken.more), (None, true));
    let own = key(&story.provision.key).public_key();
    let whole = store.next_request(at(0)).expect("a request");
    let opened = SignedRequest::read(&whole).expect("a message").opened(&own).expect("signed");
    assert_eq!(opened.question, None);
    let batch = opened.request.batch.expect("the same entries");
    assert_eq!((batch.before.seq, batch.after), (0, store.day_book().head()));
}
