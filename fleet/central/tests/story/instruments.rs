//! Cheques: the bank honours one, or does not.

use ledger::{Fact, InstrumentState, Paise, StaffId};
use serde_json::json;

use crate::device::{Device, cheque};
use crate::office::{Office, date, today};

/// A collector with a cheque over the first half-year of house 1, counted: the entry of the close
/// and the receipt's number.
async fn taken(office: &Office) -> (Device, u64, String) {
    let mut collector = office.collector("collector-1");
    collector.pay(Some(201), 1, 600, cheque("004217"));
    let close = collector.close(201, today(), 0, "");
    assert!(collector.push_all(office).await.quarantined.is_empty());
    let page = office.dashboard().await;
    let number = page["receipts"][0]["number"].as_str().expect("a number").to_owned();
    (collector, close, number)
}

fn receive(office: &Office, close: u64) {
    let close = close.to_string();
    let words = ["--device", "collector-1", "--close", &close, "--counted", "0", "--by", "401"];
    office.good(&[&["receive"], &words[..]].concat());
}

/// A collector with two cheques and ₹100 in cash, counted: the entry of the close, that of the
/// second cheque's receipt, and its number.
async fn two_cheques(office: &Office) -> (Device, u64, u64, String) {
    let mut collector = office.collector("collector-1");
    collector.pay(Some(201), 1, 600, cheque("004217"));
    let second = collector.pay(Some(201), 2, 600, cheque("004218"));
    collector.pay(Some(201), 3, 100, crate::device::cash(100));
    let close = collector.close(201, today(), 100, "");
    assert!(collector.push_all(office).await.quarantined.is_empty());
    let page = office.dashboard().await;
    let instruments = page["instruments"].as_array().expect("a list");
    let found = instruments.iter().find(|it| it["number"] == "004218").expect("a cheque");
    let number = found["receipt"].as_str().expect("a number").to_owned();
    (collector, close, second, number)
}

/// `central receive` of ₹100 in cash from collector-1.
fn receive_words(close: u64, more: &[&str]) -> Vec<String> {
    let close = close.to_string();
    let words = ["receive", "--device", "collector-1", "--close", &close];
    let all = [&words[..], &["--counted", "100", "--by", "401"], more].concat();
    all.into_iter().map(str::to_owned).collect()
}

const WHY: [&str; 2] = ["--reason", "Left in the other bag"];

#[tokio::test]
async fn a_cheque_that_did_not_come_is_one_of_the_close_and_has_a_reason() {
    let office = Office::with_accountant();
    let (_, close, _, missing) = two_cheques(&office).await;
    let refused = |more: &[&str]| {
        let words = receive_words(close, more);
        office.refused(&words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert!(refused(&["--without", &missing]).contains("give the --reason"));
    let twice = [&["--without", &missing, "--without", &missing][..], &WHY].concat();
    assert!(refused(&twice).contains("is named twice"));
    let page = office.dashboard().await;
    let mut receipts = page["receipts"].as_array().expect("a list").iter();
    let in_cash = receipts.find(|receipt| receipt["mode"] == "cash").expect("one");
    let in_cash = in_cash["number"].as_str().expect("a number");
    let no_cheque = refused(&[&["--without", in_cash][..], &WHY].concat());
    assert!(no_cheque.contains("is no cheque or draft of collector-1"), "{no_cheque}");
}

#[tokio::test]
async fn a_cheque_that_did_not_come_stays_with_whoever_took_it() {
    let office = Office::with_accountant();
    let (mut collector, close, second, missing) = two_cheques(&office).await;
    let words = receive_words(close, &[&["--without", &missing][..], &WHY].concat());
    let said = office.good(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(said.contains("; 1 of 2 cheques and drafts came."), "{said}");
    let page = office.dashboard().await;
    let states = page["instruments"].as_array().expect("a list").iter();
    let mut states: Vec<(&str, &str)> = states
        .map(|it| (it["number"].as_str().expect("text"), it["state"].as_str().expect("text")))
        .collect();
    states.sort_unstable();
    assert_eq!(states, [("004217", "received"), ("004218", "in_hand")]);
    let case = &page["remittance_cases"][0];
    assert_eq!(case["kind"], "receiving_short");
    let says = case["says"].as_str().expect("words");
    let without = format!("without {missing}: Left in the other bag");
    assert!(says.starts_with("1 of 2 cheques and drafts came to staff 401"), "{says}");
    assert!(says.ends_with(&without), "{says}");
    let way = page["on_the_way"].as_array().expect("a list");
    let held: Vec<_> = way.iter().map(|row| (&row["staff"], &row["instruments"])).collect();
    assert_eq!(held.len(), 2, "{held:?}");
    assert!(held.contains(&(&json!(201), &json!(1))) && held.contains(&(&json!(401), &json!(0))));

    // The officer's word is an entry: the device is told, and whoever walks the books agrees.
    let answer = collector.turn(&office, None).await;
    let told = answer.notices.iter().find_map(|notice| match &notice.notice.entry.fact {
        Fact::Received(word) => Some(word.clone()),
        _ => None,
    });
    let word = told.expect("the device is told");
    assert_eq!((word.instruments, word.missing()), (1, &[second][..]));
    office.good(&["verify"]);
    // It comes after all: the bank has it, and nobody carries it any more.
    office.good(&realise(&missing, &date(today())));
    let way = office.dashboard().await["on_the_way"].clone();
    assert_eq!(way.as_array().map(Vec::len), Some(1), "{way}");
}

fn dishonour<'a>(number: &'a str, on: &'a str, second: &'a str) -> Vec<&'a str> {
    let reason = "Funds insufficient";
    let words = ["instrument", "--receipt", number, "--dishonoured", on, "--reason", reason];
    [&words[..], &["--by", "401", "--second", second]].concat()
}

fn realise<'a>(number: &'a str, on: &'a str) -> Vec<&'a str> {
    let words = ["instrument", "--receipt", number, "--realised", on];
    [&words[..], &["--bank-reference", "CLG-17", "--by", "401"]].concat()
}

#[tokio::test]
async fn a_cheque_that_the_bank_honours_is_realised_and_its_device_is_told() {
    let office = Office::with_accountant();
    let (mut collector, close, number) = taken(&office).await;
    let page = office.dashboard().await;
    let kept = &page["instruments"][0];
    assert_eq!((&kept["number"], &kept["state"]), (&json!("004217"), &json!("in_hand")));
    assert_eq!(page["on_the_way"][0]["instruments"], 1);
    receive(&office, close);
    let page = office.dashboard().await;
    assert_eq!(page["instruments"][0]["state"], "received");
    assert_eq!(page["on_the_way"], json!([]), "no cash is under way");
    let on = date(today());
    let said = office.good(&realise(&number, &on));
    assert_eq!(said.trim(), format!("The cheque or draft of {number} over ₹600.00 is realised."));
    let page = office.dashboard().await;
    assert_eq!(page["receipts"][0]["state"], "realised");
    assert_eq!(page["instruments"][0]["said"], "CLG-17");
    assert_eq!(page["total"]["amount_paise"], 60_000);
    let again = office.refused(&realise(&number, &on));
    assert!(again.contains("was realised before: that stands"), "{again}");
    let answer = collector.turn(&office, None).await;
    let told = answer.notices.iter().filter_map(|notice| match &notice.notice.entry.fact {
        Fact::InstrumentSettled(word) => Some(word.clone()),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].receipt, told[0].state), (2, InstrumentState::Realised));
    office.good(&["verify"]);
}

#[tokio::test]
async fn what_a_dishonoured_cheque_paid_is_owed_again() {
    let office = Office::with_accountant();
    let (mut collector, close, number) = taken(&office).await;
    let on = date(today());
    let early = office.refused(&dishonour(&number, &on, "101"));
    assert!(early.contains("was not received by an officer"), "{early}");
    receive(&office, close);
    let alone = office.refused(&dishonour(&number, &on, "401"));
    assert!(alone.contains("two persons are needed"), "{alone}");
    assert!(
        office.refused(&dishonour(&number, &on, "9")).contains("nobody has the staff number 9")
    );
    let before = date(today() - 1);
    assert!(
        office.refused(&dishonour(&number, &before, "101")).contains("was given on a later day")
    );

    let said = office.good(&dishonour(&number, &on, "101"));
    assert!(said.contains("is dishonoured: what it paid is owed again."), "{said}");
    let page = office.dashboard().await;
    assert_eq!((&page["total"]["count"], &page["total"]["amount_paise"]), (&0.into(), &0.into()));
    assert_eq!(page["by_head"], json!([]));
    assert_eq!(page["receipts"][0]["state"], "dishonoured");
    assert_eq!(page["cancelled"], json!([]), "nobody cancelled it");
    let answer = collector.turn(&office, None).await;
    let house = answer.buildings.iter().rev().find(|house| house.id == 1).expect("the house");
    let paid: Vec<Paise> = house.demands.iter().map(|row| row.paid).collect();
    assert_eq!(paid, [Paise::ZERO, Paise::ZERO]);
    let word = answer.notices.iter().find_map(|notice| match &notice.notice.entry.fact {
        Fact::InstrumentSettled(word) => Some(word.clone()),
        _ => None,
    });
    let word = word.expect("the device is told");
    assert_eq!(word.state, InstrumentState::Dishonoured);
    assert_eq!(word.said, "Funds insufficient");
    assert_eq!(word.second, Some(StaffId(101)));
    let again = office.refused(&dishonour(&number, &on, "101"));
    assert!(again.contains("was dishonoured before: that stands"), "{again}");
    office.good(&["verify"]);
}

#[tokio::test]
async fn only_what_was_paid_by_cheque_is_settled_so() {
    let office = Office::with_accountant();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(2, 600);
    let cancelled = kiosk.pay(Some(101), 3, 600, cheque("000001"));
    kiosk.void(cancelled, "The wrong house");
    kiosk.push_all(&office).await;
    let on = date(today());
    let of = crate::office::number;
    let complaint = office.refused(&realise(&of(1), &on));
    assert!(complaint.contains("was not paid by cheque or draft"), "{complaint}");
    assert!(office.refused(&realise(&of(2), &on)).contains("was cancelled"));
    assert!(office.refused(&realise(&of(3), &on)).contains("the books have no receipt"));
    assert!(office.refused(&realise("K1-00001", &on)).contains("not a receipt number"));
    let neither = ["instrument", "--receipt", &of(1), "--by", "401"];
    assert!(office.refused(&neither).contains("--realised"), "one of the two is asked for");
}
