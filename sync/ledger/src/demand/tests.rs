mod known;
mod second_path;
mod second_path_bills;

use super::*;
use crate::language::Language;
use crate::pack::sample::{FILES, pack};
use crate::register::{DemandRow, HouseCode, Household};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date in a test")
}

fn period(text: &str) -> Period {
    text.parse().expect("a period in a test")
}

fn row(code: &str, rupees: i64) -> DemandRow {
    DemandRow {
        period: period(code),
        head: heads::PROPERTY_TAX.into(),
        assessed: Paise::rupees(rupees),
        paid: Paise::ZERO,
    }
}

/// A house of 120 m² that pays ₹1,200 a year.
pub(crate) fn house(demands: Vec<DemandRow>) -> Building {
    Building {
        id: 345,
        ward: 7,
        number: "12/345".into(),
        old_number: None,
        street: "Temple Road".into(),
        owner: "Lakshmi R.".into(),
        owner_local: None,
        area_m2: 120,
        use_code: "house".into(),
        house_code: HouseCode { body: "G0802".into(), building: 345 }.to_string(),
        annual_tax: Paise::rupees(1_200),
        demands,
        advance: Paise::ZERO,
        household: Some(Household {
            category: "house".into(),
            exempt: false,
            fee_paid_until: Some(period("2026-07/1")),
        }),
        connections: Vec::new(),
    }
}

/// The house of the pictures: one half-year late, one running, ₹100 held.
fn pictured() -> Building {
    let demands = vec![row("2026-04/6", 600), row("2025-10/6", 600)];
    Building { advance: Paise::rupees(100), ..house(demands) }
}

/// Each line as "head amount: why" in English.
fn lines(demand: &Demand) -> Vec<String> {
    let pack = pack();
    let lines = demand.periods.iter().flat_map(|due| &due.lines);
    lines
        .map(|line| {
            format!("{} {}: {}", line.head, line.amount.on_glass(), line.why(&pack, Language::En))
        })
        .collect()
}

#[test]
fn the_pictured_demand_is_explained_line_by_line() {
    let demand = Demand::of(&pack(), &pictured(), day("2026-08-14"), &[]).expect("a demand");
    assert_eq!(
        lines(&demand),
        [
            "PT 600: Half of 120 m² × ₹10 a year",
            "LC 30: 5 % of the tax",
            "PI 24: 1 % of ₹600 × 4 months",
            "PT 600: Half of 120 m² × ₹10 a year",
            "LC 30: 5 % of the tax",
        ]
    );
    let standings: Vec<_> = demand.periods.iter().map(|due| (due.standing, due.due)).collect();
    assert_eq!(
        standings,
        [(Standing::Late, day("2026-03-31")), (Standing::OnTime, day("2026-09-30"))]
    );
    assert_eq!(demand.held, Paise::rupees(100));
    assert_eq!(demand.total, Paise::rupees(1_184));
    assert_eq!(demand.next_due, Some(day("2027-03-31")));
    let amounts = demand.amounts();
    assert_eq!(amounts.late, Some(Paise::rupees(554)));
    assert_eq!(amounts.this_period, None);
    assert_eq!(amounts.in_advance, Some(Paise::rupees(1_184 + 630)));
    let (left, by) = demand.left_after(Paise::rupees(554));
    assert_eq!((left, by), (Paise::rupees(630), Some(day("2026-09-30"))));
    assert_eq!(demand.left_after(Paise::rupees(1_184)).1, Some(day("2027-03-31")));
}

#[test]
fn every_language_explains() {
    let pack = pack();
    let demand = Demand::of(&pack, &pictured(), day("2026-08-14"), &[]).expect("a demand");
    let line = &demand.periods[0].lines[2];
    let why = |language| line.why(&pack, language);
    assert_eq!(why(Language::Ml), "₹600-ന്റെ 1 % × 4 മാസം");
    assert_eq!(why(Language::Hi), "₹600 का 1 % × 4 महीने");
    assert_eq!(why(Language::Mr), "₹600 चे 1 % × 4 महिने");
    assert_eq!(why(Language::Or), "₹600ର 1 % × 4 ମାସ");
}

#[test]
fn the_slip_says_it_briefly() {
    let pack = pack();
    let brief = |head: &str, language| {
        let line = ReceiptLine {
            period: period("2025-10/6"),
            head: head.into(),
            amount: Paise::rupees(1),
        };
        brief(&pack, &line, day("2026-08-14"), language)
    };
    assert_eq!(brief("PT", Language::Ml), "നികുതി");
    assert_eq!(brief("LC", Language::Ml), "ലൈബ്രറി സെസ് 5 %");
    assert_eq!(brief("PI", Language::Ml), "പലിശ 1 % × 4 മാസം");
    assert_eq!(brief("PI", Language::En), "Interest 1 % × 4 months");
    assert_eq!(brief("ADU", Language::En), "Advance deducted");
    assert_eq!(brief("OLD", Language::En), "OLD");
}

/// Interest on ₹2,000 that fell due on a half-year's last day.
fn interest(half: &str, on: &str) -> (Paise, String) {
    let pack = pack();
    let building = house(vec![row(half, 2_000)]);
    let demand = Demand::of(&pack, &building, day(on), &[]).expect("a demand");
    let line = demand.periods[0].lines.iter().find(|line| line.head == heads::INTEREST);
    line.map_or((Paise::ZERO, String::new()), |line| (line.amount, line.why(&pack, Language::En)))
}

#[test]
fn interest_by_months_rates_and_amnesty() {
    let check = |half, on, rupees, why: &str| {
        assert_eq!(interest(half, on), (Paise::rupees(rupees), why.to_owned()), "{half} on {on}");
    };
    // The press's example of 2024: a year at 2 %.
    check("2022-10/6", "2024-04-01", 480, "2 % of ₹2,000 × 12 months");
    // Within the waiver nothing is asked; the day before it is.
    check("2022-10/6", "2024-03-31", 0, "");
    check("2022-10/6", "2024-02-15", 0, "");
    check("2022-10/6", "2024-02-14", 400, "2 % of ₹2,000 × 10 months");
    // Months before, within and after the dearer year each bear their own rate.
    check(
        "2022-04/6",
        "2024-06-01",
        120 + 480 + 40,
        "1 % of ₹2,000 × 6 months + 2 % of ₹2,000 × 12 months + 1 % of ₹2,000 × 2 months",
    );
    // The due day itself is in time, and a month counts when it is over.
    check("2025-10/6", "2026-03-31", 0, "");
    check("2025-10/6", "2026-04-30", 0, "");
    check("2025-10/6", "2026-05-01", 20, "1 % of ₹2,000 × 1 month");
}

#[test]
fn a_begun_month_counts_where_the_pack_says_so() {
    let files = FILES.map(|(name, content)| (name, content.replace("not_counted", "as_whole")));
    let files = files.each_ref().map(|(name, content)| (*name, content.as_str()));
    let pack = Pack::parse(&files).expect("a sound pack");
    let demand = |on| Demand::of(&pack, &pictured(), day(on), &[]).expect("a demand");
    assert_eq!(demand("2026-08-14").total, Paise::rupees(1_190));
    assert_eq!(demand("2026-04-01").periods[0].lines[2].amount, Paise::rupees(6));
    assert_eq!(demand("2026-03-31").periods[0].lines.len(), 2);
}

#[test]
fn the_courts_cess_holds() {
    let cess = |rupees| {
        let building = house(vec![row("2026-04/6", rupees)]);
        let demand = Demand::of(&pack(), &building, day("2026-08-14"), &[]).expect("a demand");
        demand.periods[0].lines[1].amount
    };
    assert_eq!(cess(25_155), Paise::rupees(1_258));
    assert_eq!(cess(2_981_600), Paise::rupees(149_080));
}

#[test]
fn the_second_half_may_be_paid_in_the_first_only() {
    let ahead = |on| {
        let building = house(vec![row("2026-04/6", 600)]);
        let demand = Demand::of(&pack(), &building, day(on), &[]).expect("a demand");
        demand.ahead.iter().map(|due| due.period.code()).collect::<Vec<_>>()
    };
    assert_eq!(ahead("2026-09-30"), ["2026-10/6"]);
    assert!(ahead("2026-10-01").is_empty());
    assert!(ahead("2027-03-31").is_empty());
}

#[test]
fn what_was_paid_since_is_not_asked_again() {
    let paid: Vec<ReceiptLine> = [("2025-10/6", "PT", 600), ("2025-10/6", "LC", 30)]
        .map(|(code, head, rupees)| ReceiptLine {
            period: period(code),
            head: head.into(),
            amount: Paise::rupees(rupees),
        })
        .to_vec();
    let demand = Demand::of(&pack(), &pictured(), day("2026-08-14"), &paid).expect("a demand");
    assert_eq!(demand.total, Paise::rupees(530));
    assert_eq!(demand.amounts().this_period, Some(Paise::rupees(530)));
}

#[test]
fn waste_fee_by_months() {
    let demand = |until: &str, sacks| {
        let mut building = house(Vec::new());
        let household = building.household.as_mut().expect("the sample is a household");
        household.fee_paid_until = Some(period(until));
        if sacks > 0 {
            household.category = "establishment".into();
        }
        Demand::of_waste_fee(&pack(), &building, day("2026-08-14"), &[], sacks).expect("a demand")
    };
    let in_time = demand("2026-07/1", 0);
    assert_eq!(lines(&in_time), ["UF 50: ₹50 a month"]);
    assert_eq!(in_time.ahead.len(), 12);
    assert_eq!(in_time.with_ahead(2), Some(Paise::rupees(150)));
    assert_eq!(in_time.next_due, Some(day("2026-09-30")));
    // April's fee was 90 days late on 29 July, May's is not before 29 August.
    let late = demand("2026-03/1", 0);
    assert_eq!(late.total, Paise::rupees(5 * 50 + 25));
    assert_eq!(late.late(), Paise::rupees(4 * 50 + 25));
    assert!(lines(&late)[1].contains("50 % of ₹50, unpaid for more than 90 days"));
    let shop = demand("2026-07/1", 7);
    assert_eq!(shop.total, Paise::rupees(300));
    assert!(lines(&shop)[1].starts_with("US 200: 7 sacks, 5 are included"));
    assert_eq!(demand("2026-08/1", 0).total, Paise::ZERO);
    assert_eq!(demand("2026-10/1", 0).ahead[0].period.code(), "2026-11/1");
}

#[test]
fn the_exempt_owe_nothing_and_strangers_are_refused() {
    let mut building = house(Vec::new());
    let household = building.household.as_mut().expect("the sample is a household");
    household.exempt = true;
    household.fee_paid_until = None;
    let demand =
        |building: &Building| Demand::of_waste_fee(&pack(), building, day("2026-08-14"), &[], 0);
    let exempt = demand(&building).expect("a demand");
    assert!(exempt.exempt && exempt.is_nothing() && exempt.ahead.is_empty());
    building.household = None;
    assert_eq!(demand(&building), Err(DemandError::NoHousehold { building: 345 }));
}

/// The sample pack with more rules, and others instead of some.
fn pack_with(more: &str, instead: &[(&str, &str)]) -> Pack {
    let files = FILES.map(|(name, content)| match name {
        "rates.toml" => {
            let mut text = content.to_owned();
            for (of, by) in instead {
                assert!(text.contains(of), "{of}");
                text = text.replace(of, by);
            }
            (name, format!("{text}\n{more}"))
        }
        _ => (name, content.to_owned()),
    });
    let files = files.each_ref().map(|(name, content)| (*name, content.as_str()));
    Pack::parse(&files).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// Kerala: no tax for houses of up to 60 m² that their owners live in, flats excepted.
const EXEMPTION: &str = "[[tax_exemption]]\nuses = [\"house\"]\narea_m2_max = 60\n\
                         from = 2023-04-01\ncertainty = \"press\"\nsource = \"The Hindu\"\n";

#[test]
fn a_small_house_of_its_owner_owes_no_tax_since_the_rule() {
    let pack = pack_with(EXEMPTION, &[]);
    let owed = |area_m2, use_code: &str| {
        let rows = vec![row("2022-10/6", 200), row("2026-04/6", 200)];
        let building = Building { area_m2, use_code: use_code.into(), ..house(rows) };
        let demand = Demand::of(&pack, &building, day("2026-08-14"), &[]).expect("a demand");
        let codes = demand.periods.iter().map(|due| due.period.code()).collect::<Vec<_>>();
        (codes.join(" "), demand.ahead.len(), demand.exempt)
    };
    // What was owed before the rule came stays owed.
    assert_eq!(owed(60, "house"), ("2022-10/6".to_owned(), 0, true));
    assert_eq!(owed(61, "house"), ("2022-10/6 2026-04/6".to_owned(), 1, false));
    assert_eq!(owed(60, "flat"), ("2022-10/6 2026-04/6".to_owned(), 1, false));
}

/// Pune: 10 % up to ₹25,000 a year and 5 % above for whoever pays by 31 May, by 7 July in 2025.
const EARLY: &str = "[[tax_early]]\nbasis_points = 1000\nannual_tax_max = \"25000\"\n\
    by = \"07-07\"\nfrom = 2025-04-01\nto = 2025-07-07\n\
    certainty = \"press\"\nsource = \"housing.com\"\n\
    [[tax_early]]\nbasis_points = 500\nby = \"07-07\"\n\
    from = 2025-04-01\nto = 2025-07-07\ncertainty = \"press\"\nsource = \"housing.com\"\n\
    [[tax_early]]\nbasis_points = 1000\nannual_tax_max = \"25000\"\nby = \"05-31\"\n\
    from = 2026-04-01\ncertainty = \"press\"\nsource = \"HT 2023\"\n\
    [[tax_early]]\nbasis_points = 500\nby = \"05-31\"\n\
    from = 2026-04-01\ncertainty = \"press\"\nsource = \"HT 2023\"\n";

/// No library cess, as in Maharashtra.
const NO_CESS: (&str, &str) =
    ("[[library_cess]]\nbasis_points = 500", "[[library_cess]]\nbasis_points = 0");

fn owner(annual: i64, half: &str) -> Building {
    Building { annual_tax: Paise::rupees(annual), ..house(vec![row(half, annual / 2)]) }
}

#[test]
fn who_pays_early_pays_a_tenth_or_a_twentieth_less() {
    let pack = pack_with(EARLY, &[NO_CESS]);
    let owed = |annual, half, on| {
        let demand = Demand::of(&pack, &owner(annual, half), day(on), &[]).expect("a demand");
        let line = &demand.periods[0].lines[0];
        (line.amount, line.why(&pack, Language::En))
    };
    let told = |rupees, why: &str| (Paise::rupees(rupees), why.to_owned());
    let less = |percent, off| format!("As assessed by the office; less {percent} %, ₹{off}");
    assert_eq!(owed(25_000, "2026-04/6", "2026-05-31"), told(11_250, &less(10, "1,250")));
    assert_eq!(owed(25_002, "2026-04/6", "2026-05-31"), told(11_876, &less(5, "625")));
    assert_eq!(owed(25_000, "2026-04/6", "2026-06-01"), told(12_500, "As assessed by the office"));
    assert_eq!(owed(25_000, "2025-04/6", "2025-07-07"), told(11_250, &less(10, "1,250")));
    assert_eq!(owed(25_000, "2025-04/6", "2025-07-08").0, Paise::rupees(12_500));
    // Arrears have none, and a year's rebate is the running year's.
    assert_eq!(owed(25_000, "2025-10/6", "2026-04-01").0, Paise::rupees(12_500));
    // The second half is paid ahead with the same rebate.
    let demand = Demand::of(&pack, &owner(25_000, "2026-04/6"), day("2026-05-31"), &[]);
    let demand = demand.expect("a demand");
    assert_eq!(demand.with_ahead(1), Some(Paise::rupees(22_500)));
}

#[test]
fn a_part_in_time_has_its_share_of_the_rebate_only_with_the_rest() {
    let pack = pack_with(EARLY, &[NO_CESS]);
    let building = owner(25_000, "2026-04/6");
    let owed = |rupees: &[i64], on: &str| {
        let line = |rupees: &i64| ReceiptLine {
            period: period("2026-04/6"),
            head: heads::PROPERTY_TAX.into(),
            amount: Paise::rupees(*rupees),
        };
        let lines: Vec<ReceiptLine> = rupees.iter().map(line).collect();
        Demand::of(&pack, &building, day(on), &lines).expect("a demand").total
    };
    // Whole in May: nothing in July.
    assert_eq!(owed(&[11_250], "2026-07-31"), Paise::ZERO);
    assert_eq!(owed(&[2_500], "2026-05-31"), Paise::rupees(9_000));
    assert_eq!(owed(&[2_500], "2026-06-01"), Paise::rupees(10_000));
    assert_eq!(owed(&[2_500, 9_000], "2026-06-01"), Paise::ZERO);
    assert_eq!(owed(&[2_500, 8_999], "2026-06-01"), Paise::rupees(1_001));
}

#[test]
fn the_bill_says_what_living_there_takes_off() {
    let own = "[[tax_own_use]]\nuses = [\"house_own\"]\nbasis_points = 4000\n\
               from = 2023-04-01\ncertainty = \"press\"\nsource = \"Form PT-3\"\n\
               [[tax_by_area]]\nuse = \"house_own\"\nrupees_m2_year = \"10\"\n\
               from = 2023-04-01\ncertainty = \"unverified\"\nsource = \"A test\"\n";
    let pack = pack_with(own, &[NO_CESS]);
    let why = |half: i64, use_code: &str| {
        let rows = vec![row("2026-04/6", half)];
        let building = Building { use_code: use_code.into(), ..house(rows) };
        let demand = Demand::of(&pack, &building, day("2026-08-14"), &[]).expect("a demand");
        let line = &demand.periods[0].lines[0];
        assert_eq!(line.amount, Paise::rupees(half), "the assessment is the office's");
        line.why(&pack, Language::En)
    };
    // 120 m² at ₹10 are ₹1,200 a year, less 40 % ₹720, half of it ₹360.
    assert_eq!(why(360, "house_own"), "Half of 120 m² × ₹10 a year; less 40 %, ₹240");
    assert_eq!(why(600, "house"), "Half of 120 m² × ₹10 a year");
    // Where the area does not explain it, the whole is found back: 300 is 60 % of 500.
    assert_eq!(why(300, "house_own"), "As assessed by the office; less 40 %, ₹200");
}

#[test]
fn a_figure_that_the_body_has_not_set_is_said_in_one_sentence() {
    let unset = "[[library_cess]]\nfrom = 1994-04-23\ncertainty = \"unset\"\nsource = \"The body\"";
    let cess = "[[library_cess]]\nbasis_points = 500\nfrom = 1994-04-23\ncertainty = \"read\"\n\
                source = \"Figures in judgments of the High Court of Kerala: 25,155 gave 1,258 and \
                29,81,600 gave 1,49,080\"";
    let pack = pack_with("", &[(cess, unset)]);
    let refused = Demand::of(&pack, &pictured(), day("2026-08-14"), &[]).expect_err("not set");
    assert_eq!(refused.to_string(), "the office has not set the library_cess yet");
    assert!(refused.is_unset());
    let fee = "[[user_fee_house]]\nmonth = \"50\"";
    let files = FILES.map(|(name, content)| (name, content.replace(fee, "[[user_fee_house]]")));
    let files = files.map(|(name, content)| {
        let press =
            "certainty = \"press\"\nsource = \"Revised guidelines, timeskerala: at least 50";
        (name, content.replace(press, &press.replace("press\"", "unset\"")))
    });
    let files = files.each_ref().map(|(name, content)| (*name, content.as_str()));
    let pack = Pack::parse(&files).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let mut building = house(Vec::new());
    building.household.as_mut().expect("a household").fee_paid_until = None;
    let refused = Demand::of_waste_fee(&pack, &building, day("2026-08-14"), &[], 0);
    let figure = "user_fee_house";
    assert_eq!(refused, Err(DemandError::FigureUnset { figure }));
}

#[test]
fn a_day_without_figures_is_refused_by_name() {
    let refused = Demand::of(&pack(), &pictured(), day("1990-01-01"), &[]);
    let figure = "rounding";
    assert_eq!(refused, Err(DemandError::NoFigure { figure, day: day("1990-01-01") }));
}

#[test]
fn a_broken_clock_is_no_endless_count() {
    let far = NaiveDate::from_ymd_opt(99_999, 1, 1).expect("a day of the calendar");
    let demand = Demand::of(&pack(), &pictured(), far, &[]).expect("a demand");
    assert_eq!(demand.periods[0].lines[2].amount, Paise::rupees(600 * 360 / 100));
    let refused = Demand::of_waste_fee(&pack(), &pictured(), far, &[], 0);
    assert_eq!(refused, Err(DemandError::TooManyPeriods { building: 345 }));
}

#[test]
fn sums_beyond_the_limit_are_refused_and_never_a_panic() {
    let mut building = pictured();
    building.annual_tax = Paise::new(i64::MAX);
    let refused = Demand::of(&pack(), &building, day("2026-08-14"), &[]);
    assert_eq!(refused, Err(DemandError::Money(MoneyError::TooLarge)));
    let demand = Demand::of(&pack(), &pictured(), day("2026-08-14"), &[]).expect("a demand");
    assert_eq!(demand.left_after(Paise::new(i64::MIN + 1)).0, Paise::rupees(1_184));
    assert_eq!(demand.left_after(Paise::new(10_000_000_000_000)).0, Paise::ZERO);
}
