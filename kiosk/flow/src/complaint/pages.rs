//! The pages of complaints: each is one question, with what is known beside it.

use ledger::{Channel, ComplaintState, ComplaintWord, ReceiptNumber, day_text};

use super::{
    At, Complaining, Deed, FILE, MINE, REASSIGN, REJECT, REOPEN, RESOLVE, TAKE_UP, complaint_here,
    word_of,
};
use crate::books::{Books, ComplaintHere, Unreadable};
use crate::flow::Flow;
use crate::screen::{FormAnswer, FormChoice, FormKeys, FormPage};
use crate::state::State;

const STARS: [(&str, ComplaintWord); 5] = [
    ("5", ComplaintWord::Stars5),
    ("4", ComplaintWord::Stars4),
    ("3", ComplaintWord::Stars3),
    ("2", ComplaintWord::Stars2),
    ("1", ComplaintWord::Stars1),
];

/// What staff write down for somebody, by how it came.
const CHANNELS: [(Channel, ComplaintWord); 5] = [
    (Channel::Phone, ComplaintWord::ByPhone),
    (Channel::Sms, ComplaintWord::BySms),
    (Channel::Email, ComplaintWord::ByEmail),
    (Channel::App, ComplaintWord::ByApp),
    (Channel::Ivrs, ComplaintWord::ByIvrs),
];

impl Flow {
    pub(crate) fn complaint_page(
        &self,
        state: &Complaining,
        books: &dyn Books,
    ) -> Result<FormPage, Unreadable> {
        let choices = self.complaint_choices(books)?;
        let shown = |text: String| FormAnswer::Shown(text);
        let one = FormAnswer::One(choices.clone());
        let typed = |keys| FormAnswer::Typed { text: state.typed.clone(), keys };
        let (title, label, hint, answer) = match &state.at {
            At::Begin => (ComplaintWord::Mine, ComplaintWord::ActAsk, None, one),
            At::Number => {
                (ComplaintWord::Mine, ComplaintWord::NumberAsk, None, typed(FormKeys::Code))
            }
            At::Code(_) => {
                (ComplaintWord::Mine, ComplaintWord::CodeAsk, None, typed(FormKeys::Code))
            }
            At::Answer(number, _) => {
                let hint = Some(self.standing_text(number, books)?);
                let (label, answer) = match choices.is_empty() {
                    true => (ComplaintWord::State, shown(String::new())),
                    false => (ComplaintWord::AnswerAsk, one),
                };
                (ComplaintWord::Mine, label, hint, answer)
            }
            At::Thanks => {
                let says = shown(self.complaint_text(ComplaintWord::ThanksSays));
                (ComplaintWord::Mine, ComplaintWord::Thanks, None, says)
            }
            At::List => {
                let answer = match choices.is_empty() {
                    true => shown(self.complaint_text(ComplaintWord::NoneOpen)),
                    false => one,
                };
                (ComplaintWord::List, ComplaintWord::List, None, answer)
            }
            At::One(number) => {
                let about = complaint_here(books, number)?.map(|known| self.about_text(&known));
                (ComplaintWord::List, ComplaintWord::ActAsk, about, one)
            }
            At::Office(_) => (ComplaintWord::List, ComplaintWord::OfficeAsk, None, one),
            At::Remark(_, deed) => {
                let label = match deed {
                    Deed::Resolve => ComplaintWord::RemarkAsk,
                    Deed::Reject | Deed::Reassign(_) => ComplaintWord::ReasonAsk,
                };
                let hint = Some(self.complaint_text(ComplaintWord::RemarkHint));
                (ComplaintWord::List, label, hint, typed(FormKeys::Words))
            }
        };
        Ok(FormPage {
            title: self.complaint_text(title),
            question: 0,
            questions: 0,
            label: self.complaint_text(label),
            hint,
            optional: false,
            turn: None,
            answer,
            can_look: false,
            wrong: None,
            changing: false,
        })
    }

    /// What can be chosen on the page.
    pub(super) fn complaint_choices(
        &self,
        books: &dyn Books,
    ) -> Result<Vec<FormChoice>, Unreadable> {
        let State::Complaint(state) = &self.state else { return Ok(Vec::new()) };
        let choice = |id: &str, label: String| FormChoice {
            id: id.to_owned(),
            label,
            chosen: state.chosen.as_deref() == Some(id),
        };
        let words = |all: &[(&str, ComplaintWord)]| -> Vec<FormChoice> {
            all.iter().map(|(id, word)| choice(id, self.complaint_text(*word))).collect()
        };
        Ok(match &state.at {
            At::Begin => {
                let service = &self.pack.complaints.service;
                let file = self.pack.service_help(service, self.language).to_owned();
                let mine = self.complaint_text(ComplaintWord::MineHelp);
                let mut all = vec![choice(FILE, file), choice(MINE, mine)];
                if self.staff.is_some() {
                    all.extend(words(&CHANNELS.map(|(it, word)| (it.code(), word))));
                }
                all
            }
            At::Answer(number, _) => words(&self.may_answer(number, books)?),
            At::List => {
                let open = self.open_complaints(books)?;
                let row = |known: &ComplaintHere| choice(&known.number, self.row_text(known));
                open.iter().map(row).collect()
            }
            At::One(number) => {
                let known = complaint_here(books, number)?;
                let taken = known.is_some_and(|known| known.state == ComplaintState::TakenUp);
                let acts = [
                    (TAKE_UP, ComplaintWord::TakeUp),
                    (RESOLVE, ComplaintWord::Resolve),
                    (REASSIGN, ComplaintWord::Reassign),
                    (REJECT, ComplaintWord::Reject),
                ];
                words(if taken { &acts[1..] } else { &acts[..] })
            }
            At::Office(number) => {
                let now = complaint_here(books, number)?.map(|known| known.office);
                let others = self.pack.complaints.offices.iter();
                let others = others.filter(|office| now.as_ref() != Some(*office));
                let label =
                    |office: &String| self.pack.complaint_office(office, self.language).to_owned();
                others.map(|office| choice(office, label(office))).collect()
            }
            At::Number | At::Code(_) | At::Thanks | At::Remark(..) => Vec::new(),
        })
    }

    /// What a citizen may say of a complaint as it stands here; everything where this device has
    /// not heard of it, as the office will know.
    pub(super) fn may_answer(
        &self,
        number: &ReceiptNumber,
        books: &dyn Books,
    ) -> Result<Vec<(&'static str, ComplaintWord)>, Unreadable> {
        let reopen = (REOPEN, ComplaintWord::Reopen);
        let known = complaint_here(books, &number.to_string())?;
        let last = known.as_ref().and_then(|known| known.reopen_to);
        // After that day it would count for nothing.
        let reopen = last.is_none_or(|last| self.now.day() <= last).then_some(reopen);
        Ok(match known.map(|known| (known.state, known.stars)) {
            Some((ComplaintState::Open | ComplaintState::TakenUp, _)) => Vec::new(),
            Some((ComplaintState::Rejected, _) | (ComplaintState::Resolved, Some(_))) => {
                reopen.into_iter().collect()
            }
            Some((ComplaintState::Resolved, None)) | None => {
                STARS.into_iter().chain(reopen).collect()
            }
        })
    }

    /// The complaints that an officer still works on, by the day on which they are due.
    pub(super) fn open_complaints(
        &self,
        books: &dyn Books,
    ) -> Result<Vec<ComplaintHere>, Unreadable> {
        let mut known = books.complaints()?;
        known.retain(|known| known.state.is_open() && self.settings.wards.contains(&known.ward));
        Ok(known)
    }

    /// "Garbage · Ward 7 · Due by 03-12-2026 · overdue".
    fn row_text(&self, known: &ComplaintHere) -> String {
        let category = self.pack.complaint_category(&known.category, self.language);
        let ward = self.complaint_text(ComplaintWord::Ward);
        let mut parts = vec![
            category.to_owned(),
            format!("{ward} {}", known.ward),
            self.complaint_text(word_of(known.state)),
            self.due_text(known),
        ];
        if known.due < self.now.day() {
            parts.push(self.complaint_text(ComplaintWord::Overdue));
        }
        parts.join(" · ")
    }

    fn due_text(&self, known: &ComplaintHere) -> String {
        format!("{} {}", self.complaint_text(ComplaintWord::Due), day_text(known.due))
    }

    /// Everything that an officer is to know of one.
    fn about_text(&self, known: &ComplaintHere) -> String {
        let mut lines = vec![known.number.clone(), self.row_text(known)];
        let office = self.pack.complaint_office(&known.office, self.language);
        lines.push(format!("{}: {office}", self.complaint_text(ComplaintWord::Office)));
        if let Some(asset) = &known.asset {
            lines.push(self.pack.asset_name(asset, self.language).to_owned());
        }
        let said = self.said_in_form(&known.says).into_iter();
        lines.extend(said.map(|(label, value)| format!("{label} {value}")));
        lines.join("\n")
    }

    /// How one stands, for whoever filed it.
    fn standing_text(
        &self,
        number: &ReceiptNumber,
        books: &dyn Books,
    ) -> Result<String, Unreadable> {
        let number = number.to_string();
        let Some(known) = complaint_here(books, &number)? else {
            return Ok(format!("{number}\n{}", self.complaint_text(ComplaintWord::NotHeard)));
        };
        let state = self.complaint_text(ComplaintWord::State);
        let mut lines = vec![
            number,
            format!("{state}: {}", self.complaint_text(word_of(known.state))),
            self.due_text(&known),
        ];
        lines.extend(known.remark);
        if let Some((_, word)) =
            STARS.iter().find(|(id, _)| known.stars.is_some_and(|stars| stars.to_string() == **id))
        {
            lines.push(self.complaint_text(*word));
        }
        lines.push(self.complaint_text(ComplaintWord::AnswerHint));
        Ok(lines.join("\n"))
    }
}
