//! Where a complaint stands after all that was done about it, wherever and in whichever order it
//! came to the office: deeds are looked at in the order of their moments, and where two have the
//! same, by device and sequence. So every centre finds the same, and a deed that comes late changes
//! what came before it only as it would have in time. What does not fit any more (a second officer
//! resolves what was resolved) stays in the trail and counts for nothing.

use chrono::NaiveDate;

use super::{CitizenSays, ComplaintState, Work};
use crate::entry::{StaffId, Writer};

/// What a complaint began as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// The office to which its category goes.
    pub office: String,
    /// What its slip proves itself by.
    pub code: String,
    /// How many days after its end it may be opened again.
    pub reopen_days: u16,
}

/// One entry about a complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComplaintDeed {
    pub writer: Writer,
    pub seq: u64,
    pub at_ms: i64,
    pub on: NaiveDate,
    pub staff: Option<StaffId>,
    pub did: Did,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Did {
    Work(Work),
    Answer { code: String, says: CitizenSays },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComplaintStanding {
    pub state: ComplaintState,
    pub office: String,
    /// Who took it up, or ended it.
    pub by: Option<StaffId>,
    /// When it came to this state; none where nothing was done about it.
    pub since_ms: Option<i64>,
    /// The day on which it ended, where it did.
    pub ended: Option<NaiveDate>,
    pub stars: Option<u8>,
    pub reopened: u16,
}

/// Puts the deeds in their order, and says where the complaint stands after them and which of them
/// counted.
pub fn stand(filed: &Filed, deeds: &mut [ComplaintDeed]) -> (ComplaintStanding, Vec<bool>) {
    deeds.sort_by_key(|deed| (deed.at_ms, deed.writer, deed.seq));
    let mut standing = ComplaintStanding {
        state: ComplaintState::Open,
        office: filed.office.clone(),
        by: None,
        since_ms: None,
        ended: None,
        stars: None,
        reopened: 0,
    };
    let counted = deeds.iter().map(|deed| standing.take(filed, deed)).collect();
    (standing, counted)
}

impl ComplaintStanding {
    fn take(&mut self, filed: &Filed, deed: &ComplaintDeed) -> bool {
        let counts = match &deed.did {
            Did::Work(work) => self.take_work(work, deed),
            Did::Answer { code, says } => *code == filed.code && self.answer(filed, *says, deed),
        };
        if counts && !matches!(deed.did, Did::Answer { says: CitizenSays::Rated(_), .. }) {
            self.since_ms = Some(deed.at_ms);
        }
        counts
    }

    fn take_work(&mut self, work: &Work, deed: &ComplaintDeed) -> bool {
        if !self.state.is_open() {
            return false;
        }
        match work {
            // Who took it up first has it.
            Work::TakenUp if self.state == ComplaintState::TakenUp => return false,
            Work::TakenUp => self.state = ComplaintState::TakenUp,
            Work::Reassigned(office, _) => {
                self.office.clone_from(office);
                self.state = ComplaintState::Open;
                self.by = None;
                return true;
            }
            Work::Resolved(_) => self.end(ComplaintState::Resolved, deed),
            Work::Rejected(_) => self.end(ComplaintState::Rejected, deed),
        }
        self.by = deed.staff;
        true
    }

    fn end(&mut self, state: ComplaintState, deed: &ComplaintDeed) {
        self.state = state;
        self.ended = Some(deed.on);
    }

    fn answer(&mut self, filed: &Filed, says: CitizenSays, deed: &ComplaintDeed) -> bool {
        let Some(ended) = self.ended else { return false };
        match says {
            CitizenSays::Rated(stars) => {
                let counts = self.state == ComplaintState::Resolved && self.stars.is_none();
                if counts {
                    self.stars = Some(stars);
                }
                counts
            }
            CitizenSays::Reopened => {
                let days = deed.on.signed_duration_since(ended).num_days();
                if days > i64::from(filed.reopen_days) {
                    return false;
                }
                self.state = ComplaintState::Open;
                (self.by, self.ended, self.stars) = (None, None, None);
                self.reopened = self.reopened.saturating_add(1);
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::date_of;

    const DAY_MS: i64 = 86_400_000;

    fn filed() -> Filed {
        Filed { office: "health".to_owned(), code: "ABCDEFGH".to_owned(), reopen_days: 15 }
    }

    fn deed(writer: u32, day: i64, did: Did) -> ComplaintDeed {
        let (writer, staff) = (Writer(writer), Some(StaffId(writer)));
        ComplaintDeed { writer, seq: 9, at_ms: day * DAY_MS, on: date_of(day), staff, did }
    }

    fn work(writer: u32, day: i64, work: Work) -> ComplaintDeed {
        deed(writer, day, Did::Work(work))
    }

    fn resolved(writer: u32, day: i64) -> ComplaintDeed {
        work(writer, day, Work::Resolved("cleared".to_owned()))
    }

    fn says(day: i64, code: &str, says: CitizenSays) -> ComplaintDeed {
        deed(1, day, Did::Answer { code: code.to_owned(), says })
    }

    fn rated(day: i64, stars: u8) -> ComplaintDeed {
        says(day, "ABCDEFGH", CitizenSays::Rated(stars))
    }

    fn reopened(day: i64) -> ComplaintDeed {
        says(day, "ABCDEFGH", CitizenSays::Reopened)
    }

    #[test]
    fn a_complaint_goes_from_its_filing_to_a_rated_resolution() {
        let mut deeds = [work(2, 10, Work::TakenUp), resolved(2, 11), rated(12, 4), rated(13, 1)];
        let (standing, counted) = stand(&filed(), &mut deeds);
        assert_eq!((standing.state, standing.stars), (ComplaintState::Resolved, Some(4)));
        assert_eq!((standing.by, standing.ended), (Some(StaffId(2)), Some(date_of(11))));
        assert_eq!(counted, [true, true, true, false], "a rating counts once");
    }

    #[test]
    fn two_officers_who_could_not_know_of_each_other_have_one_result_in_any_order() {
        let rejected = work(3, 11, Work::Rejected("private land".to_owned()));
        let deeds =
            [work(2, 10, Work::TakenUp), resolved(2, 11), rejected, work(3, 9, Work::TakenUp)];
        let mut orders = deeds.to_vec();
        let mut results = Vec::new();
        for turn in 0..deeds.len() {
            orders.rotate_left(turn);
            results.push(stand(&filed(), &mut orders));
            orders.reverse();
            results.push(stand(&filed(), &mut orders));
        }
        let (standing, counted) = results[0].clone();
        assert!(results.iter().all(|result| *result == (standing.clone(), counted.clone())));
        // Taken up first by 3; both ended it at one moment, and the lower device comes first.
        assert_eq!(counted, [true, false, true, false]);
        assert_eq!((standing.state, standing.by), (ComplaintState::Resolved, Some(StaffId(2))));
    }

    #[test]
    fn what_is_not_solved_is_opened_again_within_its_days_and_rated_anew() {
        let mut deeds =
            [resolved(2, 11), rated(12, 2), reopened(26), resolved(2, 30), rated(31, 5)];
        let (standing, counted) = stand(&filed(), &mut deeds);
        assert_eq!((standing.stars, standing.reopened), (Some(5), 1));
        assert_eq!(counted, [true; 5]);
        let mut late = [resolved(2, 11), reopened(27)];
        let (standing, counted) = stand(&filed(), &mut late);
        assert_eq!((standing.state, counted), (ComplaintState::Resolved, vec![true, false]));
        let mut open = [reopened(9), rated(9, 5)];
        assert_eq!(stand(&filed(), &mut open).1, [false, false], "nothing was answered yet");
    }

    #[test]
    fn whoever_has_not_the_slip_says_nothing_and_another_office_begins_anew() {
        let wrong = says(12, "HGFEDCBA", CitizenSays::Rated(1));
        let to_water = Work::Reassigned("water".to_owned(), "a pipe".to_owned());
        let mut deeds =
            [work(2, 9, Work::TakenUp), work(2, 10, to_water), work(4, 10, Work::TakenUp), wrong];
        let (standing, counted) = stand(&filed(), &mut deeds);
        assert_eq!((standing.office.as_str(), standing.by), ("water", Some(StaffId(4))));
        assert_eq!(counted, [true, true, true, false]);
    }
}
