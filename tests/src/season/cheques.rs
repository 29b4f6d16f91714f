//! What the bank says of cheques and drafts, once an officer has received them: most are honoured,
//! some are not, and then their receipts do not stand any more.

use central::remittance::{InstrumentWord, ToSettle};
use ledger::{Paise, ReceiptNumber, Writer};

use super::Season;
use super::fault::{Checked, Fault, must};
use super::office::OFFICERS;

/// The most that the bank says on one day.
const WORDS_MAX: u32 = 20;

/// A cheque or draft that the bank has said nothing of.
pub struct OpenCheque {
    pub writer: Writer,
    pub seq: u64,
    pub number: String,
    pub amount: Paise,
    pub building: Option<u32>,
}

impl Season {
    pub(super) fn settle_cheques(&mut self) -> Checked {
        let today = self.now_ms.div_euclid(super::DAY_MS);
        for cheque in self.office.open_cheques(today, WORDS_MAX)? {
            let honoured = match self.street.chance.below(100) {
                0..25 => continue,
                25..40 => false,
                _ => true,
            };
            self.settle_cheque(cheque, honoured, today)?;
        }
        Ok(())
    }

    fn settle_cheque(&mut self, cheque: OpenCheque, honoured: bool, on: i64) -> Checked {
        let OpenCheque { writer, seq, number, amount, building } = cheque;
        let word = match honoured {
            true => InstrumentWord::Realised { bank_reference: format!("B{seq}") },
            false => {
                let reason = "funds insufficient".to_owned();
                InstrumentWord::Dishonoured { reason, second: OFFICERS[1] }
            }
        };
        let receipt = ReceiptNumber::parse(&number)
            .map_err(|error| Fault(format!("the number {number}: {error}")))?;
        let deed = ToSettle { receipt, word, on, by: OFFICERS[0], now_ms: self.now_ms };
        let settled = self.office.settle_cheque(deed)?;
        must(settled == amount, || format!("{number} is over {amount}, settled was {settled}"))?;
        if honoured {
            self.street.counts.realised += 1;
            return Ok(());
        }
        self.street.counts.dishonoured += 1;
        self.copies.of(writer).falls(seq);
        match building {
            Some(building) => self.register.made_anew(building, &self.office),
            None => Ok(()),
        }
    }
}
