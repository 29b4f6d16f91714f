//! Requests and answers between a device's books and a centre in memory.

mod common;

use common::{
    CASHIER, Centre, DAY_MS, DEVICE, MORNING_MS, Story, at, building, key, pkcs8, receipt,
};
use ledger::{
    Confirmation, Enrolment, Fact, Intent, IntentMode, Moment, Paise, Signer, Writer,
    WrongSignature,
};
use node::{Store, StoreError};
use replica::{
    Answer, BATCH_ENTRIES_MAX, Checkpoint, DayDocument, Quarantined, Rejection, Request,
    SignedRequest,
};

fn request_of(store: &mut Store, story: &Story) -> Request {
    let packed = store.next_request(at(0)).expect("a request");
    let own = key(&story.provision.key).public_key();
    let signed = SignedRequest::read(&packed).expect("a message");
    signed.opened(&own).expect("signed by the device").request
}

fn pay(store: &mut Store, minutes: i64) {
    pay_at(store, at(minutes));
}

fn pay_at(store: &mut Store, at: Moment) {
    let fact = receipt(store, 345, 100);
    store.append(at, CASHIER, vec![fact]).expect("a receipt");
}

#[test]
fn what_is_sent_is_acknowledged_once_and_countersigned_in_later_entries() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut centre = Centre::new(&story);
    pay(&mut store, 1);
    let answer = centre.answer(&store.next_request(at(0)).expect("a request"));
    let taken = store.take_answer(&answer.sealed(), at(0)).expect("an honest answer");
    assert_eq!((taken.acknowledged, store.to_send()), (2, 0));
    assert_eq!(request_of(&mut store, &story).batch, None);
    pay(&mut store, 2);
    let entry = store.entry(3).expect("readable").expect("written");
    assert_eq!(entry.countersigned, 2);
    drop(store);
    let mut store = story.open();
    assert_eq!(store.to_send(), 1);
    assert_eq!(store.checkpoint().map(|signed| signed.checkpoint.seq), Some(2));
    let request = store.next_request(at(0)).expect("a request");
    let batch = centre.opened(&request).request.batch.expect("one entry is new");
    assert_eq!((batch.before.seq, batch.after.seq), (2, 3));
    let books: Vec<_> = store.entries_after(0, 10).expect("readable");
    centre.answer(&store.next_request(at(0)).expect("a request"));
    assert_eq!(centre.entries, books);
}

#[test]
fn the_documents_of_each_day_are_those_that_the_centre_derives() {
    let story = Story::with_numbers(3_000);
    let mut store = story.open_with_book();
    let mut minutes = 1;
    for round in 0..3 {
        for _ in 0..5 {
            let mono_ms = store.day_book().head().seq * 60_000;
            pay_at(&mut store, Moment { mono_ms, ..at(minutes) });
            minutes += 1;
        }
        // The third round goes back to the first day: the clock was set back.
        minutes += if round == 0 { 24 * 60 } else { -24 * 60 };
        let request = request_of(&mut store, &story);
        check_documents(&store, &request);
    }
    let again = request_of(&mut store, &story);
    check_documents(&store, &again);
}

/// With a request after each receipt, the open day's document reaches the disk now and then only,
/// and whichever form of it the program begins with, it is the same.
#[test]
fn a_document_goes_on_from_its_saved_form_as_from_memory() {
    let story = Story::with_numbers(3_000);
    let mut store = story.open_with_book();
    let mut minutes = 0;
    for saved in [None, None, None, Some(257), Some(257)] {
        for _ in 0..70 {
            minutes += 1;
            let boot = store.boot();
            pay_at(&mut store, Moment { boot, ..at(minutes) });
            let request = request_of(&mut store, &story);
            check_documents(&store, &request);
        }
        drop(store);
        let sql = "SELECT max(last_seq) FROM documents";
        let last: Option<i64> =
            story.database().query_row(sql, [], |row| row.get(0)).expect("readable");
        assert_eq!(last, saved, "after {minutes} receipts");
        store = story.open();
    }
}

#[test]
fn a_damaged_document_is_made_anew_from_the_entries() {
    for damage in [
        "UPDATE documents SET saved = x'00'",
        "UPDATE documents SET head = x'00'",
        "UPDATE documents SET last_seq = 'much'",
        "DELETE FROM documents WHERE day = (SELECT min(day) FROM documents)",
    ] {
        let story = Story::with_numbers(3_000);
        let mut store = story.open_with_book();
        for minutes in [1, 24 * 60] {
            pay_at(&mut store, at(minutes));
        }
        let sent = request_of(&mut store, &story);
        drop(store);
        story.database().execute(damage, []).expect("a write");
        // The same again, since no answer came, and then more of the last day.
        let mut store = story.open();
        let again = request_of(&mut store, &story);
        assert_eq!(again.batch, sent.batch, "{damage}");
        let boot = store.boot();
        pay_at(&mut store, Moment { boot, ..at(24 * 60 + 1) });
        let request = request_of(&mut store, &story);
        check_documents(&store, &request);
    }
}

/// Derives each day anew from all entries up to the batch's last.
fn check_documents(store: &Store, request: &Request) {
    let batch = request.batch.as_ref().expect("entries are waiting");
    let entries = store.entries_after(0, usize::MAX).expect("readable");
    assert!(!batch.documents.is_empty());
    for head in &batch.documents {
        let mut document = DayDocument::new(DEVICE, head.day);
        let upto = entries.iter().filter(|entry| entry.seq <= batch.after.seq);
        for entry in upto.filter(|entry| entry.at.day() == head.day) {
            document.add(entry).expect("an entry");
        }
        let derived = document.head().expect("a day has entries");
        assert!(head.agrees(&derived), "day {}", head.day);
    }
}

#[test]
fn a_long_absence_is_sent_batch_by_batch_and_older_entries_again_when_asked() {
    let story = Story::with_numbers(3_000);
    let mut store = story.open_with_book();
    for minutes in 0..150 {
        let facts = (0..16).map(|_| common::visit(5, ledger::VisitOutcome::Locked)).collect();
        store.append(at(minutes), CASHIER, facts).expect("visits");
    }
    let mut centre = Centre::new(&story);
    let mut batches = 0;
    while store.to_send() > 0 {
        let request = request_of(&mut store, &story);
        check_documents(&store, &request);
        let answer = centre.answer(&store.next_request(at(0)).expect("a request"));
        store.take_answer(&answer.sealed(), at(0)).expect("an honest answer");
        batches += 1;
    }
    assert!(batches >= 3, "{} entries are more than two batches", centre.entries.len());
    assert_eq!(centre.entries.len(), 2_401);
    // The centre comes back from an old backup: it asks from entry 10 on.
    let mut answer = centre.quiet_answer();
    answer.rejection = Some(Rejection::Gap(10));
    (answer.acknowledged, answer.checkpoint) = (10, None);
    let taken = store.take_answer(&answer.sealed(), at(0)).expect("an honest answer");
    assert_eq!(taken.rejection, Some(Rejection::Gap(10)));
    let request = request_of(&mut store, &story);
    let batch = request.batch.as_ref().expect("entries are sent again");
    assert_eq!(batch.before.seq, 10);
    assert!(batch.entries.len() <= BATCH_ENTRIES_MAX);
    check_documents(&store, &request);
}

/// A device with a receipt sent, an intent open, and an answer that says everything.
fn full_answer(story: &Story, store: &mut Store) -> Answer {
    pay(store, 1);
    let intent = Intent {
        amount: Paise::rupees(50),
        by: IntentMode::Upi,
        reference: "PADI7-3".into(),
        building: Some(345),
        service: "property_tax".into(),
        parts: Vec::new(),
    };
    store.append(at(2), None, vec![Fact::Intent(intent)]).expect("an intent");
    let mut centre = Centre::new(story);
    let confirmation = Confirmation {
        writer: DEVICE,
        intent: 3,
        reference: "PADI7-3".into(),
        amount: Paise::rupees(50),
        bank_reference: "422100001234".into(),
        paid_ms: MORNING_MS,
    };
    let sister = Enrolment {
        writer: Writer(9),
        name: "collector-2".into(),
        key: key(&pkcs8()).public_key(),
    };
    let further = common::lease("K4", 1, 100).signed(&story.office);
    centre.notices = vec![
        story.notice(11, Fact::Confirmed(confirmation)),
        story.notice(12, Fact::BookLeased(further)),
        story.notice(15, Fact::DeviceEnrolled(sister)),
    ];
    let mut answer = centre.answer(&store.next_request(at(0)).expect("a request"));
    answer.buildings = vec![building(345, "12/345", None), building(346, "12/346", None)];
    answer.register_to = 40;
    answer.quarantined =
        vec![Quarantined { seq: 2, reason: "ward 9 is not yours".into(), cause: None }];
    answer
}

#[test]
fn an_answer_is_taken_once_however_often_it_comes() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let answer = full_answer(&story, &mut store).sealed();
    let first = store.take_answer(&answer, at(0)).expect("an honest answer");
    assert_eq!((first.acknowledged, first.buildings), (3, 2));
    assert_eq!(first.leases.len() + first.enrolments.len() + first.confirmations.len(), 3);
    assert_eq!(first.confirmations[0].seq, 11);
    let again = store.take_answer(&answer, at(0)).expect("the same answer");
    assert_eq!((again.acknowledged, again.buildings), (3, 0));
    assert_eq!(again.leases.len() + again.enrolments.len() + again.confirmations.len(), 0);
    for _ in 0..2 {
        let books: Vec<String> =
            store.leases().iter().map(|signed| signed.lease.book.clone()).collect();
        assert_eq!(books, ["K4"], "K3 is open already");
        assert_eq!(store.confirmations(), first.confirmations);
        assert_eq!(store.sister_key(Writer(9)), Some(first.enrolments[0].key));
        assert_eq!(store.quarantined().expect("readable")[0].seq, 2);
        assert!(store.building(346).expect("readable").is_some());
        // The office keeps it apart, so that it is not in the row, and was taken all the same.
        assert_eq!(store.paid_since(345).expect("readable").len(), 1);
        let request = request_of(&mut store, &story);
        assert_eq!((request.office_after, request.register_after), (15, 40));
        drop(store);
        store = story.open();
    }
}

/// Alters an honest answer: it must be refused, and the books must be as before.
fn refused(alter: impl FnOnce(&Story, &mut Answer)) -> StoreError {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut answer = full_answer(&story, &mut store);
    alter(&story, &mut answer);
    let refused = store.take_answer(&answer.sealed(), at(0)).expect_err("not an honest answer");
    assert_eq!((store.to_send(), store.leases().len()), (3, 0));
    assert_eq!(store.building(345).expect("readable"), None);
    let request = request_of(&mut store, &story);
    assert_eq!((request.office_after, request.register_after), (0, 0));
    refused
}

#[test]
fn what_the_office_did_not_sign_is_refused_whole() {
    let forged = refused(|_, answer| {
        let notice = answer.notices[1].notice.clone();
        answer.notices[1] = notice.signed(&key(&pkcs8()));
    });
    let StoreError::NotTheOffice { source: WrongSignature(_), .. } = forged else {
        panic!("{forged:?}");
    };
    let altered = refused(|_, answer| answer.notices[0].notice.entry.seq = 99);
    assert!(matches!(altered, StoreError::NotTheOffice { .. }), "{altered:?}");
    let forged = refused(|_, answer| {
        let checkpoint = answer.checkpoint.expect("there is one").checkpoint;
        answer.checkpoint = Some(checkpoint.signed(&key(&pkcs8())));
    });
    assert!(matches!(forged, StoreError::NotTheOffice { .. }), "{forged:?}");
    let unsigned = refused(|_, answer| answer.checkpoint = None);
    assert!(matches!(unsigned, StoreError::NotCountersigned(3)), "{unsigned:?}");
    let foreign = refused(|story, answer| {
        let mut notice = answer.notices[0].notice.clone();
        notice.to = Writer(8);
        answer.notices[0] = notice.signed(&story.office);
    });
    assert!(matches!(foreign, StoreError::OtherDevice), "{foreign:?}");
}

#[test]
fn a_centre_with_another_history_of_this_device_is_not_believed() {
    let other = refused(|story, answer| {
        let checkpoint = answer.checkpoint.expect("there is one").checkpoint;
        let other = Checkpoint { hash: [9; 32].into(), ..checkpoint };
        answer.checkpoint = Some(other.signed(&story.office));
    });
    assert!(matches!(other, StoreError::OfficeDisagrees(3)), "{other:?}");
    let longer = refused(|_, answer| answer.acknowledged = 4);
    assert!(matches!(longer, StoreError::OfficeDisagrees(4)), "{longer:?}");
    let gap = refused(|_, answer| answer.rejection = Some(Rejection::Gap(u64::MAX)));
    assert!(matches!(gap, StoreError::OfficeDisagrees(u64::MAX)), "{gap:?}");
}

#[test]
fn rubbish_is_no_answer() {
    let story = Story::new();
    let mut store = story.open_with_book();
    for bytes in [&b""[..], b"<html>busy</html>", &[0; 100]] {
        assert!(matches!(store.take_answer(bytes, at(0)), Err(StoreError::Answer(_))));
    }
    let whole = full_answer(&story, &mut store).sealed();
    for length in 0..whole.len() {
        assert!(store.take_answer(&whole[..length], at(0)).is_err(), "cut after {length} bytes");
    }
    store.take_answer(&whole, at(0)).expect("the whole answer");
}

#[test]
fn one_bad_row_of_the_register_does_not_hold_up_the_rest() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut answer = full_answer(&story, &mut store);
    answer.buildings[0].owner = String::new();
    let taken = store.take_answer(&answer.sealed(), at(0)).expect("an honest answer");
    assert_eq!((taken.acknowledged, taken.buildings), (3, 1));
    assert_eq!(store.building(345).expect("readable"), None);
    assert!(store.building(346).expect("readable").is_some());
}

#[test]
fn a_receipt_ends_the_waiting_for_its_confirmation() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let answer = full_answer(&story, &mut store).sealed();
    store.take_answer(&answer, at(0)).expect("an honest answer");
    let word = store.confirmations().remove(0);
    let (book, number) = store.day_book().next_number(None).expect("a number");
    let mut receipt = common::numbered(book, number, 345, 50);
    receipt.tender = ledger::Tender::Upi(ledger::UpiTender {
        intent: word.confirmation.intent,
        bank_reference: word.confirmation.bank_reference,
        confirmation: word.seq,
    });
    let mono_ms = u64::try_from(DAY_MS).expect("a day");
    let late = Moment { wall_ms: MORNING_MS + DAY_MS, mono_ms, boot: 1 };
    store.append(late, None, vec![Fact::Receipt(receipt)]).expect("a receipt");
    assert_eq!(store.confirmations(), []);
}

#[test]
fn books_that_were_altered_throughout_are_found_by_the_countersignature() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let answer = full_answer(&story, &mut store).sealed();
    store.take_answer(&answer, at(0)).expect("an honest answer");
    drop(store);
    // The last countersigned entry is cut off, as if it had never been written.
    story.database().execute("DELETE FROM entries WHERE seq = 3", []).expect("a write");
    let refused = Store::open(story.folder.path(), &story.provision).err().expect("cut off");
    assert!(matches!(refused, StoreError::Damaged { seq: 3, .. }), "{refused:?}");
}

#[test]
fn the_offices_time_is_what_the_clock_is_held_against() {
    let story = Story::new();
    let mut store = story.open_with_book();
    pay(&mut store, 1);
    let mut centre = Centre::new(&story);
    // The office's clock is an hour ahead of the device's.
    centre.at_ms = MORNING_MS + 62 * 60_000;
    let answer = centre.answer(&store.next_request(at(0)).expect("a request"));
    store.take_answer(&answer.sealed(), at(2)).expect("an honest answer");
    pay(&mut store, 3);
    let unsure =
        |store: &Store, seq| store.entry(seq).expect("readable").expect("an entry").unsure_since_ms;
    assert_eq!(unsure(&store, 2), None);
    assert_eq!(unsure(&store, 3), Some(centre.at_ms), "an hour behind");
    pay_at(&mut store, Moment { mono_ms: 4 * 60_000, ..at(64) });
    assert_eq!(unsure(&store, 4), None, "the clock was set right");
    // After a restart a clock before the office's last word is not believed either.
    drop(store);
    let mut store = story.open();
    let at_boot = |wall_ms, mono_ms, boot| Moment { wall_ms, mono_ms, boot };
    pay_at(&mut store, at_boot(MORNING_MS, 1_000, 2));
    assert_eq!(unsure(&store, 5), Some(at(64).wall_ms));
    pay_at(&mut store, at_boot(MORNING_MS + DAY_MS, 2_000, 2));
    assert_eq!(unsure(&store, 6), None);
}

#[test]
fn an_answer_that_was_kept_back_is_not_the_offices_present_time() {
    let story = Story::new();
    let mut store = story.open_with_book();
    pay(&mut store, 1);
    let mut centre = Centre::new(&story);
    centre.at_ms = at(1).wall_ms;
    let kept_back = centre.answer(&store.next_request(at(1)).expect("a request"));
    centre.at_ms = at(60).wall_ms;
    let present = centre.answer(&store.next_request(at(60)).expect("another request"));
    store.take_answer(&kept_back.sealed(), at(60)).expect("an honest answer");
    assert_eq!(store.to_send(), 0, "what it acknowledges is true at any time");
    assert_eq!(store.unsure_since(at(61)), None, "the device's clock was right all along");
    // Nor is that to the newest request, where somebody sat on it.
    store.take_answer(&present.sealed(), at(70)).expect("an honest answer");
    assert_eq!(store.unsure_since(at(71)), None);
    drop(store);
    let store = story.open();
    assert_eq!(store.unsure_since(at(71)), None, "not after a restart either");
}
