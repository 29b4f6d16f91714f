//! Why an entry is not taken into the books.

use thiserror::Error;

use crate::apart::ApartCause;
use crate::application::ApplicationFault;
use crate::complaint::ComplaintFault;
use crate::instrument::InstrumentFault;
use crate::money::Paise;
use crate::visit::VisitOutcome;

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Breach {
    #[error("entry {found} does not follow entry {head}")]
    Sequence { head: u64, found: u64 },
    #[error("boot {boot} or its monotonic clock lies before the entry before")]
    TimeBackwards { boot: u32 },
    #[error("no receipt book is open for this person")]
    NoBook,
    #[error("receipt book {0} is used up")]
    BookUsedUp(String),
    #[error("receipt book {0} still has numbers")]
    BookNotUsedUp(String),
    #[error("receipt book {0} was not returned yet")]
    BookNotReturned(String),
    #[error("receipt book {0} was opened before")]
    BookOpenedBefore(String),
    #[error("receipt book {book} is of the financial year that began in {year}")]
    OtherYear { book: String, year: u16 },
    #[error("the counterfoils of receipt book {0} are not those that were written")]
    Counterfoils(String),
    #[error("a receipt book of another device, body or key")]
    ForeignBook,
    #[error("receipt {found} of book {book} is out of turn: {next} comes next")]
    OutOfTurn { book: String, found: u32, next: u32 },
    #[error("a sum of {0} is not a payment")]
    Sum(Paise),
    #[error("the lines add up to {lines}, the receipt says {total}")]
    LinesDiffer { lines: Paise, total: Paise },
    #[error("too many lines or answers, or a text that is too long")]
    TooLong,
    #[error("the question {0} is answered twice")]
    AnsweredTwice(String),
    #[error("cash without a cashier")]
    CashWithoutCashier,
    #[error("{0} was put on the table, which is less than the sum")]
    TenderedTooLittle(Paise),
    #[error("no open intent {0} of this kind and sum")]
    NoSuchIntent(u64),
    #[error("receipt {next} of {of} of one payment must follow, and nothing else")]
    GroupUnfinished { next: u8, of: u8 },
    #[error("no next receipt of a payment for several demands, or one that they cannot have")]
    GroupOutOfTurn,
    #[error("more than the last four digits of a card")]
    CardNumber,
    #[error("entry {0} has no slip that is awaited")]
    NoSuchSlip(u64),
    #[error("the instrument cannot be taken")]
    Instrument(#[source] InstrumentFault),
    #[error("receipt {0} cannot be cancelled: only the latest of its demand, in hand, on its day")]
    CannotVoid(u64),
    #[error("a cancellation needs a reason")]
    Reason,
    #[error("a second person is needed")]
    SecondPerson,
    #[error("certificate {found} is out of turn: {next} comes next")]
    CertificateOutOfTurn { found: u32, next: u32 },
    #[error("duplicate {found} is out of turn: {next} comes next")]
    DuplicateOutOfTurn { found: u32, next: u32 },
    #[error("the paper for the office's notice {0} was written before")]
    NoticeTwice(u64),
    #[error("change money was taken before, or after the first receipt")]
    Float,
    #[error("no money is carried of a day's close {0}, or the close says otherwise")]
    NoSuchClose(u64),
    #[error("the money of the day's close {0} was received before")]
    ReceivedBefore(u64),
    #[error("entry {0} was not written yet")]
    NotWritten(u64),
    #[error("a visit that says both {0:?} and waste")]
    VisitContradicts(VisitOutcome),
    #[error("a weight or a count beyond what hands can carry")]
    VisitTooMuch,
    #[error("day {0} is closed already")]
    DayClosed(i64),
    #[error("the count does not add up, or differs without a reason")]
    Count,
    #[error("the book expects {expected}, the close says {found}")]
    Expected { expected: Paise, found: Paise },
    #[error("slots of another device or office, or that are none")]
    ForeignSlots,
    #[error("the slots of lease {0} were taken before")]
    SlotsTakenBefore(u32),
    #[error("no lease {0} of slots is open here")]
    NoSuchSlots(u32),
    #[error("of lease {lease} {unsold} slots are not sold, the entry says {found}")]
    SlotsUnsold { lease: u32, unsold: u32, found: u32 },
    #[error("its answers name a part of a booking only")]
    HalfBooked,
    #[error("{0}: this slot was not leased to the device")]
    SlotNotLeased(String),
    #[error("{0}: this slot was sold before")]
    SlotSold(String),
    #[error("an entry that only the office writes")]
    OfficeOnly,
    #[error("an application that is none")]
    Application(#[source] ApplicationFault),
    #[error("an entry about a complaint that is none")]
    Complaint(#[source] ComplaintFault),
}

impl Breach {
    /// What kind of rule it is, for whoever does not read these sentences.
    pub const fn cause(&self) -> ApartCause {
        match self {
            Self::NoBook
            | Self::BookUsedUp(_)
            | Self::BookNotUsedUp(_)
            | Self::BookNotReturned(_)
            | Self::BookOpenedBefore(_)
            | Self::OtherYear { .. }
            | Self::Counterfoils(_)
            | Self::ForeignBook
            | Self::OutOfTurn { .. }
            | Self::CertificateOutOfTurn { .. }
            | Self::DuplicateOutOfTurn { .. } => ApartCause::Book,
            Self::Sum(_)
            | Self::LinesDiffer { .. }
            | Self::TenderedTooLittle(_)
            | Self::GroupUnfinished { .. }
            | Self::GroupOutOfTurn
            | Self::AnsweredTwice(_) => ApartCause::Sum,
            Self::CashWithoutCashier | Self::SecondPerson | Self::DayClosed(_) => {
                ApartCause::Person
            }
            Self::NoSuchIntent(_) | Self::CardNumber | Self::Instrument(_) => ApartCause::Bank,
            Self::Float
            | Self::NoSuchClose(_)
            | Self::ReceivedBefore(_)
            | Self::Count
            | Self::Expected { .. } => ApartCause::Count,
            Self::TimeBackwards { .. } => ApartCause::Clock,
            Self::ForeignSlots
            | Self::SlotsTakenBefore(_)
            | Self::NoSuchSlots(_)
            | Self::SlotsUnsold { .. }
            | Self::HalfBooked
            | Self::SlotNotLeased(_)
            | Self::SlotSold(_)
            | Self::Sequence { .. }
            | Self::TooLong
            | Self::NoSuchSlip(_)
            | Self::CannotVoid(_)
            | Self::Reason
            | Self::NoticeTwice(_)
            | Self::NotWritten(_)
            | Self::VisitContradicts(_)
            | Self::VisitTooMuch
            | Self::OfficeOnly
            | Self::Application(_)
            | Self::Complaint(_) => ApartCause::Other,
        }
    }
}
