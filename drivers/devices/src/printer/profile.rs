//! What is known of each printer model, from a file that an installer can read and extend.

use serde::Deserialize;

/// More rows than this in one picture overrun the buffers of small printers.
pub const BAND_ROWS_MAX: u16 = 128;

const BUILT_IN: &str = include_str!("../../profiles.toml");

/// How a printer tells that a slip is out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Barrier {
    /// GS ( H: the printer repeats a mark when what stands before it is printed.
    ProcessId,
    /// GS r 1: the printer answers in order, so the answer comes after the print.
    Status,
    /// Nothing comes back.
    None,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterProfile {
    pub name: String,
    pub dots: u16,
    pub band_rows: u16,
    pub barrier: Barrier,
    pub cutter: bool,
    pub drawer: bool,
    pub motion_unit_dpi: u8,
    pub pace_rows_per_second: u32,
    pub tear_rows: u16,
}

#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error("the printer profiles cannot be read")]
    Form(#[source] Box<toml::de::Error>),
    #[error("the printer profile \"{name}\" has {what}")]
    Range { name: String, what: &'static str },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    profile: Vec<PrinterProfile>,
}

impl PrinterProfile {
    /// A profile of the file that comes with the program.
    pub fn named(name: &str) -> Option<PrinterProfile> {
        PrinterProfile::built_in().into_iter().find(|profile| profile.name == name)
    }

    pub fn built_in() -> Vec<PrinterProfile> {
        PrinterProfile::parse(BUILT_IN).expect("the file that comes with the program is tested")
    }

    /// Reads profiles that an installer wrote.
    pub fn parse(text: &str) -> Result<Vec<PrinterProfile>, ProfileError> {
        let file: ProfileFile =
            toml::from_str(text).map_err(|error| ProfileError::Form(Box::new(error)))?;
        for profile in &file.profile {
            if let Some(what) = profile.fault() {
                return Err(ProfileError::Range { name: profile.name.clone(), what });
            }
        }
        Ok(file.profile)
    }

    fn fault(&self) -> Option<&'static str> {
        if self.dots == 0 || !self.dots.is_multiple_of(8) {
            Some("a number of dots that is not a multiple of 8")
        } else if !(1..=BAND_ROWS_MAX).contains(&self.band_rows) {
            Some("a number of band rows that is not from 1 to 128")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profiles_that_come_with_the_program_are_sound_and_named_once() {
        let profiles = PrinterProfile::built_in();
        for profile in &profiles {
            let same = profiles.iter().filter(|other| other.name == profile.name).count();
            assert_eq!(same, 1, "{}", profile.name);
        }
        assert_eq!(PrinterProfile::named("generic-58").unwrap().barrier, Barrier::None);
        assert_eq!(PrinterProfile::named("typewriter"), None);
    }

    #[test]
    fn a_profile_that_cannot_work_is_refused_by_name() {
        let wrong = BUILT_IN.replacen("band_rows = 128", "band_rows = 129", 1);
        let error = PrinterProfile::parse(&wrong).unwrap_err();
        assert!(error.to_string().contains("epson-tm-t82"), "{error}");
        let unknown = BUILT_IN.replacen("band_rows =", "bandrows =", 1);
        assert!(matches!(PrinterProfile::parse(&unknown), Err(ProfileError::Form(_))));
    }
}
