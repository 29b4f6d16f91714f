//! One payment for several demands, as the office sees it: three receipts of one cheque, of one
//! word of the bank, and with one of them kept apart.

use ledger::{
    Fact, GroupPlace, InstrumentState, Intent, IntentMode, IntentPart, Paise, Receipt, Tender,
};
use serde_json::{Value, json};

use crate::device::{Device, cheque, upi};
use crate::office::{Office, date, number, today};

const SUMS: [(u32, i64); 3] = [(1, 600), (2, 600), (3, 200)];

/// The receipts of one payment; answers their entries.
fn take(device: &mut Device, staff: Option<u32>, tender: &Tender) -> Vec<u64> {
    let places = GroupPlace::each(SUMS.len());
    places
        .zip(SUMS)
        .map(|(place, (building, rupees))| {
            let receipt = device.receipt(building, rupees, tender.clone());
            device.take(staff, Receipt { group: Some(place), ..receipt })
        })
        .collect()
}

fn part((building, rupees): (u32, i64)) -> IntentPart {
    let (service, amount) = ("property_tax".to_owned(), Paise::rupees(rupees));
    IntentPart { building, service, amount }
}

fn states(page: &Value) -> Vec<String> {
    let receipts = page["receipts"].as_array().expect("a list").iter();
    receipts.map(|receipt| receipt["state"].as_str().expect("text").to_owned()).collect()
}

#[tokio::test]
async fn the_banks_word_on_a_cheque_reaches_every_receipt_of_it() {
    let office = Office::with_accountant();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let taken = take(&mut kiosk, Some(101), &cheque("004217"));
    let close = kiosk.close(101, today(), 0, "").to_string();
    assert!(kiosk.push_all(&office).await.quarantined.is_empty());
    let page = office.dashboard().await;
    assert_eq!(page["on_the_way"][0]["instruments"], 1, "one paper");
    let words = ["receive", "--device", "kiosk-1", "--close", &close, "--counted", "0"];
    office.good(&[&words[..], &["--by", "401"]].concat());
    let on = date(today());
    let second = number(2);
    let words = ["instrument", "--receipt", &second, "--dishonoured", &on];
    let why = ["--reason", "Funds insufficient", "--by", "401", "--second", "101"];
    let said = office.good(&[&words[..], &why].concat());
    assert!(said.contains("is dishonoured: what it paid is owed again."), "{said}");
    let page = office.dashboard().await;
    assert_eq!(states(&page), ["dishonoured"; 3], "{page}");
    assert_eq!(page["total"]["amount_paise"], 0);
    let again =
        office.refused(&[&["instrument", "--receipt", &number(1)][..], &words[3..], &why].concat());
    assert!(again.contains("was dishonoured before: that stands"), "{again}");
    let answer = kiosk.turn(&office, None).await;
    let told = answer.notices.iter().filter_map(|notice| match &notice.notice.entry.fact {
        Fact::InstrumentSettled(word) => Some((word.receipt, word.state)),
        _ => None,
    });
    let wanted: Vec<_> = taken.iter().map(|seq| (*seq, InstrumentState::Dishonoured)).collect();
    assert_eq!(told.collect::<Vec<_>>(), wanted, "the device hears of each");
    office.good(&["verify"]);
}

#[tokio::test]
async fn a_cheque_that_did_not_come_is_missing_for_all_of_its_receipts() {
    let office = Office::with_accountant();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    take(&mut kiosk, Some(101), &cheque("004217"));
    kiosk.pay(Some(101), 4, 100, cheque("004218"));
    let close = kiosk.close(101, today(), 0, "").to_string();
    assert!(kiosk.push_all(&office).await.quarantined.is_empty());
    let third = number(3);
    let words = ["receive", "--device", "kiosk-1", "--close", &close, "--counted", "0"];
    let without = ["--without", &third, "--reason", "Left at the counter", "--by", "401"];
    let said = office.good(&[&words[..], &without].concat());
    assert!(said.contains("; 1 of 2 cheques and drafts came."), "{said}");
    let page = office.dashboard().await;
    let instruments = page["instruments"].as_array().expect("a list").iter();
    let in_hand = instruments.filter(|it| it["state"] == "in_hand");
    assert!(in_hand.clone().all(|it| it["number"] == "004217"), "{page}");
    assert_eq!(in_hand.count(), 3, "{page}");
    office.good(&["verify"]);
}

#[tokio::test]
async fn one_word_of_the_bank_confirms_three_receipts_that_add_up_to_it() {
    let office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let intent = Intent {
        amount: Paise::rupees(1_400),
        by: IntentMode::Upi,
        reference: "T1".to_owned(),
        building: None,
        service: "property_tax".to_owned(),
        parts: SUMS.map(part).to_vec(),
    };
    let asked = kiosk.write(None, Fact::Intent(intent));
    kiosk.push_all(&office).await;
    let body = r#"{"tr":"T1","amount":"1400","vpa":"ammini@bank","rrn":"R1","paid_at_ms":1}"#;
    assert_eq!(office.bank_says(body).await.status(), 200);
    let answer = kiosk.turn(&office, None).await;
    let confirmed = answer.notices.iter().find_map(|notice| match &notice.notice.entry.fact {
        Fact::Confirmed(_) => Some(notice.notice.entry.seq),
        _ => None,
    });
    take(&mut kiosk, None, &upi(asked, "R1", confirmed.expect("the office's word")));
    let answer = kiosk.push_all(&office).await;
    assert_eq!(answer.quarantined, []);
    let page = office.dashboard().await;
    assert_eq!(states(&page), ["confirmed"; 3]);
    let total = (&page["total"]["count"], &page["total"]["amount_paise"]);
    assert_eq!(total, (&json!(3), &json!(140_000)));
    office.good(&["verify"]);
}

#[tokio::test]
async fn three_receipts_without_the_banks_word_are_kept_apart_and_what_follows_is_not() {
    let office = Office::open(4);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let intent = Intent {
        amount: Paise::rupees(1_400),
        by: IntentMode::Upi,
        reference: "T1".to_owned(),
        building: None,
        service: "property_tax".to_owned(),
        parts: SUMS.map(part).to_vec(),
    };
    let asked = kiosk.write(None, Fact::Intent(intent));
    take(&mut kiosk, None, &upi(asked, "R1", 1));
    kiosk.cash(4, 100);
    let answer = kiosk.push_all(&office).await;
    assert_eq!(answer.quarantined.len(), 3, "{:?}", answer.quarantined);
    assert_eq!(office.dashboard().await["total"]["count"], 1, "the next payment counts");
    office.good(&["verify"]);
}

#[tokio::test]
async fn a_part_that_is_lacking_is_found_by_the_next_entry() {
    let office = Office::open(4);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let first = kiosk.receipt(1, 600, crate::device::cash(600));
    let place = GroupPlace { nth: 1, of: 2 };
    kiosk.take(Some(101), Receipt { group: Some(place), ..first });
    kiosk.cash(2, 600);
    kiosk.write(Some(101), Fact::SignedOut);
    let answer = kiosk.push_all(&office).await;
    let reasons: Vec<&str> = answer.quarantined.iter().map(|it| it.reason.as_str()).collect();
    assert_eq!(reasons, ["receipt 2 of 2 of one payment must follow, and nothing else"]);
}
