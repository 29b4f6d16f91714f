//! What an office keeps beside a chain: entries of another history that the same device signed.

use std::collections::BTreeSet;

use super::finding::{Finding, Place, Verdict};
use super::proven::{By, Proven};
use super::read::Book;

/// Takes out the signed heads that are of another history: they say nothing of where this chain
/// ends, and that there are any is what is found.
pub(super) fn set_apart(
    book: &Book,
    proven: Vec<Proven>,
    findings: &mut Vec<Finding>,
) -> Vec<Proven> {
    let Some(first) = book.beside.iter().min_by_key(|recorded| recorded.seq) else { return proven };
    let heads: BTreeSet<(u64, [u8; 32])> =
        book.beside.iter().map(|recorded| (recorded.seq, *recorded.hash)).collect();
    let is_theirs = |proven: &Proven| {
        proven.by == By::Request && heads.contains(&(proven.head.seq, *proven.head.hash))
    };
    let (theirs, own): (Vec<Proven>, Vec<Proven>) = proven.into_iter().partition(is_theirs);
    findings.push(match theirs.is_empty() {
        false => {
            let count = book.beside.len();
            let what =
                format!("two histories were signed: {count} entries are kept beside this chain");
            let found = Finding::new(Verdict::Forked, Place::Entry(first.seq), what);
            Finding { is_beside: true, ..found }
        }
        true => {
            let what = "it stands beside the chain, and no signature of the device covers it";
            Finding::altered(Place::Line(first.line), what)
        }
    });
    own
}
