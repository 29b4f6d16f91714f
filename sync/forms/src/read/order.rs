//! Who looks at whom: in what order all is computed, and that nothing looks at itself in a circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::expression::Expression;
use crate::form::{Form, Item, ItemId, Ways};

pub fn ways_without_order(named: &BTreeMap<String, ItemId>) -> Ways {
    Ways { named: named.clone(), ..Ways::default() }
}

/// Whoever looks at an item again when that changes.
pub fn looks_at(form: &Form, item: &Item) -> BTreeSet<ItemId> {
    let mut looks = BTreeSet::new();
    let rules = [&item.relevant, &item.calculation, &item.choice_filter, &item.repeat_count];
    for rule in rules.into_iter().flatten() {
        looks.extend(names(rule).iter().filter_map(|name| form.named(name)));
        if item.calculation.as_ref() == Some(rule) && counts_turns(rule) {
            looks.extend(item.repeats.iter().copied());
        }
    }
    looks.insert(item.parent);
    looks
}

fn counts_turns(expression: &Expression) -> bool {
    let mut found = false;
    expression.walk(&mut |each| found |= matches!(each, Expression::Above(_)));
    found
}

/// The names in an expression, quoted ones of jr:choice-name() too.
pub fn names(expression: &Expression) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    expression.walk(&mut |each| {
        if let Some(name) = each.quoted_name() {
            names.insert(name);
        }
    });
    names
}

/// Every item after all that it looks at; or the items of one circle.
pub fn order(form: &Form) -> Result<Ways, Vec<ItemId>> {
    let count = form.items.len();
    let mut lookers = vec![BTreeSet::new(); count];
    let mut open = vec![0_usize; count];
    for (id, item) in form.items.iter().enumerate().skip(1) {
        let own = ItemId::try_from(id).expect("their number is limited");
        for seen in looks_at(form, item) {
            if lookers[usize::from(seen)].insert(own) {
                open[id] += 1;
            }
        }
    }
    let mut ready: BTreeSet<ItemId> = BTreeSet::from([0]);
    let mut order = Vec::new();
    while let Some(next) = ready.pop_first() {
        order.push(next);
        for looker in &lookers[usize::from(next)] {
            let left = &mut open[usize::from(*looker)];
            *left -= 1;
            if *left == 0 {
                ready.insert(*looker);
            }
        }
    }
    if order.len() < count {
        return Err(circle(form, &order));
    }
    let named = form.ways.named.clone();
    Ok(Ways { named, patterns: BTreeMap::new(), order, lookers })
}

/// One circle among the items that never became ready: from any of them, always on to one that it
/// waits for, until one comes again.
fn circle(form: &Form, order: &[ItemId]) -> Vec<ItemId> {
    let done: BTreeSet<ItemId> = order.iter().copied().collect();
    let all = 0..ItemId::try_from(form.items.len()).expect("their number is limited");
    let mut at = all.into_iter().find(|id| !done.contains(id)).expect("some are left");
    let mut way = vec![at];
    loop {
        let waits = looks_at(form, form.item(at));
        at = waits.into_iter().find(|seen| !done.contains(seen)).expect("it waits for one");
        if let Some(begin) = way.iter().position(|each| *each == at) {
            return way.split_off(begin);
        }
        way.push(at);
    }
}
