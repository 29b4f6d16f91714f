//! Papers of the office: cancelled receipts, certificates, duplicates, cash that was received, and
//! what payers are told afterwards.

use std::collections::BTreeMap;

use ledger::{
    Building, Certificate, CertificateFacts, DishonourFacts, Duplicate, Entry, ExcessFacts, Fact,
    Paise, Payer, PayerNotice, Receipt, ReceivedFacts, Receiving, ReturnedFacts, Slip, SlipPlace,
    Tender, Void, VoidedFacts,
};

use super::{building_of, dated, name_on_slip, paid_by, plus};
use crate::books::{Books, Noted, Unreadable};
use crate::flow::Flow;
use crate::number::number_of;
use crate::remit::stamp;

/// A receipt that another paper is about.
struct About {
    entry: Entry,
    receipt: Receipt,
    building: Option<Building>,
    number: String,
    name: String,
}

impl About {
    fn place(&self) -> SlipPlace<'_> {
        match (&self.receipt.payer, &self.building) {
            (Payer::Suspense(suspense), _) => SlipPlace::Unknown(&suspense.place),
            (Payer::Named(named), _) => SlipPlace::Matter(&named.reference),
            (Payer::Building(_), Some(found)) => {
                SlipPlace::Building { ward: found.ward, number: &found.number }
            }
            (Payer::Building(_), None) => SlipPlace::Unknown(""),
        }
    }
}

impl Flow {
    /// The slip of an entry that no payment, visit or close is.
    pub(super) fn office_slip(&self, entry: &Entry, books: &dyn Books) -> Result<Slip, Unreadable> {
        match &entry.fact {
            Fact::Voided(void) => self.voided_slip(entry, void, books),
            Fact::Certified(given) => self.certificate_slip(entry, given, books),
            Fact::Duplicated(given) => self.duplicate_slip(given, books),
            Fact::Received(word) => self.received_slip(entry, word, books),
            Fact::NoticeWritten(notice) => self.notice_slip(entry, notice, books),
            _ => Err(Unreadable),
        }
    }

    fn about(&self, receipt: u64, books: &dyn Books) -> Result<About, Unreadable> {
        let entry = books.entry(receipt)?.ok_or(Unreadable)?;
        let Fact::Receipt(receipt) = entry.fact.clone() else { return Err(Unreadable) };
        let building = building_of(&receipt.payer, books)?;
        let name = match (&receipt.payer, &building) {
            (Payer::Suspense(suspense), _) => suspense.payer.clone(),
            (Payer::Named(named), _) => named.name.clone(),
            (Payer::Building(_), Some(found)) => name_on_slip(&entry, found, receipt.language),
            (Payer::Building(_), None) => String::new(),
        };
        let number = number_of(&entry, books)?.ok_or(Unreadable)?;
        Ok(About { entry, receipt, building, number, name })
    }

    fn voided_slip(
        &self,
        entry: &Entry,
        void: &Void,
        books: &dyn Books,
    ) -> Result<Slip, Unreadable> {
        let about = self.about(void.receipt, books)?;
        let facts = VoidedFacts {
            number: &about.number,
            at: &stamp(entry.at),
            amount: about.receipt.total,
            reason: &void.reason,
            collector: &self.staff_name(entry.staff).unwrap_or_default(),
            second: &self.staff_name(Some(void.second)).unwrap_or_default(),
            practice: self.settings.practice,
        };
        Ok(Slip::voided(&self.pack, self.language, &facts))
    }

    fn certificate_slip(
        &self,
        entry: &Entry,
        given: &Certificate,
        books: &dyn Books,
    ) -> Result<Slip, Unreadable> {
        let about = self.about(given.receipt, books)?;
        let writer = books.day_book().writer().0;
        let number = format!("{}-W{writer:04}-C{:05}", self.pack.body.code, given.number);
        let dated = dated(&about.receipt.tender);
        let facts = CertificateFacts {
            number: &number,
            at: &stamp(entry.at),
            receipt: &about.number,
            paid_on: &about.entry.at.date_text(),
            place: about.place(),
            name: &about.name,
            heads: &by_head(&about.receipt),
            total: about.receipt.total,
            paid_by: paid_by(&about.receipt.tender, &dated),
            officer: &self.staff_name(entry.staff).unwrap_or_default(),
            practice: self.settings.practice,
        };
        Ok(Slip::certificate(&self.pack, self.language, &facts))
    }

    /// The receipt's own slip, and which copy of it this is.
    fn duplicate_slip(&self, given: &Duplicate, books: &dyn Books) -> Result<Slip, Unreadable> {
        let about = self.about(given.receipt, books)?;
        let building = about.building.as_ref();
        let texts = self.receipt_texts(&about.entry, &about.receipt, building, books)?;
        let nth = Some(given.nth);
        self.receipt_slip(&about.entry, &about.receipt, building, &texts, (None, nth), books)
    }

    fn received_slip(
        &self,
        entry: &Entry,
        word: &Receiving,
        books: &dyn Books,
    ) -> Result<Slip, Unreadable> {
        let here = word.of.writer == books.day_book().writer();
        let square = books.remittance_square(entry);
        let device = books.device_name(word.of.writer);
        let name = |staff| self.staff_name(Some(staff));
        let facts = ReceivedFacts {
            at: &stamp(entry.at),
            day: ledger::date_of(word.day),
            device: &device,
            collector: &name(word.collector).unwrap_or_else(|| word.collector.0.to_string()),
            officer: &entry.staff.and_then(name).unwrap_or_default(),
            claimed: word.claimed,
            counted: word.counted,
            instruments: word.instruments,
            reason: &word.reason,
            square: (!here).then_some(&*square),
            practice: self.settings.practice,
        };
        Ok(Slip::received(&self.pack, self.language, &facts))
    }

    fn notice_slip(
        &self,
        entry: &Entry,
        notice: &PayerNotice,
        books: &dyn Books,
    ) -> Result<Slip, Unreadable> {
        let about = self.about(notice.receipt, books)?;
        let found = books.notices().into_iter().find(|known| known.seq == notice.notice);
        let at = stamp(entry.at);
        let (language, place, name) = (about.receipt.language, about.place(), &*about.name);
        match found.ok_or(Unreadable)?.noted {
            Noted::Excess(excess) => {
                let (receipt, practice) = (&*about.number, self.settings.practice);
                let facts = ExcessFacts { at: &at, receipt, place, name, excess, practice };
                Ok(Slip::excess(&self.pack, language, &facts))
            }
            Noted::Returned { voucher, reason } => {
                let facts = ReturnedFacts {
                    at: &at,
                    receipt: &about.number,
                    place,
                    name,
                    amount: about.receipt.total,
                    voucher: &voucher,
                    reason: &reason,
                    practice: self.settings.practice,
                };
                Ok(Slip::returned(&self.pack, language, &facts))
            }
            Noted::Dishonoured(said) => {
                let facts = DishonourFacts {
                    at: &at,
                    receipt: &about.number,
                    place,
                    name,
                    instrument: &instrument_line(&about.receipt.tender),
                    amount: about.receipt.total,
                    said: &said,
                    practice: self.settings.practice,
                };
                Ok(Slip::dishonour(&self.pack, language, &facts))
            }
        }
    }
}

/// "004217, State Bank of India, 12-08-2026".
fn instrument_line(tender: &Tender) -> String {
    match tender {
        Tender::Instrument(instrument) => {
            format!("{}, {}, {}", instrument.number, instrument.bank, dated(tender))
        }
        Tender::Cash(_) | Tender::Card(_) | Tender::Upi(_) => String::new(),
    }
}

fn by_head(receipt: &Receipt) -> Vec<(String, Paise)> {
    let mut heads: BTreeMap<&str, Paise> = BTreeMap::new();
    for line in &receipt.lines {
        let sum = heads.entry(&line.head).or_default();
        *sum = plus(*sum, line.amount);
    }
    heads.into_iter().map(|(head, sum)| (head.to_owned(), sum)).collect()
}
