//! The printer's own page: how it is, and a test slip that is no paper of the books.

use crate::effect::{Effect, TestSlip};
use crate::event::PaperEnding;
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{PrinterPage, TestPrint};
use crate::state::State;
use crate::touch::{Button, Touch};

impl Flow {
    pub(crate) fn printer_page(&self, test: TestPrint) -> PrinterPage {
        PrinterPage { state: self.printer, test }
    }

    pub(crate) fn touched_printer(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Printer(test) = &mut self.state else { return Err(not_here()) };
        if touch != Touch::Press(Button::Next) {
            return Err(not_here());
        }
        if *test == TestPrint::Printing {
            return Err(Refusal::new(RefusalCode::AlreadyDoing));
        }
        *test = TestPrint::Printing;
        turn.effects.push(Effect::PrintTest(TestSlip {
            language: self.language,
            device: self.settings.name.clone(),
            at: crate::remit::stamp(turn.now),
        }));
        Ok(())
    }

    /// Whoever asked for it may have gone on; then nobody asks any more.
    pub(crate) fn test_printed(&mut self, ending: PaperEnding) {
        if let State::Printer(test) | State::Rates(test) = &mut self.state
            && *test == TestPrint::Printing
        {
            *test = match ending {
                PaperEnding::Whole => TestPrint::Printed,
                PaperEnding::NotStarted(cause) => TestPrint::NotStarted(cause),
                PaperEnding::Uncertain(cause) => TestPrint::Uncertain(cause),
            };
        }
    }
}
