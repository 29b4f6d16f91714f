//! What somebody carries, and who else may have seen it: the office takes it from whoever brings
//! it, and answers nobody but its device.

use central::keys::SigningKey;
use ledger::Signer;
use replica::{Answer, OpeningKey, Parcel, SignedReplies};

use crate::device::{Device, send};
use crate::office::Office;

/// What stands before the private half in the file that makes a device (RFC 8410).
const SEED_AT: usize = 16;

fn opening(pkcs8: &[u8]) -> OpeningKey {
    OpeningKey::of_seed(pkcs8[SEED_AT..].first_chunk().expect("a key"))
}

/// A device's books as somebody carries them.
fn parcel(device: &Device, after: usize) -> Parcel {
    let last = device.entries.len();
    let batch = (last > after).then(|| device.batch(after, last));
    let request = device.request(batch).sealed_to_carry(&device.key, false).bytes;
    Parcel { writer: device.provision.writer, requests: vec![request.into()] }
}

async fn post(office: &Office, parcel: &Parcel) -> reqwest::Response {
    let url = format!("{}/v1/parcel", office.address);
    office.client.post(url).body(parcel.written()).send().await.expect("an answer")
}

/// The office's reply to a parcel that anybody brings.
async fn brought(office: &Office, parcel: &Parcel) -> Vec<u8> {
    let response = post(office, parcel).await;
    assert_eq!(response.status(), 200);
    response.bytes().await.expect("a body").to_vec()
}

/// What a device reads of a reply.
fn read(device: &Device, reply: &[u8]) -> Answer {
    let signed = SignedReplies::read(reply).expect("a reply");
    let sealed = signed.opened(&device.provision.office).expect("the office's");
    let replies = sealed.unsealed(&opening(&device.provision.key)).expect("sealed for it");
    Answer::read(&replies.replies.last().expect("an answer").answer).expect("an answer")
}

#[tokio::test]
async fn whoever_filmed_a_parcel_brings_it_in_vain() {
    let office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 100);
    kiosk.cash(1, 50);
    let filmed = parcel(&kiosk, 0);

    // A stranger is there first. The entries are taken, once, and the reply is of no use to him.
    let stranger = SigningKey::generate().expect("a key");
    let reply = brought(&office, &filmed).await;
    let signed = SignedReplies::read(&reply).expect("a reply");
    let sealed = signed.opened(&kiosk.provision.office).expect("the office's");
    assert_eq!(sealed.to, kiosk.provision.writer);
    assert!(sealed.unsealed(&opening(&stranger)).is_err());
    // Over a line the office takes nothing of it and answers nothing.
    let response = send(&office, filmed.requests[0].to_vec()).await;
    assert_eq!(response.status(), 403);
    let sentence = response.text().await.expect("a sentence");
    assert_eq!(sentence, "This was given to somebody to carry: it is answered in its parcel.");
    let figures = office.dashboard().await;
    assert_eq!(figures["turned_away"][0]["why"], "carried", "{figures}");

    // Two who carry it in good faith bring the device the same, however late.
    for _ in 0..2 {
        let answer = read(&kiosk, &brought(&office, &filmed).await);
        assert_eq!((answer.acknowledged, answer.buildings.len()), (2, 3));
    }
    let counted = office.dashboard().await["receipts"].as_array().map(Vec::len);
    assert_eq!(counted, Some(1), "it is taken once");

    // The device has gone on: what is brought again of before says nothing to a stranger either.
    kiosk.register_after = read(&kiosk, &reply).register_to;
    kiosk.cash(2, 50);
    let answer = read(&kiosk, &brought(&office, &parcel(&kiosk, 2)).await);
    assert_eq!(answer.acknowledged, 3);
    let old = SignedReplies::read(&brought(&office, &filmed).await).expect("a reply");
    let old = old.opened(&kiosk.provision.office).expect("the office's");
    assert!(old.unsealed(&opening(&stranger)).is_err());
}

#[tokio::test]
async fn a_parcel_that_its_device_did_not_sign_is_answered_to_nobody() {
    let office = Office::open(3);
    let (kiosk, other) = (office.kiosk("kiosk-1", 100), office.kiosk("kiosk-2", 100));
    let forged = device_request(&kiosk, &other.key);
    let response = post(&office, &forged).await;
    assert_eq!(response.status(), 401);
    let mixed = Parcel { writer: other.provision.writer, ..parcel(&kiosk, 0) };
    assert_eq!(post(&office, &mixed).await.status(), 400);
}

/// A request of one device under the signature of another.
fn device_request(device: &Device, key: &dyn Signer) -> Parcel {
    let request = device.request(None).sealed_to_carry(key, false).bytes;
    Parcel { writer: device.provision.writer, requests: vec![request.into()] }
}
