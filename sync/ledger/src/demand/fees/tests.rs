mod second_path;

use super::*;
use crate::language::Language;
use crate::pack::sample::{FILES, pack};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date in a test")
}

fn answers(given: &[(&str, &str)]) -> Vec<Answer> {
    let answer =
        |(name, value): &(&str, &str)| Answer { name: (*name).into(), value: (*value).into() };
    given.iter().map(answer).collect()
}

fn fees(
    pack: &Pack,
    service: &str,
    given: &[(&str, &str)],
    on: &str,
) -> Result<Demand, DemandError> {
    let service = pack.service(service).expect("a service of the pack");
    Demand::of_fees(pack, service, &answers(given), day(on))
}

/// Each line as "period head amount: why" in English.
fn lines(pack: &Pack, demand: &Demand) -> Vec<String> {
    let each = demand.periods.iter().flat_map(|due| due.lines.iter().map(move |line| (due, line)));
    let said = each.map(|(due, line)| {
        let why = line.why(pack, Language::En);
        format!("{} {} {}: {why}", due.period, line.head, line.amount.on_glass())
    });
    said.collect()
}

/// The sample pack with other rules for the entertainment tax.
fn pack_with(rules: &str) -> Result<Pack, Vec<String>> {
    let rates = FILES.iter().find(|(name, _)| *name == "rates.toml").expect("the rates").1;
    let kept = rates.split("\n[[").filter(|part| !part.contains("\"entertainment_tax\""));
    let rates = format!("{}\n{rules}", kept.collect::<Vec<_>>().join("\n[["));
    let files = FILES.map(|(name, text)| (name, if name == "rates.toml" { &rates } else { text }));
    let parsed = Pack::parse(&files);
    parsed.map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

/// One rule of the entertainment tax, in force since 2020.
fn rule(head: &str, rest: &str) -> String {
    format!(
        "[[fee]]\nservice = \"entertainment_tax\"\nhead = \"{head}\"\n{rest}\n\
         from = 2020-01-01\ncertainty = \"unverified\"\nsource = \"A test\"\n"
    )
}

fn by(rules: &str, given: &[(&str, &str)], on: &str) -> Vec<String> {
    let pack = pack_with(rules).expect("a sound pack");
    let demand = fees(&pack, "entertainment_tax", given, on).expect("a demand");
    lines(&pack, &demand)
}

fn profession(income: &str, half: &str, on: &str) -> Paise {
    let given = [("half_year", half), ("half_year_income", income)];
    fees(&pack(), "profession_tax", &given, on).expect("a demand").total
}

#[test]
fn profession_tax_has_the_slabs_of_the_notification() {
    // Notification 1149/2024/LSGD, from 1 October 2024: each slab at both of its ends.
    let new = [
        ("0", 0),
        ("11999", 0),
        ("12000", 320),
        ("17999", 320),
        ("18000", 450),
        ("29999", 450),
        ("30000", 600),
        ("44999", 600),
        ("45000", 750),
        ("99999", 750),
        ("100000", 1_000),
        ("124999", 1_000),
        ("125000", 1_250),
        ("99999999999", 1_250),
    ];
    for (income, tax) in new {
        assert_eq!(profession(income, "this", "2026-08-14"), Paise::rupees(tax), "{income}");
    }
    let old = [
        ("11999", 0),
        ("12000", 120),
        ("18000", 180),
        ("30000", 300),
        ("45000", 450),
        ("60000", 600),
        ("75000", 750),
        ("100000", 1_000),
        ("125000", 1_250),
    ];
    for (income, tax) in old {
        assert_eq!(profession(income, "this", "2024-09-30"), Paise::rupees(tax), "{income}");
    }
}

#[test]
fn the_half_year_that_is_paid_for_chooses_the_table() {
    // The new table begins with a half-year; who pays late for the one before pays the old sum.
    assert_eq!(profession("20000", "this", "2024-09-30"), Paise::rupees(180));
    assert_eq!(profession("20000", "this", "2024-10-01"), Paise::rupees(450));
    assert_eq!(profession("20000", "last", "2024-10-01"), Paise::rupees(180));
    assert_eq!(profession("20000", "last", "2025-03-31"), Paise::rupees(180));
    assert_eq!(profession("20000", "last", "2025-04-01"), Paise::rupees(450));
}

#[test]
fn half_years_fall_due_where_the_pack_says() {
    let due = |half, on| {
        let given = [("half_year", half), ("half_year_income", "20000")];
        let demand = fees(&pack(), "profession_tax", &given, on).expect("a demand");
        let due = &demand.periods[0];
        (due.period.code(), due.due.to_string(), due.standing)
    };
    let told = |period: &str, on: &str, standing| (period.to_owned(), on.to_owned(), standing);
    assert_eq!(due("this", "2026-08-31"), told("2026-04/6", "2026-08-31", Standing::OnTime));
    assert_eq!(due("this", "2026-09-01"), told("2026-04/6", "2026-08-31", Standing::Late));
    assert_eq!(due("this", "2026-10-01"), told("2026-10/6", "2027-02-28", Standing::OnTime));
    // February's last day is another in leap years.
    assert_eq!(due("this", "2028-02-29"), told("2027-10/6", "2028-02-29", Standing::OnTime));
    assert_eq!(due("this", "2028-03-01"), told("2027-10/6", "2028-02-29", Standing::Late));
    assert_eq!(due("last", "2026-10-01"), told("2026-04/6", "2026-08-31", Standing::Late));
    assert_eq!(due("last", "2027-03-31"), told("2026-04/6", "2026-08-31", Standing::Late));
    assert_eq!(due("last", "2027-04-01"), told("2026-10/6", "2027-02-28", Standing::Late));
}

#[test]
fn each_service_of_the_sample_explains_its_lines() {
    let pack = pack();
    let said = |service, given: &[(&str, &str)], on| {
        lines(&pack, &fees(&pack, service, given, on).expect("a demand"))
    };
    let income = [("half_year", "this"), ("half_year_income", "25000")];
    assert_eq!(
        said("profession_tax", &income, "2026-08-14"),
        ["2026-04/6 PFT 450: For 25,000: the slab from 18,000 to 29,999"]
    );
    let income = [("half_year", "this"), ("half_year_income", "125000")];
    assert_eq!(
        said("profession_tax", &income, "2026-08-14"),
        ["2026-04/6 PFT 1,250: For 1,25,000: the slab from 1,25,000 on"]
    );
    let shows = [("shows", "3"), ("tickets_second", "240"), ("tickets_first", "61")];
    assert_eq!(
        said("entertainment_tax", &shows, "2026-08-14"),
        [
            "2026-08/1 ENT 1,200: 240 × ₹5",
            "2026-08/1 ENT 762.50: 61 × ₹12.50",
            "2026-08/1 ENS 75: 3 × ₹25",
        ]
    );
    let none = [("shows", "1"), ("tickets_second", "0"), ("tickets_first", "0")];
    assert_eq!(said("entertainment_tax", &none, "2026-08-14"), ["2026-08/1 ENS 25: 1 × ₹25"]);
    let trade = [("licence", "trade"), ("year", "this"), ("capital", "500001")];
    assert_eq!(
        said("licence_fee", &trade, "2026-04-30"),
        ["2026-04/12 LIC 1,000: For 5,00,001: the slab from 5,00,001 to 10,00,000"]
    );
    assert_eq!(said("licence_fee", &trade, "2026-05-01")[1], "2026-04/12 LIL 250: 25 % of ₹1,000");
    // A question that the form does not ask of this payer needs no answer.
    let pet = [("licence", "pet"), ("year", "last"), ("animals", "3")];
    assert_eq!(
        said("licence_fee", &pet, "2026-04-01"),
        ["2025-04/12 LIC 150: 3 × ₹50", "2025-04/12 LIL 38: 25 % of ₹150"]
    );
    let stalls = [("what", "stall"), ("month", "this"), ("stalls", "2"), ("days", "10")];
    assert_eq!(said("market_rent", &stalls, "2026-08-14"), ["2026-08/1 MKT 400: 2 × 10 × ₹20"]);
    let shop = |month| [("what", "shop"), ("month", month), ("rent", "4500")];
    assert_eq!(
        said("market_rent", &shop("this"), "2026-08-31"),
        ["2026-08/1 RNT 4,500: 100 % of ₹4,500"]
    );
    assert_eq!(
        said("market_rent", &shop("before"), "2026-08-01"),
        ["2026-06/1 RNT 4,500: 100 % of ₹4,500", "2026-06/1 RNL 180: 2 % of ₹4,500 × 2 months"]
    );
}

#[test]
fn a_fee_is_paid_whole_and_its_lines_are_the_demands() {
    let given = [("shows", "3"), ("tickets_second", "240"), ("tickets_first", "61")];
    let demand = fees(&pack(), "entertainment_tax", &given, "2026-08-14").expect("a demand");
    assert_eq!(demand.total, Paise::new(203_750));
    let lines = crate::apportion(&demand, demand.total).expect("the whole is taken");
    assert_eq!(Paise::sum(lines.iter().map(|line| line.amount)), Ok(demand.total));
    assert!(lines.iter().all(|line| line.has_sound_amount()));
    for other in [Paise::rupees(100), Paise::rupees(3_000)] {
        let refused = crate::apportion(&demand, other);
        assert_eq!(refused, Err(crate::ApportionError::NotWhole));
    }
}

#[test]
fn nothing_is_owed_below_the_first_taxed_slab() {
    let given = [("half_year", "this"), ("half_year_income", "11999")];
    let demand = fees(&pack(), "profession_tax", &given, "2026-08-14").expect("a demand");
    assert!(demand.is_nothing() && demand.periods.is_empty() && demand.charge.is_zero());
}

#[test]
fn each_bad_answer_has_its_own_error() {
    let refused = |service, given: &[(&str, &str)]| {
        let refused = fees(&pack(), service, given, "2026-08-14");
        refused.expect_err("a bad answer").to_string()
    };
    let profession = |half, income| {
        refused("profession_tax", &[("half_year", half), ("half_year_income", income)])
    };
    assert_eq!(profession("this", ""), "the question half_year_income: it was not answered");
    assert_eq!(
        refused("profession_tax", &[("half_year", "this")]),
        "the question half_year_income: it was not answered"
    );
    for no_number in ["12 000", "-1", "1e5", "17999.5", "൧൨", "12,000", " 12000"] {
        assert_eq!(
            profession("this", no_number),
            "the question half_year_income: the answer is no whole number",
            "{no_number}"
        );
    }
    for too_large in ["100000000000", "99999999999999999999999"] {
        assert_eq!(
            profession("this", too_large),
            "the question half_year_income: the answer must be from 0 to 99999999999"
        );
    }
    assert_eq!(
        profession("next", "20000"),
        "the question half_year: the answer is none of those that the pack knows"
    );
    let stall = |stalls| {
        let given = [("what", "stall"), ("month", "this"), ("stalls", stalls), ("days", "1")];
        refused("market_rent", &given)
    };
    for out in ["0", "21"] {
        assert_eq!(stall(out), "the question stalls: the answer must be from 1 to 20");
    }
    let shop =
        |rent| refused("market_rent", &[("what", "shop"), ("month", "this"), ("rent", rent)]);
    assert_eq!(shop("150000.01"), "the question rent: the sum must be at most 1,50,000.00");
    for no_sum in ["", "many", "4.505", "-4", "₹400", "4,500"] {
        let told = shop(no_sum);
        let fault =
            if no_sum.is_empty() { "it was not answered" } else { "the answer is no sum of money" };
        assert_eq!(told, format!("the question rent: {fault}"));
    }
}

#[test]
fn a_number_outside_every_slab_is_named() {
    let rules = rule(
        "ENT",
        "kind = \"slab\"\nby = \"seats\"\nslab = [{ from = 10, to = 99, rupees = \"5\" }]",
    );
    let pack = pack_with(&rules).expect("a sound pack");
    for value in [9, 100] {
        let refused =
            fees(&pack, "entertainment_tax", &[("seats", &value.to_string())], "2026-08-14");
        let question = "seats".to_owned();
        assert_eq!(refused, Err(DemandError::NoSlab { question, value }));
    }
}

#[test]
fn water_costs_by_the_block_that_each_unit_falls_into() {
    let rules = rule(
        "ENT",
        "kind = \"blocks\"\nunits = \"kilolitres\"\nmost = 1000\n\
         block = [{ to = 5, rupees = \"4\" }, { to = 15, rupees = \"6.50\" }, { rupees = \"10\" }]",
    );
    let said = |units| by(&rules, &[("kilolitres", units)], "2026-08-14");
    assert_eq!(said("0"), [""; 0]);
    assert_eq!(said("5"), ["2026-08/1 ENT 20: 5 × ₹4"]);
    assert_eq!(said("6"), ["2026-08/1 ENT 26.50: 5 × ₹4 + 1 × ₹6.50"]);
    assert_eq!(said("16"), ["2026-08/1 ENT 95: 5 × ₹4 + 10 × ₹6.50 + 1 × ₹10"]);
}

#[test]
fn the_centres_charge_is_a_share_up_to_its_most() {
    // Akshaya order of August 2025 for payments above 5,000: 0.5 % or 100, whichever is lower.
    let rules = rule(
        "ENT",
        "kind = \"share\"\nof_answer = \"payment\"\nanswer_max = \"1000000\"\n\
         basis_points = 50\nat_most = \"100\"",
    );
    let said = |sum| by(&rules, &[("payment", sum)], "2026-08-14");
    assert_eq!(said("5001"), ["2026-08/1 ENT 25: 0.5 % of ₹5,001"]);
    assert_eq!(said("20000"), ["2026-08/1 ENT 100: 0.5 % of ₹20,000"]);
    assert_eq!(said("20200"), ["2026-08/1 ENT 100: 0.5 % of ₹20,200, but at most ₹100"]);
    assert_eq!(said("1000000"), ["2026-08/1 ENT 100: 0.5 % of ₹10,00,000, but at most ₹100"]);
}

#[test]
fn included_units_are_free_and_a_rebate_makes_lines_smaller() {
    let included = "kind = \"per_unit\"\nunits = [{ answer = \"bags\", most = 50 }]\n\
                    rupees = \"10\"\nincluded = 2";
    assert_eq!(
        by(&rule("ENT", included), &[("bags", "5")], "2026-08-14"),
        ["2026-08/1 ENT 30: 5 × ₹10, the first 2 free"]
    );
    assert_eq!(by(&rule("ENT", included), &[("bags", "2")], "2026-08-14"), [""; 0]);
    let period = "[[fee_period]]\nservice = \"entertainment_tax\"\nlength = \"year\"\n\
                  from = 2020-01-01\ncertainty = \"unverified\"\nsource = \"A test\"\n";
    let flat = rule("ENT", "kind = \"flat\"\nrupees = \"505\"");
    let off = rule("ENT", "kind = \"rebate\"\nof = [\"ENT\"]\nbasis_points = 1000\nby = \"05-31\"");
    let rules = format!("{period}{flat}{off}");
    // 10 % of 505 is 50.50, to the rupee 51.
    assert_eq!(
        by(&rules, &[], "2026-05-31"),
        ["2026-04/12 ENT 454: ₹505, as the body has set it; less 10 %, ₹51"]
    );
    assert_eq!(by(&rules, &[], "2026-06-01"), ["2026-04/12 ENT 505: ₹505, as the body has set it"]);
    // The day is one of the year that is paid for, which ends in the next calendar year.
    let off =
        rule("ENT", "kind = \"rebate\"\nof = [\"ENT\"]\nbasis_points = 1000\nby = \"02-last\"");
    let rules = format!("{period}{flat}{off}");
    assert!(by(&rules, &[], "2027-02-28")[0].contains("less 10 %"));
    assert!(!by(&rules, &[], "2027-03-01")[0].contains("less"));
}

#[test]
fn what_is_not_set_or_not_in_force_is_refused_in_one_sentence() {
    let rules = "[[fee]]\nservice = \"entertainment_tax\"\nhead = \"ENT\"\nfrom = 2026-04-01\n\
                 certainty = \"unset\"\nsource = \"The corporation sets it\"\n";
    let pack = pack_with(rules).expect("a sound pack");
    let refused = |on| fees(&pack, "entertainment_tax", &[], on).expect_err("no fee").to_string();
    assert_eq!(refused("2026-08-14"), "the office has not set ENT of entertainment_tax yet");
    let before = "the pack has no fee of entertainment_tax for 2026-03-31";
    assert_eq!(refused("2026-03-31"), before);
}

#[test]
fn every_language_explains_and_the_slip_says_it_briefly() {
    let pack = pack();
    let given = answers(&[("half_year", "this"), ("half_year_income", "25000")]);
    let service = pack.service("profession_tax").expect("a service");
    let demand = Demand::of_fees(&pack, service, &given, day("2026-08-14")).expect("a demand");
    let lines = crate::apportion(&demand, demand.total).expect("the whole");
    let part = crate::FeePart { service: "profession_tax", answers: &given };
    let brief = |language, on| crate::demand::briefs(&pack, Some(part), &lines, day(on), language);
    assert_eq!(brief(Language::En, "2026-08-14"), ["Profession tax 18,000–29,999"]);
    assert_eq!(brief(Language::Ml, "2026-08-14"), ["തൊഴിൽ നികുതി 18,000–29,999"]);
    // Where the pack's rule gives another sum, the slip says no rule at all.
    assert_eq!(brief(Language::En, "2024-08-14"), ["Profession tax"]);
    let why = |language| demand.periods[0].lines[0].why(&pack, language);
    assert_eq!(why(Language::Ml), "25,000: 18,000 മുതൽ 29,999 വരെയുള്ള സ്ലാബ്");
    assert_eq!(why(Language::Hi), "25,000 पर: 18,000 से 29,999 का स्लैब");
    assert_eq!(why(Language::Mr), "25,000 साठी: 18,000 ते 29,999 चा टप्पा");
    assert_eq!(why(Language::Or), "25,000 ପାଇଁ: 18,000ରୁ 29,999 ସ୍ଲାବ");
}
