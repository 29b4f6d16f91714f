//! The key of a word in a script of India. Unicode lays these scripts out alike, 128 places each,
//! so that one table by the place in the block reads them all (The Unicode Standard, chapter 12:
//! Devanagari at 0900 to Malayalam at 0D00); what a script has for itself stands apart.

use super::key::{As, Key};

/// Blocks by their place after Devanagari.
const DEVANAGARI: u32 = 0;
const BENGALI: u32 = 1;
const GURMUKHI: u32 = 2;
const GUJARATI: u32 = 3;
const ODIA: u32 = 4;
const TAMIL: u32 = 5;
const MALAYALAM: u32 = 8;

const ANUSVARA: u32 = 0x02;
const NUKTA: u32 = 0x3c;
const VIRAMA: u32 = 0x4d;
const KA: u32 = 0x15;
const GA: u32 = 0x17;
const NGA: u32 = 0x19;
const CA: u32 = 0x1a;
const JA: u32 = 0x1c;
const NYA: u32 = 0x1e;
const NA: u32 = 0x28;
const BA: u32 = 0x2c;
const YA: u32 = 0x2f;
const RRA: u32 = 0x31;
const HA: u32 = 0x39;

/// ൺ, ൻ, ർ, ൽ, ൾ, ൿ: consonants without a vowel.
const CHILLUS: std::ops::RangeInclusive<u32> = 0x7a..=0x7f;
const CHILLU_N: u32 = 0x7b;

/// Letters that are one sound together, what it is, and whether it is so in every script: ज्ञ and
/// ग्य, न्ह, the doubles of ങ and ഞ; റ്റ and ന്റ.
const TOGETHER: [(&[u32], &str, bool); 9] = [
    (&[JA, VIRAMA, NYA], "kn", true),
    (&[GA, VIRAMA, YA], "kn", true),
    (&[NA, VIRAMA, HA], "nc", true),
    (&[NGA, VIRAMA, NGA], "nk", true),
    (&[NYA, VIRAMA, NYA], "nc", true),
    (&[RRA, VIRAMA, RRA], "t", false),
    (&[NA, VIRAMA, RRA], "nt", false),
    (&[CHILLU_N, VIRAMA, RRA], "nt", false),
    (&[CHILLU_N, RRA], "nt", false),
];

pub(super) fn is_written(word: &str) -> bool {
    word.chars().any(|sign| place_of(sign).is_some())
}

/// The block of a letter and its place there.
fn place_of(sign: char) -> Option<(u32, u32)> {
    let after = u32::from(sign).checked_sub(0x0900)?;
    (after / 0x80 <= MALAYALAM).then_some((after / 0x80, after % 0x80))
}

pub(super) fn key(word: &str, how: As) -> String {
    let signs: Vec<(u32, u32)> = word.chars().filter_map(place_of).collect();
    let mut reader = Reader { signs: &signs, how, key: Key::default() };
    let mut place = 0;
    while place < signs.len() {
        place += reader.read(place);
    }
    reader.key.text()
}

struct Reader<'a> {
    signs: &'a [(u32, u32)],
    how: As,
    key: Key,
}

impl Reader<'_> {
    fn at(&self, place: usize) -> Option<u32> {
        self.signs.get(place).map(|(_, sign)| *sign)
    }

    fn block(&self, place: usize) -> u32 {
        self.signs[place].0
    }

    fn is(&self, place: usize, signs: &[u32]) -> bool {
        signs.iter().zip(place..).all(|(sign, place)| self.at(place) == Some(*sign))
    }

    fn first(&self) -> bool {
        self.how == As::First
    }

    /// Reads a letter, or a sign of one; says how many signs it took.
    fn read(&mut self, place: usize) -> usize {
        let (block, sign) = self.signs[place];
        match sign {
            0x01 | ANUSVARA => self.nasal(place),
            0x70 if block == GURMUKHI => self.nasal(place),
            0x0b | 0x60 | 0x43 | 0x44 => {
                self.key.consonant('r');
                self.key.vowel('i');
            }
            0x0c | 0x61 | 0x62 | 0x63 => {
                self.key.consonant('l');
                self.key.vowel('i');
            }
            0x14 => self.key.vowel(if self.first() { 'a' } else { 'u' }),
            0x04..=0x06 | 0x10 => self.key.vowel('a'),
            0x07 | 0x08 | 0x0d..=0x0f => self.key.vowel('i'),
            0x09 | 0x0a | 0x11..=0x13 => self.key.vowel('u'),
            // The signs of vowels follow a consonant: which one it is does not count.
            0x3e..=0x4c => self.key.vowel('a'),
            0x4e if block == MALAYALAM => self.key.consonant('r'),
            _ => return self.consonant(place),
        }
        1
    }

    /// A consonant with what hangs on it, up to the vowel sign.
    fn consonant(&mut self, place: usize) -> usize {
        if let Some(length) = self.together(place) {
            return length;
        }
        let (block, sign) = self.signs[place];
        let mut after = place + 1;
        let dotted = self.at(after) == Some(NUKTA);
        after += usize::from(dotted);
        let vowel = self.vowel_after(after, block, sign);
        match (sign, self.class(block, sign, dotted)) {
            (YA | 0x5f, Some('y')) => self.y(after, vowel),
            (0x55, _) if block == MALAYALAM => self.key.vowel('i'),
            (HA, _) => self.h(after, vowel),
            (NGA, _) => self.key.consonants("nk"),
            (NYA, _) => self.key.consonants("nc"),
            (_, Some(class)) => self.key.consonant(class),
            (_, None) => return after - place,
        }
        match vowel {
            Vowel::None => after += usize::from(self.at(after) == Some(VIRAMA)),
            // Only y and h are heard otherwise where the vowel is not.
            Vowel::Inherent | Vowel::Faint | Vowel::Sign(_) => self.key.vowel('a'),
        }
        after - place
    }

    /// Letters that are one sound together: how many signs, where there are any.
    fn together(&mut self, place: usize) -> Option<usize> {
        let of_the_south = [MALAYALAM, TAMIL].contains(&self.block(place));
        let (signs, classes, _) = TOGETHER
            .into_iter()
            .find(|(signs, _, all)| (*all || of_the_south) && self.is(place, signs))?;
        self.key.consonants(classes);
        let bare = self.at(place + signs.len()) == Some(VIRAMA);
        if !bare {
            self.key.vowel('a');
        }
        Some(signs.len() + usize::from(bare))
    }

    /// What follows a consonant that ends before `after`.
    fn vowel_after(&self, after: usize, block: u32, sign: u32) -> Vowel {
        if block == MALAYALAM && (CHILLUS.contains(&sign) || (0x54..=0x56).contains(&sign)) {
            return Vowel::None;
        }
        match self.at(after) {
            Some(VIRAMA) => Vowel::None,
            Some(sign @ (0x3e..=0x4c | 0x55..=0x57 | 0x62 | 0x63)) => Vowel::Sign(sign),
            next if drops_vowels(block) => match next {
                None => Vowel::Faint,
                Some(0x01..=0x14) => Vowel::Inherent,
                Some(_) => Vowel::Faint,
            },
            _ => Vowel::Inherent,
        }
    }

    /// A nasal of the place where the next consonant is spoken.
    fn nasal(&mut self, place: usize) {
        let block = self.block(place);
        let of_the_south = block >= TAMIL;
        let class = match self.at(place + 1) {
            Some(KA..=0x29) => Some('n'),
            Some(0x2a..=0x2e) => Some('m'),
            // Shivam and the Hindi plural end alike.
            None => (of_the_south || !self.first()).then_some('m'),
            // सिंह is Singh, and in नरसिंह Simha.
            Some(HA) if !of_the_south && self.first() => {
                return self.key.consonants("nk");
            }
            Some(_) => Some(if of_the_south == self.first() { 'm' } else { 'n' }),
        };
        if let Some(class) = class {
            self.key.consonant(class);
        }
    }

    fn y(&mut self, after: usize, vowel: Vowel) {
        let begins = self.key.is_empty();
        let silent = match vowel {
            Vowel::None => true,
            // Vijay at a word's end, Ayesha within one; but never after a consonant: Divya.
            Vowel::Faint => self.key.is_open() && self.at(after).is_none() == self.first(),
            Vowel::Inherent | Vowel::Sign(_) => false,
        };
        let front = matches!(vowel, Vowel::Sign(0x3f | 0x40 | 0x45 | 0x46 | 0x47));
        if silent { self.key.vowel('i') } else { self.key.y(front && !begins) }
    }

    fn h(&mut self, after: usize, vowel: Vowel) {
        let ends = self.at(after).is_none() || self.is(after, &[VIRAMA]) && self.ends(after + 1);
        let silent = match vowel {
            Vowel::None => ends,
            Vowel::Faint => ends && self.first(),
            Vowel::Inherent | Vowel::Sign(_) => false,
        };
        if !silent || self.key.is_empty() {
            self.key.h();
        }
    }

    fn ends(&self, place: usize) -> bool {
        self.at(place).is_none()
    }

    /// Those that spellings confuse have one class: breath, voice, and where the tongue lies.
    fn class(&self, block: u32, sign: u32, dotted: bool) -> Option<char> {
        let either = |first, second| Some(if self.first() { first } else { second });
        match (block, sign, dotted) {
            // ज़, ड़, ढ़.
            (_, JA, true) | (DEVANAGARI | GURMUKHI, 0x5b, _) => either('s', 'c'),
            (_, 0x21 | 0x22, true) => either('r', 't'),
            (DEVANAGARI | BENGALI | GURMUKHI | ODIA, 0x5c | 0x5d, _) => either('r', 't'),
            (DEVANAGARI | GURMUKHI, 0x58..=0x5a, _) => Some('k'),
            (DEVANAGARI | GURMUKHI, 0x5e, _) => Some('p'),
            (DEVANAGARI | BENGALI | ODIA, 0x5f, _) => Some('y'),
            // ବ is written for both, ଯ is spoken like ଜ, ச stands for two sounds.
            (BENGALI | ODIA, BA, _) => either('p', 'v'),
            (BENGALI | ODIA, YA, _) => either('c', 'y'),
            (TAMIL, CA, _) => either('c', 's'),
            (ODIA, 0x71, _) => Some('v'),
            (MALAYALAM, sign @ (0x54 | 0x56 | 0x7a..=0x7f), _) => chillu(sign),
            _ => common(sign),
        }
    }
}

/// What is heard after a consonant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Vowel {
    None,
    /// The a that every consonant has.
    Inherent,
    /// The same in a language that may leave it out.
    Faint,
    Sign(u32),
}

/// The languages of the north leave out many a final vowel that they write.
fn drops_vowels(block: u32) -> bool {
    [DEVANAGARI, BENGALI, GURMUKHI, GUJARATI, ODIA].contains(&block)
}

fn common(sign: u32) -> Option<char> {
    Some(match sign {
        KA..=0x18 => 'k',
        CA..=0x1d => 'c',
        0x1f..=0x22 | 0x24..=0x27 | 0x3a => 't',
        NGA | NYA | 0x23 | NA | 0x29 => 'n',
        0x2a..=0x2d => 'p',
        0x2e => 'm',
        YA => 'y',
        0x30 | RRA => 'r',
        0x32..=0x34 => 'l',
        0x35 => 'v',
        0x36..=0x38 => 's',
        HA => 'h',
        _ => return None,
    })
}

fn chillu(sign: u32) -> Option<char> {
    Some(match sign {
        0x54 => 'm',
        0x7a | CHILLU_N => 'n',
        0x7c => 'r',
        0x7f => 'k',
        _ => 'l',
    })
}
