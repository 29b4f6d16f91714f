//! The bank: payers pay what a square asks for, sometimes late, sometimes twice, and the bank's
//! words reach the office in any order and more than once.

use central::store::{BankWord, BankWordState};
use ledger::Paise;

use super::fault::{Checked, must};
use super::odds::{Chance, Odds};
use super::office::Office;

#[derive(Default)]
pub struct Bank {
    pub payments: Vec<Payment>,
    /// Words that are still to be said, as places among the payments.
    words: Vec<usize>,
}

pub struct Payment {
    pub reference: String,
    pub amount: Paise,
    pub bank_reference: String,
    paid_ms: i64,
    /// What the office made of the word, once it was said.
    pub state: Option<BankWordState>,
}

impl Bank {
    pub fn pay(&mut self, reference: &str, amount: Paise, paid_ms: i64, chance: &mut Chance) {
        let place = self.payments.len();
        let bank_reference = format!("B{place:08}");
        let reference = reference.to_owned();
        self.payments.push(Payment { reference, amount, bank_reference, paid_ms, state: None });
        self.words.push(place);
        if chance.permille(100) {
            self.words.push(place);
        }
    }

    pub fn has_words(&self) -> bool {
        !self.words.is_empty()
    }

    /// Says one of the words, whichever.
    pub fn step(&mut self, office: &Office, now_ms: i64, chance: &mut Chance) -> Checked {
        if self.words.is_empty() {
            return Ok(());
        }
        let word = self.words.swap_remove(chance.place(self.words.len()));
        self.say(word, office, now_ms)
    }

    fn say(&mut self, place: usize, office: &Office, now_ms: i64) -> Checked {
        let payment = &mut self.payments[place];
        let state = office.bank_word(BankWord {
            reference: payment.reference.clone(),
            bank_reference: payment.bank_reference.clone(),
            amount: payment.amount,
            payer_address: "payer@example".to_owned(),
            paid_ms: payment.paid_ms,
            received_ms: now_ms,
        })?;
        let settled = payment.state.filter(|state| *state != BankWordState::Waiting);
        must(settled.is_none_or(|before| before == state), || {
            format!("the same word of the bank was {settled:?}, then {state:?}")
        })?;
        payment.state = Some(state);
        Ok(())
    }

    /// Every word again: what the office says of each now.
    pub fn repeat(&mut self, office: &Office, now_ms: i64) -> Checked {
        self.words.clear();
        (0..self.payments.len()).try_for_each(|place| self.say(place, office, now_ms))
    }
}
