//! What feeds the device, as Linux says it in /sys/class/power_supply: a folder for each battery
//! and each plug, with one short text in each of its files.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Supplies that are looked at: a device has four at the most.
const SUPPLIES_MAX: usize = 32;
/// What is read of one file, in bytes: the longest of those that matter says "Not charging".
const TEXT_BYTES_MAX: u64 = 64;

/// What feeds the device now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Power {
    /// What is left in the batteries, from 0 to 100; none where there is no battery.
    pub percent: Option<u8>,
    pub charging: bool,
    /// A plug gives power; none where the machine does not say, as most with one plug do not.
    pub mains: Option<bool>,
}

impl Power {
    /// Whether the batteries alone feed it.
    pub fn is_draining(&self) -> bool {
        self.percent.is_some() && !self.charging && self.mains != Some(true)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("what feeds the device cannot be read in {}", .0.display())]
pub struct PowerFault(PathBuf, #[source] io::Error);

/// One supply, as its files say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supply {
    Battery {
        percent: u8,
        charging: bool,
        full: bool,
    },
    Plug {
        online: bool,
    },
    /// A mouse's battery, one that is not put in, or something unknown.
    Other,
}

impl Supply {
    /// What the files of one supply say; `text` gives the text of a file by its name.
    pub fn read(text: impl Fn(&str) -> Option<String>) -> Supply {
        let says = |name: &str| text(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        let of_something_else = says("scope") == "Device" || says("present") == "0";
        match says("type").as_str() {
            _ if of_something_else => Supply::Other,
            // A supply that bridges a power cut has a battery and says so in the same way.
            "Battery" | "UPS" => match says("capacity").parse::<u8>() {
                Ok(percent @ 0..=100) => Supply::Battery {
                    percent,
                    charging: says("status") == "Charging",
                    full: says("status") == "Full",
                },
                _ => Supply::Other,
            },
            "Mains" | "USB" | "Wireless" => match says("online").as_str() {
                "0" => Supply::Plug { online: false },
                // 2 is a plug whose voltage can be chosen.
                "1" | "2" => Supply::Plug { online: true },
                _ => Supply::Other,
            },
            _ => Supply::Other,
        }
    }
}

/// The folder of all supplies.
pub struct PowerFolder(PathBuf);

impl PowerFolder {
    pub fn new(folder: impl Into<PathBuf>) -> PowerFolder {
        PowerFolder(folder.into())
    }

    /// What all supplies say together: the mean of the batteries, for most machines drain them one
    /// after the other.
    pub fn read(&self) -> Result<Power, PowerFault> {
        let away = |error| PowerFault(self.0.clone(), error);
        let mut supplies = Vec::new();
        for supply in fs::read_dir(&self.0).map_err(away)?.take(SUPPLIES_MAX) {
            let folder = supply.map_err(away)?.path();
            supplies.push(Supply::read(|name| short_text(&folder.join(name))));
        }
        Ok(together(&supplies))
    }
}

fn together(supplies: &[Supply]) -> Power {
    let (mut sum, mut batteries, mut charging, mut mains) = (0u32, 0u32, false, None);
    for supply in supplies {
        match *supply {
            Supply::Battery { percent, charging: this, full } => {
                sum += u32::from(percent);
                batteries += 1;
                // A full battery is no longer charged while the plug feeds the machine.
                charging |= this || full;
            }
            Supply::Plug { online } => mains = Some(mains == Some(true) || online),
            Supply::Other => {}
        }
    }
    let percent = sum.checked_div(batteries).and_then(|percent| u8::try_from(percent).ok());
    Power { percent, charging, mains }
}

/// A file's text; none where it is not there, or not one of a supply.
fn short_text(path: &Path) -> Option<String> {
    let file = fs::File::open(path).ok()?;
    let mut text = String::new();
    file.take(TEXT_BYTES_MAX).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// A folder of supplies that is gone with the test.
    struct Tree(PathBuf);

    impl Tree {
        fn new() -> Tree {
            static COUNT: AtomicU32 = AtomicU32::new(0);
            let number = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!("padi-power-{}-{number}", std::process::id());
            let path = std::env::temp_dir().join(name);
            fs::create_dir(&path).unwrap();
            Tree(path)
        }

        fn says(&self, supply: &str, files: &[(&str, &str)]) {
            fs::create_dir_all(self.0.join(supply)).unwrap();
            for (name, text) in files {
                fs::write(self.0.join(supply).join(name), format!("{text}\n")).unwrap();
            }
        }

        fn read(&self) -> Power {
            PowerFolder::new(&self.0).read().unwrap()
        }
    }

    impl Drop for Tree {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_battery_and_a_plug_are_read_as_they_change() {
        let tree = Tree::new();
        assert_eq!(tree.read(), Power { percent: None, charging: false, mains: None });
        tree.says("BAT0", &[("type", "Battery"), ("capacity", "4"), ("status", "Discharging")]);
        let draining = tree.read();
        assert_eq!(draining, Power { percent: Some(4), charging: false, mains: None });
        assert!(draining.is_draining());
        tree.says("AC", &[("type", "Mains"), ("online", "1")]);
        tree.says("BAT0", &[("status", "Not charging")]);
        assert!(!tree.read().is_draining(), "the plug feeds it");
        tree.says("AC", &[("online", "0")]);
        tree.says("USB", &[("type", "USB"), ("online", "0")]);
        assert!(tree.read().is_draining());
        tree.says("BAT0", &[("status", "Charging")]);
        assert!(!tree.read().is_draining(), "whatever charges it feeds it");
    }

    #[test]
    fn what_feeds_something_else_or_says_nonsense_counts_for_nothing() {
        let tree = Tree::new();
        let battery = [("type", "Battery"), ("capacity", "1"), ("status", "Discharging")];
        tree.says("mouse", &battery);
        tree.says("mouse", &[("scope", "Device")]);
        tree.says("out", &battery);
        tree.says("out", &[("present", "0")]);
        tree.says("broken", &[("type", "Battery"), ("capacity", "101")]);
        tree.says("odd", &[("type", "Battery"), ("capacity", &"9".repeat(5_000))]);
        tree.says("new", &[("type", "Fusion"), ("capacity", "7")]);
        tree.says("dark", &[("type", "Mains")]);
        assert_eq!(tree.read(), Power { percent: None, charging: false, mains: None });
        tree.says("BAT0", &[("type", "Battery"), ("capacity", "90")]);
        tree.says("BAT1", &[("type", "Battery"), ("capacity", "1")]);
        assert_eq!(tree.read().percent, Some(45), "two batteries are one");
        assert!(PowerFolder::new(tree.0.join("nowhere")).read().is_err());
    }
}
