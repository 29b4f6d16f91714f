//! The key of a word in Latin letters, as names of India are written in them.

use super::key::{As, Key};

/// How a word begins that is spelled as in English and no other way.
const ENGLISH: (&str, &str) = ("georg", "jorj");

/// The key of a word in small letters. What is no Latin letter is passed over.
pub(super) fn key(word: &str, how: As) -> String {
    let spelled = match word.strip_prefix(ENGLISH.0) {
        Some(rest) => format!("{}{}", ENGLISH.1, rest.trim_end_matches('e')),
        None => word.to_owned(),
    };
    let letters: Vec<char> = spelled.chars().filter(char::is_ascii_lowercase).collect();
    let mut reader = Reader { letters: &letters, how, key: Key::default() };
    let mut place = 0;
    while place < letters.len() {
        place += reader.read(place);
    }
    reader.key.text()
}

struct Reader<'a> {
    letters: &'a [char],
    how: As,
    key: Key,
}

impl Reader<'_> {
    fn at(&self, place: usize) -> char {
        self.letters.get(place).copied().unwrap_or(' ')
    }

    fn before(&self, place: usize) -> char {
        place.checked_sub(1).map_or(' ', |before| self.at(before))
    }

    fn starts(&self, place: usize, sign: &str) -> bool {
        sign.chars().zip(place..).all(|(letter, place)| self.at(place) == letter)
    }

    /// Reads a sound; says how many letters it has.
    fn read(&mut self, place: usize) -> usize {
        let (letter, next) = (self.at(place), self.at(place + 1));
        if let Some(length) = self.read_together(place) {
            return length;
        }
        // A consonant with its breath, or with the h that tells it from another.
        let length = if next == 'h' && "bcdgjkpstz".contains(letter) { 2 } else { 1 };
        match letter {
            'a' => self.key.vowel('a'),
            'e' => self.key.vowel('i'),
            'i' => self.i(place),
            'o' | 'u' => self.key.vowel('u'),
            'y' => self.y(place),
            'h' if self.at(place + 1) == ' ' && place > 0 => {}
            'h' => self.key.h(),
            'w' => self.w(place),
            'z' if length == 2 => self.key.consonant('l'),
            'z' => self.key.consonant(if self.how == As::First { 's' } else { 'c' }),
            'c' if length == 2 && self.at(place + 2) == 'r' => self.key.consonant('k'),
            'c' if length == 2 => self.key.consonant('c'),
            'c' if "eiy".contains(next) => self.key.consonant('s'),
            'x' if place == 0 => self.key.consonant('s'),
            'x' => self.key.consonants("ks"),
            'c' | 'k' | 'g' | 'q' => self.key.consonant('k'),
            't' | 'd' => self.key.consonant('t'),
            'p' | 'b' | 'f' => self.key.consonant('p'),
            'j' => self.key.consonant('c'),
            other => self.key.consonant(other),
        }
        length
    }

    /// Letters that are one sound: how many, where there are any.
    fn read_together(&mut self, place: usize) -> Option<usize> {
        // ज्ञ is written in each of these ways.
        let gnya = ["dny", "jny", "gy", "jn"].into_iter().find(|sign| {
            let spoken = is_vowel(self.at(place + sign.len())) && *sign != "jn";
            self.starts(place, sign) && (spoken || *sign == "jn" && place == 0)
        });
        if let Some(sign) = gnya {
            self.key.consonants("kn");
            return Some(sign.len());
        }
        // ഞ്ഞ: Kunhu is Kunju.
        if self.starts(place, "nh") && is_vowel(self.at(place + 2)) {
            self.key.consonants("nc");
            return Some(2);
        }
        None
    }

    /// Maria is Mariya, but Daniel is not Daniyel.
    fn i(&mut self, place: usize) {
        self.key.vowel('i');
        if "aou".contains(self.at(place + 1)) {
            self.key.y(false);
        }
    }

    fn y(&mut self, place: usize) {
        let next = self.at(place + 1);
        match is_vowel(next) {
            true => self.key.y("ei".contains(next)),
            false => self.key.vowel('i'),
        }
    }

    /// Gowri is Gauri, and Mathew ends in മാത്യു.
    fn w(&mut self, place: usize) {
        let glides = is_vowel(self.before(place)) && !is_vowel(self.at(place + 1));
        match (glides, self.before(place)) {
            (true, 'e') => {
                self.key.consonant('y');
                self.key.vowel('u');
            }
            (true, _) => {}
            (false, _) => self.key.consonant('v'),
        }
    }
}

fn is_vowel(letter: char) -> bool {
    "aeiou".contains(letter)
}
