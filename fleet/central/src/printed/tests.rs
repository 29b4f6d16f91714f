//! A bill's sums and squares.

use std::path::Path;

use chrono::NaiveDate;
use ledger::{DemandRow, HouseCode, Paise};

use super::*;

fn pack() -> Pack {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packs/padippuram");
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

fn house(id: u32, paid: i64) -> Building {
    let demand = |period: &str| DemandRow {
        period: period.parse().expect("a period"),
        head: "PT".to_owned(),
        assessed: Paise::rupees(600),
        paid: Paise::rupees(paid),
    };
    Building {
        id,
        ward: 7,
        number: format!("7/{id}"),
        old_number: None,
        street: "<b>Temple</b> Road".to_owned(),
        owner: "Lakshmi R.".to_owned(),
        owner_local: None,
        area_m2: 120,
        use_code: "house".to_owned(),
        house_code: HouseCode { body: "G0802".to_owned(), building: id }.to_string(),
        annual_tax: Paise::rupees(1_200),
        demands: vec![demand("2025-10/6"), demand("2026-04/6")],
        advance: Paise::ZERO,
        household: None,
        connections: Vec::new(),
    }
}

#[test]
fn a_bill_says_what_the_rules_ask_for_that_day_and_no_more() {
    let pack = pack();
    let on = NaiveDate::from_ymd_opt(2026, 8, 14).expect("a day");
    for language in pack.languages.clone() {
        let bills = Bills { pack: &pack, on, language };
        let (page, count) = bills.page(&[house(1, 0), house(2, 600)]).expect("bills");
        assert_eq!(count, 1, "who owes nothing gets none");
        let demand = Demand::of(&pack, &house(1, 0), on, &[]).expect("a demand");
        assert!(page.contains(&format!("₹{}", demand.total.on_paper())), "{page}");
        for line in demand.periods.iter().flat_map(|due| &due.lines) {
            assert!(page.contains(&line.amount.on_paper()), "{page}");
            assert!(page.contains(&line.label(&pack, language)), "{page}");
        }
        assert!(!page.contains("<b>Temple"), "what the register says is text");
        for foreign in ["http:", "https:", "src=", "<script", "@import", "url("] {
            assert!(!page.contains(foreign), "{foreign}");
        }
        assert!(!page.contains("{percent}") && !page.contains("{date}"), "{page}");
    }
}

#[test]
fn the_squares_are_those_of_the_house_and_of_the_sum() {
    let pack = pack();
    let on = NaiveDate::from_ymd_opt(2026, 8, 14).expect("a day");
    let bills = Bills { pack: &pack, on, language: Language::En };
    let bill = bills.bill(&house(345, 0)).expect("a bill").expect("it owes");
    assert_eq!(bill.kiosk.text, house(345, 0).house_code);
    let reference = BillReference::parse(&bill.reference).expect("its own");
    assert_eq!((reference.building, i64::from(reference.day)), (345, day_of(on)));
    let total = bill.total.replace(',', "");
    assert!(bill.upi.text.contains(&format!("&tr={}&", bill.reference)), "{}", bill.upi.text);
    assert!(bill.upi.text.ends_with(&format!("&am={total}&cu=INR")), "{}", bill.upi.text);
    assert!(bill.upi.path.starts_with("M4 4h1v1h-1z"), "white is around it");
}
