//! The waste visit.

use flow::{KindChoice, NoPosition, NoWeight, OnScale, OutcomeChoice, VisitPage, Whereabouts};
use panes::{FrameAdapter, VisitAdapter, VisitOutcome, WasteKind};
use slint::{ComponentHandle, SharedString};

use super::Glass;
use super::models::settle;
use super::round::count;
use super::sums::{rupees, rupees_if_any};

/// How many outcomes stand wide in the first row.
const USUAL: usize = 2;

/// At these the house was not spoken to, so no fee is asked for.
const NOBODY_MET: [&str; 2] = ["locked", "refused"];

pub(super) fn visit(glass: &Glass, page: &VisitPage) {
    let frame = glass.window.global::<FrameAdapter>();
    frame.set_house(page.place.number.as_str().into());
    frame.set_owner(page.place.owner.as_str().into());
    frame.set_ward(page.place.ward.to_string().into());
    frame.set_scanned(page.scanned);
    let adapter = glass.window.global::<VisitAdapter>();
    let (usual, others) = page.outcomes.split_at(USUAL.min(page.outcomes.len()));
    settle(&glass.models.usual_outcomes, usual.iter().map(outcome).collect());
    settle(&glass.models.other_outcomes, others.iter().map(outcome).collect());
    settle(&glass.models.kinds, page.kinds.iter().map(kind).collect());
    adapter.set_kinds_chosen(chosen(&page.kinds));
    adapter.set_weight(kilograms(page.weight_g).into());
    let typed = if page.weight_typed.is_empty() && page.weight_g > 0 {
        kilograms(page.weight_g)
    } else {
        page.weight_typed.clone()
    };
    adapter.set_weight_typed(typed.into());
    on_scale(&adapter, page);
    whereabouts(&adapter, page.whereabouts.as_ref());
    adapter.set_sacks(count(page.sacks));
    adapter.set_asks_waste(page.asks_waste);
    adapter.set_asks_fee(asks_fee(&page.outcomes));
    adapter.set_can_save(page.can_save);
    adapter.set_has_details(page.has_details);
    adapter.set_month(rupees(page.fee.month));
    adapter.set_arrears(rupees_if_any(page.fee.arrears));
    adapter.set_arrears_months(count(page.fee.arrears_months));
    adapter.set_advance_months(count(page.fee.advance_months));
    adapter.set_to_pay(rupees_if_any(page.fee.to_pay));
    adapter.set_paying(page.fee.paying);
    adapter.set_exempt(page.fee.exempt);
}

fn on_scale(adapter: &VisitAdapter<'_>, page: &VisitPage) {
    let (weight, why) = match page.on_scale {
        Some(OnScale::Grams(grams)) => (kilograms(grams), ""),
        Some(OnScale::Nothing(why)) => (String::new(), no_weight(why)),
        None => (String::new(), ""),
    };
    adapter.set_from_scale(page.from_scale);
    adapter.set_has_scale(page.on_scale.is_some());
    adapter.set_on_scale(weight.into());
    adapter.set_no_weight(why.into());
}

fn whereabouts(adapter: &VisitAdapter<'_>, known: Option<&Whereabouts>) {
    adapter.set_has_place(known.is_some());
    let known = whereabouts_of(known);
    adapter.set_place(known.place.into());
    adapter.set_place_within(known.within);
    adapter.set_place_old(known.old);
    adapter.set_place_good(known.good);
    adapter.set_no_place(known.why.into());
}

/// Where the device stands, as pages say it.
pub(super) struct Standing<'a> {
    pub place: &'a str,
    pub within: i32,
    pub old: i32,
    pub good: bool,
    pub why: &'static str,
}

pub(super) fn whereabouts_of(known: Option<&Whereabouts>) -> Standing<'_> {
    let (place, within, old, good, why) = match known {
        Some(Whereabouts::Known { place, accuracy_m, old_s, good }) => {
            (place.as_str(), *accuracy_m, old_s.unwrap_or(0), *good, "")
        }
        Some(Whereabouts::Unknown(why)) => ("", 0, 0, false, no_place(*why)),
        None => ("", 0, 0, false, ""),
    };
    Standing { place, within: count(within), old: count(old), good, why }
}

/// The page has a sentence for each.
const fn no_weight(why: NoWeight) -> &'static str {
    match why {
        NoWeight::Moving => "moving",
        NoWeight::Over => "over",
        NoWeight::Under => "under",
        NoWeight::Empty => "empty",
        NoWeight::Gross => "gross",
        NoWeight::Unit => "unit",
        NoWeight::Defect => "defect",
        NoWeight::Garbage => "garbage",
        NoWeight::Away => "away",
        NoWeight::Silent | NoWeight::Old => "silent",
    }
}

const fn no_place(why: NoPosition) -> &'static str {
    match why {
        NoPosition::NoFix => "no_fix",
        NoPosition::NoAccuracy => "no_accuracy",
        NoPosition::Jumped => "jumped",
        NoPosition::Silent | NoPosition::Garbage | NoPosition::Away | NoPosition::Old => "silent",
    }
}

fn outcome(choice: &OutcomeChoice) -> VisitOutcome {
    VisitOutcome { id: choice.id.as_str().into(), chosen: choice.chosen }
}

fn kind(choice: &KindChoice) -> WasteKind {
    WasteKind {
        id: choice.id.as_str().into(),
        label: choice.label.as_str().into(),
        chosen: choice.chosen,
    }
}

fn chosen(kinds: &[KindChoice]) -> SharedString {
    let labels = kinds.iter().filter(|kind| kind.chosen).map(|kind| kind.label.as_str());
    labels.collect::<Vec<_>>().join(", ").into()
}

fn asks_fee(outcomes: &[OutcomeChoice]) -> bool {
    let chosen = outcomes.iter().find(|outcome| outcome.chosen);
    chosen.is_some_and(|outcome| !NOBODY_MET.contains(&outcome.id.as_str()))
}

/// 2,400 g reads 2.4; the grams are shown as far as there are any.
fn kilograms(weight_g: u32) -> String {
    let text = format!("{}.{:03}", weight_g / 1_000, weight_g % 1_000);
    let short = text.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grams_are_shown_as_kilograms() {
        assert_eq!(kilograms(0), "0.0");
        assert_eq!(kilograms(2_400), "2.4");
        assert_eq!(kilograms(10_000), "10.0");
        assert_eq!(kilograms(1_005), "1.005");
    }

    #[test]
    fn a_fee_is_asked_for_where_somebody_was_met() {
        let chosen = |id: &str| [OutcomeChoice { id: id.to_owned(), chosen: true }];
        assert!(asks_fee(&chosen("no_waste")));
        assert!(!asks_fee(&chosen("locked")));
        assert!(!asks_fee(&[]));
    }
}
