//! How the shipped file is made: from what many batches decided.

use std::collections::BTreeMap;

use super::coder::Coder;
use super::past::Past;
use super::place::Place;
use super::priors::Priors;
use super::slots::{SLOTS, Slots};
use super::walk::Walk;

/// A slot is shipped once it was seen so often.
const SEEN_MIN: u32 = 4;

/// A text is shipped where every so many-th batch has it.
const BATCHES_FOR_A_TEXT: usize = 8;

/// The most texts that are shipped for one place: the others belong to the batch's own.
const TEXTS_OF_A_PLACE_MAX: usize = 6;

/// Longer texts are somebody's words.
const TEXT_BYTES_MAX: usize = 40;

/// Counts what is decided, and writes nothing.
struct Tally(Vec<(u32, u32)>);

impl Coder for &mut Tally {
    fn decide(&mut self, _: u32, bit: bool) -> bool {
        bit
    }

    fn note(&mut self, slot: usize, bit: bool) {
        let (zeros, ones) = &mut self.0[slot];
        *if bit { ones } else { zeros } += 1;
    }
}

/// The file of priors that fits these batches: of each the sequence before it, and the canonical
/// bytes of its entries.
pub fn trained(batches: &[(u64, Vec<Vec<u8>>)]) -> Vec<u8> {
    let texts = common_texts(batches);
    let mut tally = Tally(vec![(0, 0); SLOTS]);
    for (before_seq, entries) in batches {
        let past = begun(*before_seq, &texts);
        tell(Walk::new(&mut tally, Slots::new(), past), entries);
    }
    let seen = (0..).zip(&tally.0).filter(|(_, (zeros, ones))| zeros + ones >= SEEN_MIN);
    let slots: Vec<(usize, u16)> =
        seen.map(|(slot, (zeros, ones))| (slot, chance(*zeros, *ones))).collect();
    Priors::file(&texts, &slots)
}

fn begun(before_seq: u64, texts: &[(Place, Vec<u8>)]) -> Past {
    let mut past = Past::before(before_seq);
    for (place, text) in texts {
        past.texts(*place).keep(text);
    }
    past
}

fn tell(mut walk: Walk<&mut Tally>, entries: &[Vec<u8>]) -> Past {
    for entry in entries {
        walk.entry(Some(entry)).expect("entries of a training are within the limits");
    }
    walk.past
}

/// The texts that many batches have, by their places, the most frequent first.
fn common_texts(batches: &[(u64, Vec<Vec<u8>>)]) -> Vec<(Place, Vec<u8>)> {
    let mut counts: BTreeMap<Place, BTreeMap<Vec<u8>, usize>> = BTreeMap::new();
    let mut tally = Tally(vec![(0, 0); SLOTS]);
    for (before_seq, entries) in batches {
        let walk = Walk::new(&mut tally, Slots::new(), Past::before(*before_seq));
        for (place, text) in tell(walk, entries).known_texts() {
            *counts.entry(place).or_default().entry(text.to_vec()).or_default() += 1;
        }
    }
    let mut common = Vec::new();
    for (place, counts) in counts {
        let often = |(text, count): &(Vec<u8>, usize)| {
            *count * BATCHES_FOR_A_TEXT >= batches.len() && text.len() <= TEXT_BYTES_MAX
        };
        let mut texts: Vec<(Vec<u8>, usize)> = counts.into_iter().filter(often).collect();
        texts.sort_by(|(one, seen), (other, seen_other)| seen_other.cmp(seen).then(one.cmp(other)));
        texts.truncate(TEXTS_OF_A_PLACE_MAX);
        common.extend(texts.into_iter().map(|(text, _)| (place, text)));
    }
    common
}

/// The chance of a 1, of 65,536, after so many of each; whatever was never seen may still come.
fn chance(zeros: u32, ones: u32) -> u16 {
    let (zeros, ones) = (u64::from(zeros), u64::from(ones));
    let one = 65_536 * (5 * ones + 2) / (5 * (zeros + ones) + 4);
    one.clamp(1, 65_535) as u16
}
