//! Complaints after their filing. Whoever filed one sees how it stands, rates the answer or opens
//! it again, by the slip's square or by its number and check code. Officers work on those of their
//! wards. Every deed is an entry of the device at which it was done, with a line or without.

mod pages;

use std::sync::Arc;

use forms::{Around, Clock, Filling, Kind, Spot, read_folder};
use ledger::{
    Answer, COMPLAINT_CATEGORY, COMPLAINT_CODE_CHARACTERS_MAX, COMPLAINT_REMARK_CHARACTERS_MAX,
    COMPLAINT_WARD, Channel, CitizenSays, Complaint, ComplaintAnswered, ComplaintState,
    ComplaintWord, ComplaintWorked, Fact, ReceiptNumber, Work,
};

use crate::books::ComplaintHere;
use crate::effect::{Effect, Purpose};
use crate::flow::{Flow, Outcome, Turn, not_here, typed};
use crate::form::{Asking, clock_at};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{Tile, Works};
use crate::state::State;
use crate::touch::{Button, Field, Touch};

/// The tile of an officer's menu behind which the complaints are.
pub(crate) const COMPLAINTS: &str = "complaints";

/// What can be chosen on the pages.
const FILE: &str = "file";
const MINE: &str = "mine";
const REOPEN: &str = "reopen";
const TAKE_UP: &str = "take_up";
const RESOLVE: &str = "resolve";
const REASSIGN: &str = "reassign";
const REJECT: &str = "reject";

/// Where somebody stands with a complaint.
#[derive(Clone, Debug)]
pub(crate) struct Complaining {
    pub at: At,
    /// What is chosen on the page, and what is typed on it.
    pub chosen: Option<String>,
    pub typed: String,
}

#[derive(Clone, Debug)]
pub(crate) enum At {
    /// File one, or see to one that was filed.
    Begin,
    Number,
    Code(ReceiptNumber),
    /// How it stands, and what the citizen says of that.
    Answer(ReceiptNumber, String),
    Thanks,
    /// The officer's list, and one of it.
    List,
    One(String),
    Office(String),
    /// What is typed with a deed: what was done, or why.
    Remark(String, Deed),
}

/// What an officer does that wants words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Resolve,
    Reject,
    Reassign(String),
}

impl Complaining {
    fn at(at: At) -> State {
        State::Complaint(Box::new(Self { at, chosen: None, typed: String::new() }))
    }

    /// The page before this one; none where it was the first.
    pub(crate) fn before(&self) -> Option<State> {
        let before = match &self.at {
            At::Begin | At::List | At::Thanks | At::Answer(..) => return None,
            At::Number => At::Begin,
            At::Code(_) => At::Number,
            At::One(_) => At::List,
            At::Office(number) => At::One(number.clone()),
            At::Remark(number, Deed::Reassign(_)) => At::Office(number.clone()),
            At::Remark(number, Deed::Resolve | Deed::Reject) => At::One(number.clone()),
        };
        Some(Self::at(before))
    }
}

impl Flow {
    /// The tile of an officer's device; none on any other, or where the body takes no complaints.
    pub(crate) fn complaints_tile(&self) -> Option<Tile> {
        let works = self.settings.works_complaints && self.pack.complaints.are_taken();
        works.then(|| Tile {
            id: COMPLAINTS.to_owned(),
            title: self.complaint_text(ComplaintWord::List),
            help: self.complaint_text(ComplaintWord::ListHelp),
            picture: "message".to_owned(),
            badge: "check".to_owned(),
            works: Works::Offline,
        })
    }

    fn complaint_text(&self, word: ComplaintWord) -> String {
        self.pack.complaint_word(word, self.language).to_owned()
    }

    /// Whether a service is the one that takes complaints.
    pub(crate) fn takes_complaints(&self, service: &str) -> bool {
        self.pack.complaints.service == service
    }

    pub(crate) fn begin_complaint(&mut self, turn: &Turn<'_>) -> Outcome {
        self.enter(Complaining::at(At::Begin), turn.now);
        Ok(())
    }

    pub(crate) fn begin_complaints(&mut self, turn: &Turn<'_>) -> Outcome {
        if self.complaints_tile().is_none() || self.staff.is_none() {
            return Err(not_here());
        }
        self.enter(Complaining::at(At::List), turn.now);
        Ok(())
    }

    /// The slip of a complaint was scanned, and proved itself.
    pub(crate) fn show_complaint(
        &mut self,
        number: ReceiptNumber,
        code: String,
        turn: &Turn<'_>,
    ) -> Outcome {
        self.enter(Complaining::at(At::Answer(number, code)), turn.now);
        Ok(())
    }

    /// What the entry of a complaint says, by its answers; none for any other application.
    pub(crate) fn complaint_of(
        &self,
        asking: &Asking,
        answers: &[Answer],
    ) -> Result<Option<Complaint>, Refusal> {
        if !self.takes_complaints(&asking.service) {
            return Ok(None);
        }
        let said = |name: &str| answers.iter().find(|answer| answer.name == name);
        let category = said(COMPLAINT_CATEGORY).map(|answer| answer.value.clone());
        let ward = said(COMPLAINT_WARD).and_then(|answer| answer.value.trim().parse().ok());
        let known = |category: &String| self.pack.complaints.category(category).is_some();
        let broken = || Refusal::new(RefusalCode::FormBroken);
        let category = category.filter(known).ok_or_else(broken)?;
        let ward = ward.filter(|ward| self.pack.ward(*ward).is_some()).ok_or_else(broken)?;
        let (asset, channel) = (asking.asset.clone(), asking.channel);
        Ok(Some(Complaint { category, ward, asset, channel }))
    }

    /// The days that the office has for what was answered; none where it is no complaint.
    pub(crate) fn complaint_days(&self, service: &str, answers: &[Answer]) -> Option<u16> {
        if !self.takes_complaints(service) {
            return None;
        }
        let category = answers.iter().find(|answer| answer.name == COMPLAINT_CATEGORY)?;
        self.pack.complaints.category(&category.value).map(|category| category.days)
    }

    pub(crate) fn touched_complaint(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let offered = self.complaint_choices(turn.books)?;
        let State::Complaint(state) = &mut self.state else { return Err(not_here()) };
        match touch {
            Touch::Press(Button::Next) => {
                let state = (**state).clone();
                self.go_on_complaining(state, turn)
            }
            Touch::Choose(id) if offered.iter().any(|choice| choice.id == id) => {
                state.chosen = Some(id);
                Ok(())
            }
            touch => {
                let text = typed(&touch, Field::Answer).ok_or_else(not_here)?;
                if !matches!(state.at, At::Number | At::Code(_) | At::Remark(..)) {
                    return Err(not_here());
                }
                if text.chars().count() > COMPLAINT_REMARK_CHARACTERS_MAX {
                    return Err(Refusal::new(RefusalCode::TextTooLong));
                }
                text.clone_into(&mut state.typed);
                Ok(())
            }
        }
    }

    fn go_on_complaining(&mut self, state: Complaining, turn: &mut Turn<'_>) -> Outcome {
        let Complaining { at, chosen, typed } = state;
        let choose = || Refusal::new(RefusalCode::ChooseFirst);
        match at {
            At::Begin => match chosen.ok_or_else(choose)?.as_str() {
                FILE => {
                    let service = self.pack.complaints.service.clone();
                    self.begin_applying(&service, turn)
                }
                MINE => self.to_complaint(At::Number, turn),
                code => self.write_down(Channel::from_code(code).ok_or_else(not_here)?, turn),
            },
            At::Number => {
                let number = ReceiptNumber::parse(&typed).ok();
                let number = number.filter(|number| number.body == self.pack.body.code);
                let number = number.ok_or(Refusal::new(RefusalCode::AnswerNotTaken))?;
                self.to_complaint(At::Code(number), turn)
            }
            At::Code(number) => {
                let code = typed.trim().to_ascii_uppercase();
                if !(1..=COMPLAINT_CODE_CHARACTERS_MAX).contains(&code.chars().count()) {
                    return Err(Refusal::new(RefusalCode::AnswerNotTaken));
                }
                self.check_code_of(&number, &code, turn)?;
                self.to_complaint(At::Answer(number, code), turn)
            }
            At::Answer(number, code) => {
                if self.may_answer(&number, turn.books)?.is_empty() {
                    return self.forget(turn);
                }
                let says = match chosen.ok_or_else(choose)?.as_str() {
                    REOPEN => CitizenSays::Reopened,
                    stars => CitizenSays::Rated(stars.parse().map_err(|_| not_here())?),
                };
                crate::pay::check_not_frozen(turn)?;
                let word = ComplaintAnswered { number, code, says };
                self.record(Purpose::Complaint, vec![Fact::ComplaintAnswered(word)], turn);
                Ok(())
            }
            At::Thanks => self.forget(turn),
            At::List => match chosen {
                None if self.open_complaints(turn.books)?.is_empty() => self.forget(turn),
                chosen => self.to_complaint(At::One(chosen.ok_or_else(choose)?), turn),
            },
            At::One(number) => self.act_on(number, &chosen.ok_or_else(choose)?, turn),
            At::Office(number) => {
                let deed = Deed::Reassign(chosen.ok_or_else(choose)?);
                self.to_complaint(At::Remark(number, deed), turn)
            }
            At::Remark(number, deed) => {
                let words = typed.trim().to_owned();
                if words.is_empty() {
                    return Err(Refusal::new(RefusalCode::AnswerNeeded));
                }
                let work = match deed {
                    Deed::Resolve => Work::Resolved(words),
                    Deed::Reject => Work::Rejected(words),
                    Deed::Reassign(office) => Work::Reassigned(office, words),
                };
                self.work_on(&number, work, turn)
            }
        }
    }

    /// Staff write down what reached the office by a channel.
    fn write_down(&mut self, channel: Channel, turn: &mut Turn<'_>) -> Outcome {
        let service = self.pack.complaints.service.clone();
        self.begin_applying(&service, turn)?;
        if let State::Form(asking) = &mut self.state {
            asking.channel = Some(channel);
        }
        Ok(())
    }

    fn to_complaint(&mut self, at: At, turn: &Turn<'_>) -> Outcome {
        self.enter(Complaining::at(at), turn.now);
        Ok(())
    }

    fn act_on(&mut self, number: String, act: &str, turn: &mut Turn<'_>) -> Outcome {
        match act {
            TAKE_UP => self.work_on(&number, Work::TakenUp, turn),
            RESOLVE => self.to_complaint(At::Remark(number, Deed::Resolve), turn),
            REJECT => self.to_complaint(At::Remark(number, Deed::Reject), turn),
            REASSIGN => self.to_complaint(At::Office(number), turn),
            _ => Err(not_here()),
        }
    }

    fn work_on(&mut self, number: &str, work: Work, turn: &mut Turn<'_>) -> Outcome {
        crate::pay::check_not_frozen(turn)?;
        let number = ReceiptNumber::parse(number).map_err(|_| not_here())?;
        let word = ComplaintWorked { number, work };
        self.record(Purpose::Complaint, vec![Fact::ComplaintWorked(word)], turn);
        Ok(())
    }

    /// A deed is on disk: an officer is back at the list, a citizen is thanked.
    pub(crate) fn complaint_recorded(&mut self, turn: &mut Turn<'_>) -> Outcome {
        turn.effects.push(Effect::Sync);
        let State::Complaint(state) = &self.state else { return Ok(()) };
        let next = match state.at {
            At::Answer(..) => At::Thanks,
            _ => At::List,
        };
        self.to_complaint(next, turn)
    }

    /// Where this device knows the complaint, it knows the code too.
    fn check_code_of(&self, number: &ReceiptNumber, code: &str, turn: &Turn<'_>) -> Outcome {
        let known = complaint_here(turn.books, &number.to_string())?;
        let known = known.and_then(|known| known.code);
        match !code.is_empty() && known.is_none_or(|known| known == code) {
            true => Ok(()),
            false => Err(Refusal::new(RefusalCode::AnswerNotTaken)),
        }
    }

    /// An answer as the form says it: the choice in the language on the glass.
    fn said_in_form(&self, answers: &[Answer]) -> Vec<(String, String)> {
        let service = self.pack.service(&self.pack.complaints.service);
        let id = service.and_then(|service| service.form.as_deref()).unwrap_or_default();
        let form = read_folder(&self.pack.form_files(id)).ok().and_then(|mut forms| forms.pop());
        let Some(form) = form else { return Vec::new() };
        let clock: Clock = clock_at(self.now);
        let around = Around { clock, device: String::new(), seed: [0; 16] };
        let filling = Filling::begin(Arc::new(form), &around);
        let language = self.language.code();
        let said = |answer: &Answer| {
            let item = filling.form().named(&answer.name)?;
            let spot = Spot { item, turns: Vec::new() };
            let label = filling.label(&spot, language).unwrap_or_else(|| answer.name.clone());
            let list = match &filling.form().item(item).kind {
                Kind::SelectOne(list) => Some(list),
                _ => None,
            };
            let choice = list.and_then(|list| filling.form().choice(list, &answer.value));
            let value = choice.map(|choice| filling.choice_label(choice, &spot, language));
            Some((label, value.unwrap_or_else(|| answer.value.clone())))
        };
        answers.iter().filter(|answer| !answer.value.is_empty()).filter_map(said).collect()
    }
}

/// A complaint that this device knows.
fn complaint_here(
    books: &dyn crate::books::Books,
    number: &str,
) -> Result<Option<ComplaintHere>, crate::books::Unreadable> {
    Ok(books.complaints()?.into_iter().find(|known| known.number == number))
}

/// The word for a state.
const fn word_of(state: ComplaintState) -> ComplaintWord {
    match state {
        ComplaintState::Open => ComplaintWord::Open,
        ComplaintState::TakenUp => ComplaintWord::TakenUp,
        ComplaintState::Resolved => ComplaintWord::Resolved,
        ComplaintState::Rejected => ComplaintWord::Rejected,
    }
}
