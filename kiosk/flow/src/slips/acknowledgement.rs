//! The acknowledgement of an application, from its entry alone: what was answered is not here.

use ledger::{AcknowledgementFacts, Applied, Entry, Moment, Slip};

use crate::books::{Books, Unreadable};
use crate::flow::Flow;
use crate::number::number_of;
use crate::remit::stamp;
use crate::state::Handover;

impl Flow {
    pub(super) fn acknowledgement_handover(
        &self,
        entry: &Entry,
        applied: &Applied,
        books: &dyn Books,
    ) -> Result<Handover, Unreadable> {
        let building = match applied.building {
            Some(id) => books.building(id)?,
            None => None,
        };
        let number = number_of(entry, books)?.ok_or(Unreadable)?;
        let square = books.square(entry);
        let since = entry.unsure_since_ms;
        let since = since.map(|wall_ms| stamp(Moment { wall_ms, ..Moment::default() }));
        let taken_by = self.staff_name(entry.staff);
        let facts = AcknowledgementFacts {
            applied,
            number: &number,
            on: entry.at.date(),
            time: &entry.at.time_text(),
            building: building.as_ref().map(|it| (it.ward, it.number.as_str())),
            square: &square,
            check_code: &ledger::check_code(entry),
            clock_unverified_since: since.as_deref(),
            taken_by: taken_by.as_deref(),
            practice: self.settings.practice,
        };
        let slip = Slip::acknowledgement(&self.pack, applied.language, &facts);
        let code = Some(square);
        Ok(Handover { number: Some(number), code, ..Handover::without_money(entry, slip) })
    }
}
