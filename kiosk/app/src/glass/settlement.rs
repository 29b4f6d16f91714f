//! The page of the card terminal's day.

use flow::{SettlementPage, SettlementRow, SettlementState, Unmatched};
use ledger::Language;
use panes::{SettlementAdapter, SettlementStep, UnmatchedLine, UnmatchedName};
use slint::ComponentHandle;

use super::Glass;
use super::dates::in_words;
use super::models::settle;
use super::sums::{rupees, rupees_or_nothing};

pub(super) fn settlement(glass: &Glass, page: &SettlementPage, language: Language) {
    let adapter = glass.window.global::<SettlementAdapter>();
    adapter.set_step(match page.state {
        SettlementState::Ready => SettlementStep::Ready,
        SettlementState::Asking => SettlementStep::Asking,
        SettlementState::Agrees => SettlementStep::Agrees,
        SettlementState::Differs => SettlementStep::Differs,
        SettlementState::NotReached => SettlementStep::NotReached,
    });
    adapter.set_here(count(page.here));
    adapter.set_here_sum(rupees(page.here_sum));
    adapter.set_told(page.terminal.is_some());
    adapter.set_terminal(count(page.terminal.unwrap_or_default()));
    adapter.set_terminal_sum(rupees_or_nothing(page.terminal_sum));
    settle(&glass.models.unmatched, page.rows.iter().map(|row| line(row, language)).collect());
}

fn line(row: &SettlementRow, language: Language) -> UnmatchedLine {
    let date = match row.date.as_str() {
        "" => String::new(),
        date => in_words(date, language),
    };
    UnmatchedLine {
        side: match row.side {
            Unmatched::Here => UnmatchedName::Here,
            Unmatched::Terminal => UnmatchedName::Terminal,
            Unmatched::Unclear => UnmatchedName::Unclear,
        },
        number: row.number.as_str().into(),
        amount: rupees_or_nothing(row.amount),
        date: date.into(),
    }
}

fn count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
