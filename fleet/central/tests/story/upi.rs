//! The bank says that a UPI request was paid: in time, late, twice, wrongly, and not the bank at
//! all.

use ledger::{Confirmation, Fact, IntentEnded, IntentEnding, Paise, Writer};
use replica::Answer;

use crate::device::upi;
use crate::office::{Office, now_ms};

fn word(reference: &str, amount: &str, bank_reference: &str) -> String {
    format!(
        r#"{{"tr":"{reference}","amount":"{amount}","vpa":"ammini@bank","rrn":"{bank_reference}","paid_at_ms":1}}"#
    )
}

fn confirmations(answer: &Answer) -> Vec<(u64, Confirmation)> {
    let of = |notice: &replica::SignedNotice| match &notice.notice.entry.fact {
        Fact::Confirmed(confirmation) => Some((notice.notice.entry.seq, confirmation.clone())),
        _ => None,
    };
    answer.notices.iter().filter_map(of).collect()
}

async fn state(response: reqwest::Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body: serde_json::Value =
        serde_json::from_str(&response.text().await.expect("text")).expect("JSON");
    (status, body["state"].as_str().expect("a state").to_owned())
}

#[tokio::test]
async fn a_confirmation_reaches_its_device_once_and_its_receipt_is_taken() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let intent = kiosk.ask_upi("T1", 600);
    kiosk.push_all(&office).await;
    let body = word("T1", "600.00", "R1");
    assert_eq!(state(office.bank_says(&body).await).await, (200, "confirmed".to_owned()));
    assert_eq!(state(office.bank_says(&body).await).await, (200, "confirmed".to_owned()));
    let answer = kiosk.turn(&office, None).await;
    let found = confirmations(&answer);
    assert_eq!(found.len(), 1);
    let (seq, confirmation) = found[0].clone();
    let expected = Confirmation {
        writer: Writer(1),
        intent,
        reference: "T1".to_owned(),
        amount: Paise::rupees(600),
        bank_reference: "R1".to_owned(),
        paid_ms: 1,
    };
    assert_eq!(confirmation, expected);

    kiosk.pay(None, 1, 600, upi(intent, "R1", seq));
    let answer = kiosk.push_all(&office).await;
    assert!(answer.quarantined.is_empty());
    let page = office.dashboard().await;
    assert_eq!(page["receipts"][0]["state"], "confirmed");
    assert_eq!(page["bank"], serde_json::json!([]));
}

#[tokio::test]
async fn a_upi_receipt_without_the_offices_confirmation_is_quarantined() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let intent = kiosk.ask_upi("T1", 600);
    kiosk.pay(None, 1, 600, upi(intent, "R1", 1));
    let answer = kiosk.push_all(&office).await;
    assert_eq!(answer.quarantined.len(), 1);
    assert!(answer.quarantined[0].reason.contains("no such confirmation"));
    assert_eq!(office.dashboard().await["total"]["count"], 0);
    office.good(&["verify"]);
}

#[tokio::test]
async fn a_word_that_comes_before_its_request_waits_for_it() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let body = word("T7", "600", "R7");
    assert_eq!(state(office.bank_says(&body).await).await, (202, "waiting".to_owned()));
    assert_eq!(office.dashboard().await["bank"][0]["state"], "waiting");
    kiosk.ask_upi("T7", 600);
    assert_eq!(confirmations(&kiosk.push_all(&office).await).len(), 1);
    assert_eq!(state(office.bank_says(&body).await).await, (200, "confirmed".to_owned()));
    assert!(confirmations(&kiosk.turn(&office, None).await).is_empty());
}

#[tokio::test]
async fn another_sum_and_a_second_payment_are_cases_for_an_officer() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.ask_upi("T1", 600);
    kiosk.push_all(&office).await;
    let differs = state(office.bank_says(&word("T1", "6.00", "R1")).await).await;
    assert_eq!(differs, (202, "differs".to_owned()));
    assert!(confirmations(&kiosk.turn(&office, None).await).is_empty());
    office.bank_says(&word("T1", "600.00", "R2")).await;
    let twice = state(office.bank_says(&word("T1", "600.00", "R3")).await).await;
    assert_eq!(twice, (202, "twice".to_owned()));
    assert_eq!(confirmations(&kiosk.turn(&office, None).await).len(), 1);
    let page = office.dashboard().await;
    let states: Vec<_> =
        page["bank"].as_array().expect("a list").iter().map(|case| &case["state"]).collect();
    assert!(states.contains(&&"differs".into()) && states.contains(&&"twice".into()));
}

#[tokio::test]
async fn a_word_after_the_request_expired_still_reaches_the_device() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let intent = kiosk.ask_upi("T1", 600);
    let ending = IntentEnded { intent, ending: IntentEnding::Expired };
    kiosk.write(None, Fact::IntentEnded(ending));
    kiosk.push_all(&office).await;
    office.bank_says(&word("T1", "600.00", "R1")).await;
    assert_eq!(office.dashboard().await["bank"][0]["state"], "late");
    let found = confirmations(&kiosk.turn(&office, None).await);
    let (seq, _) = found[0].clone();
    kiosk.pay(None, 1, 600, upi(intent, "R1", seq));
    assert!(kiosk.push_all(&office).await.quarantined.is_empty());
    assert_eq!(office.dashboard().await["bank"], serde_json::json!([]));
}

#[tokio::test]
async fn only_the_bank_is_believed_and_only_now() {
    let office = Office::open(1);
    let body = word("T1", "600.00", "R1");
    let now = now_ms().to_string();
    let wrong = "00".repeat(32);
    assert_eq!(office.bank_sends(&now, &wrong, &body).await.status(), 401);
    let right = office.signature(&now, &body);
    let altered = body.replace("600.00", "900.00");
    assert_eq!(office.bank_sends(&now, &right, &altered).await.status(), 401);
    let old = (now_ms() - 11 * 60 * 1_000).to_string();
    let signature = office.signature(&old, &body);
    assert_eq!(office.bank_sends(&old, &signature, &body).await.status(), 401);
    for bad in
        ["{}", "rubbish", &word("T1", "-5", "R1"), &word("T1", "0.001", "R1"), &word("", "5", "R")]
    {
        assert_eq!(office.bank_says(bad).await.status(), 400, "{bad}");
    }
    assert_eq!(office.bank_says(&"x".repeat(5_000)).await.status(), 413);
    assert_eq!(office.dashboard().await["bank"], serde_json::json!([]));
}
