//! Receipts that this device wrote: found again, certified for whoever lost the slip, or cancelled
//! by two persons.

use ledger::{
    Certificate, Duplicate, Entry, Fact, Named, Payer, Receipt, StaffId, Suspense, Tender,
    VOID_REASON_CHARACTERS_MAX, Void,
};

use crate::apart::{apart_row, at_office};
use crate::books::{Books, Unreadable};
use crate::effect::Purpose;
use crate::find::is_slip;
use crate::flow::{Flow, Outcome, Turn, not_here, typed};
use crate::number::number_of;
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{
    CancelPage, CannotCancel, ReceiptPage, ReceiptRow, ReceiptsPage, Reprint, StaffChoice,
};
use crate::sign_in::typed_pin;
use crate::slips::mode_of;
use crate::state::{Cancel, OneReceipt, Receipts, State};
use crate::touch::{Button, Field, Touch};

/// The most receipts of one list: more are typed more precisely.
const RECEIPTS_MAX: usize = 30;

impl Flow {
    pub(crate) fn begin_receipts(&mut self, turn: &Turn<'_>) -> Outcome {
        let receipts = Receipts { typed: String::new(), rows: self.receipt_rows("", turn.books)? };
        self.enter(State::Receipts(receipts), turn.now);
        Ok(())
    }

    fn receipt_rows(&self, typed: &str, books: &dyn Books) -> Result<Vec<ReceiptRow>, Unreadable> {
        let entries = books.receipts_like(typed, RECEIPTS_MAX)?;
        entries.iter().map(|entry| self.receipt_row(entry, books)).collect()
    }

    fn receipt_row(&self, entry: &Entry, books: &dyn Books) -> Result<ReceiptRow, Unreadable> {
        let Fact::Receipt(receipt) = &entry.fact else { return Err(Unreadable) };
        let place = match &receipt.payer {
            Payer::Building(id) => books.building(*id)?.map(|building| building.number),
            other => other.place().map(str::to_owned),
        };
        Ok(ReceiptRow {
            id: entry.seq.to_string(),
            number: number_of(entry, books)?.ok_or(Unreadable)?,
            place: place.unwrap_or_default(),
            amount: receipt.total,
            mode: mode_of(&receipt.tender),
            date: entry.at.date_text(),
            at: entry.at.time_text(),
            cancelled: books.is_cancelled(entry.seq),
            at_office: at_office(entry.seq, books),
        })
    }

    pub(crate) fn receipts_page(&self, state: &Receipts) -> ReceiptsPage {
        ReceiptsPage {
            typed: state.typed.clone(),
            can_scan: self.settings.has_scanner,
            receipts: state.rows.clone(),
        }
    }

    pub(crate) fn touched_receipts(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Receipts(receipts) = &mut self.state else { return Err(not_here()) };
        match &touch {
            Touch::Choose(id) => {
                let row = receipts.rows.iter().find(|row| row.id == *id).ok_or_else(not_here)?;
                let seq = row.id.parse().map_err(|_| not_here())?;
                self.show_receipt(seq, turn)
            }
            Touch::Scan(text) if is_slip(text) => self.scanned_receipt(text, turn),
            Touch::Scan(_) => Err(Refusal::new(RefusalCode::UnreadableCode)),
            Touch::Press(Button::Next) => {
                let typed = receipts.typed.trim().to_owned();
                let rows = self.receipt_rows(&typed, turn.books)?;
                if rows.is_empty() {
                    return Err(Refusal::new(RefusalCode::UnknownReceipt));
                }
                self.state = State::Receipts(Receipts { typed, rows });
                Ok(())
            }
            touch => {
                receipts.typed = typed(touch, Field::Number).ok_or_else(not_here)?.to_owned();
                Ok(())
            }
        }
    }

    /// A slip of another device proves itself, but only its own device can do more about it.
    fn scanned_receipt(&mut self, square: &str, turn: &mut Turn<'_>) -> Outcome {
        let checked = turn.books.check_square(square).map_err(crate::find::not_ours)?;
        let found = turn.books.receipts_like(&checked.number.to_string(), 1)?;
        let entry = found.first().ok_or(Refusal::new(RefusalCode::UnknownReceipt))?;
        self.show_receipt(entry.seq, turn)
    }

    pub(crate) fn show_receipt(&mut self, seq: u64, turn: &Turn<'_>) -> Outcome {
        let entry = turn.books.entry(seq)?.ok_or_else(not_here)?;
        let Fact::Receipt(receipt) = &entry.fact else { return Err(not_here()) };
        let row = self.receipt_row(&entry, turn.books)?;
        let reprint = match (row.cancelled, self.pack.reprint) {
            (true, _) => Reprint::None,
            (false, ledger::Reprint::CertificateOfRemittance) => Reprint::Certificate,
            (false, ledger::Reprint::MarkedDuplicate) => Reprint::Duplicate,
        };
        let apart = turn.books.apart(seq);
        let apart = apart.map(|apart| apart_row(&apart, turn.books)).transpose()?;
        let page = ReceiptPage {
            apart,
            cannot_cancel: self.cannot_cancel(&entry, receipt, &row, turn),
            receipt: row,
            payer: self.payer_of(receipt, turn.books)?,
            collector: self.staff_name(entry.staff),
            reprint,
        };
        self.enter(State::Receipt(OneReceipt { seq, page }), turn.now);
        Ok(())
    }

    fn payer_of(&self, receipt: &Receipt, books: &dyn Books) -> Result<String, Unreadable> {
        Ok(match &receipt.payer {
            Payer::Building(id) => {
                let building = books.building(*id)?;
                building.map_or(String::new(), |found| found.owner_in(self.language).to_owned())
            }
            Payer::Suspense(Suspense { payer: name, .. }) | Payer::Named(Named { name, .. }) => {
                name.clone()
            }
        })
    }

    /// The ledger decides; this says why not.
    fn cannot_cancel(
        &self,
        entry: &Entry,
        receipt: &Receipt,
        row: &ReceiptRow,
        turn: &Turn<'_>,
    ) -> Option<CannotCancel> {
        let staff = self.staff.as_ref().map(|member| member.id);
        let today = entry.at.day() == turn.now.day();
        let mut voidable = turn.books.day_book().voidable(staff?, turn.now.day());
        let may = today && voidable.any(|seq| seq == entry.seq);
        let in_hand = matches!(receipt.tender, Tender::Cash(_) | Tender::Instrument(_));
        match () {
            () if row.cancelled => Some(CannotCancel::Cancelled),
            () if !in_hand => Some(CannotCancel::NotInHand),
            () if may && self.seconds().next().is_none() => Some(CannotCancel::NoSecond),
            () if may => None,
            () if entry.staff != staff => Some(CannotCancel::NotYours),
            () if !today || !turn.books.day_book().is_standing(entry.seq) => {
                Some(CannotCancel::Counted)
            }
            () => Some(CannotCancel::LaterOne),
        }
    }

    /// Everybody else who can sign at this device.
    fn seconds(&self) -> impl Iterator<Item = StaffChoice> {
        let own = self.staff.as_ref().map(|member| member.id);
        let others = self.settings.staff.iter().filter(move |member| Some(member.id) != own);
        others.map(|member| StaffChoice { id: member.id.0.to_string(), name: member.name.clone() })
    }

    pub(crate) fn touched_receipt(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Receipt(one) = &self.state else { return Err(not_here()) };
        match touch {
            Touch::Press(Button::CancelReceipt) if one.page.cannot_cancel.is_some() => {
                Err(Refusal::new(RefusalCode::CannotCancel))
            }
            Touch::Press(Button::CancelReceipt) => {
                let (seq, row) = (one.seq, one.page.receipt.clone());
                let cancel =
                    Cancel { seq, row, reason: String::new(), chosen: None, pin: String::new() };
                self.enter(State::Cancel(cancel), turn.now);
                Ok(())
            }
            Touch::Press(Button::Reprint) => {
                let receipt = one.seq;
                let day_book = turn.books.day_book();
                let fact = match one.page.reprint {
                    Reprint::Certificate => {
                        let number = day_book.next_certificate();
                        Fact::Certified(Certificate { receipt, number })
                    }
                    Reprint::Duplicate => {
                        let nth = day_book.next_duplicate(receipt);
                        Fact::Duplicated(Duplicate { receipt, nth })
                    }
                    Reprint::None => return Err(not_here()),
                };
                self.record(Purpose::Paper, vec![fact], turn);
                Ok(())
            }
            _ => Err(not_here()),
        }
    }

    pub(crate) fn cancel_page(&self, state: &Cancel, books: &dyn Books) -> CancelPage {
        CancelPage {
            receipt: state.row.clone(),
            reason: state.reason.clone(),
            seconds: self.seconds().collect(),
            chosen: state.chosen.map(|id| id.0.to_string()),
            pin_digits: u8::try_from(state.pin.len()).unwrap_or(u8::MAX),
            tries_left: self.tries_left(books),
        }
    }

    pub(crate) fn touched_cancel(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        if self.tries_left(turn.books) == 0 {
            return Err(Refusal::new(RefusalCode::LockedOut));
        }
        let seconds: Vec<StaffChoice> = self.seconds().collect();
        let State::Cancel(cancel) = &mut self.state else { return Err(not_here()) };
        match touch {
            Touch::Choose(id) => {
                let second = seconds.into_iter().find(|second| second.id == id);
                let id = second.and_then(|second| second.id.parse().ok()).ok_or_else(not_here)?;
                cancel.chosen = Some(StaffId(id));
                cancel.pin.clear();
                Ok(())
            }
            Touch::Type { field: Field::Reason, text } => {
                if text.chars().count() > VOID_REASON_CHARACTERS_MAX {
                    return Err(Refusal::new(RefusalCode::TextTooLong));
                }
                cancel.reason = text;
                Ok(())
            }
            Touch::Type { field: Field::Pin, text } => {
                cancel.pin = typed_pin(&text)?;
                Ok(())
            }
            Touch::Press(Button::Next) => self.cancel(turn),
            _ => Err(not_here()),
        }
    }

    /// The second person signs with a PIN; a wrong one counts as at the sign-in.
    fn cancel(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Cancel(cancel) = &mut self.state else { return Err(not_here()) };
        let reason = cancel.reason.trim().to_owned();
        if reason.is_empty() {
            return Err(Refusal::new(RefusalCode::CancelReasonNeeded));
        }
        let second = cancel.chosen.ok_or(Refusal::new(RefusalCode::SecondPersonNeeded))?;
        let (receipt, pin) = (cancel.seq, std::mem::take(&mut cancel.pin));
        if pin.is_empty() {
            return Err(Refusal::new(RefusalCode::SecondPersonNeeded));
        }
        self.check_pin(second, &pin, turn)?;
        let staff = self.staff.as_ref().map(|member| member.id).ok_or_else(not_here)?;
        if !turn.books.day_book().voidable(staff, turn.now.day()).any(|seq| seq == receipt) {
            // Midnight, or another receipt, came in between.
            return Err(Refusal::new(RefusalCode::CannotCancel));
        }
        self.record(Purpose::Paper, vec![Fact::Voided(Void { receipt, reason, second })], turn);
        Ok(())
    }

    /// A certificate, a duplicate, a cancellation or a notice is on disk: now its paper.
    pub(crate) fn paper_recorded(&mut self, entries: &[Entry], turn: &mut Turn<'_>) -> Outcome {
        self.hand_over(entries.first().ok_or_else(not_here)?, turn)
    }
}
