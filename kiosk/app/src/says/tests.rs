use std::fs;
use std::path::{Path, PathBuf};

use ledger::Paise;

use super::*;

/// Every code there is. A new one does not compile in `english` until it has a sentence, and
/// the count below says that it belongs here too.
const CODES: &[RefusalCode] = {
    use RefusalCode::*;
    &[
        NotHere,
        UnknownBuilding,
        NothingFound,
        NamesAtOffice,
        OtherWard,
        UnreadableCode,
        UnknownCode,
        AadhaarNotAsked,
        PaymentSquare,
        ForgedSlip,
        PracticeSlip,
        NothingTyped,
        NotANumber,
        AmountZero,
        AmountNegative,
        AmountFraction,
        AmountAboveLimit,
        NoAdvance,
        NothingDue,
        TenderedTooLittle,
        ChooseFirst,
        NoBookLeft,
        BookTooShort,
        ListedAlready,
        ListFull,
        ListChanged,
        CashLimit,
        LineDown,
        NoCashier,
        NoTerminal,
        CardDeclined,
        WrongPin,
        LockedOut,
        ReasonNeeded,
        TextTooLong,
        DayClosed,
        AlreadyDoing,
        PaymentRunning,
        DiskFull,
        StoreFailed,
        NoPrinter,
        PaymentExpired,
        UnknownReceipt,
        CannotCancel,
        CancelReasonNeeded,
        SecondPersonNeeded,
        FloatTaken,
        TooLongAway,
        NotAClose,
        ReceivedBefore,
        OfficersOnly,
        InstrumentNumber,
        BankNeeded,
        NotADate,
        Postdated,
        Stale,
        Undecided,
        StickAway,
        ReplyNotOurs,
        ReplyOlder,
        UnknownDevice,
        OtherNotReached,
        OtherGone,
        NotCarried,
        TooMuchForSquares,
        SquaresTorn,
        NoCamera,
        CameraAway,
        NoCodeSeen,
        NoNewPicture,
        PictureUnreadable,
        PictureTooLarge,
        PicturesDayFull,
        UnknownBadge,
        UnknownCard,
        CardOfSeveral,
        CardTaken,
        BadgeNotHouse,
        NoWeight,
        BatteryLow,
        BatteryEmpty,
        SlotTaken,
        NeedsLine,
        CannotAsk,
        NotATime,
        AnswerNeeded,
        NoPlace,
        PlaceNeeded,
        PictureNeeded,
        TurnsFull,
        AnswerNotTaken,
        FormBroken,
        NoFeeForAnswers,
        Frozen,
        NoConnection,
        WholeBills,
        NotSetYet,
        NoAcknowledgements,
    ]
};

fn every_refusal() -> impl Iterator<Item = Refusal> {
    let plain = CODES.iter().map(|code| Refusal::new(*code));
    let sums = CODES.iter().map(|code| Refusal::with_amount(*code, Paise::rupees(1_184)));
    let counts = CODES.iter().map(|code| Refusal::with_count(*code, 3));
    plain.chain(sums).chain(counts)
}

#[test]
fn every_refusal_has_a_sentence_in_every_language() {
    assert_eq!(CODES.last(), Some(&RefusalCode::NoAcknowledgements));
    assert_eq!(CODES.len(), RefusalCode::NoAcknowledgements as usize + 1, "a code is missing here");
    for refusal in every_refusal() {
        let english = sentence(&refusal, Language::En);
        for language in Language::ALL {
            let said = sentence(&refusal, language);
            assert!(said.chars().count() > 8, "{refusal:?} in {language:?}: {said:?}");
            assert!(!said.contains(['{', '}']), "{refusal:?} in {language:?}: {said}");
            assert_eq!(said == english, language == Language::En, "{refusal:?}: {said}");
        }
    }
}

#[test]
fn figures_stand_in_the_sentence() {
    let missing = Refusal::with_amount(RefusalCode::TenderedTooLittle, Paise::rupees(84));
    assert_eq!(sentence(&missing, Language::En), "₹84 is missing. Nothing was taken yet.");
    assert!(sentence(&missing, Language::Ml).contains("₹84"));
    let wrong = Refusal::with_count(RefusalCode::WrongPin, 2);
    assert!(sentence(&wrong, Language::Or).contains('2'));
}

/// The words between the quotes of each `@tr("…")`, and of its plural.
fn words_of_pages(folder: &Path, words: &mut Vec<(String, Option<String>, PathBuf)>) {
    for entry in fs::read_dir(folder).expect("the pages stand beside the sources") {
        let path = entry.expect("read").path();
        if path.is_dir() {
            words_of_pages(&path, words);
            continue;
        }
        let text = fs::read_to_string(&path).expect("text");
        for call in text.split("@tr(").skip(1) {
            let (one, rest) = quoted(call.trim_start()).unwrap_or_else(|| panic!("{path:?}"));
            let many = rest.trim_start().strip_prefix('|');
            let many = many.and_then(|rest| quoted(rest.trim_start())).map(|(many, _)| many);
            words.push((one, many, path.clone()));
        }
    }
}

fn quoted(text: &str) -> Option<(String, &str)> {
    let (words, rest) = text.strip_prefix('"')?.split_once('"')?;
    Some((words.to_owned(), rest))
}

fn placeholders(words: &str) -> Vec<String> {
    let mut found: Vec<_> = words
        .split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next())
        .map(String::from)
        .collect();
    found.sort();
    found
}

#[test]
fn every_word_of_the_pages_is_translated() {
    let mut words = Vec::new();
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../panes/ui");
    words_of_pages(&pages, &mut words);
    assert!(words.len() > 150, "only {} words were found", words.len());
    let mut missing = Vec::new();
    for (language, catalogue) in
        [("ml", &*MALAYALAM), ("hi", &*HINDI), ("mr", &*MARATHI), ("or", &*ODIA)]
    {
        for (one, many, page) in &words {
            let message = catalogue.find_message(None, one, many.as_deref());
            let said: Vec<&str> = match message {
                None => Vec::new(),
                Some(message) if many.is_some() => {
                    message.msgstr_plural().expect("plural").iter().map(String::as_str).collect()
                }
                Some(message) => vec![message.msgstr().expect("singular")],
            };
            let whole = |said: &&str| !said.is_empty() && placeholders(said) == placeholders(one);
            if said.is_empty() || !said.iter().all(|said| whole(said)) {
                missing.push(format!("{language}: {one:?} of {}", page.display()));
            }
        }
    }
    assert!(missing.is_empty(), "not translated:\n{}", missing.join("\n"));
}
