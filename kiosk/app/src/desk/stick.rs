//! The stick, on a thread of its own: one that is slow, or hangs, keeps nobody at the glass
//! waiting. The thread has the files; for each word of the books it asks the desk.

use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use flow::{Carried, CarryFault, OnStick, World};
use ledger::Moment;
use node::Store;

use super::carrying::{Asked, DESK_ANSWERS};
use super::{Desk, Word};
use crate::carry::{self, Books, CarryError};

/// Something that is done with the books on the desk's thread.
pub(super) type Work = Box<dyn FnOnce(&mut Store, Moment) + Send>;

/// Whether a stick is being written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Writing {
    #[default]
    No,
    Yes,
    /// It was asked for again meanwhile: what the books have since is to lie there too.
    YesAndAgain,
}

/// The books of the desk, as the stick's thread reaches them.
struct OfTheDesk(SyncSender<Word>);

impl Books for OfTheDesk {
    fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store, Moment) -> T + Send + 'static,
    ) -> Result<T, CarryError> {
        let (to_here, answer) = sync_channel(1);
        let work = move |store: &mut Store, now: Moment| {
            // Whoever waits no longer has given up.
            let _ = to_here.send(work(store, now));
        };
        self.0.send(Word::Nearby(Asked::Books(Box::new(work)))).map_err(|_| CarryError::Ended)?;
        answer.recv_timeout(DESK_ANSWERS).map_err(|_| CarryError::Ended)
    }
}

impl Desk {
    pub(super) fn carry_to_stick(&mut self) {
        let carry = &self.setup.config.carry;
        let Some(folder) = carry.stick.clone() else {
            return self.tell_carried(Carried::Stick(Err(CarryFault::StickAway)));
        };
        if self.carrying.writing != Writing::No {
            self.carrying.writing = Writing::YesAndAgain;
            return;
        }
        let is_a_folder = carry.stick_is_a_folder;
        let provision = &self.setup.provision;
        let whose = (provision.writer, provision.body.clone());
        let inbox = self.inbox.clone();
        let work = move || {
            let books = OfTheDesk(inbox);
            let carried = match is_a_folder {
                true => carry::carry(&books, &whose, &folder),
                false => carry::carry_to_mounted(&books, &whose, &folder),
            };
            let _ = books.0.send(Word::Nearby(Asked::StickEnded(carried)));
        };
        match thread::Builder::new().name("stick".to_owned()).spawn(work) {
            Ok(_) => self.carrying.writing = Writing::Yes,
            Err(error) => {
                tracing::error!(%error, "no stick can be written");
                self.tell_carried(Carried::Stick(Err(CarryFault::StickAway)));
            }
        }
    }

    pub(super) fn work_with_books(&mut self, work: Work) {
        let now = self.now();
        work(&mut self.own().lending.store, now);
    }

    pub(super) fn stick_ended(&mut self, carried: Result<carry::OnStick, CarryError>) {
        let again = std::mem::take(&mut self.carrying.writing) == Writing::YesAndAgain;
        let told = match carried {
            Ok(on) => {
                if let Some(brought) = on.brought.filter(|brought| brought.answered > 0) {
                    self.brought(&brought);
                }
                let (others, failed) = (on.others_written, on.others_failed);
                let nothing_left = on.written.is_none() && others == 0 && failed == 0;
                Ok(OnStick { others, failed, nothing_left })
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "not all was carried");
                // A reply may have been taken before: what it brought is told all the same.
                self.tell_confirmations();
                let wards = self.own().lending.store.wards().to_vec();
                self.take_in_own(World::WardsAssigned(wards));
                Err(match error {
                    CarryError::NoStick(_) | CarryError::Read(..) | CarryError::Write(..) => {
                        CarryFault::StickAway
                    }
                    CarryError::Reply(..) | CarryError::NotTaken(..) => CarryFault::NotTheOffice,
                    CarryError::Store(_) | CarryError::Ended => CarryFault::Books,
                })
            }
        };
        match again {
            true => self.carry_to_stick(),
            false => self.tell_carried(Carried::Stick(told)),
        }
    }
}
