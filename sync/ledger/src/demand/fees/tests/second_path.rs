//! Every demand once more, by loops over units and days and by plain integers, and never by the
//! code that it is compared with.

use chrono::{Datelike, Days};
use proptest::prelude::*;

use super::*;
use crate::language::Language;
use crate::receipt::{CashTender, Named, Payer, Receipt, Tender};

/// Rules of every kind, and answers to them.
#[derive(Clone, Debug)]
struct Plan {
    /// Each slab's length and sum in paise, from zero on.
    slabs: Vec<(u64, i64)>,
    /// Each block's length and rate in paise; the last has no end.
    blocks: Vec<(u64, i64)>,
    rate: i64,
    included: u64,
    share: i64,
    most: i64,
    late: i64,
    as_whole: bool,
    rebate: i64,
    income: u64,
    litres: u64,
    stalls: u64,
    days: u64,
    sum: i64,
    back: u32,
    on: NaiveDate,
}

fn plans() -> impl Strategy<Value = Plan> {
    let rules = (
        prop::collection::vec((1_u64..2_000, 0_i64..500_000), 1..6),
        prop::collection::vec((1_u64..40, 0_i64..2_000), 1..5),
        (1_i64..5_000, 0_u64..30),
        (1_i64..10_000, 1_i64..90_000),
        (1_i64..500, any::<bool>(), 1_i64..10_000),
    );
    let given =
        (0_u64..8_000, 0_u64..150, 1_u64..9, 1_u64..32, 0_i64..2_000_000, 0_u32..4, 0_u64..3_000);
    (rules, given).prop_map(|(rules, given)| {
        let (slabs, blocks, (rate, included), (share, most), (late, as_whole, rebate)) = rules;
        let (income, litres, stalls, days, sum, back, passed) = given;
        let on = day("2022-04-01") + Days::new(passed);
        Plan {
            slabs,
            blocks,
            rate,
            included,
            share,
            most,
            late,
            as_whole,
            rebate,
            income,
            litres,
            stalls,
            days,
            sum,
            back,
            on,
        }
    })
}

fn money(paise: i64) -> String {
    format!("\"{}\"", Paise::new(paise).plain())
}

impl Plan {
    fn rules(&self) -> String {
        let mut from = 0;
        let slabs = self.slabs.iter().map(|(length, sum)| {
            let slab = format!(
                "{{ from = {from}, to = {}, rupees = {} }}",
                from + length - 1,
                money(*sum)
            );
            from += length;
            slab
        });
        let slabs = slabs.collect::<Vec<_>>().join(", ");
        let mut end = 0;
        let blocks = self.blocks.iter().enumerate().map(|(place, (length, rate))| {
            end += length;
            match place + 1 == self.blocks.len() {
                true => format!("{{ rupees = {} }}", money(*rate)),
                false => format!("{{ to = {end}, rupees = {} }}", money(*rate)),
            }
        });
        let blocks = blocks.collect::<Vec<_>>().join(", ");
        let months = if self.as_whole { "as_whole" } else { "not_counted" };
        let Self { rate, included, share, most, late, rebate, .. } = self;
        let (rate, most) = (money(*rate), money(*most));
        [
            "[[fee_period]]\nservice = \"entertainment_tax\"\nlength = \"half_year\"\n\
             answer = \"back\"\nback = [{ is = \"0\", periods = 0 }, \
             { is = \"1\", periods = 1 }, { is = \"2\", periods = 2 }, \
             { is = \"3\", periods = 3 }]\n\
             from = 2020-01-01\ncertainty = \"unverified\"\nsource = \"A test\"\n"
                .to_owned(),
            rule("ENT", &format!("kind = \"slab\"\nby = \"income\"\nslab = [{slabs}]")),
            rule(
                "ENS",
                &format!("kind = \"blocks\"\nunits = \"litres\"\nmost = 200\nblock = [{blocks}]"),
            ),
            rule(
                "LIC",
                &format!(
                    "kind = \"per_unit\"\nrupees = {rate}\nincluded = {included}\nunits = [\
                 {{ answer = \"stalls\", most = 20 }}, {{ answer = \"days\", most = 31 }}]"
                ),
            ),
            rule(
                "RNT",
                &format!(
                    "kind = \"share\"\nof_answer = \"sum\"\nanswer_max = \"20000\"\n\
                 basis_points = {share}\nat_most = {most}"
                ),
            ),
            rule(
                "RNT",
                &format!("kind = \"rebate\"\nof = [\"ENT\", \"RNT\"]\nbasis_points = {rebate}"),
            ),
            rule(
                "RNL",
                &format!(
                    "kind = \"late\"\nof = [\"ENT\", \"LIC\"]\nbasis_points = {late}\n\
                 part_months = \"{months}\""
                ),
            ),
            rule("LIL", "kind = \"share\"\nof = [\"ENS\"]\nbasis_points = 500\nonly_late = true"),
        ]
        .concat()
    }

    fn answers(&self) -> Vec<Answer> {
        let sum = Paise::new(self.sum).plain();
        answers(&[
            ("back", &self.back.to_string()),
            ("income", &self.income.to_string()),
            ("litres", &self.litres.to_string()),
            ("stalls", &self.stalls.to_string()),
            ("days", &self.days.to_string()),
            ("sum", &sum),
        ])
    }

    /// The last day of the half-year that is paid for: back over days, one by one.
    fn due(&self) -> NaiveDate {
        let is_first = |day: NaiveDate| day.day() == 1 && [4, 10].contains(&day.month());
        let mut first = self.on;
        while !is_first(first) {
            first = first - Days::new(1);
        }
        for _ in 0..self.back {
            first = first - Days::new(1);
            while !is_first(first) {
                first = first - Days::new(1);
            }
        }
        let mut next = first + Days::new(1);
        while !is_first(next) {
            next = next + Days::new(1);
        }
        next - Days::new(1)
    }

    /// The months after the due day, by the days that have passed since.
    fn months(&self) -> i128 {
        let mut day = self.due() + Days::new(1);
        let (mut begun, mut over) = (0, 0);
        while day <= self.on {
            begun += i128::from(day.day() == 1);
            over += i128::from(day.day() == 1 && day > self.due() + Days::new(1));
            day = day + Days::new(1);
        }
        if self.as_whole { begun } else { over }
    }

    /// What each head is asked for, in paise; none where no slab is for the income.
    fn expected(&self) -> Option<Vec<(&'static str, i128)>> {
        let mut slab = None;
        let mut above = 0;
        for (length, sum) in &self.slabs {
            if self.income >= above && self.income < above + length {
                slab = Some(i128::from(*sum));
            }
            above += length;
        }
        let mut water = 0;
        for unit in 0..self.litres {
            let mut end = 0;
            let block = self.blocks.iter().find(|(length, _)| {
                end += length;
                unit < end
            });
            water += i128::from(block.unwrap_or(self.blocks.last()?).1);
        }
        let mut market = 0;
        for unit in 0..self.stalls * self.days {
            market += if unit >= self.included { i128::from(self.rate) } else { 0 };
        }
        let rent =
            rupee_share(i128::from(self.sum), i128::from(self.share)).min(i128::from(self.most));
        let less = |sum: i128| sum - rupee_share(sum, i128::from(self.rebate)).min(sum);
        let (slab, rent) = (less(slab?), less(rent));
        let interest = rupee_share(slab + market, i128::from(self.late) * self.months());
        let late = if self.on > self.due() { rupee_share(water, 500) } else { 0 };
        let all = [
            ("ENT", slab),
            ("ENS", water),
            ("LIC", market),
            ("RNT", rent),
            ("RNL", interest),
            ("LIL", late),
        ];
        Some(all.into_iter().filter(|(_, sum)| *sum > 0).collect())
    }
}

/// A share in hundredths of a percent: half a paisa and half a rupee go up.
fn rupee_share(sum: i128, share: i128) -> i128 {
    let paise = (sum * share * 2 + 10_000) / 20_000;
    let rupees = (paise * 2 + 100) / 200;
    rupees * 100
}

fn receipt(plan: &Plan, demand: &Demand, version: u32) -> Receipt {
    let lines = crate::apportion(demand, demand.total).expect("the whole is taken");
    Receipt {
        book: "K1".into(),
        number: 1,
        service: "entertainment_tax".into(),
        payer: Payer::Named(Named { name: "Ammini".into(), reference: "12".into() }),
        lines,
        total: demand.total,
        tender: Tender::Cash(CashTender { tendered: demand.total }),
        pack: version,
        language: Language::En,
        answers: plan.answers(),
        group: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_demand_is_found_again_by_another_path(plan in plans()) {
        let pack = pack_with(&plan.rules()).expect("a sound pack");
        let service = pack.service("entertainment_tax").expect("a service");
        let found = Demand::of_fees(&pack, service, &plan.answers(), plan.on);
        let Some(expected) = plan.expected() else {
            let question = "income".to_owned();
            let refused = DemandError::NoSlab { question, value: plan.income };
            prop_assert_eq!(found, Err(refused));
            return Ok(());
        };
        let demand = found.expect("a demand");
        let lines = demand.periods.iter().flat_map(|due| &due.lines);
        let sum = |line: &DueLine| i128::from(line.amount.get());
        let lines: Vec<_> = lines.map(|line| (&*line.head, sum(line))).collect();
        prop_assert_eq!(lines, expected.clone());
        let total: i128 = expected.iter().map(|(_, sum)| sum).sum();
        prop_assert_eq!(i128::from(demand.total.get()), total);
        prop_assert!(demand.periods.iter().all(|due| due.due == plan.due()));
        for line in demand.periods.iter().flat_map(|due| &due.lines) {
            for language in Language::ALL {
                prop_assert!(!line.why(&pack, language).is_empty());
            }
        }
    }

    #[test]
    fn a_receipt_that_its_answers_do_not_give_is_found(plan in plans(), place in 0_usize..8) {
        let pack = pack_with(&plan.rules()).expect("a sound pack");
        let service = pack.service("entertainment_tax").expect("a service");
        let Ok(demand) = Demand::of_fees(&pack, service, &plan.answers(), plan.on) else {
            return Ok(());
        };
        if demand.is_nothing() {
            return Ok(());
        }
        let sound = receipt(&plan, &demand, pack.body.version);
        prop_assert_eq!(check_fee_receipt(&pack, &sound, &[plan.on], false), Ok(()));
        let one = Paise::new(1);
        let mut more = sound.clone();
        let place = place % more.lines.len();
        more.lines[place].amount = more.lines[place].amount.checked_add(one).expect("a sum");
        more.total = more.total.checked_add(one).expect("a sum");
        let told = check_fee_receipt(&pack, &more, &[plan.on], false);
        prop_assert!(matches!(told, Err(FeeFault::Total { .. })), "{:?}", told);
        // The same sum under another head.
        let mut other = sound.clone();
        other.lines[place].head = "MKT".into();
        let told = check_fee_receipt(&pack, &other, &[plan.on], false);
        prop_assert!(matches!(told, Err(FeeFault::Lines { .. })), "{:?}", told);
        let mut unanswered = sound;
        unanswered.answers.retain(|answer| answer.name != "income");
        let told = check_fee_receipt(&pack, &unanswered, &[plan.on], false);
        prop_assert!(matches!(told, Err(FeeFault::NoDemand { .. })), "{:?}", told);
    }

    #[test]
    fn the_samples_taxes_are_found_again(
        income in 0_i64..200_000,
        second in 0_i64..5_000,
        first in 0_i64..5_000,
        shows in 1_i64..200,
    ) {
        let tax = match income {
            ..12_000 => 0,
            ..18_000 => 320,
            ..30_000 => 450,
            ..45_000 => 600,
            ..100_000 => 750,
            ..125_000 => 1_000,
            _ => 1_250,
        };
        prop_assert_eq!(profession(&income.to_string(), "this", "2026-08-14"), Paise::rupees(tax));
        let (shows_text, second_text) = (shows.to_string(), second.to_string());
        let first_text = first.to_string();
        let given = [
            ("shows", shows_text.as_str()),
            ("tickets_second", second_text.as_str()),
            ("tickets_first", first_text.as_str()),
        ];
        let demand = fees(&pack(), "entertainment_tax", &given, "2026-08-14").expect("a demand");
        prop_assert_eq!(demand.total.get(), second * 500 + first * 1_250 + shows * 2_500);
    }
}

#[test]
fn a_receipt_may_be_of_the_day_of_its_intent_and_money_in_suspense_has_no_rule() {
    let pack = pack();
    let service = pack.service("profession_tax").expect("a service");
    let given = answers(&[("half_year", "this"), ("half_year_income", "20000")]);
    let asked = day("2024-09-30");
    let demand = Demand::of_fees(&pack, service, &given, asked).expect("a demand");
    let paid = Receipt {
        book: "K1".into(),
        number: 1,
        service: "profession_tax".into(),
        payer: Payer::Named(Named { name: "Ammini".into(), reference: String::new() }),
        lines: crate::apportion(&demand, demand.total).expect("the whole is taken"),
        total: demand.total,
        tender: Tender::Cash(CashTender { tendered: demand.total }),
        pack: 3,
        language: Language::En,
        answers: given,
        group: None,
    };
    let next = day("2024-10-01");
    assert_eq!(check_fee_receipt(&pack, &paid, &[next, asked], false), Ok(()));
    let told =
        check_fee_receipt(&pack, &paid, &[next], false).expect_err("another sum").to_string();
    assert_eq!(told, "its answers give 450.00 by the pack's version 3, the receipt says 180.00");
    let place = "G0802W0001S00000007".to_owned();
    let suspense = Receipt {
        payer: Payer::Suspense(crate::Suspense { payer: String::new(), place }),
        lines: vec![crate::ReceiptLine { head: "SUS".into(), ..paid.lines[0].clone() }],
        answers: Vec::new(),
        ..paid.clone()
    };
    assert_eq!(check_fee_receipt(&pack, &suspense, &[next], false), Ok(()));
    let tax = Receipt { service: "property_tax".into(), ..paid };
    let told = check_fee_receipt(&pack, &tax, &[next], false).expect_err("answers").to_string();
    assert_eq!(told, "it has answers, and the service property_tax asks none");
}
