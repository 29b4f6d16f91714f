//! The pages after the money: printing, paid, stopped by the printer, and a slip that was checked.

use flow::{
    CheckedPage, PaidPage, Paper, PaperCause, PrinterPage, PrinterState, PrintingPage, StoppedPage,
    TestPrint,
};
use ledger::{Language, SlipKind};
use panes::{
    CheckedAdapter, PaidAdapter, PaidKind, PaperState, PrinterAdapter, PrinterTrouble,
    PrintingAdapter, StoppedAdapter, TestName,
};
use slint::ComponentHandle;

use super::Glass;
use super::counter::pay_mode;
use super::dates::in_words;
use super::sums::{rupees_if_any, rupees_or_nothing};

pub(super) fn printing(glass: &Glass, page: &PrintingPage) {
    let adapter = glass.window.global::<PrintingAdapter>();
    adapter.set_amount(rupees_or_nothing(page.amount));
    adapter.set_number(page.number.as_deref().unwrap_or_default().into());
    let (nth, of) = page.place.map_or((0, 0), |place| (place.nth as i32, place.of as i32));
    adapter.set_nth(nth);
    adapter.set_of(of);
    adapter.set_out(page.bands_done as f32 / page.bands.max(1) as f32);
}

pub(super) fn paid(glass: &Glass, page: &PaidPage, language: Language) {
    let adapter = glass.window.global::<PaidAdapter>();
    adapter.set_kind(paid_kind(page));
    adapter.set_amount(rupees_or_nothing(page.amount));
    adapter.set_number(page.number.as_deref().unwrap_or_default().into());
    adapter.set_paper(paper_state(page.paper));
    adapter.set_cause(trouble(page.cause));
    adapter.set_mode(pay_mode(page.mode));
    adapter.set_card(page.card.as_deref().unwrap_or_default().into());
    adapter.set_date(in_words(&page.date, language).into());
    adapter.set_recorded_at(page.recorded_at.as_str().into());
    adapter.set_office_knows(page.office_knows);
    let next_due = page.next_due.as_deref().map(|date| in_words(date, language));
    adapter.set_next_due(next_due.unwrap_or_default().into());
    adapter.set_advance(rupees_if_any(page.advance));
    adapter.set_change(page.change.map(rupees_if_any).unwrap_or_default());
    adapter.set_closes_in_s(page.closes_in_s as i32);
}

/// A slip of a receipt that names no receipt of its own is a copy of one.
fn paid_kind(page: &PaidPage) -> PaidKind {
    match page.kind {
        SlipKind::Receipt | SlipKind::Suspense if page.number.is_none() => PaidKind::Duplicate,
        SlipKind::Receipt | SlipKind::Suspense => PaidKind::Receipt,
        SlipKind::Voided => PaidKind::Cancelled,
        SlipKind::Certificate => PaidKind::Certificate,
        SlipKind::Notice => PaidKind::Letter,
        SlipKind::Acknowledgement => PaidKind::Acknowledgement,
        SlipKind::Deficiency
        | SlipKind::Visit
        | SlipKind::UpiWaiting
        | SlipKind::DayClose
        | SlipKind::Received => PaidKind::Visit,
    }
}

pub(super) fn paper_state(paper: Paper) -> PaperState {
    match paper {
        Paper::Printed => PaperState::Printed,
        Paper::Later => PaperState::Later,
        Paper::Uncertain => PaperState::Uncertain,
    }
}

/// What keeps the printer from printing, where anything does.
pub(super) fn trouble(cause: Option<PaperCause>) -> PrinterTrouble {
    match cause {
        None => PrinterTrouble::None,
        Some(PaperCause::PaperOut) => PrinterTrouble::PaperOut,
        Some(PaperCause::CoverOpen) => PrinterTrouble::CoverOpen,
        Some(PaperCause::Away) => PrinterTrouble::Away,
        Some(PaperCause::Jam) => PrinterTrouble::Jam,
        Some(PaperCause::Hot) => PrinterTrouble::Hot,
        Some(PaperCause::Broken) => PrinterTrouble::Broken,
    }
}

pub(super) fn printer_state(state: PrinterState) -> PrinterTrouble {
    match state {
        PrinterState::Ready => PrinterTrouble::None,
        PrinterState::NearEnd => PrinterTrouble::NearEnd,
        PrinterState::Stopped(cause) => trouble(Some(cause)),
    }
}

/// How the printer is stands in the frame, for every page.
pub(super) fn printer(glass: &Glass, page: &PrinterPage) {
    let (test, cause) = test_print(page.test);
    let adapter = glass.window.global::<PrinterAdapter>();
    adapter.set_test(test);
    adapter.set_cause(cause);
}

/// What became of a paper that is no slip of the books, and why.
pub(super) fn test_print(test: TestPrint) -> (TestName, PrinterTrouble) {
    let (test, cause) = match test {
        TestPrint::NotAsked => (TestName::NotAsked, None),
        TestPrint::Printing => (TestName::Printing, None),
        TestPrint::Printed => (TestName::Printed, None),
        TestPrint::NotStarted(cause) => (TestName::NotStarted, Some(cause)),
        TestPrint::Uncertain(cause) => (TestName::Uncertain, Some(cause)),
    };
    (test, trouble(cause))
}

pub(super) fn stopped(glass: &Glass, page: &StoppedPage) {
    let adapter = glass.window.global::<StoppedAdapter>();
    adapter.set_cause(trouble(Some(page.cause)));
    adapter.set_amount(rupees_or_nothing(page.amount));
    adapter.set_number(page.number.as_deref().unwrap_or_default().into());
    adapter.set_code(page.code.as_deref().unwrap_or_default().into());
    adapter.set_office_knows(page.office_knows);
    adapter.set_part_out(page.part_out);
}

pub(super) fn checked(glass: &Glass, page: &CheckedPage, language: Language) {
    let adapter = glass.window.global::<CheckedAdapter>();
    adapter.set_genuine(page.genuine);
    adapter.set_number(page.number.as_str().into());
    adapter.set_amount(rupees_or_nothing(page.amount));
    adapter.set_service(page.service.as_str().into());
    adapter.set_extract(page.extract);
    adapter.set_due(in_words(&page.due, language).into());
    adapter.set_date(in_words(&page.date, language).into());
    adapter.set_place(page.place.as_str().into());
    adapter.set_device(page.device.as_str().into());
}
