//! The day's end: the notes are counted first, then compared with the book.

use ledger::{DayClose, Entry, Fact, Notes, Paise, PrintOutcome, PrintWitness, Till};

use crate::books::Books;
use crate::effect::{Effect, Purpose, Ticket};
use crate::event::PaperEnding;
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{DayClosedPage, DayEndPage, NoteCount, Paper};
use crate::state::{DayClosed, DayEnd, State};
use crate::touch::{Button, Field, Touch};

/// The most notes of one kind that are counted by hand.
const NOTES_MAX: u32 = 10_000;

impl Flow {
    pub(crate) fn begin_day_end(&mut self, turn: &mut Turn<'_>) -> Outcome {
        if self.staff.is_none() {
            return Err(not_here());
        }
        self.check_day_open(turn)?;
        let counts = vec![0; self.pack.notes.len()];
        let day_end = DayEnd { counts, ..DayEnd::default() };
        self.enter(State::DayEnd(day_end), turn.now);
        Ok(())
    }

    /// Whoever has closed the day takes no money on it any more.
    pub(crate) fn check_day_open(&self, turn: &Turn<'_>) -> Outcome {
        let Some(member) = &self.staff else { return Ok(()) };
        let unsure = turn.books.unsure_since(turn.now).is_some();
        match turn.books.day_book().is_closed(member.id, turn.now.day(), unsure) {
            true => Err(Refusal::new(RefusalCode::DayClosed)),
            false => Ok(()),
        }
    }

    pub(crate) fn day_end_page(&self, state: &DayEnd, books: &dyn Books) -> DayEndPage {
        let till = self.till(books);
        let notes = self.notes(state).into_iter().map(|notes| NoteCount {
            note: notes.value,
            count: notes.count,
            sum: notes.value.times(i64::from(notes.count)).unwrap_or_default(),
        });
        let counted = self.counted(state).unwrap_or_default();
        let expected = state.revealed.then_some(till.expected());
        DayEndPage {
            notes: notes.collect(),
            coins: state.coins,
            counted,
            expected,
            difference: expected.and_then(|expected| counted.checked_sub(expected).ok()),
            reason: state.reason.clone(),
            receipts: till.receipts,
            float: till.float,
            instruments: till.instruments,
            instruments_sum: till.instruments_sum,
        }
    }

    pub(crate) fn touched_day_end(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Press(Button::Next) => self.close_day(turn),
            Touch::Type { field, text } => self.type_day_end(field, &text),
            _ => Err(not_here()),
        }
    }

    fn type_day_end(&mut self, field: Field, text: &str) -> Outcome {
        let notes = self.pack.notes.clone();
        let State::DayEnd(state) = &mut self.state else { return Err(not_here()) };
        match field {
            Field::Reason => {
                if text.chars().count() > ledger::TYPED_CHARACTERS_MAX {
                    return Err(Refusal::new(RefusalCode::TextTooLong));
                }
                state.reason = text.to_owned();
                Ok(())
            }
            Field::Coins => {
                state.coins = match text.trim() {
                    "" => Paise::ZERO,
                    text => crate::pay::read_amount(text)?,
                };
                if state.coins < Paise::ZERO {
                    state.coins = Paise::ZERO;
                    return Err(Refusal::new(RefusalCode::AmountNegative));
                }
                Ok(())
            }
            field => {
                let value = note_of(field).ok_or_else(not_here)?;
                let place = notes.iter().position(|note| *note == value).ok_or_else(not_here)?;
                let count = count(text)?;
                *state.counts.get_mut(place).ok_or_else(not_here)? = count;
                Ok(())
            }
        }
    }

    fn close_day(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::DayEnd(state) = &self.state else { return Err(not_here()) };
        let state = state.clone();
        let till = self.till(turn.books);
        let counted = self.counted(&state)?;
        let expected = till.expected();
        if counted != expected && state.reason.trim().is_empty() {
            if let State::DayEnd(state) = &mut self.state {
                state.revealed = true;
            }
            let missing = expected.checked_sub(counted).unwrap_or_default();
            return Err(Refusal::with_amount(RefusalCode::ReasonNeeded, missing));
        }
        let close = DayClose {
            day: turn.now.day(),
            notes: self.notes(&state).into_iter().filter(|notes| notes.count > 0).collect(),
            coins: state.coins,
            counted,
            expected,
            reason: state.reason.trim().to_owned(),
            receipts: till.receipts,
            voided: till.voided,
            heads: till.statement(),
            float: till.float,
            instruments: till.instruments,
            instruments_sum: till.instruments_sum,
        };
        self.record(Purpose::DayEnd, vec![Fact::DayClosed(close)], turn);
        Ok(())
    }

    /// What whoever is signed in has taken since their last day's end.
    pub(crate) fn till(&self, books: &dyn Books) -> Till {
        let staff = self.staff.as_ref().map(|member| member.id);
        staff.map(|staff| books.day_book().till(staff)).unwrap_or_default()
    }

    fn notes(&self, state: &DayEnd) -> Vec<Notes> {
        let counts = state.counts.iter().copied();
        let notes = self.pack.notes.iter().copied().zip(counts);
        notes.map(|(value, count)| Notes { value, count }).collect()
    }

    fn counted(&self, state: &DayEnd) -> Result<Paise, Refusal> {
        let sums =
            self.notes(state).into_iter().map(|notes| notes.value.times(i64::from(notes.count)));
        let sums: Result<Vec<Paise>, _> = sums.collect();
        sums.and_then(Paise::sum)
            .and_then(|notes| notes.checked_add(state.coins))
            .map_err(|_| Refusal::new(RefusalCode::AmountAboveLimit))
    }

    pub(crate) fn day_end_recorded(&mut self, entries: &[Entry], turn: &mut Turn<'_>) -> Outcome {
        let entry = entries.iter().find(|entry| matches!(entry.fact, Fact::DayClosed(_)));
        let entry = entry.ok_or_else(not_here)?;
        let Fact::DayClosed(close) = &entry.fact else { return Err(not_here()) };
        let ticket = self.next_ticket(entry.seq);
        let slip = self.day_slip(entry, close, turn.books);
        let closed = DayClosed {
            at: entry.at,
            day: close.day,
            counted: close.counted,
            of_payers: close.of_payers(),
            difference: close.counted.checked_sub(close.expected).unwrap_or_default(),
            receipts: close.receipts,
            ticket,
            paper: if slip.is_ok() { Paper::Uncertain } else { Paper::Later },
        };
        self.enter(State::DayClosed(closed), turn.now);
        turn.effects.push(Effect::Sync);
        match slip {
            Ok(slip) => turn.effects.push(Effect::Print { ticket, slip, drawer: false }),
            // The close is on disk; its paper is asked about when the books can be read.
            Err(_) => {
                self.record_print(ticket.of, PrintOutcome::Held, PrintWitness::Printer, turn);
            }
        }
        Ok(())
    }

    /// The paper of a page that does not wait for it came out, or not.
    pub(crate) fn day_slip_ended(
        &mut self,
        ticket: Ticket,
        ending: PaperEnding,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        let paper = crate::remit::paper_of(ending);
        match &mut self.state {
            State::DayClosed(closed) => closed.paper = paper,
            State::Received(received) => received.paper = paper,
            _ => return Err(not_here()),
        }
        let outcome = match ending {
            PaperEnding::NotStarted(_) => PrintOutcome::Held,
            PaperEnding::Whole | PaperEnding::Uncertain(_) => ending.into(),
        };
        self.record_print(ticket.of, outcome, PrintWitness::Printer, turn);
        Ok(())
    }

    pub(crate) fn day_closed_page(&self, state: &DayClosed, books: &dyn Books) -> DayClosedPage {
        DayClosedPage {
            date: state.at.date_text(),
            counted: state.counted,
            difference: state.difference,
            receipts: state.receipts,
            paper: state.paper,
            to_send: books.day_book().head().seq.saturating_sub(books.acknowledged()),
            hand_in_by: self
                .pack
                .remit_by(ledger::date_of(state.day), state.of_payers)
                .map(ledger::date_text),
        }
    }

    pub(crate) fn touched_day_closed(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Press(Button::Next) => self.finish(turn),
            _ => Err(not_here()),
        }
    }
}

fn note_of(field: Field) -> Option<Paise> {
    let rupees = match field {
        Field::Note500 => 500,
        Field::Note200 => 200,
        Field::Note100 => 100,
        Field::Note50 => 50,
        Field::Note20 => 20,
        Field::Note10 => 10,
        _ => return None,
    };
    Some(Paise::rupees(rupees))
}

fn count(text: &str) -> Result<u32, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(0);
    }
    match text.parse::<u32>() {
        Ok(count) if count <= NOTES_MAX => Ok(count),
        _ => Err(Refusal::new(RefusalCode::NotANumber)),
    }
}
