//! A cheque or a demand draft at the counter: its number, bank and date, and a receipt that stands
//! subject to realisation.

use chrono::NaiveDate;
use ledger::{Instrument, InstrumentFault, InstrumentKind, Tender};

use crate::effect::Purpose;
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{InstrumentPage, Mode};
use crate::state::{ByInstrument, Paying, State};
use crate::touch::{Button, Field, Touch};

impl Flow {
    /// The modes that the pack allows where somebody is there to take a paper.
    pub(crate) fn instrument_modes(&self) -> impl Iterator<Item = Mode> {
        let kinds = self.pack.instruments.accepted.iter().filter(|_| self.staff.is_some());
        kinds.map(|kind| match kind {
            InstrumentKind::Cheque => Mode::Cheque,
            InstrumentKind::DemandDraft => Mode::DemandDraft,
        })
    }

    pub(crate) fn begin_instrument(
        &mut self,
        paying: Paying,
        kind: InstrumentKind,
        turn: &Turn<'_>,
    ) -> Outcome {
        self.check_day_open(turn)?;
        let (number, bank, dated) = (String::new(), String::new(), String::new());
        let state = ByInstrument { paying, kind, number, bank, dated };
        self.enter(State::Instrument(state), turn.now);
        Ok(())
    }

    pub(crate) fn instrument_page(&self, state: &ByInstrument) -> InstrumentPage {
        InstrumentPage {
            place: self.paying_place(&state.paying),
            amount: state.paying.amount(),
            mode: match state.kind {
                InstrumentKind::Cheque => Mode::Cheque,
                InstrumentKind::DemandDraft => Mode::DemandDraft,
            },
            number: state.number.clone(),
            bank: state.bank.clone(),
            dated: state.dated.clone(),
        }
    }

    pub(crate) fn touched_instrument(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        if touch == Touch::Press(Button::Next) {
            return self.take_instrument(turn);
        }
        let State::Instrument(state) = &mut self.state else { return Err(not_here()) };
        let Touch::Type { field, text } = touch else { return Err(not_here()) };
        let target = match field {
            Field::InstrumentNumber => &mut state.number,
            Field::Bank => &mut state.bank,
            Field::Dated => &mut state.dated,
            _ => return Err(not_here()),
        };
        if text.chars().count() > ledger::TYPED_CHARACTERS_MAX {
            return Err(Refusal::new(RefusalCode::TextTooLong));
        }
        *target = text;
        Ok(())
    }

    fn take_instrument(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Instrument(state) = &self.state else { return Err(not_here()) };
        let state = state.clone();
        if self.demand_changed(&state.paying, turn)? {
            return Ok(());
        }
        let today = turn.now.day();
        let instrument = Instrument {
            kind: state.kind,
            number: state.number.trim().to_owned(),
            bank: state.bank.trim().to_owned(),
            dated: day_of(&state.dated)?,
        };
        let valid_days = self.pack.instruments.valid_days;
        instrument
            .check(today)
            .and_then(|()| instrument.check_age(today, valid_days))
            .map_err(|fault| refused(fault, valid_days))?;
        self.check_day_open(turn)?;
        let amount = state.paying.amount();
        let tender = Tender::Instrument(instrument);
        let facts = self.payment_facts(&state.paying, amount, tender, turn)?;
        self.record(Purpose::Payment, facts, turn);
        Ok(())
    }
}

/// "12-08-2026" as a number of days since 1970-01-01; slashes and points will do, too.
fn day_of(typed: &str) -> Result<i64, Refusal> {
    let typed = typed.trim().replace(['/', '.'], "-");
    if typed.is_empty() {
        return Err(Refusal::new(RefusalCode::NotADate));
    }
    let date = NaiveDate::parse_from_str(&typed, "%d-%m-%Y");
    let date = date.map_err(|_| Refusal::new(RefusalCode::NotADate))?;
    Ok(date.signed_duration_since(NaiveDate::default()).num_days())
}

fn refused(fault: InstrumentFault, valid_days: u16) -> Refusal {
    match fault {
        InstrumentFault::Number => Refusal::new(RefusalCode::InstrumentNumber),
        InstrumentFault::Bank => Refusal::new(RefusalCode::BankNeeded),
        InstrumentFault::Postdated => Refusal::new(RefusalCode::Postdated),
        InstrumentFault::Stale => Refusal::with_count(RefusalCode::Stale, u32::from(valid_days)),
    }
}
