use std::collections::BTreeSet;

use ledger::Demand;

use super::*;

const SEED: u64 = 7;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 8, 14).expect("a day of the calendar")
}

fn pack() -> Pack {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fleet/packs/padippuram");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the shipped pack") {
        let path = entry.expect("a file of the pack").path();
        if path.is_dir() {
            continue;
        }
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        files.push((name, std::fs::read_to_string(&path).expect("a text file")));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(n, c)| (n.as_str(), c.as_str())).collect();
    Pack::parse(&files).expect("a sound pack")
}

#[test]
fn the_register_is_sound_and_the_same_every_time() {
    let pack = pack();
    let register = buildings(&pack, SEED, today());
    assert_eq!(register.len(), BUILDINGS as usize);
    for building in &register {
        assert_eq!(building.check(&pack.body.code), Ok(()));
        Demand::of(&pack, building, today(), &[]).expect("a demand");
    }
    let households = register.iter().filter(|building| building.household.is_some()).count();
    assert_eq!(households, HOUSEHOLDS as usize);
    let numbers: BTreeSet<_> = register.iter().map(|building| &building.number).collect();
    assert_eq!(numbers.len(), register.len());
    let wards: BTreeSet<_> = register.iter().map(|building| building.ward).collect();
    assert_eq!(wards.len(), pack.wards.len());
    assert_eq!(buildings(&pack, SEED, today()), register);
    assert_ne!(buildings(&pack, SEED + 1, today()), register);
}

#[test]
fn the_pictured_house_owes_what_is_drawn() {
    let pack = pack();
    for seed in 0..5 {
        let register = buildings(&pack, seed, today());
        let house = register.iter().find(|b| b.number == PICTURED).expect("it is always there");
        assert_eq!((house.ward, house.owner.as_str()), (PICTURED_WARD, "Lakshmi R."));
        let demand = Demand::of(&pack, house, today(), &[]).expect("a demand");
        assert_eq!(demand.total, Paise::rupees(1_184));
        assert_eq!(demand.late(), Paise::rupees(554));
        let fee = Demand::of_waste_fee(&pack, house, today(), &[], 0).expect("a demand");
        assert_eq!(fee.total, Paise::rupees(50));
    }
}

#[test]
fn some_houses_draw_water() {
    let pack = pack();
    let service = pack.service("water_bill").expect("a service of the sample");
    let register = buildings(&pack, SEED, today());
    let drawing = register.iter().filter(|building| !building.connections.is_empty());
    let owed: Vec<bool> = drawing
        .map(|building| {
            let demand = Demand::of_bill(&pack, service, building, today(), &[]);
            demand.expect("a demand").total.is_positive()
        })
        .collect();
    assert!((140..260).contains(&owed.len()), "{} of 2,000 draw water", owed.len());
    assert!(owed.contains(&true) && owed.contains(&false));
}

#[test]
fn arrears_are_spread() {
    let pack = pack();
    let register = buildings(&pack, SEED, today());
    let late = |building: &&Building| {
        Demand::of(&pack, building, today(), &[]).expect("a demand").late().is_positive()
    };
    let late = register.iter().filter(late).count();
    assert!((300..700).contains(&late), "{late} of 2,000 are late");
    let exempt = register.iter().filter_map(|b| b.household.as_ref()).filter(|h| h.exempt).count();
    assert!((40..120).contains(&exempt), "{exempt} of 1,500 are exempt");
}
