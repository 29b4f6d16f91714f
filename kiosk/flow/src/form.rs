//! A form that a service asks, one question a page: all answers are looked over before anything is
//! owed by them, and what is owed is paid as any other demand. The words are the form's own, in the
//! language on the glass.

mod answers;
mod asking;
mod page;
mod picture;
mod stop;
mod way;
mod wrong;

use std::sync::Arc;

use forms::{Around, Clock, Form, Kind, read_folder};
use ledger::{Answer, Booking, Building, Demand, Moment, Named, Payer};

use crate::effect::Effect;
use crate::flow::{Flow, Outcome, Turn, not_here, typed};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::Profile;
use crate::state::{Choice, Filled, Paying, State};
use crate::touch::{Button, Field, Touch};

pub(crate) use asking::Asking;
pub use picture::{PICTURES_BYTES_MAX, Picture};
use stop::Stop;
use way::Backward;

/// What is chosen for a place, for a picture, and on the list of what was added to a repeat.
const HERE: &str = "here";
const TAKE: &str = "take";
const ADD: &str = "add";
const CHANGE: &str = "change:";
const REMOVE: &str = "remove:";

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
        let mut asking = Asking::begin(service, Arc::new(form), &around, turn.now.wall_ms);
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
        let is_asked = |name: &str| form.named(name).is_some() && !form.is_repeated(name);
        let is_known = |name: &str| is_asked(name) || Booking::is_answer(name);
        let asks_all = looked_at.into_iter().all(is_known);
        (asks_all && form.fee_faults().is_empty()).then_some(form)
    }

    pub(crate) fn touched_form(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        if touch == Touch::Press(Button::Next) {
            return self.next_question(turn);
        }
        let State::Form(asking) = &mut self.state else { return Err(not_here()) };
        if touch == Touch::Press(Button::Camera) && asking.takes_codes() {
            return self.begin_looking(turn);
        }
        asking.set_clock(clock(turn));
        let done = match &touch {
            Touch::Choose(name) if name == HERE && asking.asks_for(&Kind::Geopoint) => {
                return self.stand_here();
            }
            Touch::Choose(name) if name == TAKE && asking.asks_for(&Kind::Image) => {
                return self.photograph(turn);
            }
            Touch::Choose(name) if matches!(asking.at, Stop::Turns(_)) => {
                change_turns(asking, name)
            }
            Touch::Choose(name) => asking.choose(name),
            Touch::Scan(text) if asking.takes_codes() => asking.type_in(text.trim().to_owned()),
            touch => {
                let text = typed(touch, Field::Answer).ok_or_else(not_here)?;
                asking.type_in(text.to_owned())
            }
        };
        done.map_err(Refusal::new)
    }

    /// Where the device stands answers the question on the page.
    fn stand_here(&mut self) -> Outcome {
        let position = self.around.position(self.now);
        let position = position.ok_or(Refusal::new(RefusalCode::NoPlace))?;
        let State::Form(asking) = &mut self.state else { return Err(not_here()) };
        asking.stand_here(position).map_err(Refusal::new)
    }

    fn photograph(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Form(asking) = &self.state else { return Err(not_here()) };
        let (question, since_ms) = asking.picture_wanted();
        turn.effects.push(Effect::Photograph { question, since_ms });
        Ok(())
    }

    /// The camera's picture for the question on the page; a person may have gone on meanwhile.
    pub(crate) fn photographed(
        &mut self,
        of: (&str, i64),
        picture: Picture,
        at_ms: i64,
    ) -> Outcome {
        let State::Form(asking) = &mut self.state else { return Ok(()) };
        asking.pictured(of, picture, at_ms)
    }

    /// On to the next question, or to the list of all answers; an answer that is wrong stays.
    fn next_question(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Form(asking) = &mut self.state else { return Err(not_here()) };
        asking.set_clock(clock(turn));
        if let Some(wrong) = asking.wrong_with(&asking.at) {
            return Err(Refusal::new(asking.stay(wrong)));
        }
        if let Some((stop, wrong)) = asking.wrong_in_turns() {
            // A turn was left before it was whole.
            asking.turn_to(stop);
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

    pub(crate) fn touched_answers(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Press(Button::Next) => self.owed_by_answers(turn),
            Touch::Choose(name) if self.change_documents(&name, turn) => Ok(()),
            Touch::Choose(name) => {
                let State::Answers(asking) = &self.state else { return Err(not_here()) };
                let mut asked = asking.asked().into_iter();
                let stop = asked.find(|stop| {
                    let is_asked = asking.item(stop).kind != Kind::Note;
                    is_asked && stop.path(asking.form()) == name && !asking.is_only_shown(stop)
                });
                let changed = (**asking).clone().change(stop.ok_or_else(not_here)?);
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
            Err(Some((stop, wrong))) => {
                // What was right when it was answered is wrong by now: a day has passed.
                let mut changed = asking.change(stop);
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

/// "add", "change:2" or "remove:2" on the list of a repeat's turns.
fn change_turns(asking: &mut Asking, deed: &str) -> Result<(), RefusalCode> {
    let turn = |number: &str| {
        let number: u16 = number.parse().map_err(|_| RefusalCode::NotHere)?;
        number.checked_sub(1).ok_or(RefusalCode::NotHere)
    };
    match (deed, deed.strip_prefix(CHANGE), deed.strip_prefix(REMOVE)) {
        (ADD, ..) => asking.add_turn(),
        (_, Some(number), _) => asking.change_turn(turn(number)?),
        (_, _, Some(number)) => asking.remove_turn(turn(number)?),
        _ => Err(RefusalCode::NotHere),
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
