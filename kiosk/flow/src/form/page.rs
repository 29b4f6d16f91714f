//! What stands on the pages of a form: the question, what it takes, and how answers are said.

use forms::{Kind, Spot, Value};
use ledger::{Booking, Text, date_text};

use super::asking::{Asking, scale};
use super::stop::Stop;
use super::wrong::Wrong;
use crate::event::Position;
use crate::flow::Flow;
use crate::screen::{AnswerRow, AnswersPage, FormAnswer, FormChoice, FormKeys, FormPage, TurnRow};

impl Flow {
    pub(crate) fn form_page(&self, asking: &Asking) -> FormPage {
        let (at, language) = (&asking.at, self.language.code());
        let (form, within) = (asking.form(), at.within(asking.form()));
        let (way, here) = (asking.way_of(within.as_ref()), at.order(form));
        let count = |questions: usize| u32::try_from(questions).unwrap_or(u32::MAX);
        FormPage {
            title: self.form_title(asking),
            question: count(way.iter().filter(|stop| stop.order(form) <= here).count()),
            questions: count(way.len()),
            turn: within.map(|within| self.turn_name(asking, &within.repeat, within.turn)),
            label: self.question(asking, at),
            hint: asking.filling.hint(at.spot(), language).or_else(|| bounds(asking)),
            optional: matches!(at, Stop::Question(_))
                && !asking.is_only_shown(at)
                && !asking.is_needed(at),
            answer: self.form_answer(asking, at),
            wrong: asking.wrong.as_ref().and_then(|wrong| self.own_words(asking, wrong)),
            changing: asking.is_changing(),
            can_look: asking.takes_codes() && self.settings.has_viewfinder,
        }
    }

    /// "Floors 2".
    fn turn_name(&self, asking: &Asking, repeat: &Spot, turn: u16) -> String {
        let name = self.question(asking, &Stop::Turns(repeat.clone()));
        format!("{name} {}", u32::from(turn) + 1)
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

    fn question(&self, asking: &Asking, stop: &Stop) -> String {
        let label = asking.filling.label(stop.spot(), self.language.code());
        label.unwrap_or_else(|| asking.item(stop).name.clone())
    }

    /// The form's own words for what is wrong; the sentence of the code stands in where there are
    /// none.
    fn own_words(&self, asking: &Asking, wrong: &Wrong) -> Option<String> {
        let Wrong::Complaint(complaint) = wrong else { return None };
        asking.filling.complaint_text(asking.at.spot(), complaint, self.language.code())
    }

    fn form_answer(&self, asking: &Asking, stop: &Stop) -> FormAnswer {
        let (item, spot) = (asking.item(stop), stop.spot());
        if let Stop::Turns(repeat) = stop {
            return FormAnswer::Turns(self.turn_rows(asking, repeat));
        }
        if asking.is_only_shown(stop) {
            return FormAnswer::Shown(self.said(asking, stop));
        }
        let keys = match &item.kind {
            Kind::SelectOne(_) => return FormAnswer::One(self.choices(asking, spot)),
            Kind::SelectMultiple(_) => return FormAnswer::Several(self.choices(asking, spot)),
            Kind::Acknowledge => return FormAnswer::Agreed(asking.is_agreed(spot)),
            Kind::Geopoint => return self.place_answer(asking, stop),
            Kind::Image => return self.picture_answer(asking, spot),
            Kind::Range(range) => match scale(range) {
                Some(numbers) => return FormAnswer::One(steps(asking, spot, numbers)),
                None => FormKeys::Decimal,
            },
            Kind::Integer => FormKeys::Whole,
            Kind::Decimal => FormKeys::Decimal,
            Kind::Date => FormKeys::Date,
            Kind::Time => FormKeys::Time,
            Kind::Barcode => FormKeys::Code,
            _ if item.looks_like("numbers") || item.name == forms::REFERENCE => FormKeys::Code,
            _ if item.name == forms::PAYER_NAME => FormKeys::Names,
            _ => FormKeys::Words,
        };
        FormAnswer::Typed { text: asking.text(spot), keys }
    }

    fn place_answer(&self, asking: &Asking, stop: &Stop) -> FormAnswer {
        let said = self.said(asking, stop);
        FormAnswer::Place {
            taken: (!said.is_empty()).then_some(said),
            here: self.settings.has_gnss.then(|| self.around.whereabouts(self.now)),
        }
    }

    fn picture_answer(&self, asking: &Asking, spot: &Spot) -> FormAnswer {
        FormAnswer::Picture {
            taken: !asking.filling.text(spot).is_empty(),
            can_take: self.settings.has_camera,
        }
    }

    /// What was added to a repeat: each turn by its first answers.
    fn turn_rows(&self, asking: &Asking, repeat: &Spot) -> Vec<TurnRow> {
        let mut ways = vec![Vec::new(); usize::from(asking.turns(repeat))];
        for stop in asking.asked() {
            if let Some(within) = stop.within(asking.form()).filter(|it| it.repeat == *repeat) {
                ways[usize::from(within.turn)].push(stop);
            }
        }
        let row = |(number, way): (u32, Vec<Stop>)| {
            let said = way.iter().map(|stop| self.said(asking, stop));
            let said: Vec<String> = said.filter(|said| !said.is_empty()).take(2).collect();
            TurnRow {
                number,
                says: said.join(", "),
                whole: way.iter().all(|stop| asking.wrong_with(stop).is_none()),
            }
        };
        (1..).zip(ways).map(row).collect()
    }

    fn choices(&self, asking: &Asking, spot: &Spot) -> Vec<FormChoice> {
        let (filling, chosen) = (&asking.filling, asking.chosen(spot));
        let choice = |choice: &forms::Choice| FormChoice {
            id: choice.name.clone(),
            label: filling.choice_label(choice, spot, self.language.code()),
            chosen: chosen.contains(&choice.name),
        };
        filling.choices(spot).into_iter().map(choice).collect()
    }

    /// An answer as the list of all answers says it.
    pub(super) fn said(&self, asking: &Asking, stop: &Stop) -> String {
        let Stop::Question(spot) = stop else { return String::new() };
        match asking.item(stop).kind {
            Kind::SelectOne(_) | Kind::SelectMultiple(_) => {
                let chosen = self.choices(asking, spot).into_iter().filter(|choice| choice.chosen);
                chosen.map(|choice| choice.label).collect::<Vec<_>>().join(", ")
            }
            // The glass has words for a yes and for a picture.
            Kind::Note | Kind::Acknowledge | Kind::Image => String::new(),
            Kind::Geopoint => {
                let text = asking.filling.text(spot);
                Position::of_answer(&text).map_or(text, Position::with_accuracy)
            }
            _ => match asking.filling.value(spot) {
                Value::Date(date) => date_text(date),
                Value::Time(time) => time.format("%H:%M").to_string(),
                _ => asking.filling.text(spot),
            },
        }
    }

    pub(crate) fn answers_page(&self, asking: &Asking) -> AnswersPage {
        let booked = asking.booked.as_ref().map(|booked| self.booked_rows(booked));
        let asked = asking.asked().into_iter().filter(|stop| asking.item(stop).kind != Kind::Note);
        let (first, last) = self.application_rows(asking);
        let rows = asked.map(|stop| self.answer_row(asking, &stop));
        let rows = booked.into_iter().flatten().chain(first).chain(rows).chain(last);
        AnswersPage {
            title: self.form_title(asking),
            rows: rows.collect(),
            submits: self.is_application(&asking.service),
        }
    }

    fn answer_row(&self, asking: &Asking, stop: &Stop) -> AnswerRow {
        let (spot, kind) = (stop.spot(), &asking.item(stop).kind);
        let label = self.question(asking, stop);
        // Of which turn it is stands before the question: all of them are asked the same.
        let turn = asking.item(stop).repeats.last().map(|repeat| {
            let (turn, outer) = spot.turns.split_last().expect("a turn for each repeat");
            let repeat = Spot { item: *repeat, turns: outer.to_vec() };
            self.turn_name(asking, &repeat, *turn)
        });
        let answer = match (stop, asking.turns(spot)) {
            (Stop::Turns(_), 0) => String::new(),
            (Stop::Turns(_), turns) => turns.to_string(),
            (Stop::Question(_), _) => self.said(asking, stop),
        };
        AnswerRow {
            id: stop.path(asking.form()),
            label: turn.map_or_else(|| label.clone(), |turn| format!("{turn} · {label}")),
            answer,
            agreed: *kind == Kind::Acknowledge && asking.is_agreed(spot),
            picture: *kind == Kind::Image && !asking.filling.text(spot).is_empty(),
            can_change: !asking.is_only_shown(stop),
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
            picture: false,
            can_change: false,
        });
        std::array::from_fn(|_| rows.next().expect("three labels and three values"))
    }
}

/// The ends of a scale that is typed, where the form has no hint of its own.
fn bounds(asking: &Asking) -> Option<String> {
    match &asking.item(&asking.at).kind {
        Kind::Range(range) if scale(range).is_none() => {
            Some(format!("{} … {}", range.start, range.end))
        }
        _ => None,
    }
}

/// The numbers of a scale, to choose one.
fn steps(asking: &Asking, spot: &Spot, numbers: Vec<String>) -> Vec<FormChoice> {
    let chosen = asking.filling.text(spot);
    let choice =
        |number: String| FormChoice { chosen: number == chosen, label: number.clone(), id: number };
    numbers.into_iter().map(choice).collect()
}
