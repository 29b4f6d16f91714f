//! The pages around a day's work: sign in, the question about a slip, the count, the closed day.

use flow::{AskPaperPage, DayClosedPage, DayEndPage, NoteCount, SignIn, StaffChoice};
use ledger::{Language, Paise};
use panes::{
    AskPaperAdapter, DayClosedAdapter, DayEndAdapter, FieldName, NoteRow, SignInAdapter, StaffRow,
};
use slint::{ComponentHandle, SharedString};

use super::Glass;
use super::dates::in_words;
use super::models::settle;
use super::outcome::paper_state;
use super::round::count;
use super::sums::{as_typed, rupees, rupees_if_any, rupees_or_nothing};

pub(super) fn sign_in(glass: &Glass, page: &SignIn) {
    let adapter = glass.window.global::<SignInAdapter>();
    adapter.set_name(chosen_name(&page.staff, page.chosen.as_deref()));
    // The rules have forgotten what was typed, so the glass forgets it too.
    if adapter.get_pin().len() != usize::from(page.pin_digits) {
        adapter.set_pin(SharedString::default());
    }
    adapter.set_tries_left(i32::from(page.tries_left));
    adapter.set_locked(page.locked);
    adapter.set_can_present(page.can_present);
    settle(&glass.models.staff, staff_rows(&page.staff, page.chosen.as_deref()));
}

/// Those who may be chosen, and who is.
pub(super) fn staff_rows(staff: &[StaffChoice], chosen: Option<&str>) -> Vec<StaffRow> {
    let row = |choice: &StaffChoice| StaffRow {
        id: choice.id.as_str().into(),
        name: choice.name.as_str().into(),
        chosen: chosen == Some(choice.id.as_str()),
    };
    staff.iter().map(row).collect()
}

/// The chosen one's name; nothing while nobody is.
pub(super) fn chosen_name(staff: &[StaffChoice], chosen: Option<&str>) -> SharedString {
    let chosen = staff.iter().find(|choice| chosen == Some(choice.id.as_str()));
    chosen.map(|choice| choice.name.as_str()).unwrap_or_default().into()
}

pub(super) fn ask_paper(glass: &Glass, page: &AskPaperPage) {
    let adapter = glass.window.global::<AskPaperAdapter>();
    adapter.set_number(page.number.as_str().into());
    adapter.set_amount(rupees_or_nothing(page.amount));
    adapter.set_at(page.at.as_str().into());
    adapter.set_more(count(page.left.saturating_sub(1)));
}

pub(super) fn day_end(glass: &Glass, page: &DayEndPage) {
    let adapter = glass.window.global::<DayEndAdapter>();
    settle(&glass.models.notes, page.notes.iter().filter_map(note_row).collect());
    adapter.set_coins(rupees_if_any(page.coins));
    let typed = if page.coins.is_zero() { SharedString::default() } else { as_typed(page.coins) };
    adapter.set_coins_typed(typed);
    adapter.set_counted(rupees(page.counted));
    adapter.set_receipts(count(page.receipts));
    adapter.set_float(rupees_if_any(page.float));
    adapter.set_instruments(count(page.instruments));
    adapter.set_instruments_sum(rupees(page.instruments_sum));
    adapter.set_expected(rupees_or_nothing(page.expected));
    let difference = page.difference.unwrap_or_default();
    adapter.set_difference(size(difference));
    adapter.set_too_much(difference.is_positive());
    adapter.set_reason(page.reason.as_str().into());
}

fn note_row(notes: &NoteCount) -> Option<NoteRow> {
    Some(NoteRow {
        note: rupees(notes.note),
        field: field_of(notes.note)?,
        count: count(notes.count),
        sum: rupees(notes.sum),
    })
}

/// The field that counts a note; none for a note that the rules have no field for.
fn field_of(note: Paise) -> Option<FieldName> {
    const FIELDS: [(i64, FieldName); 6] = [
        (500, FieldName::Note500),
        (200, FieldName::Note200),
        (100, FieldName::Note100),
        (50, FieldName::Note50),
        (20, FieldName::Note20),
        (10, FieldName::Note10),
    ];
    FIELDS.into_iter().find(|(value, _)| Paise::rupees(*value) == note).map(|(_, field)| field)
}

pub(super) fn day_closed(glass: &Glass, page: &DayClosedPage, language: Language) {
    let adapter = glass.window.global::<DayClosedAdapter>();
    adapter.set_date(in_words(&page.date, language).into());
    adapter.set_counted(rupees(page.counted));
    adapter.set_difference(size(page.difference));
    adapter.set_too_much(page.difference.is_positive());
    adapter.set_receipts(count(page.receipts));
    adapter.set_paper(paper_state(page.paper));
    adapter.set_to_send(count(page.to_send));
    let by = page.hand_in_by.as_deref().map(|date| in_words(date, language));
    adapter.set_hand_in_by(by.unwrap_or_default().into());
}

/// A difference without its sign: the words beside it say whether it is missing. Nothing for zero.
pub(super) fn size(difference: Paise) -> SharedString {
    if difference < Paise::ZERO {
        let size = Paise::ZERO.checked_sub(difference);
        return rupees(size.expect("a difference of two counts is within the limits of money"));
    }
    rupees_if_any(difference)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_shown_without_its_sign() {
        assert_eq!(size(Paise::rupees(-100)), "₹100");
        assert_eq!(size(Paise::rupees(50)), "₹50");
        assert_eq!(size(Paise::ZERO), "");
    }

    #[test]
    fn each_note_has_its_field() {
        assert_eq!(field_of(Paise::rupees(50)), Some(FieldName::Note50));
        assert_eq!(field_of(Paise::rupees(2_000)), None);
    }
}
