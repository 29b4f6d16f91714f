//! kiosk.toml: who this device is, where its books lie, what is attached to it. Every fault is
//! listed at once, with its key, so that an installer mends the file in one go.

mod cloud;
mod device;
mod host;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use devices::PortAddress;
use flow::{BatteryLimits, Profile};
use ledger::Language;
use toml::{Table, Value};

pub use cloud::CloudTerminalConfig;
pub use device::{DeviceConfig, DeviceKind};
use host::{is_loopback, names_no_host};

/// The largest file that is read, in bytes: with every key and its explanation it has 2,000.
const CONFIG_BYTES_MAX: usize = 64 * 1_024;

/// Where Linux says what feeds a machine.
const POWER_FOLDER: &str = "/sys/class/power_supply";

/// The most devices that one kiosk has: a counter has six at the most.
const DEVICES_MAX: usize = 16;

#[derive(Clone, Debug)]
pub struct Config {
    pub profile: Profile,
    /// The folder of the books.
    pub data: PathBuf,
    /// Where the centre listens, "https://panchayat.example:8443".
    pub centre: String,
    /// The local body, by the name of its rule pack.
    pub body: String,
    /// The folder of the rule pack.
    pub pack: PathBuf,
    /// The file that makes this device.
    pub provision: PathBuf,
    /// The language of the idle page; that of the provision where it is not set.
    pub language: Option<Language>,
    pub screen: ScreenConfig,
    pub devices: Vec<DeviceConfig>,
    pub cloud_terminal: Option<CloudTerminalConfig>,
    pub carry: CarryConfig,
    pub power: PowerConfig,
}

/// What feeds the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PowerConfig {
    /// Where Linux says it.
    pub folder: PathBuf,
    pub limits: BatteryLimits,
}

/// How books travel without a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarryConfig {
    /// Where a stick is mounted that is in; the way is not offered where it is left out.
    pub stick: Option<PathBuf>,
    /// That folder is taken for a stick although nothing is mounted there.
    pub stick_is_a_folder: bool,
    /// Where devices nearby are waited for.
    pub listen: SocketAddr,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenConfig {
    pub width: u32,
    pub height: u32,
    pub fullscreen: bool,
    pub theme: String,
}

/// Everything that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFaults {
    pub file: String,
    pub faults: Vec<String>,
}

impl fmt::Display for ConfigFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be mended:", self.file)?;
        self.faults.iter().try_for_each(|fault| write!(f, "\n  - {fault}"))
    }
}

impl std::error::Error for ConfigFaults {}

impl Config {
    pub fn load(path: &Path) -> Result<Self, ConfigFaults> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| ConfigFaults {
            file: file.clone(),
            faults: vec![format!("it cannot be read: {error}")],
        })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::parse(&text, folder).map_err(|faults| ConfigFaults { file, faults })
    }

    /// Reads the text; paths in it count from `folder`.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, Vec<String>> {
        if text.len() > CONFIG_BYTES_MAX {
            return Err(vec![format!("it has more than {CONFIG_BYTES_MAX} bytes")]);
        }
        let table: Table = toml::from_str(text).map_err(|error| vec![error.to_string()])?;
        let mut reader = Reader { faults: Vec::new() };
        let config = reader.config(table, folder);
        match config {
            Some(config) if reader.faults.is_empty() => Ok(config),
            _ => Err(reader.faults),
        }
    }
}

struct Reader {
    faults: Vec<String>,
}

impl Reader {
    fn config(&mut self, mut table: Table, folder: &Path) -> Option<Config> {
        let profile =
            self.named(&mut table, "profile", profile_named, "kiosk, collector, karmasena");
        let data = self.text(&mut table, "data").map(|data| folder.join(data));
        let centre = self.centre(&mut table);
        let body = self.text(&mut table, "body");
        let beside = |data: &Option<PathBuf>, name: &str| {
            data.as_ref().map(|data| data.join(name)).unwrap_or_default()
        };
        let pack = self.optional_text(&mut table, "pack").map(|pack| folder.join(pack));
        let provision = self.optional_text(&mut table, "provision").map(|file| folder.join(file));
        let language = match table.contains_key("language") {
            true => self.named(&mut table, "language", Language::from_code, "en, ml, hi, mr, or"),
            false => None,
        };
        let screen = self.screen(&mut table, profile);
        let (devices, cloud_terminal) = self.devices(&mut table, folder);
        let carry = self.carry(&mut table, folder);
        let power = self.power(&mut table);
        self.refuse_strangers(&table, "");
        Some(Config {
            pack: pack.unwrap_or_else(|| beside(&data, "pack")),
            provision: provision.unwrap_or_else(|| beside(&data, "device.padi")),
            profile: profile?,
            data: data?,
            centre: centre?,
            body: body?,
            language,
            screen,
            devices,
            cloud_terminal,
            carry,
            power,
        })
    }

    fn centre(&mut self, table: &mut Table) -> Option<String> {
        let centre = self.text(table, "centre")?;
        let plain = centre.starts_with("http://");
        let fault = match centre.strip_prefix(if plain { "http://" } else { "https://" }) {
            None => Some(format!("{centre:?} must begin with https://")),
            Some(rest) if names_no_host(rest) => {
                Some(format!("{centre:?} names no host; write it as https://office.example:8443"))
            }
            Some(_) if plain && !is_loopback(&centre) => {
                Some("plain http:// is allowed to this machine only; use https://".to_owned())
            }
            Some(_) => None,
        };
        self.faults.extend(fault.map(|fault| format!("centre: {fault}")));
        Some(centre.trim_end_matches('/').to_owned())
    }

    fn screen(&mut self, table: &mut Table, profile: Option<Profile>) -> ScreenConfig {
        let handheld = !matches!(profile, None | Some(Profile::Kiosk));
        let (width, height) = if handheld { (480, 800) } else { (1_280, 800) };
        let mut screen =
            ScreenConfig { width, height, fullscreen: false, theme: "light".to_owned() };
        let Some(mut inner) = self.optional_table(table, "screen") else { return screen };
        for (key, side) in [("width", &mut screen.width), ("height", &mut screen.height)] {
            match inner.remove(key) {
                None => {}
                Some(Value::Integer(pixels)) if (320..=8_192).contains(&pixels) => {
                    *side = u32::try_from(pixels).expect("between 320 and 8,192");
                }
                Some(_) => self.faults.push(format!("screen.{key}: pixels from 320 to 8192")),
            }
        }
        match inner.remove("fullscreen") {
            None => {}
            Some(Value::Boolean(fullscreen)) => screen.fullscreen = fullscreen,
            Some(_) => self.faults.push("screen.fullscreen: true or false".to_owned()),
        }
        if let Some(theme) = self.optional_text(&mut inner, "theme") {
            if !["light", "dark", "sun", "hc"].contains(&theme.as_str()) {
                self.faults
                    .push(format!("screen.theme: {theme:?} is none of light, dark, sun, hc"));
            }
            screen.theme = theme;
        }
        self.refuse_strangers(&inner, "screen.");
        screen
    }

    fn carry(&mut self, table: &mut Table, folder: &Path) -> CarryConfig {
        let any = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
        let mut carry = CarryConfig { stick: None, stick_is_a_folder: false, listen: any };
        let Some(mut inner) = self.optional_table(table, "carry") else { return carry };
        carry.stick = self.optional_text(&mut inner, "stick").map(|stick| folder.join(stick));
        match inner.remove("stick_is_a_folder") {
            None => {}
            Some(Value::Boolean(is)) => carry.stick_is_a_folder = is,
            Some(_) => self.faults.push("carry.stick_is_a_folder: true or false".to_owned()),
        }
        if let Some(listen) = self.optional_text(&mut inner, "listen") {
            match listen.parse() {
                Ok(address) => carry.listen = address,
                Err(_) => self
                    .faults
                    .push(format!("carry.listen: {listen:?} is no address, as 0.0.0.0:0 is")),
            }
        }
        self.refuse_strangers(&inner, "carry.");
        carry
    }

    fn power(&mut self, table: &mut Table) -> PowerConfig {
        let mut limits = BatteryLimits::USUAL;
        let folder = PathBuf::from(POWER_FOLDER);
        let Some(mut inner) = self.optional_table(table, "power") else {
            return PowerConfig { folder, limits };
        };
        let named = self.optional_text(&mut inner, "folder").map(PathBuf::from);
        for (key, percent) in
            [("low_percent", &mut limits.low_percent), ("stop_percent", &mut limits.stop_percent)]
        {
            match inner.remove(key) {
                None => {}
                Some(Value::Integer(given @ 0..=99)) => {
                    *percent = u8::try_from(given).expect("between 0 and 99");
                }
                Some(_) => self.faults.push(format!("power.{key}: from 0 to 99")),
            }
        }
        if limits.low_percent < limits.stop_percent {
            let stop = limits.stop_percent;
            self.faults.push(format!("power.low_percent: less than stop_percent, which is {stop}"));
        }
        self.refuse_strangers(&inner, "power.");
        PowerConfig { folder: named.unwrap_or(folder), limits }
    }

    fn devices(
        &mut self,
        table: &mut Table,
        folder: &Path,
    ) -> (Vec<DeviceConfig>, Option<CloudTerminalConfig>) {
        let listed = match table.remove("device") {
            None => return (Vec::new(), None),
            Some(Value::Array(listed)) => listed,
            Some(_) => {
                self.faults.push("device: write each as [[device]]".to_owned());
                return (Vec::new(), None);
            }
        };
        if listed.len() > DEVICES_MAX {
            self.faults.push(format!("device: more than {DEVICES_MAX}"));
        }
        let (mut devices, mut cloud): (Vec<DeviceConfig>, Vec<CloudTerminalConfig>) =
            Default::default();
        for (place, value) in listed.into_iter().enumerate() {
            let at = format!("device {}", place + 1);
            let Value::Table(mut inner) = value else {
                self.faults.push(format!("{at}: write it as [[device]]"));
                continue;
            };
            if by_cloud(&inner) {
                inner.retain(|key, _| key != "kind" && key != "protocol");
                cloud.extend(self.cloud_terminal(inner, &at, folder));
            } else if let Some(device) = self.device(inner, &at, folder) {
                if devices.iter().any(|other| other.kind.does_the_same_as(device.kind)) {
                    self.faults.push(format!("{at}: a second device of this kind"));
                }
                devices.push(device);
            }
        }
        let wired = devices.iter().filter(|device| device.kind == DeviceKind::ZvtTerminal);
        if wired.count() + cloud.len() > 1 {
            self.faults.push("device: one terminal only, by zvt or by pinelabs".to_owned());
        }
        (devices, cloud.pop())
    }

    fn device(&mut self, mut table: Table, at: &str, folder: &Path) -> Option<DeviceConfig> {
        let kind = self.text_at(&mut table, "kind", at);
        let protocol = self.text_at(&mut table, "protocol", at);
        let port = self.text_at(&mut table, "port", at);
        let model = self.optional_text(&mut table, "model");
        let models = self.optional_text(&mut table, "models").map(|file| folder.join(file));
        self.refuse_strangers(&table, &format!("{at}: "));
        let (kind, protocol) = (kind?, protocol?);
        let kind = match DeviceKind::named(&kind, &protocol) {
            Ok(kind) => kind,
            Err(told) => {
                self.faults.push(format!("{at}: {told}"));
                return None;
            }
        };
        if models.is_some() && kind != DeviceKind::LineScale {
            self.faults.push(format!("{at}: models is known for scales only"));
        }
        match port?.parse::<PortAddress>() {
            Ok(port) => match kind.misplaced(&port) {
                Some(told) => {
                    self.faults.push(format!("{at}: port: {told}"));
                    None
                }
                None => Some(DeviceConfig { kind, port, model, models }),
            },
            Err(error) => {
                self.faults.push(format!("{at}: port: {error}"));
                None
            }
        }
    }

    fn text(&mut self, table: &mut Table, key: &str) -> Option<String> {
        self.text_at(table, key, "")
    }

    fn text_at(&mut self, table: &mut Table, key: &str, at: &str) -> Option<String> {
        let at = if at.is_empty() { String::new() } else { format!("{at}: ") };
        match table.remove(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text),
            Some(_) => {
                self.faults.push(format!("{at}{key}: must be a text"));
                None
            }
            None => {
                self.faults.push(format!("{at}{key} is missing"));
                None
            }
        }
    }

    fn optional_text(&mut self, table: &mut Table, key: &str) -> Option<String> {
        table.contains_key(key).then(|| self.text(table, key)).flatten()
    }

    fn optional_table(&mut self, table: &mut Table, key: &str) -> Option<Table> {
        match table.remove(key) {
            None => None,
            Some(Value::Table(inner)) => Some(inner),
            Some(_) => {
                self.faults.push(format!("{key}: write it as [{key}]"));
                None
            }
        }
    }

    fn named<T>(
        &mut self,
        table: &mut Table,
        key: &str,
        read: impl Fn(&str) -> Option<T>,
        known: &str,
    ) -> Option<T> {
        let text = self.text(table, key)?;
        let value = read(&text);
        if value.is_none() {
            self.faults.push(format!("{key}: {text:?} is none of {known}"));
        }
        value
    }

    fn refuse_strangers(&mut self, table: &Table, at: &str) {
        self.faults.extend(table.keys().map(|key| format!("{at}{key} is not known")));
    }
}

/// Whether a device has no port of its own, but a service that it is reached by.
fn by_cloud(device: &Table) -> bool {
    let is = |key: &str, word: &str| device.get(key).and_then(Value::as_str) == Some(word);
    is("kind", "terminal") && is("protocol", "pinelabs")
}

pub fn profile_named(name: &str) -> Option<Profile> {
    match name {
        "kiosk" => Some(Profile::Kiosk),
        "collector" => Some(Profile::Collector),
        "karmasena" => Some(Profile::Karmasena),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
