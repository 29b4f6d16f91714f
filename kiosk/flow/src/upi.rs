//! UPI: a square that asks for the money, and the wait for the bank's word from the office.

use ledger::{
    DayBook, Entry, Fact, IntentEnded, IntentEnding, IntentMode, Print, PrintWitness, upi_link,
};

use crate::effect::{Effect, Purpose, Ticket};
use crate::event::PaperEnding;
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{UpiPage, WaitingSlip};
use crate::state::{State, Upi};
use crate::touch::{Button, Touch};

/// Facts that say that a restart took the pages of open UPI payments away: the bank's word may
/// still come, and finds them among the late ones.
pub(crate) fn expired_by_restart(day_book: &DayBook) -> Vec<Fact> {
    let open = day_book.intents().filter(|(_, intent)| intent.by == IntentMode::Upi);
    open.map(|(intent, _)| Fact::IntentEnded(IntentEnded { intent, ending: IntentEnding::Expired }))
        .collect()
}

impl Flow {
    pub(crate) fn upi_intent_recorded(
        &mut self,
        entries: &[Entry],
        turn: &mut Turn<'_>,
    ) -> Outcome {
        let (seq, intent) = crate::intent::intent_of(entries).ok_or_else(not_here)?;
        let State::Pay(paying) = &mut self.state else { return Err(not_here()) };
        paying.intents.push(seq);
        let State::Pay(paying) = &self.state else { return Err(not_here()) };
        let place = self.paying_place(paying);
        let upi = Upi {
            paying: paying.clone(),
            intent: seq,
            code: upi_link(&self.pack, &intent.reference, intent.amount, &place.number),
            reference: intent.reference.clone(),
            asked_ms: turn.now.mono_ms,
            waiting_slip: WaitingSlip::NotAsked,
            ticket: None,
        };
        self.enter(State::Upi(upi), turn.now);
        // The centre must know the intent before the bank's word reaches it.
        turn.effects.push(Effect::Sync);
        Ok(())
    }

    pub(crate) fn upi_page(&self, upi: &Upi) -> UpiPage {
        let whole_s = self.pack.limits.upi_expiry_s;
        let waited_s = self.now.mono_ms.saturating_sub(upi.asked_ms) / 1_000;
        let left_s = u64::from(whole_s).saturating_sub(waited_s);
        UpiPage {
            amount: upi.paying.amount(),
            place: self.paying_place(&upi.paying),
            code: upi.code.clone(),
            payee: self.pack.text(ledger::Text::UpiPayee, self.language).to_owned(),
            address: self.pack.upi.address.clone(),
            reference: upi.reference.clone(),
            left_s: u32::try_from(left_s).unwrap_or(whole_s),
            whole_s,
            waiting_slip: upi.waiting_slip,
        }
    }

    pub(crate) fn touched_upi(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Press(Button::CheckNow | Button::Next) => {
                turn.effects.push(Effect::Sync);
                match self.online {
                    true => Ok(()),
                    false => Err(Refusal::new(RefusalCode::LineDown)),
                }
            }
            Touch::Press(Button::PrintWaiting) => self.print_waiting(turn),
            _ => Err(not_here()),
        }
    }

    fn print_waiting(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Upi(upi) = &self.state else { return Err(not_here()) };
        if matches!(upi.waiting_slip, WaitingSlip::Printing | WaitingSlip::Printed) {
            return Err(Refusal::new(RefusalCode::AlreadyDoing));
        }
        let entry = turn.books.entry(upi.intent)?.ok_or_else(not_here)?;
        let slip = self.waiting_slip(&entry, upi)?;
        let ticket = self.next_ticket(entry.seq);
        let State::Upi(upi) = &mut self.state else { return Err(not_here()) };
        upi.waiting_slip = WaitingSlip::Printing;
        upi.ticket = Some(ticket);
        turn.effects.push(Effect::Print { ticket, slip, drawer: false });
        Ok(())
    }

    /// The waiting slip came out, or not; its page may have gone on meanwhile.
    pub(crate) fn waiting_slip_ended(
        &mut self,
        ticket: Ticket,
        ending: PaperEnding,
        turn: &mut Turn<'_>,
    ) {
        if let State::Upi(upi) = &mut self.state
            && upi.ticket == Some(ticket)
        {
            upi.waiting_slip = match ending {
                PaperEnding::Whole => WaitingSlip::Printed,
                PaperEnding::NotStarted(_) | PaperEnding::Uncertain(_) => WaitingSlip::Failed,
            };
        }
        let day_book = turn.books.day_book();
        let mut open = day_book.intents().chain(day_book.late_intents());
        if !open.any(|(seq, _)| seq == ticket.of) {
            // The receipt came first; the waiting slip says nothing any more.
            return;
        }
        let print = Print { of: ticket.of, outcome: ending.into(), witness: PrintWitness::Printer };
        self.record(Purpose::Aside, vec![Fact::Print(print)], turn);
    }
}
