//! Books on their way without a line.

use flow::{
    CallState, CarryPage, CarryStage, Door, ErrandRow, ErrandState, OthersPage, SquaresRead,
    SquaresShown, StickState, Way,
};
use ledger::Language;
use panes::{
    CallName, CarryAdapter, CarryPlace, CarryRow, CarryWay, DoorName, ErrandLine, ErrandName,
    StickName,
};
use slint::ComponentHandle;

use super::Glass;
use super::dates::in_words;
use super::models::settle;
use super::round::count;

pub(super) fn carry(glass: &Glass, page: &CarryPage, language: Language) {
    let adapter = glass.window.global::<CarryAdapter>();
    let brought = page.brought.as_ref();
    adapter.set_brought(brought.is_some());
    adapter.set_acknowledged(brought.map_or(0, |brought| many(brought.acknowledged)));
    adapter.set_houses(brought.map_or(0, |brought| count(brought.houses)));
    adapter.set_apart(brought.map_or(0, |brought| count(brought.apart)));
    adapter.set_all(brought.is_some_and(|brought| brought.all));
    adapter.set_refused(brought.is_some_and(|brought| brought.refused));
    adapter.set_more(brought.is_some_and(|brought| brought.more));
    match &page.stage {
        CarryStage::Choose(choice) => {
            read(&adapter, choice.read);
            adapter.set_to_send(many(choice.to_send));
            adapter.set_others(count(choice.others));
            settle(&glass.models.ways, choice.ways.iter().copied().map(way).collect());
            adapter.set_place(CarryPlace::Choose);
        }
        CarryStage::Stick(state) => {
            let (name, others, failed) = match state {
                StickState::Writing => (StickName::Writing, 0, 0),
                StickState::Written { others, failed } => (StickName::Written, *others, *failed),
                StickState::NothingLeft => (StickName::NothingLeft, 0, 0),
                StickState::Failed => (StickName::Failed, 0, 0),
            };
            adapter.set_stick_failed(count(failed));
            adapter.set_stick(name);
            adapter.set_stick_others(count(others));
            adapter.set_place(CarryPlace::Stick);
        }
        CarryStage::Nearby(state) => {
            adapter.set_call(match state {
                CallState::Scan => CallName::Scan,
                CallState::Calling => CallName::Calling,
                CallState::HandedOver => CallName::HandedOver,
                CallState::LeftThere => CallName::LeftThere,
                CallState::Answered => CallName::Answered,
            });
            adapter.set_place(CarryPlace::Nearby);
        }
        CarryStage::Squares(shown) => squares(&adapter, shown),
        CarryStage::Others(page) => others(glass, &adapter, page, language),
        CarryStage::Remove(row) => {
            adapter.set_for_device(row.device.as_str().into());
            adapter.set_said(errand(row, language).said);
            adapter.set_place(CarryPlace::Remove);
        }
    }
}

fn squares(adapter: &CarryAdapter<'_>, shown: &SquaresShown) {
    adapter.set_code(shown.code.as_deref().unwrap_or_default().into());
    adapter.set_square(count(shown.place));
    adapter.set_squares(count(shown.of));
    adapter.set_for_device(shown.for_device.as_deref().unwrap_or_default().into());
    adapter.set_can_scan(shown.can_scan);
    read(adapter, shown.read);
    adapter.set_place(CarryPlace::Squares);
}

fn others(glass: &Glass, adapter: &CarryAdapter<'_>, page: &OthersPage, language: Language) {
    let (door, code) = match &page.door {
        Door::Opening => (DoorName::Opening, ""),
        Door::Open(square) => (DoorName::Open, square.as_str()),
        Door::NoNetwork => (DoorName::NoNetwork, ""),
    };
    adapter.set_door(door);
    adapter.set_code(code.into());
    adapter.set_can_scan(page.can_scan);
    adapter.set_taken(page.taken.as_deref().unwrap_or_default().into());
    read(adapter, page.read);
    let rows = page.rows.iter().map(|row| errand(row, language));
    settle(&glass.models.errands, rows.collect());
    adapter.set_place(CarryPlace::Others);
}

fn read(adapter: &CarryAdapter<'_>, read: Option<SquaresRead>) {
    let SquaresRead { read, of } = read.unwrap_or(SquaresRead { read: 0, of: 0 });
    adapter.set_read(count(read));
    adapter.set_read_of(count(of));
}

fn errand(row: &ErrandRow, language: Language) -> ErrandLine {
    let (state, said) = match &row.state {
        ErrandState::Waiting => (ErrandName::Waiting, ""),
        ErrandState::Answered => (ErrandName::Answered, ""),
        ErrandState::Refused(why) => (ErrandName::Refused, why.as_str()),
    };
    let (date, time) = row.at.split_once(' ').unwrap_or((&row.at, ""));
    ErrandLine {
        id: row.id.as_str().into(),
        device: row.device.as_str().into(),
        at: format!("{} {time}", in_words(date, language)).into(),
        state,
        said: said.into(),
    }
}

fn way(way: Way) -> CarryRow {
    let (id, way) = match way {
        Way::Stick => ("stick", CarryWay::Stick),
        Way::Nearby => ("nearby", CarryWay::Nearby),
        Way::Squares => ("squares", CarryWay::Squares),
        Way::Others => ("others", CarryWay::Others),
    };
    CarryRow { id: id.into(), way }
}

fn many(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
