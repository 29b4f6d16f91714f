//! A camera, or the program of a scanner: each time it is told to, it writes a picture into a
//! folder, or fails in a way of its own.

use std::fs::File;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::json;

use crate::SimError;
use crate::control::{Commands, number, unknown};
use crate::events::Events;
use crate::noise::noise;
use crate::running::Running;
use crate::wire::Stop;

const HELP: &str = "\
take             write a picture into the folder
fault none       whole pictures again
fault half       write the first half of a picture, and no more
fault nothing    write nothing, though the picture was taken
fault huge       write a picture of several megabytes
fault slow       write the second half a moment after the first
side PIXELS      how long the sides of the next pictures are";

/// The sides of a picture of some 100 kB, in pixels.
pub const SIDE_DEFAULT: u32 = 320;

/// A picture of 4 MB: each pixel of noise is a byte.
const SIDE_HUGE: u32 = 2_000;

/// How long a slow camera waits between the two halves.
const SLOW: Duration = Duration::from_millis(300);

pub struct Options {
    pub out: PathBuf,
    pub control: SocketAddr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trick {
    None,
    Half,
    Nothing,
    Huge,
    Slow,
}

struct State {
    trick: Trick,
    side: u32,
    taken: u32,
}

struct Camera {
    out: PathBuf,
    events: Events,
    state: Mutex<State>,
}

/// Starts a camera that takes a picture whenever it is told to.
pub fn start(options: Options) -> Result<Running, SimError> {
    let Options { out, control } = options;
    std::fs::create_dir_all(&out)
        .and_then(|()| out.canonicalize())
        .map_err(|error| SimError::new(format!("cannot make the folder {}", out.display()), error))
        .and_then(|out| {
            let (events, stop) = (Events::default(), Stop::default());
            let port = Some(format!("file://{}", out.display()));
            let state = State { trick: Trick::None, side: SIDE_DEFAULT, taken: 0 };
            let state = Mutex::new(state);
            let camera = Arc::new(Camera { out, events: events.clone(), state });
            Running::begin("camera", port, control, camera, events, stop, Vec::new())
        })
}

impl Camera {
    fn take(&self) -> Result<String, String> {
        let mut state = self.state.lock().map_err(|_| "the camera has stopped")?;
        state.taken += 1;
        let side = if state.trick == Trick::Huge { SIDE_HUGE } else { state.side };
        let bytes = picture(side, state.taken).map_err(|error| error.to_string())?;
        let name = format!("picture-{:04}.png", state.taken);
        let written = self.write(&name, &bytes, state.trick);
        let written = written.map_err(|error| format!("{name} cannot be written: {error}"))?;
        self.events.record(json!({ "event": "taken", "file": name, "bytes": written }));
        Ok(name)
    }

    /// How many bytes are in the file.
    fn write(&self, name: &str, bytes: &[u8], trick: Trick) -> io::Result<usize> {
        if trick == Trick::Nothing {
            return Ok(0);
        }
        let (first, second) = bytes.split_at(bytes.len() / 2);
        let mut file = File::create(self.out.join(name))?;
        file.write_all(first)?;
        match trick {
            Trick::Half => return Ok(first.len()),
            Trick::Slow => std::thread::sleep(SLOW),
            Trick::None | Trick::Nothing | Trick::Huge => {}
        }
        file.write_all(second)?;
        Ok(bytes.len())
    }
}

impl Commands for Camera {
    fn obey(&self, line: &str) -> Result<String, String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let trick = match (word, rest) {
            ("take", "") => return self.take(),
            ("side", pixels) => {
                let side = number::<u32>(pixels)?.clamp(1, SIDE_HUGE);
                self.state.lock().map_err(|_| "the camera has stopped")?.side = side;
                return Ok(String::new());
            }
            ("fault", "none") => Trick::None,
            ("fault", "half") => Trick::Half,
            ("fault", "nothing") => Trick::Nothing,
            ("fault", "huge") => Trick::Huge,
            ("fault", "slow") => Trick::Slow,
            _ => return Err(unknown(line)),
        };
        self.state.lock().map_err(|_| "the camera has stopped")?.trick = trick;
        Ok(String::new())
    }

    fn help(&self) -> &'static str {
        HELP
    }
}

/// Noise in grey, so that no two pictures are the same and none packs to less.
fn picture(side: u32, number: u32) -> Result<Vec<u8>, png::EncodingError> {
    let pixels = usize::try_from(side * side).expect("at most four million");
    let mut grey = noise(pixels);
    for (pixel, own) in grey.iter_mut().zip(number.to_be_bytes().iter().cycle()) {
        *pixel ^= own;
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&grey)?;
    writer.finish()?;
    Ok(file)
}
