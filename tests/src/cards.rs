//! What stories about card terminals need: a device whose terminal is behind a cloud service, the
//! driver of such a terminal, and a look for whole card numbers.

use std::path::{Path, PathBuf};

use devices::PineLabsTerminal;
use kiosk::bench::cloud_terminal;
use kiosk::config::CloudTerminalConfig;
use toml::{Table, Value};

use crate::Trouble;
use crate::device::Device;
use crate::sims::Sim;

/// What the simulated service wants to know.
const MERCHANT: &str = "29610";
const STORE: &str = "1221258";
const CLIENT: &str = "1013592";
const TOKEN: &str = "simulated-token";

/// The number of the simulated card as no service should name it, and all of it that nobody may
/// keep.
pub const WHOLE_NUMBER: &str = "6071980012344321";
const BEGINS: &str = "607198001234";

/// Puts a terminal behind a service in the place of the wired one.
pub fn attach_cloud(device: &Device, service: &Sim) -> Result<(), Trouble> {
    let failed = |error| Trouble::caused("kiosk.toml cannot be changed", error);
    let token = write_token(device.folder())?;
    let text = std::fs::read_to_string(device.config()).map_err(failed)?;
    let mut table: Table =
        text.parse().map_err(|error| Trouble::caused("kiosk.toml is no TOML", error))?;
    let devices = table.get_mut("device").and_then(Value::as_array_mut);
    let devices = devices.ok_or_else(|| Trouble::new("kiosk.toml names no devices"))?;
    devices.retain(|device| device.get("kind").and_then(Value::as_str) != Some("terminal"));
    let mut cloud = Table::new();
    for (key, value) in [
        ("kind", "terminal"),
        ("protocol", "pinelabs"),
        ("url", service.port()),
        ("merchant", MERCHANT),
        ("store", STORE),
        ("client", CLIENT),
        ("token", &token.to_string_lossy()),
    ] {
        cloud.insert(key.to_owned(), Value::String(value.to_owned()));
    }
    devices.push(Value::Table(cloud));
    std::fs::write(device.config(), table.to_string()).map_err(failed)
}

fn write_token(folder: &Path) -> Result<PathBuf, Trouble> {
    let path = folder.join("terminal.token");
    std::fs::write(&path, format!("{TOKEN}\n"))
        .map_err(|error| Trouble::caused("the token cannot be written", error))?;
    Ok(path)
}

/// The driver, its line and its numbers, put together as the desk does it.
pub fn cloud_driver(service: &Sim, folder: &Path) -> Result<PineLabsTerminal, Trouble> {
    let config = CloudTerminalConfig {
        url: service.port().to_owned(),
        merchant: MERCHANT.to_owned(),
        store: STORE.to_owned(),
        client: CLIENT.to_owned(),
        token: write_token(folder)?,
        certificate: None,
    };
    cloud_terminal(&config, folder)
        .map_err(|error| Trouble::caused("the terminal cannot be used", error))
}

/// The files below a folder that hold more of a card number than its last four digits.
pub fn files_with_card_numbers(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let listed = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for path in listed.map(|entry| entry.path()) {
        match path.is_dir() {
            true => found.extend(files_with_card_numbers(&path)),
            false if shows_card_number(&std::fs::read(&path).unwrap_or_default()) => {
                found.push(path);
            }
            false => {}
        }
    }
    found
}

pub fn shows_card_number(bytes: &[u8]) -> bool {
    bytes.windows(BEGINS.len()).any(|window| window == BEGINS.as_bytes())
}
