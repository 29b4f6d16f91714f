//! Slips that nobody knows to be out are asked of staff, before anything else is done.

use ledger::{Entry, Fact, Paise, PrintOutcome, PrintWitness};

use crate::books::Books;
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::screen::AskPaperPage;
use crate::state::{AskPaper, Handover, State};
use crate::touch::{Button, Touch};

impl Flow {
    /// Asks about every slip that is known not to be out, or not known; false where there is none,
    /// or nobody who can answer.
    pub(crate) fn ask_about_paper(&mut self, turn: &Turn<'_>) -> bool {
        let day_book = turn.books.day_book();
        let unknown = day_book
            .paper()
            // Where the printer still has the job, its own word comes first.
            .filter(|(of, paper)| paper.outcome.is_some() && !self.at_printer.contains(of));
        let slips: Vec<u64> = unknown.map(|(of, _)| of).collect();
        if slips.is_empty() || self.staff.is_none() {
            return false;
        }
        self.ask_paper(slips, None, turn);
        true
    }

    pub(crate) fn ask_paper(
        &mut self,
        slips: Vec<u64>,
        handover: Option<Handover>,
        turn: &Turn<'_>,
    ) {
        let page = ask_page(&slips, turn.books);
        self.enter(State::AskPaper(AskPaper { slips, page, handover }), turn.now);
    }

    pub(crate) fn touched_ask_paper(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::AskPaper(ask) = &self.state else { return Err(not_here()) };
        let of = *ask.slips.first().ok_or_else(not_here)?;
        let (rest, handover) = (ask.slips[1..].to_vec(), ask.handover.clone());
        // A job that the printer still held may have ended well while staff were being asked.
        let awaited = turn.books.day_book().paper().any(|(seq, _)| seq == of);
        match touch {
            Touch::Press(Button::Yes | Button::No) if !awaited => {
                self.answered(handover, rest, turn)
            }
            Touch::Press(Button::Yes) => {
                self.record_print(of, PrintOutcome::Whole, PrintWitness::Staff, turn);
                self.answered(handover, rest, turn)
            }
            Touch::Press(Button::No) => {
                let entry = turn.books.entry(of)?.ok_or_else(not_here)?;
                // The cash is in the drawer since the first print.
                let again = self.handover(&entry, turn.books)?;
                let again = match handover {
                    Some(asked) => Handover {
                        then: asked.then,
                        group: asked.group,
                        paper_at_end: asked.paper_at_end,
                        ..again
                    },
                    None => again,
                };
                let handover = Handover { drawer: false, ..again };
                self.record_print(of, PrintOutcome::Failed, PrintWitness::Staff, turn);
                self.start_print(handover, turn);
                Ok(())
            }
            _ => Err(not_here()),
        }
    }

    /// The slip is out: whoever waits for it is thanked, then the next slip is asked about.
    fn answered(
        &mut self,
        handover: Option<Handover>,
        rest: Vec<u64>,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        match handover {
            Some(handover) => return self.slip_is_out(handover, turn),
            None if rest.is_empty() => return self.forget(turn),
            None => self.ask_paper(rest, None, turn),
        }
        Ok(())
    }
}

/// The question about the first of the slips. Where the books cannot be read, its place in them is
/// all that can be named: the question must still be asked.
fn ask_page(slips: &[u64], books: &dyn Books) -> AskPaperPage {
    let of = slips.first().copied().unwrap_or_default();
    let entry = books.entry(of).ok().flatten();
    let named = entry.as_ref().and_then(|entry| name_of(entry, books));
    AskPaperPage {
        number: named.unwrap_or_else(|| of.to_string()),
        amount: entry.as_ref().and_then(amount_of),
        at: entry.as_ref().map_or_else(String::new, |entry| entry.at.time_text()),
        cause: None,
        left: u32::try_from(slips.len()).unwrap_or(u32::MAX),
    }
}

/// A receipt's number, a visit's building, the day of a close.
fn name_of(entry: &Entry, books: &dyn Books) -> Option<String> {
    match &entry.fact {
        Fact::Receipt(_) | Fact::Applied(_) => {
            crate::number::number_of(entry, books).ok().flatten()
        }
        Fact::Visit(visit) => {
            books.building(visit.building).ok().flatten().map(|building| building.number)
        }
        _ => Some(entry.at.date_text()),
    }
}

fn amount_of(entry: &Entry) -> Option<Paise> {
    match &entry.fact {
        Fact::Receipt(receipt) => Some(receipt.total),
        Fact::DayClosed(close) => Some(close.counted),
        _ => None,
    }
}
