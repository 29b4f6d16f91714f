//! What a device says of the time, held against what the office knows.

use crate::office::{Office, number};

const HOUR_MS: i64 = 60 * 60 * 1_000;
const YEAR_MS: i64 = 365 * 24 * HOUR_MS;

#[tokio::test]
async fn entries_dated_outside_what_is_possible_are_listed_and_stand() {
    let office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 100);
    kiosk.push_all(&office).await;
    let answer = kiosk.turn(&office, None).await;
    let countersigned = answer.checkpoint.expect("countersigned").checkpoint;
    // Its own word on the clock, the time, and what it knows of the office.
    let said = [
        (None, 0, 2),
        (None, -HOUR_MS, 2),
        (None, -YEAR_MS, 2),
        (None, 2 * HOUR_MS, 2),
        (Some(countersigned.at_ms), -YEAR_MS, 2),
        // It names nothing of the office: nothing is known of how old it may be.
        (None, -HOUR_MS, 0),
        // People set clocks by hand.
        (None, -60_000, 2),
    ];
    for (unsure_since_ms, skew_ms, names) in said {
        kiosk.cash(2, 10);
        let entry = kiosk.entries.last_mut().expect("it was just written");
        entry.at.wall_ms += skew_ms;
        (entry.unsure_since_ms, entry.countersigned) = (unsure_since_ms, names);
    }
    let answer = kiosk.push(&office, 2, 9).await;
    assert_eq!((answer.acknowledged, answer.rejection), (9, None), "facts are never refused");

    let page = office.dashboard().await;
    let listed = page["misdated"].as_array().expect("a list");
    let seqs: Vec<u64> = listed.iter().filter_map(|row| row["seq"].as_u64()).collect();
    assert_eq!(seqs, [6, 5, 4], "{page}");
    let hour = &listed[2];
    assert_eq!((&hour["device"], &hour["number"]), (&"kiosk-1".into(), &number(3).into()));
    let ms = |name: &str| hour[name].as_i64().expect("milliseconds");
    assert!(ms("at_ms") < ms("since_ms") && ms("since_ms") <= countersigned.at_ms, "{hour}");
    assert!(ms("until_ms") >= countersigned.at_ms, "{hour}");
    let html = office.get("/").await.text().await.expect("text");
    assert!(html.contains("Entries dated outside what is possible") && html.contains(&number(3)));
    let metrics = office.get("/metrics").await.text().await.expect("text");
    assert!(metrics.lines().any(|line| line == "padi_misdated_entries 3"), "{metrics}");
    // Whoever checks the books hears of the two that are dated back, and of no other.
    let output = office.run(&["verify"]);
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    let dated: Vec<&str> = said.lines().filter(|line| line.contains("back-dated")).collect();
    assert_eq!(dated.len(), 2, "{said}");
    assert!(dated[0].contains("entry 4") && dated[1].contains("entry 5"), "{said}");
}
