//! What a receipt must be in itself, with no pack at hand.

use super::Breach;
use crate::money::Paise;
use crate::receipt::{
    Answer, Payer, RECEIPT_ANSWERS_BYTES_MAX, RECEIPT_ANSWERS_MAX, RECEIPT_LINES_MAX, Receipt,
    TYPED_CHARACTERS_MAX,
};

pub(super) fn check_lines(receipt: &Receipt) -> Result<(), Breach> {
    if !receipt.total.is_positive() {
        return Err(Breach::Sum(receipt.total));
    }
    if let Some(line) = receipt.lines.iter().find(|line| !line.has_sound_amount()) {
        return Err(Breach::Sum(line.amount));
    }
    let lines = Paise::sum(receipt.lines.iter().map(|line| line.amount));
    let lines = lines.map_err(|_| Breach::Sum(receipt.total))?;
    if lines != receipt.total {
        return Err(Breach::LinesDiffer { lines, total: receipt.total });
    }
    let typed_fits = match &receipt.payer {
        Payer::Building(_) => true,
        Payer::Suspense(suspense) => fits(&suspense.payer) && fits(&suspense.place),
        Payer::Named(named) => fits(&named.name) && fits(&named.reference),
    };
    if receipt.lines.len() > RECEIPT_LINES_MAX || !typed_fits {
        return Err(Breach::TooLong);
    }
    check_answers(receipt)
}

/// What can be said of a form's answers without the pack: how many and how long they are, and that
/// no question has two.
fn check_answers(receipt: &Receipt) -> Result<(), Breach> {
    let answers = &receipt.answers;
    let bytes = answers.iter().map(|answer| answer.name.len() + answer.value.len()).sum::<usize>();
    if answers.len() > RECEIPT_ANSWERS_MAX || bytes > RECEIPT_ANSWERS_BYTES_MAX {
        return Err(Breach::TooLong);
    }
    let twice = |(place, answer): &(usize, &Answer)| {
        answers[..*place].iter().any(|before| before.name == answer.name)
    };
    match answers.iter().enumerate().find(twice) {
        Some((_, answer)) => Err(Breach::AnsweredTwice(answer.name.clone())),
        None => Ok(()),
    }
}

fn fits(typed: &str) -> bool {
    typed.chars().count() <= TYPED_CHARACTERS_MAX
}
