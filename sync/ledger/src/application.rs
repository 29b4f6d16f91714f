//! Applications: what somebody asks of the office without money. An entry is for ever, so that it
//! says only that something was handed in, what and by when the office must answer; what was
//! answered is a file of its own, sealed to the office, which the office can delete.

use chrono::NaiveDate;
use minicbor::{Decode, Encode};
use thiserror::Error;

use crate::chain::Hash;
use crate::complaint::Complaint;
use crate::entry::{StaffId, Writer};
use crate::language::Language;
use crate::moment::date_of;
use crate::number::ReceiptNumber;
use crate::pack::{Application, Document, Pack};
use crate::registration::Reported;

/// The largest sealed file of an application, in bytes: 32 kB of answers, and some pictures.
pub const SEALED_BYTES_MAX: u32 = 1_048_576;

/// The most documents that a service asks for.
pub const DOCUMENTS_MAX: usize = 16;

/// The longest name of a service or a document, in bytes; the pack's limit.
pub(crate) const NAME_BYTES_MAX: usize = 40;

/// The longest reason for an erasure, in characters.
pub const ERASED_REASON_CHARACTERS_MAX: usize = 200;

/// An application, by number from a book of acknowledgements.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Applied {
    #[n(0)]
    pub book: String,
    #[n(1)]
    pub number: u32,
    /// As the rule pack names it.
    #[n(2)]
    pub service: String,
    /// The building that it is about, where it is about one.
    #[n(3)]
    pub building: Option<u32>,
    /// In which the acknowledgement was printed.
    #[n(4)]
    pub language: Language,
    /// The version of the rule pack by which it was taken.
    #[n(5)]
    pub pack: u32,
    /// The last day on which the office may answer, counted from 1970-01-01.
    #[n(6)]
    pub due: i64,
    /// Documents that were handed in with it, as the pack names them, in its order.
    #[n(7)]
    pub handed_in: Vec<String>,
    /// Documents that are needed and were not handed in.
    #[n(8)]
    pub missing: Vec<String>,
    #[n(9)]
    pub sealed: SealedFile,
    /// What it says in the open of the birth or death that it reports.
    #[n(10)]
    pub reported: Option<Reported>,
    /// What it says more where it is a complaint.
    #[n(12)]
    pub complaint: Option<Complaint>,
}

/// A file that only the office can open, as an entry names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SealedFile {
    /// The SHA-256 of the file as it is sealed. A new key seals each, so that nobody can find out
    /// what was in it by trying.
    #[n(0)]
    pub hash: Hash,
    #[n(1)]
    pub bytes: u32,
}

/// Office book: the sealed file of an application was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ApplicationErased {
    #[n(0)]
    pub writer: Writer,
    /// The sequence of the application in its device's chain.
    #[n(1)]
    pub application: u64,
    #[n(2)]
    pub number: ReceiptNumber,
    #[n(3)]
    pub reason: String,
    /// Who did it.
    #[n(4)]
    pub by: StaffId,
}

/// What is wrong with an application in itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ApplicationFault {
    #[error("a name is empty or too long, or there are too many documents")]
    TooLong,
    #[error("a document stands twice")]
    DocumentTwice,
    #[error("its answer is due before it was handed in")]
    DueBefore,
    #[error("it came by a channel, and nobody of the office wrote it down")]
    Nobody,
    #[error("its sealed file has no bytes, or more than {SEALED_BYTES_MAX}")]
    Sealed,
    #[error("what it says of the birth or death that it reports is wrong in itself")]
    Reported,
}

impl Applied {
    /// What can be said of it without the pack. `day` is the day on which it was handed in.
    pub fn check(&self, day: i64) -> Result<(), ApplicationFault> {
        let named = |name: &String| !name.is_empty() && name.len() <= NAME_BYTES_MAX;
        let documents: Vec<&String> = self.handed_in.iter().chain(&self.missing).collect();
        let short = documents.len() <= DOCUMENTS_MAX && documents.iter().all(|name| named(name));
        let short = short && self.complaint.as_ref().is_none_or(Complaint::is_short);
        if !short || !named(&self.service) {
            return Err(ApplicationFault::TooLong);
        }
        let twice = |(place, name): (usize, &&String)| documents[..place].contains(name);
        if documents.iter().enumerate().any(twice) {
            return Err(ApplicationFault::DocumentTwice);
        }
        if self.due < day {
            return Err(ApplicationFault::DueBefore);
        }
        if self.reported.as_ref().is_some_and(|reported| !reported.is_sound()) {
            return Err(ApplicationFault::Reported);
        }
        match (1..=SEALED_BYTES_MAX).contains(&self.sealed.bytes) {
            true => Ok(()),
            false => Err(ApplicationFault::Sealed),
        }
    }
}

/// What the pack that an application names has against it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ApplicationMismatch {
    #[error("{0} is no service of the rule pack that takes applications")]
    NoService(String),
    #[error("the service is about a building, and none is named; or the other way round")]
    Building,
    #[error("the rule pack does not ask for the document {0}, or needs it and hears nothing of it")]
    Document(String),
    #[error("it says that it is a complaint, and the rule pack does not; or the other way round")]
    Complaint,
    #[error("the rule pack has no such category, ward or asset of complaints")]
    NoSuchComplaint,
    #[error("its answer is due on {should}, and it says {says}")]
    Due { should: NaiveDate, says: NaiveDate },
    #[error("the rule pack asks another fee for how late it is, or nothing is reported by it")]
    Delay,
}

/// Holds an application against the pack that it names; `on` is the day on which it was handed in.
/// Which answers were given is sealed, so that a document that only some are asked for may be in
/// either list or in none.
pub fn check_application(
    pack: &Pack,
    applied: &Applied,
    on: NaiveDate,
) -> Result<(), ApplicationMismatch> {
    let service = pack.service(&applied.service);
    let rule = service.and_then(|service| service.application.as_ref());
    let rule = rule.ok_or_else(|| ApplicationMismatch::NoService(applied.service.clone()))?;
    if rule.about_building != applied.building.is_some() {
        return Err(ApplicationMismatch::Building);
    }
    let known = |id: &String| rule.documents.iter().find(|document| document.id == *id);
    let is_needed = |id: &&String| known(id).is_some_and(|document| document.required);
    let strange = applied.handed_in.iter().find(|id| known(id).is_none());
    let strange = strange.or_else(|| applied.missing.iter().find(|id| !is_needed(id)));
    let unheard = |document: &&Document| {
        let heard = applied.handed_in.iter().chain(&applied.missing).any(|id| *id == document.id);
        document.required && document.only_if.is_empty() && !heard
    };
    let unheard = rule.documents.iter().find(unheard).map(|document| &document.id);
    if let Some(id) = strange.or(unheard) {
        return Err(ApplicationMismatch::Document(id.clone()));
    }
    check_delay(pack, rule, applied, on)?;
    let says = date_of(applied.due);
    let days = complaint_days(pack, applied)?.unwrap_or(rule.days);
    match rule.last_day(&pack.calendar, on, days) {
        Some(should) if should == says => Ok(()),
        should => Err(ApplicationMismatch::Due { should: should.unwrap_or(on), says }),
    }
}

/// How late an event was reported is known once the answers are open; that the pack knows such a
/// delay and asks this fee for it is known at once.
fn check_delay(
    pack: &Pack,
    rule: &Application,
    applied: &Applied,
    on: NaiveDate,
) -> Result<(), ApplicationMismatch> {
    let is_asked = |reported: &Reported| {
        let delays = pack.rates.registration_delay.at(on);
        let mut steps = delays.iter().flat_map(|delays| &delays.value.steps);
        steps.any(|step| step.id == reported.delay && step.fee == reported.fee)
    };
    match (&rule.registration, &applied.reported) {
        (None, None) => Ok(()),
        (Some(_), Some(reported)) if is_asked(reported) => Ok(()),
        _ => Err(ApplicationMismatch::Delay),
    }
}

/// The days that a complaint's category has; none where it is no complaint.
fn complaint_days(pack: &Pack, applied: &Applied) -> Result<Option<u16>, ApplicationMismatch> {
    let is_one = pack.complaints.service == applied.service;
    let Some(complaint) = &applied.complaint else {
        return if is_one { Err(ApplicationMismatch::Complaint) } else { Ok(None) };
    };
    if !is_one {
        return Err(ApplicationMismatch::Complaint);
    }
    let is_asset = |id: &String| pack.asset(id).is_some();
    let category = pack.complaints.category(&complaint.category);
    match category.filter(|_| pack.ward(complaint.ward).is_some()) {
        Some(category) if complaint.asset.as_ref().is_none_or(is_asset) => Ok(Some(category.days)),
        _ => Err(ApplicationMismatch::NoSuchComplaint),
    }
}
