//! What a refusal says to the person, in their language. The words stand in the very catalogues
//! that the glass is translated with.

use std::sync::LazyLock;

use flow::{Refusal, RefusalCode};
use ledger::Language;
use polib::catalog::Catalog;

static MALAYALAM: LazyLock<Catalog> =
    LazyLock::new(|| catalogue(include_str!("../lang/ml/LC_MESSAGES/kiosk.po")));
static HINDI: LazyLock<Catalog> =
    LazyLock::new(|| catalogue(include_str!("../lang/hi/LC_MESSAGES/kiosk.po")));
static MARATHI: LazyLock<Catalog> =
    LazyLock::new(|| catalogue(include_str!("../lang/mr/LC_MESSAGES/kiosk.po")));
static ODIA: LazyLock<Catalog> =
    LazyLock::new(|| catalogue(include_str!("../lang/or/LC_MESSAGES/kiosk.po")));

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
        UnknownBuilding => "We do not find this number. Look at your old receipt and type it again.",
        OtherWard => "This house is in a ward that this machine does not serve. Ask the office.",
        UnreadableCode => "We could not read that square. Hold it flat and try again.",
        ForgedSlip => "This slip is not ours, or it was changed. Show it to the office.",
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
        NoBookLeft => "No receipt numbers are left on this machine. Nothing was taken. Ask the office.",
        CashLimit if amount => "{amount} cash is in hand, the most allowed. Hand it in first.",
        CashLimit => "The most cash allowed is in hand. Hand it in first.",
        LineDown => "The line is down, and this needs the line. Nothing was taken. Pay another way.",
        NoCashier => "Cash needs a cashier here. Nothing was taken. Pay another way.",
        NoTerminal => "The card reader does not answer. Nothing was taken. Pay another way.",
        CardDeclined => "The bank did not accept the card. Nothing was taken. Pay another way.",
        WrongPin if count => "That PIN is wrong. You can try {count} more times.",
        WrongPin => "That PIN is wrong. Type it again.",
        LockedOut => "Too many wrong PINs. Ask your supervisor to open it.",
        ReasonNeeded => "The count differs from the book. Say why first.",
        TextTooLong => "That is too long. Type less.",
        DayClosed => "The day is closed. Money is taken again tomorrow.",
        AlreadyDoing => "That is being done already. Please wait.",
        PaymentRunning => "A payment is still running. Please wait until it ends.",
        DiskFull => "This machine is full and cannot record. Do not pay now. Call the staff.",
        StoreFailed => "This machine could not record it. Do not pay again. Call the staff.",
        NoPrinter => "The printer does not answer. Call the staff.",
        PaymentExpired => "The time to pay is over. If your bank took money, it is matched or returned.",
    }
}
