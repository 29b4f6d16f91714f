//! What the office is asked of a building's earlier payments, while somebody waits before the
//! glass.

use flow::{Event, Mode, OfficeReceipt, World};
use node::{EarlierQuestion, EarlierReceipt, LinkFault};

use super::Desk;

/// A question, wished for and under way.
#[derive(Default)]
pub(super) struct Asking {
    wished: Option<u32>,
    asked: Option<EarlierQuestion>,
}

impl Desk {
    pub(super) fn ask_earlier(&mut self, building: u32) {
        self.asking.wished = Some(building);
    }

    /// Asks as soon as nothing else is under way: somebody waits for it.
    pub(super) fn ask_earlier_when_due(&mut self) {
        if self.sending {
            return;
        }
        let Some(building) = self.asking.wished.take() else { return };
        let now = self.now();
        let (message, question) = self.own().lending.store.ask_earlier(building, now);
        self.sending = self.link.ask_earlier(message).is_ok();
        match self.sending {
            true => self.asking.asked = Some(question),
            false => self.tell_earlier(building, None),
        }
    }

    pub(super) fn earlier_answered(&mut self, message: &[u8]) {
        let Some(question) = self.asking.asked.take() else { return };
        self.own_turn_next();
        let answered = self.own().lending.store.earlier_answered(message, &question);
        let receipts = match answered {
            Ok(receipts) => Some(receipts.into_iter().map(office_receipt).collect()),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "the centre's list is not believed");
                None
            }
        };
        self.tell_earlier(question.building, receipts);
    }

    /// Whether it was this question that came to nothing; whether the line is down is found out by
    /// the books.
    pub(super) fn earlier_failed(&mut self, why: &LinkFault) -> bool {
        let Some(question) = self.asking.asked.take() else { return false };
        tracing::warn!(error = why as &dyn std::error::Error, "the centre lists no payments");
        self.own_turn_next();
        self.tell_earlier(question.building, None);
        true
    }

    fn tell_earlier(&mut self, building: u32, receipts: Option<Vec<OfficeReceipt>>) {
        // Nobody who practises waits for it.
        if !self.is_practice() {
            self.take(Event::World(World::EarlierTold { building, receipts }));
        }
    }
}

fn office_receipt(receipt: EarlierReceipt) -> OfficeReceipt {
    let EarlierReceipt { number, at_ms, amount, mode, service, stands } = receipt;
    let mode = match mode.as_str() {
        "cash" => Some(Mode::Cash),
        "card" => Some(Mode::Card),
        "upi" => Some(Mode::Upi),
        "cheque" => Some(Mode::Cheque),
        "demand_draft" => Some(Mode::DemandDraft),
        _ => None,
    };
    OfficeReceipt { number, at_ms, amount, mode, service, stands }
}
