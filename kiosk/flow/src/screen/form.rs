//! The pages of a form that a service asks: one question a page, and all answers before money is
//! asked for.

use schemars::JsonSchema;
use serde::Serialize;

/// One question of a form, in the form's own words.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FormPage {
    /// What the form calls itself.
    pub title: String,
    /// "Question 2 of 5", as far as it is known by the answers until now.
    pub question: u32,
    pub questions: u32,
    pub label: String,
    pub hint: Option<String>,
    /// It may be left open.
    pub optional: bool,
    pub answer: FormAnswer,
    /// The form's own words for what is wrong with the answer, since somebody tried to go on.
    pub wrong: Option<String>,
    /// It is changed from the list of all answers.
    pub changing: bool,
}

/// How a question is answered, and what it is answered with.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormAnswer {
    /// Only something to read: nothing is asked, or what is shown cannot be changed.
    Shown(String),
    /// To `type` the field `answer`.
    Typed { text: String, keys: FormKeys },
    /// To `choose` one by its id; where the question may be left open, again to take it back.
    One(Vec<FormChoice>),
    /// To `choose` each by its id, and again to take it back.
    Several(Vec<FormChoice>),
    /// To `choose` "ok" where it is agreed, and again to take it back.
    Agreed(bool),
}

/// What is typed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FormKeys {
    /// A sentence.
    Words,
    /// Names: each word with a capital.
    Names,
    /// A number as it stands on a paper or a door; a scanner reads it too.
    Code,
    /// A whole number.
    Whole,
    /// A number with a point.
    Decimal,
    /// A day, "14-08-2026".
    Date,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FormChoice {
    /// The id to `choose`.
    pub id: String,
    pub label: String,
    pub chosen: bool,
}

/// "Check your answers".
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AnswersPage {
    pub title: String,
    pub rows: Vec<AnswerRow>,
    /// Going on hands them in; else it shows what is owed by them.
    pub submits: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AnswerRow {
    /// The id to `choose` where it is to be changed.
    pub id: String,
    pub label: String,
    /// Choices in the person's language, a day as "14-08-2026"; empty where it was left open.
    pub answer: String,
    /// It was agreed to, and has no words of its own.
    pub agreed: bool,
    pub can_change: bool,
}
