//! What was paid for a building before: the receipts of this device at once, and those that the
//! office knows where there is a line. Nobody's name is among them.

use std::collections::BTreeMap;

use ledger::{Entry, Fact, Moment};

use crate::books::{Books, Unreadable};
use crate::effect::Effect;
use crate::event::OfficeReceipt;
use crate::find::is_slip;
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::number::number_of;
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{EarlierOffice, EarlierPage, EarlierRow};
use crate::slips::mode_of;
use crate::state::{Earlier, State};
use crate::touch::Touch;

/// The most receipts of the list: some years of half-years, or two of months.
const EARLIER_MAX: usize = 20;

impl Flow {
    /// Opens the list from the page of what is owed, and comes back to it.
    pub(crate) fn begin_earlier(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Demand(paying) = &self.state else { return Err(not_here()) };
        let building = paying.building.as_ref().ok_or_else(not_here)?.id;
        let paying = paying.clone();
        let entries = turn.books.receipts_of_building(building, EARLIER_MAX)?;
        let own = entries.iter().map(|entry| own_receipt(entry, turn.books));
        let own = own.collect::<Result<Vec<_>, Unreadable>>()?;
        let asks = self.online && !self.is_practice();
        let office = if asks { EarlierOffice::Asking } else { EarlierOffice::Away };
        if asks {
            turn.effects.push(Effect::AskEarlier { building });
        }
        let earlier = Earlier { paying, building, own, theirs: Vec::new(), office };
        self.enter(State::Earlier(Box::new(earlier)), turn.now);
        Ok(())
    }

    /// What the office knows, or that it could not be asked; for whoever waits for it still.
    pub(crate) fn earlier_told(
        &mut self,
        building: u32,
        receipts: Option<Vec<OfficeReceipt>>,
    ) -> Outcome {
        if let State::Earlier(earlier) = &mut self.state
            && earlier.building == building
            && earlier.office == EarlierOffice::Asking
        {
            let told = receipts.is_some();
            earlier.office = if told { EarlierOffice::Told } else { EarlierOffice::Away };
            earlier.theirs = receipts.unwrap_or_default();
        }
        Ok(())
    }

    pub(crate) fn earlier_page(&self, earlier: &Earlier) -> EarlierPage {
        let mut all: BTreeMap<&str, &OfficeReceipt> = BTreeMap::new();
        // Of one that both know the office has the last word: a cheque may have been dishonoured.
        for receipt in earlier.own.iter().chain(&earlier.theirs) {
            all.insert(&receipt.number, receipt);
        }
        let mut all: Vec<_> = all.into_values().collect();
        all.sort_by(|one, other| (other.at_ms, &other.number).cmp(&(one.at_ms, &one.number)));
        all.truncate(EARLIER_MAX);
        EarlierPage {
            place: self.paying_place(&earlier.paying),
            rows: all.into_iter().map(|receipt| self.earlier_row(receipt)).collect(),
            office: earlier.office,
        }
    }

    fn earlier_row(&self, receipt: &OfficeReceipt) -> EarlierRow {
        let at = Moment { wall_ms: receipt.at_ms, ..Moment::default() };
        EarlierRow {
            number: receipt.number.clone(),
            date: at.date_text(),
            service: self.pack.service_title(&receipt.service, self.language).to_owned(),
            amount: receipt.amount,
            mode: receipt.mode,
            cancelled: !receipt.stands,
        }
    }

    /// Whoever has the slip of one of them can have it checked here.
    pub(crate) fn touched_earlier(&mut self, touch: &Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Scan(text) if is_slip(text) => self.check_slip(text, turn),
            Touch::Scan(_) => Err(Refusal::new(RefusalCode::UnreadableCode)),
            _ => Err(not_here()),
        }
    }
}

fn own_receipt(entry: &Entry, books: &dyn Books) -> Result<OfficeReceipt, Unreadable> {
    let Fact::Receipt(receipt) = &entry.fact else { return Err(Unreadable) };
    Ok(OfficeReceipt {
        number: number_of(entry, books)?.ok_or(Unreadable)?,
        at_ms: entry.at.wall_ms,
        amount: receipt.total,
        mode: Some(mode_of(&receipt.tender)),
        service: receipt.service.clone(),
        stands: !books.is_cancelled(entry.seq),
    })
}
