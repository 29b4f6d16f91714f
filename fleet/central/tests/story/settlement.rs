//! What other channels took for the body: booked once, off what is owed, and what nobody owed is
//! held.

use std::fs;

use ledger::{BillReference, Building, Paise};
use serde_json::{Value, json};

use crate::device::Device;
use crate::office::{BODY, Office, date, today};

const HEADER: &str = "reference,amount,fee,net,time,channel,account";

/// What the program makes of a settlement: whether it was good, what it said and complained of.
fn settle(office: &Office, rows: &str) -> (bool, String, String) {
    let file = office.path("settlement.csv");
    fs::write(&file, format!("{HEADER}\n{rows}\n")).expect("writable");
    let path = file.to_str().expect("UTF-8");
    let output = office.run(&["settlement", "--file", path, "--by", "401"]);
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.success(), text(output.stdout), text(output.stderr))
}

fn row(reference: &str, rupees: i64, account: &str) -> String {
    let on = date(today());
    format!("{reference},{rupees},5,{},{on} 00:00,instapay,{account}", rupees - 5)
}

/// The building as a device has it.
async fn sent(office: &Office, device: &mut Device, id: u32) -> Building {
    device.register_after = 0;
    let mut buildings = Vec::new();
    loop {
        let answer = device.turn(office, None).await;
        buildings.extend(answer.buildings);
        if !answer.more {
            break;
        }
    }
    buildings.into_iter().rev().find(|building| building.id == id).expect("it is of its ward")
}

fn paid(building: &Building) -> i64 {
    building.demands.iter().map(|row| row.paid.get() / 100).sum()
}

fn cases(page: &Value) -> Vec<String> {
    let cases = page["remittance_cases"].as_array().expect("a list").iter();
    cases.map(|case| format!("{}: {}", case["kind"], case["says"]).replace('"', "")).collect()
}

#[tokio::test]
async fn a_payment_of_another_channel_comes_off_what_is_owed_and_counts_once() {
    let office = Office::with_accountant();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.push_all(&office).await;
    let day = u32::try_from(today()).expect("after 1970");
    let bill = BillReference { body: BODY.to_owned(), building: 1, day };
    let rows = [row("T1", 600, &bill.to_string()), row("T2", 100, "7/2")].join("\n");
    let (good, said, complaint) = settle(&office, &rows);
    assert!(good, "{said}{complaint}");
    assert!(said.contains("2 payments: 2 booked over ₹700.00"), "{said}");
    assert!(said.contains("the channels keep ₹10.00"), "{said}");
    let before = sent(&office, &mut kiosk, 1).await;
    assert!(paid(&before) > 0, "every device hears of it: {before:?}");
    let book = office.good(&["export", "--writer", "0"]).lines().count();

    let (good, said, _) = settle(&office, &rows);
    assert!(good && said.contains("0 booked") && said.contains("2 known before"), "{said}");
    assert_eq!(office.good(&["export", "--writer", "0"]).lines().count(), book);
    assert_eq!(sent(&office, &mut kiosk, 1).await, before);

    let statement = office.good(&["collection", "--json"]);
    let it: Value = serde_json::from_str(statement.lines().next().expect("a line")).expect("JSON");
    assert_eq!(it["differences"], json!([]), "{it}");
    assert_eq!(it["modes"][0]["mode"], "elsewhere", "{it}");
    let channel = &it["channels"][0];
    assert_eq!((&channel["amount_paise"], &channel["fees_paise"]), (&70_000.into(), &1_000.into()));
    office.good(&["verify"]);
}

#[tokio::test]
async fn what_was_paid_before_is_held_for_the_building() {
    let office = Office::with_accountant();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let (good, said, complaint) = settle(&office, &row("T1", 5_000, "7/1"));
    assert!(good, "{said}{complaint}");
    let (good, said, complaint) = settle(&office, &row("T2", 300, "7/1"));
    assert!(
        good && said.contains("of which ₹300.00 was not owed and is held"),
        "{said}{complaint}"
    );
    let page = office.dashboard().await;
    let held = page["excess"].as_array().expect("a list").iter();
    let held: Vec<_> = held.map(|case| (&case["number"], &case["device"])).collect();
    assert!(held.contains(&(&json!("T2"), &json!("another channel"))), "{held:?}");
    let building = sent(&office, &mut kiosk, 1).await;
    assert!(building.advance >= Paise::rupees(300), "{building:?}");

    // A device that knew of neither takes the tax again: both stand, and its payer is told.
    kiosk.cash(1, 600);
    kiosk.push_all(&office).await;
    let page = office.dashboard().await;
    let last = &page["excess"].as_array().expect("a list").iter();
    assert!(last.clone().any(|case| case["device"] == "kiosk-1"), "{page}");
    let advance = sent(&office, &mut kiosk, 1).await.advance;
    assert_eq!(advance, building.advance.checked_add(Paise::rupees(600)).expect("a sum"));

    // Its receipt is cancelled: the building is made anew, with what the channel took.
    kiosk.void(2, "The wrong house");
    kiosk.push(&office, 2, 3).await;
    assert_eq!(sent(&office, &mut kiosk, 1).await.advance, building.advance);
    office.good(&["verify"]);
}

#[tokio::test]
async fn what_cannot_be_told_is_kept_with_its_reason_and_tried_again() {
    let office = Office::with_accountant();
    let wrong = row("T2", 100, "7/2").replace(",95,", ",90,");
    let rows = [row("T1", 100, "99/1"), wrong, row("T3", 50, "7/3")].join("\n");
    let (good, said, _) = settle(&office, &rows);
    assert!(good, "{said}");
    assert!(said.contains("line 2: instapay T1 over ₹100.00 for 99/1"), "{said}");
    assert!(said.contains("line 3: instapay T2") && said.contains("do not fit together"), "{said}");
    assert!(said.contains("1 booked over ₹50.00") && said.contains("2 to be looked at"), "{said}");
    let open = cases(&office.dashboard().await);
    assert_eq!(open.len(), 2, "{open:?}");
    assert!(open.iter().all(|case| case.starts_with("settlement_open:")), "{open:?}");

    // The same payment over another sum is a case of its own, and books nothing.
    let (good, said, _) = settle(&office, &row("T3", 70, "7/3"));
    assert!(good && said.contains("came before over another sum (₹50.00)"), "{said}");
    assert!(said.contains("0 booked"), "{said}");

    // The building comes into the register: the same file books its payment now.
    let mut late = crate::office::building(99, 7);
    late.number = "99/1".to_owned();
    office.load(&[late]);
    let (good, said, _) = settle(&office, &rows);
    assert!(good && said.contains("1 booked over ₹100.00, of which ₹0.00"), "{said}");
    assert!(said.contains("1 known before, 1 to be looked at"), "{said}");
    office.good(&["verify"]);
}

#[tokio::test]
async fn a_file_with_a_row_that_cannot_be_read_changes_nothing() {
    let office = Office::with_accountant();
    let rows = [row("T1", 100, "7/1"), row("T2", 100, "7/2").replace("T2,100", "T2,n/a")];
    let (good, said, complaint) = settle(&office, &rows.join("\n"));
    assert!(!good && said.is_empty(), "{said}");
    assert!(complaint.contains("line 3: the amount:"), "{complaint}");
    let statement = office.good(&["collection", "--json"]);
    assert!(statement.contains("\"receipts\":0"), "{statement}");
    let output = office.run(&["settlement", "--file", "/nowhere", "--by", "401"]);
    assert!(!output.status.success());
    let (_, _, complaint) = settle(&office, "");
    assert!(complaint.contains("has no rows"), "{complaint}");
}
