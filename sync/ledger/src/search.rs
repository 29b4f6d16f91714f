//! What a building is found by where nobody knows its number by heart: its street, the initials of
//! its owner, and for staff the owner's name, however it is spelled and in whatever script.
//!
//! A word is looked for in two forms: as it is spelled, and by the order of its consonants, which
//! is the same for ലക്ഷ്മി, लक्ष्मी, Lakshmi and Laxmi. Where a spelling may be read in two ways
//! it has two such keys. The rules are made from how names are written in the registers of the
//! sample packs; nothing depends on them but the order of a list, so they may change at any time:
//! a device then makes its index anew.

mod indic;
mod key;
mod latin;
#[cfg(test)]
mod tests;
mod word;

use crate::register::{Building, masked};

use word::{Word, words};

/// The most words of what was typed that are looked for.
const WORDS_MAX: usize = 8;

/// The most words that may be parts of one: Radha Krishna Pillai.
const JOINED_MAX: usize = 3;

/// What is shorter is an initial, and part of no name.
const JOINED_CHARACTERS_LEAST: usize = 3;

/// Initials have at most so many letters; what is longer is a word.
const INITIALS_LETTERS_MAX: usize = 4;

/// A key of one consonant begins half of all words.
const KEY_PREFIX_LEAST: usize = 2;

/// A word of so many signs is a name, and no initial, in any script.
const SAYS_MOST_LEAST: usize = 4;

/// What the register masks of a name.
const MASK: char = '•';

/// What a building is found by: words with a space between, in small letters, digits, the letters
/// of other scripts and '_'. A key begins with '_'; "12/345" is "12_345".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Searched {
    /// Its number and its old one, whole and in parts.
    pub number: String,
    pub street: String,
    /// The owner's name in both scripts; empty where it is masked.
    pub owner: String,
    /// Of the Latin name, masked or not: "lr rl".
    pub initials: String,
}

impl Searched {
    pub fn of(building: &Building) -> Self {
        let numbers = [Some(&building.number), building.old_number.as_ref()];
        let names = [Some(&building.owner), building.owner_local.as_ref().map(|it| &it.name)];
        let whole = names.into_iter().flatten().filter(|name| !name.contains(MASK));
        Self {
            number: tokens(numbers.into_iter().flatten().map(String::as_str)),
            street: tokens([building.street.as_str()]),
            owner: tokens(whole.map(String::as_str)),
            initials: initials(&building.owner).join(" "),
        }
    }
}

/// Where a term is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Number and street.
    Place,
    /// Number, street and owner.
    PlaceAndOwner,
    Initials,
}

/// A word of a [`Searched`] that would do, or the beginning of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub scope: Scope,
    pub token: String,
    pub prefix: bool,
}

/// One way to read what was typed: of each list one term at least must be there.
pub type Reading = Vec<Vec<Term>>;

impl Term {
    fn is_in(&self, searched: &Searched) -> bool {
        let Searched { number, street, owner, initials } = searched;
        let columns = match self.scope {
            Scope::Place => &[number, street][..],
            Scope::PlaceAndOwner => &[number, street, owner],
            Scope::Initials => &[initials],
        };
        columns.iter().flat_map(|column| column.split(' ')).any(|word| match self.prefix {
            true => word.starts_with(&self.token),
            false => word == self.token,
        })
    }
}

/// Whether a building is found by a reading: what an index says of all of them at once.
pub fn is_found(searched: &Searched, reading: &Reading) -> bool {
    reading.iter().all(|terms| terms.iter().any(|term| term.is_in(searched)))
}

/// The ways to read what was typed, the most exact first; none where nothing can be looked for.
/// The owner's name counts `with_names` only, the initials always.
pub fn readings(typed: &str, with_names: bool) -> Vec<Reading> {
    let mut sought = words(typed);
    sought.truncate(WORDS_MAX);
    if sought.is_empty() {
        return Vec::new();
    }
    let scope = if with_names { Scope::PlaceAndOwner } else { Scope::Place };
    let each = |how: How| sought.iter().map(|word| terms(word, how, scope)).collect();
    let mut readings = vec![each(How::Spelled), each(How::SpelledPrefix), each(How::Sounds)];
    readings.extend(joined(&sought).map(|word| vec![terms(&word, How::Sounds, scope)]));
    readings.push(each(How::SoundsPrefix));
    readings.dedup();
    readings
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Spelled,
    SpelledPrefix,
    Sounds,
    SoundsPrefix,
}

/// The terms of which one must be there. A number is never the beginning of another.
fn terms(word: &Word, how: How, scope: Scope) -> Vec<Term> {
    let spelled = match word {
        Word::Number(number) => {
            return vec![Term { scope, token: number.clone(), prefix: false }];
        }
        Word::Name(spelled) => spelled,
    };
    let prefix = matches!(how, How::SpelledPrefix | How::SoundsPrefix);
    let keys = match how {
        How::Spelled | How::SpelledPrefix => Vec::new(),
        How::Sounds | How::SoundsPrefix => key::keys(spelled),
    };
    let mut terms: Vec<Term> = match keys.is_empty() {
        true => vec![Term { scope, token: spelled.clone(), prefix }],
        false => {
            let term = |key: String| Term {
                scope,
                prefix: prefix && key.chars().count() >= KEY_PREFIX_LEAST,
                token: marked(&key),
            };
            keys.into_iter().map(term).collect()
        }
    };
    if spelled.len() <= INITIALS_LETTERS_MAX && spelled.bytes().all(|b| b.is_ascii_alphabetic()) {
        let prefix = how == How::SpelledPrefix;
        terms.push(Term { scope: Scope::Initials, token: spelled.clone(), prefix });
    }
    terms
}

/// A name that somebody wrote in parts and the register as one word. It has one script: a key
/// says nothing of the part in another.
fn joined(sought: &[Word]) -> Option<Word> {
    let names: Option<Vec<&str>> = sought.iter().map(Word::name).collect();
    let names = names.filter(|names| (2..=JOINED_MAX).contains(&names.len()))?;
    let is_part = |name: &&str| {
        name.chars().count() >= JOINED_CHARACTERS_LEAST
            && indic::is_written(name) == indic::is_written(names[0])
    };
    if !names.iter().all(is_part) {
        return None;
    }
    Some(Word::Name(names.concat()))
}

/// Everything that texts of the register are found by.
fn tokens<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut tokens: Vec<String> = Vec::new();
    for text in texts {
        let found = words(text);
        for word in &found {
            match word {
                Word::Number(number) => tokens.extend(number_parts(number)),
                Word::Name(spelled) => tokens.extend(name_tokens(spelled)),
            }
        }
        // A name that the register has in parts is found in one word.
        for pair in found.windows(2) {
            let joined = joined(pair).and_then(|word| word.name().map(key::keys));
            tokens.extend(joined.into_iter().flatten().map(|key| marked(&key)));
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    tokens.retain(|token| seen.insert(token.clone()));
    tokens.join(" ")
}

/// How a name or a place sounds by the word of it that says most: the first of four signs or more,
/// else the longest, so that initials and what stands behind do not count. Two where it can be
/// read in two ways; none where there is nothing to read.
pub fn sounds(text: &str) -> Vec<String> {
    let found = words(text);
    let length = |name: &str| name.chars().count();
    let names = || found.iter().filter_map(Word::name);
    let long = names().find(|name| length(name) >= SAYS_MOST_LEAST);
    // Of two that are as long, the first.
    let word = long.or_else(|| names().rev().max_by_key(|name| length(name)));
    match (word, found.first()) {
        (Some(word), _) => match key::keys(word) {
            keys if keys.is_empty() => vec![word.to_owned()],
            keys => keys,
        },
        (None, Some(Word::Number(number))) => vec![number.clone()],
        (None, _) => Vec::new(),
    }
}

fn name_tokens(spelled: &str) -> impl Iterator<Item = String> {
    let keys = key::keys(spelled);
    std::iter::once(spelled.to_owned()).chain(keys.into_iter().map(|key| marked(&key)))
}

/// "12_345a" is found by itself, by "12", by "345a" and by "345".
fn number_parts(number: &str) -> Vec<String> {
    let mut parts = vec![number.to_owned()];
    for part in number.split('_') {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        for part in [part.to_owned(), digits] {
            if !part.is_empty() && !parts.contains(&part) {
                parts.push(part);
            }
        }
    }
    parts
}

/// No word that is spelled begins so.
fn marked(key: &str) -> String {
    format!("_{key}")
}

/// "Lakshmi K.P." has "lkp", and "kpl" for whoever puts the house's initials first; the same
/// where the name is masked.
fn initials(owner: &str) -> Vec<String> {
    let shown = masked(owner).to_ascii_lowercase();
    let letters: String = shown.chars().filter(char::is_ascii_alphabetic).collect();
    let Some(first) = letters.chars().next() else { return Vec::new() };
    let turned = format!("{}{first}", &letters[first.len_utf8()..]);
    let mut found = vec![letters];
    if turned != found[0] {
        found.push(turned);
    }
    found
}
