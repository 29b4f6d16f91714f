//! Whether a device's wall clock can be believed, from what the office signed last and what the
//! device's own clocks said since. A clock that cannot never stops the desk: the entry and its slip
//! say since when.

use crate::moment::Moment;

/// How far a wall clock may be from where it should be: people set clocks by hand.
const SLACK_MS: i64 = 5 * 60 * 1_000;

/// How much of the time that has passed a cheap crystal may be wrong by: 500 in a million.
const DRIFT_PARTS: i64 = 2_000;

/// How long a device may stay without the office and still be believed after a restart: thirty days
/// of data are what it promises to keep.
const AWAY_MS_MAX: i64 = 30 * 24 * 60 * 60 * 1_000;

/// What a device knows of the time besides its wall clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KnownTime {
    /// The newest time that the office signed, milliseconds since 1970.
    pub office_ms: i64,
    /// When that reached this device; none where it came with the file that made the device.
    pub office_at: Option<Moment>,
    /// The newest moment of this device whose wall clock was believed.
    pub sure: Option<Moment>,
    /// The first such moment of the present boot, so that a clock cannot creep from entry to entry.
    pub first_of_boot: Option<Moment>,
}

impl KnownTime {
    /// None where the wall clock of `now` can be believed; else the last time that could.
    pub fn unsure_since(&self, now: Moment) -> Option<i64> {
        let floor_ms = self.sure.map_or(self.office_ms, |sure| sure.wall_ms.max(self.office_ms));
        let (least_ms, most_ms) = self.bounds(now, floor_ms);
        let believed = (least_ms..=most_ms).contains(&now.wall_ms);
        (!believed).then_some(floor_ms)
    }

    /// Within one boot the monotonic clock leads on from the office's time, or from the first
    /// moment that was believed. Across boots only the order is known, and how long a device stays
    /// away.
    fn bounds(&self, now: Moment, floor_ms: i64) -> (i64, i64) {
        let led_by_office = self.office_at.map(|at| (self.office_ms, at));
        let led_by_itself = self.first_of_boot.map(|first| (first.wall_ms, first));
        let mut leads = [led_by_office, led_by_itself].into_iter().flatten();
        match leads.find(|(_, at)| at.boot == now.boot && at.mono_ms <= now.mono_ms) {
            Some((wall_ms, at)) => {
                let passed = now.mono_ms - at.mono_ms;
                let passed_ms = i64::try_from(passed).unwrap_or(i64::MAX / 2);
                let expected_ms = wall_ms.saturating_add(passed_ms);
                let slack_ms = SLACK_MS.saturating_add(passed_ms / DRIFT_PARTS);
                (expected_ms.saturating_sub(slack_ms), expected_ms.saturating_add(slack_ms))
            }
            None => {
                let most_ms = floor_ms.saturating_add(AWAY_MS_MAX);
                (floor_ms.saturating_sub(SLACK_MS), most_ms)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON_MS: i64 = 1_790_000_000_000;
    const HOUR_MS: i64 = 60 * 60 * 1_000;
    const YEAR_MS: i64 = 365 * 24 * HOUR_MS;

    fn at(wall_ms: i64, mono_ms: u64, boot: u32) -> Moment {
        Moment { wall_ms, mono_ms, boot }
    }

    /// The office spoke in boot 3, an hour after it began.
    fn known() -> KnownTime {
        let office_at = Some(at(NOON_MS + 40_000, 3_600_000, 3));
        KnownTime { office_ms: NOON_MS, office_at, ..KnownTime::default() }
    }

    #[test]
    fn within_a_boot_the_monotonic_clock_leads() {
        let later = |wall_ms| known().unsure_since(at(wall_ms, 2 * 3_600_000, 3));
        assert_eq!(later(NOON_MS + HOUR_MS), None);
        assert_eq!(later(NOON_MS + HOUR_MS + 4 * 60_000), None, "set by hand");
        assert_eq!(later(NOON_MS + 2 * HOUR_MS), Some(NOON_MS), "an hour ahead");
        assert_eq!(later(NOON_MS), Some(NOON_MS), "an hour behind");
        assert_eq!(later(NOON_MS + YEAR_MS), Some(NOON_MS));
        assert_eq!(later(NOON_MS - YEAR_MS), Some(NOON_MS));
    }

    #[test]
    fn after_a_restart_only_order_and_length_are_known() {
        let sure = Some(at(NOON_MS + HOUR_MS, 7_200_000, 3));
        let known = KnownTime { sure, ..known() };
        let next = |wall_ms| known.unsure_since(at(wall_ms, 1_000, 4));
        assert_eq!(next(NOON_MS + 2 * HOUR_MS), None);
        assert_eq!(next(NOON_MS + 20 * 24 * HOUR_MS), None);
        assert_eq!(next(NOON_MS), Some(NOON_MS + HOUR_MS), "before the last entry");
        assert_eq!(next(0), Some(NOON_MS + HOUR_MS), "a dead battery");
        assert_eq!(next(NOON_MS + YEAR_MS), Some(NOON_MS + HOUR_MS));
    }

    #[test]
    fn a_clock_cannot_creep_from_entry_to_entry() {
        let first = at(NOON_MS + HOUR_MS, 1_000, 4);
        let sure = at(NOON_MS + HOUR_MS - 4 * 60_000, 2_000, 4);
        let known = KnownTime { sure: Some(sure), first_of_boot: Some(first), ..known() };
        let further = at(NOON_MS + HOUR_MS - 8 * 60_000, 3_000, 4);
        assert_eq!(known.unsure_since(further), Some(sure.wall_ms));
    }

    #[test]
    fn a_clock_that_was_set_right_is_believed_again() {
        assert!(known().unsure_since(at(0, 1_000, 4)).is_some());
        assert_eq!(known().unsure_since(at(NOON_MS + HOUR_MS, 2_000, 4)), None);
    }

    #[test]
    fn clocks_at_the_ends_of_time_are_no_panic() {
        for wall_ms in [i64::MIN, i64::MAX] {
            assert_eq!(known().unsure_since(at(wall_ms, u64::MAX, 3)), Some(NOON_MS));
            assert_eq!(known().unsure_since(at(wall_ms, 0, 9)), Some(NOON_MS));
        }
    }
}
