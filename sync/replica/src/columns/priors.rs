//! What is shipped with the walk: how likely each decision is before anything was seen, and the
//! texts that most batches have. The file is written by `cargo run --bin priors`; another file is
//! another version, and the old one stays where its version is still read.

use std::sync::LazyLock;

use super::place::Place;
use super::slots::Slots;

/// The version of the file.
pub(super) const VERSION: u8 = 1;

/// The file of this version: a count of texts, each with its place and length; then the slots that
/// were seen, each as the gap from the one before and the chance in one byte.
static FILE: &[u8] = include_bytes!("priors-1.bin");

static SHIPPED: LazyLock<Priors> =
    LazyLock::new(|| Priors::read(FILE).expect("the shipped file is whole, as a test reads it"));

/// What the file says.
pub(super) struct Priors {
    slots: Slots,
    texts: Vec<(Place, Vec<u8>)>,
}

pub(super) fn slots() -> &'static Slots {
    &SHIPPED.slots
}

pub(super) fn texts() -> impl Iterator<Item = (Place, &'static [u8])> {
    SHIPPED.texts.iter().map(|(place, text)| (*place, text.as_slice()))
}

impl Priors {
    fn read(file: &[u8]) -> Option<Self> {
        let mut rest = file;
        let mut texts = Vec::new();
        for _ in 0..take(&mut rest)? {
            let place =
                (0..4).try_fold(0, |place, _| Some(place << 8 | u32::from(take(&mut rest)?)));
            let length = usize::from(take(&mut rest)?);
            let (text, after) = rest.split_at_checked(length)?;
            rest = after;
            texts.push((Place(place?), text.to_vec()));
        }
        let mut slots = Slots::new();
        let mut slot = 0;
        while !rest.is_empty() {
            loop {
                let gap = take(&mut rest)?;
                slot += usize::from(gap);
                if gap < u8::MAX {
                    break;
                }
            }
            slots.ship(slot, chance(take(&mut rest)?));
        }
        Some(Self { slots, texts })
    }

    /// The file for such texts, and for slots with their chances of a 1, of 65,536.
    pub fn file(texts: &[(Place, Vec<u8>)], slots: &[(usize, u16)]) -> Vec<u8> {
        let mut file = vec![u8::try_from(texts.len()).expect("few texts are shipped")];
        for (place, text) in texts {
            file.extend_from_slice(&place.0.to_be_bytes());
            file.push(u8::try_from(text.len()).expect("a shipped text is short"));
            file.extend_from_slice(text);
        }
        let mut before = 0;
        for (slot, one) in slots {
            let mut gap = slot - before;
            while gap >= usize::from(u8::MAX) {
                file.push(u8::MAX);
                gap -= usize::from(u8::MAX);
            }
            file.extend_from_slice(&[gap as u8, code(*one)]);
            before = *slot;
        }
        file
    }
}

fn take(rest: &mut &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    Some(*first)
}

/// A chance in one byte: which of the two is the rarer, and how rare it is, to 1 part in 8.
fn code(one: u16) -> u8 {
    let rarer = u32::from(one).min(65_536 - u32::from(one)).max(1);
    let size = rarer.ilog2().min(14);
    let figures = (rarer << 3 >> size).min(15) & 7;
    u8::from(one >= 1 << 15) << 7 | (size as u8) << 3 | figures as u8
}

fn chance(code: u8) -> u16 {
    let size = u32::from(code >> 3 & 0xf);
    let rarer = (u32::from(8 + (code & 7)) << size >> 3).clamp(1, 1 << 15);
    let one = if code >> 7 == 1 { 65_536 - rarer } else { rarer };
    one as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chance_in_one_byte_is_nearly_the_chance() {
        for one in 1..=65_535_u16 {
            let again = chance(code(one));
            let rarer = u32::from(one).min(65_536 - u32::from(one));
            let off = u32::from(one.abs_diff(again));
            assert!(off * 6 <= rarer, "{one} became {again}");
        }
    }

    #[test]
    fn the_shipped_file_is_whole_and_a_cut_one_is_not() {
        let priors = Priors::read(FILE).expect("whole");
        assert!(priors.texts.len() < 200);
        assert!(Priors::read(&FILE[..FILE.len() - 1]).is_none());
    }
}
