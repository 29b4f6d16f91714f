//! The bills of a building once more, by loops over days and plain integers.

use chrono::Days;
use proptest::prelude::*;

use super::second_path::{figure, month, month_code, pack_with, rupee_share};
use super::*;
use crate::apportion::apportion;
use crate::register::{BilledMonth, Connection};

#[derive(Clone, Copy, Debug)]
enum Late {
    Nothing,
    /// In paise.
    Sum(i64),
    /// In hundredths of a percent of what is unpaid.
    Share(i64),
    AsBilled,
}

/// One month's bill: its number after March 2025, and sums in paise.
#[derive(Clone, Debug)]
struct Bill {
    number: u32,
    asked: i64,
    paid: i64,
    since: i64,
    /// Days after the month's last one, where the utility's file names the day.
    named: Option<u64>,
    late: i64,
}

#[derive(Clone, Debug)]
struct Bills {
    bills: Vec<Bill>,
    late: Late,
    days: u64,
    on: NaiveDate,
}

fn bill() -> impl Strategy<Value = (i64, i64, i64, Option<u64>, i64)> {
    let paid = prop_oneof![3 => Just(0_i64), 1 => 0_i64..400_000];
    let since = prop_oneof![3 => Just(0_i64), 1 => 0_i64..400_000];
    (0_i64..400_000, paid, since, proptest::option::of(0_u64..40), 0_i64..5_000)
}

fn bills() -> impl Strategy<Value = Bills> {
    let late = prop_oneof![
        Just(Late::Nothing),
        (1_i64..50_000).prop_map(Late::Sum),
        (1_i64..3_000).prop_map(Late::Share),
        Just(Late::AsBilled),
    ];
    let rows = prop::collection::btree_map(1_u32..20, bill(), 0..9);
    (rows, late, 0_u64..60, 0_u64..700).prop_map(|(rows, late, days, on)| {
        let bill = |(number, (asked, paid, since, named, late))| Bill {
            number,
            asked,
            paid,
            since,
            named,
            late,
        };
        let on = day("2025-04-01") + Days::new(on);
        Bills { bills: rows.into_iter().map(bill).collect(), late, days, on }
    })
}

impl Bill {
    fn owed(&self) -> i64 {
        (self.asked - self.paid - self.since).max(0)
    }

    /// Counted on from the first of the month after, one day at a time.
    fn last_day(&self, days: u64) -> NaiveDate {
        let mut last = month(self.number + 1).pred_opt().expect("a near day");
        for _ in 0..self.named.unwrap_or(days) {
            last = last.succ_opt().expect("a near day");
        }
        last
    }
}

impl Bills {
    fn pack(&self) -> Pack {
        let money = |paise: i64| Paise::new(paise).plain();
        let late = match self.late {
            Late::Nothing => "kind = \"nothing\"".to_owned(),
            Late::Sum(sum) => format!("kind = \"flat\"\nrupees = \"{}\"", money(sum)),
            Late::Share(share) => format!("kind = \"share\"\nbasis_points = {share}"),
            Late::AsBilled => "kind = \"as_billed\"".to_owned(),
        };
        let of = "service = \"water_bill\"\nfrom = 2023-04-01";
        let figures = [
            figure("bill_due", &format!("{of}\ndays = {}", self.days)),
            figure("bill_late", &format!("{of}\n{late}")),
        ];
        pack_with(&["bill_due", "bill_late"], &figures.concat())
    }

    fn building(&self) -> Building {
        let row = |bill: &Bill| DemandRow {
            period: period(&month_code(bill.number)),
            head: "WBL".into(),
            assessed: Paise::new(bill.asked),
            paid: Paise::new(bill.paid),
        };
        let billed = |bill: &Bill| BilledMonth {
            month: period(&month_code(bill.number)),
            units: 12,
            due: bill.named.map(|_| {
                bill.last_day(0).signed_duration_since(crate::moment::date_of(0)).num_days()
            }),
            late: Paise::new(bill.late),
        };
        let connection = Connection {
            service: "water_bill".into(),
            account: "W-00345".into(),
            months: self.bills.iter().map(billed).collect(),
            held: Paise::ZERO,
        };
        // The newest first: the demand is put in order by itself.
        let demands = self.bills.iter().rev().map(row).collect();
        Building { connections: vec![connection], ..house(demands) }
    }

    fn since(&self) -> Vec<ReceiptLine> {
        let paid = self.bills.iter().filter(|bill| bill.since > 0);
        let line = |bill: &Bill| ReceiptLine {
            period: period(&month_code(bill.number)),
            head: "WBL".into(),
            amount: Paise::new(bill.since),
        };
        paid.map(line).collect()
    }

    /// Month, head and paise of every line, the oldest first.
    fn expected(&self) -> Vec<(String, &'static str, i64)> {
        let mut all = Vec::new();
        for bill in self.bills.iter().filter(|bill| bill.owed() > 0) {
            let code = month_code(bill.number);
            all.push((code.clone(), "WBL", bill.owed()));
            let added = match self.late {
                Late::Nothing => 0,
                Late::Sum(sum) => sum,
                Late::Share(share) => rupee_share(bill.owed(), share),
                Late::AsBilled => bill.late,
            };
            if self.on > bill.last_day(self.days) && added > 0 {
                all.push((code, "WBP", added));
            }
        }
        all
    }

    /// What the first so many unpaid months come to, for each count from one.
    fn steps(&self) -> Vec<i64> {
        let mut steps: Vec<(String, i64)> = Vec::new();
        let mut sum = 0;
        for (code, _, paise) in self.expected() {
            sum += paise;
            match steps.last_mut() {
                Some(last) if last.0 == code => last.1 = sum,
                _ => steps.push((code, sum)),
            }
        }
        steps.into_iter().map(|(_, sum)| sum).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_bills_are_found_again_by_another_path(plan in bills(), offered in 1_i64..2_000_000) {
        let (pack, building, since) = (plan.pack(), plan.building(), plan.since());
        let service = pack.service("water_bill").expect("a service of the sample");
        let demand = Demand::of_bill(&pack, service, &building, plan.on, &since);
        let demand = demand.expect("a demand");
        let lines = demand.periods.iter().flat_map(|due| {
            due.lines.iter().map(|line| {
                (due.period.to_string(), line.head.clone(), line.amount.get())
            })
        });
        let owned = |(month, head, sum): (String, &str, i64)| (month, head.to_owned(), sum);
        let expected: Vec<_> = plan.expected().into_iter().map(owned).collect();
        prop_assert_eq!(lines.collect::<Vec<_>>(), expected.clone());
        let total: i64 = expected.iter().map(|(_, _, sum)| sum).sum();
        prop_assert_eq!(demand.total.get(), total);

        // Exactly the sums of whole bills are taken, the oldest first.
        let steps = plan.steps();
        for sum in [offered].iter().chain(&steps) {
            let taken = apportion(&demand, Paise::new(*sum));
            prop_assert_eq!(taken.is_ok(), steps.contains(sum), "{} of {:?}", sum, steps);
            let Ok(taken) = taken else { continue };
            let paid: Vec<_> = taken
                .iter()
                .map(|line| (line.period.to_string(), line.head.clone(), line.amount.get()))
                .collect();
            prop_assert_eq!(&paid[..], &expected[..paid.len()]);
            prop_assert_eq!(paid.iter().map(|(_, _, sum)| sum).sum::<i64>(), *sum);
        }
    }
}
