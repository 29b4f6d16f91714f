//! What the desk does between the journeys and the world: it writes, prints, charges and sends, as
//! the desk of `kiosk` does, with every step held against what must be.

use flow::{Effect, Event, NotRecorded, Purpose, Ticket, World};
use ledger::{Fact, Slip, StaffId};
use node::{AppendError, Rejection, StoreError, Taken};

use super::device::Device;
use super::fault::{Checked, Fault, must, sound};
use super::street::Street;

/// How often the centre is asked for news, as the real desk does.
const NEWS_MS: u64 = 30_000;
const WAITING_NEWS_MS: u64 = 1_500;

/// How long an answer is waited for.
const PATIENCE_MS: u64 = 20_000;

impl Device {
    /// One event through the journeys, and everything that it asks for.
    pub fn take(&mut self, event: Event, street: &mut Street) -> Checked {
        let Some(now) = self.moment() else { return Ok(()) };
        let Some(desk) = &mut self.desk else { return Ok(()) };
        let effects = desk.flow.handle(event, now, &desk.lending);
        for effect in effects {
            if self.power_goes(street) {
                return Ok(());
            }
            self.perform(effect, street)?;
        }
        self.power_goes(street);
        Ok(())
    }

    /// The planned cut, between any two steps.
    pub(super) fn power_goes(&mut self, street: &mut Street) -> bool {
        match self.cut_after {
            Some(0) if self.is_on() => self.cut_power(street),
            Some(left) => self.cut_after = Some(left.saturating_sub(1)),
            None => {}
        }
        !self.is_on()
    }

    fn perform(&mut self, effect: Effect, street: &mut Street) -> Checked {
        let place = self.place;
        match effect {
            Effect::Record { purpose, staff, facts } => self.record(purpose, staff, facts, street),
            Effect::Charge { intent, amount, reference } => {
                street.note(place, "charge");
                let planted = street.account.is_planted(self.writer());
                self.terminal.charge(intent, amount, reference, planted)
            }
            Effect::LookUp { intent, amount, reference } => {
                street.note(place, "look up");
                self.terminal.look_up(intent, amount, reference);
                Ok(())
            }
            Effect::AbortCharge => match self.terminal.abort() {
                Some(world) => self.take(Event::World(world), street),
                None => Ok(()),
            },
            Effect::Apply { .. } => {
                Err(Fault("nobody in a season applies for anything".to_owned()))
            }
            Effect::SayDetails { staff, said } => self.say_details(staff, &said, street),
            Effect::Print { ticket, slip, .. } => self.print(ticket, slip, street),
            Effect::Sync => {
                self.sync_soon();
                Ok(())
            }
            // Nobody in a season settles with the terminal, comes to practise, carries books, tests
            // a printer or has a camera.
            Effect::Practise(_)
            | Effect::SettleTerminal { .. }
            | Effect::PrintTest(_)
            | Effect::PrintRates(_)
            | Effect::CarryToStick
            | Effect::CarryScan(_)
            | Effect::RemoveErrand(_)
            | Effect::AskEarlier { .. }
            | Effect::AskNames { .. }
            | Effect::TakePicture { .. }
            | Effect::Photograph { .. } => Ok(()),
        }
    }

    fn record(
        &mut self,
        purpose: Purpose,
        staff: Option<StaffId>,
        facts: Vec<Fact>,
        street: &mut Street,
    ) -> Checked {
        let Some(now) = self.moment() else { return Ok(()) };
        let Some(desk) = &mut self.desk else { return Ok(()) };
        let world = match desk.lending.store.append(now, staff, facts) {
            Ok(entries) => {
                let head = desk.lending.store.day_book().head();
                for entry in &entries {
                    if let Some(receipt) = self.history.note(entry)? {
                        let writer = self.provision.writer;
                        street.account.enter(writer, &receipt, &self.terminal, &street.bank)?;
                        street.counts.took(&receipt);
                        let by_colleague = entry.staff == Some(self.crew()[1]);
                        street.counts.by_colleagues += u64::from(by_colleague);
                    }
                }
                must(head == self.history.head(), || {
                    format!("the books end with {head:?}, not with {:?}", self.history.head())
                })?;
                street.counts.entries += entries.len() as u64;
                World::Recorded { purpose, entries }
            }
            Err(AppendError::Full) => {
                street.counts.full += 1;
                World::NotRecorded { purpose, cause: NotRecorded::DiskFull }
            }
            Err(AppendError::Breach(breach)) => {
                return Err(Fault(format!(
                    "the journey asked for what the ledger refuses: {breach}"
                )));
            }
            Err(AppendError::Store(error)) => return sound(Err(error), "writing an entry"),
        };
        street.note(self.place, "recorded");
        if self.power_goes(street) {
            return Ok(());
        }
        self.take(Event::World(world), street)
    }

    /// A slip goes to the printer only when its entry is on disk.
    fn print(&mut self, ticket: Ticket, slip: Slip, street: &mut Street) -> Checked {
        let Some(desk) = &self.desk else { return Ok(()) };
        let entry = sound(desk.lending.store.entry(ticket.of), "reading the entry of a slip")?;
        must(entry.is_some(), || format!("a slip of entry {}, which is not there", ticket.of))?;
        street.note(self.place, "print");
        self.printer.give(ticket, slip);
        Ok(())
    }

    fn sync_soon(&mut self) {
        let Some(desk) = &mut self.desk else { return };
        match desk.sending {
            Some(_) => desk.send_again = true,
            None => desk.next_send_ms = 0,
        }
    }

    pub fn send_when_due(&mut self, street: &mut Street) -> Checked {
        let Some(now) = self.moment() else { return Ok(()) };
        self.give_up(now.mono_ms, street)?;
        let Some(desk) = &mut self.desk else { return Ok(()) };
        if desk.sending.is_some() || now.mono_ms < desk.next_send_ms {
            return Ok(());
        }
        desk.next_send_ms = now.mono_ms + NEWS_MS;
        if !self.covered {
            return self.set_online(false, street);
        }
        let request = match desk.lending.store.next_request(now) {
            Ok(request) => request,
            // The documents of the day need room as well.
            Err(StoreError::Full(_)) => return Ok(()),
            Err(error) => return sound(Err(error), "making a request"),
        };
        let id = street.network.ask(self.place, request);
        desk.sending = Some((id, now.mono_ms + PATIENCE_MS));
        desk.send_again = false;
        street.counts.requests += 1;
        Ok(())
    }

    fn give_up(&mut self, mono_ms: u64, street: &mut Street) -> Checked {
        let Some(desk) = &mut self.desk else { return Ok(()) };
        if desk.sending.is_some_and(|(_, until_ms)| mono_ms >= until_ms) {
            desk.sending = None;
            desk.next_send_ms = mono_ms + NEWS_MS;
            return self.set_online(false, street);
        }
        Ok(())
    }

    fn set_online(&mut self, online: bool, street: &mut Street) -> Checked {
        let Some(desk) = &mut self.desk else { return Ok(()) };
        if desk.online == online {
            return Ok(());
        }
        desk.online = online;
        self.take(Event::World(World::Line { online }), street)
    }

    /// An answer came, perhaps to a request that was given up long ago.
    pub fn answered(&mut self, id: u64, packed: &[u8], street: &mut Street) -> Checked {
        let Some(now) = self.moment() else { return Ok(()) };
        let Some(desk) = &mut self.desk else { return Ok(()) };
        if packed.is_empty() && desk.sending.is_none_or(|(awaited, _)| awaited != id) {
            // A line brings each answer to its own request: only one that says which is kept back.
            return Ok(());
        }
        if desk.sending.is_some_and(|(awaited, _)| awaited == id) {
            desk.sending = None;
        }
        let taken = match desk.lending.store.take_answer(packed, now) {
            Ok(taken) => taken,
            Err(error) => {
                desk.next_send_ms = now.mono_ms + NEWS_MS;
                return self.not_believed(error, street);
            }
        };
        self.check_taken(&taken, street)?;
        let Some(desk) = &mut self.desk else { return Ok(()) };
        desk.lending.reached_at = Some(now);
        let more = taken.more || desk.lending.store.to_send() > 0 && taken.rejection.is_none();
        let pause_ms = match (more || desk.send_again, desk.flow.waits_for_the_bank()) {
            (true, _) => 0,
            (false, true) => WAITING_NEWS_MS,
            (false, false) => NEWS_MS,
        };
        desk.next_send_ms = now.mono_ms + pause_ms;
        self.set_online(true, street)?;
        self.tell_confirmations(street)?;
        match taken.buildings {
            0 => Ok(()),
            _ => self.take(Event::World(World::RegisterChanged), street),
        }
    }

    /// Only a device that was copied or put back may be told that the office knows another history.
    pub(super) fn not_believed(&mut self, error: StoreError, street: &mut Street) -> Checked {
        let planted = street.account.is_planted(self.writer());
        match error {
            StoreError::Full(_) => street.counts.full += 1,
            StoreError::OfficeDisagrees(_) if planted => {
                self.apart = true;
                street.counts.disagreements += 1;
            }
            error => return sound(Err(error), "taking an answer"),
        }
        self.set_online(false, street)
    }

    fn check_taken(&self, taken: &Taken, street: &mut Street) -> Checked {
        let planted = street.account.is_planted(self.writer());
        must(taken.quarantined.is_empty() || planted, || {
            format!("entries of device {} in quarantine: {:?}", self.writer().0, taken.quarantined)
        })?;
        match &taken.rejection {
            None | Some(Rejection::Gap(_)) => Ok(()),
            Some(Rejection::Fork(_) | Rejection::Frozen) if planted => Ok(()),
            Some(rejection) => {
                Err(Fault(format!("device {} was rejected: {rejection}", self.writer().0)))
            }
        }
    }

    /// What the bank confirmed and no receipt says yet.
    pub fn tell_confirmations(&mut self, street: &mut Street) -> Checked {
        let Some(desk) = &self.desk else { return Ok(()) };
        for word in desk.lending.store.confirmations() {
            let world = World::Confirmed {
                intent: word.confirmation.intent,
                bank_reference: word.confirmation.bank_reference,
                confirmation: word.seq,
            };
            self.take(Event::World(world), street)?;
        }
        Ok(())
    }
}
