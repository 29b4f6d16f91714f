//! What a question and an answer are called on a paper that is written long after the filling.

use crate::form::{Form, Kind, Part, Text};

impl Form {
    /// The words of a question; its name where the form has none that stand by themselves.
    pub fn question<'a>(&'a self, name: &'a str, language: &str) -> String {
        let label = self.named(name).map(|id| &self.item(id).label);
        label.and_then(|label| self.plain(label, language)).unwrap_or_else(|| name.to_owned())
    }

    /// An answer as people say it: a choice by its words, a day as 14-08-2026.
    pub fn said(&self, name: &str, value: &str, language: &str) -> String {
        let kind = self.named(name).map(|id| &self.item(id).kind);
        let said = match kind {
            Some(Kind::SelectOne(list)) => {
                let choice = self.choice(list, value);
                choice.and_then(|choice| self.plain(&choice.label, language))
            }
            Some(Kind::Date) => {
                let date = value.parse::<chrono::NaiveDate>().ok();
                date.map(|date| date.format("%d-%m-%Y").to_string())
            }
            _ => None,
        };
        said.unwrap_or_else(|| value.to_owned())
    }

    /// A text in which no answer stands.
    fn plain(&self, text: &Text, language: &str) -> Option<String> {
        let parts = text.in_language(language, &self.default_language)?;
        let words = parts.iter().map(|part| match part {
            Part::Words(words) => Some(words.as_str()),
            Part::Answer(_) => None,
        });
        words.collect::<Option<String>>().filter(|words| !words.is_empty())
    }
}
