//! How long a device waits before it tries the centre again.

/// The first wait after a failure. One lost radio frame should cost little.
const FIRST_MS: u64 = 2_000;

/// The longest wait: a centre that is back is found within five minutes by every device.
const LONGEST_MS: u64 = 5 * 60 * 1_000;

/// The longest wait that a centre may ask for; a wrong figure there must not silence a device for
/// a day.
const ASKED_MS_MAX: u64 = 60 * 60 * 1_000;

/// Waits that double from try to try up to a limit, each with its own jitter, so that a thousand
/// devices that lost the centre together do not come back together.
#[derive(Clone, Debug)]
pub struct Backoff {
    failures: u32,
    random: u64,
}

impl Backoff {
    /// `seed` should differ between devices.
    pub fn new(seed: u64) -> Self {
        Self { failures: 0, random: seed }
    }

    /// After an answer.
    pub fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// After a failure: how long to wait. `asked_ms` is what the centre itself asked for; the wait
    /// is then never shorter.
    pub fn failed(&mut self, asked_ms: Option<u64>) -> u64 {
        let doubled = FIRST_MS.saturating_mul(1 << self.failures.min(32));
        let wait = self.jittered(doubled.min(LONGEST_MS));
        self.failures = self.failures.saturating_add(1);
        match asked_ms {
            Some(asked) => {
                let asked = asked.min(ASKED_MS_MAX);
                // Upwards only: whoever comes earlier than asked is refused again.
                asked + self.jittered(asked.max(FIRST_MS)) / 2
            }
            None => wait,
        }
    }

    /// Between a half and the whole of `wait_ms`.
    fn jittered(&mut self, wait_ms: u64) -> u64 {
        let half = wait_ms / 2;
        half + self.next_random() % (wait_ms - half + 1)
    }

    /// SplitMix64: enough to spread devices apart, and it needs nothing but its seed.
    fn next_random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.random ^ (self.random >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_limit_and_start_anew_after_an_answer() {
        let mut backoff = Backoff::new(1);
        for step in 0..100_u32 {
            let whole = (FIRST_MS << step.min(20)).min(LONGEST_MS);
            let wait = backoff.failed(None);
            assert!((whole / 2..=whole).contains(&wait), "step {step}: {wait}");
        }
        backoff.succeeded();
        assert!(backoff.failed(None) <= FIRST_MS);
    }

    #[test]
    fn devices_spread_apart() {
        let first = |seed| Backoff::new(seed).failed(None);
        let mut waits: Vec<u64> = (0..100).map(first).collect();
        waits.sort_unstable();
        waits.dedup();
        assert!(waits.len() > 80, "{} different waits of 100", waits.len());
    }

    #[test]
    fn the_centre_is_never_asked_before_the_time_it_named() {
        for seed in 0..100 {
            let wait = Backoff::new(seed).failed(Some(30_000));
            assert!((30_000..=45_000).contains(&wait), "{wait}");
            assert!(Backoff::new(seed).failed(Some(u64::MAX)) <= ASKED_MS_MAX * 3 / 2);
            assert!(Backoff::new(seed).failed(Some(0)) > 0);
        }
    }
}
