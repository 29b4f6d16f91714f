//! The page of what was paid for a building before.

use flow::{EarlierOffice, EarlierPage, EarlierRow};
use ledger::Language;
use panes::{EarlierAdapter, EarlierLine, EarlierState};
use slint::ComponentHandle;

use super::Glass;
use super::counter::pay_mode;
use super::dates::in_words;
use super::models::settle;
use super::sums::rupees;

pub(super) fn earlier(glass: &Glass, page: &EarlierPage, language: Language) {
    let adapter = glass.window.global::<EarlierAdapter>();
    adapter.set_number(page.place.number.as_str().into());
    adapter.set_ward(page.place.ward_name.as_str().into());
    adapter.set_office(match page.office {
        EarlierOffice::Asking => EarlierState::Asking,
        EarlierOffice::Told => EarlierState::Told,
        EarlierOffice::Away => EarlierState::Away,
    });
    settle(&glass.models.earlier, page.rows.iter().map(|row| line(row, language)).collect());
}

fn line(row: &EarlierRow, language: Language) -> EarlierLine {
    EarlierLine {
        number: row.number.as_str().into(),
        date: in_words(&row.date, language).into(),
        service: row.service.as_str().into(),
        amount: rupees(row.amount),
        mode: pay_mode(row.mode),
        cancelled: row.cancelled,
    }
}
