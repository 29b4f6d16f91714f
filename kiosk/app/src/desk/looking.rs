//! Looks through the camera, for as long as the page on the glass asks for one.

use std::sync::mpsc::SyncSender;

use devices::{LiveCamera, StreamCamera};
use flow::{Event, Sight, World};

use super::{Desk, Outward, Word};
use crate::bench::{CameraBench, Looked};
use crate::config::{DeviceConfig, DeviceKind};

pub(super) struct Looking {
    bench: Option<CameraBench>,
    /// The number of the present look, or the last: what is said of an older one is too late.
    number: u32,
    is_on: bool,
}

impl Looking {
    pub fn start(devices: &[DeviceConfig], inbox: &SyncSender<Word>) -> Self {
        let camera = devices.iter().find_map(camera);
        let to_desk = inbox.clone();
        let bench = camera.map(|camera| {
            CameraBench::start(camera, move |looked| match looked {
                // A view that finds the inbox full is an old one soon.
                view @ Looked::View(..) => drop(to_desk.try_send(Word::Looked(view))),
                sight @ Looked::Sight(..) => drop(to_desk.send(Word::Looked(sight))),
            })
        });
        Self { bench, number: 0, is_on: false }
    }
}

pub(crate) fn camera(device: &DeviceConfig) -> Option<Box<dyn LiveCamera>> {
    match device.kind {
        DeviceKind::CameraStream => Some(Box::new(StreamCamera::new(device.port.clone()))),
        DeviceKind::CameraV4l => by_v4l(device),
        _ => None,
    }
}

#[cfg(feature = "camera")]
fn by_v4l(device: &DeviceConfig) -> Option<Box<dyn LiveCamera>> {
    match &device.port {
        devices::PortAddress::File { path } => Some(Box::new(devices::V4lCamera::new(path))),
        _ => None,
    }
}

/// The configuration refuses such a camera where it cannot be opened.
#[cfg(not(feature = "camera"))]
fn by_v4l(_: &DeviceConfig) -> Option<Box<dyn LiveCamera>> {
    None
}

impl Desk {
    /// Begins and ends a look as the page on the glass wants it.
    pub(super) fn keep_looking(&mut self) {
        let wanted = self.seat.flow.looks();
        if wanted == self.looking.is_on {
            return;
        }
        self.looking.is_on = wanted;
        match &self.looking.bench {
            Some(bench) if wanted => {
                self.looking.number += 1;
                bench.look(self.looking.number);
            }
            Some(bench) => bench.rest(),
            None if wanted => self.take(Event::World(World::Sight(Sight::Away))),
            None => {}
        }
    }

    pub(super) fn looked(&mut self, looked: Looked) {
        let (number, sight) = match looked {
            Looked::View(number, frame) if self.is_look(number) => {
                return (self.say)(Outward::View(frame));
            }
            Looked::View(..) => return,
            Looked::Sight(number, sight) => (number, sight),
        };
        if self.is_look(number) {
            self.take(Event::World(World::Sight(sight)));
        }
    }

    fn is_look(&self, number: u32) -> bool {
        self.looking.is_on && self.looking.number == number
    }
}
