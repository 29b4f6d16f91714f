//! Which keys a file is held against. A key in the file is only a claim: the auditor gives the
//! office's, and the office's signature vouches for the device's.

use ledger::{Fact, PublicKey, Writer};
use serde::Serialize;

use super::finding::{Finding, Place};
use super::read::Book;

/// What the auditor brought.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    pub office: Option<PublicKey>,
    /// Keys of devices, as many as there are.
    pub devices: Vec<PublicKey>,
    /// Believe what the file claims of keys: for a demonstration, never for an audit.
    pub trust_file: bool,
}

/// Why a key is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// It was given with the file, not in it.
    Given,
    /// The office's key signed that it is this device's.
    Vouched,
    /// The file claims it, and is believed because it was asked for.
    Believed,
    /// The file claims it, and nobody else: nothing is held against it.
    Claimed,
}

pub(super) struct Known {
    pub office: PublicKey,
    pub office_trust: Trust,
    pub device: PublicKey,
    pub device_trust: Trust,
}

impl Trust {
    pub fn is_good(self) -> bool {
        self != Self::Claimed
    }
}

pub(super) fn settle(
    book: &Book,
    writer: Writer,
    keys: &Keys,
    findings: &mut Vec<Finding>,
) -> Known {
    let claimed = if keys.trust_file { Trust::Believed } else { Trust::Claimed };
    let (office, office_trust) = match keys.office {
        Some(given) => (given, Trust::Given),
        None => (book.first.office, claimed),
    };
    if office != book.first.office {
        let what = "it names another key of the office than the one that was given";
        findings.push(Finding::altered(Place::FirstLine, what));
    }
    let vouched = match office_trust.is_good() {
        true => vouched(book, writer, &office, findings),
        false => None,
    };
    let own = book.first.device;
    let (device, device_trust) = match (&keys.devices[..], vouched) {
        _ if writer == Writer::OFFICE => (office, office_trust),
        ([], Some(vouched)) => (vouched, Trust::Vouched),
        ([], None) => (own, claimed),
        (given, _) if given.contains(&own) => (own, Trust::Given),
        (given, Some(vouched)) if given.contains(&vouched) => (vouched, Trust::Given),
        ([first, ..], _) => (*first, Trust::Given),
    };
    if device != own && writer != Writer::OFFICE {
        let what = "it names another key of the device than the one that is known";
        findings.push(Finding::altered(Place::FirstLine, what));
    }
    Known { office, office_trust, device, device_trust }
}

/// The device's key by the office's word in the file.
fn vouched(
    book: &Book,
    writer: Writer,
    office: &PublicKey,
    findings: &mut Vec<Finding>,
) -> Option<PublicKey> {
    let (line, signed) = book.enrolment.as_ref()?;
    let place = Place::Line(*line);
    if signed.verify(office).is_err() {
        let what = "the office did not sign this word on the device's key";
        findings.push(Finding::altered(place, what));
        return None;
    }
    match &signed.notice.entry.fact {
        Fact::DeviceEnrolled(enrolment) if enrolment.writer == writer => Some(enrolment.key),
        _ => {
            findings.push(Finding::altered(place, "the office's word is not on this device"));
            None
        }
    }
}
