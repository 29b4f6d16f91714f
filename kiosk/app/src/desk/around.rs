//! What speaks by itself: scale, receiver of positions, and what feeds the device.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::SyncSender;

use devices::scale::GrammarError;
use devices::{Gnss, Gpsd, LineScale, NmeaReceiver, PowerFolder, ScaleGrammar};
use thiserror::Error;

use super::Word;
use crate::bench::{start_gnss, start_power, start_scale};
use crate::config::{Config, DeviceConfig, DeviceKind};

/// What a scale is taken for where kiosk.toml names no model: the most common indicators.
const SCALE_MODEL: &str = "st-gs";

/// Why the scale of the configuration cannot be used.
#[derive(Debug, Error)]
pub enum ScaleError {
    #[error("no scale {model:?} is known; there are {}", known.join(", "))]
    Model { model: String, known: Vec<String> },
    #[error("the file of scales {} cannot be read", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the file of scales {} must be mended", path.display())]
    Grammar {
        path: PathBuf,
        #[source]
        source: GrammarError,
    },
}

/// Starts a thread for each; they end when the desk has ended.
pub(super) fn start(config: &Config, inbox: &SyncSender<Word>) -> Result<(), ScaleError> {
    let to_desk = || {
        let inbox = inbox.clone();
        move |world| inbox.send(Word::World(world)).is_ok()
    };
    for device in &config.devices {
        let port = || device.port.clone();
        let gnss: Box<dyn Gnss> = match device.kind {
            DeviceKind::LineScale => {
                let scale = LineScale::new(port(), grammar(device)?);
                start_scale(Box::new(scale), to_desk());
                continue;
            }
            DeviceKind::NmeaReceiver => Box::new(NmeaReceiver::new(port())),
            DeviceKind::Gpsd => Box::new(Gpsd::new(port())),
            _ => continue,
        };
        start_gnss(gnss, to_desk());
    }
    start_power(PowerFolder::new(&config.power.folder), to_desk());
    Ok(())
}

/// The language of the scale: those of the installer's own file come first.
pub(crate) fn grammar(device: &DeviceConfig) -> Result<ScaleGrammar, ScaleError> {
    let mut known = match &device.models {
        None => Vec::new(),
        Some(path) => {
            let path = path.clone();
            let text = std::fs::read_to_string(&path);
            let text = text.map_err(|source| ScaleError::Read { path: path.clone(), source })?;
            ScaleGrammar::parse(&text).map_err(|source| ScaleError::Grammar { path, source })?
        }
    };
    known.extend(ScaleGrammar::built_in());
    let model = device.model.as_deref().unwrap_or(SCALE_MODEL);
    match known.iter().position(|grammar| grammar.name == model) {
        Some(place) => Ok(known.swap_remove(place)),
        None => Err(ScaleError::Model {
            model: model.to_owned(),
            known: known.into_iter().map(|grammar| grammar.name).collect(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(model: Option<&str>, models: Option<PathBuf>) -> DeviceConfig {
        let port = "tcp://127.0.0.1:1".parse().expect("an address");
        let model = model.map(str::to_owned);
        DeviceConfig { kind: DeviceKind::LineScale, port, model, models }
    }

    #[test]
    fn an_installer_s_scale_takes_the_place_of_one_of_the_same_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("scales.toml");
        let own = "[[scale]]\nname = \"st-gs\"\nends = \"!\"\nalike = 1\n\
                   [[scale.message]]\nform = \"={weight}!\"\nunit = \"kg\"\n";
        std::fs::write(&file, own).expect("written");
        let read = |model, file: Option<PathBuf>| grammar(&device(model, file));
        assert_eq!(read(None, Some(file.clone())).expect("read").ends, b"!");
        assert_eq!(read(None, None).expect("built in").ends, b"\r\n");
        assert_eq!(read(Some("cas"), Some(file.clone())).expect("built in").name, "cas");
        let unknown = read(Some("steelyard"), None).expect_err("unknown").to_string();
        assert!(unknown.contains("toledo-8217"), "{unknown}");
        std::fs::write(&file, "[[scale]]\n").expect("written");
        assert!(matches!(read(None, Some(file)), Err(ScaleError::Grammar { .. })));
        let nowhere = folder.path().join("nowhere.toml");
        assert!(matches!(read(None, Some(nowhere)), Err(ScaleError::Read { .. })));
    }
}
