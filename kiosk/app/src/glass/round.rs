//! The round of a ward, and money for a house that nobody can find.

use flow::{RoundPage, RoundRow, RoundState, SuspensePage};
use panes::{FrameAdapter, HouseRow, HouseState, RoundAdapter, SuspenseAdapter};
use slint::ComponentHandle;

use super::Glass;
use super::models::settle;
use super::sums::{grouped, rupees, rupees_if_any, rupees_or_nothing};

pub(super) fn round(glass: &Glass, page: &RoundPage) {
    let frame = glass.window.global::<FrameAdapter>();
    frame.set_ward(page.ward.to_string().into());
    frame.set_ward_name(page.ward_name.as_str().into());
    let adapter = glass.window.global::<RoundAdapter>();
    adapter.set_done(count(page.done));
    adapter.set_left(count(page.left));
    adapter.set_cash(rupees(page.cash_in_hand));
    adapter.set_can_look(page.can_look);
    let next = page.rows.iter().position(|row| row.state == RoundState::Next);
    adapter.set_next(next.and_then(|place| i32::try_from(place).ok()).unwrap_or_default());
    settle(&glass.models.houses, page.rows.iter().map(house).collect());
}

fn house(row: &RoundRow) -> HouseRow {
    HouseRow {
        id: row.id.as_str().into(),
        number: row.number.as_str().into(),
        owner: row.owner.as_str().into(),
        state: match row.state {
            RoundState::Done => HouseState::Done,
            RoundState::Next => HouseState::Next,
            RoundState::ToDo => HouseState::ToDo,
            RoundState::Locked => HouseState::Shut,
            RoundState::Refused => HouseState::Refused,
        },
        at: row.at.as_deref().unwrap_or_default().into(),
        due: rupees_if_any(row.due),
        late: rupees_if_any(row.late),
    }
}

pub(super) fn suspense(glass: &Glass, page: &SuspensePage) {
    let adapter = glass.window.global::<SuspenseAdapter>();
    adapter.set_payer(page.payer.as_str().into());
    adapter.set_place(page.place.as_str().into());
    adapter.set_typed(page.typed.as_str().into());
    adapter.set_shown(grouped(&page.typed));
    adapter.set_amount(rupees_or_nothing(page.amount));
}

/// A count as the glass holds it.
pub(super) fn count(count: impl TryInto<i32>) -> i32 {
    count.try_into().unwrap_or(i32::MAX)
}
