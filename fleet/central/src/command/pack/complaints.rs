//! Whether complaints can be taken by the answers of their form: it must ask what routes them, with
//! the very choices that the pack has.

use forms::{Form, Kind};
use ledger::{COMPLAINT_CATEGORY, COMPLAINT_WARD, Pack};

/// Why complaints cannot be taken, each with file and line or question.
pub(super) fn complaint_faults(pack: &Pack, forms: &[Form]) -> Vec<String> {
    let complaints = &pack.complaints;
    let service = pack.service(&complaints.service);
    let id = service.and_then(|service| service.form.as_deref()).unwrap_or_default();
    // That there is no such form is said of its service.
    let Some(form) = forms.iter().find(|form| form.id == id) else { return Vec::new() };
    let categories = complaints.categories.iter().map(|category| category.id.clone()).collect();
    let wards = pack.wards.iter().map(|ward| ward.number.to_string()).collect();
    let mut faults = choice_faults(form, COMPLAINT_CATEGORY, categories, "[[complaint_category]]");
    faults.extend(choice_faults(form, COMPLAINT_WARD, wards, "[[ward]]"));
    let strange = complaints.officers_read.iter().filter(|name| form.named(name).is_none());
    faults.extend(strange.map(|name| {
        let line = complaints.line;
        format!("pack.toml:{line}: officers read {name}, which forms/{id} does not ask")
    }));
    faults
}

/// What the choices of a question lack of what the pack has, and have besides.
fn choice_faults(form: &Form, question: &str, known: Vec<String>, of: &str) -> Vec<String> {
    let id = &form.id;
    let item = form.named(question).map(|item| form.item(item));
    let Some(Kind::SelectOne(list)) = item.map(|item| &item.kind) else {
        return vec![format!("forms/{id}: complaints need a select_one with the name {question}")];
    };
    let offered = form.choices.get(list).into_iter().flatten();
    let offered: Vec<&String> = offered.map(|choice| &choice.name).collect();
    let lacks = known.iter().filter(|name| !offered.contains(name));
    let mut faults: Vec<String> =
        lacks.map(|name| format!("forms/{id}: {question} does not offer {name} of {of}")).collect();
    let strange = offered.into_iter().filter(|name| !known.contains(name));
    faults.extend(
        strange.map(|name| {
            format!("forms/{id}: {question} offers {name}, which is no {of} of the pack")
        }),
    );
    faults
}
