//! Paper: printed before thanked. What came of every print is an entry; what nobody knows is asked
//! of staff.

use ledger::{DayBook, Entry, Fact, Moment, Paise, Print, PrintOutcome, PrintWitness};

use crate::books::Books;
use crate::deadline::retry_at;
use crate::effect::{Effect, Purpose, Ticket};
use crate::event::PaperEnding;
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::group::HandedGroup;
use crate::idle::PAID_S;
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{PaidPage, Paper, PaperCause, PrintingPage, SlipPlace, StoppedPage};
use crate::state::{Handover, Paid, Printing, State, Stopped};
use crate::touch::{Button, Touch};

/// Facts that say that a restart found slips without an outcome.
pub(crate) fn uncertain_after_restart(day_book: &DayBook) -> Vec<Fact> {
    let unknown = day_book.paper().filter(|(_, paper)| paper.outcome.is_none());
    unknown
        .map(|(of, _)| {
            let (outcome, witness) = (PrintOutcome::Uncertain, PrintWitness::Restart);
            Fact::Print(Print { of, outcome, witness })
        })
        .collect()
}

impl Printing {
    pub(crate) fn page(&self) -> PrintingPage {
        PrintingPage {
            place: self
                .handover
                .group
                .as_ref()
                .map(|group| SlipPlace { nth: group.nth, of: group.of }),
            amount: self.handover.amount,
            number: self.handover.number.clone(),
            bands_done: self.bands_done,
            bands: self.bands,
        }
    }
}

impl Flow {
    /// The receipt is on disk: now, and only now, the paper.
    pub(crate) fn payment_recorded(&mut self, entries: &[Entry], turn: &mut Turn<'_>) -> Outcome {
        let mut receipts = entries.iter().filter(|entry| matches!(entry.fact, Fact::Receipt(_)));
        let sums = receipts.clone().filter_map(total_of);
        let (of, sum) = (receipts.clone().count(), Paise::sum(sums).unwrap_or_default());
        let first = receipts.next().ok_or_else(not_here)?;
        let then: Vec<u64> = receipts.map(|entry| entry.seq).collect();
        // Whatever was listed is paid.
        self.group.clear();
        let of = u32::try_from(of).unwrap_or(u32::MAX);
        self.hand_over_first(first, then, (of > 1).then_some((of, sum)), turn)
    }

    /// Prints the slip of an entry that is on disk. Where the slip cannot be laid out, staff hold
    /// it: the page of the payment must not stand there as if nothing had been taken.
    pub(crate) fn hand_over(&mut self, entry: &Entry, turn: &mut Turn<'_>) -> Outcome {
        self.hand_over_first(entry, Vec::new(), None, turn)
    }

    /// The same for the first of several slips; `group` is how many receipts the payment has, and
    /// their sum.
    fn hand_over_first(
        &mut self,
        entry: &Entry,
        then: Vec<u64>,
        group: Option<(u32, Paise)>,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        turn.effects.push(Effect::Sync);
        match self.handover(entry, turn.books) {
            Ok(handover) => {
                let group = group.map(|(of, sum)| {
                    let first = handover.number.clone().unwrap_or_default();
                    HandedGroup { nth: 1, of, sum, first }
                });
                self.start_print(Handover { then, group, ..handover }, turn);
                Ok(())
            }
            Err(_) => {
                for of in [entry.seq].into_iter().chain(then) {
                    self.record_print(of, PrintOutcome::Held, PrintWitness::Printer, turn);
                }
                self.forget(turn)?;
                Err(Refusal::new(RefusalCode::StoreFailed))
            }
        }
    }

    /// The receipt of money that came after its page was gone: staff hold it for the payer.
    pub(crate) fn hold_late_receipt(&mut self, entries: &[Entry], turn: &mut Turn<'_>) {
        let receipts = entries.iter().filter(|entry| matches!(entry.fact, Fact::Receipt(_)));
        let held: Vec<u64> = receipts.map(|entry| entry.seq).collect();
        for of in &held {
            self.record_print(*of, PrintOutcome::Held, PrintWitness::Printer, turn);
        }
        if !held.is_empty() {
            turn.effects.push(Effect::Sync);
        }
    }

    pub(crate) fn start_print(&mut self, handover: Handover, turn: &mut Turn<'_>) {
        let ticket = self.next_ticket(handover.of);
        let (slip, drawer) = (handover.slip.clone(), handover.drawer);
        turn.effects.push(Effect::Print { ticket, slip, drawer });
        let printing =
            Printing { handover, ticket, bands_done: 0, bands: 0, stopped_since_ms: None };
        self.enter(State::Printing(printing), turn.now);
    }

    pub(crate) fn printing(&mut self, ticket: Ticket, bands_done: u32, bands: u32, now: Moment) {
        match &mut self.state {
            State::Printing(printing) if printing.ticket == ticket => {
                (printing.bands_done, printing.bands) = (bands_done, bands);
                if bands_done > 0 {
                    printing.stopped_since_ms = None;
                }
                self.entered_ms = now.mono_ms;
            }
            State::Stopped(stopped) if stopped.ticket == Some(ticket) && bands_done < bands => {
                let handover = stopped.handover.clone();
                let stopped_since_ms = (bands_done == 0).then_some(stopped.since_ms);
                self.state = State::Printing(Printing {
                    handover,
                    ticket,
                    bands_done,
                    bands,
                    stopped_since_ms,
                });
                self.entered_ms = now.mono_ms;
            }
            _ => {}
        }
    }

    /// The printer waits for somebody. Where it waits over an earlier job, this one waits with it.
    pub(crate) fn paper_waits(&mut self, cause: PaperCause, turn: &Turn<'_>) {
        match &mut self.state {
            State::Printing(printing) => {
                let stopped = Stopped {
                    handover: printing.handover.clone(),
                    cause,
                    ticket: Some(printing.ticket),
                    part_out: printing.bands_done > 0,
                    since_ms: printing.stopped_since_ms.unwrap_or(turn.now.mono_ms),
                    retry_ms: retry_at(turn.now),
                };
                self.enter(State::Stopped(stopped), turn.now);
            }
            State::Stopped(stopped) => stopped.cause = cause,
            _ => {}
        }
    }

    pub(crate) fn paper_ended(
        &mut self,
        ticket: Ticket,
        ending: PaperEnding,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        self.at_printer.remove(&ticket.of);
        let (handover, since_ms) = match &self.state {
            State::Printing(printing) if printing.ticket == ticket => {
                (printing.handover.clone(), printing.stopped_since_ms)
            }
            State::Stopped(stopped) if stopped.ticket == Some(ticket) => {
                (stopped.handover.clone(), Some(stopped.since_ms))
            }
            State::DayClosed(closed) if closed.ticket == ticket => {
                return self.day_slip_ended(ticket, ending, turn);
            }
            State::Received(received) if received.ticket == ticket => {
                return self.day_slip_ended(ticket, ending, turn);
            }
            _ => {
                self.paper_ended_unseen(ticket, ending, turn);
                return Ok(());
            }
        };
        match ending {
            PaperEnding::Whole => {
                self.record_print(ticket.of, PrintOutcome::Whole, PrintWitness::Printer, turn);
                return self.slip_is_out(handover, turn);
            }
            PaperEnding::NotStarted(cause) => {
                let stopped = Stopped {
                    handover,
                    cause,
                    ticket: None,
                    part_out: false,
                    since_ms: since_ms.unwrap_or(turn.now.mono_ms),
                    retry_ms: retry_at(turn.now),
                };
                self.enter(State::Stopped(stopped), turn.now);
            }
            PaperEnding::Uncertain(cause) => {
                self.record_print(ticket.of, PrintOutcome::Uncertain, PrintWitness::Printer, turn);
                match self.staff {
                    Some(_) => self.ask_paper(vec![ticket.of], Some(handover), turn),
                    None => {
                        let paper_at_end = Paper::Uncertain;
                        self.slip_is_out(Handover { paper_at_end, ..handover }, turn)?;
                    }
                }
                self.say_why_uncertain(cause);
            }
        }
        Ok(())
    }

    /// The page went on, or it was a waiting slip: what came of the paper is written all the same.
    fn paper_ended_unseen(&mut self, ticket: Ticket, ending: PaperEnding, turn: &mut Turn<'_>) {
        let awaited = turn.books.day_book().paper().any(|(of, _)| of == ticket.of);
        if !awaited {
            self.waiting_slip_ended(ticket, ending, turn);
            return;
        }
        let outcome = match ending {
            PaperEnding::NotStarted(_) => PrintOutcome::Held,
            PaperEnding::Whole | PaperEnding::Uncertain(_) => ending.into(),
        };
        if let State::Paid(paid) = &mut self.state
            && paid.handover.of == ticket.of
        {
            paid.paper = match ending {
                PaperEnding::Whole => Paper::Printed,
                PaperEnding::NotStarted(_) => Paper::Later,
                PaperEnding::Uncertain(_) => Paper::Uncertain,
            };
            if let PaperEnding::Uncertain(cause) = ending {
                paid.cause = Some(cause);
            }
        }
        self.record_print(ticket.of, outcome, PrintWitness::Printer, turn);
    }

    /// The page that asks, or leaves it to the payer to look, says what the printer said.
    fn say_why_uncertain(&mut self, cause: PaperCause) {
        match &mut self.state {
            State::Paid(paid) => paid.cause = Some(cause),
            State::AskPaper(ask) => ask.page.cause = Some(cause),
            _ => {}
        }
    }

    pub(crate) fn record_print(
        &mut self,
        of: u64,
        outcome: PrintOutcome,
        witness: PrintWitness,
        turn: &mut Turn<'_>,
    ) {
        // Once a whole slip is out, nothing more is said of it.
        if turn.books.day_book().paper().any(|(awaited, _)| awaited == of) {
            let print = Print { of, outcome, witness };
            self.record(Purpose::Aside, vec![Fact::Print(print)], turn);
        }
    }

    pub(crate) fn show_paid(&mut self, handover: Handover, paper: Paper, turn: &Turn<'_>) {
        let closes_ms = turn.now.mono_ms + PAID_S * 1_000;
        self.enter(State::Paid(Paid { handover, paper, cause: None, closes_ms }), turn.now);
    }

    pub(crate) fn touched_paid(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Press(Button::Next) => self.finish(turn),
            _ => Err(not_here()),
        }
    }

    pub(crate) fn paid_page(&self, paid: &Paid, books: &dyn Books) -> PaidPage {
        let handover = &paid.handover;
        let left_ms = paid.closes_ms.saturating_sub(self.now.mono_ms);
        let group = handover.group.as_ref();
        let number = handover.number.clone();
        PaidPage {
            kind: handover.slip.kind,
            amount: group.map(|group| group.sum).or(handover.amount),
            number: match group {
                Some(group) => number.map(|last| format!("{} – {last}", group.first)),
                None => number,
            },
            receipts: group.map_or(1, |group| group.of),
            paper: paid.paper,
            mode: handover.mode,
            card: handover.card.clone(),
            date: handover.at.date_text(),
            recorded_at: handover.at.time_text(),
            cause: paid.cause,
            office_knows: books.acknowledged() >= handover.of,
            next_due: handover.next_due.clone(),
            advance: handover.advance,
            change: handover.change,
            closes_in_s: u32::try_from(left_ms.div_ceil(1_000)).unwrap_or(u32::MAX),
        }
    }

    pub(crate) fn stopped_page(&self, stopped: &Stopped, books: &dyn Books) -> StoppedPage {
        StoppedPage {
            cause: stopped.cause,
            amount: stopped.handover.amount,
            number: stopped.handover.number.clone(),
            code: stopped.handover.code.clone(),
            office_knows: books.acknowledged() >= stopped.handover.of,
            part_out: stopped.part_out,
        }
    }

    pub(crate) fn touched_stopped(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Press(Button::CollectLater | Button::Next) => self.collect_later(turn),
            _ => Err(not_here()),
        }
    }

    /// The person leaves without the paper; staff hold it. A job that the printer still has ends by
    /// itself and is written then.
    pub(crate) fn collect_later(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Stopped(stopped) = &self.state else { return Err(not_here()) };
        let (handover, running) = (stopped.handover.clone(), stopped.ticket.is_some());
        if !running {
            self.record_print(handover.of, PrintOutcome::Held, PrintWitness::Printer, turn);
        }
        self.hold_the_rest(&handover, turn);
        self.show_paid(handover, Paper::Later, turn);
        Ok(())
    }
}

fn total_of(entry: &Entry) -> Option<Paise> {
    match &entry.fact {
        Fact::Receipt(receipt) => Some(receipt.total),
        _ => None,
    }
}
