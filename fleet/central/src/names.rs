//! The houses of the register by the names of their owners, for devices that have no names. It is
//! kept in memory and follows the register's changes; 50,000 houses are some 15 MB.

use std::collections::{BTreeMap, BTreeSet};

use ledger::Building;
use ledger::search::{Searched, is_found, readings};

#[derive(Default)]
pub struct Names {
    houses: BTreeMap<u32, House>,
    /// The register's change up to which they were read.
    change: u64,
}

struct House {
    ward: u16,
    searched: Searched,
}

impl Names {
    pub fn change(&self) -> u64 {
        self.change
    }

    /// Takes houses over as they are since a change of the register.
    pub fn take(&mut self, buildings: &[Building], to: u64) {
        for building in buildings {
            let house = House { ward: building.ward, searched: Searched::of(building) };
            self.houses.insert(building.id, house);
        }
        self.change = to;
    }

    /// Houses of these wards that agree with what was typed, those that agree best first and at
    /// most so many; and whether there are more.
    pub fn find(&self, typed: &str, wards: &BTreeSet<u16>, most: usize) -> (Vec<u32>, bool) {
        let own = || self.houses.iter().filter(|(_, house)| wards.contains(&house.ward));
        let mut found: Vec<u32> = Vec::new();
        for reading in readings(typed, true) {
            let agreeing = own().filter(|(_, house)| is_found(&house.searched, &reading));
            for (id, _) in agreeing {
                if found.len() > most {
                    break;
                }
                if !found.contains(id) {
                    found.push(*id);
                }
            }
            if found.len() > most {
                break;
            }
        }
        let more = found.len() > most;
        found.truncate(most);
        (found, more)
    }
}

#[cfg(test)]
mod tests {
    use ledger::{HouseCode, Language, LocalName, Paise};

    use super::*;

    fn house(id: u32, ward: u16, owner: &str, local: &str) -> Building {
        Building {
            id,
            ward,
            number: format!("12/{id}"),
            old_number: None,
            street: "Temple Road".into(),
            owner: owner.into(),
            owner_local: Some(LocalName { language: Language::Ml, name: local.into() }),
            area_m2: 100,
            use_code: "house".into(),
            house_code: HouseCode { body: "G0802".into(), building: id }.to_string(),
            annual_tax: Paise::rupees(1_200),
            demands: Vec::new(),
            advance: Paise::ZERO,
            household: None,
            connections: Vec::new(),
        }
    }

    #[test]
    fn a_house_is_found_by_any_spelling_and_within_the_wards_alone() {
        let mut names = Names::default();
        let first = house(1, 7, "Lakshmi R.", "ലക്ഷ്മി ആർ.");
        let rows = [first, house(2, 8, "Lakshmi K.", "ലക്ഷ്മി കെ.")];
        names.take(&rows, 2);
        assert_eq!(names.change(), 2);
        let find = |typed: &str, wards: &[u16], most| {
            names.find(typed, &wards.iter().copied().collect(), most)
        };
        for typed in ["Lakshmi", "Laxmi", "ലക്ഷ്മി", "लक्ष्मी"] {
            assert_eq!(find(typed, &[7], 8), (vec![1], false), "{typed}");
            assert_eq!(find(typed, &[7, 8], 8), (vec![1, 2], false), "{typed}");
            assert_eq!(find(typed, &[7, 8], 1), (vec![1], true), "{typed}");
        }
        assert_eq!(find("Lakshmi", &[], 8), (vec![], false));
        assert_eq!(find("Ammini", &[7, 8], 8), (vec![], false));
        // Sold, and the new owner's name takes the place of the old one.
        names.take(&[house(1, 7, "Ammini", "അമ്മിണി")], 3);
        let wards: BTreeSet<u16> = [7].into();
        assert_eq!(names.find("Lakshmi", &wards, 8), (vec![], false));
        assert_eq!(names.find("Ammini", &wards, 8), (vec![1], false));
    }
}
