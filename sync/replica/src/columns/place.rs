//! Where in an entry something stands, and what is expected there. A wrong expectation costs bits
//! and never a fact: nothing here has to keep step with the ledger for books to be read.

use super::slots::joined;

/// A place: the hash of the steps that lead to it from the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place(pub u32);

/// In a list of two whose first is a small number, the second stands on a way of its own for each
/// such number: this is how an enum and its variant are written.
pub(super) const VARIANT: u32 = 0x100;

impl Place {
    pub const ENTRY: Self = Self(0x5061_6469);

    pub const fn step(self, step: u32) -> Self {
        Self(joined(self.0, step + 1))
    }

    const fn at(steps: &[u32]) -> Self {
        let mut place = Self::ENTRY;
        let mut at = 0;
        while at < steps.len() {
            place = place.step(steps[at]);
            at += 1;
        }
        place
    }
}

/// The variants of facts that the walk looks at.
pub(super) const FACT_RECEIPT: u32 = 2;
pub(super) const FACT_PRINT: u32 = 3;

const fn fact(variant: u32) -> Place {
    Place::at(&[4, VARIANT + variant, 0])
}

const RECEIPT: Place = fact(FACT_RECEIPT);
const PAYER: Place = RECEIPT.step(3);
const TENDER: Place = RECEIPT.step(6);
const PRINT: Place = fact(FACT_PRINT);
const VISIT: Place = fact(6);
const VOID: Place = fact(13);

/// The lines of a receipt: all stand on one place, and the walk keeps count of them.
pub(super) const LINES: Place = RECEIPT.step(4);
const PERIOD: Place = LINES.step(0).step(0);

/// What is known of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Sequence,
    Wall,
    Mono,
    /// The number of the fact, which was told before the entry.
    Fact,
    /// A number that counts up for each text before it: a receipt's, in its book.
    Counted,
    /// The receipt's service.
    Service,
    /// A building, on the way from the last one.
    Building,
    /// The receipt's lines: how many.
    Lines,
    /// A part of a line's period: its year, its month, its length.
    Period(usize),
    /// The head of a line.
    Head,
    /// The amount of a line.
    Amount,
    Total,
    Tendered,
    /// The sequence of the slip that a print, or of the receipt that a cancellation, is of.
    PrintOf,
    VoidOf,
    /// One of a few, by its number.
    OneOf,
    /// A sum by itself.
    Sum,
    /// Nothing: the last one here is expected again.
    Plain,
}

/// The places that mean something, for [`meaning`].
const MEANINGS: &[(Place, Meaning)] = &[
    (Place::at(&[0]), Meaning::Sequence),
    (Place::at(&[1, 0]), Meaning::Wall),
    (Place::at(&[1, 1]), Meaning::Mono),
    (Place::at(&[4, 0]), Meaning::Fact),
    (RECEIPT.step(1), Meaning::Counted),
    (RECEIPT.step(2), Meaning::Service),
    (RECEIPT.step(5), Meaning::Total),
    (RECEIPT.step(8), Meaning::OneOf),
    (LINES, Meaning::Lines),
    (PERIOD.step(0), Meaning::Period(0)),
    (PERIOD.step(1), Meaning::Period(1)),
    (PERIOD.step(2), Meaning::Period(2)),
    (LINES.step(0).step(1), Meaning::Head),
    (LINES.step(0).step(2), Meaning::Amount),
    (PAYER.step(VARIANT).step(0), Meaning::Building),
    (TENDER.step(VARIANT).step(0).step(0), Meaning::Tendered),
    (PRINT.step(0), Meaning::PrintOf),
    (PRINT.step(1), Meaning::OneOf),
    (PRINT.step(2), Meaning::OneOf),
    (VISIT.step(0), Meaning::Building),
    (VISIT.step(1), Meaning::OneOf),
    (VISIT.step(5), Meaning::OneOf),
    (VISIT.step(7), Meaning::Sum),
    (VOID.step(0), Meaning::VoidOf),
    (fact(4).step(0), Meaning::Sum),
    (fact(4).step(3), Meaning::Building),
];

/// Where a meaning is looked for: by the low bits of its place, no two of them on one.
const INDEX_BITS: u32 = 10;
static INDEX: [u8; 1 << INDEX_BITS] = index();

const fn index() -> [u8; 1 << INDEX_BITS] {
    let mut index = [u8::MAX; 1 << INDEX_BITS];
    let mut at = 0;
    while at < MEANINGS.len() {
        let low = low(MEANINGS[at].0);
        assert!(index[low] == u8::MAX, "two places on one: another step in between parts them");
        index[low] = at as u8;
        at += 1;
    }
    index
}

const fn low(place: Place) -> usize {
    (place.0.wrapping_mul(PARTING) >> (32 - INDEX_BITS)) as usize
}

/// Any odd number under which no two places meet.
const PARTING: u32 = 0x91B7_584B;

pub(super) fn meaning(place: Place) -> Meaning {
    match MEANINGS.get(usize::from(INDEX[low(place)])) {
        Some((found, meaning)) if *found == place => *meaning,
        _ => Meaning::Plain,
    }
}
