use ledger::{CashTender, HouseCode, Language, Payer, Tender};

use super::*;

const TODAY: &str = "2026-08/1";

fn building() -> Building {
    let demand = |period: &str| DemandRow {
        period: period.parse().expect("a period"),
        head: heads::PROPERTY_TAX.to_owned(),
        assessed: Paise::rupees(600),
        paid: Paise::ZERO,
    };
    Building {
        id: 1,
        ward: 7,
        number: "7/1".to_owned(),
        old_number: None,
        street: "Temple Road".to_owned(),
        owner: "Lakshmi R.".to_owned(),
        owner_local: None,
        area_m2: 120,
        use_code: "house".to_owned(),
        house_code: HouseCode { body: "G0802".to_owned(), building: 1 }.to_string(),
        annual_tax: Paise::rupees(1_200),
        demands: vec![demand("2025-10/6"), demand("2026-04/6")],
        advance: Paise::ZERO,
        household: Some(Household {
            category: "house".to_owned(),
            exempt: false,
            fee_paid_until: None,
        }),
        connections: Vec::new(),
    }
}

/// "2025-10/6 PT 600" and the like.
fn receipt(lines: &[(&str, &str, i64)]) -> Receipt {
    let line = |(period, head, rupees): &(&str, &str, i64)| ReceiptLine {
        period: period.parse().expect("a period"),
        head: (*head).to_owned(),
        amount: Paise::rupees(*rupees),
    };
    let total = Paise::rupees(lines.iter().map(|(_, _, rupees)| rupees).sum());
    Receipt {
        book: "K1".to_owned(),
        number: 1,
        service: "property_tax".to_owned(),
        payer: Payer::Building(1),
        lines: lines.iter().map(line).collect(),
        total,
        tender: Tender::Cash(CashTender { tendered: total }),
        pack: 1,
        language: Language::En,
        answers: Vec::new(),
    }
}

fn pack() -> Pack {
    pack_in("padippuram")
}

fn pack_in(name: &str) -> Pack {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs").join(name);
    let files: Vec<(String, String)> = std::fs::read_dir(folder)
        .expect("the pack")
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("UTF-8"))
        })
        .collect();
    let borrowed: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Pack::parse(&borrowed).expect("a sound pack")
}

/// Settles receipts one after the other; nothing was taken for a month before.
fn settled(receipts: &[Receipt]) -> Building {
    let mut building = building();
    let pack = pack();
    for receipt in receipts {
        let paid =
            Paid { pack: &pack, on: "2026-08-14".parse().expect("a day"), taken: &|_| Paise::ZERO };
        settle(&mut building, receipt, &paid).expect("small sums");
    }
    building
}

fn paid(building: &Building) -> Vec<(String, i64)> {
    building.demands.iter().map(|row| (row.period.code(), row.paid.get() / 100)).collect()
}

#[test]
fn a_receipt_pays_its_demands_and_interest_has_none() {
    let whole = [
        ("2025-10/6", "PT", 600),
        ("2025-10/6", "LC", 30),
        ("2025-10/6", "PI", 24),
        ("2026-04/6", "PT", 100),
    ];
    let building = settled(&[receipt(&whole)]);
    assert_eq!(paid(&building), [("2025-10/6".to_owned(), 600), ("2026-04/6".to_owned(), 100)]);
    assert_eq!(building.advance, Paise::ZERO);
}

#[test]
fn what_two_devices_took_while_apart_is_kept_for_the_house() {
    let lines = [("2025-10/6", "PT", 600), ("2025-10/6", "LC", 30), ("2025-10/6", "PI", 24)];
    let building = settled(&[receipt(&lines), receipt(&lines)]);
    assert_eq!(paid(&building)[0], ("2025-10/6".to_owned(), 600));
    assert_eq!(building.advance, Paise::rupees(654), "tax, cess and interest of the second");
}

#[test]
fn a_half_year_that_is_paid_ahead_gets_its_row() {
    let building = settled(&[receipt(&[("2026-10/6", "PT", 600), ("2026-10/6", "LC", 30)])]);
    assert_eq!(paid(&building)[2], ("2026-10/6".to_owned(), 600));
    assert_eq!(building.demands[2].assessed, Paise::rupees(600));
    assert_eq!(building.advance, Paise::ZERO);
}

#[test]
fn money_that_is_held_comes_and_goes() {
    let kept = receipt(&[("2026-04/6", "ADV", 250)]);
    let used = receipt(&[("2025-10/6", "PT", 600), ("2026-04/6", "ADU", -200)]);
    assert_eq!(settled(&[kept, used]).advance, Paise::rupees(50));
}

#[test]
fn held_money_that_two_devices_used_while_apart_is_owed_again() {
    let kept = receipt(&[("2026-04/6", "ADV", 100)]);
    let used = receipt(&[("2025-10/6", "PT", 300), ("2026-04/6", "ADU", -100)]);
    let building = settled(&[kept, used.clone(), used]);
    assert_eq!(building.advance, Paise::ZERO);
    assert_eq!(paid(&building)[0], ("2025-10/6".to_owned(), 500), "₹500 were handed over");
}

#[test]
fn a_month_is_covered_by_its_whole_fee_only() {
    let month: Period = TODAY.parse().expect("a period");
    let fee = pack().rates.user_fee_house.at(month.first_day()).expect("a fee").value.get() / 100;
    let until = |rupees| {
        let building = settled(&[receipt(&[(TODAY, "UF", rupees)])]);
        building.household.expect("a household").fee_paid_until
    };
    assert_eq!(until(fee), Some(month));
    assert_eq!(until(fee - 1), None);
    let twice = settled(&[receipt(&[(TODAY, "UF", fee)]), receipt(&[(TODAY, "UF", fee)])]);
    assert_eq!(twice.advance, Paise::rupees(fee));
}

#[test]
fn the_rebate_of_who_pays_early_is_asked_of_nobody_later() {
    let pack = pack_in("pune");
    let settled = |on: &str, receipts: &[Receipt]| {
        let mut building = building();
        let on = on.parse().expect("a day");
        for receipt in receipts {
            let paid = Paid { pack: &pack, on, taken: &|_| Paise::ZERO };
            settle(&mut building, receipt, &paid).expect("small sums");
        }
        let row = &building.demands[1];
        assert_eq!(row.period.code(), "2026-04/6");
        (row.assessed.get() / 100, row.paid.get() / 100, building.advance.get() / 100)
    };
    let early = receipt(&[("2026-04/6", "PT", 540)]);
    assert_eq!(settled("2026-05-31", std::slice::from_ref(&early)), (540, 540, 0));
    // A day later it is a part, and the rest stays owed.
    assert_eq!(settled("2026-06-01", std::slice::from_ref(&early)), (600, 540, 0));
    // Two devices took it while apart: the second is held for the house.
    assert_eq!(settled("2026-05-31", &[early.clone(), early]), (540, 540, 540));
    // A part, and then the rest of it less its own tenth.
    let parts = [receipt(&[("2026-04/6", "PT", 200)]), receipt(&[("2026-04/6", "PT", 360)])];
    assert_eq!(settled("2026-05-31", &parts), (560, 560, 0));
}

#[test]
fn a_bill_that_two_devices_took_stays_with_its_connection() {
    let pack = pack();
    let mut building = building();
    let row = |period: &str, rupees| DemandRow {
        period: period.parse().expect("a month"),
        head: "WBL".to_owned(),
        assessed: Paise::rupees(rupees),
        paid: Paise::ZERO,
    };
    building.demands.extend([row("2026-08/1", 250), row("2026-07/1", 200)]);
    building.connections = vec![ledger::Connection {
        service: "water_bill".to_owned(),
        account: "W-1".to_owned(),
        months: Vec::new(),
        held: Paise::ZERO,
    }];
    let july = receipt(&[("2026-07/1", "WBL", 200), ("2026-07/1", "WBP", 10)]);
    let mut settle_one = |receipt: &Receipt| {
        let on = "2026-08-20".parse().expect("a day");
        let paid = Paid { pack: &pack, on, taken: &|_| Paise::ZERO };
        let excess = settle(&mut building, receipt, &paid).expect("small sums");
        let paid: Vec<i64> = building.demands.iter().map(|row| row.paid.get() / 100).collect();
        (excess, paid, building.connections[0].held, building.advance)
    };
    let once = (Paise::ZERO, vec![0, 0, 0, 200], Paise::ZERO, Paise::ZERO);
    assert_eq!(settle_one(&july), once);
    // The second pays the next bill, its late charge among it, and no tax.
    let twice = (Paise::rupees(210), vec![0, 0, 210, 200], Paise::ZERO, Paise::ZERO);
    assert_eq!(settle_one(&july), twice);
    let thrice = (Paise::rupees(210), vec![0, 0, 250, 200], Paise::rupees(170), Paise::ZERO);
    assert_eq!(settle_one(&july), thrice);
}
