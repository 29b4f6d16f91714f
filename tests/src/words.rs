//! The words on the glass in a person's language, out of the catalogues that the glass is made
//! with.

use ledger::Language;
use polib::catalog::Catalog;

use crate::Trouble;
use crate::programs::workspace;

pub struct Words {
    catalogue: Option<Catalog>,
}

impl Words {
    pub fn of(language: Language) -> Result<Words, Trouble> {
        if language == Language::En {
            return Ok(Words { catalogue: None });
        }
        let lang = workspace().join("kiosk/panes/lang").join(language.code());
        let file = lang.join("LC_MESSAGES/panes.po");
        let catalogue = polib::po_file::parse(&file)
            .map_err(|error| Trouble::new(format!("{}: {error}", file.display())))?;
        Ok(Words { catalogue: Some(catalogue) })
    }

    /// What stands on the glass for these English words; places for figures stay as they are.
    pub fn say(&self, english: &str) -> String {
        let Some(catalogue) = &self.catalogue else { return english.to_owned() };
        let message = catalogue.find_message(None, english, None);
        let said = message.and_then(|message| message.msgstr().ok());
        said.filter(|words| !words.is_empty()).unwrap_or(english).to_owned()
    }
}

/// Whether a part's label begins with these words. `{}`, `{0}` and so on stand for any figure, and
/// a label may go on after a comma or a dot.
pub fn is_said(label: &str, words: &str) -> bool {
    let mut parts = literals(words).into_iter();
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = label.strip_prefix(first.as_str()) else { return false };
    let mut ends_open = false;
    for part in parts {
        ends_open = part.is_empty();
        match rest.find(part.as_str()) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    ends_open || rest.is_empty() || rest.starts_with(", ") || rest.starts_with(" · ")
}

/// The text between the places for figures.
fn literals(words: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = words;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else { break };
        parts.push(rest[..open].to_owned());
        rest = &rest[open + close + 1..];
    }
    parts.push(rest.to_owned());
    parts
}

#[test]
fn labels_are_known_by_their_words() {
    assert!(is_said("Find it", "Find it"));
    assert!(is_said("Card, Insert or tap at the reader", "Card"));
    assert!(is_said("Pay ₹2,010 by card", "Pay {} by card"));
    assert!(is_said("Continue with ₹5", "Continue with {}"));
    assert!(!is_said("Pay ₹2,010 by UPI", "Pay {} by card"));
    assert!(is_said("12/221 · Latha K.P., Next house, ₹777", "12/221"));
    assert!(!is_said("Cards", "Card"));
    assert!(!is_said("Find", "Find it"));
}

#[test]
fn every_language_has_the_words_of_the_journeys() {
    for language in Language::ALL {
        let words = Words::of(language).expect("the catalogue is whole");
        for english in ["Find it", "Continue to pay", "Pay {} by card", "Finish", "Sign in"] {
            let said = words.say(english);
            assert_eq!(said == english, language == Language::En, "{language:?}: {said}");
        }
    }
}
