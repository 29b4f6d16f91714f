//! What people say of houses: written on the device at once, and at the end in every copy.

use flow::{Event, NotRecorded, Purpose, SaidDetail, World};
use ledger::StaffId;
use node::EditError;

use super::device::Device;
use super::fault::{Checked, Fault};
use super::street::Street;

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
