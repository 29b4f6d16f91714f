//! A device that was copied, or put back to an older disk.

use replica::Rejection;

use crate::office::Office;

#[tokio::test]
async fn a_copied_device_is_found_frozen_and_both_histories_are_kept() {
    let office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 100);
    kiosk.push_all(&office).await;
    let mut copy = kiosk.clone();
    kiosk.cash(2, 200);
    copy.cash(3, 300);
    assert_eq!(kiosk.push_all(&office).await.acknowledged, 3);

    let answer = copy.push(&office, 2, 3).await;
    assert_eq!((answer.acknowledged, answer.rejection), (3, Some(Rejection::Fork(3))));
    assert!(answer.buildings.is_empty() && answer.notices.is_empty());

    kiosk.cash(2, 50);
    let answer = kiosk.push_all(&office).await;
    assert_eq!((answer.acknowledged, answer.rejection), (3, Some(Rejection::Frozen)));
    let page = office.dashboard().await;
    assert_eq!(page["total"]["amount_paise"], 30_000, "the second history has no effect");
    assert_eq!(page["forks"][0]["device"], "kiosk-1");
    assert_eq!(page["forks"][0]["held"], 2, "the copy's receipt and the later one are kept");
    assert!(page["devices"][0]["frozen_because"].is_string());
    // Both were signed by the one device: whoever checks the centre's books is told, too.
    let output = office.run(&["verify"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(said.contains("kiosk-1, entry 3: forked: two histories were signed"), "{said}");
}

#[tokio::test]
async fn a_device_put_back_to_an_older_disk_is_a_fork_too() {
    let office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let mut old = kiosk.clone();
    kiosk.cash(1, 100);
    kiosk.cash(2, 200);
    kiosk.push_all(&office).await;
    old.cash(3, 300);
    let answer = old.push(&office, 1, 2).await;
    assert_eq!(answer.rejection, Some(Rejection::Fork(2)));
    assert_eq!(answer.acknowledged, 3);
}
