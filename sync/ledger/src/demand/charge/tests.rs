use std::sync::LazyLock;

use chrono::NaiveDate;
use proptest::prelude::*;

use crate::apportion::{ApportionError, apportion};
use crate::demand::{Demand, house};
use crate::language::Language;
use crate::money::Paise;
use crate::pack::sample::{self, FILES};
use crate::pack::{CentreCharge, Pack, Rounding, heads};
use crate::register::{Building, DemandRow};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date in a test")
}

fn owing(rupees: i64, advance: i64) -> Building {
    let row = DemandRow {
        period: "2026-04/6".parse().expect("a period"),
        head: heads::PROPERTY_TAX.into(),
        assessed: Paise::rupees(rupees),
        paid: Paise::ZERO,
    };
    Building { advance: Paise::rupees(advance), ..house(vec![row]) }
}

/// The sample's pack with the order's steps from its day on.
fn with_steps() -> &'static Pack {
    static PACK: LazyLock<Pack> = LazyLock::new(|| {
        let steps = "\n[[centre_charge]]\nfrom = 2025-08-01\ncertainty = \"press\"\n\
                     source = \"The order\"\nstep = [{ to = \"1000\", rupees = \"10\" }, \
                     { to = \"5000\", rupees = \"20\" }, \
                     { basis_points = 50, at_most = \"100\" }]\n";
        let with = |(name, text): (&'static str, &str)| match name {
            "rates.toml" => (name, format!("{text}{steps}")),
            _ => (name, text.to_owned()),
        };
        let files = FILES.map(with);
        let files: Vec<(&str, &str)> =
            files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        Pack::parse(&files).expect("the sample with steps is sound")
    });
    &PACK
}

fn at(pack: &Pack, building: &Building, on: &str) -> Demand {
    let demand = Demand::of(pack, building, day(on), &[]).expect("a demand");
    demand.at_a_centre(pack).expect("a demand")
}

fn charge_in(demand: &Demand, amount: Paise) -> (Paise, Paise) {
    let lines = apportion(demand, amount).expect("an amount that can be split");
    let charge = lines.iter().filter(|line| line.head == heads::SERVICE_CHARGE);
    let charge = Paise::sum(charge.map(|line| line.amount)).expect("in range");
    let whole = Paise::sum(lines.iter().map(|line| line.amount)).expect("in range");
    (charge, whole)
}

#[test]
fn the_charge_holds_from_its_day_on_and_at_centres_alone() {
    let pack = with_steps();
    let mut house = owing(600, 0);
    house.demands[0].period = "2025-04/6".parse().expect("a period");
    // 600 and 5 % cess.
    assert_eq!(at(pack, &house, "2025-07-31").total, Paise::rupees(630));
    assert_eq!(at(pack, &house, "2025-08-01").total, Paise::rupees(640));
    let house = owing(600, 0);
    let demand = at(pack, &house, "2026-08-14");
    assert_eq!((demand.total, demand.charge), (Paise::rupees(640), Paise::rupees(10)));
    let own = Demand::of(pack, &house, day("2026-08-14"), &[]).expect("a demand");
    assert_eq!((own.total, own.charge), (Paise::rupees(630), Paise::ZERO));
    let without = sample::pack();
    assert_eq!(at(&without, &house, "2026-08-14").total, Paise::rupees(630));
}

#[test]
fn the_charge_says_its_step() {
    let pack = with_steps();
    let why = |rupees| {
        let demand = at(pack, &owing(rupees, 0), "2026-08-14");
        let reason = demand.charge_reason().expect("a charge");
        (demand.charge.on_glass(), reason.words(pack, Language::En))
    };
    assert_eq!(why(600), ("10".into(), "For 630: the slab from 1 to 1,000".into()));
    assert_eq!(why(2_000), ("20".into(), "For 2,100: the slab from 1,001 to 5,000".into()));
    assert_eq!(why(8_000), ("42".into(), "0.5 % of ₹8,400".into()));
    assert_eq!(why(40_000), ("100".into(), "0.5 % of ₹42,000, but at most ₹100".into()));
    assert_eq!(at(pack, &owing(600, 630), "2026-08-14").charge_reason(), None);
}

#[test]
fn a_part_payment_has_the_charge_of_the_part() {
    let pack = with_steps();
    let demand = at(pack, &owing(2_000, 0), "2026-08-14");
    assert_eq!(demand.total, Paise::rupees(2_120));
    assert_eq!(charge_in(&demand, Paise::rupees(510)).0, Paise::rupees(10));
    assert_eq!(charge_in(&demand, Paise::rupees(1_010)).0, Paise::rupees(10));
    assert_eq!(charge_in(&demand, Paise::rupees(1_120)).0, Paise::rupees(20));
    // What is left then has a charge of its own.
    assert_eq!(demand.left_after(Paise::rupees(510)).0, Paise::rupees(1_600));
    assert_eq!(demand.left_after(Paise::ZERO).0, Paise::rupees(2_120));
    assert_eq!(demand.left_after(Paise::rupees(2_120)).0, Paise::ZERO);
    let refused = apportion(&demand, Paise::rupees(10));
    assert_eq!(refused, Err(ApportionError::BelowCharge));
    // Everything and 880 more, by a charge that is the same to 5,000.
    assert_eq!(demand.above(Paise::rupees(3_000)), Paise::rupees(880));
    assert_eq!(demand.above(Paise::rupees(500)), Paise::ZERO);
}

proptest! {
    /// By the other path: the charge of what the lines say was paid besides it.
    #[test]
    fn lines_add_up_and_the_charge_is_that_of_the_rest(
        owed in 1_i64..60_000, advance in 0_i64..500, paise in 1_101_i64..8_000_000,
    ) {
        let pack = with_steps();
        let steps: &CentreCharge = &pack.rates.centre_charge.all()[0].value;
        let demand = at(pack, &owing(owed, advance), "2026-08-14");
        let amount = Paise::new(paise);
        let (charge, whole) = charge_in(&demand, amount);
        prop_assert_eq!(whole, amount);
        let paid = amount.checked_sub(charge).expect("above the charge");
        let asked = steps.on(paid, Rounding::Rupee).expect("in range");
        // In the gap above a step's end the payer has the lower one.
        prop_assert!(charge <= asked);
        let next = paid.checked_add(asked).expect("in range");
        prop_assert!(charge == asked || next > amount, "{} of {}", charge, amount);
        if let Some(late) = demand.amounts().late {
            prop_assert!(late < demand.total);
        }
        if demand.total.is_positive() {
            prop_assert_eq!(charge_in(&demand, demand.total).0, demand.charge);
        }
    }
}
