use super::*;
use crate::pack::figure::Dated;
use crate::pack::reader::{Faults, table_of};

const AKSHAYA: &str = r#"
[[centre_charge]]
step = [
    { to = "1000", rupees = "10" },
    { to = "5000", rupees = "20" },
    { basis_points = 50, at_most = "100" },
]
from = 2025-08-01
certainty = "press"
source = "The order"
"#;

fn read(text: &str) -> (Dated<CentreCharge>, Vec<String>) {
    let faults = Faults::default();
    let table = table_of("rates.toml", text, &faults);
    let section = Section::root("rates.toml", text, table.get_ref(), &faults);
    let dated = CentreCharge::read(&section);
    section.finish();
    (dated, faults.into_sorted().iter().map(ToString::to_string).collect())
}

fn akshaya() -> CentreCharge {
    let (dated, faults) = read(AKSHAYA);
    assert_eq!(faults, [""; 0]);
    dated.all()[0].value.clone()
}

fn paise(rupees: &str) -> Paise {
    Paise::parse(rupees).expect("a sum in a test")
}

#[test]
fn a_payment_has_the_charge_of_its_step() {
    let steps = akshaya();
    for (paid, charge) in [
        ("0", "0"),
        ("0.01", "10"),
        ("1", "10"),
        ("1000", "10"),
        // The order goes on at 1,001; a begun rupee counts as one.
        ("1000.01", "20"),
        ("1001", "20"),
        ("5000", "20"),
        ("5001", "25"),
        ("5999", "30"),
        ("19999", "100"),
        ("20000", "100"),
        ("1000000", "100"),
    ] {
        assert_eq!(steps.on(paise(paid), Rounding::Rupee), Ok(paise(charge)), "{paid}");
    }
    assert_eq!(steps.on(paise("5001"), Rounding::Paisa), Ok(paise("25.01")));
}

#[test]
fn a_sum_has_the_charge_of_the_largest_payment_that_it_covers() {
    let steps = akshaya();
    for (sum, charge) in [
        ("0.01", "10"),
        ("10", "10"),
        ("10.01", "10"),
        ("500", "10"),
        ("1010", "10"),
        // Between a payment of 1,000 with 10 and one of 1,000.01 with 20: the payer's favour.
        ("1010.01", "10"),
        ("1020", "10"),
        ("1020.01", "20"),
        ("1021", "20"),
        ("5020", "20"),
        ("5025", "20"),
        ("5026", "25"),
        ("20100", "100"),
        ("900000", "100"),
    ] {
        assert_eq!(steps.within(paise(sum), Rounding::Rupee), paise(charge), "{sum}");
    }
}

#[test]
fn whatever_is_paid_with_its_charge_is_found_again_in_the_sum() {
    let steps = akshaya();
    for rounding in [Rounding::Rupee, Rounding::Paisa] {
        let mut before = Paise::ZERO;
        for paid in (1..2_600_000).step_by(137).map(Paise::new) {
            let charge = steps.on(paid, rounding).expect("in range");
            let sum = paid.checked_add(charge).expect("in range");
            assert_eq!(steps.within(sum, rounding), charge, "{paid}");
            assert!(before <= charge, "{paid}");
            before = charge;
        }
    }
}

#[test]
fn steps_rise_and_the_last_has_no_end() {
    let with = |steps: &str| {
        let (start, rest) = AKSHAYA.split_once("step = [").expect("steps");
        let (_, end) = rest.split_once("\n]\n").expect("their end");
        read(&format!("{start}step = [{steps}]\n{end}")).1
    };
    assert_eq!(with(r#"{ rupees = "5" }"#), [""; 0]);
    for (steps, what) in [
        ("", "must be a list of steps"),
        (r#"{ to = "10", rupees = "5" }"#, "the last step has no end"),
        (r#"{ rupees = "5" }, { rupees = "6" }"#, "only the last one may have no end"),
        (
            r#"{ to = "10", rupees = "5" }, { to = "10", rupees = "6" }, { rupees = "7" }"#,
            "must be above that of the step before",
        ),
        (r#"{ to = "10", rupees = "5" }, { rupees = "4" }"#, "takes less than the step before"),
        (
            r#"{ to = "100", rupees = "5" }, { basis_points = 100 }"#,
            "takes less than the step before",
        ),
        (r#"{ basis_points = 100, at_most = 5 }"#, "must be a text"),
        (r#"{ share = 5 }"#, "basis_points is missing"),
    ] {
        let faults = with(steps);
        assert!(faults.iter().any(|fault| fault.contains(what)), "{steps}: {faults:?}");
    }
}

#[test]
fn a_pack_need_not_have_any_and_has_one_table_a_day() {
    let (none, faults) = read("");
    assert!(none.all().is_empty() && faults.is_empty());
    let (_, faults) = read(&format!("{AKSHAYA}{AKSHAYA}"));
    assert!(faults[0].contains("two figures hold on"), "{faults:?}");
}
