//! Entries of this device that the office keeps apart: what they are, why, and what came of each.

use ledger::{ApartWord, Fact, KeptApart, WayOut};

use crate::books::{Books, Unreadable};
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::number::number_of;
use crate::screen::{ApartKind, ApartPage, ApartRow, AtOffice, CameOfIt};
use crate::touch::Touch;

/// The most entries of the list.
const APART_MAX: usize = 100;

impl Flow {
    pub(crate) fn apart_page(&self, books: &dyn Books) -> Result<ApartPage, Unreadable> {
        let newest = books.kept_apart().into_iter().rev().take(APART_MAX);
        let rows = newest.map(|apart| apart_row(&apart, books)).collect::<Result<_, _>>()?;
        Ok(ApartPage { rows })
    }

    /// A receipt is looked at; of anything else the row says all.
    pub(crate) fn touched_apart(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let Touch::Choose(id) = touch else { return Err(not_here()) };
        let apart = turn.books.kept_apart();
        let found = apart.iter().find(|apart| apart.seq.to_string() == id);
        let seq = found.ok_or_else(not_here)?.seq;
        match turn.books.entry(seq)?.map(|entry| entry.fact) {
            Some(Fact::Receipt(_)) => self.show_receipt(seq, turn),
            _ => Ok(()),
        }
    }
}

pub(crate) fn apart_row(apart: &KeptApart, books: &dyn Books) -> Result<ApartRow, Unreadable> {
    let entry = books.entry(apart.seq)?.ok_or(Unreadable)?;
    let (kind, amount) = match &entry.fact {
        Fact::Receipt(receipt) => (ApartKind::Receipt, Some(receipt.total)),
        Fact::Visit(_) => (ApartKind::Visit, None),
        Fact::DayClosed(close) => (ApartKind::DayEnd, Some(close.counted)),
        _ => (ApartKind::Other, None),
    };
    let building = match &entry.fact {
        Fact::Receipt(receipt) => receipt.payer.building(),
        Fact::Visit(visit) => Some(visit.building),
        _ => None,
    };
    let place = match (building, &entry.fact) {
        (Some(id), _) => books.building(id)?.map(|found| found.number),
        (None, Fact::Receipt(receipt)) => receipt.payer.place().map(str::to_owned),
        (None, _) => None,
    };
    let number = match kind {
        ApartKind::Receipt => number_of(&entry, books)?.unwrap_or_default(),
        ApartKind::Visit | ApartKind::DayEnd | ApartKind::Other => String::new(),
    };
    let said = match &apart.settled {
        Some(word) => format!("{}; {}", apart.reason, word.reason),
        None => apart.reason.clone(),
    };
    Ok(ApartRow {
        id: apart.seq.to_string(),
        kind,
        number,
        place: place.unwrap_or_default(),
        amount,
        date: entry.at.date_text(),
        cause: apart.cause,
        came_of_it: came_of(apart),
        said,
    })
}

fn came_of(apart: &KeptApart) -> CameOfIt {
    match apart.settled.as_ref().map(|ApartWord { way, .. }| way) {
        None => CameOfIt::Open,
        Some(None | Some(WayOut::Accepted)) => CameOfIt::Accepted,
        Some(Some(WayOut::Fixed(_))) => CameOfIt::Fixed,
        Some(Some(WayOut::Rejected)) => CameOfIt::Rejected,
        Some(Some(WayOut::MoneyReturned(_))) => CameOfIt::Returned,
    }
}

/// Where an entry stands on its way to the office.
pub(crate) fn at_office(seq: u64, books: &dyn Books) -> AtOffice {
    match books.apart(seq) {
        Some(apart) => AtOffice::Apart(came_of(&apart)),
        None if seq > books.acknowledged() => AtOffice::Waiting,
        None => AtOffice::There,
    }
}
