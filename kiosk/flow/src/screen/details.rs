//! What people know of a house.

use schemars::JsonSchema;
use serde::Serialize;

use super::Place;

/// The details of one house, to look at and to say anew.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DetailsPage {
    pub place: Place,
    pub rows: Vec<DetailRow>,
    /// What was said here and the office did not take.
    pub refused: Vec<RefusedDetail>,
    /// Something else was chosen than is known.
    pub can_save: bool,
}

/// One question about the house.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DetailRow {
    /// To `choose` an answer: this, a colon, and the answer: "household.people:5",
    /// "household.composts:yes", "household.gate:dog".
    pub id: String,
    pub label: String,
    /// What is chosen.
    pub answer: DetailAnswer,
    /// What is known, with who said it; more than one where people disagree.
    pub said: Vec<DetailWord>,
    /// People disagree: the office decides, and nobody can choose until it has.
    pub undecided: bool,
    /// What was said here has not reached the office yet.
    pub waiting: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DetailAnswer {
    Count {
        count: Option<u32>,
        max: u32,
    },
    YesNo(Option<bool>),
    Choice(Vec<DetailChoice>),
    /// To `choose` it is to take the camera's newest picture: "property.gate_photo:take".
    Photo {
        /// When the picture that was just taken was made, "14-08-2026 10:42".
        taken: Option<String>,
        /// A camera is attached.
        can_take: bool,
    },
    /// Chosen by presenting the card while the page is open.
    Card {
        /// A card was presented and is not said yet.
        presented: bool,
        /// A reader is attached.
        can_present: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DetailChoice {
    pub id: String,
    pub label: String,
    pub chosen: bool,
}

/// One person's word.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DetailWord {
    /// A number, or the choice in the person's language; empty for yes, no, a photo and a card.
    pub text: String,
    pub yes: Option<bool>,
    /// It is a photo, which is not shown here.
    pub photo: bool,
    /// It is the card of the household.
    pub card: bool,
    /// Who said it.
    pub by: String,
    /// "14-08-2026 10:42".
    pub at: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RefusedDetail {
    pub label: String,
    /// The office's words.
    pub reason: String,
}
