//! Rule packs on a running device: fetched when nothing else is to be sent, taken into use from
//! their first day on and between two sessions, and spoken of to the office and to staff.

use std::sync::Arc;

use flow::PackStanding;
use ledger::{Moment, Pack, day_text};
use node::{AppendError, Backoff, KeptPack, LinkFault, PackPiece, PackTaken, Store};

use super::Desk;

/// How long a centre that has no such file is not asked, milliseconds.
const PAUSE_MS: u64 = 60 * 60 * 1_000;

/// What could not be written is tried again after this, milliseconds.
const AGAIN_MS: u64 = 60 * 1_000;

/// For how many days before its last staff are told that a pack ends.
const WARNED_DAYS: i64 = 14;

pub(super) struct Packs {
    /// The one that the device was installed with, which no signature of the office limits.
    installed: Arc<Pack>,
    /// Those that the office sent, oldest first.
    kept: Vec<(Arc<Pack>, i64)>,
    /// How many packs had come when they were read.
    came: u64,
    /// A piece is under way.
    is_fetching: bool,
    /// Nothing is fetched until the monotonic clock is there.
    paused_to_ms: u64,
    /// Nothing is written of packs until the monotonic clock is there.
    told_again_ms: u64,
    backoff: Backoff,
}

impl Packs {
    /// The packs on this device; `installed` is the one that kiosk.toml names.
    pub fn of(installed: &Arc<Pack>, store: &mut Store) -> Self {
        store.installed_with(installed);
        let mut packs = Self {
            installed: Arc::clone(installed),
            kept: Vec::new(),
            came: 0,
            is_fetching: false,
            paused_to_ms: 0,
            told_again_ms: 0,
            backoff: Backoff::new(u64::from(store.day_book().writer().0)),
        };
        packs.read(store);
        packs
    }

    fn read(&mut self, store: &Store) {
        self.came = store.packs_came();
        match store.kept_packs() {
            Ok(kept) => {
                let kept = kept.into_iter();
                self.kept =
                    kept.map(|KeptPack { pack, expires }| (Arc::new(pack), expires)).collect();
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "the rule packs of this device cannot be read");
            }
        }
    }

    /// The newest pack whose first day has come; before that, the one that was installed. None
    /// older than one that was in use comes back, whatever the clock says.
    pub fn in_force(&self, store: &Store, now: Moment) -> Arc<Pack> {
        let day = store.believed_day(now);
        let used = store.newest_pack_used();
        let holds = |pack: &Arc<Pack>| {
            pack.effective_day() <= day || used.is_some_and(|used| pack.body.version <= used)
        };
        let kept = self.kept.iter().map(|(pack, _)| pack).filter(|pack| holds(pack));
        let all = kept.chain([&self.installed]);
        let newest = all.max_by_key(|pack| pack.body.version);
        Arc::clone(newest.expect("the installed one is always there"))
    }

    /// What staff are to know while a pack is in use.
    fn standing(&self, store: &Store, in_use: &Pack, now: Moment) -> PackStanding {
        if let Some((version, _)) = store.refused_pack() {
            return PackStanding::Refused(version);
        }
        let kept = self.kept.iter().find(|(pack, _)| pack.body.version == in_use.body.version);
        let Some((_, expires)) = kept else { return PackStanding::Good };
        match expires.saturating_sub(store.believed_day(now)) {
            left if left < 0 => PackStanding::Ended(day_text(*expires)),
            left if left <= WARNED_DAYS => PackStanding::EndsSoon(day_text(*expires)),
            _ => PackStanding::Good,
        }
    }

    /// Whether it was a piece of a pack that came to nothing. The line is as good as before.
    pub fn failed(&mut self, why: &LinkFault, retry_after_ms: Option<u64>, now_ms: u64) -> bool {
        if !std::mem::take(&mut self.is_fetching) {
            return false;
        }
        tracing::warn!(error = why as &dyn std::error::Error, "a rule pack did not get through");
        let pause_ms = match why {
            LinkFault::Refused { status: 404 | 405 | 416, .. } => PAUSE_MS,
            _ => self.backoff.failed(retry_after_ms),
        };
        self.paused_to_ms = now_ms.saturating_add(pause_ms);
        true
    }
}

impl Desk {
    /// Takes the pack of the day into use where no session is under way, and says what is new.
    pub(super) fn keep_packs(&mut self) {
        let now = self.now();
        let own = self.aside.as_mut().unwrap_or(&mut self.seat);
        let store = &mut own.lending.store;
        if store.packs_came() != self.packs.came {
            self.packs.read(store);
        }
        let wanted = self.packs.in_force(store, now);
        if own.flow.pack().hash() != wanted.hash() {
            own.flow.set_pack(wanted);
        }
        let in_use = Arc::clone(own.flow.pack());
        own.flow.set_pack_standing(self.packs.standing(store, &in_use, now));
        if self.setup.pack.hash() != in_use.hash() {
            tracing::info!(version = in_use.body.version, "a newer rule pack is in use");
            self.photos.go_by(&in_use);
            own.lending.set_address(&in_use.public_address);
            self.setup.pack = in_use;
        }
        self.tell_packs(now);
    }

    /// What the office does not know yet of this device's packs goes into the books.
    fn tell_packs(&mut self, now: Moment) {
        if now.mono_ms < self.packs.told_again_ms {
            return;
        }
        let in_use = self.setup.pack.body.version;
        let own = self.aside.as_mut().unwrap_or(&mut self.seat);
        match own.lending.store.tell_packs(in_use, now) {
            Ok(entries) if entries.is_empty() => {}
            Ok(entries) => {
                entries.iter().for_each(|entry| self.say_own_entry(entry));
                self.sync_soon();
            }
            Err(error) => {
                let what = match error {
                    AppendError::Full => "the disk is full: what came of a rule pack is not said",
                    AppendError::Breach(_) | AppendError::Store(_) => {
                        "what came of a rule pack cannot be said"
                    }
                };
                tracing::error!(error = &error as &dyn std::error::Error, what);
                self.packs.told_again_ms = now.mono_ms.saturating_add(AGAIN_MS);
            }
        }
    }

    /// The next piece of a pack, while nothing else is due and the centre answers.
    pub(super) fn fetch_pack_when_due(&mut self) {
        let now = self.now();
        if self.sending || !self.online || now.mono_ms < self.packs.paused_to_ms {
            return;
        }
        if self.own().flow.waits_for_the_bank() {
            return;
        }
        match self.own().lending.store.next_pack_piece(now) {
            Ok(None) => {}
            Ok(Some(piece)) => {
                self.sending = self.link.fetch_pack(piece).is_ok();
                self.packs.is_fetching = self.sending;
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no pack is fetched");
                self.packs.paused_to_ms = now.mono_ms.saturating_add(AGAIN_MS);
            }
        }
    }

    pub(super) fn take_pack_piece(&mut self, piece: PackPiece, bytes: &[u8]) {
        self.packs.is_fetching = false;
        self.own_turn_next();
        let now = self.now();
        match self.own().lending.store.take_pack_piece(piece, bytes, now) {
            Ok(PackTaken::GoesOn) => self.packs.backoff.succeeded(),
            Ok(PackTaken::Kept(version)) => {
                self.packs.backoff.succeeded();
                tracing::info!(version, "a rule pack came");
            }
            Ok(PackTaken::Refused(why)) => tracing::error!(%why, "a rule pack is not taken"),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a rule pack is not kept"
                );
                let pause_ms = self.packs.backoff.failed(None);
                self.packs.paused_to_ms = now.mono_ms.saturating_add(pause_ms);
            }
        }
    }
}
