//! The pages of paying: how much and how, the amount pad, UPI, card and cash.

use flow::{
    AmountChoice, AmountPage, CardPage, CardState, CashPage, InstrumentPage, Mode, ModeChoice,
    NotNow, PayPage, UpiPage, WaitingSlip,
};
use ledger::{Language, Paise};
use panes::{
    AmountAdapter, AmountRow, CardAdapter, CardStep, CashAdapter, CashSum, InstrumentAdapter,
    ModeRow, NotNowReason, PayAdapter, PayMode, UpiAdapter, WaitingSlipState,
};
use slint::ComponentHandle;

use super::Glass;
use super::dates::in_words;
use super::models::settle;
use super::sums::{as_typed, grouped, minutes, rupees, rupees_if_any, rupees_or_nothing};

pub(super) fn pay(glass: &Glass, page: &PayPage, language: Language) {
    let adapter = glass.window.global::<PayAdapter>();
    let amounts = page.amounts.iter().map(|choice| amount_row(choice, language)).collect();
    settle(&glass.models.amounts, amounts);
    settle(&glass.models.modes, page.modes.iter().map(mode_row).collect());
    adapter.set_amount(rupees(page.amount));
    adapter.set_mode(pay_mode(page.mode));
}

fn amount_row(choice: &AmountChoice, language: Language) -> AmountRow {
    let due = choice.left_due.as_deref().map(|date| in_words(date, language));
    AmountRow {
        id: choice.id.as_str().into(),
        amount: rupees_or_nothing(choice.amount),
        left: rupees_if_any(choice.left),
        left_due: due.unwrap_or_default().into(),
        chosen: choice.chosen,
    }
}

fn mode_row(choice: &ModeChoice) -> ModeRow {
    let id = match choice.mode {
        Mode::Upi => "upi",
        Mode::Cheque => "cheque",
        Mode::DemandDraft => "demand_draft",
        Mode::Card => "card",
        Mode::Cash => "cash",
    };
    let not_now = match choice.not_now {
        None => NotNowReason::None,
        Some(NotNow::LineDown) => NotNowReason::LineDown,
        Some(NotNow::NoCashier) => NotNowReason::NoCashier,
        Some(NotNow::NoTerminal) => NotNowReason::NoTerminal,
    };
    ModeRow { id: id.into(), mode: pay_mode(Some(choice.mode)), chosen: choice.chosen, not_now }
}

pub(super) fn pay_mode(mode: Option<Mode>) -> PayMode {
    match mode {
        None => PayMode::None,
        Some(Mode::Upi) => PayMode::Upi,
        Some(Mode::Card) => PayMode::Card,
        Some(Mode::Cash) => PayMode::Cash,
        Some(Mode::Cheque) => PayMode::Cheque,
        Some(Mode::DemandDraft) => PayMode::DemandDraft,
    }
}

pub(super) fn amount(glass: &Glass, page: &AmountPage) {
    let adapter = glass.window.global::<AmountAdapter>();
    adapter.set_typed(page.typed.as_str().into());
    adapter.set_shown(grouped(&page.typed));
    adapter.set_amount(rupees_or_nothing(page.amount));
    adapter.set_due(rupees_if_any(page.due));
    adapter.set_due_typed(as_typed(page.due));
    // Where all of it is late, one button says both.
    let late = if page.late == page.due { Paise::ZERO } else { page.late };
    adapter.set_late(rupees_if_any(late));
    adapter.set_late_typed(as_typed(late));
    adapter.set_above(rupees_if_any(page.above));
}

pub(super) fn upi(glass: &Glass, page: &UpiPage) {
    let adapter = glass.window.global::<UpiAdapter>();
    adapter.set_code(page.code.as_str().into());
    adapter.set_amount(rupees(page.amount));
    adapter.set_number(page.place.called().into());
    adapter.set_named(page.place.is_named());
    adapter.set_payee(page.payee.as_str().into());
    adapter.set_address(page.address.as_str().into());
    adapter.set_reference(page.reference.as_str().into());
    adapter.set_left(minutes(page.left_s));
    adapter.set_fraction(page.left_s as f32 / page.whole_s.max(1) as f32);
    adapter.set_slip(match page.waiting_slip {
        WaitingSlip::NotAsked => WaitingSlipState::NotAsked,
        WaitingSlip::Printing => WaitingSlipState::Printing,
        WaitingSlip::Printed => WaitingSlipState::Printed,
        WaitingSlip::Failed => WaitingSlipState::Failed,
    });
}

pub(super) fn card(glass: &Glass, page: &CardPage) {
    let adapter = glass.window.global::<CardAdapter>();
    adapter.set_amount(rupees(page.amount));
    adapter.set_number(page.place.called().into());
    adapter.set_named(page.place.is_named());
    adapter.set_left(minutes(page.left_s));
    adapter.set_step(match page.state {
        CardState::Waiting => CardStep::Waiting,
        CardState::LookingUp => CardStep::LookingUp,
        CardState::Declined => CardStep::Declined,
        CardState::CannotTell => CardStep::CannotTell,
    });
}

pub(super) fn cash(glass: &Glass, page: &CashPage) {
    let sum = |sum: &Paise| CashSum { shown: rupees(*sum), typed: as_typed(*sum) };
    let adapter = glass.window.global::<CashAdapter>();
    adapter.set_typed(page.typed.as_str().into());
    adapter.set_shown(grouped(&page.typed));
    adapter.set_amount(rupees(page.amount));
    adapter.set_number(page.place.called().into());
    adapter.set_named(page.place.is_named());
    adapter.set_enough(page.change.is_some());
    adapter.set_change(rupees_or_nothing(page.change));
    settle(&glass.models.quick, page.quick.iter().map(sum).collect());
}

pub(super) fn instrument(glass: &Glass, page: &InstrumentPage) {
    let adapter = glass.window.global::<InstrumentAdapter>();
    adapter.set_house(page.place.number.as_str().into());
    adapter.set_amount(rupees(page.amount));
    adapter.set_draft(page.mode == Mode::DemandDraft);
    adapter.set_number(page.number.as_str().into());
    adapter.set_bank(page.bank.as_str().into());
    adapter.set_dated(page.dated.as_str().into());
}
