//! A birth or a death that is reported: what being late asks for, the look of a parent at what
//! staff answered, and the question whether it was reported before. All of it stands between the
//! list of answers and the writing of the application.

use ledger::{
    Answer, DELAY_ANSWER, DelayStep, Distinct, Entry, Fact, HowDistinct, ReceiptNumber,
    Registration, Reported, Text, date_text,
};

use crate::books::Books;
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::form::{Asking, clock_at};
use crate::number::number_of;
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{AnswerRow, FormAnswer, FormChoice, FormPage};
use crate::state::State;
use crate::touch::{Button, Touch};

/// The rows of the list of answers that are no answers.
const DELAY_ROW: &str = ":delay";
const FEE_ROW: &str = ":fee";

/// What is chosen where a report looks like an earlier one.
const SAME: &str = "same";
const CHILD: &str = "child";
const OTHER: &str = "other";

/// The kind of place of a hospital, as the forms of packs name it.
const HOSPITAL: &str = "hospital";

/// A question between the answers and the writing.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub asking: Asking,
    asks: Asks,
    chosen: Option<String>,
}

#[derive(Clone, Debug)]
enum Asks {
    /// In which language the family looks over what staff answered.
    LookOver,
    /// Whether it is the same as an earlier report of this device.
    Alike(Alike),
}

#[derive(Clone, Debug)]
struct Alike {
    number: ReceiptNumber,
    date: String,
    /// Which child of several the earlier one is of.
    order: Option<u8>,
}

impl Alike {
    /// Both say which child of several they report, and they are not the same one.
    fn is_another_child(&self, order: Option<u8>) -> bool {
        self.order.zip(order).is_some_and(|(earlier, order)| earlier != order)
    }
}

/// What is asked of a report before it is written.
pub(crate) enum Ready {
    /// It is no such report, or all was asked.
    Write(Option<Reported>),
    AskFirst(Report),
}

impl Flow {
    /// Whether such a report is made by staff alone, who have still to sign in.
    pub(crate) fn needs_hospital_staff(&self, service: &str) -> bool {
        self.settings.hospital.is_some()
            && self.staff.is_none()
            && self.pack.registration(service).is_some()
    }

    /// The place is known where a hospital reports.
    pub(crate) fn fill_in_place(&self, asking: &mut Asking) {
        let rule = self.pack.registration(&asking.service);
        let Some((rule, hospital)) = rule.zip(self.settings.hospital.as_deref()) else { return };
        asking.fill_in(&rule.place_kind, HOSPITAL);
        asking.fill_in(&rule.place, hospital);
    }

    /// How late it is, by the day that was answered.
    fn delay(&self, rule: &Registration, answers: &[Answer]) -> Option<&DelayStep> {
        let today = self.now.date();
        self.pack.rates.registration_delay.at(today)?.value.of(rule.day(answers)?, today)
    }

    /// The answers by which papers are asked for: how late it is counts as one.
    pub(crate) fn answers_for_papers(&self, asking: &Asking) -> Vec<Answer> {
        let mut answers = asking.answers(clock_at(self.now));
        let rule = self.pack.registration(&asking.service);
        if let Some(step) = rule.and_then(|rule| self.delay(rule, &answers)) {
            let (name, value) = (DELAY_ANSWER.to_owned(), step.id.clone());
            answers.push(Answer { name, value });
        }
        answers
    }

    /// What being late asks for, in the list of all answers.
    pub(crate) fn delay_rows(&self, asking: &Asking) -> Vec<AnswerRow> {
        let answers = asking.answers(clock_at(self.now));
        let rule = self.pack.registration(&asking.service);
        let Some(step) = rule.and_then(|rule| self.delay(rule, &answers)) else {
            return Vec::new();
        };
        let text = |text| self.pack.text(text, self.language).to_owned();
        let row = |id: &str, label, answer| AnswerRow {
            id: id.to_owned(),
            label: text(label),
            answer,
            agreed: false,
            picture: false,
            can_change: false,
        };
        let fee = match step.fee.is_positive() {
            true => format!("₹{}", step.fee.on_paper()),
            false => text(Text::ReportNoFee),
        };
        let delay = self.pack.delay_label(&step.id, self.language).to_owned();
        vec![row(DELAY_ROW, Text::ReportDelay, delay), row(FEE_ROW, Text::ReportFee, fee)]
    }

    /// What a report says in the open; or what is asked first.
    pub(crate) fn report(
        &self,
        asking: &Asking,
        answers: &[Answer],
        turn: &Turn<'_>,
    ) -> Result<Ready, Refusal> {
        let Some(rule) = self.pack.registration(&asking.service) else {
            return Ok(Ready::Write(None));
        };
        let step = self.delay(rule, answers).ok_or(Refusal::new(RefusalCode::NotSetYet))?;
        let ask = |asks| Report { asking: asking.clone(), asks, chosen: None };
        let marks = turn.books.marks(rule, answers);
        // Whoever stands alone at a kiosk is not told what others reported.
        let earlier = match self.staff {
            Some(_) => self.earlier_alike(asking, turn.books.alike(&marks)?, turn.books)?,
            None => Vec::new(),
        };
        let order = rule.order(answers);
        // What was said holds as long as the orders differ that it was said of.
        let holds = |said: &Distinct, alike: &Alike| {
            let is_other = said.how != HowDistinct::AnotherChild || alike.is_another_child(order);
            said.number == alike.number && is_other
        };
        let is_told = |alike: &Alike| asking.distinct.iter().any(|said| holds(said, alike));
        if let Some(open) = earlier.iter().find(|alike| !is_told(alike)) {
            return Ok(Ready::AskFirst(ask(Asks::Alike(open.clone()))));
        }
        // Staff were asked first: what others reported is not the family's to read.
        if self.settings.hospital.is_some() && !asking.looked_over {
            return Ok(Ready::AskFirst(ask(Asks::LookOver)));
        }
        let still = |said: &&Distinct| earlier.iter().any(|alike| holds(said, alike));
        Ok(Ready::Write(Some(Reported {
            delay: step.id.clone(),
            fee: step.fee,
            marks,
            order,
            looked_over: asking.looked_over,
            // What was said of a report that looks alike no more says nothing.
            distinct: asking.distinct.iter().filter(still).cloned().collect(),
        })))
    }

    fn earlier_alike(
        &self,
        asking: &Asking,
        entries: Vec<Entry>,
        books: &dyn Books,
    ) -> Result<Vec<Alike>, Refusal> {
        let mut earlier = Vec::new();
        for entry in entries {
            let Fact::Applied(applied) = &entry.fact else { continue };
            let number = number_of(&entry, books)?;
            let number = number.and_then(|number| ReceiptNumber::parse(&number).ok());
            if let Some(number) = number.filter(|_| applied.service == asking.service) {
                let order = applied.reported.as_ref().and_then(|reported| reported.order);
                earlier.push(Alike { number, date: date_text(entry.at.date()), order });
            }
        }
        Ok(earlier)
    }

    pub(crate) fn report_page(&self, report: &Report) -> FormPage {
        let text = |text| self.pack.text(text, self.language).to_owned();
        let choice = |(id, label): (&str, String)| FormChoice {
            id: id.to_owned(),
            label,
            chosen: report.chosen.as_deref() == Some(id),
        };
        let (label, hint, choices) = match &report.asks {
            Asks::LookOver => {
                let languages = self.pack.languages.iter();
                let languages = languages.map(|it| (it.code(), it.own_name().to_owned()));
                (text(Text::LookOverAsk), text(Text::LookOverHint), languages.collect())
            }
            Asks::Alike(alike) => {
                let number = alike.number.to_string();
                let places = [("number", number.as_str()), ("date", alike.date.as_str())];
                let label = self.pack.fill(Text::AlikeAsk, self.language, &places);
                let choices = self.alike_choices(report, alike).into_iter();
                let choices: Vec<(&str, String)> =
                    choices.map(|(id, label)| (id, text(label))).collect();
                (label, text(Text::AlikeHint), choices)
            }
        };
        FormPage {
            title: self.pack.service_title(&report.asking.service, self.language).to_owned(),
            question: 0,
            questions: 0,
            turn: None,
            label,
            hint: Some(hint),
            optional: false,
            answer: FormAnswer::One(choices.into_iter().map(choice).collect()),
            can_look: false,
            wrong: None,
            changing: false,
        }
    }

    /// Another child of the birth has another place in its order, and both reports say theirs.
    fn alike_choices(&self, report: &Report, alike: &Alike) -> Vec<(&'static str, Text)> {
        let rule = self.pack.registration(&report.asking.service);
        let answers = report.asking.answers(clock_at(self.now));
        let order = rule.and_then(|rule| rule.order(&answers));
        let child = alike.is_another_child(order).then_some((CHILD, Text::AlikeChild));
        let around = [(SAME, Text::AlikeSame), (OTHER, Text::AlikeOther)];
        let [same, other] = around;
        [Some(same), child, Some(other)].into_iter().flatten().collect()
    }

    pub(crate) fn touched_report(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Report(report) = &self.state else { return Err(not_here()) };
        match touch {
            Touch::Choose(id) => {
                let page = self.report_page(report);
                let FormAnswer::One(choices) = page.answer else { return Err(not_here()) };
                if !choices.iter().any(|choice| choice.id == id) {
                    return Err(not_here());
                }
                let mut report = report.clone();
                report.chosen = Some(id);
                self.state = State::Report(report);
                Ok(())
            }
            Touch::Press(Button::Next) => {
                let report = (**report).clone();
                self.answered_report(report, turn)
            }
            _ => Err(not_here()),
        }
    }

    fn answered_report(&mut self, report: Report, turn: &mut Turn<'_>) -> Outcome {
        let Report { mut asking, asks, chosen } = report;
        let chosen = chosen.ok_or(Refusal::new(RefusalCode::ChooseFirst))?;
        match asks {
            Asks::LookOver => {
                let mut languages = self.pack.languages.iter().copied();
                let language = languages.find(|language| language.code() == chosen);
                self.language = language.ok_or_else(not_here)?;
                asking.looked_over = true;
                self.enter(State::Answers(Box::new(asking)), turn.now);
                Ok(())
            }
            // Nothing is written twice: the paper of the earlier report stands.
            Asks::Alike(_) if chosen == SAME => self.forget(turn),
            Asks::Alike(alike) => {
                let how = match chosen == CHILD {
                    true => HowDistinct::AnotherChild,
                    false => HowDistinct::AnotherPerson,
                };
                asking.distinct.retain(|said| said.number != alike.number);
                asking.distinct.push(Distinct { number: alike.number, how });
                self.enter(State::Answers(Box::new(asking)), turn.now);
                self.owed_by_answers(turn)
            }
        }
    }
}
