//! The page of what was paid for a house before.

use flow::{EarlierOffice, EarlierPage, EarlierRow, Frame, Mode, Page, Screen};
use ledger::{Language, Paise};

use crate::samples::{Sample, frame, place};

pub fn all(language: Language) -> impl Iterator<Item = Sample> {
    let service = match language {
        Language::En => "Property tax",
        Language::Ml => "വസ്തു നികുതി",
        Language::Hi => "संपत्ति कर",
        Language::Mr => "मालमत्ता कर",
        Language::Or => "ସମ୍ପତ୍ତି କର",
    };
    let row = |number: &str, date: &str, rupees, mode, cancelled| EarlierRow {
        number: number.into(),
        date: date.into(),
        service: service.into(),
        amount: Paise::rupees(rupees),
        mode,
        cancelled,
    };
    let rows = vec![
        row("G0802-2026-K1-118-7", "14-08-2026", 600, Some(Mode::Card), false),
        row("G0802-2026-C2-31-K", "02-05-2026", 630, Some(Mode::Cheque), true),
        row("INSTAPAY-77120945", "28-03-2026", 1_184, None, false),
        row("G0802-2025-K1-904-2", "30-09-2025", 1_260, Some(Mode::Cash), false),
    ];
    let page = |rows: &[EarlierRow], office| {
        Page::Earlier(EarlierPage { place: place(), rows: rows.to_vec(), office })
    };
    [
        ("38-earlier", page(&rows, EarlierOffice::Told)),
        ("38b-asking", page(&rows[..1], EarlierOffice::Asking)),
        ("38c-away", page(&rows[..2], EarlierOffice::Away)),
        ("38d-none", page(&[], EarlierOffice::Told)),
    ]
    .into_iter()
    .map(move |(name, page)| {
        let frame = Frame { back: true, ..frame(language, None) };
        let screen = Screen { frame, page };
        Sample { name, screen, primary: None, figure: "" }
    })
}
