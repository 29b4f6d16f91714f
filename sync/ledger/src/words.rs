//! A sum in words, as slips and cheques write it, in the Indian system of lakhs and crores.

mod english;
mod hindi;
mod malayalam;
mod marathi;
mod odia;

use crate::language::Language;
use crate::money::Paise;

const CRORE: u64 = 10_000_000;
const LAKH: u64 = 100_000;
const THOUSAND: u64 = 1_000;
const HUNDRED: u64 = 100;

/// "One thousand one hundred and eighty-four rupees only".
pub fn in_words(sum: Paise, language: Language) -> String {
    let paise = sum.get().unsigned_abs();
    let (rupees, paise) = (paise / 100, paise % 100);
    let words = currency(language);
    let mut parts: Vec<String> = Vec::new();
    if sum < Paise::ZERO {
        parts.push(words.minus.to_owned());
    }
    if rupees > 0 || paise == 0 {
        parts.push(counted(rupees, language, words.rupee, words.rupees));
    }
    if paise > 0 {
        parts.extend((rupees > 0).then(|| words.and.to_owned()).filter(|and| !and.is_empty()));
        parts.push(counted(paise, language, words.paisa, words.paise));
    }
    parts.push(words.only.to_owned());
    match language {
        Language::En => capitalised(&parts.join(" ")),
        _ => parts.join(" "),
    }
}

/// What goes around the numbers.
struct Currency {
    minus: &'static str,
    rupee: &'static str,
    rupees: &'static str,
    /// Between rupees and paise, where the language says it.
    and: &'static str,
    paisa: &'static str,
    paise: &'static str,
    only: &'static str,
}

/// A language whose numbers below a hundred are words of their own.
struct Tongue {
    below_hundred: &'static [&'static str; 100],
    /// A hundred with nothing before or after it.
    hundred: &'static str,
    hundreds: &'static [&'static str; 10],
    thousand: &'static str,
    lakh: &'static str,
    crore: &'static str,
}

fn currency(language: Language) -> &'static Currency {
    match language {
        Language::En => &english::CURRENCY,
        Language::Ml => &malayalam::CURRENCY,
        Language::Hi => &hindi::CURRENCY,
        Language::Mr => &marathi::CURRENCY,
        Language::Or => &odia::CURRENCY,
    }
}

fn counted(count: u64, language: Language, one: &str, many: &str) -> String {
    let (number, unit) = match (language, count) {
        (Language::Ml, 1) => (malayalam::ONE_OF.to_owned(), one),
        (_, 1) => (number(1, language), one),
        _ => (number(count, language), many),
    };
    format!("{number} {unit}")
}

fn number(number: u64, language: Language) -> String {
    match language {
        Language::En => english::number(number),
        Language::Ml => malayalam::number(number),
        Language::Hi => hindi::TONGUE.number(number),
        Language::Mr => marathi::TONGUE.number(number),
        Language::Or => odia::TONGUE.number(number),
    }
}

impl Tongue {
    fn number(&self, number: u64) -> String {
        if number == HUNDRED {
            return self.hundred.to_owned();
        }
        if number < HUNDRED {
            return self.below_hundred[place(number)].to_owned();
        }
        let mut words = Vec::new();
        let scales = [(CRORE, self.crore), (LAKH, self.lakh), (THOUSAND, self.thousand)];
        let mut rest = number;
        for (scale, name) in scales {
            if rest >= scale {
                words.push(format!("{} {name}", self.number(rest / scale)));
                rest %= scale;
            }
        }
        if rest >= HUNDRED {
            words.push(self.hundreds[place(rest / HUNDRED)].to_owned());
            rest %= HUNDRED;
        }
        if rest > 0 {
            words.push(self.below_hundred[place(rest)].to_owned());
        }
        words.join(" ")
    }
}

/// A number below a hundred as a place in a table.
fn place(number: u64) -> usize {
    usize::try_from(number).expect("a number below a hundred")
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
