//! The pages of a form: its questions one by one, and all answers.

use flow::{AnswerRow, AnswersPage, FormAnswer, FormChoice, FormKeys, FormPage};
use ledger::Language;
use panes::{AnswerLine, AnswersAdapter, FormAdapter, FormHolds, FormOption};
use slint::ComponentHandle;

use super::Glass;
use super::dates::in_words;
use super::models::settle;
use super::round::count;

pub(super) fn form(glass: &Glass, page: &FormPage) {
    let adapter = glass.window.global::<FormAdapter>();
    adapter.set_question(count(page.question));
    adapter.set_questions(count(page.questions));
    adapter.set_label(page.label.as_str().into());
    adapter.set_hint(page.hint.as_deref().unwrap_or_default().into());
    adapter.set_optional(page.optional);
    let (holds, typed, shown, choices) = match &page.answer {
        FormAnswer::Shown(text) => (FormHolds::Shown, "", text.as_str(), &[][..]),
        FormAnswer::Typed { text, keys } => (keys_of(*keys), text.as_str(), "", &[][..]),
        FormAnswer::One(choices) => (FormHolds::One, "", "", &choices[..]),
        FormAnswer::Several(choices) => (FormHolds::Several, "", "", &choices[..]),
        FormAnswer::Agreed(_) => (FormHolds::Agreed, "", "", &[][..]),
    };
    adapter.set_holds(holds);
    adapter.set_typed(typed.into());
    adapter.set_shown(shown.into());
    adapter.set_agreed(page.answer == FormAnswer::Agreed(true));
    settle(&glass.models.form_options, choices.iter().map(option).collect());
}

fn keys_of(keys: FormKeys) -> FormHolds {
    match keys {
        FormKeys::Words => FormHolds::Words,
        FormKeys::Names => FormHolds::Names,
        FormKeys::Code => FormHolds::Code,
        FormKeys::Whole => FormHolds::Whole,
        FormKeys::Decimal => FormHolds::Decimal,
        FormKeys::Date => FormHolds::Date,
    }
}

fn option(choice: &FormChoice) -> FormOption {
    FormOption {
        id: choice.id.as_str().into(),
        label: choice.label.as_str().into(),
        chosen: choice.chosen,
    }
}

pub(super) fn answers(glass: &Glass, page: &AnswersPage, language: Language) {
    let line = |row: &AnswerRow| AnswerLine {
        id: row.id.as_str().into(),
        label: row.label.as_str().into(),
        answer: in_words(&row.answer, language).into(),
        agreed: row.agreed,
        can_change: row.can_change,
    };
    glass.window.global::<AnswersAdapter>().set_submits(page.submits);
    settle(&glass.models.answers, page.rows.iter().map(line).collect());
}
