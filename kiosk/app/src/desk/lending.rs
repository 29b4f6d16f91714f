//! The books as the journeys may read them.

use flow::{
    Books, Checked, CheckedApplication, CheckedRemittance, ComplaintHere, Deed, Detail,
    DetailRefused, DetailSaid, Done, NotRecorded, Noted, OfficeNotice, OfficeWord, Unreadable,
};
use ledger::{
    Answer, ApartSettled, Building, CardMark, Claim, ClaimError, DayBook, Entry, Extract, Fact,
    FieldValue, KeptApart, Lease, Mark, Moment, ReceiptLine, RecordId, Registration,
    RemittanceClaim, SignedClaim, SignedExtract, SignedLease, SignedRemittance, SignedSlots,
    SlotsRecalled, StaffId, WayOut, Writer,
};
use node::{
    ComplaintTold, Editor, Field, Member, OfficeSaid, PhotoState, Provision, RefusedHere, Said,
    SaidOfField, Search, Store, StoreError,
};

use crate::pin::PinHash;

/// The most houses of one round that are read.
const ROUND_HOUSES_MAX: usize = 2_000;

/// The most refusals of one house that its page shows.
const DETAILS_REFUSED_MAX: usize = 3;

/// The store, lent to the journeys for the time of one event.
pub struct Lending {
    pub store: Store,
    pub reached_at: Option<Moment>,
    address: String,
    body: String,
    staff: Vec<Member>,
}

impl Lending {
    pub fn new(store: Store, address: String, staff: Vec<Member>, provision: &Provision) -> Self {
        Self { store, reached_at: None, address, body: provision.body.clone(), staff }
    }

    /// Where the squares of slips lead from now on.
    pub fn set_address(&mut self, address: &str) {
        address.clone_into(&mut self.address);
    }

    /// The books of a lesson, with the same people.
    pub fn practising(store: Store, own: &Self) -> Self {
        Self {
            store,
            reached_at: None,
            address: own.address.clone(),
            body: ledger::PRACTICE_BODY.to_owned(),
            staff: own.staff.clone(),
        }
    }

    /// What officers received at the office's counter of closes that are still carried here.
    pub fn office_words(&self) -> Vec<OfficeWord> {
        let carried: Vec<u64> = self.store.day_book().carried().map(|(seq, _)| seq).collect();
        let words = self.store.office_said().filter_map(|OfficeSaid { seq, said }| match said {
            Said::Received { officer, word } if carried.contains(&word.of.close) => {
                Some(OfficeWord { seq: *seq, officer: *officer, word: word.clone() })
            }
            Said::Received { .. }
            | Said::Excess { .. }
            | Said::Dishonoured { .. }
            | Said::Settled(_) => None,
        });
        words.collect()
    }
}

impl Lending {
    /// The name of whoever said it, where they work here; else the device's.
    fn detail_said(&self, said: &SaidOfField) -> DetailSaid {
        let Editor { writer, staff, at_ms } = said.by;
        let person = self.staff.iter().find(|member| Some(member.id) == staff);
        let by = match person {
            Some(member) => member.name.clone(),
            None => self.device_name(writer),
        };
        DetailSaid { value: said.value.clone(), by, at_ms }
    }

    fn is_pin_of(&self, staff: StaffId, pin: &str) -> bool {
        let Some(member) = self.staff.iter().find(|member| member.id == staff) else {
            return false;
        };
        match PinHash::read(&member.pin) {
            Ok(hash) => hash.is_of(pin),
            Err(error) => {
                tracing::error!(%error, staff = staff.0, "the PIN's hash cannot be read");
                false
            }
        }
    }
}

impl Books for Lending {
    fn day_book(&self) -> &DayBook {
        self.store.day_book()
    }

    fn entry(&self, seq: u64) -> Result<Option<Entry>, Unreadable> {
        self.store.entry(seq).map_err(logged)
    }

    fn by_number(&self, number: &str) -> Result<Vec<Building>, Unreadable> {
        self.store.buildings_by_number(number).map_err(logged)
    }

    fn search(
        &self,
        typed: &str,
        with_names: bool,
        wards: &[u16],
        limit: usize,
    ) -> Result<Vec<Building>, Unreadable> {
        self.store.search(&Search { typed, with_names, wards, limit }).map_err(logged)
    }

    fn building(&self, id: u32) -> Result<Option<Building>, Unreadable> {
        self.store.building(id).map_err(logged)
    }

    fn by_house_code(&self, code: &str) -> Result<Option<Building>, Unreadable> {
        self.store.building_by_code(code).map_err(logged)
    }

    fn by_card(&self, mark: CardMark) -> Result<Vec<Building>, Unreadable> {
        self.store.buildings_by_card(mark).map_err(logged)
    }

    fn by_account(
        &self,
        service: Option<&str>,
        account: &str,
    ) -> Result<Vec<Building>, Unreadable> {
        self.store.buildings_by_account(service, account).map_err(logged)
    }

    fn paid_since(&self, building: u32) -> Result<Vec<ReceiptLine>, Unreadable> {
        self.store.paid_since(building).map_err(logged)
    }

    fn round(&self, ward: u16) -> Result<Vec<Building>, Unreadable> {
        self.store.round(ward, None, ROUND_HOUSES_MAX).map_err(logged)
    }

    fn done_on(&self, building: u32, day: i64) -> Option<Done> {
        let state = self.store.house_state_today(building, day)?;
        let deed = state.visit.map_or(Deed::Paid, Deed::Visited);
        Some(Done { at: state.at, deed })
    }

    fn receipts_of_close(&self, close: u64) -> Result<Vec<Entry>, Unreadable> {
        let closer = self.entry(close)?.and_then(|entry| entry.staff);
        let (mut receipts, mut voided) = (Vec::new(), Vec::new());
        for seq in (1..close).rev() {
            let Some(entry) = self.entry(seq)? else { break };
            match &entry.fact {
                _ if entry.staff != closer => {}
                Fact::DayClosed(_) => break,
                Fact::Voided(void) => voided.push(void.receipt),
                Fact::Receipt(_) if !voided.contains(&seq) => receipts.push(entry),
                _ => {}
            }
        }
        receipts.reverse();
        Ok(receipts)
    }

    fn receipts_like(&self, typed: &str, limit: usize) -> Result<Vec<Entry>, Unreadable> {
        self.store.receipts_like(typed, limit).map_err(logged)
    }

    fn receipts_of_building(&self, building: u32, limit: usize) -> Result<Vec<Entry>, Unreadable> {
        self.store.latest_receipts_of(building, limit).map_err(logged)
    }

    fn marks(&self, rule: &Registration, answers: &[Answer]) -> Vec<Mark> {
        self.store.marks(rule, answers)
    }

    fn alike(&self, marks: &[Mark]) -> Result<Vec<Entry>, Unreadable> {
        self.store.alike(marks).map_err(logged)
    }

    fn check_extract(&self, square: &str) -> Result<Extract, ClaimError> {
        let signed = SignedExtract::read(square)?;
        let extract = signed.checked(&self.store.office())?;
        match extract.body == self.body {
            true => Ok(extract.clone()),
            false => Err(ClaimError::Shape),
        }
    }

    fn is_cancelled(&self, receipt: u64) -> bool {
        self.store.is_cancelled(receipt)
    }

    fn opened_before(&self, book: &str, seq: u64) -> Result<Option<Lease>, Unreadable> {
        Ok(self.store.opened_before(book, seq))
    }

    fn notices(&self) -> Vec<OfficeNotice> {
        let said = self.store.office_said();
        let noted = said.filter_map(|OfficeSaid { seq, said }| {
            let (receipt, noted) = match said {
                Said::Excess { receipt, amount } => (*receipt, Noted::Excess(*amount)),
                Said::Dishonoured { receipt, reason } => {
                    (*receipt, Noted::Dishonoured(reason.clone()))
                }
                Said::Settled(word) => {
                    let entry = self.entry(word.entry).ok().flatten()?;
                    let Fact::Receipt(_) = entry.fact else { return None };
                    (word.entry, settled(word)?)
                }
                Said::Received { .. } => return None,
            };
            Some(OfficeNotice { seq: *seq, receipt, noted })
        });
        noted.collect()
    }

    fn details(&self, record: RecordId) -> Result<Vec<Detail>, Unreadable> {
        let waiting = self.store.waiting_fields(record).map_err(logged)?;
        let photo_waits = |field: &Field| match field.shown().value {
            FieldValue::Photo(photo) => {
                matches!(self.store.photo(photo), Ok(Some(PhotoState::Waiting { .. })))
            }
            _ => false,
        };
        let known = |field: Field| Detail {
            waiting: waiting.contains(&field.name) || photo_waits(&field),
            said: field.said.iter().map(|said| self.detail_said(said)).collect(),
            field: field.name,
        };
        Ok(self.store.record(record).map_err(logged)?.into_iter().map(known).collect())
    }

    fn refused_details(&self, building: u32) -> Result<Vec<DetailRefused>, Unreadable> {
        let refused =
            self.store.refused_edits(Some(building), DETAILS_REFUSED_MAX).map_err(logged)?;
        let of_here = |refused: RefusedHere| DetailRefused {
            record: refused.record,
            field: refused.field,
            reason: refused.reason,
        };
        let photos = self.store.refused_photos(building, DETAILS_REFUSED_MAX).map_err(logged)?;
        Ok(refused.into_iter().chain(photos).map(of_here).collect())
    }

    fn errands(&self) -> Result<Vec<flow::Errand>, Unreadable> {
        let errand = |errand: node::Errand| flow::Errand {
            of: errand.of,
            at_ms: errand.at_ms,
            state: match errand.state {
                node::ErrandState::Waiting => flow::ErrandState::Waiting,
                node::ErrandState::Answered(_) => flow::ErrandState::Answered,
                node::ErrandState::Refused(why) => flow::ErrandState::Refused(why),
            },
        };
        Ok(self.store.errands().map_err(logged)?.into_iter().map(errand).collect())
    }

    fn details_to_send(&self) -> u64 {
        let photos = self.store.photos_to_send().map_err(logged).unwrap_or_default();
        let sealed = self.store.sealed_to_send().map_err(logged).unwrap_or_default();
        self.store.edits_to_send() + photos + sealed
    }

    fn apart(&self, seq: u64) -> Option<KeptApart> {
        self.store.apart(seq)
    }

    fn kept_apart(&self) -> Vec<KeptApart> {
        self.store.kept_apart()
    }

    fn device_name(&self, writer: Writer) -> String {
        let known = self.store.sister_name(writer);
        known.map_or_else(|| writer.0.to_string(), str::to_owned)
    }

    fn unheard_hours(&self, now: Moment) -> Option<u32> {
        self.store.unheard_hours(now)
    }

    fn remittance_square(&self, entry: &Entry) -> String {
        let writer = self.store.day_book().writer();
        let claim = RemittanceClaim::new(writer, self.body.clone(), entry);
        claim.signed(self.store.key()).square(&self.address)
    }

    fn check_remittance(&self, square: &str) -> Result<CheckedRemittance, ClaimError> {
        let signed = SignedRemittance::read(square)?;
        let claim = signed.checked(&self.body, |writer| self.store.sister_key(writer))?;
        let writer = claim.writer;
        if let Ok((entry, word)) = claim.receiving() {
            return Ok(CheckedRemittance::Receiving { writer, entry, word });
        }
        let (entry, _, _) = claim.close()?;
        Ok(CheckedRemittance::Close { writer, entry, device: self.device_name(writer) })
    }

    fn leases(&self) -> Vec<SignedLease> {
        self.store.leases()
    }

    fn slot_leases(&self) -> Vec<SignedSlots> {
        self.store.slot_leases()
    }

    fn slots_recalled(&self) -> Vec<SlotsRecalled> {
        self.store.slots_recalled()
    }

    fn unsure_since(&self, now: Moment) -> Option<i64> {
        self.store.unsure_since(now)
    }

    fn try_pin(&self, staff: StaffId, pin: &str) -> Result<bool, NotRecorded> {
        let count = |tried| self.store.keep_wrong_pins(tried).map_err(not_counted);
        // Counted first: whoever ends the program over it has lost the try all the same.
        count(self.wrong_pins().saturating_add(1))?;
        let right = self.is_pin_of(staff, pin);
        if right {
            count(0)?;
        }
        Ok(right)
    }

    /// Books that cannot be read give nobody a try.
    fn wrong_pins(&self) -> u32 {
        self.store.wrong_pins().map_err(logged).unwrap_or(u32::MAX)
    }

    fn complaints(&self) -> Result<Vec<ComplaintHere>, Unreadable> {
        let told = self.store.complaints().map_err(logged)?.into_iter();
        Ok(told.map(complaint_here).collect())
    }

    fn acknowledged(&self) -> u64 {
        self.store.day_book().head().seq - self.store.to_send()
    }

    fn frozen(&self) -> Option<i64> {
        self.store.locked().map(|locked| locked.since_ms)
    }

    fn reached_at(&self) -> Option<Moment> {
        self.reached_at
    }

    fn square(&self, entry: &Entry) -> String {
        // The lease is in the books wherever the entry is; where they cannot be read, the slip
        // has no square rather than a wrong one.
        let Ok(Some(lease)) = flow::lease_of(entry, self) else { return String::new() };
        let writer = self.store.day_book().writer();
        let claim = Claim::new(writer, self.body.clone(), lease.year, entry);
        match &entry.fact {
            Fact::Receipt(receipt) => {
                let number = claim.number(receipt);
                claim.signed(self.store.key()).square(&self.address, &number)
            }
            Fact::Applied(applied) => {
                let number = claim.acknowledgement(applied);
                claim.signed(self.store.key()).acknowledgement_square(&self.address, &number)
            }
            _ => String::new(),
        }
    }

    fn check_square(&self, square: &str) -> Result<Checked, ClaimError> {
        let signed = SignedClaim::read(square)?;
        let claim = signed.checked(|writer| self.store.sister_key(writer))?;
        let device = self.device_name(claim.writer);
        if let Ok((entry, applied)) = claim.application() {
            return Ok(Checked {
                number: claim.acknowledgement(&applied),
                amount: None,
                at: entry.at,
                building: applied.building,
                device,
                application: Some(CheckedApplication {
                    service: applied.service,
                    due: applied.due,
                    complaint: applied.complaint.map(|_| ledger::check_code(&entry)),
                }),
            });
        }
        let (entry, receipt) = claim.entry()?;
        Ok(Checked {
            number: claim.number(&receipt),
            amount: Some(receipt.total),
            application: None,
            at: entry.at,
            building: receipt.payer.building(),
            device,
        })
    }
}

/// What a payer is told of how their receipt came out of quarantine; nothing where it counts.
fn settled(word: &ApartSettled) -> Option<Noted> {
    match &word.way {
        WayOut::MoneyReturned(voucher) => {
            let (voucher, reason) = (voucher.clone(), word.reason.clone());
            Some(Noted::Returned { voucher, reason })
        }
        WayOut::Accepted | WayOut::Fixed(_) | WayOut::Rejected => None,
    }
}

fn not_counted(error: StoreError) -> NotRecorded {
    tracing::error!(error = &error as &dyn std::error::Error, "a try of a PIN cannot be counted");
    match error {
        StoreError::Full(_) => NotRecorded::DiskFull,
        _ => NotRecorded::Failed,
    }
}

fn logged(error: StoreError) -> Unreadable {
    tracing::error!(error = &error as &dyn std::error::Error, "the books cannot be read");
    Unreadable
}

fn complaint_here(told: ComplaintTold) -> ComplaintHere {
    ComplaintHere {
        number: told.number,
        category: told.category,
        ward: told.ward,
        asset: told.asset,
        due: told.due,
        state: told.state,
        office: told.office,
        stars: told.stars,
        says: told.says,
        code: told.code,
        remark: told.remark,
        reopen_to: told.reopen_to,
    }
}
