//! The pages of what is booked, and of what is done elsewhere.

use flow::{
    AssetPage, BookPage, BookStep, DayCell, DayState, ElsewherePage, FacilityRow, SlotRow,
    SlotState, Tile, Works,
};
use ledger::Language;
use panes::{
    AssetAdapter, BookAdapter, BookPart, DayLine, DayName, ElsewhereAdapter, FacilityLine,
    ServiceTile, SlotLine, SlotName, WorksName,
};
use slint::ComponentHandle;

use super::Glass;
use super::dates::in_words;
use super::models::settle;
use super::round::count;

pub(super) fn tile(tile: &Tile) -> ServiceTile {
    ServiceTile {
        id: tile.id.as_str().into(),
        title: tile.title.as_str().into(),
        help: tile.help.as_str().into(),
        picture: tile.picture.as_str().into(),
        badge: tile.badge.as_str().into(),
        works: match tile.works {
            Works::Offline => WorksName::Offline,
            Works::Line => WorksName::Line,
            Works::Elsewhere => WorksName::Elsewhere,
        },
    }
}

pub(super) fn book(glass: &Glass, page: &BookPage, language: Language) {
    let adapter = glass.window.global::<BookAdapter>();
    adapter.set_facility(page.facility.as_str().into());
    adapter.set_month(page.month.as_str().into());
    adapter.set_blanks(i32::from(page.blanks));
    adapter.set_has_earlier(page.has_earlier);
    adapter.set_has_later(page.has_later);
    let day = page.day.as_deref().unwrap_or_default();
    adapter.set_day(in_words(day, language).into());
    adapter.set_none_free(page.none_free);
    settle(&glass.models.facilities, page.facilities.iter().map(facility).collect());
    settle(&glass.models.days, page.days.iter().map(day_line).collect());
    settle(&glass.models.slots, page.slots.iter().map(slot).collect());
    adapter.set_part(match page.step {
        BookStep::Facility => BookPart::Facility,
        BookStep::Day => BookPart::Day,
        BookStep::Slot => BookPart::Slot,
    });
}

fn facility(row: &FacilityRow) -> FacilityLine {
    FacilityLine {
        id: row.id.as_str().into(),
        title: row.title.as_str().into(),
        place: row.ward_name.as_str().into(),
        free_days: count(row.free_days),
    }
}

fn day_line(cell: &DayCell) -> DayLine {
    DayLine {
        id: cell.id.as_str().into(),
        number: count(cell.number),
        state: match cell.state {
            DayState::Free => DayName::Free,
            DayState::NoneHere => DayName::NoneHere,
            DayState::Closed => DayName::Closed,
            DayState::Outside => DayName::Outside,
        },
    }
}

fn slot(row: &SlotRow) -> SlotLine {
    SlotLine {
        id: row.id.as_str().into(),
        title: row.title.as_str().into(),
        state: match row.state {
            SlotState::Free => SlotName::Free,
            SlotState::Sold => SlotName::Sold,
            SlotState::Over => SlotName::Over,
            SlotState::NotHere => SlotName::NotHere,
        },
    }
}

pub(super) fn elsewhere(glass: &Glass, page: &ElsewherePage) {
    let adapter = glass.window.global::<ElsewhereAdapter>();
    settle(&glass.models.elsewhere, page.tiles.iter().map(tile).collect());
    adapter.set_shows(page.shown.is_some());
    if let Some(shown) = &page.shown {
        adapter.set_title(shown.title.as_str().into());
        adapter.set_says(shown.says.as_str().into());
        adapter.set_bring(shown.bring.as_str().into());
        adapter.set_address(shown.address.as_str().into());
    }
}

pub(super) fn asset(glass: &Glass, page: &AssetPage) {
    let adapter = glass.window.global::<AssetAdapter>();
    adapter.set_title(page.title.as_str().into());
    let place = [page.kind.as_str(), page.ward_name.as_str()];
    let place: Vec<&str> = place.into_iter().filter(|words| !words.is_empty()).collect();
    adapter.set_place(place.join(" · ").into());
    adapter.set_says(page.says.as_str().into());
    settle(&glass.models.asset, page.tiles.iter().map(tile).collect());
}
