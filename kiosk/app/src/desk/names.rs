//! Whose house it is, asked of the office by a device that has no names.

use flow::World;
use ledger::{Hash, StaffId};
use node::LinkFault;

use super::Desk;

/// How many houses are asked for: what a page shows, and one more, which says that there are more.
const HOUSES_MAX: u16 = 9;

#[derive(Default)]
pub(super) struct Names {
    /// What is to be asked next: a newer question takes the place of one that has not gone out.
    wanted: Option<(StaffId, String)>,
    /// What the office is asked at present.
    asked: Option<(String, Hash)>,
    failed: Option<String>,
}

impl Names {
    pub fn ask(&mut self, staff: StaffId, typed: String) {
        self.wanted = Some((staff, typed));
    }

    /// Whether it was a question after a name that came to nothing: whether the line is down is
    /// found out by the books.
    pub fn failed(&mut self, why: &LinkFault) -> bool {
        let Some((typed, _)) = self.asked.take() else { return false };
        tracing::warn!(error = why as &dyn std::error::Error, "the office was asked for no name");
        self.failed = Some(typed);
        true
    }
}

impl Desk {
    pub(super) fn ask_names_when_due(&mut self) {
        if self.sending || self.is_practice() {
            return;
        }
        let Some((staff, typed)) = self.names.wanted.take() else { return };
        let (question, digest) = self.own().lending.store.name_question(staff, &typed, HOUSES_MAX);
        self.sending = self.link.ask_names(question).is_ok();
        if self.sending {
            self.names.asked = Some((typed, digest));
        } else {
            self.names.wanted = Some((staff, typed));
        }
    }

    pub(super) fn take_names(&mut self, message: &[u8]) {
        self.own_turn_next();
        let Some((typed, question)) = self.names.asked.take() else { return };
        let houses = match self.own().lending.store.name_answer(message, question) {
            Ok(answer) => Some((answer.houses, answer.more)),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "the office's word on a name is not believed");
                None
            }
        };
        self.take_in_own(World::Named { typed, houses });
    }

    /// A question came to nothing.
    pub(super) fn no_names(&mut self) {
        self.own_turn_next();
        if let Some(typed) = self.names.failed.take() {
            self.take_in_own(World::Named { typed, houses: None });
        }
    }
}
