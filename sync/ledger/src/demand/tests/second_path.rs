//! Every demand of a building once more, by loops over months and days and by plain integers, and
//! never by the code that it is compared with.

use chrono::{Datelike, Days};
use proptest::prelude::*;

use super::*;

/// Figures of a pack, a building, what was paid since, and the day.
#[derive(Clone, Debug)]
struct Plan {
    cess: i64,
    /// Interest of a month until and from the day of the change.
    rates: (i64, i64),
    change: NaiveDate,
    /// Nobody who pays on one of these days pays interest.
    amnesty: (NaiveDate, NaiveDate),
    as_whole: bool,
    /// A share off for whoever pays by 31 May, and the largest tax of a year that has it.
    rebate: Option<(i64, i64)>,
    annual: i64,
    /// Half-years since April 2021, what was asked and what of it the register knows as paid.
    rows: Vec<(u64, i64, i64)>,
    advance: i64,
    /// Of which row, and how much; in paise.
    since: Option<(usize, i64)>,
    on: NaiveDate,
}

/// Days since the first of April 2021.
fn after(days: u64) -> NaiveDate {
    day("2021-04-01") + Days::new(days)
}

fn plans() -> impl Strategy<Value = Plan> {
    let figures = (
        0_i64..1_500,
        (0_i64..400, 0_i64..400),
        (0_u64..2_500).prop_map(after),
        (0_u64..2_500, 0_u64..120),
        any::<bool>(),
        proptest::option::of((1_i64..4_000, 1_i64..4_000_000)),
    );
    let building = (
        1_i64..4_000_000,
        prop::collection::btree_map(0_u64..14, (0_i64..2_000_000, 0_i64..500_000), 0..8),
        0_i64..500_000,
        proptest::option::of((0_usize..8, 1_i64..600_000)),
        (0_u64..2_500).prop_map(after),
    );
    (figures, building).prop_map(|(figures, (annual, rows, advance, since, on))| {
        let (cess, rates, change, (from, length), as_whole, rebate) = figures;
        let rows = rows.into_iter().map(|(half, (asked, paid))| (half, asked, paid)).collect();
        // What a rebate took off earlier is another test's matter.
        let since = since.filter(|_| rebate.is_none());
        let amnesty = (after(from), after(from + length));
        Plan { cess, rates, change, amnesty, as_whole, rebate, annual, rows, advance, since, on }
    })
}

/// The sample's rates without those figures, and these instead.
pub(super) fn pack_with(left_out: &[&str], figures: &str) -> Pack {
    let rates = FILES.iter().find(|(name, _)| *name == "rates.toml").expect("the rates").1;
    let is_kept = |part: &&str| !left_out.iter().any(|name| part.starts_with(name));
    let kept: Vec<&str> = rates.split("\n[[").filter(is_kept).collect();
    let rates = format!("{}\n{figures}", kept.join("\n[["));
    let files = FILES.map(|(name, text)| (name, if name == "rates.toml" { &rates } else { text }));
    Pack::parse(&files).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

pub(super) fn figure(name: &str, rest: &str) -> String {
    format!("[[{name}]]\n{rest}\ncertainty = \"unverified\"\nsource = \"A test\"\n")
}

/// The half-year so many after April 2021: its first and its last day.
fn half(number: u64) -> (NaiveDate, NaiveDate) {
    let mut first = day("2021-04-01");
    for _ in 0..number {
        first = next_half(first);
    }
    (first, next_half(first) - Days::new(1))
}

/// The first day of the half-year after this first day.
fn next_half(first: NaiveDate) -> NaiveDate {
    let mut next = first + Days::new(1);
    while !(next.day() == 1 && [4, 10].contains(&next.month())) {
        next = next + Days::new(1);
    }
    next
}

fn code(number: u64) -> String {
    half(number).0.format("%Y-%m/6").to_string()
}

/// A share in hundredths of a percent: half a paisa and half a rupee go up.
pub(super) fn rupee_share(sum: i64, share: i64) -> i64 {
    let paise = (sum * share * 2 + 10_000) / 20_000;
    (paise * 2 + 100) / 200 * 100
}

impl Plan {
    fn pack(&self) -> Pack {
        let Self { cess, rates: (before, then), change, amnesty: (from, to), .. } = self;
        let eve = *change - Days::new(1);
        let months = if self.as_whole { "as_whole" } else { "not_counted" };
        let mut figures = vec![
            figure("library_cess", &format!("basis_points = {cess}\nfrom = 1994-04-23")),
            figure(
                "interest_month",
                &format!("basis_points = {before}\nfrom = 1994-04-23\nto = {eve}"),
            ),
            figure("interest_month", &format!("basis_points = {then}\nfrom = {change}")),
            figure("amnesty", &format!("from = {from}\nto = {to}")),
            figure("part_months", &format!("rule = \"{months}\"\nfrom = 1994-04-23")),
        ];
        if let Some((share, most)) = self.rebate {
            let most = Paise::new(most).plain();
            figures.push(figure(
                "tax_early",
                &format!(
                    "basis_points = {share}\nannual_tax_max = \"{most}\"\nby = \"05-31\"\n\
                     from = 1994-04-23"
                ),
            ));
        }
        let out = ["library_cess", "interest_month", "amnesty", "part_months"];
        pack_with(&out, &figures.concat())
    }

    fn building(&self) -> Building {
        let row = |(number, assessed, paid): &(u64, i64, i64)| DemandRow {
            period: period(&code(*number)),
            head: heads::PROPERTY_TAX.into(),
            assessed: Paise::new(*assessed),
            paid: Paise::new(*paid),
        };
        let demands = self.rows.iter().map(row).collect();
        let (annual_tax, advance) = (Paise::new(self.annual), Paise::new(self.advance));
        Building { annual_tax, advance, use_code: "shop".into(), ..house(demands) }
    }

    /// What was paid of one of the rows since the register was made.
    fn since(&self) -> Vec<ReceiptLine> {
        let paid = self.since.and_then(|(place, sum)| Some((self.rows.get(place)?.0, sum)));
        let line = |(number, sum)| ReceiptLine {
            period: period(&code(number)),
            head: heads::PROPERTY_TAX.into(),
            amount: Paise::new(sum),
        };
        paid.map(line).into_iter().collect()
    }

    /// The share of all months since the due day, counted by the firsts of months that passed.
    fn interest(&self, due: NaiveDate) -> i64 {
        let (from, to) = self.amnesty;
        if self.on >= from && self.on <= to {
            return 0;
        }
        let mut share = 0;
        let mut day = due + Days::new(1);
        while day <= self.on {
            if day.day() == 1 {
                let rate = if day < self.change { self.rates.0 } else { self.rates.1 };
                let mut over = day + Days::new(1);
                while over.day() != 1 {
                    over = over + Days::new(1);
                }
                share += if self.as_whole || over <= self.on { rate } else { 0 };
            }
            day = day + Days::new(1);
        }
        share
    }

    /// What a half-year owes under each head, in paise.
    fn lines(&self, number: u64, unpaid: i64) -> Vec<(&'static str, i64)> {
        let (_, due) = half(number);
        let year = |day: NaiveDate| day.year() - i32::from(day.month() < 4);
        let in_time = year(half(number).0) == year(self.on) && [4, 5].contains(&self.on.month());
        let off = match self.rebate {
            Some((share, most)) if in_time && self.annual <= most => rupee_share(unpaid, share),
            _ => 0,
        };
        let all = [
            ("PT", unpaid - off.min(unpaid)),
            ("LC", rupee_share(unpaid, self.cess)),
            ("PI", rupee_share(unpaid, self.interest(due))),
        ];
        // A rebate that takes everything still leaves the line that says so.
        all.into_iter().filter(|(head, sum)| *sum > 0 || *head == "PT").collect()
    }

    /// Every half-year that something is owed for, oldest first.
    fn expected(&self) -> Vec<(u64, Vec<(&'static str, i64)>)> {
        let since = self.since.and_then(|(place, sum)| Some((self.rows.get(place)?.0, sum)));
        let mut all = Vec::new();
        for (number, asked, paid) in &self.rows {
            let more = since.filter(|(of, _)| of == number).map_or(0, |(_, sum)| sum);
            let unpaid = (asked - paid).max(0) - more;
            if unpaid > 0 {
                all.push((*number, self.lines(*number, unpaid)));
            }
        }
        let now = (0..40).find(|number| self.on <= half(*number).1).expect("a near day");
        let next = now + 1;
        if half(now).0.month() == 4 && !self.rows.iter().any(|(number, ..)| *number == next) {
            let second = self.annual / 2;
            if second > 0 {
                all.push((next, self.lines(next, second)));
            }
        }
        all
    }
}

/// Months of the user fee, in the figures of a pack.
#[derive(Clone, Debug)]
struct Months {
    fee: i64,
    included: u16,
    each: i64,
    after_days: u16,
    share: i64,
    is_shop: bool,
    /// The last paid month, in months after March 2025.
    paid: u32,
    sacks: u16,
    /// Of which month after the last paid one, and how much.
    since: Option<(u32, i64)>,
    on: NaiveDate,
}

fn months() -> impl Strategy<Value = Months> {
    let figures = (1_i64..50_000, 0_u16..10, 1_i64..50_000, 0_u16..200, 0_i64..10_000);
    let given = (
        any::<bool>(),
        0_u32..20,
        0_u16..20,
        proptest::option::of((0_u32..6, 1_i64..60_000)),
        (1_500_u64..2_100).prop_map(after),
    );
    (figures, given).prop_map(|(figures, (is_shop, paid, sacks, since, on))| {
        let (fee, included, each, after_days, share) = figures;
        Months { fee, included, each, after_days, share, is_shop, paid, sacks, since, on }
    })
}

/// The first day of the month so many after March 2025.
pub(super) fn month(number: u32) -> NaiveDate {
    let mut first = day("2025-03-01");
    for _ in 0..number {
        first = first + Days::new(1);
        while first.day() != 1 {
            first = first + Days::new(1);
        }
    }
    first
}

pub(super) fn month_code(number: u32) -> String {
    month(number).format("%Y-%m/1").to_string()
}

impl Months {
    fn pack(&self) -> Pack {
        let money = |paise: i64| Paise::new(paise).plain();
        let (fee, each) = (money(self.fee), money(self.each));
        let Self { included, after_days, share, .. } = self;
        let figures = [
            figure("user_fee_house", &format!("month = \"{fee}\"\nfrom = 2023-12-09")),
            figure(
                "user_fee_establishment",
                &format!(
                    "month = \"{fee}\"\nincluded_sacks = {included}\nextra_sack = \"{each}\"\n\
                     from = 2023-12-09"
                ),
            ),
            figure(
                "user_fee_default",
                &format!("after_days = {after_days}\nbasis_points = {share}\nfrom = 2023-12-09"),
            ),
        ];
        let out = ["user_fee_house", "user_fee_establishment", "user_fee_default"];
        pack_with(&out, &figures.concat())
    }

    fn building(&self) -> Building {
        let household = Household {
            category: if self.is_shop { "establishment" } else { "house" }.into(),
            exempt: false,
            fee_paid_until: Some(period(&month_code(self.paid))),
        };
        Building { household: Some(household), ..house(Vec::new()) }
    }

    fn since(&self) -> Vec<ReceiptLine> {
        let line = |(later, sum): (u32, i64)| ReceiptLine {
            period: period(&month_code(self.paid + 1 + later)),
            head: heads::USER_FEE.into(),
            amount: Paise::new(sum),
        };
        self.since.map(line).into_iter().collect()
    }

    /// What the months until this one owe: month, head, paise.
    fn expected(&self) -> Vec<(String, &'static str, i64)> {
        let mut all = Vec::new();
        let mut number = self.paid + 1;
        while month(number) <= self.on {
            let paid = self.since.filter(|(later, _)| self.paid + 1 + later == number);
            let unpaid = self.fee - paid.map_or(0, |(_, sum)| sum);
            let last = month(number + 1) - Days::new(1);
            if unpaid > 0 {
                all.push((month_code(number), "UF", unpaid));
                let mut days = 0;
                let mut day = last;
                while day < self.on {
                    days += 1;
                    day = day + Days::new(1);
                }
                if days > u32::from(self.after_days) {
                    all.push((month_code(number), "UD", rupee_share(unpaid, self.share)));
                }
            }
            if self.is_shop && self.on <= last && self.sacks > self.included {
                let mut above = 0;
                for _ in self.included..self.sacks {
                    above += self.each;
                }
                all.push((month_code(number), "US", above));
            }
            number += 1;
        }
        all.into_iter().filter(|(_, _, sum)| *sum > 0).collect()
    }
}

fn sums(due: &PeriodDue) -> Vec<(&str, i64)> {
    due.lines.iter().map(|line| (line.head.as_str(), line.amount.get())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_tax_is_found_again_by_another_path(plan in plans()) {
        let (pack, building) = (plan.pack(), plan.building());
        let demand = Demand::of(&pack, &building, plan.on, &plan.since()).expect("a demand");
        let mut owed = 0;
        let mut found = demand.periods.iter().chain(&demand.ahead);
        for (number, lines) in plan.expected() {
            let due = found.next().expect("as many half-years");
            prop_assert_eq!(due.period, period(&code(number)));
            prop_assert_eq!(due.due, half(number).1);
            prop_assert_eq!(sums(due), lines.clone());
            let is_ahead = plan.on < half(number).0;
            prop_assert_eq!(due.standing == Standing::Ahead, is_ahead);
            prop_assert_eq!(due.standing == Standing::Late, plan.on > half(number).1);
            owed += if is_ahead { 0 } else { lines.iter().map(|(_, sum)| sum).sum() };
        }
        prop_assert!(found.next().is_none(), "more half-years than are owed");
        prop_assert_eq!(demand.held.get(), plan.advance.min(owed));
        prop_assert_eq!(demand.held_left.get(), plan.advance - plan.advance.min(owed));
        prop_assert_eq!(demand.total.get(), owed - plan.advance.min(owed));
    }

    #[test]
    fn the_user_fee_is_found_again_by_another_path(plan in months()) {
        let (pack, building) = (plan.pack(), plan.building());
        let since = plan.since();
        let demand = Demand::of_waste_fee(&pack, &building, plan.on, &since, plan.sacks);
        let demand = demand.expect("a demand");
        let mut lines = Vec::new();
        for due in &demand.periods {
            lines.extend(due.lines.iter().map(|line| {
                (due.period.to_string(), line.head.clone(), line.amount.get())
            }));
        }
        let owned = |(month, head, sum): (String, &str, i64)| (month, head.to_owned(), sum);
        let expected: Vec<_> = plan.expected().into_iter().map(owned).collect();
        prop_assert_eq!(&lines, &expected);
        let total: i64 = expected.iter().map(|(_, _, sum)| sum).sum();
        prop_assert_eq!(demand.total.get(), total);
    }
}
