//! A look through the camera for a code: the glass shows what it sees, and the page closes itself
//! with the first code, when it is left alone, or when the camera is gone. The number can be typed
//! instead at any time.

use crate::event::Sight;
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::scan;
use crate::screen::{Sees, ViewfinderPage};
use crate::state::{Round, State, Viewfinder};
use crate::touch::{Button, Touch, check_length};

/// How long a camera is looked through in which no code comes: it needs power, and shows whoever
/// passes by.
const LOOK_MS: u64 = 30_000;

/// How long a camera may take to give its first picture.
const OPENING_MS: u64 = 6_000;

impl Flow {
    /// Whether the desk is to look through the camera.
    pub fn looks(&self) -> bool {
        matches!(self.state, State::Viewfinder(_))
    }

    pub(crate) fn begin_looking(&mut self, turn: &Turn<'_>) -> Outcome {
        if !self.settings.has_viewfinder {
            return Err(not_here());
        }
        let back = Box::new(self.state.clone());
        self.enter(State::Viewfinder(Viewfinder { back, sees: Sees::Opening }), turn.now);
        Ok(())
    }

    pub(crate) fn touched_viewfinder(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Press(Button::Next) => self.type_instead(turn),
            // A scanner beside the camera may be quicker.
            Touch::Scan(text) => self.sighted(Sight::Code(text), turn),
            _ => Err(not_here()),
        }
    }

    /// The page where the number is typed: the one below, or the one that the round leads to.
    fn type_instead(&mut self, turn: &mut Turn<'_>) -> Outcome {
        self.end_looking(turn)?;
        if matches!(self.state, State::Find(_) | State::Form(_)) {
            return Ok(());
        }
        let id = self.round_service().ok_or_else(not_here)?;
        self.enter(State::find(&id, false), turn.now);
        Ok(())
    }

    pub(crate) fn sighted(&mut self, sight: Sight, turn: &mut Turn<'_>) -> Outcome {
        // The page was left meanwhile: what the camera saw after that is nobody's.
        let State::Viewfinder(viewfinder) = &mut self.state else { return Ok(()) };
        match sight {
            Sight::Shows => viewfinder.sees = Sees::Picture,
            Sight::Dark => viewfinder.sees = Sees::Dark,
            Sight::Away => return self.close_by_itself(RefusalCode::CameraAway, turn),
            Sight::Code(text) => {
                self.end_looking(turn)?;
                let touch = Touch::Scan(text);
                check_length(&touch).map_err(|refusal| scan::instead(&touch, refusal))?;
                return self.touched_page(touch, turn);
            }
        }
        Ok(())
    }

    pub(crate) fn viewfinder_deadline(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Viewfinder(viewfinder) = &self.state else { return Ok(()) };
        let looked_ms = turn.now.mono_ms.saturating_sub(self.entered_ms);
        let is_opening = viewfinder.sees == Sees::Opening;
        if self.wiped(turn.now) {
            return self.wipe(turn);
        }
        match looked_ms {
            OPENING_MS.. if is_opening => self.close_by_itself(RefusalCode::CameraAway, turn),
            LOOK_MS.. => self.close_by_itself(RefusalCode::NoCodeSeen, turn),
            _ => Ok(()),
        }
    }

    /// Nobody touched anything: whoever left is not at the page below either.
    fn close_by_itself(&mut self, why: RefusalCode, turn: &mut Turn<'_>) -> Outcome {
        let touched_ms = self.touched_ms;
        self.end_looking(turn)?;
        self.touched_ms = touched_ms;
        Err(Refusal::new(why))
    }

    /// Back to the page below, as the register and the office's word on wards are now.
    pub(crate) fn end_looking(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Viewfinder(viewfinder) = &self.state else { return Ok(()) };
        let mut back = *viewfinder.back.clone();
        if let State::Round(round) = &back
            && !self.settings.wards.contains(&round.ward)
        {
            back = State::Round(Round::of(&self.settings.wards));
        }
        self.enter(back, turn.now);
        self.reload_round(turn)
    }
}

impl Viewfinder {
    pub(crate) fn page(&self) -> ViewfinderPage {
        let receipt = matches!(&*self.back, State::Find(find) if find.receipt);
        ViewfinderPage { sees: self.sees, receipt }
    }
}
