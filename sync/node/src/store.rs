//! The books of one device on its disk: one row an entry, written and synced before anything is
//! said about it. Everything else in memory is replayed from these rows when the books are opened,
//! or from a state that is kept now and then and the rows that follow it.

mod accounts;
mod answer;
mod apart;
mod applications;
mod audit;
mod cards;
mod carrying;
mod complaints;
mod database;
mod documents;
mod earlier;
mod errands;
mod error;
mod kept;
mod likeness;
mod lock;
mod names;
mod outbox;
mod packs;
mod photos;
mod pins;
mod receipts;
mod records;
mod register;
mod rows;
mod search;
mod sisters;
mod slots;
mod tally;
#[cfg(test)]
mod tests;
mod wards;

use std::collections::BTreeMap;
use std::path::Path;

use ledger::{
    Breach, DayBook, ENTRY_BYTES_MAX, Entry, Fact, Head, KnownTime, LikenessKey, Moment,
    PrintOutcome, PrintWitness, PublicKey, SignedLease, StaffId, Writer,
};
use replica::{Provision, Quarantined, SignedCheckpoint};
use rusqlite::{Connection, OptionalExtension};

use crate::key::DeviceKey;

pub use answer::{Confirmed, Taken};
pub use audit::Verified;
pub use carrying::Brought;
pub use database::BOOKS_FILE;
pub use earlier::EarlierQuestion;
pub use errands::{ERRANDS_MAX, Errand, ErrandState};
pub use error::{AppendError, Damage, StoreError};
pub use lock::Locked;
pub use packs::{KeptPack, PackPiece, PackTaken};
pub use photos::{PhotoLimits, PhotoRefused, PhotoState, PhotoTaken};
pub use receipts::{OfficeSaid, Said};
pub use records::{EditError, RefusedHere};
pub use register::BUILDINGS_FOUND_MAX;
pub use search::Search;
pub use tally::HouseToday;

use applications::NewSealed;
use database::{Durability, sequence, stored};
use documents::OpenDay;
use lock::Asked;
use packs::Packs;
use photos::Photos;
use records::RecordCursors;
use rows::{Row, write};
use slots::OfficeSlots;
use tally::Tally;

/// The books of one device, open for this program alone.
pub struct Store {
    connection: Connection,
    key: DeviceKey,
    body: String,
    /// The device's name in the office.
    name: String,
    /// As the office assigned them last.
    wards: Vec<u16>,
    office: PublicKey,
    day_book: DayBook,
    tally: Tally,
    cursors: Cursors,
    record_cursors: RecordCursors,
    checkpoint: Option<SignedCheckpoint>,
    locked: Option<Locked>,
    asked: Option<Asked>,
    /// When the line last brought the office's word on the present time.
    word_at: Option<Moment>,
    /// Entries up to this one go as they are, as the centre could not read their columns.
    as_they_are_to: u64,
    /// The leases that the device was ever given, oldest first.
    leases: Vec<SignedLease>,
    slots: OfficeSlots,
    sisters: BTreeMap<Writer, (PublicKey, String)>,
    /// What the bank said, by the intent; those that are receipted already may be among them.
    confirmed: BTreeMap<u64, Confirmed>,
    /// What the office said about this device's receipts and closes.
    said: Vec<OfficeSaid>,
    /// What the office keeps apart, or kept.
    apart: BTreeMap<u64, Quarantined>,
    boot: u32,
    last_moment: Option<Moment>,
    time: KnownTime,
    /// The last entry of the state that is kept on disk.
    kept_to: u64,
    /// The last entry that no power cut takes any more.
    durable_to: u64,
    /// The day's document that entries are added to.
    open_day: Option<OpenDay>,
    photos: Photos,
    packs: Packs,
    /// The body's key by which reports of births and deaths meet.
    likeness: Option<LikenessKey>,
    /// A parcel is under way, and its reply would be taken.
    is_carried: bool,
    /// A write failed so that the disk may say something else than the memory.
    spoiled: bool,
}

/// How far the exchange with the centre came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cursors {
    acknowledged: u64,
    office_to: u64,
    register_to: u64,
}

impl Store {
    /// Opens the books in a folder, or begins them, and replays what no kept state covers.
    pub fn open(folder: &Path, provision: &Provision) -> Result<Self, StoreError> {
        let mut store = Self::on(database::open(folder)?, provision)?;
        store.open_photos(folder)?;
        Ok(store)
    }

    /// The same on a database that is open already: a disk that is played in memory. That what is
    /// in it is durable, and that nobody else writes to it, is for whoever opened it.
    pub fn on(mut connection: Connection, provision: &Provision) -> Result<Self, StoreError> {
        let key = DeviceKey::from_pkcs8(&provision.key).map_err(StoreError::Key)?;
        database::prepare(&mut connection, provision)?;
        let mut store = Self {
            connection,
            key,
            body: provision.body.clone(),
            name: provision.name.clone(),
            wards: provision.wards.clone(),
            office: provision.office,
            day_book: DayBook::new(provision.writer, provision.office),
            tally: Tally::default(),
            cursors: Cursors::default(),
            record_cursors: RecordCursors::default(),
            checkpoint: None,
            locked: None,
            asked: None,
            word_at: None,
            as_they_are_to: 0,
            leases: [&provision.book]
                .into_iter()
                .chain(&provision.acknowledgements)
                .cloned()
                .collect(),
            slots: OfficeSlots::default(),
            sisters: BTreeMap::new(),
            confirmed: BTreeMap::new(),
            said: Vec::new(),
            apart: BTreeMap::new(),
            boot: 1,
            last_moment: None,
            time: KnownTime { office_ms: provision.book.lease.issued_ms, ..KnownTime::default() },
            kept_to: 0,
            durable_to: 0,
            open_day: None,
            photos: Photos::default(),
            packs: Packs::default(),
            likeness: provision.likeness.as_ref().map(|key| LikenessKey::new(key)),
            is_carried: false,
            spoiled: false,
        };
        provision.sisters.iter().for_each(|sister| store.enrol(sister));
        store.replay()?;
        store.cursors = store.read_cursors()?;
        store.record_cursors = store.read_record_cursors()?;
        store.locked = store.read_locked()?;
        if let Some((signed, at)) = store.read_checkpoint()? {
            store.checkpoint = Some(signed);
            store.learn_time(signed.checkpoint.at_ms, at);
        }
        store.check_checkpoint()?;
        store.read_notices()?;
        let apart = store.quarantined()?;
        store.learn_apart(&apart);
        store.boot = database::next_boot(&store.connection, store.day_book.boot())?;
        store.durable_to = store.day_book.head().seq;
        store.is_carried = store.is_carrying()?;
        store.packs = Packs::read(&store.connection)?;
        Ok(store)
    }

    /// Books that are gone when the program ends.
    pub fn in_memory(provision: &Provision) -> Result<Self, StoreError> {
        let memory = Connection::open_in_memory();
        Self::on(memory.map_err(StoreError::of("opening books in memory"))?, provision)
    }

    /// Where the books stand.
    pub fn day_book(&self) -> &DayBook {
        &self.day_book
    }

    /// Numbers, checks and writes facts that belong together: all of them, with one sync of the
    /// disk, or none. Only a printer's word that a slip is whole is not synced for itself: no kill
    /// takes it, but a power cut may, and then staff are asked about the slip.
    pub fn append(
        &mut self,
        at: Moment,
        staff: Option<StaffId>,
        facts: Vec<Fact>,
    ) -> Result<Vec<Entry>, AppendError> {
        self.append_with(at, staff, facts, None)
    }

    /// The same with the sealed file that the last of them names.
    fn append_with(
        &mut self,
        at: Moment,
        staff: Option<StaffId>,
        facts: Vec<Fact>,
        sealed: Option<NewSealed>,
    ) -> Result<Vec<Entry>, AppendError> {
        if self.spoiled {
            return Err(AppendError::Store(StoreError::Spoiled));
        }
        let (day_book, rows) = self.checked(at, staff, facts).map_err(AppendError::Breach)?;
        let durability = match rows.iter().all(|row| may_be_asked_again(&row.entry.fact)) {
            true => Durability::Kill,
            false => Durability::PowerCut,
        };
        match write(&mut self.connection, &rows, sealed.as_ref(), durability) {
            Ok(()) => {}
            Err(StoreError::Full(_)) => return Err(AppendError::Full),
            Err(error) => {
                self.spoiled = true;
                return Err(AppendError::Store(error));
            }
        }
        self.day_book = day_book;
        if durability == Durability::PowerCut {
            self.durable_to = self.day_book.head().seq;
        }
        let entries: Vec<Entry> = rows.into_iter().map(|row| row.entry).collect();
        for entry in &entries {
            self.tally.note(entry);
            self.note_time(entry);
        }
        Ok(entries)
    }

    /// The last entry that no power cut takes any more: those after it are prints that would be
    /// asked about again.
    pub fn durable_to(&self) -> u64 {
        self.durable_to
    }

    /// Syncs the entries that were committed without. Where the disk is full they stay here: what
    /// was synced before can leave all the same.
    fn make_durable(&mut self) -> Result<(), StoreError> {
        let last = self.day_book.head().seq;
        if self.durable_to == last {
            return Ok(());
        }
        match database::sync(&self.connection, last) {
            Ok(()) => self.durable_to = last,
            Err(StoreError::Full(error)) => {
                tracing::warn!(%error, "the newest entries stay here until the disk has room");
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// None where the wall clock of this moment can be believed; else the last time that could,
    /// milliseconds since 1970.
    pub fn unsure_since(&self, at: Moment) -> Option<i64> {
        self.time.unsure_since(at)
    }

    /// The key by which the office is known here.
    pub fn office(&self) -> PublicKey {
        self.office
    }

    pub fn entry(&self, seq: u64) -> Result<Option<Entry>, StoreError> {
        let body: Option<Vec<u8>> = self
            .connection
            .prepare_cached("SELECT body FROM entries WHERE seq = ?1")
            .and_then(|mut query| query.query_row([stored(seq)], |row| row.get(0)).optional())
            .map_err(StoreError::of("reading an entry"))?;
        body.map(|body| read_entry(seq, &body)).transpose()
    }

    /// At most `limit` entries that follow `seq`, oldest first.
    pub fn entries_after(&self, seq: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let bodies = self.bodies_after(seq, limit)?;
        let numbered = (seq + 1..).zip(&bodies);
        numbered.map(|(seq, body)| read_entry(seq, body)).collect()
    }

    /// When the newest entry was written.
    pub fn last_moment(&self) -> Option<Moment> {
        self.last_moment
    }

    /// How often these books were opened, this time included: the boot of every moment from now.
    pub fn boot(&self) -> u32 {
        self.boot
    }

    /// Receipt books that the office leased to this device and that were not opened yet, oldest
    /// first.
    pub fn leases(&self) -> Vec<SignedLease> {
        let unused = |signed: &&SignedLease| !self.tally.was_opened(&signed.lease);
        self.leases.iter().filter(unused).cloned().collect()
    }

    /// The key that signs what leaves this device.
    pub fn key(&self) -> &DeviceKey {
        &self.key
    }

    /// Payments that the bank confirmed and for which no receipt was written yet, oldest
    /// confirmation first.
    pub fn confirmations(&self) -> Vec<Confirmed> {
        let open = |intent: u64| {
            let mut waiting = self.day_book.intents().chain(self.day_book.late_intents());
            waiting.any(|(seq, _)| seq == intent)
        };
        let mut found: Vec<Confirmed> = self
            .confirmed
            .values()
            .filter(|word| open(word.confirmation.intent))
            .cloned()
            .collect();
        found.sort_by_key(|word| word.seq);
        found
    }

    /// What this device did at a building on a day.
    pub fn house_state_today(&self, building: u32, day: i64) -> Option<HouseToday> {
        self.tally.house_on(building, day)
    }

    /// The office's newest countersignature.
    pub fn checkpoint(&self) -> Option<&SignedCheckpoint> {
        self.checkpoint.as_ref()
    }

    fn note_time(&mut self, entry: &Entry) {
        self.last_moment = Some(entry.at);
        if entry.unsure_since_ms.is_some() {
            return;
        }
        self.time.sure = Some(entry.at);
        let begun = self.time.first_of_boot.is_some_and(|first| first.boot == entry.at.boot);
        if !begun {
            self.time.first_of_boot = Some(entry.at);
        }
    }

    /// The office's time, where it is newer than what was known.
    fn learn_time(&mut self, office_ms: i64, at: Option<Moment>) {
        if office_ms > self.time.office_ms {
            self.time.office_ms = office_ms;
            self.time.office_at = at;
        }
    }

    fn countersigned(&self) -> u64 {
        self.checkpoint.map_or(0, |signed| signed.checkpoint.seq)
    }

    /// The books as they would be after the facts, and the rows that make them so.
    fn checked(
        &self,
        at: Moment,
        staff: Option<StaffId>,
        facts: Vec<Fact>,
    ) -> Result<(DayBook, Vec<Row>), Breach> {
        let mut day_book = self.day_book.clone();
        let mut rows = Vec::with_capacity(facts.len());
        let (countersigned, unsure_since_ms) = (self.countersigned(), self.unsure_since(at));
        for fact in facts {
            let seq = day_book.head().seq + 1;
            let entry = Entry { seq, at, staff, countersigned, fact, unsure_since_ms };
            let canonical = entry.canonical();
            if canonical.len() > ENTRY_BYTES_MAX {
                return Err(Breach::TooLong);
            }
            day_book.apply_canonical(&entry, &canonical)?;
            rows.push(Row { entry, canonical, hash: day_book.head().hash });
        }
        Ok((day_book, rows))
    }

    fn bodies_after(&self, seq: u64, limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let failed = StoreError::of("reading entries");
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut query = self
            .connection
            .prepare_cached("SELECT body FROM entries WHERE seq > ?1 ORDER BY seq LIMIT ?2")
            .map_err(&failed)?;
        let rows = query.query_map([stored(seq), limit], |row| row.get(0)).map_err(&failed)?;
        rows.collect::<Result<_, _>>().map_err(failed)
    }

    /// The head after an entry of the chain, as its row says.
    fn head_at(&self, seq: u64) -> Result<Option<Head>, StoreError> {
        if seq == 0 {
            return Ok(Some(Head::before_first(self.day_book.writer())));
        }
        let hash: Option<[u8; 32]> = self
            .connection
            .prepare_cached("SELECT hash FROM entries WHERE seq = ?1")
            .and_then(|mut query| query.query_row([stored(seq)], |row| row.get(0)).optional())
            .map_err(StoreError::of("reading a hash"))?;
        Ok(hash.map(|hash| Head { seq, hash: hash.into() }))
    }

    /// The checkpoint, and when it reached this device.
    fn read_checkpoint(&self) -> Result<Option<(SignedCheckpoint, Option<Moment>)>, StoreError> {
        let sql = "SELECT body, wall_ms, mono_ms, boot FROM checkpoint";
        let found: Option<(Vec<u8>, Option<i64>, Option<i64>, Option<u32>)> = self
            .connection
            .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .optional()
            .map_err(StoreError::of("reading the checkpoint"))?;
        let Some((body, wall_ms, mono_ms, boot)) = found else { return Ok(None) };
        let signed = minicbor::decode(&body)
            .map_err(|source| StoreError::DamagedRow { what: "checkpoint", source })?;
        let at = wall_ms.zip(mono_ms).zip(boot).map(|((wall_ms, mono_ms), boot)| Moment {
            wall_ms,
            mono_ms: sequence(mono_ms),
            boot,
        });
        Ok(Some((signed, at)))
    }

    /// The chain must be the one that the office countersigned: a chain that was altered throughout
    /// agrees with itself, but not with this.
    fn check_checkpoint(&self) -> Result<(), StoreError> {
        let Some(signed) = self.checkpoint else { return Ok(()) };
        let seq = signed.checkpoint.seq;
        let source = match self.head_at(seq)? {
            Some(head) if head.hash == signed.checkpoint.hash => return Ok(()),
            Some(_) => Damage::NotAsCountersigned,
            None => Damage::Missing,
        };
        Err(StoreError::Damaged { seq, source })
    }
}

/// Closed in order: what was replayed once need not be replayed again.
impl Drop for Store {
    fn drop(&mut self) {
        self.keep_at_the_end();
    }
}

/// Whether nothing is lost but a question to staff where a power cut takes the entry: the slip is
/// then found without an outcome.
fn may_be_asked_again(fact: &Fact) -> bool {
    let Fact::Print(print) = fact else { return false };
    print.outcome == PrintOutcome::Whole && print.witness == PrintWitness::Printer
}

fn read_entry(seq: u64, body: &[u8]) -> Result<Entry, StoreError> {
    let damaged = |source| StoreError::Damaged { seq, source };
    let entry = Entry::read(body).map_err(|why| damaged(Damage::Unreadable(why)))?;
    match entry.seq == seq {
        true => Ok(entry),
        false => Err(damaged(Damage::OutOfPlace(entry.seq))),
    }
}
