//! A card on the terminal: asked once, looked up where the answer was lost, never guessed.

use ledger::{CardTender, Entry, Intent, IntentEnding, Tender};

use crate::effect::Effect;
use crate::event::{Approval, TerminalEnding};
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{CardPage, CardState};
use crate::state::{Card, State};
use crate::touch::{Button, Touch};

/// The digits of a card that may be kept.
const LAST_DIGITS: usize = 4;

impl Flow {
    pub(crate) fn card_intent_recorded(
        &mut self,
        entries: &[Entry],
        turn: &mut Turn<'_>,
    ) -> Outcome {
        let (seq, intent) = crate::intent::intent_of(entries).ok_or_else(not_here)?;
        let State::Pay(paying) = &mut self.state else { return Err(not_here()) };
        paying.intents.push(seq);
        let card = Card { paying: paying.clone(), intent: seq, state: CardState::Waiting };
        self.enter(State::Card(card), turn.now);
        let (amount, reference) = (intent.amount, intent.reference.clone());
        turn.effects.push(Effect::Charge { intent: seq, amount, reference });
        Ok(())
    }

    pub(crate) fn card_page(&self, card: &Card) -> CardPage {
        let waited_s = self.now.mono_ms.saturating_sub(self.entered_ms) / 1_000;
        let deadline_s = u64::from(self.pack.limits.pay_page_deadline_s);
        CardPage {
            amount: card.paying.amount(),
            place: self.paying_place(&card.paying),
            state: card.state,
            left_s: u32::try_from(deadline_s.saturating_sub(waited_s)).unwrap_or(u32::MAX),
        }
    }

    pub(crate) fn touched_card(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Card(card) = &self.state else { return Err(not_here()) };
        match (touch, card.state) {
            (Touch::Press(Button::Next), CardState::Declined) => {
                let paying = card.paying.clone();
                self.enter(State::Pay(paying), turn.now);
                Ok(())
            }
            (Touch::Press(Button::Next), CardState::CannotTell) => self.forget(turn),
            (Touch::Press(Button::Next), _) => Err(Refusal::new(RefusalCode::PaymentRunning)),
            _ => Err(not_here()),
        }
    }

    /// The payer's time runs anew.
    pub(crate) fn terminal_busy(&mut self, turn: &Turn<'_>) -> Outcome {
        if matches!(self.state, State::Card(_)) {
            self.entered_ms = turn.now.mono_ms;
        }
        Ok(())
    }

    pub(crate) fn answer_lost(&mut self, intent: u64) -> Outcome {
        if self.charging(intent) {
            self.set_card(intent, CardState::LookingUp);
        }
        Ok(())
    }

    pub(crate) fn terminal_found(&mut self, present: bool) -> Outcome {
        self.terminal_present = present;
        Ok(())
    }

    /// The end of a sale, or of a look-up. A sale that nobody could tell about may still be
    /// approved by a later word.
    pub(crate) fn terminal_ended(
        &mut self,
        intent: u64,
        ending: TerminalEnding,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        let day_book = turn.books.day_book();
        let open = day_book.intents().find(|(seq, _)| *seq == intent);
        let late = day_book.late_intents().find(|(seq, _)| *seq == intent);
        let found = open.or(late.filter(|_| matches!(ending, TerminalEnding::Approved(_))));
        let Some((_, asked)) = found else {
            // It was fulfilled or ended already: a second word changes nothing.
            return Ok(());
        };
        let asked = asked.clone();
        match ending {
            TerminalEnding::Approved(approval) => self.approved(intent, &asked, approval, turn),
            TerminalEnding::Lost if self.charging(intent) => {
                self.set_card(intent, CardState::LookingUp);
                turn.effects.push(look_up(intent, &asked));
                Ok(())
            }
            TerminalEnding::Declined => self.came_to_nothing(intent, IntentEnding::Declined, turn),
            TerminalEnding::NeverSeen => {
                self.came_to_nothing(intent, IntentEnding::NeverSeen, turn)
            }
            TerminalEnding::NotReached if self.charging(intent) => {
                self.end_intent(intent, IntentEnding::NeverSeen, turn);
                self.back_to_pay(intent, turn);
                Err(Refusal::new(RefusalCode::NoTerminal))
            }
            // A look-up that did not reach the terminal says nothing about the sale: it stays open
            // and is looked up again.
            TerminalEnding::NotReached => {
                self.set_card(intent, CardState::CannotTell);
                Ok(())
            }
            TerminalEnding::Lost | TerminalEnding::CannotTell => {
                self.end_intent(intent, IntentEnding::Unknown, turn);
                self.set_card(intent, CardState::CannotTell);
                Ok(())
            }
        }
    }

    /// Nothing was taken, and the terminal says so.
    fn came_to_nothing(
        &mut self,
        intent: u64,
        ending: IntentEnding,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        self.end_intent(intent, ending, turn);
        self.set_card(intent, CardState::Declined);
        Ok(())
    }

    /// The word of the terminal that is awaited is the sale's own, not that of a look-up.
    fn charging(&self, intent: u64) -> bool {
        match &self.state {
            State::Card(card) => card.intent == intent && card.state == CardState::Waiting,
            _ => false,
        }
    }

    fn approved(
        &mut self,
        seq: u64,
        intent: &Intent,
        approval: Approval,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        let digits: Vec<char> = approval.last_four.chars().filter(char::is_ascii_digit).collect();
        let last_four = digits[digits.len().saturating_sub(LAST_DIGITS)..].iter().collect();
        let tender = Tender::Card(CardTender {
            intent: seq,
            last_four,
            authorisation: approval.authorisation,
            terminal: approval.terminal,
            terminal_receipt: approval.terminal_receipt,
        });
        let outcome = self.fulfil(seq, intent, tender, turn);
        if outcome.is_err() {
            self.set_card(seq, CardState::CannotTell);
        }
        outcome
    }

    /// The money is with the terminal, and the disk took nothing: nothing is asked for twice. The
    /// intent stays open, and a look-up makes the receipt when the disk takes it.
    pub(crate) fn payment_not_recorded(&mut self, turn: &Turn<'_>) {
        if let State::Card(card) = &mut self.state {
            card.state = CardState::CannotTell;
            self.touched_ms = turn.now.mono_ms;
        }
    }

    fn set_card(&mut self, intent: u64, state: CardState) {
        if let State::Card(card) = &mut self.state
            && card.intent == intent
        {
            card.state = state;
            self.touched_ms = self.now.mono_ms;
            self.entered_ms = self.now.mono_ms;
        }
    }

    fn back_to_pay(&mut self, intent: u64, turn: &Turn<'_>) {
        if let State::Card(card) = &self.state
            && card.intent == intent
        {
            let paying = card.paying.clone();
            self.enter(State::Pay(paying), turn.now);
        }
    }
}

pub(crate) fn look_up(seq: u64, intent: &Intent) -> Effect {
    let (amount, reference) = (intent.amount, intent.reference.clone());
    Effect::LookUp { intent: seq, amount, reference }
}
