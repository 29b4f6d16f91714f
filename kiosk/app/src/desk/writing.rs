//! What the journeys want on disk, and what became of it.

use flow::{Event, NotRecorded, Picture, Purpose, SaidDetail, World};
use ledger::{Answer, Applied, Entry, Fact, StaffId};
use node::{AnswerPicture, AppendError, EditError};

use super::Desk;

impl Desk {
    pub(super) fn record(&mut self, purpose: Purpose, staff: Option<StaffId>, facts: Vec<Fact>) {
        let now = self.now();
        let written = self.seat.lending.store.append(now, staff, facts);
        self.say_written(purpose, written);
    }

    /// Answers and pictures are sealed before they are written, and are nowhere once they are.
    pub(super) fn apply(
        &mut self,
        staff: Option<StaffId>,
        facts: Vec<Fact>,
        applied: Applied,
        (answers, pictures): (Vec<Answer>, Vec<Picture>),
    ) {
        let now = self.now();
        let of = |picture: Picture| AnswerPicture {
            name: picture.name(),
            file: picture.bytes().to_vec(),
        };
        let given = (answers, pictures.into_iter().map(of).collect());
        let store = &mut self.seat.lending.store;
        let written = store.append_application(now, staff, facts, applied, given);
        self.say_written(Purpose::Application, written);
    }

    fn say_written(&mut self, purpose: Purpose, written: Result<Vec<Entry>, AppendError>) {
        let world = match written {
            Ok(entries) => {
                entries.iter().for_each(|entry| self.say_entry(entry));
                World::Recorded { purpose, entries }
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "nothing was written");
                let cause = match error {
                    AppendError::Full => NotRecorded::DiskFull,
                    AppendError::Breach(_) | AppendError::Store(_) => NotRecorded::Failed,
                };
                World::NotRecorded { purpose, cause }
            }
        };
        self.take(Event::World(world));
    }

    /// What is written when one of several cannot be stays written: each says something of its own.
    pub(super) fn say_details(&mut self, staff: Option<StaffId>, said: &[SaidDetail]) {
        let (now, purpose) = (self.now(), Purpose::Details);
        let store = &mut self.seat.lending.store;
        let photos = &mut self.photos;
        let written = said.iter().try_for_each(|said| {
            photos.keep_said(&said.value, store, now)?;
            store.edit_record(said.record, (&said.field, &said.value), staff, now)
        });
        let world = match written {
            Ok(()) => World::Recorded { purpose, entries: Vec::new() },
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "nothing was said");
                let cause = match error {
                    EditError::Full => NotRecorded::DiskFull,
                    EditError::Undecided(_) => NotRecorded::Undecided,
                    EditError::NoPhoto | EditError::Record(_) | EditError::Store(_) => {
                        NotRecorded::Failed
                    }
                };
                World::NotRecorded { purpose, cause }
            }
        };
        self.take(Event::World(world));
    }
}
