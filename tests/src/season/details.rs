//! What people say of houses: written on the device at once, and at the end in every copy.

use flow::{Event, NotRecorded, Purpose, SaidDetail, World};
use ledger::{RecordId, RecordKind, StaffId};
use node::{EditError, Field, SaidOfField};

use super::Season;
use super::device::Device;
use super::fault::{Checked, Fault, must, sound};
use super::odds::{Chance, Odds};
use super::street::Street;

/// What somebody has to say of a house: one in six has. There are few answers, so that some agree.
pub(super) fn told(chance: &mut Chance) -> Option<String> {
    let answers = [
        "household.people:3",
        "household.people:4",
        "household.composts:yes",
        "household.gate:dog",
        "household.gate:open",
        "property.used_as:both",
    ];
    chance.permille(160).then(|| (*chance.pick(&answers)).to_owned())
}

impl Season {
    /// Each device that still works knows of its houses what the centre knows, word by word; where
    /// people said different things, all have all of them, and the same one first.
    pub(super) fn check_details(&mut self) -> Checked {
        for device in &self.devices {
            let Some(desk) = &device.desk else { continue };
            if self.copies.of(device.writer()).forked || device.apart || !device.is_handheld() {
                continue;
            }
            let store = &desk.lending.store;
            for house in self.register.of_ward(&device.settings.wards) {
                for kind in RecordKind::ALL {
                    let id = RecordId { kind, number: house.id };
                    let here = words(&sound(store.record(id), "reading a record")?);
                    let there = self.office.record(id)?;
                    must(here == there, || {
                        let writer = device.writer().0;
                        format!("device {writer} knows {here:?} of {id}, the centre {there:?}")
                    })?;
                }
            }
        }
        self.street.counts.undecided += self.office.undecided()?;
        Ok(())
    }
}

/// A field, and each of its values with whose word it is.
pub(super) type Words = Vec<(String, Vec<(String, Option<u32>, i64)>)>;

fn words(fields: &[Field]) -> Words {
    let said = |said: &SaidOfField| {
        (said.value.to_string(), said.by.staff.map(|staff| staff.0), said.by.at_ms)
    };
    fields.iter().map(|field| (field.name.clone(), field.said.iter().map(said).collect())).collect()
}

impl Device {
    pub(super) fn say_details(
        &mut self,
        staff: Option<StaffId>,
        said: &[SaidDetail],
        street: &mut Street,
    ) -> Checked {
        let Some(now) = self.moment() else { return Ok(()) };
        let Some(desk) = &mut self.desk else { return Ok(()) };
        let purpose = Purpose::Details;
        let store = &mut desk.lending.store;
        let written = said.iter().try_for_each(|said| {
            store.edit_record(said.record, (&said.field, &said.value), staff, now)
        });
        let world = match written {
            Ok(()) => {
                street.counts.details += said.len() as u64;
                World::Recorded { purpose, entries: Vec::new() }
            }
            Err(EditError::Full) => {
                street.counts.full += 1;
                World::NotRecorded { purpose, cause: NotRecorded::DiskFull }
            }
            Err(EditError::Undecided(_)) => {
                World::NotRecorded { purpose, cause: NotRecorded::Undecided }
            }
            Err(error) => return Err(Fault(format!("a detail cannot be said: {error}"))),
        };
        street.note(self.place, "said");
        if self.power_goes(street) {
            return Ok(());
        }
        self.take(Event::World(world), street)
    }
}
