//! Forms as the field writes them: XLSForm sheets in, questions and rules out, and the state of one
//! filling. Everything wrong with a sheet is found here, with its cell, before a device sees it. It
//! must never know a clock, a file, a socket or a thread: the sheets' bytes, the moment and the
//! seed of chance are given. Its numbers are XPath's doubles; money stays in `ledger`.

mod expression;
mod fault;
mod filling;
mod folder;
mod form;
mod glass;
mod read;
#[cfg(test)]
mod sample;
mod sheet;
mod words;

pub use expression::{
    Clock, DEPTH_MAX, EXPRESSION_CHARACTERS_MAX, EvaluationFault, Expression, ExpressionFault,
    Function, Operator, PATTERN_CHARACTERS_MAX, Pattern, STEPS_MAX, Scope, Steps, Value, evaluate,
};
pub use fault::{Fault, Place};
pub use filling::{
    Around, Complaint, Entry, Filling, KEPT_BYTES_MAX, KeptFault, NoTurn, Page, Record, SPOTS_MAX,
    Spot, TURNS_MAX, Turned,
};
pub use folder::{FORMS_MAX, read_folder};
pub use form::{
    ANSWER_BYTES_MAX, Choice, Default, Form, Item, ItemId, Kind, NotAnAnswer, Part, Range, Text,
};
pub use glass::{PAYER_NAME, REFERENCE};
pub use sheet::{FILE_BYTES_MAX, Sheet, Sheets};
