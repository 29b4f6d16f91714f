//! Both forms say the same under the same signature, and nobody else's word is taken for it.

use ledger::{ENTRY_BYTES_MAX, Entry, Fact, Head, Moment, StaffId};
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::*;
use crate::batch::DocumentHead;

const DEVICE: Writer = Writer(7);

/// 3 August 2026, 9:00 in India.
const MORNING_MS: i64 = 1_785_727_800_000;

struct Key(Ed25519KeyPair);

impl Key {
    fn of(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("any 32 bytes are a seed"))
    }
}

impl Signer for Key {
    fn public_key(&self) -> PublicKey {
        PublicKey::new(self.0.public_key().as_ref().try_into().expect("32 bytes"))
    }

    fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
        let signature = self.0.sign(&purpose.signed(message));
        Signature::new(signature.as_ref().try_into().expect("64 bytes"))
    }
}

fn entries(count: u64) -> Vec<Vec<u8>> {
    let entry = |seq: u64| Entry {
        seq,
        at: Moment {
            wall_ms: MORNING_MS + i64::try_from(seq).expect("few") * 60_013,
            mono_ms: seq * 60_012,
            boot: 1,
        },
        staff: Some(StaffId(11)),
        countersigned: 0,
        fact: if seq.is_multiple_of(2) { Fact::SignedOut } else { Fact::SignedIn },
        unsure_since_ms: None,
    };
    (1..=count).map(|seq| entry(seq).canonical()).collect()
}

fn request(entries: Vec<Vec<u8>>) -> Request {
    let mut batch = Batch::of(Head::before_first(DEVICE), entries);
    batch.documents = vec![DocumentHead { day: 20_668, head: vec![5; 32].into() }];
    let (office_after, register_after, sent_ms) = (12, 4_096, MORNING_MS + 900_000);
    Request {
        writer: DEVICE,
        batch: Some(batch),
        office_after,
        register_after,
        sent_ms,
        records: None,
    }
}

fn opened(bytes: &[u8]) -> Result<Opened, MessageError> {
    SignedRequest::read(bytes)?.opened(&Key::of(1).public_key())
}

#[test]
fn both_forms_say_the_same_and_the_device_is_told_which_it_was() {
    let request = request(entries(40));
    let (columns, whole) =
        (request.sealed_in_columns(&Key::of(1)), request.sealed_whole(&Key::of(1)));
    assert_eq!((columns.in_columns, whole.in_columns), (true, false));
    assert!(columns.bytes.len() < whole.bytes.len());
    let (from_columns, from_whole) =
        (opened(&columns.bytes).expect("sound"), opened(&whole.bytes).expect("sound"));
    for (sealed, opened) in [(&columns, &from_columns), (&whole, &from_whole)] {
        assert_eq!(opened.signed.statement.covers, sealed.digest);
        assert_eq!(opened.signed.statement.head, request.batch.as_ref().map(|it| it.after));
        assert_eq!(opened.damaged, None);
    }
    assert_eq!(from_whole.request, request);
    let mut sent = from_columns.request;
    let documents = sent.batch.as_mut().map(|batch| std::mem::take(&mut batch.documents));
    let mut meant = request;
    let whole = meant.batch.as_mut().map(|batch| std::mem::take(&mut batch.documents));
    assert_eq!(sent, meant);
    let (documents, whole) = (documents.expect("a batch"), whole.expect("a batch"));
    assert_eq!((documents[0].day, documents[0].head.len()), (whole[0].day, 8));
    assert!(documents[0].agrees(&[5; 32].into()) && whole[0].agrees(&[5; 32].into()));
    assert!(!documents[0].agrees(&[6; 32].into()));
}

#[test]
fn too_little_of_a_head_agrees_with_none() {
    let short = DocumentHead { day: 1, head: vec![5; 3].into() };
    assert!(!short.agrees(&[5; 32].into()));
}

#[test]
fn one_who_has_nothing_to_send_asks_in_few_bytes() {
    let quiet = Request { batch: None, ..request(entries(1)) };
    let sealed = quiet.sealed_in_columns(&Key::of(1));
    assert!(sealed.bytes.len() < 100, "{} bytes", sealed.bytes.len());
    assert_eq!(opened(&sealed.bytes).expect("sound").request, quiet);
}

#[test]
fn one_to_carry_says_so_and_nobody_takes_that_away() {
    for (as_they_are, entries) in [(false, entries(30)), (true, entries(30)), (false, Vec::new())] {
        let mut asked = request(entries);
        asked.batch = asked.batch.filter(|batch| !batch.entries.is_empty());
        let sealed = asked.sealed_to_carry(&Key::of(1), as_they_are);
        assert_eq!(sealed.in_columns, !as_they_are);
        let signed = SignedRequest::read(&sealed.bytes).expect("a message");
        assert!(signed.is_carried());
        assert_eq!(sealed.digest, sha256(&signed.body));
        let opened = signed.opened(&Key::of(1).public_key()).expect("sound");
        let line = if as_they_are { Request::sealed_whole } else { Request::sealed_in_columns };
        let line = line(&asked, &Key::of(1)).bytes;
        let line = SignedRequest::read(&line).expect("a message");
        let line = line.opened(&Key::of(1).public_key()).expect("sound").request;
        assert_eq!((opened.request, opened.damaged, opened.question), (line, None, None));
        let body = signed.body[1..].to_vec();
        let stripped = SignedRequest { body: body.into(), ..signed };
        assert!(!stripped.is_carried());
        let refused = stripped.opened(&Key::of(1).public_key());
        assert!(matches!(refused, Err(MessageError::Signature(_))), "{refused:?}");
    }
    let lines = request(entries(3));
    let lines = [lines.sealed_whole(&Key::of(1)), lines.sealed_short(&Key::of(1), true)];
    for line in lines {
        assert!(!SignedRequest::read(&line.bytes).expect("a message").is_carried());
    }
}

#[test]
fn what_does_not_come_back_from_columns_goes_as_it_is() {
    let request = request(vec![vec![7; ENTRY_BYTES_MAX + 1]]);
    let sealed = request.sealed_in_columns(&Key::of(1));
    assert!(!sealed.in_columns);
    assert_eq!(opened(&sealed.bytes).expect("sound").request, request);
}

#[test]
fn no_bit_can_be_altered_and_no_byte_left_out() {
    let sealed = request(entries(3)).sealed_in_columns(&Key::of(1)).bytes;
    let sound = opened(&sealed).expect("sound");
    for (at, bit) in (0..sealed.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut altered = sealed.clone();
        altered[at] ^= 1 << bit;
        assert!(opened(&altered).is_err(), "byte {at}, bit {bit}");
    }
    for end in 0..sealed.len() {
        assert!(opened(&sealed[..end]).is_err(), "{end} bytes");
    }
    let another = SignedRequest::read(&sealed).expect("a message").opened(&Key::of(2).public_key());
    assert!(matches!(another, Err(MessageError::Signature(_))));
    assert_eq!(sound.request.batch.map(|batch| batch.verified().is_ok()), Some(true));
}

/// Whatever stands in the columns, the signature says whose word it is, and the chain whether it is
/// the one that was meant.
#[test]
fn columns_that_were_damaged_before_they_were_signed_are_found() {
    let request = request(entries(30));
    let sealed = request.sealed_in_columns(&Key::of(1)).bytes;
    let body = SignedRequest::read(&sealed).expect("a message").body.to_vec();
    let meant = request.batch.as_ref().map(|batch| batch.entries.clone());
    let columns = crate::columns::write(0, &meant.clone().expect("a batch")).expect("columns");
    let place = body.windows(columns.len()).position(|part| part == columns).expect("in it");
    let mut found = 0;
    for at in place..place + columns.len() {
        let mut body = body.clone();
        body[at] ^= 0x40;
        let statement = Compact::read(&body).expect("its form").expect("its shape");
        let statement = statement.statement(DEVICE, &body);
        let signature = statement.signed(Purpose::Request, &Key::of(1)).signature;
        let signed = SignedRequest { writer: DEVICE, body: body.into(), signature };
        let opened = opened(&encoded(&signed)).expect("the device's own word");
        assert_eq!(opened.signed.statement.head, request.batch.as_ref().map(|it| it.after));
        match (opened.request.batch, opened.damaged) {
            (None, Some(_)) => found += 1,
            (Some(batch), None) if batch.verified().is_err() => found += 1,
            (Some(batch), None) => assert_eq!(Some(batch.entries), meant, "byte {at}"),
            other => panic!("byte {at}: {other:?}"),
        }
    }
    assert!(found + 2 >= columns.len(), "{found} of {}", columns.len());
}

fn few(count: u64, before: Head) -> Request {
    let all = entries(before.seq + count);
    let batch = Batch::of(before, all[usize::try_from(before.seq).expect("few")..].to_vec());
    let day = Entry::read(&all[0]).expect("an entry").at.day();
    let documents = vec![DocumentHead { day, head: vec![5; 32].into() }];
    Request { batch: Some(Batch { documents, ..batch }), ..request(entries(1)) }
}

fn head_after(count: u64) -> Head {
    let first = Head::before_first(DEVICE);
    entries(count).iter().fold(first, |head, canonical| head.after(canonical))
}

#[test]
fn a_short_request_proves_what_it_follows() {
    let before = head_after(5);
    let request = few(2, before);
    let sealed = request.sealed_short(&Key::of(1), true);
    let whole = request.sealed_in_columns(&Key::of(1));
    assert!(sealed.bytes.len() + 64 < whole.bytes.len(), "neither hash is sent");
    let signed = SignedRequest::read(&sealed.bytes).expect("a message");
    assert_eq!((signed.writer, signed.follows()), (DEVICE, Some(5)));
    let key = Key::of(1).public_key();
    let opened = signed.opened_after(&key, Some(before.hash)).expect("it follows");
    assert_eq!(opened.signed.statement.head, request.batch.as_ref().map(|batch| batch.after));
    assert_eq!(opened.signed.statement.covers, sealed.digest);
    assert_eq!(opened.question, sealed.question);
    let mut read = opened.request;
    let heads = read.batch.as_mut().map(|batch| std::mem::take(&mut batch.documents));
    assert!(heads.expect("a batch")[0].agrees(&[5; 32].into()));
    let mut meant = request.clone();
    meant.batch.as_mut().expect("a batch").documents.clear();
    assert_eq!(read, meant);
    // A gap, another history, another's signature: it cannot be told which.
    let unplaced = |key: &PublicKey, before: Option<Hash>| {
        matches!(signed.opened_after(key, before), Err(MessageError::Unplaced))
    };
    assert!(unplaced(&key, None));
    assert!(unplaced(&key, Some(head_after(4).hash)));
    assert!(unplaced(&Key::of(2).public_key(), Some(before.hash)));
}

#[test]
fn no_bit_of_a_short_request_can_be_altered_and_no_byte_left_out() {
    let key = Key::of(1).public_key();
    let quiet = Request { batch: None, ..request(entries(1)) };
    for (request, brief) in [(few(3, head_after(0)), false), (quiet, true)] {
        let sealed = request.sealed_short(&Key::of(1), brief).bytes;
        let read = |bytes: &[u8]| SignedRequest::read(bytes)?.opened(&key);
        assert_eq!(read(&sealed).expect("sound").question.map(|it| it.brief), Some(brief));
        for (at, bit) in (0..sealed.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut altered = sealed.clone();
            altered[at] ^= 1 << bit;
            assert!(read(&altered).is_err(), "byte {at}, bit {bit}");
        }
        for end in 0..sealed.len() {
            assert!(read(&sealed[..end]).is_err(), "{end} bytes");
        }
    }
}

#[test]
fn a_short_request_has_few_entries_and_says_its_days_by_them() {
    let is_short = |request: &Request| request.sealed_short(&Key::of(1), false).question.is_some();
    let first = head_after(0);
    assert!(is_short(&few(15, first)));
    assert!(!is_short(&few(16, first)), "more would be read before the signature is checked");
    let mut strange = few(2, first);
    strange.batch.as_mut().expect("a batch").documents[0].day += 1;
    assert!(!is_short(&strange));
    assert!(!is_short(&request(vec![vec![7; 20]])), "no entry");
    let quiet = Request { batch: None, ..request(entries(1)) };
    let sealed = quiet.sealed_short(&Key::of(1), true);
    assert!(sealed.bytes.len() <= 76, "{} bytes", sealed.bytes.len());
    let other = SignedRequest::read(&sealed.bytes).expect("a message");
    let other = other.opened(&Key::of(2).public_key());
    assert!(matches!(other, Err(MessageError::Signature(_))));
}
