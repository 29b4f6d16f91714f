//! The line between devices and centre: messages are lost, doubled, late and out of order.

use super::odds::{Chance, Odds};

/// What one message may suffer, in a thousand.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    pub lost: u64,
    pub doubled: u64,
}

impl Weather {
    pub const FAIR: Self = Self { lost: 0, doubled: 0 };
    pub const ROUGH: Self = Self { lost: 80, doubled: 50 };
}

pub enum Message {
    /// To the centre.
    Request { device: usize, id: u64, packed: Vec<u8> },
    /// To a device.
    Answer { device: usize, id: u64, packed: Vec<u8> },
}

#[derive(Default)]
pub struct Network {
    under_way: Vec<Message>,
    requests: u64,
}

impl Network {
    /// Sends a request, and says by which number its answer is known.
    pub fn ask(&mut self, device: usize, packed: Vec<u8>) -> u64 {
        self.requests += 1;
        let id = self.requests;
        self.under_way.push(Message::Request { device, id, packed });
        id
    }

    pub fn answer(&mut self, device: usize, id: u64, packed: Vec<u8>) {
        self.under_way.push(Message::Answer { device, id, packed });
    }

    pub fn is_quiet(&self) -> bool {
        self.under_way.is_empty()
    }

    /// Whichever message arrives next; none where it was lost, or nothing is under way.
    pub fn arrival(&mut self, weather: Weather, chance: &mut Chance) -> Option<Message> {
        if self.under_way.is_empty() {
            return None;
        }
        let place = chance.place(self.under_way.len());
        if chance.permille(weather.doubled) {
            return Some(self.under_way[place].copy());
        }
        let message = self.under_way.swap_remove(place);
        (!chance.permille(weather.lost)).then_some(message)
    }
}

impl Message {
    fn copy(&self) -> Self {
        match self {
            Self::Request { device, id, packed } => {
                Self::Request { device: *device, id: *id, packed: packed.clone() }
            }
            Self::Answer { device, id, packed } => {
                Self::Answer { device: *device, id: *id, packed: packed.clone() }
            }
        }
    }
}
