//! Names that a device without any asks the office after: told to staff of the office, at a device
//! of the office, within its wards, as numbers of houses.

use ledger::{Building, Hash, StaffId};
use replica::{NameAnswer, NameQuestion};

use crate::device::Device;
use crate::office::{Office, building};

fn owned(id: u32, ward: u16, owner: &str) -> Building {
    Building { owner: owner.to_owned(), ..building(id, ward) }
}

fn question(device: &Device, staff: u32, typed: &str) -> (Vec<u8>, Hash) {
    let (writer, typed) = (device.provision.writer, typed.to_owned());
    NameQuestion { writer, staff: StaffId(staff), typed, most: 8 }.sealed(&device.key)
}

async fn post(office: &Office, body: Vec<u8>) -> reqwest::Response {
    let url = format!("{}/v1/names", office.address);
    office.client.post(url).body(body).send().await.expect("an answer")
}

/// What the office tells a device.
async fn told(office: &Office, device: &Device, typed: &str) -> (Vec<u32>, bool) {
    let (message, digest) = question(device, 201, typed);
    let response = post(office, message).await;
    assert_eq!(response.status(), 200, "{typed}");
    let body = response.bytes().await.expect("a body");
    let of = (device.provision.writer, digest);
    let answer = NameAnswer::read(&body, &device.provision.office, of).expect("the office's");
    assert!(!String::from_utf8_lossy(&body).contains("Ammini"), "no name comes back");
    (answer.houses, answer.more)
}

/// An office with houses of two wards, and the collector 201.
fn office() -> Office {
    let office = Office::open(1);
    let mut rows: Vec<Building> = (11..31).map(|id| owned(id, 7, "Lakshmi R.")).collect();
    rows.extend([owned(41, 7, "Ammini K."), owned(42, 8, "Ammini T.")]);
    office.load(&rows);
    office
}

#[tokio::test]
async fn a_kiosk_hears_of_the_houses_of_its_wards_by_any_spelling() {
    let office = office();
    let kiosk = office.kiosk("kiosk-1", 100);
    for typed in ["Ammini", "amini", "അമ്മിണി", "अम्मिणी", "K Ammini"] {
        assert_eq!(told(&office, &kiosk, typed).await, (vec![41], false), "{typed}");
    }
    let (houses, more) = told(&office, &kiosk, "Laxmi").await;
    assert_eq!((houses.len(), more), (8, true));
    assert_eq!(told(&office, &kiosk, "Subaida").await, (vec![], false));
    // A house that came later, and one that was sold.
    office.load(&[owned(43, 7, "Subaida M."), owned(41, 7, "Subaida K.")]);
    assert_eq!(told(&office, &kiosk, "Subaida").await, (vec![41, 43], false));
    assert_eq!(told(&office, &kiosk, "Ammini").await, (vec![], false));
}

#[tokio::test]
async fn nobody_else_hears_anything_and_nobody_too_often() {
    let office = office();
    let kiosk = office.kiosk("kiosk-1", 100);
    let stranger = post(&office, question(&kiosk, 999, "Ammini").0).await;
    assert_eq!(stranger.status(), 403, "no such person at this office");
    let mut other = kiosk.clone();
    other.key = office.kiosk("kiosk-2", 100).key;
    let forged = post(&office, question(&other, 201, "Ammini").0).await;
    assert_eq!(forged.status(), 401, "signed by another device");
    assert_eq!(post(&office, b"what?".to_vec()).await.status(), 400);
    let long = NameQuestion {
        writer: kiosk.provision.writer,
        staff: StaffId(201),
        typed: "x".repeat(81),
        most: 8,
    };
    assert_eq!(post(&office, long.sealed(&kiosk.key).0).await.status(), 400);
    assert_eq!(post(&office, vec![0; 4_096]).await.status(), 413);
    let mut status = 200;
    for _ in 0..21 {
        status = post(&office, question(&kiosk, 201, "Ammini").0).await.status().as_u16();
    }
    assert_eq!(status, 429, "a device that asks so often is no counter");
}

#[tokio::test]
async fn a_locked_device_hears_no_name() {
    let office = office();
    let mut kiosk = office.kiosk("kiosk-1", 100);
    kiosk.cash(11, 100);
    kiosk.push_all(&office).await;
    let mut copy = kiosk.clone();
    kiosk.cash(12, 200);
    copy.cash(13, 300);
    kiosk.push_all(&office).await;
    copy.push(&office, 2, 3).await;
    assert_eq!(post(&office, question(&kiosk, 201, "Ammini").0).await.status(), 403);
}
