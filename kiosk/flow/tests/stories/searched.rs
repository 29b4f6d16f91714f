//! Searching the buildings of a story one after the other, as the ledger says what agrees.

use ledger::Building;
use ledger::search::{Searched, is_found, readings};

pub fn searched(
    buildings: &[Building],
    typed: &str,
    with_names: bool,
    wards: &[u16],
    limit: usize,
) -> Vec<Building> {
    let mut found: Vec<&Building> = Vec::new();
    for reading in readings(typed, with_names) {
        for building in buildings.iter().filter(|building| wards.contains(&building.ward)) {
            let is_new = !found.contains(&building);
            if is_new && is_found(&Searched::of(building), &reading) {
                found.push(building);
            }
        }
    }
    found.into_iter().take(limit).cloned().collect()
}
