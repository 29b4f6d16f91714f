//! The register of the synthetic local body: 2,000 buildings in its wards, three in four of them
//! subscribers of the waste collection. The same seed and day give the same register. Names of
//! people are put together by chance, and the body's name says that all of it is invented.

mod connections;
pub(crate) mod names;

use chrono::NaiveDate;
use ledger::{
    Building, DemandRow, HouseCode, Household, Language, LocalName, Pack, Paise, Period, heads,
};

use crate::chance::Chance;
use names::{FIRST, INITIALS, STREETS};

/// How many buildings the sample has.
pub const BUILDINGS: u32 = 2_000;

/// How many of them hand over waste.
pub const HOUSEHOLDS: u32 = 1_500;

/// The building of the pictures, 12/345 in ward 7: a half-year late, one running, ₹100 held.
pub const PICTURED: &str = "12/345";

/// Buildings of a ward have numbers from here on.
const FIRST_NUMBER: u32 = 221;

/// The ward of the pictures, and how its numbers begin.
const PICTURED_WARD: u16 = 7;
const PREFIX_ABOVE_WARD: u16 = 5;

/// The whole register, in the order of its ids, as it stands on a day.
pub fn buildings(pack: &Pack, seed: u64, today: NaiveDate) -> Vec<Building> {
    let mut chance = Chance(seed);
    let wards: Vec<u16> = pack.wards.iter().map(|ward| ward.number).collect();
    let count = u32::try_from(wards.len()).expect("a body has few wards");
    let mut register = Vec::new();
    for id in 1..=BUILDINGS {
        let ward = wards[usize::try_from((id - 1) % count).expect("a place in a list")];
        let number = FIRST_NUMBER + (id - 1) / count;
        register.push(building(pack, &mut chance, today, Place { id, ward, number }));
    }
    enrol(&mut register, &mut chance, today);
    // By chances of its own, so that the rest of the register is what it was without it.
    connections::connect(pack, &mut register, seed, today);
    register
}

struct Place {
    id: u32,
    ward: u16,
    number: u32,
}

fn building(pack: &Pack, chance: &mut Chance, today: NaiveDate, place: Place) -> Building {
    let Place { id, ward, number } = place;
    let number = format!("{}/{number}", ward + PREFIX_ABOVE_WARD);
    let shop = chance.percent(8);
    // An even area has a half-year's tax in whole rupees.
    let area_m2 = if chance.percent(6) { 50 } else { chance.between(30, 210) * 2 };
    let annual_tax = annual_tax(pack, shop, area_m2, today);
    let (owner, owner_local) = owner(chance);
    let old_number = chance.percent(10).then(|| format!("{ward}/{}", chance.between(1, 199)));
    let advance = if chance.percent(4) { chance.between(1, 10) * 50 } else { 0 };
    let building = Building {
        id,
        ward,
        number,
        old_number,
        street: (*chance.pick(&STREETS)).to_owned(),
        owner,
        owner_local: Some(LocalName { language: Language::Ml, name: owner_local }),
        area_m2,
        use_code: if shop { "shop" } else { "house" }.to_owned(),
        house_code: HouseCode { body: pack.body.code.clone(), building: id }.to_string(),
        annual_tax,
        demands: demands(chance, annual_tax, today),
        advance: Paise::rupees(i64::from(advance)),
        household: None,
        connections: Vec::new(),
    };
    if building.ward == PICTURED_WARD { as_pictured(pack, building, today) } else { building }
}

/// Houses by the pack's rate, small ones free; shops as if the office had assessed them.
fn annual_tax(pack: &Pack, shop: bool, area_m2: u32, today: NaiveDate) -> Paise {
    let area = i64::from(area_m2);
    if shop {
        return Paise::rupees(40 * area);
    }
    if area_m2 <= 60 {
        return Paise::ZERO;
    }
    let rate = pack.rates.tax_by_area("house", area_m2, today).expect("the pack rates houses");
    rate.times(area).expect("a house's tax is small")
}

fn owner(chance: &mut Chance) -> (String, String) {
    let (first, first_local) = chance.pick(&FIRST);
    let (initial, initial_local) = chance.pick(&INITIALS);
    (format!("{first} {initial}."), format!("{first_local} {initial_local}."))
}

/// Of a hundred buildings 45 owe nothing, 30 the running half-year, 15 one more, 7 up to four
/// more, and 3 up to ten; every tenth part-paid its oldest.
fn demands(chance: &mut Chance, annual_tax: Paise, today: NaiveDate) -> Vec<DemandRow> {
    if annual_tax.is_zero() {
        return Vec::new();
    }
    let unpaid = match chance.below(100) {
        0..45 => 0,
        45..75 => 1,
        75..90 => 2,
        90..97 => chance.between(3, 5),
        _ => chance.between(6, 11),
    };
    let (half, _) = annual_tax.halves();
    let mut rows = Vec::new();
    let mut period = Period::half_year_of(today);
    for back in 0..unpaid.max(4) {
        let paid = if back < unpaid { Paise::ZERO } else { half };
        let head = heads::PROPERTY_TAX.to_owned();
        rows.push(DemandRow { period, head, assessed: half, paid });
        period = period.previous();
    }
    rows.reverse();
    let oldest = rows.iter_mut().find(|row| row.paid.is_zero());
    if let Some(oldest) = oldest.filter(|_| unpaid > 1 && chance.percent(10)) {
        oldest.paid = half.halves().1.round_to_rupee();
    }
    rows
}

/// The houses that the pictures show stand in the register as they are drawn.
fn as_pictured(pack: &Pack, building: Building, today: NaiveDate) -> Building {
    let named = |building: Building, owner: &str, local: &str| Building {
        owner: owner.to_owned(),
        owner_local: Some(LocalName { language: Language::Ml, name: local.to_owned() }),
        ..building
    };
    match building.number.as_str() {
        PICTURED => {
            let (area_m2, use_code) = (120, "house".to_owned());
            let annual_tax = annual_tax(pack, false, area_m2, today);
            let running = Period::half_year_of(today);
            let (assessed, _) = annual_tax.halves();
            let row = |period| DemandRow {
                period,
                head: heads::PROPERTY_TAX.to_owned(),
                assessed,
                paid: Paise::ZERO,
            };
            let demands = vec![row(running.previous()), row(running)];
            let advance = Paise::rupees(100);
            let drawn = Building { area_m2, use_code, annual_tax, demands, advance, ..building };
            named(drawn, "Lakshmi R.", "ലക്ഷ്മി ആർ.")
        }
        "12/348" => named(building, "Suma P.", "സുമ പി."),
        _ => building,
    }
}

/// Subscribers: every shop, then houses by chance until the number is full.
fn enrol(register: &mut [Building], chance: &mut Chance, today: NaiveDate) {
    let mut left = HOUSEHOLDS;
    let shops = register.iter_mut().filter(|building| building.use_code == "shop");
    for shop in shops.take(left as usize) {
        shop.household = Some(household(chance, "establishment", today));
        left -= 1;
    }
    let pictured = |building: &Building| ["12/345", "12/348"].contains(&building.number.as_str());
    let mut houses: Vec<&mut Building> =
        register.iter_mut().filter(|building| building.household.is_none()).collect();
    // The pictured houses go first, so that they are subscribers whatever the seed.
    houses.sort_by_cached_key(|house| (!pictured(house), chance.next()));
    for house in houses.into_iter().take(left as usize) {
        let mut home = household(chance, "house", today);
        if pictured(house) {
            home.exempt = false;
            home.fee_paid_until = Some(Period::month_of(today).previous());
        }
        house.household = Some(home);
    }
}

/// Most paid last month or this one; some are months behind, and some were enrolled this month.
fn household(chance: &mut Chance, category: &str, today: NaiveDate) -> Household {
    let now = Period::month_of(today);
    let behind = match chance.below(100) {
        0..20 => Some(0),
        20..73 => Some(1),
        73..90 => Some(chance.between(2, 4)),
        90..98 => Some(chance.between(5, 13)),
        _ => None,
    };
    let fee_paid_until = behind.map(|months| (0..months).fold(now, |month, _| month.previous()));
    Household { category: category.to_owned(), exempt: chance.percent(5), fee_paid_until }
}

#[cfg(test)]
mod tests;
