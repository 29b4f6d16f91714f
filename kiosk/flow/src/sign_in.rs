//! Staff sign in with a PIN: a cashier at a kiosk, the holder of a handheld, whoever comes back to
//! a locked one.

use ledger::{Fact, StaffId};

use crate::books::Books;
use crate::effect::{Effect, Purpose};
use crate::flow::{Flow, Outcome, PIN_TRIES, PIN_WAIT_MS, Turn, not_here, typed};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen;
use crate::state::{SignIn, State};
use crate::touch::{Button, Field, Touch};

/// PINs have four to eight digits.
const PIN_DIGITS_MAX: usize = 8;

/// As much of a PIN as was typed.
pub(crate) fn typed_pin(text: &str) -> Result<String, Refusal> {
    if text.len() > PIN_DIGITS_MAX || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::new(RefusalCode::NotANumber));
    }
    Ok(text.to_owned())
}

impl Flow {
    pub(crate) fn sign_in_page(&self, state: &SignIn, books: &dyn Books) -> screen::SignIn {
        let staff = self.settings.staff.iter().map(|member| screen::StaffChoice {
            id: member.id.0.to_string(),
            name: member.name.clone(),
        });
        screen::SignIn {
            staff: staff.collect(),
            chosen: state.chosen.map(|id| id.0.to_string()),
            pin_digits: u8::try_from(state.pin.len()).unwrap_or(u8::MAX),
            tries_left: self.tries_left(books),
            locked: self.behind_lock.is_some(),
            can_present: self.can_present_badge(),
        }
    }

    /// A reader is attached, and somebody has a badge to lay on it.
    fn can_present_badge(&self) -> bool {
        let mut staff = self.settings.staff.iter();
        self.settings.has_card_reader && staff.any(|member| member.badge.is_some())
    }

    pub(crate) fn touched_sign_in(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        if self.tries_left(turn.books) == 0 {
            return Err(Refusal::new(RefusalCode::LockedOut));
        }
        let staff = self.settings.staff.clone();
        let State::SignIn(sign_in) = &mut self.state else { return Err(not_here()) };
        match &touch {
            Touch::Choose(id) => {
                let member = staff.iter().find(|member| member.id.0.to_string() == *id);
                sign_in.chosen = Some(member.ok_or_else(not_here)?.id);
                sign_in.pin.clear();
                Ok(())
            }
            Touch::Press(Button::Next) => self.try_pin(turn),
            touch => {
                let pin = typed(touch, Field::Pin).ok_or_else(not_here)?;
                sign_in.pin = typed_pin(pin)?;
                Ok(())
            }
        }
    }

    fn try_pin(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::SignIn(sign_in) = &mut self.state else { return Err(not_here()) };
        let chosen = sign_in.chosen.ok_or(Refusal::new(RefusalCode::ChooseFirst))?;
        let pin = std::mem::take(&mut sign_in.pin);
        if pin.is_empty() {
            return Err(Refusal::new(RefusalCode::NothingTyped));
        }
        self.check_pin(chosen, &pin, turn)?;
        self.signed_in(chosen, turn)
    }

    /// Whether the PIN is this person's. A wrong one takes one of the tries, a right one gives all
    /// of them back, wherever it was asked for.
    pub(crate) fn check_pin(&mut self, id: StaffId, pin: &str, turn: &Turn<'_>) -> Outcome {
        if turn.books.try_pin(id, pin)? {
            return Ok(());
        }
        self.wrong_pin_ms = turn.now.mono_ms;
        Err(match u32::from(self.tries_left(turn.books)) {
            0 => Refusal::new(RefusalCode::LockedOut),
            left => Refusal::with_count(RefusalCode::WrongPin, left),
        })
    }

    /// How many PINs may be tried now.
    pub(crate) fn tries_left(&self, books: &dyn Books) -> u8 {
        let tried = u8::try_from(books.wrong_pins()).unwrap_or(u8::MAX);
        match PIN_TRIES.saturating_sub(tried) {
            0 => u8::from(self.now.mono_ms.saturating_sub(self.wrong_pin_ms) >= PIN_WAIT_MS),
            left => left,
        }
    }

    fn signed_in(&mut self, id: StaffId, turn: &mut Turn<'_>) -> Outcome {
        let same = self.staff.as_ref().is_some_and(|member| member.id == id);
        if !same && self.staff.is_some() {
            // Somebody else takes the handheld over: the one before is signed out by it.
            self.record(Purpose::Aside, vec![Fact::SignedOut], turn);
        }
        self.staff = self.settings.staff.iter().find(|member| member.id == id).cloned();
        if let (true, Some(behind)) = (same, self.behind_lock.take()) {
            self.enter(*behind, turn.now);
            return self.reload_round(turn);
        }
        self.behind_lock = None;
        self.record(Purpose::Aside, vec![Fact::SignedIn], turn);
        // The office hears who works here, and cuts a receipt book where they have none.
        turn.effects.push(Effect::Sync);
        if self.ask_about_paper(turn) {
            return Ok(());
        }
        self.enter(self.idle_state(), turn.now);
        self.reload_round(turn)
    }

    pub(crate) fn sign_out(&mut self, turn: &mut Turn<'_>) -> Outcome {
        if self.staff.is_none() {
            return Err(not_here());
        }
        if self.behind_lock.is_some() {
            return Err(not_here());
        }
        let idle =
            matches!(self.state, State::Home | State::Round(_) | State::DayClosed(_) | State::Menu);
        if !idle {
            return Err(Refusal::new(RefusalCode::PaymentRunning));
        }
        self.record(Purpose::Aside, vec![Fact::SignedOut], turn);
        self.staff = None;
        self.forget(turn)
    }

    pub(crate) fn touched_home(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Choose(id) => self.choose_service(&id, turn),
            Touch::Scan(text) => self.scanned_at_home(&text, turn),
            Touch::Press(Button::Menu) => self.begin_menu(turn),
            Touch::Press(Button::Rates) => self.begin_rates(turn),
            Touch::Press(Button::SignIn) => {
                if self.settings.staff.is_empty() || self.staff.is_some() {
                    return Err(not_here());
                }
                let sign_in = State::sign_in(&self.settings.staff);
                self.enter(sign_in, turn.now);
                Ok(())
            }
            _ => Err(not_here()),
        }
    }
}
