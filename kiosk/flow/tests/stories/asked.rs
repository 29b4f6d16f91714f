//! The pages of a form, as a story looks at them: another page is a failure that says which.

use flow::{AnswersPage, FormPage, Page};

use crate::teller::Teller;

/// The question that is asked.
pub fn form(teller: &Teller) -> FormPage {
    match teller.page() {
        Page::Form(page) => page,
        other => panic!("{:?}: {other:?}", teller.refused()),
    }
}

/// All answers, looked over.
pub fn answers(teller: &Teller) -> AnswersPage {
    match teller.page() {
        Page::Answers(page) => page,
        other => panic!("{:?}: {other:?}", teller.refused()),
    }
}
