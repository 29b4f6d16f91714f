//! `central provision`.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use clap::Args;
use ledger::{Language, Pack, Signer, StaffId};
use replica::Provision;

use super::{CommandError, Opened, Place};
use crate::folder::FolderError;
use crate::keys::SigningKey;
use crate::store::{Enrolled, NewDevice, Profile};

/// The longest name of a device; it stands on slips.
const NAME_CHARACTERS_MAX: usize = 24;

/// The longest name of a hospital: forms take it as the place of a birth.
const HOSPITAL_CHARACTERS_MAX: usize = 80;

#[derive(Args)]
pub struct ProvisionArguments {
    #[command(flatten)]
    place: Place,
    /// Its name in the office, as kiosk-1.
    #[arg(long, value_name = "NAME")]
    device: String,
    #[arg(long)]
    profile: Profile,
    /// A ward that it serves; may be given again. Without any, all wards of the body.
    #[arg(long)]
    ward: Vec<u16>,
    /// The file to write; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The language that it starts in; without it, the body's own.
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// The member of staff whose receipt books it has; without it, the device's own.
    #[arg(long, value_name = "STAFF")]
    operator: Option<u32>,
    /// The hospital that the kiosk stands in: its staff report births and deaths with it.
    #[arg(long, value_name = "NAME")]
    hospital: Option<String>,
    /// How many numbers each of its receipt books has.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=99_999))]
    numbers: u32,
}

pub async fn provision(arguments: ProvisionArguments) -> Result<(), CommandError> {
    let opened = arguments.place.open().await?;
    let now_ms = crate::time::now_ms();
    let pack = opened.trusted.packs.on(crate::time::moment(now_ms).date());
    let wards = wards(&arguments.ward, &pack)?;
    let language = language(arguments.language.as_deref(), &pack)?;
    let name = name(&arguments.device)?;
    let hospital = hospital(arguments.hospital.as_deref(), arguments.profile)?;
    let certificate = opened.folder.certificate()?;
    let key = SigningKey::generate()?;
    let device = NewDevice {
        body: pack.body.code.clone(),
        year: crate::time::financial_year(now_ms),
        name: name.clone(),
        profile: arguments.profile,
        key: SigningKey::read(&key)?.public_key(),
        wards: wards.clone(),
        operator: arguments.operator.map(StaffId),
        book_numbers: arguments.numbers,
        now_ms,
    };
    let failed = |error| FolderError::Write(arguments.out.clone(), error);
    // Made before the device is registered, so that a wrong path registers nothing.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&arguments.out)
        .map_err(failed)?;
    let enrolled = match opened.store.enrol(device).await {
        Ok(enrolled) => enrolled,
        Err(error) => {
            fs::remove_file(&arguments.out).map_err(failed)?;
            return Err(error.into());
        }
    };
    let writer = enrolled.writer;
    let book = enrolled.book.lease.book.clone();
    let profile = arguments.profile;
    let provision = file_of(
        &opened,
        &pack,
        enrolled,
        Made { name, profile, wards, key, certificate, language, hospital },
    );
    file.write_all(&provision.written()).and_then(|()| file.sync_all()).map_err(failed)?;
    println!("{} is device {} with the book {book}.", provision.name, writer.0);
    Ok(())
}

/// What was decided for the device.
struct Made {
    name: String,
    profile: Profile,
    wards: Vec<u16>,
    key: Vec<u8>,
    certificate: Vec<u8>,
    language: Language,
    hospital: Option<String>,
}

fn file_of(opened: &Opened, pack: &Pack, enrolled: Enrolled, made: Made) -> Provision {
    Provision {
        body: pack.body.code.clone(),
        writer: enrolled.writer,
        name: made.name,
        profile: made.profile.code().to_owned(),
        wards: made.wards,
        key: made.key.into(),
        office: opened.trusted.office.public_key(),
        sisters: enrolled.sisters,
        staff: enrolled.staff,
        book: enrolled.book,
        acknowledgements: enrolled.acknowledgements,
        likeness: Some(opened.trusted.office.likeness().to_vec().into()),
        hospital: made.hospital,
        certificate: Some(made.certificate.into()),
        language: made.language,
    }
}

fn name(typed: &str) -> Result<String, CommandError> {
    let sound = |c: char| c.is_ascii_alphanumeric() || c == '-';
    match !typed.is_empty() && typed.len() <= NAME_CHARACTERS_MAX && typed.chars().all(sound) {
        true => Ok(typed.to_owned()),
        false => Err(CommandError::Unusable(format!(
            "a device's name has 1 to {NAME_CHARACTERS_MAX} letters, digits and dashes"
        ))),
    }
}

pub(super) fn wards(asked: &[u16], pack: &Pack) -> Result<Vec<u16>, CommandError> {
    if let Some(ward) = asked.iter().find(|ward| pack.ward(**ward).is_none()) {
        return Err(CommandError::Unusable(format!("the pack has no ward {ward}")));
    }
    if asked.is_empty() {
        return Ok(pack.wards.iter().map(|ward| ward.number).collect());
    }
    Ok(asked.iter().copied().collect::<BTreeSet<_>>().into_iter().collect())
}

/// A hospital's staff report at a kiosk; its name becomes the answer of a form.
fn hospital(typed: Option<&str>, profile: Profile) -> Result<Option<String>, CommandError> {
    let Some(name) = typed.map(str::trim) else { return Ok(None) };
    let short = (1..=HOSPITAL_CHARACTERS_MAX).contains(&name.chars().count());
    match short && profile == Profile::Kiosk {
        true => Ok(Some(name.to_owned())),
        false => Err(CommandError::Unusable(format!(
            "a hospital has a kiosk, and a name of 1 to {HOSPITAL_CHARACTERS_MAX} characters"
        ))),
    }
}

fn language(asked: Option<&str>, pack: &Pack) -> Result<Language, CommandError> {
    let offered = || pack.languages.iter().map(|language| language.code()).collect::<Vec<_>>();
    let Some(code) = asked else {
        return Ok(pack.languages[0]);
    };
    let known = Language::from_code(code).filter(|language| pack.languages.contains(language));
    known.ok_or_else(|| {
        let what = format!("the body does not offer {code}: choose from {}", offered().join(", "));
        CommandError::Unusable(what)
    })
}
