//! The rate board: what each service takes today, on the glass and on paper.

use ledger::{BoardRate, date_text};

use crate::effect::{Effect, RatesSlip};
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{RatePart, RateRow, RatesPage, TestPrint};
use crate::state::State;
use crate::touch::{Button, Touch};

impl Flow {
    pub(crate) fn begin_rates(&mut self, turn: &Turn<'_>) -> Outcome {
        self.enter(State::Rates(TestPrint::NotAsked), turn.now);
        Ok(())
    }

    pub(crate) fn rates_page(&self, paper: TestPrint) -> RatesPage {
        let board = self.pack.rate_board(self.now.date(), self.settings.is_centre, self.language);
        let part = |part: ledger::BoardPart| RatePart {
            title: part.title,
            rates: part.rates.into_iter().map(row).collect(),
        };
        RatesPage {
            on: self.now.date_text(),
            parts: board.into_iter().map(part).collect(),
            pack: self.pack.name(),
            paper,
        }
    }

    pub(crate) fn touched_rates(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Rates(paper) = &self.state else { return Err(not_here()) };
        if touch != Touch::Press(Button::Next) {
            return Err(not_here());
        }
        if *paper == TestPrint::Printing {
            return Err(Refusal::new(RefusalCode::AlreadyDoing));
        }
        let page = self.rates_page(TestPrint::Printing);
        self.state = State::Rates(TestPrint::Printing);
        turn.effects.push(Effect::PrintRates(RatesSlip {
            language: self.language,
            body: self.pack.text(ledger::Text::BodyName, self.language).to_owned(),
            on: page.on,
            pack: page.pack,
            parts: page.parts,
        }));
        Ok(())
    }
}

fn row(rate: BoardRate) -> RateRow {
    RateRow {
        what: rate.what,
        takes: rate.takes,
        from: date_text(rate.from),
        to: rate.to.map(date_text),
    }
}
