//! The page of what the office keeps apart.

use flow::{ApartKind, ApartPage, ApartRow, AtOffice, CameOfIt};
use ledger::{ApartCause, Language};
use panes::{ApartLine, ApartName, CauseName, OfficeState};

use super::Glass;
use super::dates::in_words;
use super::models::settle;
use super::sums::rupees;

pub(super) fn apart(glass: &Glass, page: &ApartPage, language: Language) {
    settle(&glass.models.apart, page.rows.iter().map(|row| line(row, language)).collect());
}

pub(super) fn line(row: &ApartRow, language: Language) -> ApartLine {
    ApartLine {
        id: row.id.as_str().into(),
        kind: match row.kind {
            ApartKind::Receipt => ApartName::Receipt,
            ApartKind::Visit => ApartName::Visit,
            ApartKind::DayEnd => ApartName::DayEnd,
            ApartKind::Other => ApartName::Other,
        },
        number: row.number.as_str().into(),
        place: row.place.as_str().into(),
        amount: row.amount.map(rupees).unwrap_or_default(),
        date: in_words(&row.date, language).into(),
        cause: match row.cause {
            ApartCause::Other => CauseName::Other,
            ApartCause::Book => CauseName::Book,
            ApartCause::Sum => CauseName::Sum,
            ApartCause::Person => CauseName::Person,
            ApartCause::Bank => CauseName::Bank,
            ApartCause::Count => CauseName::Count,
            ApartCause::Clock => CauseName::Clock,
            ApartCause::Ward => CauseName::Ward,
        },
        state: state(AtOffice::Apart(row.came_of_it)),
        said: row.said.as_str().into(),
    }
}

pub(super) fn state(at: AtOffice) -> OfficeState {
    match at {
        AtOffice::Waiting => OfficeState::Waiting,
        AtOffice::There => OfficeState::There,
        AtOffice::Apart(CameOfIt::Open) => OfficeState::Open,
        AtOffice::Apart(CameOfIt::Accepted) => OfficeState::Accepted,
        AtOffice::Apart(CameOfIt::Fixed) => OfficeState::Fixed,
        AtOffice::Apart(CameOfIt::Rejected) => OfficeState::Rejected,
        AtOffice::Apart(CameOfIt::Returned) => OfficeState::Returned,
    }
}
