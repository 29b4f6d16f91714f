//! Reads pack.toml and wards.toml.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::assets::{self, Asset};
use super::body::{
    Body, BodyKind, Head, Instruments, Limits, Reprint, Service, Upi, Ward, WasteKind, heads,
};
use super::calendar::Calendar;
use super::complaints::{self, Complaints};
use super::facilities::{self, Facility};
use super::figure::{Certainty, certainty};
use super::forms::Forms;
use super::reader::Section;
use super::slips::Templates;
use super::texts::Texts;
use super::{Pack, Rates, applications, records, services};
use crate::instrument::InstrumentKind;
use crate::language::Language;
use crate::money::Paise;
use crate::record::RecordField;
use crate::visit::VisitOutcome;

/// The content of pack.toml.
pub(super) struct Main {
    pub(super) languages: Vec<Language>,
    body: Body,
    pub(super) services: Vec<Service>,
    pub(super) heads: Vec<Head>,
    waste_kinds: Vec<WasteKind>,
    limits: Limits,
    upi: Upi,
    reprint: Reprint,
    instruments: Instruments,
    calendar: Calendar,
    public_address: String,
    notes: Vec<Paise>,
    record_fields: Vec<RecordField>,
    facilities: Vec<Facility>,
    assets: Vec<Asset>,
    complaints: Complaints,
}

impl Main {
    /// The texts that this pack's own services, heads and kinds need.
    pub(super) fn text_paths(&self) -> Vec<String> {
        let services = self.services.iter().flat_map(|service| {
            let bill = if service.bill.is_some() { &["biller", "unit"][..] } else { &[] };
            let parts = ["title", "help"].into_iter().chain(bill.iter().copied());
            parts.map(|part| format!("services.{}.{part}", service.id))
        });
        let heads = self
            .heads
            .iter()
            .flat_map(|head| ["label", "brief"].map(|part| format!("heads.{}.{part}", head.code)));
        let kinds = self.waste_kinds.iter().map(|kind| format!("waste_kinds.{}", kind.id));
        let outcomes = VisitOutcome::ALL.map(|outcome| format!("outcomes.{}", outcome.code()));
        let fields = self.record_fields.iter().flat_map(records::text_paths);
        let elsewhere = self.services.iter().filter(|service| service.address.is_some());
        let elsewhere = elsewhere.flat_map(|service| {
            ["says", "bring"].map(|part| format!("services.{}.{part}", service.id))
        });
        let facilities = self.facilities.iter().flat_map(facilities::text_paths);
        let assets = self.assets.iter().flat_map(assets::text_paths);
        let services = services.chain(elsewhere).chain(facilities).chain(assets);
        let applications = self.services.iter().flat_map(|service| {
            let application = service.application.iter();
            application.flat_map(|it| applications::text_paths(&service.id, it))
        });
        let complaints = complaints::text_paths(&self.complaints);
        let services = services.chain(applications).chain(complaints);
        services.chain(heads).chain(kinds).chain(outcomes).chain(fields).collect()
    }

    pub(super) fn into_pack(
        self,
        rates: Rates,
        wards: Vec<Ward>,
        texts: BTreeMap<Language, Texts>,
        forms: Forms,
        slips: Templates,
        hash: [u8; 32],
    ) -> Pack {
        Pack {
            body: self.body,
            languages: self.languages,
            services: self.services,
            heads: self.heads,
            wards,
            waste_kinds: self.waste_kinds,
            limits: self.limits,
            upi: self.upi,
            reprint: self.reprint,
            instruments: self.instruments,
            calendar: self.calendar,
            public_address: self.public_address,
            notes: self.notes,
            record_fields: self.record_fields,
            facilities: self.facilities,
            assets: self.assets,
            complaints: self.complaints,
            rates,
            texts,
            forms,
            slips,
            hash,
        }
    }
}

pub(super) fn read(root: Section<'_>) -> Main {
    let services = services::read(&root);
    let facilities = facilities::read(&root, &services);
    let main = Main {
        languages: read_languages(&root),
        body: read_body(&root),
        assets: assets::read(&root, &services, &facilities),
        complaints: complaints::read(&root, &services),
        facilities,
        services,
        heads: read_heads(&root),
        waste_kinds: read_waste_kinds(&root),
        limits: read_limits(&root),
        upi: read_upi(&root),
        reprint: read_reprint(&root),
        instruments: read_instruments(&root),
        calendar: Calendar::read(&root),
        public_address: read_address(&root),
        notes: read_notes(&root),
        record_fields: records::read(&root),
    };
    root.finish();
    main
}

pub(super) fn read_wards(root: Section<'_>, languages: &[Language]) -> Vec<Ward> {
    let read = |section: Section<'_>| {
        let names = section.section("name").map(|names| {
            let each = languages.iter().map(|language| (*language, names.text(language.code())));
            let read = each.collect();
            names.finish();
            read
        });
        let number = section.whole("number", 1..=WARDS_MAX);
        section.finish();
        let number = u16::try_from(number).expect("checked against the most wards");
        Ward { number, names: names.unwrap_or_default() }
    };
    let mut wards: Vec<Ward> = Vec::new();
    for ward in root.sections("ward").into_iter().map(read) {
        if wards.iter().any(|other| other.number == ward.number) {
            root.fault(format!("ward {} stands twice", ward.number));
        }
        wards.push(ward);
    }
    root.finish();
    wards
}

/// Above the largest corporation's.
const WARDS_MAX: i64 = 999;

/// Thirty days, for which a device promises to keep what it has.
const HOURS_MAX: i64 = 720;

/// From a picture that shows something to what a handheld may hold in its memory.
const PHOTO_BYTES: std::ops::RangeInclusive<i64> = 1_000..=4_000_000;

/// None at all, to what a good line takes in an hour.
const PHOTO_DAY_BYTES: std::ops::RangeInclusive<i64> = 0..=1_000_000_000;

/// A day.
const SECONDS_MAX: i64 = 86_400;

fn read_body(root: &Section<'_>) -> Body {
    let unknown = || Body {
        id: String::new(),
        code: String::new(),
        kind: BodyKind::GramaPanchayat,
        state: String::new(),
        version: 0,
        effective: NaiveDate::default(),
        synthetic: true,
        remote: false,
    };
    let Some(section) = root.section("body") else {
        return unknown();
    };
    let kinds = [
        ("grama_panchayat", BodyKind::GramaPanchayat),
        ("municipality", BodyKind::Municipality),
        ("corporation", BodyKind::Corporation),
    ];
    let body = Body {
        id: name(&section, "id"),
        code: section.text("code"),
        kind: section.one_of("kind", &kinds),
        state: section.text("state"),
        version: number(&section, "version", 1..=1_000_000),
        effective: section.date("effective"),
        synthetic: section.yes("synthetic"),
        remote: section.yes("remote"),
    };
    if body.code.len() > 8
        || !body.code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    {
        section.fault_at("code", "must be at most eight capital letters and digits");
    }
    section.finish();
    body
}

fn read_languages(root: &Section<'_>) -> Vec<Language> {
    let codes = root.list("languages");
    let languages: Vec<Language> = codes.iter().filter_map(|c| Language::from_code(c)).collect();
    if languages.is_empty() || languages.len() != codes.len() {
        root.fault_at("languages", "must be a list of en, ml, hi, mr, or");
    }
    languages
}

fn read_heads(root: &Section<'_>) -> Vec<Head> {
    let read = |section: Section<'_>| {
        let head = Head {
            code: section.text("code"),
            account: section.text("account"),
            certainty: certainty(&section),
            source: section.text("source"),
        };
        section.finish();
        head
    };
    let all: Vec<Head> = root.sections("head").into_iter().map(read).collect();
    for code in heads::ALL.iter().filter(|code| !all.iter().any(|head| head.code == **code)) {
        root.fault(format!("head {code} is missing"));
    }
    refuse_twins(root, "head", &all, |head| &head.code);
    all
}

fn read_waste_kinds(root: &Section<'_>) -> Vec<WasteKind> {
    let read = |section: Section<'_>| {
        let months = section.list("months");
        let read: Vec<u32> = months.iter().filter_map(|month| month.parse().ok()).collect();
        let valid = read.len() == months.len() && read.iter().all(|m| (1..=12).contains(m));
        if !valid {
            section.fault_at("months", "must be a list of months from 1 to 12");
        }
        let kind = WasteKind { id: name(&section, "id"), months: read };
        section.finish();
        kind
    };
    let kinds: Vec<WasteKind> = root.sections("waste_kind").into_iter().map(read).collect();
    refuse_twins(root, "waste_kind", &kinds, |kind| &kind.id);
    kinds
}

fn read_limits(root: &Section<'_>) -> Limits {
    let Some(section) = root.section("limits") else {
        return Limits {
            receipt_max: Paise::ZERO,
            cash_cap: Paise::ZERO,
            cash_hours_max: 0,
            upi_expiry_s: 0,
            idle_s: 0,
            count_s: 0,
            pay_page_deadline_s: 0,
            round_houses_max: 0,
            handheld_houses_max: 0,
            photo_bytes_max: 0,
            photo_bytes_a_day: 0,
            months_advance_max: 0,
        };
    };
    let seconds = |key| number(&section, key, 5..=SECONDS_MAX);
    let limits = Limits {
        receipt_max: section.money("receipt_max"),
        cash_cap: section.money("cash_cap"),
        cash_hours_max: number(&section, "cash_hours_max", 1..=HOURS_MAX),
        upi_expiry_s: seconds("upi_expiry_s"),
        idle_s: seconds("idle_s"),
        count_s: seconds("count_s"),
        pay_page_deadline_s: seconds("pay_page_deadline_s"),
        round_houses_max: number(&section, "round_houses_max", 1..=100_000),
        handheld_houses_max: number(&section, "handheld_houses_max", 1..=100_000),
        photo_bytes_max: number(&section, "photo_bytes_max", PHOTO_BYTES),
        photo_bytes_a_day: number(&section, "photo_bytes_a_day", PHOTO_DAY_BYTES),
        months_advance_max: u16::try_from(section.whole("months_advance_max", 0..=24))
            .expect("checked to be at most 24"),
    };
    section.finish();
    limits
}

fn read_upi(root: &Section<'_>) -> Upi {
    let Some(section) = root.section("upi") else {
        let empty = String::new;
        let certainty = Certainty::Unverified;
        return Upi { address: empty(), category: empty(), certainty, source: empty() };
    };
    let upi = Upi {
        address: section.text("address"),
        category: section.text("category"),
        certainty: certainty(&section),
        source: section.text("source"),
    };
    let named = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b))
    };
    if !upi.address.split_once('@').is_some_and(|(user, bank)| named(user) && named(bank)) {
        section.fault_at("address", "must be a payment address, name@bank");
    }
    if upi.category.len() != 4 || !upi.category.bytes().all(|b| b.is_ascii_digit()) {
        section.fault_at("category", "must have four digits");
    }
    section.finish();
    upi
}

fn read_reprint(root: &Section<'_>) -> Reprint {
    let words = [
        ("certificate_of_remittance", Reprint::CertificateOfRemittance),
        ("marked_duplicate", Reprint::MarkedDuplicate),
    ];
    let Some(section) = root.section("reprint") else {
        return Reprint::CertificateOfRemittance;
    };
    let rule = section.one_of("rule", &words);
    certainty(&section);
    section.text("source");
    section.finish();
    rule
}

fn read_instruments(root: &Section<'_>) -> Instruments {
    let Some(section) = root.section("instruments") else {
        let (accepted, source) = (Vec::new(), String::new());
        return Instruments { accepted, valid_days: 0, certainty: Certainty::Unverified, source };
    };
    let codes = section.list("accepted");
    let accepted: Vec<InstrumentKind> =
        codes.iter().filter_map(|code| InstrumentKind::from_code(code)).collect();
    if accepted.len() != codes.len() {
        section.fault_at("accepted", "must be a list of cheque, demand_draft");
    }
    let instruments = Instruments {
        accepted,
        valid_days: u16::try_from(section.whole("valid_days", 1..=366)).expect("checked above"),
        certainty: certainty(&section),
        source: section.text("source"),
    };
    section.finish();
    instruments
}

fn read_address(root: &Section<'_>) -> String {
    let address = root.text("public_address");
    if !address.starts_with("https://") || address.ends_with('/') {
        root.fault_at("public_address", "must begin with https:// and not end with a slash");
    }
    address
}

fn read_notes(root: &Section<'_>) -> Vec<Paise> {
    let written = root.list("notes");
    let notes: Vec<Paise> = written.iter().filter_map(|note| Paise::parse(note).ok()).collect();
    let falling = notes.windows(2).all(|pair| pair[0] > pair[1]);
    if notes.len() != written.len() || !falling || notes.iter().any(|note| !note.is_positive()) {
        root.fault_at("notes", "must be a list of rupees, largest first");
    }
    notes
}

/// A short name of a thing: small letters, digits and underscores.
pub(super) fn name(section: &Section<'_>, key: &str) -> String {
    let text = section.text(key);
    let valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if text.len() > 40 || !text.bytes().all(valid) {
        section.fault_at(key, "must be small letters, digits and underscores, at most 40");
    }
    text
}

fn number(section: &Section<'_>, key: &str, range: std::ops::RangeInclusive<i64>) -> u32 {
    u32::try_from(section.whole(key, range)).expect("every range lies within 32 bits")
}

pub(super) fn refuse_twins<T>(
    root: &Section<'_>,
    kind: &str,
    all: &[T],
    id: impl Fn(&T) -> &String,
) {
    for (place, one) in all.iter().enumerate() {
        if all[..place].iter().any(|other| id(other) == id(one)) {
            root.fault(format!("{kind} {} stands twice", id(one)));
        }
    }
}
