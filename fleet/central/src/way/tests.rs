//! The remittance clock over the days of a real calendar.

use std::fs;

use ledger::Pack;

use super::*;

const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../packs/padippuram");

/// The pack of the demonstration, with some of its words changed.
fn pack(change: (&str, &str)) -> Pack {
    let mut files = Vec::new();
    for file in fs::read_dir(PACK).expect("the pack") {
        let path = file.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = fs::read_to_string(&path).expect("UTF-8").replace(change.0, change.1);
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            files.push((name, text));
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    Pack::parse(&files).expect("a pack")
}

fn day(text: &str) -> i64 {
    day_of(text.parse().expect("a day"))
}

fn taken(on: &str, rupees: i64, state: CarriedState) -> Carried {
    Carried {
        device: "collector-1".to_owned(),
        close: None,
        staff: 201,
        person: "Sumathi".to_owned(),
        day: day(on),
        amount: Paise::rupees(rupees),
        instruments: 0,
        instruments_sum: Paise::ZERO,
        taken: Paise::rupees(rupees),
        state,
        by: None,
        overdue: false,
    }
}

fn held(pack: &Pack, carried: Vec<Carried>, today: i64) -> Vec<Carried> {
    judged(carried, |on, sum| pack.remit_by(on, sum), today)
}

/// The last day for money of a day.
fn by(pack: &Pack, on: &str, rupees: i64) -> i64 {
    let judged = held(pack, vec![taken(on, rupees, CarriedState::Open)], 0);
    judged[0].by.expect("the pack has a rule")
}

#[test]
fn money_is_due_on_the_next_day_on_which_the_office_works() {
    let pack = pack(("", ""));
    // 13 August 2026 is a Thursday, the 15th a holiday, the 16th a Sunday.
    assert_eq!(by(&pack, "2026-08-13", 501), day("2026-08-14"));
    assert_eq!(by(&pack, "2026-08-14", 501), day("2026-08-17"));
    // 12 December 2026 is the month's second Saturday.
    assert_eq!(by(&pack, "2026-12-11", 501), day("2026-12-14"));
    assert_eq!(by(&pack, "2026-08-14", 500), day("2026-08-21"), "₹500 have a week");
}

#[test]
fn cheques_count_with_the_cash_of_their_day() {
    let pack = pack(("", ""));
    let with_cheque = Carried {
        instruments: 1,
        instruments_sum: Paise::rupees(600),
        taken: Paise::rupees(700),
        ..taken("2026-08-14", 100, CarriedState::Open)
    };
    // With an officer, the cheque is settled by itself; the cash has no more time by that.
    let received = Carried { instruments: 0, state: CarriedState::Received, ..with_cheque.clone() };
    for carried in [with_cheque, received] {
        assert_eq!(held(&pack, vec![carried], 0)[0].by, Some(day("2026-08-17")));
    }
}

#[test]
fn small_sums_in_one_hand_go_together_once_they_are_no_small_sum() {
    let pack = pack(("", ""));
    let of = |staff, on, rupees, state| Carried { staff, ..taken(on, rupees, state) };
    let sums = vec![
        of(201, "2026-08-12", 300, CarriedState::Closed),
        of(201, "2026-08-14", 300, CarriedState::Open),
        of(401, "2026-08-12", 300, CarriedState::Received),
        of(401, "2026-08-13", 900, CarriedState::Deposited),
    ];
    let judged = held(&pack, sums, day("2026-08-18"));
    let found: Vec<(u32, Option<i64>, bool)> =
        judged.iter().map(|carried| (carried.staff, carried.by, carried.overdue)).collect();
    let monday = Some(day("2026-08-17"));
    // What the officer paid in already does not press the rest; that has its week.
    let officers = [(401, Some(day("2026-08-19")), false), (401, Some(day("2026-08-14")), false)];
    assert_eq!(found[..2], [(201, monday, true); 2]);
    assert_eq!(found[2..], officers);
}

#[test]
fn a_remote_body_has_a_week() {
    let pack = pack(("remote = false", "remote = true"));
    assert_eq!(by(&pack, "2026-08-14", 9_000), day("2026-08-21"));
}

#[test]
fn money_is_overdue_on_the_day_after_and_not_once_it_is_paid_in() {
    let pack = pack(("", ""));
    let on = |today: &str, state| {
        held(&pack, vec![taken("2026-08-14", 600, state)], day(today))[0].overdue
    };
    assert!(!on("2026-08-17", CarriedState::Closed), "the last day itself");
    for state in [CarriedState::Open, CarriedState::Closed, CarriedState::Received] {
        assert!(on("2026-08-18", state), "{state:?}");
    }
    assert!(!on("2026-08-18", CarriedState::Deposited));
}

#[test]
fn the_overdue_come_first_and_are_added_up() {
    let pack = pack(("", ""));
    let today = day("2026-08-18");
    let of = |staff, on, rupees| Carried { staff, ..taken(on, rupees, CarriedState::Closed) };
    let three = vec![of(1, "2026-08-17", 700), of(2, "2026-08-18", 900), of(3, "2026-08-13", 600)];
    let mut all = held(&pack, three, today);
    in_order(&mut all);
    let days: Vec<i64> = all.iter().map(|carried| carried.day).collect();
    assert_eq!(days, [day("2026-08-13"), day("2026-08-17"), day("2026-08-18")]);
    assert_eq!(Overdue::of(&all), Overdue { count: 1, amount: Paise::rupees(600) });
}
