//! A device is lost: what its payers hold counts by their slips, until the device comes back.

use std::process::Output;

use ledger::{Fact, Paise, check_code};
use serde_json::json;

use crate::device::{Device, cash};
use crate::losses::{said, square};
use crate::office::Office;

/// A kiosk that sent its first receipt and not its second, and the square of that one.
async fn lost(office: &Office) -> (Device, String) {
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 100);
    kiosk.push_all(office).await;
    kiosk.cash(1, 500);
    let slip = square(&kiosk, kiosk.entries.last().expect("a receipt"), &kiosk.key);
    (kiosk, slip)
}

fn restore(office: &Office, slip: &str) -> Output {
    let words = ["claim", "--restore", "--reason", "It fell into the river", "--by", "401"];
    office.told(&words, slip)
}

fn complaint(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What house 1 has paid of its first half-year, as a fresh device learns it.
async fn paid(office: &Office, name: &str) -> Paise {
    let answer = office.kiosk(name, 500).turn(office, None).await;
    let house = answer.buildings.iter().find(|house| house.id == 1).expect("the house");
    house.demands[0].paid
}

#[tokio::test]
async fn a_receipt_counts_by_its_slip_until_its_device_sends_it() {
    let office = Office::with_accountant();
    let (mut kiosk, slip) = lost(&office).await;
    let answer = said(&restore(&office, &slip));
    assert!(answer.contains("over ₹500.00 is restored from its slip"), "{answer}");
    let page = office.dashboard().await;
    assert_eq!(
        (&page["total"]["count"], &page["total"]["amount_paise"]),
        (&2.into(), &60_000.into())
    );
    assert_eq!(page["missing"], json!([]));
    let row = &page["restored"][0];
    assert_eq!((&row["device"], &row["device_says"]), (&json!("kiosk-1"), &json!("nothing")));
    assert_eq!((&row["reason"], &row["by"]), (&json!("It fell into the river"), &json!(401)));
    assert_eq!(paid(&office, "kiosk-2").await, Paise::rupees(600));
    assert!(complaint(&restore(&office, &slip)).contains("was restored before"));
    let number = row["number"].as_str().expect("a number");
    let url = format!("{}/r/{number}", office.address);
    let form = office.client.post(url).header("content-type", "application/x-www-form-urlencoded");
    let code = check_code(kiosk.entries.last().expect("a receipt"));
    let shown = form.body(format!("code={code}")).send().await.expect("an answer");
    assert!(shown.text().await.expect("text").contains("Restored from the slip"));
    office.good(&["verify"]);

    // The device comes back and sends it.
    kiosk.push_all(&office).await;
    let page = office.dashboard().await;
    assert_eq!(
        (&page["total"]["count"], &page["total"]["amount_paise"]),
        (&2.into(), &60_000.into())
    );
    assert_eq!(page["receipts"].as_array().map(Vec::len), Some(2));
    assert_eq!(page["restored"][0]["device_says"], "the_same");
    assert_eq!(page["excess"], json!([]), "it is not counted twice");
    assert_eq!(paid(&office, "kiosk-3").await, Paise::rupees(600));
    assert!(complaint(&restore(&office, &slip)).contains("is in the books, as the slip has it"));
    office.good(&["verify"]);
}

#[tokio::test]
async fn a_device_that_sends_something_else_leaves_the_restored_receipt_standing() {
    let office = Office::with_accountant();
    let (kiosk, slip) = lost(&office).await;
    said(&restore(&office, &slip));
    let mut other = kiosk.clone();
    other.entries.pop();
    other.write(Some(101), Fact::SignedIn);
    other.push_all(&office).await;
    let page = office.dashboard().await;
    assert_eq!(page["total"]["amount_paise"], 60_000);
    assert_eq!(page["restored"][0]["device_says"], "something_else");
    let shown = office.get("/").await.text().await.expect("text");
    assert!(shown.contains("Sent something else in its place"));
    office.good(&["verify"]);
}

#[tokio::test]
async fn a_restored_receipt_of_what_was_paid_since_is_an_excess() {
    let office = Office::with_accountant();
    let (mut kiosk, slip) = lost(&office).await;
    let mut second = office.kiosk("kiosk-2", 500);
    second.pay(Some(101), 1, 500, cash(500));
    second.push_all(&office).await;
    said(&restore(&office, &slip));
    assert_eq!(office.dashboard().await["excess"][0]["amount_paise"], 50_000);
    office.good(&["verify"]);
    let answer = kiosk.push_all(&office).await;
    let held = answer.notices.iter().filter(
        |notice| matches!(&notice.notice.entry.fact, Fact::ExcessHeld(held) if held.receipt == 3),
    );
    assert_eq!(held.count(), 1, "its payer is told when the device is back, once");
    let page = office.dashboard().await;
    assert_eq!(page["excess"].as_array().map(Vec::len), Some(1));
    assert_eq!(page["total"]["amount_paise"], 110_000);
    office.good(&["verify"]);
}

#[tokio::test]
async fn what_is_no_slip_of_a_leased_number_is_not_restored() {
    let office = Office::with_accountant();
    let (mut kiosk, slip) = lost(&office).await;
    let other = office.kiosk("kiosk-2", 500);
    let entry = kiosk.entries.last().expect("a receipt").clone();
    let forged = square(&kiosk, &entry, &other.key);
    assert!(complaint(&restore(&office, &forged)).contains("this is no slip of a device"));
    let mut beyond = entry.clone();
    let Fact::Receipt(receipt) = &mut beyond.fact else { panic!("a receipt") };
    receipt.number = 501;
    let beyond = square(&kiosk, &beyond, &kiosk.key);
    assert!(complaint(&restore(&office, &beyond)).contains("of no book that its device was given"));
    let mut odd = entry;
    let Fact::Receipt(receipt) = &mut odd.fact else { panic!("a receipt") };
    receipt.total = Paise::rupees(900);
    let odd = square(&kiosk, &odd, &kiosk.key);
    assert!(complaint(&restore(&office, &odd)).contains("do not add up"));
    let nobody = ["claim", "--restore", "--reason", "Lost", "--by", "9"];
    assert!(complaint(&office.told(&nobody, &slip)).contains("nobody has the staff number 9"));
    let nameless = office.told(&["claim", "--restore", "--reason", "Lost"], &slip);
    assert!(complaint(&nameless).contains("--by"));
    kiosk.entries.pop();
    kiosk.cash(1, 700);
    kiosk.push_all(&office).await;
    assert!(complaint(&restore(&office, &slip)).contains("sent something else as entry 3"));
    assert_eq!(office.dashboard().await["restored"], json!([]));
}
