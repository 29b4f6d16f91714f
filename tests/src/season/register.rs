//! The houses of a season, and what their register must say after each receipt: what was paid is
//! neither lost nor invented, and what two devices took for one demand is kept for the payer.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use ledger::{Building, DemandRow, HouseCode, Household, Pack, Paise, Period, Writer, heads};

use super::fault::{Checked, must};
use super::odds::{Chance, Odds};
use super::office::Office;
use super::street::Street;

/// Houses of one ward: few, so that two devices often meet at one.
const HOUSES_OF_A_WARD: u32 = 10;

pub struct Register {
    pub houses: Vec<Building>,
    sums: BTreeMap<u32, Sums>,
}

/// What the receipts took for one house, in paise.
struct Sums {
    /// Paid and held at the beginning.
    before: i64,
    held_before: i64,
    /// Held now, and how much of it people gave in advance of a demand.
    held: i64,
    in_advance: i64,
    /// Under the heads that the register counts: tax, and money held and used.
    counted: i64,
    /// Under the other heads, which the register counts only where they were paid too often.
    other: i64,
}

/// A line of a receipt as the centre lists it.
pub struct Line {
    pub building: u32,
    pub head: String,
    pub amount: Paise,
}

impl Register {
    /// Houses with large demands, so that many part payments find something owed.
    pub fn new(pack: &Pack, wards: u16, today: NaiveDate, chance: &mut Chance) -> Self {
        let mut houses = Vec::new();
        for ward in 1..=wards {
            for number in 1..=HOUSES_OF_A_WARD {
                let id = u32::from(ward) * 1_000 + number;
                houses.push(house(pack, id, ward, today, chance));
            }
        }
        let sums = houses.iter().map(|house| (house.id, Sums::new(house))).collect();
        Self { houses, sums }
    }

    pub fn of_ward(&self, wards: &[u16]) -> Vec<&Building> {
        self.houses.iter().filter(|house| wards.contains(&house.ward)).collect()
    }

    /// Takes the lines of a device's receipts that are new at the centre, and looks at the houses.
    /// Those of which a receipt was cancelled are counted anew.
    pub fn follow(
        &mut self,
        writer: Writer,
        after: u64,
        anew: &BTreeSet<u32>,
        office: &Office,
        street: &mut Street,
    ) -> Checked {
        anew.iter().try_for_each(|house| self.made_anew(*house, office))?;
        let mut touched = BTreeSet::new();
        for line in office.lines_after(writer, after)? {
            if anew.contains(&line.building) {
                continue;
            }
            let Some(sums) = self.sums.get_mut(&line.building) else { continue };
            sums.count(&line);
            touched.insert(line.building);
        }
        touched.into_iter().try_for_each(|house| self.check(house, office, street))
    }

    /// A receipt of a house does not stand any more: what the others made of it is counted anew.
    pub fn made_anew(&mut self, id: u32, office: &Office) -> Checked {
        let Some(sums) = self.sums.get_mut(&id) else { return Ok(()) };
        (sums.counted, sums.other, sums.in_advance) = (0, 0, 0);
        for line in office.lines_of(id)? {
            sums.count(&line);
        }
        sums.in_advance = 0;
        sums.held = office.building(id)?.advance.get();
        self.check_sums(id, office).map(|_| ())
    }

    fn check(&mut self, id: u32, office: &Office, street: &mut Street) -> Checked {
        let held = self.check_sums(id, office)?;
        let Some(sums) = self.sums.get_mut(&id) else { return Ok(()) };
        let in_advance = std::mem::take(&mut sums.in_advance);
        street.counts.double_payments += u64::from(held > sums.held + in_advance);
        sums.held = held;
        Ok(())
    }

    /// What was paid for a house is in the register, and nothing else; gives what is held for it.
    fn check_sums(&self, id: u32, office: &Office) -> Checked<i64> {
        let Some(sums) = self.sums.get(&id) else { return Ok(0) };
        let row = office.building(id)?;
        let (paid, held) = (paid(&row), row.advance.get());
        let entered = paid - sums.before + held - sums.held_before;
        let above = entered - sums.counted;
        must(above >= 0, || {
            format!("house {id}: {} paise of its receipts are not in the register", -above)
        })?;
        must(above <= sums.other, || {
            format!("house {id}: {} paise in the register that nobody paid", above - sums.other)
        })?;
        Ok(held)
    }
}

impl Sums {
    fn new(house: &Building) -> Self {
        let held = house.advance.get();
        let before = paid(house);
        Self { before, held_before: held, held, in_advance: 0, counted: 0, other: 0 }
    }

    fn count(&mut self, line: &Line) {
        let counts =
            [heads::PROPERTY_TAX, heads::ADVANCE, heads::ADVANCE_USED].contains(&&*line.head);
        let sum = if counts { &mut self.counted } else { &mut self.other };
        *sum += line.amount.get();
        if line.head == heads::ADVANCE {
            self.in_advance += line.amount.get();
        }
    }
}

fn paid(house: &Building) -> i64 {
    house.demands.iter().map(|row| row.paid.get()).sum()
}

fn house(pack: &Pack, id: u32, ward: u16, today: NaiveDate, chance: &mut Chance) -> Building {
    // A few are paid up after some weeks, and then people come for nothing.
    let (least, most) = if chance.percent(2) { (500, 8_000) } else { (16_000, 60_000) };
    let assessed = Paise::rupees(i64::from(chance.between(least, most)));
    let running = Period::half_year_of(today);
    let row = |period| {
        let (head, paid) = (heads::PROPERTY_TAX.to_owned(), Paise::ZERO);
        DemandRow { period, head, assessed, paid }
    };
    let advance = if chance.percent(40) { chance.between(1, 300) } else { 0 };
    let category = "house".to_owned();
    let fee_paid_until = Some(Period::month_of(today).previous().previous());
    Building {
        id,
        ward,
        number: format!("{ward}/{id}"),
        old_number: None,
        street: "Temple Road".to_owned(),
        owner: "Lakshmi R.".to_owned(),
        owner_local: None,
        area_m2: 120,
        use_code: if chance.percent(50) { "shop" } else { "house" }.to_owned(),
        house_code: HouseCode { body: pack.body.code.clone(), building: id }.to_string(),
        annual_tax: Paise::new(assessed.get() * 2),
        demands: vec![row(running.previous()), row(running)],
        advance: Paise::rupees(i64::from(advance)),
        household: Some(Household { category, exempt: chance.permille(50), fee_paid_until }),
        connections: Vec::new(),
    }
}
