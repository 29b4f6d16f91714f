//! The books of one device in memory: the ledger's own day book over a list of entries.

mod houses;

use std::cell::Cell;
use std::collections::HashMap;

use flow::{
    Books, Checked, CheckedRemittance, ComplaintHere, Deed, Detail, DetailRefused, Done,
    NotRecorded, OfficeNotice, Unreadable,
};
use ledger::{
    Answer, Applied, Building, CardMark, Claim, ClaimError, DayBook, Entry, Extract, Fact,
    FieldValue, HouseCode, KeptApart, Lease, LikenessKey, Mark, Moment, Payer, PublicKey, Purpose,
    ReceiptLine, RecordId, Registration, RemittanceClaim, Signature, SignedClaim, SignedExtract,
    SignedLease, SignedRemittance, SignedSlots, Signer, SlotsRecalled, StaffId, Writer,
};
use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::searched::searched;

pub const WRITER: Writer = Writer(7);
pub const BODY: &str = "G0802";

/// An Ed25519 key from a fixed seed.
pub struct Key(Ed25519KeyPair);

impl Key {
    pub fn new(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("32 bytes are a seed"))
    }
}

impl Signer for Key {
    fn public_key(&self) -> PublicKey {
        PublicKey::new(self.0.public_key().as_ref().try_into().expect("32 bytes"))
    }

    fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
        let signature = self.0.sign(&purpose.signed(message));
        Signature::new(signature.as_ref().try_into().expect("64 bytes"))
    }
}

pub struct MemoryBooks {
    pub day_book: DayBook,
    pub entries: Vec<Entry>,
    pub buildings: Vec<Building>,
    pub leases: Vec<SignedLease>,
    pub slot_leases: Vec<SignedSlots>,
    pub slots_recalled: Vec<SlotsRecalled>,
    pub acknowledged: u64,
    /// Nothing can be read any more.
    pub unreadable: Cell<bool>,
    pub wrong_pins: Cell<u32>,
    /// The wall clock cannot be believed since then.
    pub unsure_since_ms: Option<i64>,
    pub unheard_hours: Option<u32>,
    /// What the office noted about receipts.
    pub notices: Vec<OfficeNotice>,
    /// What is known of houses, and what of it the office did not take.
    pub details: HashMap<RecordId, Vec<Detail>>,
    pub refused_details: Vec<DetailRefused>,
    /// What the office keeps apart.
    pub apart: Vec<KeptApart>,
    pub errands: Vec<flow::Errand>,
    /// The complaints that the office told of.
    pub complaints: Vec<ComplaintHere>,
    /// The office has locked the device since then.
    pub frozen_ms: Option<i64>,
    /// Of each building: what it paid, and what was done there last.
    paid: HashMap<u32, Vec<ReceiptLine>>,
    done: HashMap<u32, Done>,
    pub office: Key,
    device: Key,
}

impl MemoryBooks {
    pub fn new() -> Self {
        let office = Key::new(1);
        let mut books = Self {
            day_book: DayBook::new(WRITER, office.public_key()),
            entries: Vec::new(),
            buildings: houses::buildings(),
            leases: Vec::new(),
            slot_leases: Vec::new(),
            slots_recalled: Vec::new(),
            acknowledged: 0,
            unreadable: Cell::new(false),
            wrong_pins: Cell::new(0),
            unsure_since_ms: None,
            unheard_hours: Some(0),
            notices: Vec::new(),
            details: HashMap::new(),
            refused_details: Vec::new(),
            apart: Vec::new(),
            errands: Vec::new(),
            complaints: Vec::new(),
            frozen_ms: None,
            paid: HashMap::new(),
            done: HashMap::new(),
            office,
            device: Key::new(2),
        };
        books.lease("K3", 2026, 1, 1_000);
        books
    }

    /// Another device of the body, with a book of its own.
    pub fn become_another(&mut self, writer: Writer) {
        self.day_book = DayBook::new(writer, self.office.public_key());
        self.leases.clear();
        self.lease("K4", 2026, 1, 1_000);
    }

    /// The office issues a book of acknowledgements for this device.
    pub fn lease_acknowledgements(&mut self, book: &str, first: u32, last: u32) {
        self.lease(book, 2026, first, last);
        let signed = self.leases.pop().expect("it was just leased");
        let acknowledges = Some(Key::new(9).public_key());
        let lease = Lease { acknowledges, ..signed.lease };
        self.leases.push(lease.signed(&self.office));
    }

    /// The office issues a receipt book for this device.
    pub fn lease(&mut self, book: &str, year: u16, first: u32, last: u32) {
        self.lease_to(None, book, year, first, last);
    }

    /// One for a member of staff.
    pub fn lease_to(
        &mut self,
        operator: Option<StaffId>,
        book: &str,
        year: u16,
        first: u32,
        last: u32,
    ) {
        let lease = Lease {
            body: BODY.to_owned(),
            year,
            book: book.to_owned(),
            writer: self.day_book.writer(),
            operator,
            first,
            last,
            issued_ms: 0,
            acknowledges: None,
        };
        self.leases.push(lease.signed(&self.office));
    }

    /// Takes entries that the day book has accepted.
    pub fn take(&mut self, day_book: DayBook, entries: &[Entry]) {
        self.day_book = day_book;
        for entry in entries {
            match &entry.fact {
                Fact::Visit(visit) => {
                    let deed = Deed::Visited(visit.outcome);
                    self.done.insert(visit.building, Done { at: entry.at, deed });
                }
                Fact::Voided(void) => self.take_back(void.receipt),
                Fact::Receipt(receipt) => {
                    let Payer::Building(id) = receipt.payer else { continue };
                    self.paid.entry(id).or_default().extend(receipt.lines.clone());
                    let done = self.done.entry(id);
                    let paid = Done { at: entry.at, deed: Deed::Paid };
                    // A fee that was paid with a visit leaves the visit's outcome standing.
                    done.and_modify(|done| {
                        if done.at != entry.at {
                            *done = paid
                        }
                    })
                    .or_insert(paid);
                }
                _ => {}
            }
        }
        self.entries.extend(entries.iter().cloned());
    }

    /// What a cancelled receipt paid is owed again.
    fn take_back(&mut self, receipt: u64) {
        let entry = self.entries.iter().find(|entry| entry.seq == receipt);
        let Some(Fact::Receipt(paper)) = entry.map(|entry| &entry.fact) else { return };
        let Payer::Building(id) = paper.payer else { return };
        let paid = self.paid.entry(id).or_default();
        paid.truncate(paid.len() - paper.lines.len());
    }

    /// So many more houses of ward 7, each with a late half-year and late months of the fee.
    pub fn grow(&mut self, houses: usize) {
        let model = self.buildings[0].clone();
        let ids = (1_000..).take(houses);
        self.buildings.extend(ids.map(|id| Building {
            id,
            number: format!("7/{id}"),
            house_code: sticker(id),
            ..model.clone()
        }));
    }

    fn readable<T>(&self, found: T) -> Result<T, Unreadable> {
        if self.unreadable.get() { Err(Unreadable) } else { Ok(found) }
    }

    fn find(&self, wanted: impl Fn(&Building) -> bool) -> Option<Building> {
        self.buildings.iter().find(|building| wanted(building)).cloned()
    }
}

impl Books for MemoryBooks {
    fn day_book(&self) -> &DayBook {
        &self.day_book
    }

    fn entry(&self, seq: u64) -> Result<Option<Entry>, Unreadable> {
        let place = usize::try_from(seq).expect("small").checked_sub(1);
        self.readable(place.and_then(|place| self.entries.get(place)).cloned())
    }

    fn by_number(&self, number: &str) -> Result<Vec<Building>, Unreadable> {
        let named = |building: &&Building| {
            building.number == number || building.old_number.as_deref() == Some(number)
        };
        self.readable(self.buildings.iter().filter(named).cloned().collect())
    }

    fn search(
        &self,
        typed: &str,
        with_names: bool,
        wards: &[u16],
        limit: usize,
    ) -> Result<Vec<Building>, Unreadable> {
        self.readable(searched(&self.buildings, typed, with_names, wards, limit))
    }

    fn building(&self, id: u32) -> Result<Option<Building>, Unreadable> {
        self.readable(self.find(|building| building.id == id))
    }

    fn by_house_code(&self, code: &str) -> Result<Option<Building>, Unreadable> {
        self.readable(self.find(|building| building.house_code == code))
    }

    fn by_card(&self, mark: CardMark) -> Result<Vec<Building>, Unreadable> {
        let said = self.details.iter().flat_map(|(record, details)| {
            let said = details.iter().flat_map(|detail| &detail.said);
            said.map(|said| (record.number, &said.value))
        });
        let of_card = |id: u32| said.clone().any(|word| word == (id, &FieldValue::Card(mark)));
        let houses = self.buildings.iter().filter(|building| of_card(building.id));
        self.readable(houses.cloned().collect())
    }

    fn by_account(
        &self,
        service: Option<&str>,
        account: &str,
    ) -> Result<Vec<Building>, Unreadable> {
        let sought = ledger::Connection::sought(account);
        let has = |building: &&Building| {
            building.connections.iter().any(|drawn| {
                ledger::Connection::sought(&drawn.account) == sought
                    && service.is_none_or(|service| drawn.service == service)
            })
        };
        self.readable(self.buildings.iter().filter(has).cloned().collect())
    }

    fn paid_since(&self, building: u32) -> Result<Vec<ReceiptLine>, Unreadable> {
        self.readable(self.paid.get(&building).cloned().unwrap_or_default())
    }

    fn round(&self, ward: u16) -> Result<Vec<Building>, Unreadable> {
        let of_ward = self.buildings.iter().filter(|building| building.ward == ward);
        self.readable(of_ward.cloned().collect())
    }

    fn done_on(&self, building: u32, day: i64) -> Option<Done> {
        self.done.get(&building).copied().filter(|done| done.at.day() == day)
    }

    fn receipts_of_close(&self, close: u64) -> Result<Vec<Entry>, Unreadable> {
        let mut after = self.entries.iter().rev();
        let staff = after.find(|entry| entry.seq == close).and_then(|entry| entry.staff);
        let before = after.filter(|entry| entry.staff == staff);
        let mut receipts: Vec<Entry> = before
            .take_while(|entry| !matches!(entry.fact, Fact::DayClosed(_)))
            .filter(|entry| matches!(entry.fact, Fact::Receipt(_)))
            .cloned()
            .collect();
        receipts.reverse();
        self.readable(receipts)
    }

    fn receipts_like(&self, typed: &str, limit: usize) -> Result<Vec<Entry>, Unreadable> {
        self.readable(())?;
        let like = |entry: &&Entry| {
            let Fact::Receipt(receipt) = &entry.fact else { return false };
            let lease = flow::lease_of(entry, self).ok().flatten().expect("a receipt's lease");
            let house = receipt.payer.building();
            let house = house.and_then(|id| self.find(|building| building.id == id));
            lease.number(receipt.number).to_string().contains(typed)
                || house.is_some_and(|house| house.number == typed)
        };
        self.readable(self.entries.iter().rev().filter(like).take(limit).cloned().collect())
    }

    fn receipts_of_building(&self, building: u32, limit: usize) -> Result<Vec<Entry>, Unreadable> {
        let of = |entry: &&Entry| match &entry.fact {
            Fact::Receipt(receipt) => receipt.payer.building() == Some(building),
            _ => false,
        };
        self.readable(self.entries.iter().rev().filter(of).take(limit).cloned().collect())
    }

    fn marks(&self, rule: &Registration, answers: &[Answer]) -> Vec<Mark> {
        LikenessKey::new(b"the key of a test").marks(rule, answers)
    }

    fn alike(&self, marks: &[Mark]) -> Result<Vec<Entry>, Unreadable> {
        let has = |entry: &&Entry| match &entry.fact {
            Fact::Applied(Applied { reported: Some(reported), .. }) => {
                reported.marks.iter().any(|mark| marks.contains(mark))
            }
            _ => false,
        };
        self.readable(self.entries.iter().rev().filter(has).cloned().collect())
    }

    fn check_extract(&self, square: &str) -> Result<Extract, ClaimError> {
        SignedExtract::read(square)?.checked(&self.office.public_key()).cloned()
    }

    fn is_cancelled(&self, receipt: u64) -> bool {
        let mut facts = self.entries.iter().map(|entry| &entry.fact);
        facts.any(|fact| matches!(fact, Fact::Voided(void) if void.receipt == receipt))
    }

    fn opened_before(&self, book: &str, seq: u64) -> Result<Option<Lease>, Unreadable> {
        let before = self.entries.iter().rev().filter(|entry| entry.seq < seq);
        let mut opened = before.filter_map(|entry| match &entry.fact {
            Fact::BookOpened(signed) if signed.lease.book == book => Some(signed.lease.clone()),
            _ => None,
        });
        self.readable(opened.next())
    }

    fn apart(&self, seq: u64) -> Option<KeptApart> {
        self.apart.iter().find(|apart| apart.seq == seq).cloned()
    }

    fn kept_apart(&self) -> Vec<KeptApart> {
        self.apart.clone()
    }

    fn notices(&self) -> Vec<OfficeNotice> {
        self.notices.clone()
    }

    fn details(&self, record: RecordId) -> Result<Vec<Detail>, Unreadable> {
        self.readable(self.details.get(&record).cloned().unwrap_or_default())
    }

    fn refused_details(&self, building: u32) -> Result<Vec<DetailRefused>, Unreadable> {
        let refused = self.refused_details.iter();
        self.readable(refused.filter(|one| one.record.number == building).cloned().collect())
    }

    fn errands(&self) -> Result<Vec<flow::Errand>, Unreadable> {
        self.readable(self.errands.clone())
    }

    fn details_to_send(&self) -> u64 {
        self.details.values().flatten().filter(|detail| detail.waiting).count() as u64
    }

    fn device_name(&self, writer: Writer) -> String {
        format!("device-{}", writer.0)
    }

    fn unheard_hours(&self, _: Moment) -> Option<u32> {
        self.unheard_hours
    }

    fn remittance_square(&self, entry: &Entry) -> String {
        let claim = RemittanceClaim::new(self.day_book.writer(), BODY.to_owned(), entry);
        claim.signed(&self.device).square("https://padippuram.example")
    }

    fn check_remittance(&self, square: &str) -> Result<CheckedRemittance, ClaimError> {
        let signed = SignedRemittance::read(square)?;
        let claim = signed.checked(BODY, |_| Some(self.device.public_key()))?;
        let writer = claim.writer;
        if let Ok((entry, word)) = claim.receiving() {
            return Ok(CheckedRemittance::Receiving { writer, entry, word });
        }
        let (entry, _, _) = claim.close()?;
        Ok(CheckedRemittance::Close { writer, entry, device: self.device_name(writer) })
    }

    fn leases(&self) -> Vec<SignedLease> {
        let unopened = |signed: &&SignedLease| !self.day_book.has_opened(&signed.lease);
        self.leases.iter().filter(unopened).cloned().collect()
    }

    fn slot_leases(&self) -> Vec<SignedSlots> {
        let untaken = |signed: &&SignedSlots| !self.day_book.has_taken_slots(signed.lease.number);
        self.slot_leases.iter().filter(untaken).cloned().collect()
    }

    fn slots_recalled(&self) -> Vec<SlotsRecalled> {
        self.slots_recalled.clone()
    }

    fn unsure_since(&self, _: Moment) -> Option<i64> {
        self.unsure_since_ms
    }

    fn try_pin(&self, staff: StaffId, pin: &str) -> Result<bool, NotRecorded> {
        let right = [(StaffId(4), "4711"), (StaffId(5), "5050")].contains(&(staff, pin));
        self.wrong_pins.set(if right { 0 } else { self.wrong_pins.get() + 1 });
        Ok(right)
    }

    fn wrong_pins(&self) -> u32 {
        self.wrong_pins.get()
    }

    fn complaints(&self) -> Result<Vec<ComplaintHere>, Unreadable> {
        Ok(self.complaints.clone())
    }

    fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    fn frozen(&self) -> Option<i64> {
        self.frozen_ms
    }

    fn reached_at(&self) -> Option<Moment> {
        None
    }

    fn square(&self, receipt: &Entry) -> String {
        let lease = flow::lease_of(receipt, self).expect("readable").expect("a receipt's lease");
        let signed =
            Claim::new(WRITER, lease.body.clone(), lease.year, receipt).signed(&self.device);
        let address = "https://padippuram.example";
        match &receipt.fact {
            Fact::Receipt(paper) => signed.square(address, &lease.number(paper.number)),
            Fact::Applied(paper) => {
                signed.acknowledgement_square(address, &lease.number(paper.number))
            }
            _ => String::new(),
        }
    }

    fn check_square(&self, square: &str) -> Result<Checked, ClaimError> {
        let signed = SignedClaim::read(square)?;
        let key = |writer| (writer == WRITER).then(|| self.device.public_key());
        let claim = signed.checked(key)?;
        let (entry, receipt) = claim.entry()?;
        Ok(Checked {
            number: claim.number(&receipt),
            amount: Some(receipt.total),
            application: None,
            at: entry.at,
            building: receipt.payer.building(),
            device: "kiosk-1".to_owned(),
        })
    }
}

/// The number of a house's sticker.
pub fn sticker(building: u32) -> String {
    HouseCode { body: BODY.to_owned(), building }.to_string()
}
