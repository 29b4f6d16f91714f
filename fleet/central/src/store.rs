//! Where the books are kept. The trait is all that the rest of the centre knows of a database; each
//! method is one transaction, and what it answers is on disk.

mod bills;
pub mod books;
mod codes;
pub mod postgres;
mod sql;

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use ledger::{
    Building, Decision, Enrolment, Entry, Extract, Hash, Head, Paise, PhotoHash, PhotoKind,
    PublicKey, ReceiptNumber, RecordId, SignedClaim, SignedLease, StaffId, Writer,
};
use replica::{
    Batch, EarlierReceipt, Edit, Lock, Member, PackOffer, Quarantined, RecordsAnswer, Rejection,
    SignedHead,
};
use thiserror::Error;

use crate::apart::{SettledApart, ToSettleApart};
use crate::applications::{ApplicationKept, ApplicationRow, ApplicationsAsked, ToErase};
use crate::collection::Collection;
use crate::complaints::{ComplaintKept, ComplaintRow, ComplaintsAsked, ToWork};
use crate::forks::{SettledFork, ToSettleFork};
use crate::keys::SigningKey;
use crate::losses::{Claimed, LostDevice};
use crate::overview::{Figures, Overview};
use crate::packs::{InService, Packs};
use crate::photos::{NewPhoto, PieceCame, PieceTaken};
use crate::records::{RecordPage, ToDecide, Undecided};
use crate::registrar::{DecisionDeed, ExtractDeed, ReportKept, ReportRow};
use crate::reminders::{Outbox, Outgoing, Phone, PhonesTaken, Reminded, Sent, ToRemind};
use crate::remittance::{
    Matched, ReceivedClose, Refusal, RestoredReceipt, ToDeposit, ToMatch, ToReceive, ToRestore,
    ToSettle,
};
use crate::settlement::{TakenUp, ToTakeUp};
use crate::slots::{LeasedSlots, SlotLeaseRow, ToLeaseSlots, ToRecallSlots};
use crate::verdict::Report;

pub use bills::{BillsTaken, HandOver, ToTakeBills, Undelivered};

/// The answer of a store, when it comes.
pub type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

pub trait Store: Send + Sync + 'static {
    /// The public key of a device; none for a stranger.
    fn device_key(&self, writer: Writer) -> Reply<'_, Option<PublicKey>>;

    /// The hash of a device's chain here after an entry; none where it is not here.
    fn hash_at(&self, writer: Writer, seq: u64) -> Reply<'_, Option<Hash>>;

    /// Takes what a device sent into the books and says what the device lacks.
    fn exchange(&self, turn: Turn) -> Reply<'_, Exchanged>;

    /// Keeps what the bank said of a UPI payment, and tells the device if it fits.
    fn bank_word(&self, word: BankWord) -> Reply<'_, BankWordState>;

    /// The receipts that bear a number: more than one only where two devices misused it.
    fn receipts(&self, number: String) -> Reply<'_, Vec<ReceiptRow>>;

    /// Looks whether the books have the receipt of a slip, and keeps it where they have not.
    fn claim(&self, slip: SignedClaim, now_ms: i64) -> Reply<'_, Claimed>;

    /// Notes that somebody asked for a number that no device has sent; once an hour for each.
    fn asked(&self, number: ReceiptNumber, now_ms: i64) -> Reply<'_, ()>;

    /// What a device of this name may have collected and never sent.
    fn lost(&self, name: String) -> Reply<'_, Option<LostDevice>>;

    /// An officer receives the money of a day's close, at the office.
    fn receive(&self, deed: ToReceive) -> Reply<'_, ReceivedClose>;

    /// Received money goes into the bank.
    fn deposit(&self, deed: ToDeposit) -> Reply<'_, ()>;

    /// Looks for the rows of the bank's statement among the deposits: all of them or none.
    fn match_statement(&self, deed: ToMatch) -> Reply<'_, Matched>;

    /// Takes up the settlement of another channel.
    fn take_up(&self, deed: ToTakeUp) -> Reply<'_, TakenUp>;

    /// Keeps the numbers of people who want messages, and takes out those of who does not.
    fn import_phones(&self, phones: Vec<Phone>, now_ms: i64) -> Reply<'_, PhonesTaken>;

    /// Queues reminders of what is owed.
    fn remind(&self, deed: ToRemind) -> Reply<'_, Reminded>;

    /// Messages whose time has come; whoever asks has some minutes to say what came of them.
    fn messages_due(&self, now_ms: i64) -> Reply<'_, Vec<Outgoing>>;
    fn message_ended(&self, message: Outgoing, sent: Sent, now_ms: i64) -> Reply<'_, ()>;
    fn outbox(&self) -> Reply<'_, Outbox>;

    /// The bank honoured a cheque or a draft, or did not; says what the receipt is over.
    fn settle_instrument(&self, deed: ToSettle) -> Reply<'_, Paise>;

    /// A receipt that no device has sent counts by its slip until one does.
    fn restore(&self, deed: ToRestore) -> Reply<'_, RestoredReceipt>;

    /// Two persons close the case of a device that tells two histories.
    fn settle_fork(&self, deed: ToSettleFork) -> Reply<'_, SettledFork>;

    /// An officer says what a field of a shared record holds; says whether that is news.
    fn decide(&self, deed: ToDecide) -> Reply<'_, bool>;

    /// All that was said of a shared record.
    fn record(&self, id: RecordId) -> Reply<'_, RecordPage>;

    /// The fields of shared records of which people said different things.
    fn undecided(&self) -> Reply<'_, Vec<Undecided>>;

    /// Takes a piece of a photo that a record names, where it goes on from what is here.
    fn photo_piece(&self, came: PieceCame) -> Reply<'_, PieceTaken>;

    /// What a device has sent of a photo.
    fn photo_pieces(&self, writer: Writer, photo: PhotoHash) -> Reply<'_, Vec<u8>>;

    /// A photo is kept as a file, or what its device sent of it is no use: its pieces go.
    fn photo_ended(
        &self,
        writer: Writer,
        photo: PhotoHash,
        kept: Option<NewPhoto>,
        now_ms: i64,
    ) -> Reply<'_, ()>;

    /// Photos that records name and that are not known to be kept, with who named each: some of
    /// them.
    fn photos_missing(&self) -> Reply<'_, Vec<(PhotoHash, Writer)>>;

    /// The buildings that were changed after a change of the register, the next ones first: some of
    /// them, and how far they go.
    fn buildings_after(&self, change: u64) -> Reply<'_, (Vec<Building>, u64)>;

    /// The wards in which somebody may look for names at a device; none where the office does not
    /// know the person, or has locked the device.
    fn names_wards(&self, writer: Writer, staff: StaffId) -> Reply<'_, Option<BTreeSet<u16>>>;

    /// How a photo is written that is kept.
    fn photo_kind(&self, photo: PhotoHash) -> Reply<'_, Option<PhotoKind>>;

    /// What was paid for a building lately, newest first; none where it is not of the device's
    /// wards.
    fn earlier(&self, writer: Writer, building: u32) -> Reply<'_, Option<Vec<EarlierReceipt>>>;
    /// Whether an application names a file by this hash.
    fn names_application(&self, file: PhotoHash) -> Reply<'_, bool>;

    /// The sealed file of an application is here whole.
    fn application_came(&self, hash: PhotoHash, file: Vec<u8>, now_ms: i64) -> Reply<'_, ()>;

    /// Applications by the day on which their answer is due.
    fn applications(&self, asked: ApplicationsAsked) -> Reply<'_, Vec<ApplicationRow>>;

    /// The application of this number.
    fn application(&self, number: String) -> Reply<'_, Option<ApplicationKept>>;

    /// Deletes what was answered in an application; says which entry of the office book says so.
    fn erase_application(&self, deed: ToErase) -> Reply<'_, u64>;

    /// Births and deaths that were reported, of a service or of all ("").
    fn reports(&self, service: String, only_open: bool) -> Reply<'_, Vec<ReportRow>>;

    /// The report with an acknowledgement's number.
    fn report(&self, number: String) -> Reply<'_, Option<ReportKept>>;

    /// Writes down what the Registrar decides.
    fn decide_report(&self, deed: DecisionDeed) -> Reply<'_, Decision>;

    /// Writes down that an extract is given out, and says what stands on it.
    fn issue_extract(&self, deed: ExtractDeed) -> Reply<'_, Extract>;

    /// Complaints by the day on which they are due.
    fn complaints(&self, asked: ComplaintsAsked) -> Reply<'_, Vec<ComplaintRow>>;

    /// The complaint of this number, with what was done about it.
    fn complaint(&self, number: String) -> Reply<'_, Option<ComplaintKept>>;

    /// The office itself works on a complaint; says which entry of its book says so.
    fn work_on_complaint(&self, deed: ToWork) -> Reply<'_, u64>;

    /// Puts a rule pack into service, which was found to be good.
    fn add_pack(&self, it: InService, file: Vec<u8>, now_ms: i64) -> Reply<'_, ()>;

    /// Takes up the rule packs that were put into service since somebody looked.
    fn take_up_packs(&self) -> Reply<'_, ()>;

    /// The file of a rule pack in service, by its hash.
    fn pack_file(&self, digest: Hash) -> Reply<'_, Option<Vec<u8>>>;

    /// Two persons settle an entry that is kept apart.
    fn settle_apart(&self, deed: ToSettleApart) -> Reply<'_, SettledApart>;

    fn overview(&self, day: i64) -> Reply<'_, Overview>;

    /// The buildings of a ward, in the order of the register; one of them by its number there.
    fn buildings_of_ward(&self, ward: u16) -> Reply<'_, Vec<Building>>;
    fn building(&self, id: u32) -> Reply<'_, Option<Building>>;

    /// The statement of receipts from one day to another, both included.
    fn collection(&self, from: i64, to: i64) -> Reply<'_, Collection>;

    /// `day` is today, by which money is overdue.
    fn figures(&self, day: i64) -> Reply<'_, Figures>;

    /// Whether the database answers.
    fn answers(&self) -> Reply<'_, ()>;

    /// Puts buildings into the register, each as a change. One that has receipts is not loaded
    /// again: what is paid of its demands is what the receipts made of them.
    fn load(&self, buildings: Vec<Building>, now_ms: i64) -> Reply<'_, Loaded>;

    /// Takes the bills of a utility into the register: all of them or none.
    fn take_bills(&self, deed: ToTakeBills) -> Reply<'_, BillsTaken>;

    /// The next hand-over of what was collected for a utility, where there is anything to hand
    /// over; or an earlier one again, by its number.
    fn hand_over(
        &self,
        service: String,
        again: Option<u64>,
        now_ms: i64,
    ) -> Reply<'_, Option<HandOver>>;

    /// What was handed over and is not at the utility's own platform, the oldest first.
    fn undelivered(&self, service: String) -> Reply<'_, Vec<Undelivered>>;

    /// The utility's own platform has one of them.
    fn delivered(&self, it: Undelivered, now_ms: i64) -> Reply<'_, ()>;

    /// An officer gives a device other wards.
    fn assign(&self, deed: ToAssign) -> Reply<'_, AssignedWards>;

    /// An officer lets a device sell slots of a facility.
    fn lease_slots(&self, deed: ToLeaseSlots) -> Reply<'_, LeasedSlots>;

    /// An officer wants slots back; says of which device.
    fn recall_slots(&self, deed: ToRecallSlots) -> Reply<'_, String>;

    /// The leases of slots whose last day is not before this one.
    fn slot_leases(&self, day: i64) -> Reply<'_, Vec<SlotLeaseRow>>;

    /// Adds somebody, or gives them a new name, role or PIN; and a badge, where one is given.
    fn add_staff(&self, member: Member, role: Role) -> Reply<'_, ()>;

    /// Takes somebody's badge away.
    fn take_badge(&self, staff: StaffId) -> Reply<'_, ()>;

    fn enrol(&self, device: NewDevice) -> Reply<'_, Enrolled>;

    /// A chain with every head that was signed on the way, as an auditor takes it away and signed
    /// by the office; none for a stranger.
    fn export(&self, writer: Writer, at_ms: i64) -> Reply<'_, Option<Vec<u8>>>;

    /// Walks every chain again, from its first entry.
    fn verify(&self) -> Reply<'_, Report>;
}

/// What the books are kept by.
pub struct Trusted {
    pub office: SigningKey,
    pub packs: Packs,
}

/// A device's turn, its signature found to be true.
pub struct Turn {
    pub writer: Writer,
    pub batch: Option<CheckedBatch>,
    /// The device's word on its head, by the signature of its request.
    pub signed: SignedHead,
    pub office_after: u64,
    pub register_after: u64,
    /// What it says of shared records; none from a device that knows of none.
    pub records: Option<TurnRecords>,
    pub now_ms: i64,
}

/// A device's turn with shared records.
pub struct TurnRecords {
    /// The last change of the feed that it has.
    pub after: u64,
    /// The number of the first edit that it sends.
    pub first: u64,
    pub edits: Vec<Edit>,
}

/// A batch whose entries lead to its head.
pub struct CheckedBatch {
    pub batch: Batch,
    pub entries: Vec<Entry>,
}

/// What the books say after a turn.
pub struct Exchanged {
    /// The head of the device's chain here, on disk.
    pub head: Head,
    pub notices: Vec<Entry>,
    pub office_to: u64,
    pub buildings: Vec<Building>,
    /// Buildings that are not of the device's wards any more.
    pub gone: Vec<u32>,
    pub register_to: u64,
    pub records: Option<RecordsAnswer>,
    pub more: bool,
    pub rejection: Option<Rejection>,
    /// The device is frozen: since when, and how far what it just sent is kept.
    pub lock: Option<Lock>,
    pub quarantined: Vec<Quarantined>,
    /// A rule pack of which the device has said nothing.
    pub pack: Option<PackOffer>,
    /// How many entries were new.
    pub taken: usize,
}

/// What the bank says: a request of this reference was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankWord {
    pub reference: String,
    pub bank_reference: String,
    pub amount: Paise,
    pub payer_address: String,
    pub paid_ms: i64,
    pub received_ms: i64,
}

/// What became of the bank's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BankWordState {
    /// No device has sent such a request yet.
    Waiting,
    /// The office book has the confirmation.
    Confirmed,
    /// The request was for another sum: an officer settles it.
    Differs,
    /// The request was paid before: an officer settles it.
    Twice,
}

/// What the public page may say of a receipt, once the check code was right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRow {
    pub check_code: String,
    pub amount: Paise,
    pub mode: String,
    pub state: String,
    pub at_ms: i64,
    pub ward: Option<u16>,
    pub place: String,
}

/// Duties of staff, and the kind of device that each works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// Takes cash at a kiosk.
    Cashier,
    /// Goes from house to house for taxes.
    Collector,
    /// Goes from house to house for waste.
    Worker,
    /// Receives the cash of the others at the office, and pays it into the bank.
    Accountant,
    /// Works on the complaints of wards.
    Officer,
}

/// What a device is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    Kiosk,
    Collector,
    Karmasena,
    /// A kiosk of others (in Kerala an Akshaya centre), which takes a charge for its service.
    Centre,
    /// A handheld of whoever works on the complaints of wards.
    Officer,
}

pub struct Loaded {
    /// Buildings in the register now.
    pub buildings: u64,
    /// Those that were not loaded because they have receipts.
    pub with_receipts: Vec<u32>,
    /// Handhelds that have more houses now than one takes, and how many.
    pub beyond: Vec<(String, u64)>,
}

/// A device is to have these wards and no others.
pub struct ToAssign {
    /// The device's name in the office, "collector-3".
    pub device: String,
    pub wards: Vec<u16>,
    pub by: StaffId,
    pub now_ms: i64,
}

/// What a device has since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssignedWards {
    /// The buildings of its wards.
    pub houses: u64,
}

pub struct NewDevice {
    pub body: String,
    /// The financial year of its first book.
    pub year: u16,
    pub name: String,
    pub profile: Profile,
    pub key: PublicKey,
    pub wards: Vec<u16>,
    pub operator: Option<StaffId>,
    pub book_numbers: u32,
    pub now_ms: i64,
}

/// What the office gives a new device.
pub struct Enrolled {
    pub writer: Writer,
    pub book: SignedLease,
    /// Its first book of acknowledgements, where the body takes applications.
    pub acknowledgements: Option<SignedLease>,
    pub sisters: Vec<Enrolment>,
    pub staff: Vec<Member>,
}

#[derive(Debug, Error)]
pub enum StoreError {
    #[error("the books are busy: try again in a moment")]
    Busy,
    #[error("the books were closed, or a piece of work on them was given up")]
    Stopped,
    #[error("the database failed")]
    Sqlite(#[source] sql::Error),
    #[error("the database cannot be reached, or has no time: see that it runs, and try again")]
    Away(#[source] sql::Error),
    #[error("the database has {0} = off, so that a power cut would take what was acknowledged")]
    NotDurable(&'static str),
    #[error("the role has no schema for the books: CREATE SCHEMA of its name, AUTHORIZATION to it")]
    NoSchema,
    #[error("the database's URI cannot be read: write postgres://USER@HOST/DATABASE")]
    Uri(#[source] tokio_postgres::Error),
    #[error("what drives the connections to the database cannot start")]
    Runtime(#[source] std::io::Error),
    #[error("the database cannot be opened at {0}")]
    Open(std::path::PathBuf, #[source] sql::Error),
    #[error("what the database has as {0} cannot be read: take it from a backup")]
    Damaged(&'static str),
    #[error("migration {0} of the database failed")]
    Migration(&'static str, #[source] sql::Error),
    #[error("the database is of a newer version than this program: install the newer program")]
    Newer,
    #[error("a device named {0} is there already: choose another name")]
    NameTaken(String),
    #[error("nobody has the staff number {0}: add them with `central staff`")]
    NoSuchStaff(u32),
    #[error(
        "staff {0} has this badge: give another, or take it away with `central staff --no-badge`"
    )]
    BadgeTaken(u32),
    #[error("the rule pack has no service of bills named {0}: see [[service]] in pack.toml")]
    NoBillService(String),
    #[error("there is no hand-over {0} of this service")]
    NoSuchBatch(u64),
    #[error(transparent)]
    Refused(#[from] Refusal),
}
