//! kiosk.toml: who this device is, where its books lie, what is attached to it. Every fault is
//! listed at once, with its key, so that an installer mends the file in one go.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use devices::PortAddress;
use flow::Profile;
use ledger::Language;
use toml::{Table, Value};

/// The largest file that is read, in bytes: with every key and its explanation it has 2,000.
const CONFIG_BYTES_MAX: usize = 64 * 1_024;

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
    pub carry: CarryConfig,
}

/// How books travel without a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarryConfig {
    /// The folder of a stick that is in; the way is not offered where it is left out.
    pub stick: Option<PathBuf>,
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

#[derive(Clone, Debug)]
pub struct DeviceConfig {
    pub kind: DeviceKind,
    pub port: PortAddress,
    /// The printer's model, as the profiles of the drivers name it.
    pub model: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    EscPosPrinter,
    ZvtTerminal,
    LineScanner,
    /// A folder into which the program of a camera or a scanner writes its pictures.
    CameraFolder,
    /// A camera that is looked through, by the stream of its program (YUV4MPEG2).
    CameraStream,
    /// The same by V4L2.
    CameraV4l,
}

impl DeviceKind {
    /// Whether this is a camera that is looked through.
    pub fn is_viewfinder(self) -> bool {
        matches!(self, DeviceKind::CameraStream | DeviceKind::CameraV4l)
    }

    fn does_the_same_as(self, other: Self) -> bool {
        self == other || self.is_viewfinder() && other.is_viewfinder()
    }
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
        let devices = self.devices(&mut table);
        let carry = self.carry(&mut table, folder);
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
            carry,
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
        let mut carry = CarryConfig { stick: None, listen: any };
        let Some(mut inner) = self.optional_table(table, "carry") else { return carry };
        carry.stick = self.optional_text(&mut inner, "stick").map(|stick| folder.join(stick));
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

    fn devices(&mut self, table: &mut Table) -> Vec<DeviceConfig> {
        let listed = match table.remove("device") {
            None => return Vec::new(),
            Some(Value::Array(listed)) => listed,
            Some(_) => {
                self.faults.push("device: write each as [[device]]".to_owned());
                return Vec::new();
            }
        };
        if listed.len() > DEVICES_MAX {
            self.faults.push(format!("device: more than {DEVICES_MAX}"));
        }
        let mut devices: Vec<DeviceConfig> = Vec::new();
        for (place, value) in listed.into_iter().enumerate() {
            let at = format!("device {}", place + 1);
            let Value::Table(inner) = value else {
                self.faults.push(format!("{at}: write it as [[device]]"));
                continue;
            };
            if let Some(device) = self.device(inner, &at) {
                if devices.iter().any(|other| other.kind.does_the_same_as(device.kind)) {
                    self.faults.push(format!("{at}: a second device of this kind"));
                }
                devices.push(device);
            }
        }
        devices
    }

    fn device(&mut self, mut table: Table, at: &str) -> Option<DeviceConfig> {
        let kind = self.text_at(&mut table, "kind", at);
        let protocol = self.text_at(&mut table, "protocol", at);
        let port = self.text_at(&mut table, "port", at);
        let model = self.optional_text(&mut table, "model");
        self.refuse_strangers(&table, &format!("{at}: "));
        let kind = match (kind?.as_str(), protocol?.as_str()) {
            ("printer", "escpos") => DeviceKind::EscPosPrinter,
            ("terminal", "zvt") => DeviceKind::ZvtTerminal,
            ("scanner", "line") => DeviceKind::LineScanner,
            ("camera", "folder") => DeviceKind::CameraFolder,
            ("camera", "y4m") => DeviceKind::CameraStream,
            ("camera", "v4l2") if cfg!(feature = "camera") => DeviceKind::CameraV4l,
            ("camera", "v4l2") => {
                self.faults.push(format!(
                    "{at}: this program was built without cameras of V4L2; build it with \
                     --features camera, or stream the pictures: protocol = \"y4m\""
                ));
                return None;
            }
            (kind, protocol) => {
                self.faults.push(format!(
                    "{at}: {kind} by {protocol} is not known; there are printer by escpos, \
                     terminal by zvt, scanner by line, camera by folder, y4m or v4l2"
                ));
                return None;
            }
        };
        match port?.parse::<PortAddress>() {
            Ok(port) if kind == DeviceKind::CameraV4l && !is_file(&port) => {
                self.faults.push(format!("{at}: port: write the camera as file:///dev/video0"));
                None
            }
            Ok(port) if kind == DeviceKind::CameraFolder && !is_file(&port) => {
                self.faults.push(format!("{at}: port: write the folder of pictures as file:///…"));
                None
            }
            Ok(port) => Some(DeviceConfig { kind, port, model }),
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

const fn is_file(port: &PortAddress) -> bool {
    matches!(port, PortAddress::File { .. })
}

pub fn profile_named(name: &str) -> Option<Profile> {
    match name {
        "kiosk" => Some(Profile::Kiosk),
        "collector" => Some(Profile::Collector),
        "karmasena" => Some(Profile::Karmasena),
        _ => None,
    }
}

/// Whether nothing, or only a port or a name and a password, stands where the host does.
fn names_no_host(rest: &str) -> bool {
    let host = authority(rest).rsplit('@').next().unwrap_or_default().trim();
    host.is_empty() || host.starts_with(':')
}

/// What stands between the scheme and the path.
fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#', '\\']).next().unwrap_or_default()
}

fn is_loopback(centre: &str) -> bool {
    // What stands before an '@' is a name and a password, and the host comes after it.
    let host = authority(centre.trim_start_matches("http://"));
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| {
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        let rest = host.strip_prefix(own);
        rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port))
    })
}

#[cfg(test)]
mod tests;
