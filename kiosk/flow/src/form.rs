//! A form that a service asks, one question a page: all answers are looked over before anything is
//! owed by them, and what is owed is paid as any other demand. The words are the form's own, in the
//! language on the glass.

mod asking;

use std::sync::Arc;

use forms::{Around, Clock, Form, ItemId, Kind, read_folder};
use ledger::{Answer, Booking, Building, Demand, Moment, Named, Payer, Text, date_text};

use crate::flow::{Flow, Outcome, Turn, not_here, typed};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{AnswerRow, AnswersPage, FormAnswer, FormChoice, FormKeys, FormPage, Profile};
use crate::state::{Choice, Filled, Paying, State};
use crate::touch::{Button, Field, Touch};

pub(crate) use asking::Asking;
use asking::{Backward, Wrong, spot};

/// India's civil time, ahead of Greenwich, for forms that write a moment.
const OFFSET_MINUTES: i32 = 330;

impl Flow {
    /// Opens the form of a service; a form that no screen can ask, or none, is said at once.
    pub(crate) fn begin_form(&mut self, service: &str, turn: &mut Turn<'_>) -> Outcome {
        let known = self.pack.service(service).ok_or_else(not_here)?;
        self.check_line(known)?;
        match known.books {
            true => self.begin_booking(service, turn),
            false => self.ask_form(service, None, turn),
        }
    }

    /// Asks the form, for what was booked where the service books.
    pub(crate) fn ask_form(
        &mut self,
        service: &str,
        booked: Option<Booking>,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        self.ask(service, (booked, None), turn)
    }

    /// Asks the form of an application, which may be about a building.
    pub(crate) fn ask_about(
        &mut self,
        service: &str,
        about: Option<Building>,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        self.ask(service, (None, about), turn)
    }

    fn ask(
        &mut self,
        service: &str,
        (booked, about): (Option<Booking>, Option<Building>),
        turn: &mut Turn<'_>,
    ) -> Outcome {
        let form = self.form_of(service).ok_or(Refusal::new(RefusalCode::CannotAsk))?;
        let around =
            Around { clock: clock(turn), device: self.settings.name.clone(), seed: seed(turn) };
        let mut asking = Asking::begin(service, Arc::new(form), &around);
        asking.booked = booked;
        if self.is_application(service) {
            asking.apply_about(about);
            self.fill_in_place(&mut asking);
        }
        let state = match asking.asked().is_empty() {
            true => self.after_questions(asking),
            false => State::Form(Box::new(asking)),
        };
        self.enter(state, turn.now);
        Ok(())
    }

    /// The form that a service of the pack asks, if it can be asked whole.
    pub(crate) fn form_of(&self, service: &str) -> Option<Form> {
        let id = self.pack.service(service)?.form.as_deref()?;
        let form = read_folder(&self.pack.form_files(id)).ok()?.pop()?;
        if self.is_application(service) {
            return form.glass_faults().is_empty().then_some(form);
        }
        let looked_at = self.pack.rates.fees.questions(service, self.now.date());
        let is_known = |name: &str| form.named(name).is_some() || Booking::is_answer(name);
        let asks_all = looked_at.into_iter().all(is_known);
        (asks_all && form.fee_faults().is_empty()).then_some(form)
    }

    pub(crate) fn form_page(&self, asking: &Asking) -> FormPage {
        let (at, language) = (asking.at(), self.language.code());
        let asked = asking.asked();
        let count = |questions: usize| u32::try_from(questions).unwrap_or(u32::MAX);
        FormPage {
            title: self.form_title(asking),
            question: count(asked.iter().filter(|id| **id <= at).count()),
            questions: count(asked.len()),
            label: self.question(asking, at),
            hint: asking.filling().hint(&spot(at), language),
            optional: !asking.is_only_shown(at) && !asking.is_needed(at),
            answer: self.form_answer(asking, at),
            wrong: asking.wrong().and_then(|wrong| self.own_words(asking, wrong)),
            changing: asking.is_changing(),
        }
    }

    /// What the form calls itself, or the service where it does not, or where nothing is paid.
    fn form_title(&self, asking: &Asking) -> String {
        if self.is_application(&asking.service) {
            return self.pack.service_title(&asking.service, self.language).to_owned();
        }
        let form = asking.form();
        let parts = form.title.in_language(self.language.code(), &form.default_language);
        let words = parts.into_iter().flatten().filter_map(|part| match part {
            forms::Part::Words(words) => Some(words.as_str()),
            forms::Part::Answer(_) => None,
        });
        let title: String = words.collect();
        match title.is_empty() {
            true => self.pack.service_title(&asking.service, self.language).to_owned(),
            false => title,
        }
    }

    fn question(&self, asking: &Asking, id: ItemId) -> String {
        let label = asking.filling().label(&spot(id), self.language.code());
        label.unwrap_or_else(|| asking.item(id).name.clone())
    }

    /// The form's own words for what is wrong; the sentence of the code stands in where there are
    /// none.
    fn own_words(&self, asking: &Asking, wrong: &Wrong) -> Option<String> {
        let Wrong::Complaint(complaint) = wrong else { return None };
        asking.filling().complaint_text(&spot(asking.at()), complaint, self.language.code())
    }

    fn form_answer(&self, asking: &Asking, id: ItemId) -> FormAnswer {
        let item = asking.item(id);
        if asking.is_only_shown(id) {
            return FormAnswer::Shown(self.said(asking, id));
        }
        let keys = match &item.kind {
            Kind::SelectOne(_) => return FormAnswer::One(self.choices(asking, id)),
            Kind::SelectMultiple(_) => return FormAnswer::Several(self.choices(asking, id)),
            Kind::Acknowledge => return FormAnswer::Agreed(asking.is_agreed(id)),
            Kind::Integer => FormKeys::Whole,
            Kind::Decimal => FormKeys::Decimal,
            Kind::Date => FormKeys::Date,
            Kind::Barcode => FormKeys::Code,
            _ if item.looks_like("numbers") || item.name == forms::REFERENCE => FormKeys::Code,
            _ if item.name == forms::PAYER_NAME => FormKeys::Names,
            _ => FormKeys::Words,
        };
        FormAnswer::Typed { text: asking.text(id), keys }
    }

    fn choices(&self, asking: &Asking, id: ItemId) -> Vec<FormChoice> {
        let (here, filling, chosen) = (spot(id), asking.filling(), asking.chosen(id));
        let choice = |choice: &forms::Choice| FormChoice {
            id: choice.name.clone(),
            label: filling.choice_label(choice, &here, self.language.code()),
            chosen: chosen.contains(&choice.name),
        };
        filling.choices(&here).into_iter().map(choice).collect()
    }

    /// An answer as the list of all answers says it.
    fn said(&self, asking: &Asking, id: ItemId) -> String {
        match asking.item(id).kind {
            Kind::SelectOne(_) | Kind::SelectMultiple(_) => {
                let chosen = self.choices(asking, id).into_iter().filter(|choice| choice.chosen);
                chosen.map(|choice| choice.label).collect::<Vec<_>>().join(", ")
            }
            Kind::Note | Kind::Acknowledge => String::new(),
            _ => match asking.filling().value(&spot(id)) {
                forms::Value::Date(date) => date_text(date),
                _ => asking.filling().text(&spot(id)),
            },
        }
    }

    pub(crate) fn touched_form(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        if touch == Touch::Press(Button::Next) {
            return self.next_question(turn);
        }
        let State::Form(asking) = &mut self.state else { return Err(not_here()) };
        asking.set_clock(clock(turn));
        let done = match &touch {
            Touch::Choose(name) => asking.choose(name),
            Touch::Scan(text) if asking.takes_codes() => asking.type_in(text.trim().to_owned()),
            touch => {
                let text = typed(touch, Field::Answer).ok_or_else(not_here)?;
                asking.type_in(text.to_owned())
            }
        };
        done.map_err(Refusal::new)
    }

    /// On to the next question, or to the list of all answers; an answer that is wrong stays.
    fn next_question(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Form(asking) = &mut self.state else { return Err(not_here()) };
        asking.set_clock(clock(turn));
        if let Some(wrong) = asking.wrong_with(asking.at()) {
            return Err(Refusal::new(asking.stay(wrong)));
        }
        let mut asking = asking.clone();
        let next = match asking.next() {
            Some(next) => {
                asking.turn_to(next);
                State::Form(asking)
            }
            None if asking.is_changing() => State::Answers(Box::new(asking.keep())),
            None => self.after_questions(asking.keep()),
        };
        self.enter(next, turn.now);
        Ok(())
    }

    /// One question back, or out of the form; what was changed and not kept is as it was.
    pub(crate) fn back_from_form(&self, asking: Asking) -> Option<State> {
        match asking.backward() {
            Backward::Question(asking) => Some(State::Form(Box::new(asking))),
            Backward::Answers(asking) => Some(State::Answers(Box::new(asking))),
            Backward::Out(asking) => self.before_form_of(&asking),
        }
    }

    pub(crate) fn back_from_documents(&self, asking: Asking) -> Option<State> {
        match asking.clone().at_last() {
            Some(asking) => Some(State::Form(Box::new(asking))),
            None => self.before_form_of(&asking),
        }
    }

    pub(crate) fn back_from_answers(&self, asking: Asking) -> Option<State> {
        match self.after_questions(asking) {
            State::Answers(asking) => self.back_from_documents(*asking),
            documents => Some(documents),
        }
    }

    /// A form that was asked for a slot leads back to the times of its day; what another is about
    /// was found before.
    fn before_form_of(&self, asking: &Asking) -> Option<State> {
        if let Some(booked) = &asking.booked {
            return Some(self.book_again(&asking.service, booked));
        }
        if asking.about.is_some() {
            return Some(State::find(&asking.service, false));
        }
        self.before_form()
    }

    /// A handheld opens its forms from the menu; a kiosk from its first page.
    pub(crate) fn before_form(&self) -> Option<State> {
        let from_menu = self.settings.profile != Profile::Kiosk && self.staff.is_some();
        from_menu.then_some(State::Menu)
    }

    pub(crate) fn answers_page(&self, asking: &Asking) -> AnswersPage {
        let booked = asking.booked.as_ref().map(|booked| self.booked_rows(booked));
        let asked = asking.asked().into_iter().filter(|id| asking.item(*id).kind != Kind::Note);
        let row = |id: ItemId| AnswerRow {
            id: asking.item(id).name.clone(),
            label: self.question(asking, id),
            answer: self.said(asking, id),
            agreed: asking.item(id).kind == Kind::Acknowledge && asking.is_agreed(id),
            can_change: !asking.is_only_shown(id),
        };
        let (first, last) = self.application_rows(asking);
        let rows = booked.into_iter().flatten().chain(first).chain(asked.map(row)).chain(last);
        AnswersPage {
            title: self.form_title(asking),
            rows: rows.collect(),
            submits: self.is_application(&asking.service),
        }
    }

    /// What is booked stands before the answers, and is changed by going back.
    fn booked_rows(&self, booked: &Booking) -> [AnswerRow; 3] {
        let slot = self.pack.slot_words(&booked.facility, &booked.slot, self.language);
        let facility = self.pack.facility_name(&booked.facility, self.language).to_owned();
        let day = ledger::day_text(booked.day);
        let labels = [Text::BookingFacility, Text::BookingDay, Text::BookingSlot];
        let values =
            booked.answers().map(|answer| answer.name).into_iter().zip([facility, day, slot]);
        let mut rows = labels.into_iter().zip(values).map(|(label, (id, answer))| AnswerRow {
            id,
            label: self.pack.text(label, self.language).to_owned(),
            answer,
            agreed: false,
            can_change: false,
        });
        std::array::from_fn(|_| rows.next().expect("three labels and three values"))
    }

    pub(crate) fn touched_answers(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Press(Button::Next) => self.owed_by_answers(turn),
            Touch::Choose(name) if self.change_documents(&name, turn) => Ok(()),
            Touch::Choose(name) => {
                let State::Answers(asking) = &self.state else { return Err(not_here()) };
                let mut asked = asking.asked().into_iter();
                let id = asked.find(|id| {
                    let item = asking.item(*id);
                    item.name == name && item.kind != Kind::Note && !asking.is_only_shown(*id)
                });
                let changed = (**asking).clone().change(id.ok_or_else(not_here)?);
                self.enter(State::Form(Box::new(changed)), turn.now);
                Ok(())
            }
            _ => Err(not_here()),
        }
    }

    /// What is owed by the answers, and the page that explains it; an application is handed in.
    pub(crate) fn owed_by_answers(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Answers(asking) = &self.state else { return Err(not_here()) };
        let mut asking = (**asking).clone();
        let mut answers = match asking.finish(clock(turn)) {
            Ok(answers) => answers,
            Err(None) => return Err(Refusal::new(RefusalCode::FormBroken)),
            Err(Some((id, wrong))) => {
                // What was right when it was answered is wrong by now: a day has passed.
                let mut changed = asking.change(id);
                let code = changed.stay(wrong);
                self.enter(State::Form(Box::new(changed)), turn.now);
                return Err(Refusal::new(code));
            }
        };
        if self.is_application(&asking.service) {
            return self.hand_in_application(&asking, answers, turn);
        }
        if let Some(booked) = &asking.booked {
            answers.extend(booked.answers());
        }
        let demand = self.fees(&asking.service, &answers, turn)?;
        let named = |name: &str| {
            let answer = answers.iter().find(|answer| answer.name == name);
            answer.map(|answer| answer.value.trim().to_owned()).unwrap_or_default()
        };
        let paying = Paying {
            service: asking.service.clone(),
            payer: Payer::Named(Named {
                name: named(forms::PAYER_NAME),
                reference: named(forms::REFERENCE),
            }),
            building: None,
            demand: Some(demand),
            choice: Choice::Whole,
            mode: None,
            intents: Vec::new(),
            members: Vec::new(),
            filled: Some(Box::new(Filled { asking, answers })),
        };
        self.enter(State::Demand(paying), turn.now);
        Ok(())
    }

    /// The demand that follows from answers, or the one sentence that says that none does.
    pub(crate) fn fees(
        &self,
        service: &str,
        answers: &[Answer],
        turn: &Turn<'_>,
    ) -> Result<Demand, Refusal> {
        let service = self.pack.service(service).ok_or_else(not_here)?;
        Demand::of_fees(&self.pack, service, answers, turn.now.date())
            .and_then(|demand| self.here(demand))
            .map_err(|_| Refusal::new(RefusalCode::NoFeeForAnswers))
    }
}

impl Flow {
    /// The answers that a receipt keeps: those that the fee's rules look at, and no others. Who
    /// pays, and for which matter, stands in the payer.
    pub(crate) fn kept_answers(&self, paying: &Paying, turn: &Turn<'_>) -> Vec<Answer> {
        let Some(filled) = &paying.filled else { return Vec::new() };
        // Rules hold by the day of the payment, or by the first one of the period that it is for.
        let mut days = vec![turn.now.date()];
        if let Some(demand) = &paying.demand {
            days.push(demand.on);
            days.extend(demand.periods.iter().map(|due| due.period.first_day()));
        }
        let fees = &self.pack.rates.fees;
        let asked: Vec<&str> =
            days.into_iter().flat_map(|day| fees.questions(&paying.service, day)).collect();
        let kept = filled.answers.iter().filter(|answer| {
            asked.contains(&answer.name.as_str()) || Booking::is_answer(&answer.name)
        });
        kept.cloned().collect()
    }
}

/// The form's moment: the civil time in India.
fn clock(turn: &Turn<'_>) -> Clock {
    clock_at(turn.now)
}

pub(crate) fn clock_at(now: Moment) -> Clock {
    Clock { now: now.civil(), offset_minutes: OFFSET_MINUTES }
}

/// Another for each filling of this device, as its boot and clocks are.
fn seed(turn: &Turn<'_>) -> [u8; 16] {
    let mut seed = [0; 16];
    seed[..8].copy_from_slice(&turn.now.mono_ms.to_be_bytes());
    seed[8..].copy_from_slice(&turn.now.wall_ms.to_be_bytes());
    seed
}
