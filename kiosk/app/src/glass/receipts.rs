//! The pages of receipts that were written: found again, certified, cancelled, and what the office
//! has noted about them.

use flow::{
    CancelPage, CannotCancel, NoticeKind, NoticeRow, NoticesPage, ReceiptPage, ReceiptRow,
    ReceiptsPage, Reprint,
};
use ledger::Language;
use panes::{
    CancelAdapter, CannotCancelReason, NoticeLine, NoticeName, ReceiptAdapter, ReceiptLine,
    ReceiptsAdapter, ReprintName,
};
use slint::{ComponentHandle, SharedString};

use super::Glass;
use super::counter::pay_mode;
use super::dates::in_words;
use super::day::{chosen_name, staff_rows};
use super::models::settle;
use super::sums::rupees;

pub(super) fn receipts(glass: &Glass, page: &ReceiptsPage) {
    let adapter = glass.window.global::<ReceiptsAdapter>();
    adapter.set_typed(page.typed.as_str().into());
    adapter.set_can_scan(page.can_scan);
    settle(&glass.models.receipts, page.receipts.iter().map(line).collect());
}

fn line(row: &ReceiptRow) -> ReceiptLine {
    ReceiptLine {
        id: row.id.as_str().into(),
        number: row.number.as_str().into(),
        place: row.place.as_str().into(),
        amount: rupees(row.amount),
        mode: pay_mode(Some(row.mode)),
        date: row.date.as_str().into(),
        at: row.at.as_str().into(),
        cancelled: row.cancelled,
        at_office: super::apart::state(row.at_office),
    }
}

pub(super) fn receipt(glass: &Glass, page: &ReceiptPage, language: Language) {
    let adapter = glass.window.global::<ReceiptAdapter>();
    let date = in_words(&page.receipt.date, language).into();
    adapter.set_receipt(ReceiptLine { date, ..line(&page.receipt) });
    adapter.set_payer(page.payer.as_str().into());
    adapter.set_collector(page.collector.as_deref().unwrap_or_default().into());
    adapter.set_cannot_cancel(match page.cannot_cancel {
        None => CannotCancelReason::None,
        Some(CannotCancel::Cancelled) => CannotCancelReason::Cancelled,
        Some(CannotCancel::NotInHand) => CannotCancelReason::NotInHand,
        Some(CannotCancel::Counted) => CannotCancelReason::Counted,
        Some(CannotCancel::NotYours) => CannotCancelReason::NotYours,
        Some(CannotCancel::LaterOne) => CannotCancelReason::LaterOne,
        Some(CannotCancel::NoSecond) => CannotCancelReason::NoSecond,
    });
    let apart = page.apart.as_ref().map(|row| super::apart::line(row, language));
    adapter.set_apart(apart.unwrap_or_default());
    adapter.set_reprint(match page.reprint {
        Reprint::Certificate => ReprintName::Certificate,
        Reprint::Duplicate => ReprintName::Duplicate,
        Reprint::None => ReprintName::None,
    });
}

pub(super) fn cancel(glass: &Glass, page: &CancelPage) {
    let adapter = glass.window.global::<CancelAdapter>();
    let chosen = page.chosen.as_deref();
    adapter.set_receipt(line(&page.receipt));
    adapter.set_reason(page.reason.as_str().into());
    adapter.set_name(chosen_name(&page.seconds, chosen));
    // The rules have forgotten what was typed, so the glass forgets it too.
    if adapter.get_pin().len() != usize::from(page.pin_digits) {
        adapter.set_pin(SharedString::default());
    }
    adapter.set_tries_left(i32::from(page.tries_left));
    settle(&glass.models.seconds, staff_rows(&page.seconds, chosen));
}

pub(super) fn notices(glass: &Glass, page: &NoticesPage) {
    settle(&glass.models.notices, page.notices.iter().map(notice).collect());
}

fn notice(row: &NoticeRow) -> NoticeLine {
    NoticeLine {
        id: row.id.as_str().into(),
        kind: match row.kind {
            NoticeKind::Excess => NoticeName::Excess,
            NoticeKind::Dishonoured => NoticeName::Dishonoured,
            NoticeKind::Returned => NoticeName::Returned,
        },
        number: row.number.as_str().into(),
        place: row.place.as_str().into(),
        amount: rupees(row.amount),
    }
}
