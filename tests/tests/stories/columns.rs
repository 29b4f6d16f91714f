//! Entries travel as columns, and where the office cannot read those, as they are.

use std::time::SystemTime;

use ledger::{
    CashTender, Fact, Language, Moment, Paise, Payer, Purpose, Receipt, ReceiptLine, Signer,
    Tender, sha256,
};
use node::{Provision, Store};
use replica::{Answer, Rejection, SignedRequest, Statement, columns};
use tests::town::{Kind, Town};

/// So many seconds after the first moment, which is when the town was made.
fn at(begun: SystemTime, seconds: u64) -> Moment {
    let since = begun.duration_since(SystemTime::UNIX_EPOCH).expect("later than 1970");
    let wall_ms = i64::try_from(since.as_millis()).expect("a time of this age");
    let passed_ms = i64::try_from(seconds * 1_000).expect("a short while");
    Moment { wall_ms: wall_ms + passed_ms, mono_ms: 1 + seconds * 1_000, boot: 1 }
}

/// What the device would send if its columns were not what it meant: under its own signature, with
/// one byte of them changed.
fn spoilt(request: &[u8], store: &Store, at: usize) -> Vec<u8> {
    let signed = SignedRequest::read(request).expect("a message");
    let opened = signed.opened(&store.key().public_key()).expect("the device's own");
    let batch = opened.request.batch.expect("entries");
    let columns = columns::write(batch.before.seq, &batch.entries).expect("columns");
    let mut body = signed.body.to_vec();
    let place = body.windows(columns.len()).position(|part| part == columns);
    body[place.expect("the columns are in the body") + at] ^= 0x20;
    let covers = sha256(&body);
    let statement = Statement { covers, ..opened.signed.statement };
    let signature = statement.signed(Purpose::Request, store.key()).signature;
    let spoilt = SignedRequest { body: body.into(), signature, ..signed };
    minicbor::to_vec(spoilt).expect("a Vec takes every byte")
}

fn in_columns(request: &[u8]) -> bool {
    // What is packed begins as every zstd frame does.
    !request.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
}

fn receipt(store: &Store) -> Fact {
    let (book, number) = store.day_book().next_number(None).expect("a number is left");
    let total = Paise::rupees(60);
    let period = "2026-04/6".parse().expect("a period");
    Fact::Receipt(Receipt {
        book,
        number,
        service: "property_tax".into(),
        payer: Payer::Building(345),
        lines: vec![ReceiptLine { period, head: "PT".into(), amount: total }],
        total,
        tender: Tender::Cash(CashTender { tendered: total }),
        pack: 1,
        language: Language::Ml,
        answers: Vec::new(),
        group: None,
    })
}

#[test]
fn columns_that_the_office_cannot_read_are_sent_again_as_they_are() {
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let file = std::fs::read(equipped.device.folder().join("device.padi")).expect("the file");
    let provision = Provision::read(&file).expect("what makes the device");
    let folder = equipped.device.folder().join("data");
    let mut store = Store::open(&folder, &provision).expect("the books");
    let begun = SystemTime::now();
    let at = |seconds| at(begun, seconds);
    let book = store.leases().remove(0);
    store.append(at(0), None, vec![Fact::BookOpened(book), Fact::SignedIn]).expect("written");
    let staff = Some(provision.staff.first().expect("a cashier").id);
    let exchanged = |request| town.centre.exchange(request).expect("an answer");
    // The version of the walk, that of what is shipped with it, and what was walked.
    for (round, place) in [0, 1, 9].into_iter().enumerate() {
        let seconds = 10 * round as u64 + 1;
        // So many that they do not go in the short form.
        let facts = (0..20).map(|_| Fact::SignedIn).collect();
        store.append(at(seconds), staff, facts).expect("written");
        let fact = receipt(&store);
        store.append(at(seconds), staff, vec![fact]).expect("a receipt");
        let unsent = store.to_send();
        let request = store.next_request(at(seconds)).expect("a request");
        assert!(in_columns(&request), "round {round}");
        let answer = exchanged(spoilt(&request, &store, place));
        let said = Answer::read(&answer).expect("an answer").rejection;
        assert!(matches!(said, Some(Rejection::Damaged(_))), "round {round}: {said:?}");
        let taken = store.take_answer(&answer, at(seconds)).expect("an honest answer");
        assert_eq!((taken.rejection, taken.more), (None, true), "round {round}");
        assert_eq!(store.to_send(), unsent, "nothing of it was taken");

        let again = store.next_request(at(seconds)).expect("a request");
        assert!(!in_columns(&again), "round {round}");
        let taken = store.take_answer(&exchanged(again), at(seconds)).expect("an honest answer");
        assert_eq!((taken.rejection, store.to_send()), (None, 0), "round {round}");
    }
    let head = store.day_book().head();
    let last = store.next_request(at(40)).expect("a request");
    let taken = store.take_answer(&exchanged(last), at(40)).expect("an honest answer");
    assert_eq!(taken.acknowledged, head.seq);
    let figures = town.centre.figures().expect("figures");
    assert_eq!(figures["receipts"].as_array().map(Vec::len), Some(3), "{figures}");
    assert!(figures["quarantine"].as_array().is_some_and(Vec::is_empty), "{figures}");
}
