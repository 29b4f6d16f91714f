//! The pages up to the demand: home, the building's number, what is owed line by line.

use flow::{DemandPage, ExplainedLine, Find, Home, Match, Period};
use ledger::{Language, Paise};
use panes::{DemandAdapter, DemandPeriod, ExplainedRow, FindAdapter, FoundPlace, HomeAdapter};
use slint::{ComponentHandle, ModelRc, VecModel};

use super::Glass;
use super::dates::in_words;
use super::models::settle;
use super::sums::{rupees, rupees_if_any};

pub(super) fn home(glass: &Glass, page: &Home) {
    settle(&glass.models.tiles, page.tiles.iter().map(super::booking::tile).collect());
    let adapter = glass.window.global::<HomeAdapter>();
    adapter.set_staff_can_sign_in(page.staff_can_sign_in);
    adapter.set_has_menu(page.has_menu);
}

pub(super) fn find(glass: &Glass, page: &Find) {
    let found = |found: &Match| FoundPlace {
        id: found.id.as_str().into(),
        place: found.place.as_str().into(),
        street: found.street.as_str().into(),
        owner: found.owner.as_str().into(),
    };
    let adapter = glass.window.global::<FindAdapter>();
    adapter.set_typed(page.typed.as_str().into());
    adapter.set_example(page.example.as_str().into());
    adapter.set_can_scan(page.can_scan);
    adapter.set_can_look(page.can_look);
    adapter.set_receipt(page.receipt);
    adapter.set_searched(page.searched);
    adapter.set_more(page.more);
    adapter.set_by_name(page.by_name);
    adapter.set_asking(page.asking);
    settle(&glass.models.matches, page.matches.iter().map(found).collect());
}

pub(super) fn demand(glass: &Glass, page: &DemandPage, language: Language) {
    let adapter = glass.window.global::<DemandAdapter>();
    adapter.set_number(page.place.number.as_str().into());
    adapter.set_ward(page.place.ward_name.as_str().into());
    adapter.set_owner(page.place.owner.as_str().into());
    let periods = page.periods.iter().map(|period| explained(period, language)).collect();
    settle(&glass.models.periods, periods);
    let held =
        Paise::ZERO.checked_sub(page.held).expect("a held sum is within the limits of money");
    adapter.set_held(rupees_if_any(held));
    adapter.set_charge(rupees(page.charge));
    adapter.set_charge_why(page.charge_why.as_deref().unwrap_or_default().into());
    adapter.set_total(rupees(page.total));
    adapter.set_nothing_due(page.total.is_zero());
    adapter.set_named(page.place.is_named());
    let next_due = page.next_due.as_deref().map(|date| in_words(date, language));
    adapter.set_next_due(next_due.unwrap_or_default().into());
    adapter.set_pack(page.pack.as_str().into());
    adapter.set_has_details(page.has_details);
    super::bill::bill(glass, page.bill.as_ref());
    adapter.set_may_list(page.may_list);
    adapter.set_listed(i32::try_from(page.listed).unwrap_or(i32::MAX));
    adapter.set_has_earlier(page.has_earlier);
}

fn explained(period: &Period, language: Language) -> DemandPeriod {
    let row = |line: &ExplainedLine| ExplainedRow {
        label: line.label.as_str().into(),
        why: line.why.as_str().into(),
        amount: rupees(line.amount),
    };
    let lines: Vec<_> = period.lines.iter().map(row).collect();
    DemandPeriod {
        label: period.label.as_str().into(),
        late: period.late,
        due: in_words(&period.due, language).into(),
        lines: ModelRc::new(VecModel::from(lines)),
    }
}
