//! The pages of a form: its questions one by one, and all answers.

use flow::{AnswerRow, AnswersPage, FormAnswer, FormChoice, FormKeys, FormPage, TurnRow};
use ledger::Language;
use panes::{AnswerLine, AnswersAdapter, FormAdapter, FormHolds, FormOption, FormTurn};
use slint::ComponentHandle;

use super::Glass;
use super::dates::in_words;
use super::models::settle;
use super::round::count;
use super::visit::whereabouts_of;

pub(super) fn form(glass: &Glass, page: &FormPage) {
    let adapter = glass.window.global::<FormAdapter>();
    adapter.set_question(count(page.question));
    adapter.set_questions(count(page.questions));
    adapter.set_turn(page.turn.as_deref().unwrap_or_default().into());
    adapter.set_can_look(page.can_look);
    adapter.set_label(page.label.as_str().into());
    adapter.set_hint(page.hint.as_deref().unwrap_or_default().into());
    adapter.set_optional(page.optional);
    let (holds, typed, shown, choices) = match &page.answer {
        FormAnswer::Shown(text) => (FormHolds::Shown, "", text.as_str(), &[][..]),
        FormAnswer::Typed { text, keys } => (keys_of(*keys), text.as_str(), "", &[][..]),
        FormAnswer::One(choices) => (FormHolds::One, "", "", &choices[..]),
        FormAnswer::Several(choices) => (FormHolds::Several, "", "", &choices[..]),
        FormAnswer::Agreed(_) => (FormHolds::Agreed, "", "", &[][..]),
        FormAnswer::Place { .. } => (FormHolds::Place, "", "", &[][..]),
        FormAnswer::Picture { .. } => (FormHolds::Picture, "", "", &[][..]),
        FormAnswer::Turns(_) => (FormHolds::Turns, "", "", &[][..]),
    };
    adapter.set_holds(holds);
    adapter.set_typed(typed.into());
    adapter.set_shown(shown.into());
    adapter.set_agreed(page.answer == FormAnswer::Agreed(true));
    settle(&glass.models.form_options, choices.iter().map(option).collect());
    let turns = match &page.answer {
        FormAnswer::Turns(turns) => &turns[..],
        _ => &[],
    };
    settle(&glass.models.form_turns, turns.iter().map(turn).collect());
    taken(&adapter, &page.answer);
}

/// What answers by a touch alone: where the device stands, or what its camera sees.
fn taken(adapter: &FormAdapter<'_>, answer: &FormAnswer) {
    let (place, here, picture, attached) = match answer {
        FormAnswer::Place { taken, here } => {
            (taken.as_deref().unwrap_or_default(), here.as_ref(), false, here.is_some())
        }
        FormAnswer::Picture { taken, can_take } => ("", None, *taken, *can_take),
        _ => ("", None, false, false),
    };
    adapter.set_place_taken(place.into());
    adapter.set_picture_taken(picture);
    adapter.set_attached(attached);
    let here = whereabouts_of(here);
    adapter.set_place(here.place.into());
    adapter.set_place_within(here.within);
    adapter.set_place_old(here.old);
    adapter.set_place_good(here.good);
    adapter.set_no_place(here.why.into());
}

fn keys_of(keys: FormKeys) -> FormHolds {
    match keys {
        FormKeys::Words => FormHolds::Words,
        FormKeys::Names => FormHolds::Names,
        FormKeys::Code => FormHolds::Code,
        FormKeys::Whole => FormHolds::Whole,
        FormKeys::Decimal => FormHolds::Decimal,
        FormKeys::Date => FormHolds::Date,
        FormKeys::Time => FormHolds::Time,
    }
}

fn turn(row: &TurnRow) -> FormTurn {
    FormTurn { number: count(row.number), says: row.says.as_str().into(), whole: row.whole }
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
        picture: row.picture,
        can_change: row.can_change,
    };
    glass.window.global::<AnswersAdapter>().set_submits(page.submits);
    settle(&glass.models.answers, page.rows.iter().map(line).collect());
}
