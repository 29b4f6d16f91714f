//! Sticks: what devices give somebody to carry, who comes to the office the same evening, some days
//! later, or never; and its replies, which come back late, twice, or to a disk that was put back.

use flow::{Event, World};
use node::{Brought, Parcel, Rejection, SignedReplies, StoreError};
use replica::{Replies, Reply, SignedRequest};

use super::Season;
use super::device::Device;
use super::fault::{Checked, Fault, must, sound};
use super::odds::Odds;
use super::street::Street;

/// A stick with a device's parcel, and with the reply once it was at the office.
pub struct Stick {
    place: usize,
    parcel: Vec<u8>,
    reply: Option<Vec<u8>>,
}

impl Season {
    /// Somebody goes round in the evening.
    pub(super) fn carry(&mut self) -> Checked {
        for place in 0..self.devices.len() {
            if self.devices[place].retired || !self.street.chance.permille(60) {
                continue;
            }
            self.brings_to_now(place);
            if let Some(parcel) = self.devices[place].parcel(&mut self.street)? {
                self.sticks.push(Stick { place, parcel, reply: None });
            }
        }
        for mut stick in std::mem::take(&mut self.sticks) {
            if stick.reply.is_none() && self.street.chance.percent(50) {
                stick.reply = Some(self.at_the_office(&stick)?);
            }
            // Some copies stay on a stick, and come again.
            let is_kept = match &stick.reply {
                Some(reply) if self.street.chance.percent(50) => {
                    self.brings_to_now(stick.place);
                    self.devices[stick.place].take_reply(reply, &mut self.street)?;
                    self.street.chance.percent(30)
                }
                _ => !self.street.chance.permille(50),
            };
            if is_kept {
                self.sticks.push(stick);
            }
        }
        Ok(())
    }

    /// Nobody carries anything before the evening.
    fn brings_to_now(&mut self, place: usize) {
        let clock = &mut self.devices[place].clock;
        clock.true_ms = clock.true_ms.max(self.now_ms);
    }

    /// The office takes each request of the parcel as if it had come over the line.
    fn at_the_office(&mut self, stick: &Stick) -> Checked<Vec<u8>> {
        let parcel = sound(Parcel::read(&stick.parcel), "reading a parcel")?;
        let mut replies = Replies { to: parcel.writer, replies: Vec::new() };
        let now_ms = self.now_ms.max(self.devices[stick.place].clock.true_ms);
        for request in &parcel.requests {
            let signed = SignedRequest::read(request).map_err(|error| Fault(error.to_string()))?;
            let Self { office, devices, copies, register, street, .. } = self;
            let answer = copies.turn(request, office, now_ms, devices, register, street)?;
            let request = ledger::sha256(&signed.body);
            replies.replies.push(Reply { request, answer: answer.into() });
        }
        self.street.counts.carried += 1;
        Ok(self.office.seals(&replies)?.written())
    }
}

impl Device {
    /// What somebody carries; none where it is off, or its disk takes no note of it.
    fn parcel(&mut self, street: &mut Street) -> Checked<Option<Vec<u8>>> {
        let (Some(now), Some(desk)) = (self.moment(), &mut self.desk) else { return Ok(None) };
        match desk.lending.store.parcel(now) {
            Ok(parcel) => Ok(Some(parcel.written())),
            Err(StoreError::Full(_)) => {
                street.counts.full += 1;
                Ok(None)
            }
            Err(error) => sound(Err(error), "making a parcel"),
        }
    }

    fn take_reply(&mut self, reply: &[u8], street: &mut Street) -> Checked {
        let signed = sound(SignedReplies::read(reply), "reading a reply")?;
        let (Some(now), Some(desk)) = (self.moment(), &mut self.desk) else { return Ok(()) };
        let brought = match desk.lending.store.take_replies(&signed, now) {
            Ok(brought) => brought,
            Err(error) => return self.not_believed(error, street),
        };
        self.check_brought(&brought, street)?;
        street.counts.replies_taken += u64::from(brought.answered > 0);
        self.tell_confirmations(street)?;
        match brought.buildings {
            0 => Ok(()),
            _ => self.take(Event::World(World::RegisterChanged), street),
        }
    }

    fn check_brought(&self, brought: &Brought, street: &Street) -> Checked {
        let (writer, planted) = (self.writer().0, street.account.is_planted(self.writer()));
        must(brought.quarantined == 0 || planted, || {
            format!("{} entries of device {writer} in quarantine", brought.quarantined)
        })?;
        match &brought.rejection {
            None | Some(Rejection::Gap(_)) => Ok(()),
            Some(Rejection::Fork(_) | Rejection::Frozen) if planted => Ok(()),
            Some(rejection) => Err(Fault(format!("device {writer} was rejected: {rejection}"))),
        }
    }
}
