//! What staff do at the glass besides taking money: they sign in and out, cancel a receipt, count
//! at the day's end, and receive what others counted.

use flow::{Button, Field, Page, Screen, SignIn, Task};
use ledger::StaffId;

use super::bag::{Bag, signed_in};
use super::odds::{Chance, Odds};
use super::person::{Deed, PIN, Person, Wish, choose, press, write};

impl Person {
    /// What somebody on duty does here; nothing for what every person does alike.
    pub(super) fn on_duty(
        &mut self,
        screen: &Screen,
        bag: &Bag,
        chance: &mut Chance,
    ) -> Option<Deed> {
        let (task, id) = match self.wish {
            Wish::DayEnd(_) => (Task::EndDay, "end_day"),
            Wish::Receive => (Task::Receive, "receive"),
            Wish::Cancel => (Task::Receipts, "receipts"),
            Wish::Pay(_) | Wish::Suspense(_) | Wish::Visit { .. } => {
                return self.comes_to_work(screen);
            }
        };
        if let Some(deed) = self.comes_to_work(screen) {
            return Some(deed);
        }
        match &screen.page {
            Page::Home(_) | Page::Round(_) if !self.begun && signed_in(screen).is_some() => {
                Some(press(Button::Menu))
            }
            Page::Home(_) | Page::Round(_) if self.begun => Some(self.goes(screen)),
            Page::SignIn(page) if self.begun && !page.locked => Some(Deed::Gone),
            Page::Menu(page) if !self.begun => {
                let offered = page.items.iter().any(|item| item.id == task);
                // From here on a refusal is the answer; an officer comes back for the next close.
                self.begun = !offered || task != Task::Receive;
                Some(if offered { choose(id) } else { press(Button::Finish) })
            }
            _ if self.refused.is_some() => None,
            Page::DayEnd(page) => {
                let in_hand = signed_in(screen).map(|staff| bag.of(staff)).unwrap_or_default();
                Some(match page.coins == in_hand {
                    true => press(Button::Next),
                    false => write(Field::Coins, in_hand),
                })
            }
            Page::Receive(page) => Some(match (&page.of, page.here.first()) {
                (Some(of), _) if of.counted == Some(of.claimed) => press(Button::Next),
                (Some(of), _) => write(Field::Counted, of.claimed),
                (None, Some(close)) => choose(&close.id),
                (None, None) => {
                    self.begun = true;
                    press(Button::Finish)
                }
            }),
            Page::Receipts(page) => {
                let standing: Vec<_> = page.receipts.iter().filter(|row| !row.cancelled).collect();
                Some(match standing.is_empty() {
                    true => press(Button::Finish),
                    // Mostly the one that was just written.
                    false => choose(&standing[chance.place(standing.len().min(3))].id),
                })
            }
            Page::Receipt(page) => Some(match page.cannot_cancel {
                None => press(Button::CancelReceipt),
                Some(_) => press(Button::Finish),
            }),
            Page::Cancel(page) if page.reason.is_empty() => {
                Some(write(Field::Reason, "the sum was read wrongly"))
            }
            Page::Cancel(page) if page.chosen.is_none() => {
                Some(choose(&chance.pick(&page.seconds).id))
            }
            Page::Cancel(page) if page.pin_digits == 0 => Some(write(Field::Pin, PIN)),
            Page::Cancel(_) => Some(press(Button::Next)),
            _ => None,
        }
    }

    /// Whoever must be signed in signs in, and whoever else is signed out before.
    fn comes_to_work(&mut self, screen: &Screen) -> Option<Deed> {
        let who = self.who.filter(|_| !self.begun)?;
        let here = signed_in(screen);
        match &screen.page {
            Page::Home(_) if here.is_none() => Some(press(Button::SignIn)),
            Page::Home(_) | Page::Round(_) if here.is_some_and(|here| here != who) => {
                Some(press(Button::Menu))
            }
            Page::Menu(_) if here != Some(who) => Some(choose("sign_out")),
            Page::SignIn(page) if !page.staff.iter().any(|choice| is(&choice.id, who)) => {
                // They do not work with this device.
                Some(Deed::Gone)
            }
            Page::SignIn(page) if !page.chosen.as_deref().is_some_and(|id| is(id, who)) => {
                Some(choose(&who.0.to_string()))
            }
            _ => None,
        }
    }

    /// An officer signs out again, so that nobody works in their name.
    fn goes(&self, screen: &Screen) -> Deed {
        match signed_in(screen).is_some() && self.wish == Wish::Receive {
            true => press(Button::SignOut),
            false => Deed::Gone,
        }
    }
}

pub(super) fn sign_in(page: &SignIn) -> Deed {
    match (&page.chosen, page.pin_digits) {
        (None, _) => choose(&page.staff[0].id),
        (Some(_), 0) => write(Field::Pin, PIN),
        (Some(_), _) => press(Button::Next),
    }
}

fn is(id: &str, who: StaffId) -> bool {
    id == who.0.to_string()
}
