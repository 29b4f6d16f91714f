use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::demand::{Demand, house};
use crate::pack::Pack;
use crate::pack::sample::pack;
use crate::register::{Building, DemandRow};

const TODAY: &str = "2026-08-14";

fn today() -> NaiveDate {
    TODAY.parse().expect("a date in a test")
}

fn building(rows: &[(&str, i64)], advance: i64) -> Building {
    let demands = rows.iter().map(|(code, rupees)| DemandRow {
        period: code.parse().expect("a period in a test"),
        head: heads::PROPERTY_TAX.into(),
        assessed: Paise::rupees(*rupees),
        paid: Paise::ZERO,
    });
    Building { advance: Paise::rupees(advance), ..house(demands.collect()) }
}

/// Lines as "period head amount".
fn split(demand: &Demand, rupees: i64) -> Vec<String> {
    let lines = apportion(demand, Paise::rupees(rupees)).expect("an amount that can be split");
    lines.iter().map(|l| format!("{} {} {}", l.period, l.head, l.amount.on_glass())).collect()
}

fn pictured() -> Demand {
    let building = building(&[("2025-10/6", 600), ("2026-04/6", 600)], 100);
    Demand::of(&pack(), &building, today(), &[]).expect("a demand")
}

#[test]
fn the_whole_closes_every_line() {
    assert_eq!(
        split(&pictured(), 1_184),
        [
            "2025-10/6 PT 600",
            "2025-10/6 LC 30",
            "2025-10/6 PI 24",
            "2026-04/6 PT 600",
            "2026-04/6 LC 30",
            "2026-04/6 ADU −100",
        ]
    );
}

#[test]
fn a_part_goes_to_the_oldest_and_carries_cess_and_interest() {
    assert_eq!(
        split(&pictured(), 554)[..3],
        ["2025-10/6 PT 600", "2025-10/6 LC 30", "2025-10/6 PI 24"]
    );
    assert_eq!(
        split(&pictured(), 227),
        ["2025-10/6 PT 300", "2025-10/6 LC 15", "2025-10/6 PI 12", "2026-04/6 ADU −100"]
    );
}

#[test]
fn what_is_above_pays_a_whole_half_year_ahead_or_is_kept() {
    let kept = split(&pictured(), 1_200);
    assert_eq!(kept[5..], ["2026-04/6 ADU −100", "2026-04/6 ADV 16"]);
    let ahead = split(&pictured(), 1_184 + 630);
    assert_eq!(ahead[5..], ["2026-10/6 PT 600", "2026-10/6 LC 30", "2026-04/6 ADU −100"]);
    let both = split(&pictured(), 1_184 + 640);
    assert_eq!(both.last().map(String::as_str), Some("2026-04/6 ADV 10"));
}

#[test]
fn nothing_and_less_than_nothing_are_refused() {
    assert_eq!(apportion(&pictured(), Paise::ZERO), Err(ApportionError::NotPositive));
    assert_eq!(apportion(&pictured(), Paise::rupees(-5)), Err(ApportionError::NotPositive));
}

#[test]
fn months_are_paid_oldest_first_and_ahead_in_whole_months() {
    let mut building = building(&[], 0);
    let household = building.household.as_mut().expect("the sample is a household");
    household.fee_paid_until = Some("2026-06/1".parse().expect("a period"));
    let demand = Demand::of_waste_fee(&pack(), &building, today(), &[], 0).expect("a demand");
    assert_eq!(split(&demand, 100), ["2026-07/1 UF 50", "2026-08/1 UF 50"]);
    assert_eq!(split(&demand, 60), ["2026-07/1 UF 50", "2026-08/1 UF 10"]);
    assert_eq!(
        split(&demand, 180),
        ["2026-07/1 UF 50", "2026-08/1 UF 50", "2026-09/1 UF 50", "2026-08/1 ADV 30"]
    );
}

/// Demands of any odd sums, old enough for much interest, some of them part-paid.
fn any_building() -> impl Strategy<Value = Building> {
    let rows = prop::collection::vec((0_i64..12, 1_i64..500_000, any::<bool>()), 1..6);
    (rows, 0_i64..200_000).prop_map(|(rows, advance)| {
        let mut building = building(&[], 0);
        building.advance = Paise::new(advance);
        for (back, paise, whole) in rows {
            let assessed = Paise::new(if whole { paise / 100 * 100 + 100 } else { paise });
            let newest: Period = "2026-04/6".parse().expect("a period");
            let period = (0..back).fold(newest, |period, _| period.previous());
            let head = heads::PROPERTY_TAX.to_owned();
            building.demands.retain(|row| row.period != period);
            building.demands.push(DemandRow { period, head, assessed, paid: Paise::ZERO });
        }
        building
    })
}

fn demand(pack: &Pack, building: &Building, since: &[ReceiptLine]) -> Demand {
    Demand::of(pack, building, today(), since).expect("a demand")
}

fn sum<'a>(lines: impl IntoIterator<Item = &'a ReceiptLine>) -> Paise {
    Paise::sum(lines.into_iter().map(|line| line.amount)).expect("in range")
}

fn asked(demand: &Demand, line: &ReceiptLine) -> Paise {
    let dues = demand.periods.iter().chain(&demand.ahead);
    let due = dues.filter(|due| due.period == line.period).flat_map(|due| &due.lines);
    let matching = due.filter(|due| due.head == line.head).map(|due| due.amount);
    Paise::sum(matching).expect("in range")
}

proptest! {
    #[test]
    fn lines_add_up_and_stay_within_what_is_asked(
        building in any_building(), paise in 1_i64..3_000_000,
    ) {
        let pack = pack();
        let demand = demand(&pack, &building, &[]);
        let lines = apportion(&demand, Paise::new(paise)).expect("an amount");
        prop_assert_eq!(sum(&lines), Paise::new(paise));
        for line in &lines {
            prop_assert!(line.has_sound_amount(), "{:?}", line);
            match line.head.as_str() {
                heads::ADVANCE => {}
                heads::ADVANCE_USED => prop_assert!(line.amount.get() >= -building.advance.get()),
                _ => prop_assert!(line.amount <= asked(&demand, line), "{:?}", line),
            }
        }
    }

    #[test]
    fn two_parts_of_a_day_cost_what_one_payment_does(
        building in any_building(), share in 1_i64..10_000,
    ) {
        let pack = pack();
        let whole = demand(&pack, &building, &[]);
        prop_assume!(whole.total > Paise::new(1));
        let first = whole.total.share(share).expect("in range");
        let first = first.min(whole.total.checked_sub(Paise::new(1)).expect("in range"));
        prop_assume!(first.is_positive());
        let mut paid = apportion(&whole, first).expect("an amount");
        let rest = demand(&pack, &building, &paid);
        let both = first.checked_add(rest.total).expect("in range");
        let apart = both.checked_sub(whole.total).expect("in range");
        prop_assert!(apart <= Paise::rupees(1) && apart >= Paise::rupees(-1), "{:?}", apart);
        if rest.total.is_positive() {
            paid.extend(apportion(&rest, rest.total).expect("an amount"));
        }
        let nothing = demand(&pack, &building, &paid);
        prop_assert_eq!(nothing.total, Paise::ZERO);
        prop_assert!(nothing.periods.is_empty(), "{:?}", nothing.periods);
    }

    #[test]
    fn whole_rupees_leave_whole_rupees(rupees in 2_i64..5_000, paying in 1_i64..6_000) {
        let pack = pack();
        let building = building(&[("2025-10/6", rupees)], 0);
        let due = demand(&pack, &building, &[]);
        prop_assume!(Paise::rupees(paying) < due.total);
        let paid = apportion(&due, Paise::rupees(paying)).expect("an amount");
        let rest = demand(&pack, &building, &paid);
        prop_assert_eq!(rest.total.get() % 100, 0);
    }
}
