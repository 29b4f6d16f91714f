//! The line to the centre, as the desk keeps it: when something is sent, and what an answer
//! changes.

use flow::World;
use node::LinkEvent;

use super::Desk;

/// How often the centre is asked for news while nothing is sent.
const NEWS_MS: u64 = 30_000;

/// How often it is asked while a payer waits for the bank's word.
const WAITING_NEWS_MS: u64 = 1_500;

impl Desk {
    pub(super) fn sync_soon(&mut self) {
        if self.sending {
            self.send_again = true;
        } else {
            self.next_send_ms = 0;
        }
    }

    pub(super) fn send_when_due(&mut self) {
        let now = self.now();
        if self.sending || now.mono_ms < self.next_send_ms {
            return self.send_errand_when_due(now);
        }
        let request = match self.own().lending.store.next_request(now) {
            Ok(request) => request,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "nothing can be sent");
                self.next_send_ms = now.mono_ms + NEWS_MS;
                return;
            }
        };
        self.sending = self.link.send(request).is_ok();
        self.send_again = false;
        self.next_send_ms = now.mono_ms + NEWS_MS;
    }

    pub(super) fn answered(&mut self, event: LinkEvent) {
        self.sending = false;
        let now_ms = self.now().mono_ms;
        match event {
            LinkEvent::Answered(packed) => self.take_answer(&packed),
            LinkEvent::Replied(reply) => self.errand_replied(&reply),
            LinkEvent::PhotoAnswered(message) => self.take_photo_answer(&message),
            LinkEvent::NamesAnswered(message) => self.take_names(&message),
            LinkEvent::EarlierAnswered(message) => self.earlier_answered(&message),
            LinkEvent::PackCame(piece, bytes) => self.take_pack_piece(piece, &bytes),
            LinkEvent::Down { ref why, .. } if self.names.failed(why) => self.no_names(),
            LinkEvent::Down { ref why, retry_after_ms }
                if self.packs.failed(why, retry_after_ms, now_ms) =>
            {
                self.own_turn_next();
            }
            LinkEvent::Down { ref why, retry_after_ms }
                if self.photos.failed(why, retry_after_ms, now_ms) =>
            {
                self.photo_failed(why);
            }
            LinkEvent::Down { ref why, .. } if self.earlier_failed(why) => {}
            LinkEvent::Down { why, retry_after_ms } if self.is_errand_under_way() => {
                self.errand_failed(&why, retry_after_ms);
            }
            LinkEvent::Down { why, retry_after_ms } => {
                tracing::warn!(error = &why as &dyn std::error::Error, "the centre is away");
                self.next_send_ms = now_ms + self.backoff.failed(retry_after_ms);
                self.line(false);
            }
        }
    }

    fn take_answer(&mut self, packed: &[u8]) {
        let now = self.now();
        let taken = match self.own().lending.store.take_answer(packed, now) {
            Ok(taken) => taken,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the centre's answer is not believed"
                );
                self.next_send_ms = now.mono_ms + self.backoff.failed(None);
                self.line(false);
                return;
            }
        };
        self.backoff.succeeded();
        self.own().lending.reached_at = Some(now);
        for quarantined in &taken.quarantined {
            tracing::warn!(seq = quarantined.seq, reason = quarantined.reason, "in quarantine");
        }
        if let Some(rejection) = &taken.rejection {
            tracing::error!(%rejection, "the centre took nothing");
        }
        let to_send = self.own().lending.store.to_send();
        let more = taken.more || to_send > 0 && taken.rejection.is_none();
        let pause = match (more || self.send_again, self.own().flow.waits_for_the_bank()) {
            (true, _) => 0,
            (false, true) => WAITING_NEWS_MS,
            (false, false) => NEWS_MS,
        };
        self.next_send_ms = now.mono_ms + pause;
        self.line(true);
        self.tell_confirmations();
        self.tell_register(&taken);
    }

    fn line(&mut self, online: bool) {
        self.online = online;
        self.photos.may_send = online;
        self.take_in_own(World::Line { online });
    }

    /// What the bank confirmed and no receipt says yet, and what officers received at the office
    /// and no entry says yet; told again after every restart.
    pub(super) fn tell_confirmations(&mut self) {
        for word in self.own().lending.office_words() {
            self.take_in_own(World::ReceivedAtOffice(word));
        }
        for word in self.own().lending.store.confirmations() {
            let world = World::Confirmed {
                intent: word.confirmation.intent,
                bank_reference: word.confirmation.bank_reference,
                confirmation: word.seq,
            };
            self.take_in_own(world);
        }
    }
}
