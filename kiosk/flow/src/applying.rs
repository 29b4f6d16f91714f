//! An application: a form is asked, the papers that are handed in with it are named, all of it is
//! looked over, and only then is it handed in. What was answered goes sealed to the office; the
//! person goes with an acknowledgement. Whoever leaves before with papers missing gets a list.

use ledger::{
    Answer, Application, Applied, Building, DeficiencyFacts, Document, Entry, Fact, Hash, Language,
    Moment, ReturnCause, SealedFile, ServiceKind, SignedLease, Slip, Text, date_text,
};

use crate::effect::{Effect, Ticket};
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::form::{Asking, clock_at};
use crate::refusal::{Refusal, RefusalCode};
use crate::reporting::Ready;
use crate::screen::{AnswerRow, FormAnswer, FormChoice, FormPage};
use crate::state::State;
use crate::touch::{Button, Touch};

/// The most bytes of all answers: half of what a sealed file holds.
const ANSWERS_BYTES_MAX: usize = 32_768;

/// The rows of the page that are no answers. No question of a form has such a name.
const BUILDING_ROW: &str = ":building";
const DOCUMENTS_ROW: &str = ":documents";
const MISSING_ROW: &str = ":missing";
const DUE_ROW: &str = ":due";

/// The papers of an application by the answers until now, in the pack's order.
#[derive(Default)]
struct Papers {
    asked: Vec<Document>,
    handed_in: Vec<String>,
    missing: Vec<String>,
}

impl Flow {
    pub(crate) fn is_application(&self, service: &str) -> bool {
        self.pack.service(service).is_some_and(|it| it.kind == ServiceKind::Application)
    }

    fn application(&self, service: &str) -> Option<&Application> {
        self.pack.service(service)?.application.as_ref()
    }

    /// The first page of a service that takes applications: which building, where it is about one.
    /// That no number can be given for it is said before anything is asked.
    pub(crate) fn begin_applying(&mut self, service: &str, turn: &mut Turn<'_>) -> Outcome {
        if self.needs_hospital_staff(service) {
            let sign_in = State::sign_in(&self.settings.staff);
            self.enter(sign_in, turn.now);
            return Ok(());
        }
        self.check_line(self.pack.service(service).ok_or_else(not_here)?)?;
        crate::pay::check_not_frozen(turn)?;
        self.acknowledgement_facts(turn)?;
        let application = self.application(service).ok_or_else(not_here)?;
        match application.about_building {
            true => {
                self.enter(State::find(service, false), turn.now);
                Ok(())
            }
            false => self.ask_about(service, None, turn),
        }
    }

    /// The building that an application is about was found.
    pub(crate) fn apply_for(
        &mut self,
        service: &str,
        building: Building,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        self.ask_about(service, Some(building), turn)
    }

    /// Where the questions end: at the papers, if any are asked for.
    pub(crate) fn after_questions(&self, asking: Asking) -> State {
        let asks = !self.papers(&asking).asked.is_empty();
        match asks && self.is_application(&asking.service) {
            true => State::Documents(Box::new(asking)),
            false => State::Answers(Box::new(asking)),
        }
    }

    fn papers(&self, asking: &Asking) -> Papers {
        let Some(application) = self.application(&asking.service) else {
            return Papers::default();
        };
        let answers = self.answers_for_papers(asking);
        let asked: Vec<Document> = application.asked(&answers).cloned().collect();
        let is_in = |document: &&Document| asking.papers.contains(&document.id);
        let id = |document: &Document| document.id.clone();
        let handed_in = asked.iter().filter(is_in).map(id).collect();
        let missing = asked.iter().filter(|document| document.required && !is_in(document));
        let missing = missing.map(id).collect();
        Papers { asked, handed_in, missing }
    }

    fn labels(&self, service: &str, documents: &[String]) -> String {
        let label = |id: &String| self.pack.document_label(service, id, self.language).to_owned();
        documents.iter().map(label).collect::<Vec<_>>().join(", ")
    }

    /// Each paper that is asked for, to be marked where it is handed in.
    pub(crate) fn documents_page(&self, asking: &Asking) -> FormPage {
        let papers = self.papers(asking);
        let choice = |document: &Document| FormChoice {
            id: document.id.clone(),
            label: self
                .pack
                .document_label(&asking.service, &document.id, self.language)
                .to_owned(),
            chosen: papers.handed_in.contains(&document.id),
        };
        let asked = asking.way_of(None).len();
        let questions = u32::try_from(asked).unwrap_or(u32::MAX).saturating_add(1);
        FormPage {
            title: self.pack.service_title(&asking.service, self.language).to_owned(),
            question: questions,
            questions,
            label: self.pack.text(Text::DocumentsAsk, self.language).to_owned(),
            hint: Some(self.pack.text(Text::DocumentsHint, self.language).to_owned()),
            optional: true,
            answer: FormAnswer::Several(papers.asked.iter().map(choice).collect()),
            wrong: None,
            changing: false,
            can_look: false,
            turn: None,
        }
    }

    pub(crate) fn touched_documents(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Documents(asking) = &self.state else { return Err(not_here()) };
        let mut asking = asking.clone();
        match touch {
            Touch::Press(Button::Next) => {
                self.enter(State::Answers(asking), turn.now);
                Ok(())
            }
            Touch::Choose(id) => {
                let asked = self.papers(&asking).asked;
                if !asked.iter().any(|document| document.id == id) {
                    return Err(not_here());
                }
                match asking.papers.iter().position(|paper| *paper == id) {
                    Some(place) => drop(asking.papers.remove(place)),
                    None => asking.papers.push(id),
                }
                self.state = State::Documents(asking);
                Ok(())
            }
            _ => Err(not_here()),
        }
    }

    /// What stands among the answers besides them: the building first, the papers and the day by
    /// which the office must answer last.
    pub(crate) fn application_rows(&self, asking: &Asking) -> (Vec<AnswerRow>, Vec<AnswerRow>) {
        if !self.is_application(&asking.service) {
            return (Vec::new(), Vec::new());
        }
        let (papers, language) = (self.papers(asking), self.language);
        let row = |id: &str, text: Text, answer: String| AnswerRow {
            id: id.to_owned(),
            label: self.pack.text(text, language).to_owned(),
            answer,
            agreed: false,
            picture: false,
            can_change: id == DOCUMENTS_ROW,
        };
        let place = asking.about.as_ref().map(|building| self.building_text(building));
        let first = place.map(|place| row(BUILDING_ROW, Text::Building, place));
        let mut last = Vec::new();
        let list = |documents: &[String]| self.labels(&asking.service, documents);
        if !papers.asked.is_empty() {
            last.push(row(DOCUMENTS_ROW, Text::AckHandedIn, list(&papers.handed_in)));
        }
        if !papers.missing.is_empty() {
            last.push(row(MISSING_ROW, Text::AckMissing, list(&papers.missing)));
        }
        last.extend(self.delay_rows(asking));
        if let Some(due) = self.due(asking, self.now) {
            last.push(row(DUE_ROW, Text::AckDue, date_text(due)));
        }
        (first.into_iter().collect(), last)
    }

    fn building_text(&self, building: &Building) -> String {
        let place = self.place(building);
        format!("{} · {}", place.ward_name, place.number)
    }

    fn due(&self, asking: &Asking, now: Moment) -> Option<chrono::NaiveDate> {
        let application = self.application(&asking.service)?;
        let days = self.complaint_days(&asking.service, &asking.answers(clock_at(now)));
        let days = days.unwrap_or(application.days);
        application.last_day(&self.pack.calendar, now.date(), days)
    }

    /// From the list of all answers back to the papers.
    pub(crate) fn change_documents(&mut self, id: &str, turn: &Turn<'_>) -> bool {
        let State::Answers(asking) = &self.state else { return false };
        let changes = id == DOCUMENTS_ROW && !self.papers(asking).asked.is_empty();
        if changes {
            let asking = asking.clone();
            self.enter(State::Documents(asking), turn.now);
        }
        changes
    }

    /// All of it was looked over: it is written, in the name of whoever is signed in, and printed
    /// once it is on disk.
    pub(crate) fn hand_in_application(
        &mut self,
        asking: &Asking,
        answers: Vec<Answer>,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        crate::pay::check_not_frozen(turn)?;
        let bytes = answers.iter().map(|answer| answer.name.len() + answer.value.len());
        if bytes.sum::<usize>() > ANSWERS_BYTES_MAX {
            return Err(Refusal::new(RefusalCode::TextTooLong));
        }
        let complaint = self.complaint_of(asking, &answers)?;
        let due = self.due(asking, turn.now);
        let due = due.ok_or(Refusal::new(RefusalCode::FormBroken))?;
        let epoch = chrono::DateTime::UNIX_EPOCH.date_naive();
        let papers = self.papers(asking);
        let reported = match self.report(asking, &answers, turn)? {
            Ready::Write(reported) => reported,
            Ready::AskFirst(report) => {
                self.enter(State::Report(Box::new(report)), turn.now);
                return Ok(());
            }
        };
        let (facts, book, number) = self.acknowledgement_facts(turn)?;
        let applied = Applied {
            book,
            number,
            service: asking.service.clone(),
            building: asking.about.as_ref().map(|building| building.id),
            language: self.language,
            pack: self.pack.body.version,
            due: due.signed_duration_since(epoch).num_days(),
            handed_in: papers.handed_in,
            missing: papers.missing,
            // Whoever seals the answers says what the file is.
            sealed: SealedFile { hash: Hash::from([0; 32]), bytes: 0 },
            reported,
            complaint,
        };
        let pictures = asking.pictures_of(&answers);
        self.recording = true;
        let staff = self.staff.as_ref().map(|member| member.id);
        let applied = Box::new(applied);
        turn.effects.push(Effect::Apply { staff, facts, applied, answers, pictures });
        Ok(())
    }

    pub(crate) fn application_recorded(
        &mut self,
        entries: &[Entry],
        turn: &mut Turn<'_>,
    ) -> Outcome {
        let applied = entries.iter().find(|entry| matches!(entry.fact, Fact::Applied(_)));
        self.hand_over(applied.ok_or_else(not_here)?, turn)
    }

    /// The facts that make a number possible: a book that is used up, or whose year has ended, goes
    /// back, and the next one is opened.
    fn acknowledgement_facts(&self, turn: &Turn<'_>) -> Result<(Vec<Fact>, String, u32), Refusal> {
        let year = self.year_now(turn);
        let open = turn.books.day_book().acknowledgements();
        let mut facts = Vec::new();
        if let Some(open) = open {
            let over = year.is_some_and(|year| year != open.lease.year);
            if !over && !open.is_used_up() {
                return Ok((facts, open.lease.book.clone(), open.next));
            }
            let used_up = open.is_used_up();
            let cause = if used_up { ReturnCause::UsedUp } else { ReturnCause::YearEnded };
            facts.push(Fact::BookReturned(open.returned(cause)));
        }
        let year = year.or(open.map(|open| open.lease.year));
        let next = next_acknowledgements(&turn.books.leases(), year);
        let next = next.ok_or(Refusal::new(RefusalCode::NoAcknowledgements))?;
        let (book, number) = (next.lease.book.clone(), next.lease.first);
        facts.push(Fact::BookOpened(next));
        Ok((facts, book, number))
    }

    /// Prints what is missing for whoever leaves before anything was handed in. It is a paper of no
    /// entry: what becomes of it is not asked.
    pub(crate) fn print_deficiency(&mut self, turn: &mut Turn<'_>) {
        let asking = match &self.state {
            State::Documents(asking) | State::Answers(asking) => asking,
            State::Report(report) => &report.asking,
            _ => return,
        };
        let missing = self.papers(asking).missing;
        if missing.is_empty() || !self.is_application(&asking.service) {
            return;
        }
        let building = asking.about.as_ref();
        let facts = DeficiencyFacts {
            service: &asking.service,
            on: turn.now.date(),
            building: building.map(|building| (building.ward, building.number.as_str())),
            missing: &missing,
            practice: self.settings.practice,
        };
        let slip = Slip::deficiency(&self.pack, self.language, &facts);
        let ticket = self.next_ticket(Ticket::OF_NO_ENTRY);
        turn.effects.push(Effect::Print { ticket, slip, drawer: false });
    }

    /// What a service is called that a slip acknowledges; its id where the pack knows it no more.
    pub(crate) fn acknowledged_title(&self, service: &str, language: Language) -> String {
        match self.pack.service(service) {
            Some(_) => self.pack.service_title(service, language).to_owned(),
            None => service.to_owned(),
        }
    }
}

/// The oldest book of acknowledgements of a year that was not opened yet.
fn next_acknowledgements(leases: &[SignedLease], year: Option<u16>) -> Option<SignedLease> {
    let of_year = |signed: &&SignedLease| {
        let lease = &signed.lease;
        lease.acknowledges.is_some() && year.is_none_or(|year| year == lease.year)
    };
    leases.iter().find(of_year).cloned()
}
