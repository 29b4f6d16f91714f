//! How often a check code may be tried.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Tries for one number in one window. A code has 30 bits: guessing one takes centuries.
const TRIES_MAX: u32 = 5;

/// Names for one device in one window: more than a counter with a queue types.
pub const NAMES_MAX: u32 = 20;

const WINDOW_MS: i64 = 60_000;

/// Numbers that are remembered at once; about 1 MB.
const NUMBERS_MAX: usize = 10_000;

pub struct Tries {
    numbers: Mutex<HashMap<String, Window>>,
    tries_max: u32,
}

impl Default for Tries {
    fn default() -> Self {
        Self::of(TRIES_MAX)
    }
}

struct Window {
    began_ms: i64,
    tries: u32,
}

impl Tries {
    /// So many tries for each in one window.
    pub fn of(tries_max: u32) -> Self {
        Self { numbers: Mutex::default(), tries_max }
    }

    /// Notes a try for a number, and says whether it may be made.
    pub fn may_try(&self, number: &str, now_ms: i64) -> bool {
        // A thread that panicked here left whole counts behind.
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        let current = |window: &Window| now_ms.abs_diff(window.began_ms) < WINDOW_MS as u64;
        if numbers.len() >= NUMBERS_MAX && !numbers.contains_key(number) {
            numbers.retain(|_, window| current(window));
            if numbers.len() >= NUMBERS_MAX {
                return false;
            }
        }
        let window =
            numbers.entry(number.to_owned()).or_insert(Window { began_ms: now_ms, tries: 0 });
        if !current(window) {
            *window = Window { began_ms: now_ms, tries: 0 };
        }
        window.tries += 1;
        window.tries <= self.tries_max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_tries_a_minute_for_each_number() {
        let tries = Tries::default();
        let results: Vec<bool> = (0..7).map(|second| tries.may_try("A", second * 1_000)).collect();
        assert_eq!(results, [true, true, true, true, true, false, false]);
        assert!(tries.may_try("B", 6_000));
        assert!(tries.may_try("A", 60_000));
    }

    #[test]
    fn a_flood_of_numbers_is_turned_away_until_its_minute_is_over() {
        let tries = Tries::default();
        for number in 0..NUMBERS_MAX {
            assert!(tries.may_try(&number.to_string(), 0));
        }
        assert!(!tries.may_try("one more", 1_000));
        assert!(tries.may_try("one more", 60_000));
    }
}
