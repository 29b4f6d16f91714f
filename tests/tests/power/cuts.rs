//! What the cuts of a run met: told at the end, and looked at, so that a run that never cut where
//! it hurts does not pass for a proof.

use std::collections::BTreeMap;

use tests::forgetful::{Remains, Step};
use tests::proof::counted;

/// Says the seed where a test falls over.
pub struct Seed(pub u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the seed was {}", self.0);
        }
    }
}

#[derive(Default)]
pub struct Cuts {
    pub count: u64,
    /// At which deed to which file, "Write books.sqlite3".
    places: BTreeMap<String, u64>,
    remains: Remains,
}

impl Cuts {
    pub fn note(&mut self, step: Option<Step>, remains: Remains) {
        self.count += 1;
        let place = step.map(|step| format!("{:?} {}", step.deed, step.name));
        *self.places.entry(place.unwrap_or_else(|| "between two".to_owned())).or_default() += 1;
        self.remains.pages_lost += remains.pages_lost;
        self.remains.pages_kept += remains.pages_kept;
        self.remains.pages_torn += remains.pages_torn;
        self.remains.names_lost += remains.names_lost;
    }

    /// How many came at this deed to this file.
    pub fn at(&self, place: &str) -> u64 {
        self.places.get(place).copied().unwrap_or_default()
    }

    pub fn print(&self, what: &str) {
        let places: Vec<String> =
            self.places.iter().map(|(place, count)| format!("{count} {place}")).collect();
        let Remains { pages_lost, pages_kept, pages_torn, names_lost } = self.remains;
        counted(format!("power, {what}: {} cuts ({})", self.count, places.join(", ")));
        counted(format!(
            "power, {what}: of what was not synced {pages_lost} pages were lost, {pages_kept} came \
             through, {pages_torn} were torn; {names_lost} names were lost"
        ));
    }
}
