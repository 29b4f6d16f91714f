//! A camera that is looked through: it streams whatever is held before it as YUV4MPEG2 (written
//! from yuv4mpeg(5)), in grey, ten pictures a second.

mod scene;

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::json;

use crate::SimError;
use crate::control::{Commands, unknown};
use crate::events::Events;
use crate::noise::noise;
use crate::running::Running;
use crate::wire::{Connection, Place, Received, Stop, Wire};
use scene::Scene;

pub use scene::{HEIGHT, WIDTH};

const HELP: &str = "\
square TEXT     hold a square with this text before the camera
show FILE       hold this picture (PNG) before it
wall            hold nothing before it
light on|off    switch the light of the room
fault none      whole pictures again
fault silent    send nothing more
fault garbage   send noise instead of pictures
fault half      break off in the middle of a picture and hang up, once
fault slow      send each picture in small pieces, some seconds long
unplug          hang up, and turn away whoever connects
plug            let hosts connect again";

/// The time between two pictures.
const PAUSE: Duration = Duration::from_millis(100);

/// A slow camera sends so much at a time, and waits so long in between.
const PIECE: usize = 4_096;
const PIECE_PAUSE: Duration = Duration::from_millis(40);

pub struct Options {
    pub tcp: SocketAddr,
    pub control: SocketAddr,
}

/// Starts a camera that streams to whoever connects.
pub fn start(options: &Options) -> Result<Running, SimError> {
    let (wire, port) = Wire::open(Place::Tcp(options.tcp))?;
    let (events, stop) = (Events::default(), Stop::default());
    let state = State { scene: Scene::wall(), lit: true, fault: Fault::None, plugged: true };
    let camera = Arc::new(Camera { events: events.clone(), state: Mutex::new(state) });
    let thread = std::thread::spawn({
        let (camera, stop) = (camera.clone(), stop.clone());
        move || camera.serve(&wire, &stop)
    });
    Running::begin("camera", Some(port), options.control, camera, events, stop, vec![thread])
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    Silent,
    Garbage,
    Half,
    Slow,
}

struct State {
    scene: Scene,
    lit: bool,
    fault: Fault,
    plugged: bool,
}

struct Camera {
    events: Events,
    state: Mutex<State>,
}

impl Camera {
    fn change(&self, change: impl FnOnce(&mut State)) -> Result<String, String> {
        let mut state = self.state.lock().map_err(|_| "the camera has stopped")?;
        change(&mut state);
        Ok(String::new())
    }

    /// What is to be sent now, and how; nothing while the camera is unplugged.
    fn now(&self) -> Option<(Vec<u8>, Fault)> {
        let mut state = self.state.lock().ok()?;
        let fault = state.fault;
        if fault == Fault::Half {
            state.fault = Fault::None;
        }
        state.plugged.then(|| (state.scene.luma(state.lit), fault))
    }

    fn serve(&self, wire: &Wire, stop: &Stop) {
        while let Some(mut host) = wire.accept(stop) {
            self.events.record(json!({ "event": "connected" }));
            // A host that went away is waited for again.
            let _ = self.stream(&mut *host, stop);
            host.cut(stop);
            self.events.record(json!({ "event": "disconnected" }));
        }
    }

    fn stream(&self, host: &mut dyn Connection, stop: &Stop) -> io::Result<()> {
        if self.now().is_some() {
            host.write_all(
                format!("YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 Cmono\n").as_bytes(),
            )?;
        }
        while !stop.wished() {
            let Some((luma, fault)) = self.now() else { return Ok(()) };
            match fault {
                Fault::None => host.write_all(&[b"FRAME\n", &luma[..]].concat())?,
                Fault::Silent => {}
                Fault::Garbage => host.write_all(&noise(luma.len()))?,
                Fault::Half => {
                    return host.write_all(&[b"FRAME\n", &luma[..luma.len() / 2]].concat());
                }
                Fault::Slow => {
                    host.write_all(b"FRAME\n")?;
                    for piece in luma.chunks(PIECE) {
                        host.write_all(piece)?;
                        std::thread::sleep(PIECE_PAUSE);
                    }
                }
            }
            if matches!(host.receive(&mut [0; 64], PAUSE), Ok(Received::HungUp) | Err(_)) {
                return Ok(());
            }
        }
        Ok(())
    }
}

impl Commands for Camera {
    fn obey(&self, line: &str) -> Result<String, String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (word, rest) {
            ("square", text) if !text.is_empty() => {
                let scene = Scene::square(text)?;
                self.change(|state| state.scene = scene)
            }
            ("show", file) if !file.is_empty() => {
                let scene = Scene::picture(Path::new(file))?;
                self.change(|state| state.scene = scene)
            }
            ("wall", "") => self.change(|state| state.scene = Scene::wall()),
            ("light", word) => {
                let lit = crate::control::switch(word)?;
                self.change(|state| state.lit = lit)
            }
            ("fault", "none") => self.change(|state| state.fault = Fault::None),
            ("fault", "silent") => self.change(|state| state.fault = Fault::Silent),
            ("fault", "garbage") => self.change(|state| state.fault = Fault::Garbage),
            ("fault", "half") => self.change(|state| state.fault = Fault::Half),
            ("fault", "slow") => self.change(|state| state.fault = Fault::Slow),
            ("unplug", "") => self.change(|state| state.plugged = false),
            ("plug", "") => self.change(|state| state.plugged = true),
            _ => Err(unknown(line)),
        }
    }

    fn help(&self) -> &'static str {
        HELP
    }
}
