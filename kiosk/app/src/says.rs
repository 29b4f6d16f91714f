//! What a refusal says to the person, in their language. The words stand in the very catalogues
//! that the glass is translated with.

use std::sync::LazyLock;

use flow::{Refusal, RefusalCode};
use ledger::Language;
use panes::catalogues;
use polib::catalog::Catalog;

static MALAYALAM: LazyLock<Catalog> = LazyLock::new(|| catalogue(catalogues::MALAYALAM));
static HINDI: LazyLock<Catalog> = LazyLock::new(|| catalogue(catalogues::HINDI));
static MARATHI: LazyLock<Catalog> = LazyLock::new(|| catalogue(catalogues::MARATHI));
static ODIA: LazyLock<Catalog> = LazyLock::new(|| catalogue(catalogues::ODIA));

/// The sentence of a refusal: what happened, whether anything was taken, what to do.
pub fn sentence(refusal: &Refusal, language: Language) -> String {
    let amount = refusal.amount.map(|amount| format!("₹{}", amount.on_glass()));
    let count = refusal.count.map(|count| count.to_string());
    let english = english(refusal.code, amount.is_some(), count.is_some());
    translated(language, "refusal", english)
        .replace("{amount}", amount.as_deref().unwrap_or_default())
        .replace("{count}", count.as_deref().unwrap_or_default())
}

/// The words of a catalogue under a context; the English ones where it lacks them.
pub(crate) fn translated(language: Language, context: &str, english: &'static str) -> &'static str {
    let catalogue: &'static Catalog = match language {
        Language::En => return english,
        Language::Ml => &MALAYALAM,
        Language::Hi => &HINDI,
        Language::Mr => &MARATHI,
        Language::Or => &ODIA,
    };
    catalogue
        .find_message(Some(context), english, None)
        .and_then(|message| message.msgstr().ok())
        .filter(|words| !words.is_empty())
        .unwrap_or(english)
}

fn catalogue(text: &str) -> Catalog {
    polib::po_file::parse_from_reader(text.as_bytes())
        .expect("the catalogues are part of the program, and a test reads them all")
}

/// The sentence in English, which is also its key. Some have a second form that names a figure.
fn english(code: RefusalCode, amount: bool, count: bool) -> &'static str {
    use RefusalCode::*;
    match code {
        NotHere => "That cannot be done on this page.",
        UnknownBuilding => {
            "We do not find this number. Look at your old receipt and type it again."
        }
        NothingFound | NamesAtOffice => of_finding(code),
        OtherWard => "This house is in a ward that this machine does not serve. Ask the office.",
        NothingTyped => "Type the number first.",
        NotANumber => "That is not a number. Type it again.",
        AmountZero => "Type an amount above ₹0.",
        AmountNegative => "An amount cannot be below ₹0. Type it again.",
        AmountFraction => "Type at most two digits after the point.",
        AmountAboveLimit if amount => "One receipt takes at most {amount}. Type a smaller amount.",
        AmountAboveLimit => "That is more than one receipt may take. Type a smaller amount.",
        NoAdvance => "This service takes no money in advance. Pay what is due.",
        NothingDue => "Nothing is due here. You need not pay now.",
        TenderedTooLittle if amount => "{amount} is missing. Nothing was taken yet.",
        TenderedTooLittle => "That is less than the amount. Nothing was taken yet.",
        ChooseFirst => "Choose one first.",
        NoBookLeft => {
            "No receipt numbers are left on this machine. Nothing was taken. Ask the office."
        }
        BookTooShort | ListedAlready | ListFull | ListChanged => of_the_list(code, count),
        CashLimit if amount => "{amount} cash is in hand, the most allowed. Hand it in first.",
        CashLimit => "The most cash allowed is in hand. Hand it in first.",
        LineDown => {
            "The line is down, and this needs the line. Nothing was taken. Pay another way."
        }
        NoCashier => "Cash needs a cashier here. Nothing was taken. Pay another way.",
        NoTerminal => "The card reader does not answer. Nothing was taken. Pay another way.",
        CardDeclined => "The bank did not accept the card. Nothing was taken. Pay another way.",
        WrongPin if count => "That PIN is wrong. You can try {count} more times.",
        WrongPin => "That PIN is wrong. Type it again.",
        LockedOut => "Too many wrong PINs. Wait 15 minutes for one more try.",
        ReasonNeeded => "The count differs from the book. Say why first.",
        TextTooLong => "That is too long. Type less.",
        DayClosed => "The day is closed. Money is taken again tomorrow.",
        AlreadyDoing => "That is being done already. Please wait.",
        PaymentRunning => "A payment is still running. Please wait until it ends.",
        DiskFull => "This machine is full and cannot record. Do not pay now. Call the staff.",
        StoreFailed => "This machine could not record it. Do not pay again. Call the staff.",
        NoPrinter => "The printer does not answer. Call the staff.",
        PaymentExpired => {
            "The time to pay is over. If your bank took money, it is matched or returned."
        }
        UnknownBadge | UnknownCard | CardOfSeveral | CardTaken | BadgeNotHouse => of_cards(code),
        Frozen => {
            "The office has locked this device. No money can be taken with it. Bring it to the \
             office."
        }
        UnknownReceipt | CannotCancel | CancelReasonNeeded | SecondPersonNeeded | FloatTaken
        | TooLongAway | NotAClose | ReceivedBefore | OfficersOnly | InstrumentNumber
        | BankNeeded | NotADate | Postdated | Stale | Undecided => of_the_office(code, count),
        UnreadableCode | UnknownCode | AadhaarNotAsked | PaymentSquare | ForgedSlip
        | PracticeSlip | CameraAway | NoCodeSeen => of_codes(code),
        StickAway | ReplyNotOurs | ReplyOlder | UnknownDevice | OtherNotReached | OtherGone
        | NotCarried | TooMuchForSquares | SquaresTorn => of_carrying(code),
        NoCamera | NoNewPicture | PictureUnreadable | PictureTooLarge | PicturesDayFull => {
            of_pictures(code, count)
        }
        CannotAsk | NotATime | AnswerNeeded | NoPlace | PlaceNeeded | PictureNeeded | TurnsFull
        | AnswerNotTaken | FormBroken | NoFeeForAnswers | NoAcknowledgements => of_forms(code),
        SlotTaken | NeedsLine => of_a_service(code),
        NoWeight | BatteryLow | BatteryEmpty => of_what_is_around(code, count),
        NoConnection | WholeBills | NotSetYet => of_bills(code, amount),
    }
}

/// The same, of houses that are looked for by words.
fn of_finding(code: RefusalCode) -> &'static str {
    use RefusalCode::*;
    match code {
        NothingFound => {
            "We find no house by these words. Type fewer of them, or the number on the house."
        }
        NamesAtOffice => {
            "The office alone has names, and is out of reach. Type the street or the house number."
        }
        code => unreachable!("{code:?} has its sentence elsewhere"),
    }
}

/// The same, of the bills of utilities.
fn of_bills(code: RefusalCode, amount: bool) -> &'static str {
    use RefusalCode::*;
    match code {
        NoConnection => {
            "This house has no account of this service here. Type the account number of the bill."
        }
        WholeBills if amount => {
            "Bills are paid whole, the oldest first. Type {amount}, or choose everything."
        }
        WholeBills => "Bills are paid whole, the oldest first.",
        NotSetYet => "The office has not set what is asked for this. Nothing was taken.",
        code => unreachable!("{code:?} has its sentence elsewhere"),
    }
}

/// The same, of several buildings that are paid at once.
fn of_the_list(code: RefusalCode, count: bool) -> &'static str {
    use RefusalCode::*;
    match code {
        BookTooShort if count => {
            "This receipt book has {count} numbers left. Nothing was taken. Take rows off the list."
        }
        BookTooShort => {
            "This receipt book has too few numbers left. Nothing was taken. Take rows off the list."
        }
        ListedAlready => "This building is on the list already.",
        ListFull if count => "{count} buildings are paid at once at the most. Pay for these first.",
        ListFull => "No more buildings can be paid at once. Pay for these first.",
        ListChanged => "What is owed has changed. Nothing was taken. Look at the list again.",
        code => unreachable!("{code:?} has its sentence elsewhere"),
    }
}

/// The same, of codes that are scanned.
fn of_codes(code: RefusalCode) -> &'static str {
    use RefusalCode::*;
    match code {
        UnreadableCode => "We could not read that square. Hold it flat and try again.",
        UnknownCode => {
            "That code cannot be used here. Show the square on your bill or receipt, or type the \
             number."
        }
        AadhaarNotAsked => {
            "That is the square of an Aadhaar. It is not needed here, and nothing of it was kept."
        }
        PaymentSquare => {
            "That square asks for a payment by phone. Show the one on your bill or receipt."
        }
        ForgedSlip => "This slip is not ours, or it was changed. Show it to the office.",
        PracticeSlip => "This is a practice slip and no receipt. No money was paid with it.",
        CameraAway => "The camera does not answer. Type the number instead.",
        NoCodeSeen => {
            "The camera saw no code. Hold the square still and try again, or type the number."
        }
        code => unreachable!("{code:?} has its sentence elsewhere"),
    }
}

/// The same, of what staff do besides taking money.
fn of_the_office(code: RefusalCode, count: bool) -> &'static str {
    use RefusalCode::*;
    match code {
        Undecided => "People say different things of this. The office decides first.",
        UnknownReceipt => {
            "This machine wrote no such receipt. Look at the number and type it again."
        }
        CannotCancel => {
            "This receipt cannot be cancelled any more. It still counts. Ask the office."
        }
        CancelReasonNeeded => "Say why it is cancelled. The receipt still counts.",
        SecondPersonNeeded => "Another person signs with their own PIN. The receipt still counts.",
        FloatTaken => "Change money is taken once, before the first receipt. Nothing was taken.",
        TooLongAway if count => {
            "The office was not reached for {count} hours. No cash is taken until it is reached."
        }
        TooLongAway => "The office was not reached for too long. No cash is taken until it is.",
        NotAClose => "That square is of another device or day. Nothing was recorded.",
        ReceivedBefore => "The cash of this day was received before. Nothing was recorded.",
        OfficersOnly => "Only an officer receives cash, never their own. Nothing was recorded.",
        InstrumentNumber => "The number has digits only. Nothing was taken. Type it again.",
        BankNeeded => "Type the name of the bank. Nothing was taken yet.",
        NotADate => "That is no date, as 12-08-2026. Nothing was taken. Type it again.",
        Postdated => "The date on it is still to come. Nothing was taken. Ask for another.",
        Stale if count => "It is older than {count} days. Nothing was taken. Ask for another.",
        Stale => "It is too old for the bank. Nothing was taken. Ask for another.",
        code => unreachable!("{code:?} has its sentence among those of paying"),
    }
}

/// The same, of books that travel without a line.
fn of_carrying(code: RefusalCode) -> &'static str {
    use RefusalCode::*;
    match code {
        StickAway => "The stick is not in, or is full or locked. Nothing is lost. Put it in again.",
        ReplyOlder => "That reply is to older books. Nothing is lost. Hand the books over again.",
        ReplyNotOurs => "That reply is not for this machine. Nothing was taken. Ask the office.",
        UnknownDevice => {
            "This machine does not know that one. Nothing was handed over. Use squares or a stick."
        }
        OtherNotReached => {
            "The other machine cannot be reached. Put both on one network and scan again."
        }
        OtherGone => "The other machine went away. Nothing is lost. Scan its square again.",
        NotCarried => "The other machine does not take the books. Nothing is lost. Take a stick.",
        TooMuchForSquares => "That is too much for squares. Nothing is lost. Take a stick.",
        SquaresTorn => "The squares do not fit together. Nothing is lost. Scan them anew.",
        code => unreachable!("{code:?} has its sentence elsewhere"),
    }
}

/// The same, of pictures of houses.
fn of_pictures(code: RefusalCode, count: bool) -> &'static str {
    use RefusalCode::*;
    match code {
        NoCamera => "This machine has no camera. Nothing was taken.",
        NoNewPicture => {
            "There is no new picture since this page was opened. Take one with the camera, then \
             touch again."
        }
        PictureUnreadable => "The newest picture cannot be read. Take it again.",
        PictureTooLarge if count => {
            "The picture has more than {count} kB. Set the camera to smaller pictures."
        }
        PictureTooLarge => "The picture is too large. Set the camera to smaller pictures.",
        PicturesDayFull => "No more pictures can be taken today. Take it tomorrow.",
        code => unreachable!("{code:?} has its sentence elsewhere"),
    }
}

/// The same, of cards that people present.
fn of_cards(code: RefusalCode) -> &'static str {
    use RefusalCode::*;
    match code {
        UnknownBadge => "This card is nobody's badge here. Choose your name instead.",
        UnknownCard => {
            "We do not know this card. Scan the sticker at the door, or type the number."
        }
        CardOfSeveral => {
            "This card is kept for more than one house. Type the number, and tell the office."
        }
        CardTaken => "This card belongs to another house. Nothing was kept. Take another card.",
        BadgeNotHouse => "This is a badge of staff. Lay the card of the house on the reader.",
        code => unreachable!("{code:?} has its sentence elsewhere"),
    }
}

/// The same, of forms and their answers; where a form has words of its own, those are said instead.
fn of_forms(code: RefusalCode) -> &'static str {
    use RefusalCode::*;
    match code {
        CannotAsk => "This machine cannot ask for this yet. Nothing was taken. Go to the office.",
        NotATime => "That is not a time. Type it as 14:05.",
        AnswerNeeded => "Answer this question first.",
        NoPlace => "It is not known where this machine stands. Go under the open sky and wait.",
        PlaceNeeded => {
            "The place is needed here. Go under the open sky, wait, and take it. Where that cannot \
             be, go to the office."
        }
        PictureNeeded => {
            "A picture is needed here. Take one, or go to the office where there is no camera."
        }
        TurnsFull => "There is no room for more here. Go on, and take the rest to the office.",
        AnswerNotTaken => "This answer cannot be taken. Look at it again.",
        FormBroken => "This form has a fault. Nothing was taken. Ask the office.",
        NoFeeForAnswers => {
            "No fee is set for these answers. Nothing was taken. Change one, or ask the office."
        }
        NoAcknowledgements => {
            "This machine has no numbers for applications yet. It gets them when it next reaches \
             the office."
        }
        code => unreachable!("{code:?} has its sentence elsewhere"),
    }
}

fn of_a_service(code: RefusalCode) -> &'static str {
    match code {
        RefusalCode::SlotTaken => {
            "This time cannot be booked here any more. Nothing was taken. Choose another."
        }
        _ => "This needs the line, and the line is down. Come later, or ask at the counter.",
    }
}

/// The same, of the scale and the battery.
fn of_what_is_around(code: RefusalCode, count: bool) -> &'static str {
    use RefusalCode::*;
    match code {
        NoWeight => "There is no weight to take. Look at what the scale says, or type the weight.",
        BatteryLow if count => "The battery has {count} % left. Connect the power.",
        BatteryLow => "The battery is low. Connect the power.",
        BatteryEmpty => {
            "The battery is nearly empty. Connect the power before anything new is begun."
        }
        code => unreachable!("{code:?} has its sentence elsewhere"),
    }
}

#[cfg(test)]
mod tests;
