//! Receipts that payers hold and the books lack.

use std::process::Output;

use ledger::{Claim, Entry, Fact, Lease, Signer};

use crate::device::Device;
use crate::office::Office;

/// The text of the square on the slip of an entry, signed by this key.
pub fn square(kiosk: &Device, entry: &Entry, key: &dyn Signer) -> String {
    let lease: &Lease = &kiosk.provision.book.lease;
    let Fact::Receipt(receipt) = &entry.fact else { panic!("a receipt") };
    let claim = Claim::new(kiosk.provision.writer, lease.body.clone(), lease.year, entry);
    let number = claim.number(receipt);
    claim.signed(key).square("https://padippuram.example", &number)
}

/// What `central claim` answers to a square.
fn claimed(office: &Office, square: &str) -> Output {
    office.told(&["claim"], square)
}

pub fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

#[tokio::test]
async fn a_slip_of_a_receipt_that_was_never_sent_is_a_case_until_it_is() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.push_all(&office).await;
    kiosk.cash(1, 600);
    let slip = square(&kiosk, kiosk.entries.last().expect("a receipt"), &kiosk.key);
    let answer = said(&claimed(&office, &slip));
    assert!(answer.contains("is genuine, and no device has sent it"), "{answer}");
    said(&claimed(&office, &slip));
    let page = office.dashboard().await;
    assert_eq!(page["missing"].as_array().map(Vec::len), Some(1), "{page}");
    assert_eq!(page["missing"][0]["amount_paise"], 60_000);
    assert_eq!(page["missing"][0]["device"], "kiosk-1");
    let lost = office.good(&["lost", "--device", "kiosk-1"]);
    assert!(lost.contains("Slips that payers have shown: 1"), "{lost}");
    assert!(lost.contains("K1-00001"), "{lost}");
    kiosk.push_all(&office).await;
    assert_eq!(office.dashboard().await["missing"], serde_json::json!([]));
    assert!(said(&claimed(&office, &slip)).contains("is in the books"));
}

#[tokio::test]
async fn a_slip_of_another_history_is_told() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let mut copy = kiosk.clone();
    kiosk.cash(1, 600);
    copy.cash(1, 700);
    kiosk.push_all(&office).await;
    let slip = square(&copy, copy.entries.last().expect("a receipt"), &copy.key);
    let answer = said(&claimed(&office, &slip));
    assert!(answer.contains("tells two histories"), "{answer}");
    assert_eq!(office.dashboard().await["missing"][0]["amount_paise"], 70_000);
}

#[tokio::test]
async fn what_is_no_slip_of_the_body_is_refused_and_not_kept() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let other = office.kiosk("kiosk-2", 500);
    kiosk.cash(1, 600);
    let forged = square(&kiosk, kiosk.entries.last().expect("a receipt"), &other.key);
    for square in [forged.as_str(), "", "https://padippuram.example/R/G0802-26-K1-00001-X", "?"] {
        let output = claimed(&office, square);
        assert!(!output.status.success(), "{square}");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(complaint.starts_with("central: this is "), "{complaint}");
    }
    assert_eq!(office.dashboard().await["missing"], serde_json::json!([]));
    let complaint = office.refused(&["lost", "--device", "kiosk-9"]);
    assert!(complaint.contains("no device is named kiosk-9"), "{complaint}");
}

#[tokio::test]
async fn a_number_that_a_payer_asks_for_is_a_case_where_a_device_may_have_given_it() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 5);
    kiosk.cash(1, 600);
    let lease = kiosk.provision.book.lease.clone();
    let first = lease.number(1).to_string();
    for number in [first.clone(), lease.number(6).to_string()] {
        assert_eq!(office.get(&format!("/r/{number}")).await.status(), 404);
    }
    let page = office.dashboard().await;
    assert_eq!(page["missing"].as_array().map(Vec::len), Some(1), "number 6 is in no book");
    assert_eq!(page["missing"][0]["number"], first.as_str());
    assert!(page["missing"][0]["amount_paise"].is_null());
    kiosk.push_all(&office).await;
    assert_eq!(office.dashboard().await["missing"], serde_json::json!([]));
}

#[tokio::test]
async fn a_number_that_is_looked_at_again_and_again_is_counted_once_an_hour() {
    let office = Office::open(1);
    let kiosk = office.kiosk("kiosk-1", 5);
    let number = kiosk.provision.book.lease.number(1).to_string();
    let times = || office.books.first("SELECT times FROM asked")[0].clone();
    for _ in 0..3 {
        assert_eq!(office.get(&format!("/r/{number}")).await.status(), 404);
    }
    assert_eq!(times(), "1");
    let later = "UPDATE asked SET last_ms = last_ms - 3600000";
    office.books.run(later).expect("an hour goes by");
    office.get(&format!("/r/{number}")).await;
    assert_eq!(times(), "2");
}
