//! What a device needs before its desk can open: the configuration, the file that made it, the
//! rule pack. Whatever is missing is said in one sentence that an installer can act on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use flow::{Member, Settings};
use ledger::{Pack, PackFile};
use node::{LinkOptions, Patience, Provision, ProvisionError};
use thiserror::Error;

use crate::config::{Config, DeviceKind, profile_named};

/// What the office calls a kiosk of others, which takes a charge (in Kerala an Akshaya centre).
const CENTRE: &str = "centre";

/// The profile of an officer's handheld, which has the complaints of its wards.
const OFFICER: &str = "officer";

/// Everything that was read; nothing is opened yet.
pub struct Setup {
    pub config: Config,
    pub provision: Provision,
    pub pack: Arc<Pack>,
}

#[derive(Debug, Error)]
pub enum SetupError {
    #[error("{path} cannot be read")]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{path}: {source}")]
    Provision {
        path: PathBuf,
        #[source]
        source: ProvisionError,
    },
    #[error("the rule pack in {path} must be mended:\n{faults}")]
    Pack { path: PathBuf, faults: String },
    #[error("{path} makes a device of {made}, kiosk.toml says {said}")]
    OtherBody { path: PathBuf, made: String, said: String },
    #[error("{path} makes a {made}, kiosk.toml says profile = {said:?}")]
    OtherProfile { path: PathBuf, made: String, said: String },
}

impl Setup {
    pub fn load(config: Config) -> Result<Self, SetupError> {
        let path = &config.provision;
        let provision = Provision::read(&read(path)?)
            .map_err(|source| SetupError::Provision { path: path.clone(), source })?;
        let pack = Arc::new(read_pack(&config.pack)?);
        check_body(&config, &provision, &pack)?;
        Ok(Self { config, provision, pack })
    }

    /// `wards` are those that the office assigned last.
    pub fn settings(&self, wards: &[u16]) -> Settings {
        let has = |kind| self.config.devices.iter().any(|device| device.kind == kind);
        let has_viewfinder = self.config.devices.iter().any(|device| device.kind.is_viewfinder());
        let staff = self.provision.staff.iter();
        Settings {
            name: self.provision.name.clone(),
            profile: self.config.profile,
            language: self.config.language.unwrap_or(self.provision.language),
            wards: wards.to_vec(),
            staff: staff
                .map(|member| Member {
                    id: member.id,
                    name: member.name.clone(),
                    receives: member.receives,
                    badge: member.badge,
                })
                .collect(),
            has_terminal: has(DeviceKind::ZvtTerminal) || self.config.cloud_terminal.is_some(),
            has_scanner: has(DeviceKind::LineScanner) || has(DeviceKind::WedgeScanner),
            has_stick: self.config.carry.stick.is_some(),
            has_camera: has(DeviceKind::CameraFolder) || has_viewfinder,
            has_viewfinder,
            has_card_reader: DeviceKind::CARD_READERS.into_iter().any(has),
            has_scale: has(DeviceKind::LineScale),
            has_gnss: self.config.devices.iter().any(|device| device.kind.is_gnss()),
            battery: self.config.power.limits,
            practice: false,
            is_centre: self.provision.profile == CENTRE,
            hospital: self.provision.hospital.clone(),
            works_complaints: self.provision.profile == OFFICER,
        }
    }

    pub fn link_options(&self) -> LinkOptions {
        LinkOptions {
            url: self.config.centre.clone(),
            certificate: self.provision.certificate.as_ref().map(|der| der.to_vec()),
            plain: self.config.centre.starts_with("http://"),
            patience: Patience::EDGE,
        }
    }
}

/// Reads every file of a pack's folder: its TOML files, and what lies in its folder `forms`. The
/// order of a folder is no part of a pack.
pub fn read_pack(folder: &Path) -> Result<Pack, SetupError> {
    let mut files = Vec::new();
    for path in listed(folder)? {
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push((name_of(&path), read(&path)?));
        }
    }
    let forms = folder.join("forms");
    for path in if forms.is_dir() { listed(&forms)? } else { Vec::new() } {
        let name = format!("forms/{}", name_of(&path));
        if !path.is_dir() {
            files.push((name, read(&path)?));
            continue;
        }
        for sheet in listed(&path)? {
            files.push((format!("{name}/{}", name_of(&sheet)), read(&sheet)?));
        }
    }
    let files: Vec<PackFile<'_>> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    Pack::parse(&files).map_err(|faults| SetupError::Pack {
        path: folder.to_owned(),
        faults: faults.iter().map(|fault| format!("  - {fault}\n")).collect(),
    })
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>, SetupError> {
    let unreadable = |source| SetupError::Read { path: folder.to_owned(), source };
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(unreadable)).collect()
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(path: &Path) -> Result<Vec<u8>, SetupError> {
    std::fs::read(path).map_err(|source| SetupError::Read { path: path.to_owned(), source })
}

/// What stands on the glass of a device that the office made for this: a centre that is not the
/// body's own has a kiosk, and an officer a collector's handheld.
fn glass_of(made: &str) -> Option<flow::Profile> {
    match made {
        CENTRE => Some(flow::Profile::Kiosk),
        OFFICER => Some(flow::Profile::Collector),
        made => profile_named(made),
    }
}

fn check_body(config: &Config, provision: &Provision, pack: &Pack) -> Result<(), SetupError> {
    let path = config.provision.clone();
    if pack.body.id != config.body || provision.body != pack.body.code {
        let (made, said) = (provision.body.clone(), config.body.clone());
        return Err(SetupError::OtherBody { path, made, said });
    }
    if glass_of(&provision.profile) != Some(config.profile) {
        let said = format!("{:?}", config.profile).to_lowercase();
        return Err(SetupError::OtherProfile { path, made: provision.profile.clone(), said });
    }
    Ok(())
}
