//! What the office changed in the register and the wards of this device, told to the journeys.

use flow::World;
use node::Taken;

use super::Desk;

impl Desk {
    pub(super) fn tell_register(&mut self, taken: &Taken) {
        if taken.wards {
            let wards = self.own().lending.store.wards().to_vec();
            self.take_in_own(World::WardsAssigned(wards));
        } else if taken.buildings > 0 {
            self.take_in_own(World::RegisterChanged);
        }
    }
}
