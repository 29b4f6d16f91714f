//! Whoever stands at the glass: they look at the page and do what leads to what they came for.

use flow::{Button, CardState, Field, Mode, Page, RefusalCode, Screen, Touch};
use ledger::{Paise, StaffId};

use super::bag::{Bag, signed_in};
use super::odds::{Chance, Odds};

/// The PIN of all staff.
pub const PIN: &str = "2580";

/// What somebody came for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Pay(Mode),
    /// Money for a house that nobody can find.
    Suspense(Mode),
    Visit {
        outcome: &'static str,
        pays: bool,
    },
    /// A receipt that was written wrongly is cancelled by two persons.
    Cancel,
    DayEnd(StaffId),
    /// An officer comes for the cash of the closed days.
    Receive,
}

pub struct Person {
    pub wish: Wish,
    /// Who must be signed in; whoever is, where it does not matter.
    pub(super) who: Option<StaffId>,
    house_code: String,
    amount: Paise,
    service: &'static str,
    /// The true day, as "12-08-2026".
    today: String,
    /// They have begun, so that the idle page means the end.
    pub(super) begun: bool,
    /// Why they leave.
    pub refused: Option<RefusalCode>,
    leaving: bool,
    /// Whether they pay all that is owed, once they have thought about it.
    pays_all: Option<bool>,
    at_bank: bool,
    outcome_chosen: bool,
    /// What they have to say of the house, "household.people:5", until they have said it.
    tells: Option<String>,
}

/// What they do next.
pub enum Deed {
    Touch(Touch),
    /// Pay a UPI request at the bank: once, twice, or another sum.
    Pay {
        reference: String,
        amounts: Vec<Paise>,
    },
    Wait,
    Gone,
}

/// What somebody pays, and for what.
pub struct Errand {
    pub house_code: String,
    pub amount: Paise,
    pub service: &'static str,
    /// The true day, as "12-08-2026".
    pub today: String,
    pub tells: Option<String>,
}

impl Person {
    pub fn new(wish: Wish, who: Option<StaffId>, errand: Errand) -> Self {
        let Errand { house_code, amount, service, today, tells } = errand;
        Self {
            wish,
            who,
            house_code,
            amount,
            service,
            today,
            begun: false,
            refused: None,
            leaving: false,
            pays_all: None,
            at_bank: false,
            outcome_chosen: false,
            tells,
        }
    }

    /// `slip_is_out` is what they see of the paper that the page asks about; the cash in the bag is
    /// what they count.
    pub fn deed(
        &mut self,
        screen: &Screen,
        slip_is_out: bool,
        bag: &Bag,
        chance: &mut Chance,
    ) -> Deed {
        if screen.frame.still_there_s.is_some() {
            return press(Button::MoreTime);
        }
        if let Some(refusal) = screen.frame.refusal.as_ref().filter(|_| self.begun) {
            self.refused = Some(refusal.code);
        }
        if let Some(deed) = self.on_duty(screen, bag, chance) {
            return deed;
        }
        match &screen.page {
            Page::Home(_) | Page::Round(_) => self.at_the_idle_page(screen),
            Page::SignIn(page) => super::staff::sign_in(page),
            Page::Printing(_) => Deed::Wait,
            Page::Stopped(_) if chance.permille(200) => press(Button::CollectLater),
            Page::Stopped(_) => Deed::Wait,
            Page::Paid(_) | Page::DayClosed(_) | Page::Received(_) => press(Button::Next),
            Page::AskPaper(_) => press(if slip_is_out { Button::Yes } else { Button::No }),
            Page::Card(page) => self.at_the_terminal(page.state, chance),
            Page::Upi(page) => self.at_the_bank(&page.reference, page.amount, chance),
            Page::Checked(_) => press(Button::Finish),
            _ if self.leaving || self.refused.is_some() => press(Button::Finish),
            Page::Find(_) => Deed::Touch(Touch::Scan(self.house_code.clone())),
            Page::Demand(page) if page.has_details && self.tells.is_some() => {
                press(Button::Details)
            }
            Page::Demand(_) => press(Button::Next),
            Page::Pay(page) => self.chooses(page, chance),
            Page::Amount(page) if page.typed.is_empty() => write(Field::Amount, self.amount),
            Page::Amount(_) => press(Button::Next),
            Page::Cash(page) if page.typed.is_empty() => {
                write(Field::Tendered, page.amount.round_up_to(Paise::rupees(50)))
            }
            Page::Cash(_) => press(Button::Next),
            Page::Instrument(page) => self.hands_over(page),
            Page::Visit(page) if page.has_details && self.tells.is_some() => press(Button::Details),
            Page::Visit(page) => self.visits(page),
            Page::Details(page) => self.tells(page),
            Page::Suspense(page) => self.in_suspense(page),
            // Only staff who came for these are at them, and deal with them before.
            Page::DayEnd(_)
            | Page::Menu(_)
            | Page::Receipts(_)
            | Page::Receipt(_)
            | Page::Cancel(_)
            | Page::Notices(_)
            | Page::Apart(_)
            | Page::Settlement(_)
            | Page::Carry(_)
            | Page::Printer(_)
            | Page::Float(_)
            | Page::HandIn(_)
            | Page::Receive(_)
            | Page::Form(_)
            | Page::Answers(_)
            | Page::Viewfinder(_)
            | Page::Group(_)
            | Page::Rates(_)
            | Page::Earlier(_)
            | Page::Book(_)
            | Page::Elsewhere(_)
            | Page::Asset(_) => press(Button::Finish),
        }
    }

    fn at_the_idle_page(&mut self, screen: &Screen) -> Deed {
        if self.begun {
            return Deed::Gone;
        }
        let kiosk = matches!(screen.page, Page::Home(_));
        let needs_staff =
            matches!(self.wish, Wish::Pay(Mode::Cash | Mode::Cheque | Mode::DemandDraft));
        if kiosk && needs_staff && signed_in(screen).is_none() {
            return press(Button::SignIn);
        }
        self.begun = true;
        match self.wish {
            Wish::DayEnd(_) | Wish::Receive | Wish::Cancel => Deed::Gone,
            Wish::Suspense(_) => press(Button::Suspense),
            Wish::Pay(_) if kiosk => Deed::Touch(Touch::Choose(self.service.to_owned())),
            Wish::Pay(_) | Wish::Visit { .. } => Deed::Touch(Touch::Scan(self.house_code.clone())),
        }
    }

    fn at_the_terminal(&mut self, state: CardState, chance: &mut Chance) -> Deed {
        match state {
            CardState::Waiting if chance.permille(30) => press(Button::Back),
            CardState::Waiting | CardState::LookingUp => Deed::Wait,
            CardState::Declined | CardState::CannotTell => {
                self.leaving = true;
                press(Button::Next)
            }
        }
    }

    fn at_the_bank(&mut self, reference: &str, amount: Paise, chance: &mut Chance) -> Deed {
        if self.at_bank {
            return match chance.below(100) {
                // They lose patience, and pay otherwise; the money may be under way.
                0..5 => {
                    self.wish = Wish::Pay(Mode::Cash);
                    press(Button::Back)
                }
                5..8 => press(Button::PrintWaiting),
                8..20 => press(Button::CheckNow),
                _ => Deed::Wait,
            };
        }
        self.at_bank = true;
        let other = Paise::new(amount.get() + 100);
        let amounts = match chance.below(100) {
            0..80 => vec![amount],
            80..85 => vec![amount, amount],
            85..88 => vec![other],
            _ => return Deed::Wait,
        };
        Deed::Pay { reference: reference.to_owned(), amounts }
    }

    fn chooses(&mut self, page: &flow::PayPage, chance: &mut Chance) -> Deed {
        let (Wish::Pay(wished) | Wish::Suspense(wished)) = self.wish else {
            return press(Button::Finish);
        };
        let Some(mode) = mode_that_is_there(page, wished) else { return press(Button::Finish) };
        // Few pay all that is owed: most pay a part, so that demands last a season. Where the
        // demand changes meanwhile, the desk explains it anew, and they say again how much.
        let pays_all = *self.pays_all.get_or_insert_with(|| chance.below(40_000) == 0);
        let another = page.amounts.iter().find(|choice| choice.id == "another");
        if !pays_all && another.is_some_and(|choice| !choice.chosen) {
            return Deed::Touch(Touch::Choose("another".to_owned()));
        }
        if page.mode == Some(mode) {
            return press(Button::Next);
        }
        let id = match mode {
            Mode::Upi => "upi",
            Mode::Card => "card",
            Mode::Cash => "cash",
            Mode::Cheque => "cheque",
            Mode::DemandDraft => "demand_draft",
        };
        Deed::Touch(Touch::Choose(id.to_owned()))
    }

    /// A cheque or a draft of today.
    fn hands_over(&self, page: &flow::InstrumentPage) -> Deed {
        if page.number.is_empty() {
            return write(Field::InstrumentNumber, "004711");
        }
        if page.bank.is_empty() {
            return write(Field::Bank, "State Bank of India");
        }
        if page.dated.is_empty() {
            return write(Field::Dated, self.today.as_str());
        }
        press(Button::Next)
    }

    fn visits(&mut self, page: &flow::VisitPage) -> Deed {
        let Wish::Visit { outcome, pays } = self.wish else { return press(Button::Finish) };
        if !self.outcome_chosen {
            self.outcome_chosen = true;
            return Deed::Touch(Touch::Choose(outcome.to_owned()));
        }
        if page.fee.paying && !pays {
            return Deed::Touch(Touch::Choose("fee_later".to_owned()));
        }
        press(Button::Next)
    }

    /// Says what they have to say, unless the office must decide first or it is known already.
    fn tells(&mut self, page: &flow::DetailsPage) -> Deed {
        match self.tells.take() {
            Some(tells) => choose(&tells),
            None if page.can_save => press(Button::Next),
            None => press(Button::Back),
        }
    }

    fn in_suspense(&self, page: &flow::SuspensePage) -> Deed {
        if page.payer.is_empty() {
            return write(Field::Payer, "Ammini");
        }
        if page.place.is_empty() {
            return write(Field::Place, "by the ferry");
        }
        if page.typed.is_empty() {
            return write(Field::Amount, self.amount);
        }
        press(Button::Next)
    }
}

/// The mode that was wished for, or another that can be had now.
fn mode_that_is_there(page: &flow::PayPage, wished: Mode) -> Option<Mode> {
    let there =
        |mode| page.modes.iter().any(|choice| choice.mode == mode && choice.not_now.is_none());
    [wished, Mode::Cash, Mode::Card].into_iter().find(|mode| there(*mode))
}

pub(super) fn press(button: Button) -> Deed {
    Deed::Touch(Touch::Press(button))
}

pub(super) fn choose(id: &str) -> Deed {
    Deed::Touch(Touch::Choose(id.to_owned()))
}

pub(super) fn write(field: Field, text: impl Typed) -> Deed {
    Deed::Touch(Touch::Type { field, text: text.typed() })
}

/// What can be typed into a field.
pub(super) trait Typed {
    fn typed(&self) -> String;
}

impl Typed for Paise {
    fn typed(&self) -> String {
        self.plain()
    }
}

impl Typed for &str {
    fn typed(&self) -> String {
        (*self).to_owned()
    }
}
