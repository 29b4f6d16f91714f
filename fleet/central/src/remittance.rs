//! The way of the cash to the bank as the office furthers it: what an officer asks to be written,
//! what comes of it, and why it is refused.

use ledger::{
    ComplaintFault, FieldFault, MISSING_MAX, Paise, ReceiptNumber, SignedClaim, StaffId,
    TYPED_CHARACTERS_MAX,
};
use thiserror::Error;

/// A day's close as an officer names it: "collector-1:42", its device and its entry there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CloseName {
    pub device: String,
    pub seq: u64,
}

/// An officer counted the money of a close.
pub struct ToReceive {
    pub close: CloseName,
    pub counted: Paise,
    /// The receipts of the close whose cheques or drafts did not come.
    pub without: Vec<ReceiptNumber>,
    /// Why it is another sum than the close says, or something did not come; empty where neither.
    pub reason: String,
    pub by: StaffId,
    pub now_ms: i64,
}

/// Received money goes into the bank.
pub struct ToDeposit {
    pub challan: String,
    /// Days since 1970-01-01.
    pub on: i64,
    pub amount: Paise,
    pub of: Vec<CloseName>,
    pub by: StaffId,
    pub now_ms: i64,
}

/// A statement of the bank, every row of it sound.
pub struct ToMatch {
    pub rows: Vec<StatementRow>,
    pub by: StaffId,
    pub now_ms: i64,
}

/// One row of the bank's statement: money that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementRow {
    /// Its line in the file.
    pub line: usize,
    /// By the bank's date, days since 1970-01-01.
    pub day: i64,
    pub amount: Paise,
    pub challan: String,
    pub bank_reference: String,
}

/// The bank's word on a cheque or a draft.
pub struct ToSettle {
    pub receipt: ReceiptNumber,
    pub word: InstrumentWord,
    /// By the bank's date, days since 1970-01-01.
    pub on: i64,
    pub by: StaffId,
    pub now_ms: i64,
}

pub enum InstrumentWord {
    Realised { bank_reference: String },
    Dishonoured { reason: String, second: StaffId },
}

/// A slip whose receipt no device will send.
pub struct ToRestore {
    pub slip: SignedClaim,
    pub reason: String,
    pub by: StaffId,
    pub now_ms: i64,
}

/// What was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedClose {
    pub collector: StaffId,
    /// The close's day, days since 1970-01-01.
    pub day: i64,
    pub claimed: Paise,
    /// How many of its cheques and drafts came, and how many it has.
    pub instruments: (u32, u32),
}

/// What a statement came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// Deposits that the bank has since this statement.
    pub realised: usize,
    /// Rows that did their work before.
    pub known: usize,
    /// What a person must look at, in the order of the lines.
    pub open: Vec<(StatementRow, RowState)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    Realised,
    /// The deposit with this challan is of another sum.
    Differs(Paise),
    /// The bank's statement had this deposit before.
    Twice,
    /// No deposit has this challan.
    Unmatched,
}

/// A receipt that was restored from its slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoredReceipt {
    pub number: String,
    pub amount: Paise,
}

/// Why the office writes nothing; each says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    #[error(
        "no birth or death was reported with the number {0}: `central registrar list` has them"
    )]
    NoSuchReport(String),
    #[error("{0} is decided: {1}")]
    Decided(String, String),
    #[error("{0} cannot be the first report of the same event")]
    NoFirstReport(String),
    #[error(
        "{0} looks like {1}: look at both, then say --distinct {1}, or that one is a duplicate"
    )]
    LooksAlike(String, String),
    #[error(
        "what was answered in {0} is not here: wait until its device has sent it, or return the \
         report"
    )]
    NoAnswers(String),
    #[error("{0} is in the register, which is kept: what is registered is not erased")]
    IsRegistered(String),
    #[error("a report is returned with a reason, of at most {0} characters")]
    ReturnReason(usize),
    #[error("at most {0} reports are named that look the same: find the duplicates first")]
    TooManyAlike(usize),
    #[error("{0} is not registered: only what is in the register has an extract")]
    NotRegistered(String),
    #[error("no application has the number {0}: `central applications` lists them")]
    NoSuchApplication(String),
    #[error("no complaint has the number {0}: `central complaints` lists them")]
    NoSuchComplaint(String),
    #[error("complaint {0} was resolved or rejected before")]
    ComplaintEnded(String),
    #[error("the rule pack has no office {0} for complaints")]
    NoSuchOffice(String),
    #[error("the office cannot say this of a complaint: {0}")]
    Complaint(ComplaintFault),
    #[error("the answers of {0} were erased before")]
    ErasedBefore(String),
    #[error("an erasure needs a reason, of at most {0} characters")]
    ErasureReason(usize),
    #[error("no device is named {0}: the dashboard lists them")]
    NoSuchDevice(String),
    #[error("{0} is no day's close that is here: the dashboard lists the closes under way")]
    NoSuchClose(CloseName),
    #[error("nothing was counted at the close {0}: there is nothing to receive")]
    NothingToReceive(CloseName),
    #[error("staff {0} took this money: another officer must receive it")]
    OwnMoney(u32),
    #[error("the money of {close} was received before, by staff {officer}")]
    ReceivedBefore { close: CloseName, officer: u32 },
    #[error("the close says ₹{0}: give the --reason for a different count")]
    CountNeedsReason(Paise),
    #[error("{number} is no cheque or draft of {close}: name receipts of that close --without")]
    NotOfTheClose { number: String, close: CloseName },
    #[error("{0} is named twice: name each receipt once --without")]
    MissingTwice(String),
    #[error("name at most {MISSING_MAX} receipts --without")]
    TooManyMissing,
    #[error("give the --reason for which not every cheque and draft came")]
    MissingNeedsReason,
    #[error("a count is never below zero: give --counted in rupees")]
    BelowZero,
    #[error("{0} has 1 to {TYPED_CHARACTERS_MAX} characters: write it anew")]
    Text(&'static str),
    #[error("the day {0} has not come yet: give the day as YYYY-MM-DD")]
    Future(String),
    #[error("the money of {0} was not received: `central receive` comes first")]
    NotReceived(CloseName),
    #[error("the money of {close} went into the bank before, with the challan {challan}")]
    DepositedBefore { close: CloseName, challan: String },
    #[error("{0} is named twice: name each close once")]
    NamedTwice(CloseName),
    #[error("a deposit has 1 to {0} closes: make several deposits")]
    Closes(usize),
    #[error(
        "what was received of these closes, less the change money, is ₹{sum} and not ₹{amount}: \
         deposit the whole of it"
    )]
    OtherSum { sum: Paise, amount: Paise },
    #[error("these closes have no cash to deposit: cheques and drafts are settled one by one")]
    NoCash,
    #[error("the books have a deposit with the challan {0}: give the challan of this one")]
    ChallanKnown(String),
    #[error("the books have no receipt {0}: compare it with the slip")]
    NoSuchReceipt(String),
    #[error(
        "more than one receipt bears {0}, as two histories of one device do: settle them first"
    )]
    SharedNumber(String),
    #[error("{0} was not paid by cheque or draft: only these are realised or dishonoured")]
    NotByInstrument(String),
    #[error("{0} counts by its payer's slip alone: its device must send it first")]
    OnlyRestored(String),
    #[error("{0} was cancelled: the bank's word changes nothing")]
    Cancelled(String),
    #[error("the cheque or draft of {number} was {state} before: that stands")]
    SettledBefore { number: String, state: String },
    #[error("the cheque or draft of {0} was not received by an officer: `central receive` first")]
    InstrumentNotReceived(String),
    #[error("{0} was given on a later day: look at the bank's date again")]
    BeforeReceipt(String),
    #[error("two persons are needed: --second names another than --by")]
    SecondPerson,
    #[error("staff {staff} works with {device}: two others settle its case")]
    OwnDevice { device: String, staff: u32 },
    #[error("{0} tells one history: there is nothing to settle")]
    OneHistory(String),
    #[error("the case of {0} was settled before, and nothing came since")]
    ForkSettledBefore(String),
    #[error("the register has no building for {0}: name one that is there")]
    NoSuchRecord(String),
    #[error(transparent)]
    Field(#[from] FieldFault),
    #[error("the record cannot be changed: {0}")]
    Record(String),
    #[error("{0} has these wards already: the dashboard lists them")]
    SameWards(String),
    #[error(
        "these wards have {houses} houses, and a handheld takes {max}: give it fewer wards, or \
         raise handheld_houses_max in the pack"
    )]
    TooManyHouses { houses: u64, max: u32 },
    #[error("the pack has no facility {facility}: it has {known}")]
    NoSuchFacility { facility: String, known: String },
    #[error("{facility} has no slot {slot}: it has {known}")]
    NoSuchSlot { facility: String, slot: String, known: String },
    #[error("give a last day that has not passed and is the first or later, {0} days at most")]
    SlotDays(i64),
    #[error(
        "the slot {slot} is leased to {device} on some of these days, by lease {number}: lease \
         other days, or take that back first"
    )]
    SlotsLeased { slot: String, number: u32, device: String },
    #[error("the slot {slot} of {day} is sold: lease the days before and after it")]
    SlotSold { slot: String, day: String },
    #[error("there is no lease {0} of slots: `central slots --list` has them")]
    NoSuchLease(u32),
    #[error("lease {number} of {device} was taken back before: that stands")]
    RecalledBefore { number: u32, device: String },
    #[error("{device} has no entry {seq} in quarantine: the dashboard lists them")]
    NotApart { device: String, seq: u64 },
    #[error("entry {seq} of {device} was settled before: that stands")]
    ApartSettledBefore { device: String, seq: u64 },
    #[error("staff {staff} wrote entry {seq} or works with {device}: two others settle it")]
    OwnEntry { device: String, seq: u64, staff: u32 },
    #[error("there is money in entry {0}: --accept it, --fix its building, or --return its money")]
    HasMoney(u64),
    #[error("entry {0} is no receipt, so that no money is returned: --accept or --reject it")]
    NoReceipt(u64),
    #[error("entry {0} names no building that could be put right: --accept or --reject it")]
    NoBuildingInIt(u64),
    #[error("the register has no building {0}: load it first, or name another one")]
    NoSuchBuilding(u32),
    #[error(
        "the bank has not confirmed the money of entry {0}: --reject it where none came, or \
         --return it"
    )]
    Unconfirmed(u64),
    #[error("entry {seq} cannot count: {why}; --reject it, or --return its money")]
    CannotCount { seq: u64, why: String },
    #[error("{0} is in the books, as the slip has it: there is nothing to restore")]
    Known(String),
    #[error(
        "{number} cannot be restored: its device sent something else as entry {seq}, and tells two \
         histories"
    )]
    OtherEntry { number: String, seq: u64 },
    #[error("{0} was restored before: it counts already")]
    RestoredBefore(String),
    #[error("another receipt bears {0}: settle that first")]
    NumberUsed(String),
    #[error("this is no slip of a device of this body: {0}")]
    NoSlip(String),
    #[error("{number} cannot be restored: {why}")]
    Unsound { number: String, why: &'static str },
}

impl std::fmt::Display for CloseName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.device, self.seq)
    }
}

impl CloseName {
    /// Reads "collector-1:42".
    pub fn parse(text: &str) -> Option<Self> {
        let (device, seq) = text.trim().rsplit_once(':')?;
        let seq = seq.parse().ok()?;
        (!device.is_empty()).then(|| Self { device: device.to_owned(), seq })
    }
}

/// What somebody typed, without the space around it; refused where it is empty or too long.
pub fn typed(text: &str, what: &'static str) -> Result<String, Refusal> {
    let text = text.trim();
    match (1..=TYPED_CHARACTERS_MAX).contains(&text.chars().count()) {
        true => Ok(text.to_owned()),
        false => Err(Refusal::Text(what)),
    }
}

impl RowState {
    /// As the database has it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Realised => "realised",
            Self::Differs(_) => "differs",
            Self::Twice => "twice",
            Self::Unmatched => "unmatched",
        }
    }
}
