//! What the passing of time does: pages that wait for bank, terminal or paper end by themselves,
//! and a session that nobody is at is wiped.

use ledger::{IntentEnding, IntentMode};

use crate::effect::Effect;
use crate::flow::{Flow, Outcome, Turn};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{CardState, PaperCause};
use crate::state::{Handover, State, Stopped};

/// How long a page waits for somebody to mend the printer: time to fetch a roll. A printer that
/// says nothing at all is taken for away after the same time.
const STOPPED_MS_MAX: u64 = 180_000;

/// How often a print that never started is tried again while its page stands.
const RETRY_MS: u64 = 3_000;

/// How often the terminal is asked about a sale that is still open while nobody uses the device:
/// longer than the longest look-up takes.
const LOOK_UP_AGAIN_MS: u64 = 300_000;

impl Flow {
    pub(crate) fn ticked(&mut self, turn: &mut Turn<'_>) -> Outcome {
        self.look_up_again(turn);
        self.settle_slots(turn);
        match &self.state {
            State::Upi(_) => self.upi_deadline(turn),
            State::Card(card) if card.waits() => self.card_deadline(turn),
            State::Settlement(settlement) if settlement.is_asked() => {
                self.settlement_deadline(turn)
            }
            State::Printing(_) => self.printing_deadline(turn),
            State::Stopped(_) => self.stopped_deadline(turn),
            State::Viewfinder(_) => self.viewfinder_deadline(turn),
            State::Paid(paid) if turn.now.mono_ms >= paid.closes_ms => self.finish(turn),
            State::Home if self.staff.is_none() => self.tidy_home(turn),
            _ if self.wiped(turn.now) => self.wipe(turn),
            _ => Ok(()),
        }
    }

    /// On the idle page nobody is asked anything: what the last person left vanishes by itself.
    fn tidy_home(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let left = self.refusal.is_some() || self.language != self.settings.language;
        if left && self.idle_s(turn.now) >= u64::from(self.pack.limits.idle_s) {
            return self.forget(turn);
        }
        Ok(())
    }

    fn upi_deadline(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Upi(upi) = &self.state else { return Ok(()) };
        let waited_ms = turn.now.mono_ms.saturating_sub(upi.asked_ms);
        if waited_ms < u64::from(self.pack.limits.upi_expiry_s) * 1_000 {
            return Ok(());
        }
        self.end_intent(upi.intent, IntentEnding::Expired, turn);
        // The sentence on the idle page is for the one who waited, in that person's language.
        let language = self.language;
        self.forget(turn)?;
        self.language = language;
        Err(Refusal::new(RefusalCode::PaymentExpired))
    }

    /// The terminal says nothing: the sale is taken back, then nobody can tell. The intent stays
    /// open, so that an answer that comes later still makes a receipt.
    fn card_deadline(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let waited_ms = turn.now.mono_ms.saturating_sub(self.entered_ms);
        if waited_ms < u64::from(self.pack.limits.pay_page_deadline_s) * 1_000 {
            return Ok(());
        }
        let State::Card(card) = &mut self.state else { return Ok(()) };
        match card.state {
            CardState::Waiting => {
                card.state = CardState::LookingUp;
                turn.effects.push(Effect::AbortCharge);
            }
            _ => card.state = CardState::CannotTell,
        }
        self.entered_ms = turn.now.mono_ms;
        self.touched_ms = turn.now.mono_ms;
        Ok(())
    }

    fn printing_deadline(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Printing(printing) = &self.state else { return Ok(()) };
        if turn.now.mono_ms.saturating_sub(self.entered_ms) < STOPPED_MS_MAX {
            return Ok(());
        }
        let stopped = Stopped {
            handover: printing.handover.clone(),
            cause: PaperCause::Away,
            ticket: Some(printing.ticket),
            part_out: printing.bands_done > 0,
            since_ms: printing.stopped_since_ms.unwrap_or(turn.now.mono_ms),
            retry_ms: retry_at(turn.now),
        };
        self.enter(State::Stopped(stopped), turn.now);
        Ok(())
    }

    fn stopped_deadline(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Stopped(stopped) = &self.state else { return Ok(()) };
        let now_ms = turn.now.mono_ms;
        if now_ms.saturating_sub(stopped.since_ms) >= STOPPED_MS_MAX {
            return self.collect_later(turn);
        }
        if stopped.ticket.is_some() || now_ms < stopped.retry_ms {
            return Ok(());
        }
        let Handover { of, drawer, ref slip, .. } = stopped.handover;
        let slip = slip.clone();
        let ticket = self.next_ticket(of);
        if let State::Stopped(stopped) = &mut self.state {
            stopped.ticket = Some(ticket);
        }
        turn.effects.push(Effect::Print { ticket, slip, drawer });
        Ok(())
    }

    /// A sale whose money may be with the terminal while its page is gone: the disk was full, no
    /// receipt number was left, or the terminal was away.
    fn look_up_again(&mut self, turn: &mut Turn<'_>) {
        let idle = matches!(self.state, State::Home | State::SignIn(_) | State::Round(_));
        let waited_ms = turn.now.mono_ms.saturating_sub(self.looked_up_ms);
        if idle && waited_ms >= LOOK_UP_AGAIN_MS {
            self.look_up_open_intents(turn);
        }
    }

    /// Every card intent without an ending is looked up.
    pub(crate) fn look_up_open_intents(&mut self, turn: &mut Turn<'_>) {
        self.looked_up_ms = turn.now.mono_ms;
        let day_book = turn.books.day_book();
        let open = day_book.intents().filter(|(_, intent)| intent.by == IntentMode::Card);
        let look_ups = open.map(|(seq, intent)| crate::card::look_up(seq, intent));
        turn.effects.extend(look_ups);
    }
}

/// When a print that never started is tried again.
pub(crate) fn retry_at(now: ledger::Moment) -> u64 {
    now.mono_ms + RETRY_MS
}
