//! The books, in one SQLite file or in a PostgreSQL database.
//!
//! On a file one thread writes and one reads. Other processes (`central provision` while `central
//! serve` runs) may write to the same file; each waits for the other. On PostgreSQL several write
//! at once (`postgres.rs`).

mod ahead;
mod apart;
mod apart_list;
mod applications;
mod audit;
mod bank;
mod bills;
mod chain;
mod collection;
mod complaints;
mod deposits;
mod desk;
mod earlier;
mod elsewhere;
mod enrol;
mod exchange;
mod facts;
mod fees;
mod forks;
pub(super) mod hand;
mod handover;
mod held;
mod instruments;
mod leasing;
mod losses;
mod migrations;
mod misdated;
mod named;
mod office;
mod outbox;
mod packs;
mod pages;
mod photos;
mod receiving;
mod recompute;
mod records;
mod referred;
mod register;
mod registrar;
mod restoring;
mod slots;
mod undo;
mod unsettled;
mod verify;
mod wards;
mod way;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ledger::{
    Building, Decision, Extract, Hash, Paise, PhotoHash, PhotoKind, PublicKey, ReceiptNumber,
    RecordId, SignedClaim, StaffId, Writer,
};
use replica::{EarlierReceipt, Member};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::postgres::Driver;
use super::sql::{self, Book, Transaction};
use super::{
    AssignedWards, BankWord, BankWordState, BillsTaken, Enrolled, Exchanged, HandOver, Loaded,
    NewDevice, ReceiptRow, Reply, Role, Store, StoreError, ToAssign, ToTakeBills, Trusted, Turn,
    Undelivered,
};
use crate::apart::{SettledApart, ToSettleApart};
use crate::applications::{ApplicationKept, ApplicationRow, ApplicationsAsked, ToErase};
use crate::collection::Collection;
use crate::complaints::{ComplaintKept, ComplaintRow, ComplaintsAsked, ToWork};
use crate::forks::{SettledFork, ToSettleFork};
use crate::losses::{Claimed, LostDevice};
use crate::overview::{Figures, Overview};
use crate::packs::InService;
use crate::photos::{NewPhoto, PieceCame, PieceTaken};
use crate::records::{RecordPage, ToDecide, Undecided};
use crate::registrar::{DecisionDeed, ExtractDeed, ReportKept, ReportRow};
use crate::reminders::{Outbox, Outgoing, Phone, PhonesTaken, Reminded, Sent, ToRemind};
use crate::remittance::{
    Matched, ReceivedClose, RestoredReceipt, ToDeposit, ToMatch, ToReceive, ToRestore, ToSettle,
};
use crate::settlement::{TakenUp, ToTakeUp};
use crate::slots::{LeasedSlots, SlotLeaseRow, ToLeaseSlots, ToRecallSlots};
use crate::verdict::Report;
use desk::Desk;
use hand::{Hand, failed};

/// Turns of devices that may wait for the writing thread: at some milliseconds each, the last one
/// is served before its device gives up.
const WRITES_WAITING_MAX: usize = 128;

/// Pages and checks that may wait for the reading thread.
const READS_WAITING_MAX: usize = 256;

/// How long one process waits for another's transaction; the longest is a load of a whole register.
const BUSY_WAIT: Duration = Duration::from_secs(30);

/// Statements that are kept ready.
const STATEMENTS_MAX: usize = 128;

pub struct Books {
    writing: Desk<Hand>,
    reading: Desk<Hand>,
    /// Goes last: what the desks still do needs it.
    _driver: Option<Driver>,
}

impl Books {
    /// Opens the books, and brings them to this program's version.
    pub fn open(path: &Path, trusted: Arc<Trusted>) -> Result<Self, StoreError> {
        let writer = connect(path, OpenFlags::default())?;
        migrations::migrate(&writer, &trusted)?;
        let reader = connect(path, OpenFlags::default())?;
        reader.pragma_update(None, "query_only", true).map_err(failed)?;
        let hand = |connection| Hand::Sqlite { connection, trusted: Arc::clone(&trusted) };
        Ok(Self::of(vec![hand(writer)], vec![hand(reader)], None))
    }

    pub(super) fn of(writing: Vec<Hand>, reading: Vec<Hand>, driver: Option<Driver>) -> Self {
        let writing = Desk::open("books", writing, WRITES_WAITING_MAX);
        let reading = Desk::open("pages", reading, READS_WAITING_MAX);
        Self { writing, reading, _driver: driver }
    }

    fn write<T, F>(&self, work: F) -> Reply<'_, T>
    where
        T: Send + 'static,
        F: Fn(&Transaction<'_>, &Trusted) -> Result<T, StoreError> + Send + 'static,
    {
        self.writing.ask(move |hand| hand.write(&work))
    }

    /// A deed of an officer or an operator: rare, and it may touch both books.
    fn deed<T, F>(&self, work: F) -> Reply<'_, T>
    where
        T: Send + 'static,
        F: Fn(&Transaction<'_>, &Trusted) -> Result<T, StoreError> + Send + 'static,
    {
        self.write(move |books, trusted| {
            books.lock(Book::Both).map_err(StoreError::Sqlite)?;
            work(books, trusted)
        })
    }

    fn read<T, F>(&self, work: F) -> Reply<'_, T>
    where
        T: Send + 'static,
        F: Fn(&Transaction<'_>, &Trusted) -> Result<T, StoreError> + Send + 'static,
    {
        self.reading.ask(move |hand| hand.read(&work))
    }
}

impl Store for Books {
    fn device_key(&self, writer: Writer) -> Reply<'_, Option<PublicKey>> {
        self.read(move |books, _| enrol::device_key(books, writer))
    }

    fn hash_at(&self, writer: Writer, seq: u64) -> Reply<'_, Option<Hash>> {
        self.read(move |books, _| Ok(chain::hashes(books, writer, seq, seq)?.pop()))
    }

    fn exchange(&self, turn: Turn) -> Reply<'_, Exchanged> {
        self.writing
            .ask(move |hand| hand.turn(&|books, trusted| exchange::take(books, trusted, &turn)))
    }

    fn bank_word(&self, word: BankWord) -> Reply<'_, BankWordState> {
        self.write(move |books, _| bank::take(books, &word))
    }

    fn receipts(&self, number: String) -> Reply<'_, Vec<ReceiptRow>> {
        self.read(move |books, _| pages::receipts(books, &number))
    }

    fn claim(&self, slip: SignedClaim, now_ms: i64) -> Reply<'_, Claimed> {
        self.deed(move |books, _| losses::claim(books, &slip, now_ms))
    }

    fn asked(&self, number: ReceiptNumber, now_ms: i64) -> Reply<'_, ()> {
        let asked = number.clone();
        let lately = self.read(move |books, _| losses::asked_lately(books, &asked, now_ms));
        // Most looks change nothing, and must not keep the books from those who write.
        Box::pin(async move {
            match lately.await? {
                true => Ok(()),
                false => self.write(move |books, _| losses::asked(books, &number, now_ms)).await,
            }
        })
    }

    fn lost(&self, name: String) -> Reply<'_, Option<LostDevice>> {
        self.read(move |books, _| losses::lost(books, &name))
    }

    fn receive(&self, deed: ToReceive) -> Reply<'_, ReceivedClose> {
        self.deed(move |books, _| receiving::receive(books, &deed))
    }

    fn deposit(&self, deed: ToDeposit) -> Reply<'_, ()> {
        self.deed(move |books, _| deposits::deposit(books, &deed))
    }

    fn match_statement(&self, deed: ToMatch) -> Reply<'_, Matched> {
        self.deed(move |books, _| deposits::match_statement(books, &deed))
    }

    fn take_up(&self, deed: ToTakeUp) -> Reply<'_, TakenUp> {
        self.deed(move |books, trusted| elsewhere::take_up(books, trusted, &deed))
    }

    fn import_phones(&self, phones: Vec<Phone>, now_ms: i64) -> Reply<'_, PhonesTaken> {
        self.write(move |books, _| outbox::import(books, &phones, now_ms))
    }

    fn remind(&self, deed: ToRemind) -> Reply<'_, Reminded> {
        self.deed(move |books, trusted| outbox::remind(books, trusted, &deed))
    }

    fn messages_due(&self, now_ms: i64) -> Reply<'_, Vec<Outgoing>> {
        self.write(move |books, _| outbox::due(books, now_ms))
    }

    fn message_ended(&self, message: Outgoing, sent: Sent, now_ms: i64) -> Reply<'_, ()> {
        self.write(move |books, _| outbox::ended(books, &message, &sent, now_ms))
    }

    fn outbox(&self) -> Reply<'_, Outbox> {
        self.read(|books, _| outbox::outbox(books))
    }

    fn settle_instrument(&self, deed: ToSettle) -> Reply<'_, Paise> {
        self.deed(move |books, trusted| instruments::settle(books, trusted, &deed))
    }

    fn restore(&self, deed: ToRestore) -> Reply<'_, RestoredReceipt> {
        self.deed(move |books, trusted| restoring::restore(books, trusted, &deed))
    }

    fn settle_fork(&self, deed: ToSettleFork) -> Reply<'_, SettledFork> {
        self.deed(move |books, _| forks::settle(books, &deed))
    }

    fn decide(&self, deed: ToDecide) -> Reply<'_, bool> {
        self.write(move |books, trusted| records::decide(books, trusted, &deed))
    }

    fn record(&self, id: RecordId) -> Reply<'_, RecordPage> {
        self.read(move |books, _| records::page(books, id))
    }

    fn undecided(&self) -> Reply<'_, Vec<Undecided>> {
        self.read(move |books, _| records::undecided(books))
    }

    fn photo_piece(&self, came: PieceCame) -> Reply<'_, PieceTaken> {
        self.write(move |books, trusted| photos::take(books, trusted, &came))
    }

    fn photo_pieces(&self, writer: Writer, photo: PhotoHash) -> Reply<'_, Vec<u8>> {
        self.read(move |books, _| photos::pieces(books, writer, photo))
    }

    fn photo_ended(
        &self,
        writer: Writer,
        photo: PhotoHash,
        kept: Option<NewPhoto>,
        now_ms: i64,
    ) -> Reply<'_, ()> {
        self.write(move |books, _| photos::end(books, writer, photo, kept, now_ms))
    }

    fn photos_missing(&self) -> Reply<'_, Vec<(PhotoHash, Writer)>> {
        self.read(|books, _| photos::missing(books))
    }

    fn photo_kind(&self, photo: PhotoHash) -> Reply<'_, Option<PhotoKind>> {
        self.read(move |books, _| photos::kind(books, photo))
    }

    fn earlier(&self, writer: Writer, building: u32) -> Reply<'_, Option<Vec<EarlierReceipt>>> {
        self.read(move |books, _| earlier::of_building(books, writer, building))
    }

    fn names_application(&self, file: PhotoHash) -> Reply<'_, bool> {
        self.read(move |books, _| applications::names(books, file))
    }

    fn application_came(&self, hash: PhotoHash, file: Vec<u8>, now_ms: i64) -> Reply<'_, ()> {
        self.write(move |books, trusted| applications::came(books, trusted, hash, &file, now_ms))
    }

    fn applications(&self, asked: ApplicationsAsked) -> Reply<'_, Vec<ApplicationRow>> {
        self.read(move |books, _| applications::listed(books, &asked))
    }

    fn application(&self, number: String) -> Reply<'_, Option<ApplicationKept>> {
        self.read(move |books, _| applications::one(books, &number))
    }

    fn erase_application(&self, deed: ToErase) -> Reply<'_, u64> {
        self.deed(move |books, trusted| applications::erase(books, trusted, &deed))
    }

    fn complaints(&self, asked: ComplaintsAsked) -> Reply<'_, Vec<ComplaintRow>> {
        self.read(move |books, _| complaints::listed(books, &asked))
    }

    fn complaint(&self, number: String) -> Reply<'_, Option<ComplaintKept>> {
        self.read(move |books, _| complaints::one(books, &number))
    }

    fn work_on_complaint(&self, deed: ToWork) -> Reply<'_, u64> {
        self.deed(move |books, trusted| complaints::work(books, trusted, &deed))
    }

    fn reports(&self, service: String, only_open: bool) -> Reply<'_, Vec<ReportRow>> {
        self.read(move |books, _| registrar::listed(books, &service, only_open))
    }

    fn report(&self, number: String) -> Reply<'_, Option<ReportKept>> {
        self.read(move |books, _| registrar::one(books, &number))
    }

    fn decide_report(&self, deed: DecisionDeed) -> Reply<'_, Decision> {
        self.deed(move |books, _| registrar::decide(books, &deed))
    }

    fn issue_extract(&self, deed: ExtractDeed) -> Reply<'_, Extract> {
        self.deed(move |books, _| registrar::issue(books, &deed))
    }

    fn add_pack(&self, it: InService, file: Vec<u8>, now_ms: i64) -> Reply<'_, ()> {
        self.write(move |books, _| packs::add(books, &it, &file, now_ms))
    }

    fn take_up_packs(&self) -> Reply<'_, ()> {
        self.read(packs::take_up)
    }

    fn pack_file(&self, digest: Hash) -> Reply<'_, Option<Vec<u8>>> {
        self.read(move |books, _| packs::file(books, digest))
    }

    fn settle_apart(&self, deed: ToSettleApart) -> Reply<'_, SettledApart> {
        self.write(move |books, trusted| apart::settle(books, trusted, &deed))
    }

    fn overview(&self, day: i64) -> Reply<'_, Overview> {
        self.read(move |books, trusted| pages::overview(books, trusted, day))
    }

    fn buildings_of_ward(&self, ward: u16) -> Reply<'_, Vec<Building>> {
        self.read(move |books, _| register::of_ward(books, ward))
    }

    fn building(&self, id: u32) -> Reply<'_, Option<Building>> {
        self.read(move |books, _| register::building(books, id))
    }

    fn collection(&self, from: i64, to: i64) -> Reply<'_, Collection> {
        self.reading.ask(move |hand| {
            let work = |books: &Transaction<'_>, trusted: &Trusted| {
                collection::collection(books, trusted, (from, to))
            };
            hand.read_and_wait(&work)
        })
    }

    fn figures(&self, day: i64) -> Reply<'_, Figures> {
        self.read(move |books, trusted| pages::figures(books, trusted, day))
    }

    fn buildings_after(&self, change: u64) -> Reply<'_, (Vec<Building>, u64)> {
        self.read(move |books, _| register::after(books, change))
    }

    fn names_wards(&self, writer: Writer, staff: StaffId) -> Reply<'_, Option<BTreeSet<u16>>> {
        self.read(move |books, _| wards::for_names(books, writer, staff))
    }

    fn answers(&self) -> Reply<'_, ()> {
        self.read(|books, _| pages::answers(books))
    }

    fn load(&self, buildings: Vec<Building>, now_ms: i64) -> Reply<'_, Loaded> {
        self.deed(move |books, trusted| register::load(books, trusted, &buildings, now_ms))
    }

    fn take_bills(&self, deed: ToTakeBills) -> Reply<'_, BillsTaken> {
        self.deed(move |books, trusted| bills::take(books, trusted, &deed))
    }

    fn hand_over(
        &self,
        service: String,
        again: Option<u64>,
        now_ms: i64,
    ) -> Reply<'_, Option<HandOver>> {
        self.deed(move |books, trusted| {
            handover::hand_over(books, trusted, &service, again, now_ms)
        })
    }

    fn undelivered(&self, service: String) -> Reply<'_, Vec<Undelivered>> {
        self.read(move |books, _| handover::undelivered(books, &service))
    }

    fn delivered(&self, it: Undelivered, now_ms: i64) -> Reply<'_, ()> {
        self.write(move |books, _| handover::delivered(books, &it, now_ms))
    }

    fn assign(&self, deed: ToAssign) -> Reply<'_, AssignedWards> {
        self.write(move |books, trusted| wards::assign(books, trusted, &deed))
    }

    fn lease_slots(&self, deed: ToLeaseSlots) -> Reply<'_, LeasedSlots> {
        self.deed(move |books, trusted| slots::lease(books, trusted, &deed))
    }

    fn recall_slots(&self, deed: ToRecallSlots) -> Reply<'_, String> {
        self.deed(move |books, _| slots::recall(books, &deed))
    }

    fn slot_leases(&self, day: i64) -> Reply<'_, Vec<SlotLeaseRow>> {
        self.read(move |books, _| slots::leases(books, day))
    }

    fn add_staff(&self, member: Member, role: Role) -> Reply<'_, ()> {
        self.deed(move |books, _| enrol::add_staff(books, &member, role))
    }

    fn take_badge(&self, staff: StaffId) -> Reply<'_, ()> {
        self.deed(move |books, _| enrol::take_badge(books, staff))
    }

    fn enrol(&self, device: NewDevice) -> Reply<'_, Enrolled> {
        self.deed(move |books, trusted| enrol::enrol(books, trusted, &device))
    }

    fn export(&self, writer: Writer, at_ms: i64) -> Reply<'_, Option<Vec<u8>>> {
        self.reading.ask(move |hand| {
            hand.read_and_wait(&|books, trusted| audit::export(books, trusted, writer, at_ms))
        })
    }

    fn verify(&self) -> Reply<'_, Report> {
        self.read(verify::verify)
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let failed = |error| StoreError::Open(path.to_owned(), sql::Error::Sqlite(error));
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(BUSY_WAIT).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // A plan never depends on what is bound: without this, a statement that might use a partial
    // index is compiled anew each time it is given another value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failed)?;
    connection
        .pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))
        .and_then(|()| connection.pragma_update(None, "synchronous", "full"))
        // What is erased is no longer in the file either.
        .and_then(|()| connection.pragma_update_and_check(None, "secure_delete", "on", |_| Ok(())))
        .and_then(|()| connection.pragma_update(None, "foreign_keys", true))
        .map_err(failed)?;
    Ok(connection)
}

/// SQLite's integers are signed.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64, what: &'static str) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Damaged(what))
}

fn hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    let hash: [u8; 32] = bytes.try_into().map_err(|_| StoreError::Damaged("a hash"))?;
    Ok(hash.into())
}
