//! The money of a day's close comes to an officer: on another device, at the office, before its
//! close, short, twice, or not at all.

use ledger::{Fact, Paise, Receiving, ReceivingOf};
use serde_json::{Value, json};

use crate::device::Device;
use crate::office::{Office, date, today};

/// A collector with ₹600 in hand, counted, and the entry of the close.
fn counted(office: &Office) -> (Device, u64) {
    let mut collector = office.collector("collector-1");
    collector.pay(Some(201), 1, 600, crate::device::cash(600));
    let close = collector.close(201, today(), 600, "");
    (collector, close)
}

async fn case(office: &Office) -> Value {
    let page = office.dashboard().await;
    let cases = page["remittance_cases"].as_array().expect("a list").clone();
    assert_eq!(cases.len(), 1, "{cases:?}");
    cases[0].clone()
}

#[tokio::test]
async fn an_officers_device_receives_and_the_collectors_device_says_so() {
    let office = Office::with_accountant();
    let (mut collector, close) = counted(&office);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    collector.push_all(&office).await;
    let page = office.dashboard().await;
    assert_eq!(page["receipts"][0]["state"], "claimed");
    let way = &page["on_the_way"][0];
    assert_eq!((&way["state"], &way["close"]), (&json!("closed"), &json!(close)));
    assert_eq!((&way["staff"], &way["person"]), (&json!(201), &json!("Sumathi")));

    let word = collector.word_on(close, 600, "");
    let entry = kiosk.write(Some(401), Fact::Received(word.clone()));
    assert!(kiosk.push_all(&office).await.quarantined.is_empty());
    collector.hand_in(&word, kiosk.provision.writer, entry, 401);
    assert!(collector.push_all(&office).await.quarantined.is_empty());
    let page = office.dashboard().await;
    assert_eq!(page["receipts"][0]["state"], "received");
    assert_eq!(page["remittance_cases"], json!([]));
    let way = &page["on_the_way"][0];
    assert_eq!((&way["state"], &way["staff"]), (&json!("received"), &json!(401)));
    assert_eq!(way["amount_paise"], 60_000);
    office.good(&["verify"]);
}

#[tokio::test]
async fn a_word_that_comes_before_its_close_waits_for_it() {
    let office = Office::with_accountant();
    let (mut collector, close) = counted(&office);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let word = collector.word_on(close, 600, "");
    kiosk.write(Some(401), Fact::Received(word));
    kiosk.push_all(&office).await;
    let waits = case(&office).await;
    assert_eq!(waits["kind"], "receiving_waits");
    assert_eq!(waits["of"], format!("collector-1:{close}"));
    collector.push_all(&office).await;
    let page = office.dashboard().await;
    assert_eq!(page["receipts"][0]["state"], "received");
    assert_eq!(page["remittance_cases"], json!([]));
}

#[tokio::test]
async fn the_office_receives_once_and_tells_the_device() {
    let office = Office::with_accountant();
    let (mut collector, close) = counted(&office);
    let entry = close.to_string();
    let receive = |counted: &str, by: &str, more: &[&str]| -> Vec<String> {
        let words = ["receive", "--device", "collector-1", "--close", &entry];
        let all = [&words[..], &["--counted", counted, "--by", by], more].concat();
        all.into_iter().map(str::to_owned).collect()
    };
    let refused = |words: Vec<String>| {
        let complaint = office.refused(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(complaint.trim().lines().count(), 1, "{complaint}");
        complaint
    };
    assert!(refused(receive("600", "401", &[])).contains("no day's close that is here"));
    collector.push_all(&office).await;
    assert!(refused(receive("600", "9", &[])).contains("nobody has the staff number 9"));
    assert!(refused(receive("600", "201", &[])).contains("another officer must receive it"));
    assert!(refused(receive("550", "401", &[])).contains("the close says ₹600.00"));
    assert!(refused(receive("six", "401", &[])).contains("six is no sum of money"));
    let short = receive("550", "401", &["--reason", "A note was torn"]);
    let said = office.good(&short.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(said.contains("is received by staff 401; the close says ₹600.00."), "{said}");
    assert!(refused(short).contains("was received before, by staff 401"));

    let answer = collector.turn(&office, None).await;
    let told = answer.notices.iter().map(|notice| &notice.notice.entry);
    let told: Vec<_> = told.filter(|entry| matches!(entry.fact, Fact::Received(_))).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].staff, Some(ledger::StaffId(401)));
    let word = collector.word_on(close, 550, "A note was torn");
    assert_eq!(told[0].fact, Fact::Received(word.clone()));
    collector.hand_in(&word, ledger::Writer::OFFICE, told[0].seq, 401);
    collector.push_all(&office).await;
    let short = case(&office).await;
    assert_eq!(
        (&short["kind"], &short["amount_paise"]),
        (&json!("receiving_short"), &55_000.into())
    );
    assert!(short["says"].as_str().expect("words").contains("A note was torn"));
    office.good(&["verify"]);
    let mine = office.path("office.jsonl");
    std::fs::write(&mine, office.good(&["export", "--writer", "0"])).expect("writable");
}

#[tokio::test]
async fn what_two_officers_received_is_a_case() {
    let office = Office::with_accountant();
    let (mut collector, close) = counted(&office);
    collector.push_all(&office).await;
    for (name, officer) in [("kiosk-1", 401), ("kiosk-2", 101)] {
        let mut kiosk = office.kiosk(name, 500);
        let word = collector.word_on(close, 600, "");
        kiosk.write(Some(officer), Fact::Received(word));
        kiosk.push_all(&office).await;
    }
    let twice = case(&office).await;
    assert_eq!(twice["kind"], "receiving_twice");
    assert!(twice["says"].as_str().expect("words").starts_with("Staff 101 received it again"));
    let way = &office.dashboard().await["on_the_way"];
    assert_eq!(way.as_array().map(Vec::len), Some(1), "the money is there once");
    assert_eq!(way[0]["staff"], 401);
}

#[tokio::test]
async fn a_word_that_does_not_fit_its_close_is_a_case_and_receives_nothing() {
    let office = Office::with_accountant();
    let (mut collector, close) = counted(&office);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let word = collector.word_on(close, 600, "");
    let claimed = Paise::rupees(700);
    let wrong = Receiving { claimed, counted: claimed, ..word.clone() };
    kiosk.write(Some(401), Fact::Received(wrong));
    kiosk.push_all(&office).await;
    collector.push_all(&office).await;
    assert_eq!(case(&office).await["kind"], "receiving_differs");
    let page = office.dashboard().await;
    assert_eq!(page["receipts"][0]["state"], "claimed");
    assert_eq!(page["on_the_way"][0]["state"], "closed");
    let entry = close.to_string();
    let words = ["--device", "collector-1", "--close", &entry, "--counted", "600", "--by", "401"];
    office.good(&[&["receive"], &words[..]].concat());
    assert_eq!(office.dashboard().await["receipts"][0]["state"], "received");
}

#[tokio::test]
async fn a_word_on_what_is_no_close_is_a_case() {
    let office = Office::with_accountant();
    let (mut collector, close) = counted(&office);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let mut word = collector.word_on(close, 600, "");
    word.of = ReceivingOf { close: 1, ..word.of };
    kiosk.write(Some(401), Fact::Received(word));
    kiosk.push_all(&office).await;
    assert_eq!(case(&office).await["kind"], "receiving_waits");
    collector.push_all(&office).await;
    let found = case(&office).await;
    assert_eq!(found["kind"], "receiving_differs");
    assert!(found["says"].as_str().expect("words").ends_with("it is no close"), "{found}");
}

#[tokio::test]
async fn a_word_that_nobody_gave_is_a_case() {
    let office = Office::with_accountant();
    let (mut collector, close) = counted(&office);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let word = collector.word_on(close, 600, "");
    collector.hand_in(&word, kiosk.provision.writer, 2, 401);
    collector.push_all(&office).await;
    assert_eq!(case(&office).await["kind"], "hand_in_waits", "the kiosk has sent nothing");
    kiosk.write(Some(401), Fact::SignedIn);
    kiosk.push_all(&office).await;
    let found = case(&office).await;
    assert_eq!(found["kind"], "hand_in_differs");
    assert_eq!(found["says"], "kiosk-1, entry 2 is no officer's word");
    assert_eq!(office.dashboard().await["on_the_way"][0]["state"], "closed", "nobody has it");
}

#[tokio::test]
async fn an_officers_word_that_says_otherwise_is_a_case() {
    let office = Office::with_accountant();
    let (mut collector, close) = counted(&office);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let short = collector.word_on(close, 500, "A hundred is missing");
    let entry = kiosk.write(Some(401), Fact::Received(short));
    kiosk.push_all(&office).await;
    let claimed = collector.word_on(close, 600, "");
    collector.hand_in(&claimed, kiosk.provision.writer, entry, 401);
    collector.push_all(&office).await;
    let page = office.dashboard().await;
    let cases = page["remittance_cases"].as_array().expect("a list");
    let kinds: Vec<_> = cases.iter().filter_map(|case| case["kind"].as_str()).collect();
    assert!(kinds.contains(&"hand_in_differs") && kinds.contains(&"receiving_short"), "{kinds:?}");
}

#[tokio::test]
async fn money_is_overdue_by_the_calendar() {
    let office = Office::with_accountant();
    let mut collector = office.collector("collector-1");
    let day = |text: &str| -> i64 {
        let date: chrono::NaiveDate = text.parse().expect("a day");
        date.signed_duration_since(ledger::date_of(0)).num_days()
    };
    // Friday 14 August 2026: the 15th is a holiday, the 16th a Sunday. ₹500 would have a week, were
    // they all that the collector has.
    // 12 December 2026 is the second Saturday of its month.
    let days = [
        ("2026-08-14", 600, "2026-08-17"),
        ("2026-08-18", 500, "2026-08-19"),
        ("2026-12-11", 600, "2026-12-14"),
    ];
    for (on, rupees, _) in days {
        collector.close(201, day(on), rupees, "Found in the old book");
    }
    collector.push_all(&office).await;
    let page = office.dashboard().await;
    let way = page["on_the_way"].as_array().expect("a list");
    let mut overdue = (0, 0);
    for (on, rupees, by) in days {
        let row = way.iter().find(|row| row["day"] == day(on)).expect("the close");
        assert_eq!(row["by"].as_i64().map(date), Some(by.to_owned()), "{on}");
        assert_eq!(row["overdue"], today() > day(by), "{on}");
        if today() > day(by) {
            overdue = (overdue.0 + 1, overdue.1 + rupees * 100);
        }
    }
    assert_eq!(page["overdue"], json!({ "count": overdue.0, "amount_paise": overdue.1 }));
    let late: Vec<bool> = way.iter().filter_map(|row| row["overdue"].as_bool()).collect();
    assert!(late.is_sorted_by(|one, other| one >= other), "the overdue come first");
    let metrics = office.get("/metrics").await.text().await.expect("text");
    let (count, sum) = overdue;
    assert!(metrics.contains(&format!("padi_remittance_overdue {count}\n")), "{metrics}");
    assert!(metrics.contains(&format!("padi_remittance_overdue_paise {sum}\n")), "{metrics}");
}

#[tokio::test]
async fn an_open_till_and_a_close_that_counted_nothing_are_told() {
    let office = Office::with_accountant();
    let (mut collector, _) = counted(&office);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(2, 100);
    kiosk.push_all(&office).await;
    let page = office.dashboard().await;
    let way = &page["on_the_way"][0];
    assert_eq!((&way["state"], &way["staff"]), (&json!("open"), &json!(101)));
    assert_eq!((&way["day"], &way["amount_paise"]), (&json!(today()), &10_000.into()));
    assert!(way["close"].is_null());
    kiosk.close(101, today(), 0, "Robbed on the way");
    kiosk.push_all(&office).await;
    let found = case(&office).await;
    assert_eq!(
        (&found["kind"], &found["amount_paise"]),
        (&json!("nothing_counted"), &10_000.into())
    );
    collector.push_all(&office).await;
}
