//! What is true about money taken and work done at a doorstep: sums, entries, receipt books, day
//! books, rule packs, demands and slips, as values and rules. It must never know a clock, a file, a
//! thread, a socket or a float: time comes in with each entry, and everything here can be replayed.

mod apart;
mod application;
mod apportion;
mod bill;
mod board;
mod card;
mod chain;
mod claim;
mod clock;
mod complaint;
mod daybook;
mod demand;
mod elsewhere;
mod entry;
mod extract;
mod fact;
mod group;
mod instrument;
mod language;
mod lease;
mod likeness;
mod moment;
mod money;
mod notice;
mod number;
mod pack;
mod pack_said;
mod period;
mod photo;
mod receipt;
mod record;
mod register;
mod registration;
mod remittance;
pub mod search;
mod signature;
mod slip;
mod slots;
mod upi_link;
mod visit;
mod words;

pub use apart::{ApartCause, ApartSettled, ApartWord, FREED_MAX, KeptApart, WardsAssigned, WayOut};
pub use application::{
    ApplicationErased, ApplicationFault, ApplicationMismatch, Applied, DOCUMENTS_MAX,
    ERASED_REASON_CHARACTERS_MAX, SEALED_BYTES_MAX, SealedFile, check_application,
};
pub use apportion::{ApportionError, ReceiptLine, apportion};
pub use bill::{BillReference, BillReferenceError};
pub use board::{BoardPart, BoardRate};
pub use card::{CARD_MARK_BYTES, CardMark, NotACardMark};
pub use chain::{Hash, Head, sha256};
pub use claim::{Claim, ClaimError, PRACTICE_BODY, SignedClaim, check_code};
pub use clock::KnownTime;
pub use complaint::{
    COMPLAINT_CODE_CHARACTERS_MAX, COMPLAINT_REMARK_CHARACTERS_MAX, Channel, CitizenSays,
    Complaint, ComplaintAnswered, ComplaintDeed, ComplaintFault, ComplaintStanding, ComplaintState,
    ComplaintWorked, Did, Filed, STARS_MAX, Work, stand,
};
pub use daybook::{Breach, Carried, DayBook, OpenBook, Paper, Till, VOID_REASON_CHARACTERS_MAX};
pub use demand::{
    Amounts, AnswerFault, BillFault, Demand, DemandError, DueLine, FeeFault, FeePart, InterestSpan,
    PERIODS_MAX, PeriodDue, Reason, Standing, bill_answers, brief, check_fee_receipt, due_day,
    early_rebate, percent,
};
pub use elsewhere::{ElsewhereFault, PaidElsewhere, apportion_elsewhere};
pub use entry::{
    BookReturn, Certificate, Confirmation, DayClose, Duplicate, ENTRY_BYTES_MAX, Enrolment, Entry,
    EntryError, Fact, HeadSum, Intent, IntentEnded, IntentEnding, IntentMode, Notes, Print,
    PrintOutcome, PrintWitness, ReturnCause, StaffId, Void, Writer,
};
pub use extract::{Extract, SignedExtract};
pub use group::{GROUP_MAX, GroupPlace, IntentPart};
pub use instrument::{
    Instrument, InstrumentFault, InstrumentKind, InstrumentSettled, InstrumentState,
};
pub use language::Language;
pub use lease::{Lease, SignedLease};
pub use likeness::LikenessKey;
pub use moment::{Moment, date_of, date_text, day_text};
pub use money::{MoneyError, Paise};
pub use notice::{ExcessHeld, ForkSettled, PayerNotice, Restored};
pub use number::{NumberError, ReceiptNumber, check_character};
pub use pack::{
    Application, ApplicationWord, AreaRate, Asset, BasisPoints, BillService, Bills, Block, Body,
    BodyKind, COMPLAINT_CATEGORY, COMPLAINT_WARD, Calendar, CentreCharge, Certainty, ChargeStep,
    ComplaintCategory, ComplaintWord, Complaints, Condition, Count, DELAY_ANSWER, Dated, DaysCount,
    DelayStep, Delays, Document, DueDays, EarlyRebate, EstablishmentFee, Exemption, FEES_MAX,
    Facility, FacilitySlot, Fee, FeeDefault, FeePeriod, FeeRule, Fees, Figure, Head as AccountHead,
    Instruments, LateCharge, Limits, MonthDay, OwnUse, PACK_BYTES_MAX, PACK_FILE_BYTES_MAX,
    PACK_FILES_MAX, Pack, PackFault, PackFile, PartMonths, PeriodLength, PeriodRule, Rates,
    Registration, Remittance, Reprint, Rounding, Rung, Service, ServiceKind, ShareOf, Slab,
    StepTakes, TaxRelief, Text, Until, Upi, VitalEvent, Ward, WasteKind, each_by, heads,
};
pub use pack_said::{PackRefusal, PackSaid, PackWord};
pub use period::{NotAPeriod, Period};
pub use photo::{NotAPhotoHash, PHOTO_SIDE_MAX, PhotoFault, PhotoHash, PhotoKind};
pub use receipt::{
    Answer, CardTender, CashTender, Named, Payer, RECEIPT_ANSWERS_BYTES_MAX, RECEIPT_ANSWERS_MAX,
    RECEIPT_LINES_MAX, Receipt, Suspense, TYPED_CHARACTERS_MAX, Tender, UpiTender,
};
pub use record::{
    FieldFault, FieldKind, FieldValue, NotARecord, RECORD_COUNT_MAX, RECORD_NAME_BYTES_MAX,
    RecordField, RecordId, RecordKind,
};
pub use register::{
    ACCOUNT_CHARACTERS_MAX, BILLED_MONTHS_MAX, BillCode, BilledMonth, Building, CONNECTIONS_MAX,
    Connection, ConnectionFault, DEMANDS_MAX, DUE_DAYS, DemandRow, HouseCode, HouseCodeError,
    Household, LocalName, REGISTER_TEXT_CHARACTERS_MAX, RegisterFault, is_account, masked,
};
pub use registration::{
    DISTINCT_MAX, Decided, Decision, Distinct, ExtractIssued, HowDistinct, LOOKED_AT_MAX,
    MARKS_MAX, Mark, ORDER_MAX, Reported,
};
pub use remittance::{
    DEPOSIT_RECEIVINGS_MAX, Deposit, HandIn, MISSING_MAX, Realised, Receiving, ReceivingOf,
    RemittanceClaim, SignedRemittance,
};
pub use signature::{PublicKey, Purpose, Signature, Signer, WrongSignature};
pub use slip::{
    AcknowledgementFacts, CertificateFacts, DayCloseFacts, DeficiencyFacts, DishonourFacts,
    ExcessFacts, MoneyStatus, PaidBy, ReceiptFacts, ReceivedFacts, ReturnedFacts, Slip, SlipKind,
    SlipLine, SlipPlace, VisitFacts, VisitPart, VoidedFacts, WaitingFacts,
};
pub use slots::{
    BOOKED_DAY, BOOKED_FACILITY, BOOKED_SLOT, Booking, HalfBooked, SLOT_DAYS_MAX, SLOTS_A_DAY_MAX,
    SignedSlots, SlotLease, SlotsRecalled, SlotsReturned,
};
pub use upi_link::upi_link;
pub use visit::{KINDS_MAX, SACKS_MAX, Visit, VisitOutcome, WEIGHT_G_MAX, Weighed};
pub use words::in_words;
