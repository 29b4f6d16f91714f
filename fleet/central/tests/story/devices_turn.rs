//! What devices send, and what they get.

use data_encoding::HEXUPPER;
use ledger::{Building, Fact, Paise, Signer};
use replica::{DayDocument, Rejection, Request};

use crate::database::Database;
use crate::device::{cash, send};
use crate::office::{Office, building, number};

#[tokio::test]
async fn a_payment_stands_in_the_books_once_however_often_it_is_sent() {
    let office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 600);
    let first = kiosk.push_all(&office).await;
    assert_eq!((first.acknowledged, first.rejection), (2, None));
    let checkpoint = first.checkpoint.expect("the office countersigns");
    assert!(checkpoint.verify(&kiosk.provision.office).is_ok());
    assert_eq!(checkpoint.checkpoint.hash, kiosk.head(2).hash);

    let again = kiosk.push_all(&office).await;
    assert_eq!((again.acknowledged, again.rejection), (2, None));
    let page = office.dashboard().await;
    assert_eq!(page["total"]["count"], 1);
    assert_eq!(page["total"]["amount_paise"], 60_000);
    assert_eq!(page["receipts"][0]["number"], number(1));
    assert_eq!(page["by_mode"][0]["of"], "cash");
    assert_eq!(page["by_ward"][0]["of"], "7");
    assert_eq!(page["by_head"][0]["of"], "PT");
    assert_eq!(page["documents_differ"], 0);
    let said = office.good(&["verify"]);
    // The office: a device, its receipt book and its book of acknowledgements.
    assert_eq!(said.lines().next(), Some("complete: 2 chains, 5 entries"), "{said}");
}

#[tokio::test]
async fn what_overlaps_is_taken_once_and_a_gap_is_named() {
    let office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    for building in [1, 2, 3, 1] {
        kiosk.cash(building, 100);
    }
    assert_eq!(kiosk.push(&office, 0, 3).await.acknowledged, 3);
    let ahead = kiosk.push(&office, 4, 5).await;
    assert_eq!((ahead.acknowledged, ahead.rejection), (3, Some(Rejection::Gap(3))));
    let overlapping = kiosk.push(&office, 1, 5).await;
    assert_eq!((overlapping.acknowledged, overlapping.rejection), (5, None));
    let late_retry = kiosk.push(&office, 1, 3).await;
    assert_eq!((late_retry.acknowledged, late_retry.rejection), (5, None));
    assert_eq!(office.dashboard().await["total"]["count"], 4);
}

#[tokio::test]
async fn an_entry_that_breaks_a_rule_is_kept_apart_and_the_rest_goes_on() {
    let office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let without_cashier = Fact::Receipt(kiosk.receipt(1, 600, cash(600)));
    kiosk.write(None, without_cashier);
    kiosk.cash(1, 600);
    let answer = kiosk.push_all(&office).await;
    assert_eq!((answer.acknowledged, answer.rejection), (3, None));
    assert_eq!(answer.quarantined.len(), 1);
    assert_eq!(answer.quarantined[0].seq, 2);
    assert_eq!(answer.quarantined[0].reason, "cash without a cashier");
    // The answer may have been lost: it is given again.
    assert_eq!(kiosk.push_all(&office).await.quarantined, answer.quarantined);
    let page = office.dashboard().await;
    assert_eq!(page["total"]["count"], 1);
    assert_eq!(page["quarantine"][0]["seq"], 2);
    office.good(&["verify"]);
}

#[tokio::test]
async fn a_stranger_and_a_forger_are_turned_away() {
    let office = Office::open(1);
    let first = office.kiosk("kiosk-1", 500);
    let second = office.kiosk("kiosk-2", 500);
    let forged = Request { writer: first.provision.writer, ..second.request(None) };
    let response = send(&office, forged.sealed(&second.key)).await;
    assert_eq!(response.status(), 401);
    let sentence = response.text().await.expect("text");
    assert_eq!(sentence, "The message is not signed by the device that it names.");

    let stranger = Request { writer: ledger::Writer(99), ..second.request(None) };
    let response = send(&office, stranger.sealed(&second.key)).await;
    assert_eq!(response.status(), 401);
    assert!(response.text().await.expect("text").contains("not registered"));
    assert_eq!(office.dashboard().await["devices"][0]["last_contact_ms"], serde_json::Value::Null);
}

#[tokio::test]
async fn a_batch_that_does_not_lead_to_its_head_is_damaged() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 600);
    let mut batch = kiosk.batch(0, 2);
    batch.after = kiosk.head(1);
    let answer = kiosk.turn(&office, Some(batch)).await;
    assert_eq!(answer.acknowledged, 0);
    assert!(matches!(answer.rejection, Some(Rejection::Damaged(_))));
    let mut far = kiosk.batch(0, 2);
    far.before.seq = u64::MAX;
    let answer = kiosk.turn(&office, Some(far)).await;
    assert!(matches!(answer.rejection, Some(Rejection::Damaged(_))));
}

#[tokio::test]
async fn a_device_gets_its_own_wards_in_parts_and_then_what_changes() {
    let mut office = Office::made();
    office.staff("101", "cashier", "2580");
    let mut rows: Vec<_> = (1..=1_100).map(|id| building(id, 7)).collect();
    rows.extend((1_101..=1_200).map(|id| building(id, 8)));
    office.load(&rows);
    office.serve();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let mut parts = Vec::new();
    loop {
        let answer = kiosk.turn(&office, None).await;
        parts.push(answer.buildings.len());
        assert!(answer.buildings.iter().all(|building| building.ward == 7));
        if !answer.more {
            break;
        }
    }
    assert_eq!(parts, [500, 500, 100]);
    assert!(kiosk.turn(&office, None).await.buildings.is_empty());

    kiosk.cash(5, 650);
    let answer = kiosk.push_all(&office).await;
    assert_eq!(answer.buildings.len(), 1);
    let paid = &answer.buildings[0];
    assert_eq!((paid.id, paid.demands[0].paid), (5, Paise::rupees(600)));
    assert_eq!(paid.advance, Paise::rupees(50), "what is too much is kept for the house");
    let complaint =
        office.refused(&["load", office.path("register.jsonl").to_str().expect("UTF-8")]);
    assert!(complaint.contains("building 5 has receipts"), "{complaint}");
}

#[tokio::test]
async fn a_cancelled_receipt_is_taken_out_of_the_figures_and_of_its_house() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 100);
    let wrong = kiosk.cash(1, 200);
    let owed = |answer: &replica::Answer| {
        let house = answer.buildings.iter().rev().find(|house| house.id == 1).expect("the house");
        let row = house.demands.iter().find(|row| row.period.code() == "2025-10/6");
        row.expect("the half-year").paid
    };
    assert_eq!(owed(&kiosk.push_all(&office).await), Paise::rupees(300));
    kiosk.void(wrong, "The wrong house");
    assert_eq!(owed(&kiosk.push_all(&office).await), Paise::rupees(100));
    let page = office.dashboard().await;
    assert_eq!(
        (&page["total"]["count"], &page["total"]["amount_paise"]),
        (&1.into(), &10_000.into())
    );
    assert_eq!(page["cancelled"][0]["reason"], "The wrong house");
    assert_eq!(page["cancelled"][0]["amount_paise"], 20_000);
    assert_eq!(page["quarantine"], serde_json::json!([]));
    assert_eq!(page["devices"][0]["cash_paise"], 10_000);
    office.good(&["verify"]);
    // A second cancellation of the same receipt breaks a rule, and changes nothing.
    kiosk.void(wrong, "Again");
    kiosk.push_all(&office).await;
    let page = office.dashboard().await;
    assert_eq!(page["quarantine"].as_array().map(Vec::len), Some(1));
    assert_eq!(page["total"]["amount_paise"], 10_000);
    office.good(&["verify"]);
}

#[tokio::test]
async fn a_house_whose_only_receipt_was_cancelled_is_loaded_anew_for_good() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let street = |answer: &replica::Answer| {
        let house = answer.buildings.iter().rev().find(|house| house.id == 1).expect("the house");
        house.street.clone()
    };
    for renamed in ["Temple Road", "Temple Road East"] {
        let wrong = kiosk.cash(1, 100);
        kiosk.push_all(&office).await;
        kiosk.void(wrong, "The wrong house");
        kiosk.push_all(&office).await;
        office.load(&[Building { street: renamed.to_owned(), ..building(1, 7) }]);
        assert_eq!(street(&kiosk.turn(&office, None).await), renamed);
    }
    // What is cancelled after it was loaded again leaves the house as it was loaded.
    let wrong = kiosk.cash(1, 100);
    kiosk.void(wrong, "The wrong house again");
    assert_eq!(street(&kiosk.push_all(&office).await), "Temple Road East");
    office.good(&["verify"]);
}

#[tokio::test]
async fn a_damaged_document_is_made_anew_from_the_chain() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 100);
    kiosk.push_all(&office).await;
    let damage = format!("UPDATE day_document SET saved = {}", Database::bytes(&[0]));
    office.books.run(&damage).expect("a write");
    kiosk.cash(1, 200);
    kiosk.push_all(&office).await;
    let sql = "SELECT day, hex(saved) FROM day_document ORDER BY day DESC LIMIT 1";
    let last = office.books.first(sql);
    let day: i64 = last[0].parse().expect("a day");
    let saved = HEXUPPER.decode(last[1].as_bytes()).expect("bytes");
    let writer = kiosk.provision.writer;
    let mut document = DayDocument::load(writer, day, &saved).expect("whole again");
    let mut anew = DayDocument::new(writer, day);
    for entry in kiosk.entries.iter().filter(|entry| entry.at.day() == day) {
        anew.add(entry).expect("an entry");
    }
    assert_eq!(document.head(), anew.head());
}

#[tokio::test]
async fn what_two_devices_took_for_one_demand_is_listed_and_cancelling_one_ends_it() {
    let office = Office::open(1);
    let mut first = office.kiosk("kiosk-1", 500);
    let mut second = office.kiosk("kiosk-2", 500);
    first.cash(1, 600);
    let twice = second.cash(1, 600);
    first.push_all(&office).await;
    let answer = second.push_all(&office).await;
    let house = answer.buildings.iter().rev().find(|house| house.id == 1).expect("the house");
    assert_eq!(house.advance, Paise::rupees(600));
    let page = office.dashboard().await;
    assert_eq!(page["total"]["count"], 2, "both receipts stand");
    assert_eq!(page["excess"][0]["amount_paise"], 60_000);
    assert_eq!(page["excess"][0]["device"], "kiosk-2");
    second.void(twice, "Paid at the other kiosk");
    let answer = second.push_all(&office).await;
    let house = answer.buildings.iter().rev().find(|house| house.id == 1).expect("the house");
    assert_eq!(house.advance, Paise::ZERO);
    assert_eq!(office.dashboard().await["excess"], serde_json::json!([]));
    office.good(&["verify"]);
}

#[tokio::test]
async fn a_further_book_comes_before_the_open_one_is_used_up() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 6);
    for _ in 0..4 {
        kiosk.cash(1, 10);
    }
    let leased = |fact: &Fact| match fact {
        Fact::BookLeased(lease) => Some(lease.clone()),
        _ => None,
    };
    let books = |answer: &replica::Answer| -> Vec<_> {
        answer.notices.iter().filter_map(|notice| leased(&notice.notice.entry.fact)).collect()
    };
    assert!(books(&kiosk.push_all(&office).await).is_empty(), "two of six numbers are left");
    kiosk.cash(1, 10);
    let answer = kiosk.push_all(&office).await;
    let found = books(&answer);
    assert_eq!(found.len(), 1);
    assert!(answer.notices.iter().all(|notice| notice.verify(&kiosk.provision.office).is_ok()));
    assert!(found[0].verify(&kiosk.provision.office).is_ok());
    assert_eq!((found[0].lease.book.as_str(), found[0].lease.last), ("K2", 6));

    kiosk.cash(1, 10);
    kiosk.give_back();
    let answer = kiosk.push_all(&office).await;
    assert!(books(&answer).is_empty(), "one unused book is enough");
    kiosk.write(None, Fact::BookOpened(found[0].clone()));
    let answer = kiosk.push_all(&office).await;
    assert_eq!((answer.acknowledged, answer.quarantined.len()), (9, 0));
    let device = &office.dashboard().await["devices"][0];
    assert_eq!((device["book"].as_str(), device["numbers_left"].as_u64()), (Some("K2"), Some(6)));
    office.good(&["verify"]);
}

#[tokio::test]
async fn earlier_devices_learn_of_a_new_sister() {
    let office = Office::open(1);
    let mut first = office.kiosk("kiosk-1", 500);
    first.push_all(&office).await;
    let second = office.kiosk("kiosk-2", 500);
    assert_eq!(second.provision.sisters.len(), 2);
    let answer = first.turn(&office, None).await;
    let sisters: Vec<_> = answer
        .notices
        .iter()
        .filter_map(|notice| match &notice.notice.entry.fact {
            Fact::DeviceEnrolled(enrolment) => Some(enrolment.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(sisters.len(), 1);
    assert_eq!(sisters[0].key, second.key.public_key());
    assert!(first.turn(&office, None).await.notices.is_empty());
}

#[tokio::test]
async fn a_day_document_that_differs_is_noted_and_stops_nothing() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 600);
    let mut batch = kiosk.batch(0, 2);
    batch.documents[0].head = vec![7; 32].into();
    let answer = kiosk.turn(&office, Some(batch)).await;
    assert_eq!((answer.acknowledged, answer.rejection), (2, None));
    assert_eq!(office.dashboard().await["documents_differ"], 1);
}

#[tokio::test]
async fn what_a_device_writes_is_taken_whatever_its_letters_are_and_however_long_it_is() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    // No letter comes again in any order, so that nothing of it can be packed away.
    let mut letter = 1_u32;
    let long: String = (0..2_000)
        .map(|_| {
            letter = letter.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from_u32(0x4e00 + letter % 0x5000).expect("a letter")
        })
        .collect();
    kiosk.ask_upi("R\0\u{1f600}'; --", 100);
    let mut receipt = kiosk.receipt(1, 600, cash(600));
    receipt.lines[0].head = long;
    kiosk.write(Some(101), Fact::Receipt(receipt));
    let answer = kiosk.push_all(&office).await;
    assert_eq!((answer.acknowledged, answer.quarantined.len()), (3, 0));
    assert_eq!(office.dashboard().await["total"]["count"], 1);
    office.good(&["verify"]);
}
