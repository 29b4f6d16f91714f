//! The cash at one device as those know it who took it: what each of them has in hand, and what was
//! counted and waits for an officer. The books must say the same.

use std::collections::BTreeMap;

use flow::{Button, Mode, Page, Screen, Touch};
use ledger::{DayBook, Paise, StaffId};

use super::device::plus;
use super::fault::{Checked, must};

#[derive(Clone, Default)]
pub struct Bag {
    /// Taken and not yet counted.
    tills: BTreeMap<StaffId, Paise>,
    /// Counted at a day's end, and still here.
    counted: Paise,
    /// What was being done when the power went: it was done as a whole, or not at all.
    half_done: Option<Move>,
}

/// Cash that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// A payer lays it down.
    Taken(StaffId, Paise),
    /// Its receipt is cancelled, and the payer has it back.
    GivenBack(StaffId, Paise),
    /// The day is closed.
    Counted(StaffId),
    /// An officer takes it along.
    Received(Paise),
}

impl Move {
    /// What a touch on this screen does if it succeeds.
    pub fn by(touch: &Touch, screen: &Screen) -> Option<Self> {
        if *touch != Touch::Press(Button::Next) || screen.frame.still_there_s.is_some() {
            return None;
        }
        let staff = signed_in(screen)?;
        match &screen.page {
            Page::Cash(page) if page.change.is_some() => Some(Self::Taken(staff, page.amount)),
            Page::Visit(page) if page.fee.paying && page.can_save => {
                Some(Self::Taken(staff, page.fee.to_pay))
            }
            Page::Cancel(page) if page.receipt.mode == Mode::Cash => {
                Some(Self::GivenBack(staff, page.receipt.amount))
            }
            Page::DayEnd(_) => Some(Self::Counted(staff)),
            Page::Receive(page) => page.of.as_ref().and_then(|of| of.counted).map(Self::Received),
            _ => None,
        }
    }

    /// Whether the page that came after says that it was done, and with the same sum.
    pub fn was_done(self, after: &Page, bag: &Bag) -> Checked<bool> {
        match (self, after) {
            (Self::Taken(_, laid_down), after) => {
                let taken = match after {
                    Page::Printing(page) => page.amount,
                    Page::Stopped(page) => page.amount,
                    Page::Paid(page) => page.amount,
                    _ => None,
                };
                let same = taken.is_none_or(|taken| taken == laid_down);
                must(same, || format!("{laid_down} lay on the table, {taken:?} was taken"))?;
                Ok(taken.is_some())
            }
            (Self::GivenBack(..), after) => {
                Ok(matches!(after, Page::Printing(_) | Page::Stopped(_) | Page::Paid(_)))
            }
            (Self::Counted(staff), Page::DayClosed(page)) => {
                let held = bag.of(staff);
                must(page.counted == held && page.difference.is_zero(), || {
                    format!(
                        "the day closed with {} and {} too much, {held} was in hand",
                        page.counted, page.difference
                    )
                })?;
                Ok(true)
            }
            (Self::Received(_), Page::Received(_)) => Ok(true),
            (Self::Counted(_) | Self::Received(_), _) => Ok(false),
        }
    }
}

impl Bag {
    /// What somebody took and nobody has counted.
    pub fn of(&self, staff: StaffId) -> Paise {
        self.tills.get(&staff).copied().unwrap_or_default()
    }

    /// Those who have cash in hand.
    pub fn holders(&self) -> Vec<StaffId> {
        let full = self.tills.iter().filter(|(_, cash)| !cash.is_zero());
        full.map(|(staff, _)| *staff).collect()
    }

    /// Whether counted cash waits for an officer.
    pub fn waits(&self) -> bool {
        !self.counted.is_zero()
    }

    pub fn make(&mut self, what: Move) -> Checked {
        match what {
            Move::Taken(staff, cash) => {
                let till = self.tills.entry(staff).or_default();
                *till = plus(*till, cash);
            }
            Move::GivenBack(staff, cash) => {
                let till = self.tills.entry(staff).or_default();
                *till = taken_from(*till, cash)?;
            }
            Move::Counted(staff) => {
                let till = self.tills.remove(&staff).unwrap_or_default();
                self.counted = plus(self.counted, till);
            }
            Move::Received(cash) => self.counted = taken_from(self.counted, cash)?,
        }
        Ok(())
    }

    /// The power goes while something is done.
    pub fn is_left(&mut self, half_done: Option<Move>) {
        self.half_done = half_done;
    }

    /// Whether it is known what is in it.
    pub fn is_known(&self) -> bool {
        self.half_done.is_none()
    }

    /// What was half done when the power went, the books of now say.
    pub fn settle(&mut self, books: &DayBook) -> Checked {
        if let Some(half_done) = self.half_done.take() {
            let mut done = self.clone();
            if done.make(half_done).is_ok() && done.agrees_with(books) {
                *self = done;
            }
        }
        self.check(books)
    }

    pub fn check(&self, books: &DayBook) -> Checked {
        must(self.agrees_with(books), || {
            let tills: Vec<_> = books.tills().map(|(staff, till)| (staff, till.cash)).collect();
            format!(
                "the books have {} in hand, the bag {}: {tills:?}, {:?} and {} counted",
                books.cash(),
                Paise::sum(self.tills.values().copied().chain([self.counted])).unwrap_or_default(),
                self.tills,
                self.counted,
            )
        })
    }

    fn agrees_with(&self, books: &DayBook) -> bool {
        let staff = books.tills().map(|(staff, _)| staff).chain(self.tills.keys().copied());
        let counted = books.carried().map(|(_, carried)| carried.counted);
        let mut tills = staff.map(|staff| books.till(staff).cash == self.of(staff));
        tills.all(|same| same) && Paise::sum(counted) == Ok(self.counted)
    }
}

/// Who is signed in, by the number in their name.
pub fn signed_in(screen: &Screen) -> Option<StaffId> {
    let name = screen.frame.staff.as_deref()?;
    name.strip_prefix(super::office::STAFF_NAME)?.parse().ok().map(StaffId)
}

fn taken_from(cash: Paise, less: Paise) -> Checked<Paise> {
    let left = cash.checked_sub(less).ok().filter(|left| *left >= Paise::ZERO);
    must(left.is_some(), || format!("{less} came out of a bag with {cash}"))?;
    Ok(left.unwrap_or_default())
}
