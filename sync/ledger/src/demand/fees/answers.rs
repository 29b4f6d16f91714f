//! The answers of a form, read as a rule needs them.

use thiserror::Error;

use crate::demand::DemandError;
use crate::money::Paise;
use crate::pack::{COUNT_MAX, Count};
use crate::receipt::Answer;

/// Why an answer gives no fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AnswerFault {
    #[error("it was not answered")]
    Missing,
    #[error("the answer is no whole number")]
    NotWhole,
    #[error("the answer is no sum of money")]
    NotMoney,
    #[error("the answer must be from {least} to {most}")]
    OutOfRange { least: u64, most: u64 },
    #[error("the sum must be at most {most}")]
    SumTooLarge { most: Paise },
    #[error("the answer is none of those that the pack knows")]
    NoSuchChoice,
}

#[derive(Clone, Copy)]
pub(super) struct Answers<'a>(pub(super) &'a [Answer]);

pub(super) fn fault(question: &str, fault: AnswerFault) -> DemandError {
    DemandError::Answer { question: question.to_owned(), fault }
}

impl<'a> Answers<'a> {
    /// What was answered, as the form keeps it; a question that was left out has no answer.
    pub(super) fn text(self, question: &str) -> Result<&'a str, DemandError> {
        let found = self.0.iter().find(|answer| answer.name == question);
        let text = found.map(|answer| answer.value.as_str()).filter(|text| !text.is_empty());
        text.ok_or_else(|| fault(question, AnswerFault::Missing))
    }

    /// Digits and nothing else: a form's integer, at most [`COUNT_MAX`].
    pub(super) fn whole(self, question: &str) -> Result<u64, DemandError> {
        let text = self.text(question)?;
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(fault(question, AnswerFault::NotWhole));
        }
        let number = text.parse().ok().filter(|number| *number <= COUNT_MAX);
        let most = AnswerFault::OutOfRange { least: 0, most: COUNT_MAX };
        number.ok_or_else(|| fault(question, most))
    }

    pub(super) fn count(self, of: &Count) -> Result<u64, DemandError> {
        let number = self.whole(&of.answer)?;
        match (of.least..=of.most).contains(&number) {
            true => Ok(number),
            false => {
                let (least, most) = (of.least, of.most);
                Err(fault(&of.answer, AnswerFault::OutOfRange { least, most }))
            }
        }
    }

    /// Rupees, with at most two decimals: a form's integer or decimal.
    pub(super) fn money(self, question: &str, most: Paise) -> Result<Paise, DemandError> {
        let text = self.text(question)?;
        let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let sum = Paise::parse(text).ok().filter(|_| plain);
        let sum = sum.ok_or_else(|| fault(question, AnswerFault::NotMoney))?;
        match sum <= most {
            true => Ok(sum),
            false => Err(fault(question, AnswerFault::SumTooLarge { most })),
        }
    }
}
