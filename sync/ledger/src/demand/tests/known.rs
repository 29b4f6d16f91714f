//! What statutes, courts, orders and newspapers say, each with the days on which it holds: the last
//! day of one rule, and the first of the next.

use super::*;

/// The tax, cess and interest of one half-year on a day, in whole rupees.
fn owed(half: &str, rupees: i64, on: &str) -> (i64, i64, i64) {
    let building = house(vec![row(half, rupees)]);
    let demand = Demand::of(&pack(), &building, day(on), &[]).expect("a demand");
    let due = demand.periods.iter().find(|due| due.period == period(half)).expect("it is owed");
    let of = |head: &str| {
        let line = due.lines.iter().find(|line| line.head == head);
        line.map_or(0, |line| line.amount.get() / 100)
    };
    (of(heads::PROPERTY_TAX), of(heads::LIBRARY_CESS), of(heads::INTEREST))
}

#[test]
fn a_half_year_is_paid_by_its_last_day_and_bears_interest_from_the_next() {
    // KPR Act s. 203(15): 30 September and 31 March; whole months are counted by the sample.
    assert_eq!(owed("2026-04/6", 1_000, "2026-09-30"), (1_000, 50, 0));
    assert_eq!(owed("2026-04/6", 1_000, "2026-10-31"), (1_000, 50, 0));
    assert_eq!(owed("2026-04/6", 1_000, "2026-11-01"), (1_000, 50, 10));
    assert_eq!(owed("2025-10/6", 1_000, "2026-03-31"), (1_000, 50, 0));
    assert_eq!(owed("2025-10/6", 1_000, "2026-05-01"), (1_000, 50, 10));
    let standing = |on: &str| {
        let building = house(vec![row("2026-04/6", 1_000)]);
        Demand::of(&pack(), &building, day(on), &[]).expect("a demand").periods[0].standing
    };
    assert_eq!(standing("2026-09-30"), Standing::OnTime);
    assert_eq!(standing("2026-10-01"), Standing::Late);
}

#[test]
fn two_thousand_unpaid_for_a_year_bore_480_and_nothing_within_the_amnesty() {
    // Onmanorama, 15 Feb 2024: 2 % a month, 480 on 2,000; waived until 31 March 2024.
    assert_eq!(owed("2022-10/6", 2_000, "2023-03-31").2, 0);
    assert_eq!(owed("2022-10/6", 2_000, "2024-02-14").2, 400);
    assert_eq!(owed("2022-10/6", 2_000, "2024-02-15").2, 0);
    assert_eq!(owed("2022-10/6", 2_000, "2024-03-31").2, 0);
    assert_eq!(owed("2022-10/6", 2_000, "2024-04-01").2, 480);
    // From April 2024 the hundredth of s. 209E again, and before April 2023.
    assert_eq!(owed("2022-10/6", 2_000, "2024-05-01").2, 500);
    assert_eq!(owed("2021-10/6", 2_000, "2023-04-01").2, 240);
    assert_eq!(owed("2021-10/6", 2_000, "2023-05-01").2, 280);
}

#[test]
fn the_library_cess_is_that_of_the_judgments() {
    for (tax, cess) in [(25_155, 1_258), (2_981_600, 149_080)] {
        assert_eq!(owed("2026-04/6", tax, "2026-08-14"), (tax, cess, 0));
    }
}

fn user_fee(category: &str, paid_until: &str, on: &str, sacks: u16) -> (Paise, Vec<String>) {
    let household = Household {
        category: category.into(),
        exempt: false,
        fee_paid_until: Some(period(paid_until)),
    };
    let building = Building { household: Some(household), ..house(Vec::new()) };
    let demand = Demand::of_waste_fee(&pack(), &building, day(on), &[], sacks).expect("a demand");
    let lines = demand
        .periods
        .iter()
        .flat_map(|due| due.lines.iter().map(move |line| format!("{} {}", due.period, line.head)));
    (demand.total, lines.collect())
}

#[test]
fn the_user_fee_begins_with_the_act_and_its_default_after_ninety_days() {
    // Act 5 of 2024, deemed from 9 December 2023: January 2024 is its first whole month.
    assert_eq!(user_fee("house", "2023-10/1", "2023-12-31", 0), (Paise::ZERO, vec![]));
    let january = vec!["2024-01/1 UF".to_owned()];
    assert_eq!(user_fee("house", "2023-10/1", "2024-01-01", 0), (Paise::rupees(50), january));
    // January ends on the 31st; the ninetieth day after it is the last of April.
    let quarter = |on: &str| user_fee("house", "2023-12/1", on, 0).0;
    assert_eq!(quarter("2024-04-30"), Paise::rupees(200));
    assert_eq!(quarter("2024-05-01"), Paise::rupees(250 + 25));
    // Establishments: 100 up to five sacks, 100 for each more.
    let shop = |sacks| user_fee("establishment", "2026-07/1", "2026-08-14", sacks).0;
    assert_eq!((shop(0), shop(5)), (Paise::rupees(100), Paise::rupees(100)));
    assert_eq!((shop(6), shop(8)), (Paise::rupees(200), Paise::rupees(400)));
}

#[test]
fn a_day_a_half_year_and_a_year_roll_over_at_midnight() {
    let rows = vec![row("2026-04/6", 600), row("2026-10/6", 600)];
    let building = house(rows);
    let seen = |on: &str| {
        let demand = Demand::of(&pack(), &building, day(on), &[]).expect("a demand");
        let names = |dues: &[PeriodDue]| {
            dues.iter().map(|due| due.period.to_string()).collect::<Vec<_>>().join(" ")
        };
        (names(&demand.periods), names(&demand.ahead), demand.next_due.expect("a day"))
    };
    // The last day of the first half: the second is ahead, and may be paid.
    let halves = ("2026-04/6".to_owned(), "2026-10/6".to_owned());
    assert_eq!(seen("2026-09-30"), (halves.0.clone(), halves.1.clone(), day("2027-03-31")));
    let both = format!("{} {}", halves.0, halves.1);
    assert_eq!(seen("2026-10-01"), (both.clone(), String::new(), day("2027-09-30")));
    // The year's last day, and the next year's first: nothing of the new year is asked yet, and
    // its second half may be paid ahead.
    assert_eq!(seen("2027-03-31"), (both.clone(), String::new(), day("2027-09-30")));
    assert_eq!(seen("2027-04-01"), (both, "2027-10/6".to_owned(), day("2028-03-31")));
}
