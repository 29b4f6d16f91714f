//! One form that is being answered: which question is on the page, what stands in its field, what
//! is wrong with it, and which comes next.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use forms::{Around, Clock, Complaint, Filling, Form, Item, ItemId, Kind, NotAnAnswer, Spot};
use forms::{Page, Value};
use ledger::{Answer, Booking, Building, Channel, TYPED_CHARACTERS_MAX, date_text};

use crate::refusal::RefusalCode;

/// What the answer to an acknowledge is.
const AGREED: &str = "OK";

/// The id to choose where something is agreed to.
pub(super) const AGREE: &str = "ok";

/// What is wrong with an answer, and the code of its sentence where the form has no words for it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wrong {
    /// What was typed is no answer of the question's type.
    NotAnAnswer(NotAnAnswer),
    /// By the form's own rules.
    Complaint(Complaint),
}

/// A form that a service asks. The questions of such a form stand in no repeat, so that each is
/// known by its item.
#[derive(Clone, Debug)]
pub(crate) struct Asking {
    pub service: String,
    /// The slot that was chosen before the form was asked.
    pub booked: Option<Booking>,
    filling: Filling,
    /// The question on the page.
    at: ItemId,
    /// What was typed, as it was typed: half a date is none, and is not lost all the same.
    typed: BTreeMap<ItemId, String>,
    /// Questions that stood on a page: what a change asks anew is known by this.
    seen: BTreeSet<ItemId>,
    /// What is wrong on the page, since somebody tried to go on.
    wrong: Option<Wrong>,
    /// Answers are changed from the list of all: how they were before, and the way until here.
    before: Option<Box<Asking>>,
    trail: Vec<ItemId>,
    /// The building that an application is about.
    pub about: Option<Box<Building>>,
    /// The papers that are handed in with an application, as the pack names them.
    pub papers: Vec<String>,
    /// The thing of the body's whose tag was scanned before.
    pub asset: Option<String>,
    /// By which a complaint came that staff write down for somebody.
    pub channel: Option<Channel>,
    /// The longest answer, in characters.
    answer_max: usize,
}

/// The longest answer of an application: a few sentences. A receipt has less room.
const APPLIED_CHARACTERS_MAX: usize = 400;

/// Where Back leads from a question.
pub(super) enum Backward {
    Question(Asking),
    /// To the list of all answers, as they were before the change.
    Answers(Asking),
    /// There is no question before this one.
    Out(Asking),
}

impl Asking {
    /// At the first question; none where the form asks nothing.
    pub(super) fn begin(service: &str, form: Arc<Form>, around: &Around) -> Self {
        let mut asking = Self {
            service: service.to_owned(),
            booked: None,
            filling: Filling::begin(form, around),
            at: 0,
            typed: BTreeMap::new(),
            seen: BTreeSet::new(),
            wrong: None,
            before: None,
            trail: Vec::new(),
            about: None,
            papers: Vec::new(),
            asset: None,
            channel: None,
            answer_max: TYPED_CHARACTERS_MAX,
        };
        if let Some(first) = asking.asked().first() {
            asking.turn_to(*first);
        }
        asking
    }

    /// What is answered is applied for.
    pub(super) fn apply_about(&mut self, building: Option<Building>) {
        self.about = building.map(Box::new);
        self.answer_max = APPLIED_CHARACTERS_MAX;
    }

    /// Every answer until now; none while something is wrong.
    pub(crate) fn answers(&self, clock: Clock) -> Vec<Answer> {
        self.clone().finish(clock).unwrap_or_default()
    }

    pub(super) fn filling(&self) -> &Filling {
        &self.filling
    }

    pub(super) fn form(&self) -> &Form {
        self.filling.form()
    }

    pub(super) fn at(&self) -> ItemId {
        self.at
    }

    pub(super) fn is_changing(&self) -> bool {
        self.before.is_some()
    }

    pub(super) fn wrong(&self) -> Option<&Wrong> {
        self.wrong.as_ref()
    }

    pub(super) fn item(&self, id: ItemId) -> &Item {
        self.form().item(id)
    }

    /// Whatever is shown now, by the answers until now.
    pub(crate) fn asked(&self) -> Vec<ItemId> {
        let items = self.filling.pages().into_iter().flat_map(|page| match page {
            Page::Questions(spots) => spots,
            Page::More(_) => Vec::new(),
        });
        items.map(|spot| spot.item).collect()
    }

    /// Whether a question is only there to be read.
    pub(super) fn is_only_shown(&self, id: ItemId) -> bool {
        self.item(id).kind == Kind::Note || self.filling.is_readonly(&spot(id))
    }

    /// What stands in the field of a question that is typed.
    pub(super) fn text(&self, id: ItemId) -> String {
        match (self.typed.get(&id), self.filling.value(&spot(id))) {
            (Some(typed), _) => typed.clone(),
            (None, Value::Date(date)) => date_text(date),
            (None, _) => self.filling.text(&spot(id)),
        }
    }

    /// The names that are chosen, of one or of several.
    pub(super) fn chosen(&self, id: ItemId) -> Vec<String> {
        self.filling.text(&spot(id)).split_whitespace().map(str::to_owned).collect()
    }

    /// Whether what a scanner reads belongs into the field on the page.
    pub(super) fn takes_codes(&self) -> bool {
        let item = self.item(self.at);
        item.kind == Kind::Barcode || item.kind == Kind::Text && item.name == forms::REFERENCE
    }

    pub(super) fn is_agreed(&self, id: ItemId) -> bool {
        self.filling.text(&spot(id)) == AGREED
    }

    /// Sets the field of the question on the page. What is no answer yet takes the answer back.
    pub(super) fn type_in(&mut self, text: String) -> Result<(), RefusalCode> {
        let (id, item) = (self.at, self.item(self.at));
        let is_typed = matches!(
            item.kind,
            Kind::Text | Kind::Integer | Kind::Decimal | Kind::Date | Kind::Barcode
        );
        if !is_typed || self.is_only_shown(id) {
            return Err(RefusalCode::NotHere);
        }
        if text.chars().count() > self.answer_max {
            return Err(RefusalCode::TextTooLong);
        }
        // What is no answer yet leaves the question open, and stands in its field all the same.
        let taken = written(&item.kind, &text);
        let taken = taken.and_then(|answer| self.filling.answer(&spot(id), &answer));
        taken.or_else(|_| self.filling.answer(&spot(id), "")).map_err(|_| RefusalCode::NotHere)?;
        self.typed.insert(id, text);
        self.wrong = None;
        Ok(())
    }

    /// Chooses on the page, or takes back what was chosen.
    pub(super) fn choose(&mut self, name: &str) -> Result<(), RefusalCode> {
        let here = spot(self.at);
        if self.is_only_shown(self.at) {
            return Err(RefusalCode::NotHere);
        }
        let mut chosen = self.chosen(self.at);
        let answer = match self.item(self.at).kind {
            Kind::SelectOne(_) => {
                let again = chosen.iter().any(|chosen| chosen == name);
                let open = again && !self.is_needed(self.at);
                if open { String::new() } else { name.to_owned() }
            }
            Kind::SelectMultiple(_) => {
                match chosen.iter().position(|chosen| chosen == name) {
                    Some(place) => drop(chosen.remove(place)),
                    None => chosen.push(name.to_owned()),
                }
                self.in_order(&chosen)
            }
            Kind::Acknowledge if name == AGREE => {
                if self.is_agreed(self.at) {
                    String::new()
                } else {
                    AGREED.to_owned()
                }
            }
            _ => return Err(RefusalCode::NotHere),
        };
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(RefusalCode::NotHere);
        }
        self.filling.answer(&here, &answer).map_err(|_| RefusalCode::NotHere)?;
        self.wrong = None;
        Ok(())
    }

    /// Several that are chosen, as they are offered: in which order they were pressed says nothing.
    fn in_order(&self, chosen: &[String]) -> String {
        let offered = self.filling.choices(&spot(self.at));
        let offered = offered.into_iter().map(|choice| &choice.name);
        let strange = chosen.iter().filter(|name| !offered.clone().any(|offer| offer == *name));
        let known = offered.clone().filter(|name| chosen.contains(name));
        known.chain(strange).cloned().collect::<Vec<_>>().join(" ")
    }

    /// Whether the question may not be left open: by the form, or because the receipt needs it.
    pub(super) fn is_needed(&self, id: ItemId) -> bool {
        self.item(id).name == forms::PAYER_NAME || self.filling.is_required(&spot(id))
    }

    /// What is wrong with the answer to a question, if anything is.
    pub(super) fn wrong_with(&self, id: ItemId) -> Option<Wrong> {
        let item = self.item(id);
        if let Some(typed) = self.typed.get(&id)
            && !self.is_only_shown(id)
            && let Err(because) = written(&item.kind, typed)
        {
            return Some(Wrong::NotAnAnswer(because));
        }
        if item.name == forms::PAYER_NAME && self.filling.text(&spot(id)).trim().is_empty() {
            return Some(Wrong::Complaint(Complaint::Required));
        }
        self.filling.complaint(&spot(id)).map(Wrong::Complaint)
    }

    /// Marks the question on the page as wrong, and says by which code.
    pub(super) fn stay(&mut self, wrong: Wrong) -> RefusalCode {
        let code = wrong.code(&self.item(self.at).kind);
        self.wrong = Some(wrong);
        code
    }

    /// The code of what is wrong on the page.
    pub(crate) fn wrong_code(&self) -> Option<RefusalCode> {
        self.wrong.as_ref().map(|wrong| wrong.code(&self.item(self.at).kind))
    }

    /// The question after this one; where answers are changed, only what they ask anew.
    pub(super) fn next(&self) -> Option<ItemId> {
        let asked = self.asked();
        match self.is_changing() {
            false => asked.into_iter().find(|id| *id > self.at),
            true => asked
                .into_iter()
                .find(|id| !self.seen.contains(id) || self.wrong_with(*id).is_some()),
        }
    }

    pub(super) fn turn_to(&mut self, id: ItemId) {
        if self.is_changing() {
            // Two questions that bar each other lead to and fro, and the way back stays short.
            match self.trail.iter().position(|before| *before == id) {
                Some(place) => self.trail.truncate(place),
                None => self.trail.push(self.at),
            }
        }
        self.at = id;
        self.seen.insert(id);
        self.wrong = None;
    }

    /// From the list of all answers to one of them.
    pub(super) fn change(mut self, id: ItemId) -> Self {
        self.before = Some(Box::new(self.clone()));
        self.at = id;
        self.trail.clear();
        self.wrong = None;
        self
    }

    /// Whatever was changed is taken: the list of all answers comes next.
    pub(super) fn keep(mut self) -> Self {
        self.before = None;
        self.trail.clear();
        self
    }

    pub(super) fn backward(mut self) -> Backward {
        if let Some(before) = self.before.take() {
            if let Some(last) = self.trail.pop() {
                self.before = Some(before);
                // The way on leads through what was just left once more.
                self.seen.remove(&self.at);
                self.at = last;
                self.wrong = None;
                return Backward::Question(self);
            }
            return Backward::Answers(*before);
        }
        match self.asked().into_iter().rev().find(|id| *id < self.at) {
            None => Backward::Out(self),
            Some(last) => {
                self.turn_to(last);
                Backward::Question(self)
            }
        }
    }

    /// From the list of all answers back to the last question; none where nothing is asked.
    pub(super) fn at_last(mut self) -> Option<Self> {
        let last = *self.asked().last()?;
        self.turn_to(last);
        Some(self)
    }

    pub(super) fn set_clock(&mut self, clock: Clock) {
        self.filling.set_clock(clock);
    }

    /// Ends the filling: every answer that counts, with what the form computed. Or the question
    /// that is wrong; none where it is no question's fault.
    pub(super) fn finish(&mut self, clock: Clock) -> Result<Vec<Answer>, Option<(ItemId, Wrong)>> {
        self.set_clock(clock);
        for id in self.asked() {
            if let Some(wrong) = self.wrong_with(id) {
                return Err(Some((id, wrong)));
            }
        }
        let record = self.filling.finish(clock).map_err(|complaints| {
            let asked = self.asked();
            let mut found = complaints.into_iter().filter(|(spot, _)| asked.contains(&spot.item));
            found.next().map(|(spot, complaint)| (spot.item, Wrong::Complaint(complaint)))
        })?;
        let mut answers = Vec::new();
        collect(record.entries, &mut answers);
        Ok(answers)
    }
}

impl Wrong {
    fn code(&self, kind: &Kind) -> RefusalCode {
        match self {
            Self::Complaint(Complaint::Required) => match kind {
                Kind::SelectOne(_) | Kind::SelectMultiple(_) => RefusalCode::ChooseFirst,
                _ => RefusalCode::AnswerNeeded,
            },
            Self::Complaint(Complaint::Constraint) => RefusalCode::AnswerNotTaken,
            Self::Complaint(Complaint::Broken(_)) => RefusalCode::FormBroken,
            Self::NotAnAnswer(because) => match because {
                NotAnAnswer::NoInteger | NotAnAnswer::NoDecimal | NotAnAnswer::OffTheScale => {
                    RefusalCode::NotANumber
                }
                NotAnAnswer::NoDate | NotAnAnswer::NoTime => RefusalCode::NotADate,
                NotAnAnswer::TooLong => RefusalCode::TextTooLong,
                NotAnAnswer::NoChoice
                | NotAnAnswer::NoPlace
                | NotAnAnswer::NotAsked
                | NotAnAnswer::ReadOnly
                | NotAnAnswer::Gone => RefusalCode::AnswerNotTaken,
            },
        }
    }
}

/// A question's place where nothing is repeated.
pub(super) fn spot(item: ItemId) -> Spot {
    Spot { item, turns: Vec::new() }
}

/// How a form writes what is typed: a day as 2026-08-14, a name without what stands around it.
fn written(kind: &Kind, typed: &str) -> Result<String, NotAnAnswer> {
    let typed = typed.trim();
    let text = match kind {
        Kind::Date if !typed.is_empty() => {
            read_date(typed).ok_or(NotAnAnswer::NoDate)?.format("%Y-%m-%d").to_string()
        }
        _ => typed.to_owned(),
    };
    kind.answer(&text).map(|_| text)
}

/// "14-08-2026"; slashes and points will do, too.
fn read_date(typed: &str) -> Option<NaiveDate> {
    let mut parts = typed.split(['-', '/', '.']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = parts.next().is_none() && day.len() <= 2 && year.len() == 4;
    let date =
        || NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    whole.then(date)?
}

/// Every answer by its name; a group has none of its own.
fn collect(entries: Vec<forms::Entry>, answers: &mut Vec<Answer>) {
    for entry in entries {
        if !entry.value.is_empty() {
            answers.push(Answer { name: entry.name, value: entry.value });
        }
        collect(entry.inner, answers);
    }
}
