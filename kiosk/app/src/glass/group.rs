//! The list of what is paid together, and the rate board.

use flow::{GroupPage, GroupRow, RatePart, RateRow, RatesPage};
use ledger::Language;
use panes::{GroupAdapter, GroupLine, RateLine, RatesAdapter};
use slint::ComponentHandle;

use super::Glass;
use super::dates::in_words;
use super::models::settle;
use super::outcome::test_print;
use super::sums::rupees;

pub(super) fn group(glass: &Glass, page: &GroupPage) {
    let line = |row: &GroupRow| GroupLine {
        id: row.id.as_str().into(),
        place: row.place.as_str().into(),
        owner: row.owner.as_str().into(),
        amount: rupees(row.amount),
    };
    settle(&glass.models.group, page.rows.iter().map(line).collect());
    let adapter = glass.window.global::<GroupAdapter>();
    adapter.set_total(rupees(page.total));
    adapter.set_most(i32::try_from(page.most).unwrap_or(i32::MAX));
}

pub(super) fn rates(glass: &Glass, page: &RatesPage, language: Language) {
    let lines = page.parts.iter().flat_map(|part| lines(part, language)).collect();
    settle(&glass.models.rates, lines);
    let adapter = glass.window.global::<RatesAdapter>();
    adapter.set_on(in_words(&page.on, language).into());
    adapter.set_pack(page.pack.as_str().into());
    let (paper, cause) = test_print(page.paper);
    adapter.set_paper(paper);
    adapter.set_cause(cause);
}

fn lines(part: &RatePart, language: Language) -> Vec<RateLine> {
    let title = RateLine { heads: true, what: part.title.as_str().into(), ..RateLine::default() };
    let line = |row: &RateRow| RateLine {
        heads: false,
        what: row.what.as_str().into(),
        from: in_words(&row.from, language).into(),
        to: row.to.as_deref().map(|to| in_words(to, language)).unwrap_or_default().into(),
        takes: row.takes.as_str().into(),
    };
    [title].into_iter().chain(part.rates.iter().map(line)).collect()
}
