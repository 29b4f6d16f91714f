//! The walk through an entry, the same for who writes and who reads: each step tells the coder what
//! is known, and is answered what stands there. Who reads gives nothing and ignores what it gave.

use ledger::ENTRY_BYTES_MAX;

use super::ColumnsError;
use super::coder::Coder;
use super::past::Past;
use super::place::{FACT_RECEIPT, LINES, Meaning, Place, VARIANT, meaning};
use super::slots::{Slots, joined};
use super::tokens::{self, DEPTH_MAX, Kind, Token};

/// What a decision is about, so that two at one place are told apart.
#[derive(Clone, Copy)]
pub(super) enum About {
    Apart,
    Fact,
    SameKind,
    OtherKind,
    Meets,
    Below,
    Size,
    Figures,
    Length,
    LongLength,
    TextKnown,
    TextNumber,
    Letter,
    LetterAfterTwo,
    OneOf,
    Share,
    ShareRounded,
    ShareOf,
    WholeRupees,
    Note,
}

/// The first figures of a number are learnt, so many of them; the others are as likely as not.
const FIGURES_LEARNT: u32 = 4;

/// Lists below this length are told in so many bits.
const LENGTH_BITS: u32 = 4;
const LENGTH_MORE: u32 = (1 << LENGTH_BITS) - 1;

/// A number of a few has so many bits.
const ONE_OF_BITS: u32 = 6;
const ONE_OF_MORE: u32 = (1 << ONE_OF_BITS) - 1;

const TEXT_BITS: u32 = 4;
const EVEN: u32 = 1 << 15;

pub(super) struct Walk<C> {
    pub coder: C,
    pub slots: Slots,
    pub past: Past,
    /// The entry as far as it was walked.
    entry: Vec<u8>,
}

/// What is still to be told, where this walk writes.
pub(super) type Given<'a> = Option<&'a [u8]>;

impl<C: Coder> Walk<C> {
    pub fn new(coder: C, slots: Slots, past: Past) -> Self {
        Self { coder, slots, past, entry: Vec::new() }
    }

    /// One entry: its canonical bytes in, where this walk writes, and out.
    pub fn entry(&mut self, mut given: Given<'_>) -> Result<Vec<u8>, ColumnsError> {
        self.entry.clear();
        let fact = given.and_then(tokens::fact_of);
        if self.decide(known(Place::ENTRY, About::Apart, 0), fact.is_some()) {
            let row = joined(self.past.facts[0], self.past.facts[1]);
            let known = known(Place::ENTRY, About::Fact, row);
            let fact = self.tree(ONE_OF_BITS, known, fact.unwrap_or(0));
            self.past.turn(fact);
            self.item(Place::ENTRY, 0, false, &mut given)?;
            if fact == FACT_RECEIPT {
                self.past.receipt = self.past.seq;
            }
        } else {
            self.past.seq = self.past.seq.wrapping_add(1);
            self.content(Place::ENTRY, given.unwrap_or_default())?;
        }
        match self.coder.is_past_end() {
            true => Err(ColumnsError::Cut),
            false => Ok(std::mem::take(&mut self.entry)),
        }
    }

    /// One item of the entry, with all that it holds. Answers what it is.
    fn item(
        &mut self,
        place: Place,
        depth: u32,
        first_of_two: bool,
        given: &mut Given<'_>,
    ) -> Result<(Kind, u64), ColumnsError> {
        let told = given.as_mut().map_or(Token::NOTHING, |rest| {
            tokens::next(rest).expect("the entry was looked through before")
        });
        let kind = self.kind(place, told.kind);
        let number = match kind {
            Kind::Number => match meaning(place) {
                Meaning::Plain if first_of_two => self.one_of(place, told.number),
                meaning => self.number(place, meaning, told.number),
            },
            Kind::Below => self.below(place, told.number),
            Kind::List => return self.list(place, depth, told.number, given),
            Kind::Text => return self.text(place, told.content).map(|()| (kind, 0)),
            Kind::Bytes => {
                let at = self.entry.len();
                self.content(place, told.content)?;
                let content = self.entry.split_off(at);
                self.put(Token { kind, number: content.len() as u64, content: &content })?;
                return Ok((kind, 0));
            }
            Kind::No | Kind::Yes | Kind::Nothing => 0,
        };
        self.put(Token { kind, number, content: &[] })?;
        Ok((kind, number))
    }

    /// A number below zero: money held earlier that a receipt uses.
    fn below(&mut self, place: Place, told: u64) -> u64 {
        let number = self.magnitude(known(place, About::Below, 0), told);
        if meaning(place) == Meaning::Amount {
            self.past.now.sum = self.past.now.sum.wrapping_sub(number).wrapping_sub(1);
        }
        number
    }

    fn kind(&mut self, place: Place, told: Kind) -> Kind {
        let last = u32::from(self.past.last(place).kind);
        if last > 0 && self.decide(known(place, About::SameKind, last), told as u32 + 1 == last) {
            return Kind::of(last - 1);
        }
        let code = self.tree(3, known(place, About::OtherKind, last), told as u32);
        self.past.last(place).kind = code as u8 + 1;
        Kind::of(code)
    }

    fn list(
        &mut self,
        place: Place,
        depth: u32,
        told: u64,
        given: &mut Given<'_>,
    ) -> Result<(Kind, u64), ColumnsError> {
        if depth == DEPTH_MAX {
            return Err(ColumnsError::Deep);
        }
        let length = self.length(place, told);
        self.put(Token { kind: Kind::List, number: length, content: &[] })?;
        let mut variant = None;
        for at in 0..length {
            let at = u32::try_from(at).map_err(|_| ColumnsError::Long)?;
            let step = match (at, variant) {
                _ if place == LINES => {
                    self.past.now.line = at + 1;
                    0
                }
                (1, Some(variant)) => VARIANT + variant,
                _ => at,
            };
            let first_of_two = length == 2 && at == 0;
            let (kind, number) = self.item(place.step(step), depth + 1, first_of_two, given)?;
            if first_of_two && kind == Kind::Number {
                variant = u32::try_from(number).ok().filter(|number| *number < ONE_OF_MORE + 1);
            }
        }
        Ok((Kind::List, length))
    }

    fn length(&mut self, place: Place, told: u64) -> u64 {
        let service = if place == LINES { self.past.now.service } else { 0 };
        let more = u64::from(LENGTH_MORE);
        let few =
            self.tree(LENGTH_BITS, known(place, About::Length, service), told.min(more) as u32);
        let length = match few {
            LENGTH_MORE => {
                let rest = told.wrapping_sub(more);
                self.magnitude(known(place, About::LongLength, 0), rest).saturating_add(more)
            }
            few => u64::from(few),
        };
        if place == LINES {
            self.past.now.lines = u32::try_from(length).unwrap_or(u32::MAX);
        }
        length
    }

    fn text(&mut self, place: Place, told: &[u8]) -> Result<(), ColumnsError> {
        let meaning = meaning(place);
        let more = if meaning == Meaning::Head { self.past.now.at_head() } else { 0 };
        let number = self.past.texts(place).number_of(told);
        let (content, number) =
            match self.decide(known(place, About::TextKnown, more), number.is_some()) {
                true => {
                    let known = known(place, About::TextNumber, more);
                    let number = self.tree(TEXT_BITS, known, number.unwrap_or(0));
                    let text = self.past.texts(place).known.get(number as usize).cloned();
                    (text.ok_or(ColumnsError::NoSuchText)?, number)
                }
                false => {
                    let content = self.letters(place, told)?;
                    let number = self.past.texts(place).keep(&content);
                    (content, number)
                }
            };
        self.past.text = content.iter().fold(1, |hash, letter| joined(hash, u32::from(*letter)));
        match meaning {
            Meaning::Head => self.past.now.heads = [number + 1, self.past.now.heads[0]],
            Meaning::Service => self.past.now.service = number + 1,
            _ => {}
        }
        self.put(Token { kind: Kind::Text, number: content.len() as u64, content: &content })
    }

    /// The letters of a new text: each is expected after the two before it, or after the one where
    /// that was hardly seen.
    fn letters(&mut self, place: Place, told: &[u8]) -> Result<Vec<u8>, ColumnsError> {
        let length = self.room(place, told.len())?;
        let mut letters = Vec::new();
        let (mut before, mut last) = (0, 0);
        for at in 0..length {
            let letter = u32::from(told.get(at).copied().unwrap_or(0));
            let after_two = known(Place::ENTRY, About::LetterAfterTwo, before << 8 | last);
            let after_one = known(Place::ENTRY, About::Letter, last);
            let mut node = 1;
            for bit in (0..8).rev() {
                let pair = (joined(after_two, node), joined(after_one, node));
                let bit = letter >> bit & 1 == 1;
                let bit = self.slots.decide_closer(&mut self.coder, pair, bit);
                node = node << 1 | u32::from(bit);
            }
            letters.push(node as u8);
            (before, last) = (last, node & 0xff);
        }
        Ok(letters)
    }

    /// Bytes of which nothing is expected, at the end of the entry.
    fn content(&mut self, place: Place, told: &[u8]) -> Result<(), ColumnsError> {
        for at in 0..self.room(place, told.len())? {
            let told = told.get(at).copied().unwrap_or(0);
            let byte = self.even(8, u64::from(told));
            self.entry.push(byte as u8);
        }
        Ok(())
    }

    /// A length in bytes, for which the entry must have room.
    fn room(&mut self, place: Place, told: usize) -> Result<usize, ColumnsError> {
        let length = self.magnitude(known(place, About::LongLength, 1), told as u64);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        match length.saturating_add(self.entry.len()) > ENTRY_BYTES_MAX {
            true => Err(ColumnsError::Long),
            false => Ok(length),
        }
    }

    fn put(&mut self, token: Token<'_>) -> Result<(), ColumnsError> {
        tokens::put(&mut self.entry, token);
        match self.entry.len() > ENTRY_BYTES_MAX {
            true => Err(ColumnsError::Long),
            false => Ok(()),
        }
    }

    /// A number by its size and its figures.
    pub fn magnitude(&mut self, under: u32, told: u64) -> u64 {
        let size = u64::BITS - told.leading_zeros();
        let under = joined(under, About::Size as u32);
        let size = self.tree(7, under, size).min(u64::BITS);
        if size < 2 {
            return u64::from(size);
        }
        let under = joined(joined(under, About::Figures as u32), size);
        let learnt = FIGURES_LEARNT.min(size - 1);
        let rest = size - 1 - learnt;
        let figures = self.tree(learnt, under, (told >> rest) as u32 & ((1 << learnt) - 1));
        let top = 1 << (size - 1) | u64::from(figures) << rest;
        top | self.even(rest, told & ((1 << rest) - 1))
    }

    /// One of the numbers below 2 to `bits`, all equally likely.
    fn even(&mut self, bits: u32, told: u64) -> u64 {
        (0..bits).rev().fold(0, |number, bit| {
            number << 1 | u64::from(self.coder.decide(EVEN, told >> bit & 1 == 1))
        })
    }

    /// One of the numbers below 2 to `bits`, each expected as it came before.
    pub fn tree(&mut self, bits: u32, under: u32, told: u32) -> u32 {
        let root = 1;
        let node = (0..bits).rev().fold(root, |node, bit| {
            let bit = self.decide(joined(under, node), told >> bit & 1 == 1);
            node << 1 | u32::from(bit)
        });
        node - (1 << bits)
    }

    pub fn decide(&mut self, under: u32, bit: bool) -> bool {
        self.slots.decide(&mut self.coder, under, bit)
    }

    /// One of a few numbers, by itself.
    pub fn one_of(&mut self, place: Place, told: u64) -> u64 {
        let under = known(place, About::OneOf, 0);
        let few = u64::from(ONE_OF_MORE).min(told) as u32;
        match self.tree(ONE_OF_BITS, under, few) {
            ONE_OF_MORE => self.plain(place, told),
            few => u64::from(few),
        }
    }
}

/// What is known before a decision: where, about what, and what else.
pub(super) fn known(place: Place, about: About, more: u32) -> u32 {
    joined(joined(place.0, about as u32 + 1), more)
}
