//! What the office noted about receipts of this device, for their payers: money that is held or
//! given back, and cheques that were not honoured.

use ledger::{Fact, PayerNotice};

use crate::books::{Books, Noted, OfficeNotice, Unreadable};
use crate::effect::Purpose;
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::number::number_of;
use crate::screen::{NoticeKind, NoticeRow, NoticesPage};
use crate::touch::Touch;

impl Flow {
    /// Notices whose paper was not written yet, oldest first.
    pub(crate) fn open_notices<'b>(
        &self,
        books: &'b dyn Books,
    ) -> impl Iterator<Item = OfficeNotice> + 'b {
        let day_book = books.day_book();
        books.notices().into_iter().filter(|notice| !day_book.has_written_notice(notice.seq))
    }

    pub(crate) fn notices_page(&self, books: &dyn Books) -> Result<NoticesPage, Unreadable> {
        let rows = self.open_notices(books).map(|notice| self.notice_row(&notice, books));
        Ok(NoticesPage { notices: rows.collect::<Result<_, _>>()? })
    }

    fn notice_row(
        &self,
        notice: &OfficeNotice,
        books: &dyn Books,
    ) -> Result<NoticeRow, Unreadable> {
        let entry = books.entry(notice.receipt)?.ok_or(Unreadable)?;
        let Fact::Receipt(receipt) = &entry.fact else { return Err(Unreadable) };
        let (kind, amount) = match &notice.noted {
            Noted::Excess(amount) => (NoticeKind::Excess, *amount),
            Noted::Dishonoured(_) => (NoticeKind::Dishonoured, receipt.total),
            Noted::Returned { .. } => (NoticeKind::Returned, receipt.total),
        };
        let place = match &receipt.payer {
            ledger::Payer::Building(id) => books.building(*id)?.map(|found| found.number),
            other => other.place().map(str::to_owned),
        };
        Ok(NoticeRow {
            id: notice.seq.to_string(),
            kind,
            number: number_of(&entry, books)?.ok_or(Unreadable)?,
            place: place.unwrap_or_default(),
            amount,
        })
    }

    /// The chosen notice is put on paper for its payer.
    pub(crate) fn touched_notices(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let Touch::Choose(id) = touch else { return Err(not_here()) };
        let mut open = self.open_notices(turn.books);
        let found = open.find(|notice| notice.seq.to_string() == id).ok_or_else(not_here)?;
        drop(open);
        let fact = Fact::NoticeWritten(PayerNotice { notice: found.seq, receipt: found.receipt });
        self.record(Purpose::Paper, vec![fact], turn);
        Ok(())
    }
}
