use crate::pack::Pack;
use crate::pack::sample::FILES;

/// The faults of the sample pack with these rules at the end of rates.toml.
fn faults(rules: &str) -> Vec<String> {
    changed(|name, text| match name {
        "rates.toml" => format!("{text}\n{rules}"),
        _ => text.to_owned(),
    })
}

fn changed(change: impl Fn(&str, &str) -> String) -> Vec<String> {
    let files = FILES.map(|(name, text)| (name, change(name, text)));
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let parsed = Pack::parse(&files);
    parsed.err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

fn rule(service: &str, head: &str, rest: &str) -> String {
    format!(
        "[[fee]]\nservice = \"{service}\"\nhead = \"{head}\"\n{rest}\n\
         certainty = \"unverified\"\nsource = \"A test\"\n"
    )
}

fn check(rules: &str, told: &str) {
    let found = faults(rules);
    assert!(found.iter().any(|fault| fault.contains(told)), "{told} not in {found:#?}");
}

#[test]
fn slabs_have_no_gap_and_no_overlap() {
    let slabs = |slabs: &str| {
        let rest = format!("kind = \"slab\"\nby = \"a\"\nslab = [{slabs}]\nfrom = 2026-04-01");
        rule("market_rent", "MKT", &rest)
    };
    assert_eq!(
        faults(&slabs("{ from = 0, to = 9, rupees = \"1\" }, { from = 10, rupees = \"2\" }")),
        [""; 0]
    );
    check(
        &slabs("{ from = 0, to = 9, rupees = \"1\" }, { from = 11, rupees = \"2\" }"),
        "slab.from: leaves a gap after 9",
    );
    check(
        &slabs("{ from = 0, to = 9, rupees = \"1\" }, { from = 9, rupees = \"2\" }"),
        "slab.from: overlaps the slab up to 9",
    );
    check(
        &slabs("{ from = 0, rupees = \"1\" }, { from = 10, rupees = \"2\" }"),
        "slab.from: follows a slab that has no end",
    );
    check(&slabs("{ from = 9, to = 8, rupees = \"1\" }"), "slab.to: is below from");
    check(&slabs("{ from = 0, to = 9, rupees = 1 }"), "slab.rupees: must be a text");
}

#[test]
fn two_rules_of_one_line_never_hold_on_one_day() {
    let flat = |only_if: &str, dates: &str| {
        rule("market_rent", "MKT", &format!("kind = \"flat\"\nrupees = \"5\"\n{only_if}\n{dates}"))
    };
    let pair =
        |one: (&str, &str), other: (&str, &str)| flat(one.0, one.1) + &flat(other.0, other.1);
    let twice = "two fees of one line hold on 2026-03-31";
    check(&pair(("", "from = 2025-04-01"), ("", "from = 2026-03-31")), twice);
    let apart = pair(("", "from = 2025-04-01\nto = 2026-03-30"), ("", "from = 2026-03-31"));
    assert_eq!(faults(&apart), [""; 0]);
    let (fish, meat) = (
        "only_if = [{ answer = \"a\", is = [\"fish\"] }]",
        "only_if = [{ answer = \"a\", is = [\"meat\", \"egg\"] }]",
    );
    let (since, later) = ("from = 2025-04-01", "from = 2026-03-31");
    assert_eq!(faults(&pair((fish, since), (meat, later))), [""; 0]);
    check(&pair((fish, since), (fish, later)), twice);
    check(&pair((fish, since), ("", later)), twice);
    let period = "[[fee_period]]\nservice = \"market_rent\"\nlength = \"year\"\nfrom = 2026-04-01\n\
                  certainty = \"unverified\"\nsource = \"A test\"\n";
    check(period, "two periods of market_rent hold on one day");
}

#[test]
fn services_and_heads_are_those_of_the_pack() {
    let flat = "kind = \"flat\"\nrupees = \"5\"\nfrom = 2026-04-01";
    check(&rule("ferry", "MKT", flat), "ferry is no service of the kind fees in pack.toml");
    check(&rule("property_tax", "MKT", flat), "property_tax is no service of the kind fees");
    check(&rule("market_rent", "FERRY", flat), "FERRY is no head of pack.toml that a fee may have");
    // What the rules of the tax itself name is nobody else's.
    check(&rule("market_rent", "ADU", flat), "ADU is no head of pack.toml that a fee may have");
    let found = changed(|name, text| match name {
        "rates.toml" => text
            .split("\n[[")
            .filter(|part| !part.contains("\"entertainment_tax\""))
            .collect::<Vec<_>>()
            .join("\n[["),
        _ => text.to_owned(),
    });
    assert_eq!(found, ["rates.toml:1: the service entertainment_tax has no [[fee]]"]);
    let found = changed(|name, text| match name {
        "pack.toml" => text.replace("form = \"market_rent\"\n", ""),
        _ => text.to_owned(),
    });
    assert!(found.len() == 1 && found[0].contains("service.form is missing"), "{found:?}");
    let found = changed(|name, text| match name {
        "pack.toml" => text.replace("kind = \"waste_fee\"", "kind = \"waste_fee\"\nform = \"x\""),
        _ => text.to_owned(),
    });
    assert!(found[0].contains("service.form is not known here"), "{found:?}");
}

#[test]
fn a_line_leans_on_lines_before_it_and_lateness_on_a_period() {
    let share = "kind = \"share\"\nof = [\"LIC\"]\nbasis_points = 500\nfrom = 2026-04-01";
    check(
        &rule("market_rent", "MKT", share),
        "no fee of market_rent before this one has the head LIC",
    );
    let late = "kind = \"flat\"\nrupees = \"5\"\nonly_late = true\nfrom = 2026-04-01";
    check(
        &rule("entertainment_tax", "ENS", late),
        "entertainment_tax has no [[fee_period]] to be late for",
    );
    let rebate =
        "kind = \"rebate\"\nof = [\"ENT\"]\nbasis_points = 500\nby = \"05-31\"\nfrom = 2026-04-01";
    check(&rule("entertainment_tax", "ENS", rebate), "has no [[fee_period]]");
}

#[test]
fn figures_are_bounded_and_nothing_unknown_is_passed_over() {
    let with = |rest: &str| rule("market_rent", "MKT", &format!("{rest}\nfrom = 2026-04-01"));
    check(&with("kind = \"tithe\""), "fee.kind: must be one of flat, per_unit, blocks");
    check(&with("kind = \"flat\"\nrupees = \"0\""), "fee.rupees: must be above zero");
    check(&with("kind = \"flat\"\nrupees = \"5\"\nslab = 3"), "fee.slab is not known here");
    check(&with("kind = \"per_unit\"\nrupees = \"5\"\nunits = []"), "fee.units: must be one to 3");
    check(
        &with("kind = \"per_unit\"\nrupees = \"5\"\nunits = [{ answer = \"a\", most = 0 }]"),
        "units.most: must be above zero and not below least",
    );
    let large = "{ answer = \"a\", most = 1000000 }, { answer = \"b\", most = 1000000 }";
    check(
        &with(&format!("kind = \"per_unit\"\nrupees = \"5\"\nunits = [{large}]")),
        "fee.units: must be one to 3 answers",
    );
    check(
        &with("kind = \"blocks\"\nunits = \"a\"\nmost = 9\nblock = [{ to = 5, rupees = \"1\" }]"),
        "fee.block: each block but the last must end above",
    );
    check(
        &with("kind = \"share\"\nof_answer = \"a\"\nanswer_max = \"9\"\nbasis_points = 10001"),
        "fee.basis_points: must be a whole number from 0 to 10000",
    );
    check(
        &with("kind = \"flat\"\nrupees = \"5\"\nonly_if = [{ answer = \"a\", is = [] }]"),
        "only_if.is",
    );
    let unset = "[[fee]]\nservice = \"market_rent\"\nhead = \"MKT\"\nrupees = \"5\"\n\
                 from = 2026-04-01\ncertainty = \"unset\"\nsource = \"The body\"\n";
    check(unset, "fee.rupees is not known here");
    let each = |place: usize| {
        let units = format!("units = [{{ answer = \"a{place}\", most = 9 }}]");
        with(&format!("kind = \"per_unit\"\nrupees = \"5\"\n{units}"))
    };
    let many: String = (0..25).map(each).collect();
    check(&many, "market_rent has more than 24 fees on a day");
}
