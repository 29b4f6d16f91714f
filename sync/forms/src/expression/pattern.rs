//! The patterns of regex(): those of the crate `regex`, whose time grows with the text alone, so
//! that no pattern of a form can hang a device. It knows no look-around and no reference back; a
//! pattern that needs one is refused where the form is read. \d, \w and \s mean ASCII, as in ODK.

use regex::{Regex, RegexBuilder};

/// The longest pattern that is read.
pub const PATTERN_CHARACTERS_MAX: usize = 512;
/// The memory of a compiled pattern, in bytes: repetitions of repetitions grow fast.
const COMPILED_BYTES_MAX: usize = 256 * 1024;

#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Why the pattern is refused, as the end of a sentence.
    pub fn new(pattern: &str) -> Result<Pattern, String> {
        if pattern.chars().count() > PATTERN_CHARACTERS_MAX {
            return Err(format!("it has more than {PATTERN_CHARACTERS_MAX} characters"));
        }
        let whole = format!("^(?:{})$", in_ascii(pattern));
        let built = RegexBuilder::new(&whole).size_limit(COMPILED_BYTES_MAX).nest_limit(32).build();
        match built {
            Ok(regex) => Ok(Pattern(regex)),
            Err(regex::Error::CompiledTooBig(_)) => Err("it repeats too much".to_owned()),
            Err(error) => {
                let told = error.to_string();
                let last = told.lines().last().unwrap_or("it cannot be read");
                Err(last.trim_start_matches("error: ").to_owned())
            }
        }
    }

    /// Whether the whole text fits.
    pub fn fits(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

fn in_ascii(pattern: &str) -> String {
    let mut text = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match letters.next() {
            Some('d') => text.push_str("[0-9]"),
            Some('D') => text.push_str("[^0-9]"),
            Some('w') => text.push_str("[A-Za-z0-9_]"),
            Some('W') => text.push_str("[^A-Za-z0-9_]"),
            Some('s') => text.push_str(r"[ \t\n\x0B\x0C\r]"),
            Some('S') => text.push_str(r"[^ \t\n\x0B\x0C\r]"),
            Some(other) => text.extend(['\\', other]),
            None => text.push('\\'),
        }
    }
    text
}
