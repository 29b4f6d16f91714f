//! Parcels of other devices that go out when this one has a line, and what comes back.

use flow::{Carried, CarryFault};
use ledger::{Moment, Writer, sha256};
use node::LinkFault;

use super::Desk;

/// The pause after errands that did not get through.
const AGAIN_MS: u64 = 30_000;

/// The longest pause that a centre may ask for.
const PAUSE_MS_MAX: u64 = 60 * 60 * 1_000;

impl Desk {
    /// Sends the parcel of another device, once this one's own books are through and nobody waits
    /// for the bank's word.
    pub(super) fn send_errand_when_due(&mut self, now: Moment) {
        let carrying = &self.carrying;
        if self.sending || carrying.no_errand || now.mono_ms < carrying.errand_at_ms {
            return;
        }
        if !self.online || self.own().flow.waits_for_the_bank() || self.has_own_to_send() {
            return;
        }
        let failed = std::mem::take(&mut self.carrying.failed);
        match self.own().lending.store.next_errand(&failed) {
            Ok(Some((writer, parcel))) => {
                let digest = sha256(&parcel);
                self.carrying.failed = failed;
                self.sending = self.link.carry(parcel).is_ok();
                self.carrying.errand = self.sending.then_some((writer, digest));
            }
            // Each was tried: after a pause all of them are again.
            Ok(None) if !failed.is_empty() => self.carrying.errand_at_ms = now.mono_ms + AGAIN_MS,
            Ok(None) => self.carrying.no_errand = true,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no errand can be sent");
                self.carrying.errand_at_ms = now.mono_ms + AGAIN_MS;
            }
        }
    }

    /// Of a device that is locked the office may keep no more: others' books go on.
    fn has_own_to_send(&mut self) -> bool {
        let store = &self.own().lending.store;
        store.to_send() > 0 && store.locked().is_none()
    }

    /// Whether it was an errand that the link had.
    pub(super) fn is_errand_under_way(&self) -> bool {
        self.carrying.errand.is_some()
    }

    pub(super) fn errand_replied(&mut self, reply: &[u8]) {
        let Some(errand) = self.carrying.errand.take() else { return };
        self.own_turn_next();
        let now = self.now();
        if let Err(error) = self.own().lending.store.take_errand_reply(errand, reply, now) {
            tracing::error!(error = &error as &dyn std::error::Error, "no reply was kept");
            self.carrying.failed.push(errand.0);
        }
    }

    /// An errand came back without an answer: what the office turned away is not sent again.
    pub(super) fn errand_failed(&mut self, why: &LinkFault, retry_after_ms: Option<u64>) {
        let Some(errand) = self.carrying.errand.take() else { return };
        self.own_turn_next();
        tracing::warn!(error = why as &dyn std::error::Error, "an errand did not get through");
        if let Some(pause_ms) = retry_after_ms {
            self.carrying.errand_at_ms = self.now().mono_ms + pause_ms.min(PAUSE_MS_MAX);
            return;
        }
        // Any other status may be of whatever stands before a centre.
        let LinkFault::Refused { status: 400 | 401 | 413, text } = why else {
            return self.carrying.failed.push(errand.0);
        };
        let noted = self.own().lending.store.errand_refused(errand, text);
        if let Err(error) = noted {
            tracing::error!(error = &error as &dyn std::error::Error, "no refusal was noted");
        }
    }

    /// Staff looked at what the office turned away, and want it no more.
    pub(super) fn remove_errand(&mut self, of: Writer) {
        match self.own().lending.store.remove_refused_errand(of) {
            Ok(true) => tracing::info!(device = of.0, "what the office turned away was removed"),
            // A newer one was brought meanwhile, and the page shows that.
            Ok(false) => {}
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "nothing was removed");
                self.tell_carried(Carried::Fault(CarryFault::Books));
            }
        }
    }

    /// What waited while the line was somebody else's.
    pub(super) fn own_turn_next(&mut self) {
        if self.send_again {
            self.next_send_ms = 0;
        }
    }
}
