//! Taking a text apart into words and numbers.

/// The longest word that is looked at, in characters: none of the register is longer.
const CHARACTERS_MAX: usize = 40;

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// "12/345-A" is "12_345a"; zeros in front do not count.
    Number(String),
    /// As it is spelled, in small letters.
    Name(String),
}

impl Word {
    pub fn name(&self) -> Option<&str> {
        match self {
            Word::Name(name) => Some(name),
            Word::Number(_) => None,
        }
    }
}

/// The words of a text, single letters in one: "L. R." is "lr". Whatever stands in no word is left
/// out, so that none has a sign that a search would read as its own.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    // What stood before a run, and whether the last one was a single letter.
    let (mut between, mut run, mut was_letter) = (String::new(), String::new(), false);
    for sign in text.chars().chain([' ']) {
        match written(sign) {
            Written::Letter(sign) => run.extend(sign.to_lowercase().filter(|sign| !hangs(*sign))),
            Written::Nothing => {}
            Written::Between if run.is_empty() => between.push(sign),
            Written::Between => {
                let whole: String = run.drain(..).take(CHARACTERS_MAX).collect();
                was_letter = add(&mut words, whole, &between, was_letter);
                between.clear();
                between.push(sign);
            }
        }
    }
    words
}

/// Adds a run to the words, or to the last of them; says whether it was a single letter.
fn add(words: &mut Vec<Word>, run: String, between: &str, was_letter: bool) -> bool {
    let has_digit = run.bytes().any(|byte| byte.is_ascii_digit());
    let is_letter = run.len() == 1 && !has_digit;
    let near = matches!(between, "/" | "-" | ".");
    match (words.last_mut(), has_digit) {
        (Some(Word::Number(number)), true) if near => {
            number.push('_');
            number.push_str(without_zeros(&run));
        }
        // The letter of a part: 12/345-A.
        (Some(Word::Number(number)), false) if near && is_letter => number.push_str(&run),
        (_, true) => words.push(Word::Number(without_zeros(&run).to_owned())),
        (Some(Word::Name(letters)), false) if is_letter && was_letter => letters.push_str(&run),
        (_, false) => {
            words.push(Word::Name(run));
            return is_letter;
        }
    }
    is_letter && was_letter
}

fn without_zeros(run: &str) -> &str {
    let rest = run.trim_start_matches('0');
    match rest.starts_with(|sign: char| sign.is_ascii_digit()) {
        true => rest,
        // Nothing but zeros, and perhaps a letter: the last zero stays.
        false => &run[(run.len() - rest.len()).saturating_sub(1)..],
    }
}

/// Whether it hangs on a Latin or Greek letter: É is looked for as E.
fn hangs(sign: char) -> bool {
    ('\u{0300}'..='\u{036f}').contains(&sign)
}

enum Written {
    Letter(char),
    /// It changes how a letter looks, or cuts nothing: a joiner, an apostrophe.
    Nothing,
    Between,
}

fn written(sign: char) -> Written {
    match sign {
        '\u{200c}' | '\u{200d}' | '\'' | '’' => Written::Nothing,
        '\u{0900}'..='\u{0d7f}' => match u32::from(sign) % 0x80 {
            0x64 | 0x65 | 0x70 if u32::from(sign) < 0x0980 => Written::Between,
            digit @ 0x66..=0x6f => {
                let digit = char::from_digit(digit - 0x66, 10);
                Written::Letter(digit.expect("ten signs are ten digits"))
            }
            _ => Written::Letter(sign),
        },
        sign if hangs(sign) => Written::Nothing,
        sign if sign.is_alphanumeric() => Written::Letter(sign),
        _ => Written::Between,
    }
}
