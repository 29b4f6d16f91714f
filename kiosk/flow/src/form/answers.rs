//! Answers as they are handed on: each by its name, and within the turns of a repeat by its path.

use forms::{Form, ItemId, Kind};
use ledger::Answer;

/// Every answer that was given, in the order of the form; a group has none of its own.
pub(super) fn collect(form: &Form, entries: Vec<forms::Entry>) -> Vec<Answer> {
    let mut answers = Vec::new();
    walk(form, 0, "", entries, &mut answers);
    answers
}

fn walk(
    form: &Form,
    group: ItemId,
    path: &str,
    entries: Vec<forms::Entry>,
    answers: &mut Vec<Answer>,
) {
    let (mut repeat, mut turn) = (None, 0);
    for entry in entries {
        let children = form.item(group).children.iter().copied();
        let found = children.into_iter().find(|id| form.item(*id).name == entry.name);
        let child = found.expect("a record is made of the form's own items");
        // The turns of a repeat stand one behind the other.
        turn = if repeat == Some(child) { turn + 1 } else { 1 };
        repeat = Some(child);
        match form.item(child).kind {
            Kind::Repeat => {
                let inner = format!("{path}{}[{turn}]/", entry.name);
                walk(form, child, &inner, entry.inner, answers);
            }
            Kind::Group => walk(form, child, path, entry.inner, answers),
            _ if entry.value.is_empty() => {}
            _ => {
                let name = format!("{path}{}", entry.name);
                answers.push(Answer { name, value: entry.value });
            }
        }
    }
}
