//! The acknowledgement of an application: what a right to services makes it carry. The service and
//! the number, what was handed in and what is missing, by when and by whom it must be answered, and
//! both appeals. It names no person: whoever finds it learns nothing of who applied.

use chrono::NaiveDate;

use super::receipt::place;
use super::{Part, Slip, SlipKind, SlipLine, Writing};
use crate::application::Applied;
use crate::complaint::Complaint;
use crate::language::Language;
use crate::moment::{date_text, day_text};
use crate::pack::{ApplicationWord, ComplaintWord, Pack, Text};
use crate::registration::Reported;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcknowledgementFacts<'a> {
    pub applied: &'a Applied,
    pub number: &'a str,
    pub on: NaiveDate,
    /// "10:42".
    pub time: &'a str,
    /// The ward and the number of the building that it is about.
    pub building: Option<(u16, &'a str)>,
    /// The signed application.
    pub square: &'a str,
    pub check_code: &'a str,
    /// "14-08-2026 09:10", where the clock was not confirmed since.
    pub clock_unverified_since: Option<&'a str>,
    /// Who took it in, where a member of staff did.
    pub taken_by: Option<&'a str>,
    pub practice: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeficiencyFacts<'a> {
    /// As the pack names it.
    pub service: &'a str,
    pub on: NaiveDate,
    pub building: Option<(u16, &'a str)>,
    /// Documents that are needed and were not there, as the pack names them.
    pub missing: &'a [String],
    pub practice: bool,
}

impl Slip {
    pub fn acknowledgement(
        pack: &Pack,
        language: Language,
        facts: &AcknowledgementFacts<'_>,
    ) -> Self {
        let applied = facts.applied;
        let service = applied.service.as_str();
        let title = pack.service_title(service, language).to_owned();
        let mut slip = Writing::titled(pack, language, title.clone(), facts.practice);
        slip.part(Part::Head);
        slip.field(Text::AckNumber, facts.number);
        slip.field(Text::Date, &format!("{} {}", date_text(facts.on), facts.time));
        slip.field(Text::AckService, &title);
        if let Some((ward, number)) = facts.building {
            place(&mut slip, ward, number);
        }
        if let Some(since) = facts.clock_unverified_since {
            slip.push(SlipLine::Text(slip.fill(Text::ClockUnverified, &[("since", since)])));
        }
        slip.part(Part::Documents);
        slip.push(SlipLine::Dashes);
        if let Some(reported) = &applied.reported {
            report(&mut slip, reported);
        }
        match &applied.complaint {
            Some(complaint) => about(&mut slip, complaint),
            None => documents(&mut slip, service, (&applied.handed_in, &applied.missing)),
        }
        slip.part(Part::Answer);
        slip.push(SlipLine::Dashes);
        slip.field(Text::AckDue, &day_text(applied.due));
        match &applied.complaint {
            Some(complaint) => ladder(&mut slip, complaint, (service, facts.on)),
            None => slip.text(Text::AckDueSays),
        }
        for (label, word) in [
            (Text::AckOfficer, ApplicationWord::Officer),
            (Text::AckFirstAppeal, ApplicationWord::FirstAppeal),
            (Text::AckSecondAppeal, ApplicationWord::SecondAppeal),
            (Text::AckContact, ApplicationWord::Contact),
        ] {
            let said = pack.application_word(service, word, language).to_owned();
            slip.field(label, &said);
        }
        if let Some(name) = facts.taken_by {
            slip.field(Text::AckTakenBy, name);
        }
        slip.part(Part::Square);
        slip.push(SlipLine::Square(facts.square.to_owned()));
        slip.push(SlipLine::Centered(slip.say(Text::AckCheck)));
        slip.field(Text::CheckCode, facts.check_code);
        slip.part(Part::Help);
        slip.push(SlipLine::Dashes);
        slip.help();
        slip.finish(SlipKind::Acknowledgement, facts.practice)
    }

    /// What is missing, before anything was handed in. It is no acknowledgement, and says so.
    pub fn deficiency(pack: &Pack, language: Language, facts: &DeficiencyFacts<'_>) -> Self {
        let mut slip = Writing::new(pack, language, Text::TitleDeficiency, facts.practice);
        slip.part(Part::Head);
        slip.field(Text::Date, &date_text(facts.on));
        let title = pack.service_title(facts.service, language).to_owned();
        slip.field(Text::AckService, &title);
        if let Some((ward, number)) = facts.building {
            place(&mut slip, ward, number);
        }
        slip.part(Part::Says);
        slip.text(Text::DeficiencySays);
        slip.part(Part::Documents);
        slip.push(SlipLine::Dashes);
        list(&mut slip, Text::AckMissing, facts.service, facts.missing);
        slip.part(Part::Next);
        slip.push(SlipLine::Dashes);
        slip.text(Text::DeficiencyNext);
        slip.part(Part::Help);
        slip.help();
        slip.finish(SlipKind::Deficiency, facts.practice)
    }
}

/// How late it is, what that costs, and that registering is the Registrar's.
fn report(slip: &mut Writing<'_>, reported: &Reported) {
    let delay = slip.pack.delay_label(&reported.delay, slip.language).to_owned();
    slip.field(Text::ReportDelay, &delay);
    match reported.fee.is_positive() {
        true => slip.field(Text::ReportFee, &format!("₹{}", reported.fee.on_paper())),
        false => slip.text(Text::ReportNoFee),
    }
    slip.text(Text::ReportSays);
    slip.push(SlipLine::Dashes);
}

/// What a complaint is about, and whose it is.
fn about(slip: &mut Writing<'_>, complaint: &Complaint) {
    let (pack, language) = (slip.pack, slip.language);
    let category = pack.complaint_category(&complaint.category, language);
    let ward = pack.ward(complaint.ward).map(|ward| ward.name(language)).unwrap_or_default();
    let known = pack.complaints.category(&complaint.category);
    let office = known.map(|known| pack.complaint_office(&known.office, language));
    let asset = complaint.asset.as_ref().map(|asset| pack.asset_name(asset, language));
    let ward = format!("{} {ward}", complaint.ward);
    let word = |word| pack.complaint_word(word, language).to_owned();
    slip.push(SlipLine::Field { label: word(ComplaintWord::Category), value: category.to_owned() });
    slip.push(SlipLine::Field { label: word(ComplaintWord::Ward), value: ward });
    if let Some(asset) = asset {
        slip.push(SlipLine::Text(asset.to_owned()));
    }
    slip.push(SlipLine::Field {
        label: word(ComplaintWord::Office),
        value: office.unwrap_or_default().to_owned(),
    });
}

/// To whom it goes on where it is not answered, each with the last day of the one before.
fn ladder(slip: &mut Writing<'_>, complaint: &Complaint, (service, on): (&str, NaiveDate)) {
    let (pack, language) = (slip.pack, slip.language);
    let rule = pack.service(service).and_then(|service| service.application.as_ref());
    let (Some(rule), Some(category)) = (rule, pack.complaints.category(&complaint.category)) else {
        return;
    };
    let heading = pack.complaint_word(ComplaintWord::Ladder, language).to_owned();
    slip.push(SlipLine::Heading(heading));
    for rung in &category.ladder {
        let Some(last) = rule.last_day(&pack.calendar, on, rung.days) else { continue };
        let office = pack.complaint_office(&rung.office, language);
        slip.push(SlipLine::Text(format!("{}: {office}", date_text(last))));
    }
}

/// Both lists are always there: nobody shall have to guess what an empty place means.
fn documents(slip: &mut Writing<'_>, service: &str, (handed_in, missing): (&[String], &[String])) {
    match handed_in {
        [] => slip.text(Text::AckNothing),
        handed_in => list(slip, Text::AckHandedIn, service, handed_in),
    }
    match missing {
        [] => slip.text(Text::AckComplete),
        missing => list(slip, Text::AckMissing, service, missing),
    }
}

fn list(slip: &mut Writing<'_>, heading: Text, service: &str, documents: &[String]) {
    slip.push(SlipLine::Heading(slip.say(heading)));
    for document in documents {
        let label = slip.pack.document_label(service, document, slip.language);
        let line = format!("• {label}");
        slip.push(SlipLine::Text(line));
    }
}
