//! What comes as a file or a whole message: packed messages, the centre's answers, provision files,
//! exports, rule packs, documents of a day, configurations.

use std::path::Path;
use std::sync::LazyLock;

use chrono::NaiveDate;
use devices::PrinterProfile;
use kiosk::config::Config;
use ledger::{
    Building, CardMark, Demand, Entry, Head, Language, Pack, PackFault, Service, ServiceKind,
    Signer, StaffId, apportion, sha256,
};
use replica::audit::{self, Book, Keys, Verdict};
use replica::{
    Answer, Attestation, DayDocument, Lock, MESSAGE_BYTES_MAX, Member, PackOffer, PackingError,
    Provision, Quarantined, Question, Rejection, SignedAttestation, pack, unpack,
};

use super::samples::{BOOKS, CHECKPOINTS, LEASES, NOTICES, encoded, enrolment, text};
use super::signed::is_read_again;
use crate::books::{BODY, DEVICE};
use crate::sample;

/// A limit that small inputs reach as well.
const SMALL_MAX: usize = 4_096;

/// Nothing longer than the limit comes out, however it is packed; and what was packed comes out.
pub fn packing(bytes: &[u8]) -> bool {
    let packed = pack(bytes);
    assert!(unpack(&packed, bytes.len()).is_ok_and(|unpacked| unpacked == bytes));
    if let Some(less) = bytes.len().checked_sub(1) {
        assert!(unpack(&packed, less).is_err(), "more than {less} bytes");
    }
    match unpack(bytes, SMALL_MAX) {
        Ok(unpacked) => {
            assert!(unpacked.len() <= SMALL_MAX);
            true
        }
        Err(PackingError::Torn(_) | PackingError::TooLarge(_)) => false,
    }
}

pub fn packed_samples() -> Vec<Vec<u8>> {
    let entry = BOOKS.entries[0].canonical();
    let bomb = vec![0; 100 * SMALL_MAX];
    [entry.repeat(20), Vec::new(), bomb].iter().map(|message| pack(message)).collect()
}

/// The centre's answer, and every building in it as far as the glass.
pub fn answer(bytes: &[u8]) -> bool {
    let raw = Answer::read(bytes).ok();
    assert!(raw.is_none() || bytes.len() <= MESSAGE_BYTES_MAX);
    let Ok(answer) = Answer::read(&pack(bytes)) else { return raw.is_some() };
    is_read_again(&answer);
    let office = BOOKS.office.public_key();
    for signed in answer.checkpoint.iter().filter(|signed| signed.verify(&office).is_ok()) {
        assert!(CHECKPOINTS.contains(signed), "never signed: {signed:?}");
    }
    let attestation = answer.attestation.filter(|word| word.verify(&office).is_ok());
    assert!(attestation.is_none_or(|word| word == attested()), "never signed: {attestation:?}");
    for signed in answer.notices.iter().filter(|signed| signed.verify(&office).is_ok()) {
        assert!(NOTICES.contains(signed), "never signed: {signed:?}");
    }
    for building in answer.buildings.iter().filter(|building| building.check(BODY).is_ok()) {
        owes(&PACK, building);
    }
    true
}

pub fn answers() -> Vec<Vec<u8>> {
    let full = Answer {
        acknowledged: 40,
        checkpoint: CHECKPOINTS.last().copied(),
        notices: NOTICES.clone(),
        office_to: 3,
        buildings: BUILDINGS.clone(),
        register_to: 60,
        more: true,
        rejection: None,
        gone: Some(vec![7, 345]),
        quarantined: vec![Quarantined {
            seq: 9,
            reason: "a rule".to_owned(),
            cause: Some(ledger::ApartCause::Ward),
        }],
        at_ms: BOOKS.closed_ms,
        attestation: Some(attested()),
        records: None,
        pack: Some(PackOffer {
            version: 4,
            bytes: 12,
            digest: sha256(b"a pack"),
            file: Some(b"padi pack fi".to_vec().into()),
        }),
    };
    let refused = Answer {
        checkpoint: None,
        notices: Vec::new(),
        buildings: Vec::new(),
        rejection: Some(Rejection::Damaged("entry 3 cannot be read".to_owned())),
        ..full.clone()
    };
    let streets = Answer { notices: Vec::new(), checkpoint: None, ..full.clone() };
    [&full, &refused, &streets].into_iter().map(encoded).chain([full.sealed()]).collect()
}

/// What a device asked in the short form.
fn question(brief: bool) -> Question {
    let head = (!brief).then(|| Head { seq: 40, hash: [6; 32].into() });
    let request = sha256(b"a request");
    let (office_after, register_after, records) = (3, 60, Some((7, 2)));
    Question { writer: DEVICE, request, head, office_after, register_after, records, brief }
}

/// The bytes as a short answer, to one who sent entries and to one who only asked.
pub fn short_answer(bytes: &[u8]) -> bool {
    let read = [true, false].map(|brief| {
        let read = Answer::read_for(bytes, Some(&question(brief)));
        let Ok(Some(answer)) = read else { return false };
        is_read_again(&answer);
        let office = BOOKS.office.public_key();
        let word = answer.attestation.filter(|word| word.verify(&office).is_ok());
        let known = word.is_none_or(|word| words().contains(&word));
        assert!(known, "never signed: {word:?}");
        true
    });
    read.contains(&true)
}

/// What the office signed: with and without a head, and that the device is locked.
fn words() -> Vec<SignedAttestation> {
    let free = Attestation { lock: None, ..attested().attestation };
    let own = Attestation { head: question(false).head, ..free };
    let other = Attestation { head: Some(Head::before_first(DEVICE)), ..free };
    let signed = [free, own, other].map(|word| word.signed(&BOOKS.office));
    [&signed[..], &[attested()]].concat()
}

pub fn short_answers() -> Vec<Vec<u8>> {
    let mut samples = Vec::new();
    for word in words() {
        let head = word.attestation.head;
        let quiet = Answer {
            acknowledged: head.map_or(0, |head| head.seq),
            office_to: 9,
            register_to: 60,
            attestation: Some(word),
            ..Answer::empty(BOOKS.closed_ms)
        };
        let full = Answer { notices: NOTICES.clone(), more: true, ..quiet.clone() };
        for answer in [quiet, full] {
            samples.push(answer.sealed_short(&question(false)));
        }
    }
    samples
}

/// The office's word on one request, and that the device is locked.
fn attested() -> SignedAttestation {
    let held = Some(Head::before_first(DEVICE));
    let lock = Lock { since_ms: BOOKS.closed_ms, parts_at: Some(7), held, full: false };
    let request = sha256(b"a request");
    Attestation { writer: DEVICE, request, at_ms: BOOKS.closed_ms, lock: Some(lock), head: None }
        .signed(&BOOKS.office)
}

/// What a building owes can be told, or is refused; whatever is paid adds up.
fn owes(pack: &Pack, building: &Building) {
    let demands = [
        Demand::of(pack, building, today(), &[]),
        Demand::of_waste_fee(pack, building, today(), &[], 2),
    ];
    demands.into_iter().flatten().for_each(|demand| pays_whole(&demand));
}

/// What a service of fees takes where every question has the same answer.
fn asks(pack: &Pack, service: &Service) {
    for value in ["", "0", "1", "7.50", "this", "99999999999"] {
        let questions = pack.rates.fees.questions(&service.id, today());
        let answer = |name: &str| ledger::Answer { name: name.to_owned(), value: value.to_owned() };
        let answers: Vec<_> = questions.into_iter().map(answer).collect();
        let Ok(demand) = Demand::of_fees(pack, service, &answers, today()) else { continue };
        for line in demand.periods.iter().flat_map(|due| &due.lines) {
            line.why(pack, Language::En);
        }
        pays_whole(&demand);
    }
}

fn pays_whole(demand: &Demand) {
    demand.amounts();
    demand.left_after(demand.total);
    if let Ok(lines) = apportion(demand, demand.total) {
        let sum = ledger::Paise::sum(lines.iter().map(|line| line.amount));
        assert_eq!(sum, Ok(demand.total), "{lines:?}");
    }
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 8, 3).expect("a day of the calendar")
}

pub(super) static BUILDINGS: LazyLock<Vec<Building>> = LazyLock::new(|| {
    let mut register = sample::buildings(&PACK, 7, today());
    register.retain(|building| !building.demands.is_empty());
    register.truncate(4);
    register
});

/// The pack that is shipped.
pub(super) static PACK: LazyLock<Pack> = LazyLock::new(|| {
    let files: Vec<(&str, &str)> = PACK_FILES.to_vec();
    Pack::parse(&files).expect("the shipped pack is sound")
});

macro_rules! shipped {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../fleet/packs/padippuram/", $name)))
    };
}

pub(super) const PACK_FILES: [(&str, &str); 8] = [
    shipped!("pack.toml"),
    shipped!("rates.toml"),
    shipped!("wards.toml"),
    shipped!("texts.en.toml"),
    shipped!("texts.ml.toml"),
    shipped!("texts.hi.toml"),
    shipped!("texts.mr.toml"),
    shipped!("texts.or.toml"),
];

/// Stands before each file's name where a whole pack is one input.
const FILE_MARK: &str = "\u{1c}";

/// The files of a pack, each behind its name. What is owed by a pack that is taken can be told.
pub fn rule_pack(bytes: &[u8]) -> bool {
    let Ok(pack) = parsed(bytes) else { return false };
    for building in &*BUILDINGS {
        owes(&pack, building);
    }
    for service in &pack.services {
        pack.service_title(&service.id, Language::En);
        asks(&pack, service);
    }
    assert!(pack.service_of(ServiceKind::PropertyTax).is_none_or(|service| !service.id.is_empty()));
    true
}

fn parsed(bytes: &[u8]) -> Result<Pack, Vec<PackFault>> {
    let text = text(bytes);
    let files = text.split(FILE_MARK).filter_map(|file| file.split_once('\n'));
    let files: Vec<(&str, &str)> = files.collect();
    Pack::parse(&files)
}

/// In one language, so that it is read quickly, and whole.
pub fn rule_packs() -> Vec<Vec<u8>> {
    let joined = |files: &[(&str, String)]| {
        let file = |(name, content): &(&str, String)| format!("{FILE_MARK}{name}\n{content}");
        files.iter().map(file).collect::<String>().into_bytes()
    };
    let all: Vec<(&str, String)> =
        PACK_FILES.iter().map(|(name, content)| (*name, (*content).to_owned())).collect();
    let mut english = all[..4].to_vec();
    let five = r#"languages = ["ml", "en", "hi", "mr", "or"]"#;
    english[0].1 = english[0].1.replace(five, r#"languages = ["en"]"#);
    english[2].1 = english[2].1.lines().map(in_english).collect();
    let samples = vec![joined(&english), joined(&english), joined(&english), joined(&all)];
    for sample in &samples {
        parsed(sample).expect("the shipped pack is taken");
    }
    samples
}

/// A line without what it says in the other languages, which stand behind the English.
fn in_english(line: &str) -> String {
    match line.split_once(", ml = ") {
        Some((english, _)) => format!("{english} }}\n"),
        None => format!("{line}\n"),
    }
}

pub fn provision(bytes: &[u8]) -> bool {
    let Ok(read) = Provision::read(bytes) else { return false };
    assert!(bytes.len() <= 256 * 1_024, "{} bytes", bytes.len());
    let again = Provision::read(&read.written());
    assert_eq!(again.ok().as_ref(), Some(&read));
    true
}

pub fn provisions() -> Vec<Vec<u8>> {
    let member = |id, name: &str| Member {
        id: StaffId(id),
        name: name.to_owned(),
        receives: false,
        badge: Some(CardMark::from([id as u8; 16])),
        pin: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA".to_owned(),
    };
    let provision = Provision {
        body: BODY.to_owned(),
        writer: DEVICE,
        name: "kiosk-1".to_owned(),
        profile: "kiosk".to_owned(),
        wards: vec![7, 8],
        key: vec![0x30; 83].into(),
        office: BOOKS.office.public_key(),
        sisters: vec![enrolment()],
        staff: vec![member(11, "Beena K."), member(21, "രമേശൻ")],
        book: LEASES[0].clone(),
        certificate: Some(vec![0x30, 0x82, 1, 2].into()),
        language: Language::Ml,
        acknowledgements: None,
        likeness: None,
        hospital: None,
    };
    let bare = Provision { certificate: None, staff: Vec::new(), ..provision.clone() };
    vec![provision.written(), bare.written()]
}

/// An auditor's file. Whatever is found complete holds the entries as they were written.
pub fn export(bytes: &[u8]) -> bool {
    let Ok(book) = Book::read(bytes) else { return false };
    let keys = Keys {
        office: Some(BOOKS.office.public_key()),
        devices: vec![BOOKS.device.public_key()],
        trust_file: false,
    };
    let report = audit::check(&book, &keys);
    if report.verdict() == Verdict::Complete {
        let found = book.entries.iter().map(|entry| (entry.seq, entry.canonical.clone()));
        let written = BOOKS.entries.iter().map(|entry| (entry.seq, entry.canonical()));
        assert!(found.eq(written), "complete, and not what was written");
        assert!(report.sealed.is_some(), "complete, and nobody closed it");
    }
    audit::check(&book, &Keys { trust_file: true, ..Keys::default() });
    assert!(report.parts_from(&report).is_none(), "a file parts from itself");
    true
}

pub fn exports() -> Vec<Vec<u8>> {
    vec![BOOKS.device_export(), BOOKS.office_export()]
}

const DAY: i64 = 20_668;

/// A document of a day: as it is, and with its checksum made right, as only a forger would.
pub fn day_document(bytes: &[u8]) -> bool {
    let accepted = [goes_on(bytes), goes_on(&with_checksum(bytes))];
    accepted.contains(&true)
}

/// Whatever is loaded is saved so that it loads as the same, and takes the next entry.
fn goes_on(saved: &[u8]) -> bool {
    let Ok(mut document) = DayDocument::load(DEVICE, DAY, saved) else { return false };
    let (head, saved) = (document.head(), document.save());
    let mut again = DayDocument::load(DEVICE, DAY, &saved).expect("saved just now");
    assert_eq!(again.head(), head);
    again.add(BOOKS.entries.last().expect("a day of entries")).expect("the next entry");
    again.save();
    true
}

/// The first chunk's checksum is the beginning of a hash over all that follows it but for the first
/// eight bytes: four of a mark, four of the checksum.
fn with_checksum(saved: &[u8]) -> Vec<u8> {
    let mut saved = saved.to_vec();
    if saved.len() > 8 {
        let (checksum, rest) = saved[4..].split_at_mut(4);
        checksum.copy_from_slice(&ledger::sha256(rest)[..4]);
    }
    saved
}

pub fn day_documents() -> Vec<Vec<u8>> {
    let of = |entries: &[Entry]| {
        let mut document = DayDocument::new(DEVICE, DAY);
        entries.iter().for_each(|entry| document.add(entry).expect("a day's entry"));
        document.save()
    };
    let last = BOOKS.entries.len() - 1;
    let samples = vec![of(&[]), of(&BOOKS.entries[..1]), of(&BOOKS.entries[..last])];
    assert!(samples.iter().all(|saved| goes_on(saved)), "a document as it was saved");
    assert_ne!(Head::before_first(DEVICE).seq, last as u64);
    samples
}

/// kiosk.toml. The centre is reached under TLS, or on this machine.
pub fn config(bytes: &[u8]) -> bool {
    let text = text(bytes);
    let Ok(config) = Config::parse(&text, Path::new("/etc/padi")) else { return false };
    assert!(config.devices.len() <= 16, "{} devices", config.devices.len());
    for side in [config.screen.width, config.screen.height] {
        assert!((320..=8_192).contains(&side), "{side} pixels");
    }
    if !config.centre.starts_with("https://") {
        let centre = reqwest::Url::parse(&config.centre).ok();
        let host = centre.as_ref().and_then(reqwest::Url::host_str);
        let own = ["127.0.0.1", "localhost", "[::1]"];
        assert!(host.is_none_or(|host| own.contains(&host)), "{}", config.centre);
    }
    true
}

pub fn configs() -> Vec<Vec<u8>> {
    let sample = include_str!("../../../images/kiosk.toml");
    let plain = "profile = \"collector\"\ndata = \"data\"\nbody = \"padippuram\"\n\
                 centre = \"http://127.0.0.1:8443\"\n[screen]\nwidth = 480\ntheme = \"sun\"\n";
    vec![sample.as_bytes().to_vec(), plain.as_bytes().to_vec()]
}

/// The printers that an installer describes.
pub fn printer_profiles(bytes: &[u8]) -> bool {
    let Ok(profiles) = PrinterProfile::parse(&text(bytes)) else { return false };
    for profile in profiles {
        assert!(profile.dots > 0 && profile.dots % 8 == 0, "{profile:?}");
        assert!((1..=128).contains(&profile.band_rows), "{profile:?}");
    }
    true
}

pub fn printer_profile_files() -> Vec<Vec<u8>> {
    vec![include_bytes!("../../../drivers/devices/profiles.toml").to_vec()]
}
