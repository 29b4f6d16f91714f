//! The key of a word: its consonants in their order, those that spellings confuse as one, and the
//! vowel that it begins with. "_" stands for nothing here.

use super::{indic, latin};

/// How what can be read in two ways is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum As {
    First,
    Second,
}

/// The keys of a word: none where it has no letter that is known here, two where it can be read
/// in two ways.
pub(super) fn keys(spelled: &str) -> Vec<String> {
    let read = |how| match indic::is_written(spelled) {
        true => indic::key(spelled, how),
        false => latin::key(spelled, how),
    };
    let (first, second) = (read(As::First), read(As::Second));
    let mut keys = vec![first];
    if second != keys[0] {
        keys.push(second);
    }
    keys.retain(|key| !key.is_empty());
    keys
}

/// A key that grows letter by letter.
#[derive(Debug, Default)]
pub(super) struct Key {
    text: String,
    /// Whether a vowel followed the last consonant.
    open: bool,
}

impl Key {
    /// Adds a consonant by its class. A double one without a vowel between counts once.
    pub fn consonant(&mut self, class: char) {
        if self.open || !self.text.ends_with(class) {
            self.text.push(class);
        }
        self.open = false;
    }

    pub fn consonants(&mut self, classes: &str) {
        classes.chars().for_each(|class| self.consonant(class));
    }

    /// Adds a vowel: 'a', 'i' (with e) or 'u' (with o). Only that which begins the word is kept.
    pub fn vowel(&mut self, class: char) {
        if self.text.is_empty() {
            self.text.push(class);
        }
        self.open = true;
    }

    /// A y between vowels that many do not write (Ayisha, Aisha), and after a palatal (Achyuthan,
    /// Achuthan). `before_front` says whether e or i follows.
    pub fn y(&mut self, before_front: bool) {
        let faint = match self.open {
            true => before_front,
            false => self.text.ends_with('c'),
        };
        if !faint || self.text.is_empty() {
            self.consonant('y');
        }
    }

    /// An h is heard where a word begins and after a vowel.
    pub fn h(&mut self) {
        if self.open || self.text.is_empty() {
            self.consonant('h');
        }
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether a vowel was added last.
    pub fn is_open(&self) -> bool {
        self.open
    }

    pub fn text(self) -> String {
        self.text
    }
}
