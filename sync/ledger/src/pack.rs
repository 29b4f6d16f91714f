//! The rule pack of a local body: what it collects, by which figures, in which words, and which
//! forms it asks. Read from files, never changed, known by its version and hash.

mod applications;
mod assets;
mod bills;
mod body;
mod calendar;
mod charge;
mod complaints;
mod facilities;
mod fees;
mod figure;
mod forms;
mod main_file;
mod rates;
mod reader;
mod records;
mod registration;
mod relief;
mod services;
mod slips;
mod texts;

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate};
use ring::digest::{Context, SHA256};

use crate::language::Language;
use crate::money::Paise;
use crate::record::{RecordField, RecordKind};
use crate::slip::{Piece, SlipKind};

pub use applications::{Application, ApplicationWord, DaysCount, Document};
pub use assets::Asset;
pub use bills::{BillService, Bills, Found, LateCharge};
pub use body::{
    Body, BodyKind, Head, Instruments, Limits, Reprint, Service, ServiceKind, Upi, Ward, WasteKind,
    heads,
};
pub use calendar::{Calendar, each_by};
pub use charge::{CentreCharge, ChargeStep, StepTakes};
pub use complaints::{
    COMPLAINT_CATEGORY, COMPLAINT_WARD, ComplaintCategory, ComplaintWord, Complaints, Rung,
};
pub use facilities::{Facility, FacilitySlot};
pub use fees::{
    Block, COUNT_MAX, Condition, Count, FEES_MAX, Fee, FeePeriod, FeeRule, Fees, MonthDay,
    PeriodLength, PeriodRule, ShareOf, Slab,
};
pub use figure::{Certainty, Dated, Figure};
pub use rates::{
    AreaRate, BasisPoints, DueDays, EstablishmentFee, FeeDefault, PartMonths, Rates, Remittance,
    Rounding,
};
pub use reader::PackFault;
pub use registration::{DELAY_ANSWER, DelayStep, Delays, Registration, Until, VitalEvent};
pub use relief::{EarlyRebate, Exemption, OwnUse, TaxRelief};
pub use texts::Text;

use forms::Forms;
use reader::{Faults, Section, table_of};
use slips::Templates;
use texts::{Texts, fill};

/// A pack has about ten files of 20 kB, and one to three for each of at most five hundred forms; a
/// larger heap is no pack.
pub const PACK_FILES_MAX: usize = 1_600;

/// The largest file that is read, in bytes.
pub const PACK_FILE_BYTES_MAX: usize = 1_000_000;

/// What all files of a pack may come to, in bytes: a handheld reads it into its memory.
pub const PACK_BYTES_MAX: usize = 8_000_000;

/// The file of the order of slips, which a pack may have.
const SLIPS: &str = "slips.toml";

/// A file of a pack: its path from the pack's folder, with strokes, and what is in it.
pub type PackFile<'a> = (&'a str, &'a [u8]);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    pub body: Body,
    /// In the order in which the glass offers them; the first is the body's own.
    pub languages: Vec<Language>,
    pub services: Vec<Service>,
    pub heads: Vec<Head>,
    pub wards: Vec<Ward>,
    pub waste_kinds: Vec<WasteKind>,
    pub limits: Limits,
    pub upi: Upi,
    pub reprint: Reprint,
    pub instruments: Instruments,
    pub calendar: Calendar,
    /// Where a slip's square leads, without a slash at the end.
    pub public_address: String,
    /// Notes that are counted at the day's end, in rupees, largest first.
    pub notes: Vec<Paise>,
    /// What may be said of a shared record, in the order in which the glass shows it.
    pub record_fields: Vec<RecordField>,
    /// What can be booked, in the order in which the glass offers it.
    pub facilities: Vec<Facility>,
    /// What has a tag of the body's.
    pub assets: Vec<Asset>,
    /// How complaints go.
    pub complaints: Complaints,
    pub rates: Rates,
    texts: BTreeMap<Language, Texts>,
    forms: Forms,
    slips: Templates,
    hash: [u8; 32],
}

impl Pack {
    /// Reads a pack from its files: pack.toml, rates.toml, wards.toml, texts.<language>.toml,
    /// slips.toml where it has one, and
    /// its forms: forms/<form>.xlsx, or survey.csv, choices.csv and settings.csv in forms/<form>/.
    /// Of a form only the names of its files are looked at here: the crate `forms` reads it.
    pub fn parse<B>(files: &[(&str, &B)]) -> Result<Self, Vec<PackFault>>
    where
        B: AsRef<[u8]> + ?Sized,
    {
        let files: Vec<PackFile<'_>> =
            files.iter().map(|(name, bytes)| (*name, (*bytes).as_ref())).collect();
        let faults = Faults::default();
        let pack = read(&files, &faults);
        let faults = faults.into_sorted();
        match pack {
            Some(pack) if faults.is_empty() => Ok(pack),
            _ => Err(faults),
        }
    }

    /// SHA-256 over the names and contents of the files, in the order of their names.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// The names of the forms that lie in the pack, in their order.
    pub fn form_ids(&self) -> impl Iterator<Item = &str> {
        self.forms.keys().map(String::as_str)
    }

    /// The files of one form, each with its path from the folder `forms`, as `forms::read_folder`
    /// takes them: `complaint.xlsx`, or `complaint/survey.csv` and its sisters. None where the pack
    /// has no such form.
    pub fn form_files(&self, id: &str) -> Vec<PackFile<'_>> {
        let files = self.forms.get(id).map(Vec::as_slice).unwrap_or_default();
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect()
    }

    /// The first day on which it holds, counted from 1970-01-01.
    pub fn effective_day(&self) -> i64 {
        self.body.effective.signed_duration_since(DateTime::UNIX_EPOCH.date_naive()).num_days()
    }

    /// "padippuram 3": how a page and a book name the pack.
    pub fn name(&self) -> String {
        format!("{} {}", self.body.id, self.body.version)
    }

    /// A fixed text that has no places.
    pub fn text(&self, text: Text, language: Language) -> &str {
        self.words(text.path(), language)
    }

    /// A fixed text with its places filled.
    pub fn fill(&self, text: Text, language: Language, values: &[(&str, &str)]) -> String {
        fill(self.text(text, language), values)
    }

    /// The last day on which cash of a day may reach the bank. None where the pack has no rule for
    /// that day.
    pub fn remit_by(&self, taken_on: NaiveDate, amount: Paise) -> Option<NaiveDate> {
        let rule = self.rates.remittance.at(taken_on)?.value;
        if self.body.remote || amount <= rule.above {
            return taken_on.checked_add_days(Days::new(u64::from(rule.remote_days)));
        }
        self.calendar.working_days_after(taken_on, rule.working_days)
    }

    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    pub fn service_of(&self, kind: ServiceKind) -> Option<&Service> {
        self.services.iter().find(|service| service.kind == kind)
    }

    /// The service of bills that has a head: what is owed under it is no tax.
    pub fn bill_with(&self, head: &str) -> Option<(&Service, &BillService)> {
        let mut bills = self.services.iter().filter_map(|it| Some((it, it.bill.as_ref()?)));
        bills.find(|(_, bill)| bill.has_head(head))
    }

    /// Who bills it: "Jal Kal Vibhag".
    pub fn biller(&self, service: &str, language: Language) -> &str {
        self.words(&format!("services.{service}.biller"), language)
    }

    /// What its units are: "kWh".
    pub fn bill_unit(&self, service: &str, language: Language) -> &str {
        self.words(&format!("services.{service}.unit"), language)
    }

    pub fn service_title(&self, id: &str, language: Language) -> &str {
        self.words(&format!("services.{id}.title"), language)
    }

    pub fn service_help(&self, id: &str, language: Language) -> &str {
        self.words(&format!("services.{id}.help"), language)
    }

    /// What a service of the kind elsewhere is, and how one comes to it.
    pub fn service_says(&self, id: &str, language: Language) -> &str {
        self.words(&format!("services.{id}.says"), language)
    }

    /// What to bring there.
    pub fn service_bring(&self, id: &str, language: Language) -> &str {
        self.words(&format!("services.{id}.bring"), language)
    }

    pub fn facility(&self, id: &str) -> Option<&Facility> {
        self.facilities.iter().find(|facility| facility.id == id)
    }

    /// The facilities that a service books.
    pub fn facilities_of<'a>(&'a self, service: &'a str) -> impl Iterator<Item = &'a Facility> {
        self.facilities.iter().filter(move |facility| facility.service == service)
    }

    /// "Community hall".
    pub fn facility_name<'a>(&'a self, id: &'a str, language: Language) -> &'a str {
        self.words_or(&facilities::name_path(id), language, id)
    }

    /// "Morning, 09:00 to 13:00"; a slot that this pack does not know is named by its code.
    pub fn slot_words(&self, facility: &str, slot: &str, language: Language) -> String {
        let Some(times) = self.facility(facility).and_then(|facility| facility.slot(slot)) else {
            return slot.to_owned();
        };
        let name = self.words_or(&facilities::slot_path(facility, slot), language, slot);
        let clock = |time: chrono::NaiveTime| time.format("%H:%M").to_string();
        let (from, to) = (clock(times.from), clock(times.to));
        let values = [("slot", name), ("from", from.as_str()), ("to", to.as_str())];
        self.fill(Text::BookingTimes, language, &values)
    }

    /// A text that an acknowledgement of a service carries.
    pub fn application_word(
        &self,
        service: &str,
        word: ApplicationWord,
        language: Language,
    ) -> &str {
        self.words(&word.path(service), language)
    }

    /// "Sale deed". A document that this pack does not know, as of an older one, is named by its
    /// id.
    pub fn document_label<'a>(
        &'a self,
        service: &str,
        document: &'a str,
        language: Language,
    ) -> &'a str {
        self.words_or(&applications::label_path(service, document), language, document)
    }

    pub fn head(&self, code: &str) -> Option<&Head> {
        self.heads.iter().find(|head| head.code == code)
    }

    /// "Interest for paying late": a head as the glass names it. A head that this pack does not
    /// know, as on a receipt of an older one, is named by its code.
    pub fn head_label<'a>(&'a self, code: &'a str, language: Language) -> &'a str {
        self.words_or(&format!("heads.{code}.label"), language, code)
    }

    /// "Interest": a head as a narrow slip names it.
    pub fn head_brief<'a>(&'a self, code: &'a str, language: Language) -> &'a str {
        self.words_or(&format!("heads.{code}.brief"), language, code)
    }

    pub fn waste_kind_label<'a>(&'a self, id: &'a str, language: Language) -> &'a str {
        self.words_or(&format!("waste_kinds.{id}"), language, id)
    }

    /// "Collected", for the code of a visit's outcome.
    pub fn outcome_label<'a>(&'a self, code: &'a str, language: Language) -> &'a str {
        self.words_or(&format!("outcomes.{code}"), language, code)
    }

    /// The fields of a kind of record.
    pub fn fields_of(&self, kind: RecordKind) -> impl Iterator<Item = &RecordField> {
        self.record_fields.iter().filter(move |field| field.of == kind)
    }

    pub fn field(&self, kind: RecordKind, name: &str) -> Option<&RecordField> {
        self.fields_of(kind).find(|field| field.name == name)
    }

    /// "People who live here".
    pub fn field_label<'a>(&'a self, field: &'a RecordField, language: Language) -> &'a str {
        self.words_or(&records::label_path(field), language, &field.name)
    }

    /// "Dog: call first", for a choice of a field.
    pub fn choice_label<'a>(
        &'a self,
        field: &RecordField,
        choice: &'a str,
        language: Language,
    ) -> &'a str {
        self.words_or(&records::choice_path(field, choice), language, choice)
    }

    pub fn ward(&self, number: u16) -> Option<&Ward> {
        self.wards.iter().find(|ward| ward.number == number)
    }

    /// The kinds that the calendar collects in a month, 1 for January.
    pub fn waste_kinds_in(&self, month: u32) -> impl Iterator<Item = &WasteKind> {
        self.waste_kinds.iter().filter(move |kind| kind.months.contains(&month))
    }

    /// In which order a kind of slip has its parts, where the pack says so.
    pub(crate) fn slip_template(&self, kind: SlipKind) -> Option<&[Piece]> {
        self.slips.of(kind)
    }

    /// A line that the pack puts on its slips.
    pub(crate) fn slip_line(&self, name: &str, language: Language) -> &str {
        self.words(&slips::line_path(name), language)
    }

    fn words(&self, path: &str, language: Language) -> &str {
        self.words_or(path, language, "")
    }

    /// A language that the body does not offer falls back to its own.
    fn words_or<'a>(&'a self, path: &str, language: Language, other: &'a str) -> &'a str {
        let own = self.languages.first().expect("a pack without a language is refused");
        let texts = self.texts.get(&language).or_else(|| self.texts.get(own));
        texts.and_then(|texts| texts.get(path)).unwrap_or(other)
    }
}

fn read(files: &[PackFile<'_>], faults: &Faults) -> Option<Pack> {
    if files.len() > PACK_FILES_MAX {
        faults.note("pack.toml", 1, format!("the pack has more than {PACK_FILES_MAX} files"));
        return None;
    }
    if let Some((name, file)) = files.iter().find(|(_, file)| file.len() > PACK_FILE_BYTES_MAX) {
        let what = format!("has {} bytes; {PACK_FILE_BYTES_MAX} are the most", file.len());
        faults.note(name, 1, what);
        return None;
    }
    if files.iter().map(|(_, file)| file.len()).sum::<usize>() > PACK_BYTES_MAX {
        faults.note("pack.toml", 1, format!("the pack has more than {PACK_BYTES_MAX} bytes"));
        return None;
    }
    let sources = texts_of(files, faults);
    let pack = with_file(&sources, "pack.toml", faults, main_file::read);
    let rates = with_file(&sources, "rates.toml", faults, |root| {
        let rates = Rates::read(&root);
        root.finish();
        rates
    });
    if let (Some(pack), Some(rates)) = (&pack, &rates) {
        rates.fees.check(&pack.services, &pack.heads, faults);
        rates.bills.check(&pack.services, &pack.heads, &rates.fees, faults);
        registration::check(&pack.services, &rates.registration_delay, faults);
    }
    let languages = pack.as_ref().map(|pack| pack.languages.clone()).unwrap_or_default();
    let wards =
        with_file(&sources, "wards.toml", faults, |root| main_file::read_wards(root, &languages));
    let mut own = pack.as_ref().map(main_file::Main::text_paths).unwrap_or_default();
    let has_slips = sources.iter().any(|(name, _)| *name == SLIPS);
    let slips = has_slips.then(|| with_file(&sources, SLIPS, faults, slips::read)).flatten();
    let slips = slips.unwrap_or_default();
    own.extend(slips.text_paths());
    own.extend(rates.iter().flat_map(|it| registration::text_paths(&it.registration_delay)));
    let mut texts = BTreeMap::new();
    for language in languages {
        let name = format!("texts.{}.toml", language.code());
        let read = |root: Section<'_>| Texts::read(root, &own);
        texts.insert(language, with_file(&sources, &name, faults, read).unwrap_or_default());
    }
    note_strangers(&sources, &texts, faults);
    let forms = forms::read(files, faults);
    Some(pack?.into_pack(rates?, wards?, texts, forms, slips, hash_of(files)))
}

/// All but the forms, as texts.
fn texts_of<'a>(files: &[PackFile<'a>], faults: &Faults) -> Vec<(&'a str, &'a str)> {
    let mut sources = Vec::new();
    for (name, bytes) in files.iter().filter(|(name, _)| !forms::is_among_forms(name)) {
        match std::str::from_utf8(bytes) {
            Ok(text) => sources.push((*name, text)),
            Err(error) => {
                let before = bytes.iter().take(error.valid_up_to());
                let line = before.filter(|byte| **byte == b'\n').count().saturating_add(1);
                faults.note(name, u32::try_from(line).unwrap_or(u32::MAX), "is not in UTF-8");
                // The file is there: that it is missing would be no help.
                sources.push((*name, ""));
            }
        }
    }
    sources
}

fn with_file<T>(
    files: &[(&str, &str)],
    name: &str,
    faults: &Faults,
    read: impl FnOnce(Section<'_>) -> T,
) -> Option<T> {
    let Some((_, source)) = files.iter().find(|(file, _)| *file == name) else {
        faults.note(name, 1, "the file is missing");
        return None;
    };
    let table = table_of(name, source, faults);
    Some(read(Section::root(name, source, table.get_ref(), faults)))
}

/// A file that nothing reads is a mistake of somebody who believes that it counts.
fn note_strangers(files: &[(&str, &str)], texts: &BTreeMap<Language, Texts>, faults: &Faults) {
    let known = |name: &str| {
        ["pack.toml", "rates.toml", "wards.toml", SLIPS].contains(&name)
            || texts.keys().any(|language| name == format!("texts.{}.toml", language.code()))
    };
    for (place, (name, _)) in files.iter().enumerate() {
        if !known(name) {
            faults.note(name, 1, "is not a file of this pack");
        }
        if files[..place].iter().any(|(other, _)| other == name) {
            faults.note(name, 1, "stands twice");
        }
    }
}

/// Lengths go before contents, so that no two packs share a text to be hashed; line ends of texts
/// and sheets are those of Unix, so that a check-out on another system has the same hash.
fn hash_of(files: &[PackFile<'_>]) -> [u8; 32] {
    let mut sorted = files.to_vec();
    sorted.sort_unstable();
    let mut context = Context::new(&SHA256);
    for (name, content) in sorted {
        let content = match name.ends_with(".xlsx") {
            true => content.to_vec(),
            false => with_unix_line_ends(content),
        };
        for part in [name.as_bytes(), &content] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
    }
    context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
}

fn with_unix_line_ends(content: &[u8]) -> Vec<u8> {
    let mut unix = Vec::with_capacity(content.len());
    for (at, byte) in content.iter().enumerate() {
        if !(*byte == b'\r' && content.get(at + 1) == Some(&b'\n')) {
            unix.push(*byte);
        }
    }
    unix
}

#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
