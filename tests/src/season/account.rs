//! What must add up over all devices: each receipt number is used once, and each rupee of a card or
//! a bank has one receipt.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{Paise, Writer};

use super::bank::Bank;
use super::fault::{Checked, must};
use super::history::{Number, Paid, Written};
use super::terminal::Terminal;

#[derive(Default)]
pub struct Account {
    numbers: BTreeMap<Number, Writer>,
    /// References that have a receipt.
    fulfilled: BTreeSet<String>,
    /// Writers that were copied, or whose disk was put back: they alone may use a number twice.
    planted: BTreeSet<Writer>,
    pub receipts: u64,
    pub reused: u64,
    pub total: Paise,
}

impl Account {
    pub fn plant(&mut self, writer: Writer) {
        self.planted.insert(writer);
    }

    pub fn is_planted(&self, writer: Writer) -> bool {
        self.planted.contains(&writer)
    }

    /// Holds a new receipt against all others, and against whoever took its money.
    pub fn enter(
        &mut self,
        writer: Writer,
        receipt: &Written,
        terminal: &Terminal,
        bank: &Bank,
    ) -> Checked {
        let planted = self.is_planted(writer);
        let before = self.numbers.insert(receipt.number.clone(), writer);
        must(before.is_none() || planted, || {
            format!("device {} used number {:?} a second time", writer.0, receipt.number)
        })?;
        self.reused += u64::from(before.is_some());
        let taken = match &receipt.paid {
            Paid::Cash | Paid::Instrument(_) => true,
            Paid::Card { reference } => terminal.sales.get(reference) == Some(&receipt.amount),
            Paid::Upi { reference, bank_reference } => bank.payments.iter().any(|payment| {
                payment.amount == receipt.amount
                    && payment.reference == *reference
                    && payment.bank_reference == *bank_reference
            }),
        };
        must(taken, || format!("nobody took the money of {receipt:?}"))?;
        if let Paid::Card { reference } | Paid::Upi { reference, .. } = &receipt.paid {
            let first = self.fulfilled.insert(reference.clone());
            must(first || planted, || format!("{reference} has two receipts"))?;
        }
        self.receipts += 1;
        let total = self.total.checked_add(receipt.amount);
        self.total = total.expect("a season's money is far below the limit");
        Ok(())
    }

    pub fn is_fulfilled(&self, reference: &str) -> bool {
        self.fulfilled.contains(reference)
    }
}
