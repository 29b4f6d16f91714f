//! The count before a session is wiped, and the ways out of a page.

use ledger::{Fact, IntentEnded, IntentEnding, Moment, Service, ServiceKind};

use crate::carry::Wanted;
use crate::effect::{Effect, Purpose};
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{CardState, Page, Profile, Tile};
use crate::state::{Card, Paying, Receive, SignIn, State, Suspense};

/// How long a person may read what became of the money.
pub(crate) const PAID_S: u64 = 40;

/// How long a square for other devices stands without a touch.
const SHOWN_S: u64 = 10 * 60;

impl Card {
    /// The terminal's word is awaited.
    pub(crate) fn waits(&self) -> bool {
        matches!(self.state, CardState::Waiting | CardState::LookingUp)
    }
}

impl Flow {
    /// Seconds left of "Are you still there?", where it is being asked.
    pub(crate) fn still_there_s(&self) -> Option<u32> {
        if !self.idles() {
            return None;
        }
        let idle_s = self.idle_s(self.now);
        let limit_s = self.idle_limit_s();
        let left = (limit_s + u64::from(self.pack.limits.count_s)).saturating_sub(idle_s);
        (idle_s >= limit_s).then(|| u32::try_from(left).unwrap_or(u32::MAX))
    }

    pub(crate) fn idle_s(&self, now: Moment) -> u64 {
        now.mono_ms.saturating_sub(self.touched_ms) / 1_000
    }

    pub(crate) fn wiped(&self, now: Moment) -> bool {
        let limit_s = self.idle_limit_s() + u64::from(self.pack.limits.count_s);
        self.idles() && self.idle_s(now) >= limit_s
    }

    /// Others come to a square that is shown, and read one after the other, while nobody touches.
    fn idle_limit_s(&self) -> u64 {
        match self.wanted() {
            Wanted::Door | Wanted::Squares(_) => SHOWN_S,
            Wanted::Nothing | Wanted::Call => u64::from(self.pack.limits.idle_s),
        }
    }

    /// Pages that wait for the bank, the terminal or the paper have deadlines of their own, and the
    /// idle pages have nothing to wipe.
    fn idles(&self) -> bool {
        match &self.state {
            State::Upi(_) | State::Printing(_) | State::Paid(_) | State::Stopped(_) => false,
            State::Card(card) => !card.waits(),
            State::Settlement(settlement) => !settlement.is_asked(),
            State::Home => self.staff.is_some(),
            State::SignIn(sign_in) => match self.settings.profile {
                Profile::Kiosk => true,
                Profile::Collector | Profile::Karmasena => !sign_in.pin.is_empty(),
            },
            _ => true,
        }
    }

    /// A citizen's session is forgotten; a handheld locks and keeps the round and the page.
    pub(crate) fn wipe(&mut self, turn: &mut Turn<'_>) -> Outcome {
        match self.settings.profile {
            Profile::Kiosk => {
                if self.staff.is_some() {
                    self.record(Purpose::Aside, vec![Fact::SignedOut], turn);
                }
                self.staff = None;
                self.forget(turn)
            }
            Profile::Collector | Profile::Karmasena => {
                self.lock(turn.now);
                Ok(())
            }
        }
    }

    /// The PIN is asked for. What lies behind a lock already stays behind it: only the digits that
    /// somebody typed are wiped then.
    fn lock(&mut self, now: Moment) {
        self.refusal = None;
        let Some(member) = &self.staff else {
            self.enter(State::sign_in(&self.settings.staff), now);
            return;
        };
        let sign_in = State::SignIn(SignIn { chosen: Some(member.id), pin: String::new() });
        let behind = std::mem::replace(&mut self.state, sign_in);
        if self.behind_lock.is_none() {
            self.behind_lock = Some(Box::new(behind));
        }
        self.entered_ms = now.mono_ms;
        self.touched_ms = now.mono_ms;
    }

    /// Ends the session: nothing of it stays on the glass.
    pub(crate) fn forget(&mut self, turn: &mut Turn<'_>) -> Outcome {
        self.language = match self.staff {
            Some(_) => self.language,
            None => self.settings.language,
        };
        self.behind_lock = None;
        self.group.clear();
        self.take_next_pack();
        self.enter(self.idle_state(), turn.now);
        self.reload_round(turn)
    }

    /// Back to where the next person, or the next house, begins.
    pub(crate) fn finish(&mut self, turn: &mut Turn<'_>) -> Outcome {
        match &self.state {
            State::Upi(_) | State::Printing(_) => {
                return Err(Refusal::new(RefusalCode::PaymentRunning));
            }
            State::Card(card) if card.waits() => {
                return Err(Refusal::new(RefusalCode::PaymentRunning));
            }
            State::Settlement(settlement) if settlement.is_asked() => {
                return Err(Refusal::new(RefusalCode::AlreadyDoing));
            }
            State::Stopped(_) => return self.collect_later(turn),
            // Only the PIN opens a locked handheld.
            State::SignIn(_) if self.behind_lock.is_some() => return Err(not_here()),
            _ => {}
        }
        self.print_deficiency(turn);
        if self.ask_about_paper(turn) {
            return Ok(());
        }
        self.forget(turn)
    }

    /// Whoever reads slowly, or fetches a roll, keeps the page that closes by itself.
    pub(crate) fn more_time(&mut self, turn: &Turn<'_>) -> Outcome {
        match &mut self.state {
            State::Paid(paid) => paid.closes_ms = turn.now.mono_ms + PAID_S * 1_000,
            State::Stopped(stopped) => stopped.since_ms = turn.now.mono_ms,
            _ => {}
        }
        Ok(())
    }

    pub(crate) fn has_back(&self) -> bool {
        match &self.state {
            State::Home
            | State::Printing(_)
            | State::Paid(_)
            | State::Stopped(_)
            | State::AskPaper(_)
            | State::Round(_)
            | State::Received(_)
            | State::DayClosed(_) => false,
            State::SignIn(_) => self.settings.profile == Profile::Kiosk,
            // Where nobody can tell, no way leads back to paying again.
            State::Card(card) => matches!(card.state, CardState::Waiting | CardState::Declined),
            // The terminal's list comes once: whoever asked for it waits for it.
            State::Settlement(settlement) => !settlement.is_asked(),
            _ => true,
        }
    }

    pub(crate) fn back(&mut self, turn: &mut Turn<'_>) -> Outcome {
        if !self.has_back() {
            return Err(not_here());
        }
        let next = match self.state.clone() {
            State::Pay(_) | State::Find(_) | State::Demand(_) if !self.group.is_empty() => {
                self.list_state().expect("the list is not empty")
            }
            State::Rates(_) if self.staff.is_some() => State::Menu,
            State::Group(service) => State::find(&service, false),
            State::Pay(paying) if paying.demand.is_some() => State::Demand(paying),
            State::Pay(paying) => match Suspense::again(&paying) {
                Some(suspense) => State::Suspense(suspense),
                None => return self.forget(turn),
            },
            State::Details(details) => *details.back,
            State::Earlier(earlier) => State::Demand(earlier.paying),
            State::Form(_) | State::Documents(_) | State::Answers(_) => {
                match self.back_while_asking() {
                    Some(state) => state,
                    None => return self.forget(turn),
                }
            }
            State::Report(report) => State::Answers(Box::new(report.asking)),
            State::Demand(Paying { filled: Some(filled), .. }) => {
                State::Answers(Box::new(filled.asking))
            }
            State::Book(book) => match self.back_from_book(*book) {
                Some(state) => state,
                None => return self.forget(turn),
            },
            State::Complaint(complaining) => match complaining.before() {
                Some(state) => state,
                None => return self.forget(turn),
            },
            State::Elsewhere(Some(_)) => State::Elsewhere(None),
            State::Amount(amount) => State::Pay(amount.paying),
            State::Cash(cash) => State::Pay(cash.paying),
            State::Instrument(state) => State::Pay(state.paying),
            State::Receipts(_)
            | State::Notices
            | State::Apart
            | State::Printer(_)
            | State::Settlement(_)
            | State::Float(_)
            | State::HandIn(_)
            | State::Receive(Receive { of: None }) => State::Menu,
            State::Carry(carry) => Self::back_from_carry(carry),
            State::Viewfinder(_) => return self.end_looking(turn),
            State::Receive(_) => State::Receive(Receive::default()),
            State::Receipt(_) => return self.begin_receipts(turn),
            State::Cancel(cancel) => return self.show_receipt(cancel.seq, turn),
            State::Demand(paying) if self.settings.profile == Profile::Kiosk => {
                State::find(&paying.service, false)
            }
            State::Card(card) if card.state == CardState::Waiting => {
                // The terminal answers the abort; until then its word is awaited.
                turn.effects.push(Effect::AbortCharge);
                return Ok(());
            }
            State::Card(card) => State::Pay(card.paying),
            State::Upi(upi) => {
                self.end_intent(upi.intent, IntentEnding::Cancelled, turn);
                State::Pay(upi.paying)
            }
            _ => return self.forget(turn),
        };
        self.enter(next, turn.now);
        Ok(())
    }

    /// Where a form leads back to; none where it was the first page.
    fn back_while_asking(&self) -> Option<State> {
        match self.state.clone() {
            State::Form(asking) => self.back_from_form(*asking),
            State::Documents(asking) => self.back_from_documents(*asking),
            State::Answers(asking) => self.back_from_answers(*asking),
            _ => None,
        }
    }

    pub(crate) fn end_intent(&mut self, intent: u64, ending: IntentEnding, turn: &mut Turn<'_>) {
        let ended = Fact::IntentEnded(IntentEnded { intent, ending });
        self.record(Purpose::Aside, vec![ended], turn);
    }

    pub(crate) fn home_page(&self) -> Page {
        let here = self.pack.services.iter();
        let here = here.filter(|service| service.kind != ServiceKind::Elsewhere);
        // What a hospital's kiosk is there for stands first.
        let mut here: Vec<&Service> = here.collect();
        if self.settings.hospital.is_some() {
            here.sort_by_key(|service| self.pack.registration(&service.id).is_none());
        }
        let here = here.into_iter();
        let tiles = here.map(|service| self.tile(service)).chain(self.elsewhere_tile());
        Page::Home(crate::screen::Home {
            tiles: tiles.collect(),
            staff_can_sign_in: !self.settings.staff.is_empty() && self.staff.is_none(),
            has_menu: self.staff.is_some(),
        })
    }

    pub(crate) fn tile(&self, service: &Service) -> Tile {
        Tile {
            id: service.id.clone(),
            title: self.pack.service_title(&service.id, self.language).to_owned(),
            help: self.pack.service_help(&service.id, self.language).to_owned(),
            picture: service.picture.clone(),
            badge: service.badge.clone(),
            works: crate::elsewhere::works(service),
        }
    }
}
