//! The pages of a form that a service asks: one question a page, and all answers before money is
//! asked for.

use schemars::JsonSchema;
use serde::Serialize;

use super::Whereabouts;

/// One question of a form, in the form's own words.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FormPage {
    /// What the form calls itself.
    pub title: String,
    /// "Question 2 of 5", as far as it is known by the answers until now.
    pub question: u32,
    pub questions: u32,
    /// "Floors 2", where it is asked of one turn of a repeat.
    pub turn: Option<String>,
    pub label: String,
    pub hint: Option<String>,
    /// It may be left open.
    pub optional: bool,
    pub answer: FormAnswer,
    /// The form's own words for what is wrong with the answer, since somebody tried to go on.
    pub wrong: Option<String>,
    /// It is changed from the list of all answers.
    pub changing: bool,
    /// A code can be read through the camera: to press `camera`.
    pub can_look: bool,
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
    /// To `choose` "here" to take where the device stands, and "none" to leave it out.
    Place {
        /// "10.2521° N, 76.2095° E, 5 m".
        taken: Option<String>,
        /// None where no receiver is attached.
        here: Option<Whereabouts>,
    },
    /// To `choose` "take" for a picture, again for another one, and "none" to leave it out.
    Picture {
        taken: bool,
        /// A camera is attached.
        can_take: bool,
    },
    /// What was added to a list: to `choose` "add", "change:2" and "remove:2".
    Turns(Vec<TurnRow>),
}

/// One of several that were added.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TurnRow {
    /// From 1.
    pub number: u32,
    /// Its first answers.
    pub says: String,
    /// Nothing in it is wrong or missing.
    pub whole: bool,
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
    /// "14:05".
    Time,
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
    /// It is a picture, which is not shown here.
    pub picture: bool,
    pub can_change: bool,
}
