use super::*;
use crate::pack::sample::{FILES, pack};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date in a test")
}

/// "title | what | takes | from | to".
fn told(pack: &Pack, on: &str, is_centre: bool, language: Language) -> Vec<String> {
    let board = pack.rate_board(day(on), is_centre, language);
    let row = |title: &str, rate: &BoardRate| {
        let to = rate.to.map(|to| to.to_string()).unwrap_or_default();
        format!("{title} | {} | {} | {} | {to}", rate.what, rate.takes, rate.from)
    };
    board.iter().flat_map(|part| part.rates.iter().map(|rate| row(&part.title, rate))).collect()
}

fn changed(from: &str, to: &str) -> Pack {
    let files = FILES.map(|(name, text)| (name, text.replace(from, to)));
    let files: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    Pack::parse(&files).expect("the sample, changed, is sound")
}

#[test]
fn every_service_that_takes_money_stands_on_it() {
    let pack = pack();
    for language in &pack.languages {
        let board = pack.rate_board(day("2026-08-14"), false, *language);
        for service in pack.services.iter().filter(|it| takes_money(it.kind)) {
            let title = pack.service_title(&service.id, *language);
            let part = board.iter().find(|part| part.title == title);
            let rates = &part.unwrap_or_else(|| panic!("{title} is not there")).rates;
            assert!(rates.iter().all(|rate| !rate.what.is_empty()), "{title}: {rates:?}");
        }
    }
}

#[test]
fn figures_stand_with_their_days_and_change_with_them() {
    let pack = pack();
    let today = told(&pack, "2026-08-14", false, Language::En);
    let has = |board: &[String], row: &str| {
        assert!(board.iter().any(|it| it == row), "{row}\n{board:#?}");
    };
    has(&today, "Property tax | Library cess | 5 % | 1994-04-23 | ");
    let tickets = "Entertainment tax on tickets (tickets first) | 1 × ₹12.50 | 2026-04-01 | ";
    has(&today, &format!("Entertainment tax | {tickets}"));
    let before = told(&pack, "2026-03-31", false, Language::En);
    assert!(!before.iter().any(|row| row.contains("12.50")), "{before:#?}");
    let slab = |board: &[String]| board.iter().filter(|row| row.contains("12,000–17,999")).count();
    assert_eq!(slab(&today), 1);
    let other = changed("to = 17999, rupees = \"320\"", "to = 17999, rupees = \"325\"");
    let other = told(&other, "2026-08-14", false, Language::En);
    assert!(other.iter().any(|row| row.contains("12,000–17,999 | ₹325 |")), "{other:#?}");
}

#[test]
fn a_centre_shows_its_own_charge() {
    let steps = "\n[[centre_charge]]\nfrom = 2025-08-01\ncertainty = \"press\"\n\
                 source = \"The order\"\nstep = [{ to = \"1000\", rupees = \"10\" }, \
                 { to = \"5000\", rupees = \"20\" }, { basis_points = 50, at_most = \"100\" }]\n";
    let pack = changed("\n[[remittance]]", &format!("{steps}\n[[remittance]]"));
    let charges = |is_centre, on| {
        let charge = pack.head_label(heads::SERVICE_CHARGE, Language::En).to_owned();
        let rows = told(&pack, on, is_centre, Language::En);
        let rows = rows
            .into_iter()
            .filter_map(|row| row.strip_prefix(&format!("{charge} | ")).map(str::to_owned));
        rows.collect::<Vec<_>>()
    };
    assert_eq!(
        charges(true, "2026-08-14"),
        [
            "₹1–1,000 | ₹10 | 2025-08-01 | ",
            "₹1,001–5,000 | ₹20 | 2025-08-01 | ",
            "₹5,001– | 0.5 %, …₹100 | 2025-08-01 | ",
        ]
    );
    assert_eq!(charges(false, "2026-08-14").len(), 1);
    assert!(charges(true, "2025-07-31")[0].contains("₹0"), "before the order as anywhere");
}

fn takes_money(kind: ServiceKind) -> bool {
    !matches!(kind, ServiceKind::CheckReceipt | ServiceKind::Elsewhere | ServiceKind::Application)
}
