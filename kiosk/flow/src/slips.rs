//! Slips: the facts of an entry, laid out by the ledger in the pack's words. The same entry gives
//! the same slip again after a restart.

mod acknowledgement;
mod office;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger::{
    Building, DayClose, DayCloseFacts, Entry, Fact, FeePart, Instrument, InstrumentKind, Moment,
    MoneyStatus, Named, PaidBy, Paise, Payer, Receipt, ReceiptFacts, ServiceKind, Slip, SlipPlace,
    StaffId, Suspense, Tender, Visit, VisitFacts, VisitPart, WaitingFacts, date_text, heads,
};

use crate::books::{Books, Unreadable};
use crate::flow::Flow;
use crate::number::number_of;
use crate::screen::{Mode, Paper};
use crate::state::{Handover, Upi};

/// The owned texts that the facts of a receipt point into.
struct ReceiptTexts {
    number: String,
    time: String,
    name: String,
    check_code: String,
    square: String,
    clock_unverified_since: Option<String>,
    collector: Option<String>,
}

impl Flow {
    /// An entry with a slip, ready to be handed over.
    pub(crate) fn handover(
        &self,
        entry: &Entry,
        books: &dyn Books,
    ) -> Result<Handover, Unreadable> {
        match &entry.fact {
            Fact::Receipt(receipt) => self.receipt_handover(entry, receipt, books),
            Fact::Visit(visit) => {
                let slip = self.visit_slip(entry, visit, books)?;
                Ok(Handover::without_money(entry, slip))
            }
            Fact::DayClosed(close) => {
                let slip = self.day_slip(entry, close, books)?;
                Ok(Handover::without_money(entry, slip))
            }
            Fact::Applied(applied) => self.acknowledgement_handover(entry, applied, books),
            _ => {
                let slip = self.office_slip(entry, books)?;
                Ok(Handover::without_money(entry, slip))
            }
        }
    }

    fn receipt_handover(
        &self,
        entry: &Entry,
        receipt: &Receipt,
        books: &dyn Books,
    ) -> Result<Handover, Unreadable> {
        let building = building_of(&receipt.payer, books)?;
        let next_due =
            building.as_ref().and_then(|building| self.next_due(receipt, building, books));
        let texts = self.receipt_texts(entry, receipt, building.as_ref(), books)?;
        let (of, more) = (building.as_ref(), (next_due, None));
        let slip = self.receipt_slip(entry, receipt, of, &texts, more, books)?;
        let (card, change) = match &receipt.tender {
            Tender::Cash(cash) => (None, cash.tendered.checked_sub(receipt.total).ok()),
            Tender::Card(card) => (Some(card.last_four.clone()), None),
            Tender::Upi(_) | Tender::Instrument(_) => (None, None),
        };
        let kept = receipt.lines.iter().filter(|line| line.head == heads::ADVANCE);
        Ok(Handover {
            of: entry.seq,
            at: entry.at,
            amount: Some(receipt.total),
            number: Some(texts.number),
            mode: Some(mode_of(&receipt.tender)),
            card,
            change: change.filter(|change| change.is_positive()),
            advance: Paise::sum(kept.map(|line| line.amount)).unwrap_or_default(),
            next_due: next_due.map(date_text),
            code: Some(texts.square),
            drawer: matches!(receipt.tender, Tender::Cash(_)) && !self.settings.practice,
            slip,
            then: Vec::new(),
            group: None,
            paper_at_end: Paper::Printed,
        })
    }

    fn receipt_texts(
        &self,
        entry: &Entry,
        receipt: &Receipt,
        building: Option<&Building>,
        books: &dyn Books,
    ) -> Result<ReceiptTexts, Unreadable> {
        let name = match (&receipt.payer, building) {
            (
                Payer::Suspense(Suspense { payer: name, .. }) | Payer::Named(Named { name, .. }),
                _,
            ) => name.clone(),
            (Payer::Building(_), Some(building)) => name_on_slip(entry, building, receipt.language),
            (Payer::Building(_), None) => String::new(),
        };
        Ok(ReceiptTexts {
            number: number_of(entry, books)?.ok_or(Unreadable)?,
            time: entry.at.time_text(),
            name,
            check_code: ledger::check_code(entry),
            square: books.square(entry),
            clock_unverified_since: entry.unsure_since_ms.map(|wall_ms| {
                let since = Moment { wall_ms, ..Moment::default() };
                format!("{} {}", since.date_text(), since.time_text())
            }),
            collector: self.staff_name(entry.staff),
        })
    }

    fn receipt_slip(
        &self,
        entry: &Entry,
        receipt: &Receipt,
        building: Option<&Building>,
        texts: &ReceiptTexts,
        (next_due, duplicate): (Option<NaiveDate>, Option<u32>),
        books: &dyn Books,
    ) -> Result<Slip, Unreadable> {
        let visit = visit_before(entry, receipt, books)?;
        let place = match (&receipt.payer, building) {
            (Payer::Suspense(suspense), _) => SlipPlace::Unknown(&suspense.place),
            (Payer::Named(named), _) => SlipPlace::Matter(&named.reference),
            (Payer::Building(_), Some(building)) => {
                SlipPlace::Building { ward: building.ward, number: &building.number }
            }
            (Payer::Building(_), None) => SlipPlace::Unknown(""),
        };
        let dated = dated(&receipt.tender);
        let facts = ReceiptFacts {
            service: self.kind_of(&receipt.service),
            number: &texts.number,
            paid_on: entry.at.date(),
            time: &texts.time,
            place,
            name: &texts.name,
            lines: &receipt.lines,
            total: receipt.total,
            paid_by: paid_by(&receipt.tender, &dated),
            status: match receipt.tender {
                Tender::Instrument(_) => MoneyStatus::SubjectToRealisation,
                Tender::Cash(_) | Tender::Card(_) | Tender::Upi(_) => MoneyStatus::Confirmed,
            },
            check_code: &texts.check_code,
            square: &texts.square,
            next_due,
            clock_unverified_since: texts.clock_unverified_since.as_deref(),
            collector: texts.collector.as_deref(),
            visit: visit.as_ref().map(part_of),
            fee: self.fee_part(receipt),
            duplicate,
            practice: self.settings.practice,
        };
        Ok(Slip::receipt(&self.pack, receipt.language, &facts))
    }

    fn visit_slip(
        &self,
        entry: &Entry,
        visit: &Visit,
        books: &dyn Books,
    ) -> Result<Slip, Unreadable> {
        let building = books.building(visit.building)?.ok_or(Unreadable)?;
        let (time, collector) = (entry.at.time_text(), self.staff_name(entry.staff));
        let name = name_on_slip(entry, &building, self.language);
        let facts = VisitFacts {
            visited_on: entry.at.date(),
            time: &time,
            ward: building.ward,
            building: &building.number,
            name: &name,
            part: part_of(visit),
            fee_left: visit.fee_left,
            collector: collector.as_deref(),
            next_visit: None,
            practice: self.settings.practice,
        };
        Ok(Slip::visit(&self.pack, self.language, &facts))
    }

    pub(crate) fn waiting_slip(&self, entry: &Entry, upi: &Upi) -> Result<Slip, Unreadable> {
        let Fact::Intent(intent) = &entry.fact else { return Err(Unreadable) };
        let place = self.paying_place(&upi.paying);
        let mut until = entry.at;
        until.wall_ms += i64::from(self.pack.limits.upi_expiry_s) * 1_000;
        let facts = WaitingFacts {
            reference: &intent.reference,
            asked_on: entry.at.date(),
            time: &entry.at.time_text(),
            ward: place.ward,
            building: &place.number,
            amount: intent.amount,
            until: &until.time_text(),
            practice: self.settings.practice,
        };
        Ok(Slip::upi_waiting(&self.pack, self.language, &facts))
    }

    pub(crate) fn day_slip(
        &self,
        entry: &Entry,
        close: &DayClose,
        books: &dyn Books,
    ) -> Result<Slip, Unreadable> {
        let receipts = books.receipts_of_close(entry.seq)?;
        let statement = Statement::of(&receipts);
        let notes: Vec<(Paise, u32)> =
            close.notes.iter().map(|notes| (notes.value, notes.count)).collect();
        let (time, cashier) = (entry.at.time_text(), self.staff_name(entry.staff));
        let square = books.remittance_square(entry);
        let facts = DayCloseFacts {
            day: entry.at.date(),
            time: &time,
            device: &self.settings.name,
            cashier: cashier.as_deref().unwrap_or_default(),
            receipts: close.receipts,
            numbers: &statement.numbers,
            notes: &notes,
            coins: close.coins,
            counted: close.counted,
            expected: close.expected,
            reason: &close.reason,
            heads: &statement.heads,
            cash: statement.cash,
            card: statement.card,
            upi: statement.upi,
            float: close.float,
            instruments: (close.instruments, close.instruments_sum),
            remit_by: self.pack.remit_by(ledger::date_of(close.day), close.of_payers()),
            square: (!close.is_empty()).then_some(&*square),
            practice: self.settings.practice,
        };
        Ok(Slip::day_close(&self.pack, self.language, &facts))
    }

    /// The day after which the next bill is late, with this receipt's lines counted as paid.
    fn next_due(
        &self,
        receipt: &Receipt,
        building: &Building,
        books: &dyn Books,
    ) -> Option<NaiveDate> {
        let since = books.paid_since(building.id).ok()?;
        let on = self.now.date();
        let demand = match self.kind_of(&receipt.service) {
            ServiceKind::WasteFee => {
                ledger::Demand::of_waste_fee(&self.pack, building, on, &since, 0)
            }
            ServiceKind::Fees | ServiceKind::Elsewhere | ServiceKind::Application => return None,
            ServiceKind::Bill => {
                let service = self.pack.service(&receipt.service)?;
                ledger::Demand::of_bill(&self.pack, service, building, on, &since)
            }
            ServiceKind::PropertyTax | ServiceKind::CheckReceipt => {
                ledger::Demand::of(&self.pack, building, on, &since)
            }
        };
        let demand = demand.ok()?;
        demand.left_after(Paise::ZERO).1
    }

    fn fee_part<'a>(&self, receipt: &'a Receipt) -> Option<FeePart<'a>> {
        let part = FeePart { service: &receipt.service, answers: &receipt.answers };
        let kind = self.kind_of(&receipt.service);
        [ServiceKind::Fees, ServiceKind::Bill].contains(&kind).then_some(part)
    }

    fn kind_of(&self, service: &str) -> ServiceKind {
        self.pack.service(service).map_or(ServiceKind::PropertyTax, |service| service.kind)
    }

    pub(crate) fn staff_name(&self, id: Option<StaffId>) -> Option<String> {
        let member = self.settings.staff.iter().find(|member| Some(member.id) == id)?;
        Some(member.name.clone())
    }
}

impl Handover {
    fn without_money(entry: &Entry, slip: Slip) -> Self {
        Self {
            of: entry.seq,
            at: entry.at,
            amount: None,
            number: None,
            mode: None,
            card: None,
            change: None,
            advance: Paise::ZERO,
            next_due: None,
            code: None,
            drawer: false,
            slip,
            then: Vec::new(),
            group: None,
            paper_at_end: Paper::Printed,
        }
    }
}

/// What a day's receipts add up to.
#[derive(Default)]
struct Statement {
    numbers: Vec<String>,
    heads: Vec<(String, Paise)>,
    cash: Paise,
    card: Paise,
    upi: Paise,
    instruments: Paise,
}

impl Statement {
    fn of(entries: &[Entry]) -> Self {
        let mut statement = Self::default();
        let mut by_head: BTreeMap<&str, Paise> = BTreeMap::new();
        let mut books: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
        for entry in entries {
            let Fact::Receipt(receipt) = &entry.fact else { continue };
            let sum = match receipt.tender {
                Tender::Cash(_) => &mut statement.cash,
                Tender::Card(_) => &mut statement.card,
                Tender::Upi(_) => &mut statement.upi,
                Tender::Instrument(_) => &mut statement.instruments,
            };
            *sum = plus(*sum, receipt.total);
            for line in &receipt.lines {
                let head = by_head.entry(&line.head).or_default();
                *head = plus(*head, line.amount);
            }
            let range = books.entry(&receipt.book).or_insert((receipt.number, receipt.number));
            *range = (range.0.min(receipt.number), range.1.max(receipt.number));
        }
        statement.heads = by_head.into_iter().map(|(head, sum)| (head.to_owned(), sum)).collect();
        statement.numbers = books
            .into_iter()
            .map(|(book, (first, last))| format!("{book} {first:05}–{last:05}"))
            .collect();
        statement
    }
}

fn plus(one: Paise, other: Paise) -> Paise {
    one.checked_add(other).expect("a day's receipts are far below the limit of a sum")
}

fn building_of(payer: &Payer, books: &dyn Books) -> Result<Option<Building>, Unreadable> {
    match payer {
        Payer::Building(id) => books.building(*id),
        Payer::Suspense(_) | Payer::Named(_) => Ok(None),
    }
}

/// The visit that a fee's receipt belongs to: it was written with it, just before.
fn visit_before(
    entry: &Entry,
    receipt: &Receipt,
    books: &dyn Books,
) -> Result<Option<Visit>, Unreadable> {
    let Payer::Building(building) = receipt.payer else { return Ok(None) };
    // The books' own entries (a book returned, one opened) may stand between.
    for back in 1..=3 {
        let Some(seq) = entry.seq.checked_sub(back).filter(|seq| *seq > 0) else { break };
        let Some(before) = books.entry(seq)? else { break };
        match before.fact {
            Fact::Visit(visit) if visit.building == building && before.at == entry.at => {
                return Ok(Some(visit));
            }
            Fact::BookReturned(_) | Fact::BookOpened(_) => {}
            _ => break,
        }
    }
    Ok(None)
}

/// Where no staff were signed in, anybody could type any number: the name stays masked, on a second
/// print of the same entry too.
fn name_on_slip(entry: &Entry, building: &Building, language: ledger::Language) -> String {
    let owner = building.owner_in(language);
    match entry.staff {
        Some(_) => owner.to_owned(),
        None => ledger::masked(owner),
    }
}

fn part_of(visit: &Visit) -> VisitPart<'_> {
    VisitPart {
        outcome: visit.outcome,
        kinds: &visit.kinds,
        sacks: visit.sacks,
        weight_g: visit.weight_g,
    }
}

/// The date on a cheque or draft, "12-08-2026".
fn dated(tender: &Tender) -> String {
    match tender {
        Tender::Instrument(instrument) => ledger::day_text(instrument.dated),
        Tender::Cash(_) | Tender::Card(_) | Tender::Upi(_) => String::new(),
    }
}

fn paid_by<'a>(tender: &'a Tender, dated: &'a str) -> PaidBy<'a> {
    match tender {
        Tender::Cash(cash) => PaidBy::Cash { tendered: cash.tendered },
        Tender::Card(card) => {
            PaidBy::Card { last_four: &card.last_four, reference: &card.authorisation }
        }
        Tender::Upi(upi) => PaidBy::Upi { reference: &upi.bank_reference },
        Tender::Instrument(Instrument { kind, number, bank, .. }) => {
            PaidBy::Instrument { kind: *kind, number, bank, dated }
        }
    }
}

pub(crate) fn mode_of(tender: &Tender) -> Mode {
    match tender {
        Tender::Cash(_) => Mode::Cash,
        Tender::Card(_) => Mode::Card,
        Tender::Upi(_) => Mode::Upi,
        Tender::Instrument(Instrument { kind: InstrumentKind::Cheque, .. }) => Mode::Cheque,
        Tender::Instrument(Instrument { kind: InstrumentKind::DemandDraft, .. }) => {
            Mode::DemandDraft
        }
    }
}
