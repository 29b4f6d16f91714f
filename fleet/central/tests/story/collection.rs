//! The statement of receipts: every sum of it agrees with the others, and the office signs it.

use std::fs;

use ledger::{Fact, PublicKey};
use replica::{StatementFault, check_statement};
use serde_json::Value;

use crate::device::{cash, cheque};
use crate::office::{Office, date, today};

fn key(office: &Office) -> PublicKey {
    let hex = office.good(&["key"]);
    let bytes = data_encoding::HEXLOWER.decode(hex.trim().as_bytes()).expect("figures");
    PublicKey::new(bytes.try_into().expect("32 bytes"))
}

fn first_line(text: &str) -> Value {
    serde_json::from_str(text.lines().next().expect("a line")).expect("JSON")
}

#[tokio::test]
async fn the_statement_has_every_rupee_and_says_where_it_is() {
    let office = Office::with_accountant();
    assert!(office.staff("102", "cashier", "2580").status.success());
    let mut collector = office.collector("collector-1");
    collector.pay(Some(201), 1, 600, cash(600));
    collector.pay(Some(201), 2, 300, cheque("000123"));
    let close = collector.close(201, today(), 600, "");
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let word = collector.word_on(close, 590, "A note is missing");
    kiosk.write(Some(401), Fact::Received(word));
    kiosk.cash(3, 200);
    let wrong = kiosk.cash(4, 150);
    kiosk.void(wrong, "The wrong house");
    collector.push_all(&office).await;
    assert!(kiosk.push_all(&office).await.quarantined.is_empty());
    let on = date(today());
    let close = format!("collector-1:{close}");
    let paid_in = ["--on", &on, "--amount", "590", "--close", &close, "--by", "401"];
    office.good(&[&["deposit", "--challan", "7731"][..], &paid_in[..]].concat());

    let text = office.good(&["collection", "--json"]);
    let read = check_statement(&text, Some(key(&office)), false).expect("the office signed it");
    let it = first_line(read.line);
    assert_eq!(it["differences"], serde_json::json!([]), "{it}");
    assert_eq!((&it["receipts"], &it["amount_paise"]), (&3.into(), &110_000.into()), "{it}");
    assert_eq!(it["heads"][0]["amount_paise"], 110_000, "{it}");
    assert!(!it["heads"][0]["account"].as_str().expect("words").is_empty(), "{it}");
    let day = &it["cash"][0];
    let sums = ["opening", "taken", "difference", "deposited", "closing", "with_devices"];
    let sums = sums.map(|name| day[format!("{name}_paise")].as_i64().expect("a sum"));
    assert_eq!(sums, [0, 80_000, -1_000, 59_000, 20_000, 20_000], "{day}");
    assert_eq!((&day["at_bank_paise"], &day["realised_paise"]), (&59_000.into(), &0.into()));
    assert_eq!(it["instruments"][0]["closing_paise"], 30_000, "{it}");
    assert_eq!(it["cancelled"][0]["amount_paise"], 15_000, "{it}");
    assert_eq!(it["cancelled"][0]["reason"], "The wrong house", "{it}");
    assert_eq!(it["takers"].as_array().map(Vec::len), Some(2), "{it}");

    // The page and the spreadsheet's file have the same sums; a changed figure is found.
    let page = office.get("/collection").await.text().await.expect("text");
    assert!(page.contains("1,100.00") && page.contains("-10.00") || page.contains("−10.00"));
    let csv = office.get("/collection.csv").await.text().await.expect("text");
    assert_eq!(csv, office.good(&["collection", "--csv"]));
    assert!(csv.contains("taker,collector-1,201,Sumathi,2,900.00\r\n"), "{csv}");
    let signed = office.get("/collection.jsonl").await.text().await.expect("text");
    check_statement(&signed, Some(key(&office)), false).expect("the office signed it");
    let altered = text.replace("110000", "100000");
    let found = check_statement(&altered, Some(key(&office)), false);
    assert_eq!(found, Err(StatementFault::Altered));
    fs::write(office.path("statement.jsonl"), text).expect("writable");
}

#[tokio::test]
async fn an_empty_day_is_a_statement_too_and_other_days_are_refused() {
    let office = Office::with_accountant();
    let it = first_line(&office.good(&["collection", "--json"]));
    assert_eq!((&it["receipts"], &it["differences"]), (&0.into(), &serde_json::json!([])));
    assert_eq!(it["cash"].as_array().map(Vec::len), Some(1));
    let (first, last) = (date(today()), date(today() - 1));
    let complaint = office.refused(&["collection", "--from", &first, "--to", &last]);
    assert!(complaint.contains("the last day is before the first"), "{complaint}");
    let far = date(today() - 500);
    let complaint = office.refused(&["collection", "--from", &far, "--to", &first]);
    assert!(complaint.contains("at most 400 days"), "{complaint}");
    let page = office.get(&format!("/collection?from={first}&to={last}")).await;
    assert_eq!(page.status(), 400);
    assert_eq!(office.get("/collection?from=yesterday").await.status(), 400);
}
