//! The pages that look for a building.

use flow::*;

pub fn find(matches: Vec<Match>) -> Find {
    Find {
        typed: if matches.is_empty() { "12/34".into() } else { "12/345".into() },
        example: "7/123A".into(),
        can_scan: true,
        can_look: matches.is_empty(),
        matches,
        searched: false,
        more: false,
        by_name: false,
        asking: false,
        receipt: false,
    }
}

/// As many as are offered, of more that agree with the words.
fn searched() -> Find {
    let found = |place: u32| Match {
        id: place.to_string(),
        place: format!("Ward 7, 12/{place}"),
        street: "Temple Road".into(),
        owner: "L•••••• R.".into(),
    };
    let matches = (345..353).map(found).collect();
    Find { typed: "L R Tempel".into(), searched: true, more: true, ..find(matches) }
}

pub fn found() -> impl Iterator<Item = (&'static str, Page)> {
    let found = [("02b-matches", find(matches())), ("02c-searched", searched())];
    found.into_iter().map(|(name, found)| (name, Page::Find(found)))
}

pub fn viewfinder(sees: Sees) -> Page {
    Page::Viewfinder(ViewfinderPage { sees, receipt: sees == Sees::Dark })
}

fn matches() -> Vec<Match> {
    let found = |id: &str, place: &str, owner: &str| Match {
        id: id.into(),
        place: place.into(),
        street: "Temple Road".into(),
        owner: owner.into(),
    };
    vec![found("1", "Ward 7, 12/345", "L•••••• R."), found("2", "Ward 9, 12/345", "A••• K.")]
}
