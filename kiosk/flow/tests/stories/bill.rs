//! The bills of a utility at a kiosk: found by house, by account and by square, shown with a year
//! of use, and paid whole.

use std::sync::Arc;

use flow::{Button, DemandPage, Field, Page, Profile, RefusalCode};
use ledger::{BillCode, BilledMonth, Building, Connection, DemandRow, Pack, Paise};

use crate::books::MemoryBooks;
use crate::packs::FILES;
use crate::teller::{Teller, rupees};

const ACCOUNT: &str = "W-00345";

/// 12/345 draws water: ₹310 of July, ₹325 of August 2026; May has no bill.
fn drawing(building: &mut Building) {
    let row = |code: &str, rupees| DemandRow {
        period: code.parse().expect("a month"),
        head: "WBL".to_owned(),
        assessed: Paise::rupees(rupees),
        paid: Paise::ZERO,
    };
    let month = |code: &str, units| BilledMonth {
        month: code.parse().expect("a month"),
        units,
        due: None,
        late: Paise::ZERO,
    };
    building.demands.extend([row("2026-06/1", 310), row("2026-08/1", 325)]);
    building.connections = vec![Connection {
        service: "water_bill".to_owned(),
        account: ACCOUNT.to_owned(),
        months: vec![month("2026-04/1", 9), month("2026-06/1", 11), month("2026-08/1", 15)],
        held: Paise::ZERO,
    }];
}

fn kiosk() -> Teller {
    let mut books = MemoryBooks::new();
    let building = books.buildings.iter_mut().find(|building| building.id == 345);
    drawing(building.expect("the house of the pictures"));
    Teller::with(Profile::Kiosk, books)
}

fn demand(teller: &Teller) -> DemandPage {
    let Page::Demand(page) = teller.page() else { panic!("no demand: {:?}", teller.refused()) };
    page
}

#[test]
fn a_bill_is_found_by_house_by_account_and_by_its_square() {
    let mut teller = kiosk();
    teller.choose("water_bill");
    teller.write(Field::Number, "12/345");
    teller.press(Button::Next);
    let by_house = demand(&teller);
    assert_eq!(by_house.total, rupees(310 + 16 + 325));
    let part = by_house.bill.clone().expect("a bill");
    assert_eq!((&*part.account, &*part.unit, &part.elsewhere), (ACCOUNT, "kL", &None));
    assert_eq!(part.bars.len(), 12);
    let last: Vec<_> = part.bars[7..].iter().map(|bar| (&*bar.month, bar.units)).collect();
    let wanted = [
        ("April 2026", Some(9)),
        ("May 2026", None),
        ("June 2026", Some(11)),
        ("July 2026", None),
        ("August 2026", Some(15)),
    ];
    assert_eq!(last, wanted);
    let why: Vec<_> = by_house.periods[0].lines.iter().map(|line| line.why.as_str()).collect();
    let billed = "11 kL, account W-00345, billed by Padippuram Water Supply";
    assert_eq!(why, [billed, "5 % of ₹310, paid after 15-07-2026"]);

    teller.press(Button::Finish);
    teller.choose("water_bill");
    teller.write(Field::Number, "w 00345");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::UnknownBuilding), "no sign of an account");
    teller.write(Field::Number, "w00345");
    teller.press(Button::Next);
    assert_eq!(demand(&teller), by_house);

    // The idle page knows by itself what was shown to it.
    let code = BillCode {
        body: "G0802".to_owned(),
        service: "water_bill".to_owned(),
        account: ACCOUNT.to_owned(),
    };
    for square in [code.to_string(), ACCOUNT.to_owned()] {
        teller.press(Button::Finish);
        teller.scan(&square);
        assert_eq!(demand(&teller), by_house, "{square}");
    }
    teller.press(Button::Finish);
    teller.scan(&BillCode { body: "G0803".to_owned(), ..code.clone() }.to_string());
    assert_eq!(teller.refused(), Some(RefusalCode::UnknownCode), "another body's");
    teller.scan(&BillCode { account: "W-9".to_owned(), ..code }.to_string());
    assert_eq!(teller.refused(), Some(RefusalCode::UnknownBuilding));
    // The same house's tax knows nothing of its water.
    teller.choose("property_tax");
    teller.write(Field::Number, "12/345");
    teller.press(Button::Next);
    let tax = demand(&teller);
    assert_eq!((tax.total, tax.bill), (rupees(1_184), None));
}

#[test]
fn bills_are_paid_whole_and_the_slip_says_account_and_units() {
    let mut teller = kiosk();
    teller.choose("water_bill");
    teller.write(Field::Number, "12/345");
    teller.press(Button::Next);
    teller.press(Button::Next);
    teller.choose("another");
    for (typed, refused) in [
        ("100", (RefusalCode::WholeBills, Some(rupees(326)))),
        ("400", (RefusalCode::WholeBills, Some(rupees(326)))),
        ("700", (RefusalCode::NoAdvance, None)),
    ] {
        teller.write(Field::Amount, typed);
        teller.press(Button::Next);
        let refusal = teller.refusal().expect("no whole bills");
        assert_eq!((refusal.code, refusal.amount), refused, "{typed}");
    }
    teller.write(Field::Amount, "326");
    teller.press(Button::Next);
    teller.pay_by("card");
    let intents = teller.books.day_book.intents();
    let intent = intents.map(|(seq, _)| seq).max().expect("an intent");
    teller.approve(intent);
    let (_, receipt) = teller.receipts().pop().expect("a receipt");
    let heads: Vec<_> = receipt.lines.iter().map(|line| line.head.as_str()).collect();
    assert_eq!((heads, receipt.total), (vec!["WBL", "WBP"], rupees(326)));
    let kept: Vec<_> = receipt.answers.iter().map(|it| (&*it.name, &*it.value)).collect();
    assert_eq!(kept, [("account", ACCOUNT), ("2026-06/1", "11")]);
    let slip = teller.slip();
    for said in ["Water bill", ACCOUNT, "Water, 11 kL", "June 2026", "Late charge"] {
        assert!(slip.contains(said), "{said} is not on {slip}");
    }
    teller.assert_sound();
}

#[test]
fn who_has_no_account_is_told_what_to_do() {
    let mut teller = kiosk();
    teller.choose("water_bill");
    teller.write(Field::Number, "12/346");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::NoConnection));
}

/// The sample pack with one of its files otherwise.
fn pack_with(name: &str, of: &str, by: &str) -> Arc<Pack> {
    let files = FILES.map(|(file, text)| {
        assert!(file != name || text.contains(of), "{of}");
        (file, if file == name { text.replace(of, by) } else { text.to_owned() })
    });
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    Arc::new(Pack::parse(&files).unwrap_or_else(|faults| panic!("{faults:#?}")))
}

fn of_pack(pack: Arc<Pack>) -> Teller {
    let mut teller = Teller::of_pack(Profile::Kiosk, pack);
    let building = teller.books.buildings.iter_mut().find(|building| building.id == 345);
    drawing(building.expect("the house of the pictures"));
    teller
}

#[test]
fn without_a_licence_the_bill_is_shown_and_no_money_is_taken() {
    let by = "agency = false\naddress = \"https://water-example.example\"";
    let mut teller = of_pack(pack_with("pack.toml", "agency = true", by));
    teller.scan(ACCOUNT);
    let page = demand(&teller);
    assert_eq!((page.total, page.charge), (rupees(310 + 325), Paise::ZERO));
    let part = page.bill.expect("a bill");
    assert_eq!(part.elsewhere.as_deref(), Some("https://water-example.example"));
    assert_eq!(part.bars.len(), 12);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    assert!(matches!(teller.page(), Page::Demand(_)));
    assert!(teller.receipts().is_empty());
}

#[test]
fn a_body_that_has_not_set_its_late_charge_takes_no_bill() {
    let of = "kind = \"share\"\nbasis_points = 500\nfrom = 2023-04-01\ncertainty = \"unverified\"\n\
              source = \"Chosen for the sample\"\n";
    let by = "from = 2023-04-01\ncertainty = \"unset\"\nsource = \"A test\"\n";
    let rates = FILES.iter().find(|(name, _)| *name == "rates.toml").expect("it").1;
    let start = rates.find("[[bill_late]]").expect("the sample has one");
    let whole = rates[start..].to_owned();
    let mut teller = of_pack(pack_with("rates.toml", &whole, &whole.replace(of, by)));
    teller.scan(ACCOUNT);
    assert_eq!(teller.refused(), Some(RefusalCode::NotSetYet));
}
