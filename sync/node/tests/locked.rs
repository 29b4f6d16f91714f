//! A device that the office has locked, since it has another history of it.

mod common;

use common::{
    CASHIER, Centre, DEVICE, MORNING_MS, Story, at, building, key, lease, pkcs8, receipt,
    with_visits,
};
use ledger::{Fact, Hash, Head, Moment, Signer, VisitOutcome};
use node::{Locked, Store, StoreError, Taken};
use replica::{Answer, Attestation, Checkpoint, Lock, Opened, Rejection, SignedRequest};

/// When the office locked it.
const SINCE_MS: i64 = MORNING_MS - 60_000;

fn request_of(store: &mut Store, story: &Story, now: Moment) -> Opened {
    let packed = store.next_request(now).expect("a request");
    let own = key(&story.provision.key).public_key();
    SignedRequest::read(&packed).expect("a message").opened(&own).expect("signed by the device")
}

fn lock(held: Option<Head>) -> Lock {
    Lock { since_ms: SINCE_MS, parts_at: Some(2), held, full: false }
}

/// What a centre with another history answers: its own head, and the word that it is locked.
fn locked_answer(centre: &Centre<'_>, request: &Opened, lock: Lock) -> Answer {
    let hash: Hash = [9; 32].into();
    let other = Checkpoint { writer: DEVICE, seq: 3, hash, at_ms: MORNING_MS };
    Answer {
        acknowledged: 3,
        checkpoint: Some(other.signed(&centre.story.office)),
        rejection: Some(Rejection::Frozen),
        attestation: Some(centre.attests(request, Some(lock))),
        ..centre.quiet_answer()
    }
}

/// One turn at which the office keeps what came.
fn held(store: &mut Store, centre: &Centre<'_>) -> Taken {
    let request = request_of(store, centre.story, at(0));
    let batch = request.request.batch.as_ref().expect("entries are left");
    let answer = locked_answer(centre, &request, lock(Some(batch.after)));
    store.take_answer(&answer.sealed(), at(0)).expect("the office's word")
}

#[test]
fn all_of_it_is_sent_and_then_it_only_asks() {
    let story = Story::new();
    let mut store = with_visits(&story, 2_500);
    assert_eq!(store.locked(), None);
    let centre = Centre::new(&story);
    let mut batches = 1;
    while held(&mut store, &centre).more {
        batches += 1;
        // A restart forgets neither that it is locked nor how far it has sent.
        let before = store.locked();
        drop(store);
        store = story.open();
        assert_eq!((store.locked(), before.is_some()), (before, true));
    }
    assert!(batches >= 3, "{batches} batches");
    let known = Locked { since_ms: SINCE_MS, parts_at: Some(2), held_to: 2_501, full: false };
    assert_eq!((store.locked(), store.to_send()), (Some(known), 0));
    assert_eq!(store.checkpoint(), None, "the other history's is not believed");
    let quiet = request_of(&mut store, &story, at(1));
    assert_eq!(quiet.request.batch, None);
    let answer = locked_answer(&centre, &quiet, lock(None)).sealed();
    assert!(!store.take_answer(&answer, at(1)).expect("the office's word").more);
    assert_eq!(store.locked(), Some(known));
    // What is written later follows.
    let fact = common::visit(5, VisitOutcome::Locked);
    store.append(at(100), CASHIER, vec![fact]).expect("a visit");
    let batch = request_of(&mut store, &story, at(2)).request.batch.expect("a new entry");
    assert_eq!((batch.before.seq, batch.after.seq), (2_501, 2_502));
}

#[test]
fn an_officer_unlocks_it_by_the_offices_word_of_now_alone() {
    let story = Story::new();
    let mut store = with_visits(&story, 100);
    let mut centre = Centre::new(&story);
    let early = request_of(&mut store, &story, at(9));
    let free = Answer { attestation: Some(centre.attests(&early, None)), ..centre.quiet_answer() };
    held(&mut store, &centre);
    for late in [free, centre.quiet_answer()] {
        let taken = store.take_answer(&late.sealed(), at(1)).expect("nothing is taken of it");
        assert_eq!((taken.acknowledged, taken.buildings), (0, 0));
        assert!(store.locked().is_some(), "kept back, or signed by nobody");
    }
    let packed = store.next_request(at(2)).expect("a request");
    let answer = centre.answer(&packed);
    store.take_answer(&answer.sealed(), at(2)).expect("an honest answer");
    assert_eq!(store.locked(), None);
    drop(store);
    let mut store = story.open();
    assert_eq!((store.locked(), store.to_send()), (None, 101), "the chain itself is sent now");
    let packed = store.next_request(at(3)).expect("a request");
    let answer = centre.answer(&packed);
    let taken = store.take_answer(&answer.sealed(), at(3)).expect("an honest answer");
    assert_eq!((taken.acknowledged, store.to_send()), (101, 0));
}

#[test]
fn it_learns_nothing_else() {
    let story = Story::new();
    let mut store = with_visits(&story, 100);
    let centre = Centre::new(&story);
    let request = request_of(&mut store, &story, at(0));
    let mut answer = locked_answer(&centre, &request, lock(None));
    answer.buildings = vec![building(345, "12/345", None)];
    answer.notices =
        vec![story.notice(12, Fact::BookLeased(lease("K4", 1, 9).signed(&story.office)))];
    (answer.office_to, answer.register_to) = (12, 40);
    store.take_answer(&answer.sealed(), at(0)).expect("the office's word");
    assert!(store.leases().is_empty());
    assert_eq!(store.building(345).expect("readable"), None);
    let next = request_of(&mut store, &story, at(0));
    assert_eq!((next.request.office_after, next.request.register_after), (0, 0));
    // Its own books go on.
    let fact = receipt(&store, 345, 100);
    store.append(at(100), CASHIER, vec![fact]).expect("money that was there already");
    store.verify().expect("whole books");
}

#[test]
fn nobody_but_the_office_locks_it() {
    let story = Story::new();
    let mut store = with_visits(&story, 100);
    let centre = Centre::new(&story);
    let request = request_of(&mut store, &story, at(0));
    let word = centre.attests(&request, Some(lock(None))).attestation;
    let mut forge = |attestation| {
        let answer = Answer { attestation, ..locked_answer(&centre, &request, lock(None)) };
        let refused =
            store.take_answer(&answer.sealed(), at(0)).expect_err("not the office's word");
        assert_eq!(store.locked(), None);
        refused
    };
    let by_another = forge(Some(word.signed(&key(&pkcs8()))));
    assert!(matches!(by_another, StoreError::NotTheOffice { .. }), "{by_another:?}");
    let foreign = Attestation { writer: ledger::Writer(8), ..word };
    let foreign = forge(Some(foreign.signed(&story.office)));
    assert!(matches!(foreign, StoreError::OtherDevice), "{foreign:?}");
    // Without a word of this moment, all that is left is an answer of another history.
    for nothing in
        [None, Some(Attestation { request: [7; 32].into(), ..word }.signed(&story.office))]
    {
        let refused = forge(nothing);
        assert!(matches!(refused, StoreError::OfficeDisagrees(3)), "{refused:?}");
    }
}

#[test]
fn it_stops_where_the_office_keeps_no_more_and_begins_anew_where_it_lacks_something() {
    let story = Story::new();
    let mut store = with_visits(&story, 2_500);
    let centre = Centre::new(&story);
    assert!(held(&mut store, &centre).more);
    let held_to = store.locked().expect("locked").held_to;
    let answered = |store: &mut Store, lock| {
        let request = request_of(store, &story, at(0));
        let sent = request.request.batch.as_ref().map(|batch| batch.before.seq);
        let answer = locked_answer(&centre, &request, lock).sealed();
        (sent, store.take_answer(&answer, at(0)))
    };
    // A head that is not of this chain moves nothing.
    let elsewhere = Head { seq: held_to + 1, hash: [8; 32].into() };
    let (sent, refused) = answered(&mut store, lock(Some(elsewhere)));
    assert!(matches!(refused, Err(StoreError::OfficeDisagrees(_))), "{refused:?}");
    assert_eq!((sent, store.locked().map(|it| it.held_to)), (Some(held_to), Some(held_to)));
    // The centre comes back from a backup and lacks what it held.
    let (sent, taken) = answered(&mut store, lock(None));
    assert!(!taken.expect("the office's word").more, "no quick repeats");
    assert_eq!(sent, Some(held_to));
    assert!(held(&mut store, &centre).more);
    assert_eq!(store.locked().map(|it| it.held_to), Some(held_to), "from the first entry again");
    let request = request_of(&mut store, &story, at(0));
    let before = request.request.batch.expect("entries are left").before;
    let (_, taken) = answered(&mut store, Lock { full: true, ..lock(Some(before)) });
    assert!(!taken.expect("the office's word").more);
    assert!(store.to_send() > 0, "what nobody has is said");
    for _ in 0..2 {
        let (sent, taken) = answered(&mut store, lock(None));
        assert_eq!((sent, taken.expect("the office's word").more), (None, false));
        assert!(store.locked().is_some_and(|it| it.full));
        drop(store);
        store = story.open();
    }
}
