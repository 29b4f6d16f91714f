//! `central staff`.

use std::ops::RangeInclusive;

use argon2::{Argon2, PasswordHasher};
use clap::Args;
use ledger::{CardMark, PublicKey, Signer, StaffId};
use replica::{Member, card_mark, card_number};

use super::{CommandError, Place};
use crate::keys::random;
use crate::lines::first_line;
use crate::store::Role;

/// The longest name that fits the glass.
const NAME_CHARACTERS_MAX: usize = 60;

/// The digits of a PIN.
const PIN_DIGITS: RangeInclusive<usize> = 4..=8;

/// The bytes of a PIN's salt.
const SALT_BYTES: usize = 16;

#[derive(Args)]
pub struct StaffArguments {
    #[command(flatten)]
    place: Place,
    /// Their number in the office's roster.
    #[arg(long)]
    id: u32,
    #[arg(long)]
    name: String,
    #[arg(long)]
    role: Role,
    /// The number of their badge: the ten digits that are printed on it, or what a reader says of
    /// it in hexadecimal digits. Without this they keep the badge that they have.
    #[arg(long, value_name = "NUMBER")]
    badge: Option<String>,
    /// Takes their badge away.
    #[arg(long, conflicts_with = "badge")]
    no_badge: bool,
}

pub async fn staff(arguments: StaffArguments) -> Result<(), CommandError> {
    let name = arguments.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX {
        let what = format!("the name must have 1 to {NAME_CHARACTERS_MAX} characters");
        return Err(CommandError::Unusable(what));
    }
    let opened = arguments.place.open().await?;
    let typed = first_line(PIN_DIGITS.end() + 1).ok_or(CommandError::Pin)?;
    let pin = hashed(&typed)?;
    let receives = arguments.role == Role::Accountant;
    let office = opened.trusted.office.public_key();
    let badge = arguments.badge.as_deref().map(|written| mark(written, &office)).transpose()?;
    let id = StaffId(arguments.id);
    let member = Member { id, name, pin, receives, badge };
    opened.store.add_staff(member, arguments.role).await?;
    if arguments.no_badge {
        opened.store.take_badge(id).await?;
    }
    println!("Staff {} has the role {}.", arguments.id, arguments.role.code());
    Ok(())
}

/// What stands for the badge from now on; its number is written down nowhere.
fn mark(written: &str, office: &PublicKey) -> Result<CardMark, CommandError> {
    let mark = card_number(written).and_then(|number| card_mark(&number, office));
    mark.ok_or_else(|| {
        let what = "the badge has the ten digits that are printed on it, or 8 to 20 hexadecimal \
                    digits that a reader says";
        CommandError::Unusable(what.to_owned())
    })
}

/// A PIN's argon2id hash in PHC form, with the crate's own costs (19 MiB, two passes): a device
/// checks one in well under a second, and a thief has to pay that for each guess.
fn hashed(pin: &str) -> Result<String, CommandError> {
    let digits = pin.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !PIN_DIGITS.contains(&pin.len()) {
        return Err(CommandError::Pin);
    }
    let salt = random::<SALT_BYTES>()?;
    let hash = Argon2::default()
        .hash_password_with_salt(pin.as_bytes(), &salt)
        .expect("a short PIN and a salt of the usual length are always hashed");
    Ok(hash.to_string())
}
