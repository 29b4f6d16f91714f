//! A card that lies on a reader is one event, though the reader says its number ten times a second.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::{CardEvent, Uid};

/// A reader that has not said the number for so long has no card on it. A wave of noise costs a few
/// of its words, a hand that wavers a few more.
pub const GONE_AFTER: Duration = Duration::from_secs(1);

/// More than this waiting means that nobody reads them; what happened last is the truth then.
const EVENTS_MAX: usize = 8;

/// Which card lies on the reader, as far as its words tell.
#[derive(Debug, Default)]
pub struct Presence {
    lies: Option<(Uid, Instant)>,
    events: VecDeque<CardEvent>,
}

impl Presence {
    /// The reader said this number.
    pub fn seen(&mut self, uid: Uid, now: Instant) {
        self.look(now);
        match &mut self.lies {
            Some((lying, last)) if *lying == uid => *last = now,
            other => {
                let was_there = other.replace((uid.clone(), now)).is_some();
                if was_there {
                    self.keep(CardEvent::Removed);
                }
                self.keep(CardEvent::Presented(uid));
            }
        }
    }

    /// What happened next, as far as it is known now.
    pub fn next(&mut self, now: Instant) -> Option<CardEvent> {
        self.look(now);
        self.events.pop_front()
    }

    fn look(&mut self, now: Instant) {
        let gone = |last: &Instant| now.saturating_duration_since(*last) >= GONE_AFTER;
        if self.lies.as_ref().is_some_and(|(_, last)| gone(last)) {
            self.lies = None;
            self.keep(CardEvent::Removed);
        }
    }

    fn keep(&mut self, event: CardEvent) {
        if self.events.len() == EVENTS_MAX {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uid(last: u8) -> Uid {
        Uid::new(&[0, 0, 0, last]).unwrap()
    }

    /// Who was seen at which millisecond, and what came of it by the end.
    fn events(seen: &[(u64, u8)], end_ms: u64) -> Vec<CardEvent> {
        let (mut presence, start) = (Presence::default(), Instant::now());
        let mut found = Vec::new();
        for (ms, last) in seen {
            let now = start + Duration::from_millis(*ms);
            presence.seen(uid(*last), now);
            found.extend(std::iter::from_fn(|| presence.next(now)));
        }
        let end = start + Duration::from_millis(end_ms);
        found.extend(std::iter::from_fn(|| presence.next(end)));
        found
    }

    #[test]
    fn a_card_that_lies_there_is_one_event_and_its_removal_another() {
        let lying: Vec<(u64, u8)> = (0..50).map(|word| (word * 100, 1)).collect();
        assert_eq!(events(&lying, 4_950), [CardEvent::Presented(uid(1))]);
        assert_eq!(events(&lying, 6_000), [CardEvent::Presented(uid(1)), CardEvent::Removed]);
        // Words that were lost to noise are no removal.
        assert_eq!(events(&[(0, 1), (900, 1), (1_800, 1)], 1_900).len(), 1);
    }

    #[test]
    fn another_card_and_the_same_one_again_are_events_of_their_own() {
        let presented = |last| CardEvent::Presented(uid(last));
        let changed = events(&[(0, 1), (100, 2)], 200);
        assert_eq!(changed, [presented(1), CardEvent::Removed, presented(2)]);
        let again = events(&[(0, 1), (1_500, 1)], 1_600);
        assert_eq!(again, [presented(1), CardEvent::Removed, presented(1)]);
    }

    #[test]
    fn what_nobody_reads_does_not_grow() {
        let (mut presence, now) = (Presence::default(), Instant::now());
        (0..1_000).for_each(|word| presence.seen(uid(word as u8), now));
        let left: Vec<_> = std::iter::from_fn(|| presence.next(now)).collect();
        assert_eq!(left.len(), EVENTS_MAX);
        assert_eq!(left.last(), Some(&CardEvent::Presented(uid(231))));
    }
}
