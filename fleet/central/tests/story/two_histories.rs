//! A device that was copied, or put back to an older disk.

use replica::audit::{self, Book, Keys};
use replica::{Answer, Lock, Rejection};

use crate::office::{Office, number};

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

/// The office's word on the lock, under its signature.
fn lock_of(answer: &Answer) -> Lock {
    answer.attestation.expect("the office's word").attestation.lock.expect("it is locked")
}

#[tokio::test]
async fn the_whole_second_history_is_kept_and_the_numbers_that_both_used_are_listed() {
    let office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 100);
    kiosk.push_all(&office).await;
    let mut copy = kiosk.clone();
    kiosk.cash(2, 200);
    let answer = kiosk.push_all(&office).await;
    assert_eq!(answer.attestation.expect("the office's word").attestation.lock, None);
    copy.cash(3, 300);
    copy.cash(3, 50);
    copy.cash(3, 60);

    let first = copy.push(&office, 2, 3).await;
    let expected = |held| {
        let since_ms = lock_of(&first).since_ms;
        Lock { since_ms, parts_at: Some(3), held, full: false }
    };
    assert_eq!(lock_of(&first), expected(Some(copy.head(3))));
    // What continues it is kept as well, and once, however often it comes.
    for _ in 0..2 {
        let answer = copy.push(&office, 3, 5).await;
        assert_eq!(answer.rejection, Some(Rejection::Frozen));
        assert_eq!(lock_of(&answer), expected(Some(copy.head(5))));
    }
    assert_eq!(lock_of(&copy.turn(&office, None).await), expected(None));
    // The first device is locked too. Where something before a batch is missing, the device hears
    // that nothing of it is joined.
    kiosk.cash(2, 70);
    kiosk.cash(2, 80);
    assert_eq!(lock_of(&kiosk.push(&office, 4, 5).await), expected(None));
    assert_eq!(lock_of(&kiosk.push(&office, 0, 5).await), expected(Some(kiosk.head(5))));

    let page = office.dashboard().await;
    let fork = &page["forks"][0];
    assert_eq!((&fork["held"], &fork["reused"]), (&5.into(), &3.into()), "{fork}");
    let uses = |place: usize| -> Vec<(u64, i64, bool)> {
        let uses = fork["numbers"][place]["uses"].as_array().expect("a list");
        let of = |it: &serde_json::Value| {
            assert!(it["at_ms"].as_i64() > Some(0));
            let (seq, amount) = (it["seq"].as_u64(), it["amount_paise"].as_i64());
            (seq.expect("a sequence"), amount.expect("paise"), it["held"] == true)
        };
        uses.iter().map(of).collect()
    };
    assert_eq!(fork["numbers"][0]["number"], number(2));
    assert_eq!(uses(0), [(3, 20_000, false), (3, 30_000, true)]);
    let mut later = uses(1);
    later.sort_unstable();
    assert_eq!(later, [(4, 5_000, true), (4, 7_000, true)], "both came after it was locked");
    let html = office.get("/").await.text().await.expect("text");
    assert!(html.contains("Kept beside") && html.contains(&number(2)), "{html}");
    // A second history that is longer than the first is no chain that was cut off.
    let output = office.run(&["verify"]);
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(said.contains("kiosk-1, entry 3: forked: two histories were signed"), "{said}");
    assert!(!said.contains("cut off"), "{said}");
    // An auditor, who has the office's export and nothing else, finds the same.
    let exported = office.good(&["export", "--writer", "1"]);
    let book = Book::read(exported.as_bytes()).expect("an export");
    let keys = Keys { office: Some(kiosk.provision.office), ..Keys::default() };
    let findings = audit::check(&book, &keys).findings;
    let found: Vec<String> = findings.iter().map(ToString::to_string).collect();
    let forked = "entry 3: forked: two histories were signed: 5 entries are kept beside this chain";
    assert_eq!(found, [forked]);
    assert!(said.contains(forked.trim_start_matches("entry 3: ")), "{said}");
}
