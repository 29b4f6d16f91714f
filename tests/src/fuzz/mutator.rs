//! Sound samples made unsound: each change is one that breaks readers in life, or a clumsy forger.

use crate::chance::Chance;

/// Nothing that grows here is longer; every limit of a decoder that is smaller is still passed.
const BYTES_MAX: usize = 300_000;

/// Numbers at the ends of what a field of each width holds.
const INTERESTING: [u64; 16] = [
    0,
    1,
    0x17,
    0x18,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0xffff_ffff_ffff_fffe,
    0xffff_ffff_ffff_ffff,
];

/// What a person or a file may write where a number should stand.
const WRITTEN: [&str; 16] = [
    "0",
    "-1",
    "-0",
    "00",
    "1e400",
    "0.001",
    "255",
    "65536",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "99999999999999999999999",
    "\u{660}",
    "\u{0}",
    "ക്ഷ",
];

/// One of the samples, changed a few times. It may be the sample itself, but seldom.
pub fn mutated(chance: &mut Chance, samples: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = chance.pick(samples).clone();
    let changes = 1 + chance.below(3) * chance.below(3);
    for _ in 0..changes {
        change(chance, &mut bytes, samples);
        bytes.truncate(BYTES_MAX);
    }
    bytes
}

fn change(chance: &mut Chance, bytes: &mut Vec<u8>, samples: &[Vec<u8>]) {
    match chance.below(14) {
        0 | 1 => flip(chance, bytes),
        2 => set(chance, bytes),
        3 => bytes.truncate(place(chance, bytes.len() + 1)),
        4 => {
            let stretch = stretch(chance, bytes.len());
            bytes.drain(stretch);
        }
        5 => repeat(chance, bytes),
        6 => splice(chance, bytes, samples),
        7 => insert(chance, bytes),
        8 => integer(chance, bytes),
        9 | 10 => length_of_cbor(chance, bytes),
        11 | 12 => number_in_text(chance, bytes),
        _ => swap(chance, bytes),
    }
}

/// From 0 up to, and without, the end; 0 where there is no room.
fn place(chance: &mut Chance, end: usize) -> usize {
    match end {
        0 => 0,
        _ => usize::try_from(chance.below(end as u64)).expect("below a length"),
    }
}

/// A short stretch more often than a long one.
fn stretch(chance: &mut Chance, length: usize) -> std::ops::Range<usize> {
    let begin = place(chance, length);
    let most = if chance.percent(80) { (length - begin).min(16) } else { length - begin };
    begin..begin + place(chance, most + 1)
}

fn flip(chance: &mut Chance, bytes: &mut [u8]) {
    let at = place(chance, bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << chance.below(8);
    }
}

fn set(chance: &mut Chance, bytes: &mut [u8]) {
    let at = place(chance, bytes.len());
    let value = chance.next().to_le_bytes()[0];
    if let Some(byte) = bytes.get_mut(at) {
        *byte = value;
    }
}

/// A stretch twice, or many times.
fn repeat(chance: &mut Chance, bytes: &mut Vec<u8>) {
    let stretch = stretch(chance, bytes.len());
    let times = if chance.percent(90) { 1 } else { place(chance, 2_000) };
    let times = times.min(BYTES_MAX / stretch.len().max(1));
    let copies = bytes[stretch.clone()].repeat(times);
    bytes.splice(stretch.end..stretch.end, copies);
}

/// The front of these bytes with the back of a sample, or a stretch of it put in.
fn splice(chance: &mut Chance, bytes: &mut Vec<u8>, samples: &[Vec<u8>]) {
    let other = chance.pick(samples);
    let at = place(chance, bytes.len() + 1);
    if chance.percent(50) {
        bytes.truncate(at);
        bytes.extend(&other[place(chance, other.len() + 1)..]);
    } else {
        let stretch = stretch(chance, other.len());
        bytes.splice(at..at, other[stretch].iter().copied());
    }
}

fn insert(chance: &mut Chance, bytes: &mut Vec<u8>) {
    let at = place(chance, bytes.len() + 1);
    let count = 1 + place(chance, 12);
    let fresh: Vec<u8> = (0..count).map(|_| chance.next().to_le_bytes()[0]).collect();
    bytes.splice(at..at, fresh);
}

/// An interesting number of one, two, four or eight bytes, in either order, over what stands there.
fn integer(chance: &mut Chance, bytes: &mut [u8]) {
    let width = 1 << chance.below(4);
    let at = place(chance, bytes.len());
    let number = *chance.pick(&INTERESTING);
    let (large, small) = (number.to_be_bytes(), number.to_le_bytes());
    let written = if chance.percent(50) { &large[8 - width..] } else { &small[..width] };
    for (byte, new) in bytes.iter_mut().skip(at).zip(written) {
        *byte = *new;
    }
}

/// A byte taken for the head of a CBOR item (RFC 8949, section 3): its length or number one up or
/// down, an indefinite one, or an interesting one in eight bytes, in place of what stood there.
fn length_of_cbor(chance: &mut Chance, bytes: &mut Vec<u8>) {
    let at = place(chance, bytes.len());
    let Some(head) = bytes.get(at).copied() else { return };
    // Bit 5 set makes a whole number a negative one.
    let kind = (head & 0xe0) ^ if chance.percent(10) { 0x20 } else { 0 };
    match chance.below(4) {
        0 => bytes[at] = kind | (head.wrapping_add(1) & 0x1f),
        1 => bytes[at] = kind | (head.wrapping_sub(1) & 0x1f),
        2 => bytes[at] = kind | 0x1f,
        _ => {
            let number = chance.pick(&INTERESTING).to_be_bytes();
            let after = [&[kind | 0x1b][..], &number].concat();
            let width = match head & 0x1f {
                width @ 0x18..=0x1b => 1 << (width - 0x18),
                _ => 0,
            };
            let end = (at + 1 + width).min(bytes.len());
            bytes.splice(at..end, after);
        }
    }
}

/// A run of decimal digits becomes another number, or no number at all.
fn number_in_text(chance: &mut Chance, bytes: &mut Vec<u8>) {
    let from = place(chance, bytes.len());
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let Some(begin) = bytes[from..].iter().position(is_digit).map(|at| from + at) else { return };
    let length = bytes[begin..].iter().take_while(|byte| is_digit(byte)).count();
    let written = chance.pick(&WRITTEN).bytes();
    bytes.splice(begin..begin + length, written);
}

fn swap(chance: &mut Chance, bytes: &mut [u8]) {
    let (one, other) = (place(chance, bytes.len()), place(chance, bytes.len()));
    if one < bytes.len() {
        bytes.swap(one, other);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_bytes_and_another_seed_others() {
        let samples = [b"PADI:H:G0802:345:K".to_vec(), vec![0x83, 1, 2, 3, 0x19, 0x01, 0x00]];
        let made = |seed| mutated(&mut Chance(seed), &samples);
        let all: BTreeSet<Vec<u8>> = (0..1_000).map(made).collect();
        // Of so short samples some are cut to the same.
        assert!(all.len() > 600, "{} different inputs of 1,000", all.len());
        assert!((0..1_000).all(|seed| made(seed) == made(seed)));
        assert!(all.iter().all(|bytes| bytes.len() <= BYTES_MAX));
    }
}
