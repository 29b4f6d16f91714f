//! A device asks what was paid for a building before.

use replica::{EarlierAnswer, EarlierAsked};

use crate::device::{Device, cash, cheque};
use crate::office::{Office, now_ms};

/// The status, and the office's list where it gives one.
async fn ask(office: &Office, device: &Device, building: u32) -> (u16, Option<EarlierAnswer>) {
    let writer = device.provision.writer;
    let asked = EarlierAsked { writer, building, sent_ms: now_ms() };
    let (message, digest) = asked.sealed(&device.key);
    let url = format!("{}/v1/earlier", office.address);
    let response = office.client.post(url).body(message).send().await.expect("an answer");
    let status = response.status().as_u16();
    let body = response.bytes().await.expect("a body");
    (status, EarlierAnswer::read(&body, &device.provision.office, &digest).ok())
}

#[tokio::test]
async fn the_office_lists_what_all_devices_took_without_a_name() {
    let office = Office::with_accountant();
    assert!(office.staff("102", "cashier", "2580").status.success());
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let mut collector = office.collector("collector-1");
    kiosk.cash(1, 100);
    let wrong = kiosk.cash(1, 150);
    kiosk.void(wrong, "The wrong house");
    kiosk.cash(2, 50);
    collector.pay(Some(201), 1, 200, cheque("000123"));
    collector.pay(Some(201), 3, 10, cash(10));
    kiosk.push_all(&office).await;
    collector.push_all(&office).await;
    let (status, answer) = ask(&office, &kiosk, 1).await;
    let answer = answer.expect("the office's list");
    assert_eq!((status, answer.building), (200, 1));
    let mut found: Vec<_> =
        answer.receipts.iter().map(|it| (it.amount.get() / 100, it.stands)).collect();
    found.sort_unstable();
    assert_eq!(found, [(100, true), (150, false), (200, true)]);
    let cheque = answer.receipts.iter().find(|it| it.mode == "cheque").expect("the collector's");
    assert_eq!(cheque.service, "property_tax");
    assert!(cheque.number.contains("-C1-"), "{}", cheque.number);
    let (status, answer) = ask(&office, &collector, 4).await;
    assert_eq!((status, answer.expect("a list").receipts.len()), (200, 0));
}

#[tokio::test]
async fn a_handheld_hears_of_its_own_wards_only_and_strangers_of_nothing() {
    let office = Office::open(1);
    office.load(&[crate::office::building(90, 9)]);
    let collector = office.collector("collector-1");
    assert_eq!(ask(&office, &collector, 1).await.0, 200);
    assert_eq!(ask(&office, &collector, 90).await.0, 403);
    assert_eq!(ask(&office, &collector, 4_711).await.0, 403);
    let kiosk = office.kiosk("kiosk-1", 500);
    assert_eq!(ask(&office, &kiosk, 90).await.0, 200, "a kiosk serves the whole body");
    let mut stranger = kiosk.clone();
    stranger.key = office.kiosk("kiosk-2", 500).key;
    assert_eq!(ask(&office, &stranger, 1).await.0, 401);
    let url = format!("{}/v1/earlier", office.address);
    let garbage = office.client.post(&url).body(vec![7; 40]).send().await.expect("an answer");
    assert_eq!(garbage.status(), 400);
    let flood = office.client.post(&url).body(vec![7; 4_000]).send().await.expect("an answer");
    assert_eq!(flood.status(), 413);
}
