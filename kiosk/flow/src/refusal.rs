//! What the rules say no to. The sentence in the person's language stands in the app's catalogue
//! (`kiosk/panes/lang`), under the context `refusal` and the code.

use ledger::Paise;
use schemars::JsonSchema;
use serde::Serialize;

use crate::books::Unreadable;
use crate::event::NotRecorded;

/// One refusal: what it is, and the figure that its sentence names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Refusal {
    pub code: RefusalCode,
    /// The limit, the due or the missing sum that the sentence names.
    pub amount: Option<Paise>,
    /// A count that the sentence names: tries left, characters.
    pub count: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// This page has no such button, field or choice.
    NotHere,
    /// No building of this device has that number.
    UnknownBuilding,
    /// No building of this device's wards agrees with what was typed.
    NothingFound,
    /// Nothing was found here, and names are known at the office alone, which cannot be asked.
    NamesAtOffice,
    /// The building is in the register, but of a ward that this device does not serve.
    OtherWard,
    /// The code is torn.
    UnreadableCode,
    /// The code is whole, and of nothing that is ours.
    UnknownCode,
    /// The secure square of an Aadhaar, where none is asked for.
    AadhaarNotAsked,
    /// A square by which somebody is to be paid.
    PaymentSquare,
    /// The slip was not made by this body, or was altered.
    ForgedSlip,
    /// The slip is one of a lesson.
    PracticeSlip,
    /// Nothing was typed.
    NothingTyped,
    NotANumber,
    AmountZero,
    AmountNegative,
    /// Less than a whole paisa.
    AmountFraction,
    /// More than one receipt may take (`amount`).
    AmountAboveLimit,
    /// This service takes no money in advance.
    NoAdvance,
    NothingDue,
    /// The cash on the table is less than the sum (`amount` is missing).
    TenderedTooLittle,
    ChooseFirst,
    /// The receipt book is used up and no next one is at hand.
    NoBookLeft,
    /// The receipt book has only so many numbers left (`count`) for one payment.
    BookTooShort,
    /// The building is on the list of what will be paid.
    ListedAlready,
    /// So many buildings (`count`) are paid at once at the most.
    ListFull,
    /// What is owed has changed since it was put on the list.
    ListChanged,
    /// The cash limit of this device (`amount`) is reached: hand in first.
    CashLimit,
    LineDown,
    NoCashier,
    NoTerminal,
    CardDeclined,
    WrongPin,
    LockedOut,
    ReasonNeeded,
    TextTooLong,
    /// The day is closed; money is taken again tomorrow.
    DayClosed,
    /// The same press came twice.
    AlreadyDoing,
    /// A payment is under way: it must end before the page can be left.
    PaymentRunning,
    DiskFull,
    StoreFailed,
    NoPrinter,
    PaymentExpired,
    /// No receipt of this device has that number.
    UnknownReceipt,
    /// Only the latest receipt of a building, in hand, on its own day, can be cancelled.
    CannotCancel,
    /// A cancellation needs a reason.
    CancelReasonNeeded,
    /// A second person must sign with their own PIN.
    SecondPersonNeeded,
    /// Change money is taken once, before the first receipt.
    FloatTaken,
    /// The office has not been heard of for so many hours (`count`): no cash until it has.
    TooLongAway,
    /// The square is no day's close, or no officer's word on one of this device.
    NotAClose,
    /// The cash of this close was received before.
    ReceivedBefore,
    /// Only an officer receives cash, and never their own.
    OfficersOnly,
    /// The number of a cheque or draft has digits only.
    InstrumentNumber,
    BankNeeded,
    /// Not a date, as 12-08-2026.
    NotADate,
    /// The cheque or draft is dated after today.
    Postdated,
    /// The cheque or draft is older than the bank takes (`count` days).
    Stale,
    /// People disagree about the detail: the office decides first.
    Undecided,
    /// The stick is not in, or is full or locked.
    StickAway,
    /// The reply is of another office or device, or damaged.
    ReplyNotOurs,
    /// The reply is to an older parcel.
    ReplyOlder,
    /// The square is of no device of this body that is known here.
    UnknownDevice,
    OtherNotReached,
    OtherGone,
    /// The other device does not take the books.
    NotCarried,
    TooMuchForSquares,
    /// The squares that were scanned do not belong together.
    SquaresTorn,
    NoCamera,
    /// The camera through which codes are read is away, or shows nothing.
    CameraAway,
    /// The camera was looked through for long and no code came.
    NoCodeSeen,
    /// The camera has made no picture since the page was opened.
    NoNewPicture,
    /// The newest picture is not whole, or no picture at all.
    PictureUnreadable,
    /// The picture is larger than a device takes (`count` kilobytes).
    PictureTooLarge,
    /// The pictures of today are as many as a device takes.
    PicturesDayFull,
    /// The card is nobody's badge here.
    UnknownBadge,
    /// The card is of no household that is known here.
    UnknownCard,
    /// The card is said to be of more houses than one.
    CardOfSeveral,
    /// The card is of another house.
    CardTaken,
    /// A badge is no card of a household.
    BadgeNotHouse,
    /// The scale gives no weight that could be taken.
    NoWeight,
    /// The battery is low (`count` parts of a hundred): said, and nothing is refused.
    BatteryLow,
    /// The battery is nearly empty: nothing new is begun.
    BatteryEmpty,
    /// The service asks for something that no screen can ask, or its form is not in the pack.
    CannotAsk,
    /// A time is written as 14:05.
    NotATime,
    /// The question must be answered.
    AnswerNeeded,
    /// It is not known where the device stands.
    NoPlace,
    /// The place must be taken, and it says what to do where it cannot be.
    PlaceNeeded,
    /// The same of a picture.
    PictureNeeded,
    /// There is no room for one more.
    TurnsFull,
    /// The form does not take this answer, and has no words of its own for it.
    AnswerNotTaken,
    /// A rule of the form cannot be worked out.
    FormBroken,
    /// No fee of the pack is for these answers.
    NoFeeForAnswers,
    /// The slot is not this device's to sell, or not any more.
    SlotTaken,
    /// The service is not begun while the line is down.
    NeedsLine,
    /// The office has locked this device: no money is taken with it.
    Frozen,
    /// The house has no connection of this service.
    NoConnection,
    /// Bills are paid whole and the oldest first (`amount` is such a sum).
    WholeBills,
    /// The office has not set a figure that the service needs.
    NotSetYet,
    /// No book of acknowledgements is at hand: the office gives one at the next contact.
    NoAcknowledgements,
}

impl Refusal {
    pub fn new(code: RefusalCode) -> Self {
        Self { code, amount: None, count: None }
    }

    pub fn with_amount(code: RefusalCode, amount: Paise) -> Self {
        Self { code, amount: Some(amount), count: None }
    }

    pub fn with_count(code: RefusalCode, count: u32) -> Self {
        Self { code, amount: None, count: Some(count) }
    }
}

impl From<NotRecorded> for Refusal {
    fn from(cause: NotRecorded) -> Self {
        Self::new(match cause {
            NotRecorded::DiskFull => RefusalCode::DiskFull,
            NotRecorded::Failed => RefusalCode::StoreFailed,
            NotRecorded::Undecided => RefusalCode::Undecided,
        })
    }
}

impl From<Unreadable> for Refusal {
    fn from(_: Unreadable) -> Self {
        Self::new(RefusalCode::StoreFailed)
    }
}
