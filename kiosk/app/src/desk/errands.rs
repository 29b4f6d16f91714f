//! Parcels of other devices that go out when this one has a line, and what comes back.

use ledger::{Moment, sha256};
use node::LinkFault;

use super::Desk;

/// The pause after an errand that did not get through.
const ERRAND_AGAIN_MS: u64 = 30_000;

impl Desk {
    /// Sends the parcel of another device, once this one's own books are through.
    pub(super) fn send_errand_when_due(&mut self, now: Moment) {
        if self.sending || self.carrying.no_errand || now.mono_ms < self.carrying.errand_at_ms {
            return;
        }
        if self.own().lending.store.to_send() > 0 || !self.online {
            return;
        }
        match self.own().lending.store.next_errand() {
            Ok(Some((writer, parcel))) => {
                let digest = sha256(&parcel);
                self.sending = self.link.carry(parcel).is_ok();
                self.carrying.errand = self.sending.then_some((writer, digest));
            }
            Ok(None) => self.carrying.no_errand = true,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no errand can be sent");
                self.carrying.errand_at_ms = now.mono_ms + ERRAND_AGAIN_MS;
            }
        }
    }

    /// Whether it was an errand that the link had.
    pub(super) fn is_errand_under_way(&self) -> bool {
        self.carrying.errand.is_some()
    }

    pub(super) fn errand_replied(&mut self, reply: &[u8]) {
        let Some(errand) = self.carrying.errand.take() else { return };
        let now = self.now();
        if let Err(error) = self.own().lending.store.take_errand_reply(errand, reply, now) {
            tracing::error!(error = &error as &dyn std::error::Error, "no reply was kept");
            self.carrying.errand_at_ms = now.mono_ms + ERRAND_AGAIN_MS;
        }
    }

    /// An errand came back without an answer: what the office turned away is not sent again.
    pub(super) fn errand_failed(&mut self, why: &LinkFault, retry_after_ms: Option<u64>) {
        let Some(errand) = self.carrying.errand.take() else { return };
        tracing::warn!(error = why as &dyn std::error::Error, "an errand did not get through");
        let now_ms = self.now().mono_ms;
        self.carrying.errand_at_ms = now_ms + retry_after_ms.unwrap_or(ERRAND_AGAIN_MS);
        let LinkFault::Refused { status: 400..=499, text } = why else { return };
        let noted = self.own().lending.store.errand_refused(errand, text);
        if let Err(error) = noted {
            tracing::error!(error = &error as &dyn std::error::Error, "no refusal was noted");
        }
    }
}
