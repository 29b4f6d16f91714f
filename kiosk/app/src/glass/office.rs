//! The pages of cash on its way: what staff can do, change money, and the cash of closed days.

use flow::{
    CloseRow, FloatPage, HandInPage, MenuItem, MenuPage, PackStanding, ReceiveOf, ReceivePage,
    ReceivedPage, Task, Tile,
};
use ledger::Language;
use panes::{
    CloseLine, FloatAdapter, HandInAdapter, MenuAdapter, PackTrouble, ReceiveAdapter,
    ReceivedAdapter, TaskName, TaskRow,
};
use slint::ComponentHandle;

use super::Glass;
use super::dates::in_words;
use super::day::size;
use super::models::settle;
use super::outcome::paper_state;
use super::round::count;
use super::sums::{grouped, rupees, rupees_or_nothing};

pub(super) fn menu(glass: &Glass, page: &MenuPage) {
    let adapter = glass.window.global::<MenuAdapter>();
    adapter.set_carried(rupees(page.carried));
    let (trouble, ends, refused) = match &page.pack.standing {
        PackStanding::Good => (PackTrouble::None, "", 0),
        PackStanding::EndsSoon(day) => (PackTrouble::EndsSoon, day.as_str(), 0),
        PackStanding::Ended(day) => (PackTrouble::Ended, day.as_str(), 0),
        PackStanding::Refused(version) => (PackTrouble::Refused, "", *version),
    };
    adapter.set_pack(count(page.pack.version));
    adapter.set_pack_trouble(trouble);
    adapter.set_pack_ends(ends.into());
    adapter.set_pack_refused(count(refused));
    let services = page.services.iter().map(service_row);
    settle(&glass.models.tasks, services.chain(page.items.iter().filter_map(task_row)).collect());
}

/// None for the way out, which has a place of its own on the page.
fn task_row(item: &MenuItem) -> Option<TaskRow> {
    let (id, task) = match item.id {
        Task::Receipts => ("receipts", TaskName::Receipts),
        Task::Float => ("float", TaskName::Float),
        Task::EndDay => ("end_day", TaskName::EndDay),
        Task::Settle => ("settle", TaskName::Settle),
        Task::HandIn => ("hand_in", TaskName::HandIn),
        Task::Receive => ("receive", TaskName::Receive),
        Task::Notices => ("notices", TaskName::Notices),
        Task::Apart => ("apart", TaskName::Apart),
        Task::Carry => ("carry", TaskName::Carry),
        Task::Printer => ("printer", TaskName::Printer),
        Task::Rates => ("rates", TaskName::Rates),
        Task::Practice => ("practice", TaskName::Practice),
        Task::SignOut => return None,
    };
    let (count, late) = (count(item.count), item.late);
    Some(TaskRow { id: id.into(), task, count, late, ..TaskRow::default() })
}

/// What is begun here and stands in the pack's words.
fn service_row(service: &Tile) -> TaskRow {
    TaskRow {
        id: service.id.as_str().into(),
        task: TaskName::Service,
        title: service.title.as_str().into(),
        help: service.help.as_str().into(),
        picture: service.picture.as_str().into(),
        ..TaskRow::default()
    }
}

pub(super) fn float(glass: &Glass, page: &FloatPage) {
    let adapter = glass.window.global::<FloatAdapter>();
    adapter.set_typed(page.typed.as_str().into());
    adapter.set_shown(grouped(&page.typed));
    adapter.set_amount(rupees_or_nothing(page.amount));
}

pub(super) fn hand_in(glass: &Glass, page: &HandInPage, language: Language) {
    let adapter = glass.window.global::<HandInAdapter>();
    let chosen = page.chosen.as_ref();
    let close = page.closes.iter().find(|close| chosen == Some(&close.id));
    let close = close.map(|close| close_line(close, language)).unwrap_or_default();
    adapter.set_day(close.day);
    adapter.set_counted(close.counted);
    adapter.set_code(page.code.as_deref().unwrap_or_default().into());
    adapter.set_can_scan(page.can_scan);
    settle(&glass.models.closes, close_lines(&page.closes, language));
}

fn close_lines(closes: &[CloseRow], language: Language) -> Vec<CloseLine> {
    closes.iter().map(|close| close_line(close, language)).collect()
}

fn close_line(close: &CloseRow, language: Language) -> CloseLine {
    let by = close.by.as_deref().map(|date| in_words(date, language));
    CloseLine {
        id: close.id.as_str().into(),
        day: in_words(&close.day, language).into(),
        counted: rupees(close.counted),
        instruments: count(close.instruments),
        by: by.unwrap_or_default().into(),
        late: close.late,
    }
}

pub(super) fn receive(glass: &Glass, page: &ReceivePage, language: Language) {
    let adapter = glass.window.global::<ReceiveAdapter>();
    adapter.set_can_scan(page.can_scan);
    settle(&glass.models.closed_here, close_lines(&page.here, language));
    match &page.of {
        None => adapter.set_collector(Default::default()),
        Some(of) => receive_of(&adapter, of, language),
    }
}

fn receive_of(adapter: &ReceiveAdapter<'_>, of: &ReceiveOf, language: Language) {
    adapter.set_collector(of.collector.as_str().into());
    adapter.set_device(of.device.as_str().into());
    adapter.set_day(in_words(&of.day, language).into());
    adapter.set_receipts(count(of.receipts));
    adapter.set_instruments(count(of.instruments));
    adapter.set_typed(of.typed.as_str().into());
    adapter.set_shown(grouped(&of.typed));
    adapter.set_counted(rupees_or_nothing(of.counted));
    // What the close says leaves the books for the glass only once the officer has counted.
    let revealed = of.difference.is_some();
    adapter.set_revealed(revealed);
    adapter.set_claimed(rupees_or_nothing(revealed.then_some(of.claimed)));
    let difference = of.difference.unwrap_or_default();
    adapter.set_difference(size(difference));
    adapter.set_too_much(difference.is_positive());
    adapter.set_reason(of.reason.as_str().into());
}

pub(super) fn received(glass: &Glass, page: &ReceivedPage) {
    let adapter = glass.window.global::<ReceivedAdapter>();
    adapter.set_collector(page.collector.as_str().into());
    adapter.set_counted(rupees(page.counted));
    adapter.set_paper(paper_state(page.paper));
    adapter.set_code(page.code.as_deref().unwrap_or_default().into());
}
