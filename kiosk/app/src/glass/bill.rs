//! What the page of a demand shows where it is a utility's bill.

use flow::{BillPart, UseBar};
use panes::DemandAdapter;
use slint::ComponentHandle;

use super::Glass;
use super::models::settle;

/// A year stands in two halves.
const HALF: usize = 6;

pub(super) fn bill(glass: &Glass, part: Option<&BillPart>) {
    let adapter = glass.window.global::<DemandAdapter>();
    adapter.set_bill(part.is_some());
    let bars = part.map_or(&[][..], |part| part.bars.as_slice());
    let most = bars.iter().filter_map(|bar| bar.units).max().unwrap_or(0).max(1);
    let drawn: Vec<panes::UseBar> = bars.iter().map(|bar| drawn(bar, most)).collect();
    let (first, later) = drawn.split_at(drawn.len().min(HALF));
    settle(&glass.models.bars, first.to_vec());
    settle(&glass.models.later_bars, later.to_vec());
    let unit = part.filter(|part| !part.bars.is_empty()).map_or("", |part| part.unit.as_str());
    adapter.set_unit(unit.into());
    let elsewhere = part.and_then(|part| part.elsewhere.as_deref()).unwrap_or_default();
    adapter.set_elsewhere(elsewhere.into());
}

fn drawn(bar: &UseBar, most: u32) -> panes::UseBar {
    panes::UseBar {
        month: bar.month.as_str().into(),
        units: bar.units.map_or(String::new(), |units| units.to_string()).into(),
        share: bar.units.unwrap_or(0) as f32 / most as f32,
    }
}
