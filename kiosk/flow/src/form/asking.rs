//! One form that is being answered: which question is on the page, what stands in its field, and
//! what was answered until now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use forms::{Around, Clock, Complaint, Filling, Form, Item, Kind, Range, Spot, Value};
use ledger::{Answer, Booking, Building, Channel, Distinct, TYPED_CHARACTERS_MAX, date_text};

use super::answers::collect;
use super::picture::{PICTURES_BYTES_MAX, Picture};
use super::stop::Stop;
use super::wrong::{Wrong, written};
use crate::event::Position;
use crate::refusal::{Refusal, RefusalCode};

/// What the answer to an acknowledge is.
const AGREED: &str = "OK";

/// The id to choose where something is agreed to.
pub(super) const AGREE: &str = "ok";

/// The id to choose where a place or a picture is left out.
pub(super) const NONE: &str = "none";

/// A scale of so many steps is chosen from; a longer one is typed.
const SCALE_STEPS_MAX: u32 = 12;

/// A form that a service asks. The turns of its repeats are added one by one by whoever fills it
/// in, each from the list of them.
#[derive(Clone, Debug)]
pub(crate) struct Asking {
    pub service: String,
    /// The slot that was chosen before the form was asked.
    pub booked: Option<Booking>,
    pub(super) filling: Filling,
    /// What is on the page.
    pub(super) at: Stop,
    /// What was typed, as it was typed: half a date is none, and is not lost all the same.
    pub(super) typed: BTreeMap<Spot, String>,
    /// What stood on a page: what a change asks anew is known by this.
    pub(super) seen: BTreeSet<Stop>,
    /// What is wrong on the page, since somebody tried to go on.
    pub(super) wrong: Option<Wrong>,
    /// Answers are changed from the list of all: how they were before, and the way until here.
    pub(super) before: Option<Box<Asking>>,
    pub(super) trail: Vec<Stop>,
    /// The pictures that were taken, by the names that are their answers.
    pictures: BTreeMap<String, Picture>,
    /// A picture must be newer than this, milliseconds since 1970: the last one answers another
    /// question.
    since_ms: i64,
    /// The building that an application is about.
    pub about: Option<Box<Building>>,
    /// The papers that are handed in with an application, as the pack names them.
    pub papers: Vec<String>,
    /// The family looked over what staff answered of a birth or a death.
    pub looked_over: bool,
    /// Reports that look the same, and are of another event.
    pub distinct: Vec<Distinct>,
    /// The thing of the body's whose tag was scanned before.
    pub asset: Option<String>,
    /// By which a complaint came that staff write down for somebody.
    pub channel: Option<Channel>,
    /// The longest answer, in characters.
    answer_max: usize,
}

/// The longest answer of an application: a few sentences. A receipt has less room.
const APPLIED_CHARACTERS_MAX: usize = 400;

impl Asking {
    /// At the first question; none where the form asks nothing.
    pub(super) fn begin(service: &str, form: Arc<Form>, around: &Around, now_ms: i64) -> Self {
        let mut asking = Self {
            service: service.to_owned(),
            booked: None,
            filling: Filling::begin_without_turns(form, around),
            at: Stop::Question(Spot { item: 0, turns: Vec::new() }),
            typed: BTreeMap::new(),
            seen: BTreeSet::new(),
            wrong: None,
            before: None,
            trail: Vec::new(),
            pictures: BTreeMap::new(),
            since_ms: now_ms,
            about: None,
            papers: Vec::new(),
            looked_over: false,
            distinct: Vec::new(),
            asset: None,
            channel: None,
            answer_max: TYPED_CHARACTERS_MAX,
        };
        if let Some(first) = asking.way_of(None).into_iter().next() {
            asking.turn_to(first);
        }
        asking
    }

    /// What is answered is applied for.
    pub(super) fn apply_about(&mut self, building: Option<Building>) {
        self.about = building.map(Box::new);
        self.answer_max = APPLIED_CHARACTERS_MAX;
    }

    /// Answers a question that has not been reached; whoever is asked may change it.
    pub(crate) fn fill_in(&mut self, name: &str, value: &str) {
        if let Some(id) = self.form().named(name)
            && let Err(error) = self.filling.answer(&Spot { item: id, turns: Vec::new() }, value)
        {
            // The question is then asked as any other.
            debug_assert!(false, "{name}: {error:?}");
        }
    }

    /// Every answer until now; none while something is wrong.
    pub(crate) fn answers(&self, clock: Clock) -> Vec<Answer> {
        self.clone().finish(clock).unwrap_or_default()
    }

    /// The pictures that are among answers.
    pub(crate) fn pictures_of(&self, answers: &[Answer]) -> Vec<Picture> {
        let is_named = |name: &str| answers.iter().any(|answer| answer.value == name);
        let named = self.pictures.iter().filter(|(name, _)| is_named(name));
        named.map(|(_, picture)| picture.clone()).collect()
    }

    pub(super) fn form(&self) -> &Form {
        self.filling.form()
    }

    pub(super) fn is_changing(&self) -> bool {
        self.before.is_some()
    }

    pub(super) fn item(&self, stop: &Stop) -> &Item {
        self.form().item(stop.spot().item)
    }

    fn kind(&self) -> &Kind {
        &self.item(&self.at).kind
    }

    /// Whether a question is only there to be read.
    pub(super) fn is_only_shown(&self, stop: &Stop) -> bool {
        match stop {
            Stop::Question(spot) => {
                self.item(stop).kind == Kind::Note || self.filling.is_readonly(spot)
            }
            Stop::Turns(_) => false,
        }
    }

    /// What stands in the field of a question that is typed.
    pub(super) fn text(&self, spot: &Spot) -> String {
        match (self.typed.get(spot), self.filling.value(spot)) {
            (Some(typed), _) => typed.clone(),
            (None, Value::Date(date)) => date_text(date),
            (None, Value::Time(time)) => time.format("%H:%M").to_string(),
            (None, _) => self.filling.text(spot),
        }
    }

    /// The names that are chosen, of one or of several.
    pub(super) fn chosen(&self, spot: &Spot) -> Vec<String> {
        self.filling.text(spot).split_whitespace().map(str::to_owned).collect()
    }

    /// Whether what a scanner reads belongs into the field on the page.
    pub(super) fn takes_codes(&self) -> bool {
        let item = self.item(&self.at);
        let takes =
            item.kind == Kind::Barcode || item.kind == Kind::Text && item.name == forms::REFERENCE;
        takes && !self.is_only_shown(&self.at)
    }

    pub(super) fn is_agreed(&self, spot: &Spot) -> bool {
        self.filling.text(spot) == AGREED
    }

    /// Sets the field of the question on the page. What is no answer yet takes the answer back.
    pub(super) fn type_in(&mut self, text: String) -> Result<(), RefusalCode> {
        let (spot, kind) = (self.at.spot().clone(), self.kind().clone());
        let is_typed = match &kind {
            Kind::Range(range) => scale(range).is_none(),
            kind => matches!(
                kind,
                Kind::Text
                    | Kind::Integer
                    | Kind::Decimal
                    | Kind::Date
                    | Kind::Time
                    | Kind::Barcode
            ),
        };
        if !is_typed || self.is_only_shown(&self.at) {
            return Err(RefusalCode::NotHere);
        }
        if text.chars().count() > self.answer_max {
            return Err(RefusalCode::TextTooLong);
        }
        // What is no answer yet leaves the question open, and stands in its field all the same.
        let taken = written(&kind, &text);
        let taken = taken.and_then(|answer| self.filling.answer(&spot, &answer));
        taken.or_else(|_| self.filling.answer(&spot, "")).map_err(|_| RefusalCode::NotHere)?;
        self.typed.insert(spot, text);
        self.wrong = None;
        Ok(())
    }

    /// Chooses on the page, or takes back what was chosen.
    pub(super) fn choose(&mut self, name: &str) -> Result<(), RefusalCode> {
        if name.is_empty() || name.contains(char::is_whitespace) || self.is_only_shown(&self.at) {
            return Err(RefusalCode::NotHere);
        }
        let (spot, kind) = (self.at.spot().clone(), self.kind().clone());
        let mut chosen = self.chosen(&spot);
        let answer = match &kind {
            Kind::SelectOne(_) | Kind::Range(_) => {
                let again = chosen.iter().any(|chosen| chosen == name);
                let open = again && !self.is_needed(&self.at);
                if open { String::new() } else { name.to_owned() }
            }
            Kind::SelectMultiple(_) => {
                match chosen.iter().position(|chosen| chosen == name) {
                    Some(place) => drop(chosen.remove(place)),
                    None => chosen.push(name.to_owned()),
                }
                self.in_order(&spot, &chosen)
            }
            Kind::Acknowledge if name == AGREE => match self.is_agreed(&spot) {
                true => String::new(),
                false => AGREED.to_owned(),
            },
            Kind::Geopoint | Kind::Image if name == NONE => String::new(),
            _ => return Err(RefusalCode::NotHere),
        };
        if let Kind::Range(range) = &kind
            && !scale(range).is_some_and(|numbers| numbers.iter().any(|number| number == name))
        {
            return Err(RefusalCode::NotHere);
        }
        self.put(&answer)
    }

    /// The answer to the question on the page.
    fn put(&mut self, answer: &str) -> Result<(), RefusalCode> {
        let (spot, before) = (self.at.spot().clone(), self.pictures_named());
        self.filling.answer(&spot, answer).map_err(|_| RefusalCode::NotHere)?;
        if *self.kind() == Kind::Image {
            self.forget_pictures(before);
        }
        self.wrong = None;
        Ok(())
    }

    /// Several that are chosen, as they are offered: in which order they were pressed says nothing.
    fn in_order(&self, spot: &Spot, chosen: &[String]) -> String {
        let offered = self.filling.choices(spot);
        let offered = offered.into_iter().map(|choice| &choice.name);
        let strange = chosen.iter().filter(|name| !offered.clone().any(|offer| offer == *name));
        let known = offered.clone().filter(|name| chosen.contains(name));
        known.chain(strange).cloned().collect::<Vec<_>>().join(" ")
    }

    /// Where the device stands is the answer.
    pub(super) fn stand_here(&mut self, position: Position) -> Result<(), RefusalCode> {
        self.put(&position.answer())
    }

    /// The question on the page, where it is answered by a place, or by a picture.
    pub(super) fn asks_for(&self, kind: &Kind) -> bool {
        self.kind() == kind && !self.is_only_shown(&self.at)
    }

    /// By what a picture for the question on the page is known again.
    pub(super) fn picture_wanted(&self) -> (String, i64) {
        (self.at.path(self.form()), self.since_ms)
    }

    /// Takes a picture for the question on the page; one for another page is nobody's any more.
    pub(super) fn pictured(
        &mut self,
        of: (&str, i64),
        picture: Picture,
        at_ms: i64,
    ) -> Result<(), Refusal> {
        let (question, since_ms) = self.picture_wanted();
        if !self.asks_for(&Kind::Image) || (question.as_str(), since_ms) != of {
            return Ok(());
        }
        let own = self.filling.text(self.at.spot());
        let others = self.pictures.iter().filter(|(name, _)| **name != own);
        let room = PICTURES_BYTES_MAX
            .saturating_sub(others.map(|(_, picture)| picture.bytes().len()).sum());
        if picture.bytes().len() > room {
            let kilobytes = u32::try_from(room / 1_000).unwrap_or(u32::MAX);
            return Err(Refusal::with_count(RefusalCode::PictureTooLarge, kilobytes));
        }
        self.pictures.insert(picture.name(), picture.clone());
        self.put(&picture.name()).map_err(Refusal::new)?;
        self.since_ms = at_ms.saturating_add(1);
        Ok(())
    }

    /// Of those that answered a question before, what answers none any more is nowhere.
    pub(super) fn forget_pictures(&mut self, before: BTreeSet<String>) {
        let named = self.pictures_named();
        for gone in before.difference(&named) {
            self.pictures.remove(gone);
        }
    }

    /// Every picture that answers a question now.
    pub(super) fn pictures_named(&self) -> BTreeSet<String> {
        let asked = self.asked().into_iter();
        let pictures = asked.filter(|stop| self.item(stop).kind == Kind::Image);
        let named = pictures.map(|stop| self.filling.text(stop.spot()));
        named.filter(|name| !name.is_empty()).collect()
    }

    /// Whether the question may not be left open: by the form, or because the receipt needs it.
    pub(super) fn is_needed(&self, stop: &Stop) -> bool {
        match stop {
            Stop::Question(spot) => {
                self.item(stop).name == forms::PAYER_NAME || self.filling.is_required(spot)
            }
            Stop::Turns(_) => false,
        }
    }

    /// What is wrong with the answer to a question, if anything is.
    pub(super) fn wrong_with(&self, stop: &Stop) -> Option<Wrong> {
        let Stop::Question(spot) = stop else { return None };
        let item = self.item(stop);
        if let Some(typed) = self.typed.get(spot)
            && !self.is_only_shown(stop)
            && let Err(because) = written(&item.kind, typed)
        {
            return Some(Wrong::NotAnAnswer(because));
        }
        if item.name == forms::PAYER_NAME && self.filling.text(spot).trim().is_empty() {
            return Some(Wrong::Complaint(Complaint::Required));
        }
        self.filling.complaint(spot).map(Wrong::Complaint)
    }

    /// Marks the question on the page as wrong, and says by which code.
    pub(super) fn stay(&mut self, wrong: Wrong) -> RefusalCode {
        let code = wrong.code(self.kind());
        self.wrong = Some(wrong);
        code
    }

    /// The code of what is wrong on the page.
    pub(crate) fn wrong_code(&self) -> Option<RefusalCode> {
        self.wrong.as_ref().map(|wrong| wrong.code(self.kind()))
    }

    pub(super) fn turn_to(&mut self, stop: Stop) {
        if self.is_changing() {
            // Two questions that bar each other lead to and fro, and the way back stays short.
            match self.trail.iter().position(|before| *before == stop) {
                Some(place) => self.trail.truncate(place),
                None => self.trail.push(self.at.clone()),
            }
        }
        self.seen.insert(stop.clone());
        self.at = stop;
        self.wrong = None;
    }

    pub(super) fn set_clock(&mut self, clock: Clock) {
        self.filling.set_clock(clock);
    }

    /// Ends the filling: every answer that counts, with what the form computed. Or the question
    /// that is wrong; none where it is no question's fault.
    pub(super) fn finish(&mut self, clock: Clock) -> Result<Vec<Answer>, Option<(Stop, Wrong)>> {
        self.set_clock(clock);
        let asked = self.asked();
        for stop in &asked {
            if let Some(wrong) = self.wrong_with(stop) {
                return Err(Some((stop.clone(), wrong)));
            }
        }
        let record = self.filling.finish(clock).map_err(|complaints| {
            let asked = self.asked();
            complaints.into_iter().find_map(|(spot, complaint)| {
                let stop = Stop::Question(spot);
                asked.contains(&stop).then_some((stop, Wrong::Complaint(complaint)))
            })
        })?;
        Ok(collect(self.form(), record.entries))
    }
}

/// The numbers of a scale that is chosen from; none of one that is typed.
pub(super) fn scale(range: &Range) -> Option<Vec<String>> {
    let steps = (range.end - range.start) / range.step;
    if !(0.0..=f64::from(SCALE_STEPS_MAX)).contains(&steps) {
        return None;
    }
    let numbers = (0..=SCALE_STEPS_MAX).map(f64::from).take_while(|step| *step <= steps + 1e-9);
    let clock = Clock { now: chrono::NaiveDateTime::default(), offset_minutes: 0 };
    let number = |step: f64| Value::Number(range.start + step * range.step).text(&clock);
    Some(numbers.map(number).collect())
}
