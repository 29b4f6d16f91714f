//! Books that reach the office in somebody's pocket, and its word that comes back so.

mod common;

use common::{Centre, DEVICE, MORNING_MS, Story, at, building, key, pkcs8, with_visits};
use ledger::{Moment, Signer, VisitOutcome, Writer, sha256};
use node::{Brought, DeviceKey, Parcel, SignedReplies, StoreError};
use replica::{Answer, Lock, Rejection, Replies, Reply, SignedRequest};

/// The office's replies to a parcel.
fn replies(centre: &mut Centre<'_>, parcel: &Parcel) -> SignedReplies {
    let answers: Vec<Answer> =
        parcel.requests.iter().map(|request| centre.answer(request)).collect();
    signed(centre, parcel, &answers)
}

fn signed(centre: &Centre<'_>, parcel: &Parcel, answers: &[Answer]) -> SignedReplies {
    let named = parcel.requests.iter().zip(answers).map(|(request, answer)| {
        let body = SignedRequest::read(request).expect("a message").body;
        Reply { request: sha256(&body), answer: answer.sealed().into() }
    });
    let replies = Replies { to: parcel.writer, replies: named.collect() };
    sealed(&replies, &key(&centre.story.provision.key), &centre.story.office)
}

/// Replies for whoever has a key.
fn sealed(replies: &Replies, device: &DeviceKey, office: &dyn Signer) -> SignedReplies {
    replies.sealed(&device.public_key(), [9; 32], office).expect("a key")
}

/// The office's word on a request that it has locked the device.
fn locks(centre: &Centre<'_>, request: &[u8], since_ms: i64) -> Answer {
    let own = key(&centre.story.provision.key).public_key();
    let opened = SignedRequest::read(request).expect("a message").opened(&own).expect("signed");
    let lock = Lock { since_ms, parts_at: Some(2), held: None, full: false };
    Answer {
        rejection: Some(Rejection::Frozen),
        attestation: Some(centre.attests(&opened, Some(lock))),
        ..centre.quiet_answer()
    }
}

#[test]
fn a_long_absence_goes_into_one_parcel_and_its_reply_is_taken_once() {
    let story = Story::new();
    let mut store = with_visits(&story, 2_400);
    let mut centre = Centre::new(&story);
    let parcel = store.parcel(at(30)).expect("a parcel");
    assert_eq!((parcel.writer, parcel.requests.len()), (DEVICE, 3));
    let carried = |request: &[u8]| SignedRequest::read(request).expect("a message").is_carried();
    assert!(parcel.requests.iter().all(|request| carried(request)));
    assert!(!carried(&store.next_request(at(30)).expect("a request")), "the line's is not");
    let reply = replies(&mut centre, &parcel);
    assert_eq!(centre.entries, store.entries_after(0, usize::MAX).expect("readable"));
    // The reply comes days later, to a program that was begun again.
    drop(store);
    let mut store = story.open();
    let later = Moment { boot: store.boot(), ..at(9_000) };
    let brought = store.take_replies(&reply, later).expect("the office's word");
    let all = Brought { answered: 3, acknowledged: 2_401, ..Brought::default() };
    assert_eq!((brought, store.to_send()), (all, 0));
    assert_eq!(store.checkpoint().map(|signed| signed.checkpoint.seq), Some(2_401));
    assert!(store.unsure_since(later).is_none(), "the office's time of then is not the present");
    let again = store.take_replies(&reply, later).expect("the same again");
    assert_eq!(again, Brought::default());
    // With nothing to send, one request asks for news, and brings the houses.
    let parcel = store.parcel(later).expect("a parcel");
    assert_eq!(parcel.requests.len(), 1);
    let mut answer = centre.answer(&parcel.requests[0]);
    answer.buildings = vec![building(345, "7/345", None)];
    answer.register_to = 1;
    let brought = store.take_replies(&signed(&centre, &parcel, &[answer]), later);
    assert_eq!(brought.expect("the office's word").buildings, 1);
    assert!(store.building(345).expect("readable").is_some());
}

#[test]
fn what_the_office_did_not_sign_is_not_believed() {
    let story = Story::new();
    let mut store = with_visits(&story, 100);
    let mut centre = Centre::new(&story);
    let parcel = store.parcel(at(30)).expect("a parcel");
    let honest = replies(&mut centre, &parcel);
    // A row of the register under the office's old signature, and all of it under another key.
    let (own, stranger) = (key(&story.provision.key), key(&pkcs8()));
    let found = honest.opened(&story.office.public_key()).expect("the office's");
    assert!(found.unsealed(stranger.opening()).is_err(), "who finds it reads nothing");
    let replies = found.unsealed(own.opening()).expect("sealed for it");
    let mut answer = centre.quiet_answer();
    answer.buildings = vec![building(345, "7/345", None)];
    let mut rows = replies.clone();
    rows.replies[0].answer = answer.sealed().into();
    let body = sealed(&rows, &own, &story.office).body;
    let altered = SignedReplies { body, ..honest.clone() };
    let other = sealed(&replies, &own, &stranger);
    for forged in [altered, other] {
        let refused = store.take_replies(&forged, at(31)).expect_err("forged");
        assert!(matches!(refused, StoreError::NotTheOffice { .. }), "{refused}");
    }
    // The office's, but for another device, and for another key.
    let unread = sealed(&replies, &stranger, &story.office);
    let refused = store.take_replies(&unread, at(31)).expect_err("of another key");
    assert!(refused.is_of_the_reply() && matches!(refused, StoreError::Reply(_)), "{refused}");
    let theirs = sealed(&Replies { to: Writer(8), ..replies }, &own, &story.office);
    let refused = store.take_replies(&theirs, at(31)).expect_err("of another device");
    assert!(matches!(refused, StoreError::OtherDevice), "{refused}");
    assert_eq!(store.to_send(), 101, "nothing of it was taken");
    store.take_replies(&honest, at(31)).expect("the office's word");
    assert_eq!(store.to_send(), 0);
}

/// A word that locks is believed of the newest parcel only, as one over the line is of the newest
/// request only: whoever kept an old one could lock an honest device again and again.
#[test]
fn a_lock_comes_with_the_reply_to_the_newest_parcel_only() {
    let story = Story::new();
    let mut store = with_visits(&story, 100);
    let centre = Centre::new(&story);
    let locking = |parcel: &Parcel| {
        let answer = locks(&centre, &parcel.requests[0], MORNING_MS);
        signed(&centre, parcel, &[answer])
    };
    let old = store.parcel(at(30)).expect("a parcel");
    store.append(at(31), None, vec![common::visit(5, VisitOutcome::Locked)]).expect("a visit");
    let new = store.parcel(at(31)).expect("another");
    let brought = store.take_replies(&locking(&old), at(32)).expect("late");
    assert_eq!((brought.answered, store.locked()), (0, None));
    let brought = store.take_replies(&locking(&new), at(32)).expect("the office's word");
    assert_eq!((brought.answered, brought.rejection), (1, Some(Rejection::Frozen)));
    assert!(store.locked().is_some());
}

/// Whoever looks at the page again while a parcel is on its way must not make its reply worthless.
#[test]
fn a_parcel_is_the_same_until_something_has_changed() {
    let story = Story::new();
    let mut store = with_visits(&story, 100);
    let mut centre = Centre::new(&story);
    centre.at_ms = at(59).wall_ms;
    let parcel = store.parcel(at(30)).expect("a parcel");
    let reply = replies(&mut centre, &parcel);
    assert_eq!(store.parcel(at(45)).expect("again"), parcel);
    drop(store);
    let mut store = story.open();
    let later = Moment { boot: store.boot(), ..at(60) };
    assert_eq!(store.unheard_hours(later), Some(1));
    assert_eq!(store.parcel(later).expect("after a restart"), parcel);
    assert_eq!(store.take_replies(&reply, later).expect("the office's word").answered, 1);
    assert_eq!(store.to_send(), 0);
    // What was taken is over: the next asks anew, and the same reply brings nothing more.
    assert_ne!(store.parcel(later).expect("a new one"), parcel);
    assert_eq!(store.take_replies(&reply, later).expect("late").answered, 0);
    // A device that is only carried for has heard of the office too.
    assert_eq!(store.unheard_hours(later), Some(0));
}

/// Once the line has brought the office's word, what somebody still carries is older.
#[test]
fn a_reply_that_the_line_overtook_neither_locks_nor_unlocks() {
    let story = Story::new();
    let mut store = with_visits(&story, 100);
    let mut centre = Centre::new(&story);
    let parcel = store.parcel(at(30)).expect("a parcel");
    let of_monday = replies(&mut centre, &parcel);
    // On Tuesday the office locks the device, and the line says so.
    let request = store.next_request(at(31)).expect("a request");
    let answer = locks(&centre, &request, MORNING_MS + 60_000);
    store.take_answer(&answer.sealed(), at(31)).expect("the office's word");
    assert!(store.locked().is_some());
    let brought = store.take_replies(&of_monday, at(32)).expect("late");
    assert_eq!(brought.answered, 0);
    assert!(store.locked().is_some(), "an old word does not unlock");
}
