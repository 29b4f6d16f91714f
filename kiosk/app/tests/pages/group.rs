//! What is paid together, and the rate board.

use flow::*;
use ledger::{Language, Paise};

use crate::samples::{Sample, demand, frame, paid, printing};

pub fn all(language: Language) -> impl Iterator<Item = Sample> {
    let owed = DemandPage { may_list: true, ..demand(language) };
    let more = DemandPage { listed: 2, ..owed.clone() };
    let at_a_centre = DemandPage {
        charge: Paise::rupees(20),
        charge_why: Some("For 1,184: the slab from 1,001 to 5,000".into()),
        ..owed.clone()
    };
    let second = PrintingPage { place: Some(SlipPlace { nth: 2, of: 3 }), ..printing() };
    let numbers = Some("G0802-26-K3-00417-H – G0802-26-K3-00419-D".to_owned());
    let paid = PaidPage { number: numbers, receipts: 3, ..paid() };
    let pages = [
        ("03c-another-too", Page::Demand(owed), Some(2), Some("Continue to pay")),
        ("03d-join", Page::Demand(more), Some(2), Some("Put it on the list")),
        ("03e-centre", Page::Demand(at_a_centre), Some(2), Some("Continue to pay")),
        ("40-group", Page::Group(three()), Some(2), Some("Continue to pay")),
        ("40b-full", Page::Group(full()), Some(2), Some("Continue to pay")),
        ("09b-second", Page::Printing(second), None, None),
        ("10h-three", Page::Paid(paid), None, Some("Finish")),
        ("41-rates", Page::Rates(rates(language)), None, Some("Print the rates")),
    ];
    pages.into_iter().map(move |(name, page, now, primary)| {
        let frame = frame(language, now.map(|now| Step { now, of: 4 }));
        Sample { name, screen: Screen { frame, page }, primary, figure: "" }
    })
}

fn row(id: u32, rupees: i64) -> GroupRow {
    GroupRow {
        id: id.to_string(),
        place: format!("Ward 7 · 12/{id}"),
        owner: "L•••••• R.".into(),
        amount: Paise::rupees(rupees),
    }
}

fn three() -> GroupPage {
    let rows = vec![row(345, 1_184), row(346, 630), row(351, 2_100)];
    GroupPage { rows, total: Paise::rupees(3_914), most: 10 }
}

fn full() -> GroupPage {
    let rows = (1..=10).map(|id| row(id, 100)).collect();
    GroupPage { rows, total: Paise::rupees(1_000), most: 10 }
}

/// As the shipped pack has it, of which no figure is written here again.
fn rates(language: Language) -> RatesPage {
    let files = [
        ("pack.toml", include_str!("../../../../fleet/packs/padippuram/pack.toml")),
        ("rates.toml", include_str!("../../../../fleet/packs/padippuram/rates.toml")),
        ("wards.toml", include_str!("../../../../fleet/packs/padippuram/wards.toml")),
        ("texts.en.toml", include_str!("../../../../fleet/packs/padippuram/texts.en.toml")),
        ("texts.hi.toml", include_str!("../../../../fleet/packs/padippuram/texts.hi.toml")),
        ("texts.ml.toml", include_str!("../../../../fleet/packs/padippuram/texts.ml.toml")),
        ("texts.mr.toml", include_str!("../../../../fleet/packs/padippuram/texts.mr.toml")),
        ("texts.or.toml", include_str!("../../../../fleet/packs/padippuram/texts.or.toml")),
    ];
    let pack = ledger::Pack::parse(&files).expect("the shipped pack is sound");
    let on = "2026-08-14".parse().expect("a day");
    let rate = |rate: ledger::BoardRate| RateRow {
        what: rate.what,
        takes: rate.takes,
        from: ledger::date_text(rate.from),
        to: rate.to.map(ledger::date_text),
    };
    let part = |part: ledger::BoardPart| RatePart {
        title: part.title,
        rates: part.rates.into_iter().map(rate).collect(),
    };
    let parts = pack.rate_board(on, false, language).into_iter().map(part).collect();
    let pack = pack.name();
    RatesPage { on: "14-08-2026".into(), parts, pack, paper: TestPrint::NotAsked }
}
