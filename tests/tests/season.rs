//! Seasons: months of business of a whole body, from seeds, with everything failing as it does in
//! life. A season that finds a fault says its seed and step; such seeds stay here for good.

use std::ops::Range;

use tests::season::{Counts, Sabotage, Size, play, play_all};

/// What each seed of the suite is played at.
const SMALL: Size = Size { devices: 20, days: 8, people: 9 };

const SMALL_SEASONS: u64 = 20;
const SMALL_SEASONS_LONG: u64 = 1_000;

const FULL_SEASONS: u64 = 20;
const FULL_SEASONS_LONG: u64 = 1_000;

/// Seeds that once found something, with the size that they were played at, and what it was. A seed
/// plays another season once people do something new, so each finding has a test of its own beside
/// what it found, too.
const REGRESSIONS: [(u64, Size, &str); 1] = [(
    1,
    Size { devices: 6, days: 5, people: 8 },
    "held money that two devices used while apart was counted twice",
)];

#[test]
fn every_rupee_and_every_number_is_accounted_for() {
    let seasons = if tests::long() { SMALL_SEASONS_LONG } else { SMALL_SEASONS };
    let counts = all(1_000..1_000 + seasons, SMALL);
    assert_eq!(counts.seasons, seasons);
    assert!(counts.receipts > seasons * 500, "{} receipts prove little", counts.receipts);
    for (what, count) in [
        ("power cuts", counts.cuts),
        ("prints forgotten by them", counts.prints_forgotten),
        ("full disks", counts.full),
        ("clock jumps", counts.clocks),
        ("forks", counts.forks),
        ("disks put back", counts.restored),
        ("clones", counts.clones),
        ("demands paid twice", counts.double_payments),
        ("parcels", counts.carried),
        ("words on houses", counts.details),
        ("fields that the office must decide", counts.undecided),
        ("replies to parcels", counts.replies_taken),
        ("cancelled receipts", counts.cancelled),
        ("receipts by a colleague", counts.by_colleagues),
        ("honoured cheques", counts.realised),
        ("dishonoured cheques", counts.dishonoured),
        ("requests that were lost", counts.requests - counts.delivered.min(counts.requests)),
    ] {
        assert!(count > 0, "no {what} in {seasons} seasons");
    }
}

#[test]
fn a_whole_quarter_adds_up() {
    let seasons = if tests::long() { FULL_SEASONS_LONG } else { FULL_SEASONS };
    let counts = all(9_000..9_000 + seasons, Size::FULL);
    let goal = seasons * 20 * 20 * 90;
    assert!(counts.receipts >= goal, "{} receipts, {goal} were meant", counts.receipts);
}

#[test]
fn what_was_found_once_stays_mended() {
    for (seed, size, found) in REGRESSIONS {
        if let Err(failure) = play(seed, size, Sabotage::None) {
            panic!("{found}, again? {failure}");
        }
    }
}

#[test]
fn the_same_seed_is_the_same_season() {
    let size = Size { devices: 5, days: 4, people: 8 };
    let twice = [(); 2].map(|()| play(5, size, Sabotage::None).expect("a sound season"));
    assert_eq!(twice[0], twice[1]);
}

/// Each bug, planted in a sound body, is found, and by the check that is meant for it.
#[test]
fn the_checks_bite() {
    let size = Size { devices: 6, days: 8, people: 12 };
    // An older image shows by its device's own next receipt, at the centre, or once it is on again,
    // whichever comes first.
    let older = [
        "taking an answer: the office has another history",
        "a second time",
        "two histories, and nobody planted it",
        "after a restart the books end with",
    ];
    for (sabotage, says) in [
        (Sabotage::LosesEntries, &["after a restart the books end with"][..]),
        (Sabotage::DoublesNumbers, &older),
        (Sabotage::InventsARupee, &["in hand, the bag"]),
        (Sabotage::CentreForgets, &["the centre lists"]),
        (Sabotage::RegisterForgets, &["are not in the register"]),
    ] {
        let failure = play(3, size, sabotage).expect_err("a planted bug");
        let meant = says.iter().any(|says| failure.fault.0.contains(says));
        assert!(meant, "{sabotage:?}: {failure}");
    }
}

/// Plays all of them, and says what happened; the first fault ends it.
fn all(seeds: Range<u64>, size: Size) -> Counts {
    match play_all(seeds, size) {
        Ok(counts) => {
            tests::proof::counted(&counts);
            counts
        }
        Err(failure) => panic!("{size:?}: {failure}"),
    }
}
