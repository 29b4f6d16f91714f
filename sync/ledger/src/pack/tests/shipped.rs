//! The packs that are shipped besides the sample: each is whole, and gives the figures of its
//! sources or says that the body must set them.

use chrono::NaiveDate;

use crate::demand::{Demand, DemandError, house};
use crate::language::Language;
use crate::money::Paise;
use crate::pack::{Pack, ServiceKind, heads};
use crate::receipt::Answer;
use crate::register::{Building, Connection, DemandRow};

macro_rules! text {
    ($id:literal, $($part:literal),+) => {
        include_str!(concat!("../../../../../fleet/packs/", $id, "/", $($part),+))
    };
}

macro_rules! pack {
    ($id:literal, $($texts:literal),+ $(; $more:literal)?) => {
        Pack::parse(&[
            $(($more, text!($id, $more)),)?
            ("pack.toml", text!($id, "pack.toml")),
            ("rates.toml", text!($id, "rates.toml")),
            ("wards.toml", text!($id, "wards.toml")),
            $((concat!("texts.", $texts, ".toml"), text!($id, "texts.", $texts, ".toml")),)+
        ])
        .unwrap_or_else(|faults| panic!("{faults:#?}"))
    };
}

fn municipality() -> Pack {
    pack!("kadavil", "ml", "en"; "slips.toml")
}

fn pune() -> Pack {
    pack!("pune", "mr", "en", "hi")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date in a test")
}

fn owner(pack: &Pack, use_code: &str, area_m2: u32, half: &str, rupees: i64) -> Building {
    let row = DemandRow {
        period: half.parse().expect("a period"),
        head: heads::PROPERTY_TAX.into(),
        assessed: Paise::rupees(rupees),
        paid: Paise::ZERO,
    };
    assert!(pack.head(heads::PROPERTY_TAX).is_some());
    let annual_tax = Paise::rupees(2 * rupees);
    Building { use_code: use_code.into(), area_m2, annual_tax, ..house(vec![row]) }
}

/// The first line of what a building owes, and why.
fn tax(pack: &Pack, building: &Building, on: &str) -> (i64, String) {
    let demand = Demand::of(pack, building, day(on), &[]).expect("a demand");
    let line = &demand.periods[0].lines[0];
    (line.amount.get() / 100, line.why(pack, Language::En))
}

#[test]
fn a_kerala_municipality_has_its_own_figures() {
    let pack = municipality();
    let service = pack.service("profession_tax").expect("a service");
    let given = [("half_year", "this"), ("half_year_income", "30000")];
    let answers = given.map(|(name, value)| Answer { name: name.into(), value: value.into() });
    let due = |on: &str| {
        let demand = Demand::of_fees(&pack, service, &answers, day(on)).expect("a demand");
        (demand.total, demand.periods[0].due)
    };
    // Municipalities by the last days of the half-years, panchayats a month earlier.
    assert_eq!(due("2026-08-14"), (Paise::rupees(600), day("2026-09-30")));
    assert_eq!(due("2027-01-01"), (Paise::rupees(600), day("2027-03-31")));
    assert_eq!(due("2024-08-14"), (Paise::rupees(300), day("2024-09-30")));
    let fee = Demand::of_waste_fee(&pack, &house(Vec::new()), day("2026-08-14"), &[], 0);
    assert_eq!(fee.map(|fee| fee.total), Ok(Paise::rupees(70)));
    let small = owner(&pack, "house", 60, "2026-04/6", 510);
    let demand = Demand::of(&pack, &small, day("2026-08-14"), &[]).expect("a demand");
    assert!(demand.exempt && demand.is_nothing());
    let flat = owner(&pack, "flat", 60, "2026-04/6", 510);
    assert_eq!(tax(&pack, &flat, "2026-08-14"), (510, "As assessed by the office".to_owned()));
    let larger = owner(&pack, "house", 100, "2026-04/6", 850);
    assert_eq!(tax(&pack, &larger, "2026-08-14").1, "Half of 100 m² × ₹17 a year");
}

#[test]
fn a_centre_that_is_not_the_municipalitys_takes_the_akshaya_charges() {
    let pack = municipality();
    let at = |rupees, on| {
        let shop = owner(&pack, "shop", 40, "2025-04/6", rupees);
        let demand = Demand::of(&pack, &shop, day(on), &[]).expect("a demand");
        let net = demand.total;
        let demand = demand.at_a_centre(&pack).expect("a demand");
        let besides = demand.total.checked_sub(net).expect("not below it");
        assert_eq!(besides, demand.charge);
        (net.get() / 100, demand.charge.get() / 100)
    };
    // Aug 2025 order: to 1,000, to 5,000, above it half a percent and no more than 100; with the
    // library cess of 5 %.
    assert_eq!(at(952, "2025-08-01"), (1_000, 10));
    assert_eq!(at(953, "2025-08-01"), (1_001, 20));
    assert_eq!(at(4_762, "2025-08-01"), (5_000, 20));
    assert_eq!(at(5_000, "2025-08-01"), (5_250, 26));
    assert_eq!(at(20_000, "2025-08-01"), (21_000, 100));
    assert_eq!(at(953, "2025-07-31"), (1_001, 0));
    let service = pack.service("profession_tax").expect("a service");
    let given = [("half_year", "this"), ("half_year_income", "30000")];
    let answers = given.map(|(name, value)| Answer { name: name.into(), value: value.into() });
    let fee = Demand::of_fees(&pack, service, &answers, day("2026-08-14")).expect("a demand");
    let fee = fee.at_a_centre(&pack).expect("a demand");
    assert_eq!((fee.total, fee.charge), (Paise::rupees(610), Paise::rupees(10)));
}

#[test]
fn pune_takes_off_what_its_sources_say_within_its_windows() {
    let pack = pune();
    let asked = |half: &str, rupees, on| tax(&pack, &owner(&pack, "shop", 40, half, rupees), on).0;
    for (half, in_time, late) in [
        ("2023-04/6", "2023-05-31", "2023-06-01"),
        ("2024-04/6", "2024-05-31", "2024-06-01"),
        // Extended in 2025.
        ("2025-04/6", "2025-07-07", "2025-07-08"),
        ("2026-04/6", "2026-05-31", "2026-06-01"),
    ] {
        // 25,000 a year have 10 %, a rupee more a half-year 5 %.
        assert_eq!(asked(half, 12_500, in_time), 11_250, "{half}");
        assert_eq!(asked(half, 12_501, in_time), 11_876, "{half}");
        assert_eq!(asked(half, 12_500, late), 12_500, "{half}");
        assert_eq!(asked(half, 12_501, late), 12_501, "{half}");
    }
    let own = owner(&pack, "flat_own", 40, "2026-04/6", 6_000);
    let told = (6_000, "As assessed by the office; less 40 %, ₹4,000".to_owned());
    assert_eq!(tax(&pack, &own, "2026-08-14"), told);
    let told = "As assessed by the office; less 40 %, ₹4,000; less 10 %, ₹600";
    assert_eq!(tax(&pack, &own, "2026-05-31"), (5_400, told.to_owned()));
}

/// A house with one unpaid bill of a service.
fn drawing(service: &str) -> Building {
    let row = DemandRow {
        period: "2026-07/1".parse().expect("a month"),
        head: "WBL".into(),
        assessed: Paise::rupees(200),
        paid: Paise::ZERO,
    };
    let connection = Connection {
        service: service.to_owned(),
        account: "W-1".into(),
        months: Vec::new(),
        held: Paise::ZERO,
    };
    Building { connections: vec![connection], ..house(vec![row]) }
}

#[test]
fn what_a_body_has_not_set_refuses_to_be_used() {
    for pack in [pack!("kanpur", "hi", "en"), pack!("bhubaneswar", "or", "en", "hi")] {
        let on = day("2026-08-14");
        let building = house(Vec::new());
        for service in &pack.services {
            let refused: Result<Demand, DemandError> = match service.kind {
                ServiceKind::PropertyTax => Demand::of(&pack, &building, on, &[]),
                ServiceKind::WasteFee => Demand::of_waste_fee(&pack, &building, on, &[], 0),
                ServiceKind::Fees => Demand::of_fees(&pack, service, &[], on),
                // What is paid elsewhere is shown, by figures of the bill alone.
                ServiceKind::Bill if service.bill.as_ref().is_some_and(|bill| !bill.agency) => {
                    continue;
                }
                ServiceKind::Bill => {
                    Demand::of_bill(&pack, service, &drawing(&service.id), on, &[])
                }
                ServiceKind::CheckReceipt | ServiceKind::Elsewhere | ServiceKind::Application => {
                    continue;
                }
            };
            let refused = refused.expect_err("no figure is set");
            assert!(refused.is_unset(), "{}: {refused}", service.id);
            assert!(refused.to_string().starts_with("the office has not set "), "{refused}");
        }
    }
}

#[test]
fn pune_refuses_the_fees_that_it_has_not_set_and_takes_the_rent_of_an_agreement() {
    let pack = pune();
    let asked = |service: &str, given: &[(&str, &str)], on: &str| {
        let service = pack.service(service).expect("a service");
        let answer = |(name, value): &(&str, &str)| Answer {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        };
        let answers: Vec<Answer> = given.iter().map(answer).collect();
        Demand::of_fees(&pack, service, &answers, day(on))
    };
    let licence = [("licence", "trade"), ("year", "this"), ("capital", "100000")];
    let booked = [("booked_facility", "cultural_hall"), ("booked_slot", "evening")];
    for (service, given) in [("licence_fee", &licence[..]), ("hall_booking", &booked)] {
        let refused = asked(service, given, "2026-08-14").expect_err("no figure is set");
        assert!(refused.is_unset(), "{service}: {refused}");
    }
    let rent = [("month", "this"), ("rent", "4200")];
    let demand = asked("shop_rent", &rent, "2026-08-14").expect("the agreement's sum");
    assert_eq!(demand.total, Paise::rupees(4_200));
    // What a late month bears is the corporation's to set.
    let late = asked("shop_rent", &[("month", "last"), ("rent", "4200")], "2026-08-14");
    assert!(late.expect_err("no figure is set").is_unset());
}

#[test]
fn every_shipped_pack_says_what_it_does_not_do() {
    let sample = crate::pack::sample::pack();
    for (pack, named) in [
        (sample, &["building_permit", "ksmart_app"][..]),
        (municipality(), &["building_permit", "video_marriage", "ksmart_app"]),
        (pune(), &["octroi", "street_services", "city_apps"]),
        (pack!("kanpur", "hi", "en"), &["smart_meter", "kesco_app"]),
        (pack!("bhubaneswar", "or", "en", "hi"), &["passport", "vehicles", "police", "umang"]),
    ] {
        let elsewhere = pack.services.iter().filter(|it| it.kind == ServiceKind::Elsewhere);
        let ids: Vec<&str> = elsewhere.clone().map(|service| service.id.as_str()).collect();
        assert_eq!(ids, named, "{}", pack.body.id);
        for (service, language) in
            elsewhere.flat_map(|service| pack.languages.iter().map(move |it| (service, *it)))
        {
            let says = pack.service_says(&service.id, language);
            let title = pack.service_title(&service.id, language);
            assert!(says.chars().count() > 60, "{title}: what it is, and where and how");
            assert!(!pack.service_bring(&service.id, language).is_empty(), "{title}");
            let address = service.address.as_deref().unwrap_or_default();
            assert!(address.starts_with("https://"), "{title}");
        }
    }
}

#[test]
fn every_pack_speaks_its_languages() {
    for pack in [
        municipality(),
        pune(),
        pack!("kanpur", "hi", "en"),
        pack!("bhubaneswar", "or", "en", "hi"),
    ] {
        assert!(pack.body.synthetic, "no slip may pass for one of the body");
        for language in &pack.languages {
            for service in &pack.services {
                assert!(!pack.service_title(&service.id, *language).is_empty());
            }
            for ward in &pack.wards {
                assert!(!ward.name(*language).is_empty());
            }
        }
    }
}
