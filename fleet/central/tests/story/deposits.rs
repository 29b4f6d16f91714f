//! Received money goes into the bank, and the bank's statement says so.

use std::fs;

use ledger::{Fact, Paise, check_code};
use serde_json::{Value, json};

use crate::device::{Device, cash};
use crate::office::{Office, date, today};

/// A collector with ₹600 and a cashier with ₹300 and ₹200 of change money, both received by 401:
/// the devices and how their closes are named.
async fn received(office: &Office) -> ([Device; 2], [String; 2]) {
    let mut collector = office.collector("collector-1");
    collector.pay(Some(201), 1, 600, cash(600));
    let first = collector.close(201, today(), 600, "");
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.write(Some(101), Fact::FloatTaken(Paise::rupees(200)));
    kiosk.cash(2, 300);
    let second = kiosk.close(101, today(), 500, "");
    // The officer signs in at the kiosk, and receives the money of both.
    for word in [collector.word_on(first, 600, ""), kiosk.word_on(second, 500, "")] {
        kiosk.write(Some(401), Fact::Received(word));
    }
    collector.push_all(office).await;
    assert!(kiosk.push_all(office).await.quarantined.is_empty());
    let names = [format!("collector-1:{first}"), format!("kiosk-1:{second}")];
    ([collector, kiosk], names)
}

fn deposit<'a>(
    challan: &'a str,
    on: &'a str,
    amount: &'a str,
    closes: &'a [String],
) -> Vec<&'a str> {
    let mut words = vec!["deposit", "--challan", challan, "--on", on, "--amount", amount];
    closes.iter().for_each(|close| words.extend(["--close", close]));
    [&words[..], &["--by", "401"]].concat()
}

/// What the program makes of a statement: whether it was good, what it said, what it complained of.
fn statement(office: &Office, text: &str) -> (bool, String, String) {
    let file = office.path("statement.csv");
    fs::write(&file, text).expect("writable");
    let path = file.to_str().expect("UTF-8");
    let output = office.run(&["bank-statement", "--file", path, "--by", "401"]);
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    (output.status.success(), said, String::from_utf8(output.stderr).expect("UTF-8"))
}

fn states(page: &Value) -> Vec<&str> {
    let receipts = page["receipts"].as_array().expect("a list").iter();
    receipts.filter_map(|receipt| receipt["state"].as_str()).collect()
}

#[tokio::test]
async fn money_goes_from_two_devices_to_the_bank() {
    let office = Office::with_accountant();
    let ([collector, _], closes) = received(&office).await;
    let on = date(today());
    let said = office.good(&deposit("7731", &on, "900", &closes));
    assert_eq!(said.trim(), "₹900.00 of 2 closes went into the bank with the challan 7731.");
    let page = office.dashboard().await;
    assert_eq!(states(&page), ["received", "received"]);
    let deposits = &page["deposits"][0];
    assert!(deposits["realised_on"].is_null() && deposits["lag_days"].is_null());
    assert_eq!(page["on_the_way"][0]["state"], "deposited");

    let text = format!("date,amount,challan,bank_reference\n{on},900.00,7731,N100\n");
    let (good, said, _) = statement(&office, &text);
    assert!(good);
    assert_eq!(said.trim(), "1 rows: 1 deposits realised, 0 known before, 0 to be looked at.");
    let page = office.dashboard().await;
    assert_eq!(states(&page), ["realised", "realised"]);
    assert_eq!((&page["on_the_way"], &page["remittance_cases"]), (&json!([]), &json!([])));
    let kept = &page["deposits"][0];
    assert_eq!((&kept["lag_days"], &kept["bank_reference"]), (&json!(0), &json!("N100")));
    office.good(&["verify"]);

    let number = page["receipts"].as_array().expect("a list").iter();
    let mut number = number.filter_map(|receipt| receipt["number"].as_str());
    let number = number.find(|number| number.contains("-C1-")).expect("the collector's");
    let code = check_code(&collector.entries[1]);
    let url = format!("{}/r/{number}", office.address);
    let form = office.client.post(url).header("content-type", "application/x-www-form-urlencoded");
    let page = form.body(format!("code={code}")).send().await.expect("an answer");
    assert!(page.text().await.expect("text").contains("In the office's bank account"));
}

#[tokio::test]
async fn a_deposit_is_the_whole_of_what_was_received_and_goes_once() {
    let office = Office::with_accountant();
    let (_, closes) = received(&office).await;
    let on = date(today());
    let refused = |words: &[&str]| {
        let complaint = office.refused(words);
        assert_eq!(complaint.trim().lines().count(), 1, "{complaint}");
        complaint
    };
    let sum = refused(&deposit("7731", &on, "1100", &closes));
    assert!(sum.contains("is ₹900.00 and not ₹1,100.00"), "{sum}");
    let later = date(today() + 1);
    assert!(refused(&deposit("7731", &later, "900", &closes)).contains("has not come yet"));
    let twice = [closes[0].clone(), closes[0].clone()];
    assert!(refused(&deposit("7731", &on, "1200", &twice)).contains("is named twice"));
    let other = ["collector-1:1".to_owned()];
    assert!(refused(&deposit("7731", &on, "600", &other)).contains("no day's close"));
    let nobody = ["collector-9:3".to_owned()];
    assert!(refused(&deposit("7731", &on, "600", &nobody)).contains("no device is named"));
    let odd = ["collector-1".to_owned()];
    assert!(refused(&deposit("7731", &on, "600", &odd)).contains("is no day's close"));

    office.good(&deposit("7731", &on, "600", &closes[..1]));
    let again = refused(&deposit("7732", &on, "900", &closes));
    assert!(again.contains("went into the bank before, with the challan 7731"), "{again}");
    let known = refused(&deposit("7731", &on, "300", &closes[1..]));
    assert!(known.contains("have a deposit with the challan 7731"), "{known}");
    office.good(&deposit("7732", &on, "300", &closes[1..]));
    office.good(&["verify"]);
}

#[tokio::test]
async fn what_nobody_received_is_not_deposited() {
    let office = Office::with_accountant();
    let mut collector = office.collector("collector-1");
    collector.pay(Some(201), 1, 600, cash(600));
    let close = collector.close(201, today(), 600, "");
    collector.push_all(&office).await;
    let closes = [format!("collector-1:{close}")];
    let complaint = office.refused(&deposit("7731", &date(today()), "600", &closes));
    assert!(complaint.contains("was not received: `central receive` comes first"), "{complaint}");
}

#[tokio::test]
async fn a_statement_with_bad_rows_changes_nothing() {
    let office = Office::with_accountant();
    let (_, closes) = received(&office).await;
    let on = date(today());
    office.good(&deposit("7731", &on, "900", &closes));
    let text = format!(
        "Date,Amount,Reference,Bank reference\n{on},900,7731,N100\n{on},nine,7731,N101\n\
         31/08/2026,900,7731,N102\n"
    );
    let (good, said, complaint) = statement(&office, &text);
    assert!(!good && said.is_empty(), "{said}");
    assert!(complaint.contains("line 3: not a sum of money"), "{complaint}");
    assert!(complaint.contains("line 4: the date is not as 2026-08-17"), "{complaint}");
    assert!(complaint.contains("2 rows were refused and nothing was taken"), "{complaint}");
    assert!(office.dashboard().await["deposits"][0]["realised_on"].is_null());
    let (good, _, complaint) = statement(&office, "day,sum\n");
    assert!(!good && complaint.contains("names no column date"), "{complaint}");
    let (good, _, complaint) = statement(&office, &"x".repeat(4 * 1_024 * 1_024 + 1));
    assert!(!good && complaint.contains("is larger than 4194304 bytes"), "{complaint}");
}

#[tokio::test]
async fn what_the_bank_has_otherwise_is_a_case_and_the_same_file_changes_nothing() {
    let office = Office::with_accountant();
    let (_, closes) = received(&office).await;
    let on = date(today());
    let european = ledger::day_text(today());
    office.good(&deposit("7731", &on, "600", &closes[..1]));
    let text = format!(
        "date,amount,challan,bank_reference\n{european},\"6,00.00\",7731,N100\n\
         {on},500,7731,N101\n{on},300,7732,N102\n{on},600,7731,N103\n"
    );
    let (good, said, _) = statement(&office, &text);
    assert!(good, "{said}");
    assert!(
        said.contains("line 3: challan 7731 is over ₹600.00 here, and ₹500.00 there"),
        "{said}"
    );
    assert!(said.contains("line 4: no deposit has the challan 7732 over ₹300.00"), "{said}");
    assert!(said.contains("line 5: challan 7731 was on a statement before"), "{said}");
    assert!(said.contains("4 rows: 1 deposits realised, 0 known before, 3 to be looked at."));
    let before = office.dashboard().await;
    let kinds = before["remittance_cases"].as_array().expect("a list").iter();
    let mut kinds: Vec<_> = kinds.filter_map(|case| case["kind"].as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["statement_differs", "statement_twice", "statement_unmatched"]);
    let book = office.good(&["export", "--writer", "0"]).lines().count();
    let (good, said, _) = statement(&office, &text);
    assert!(good && said.contains("0 deposits realised, 1 known before, 3 to be"), "{said}");
    assert_eq!(office.good(&["export", "--writer", "0"]).lines().count(), book);
    assert_eq!(office.dashboard().await["remittance_cases"], before["remittance_cases"]);

    // The deposit that the statement was faster than.
    office.good(&deposit("7732", &on, "300", &closes[1..]));
    let page = office.dashboard().await;
    assert_eq!(page["remittance_cases"].as_array().map(Vec::len), Some(2));
    assert_eq!(states(&page), ["realised", "realised"]);
    office.good(&["verify"]);
}
