//! What devices send all day, in the short form: the hashes that the centre has are left out.

use ledger::{Fact, Paise};
use replica::{Answer, Rejection, Sealed};

use crate::device::{Device, cash, send};
use crate::office::Office;

/// One short turn: the answer as the device reads it, and of how many bytes.
async fn turn(device: &mut Device, office: &Office, before: usize, to: usize) -> (Answer, usize) {
    let batch = (to > before).then(|| device.batch(before, to));
    let Sealed { bytes, question, .. } = device.request(batch).sealed_short(&device.key, true);
    let question = question.expect("few entries go in the short form");
    let response = send(office, bytes).await;
    assert!(response.status().is_success(), "{}", response.status());
    assert_eq!(response.headers().get("content-type"), None, "a device knows what comes");
    let bytes = response.bytes().await.expect("a body");
    let answer = Answer::read_for(&bytes, Some(&question)).expect("an answer").expect("to this");
    if let Some(word) = answer.attestation {
        word.verify(&device.provision.office).expect("the office's word");
    }
    if let Some(checkpoint) = answer.checkpoint {
        checkpoint.verify(&device.provision.office).expect("the same word is a checkpoint");
    }
    device.office_after = answer.office_to.max(device.office_after);
    device.register_after = answer.register_to.max(device.register_after);
    (answer, bytes.len())
}

#[tokio::test]
async fn a_payment_is_countersigned_in_few_bytes_and_quiet_is_no_byte() {
    let office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let mut sister = office.kiosk("kiosk-2", 500);
    kiosk.push_all(&office).await;
    for round in 0..3 {
        let before = kiosk.entries.len();
        kiosk.cash(1, 60);
        let (answer, bytes) = turn(&mut kiosk, &office, before, before + 1).await;
        let checkpoint = answer.checkpoint.expect("the office countersigns").checkpoint;
        assert_eq!(checkpoint.hash, kiosk.head(before + 1).hash);
        assert_eq!((answer.acknowledged, &answer.rejection), (checkpoint.seq, &None));
        assert!(bytes <= 78, "{bytes} bytes in round {round}: {answer:?}");
        // The answer was lost: the same again is taken once, and answered the same.
        let (again, _) = turn(&mut kiosk, &office, before, before + 1).await;
        assert_eq!((again.acknowledged, again.rejection), (checkpoint.seq, None));
        let (_, bytes) = turn(&mut kiosk, &office, 0, 0).await;
        assert_eq!(bytes, 0, "nothing is new");
    }
    assert_eq!(office.dashboard().await["total"]["count"], 3);
    // Another device gets what these receipts made of the building.
    let row = sister.push_all(&office).await.buildings.into_iter().find(|row| row.id == 1);
    assert_eq!(row.expect("the building").demands[0].paid, Paise::rupees(180));
    assert!(office.good(&["verify"]).starts_with("complete: 3 chains"));
}

/// Its own row comes back to a device where its receipt is not all that changed it.
#[tokio::test]
async fn a_building_comes_back_to_its_payer_where_another_paid_or_a_receipt_fell() {
    let office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let mut sister = office.kiosk("kiosk-2", 500);
    kiosk.push_all(&office).await;
    sister.push_all(&office).await;
    let rows = |answer: &Answer| answer.buildings.iter().map(|row| row.id).collect::<Vec<_>>();
    let pay = async |device: &mut Device, rupees: i64| {
        let before = device.entries.len();
        device.cash(1, rupees);
        rows(&turn(device, &office, before, before + 1).await.0)
    };
    assert_eq!(pay(&mut kiosk, 50).await, Vec::<u32>::new());
    assert_eq!(pay(&mut sister, 60).await, [1], "the other's is in it as well");
    assert_eq!(pay(&mut sister, 70).await, Vec::<u32>::new());
    assert_eq!(rows(&turn(&mut kiosk, &office, 0, 0).await.0), [1]);
    let receipt = kiosk.cash(1, 5_000);
    let before = kiosk.entries.len();
    let (answer, _) = turn(&mut kiosk, &office, before - 1, before).await;
    assert_eq!(rows(&answer), [1], "it was more than was owed: receipt {receipt}");
    kiosk.write(None, Fact::Receipt(kiosk.receipt(2, 600, cash(600))));
    let before = kiosk.entries.len();
    kiosk.cash(2, 20);
    let (answer, _) = turn(&mut kiosk, &office, before - 1, before + 1).await;
    assert_eq!((answer.quarantined.len(), rows(&answer)), (1, vec![2]));
}

#[tokio::test]
async fn what_does_not_follow_is_asked_for_at_length_and_then_told_apart() {
    let office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 100);
    kiosk.push_all(&office).await;
    let mut copy = kiosk.clone();
    for _ in 0..2 {
        kiosk.cash(2, 200);
        copy.cash(3, 300);
    }
    // A gap: the entry before is not here yet.
    let (gap, _) = turn(&mut kiosk, &office, 3, 4).await;
    assert!(matches!(gap.rejection, Some(Rejection::Damaged(_))), "{:?}", gap.rejection);
    assert_eq!((gap.acknowledged, gap.checkpoint), (0, None), "nobody knows who asked");
    assert_eq!(kiosk.push(&office, 3, 4).await.rejection, Some(Rejection::Gap(2)));
    kiosk.push_all(&office).await;
    // Another history behind an entry that is not here.
    let (fork, _) = turn(&mut copy, &office, 3, 4).await;
    assert!(matches!(fork.rejection, Some(Rejection::Damaged(_))), "{:?}", fork.rejection);
    let figures = office.dashboard().await;
    assert!(figures["devices"][0]["frozen_because"].is_null(), "nothing is known of it yet");
    let told = copy.push(&office, 3, 4).await;
    assert_eq!(told.rejection, Some(Rejection::Fork(3)));
    assert!(told.attestation.expect("a word").attestation.lock.is_some());
    // One that parts where both agree before is told at once, and kept.
    let (fork, _) = turn(&mut copy, &office, 2, 3).await;
    assert_eq!(fork.rejection, Some(Rejection::Frozen));
    let lock = fork.attestation.expect("a word").attestation.lock.expect("it is locked");
    assert_eq!(lock.held, Some(copy.head(3)), "the head of the second history is held");
    // A device that is locked never gets an empty answer.
    let (quiet, _) = turn(&mut copy, &office, 0, 0).await;
    assert!(quiet.attestation.expect("a word").attestation.lock.is_some());
}

#[tokio::test]
async fn a_stranger_with_a_short_request_learns_nothing() {
    let office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let other = office.kiosk("kiosk-2", 500);
    kiosk.cash(1, 100);
    let request = kiosk.request(Some(kiosk.batch(0, 2))).sealed_short(&other.key, true);
    let response = send(&office, request.bytes).await;
    let answer = Answer::read(&response.bytes().await.expect("a body")).expect("a whole answer");
    let at_ms = answer.at_ms;
    let rejection = answer.rejection.clone();
    assert_eq!(Answer { rejection: None, ..answer }, Answer::empty(at_ms));
    assert!(matches!(rejection, Some(Rejection::Damaged(_))));
    let quiet = kiosk.request(None).sealed_short(&other.key, true);
    assert_eq!(send(&office, quiet.bytes).await.status(), 401);
    let whole = kiosk.request(Some(kiosk.batch(0, 2))).sealed(&other.key);
    assert_eq!(send(&office, whole).await.status(), 401);
    assert_eq!(office.dashboard().await["total"]["count"], 0);
}
