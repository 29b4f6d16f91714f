//! The houses of those books.

use ledger::{Building, DemandRow, Household, LocalName, Paise};

use super::sticker;

fn row(period: &str, assessed: i64, paid: i64) -> DemandRow {
    DemandRow {
        period: period.parse().expect("a period"),
        head: "PT".to_owned(),
        assessed: Paise::rupees(assessed),
        paid: Paise::rupees(paid),
    }
}

fn home(category: &str, exempt: bool, paid_until: &str) -> Option<Household> {
    let fee_paid_until = Some(paid_until.parse().expect("a month"));
    Some(Household { category: category.to_owned(), exempt, fee_paid_until })
}

fn building(id: u32, ward: u16, number: &str, demands: Vec<DemandRow>) -> Building {
    Building {
        id,
        ward,
        number: number.to_owned(),
        old_number: None,
        street: "Temple Road".to_owned(),
        owner: "Lakshmi R.".to_owned(),
        owner_local: Some(LocalName {
            language: ledger::Language::Ml,
            name: "ലക്ഷ്മി ആർ.".to_owned(),
        }),
        area_m2: 120,
        use_code: "house".to_owned(),
        house_code: sticker(id),
        annual_tax: Paise::rupees(1_200),
        demands,
        advance: Paise::ZERO,
        household: None,
        connections: Vec::new(),
    }
}

/// One house of each kind that the stories need; all but 400 stand in ward 7.
pub fn buildings() -> Vec<Building> {
    vec![
        // ₹654 late, ₹630 of this half-year, ₹100 held: ₹1,184. Two months of the fee are late.
        Building {
            advance: Paise::rupees(100),
            household: home("house", false, "2026-05/1"),
            ..building(345, 7, "12/345", vec![row("2025-10/6", 600, 0), row("2026-04/6", 600, 0)])
        },
        // Nothing late: ₹630. Freed of the waste fee.
        Building {
            household: home("house", true, "2026-05/1"),
            owner: "Ammini".to_owned(),
            ..building(346, 7, "12/346", vec![row("2026-04/6", 600, 0)])
        },
        // All paid; the next half-year may be paid ahead.
        Building {
            household: home("house", false, "2026-08/1"),
            ..building(347, 7, "12/347", vec![row("2026-04/6", 600, 600)])
        },
        // No tax at all.
        Building { annual_tax: Paise::ZERO, ..building(348, 7, "12/348", vec![]) },
        // A shop, which pays by its sacks.
        Building {
            household: home("establishment", false, "2026-07/1"),
            ..building(349, 7, "12/349", vec![row("2026-04/6", 600, 0)])
        },
        // Two with one old number.
        Building {
            old_number: Some("3/50".to_owned()),
            ..building(350, 7, "12/350", vec![row("2026-04/6", 600, 0)])
        },
        Building {
            old_number: Some("3/50".to_owned()),
            ..building(351, 7, "12/351", vec![row("2026-04/6", 600, 0)])
        },
        building(400, 2, "2/17", vec![row("2026-04/6", 600, 0)]),
        // A large one: above what one receipt takes.
        building(352, 7, "12/352", vec![row("2026-04/6", 300_000, 0)]),
    ]
}
