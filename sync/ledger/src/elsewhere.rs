//! Money that came for a building through a channel of others: the payment page of a city, an app,
//! a bank. The office takes it up from the channel's settlement, into its own book; what it does to
//! the building is what a receipt of the same lines would do.

use minicbor::{Decode, Encode};
use thiserror::Error;

use crate::apportion::{ApportionError, ReceiptLine, apportion};
use crate::demand::Demand;
use crate::language::Language;
use crate::money::Paise;
use crate::pack::heads;
use crate::receipt::{CashTender, Payer, RECEIPT_LINES_MAX, Receipt, TYPED_CHARACTERS_MAX, Tender};

/// Office book: a payment of a channel's settlement, for a building of the register.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PaidElsewhere {
    #[n(0)]
    pub building: u32,
    /// The service, as the rule pack names it.
    #[n(1)]
    pub service: String,
    #[n(2)]
    pub lines: Vec<ReceiptLine>,
    /// What the payer gave.
    #[n(3)]
    pub amount: Paise,
    /// Through whom it came, and the channel's own name of the payment.
    #[n(4)]
    pub channel: String,
    #[n(5)]
    pub reference: String,
    /// When it was paid, as the channel says: milliseconds since 1970.
    #[n(6)]
    pub paid_ms: i64,
    /// What the channel keeps of it: the body's own cost, which the payer owes nothing for.
    #[n(7)]
    pub fee: Paise,
    /// The version of the rule pack that the lines were computed by.
    #[n(8)]
    pub pack: u32,
}

/// Why such an entry cannot be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ElsewhereFault {
    #[error("its lines do not add up to what was paid")]
    Sum,
    #[error("a line has no sound amount, or there are none or too many")]
    Lines,
    #[error("the channel keeps more than was paid, or less than nothing")]
    Fee,
    #[error("the channel or the reference is empty or too long")]
    Name,
}

impl PaidElsewhere {
    /// The rules that it keeps, whoever looks.
    ///
    /// # Errors
    ///
    /// The first rule that it breaks.
    pub fn check(&self) -> Result<(), ElsewhereFault> {
        let named = |text: &str| (1..=TYPED_CHARACTERS_MAX).contains(&text.chars().count());
        let sound = self.lines.iter().all(ReceiptLine::has_sound_amount);
        let few = (1..=RECEIPT_LINES_MAX).contains(&self.lines.len());
        let sum = Paise::sum(self.lines.iter().map(|line| line.amount));
        match () {
            () if !named(&self.channel) || !named(&self.reference) => Err(ElsewhereFault::Name),
            () if !sound || !few => Err(ElsewhereFault::Lines),
            () if sum != Ok(self.amount) || !self.amount.is_positive() => Err(ElsewhereFault::Sum),
            () if self.fee < Paise::ZERO || self.fee > self.amount => Err(ElsewhereFault::Fee),
            () => Ok(()),
        }
    }

    /// The receipt that does the same to the building. Nobody wrote it, and nobody ever does.
    pub fn as_receipt(&self) -> Receipt {
        Receipt {
            book: String::new(),
            number: 0,
            service: self.service.clone(),
            payer: Payer::Building(self.building),
            lines: self.lines.clone(),
            total: self.amount,
            tender: Tender::Cash(CashTender { tendered: self.amount }),
            pack: self.pack,
            language: Language::En,
            answers: Vec::new(),
            group: None,
        }
    }

    /// What was paid beyond what was owed, which the office holds for the building.
    pub fn beyond(&self) -> Paise {
        let kept = self.lines.iter().filter(|line| line.head == heads::ADVANCE);
        Paise::sum(kept.map(|line| line.amount)).unwrap_or_default()
    }
}

/// Splits a payment of another channel over what was owed on its day: no machine was used, and
/// nobody was asked whether to pay ahead, so that what is left over is kept.
///
/// # Errors
///
/// Where the amount is not above zero or a sum is out of range.
pub fn apportion_elsewhere(
    demand: Demand,
    amount: Paise,
) -> Result<Vec<ReceiptLine>, ApportionError> {
    let mut demand = demand.without_charge();
    demand.ahead.clear();
    apportion(&demand, amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(head: &str, rupees: i64) -> ReceiptLine {
        let period = "2026-04/6".parse().expect("a period");
        ReceiptLine { period, head: head.to_owned(), amount: Paise::rupees(rupees) }
    }

    fn paid(lines: Vec<ReceiptLine>, rupees: i64) -> PaidElsewhere {
        PaidElsewhere {
            building: 345,
            service: "property_tax".to_owned(),
            lines,
            amount: Paise::rupees(rupees),
            channel: "instapay".to_owned(),
            reference: "77120945".to_owned(),
            paid_ms: 1_790_000_000_000,
            fee: Paise::rupees(5),
            pack: 1,
        }
    }

    #[test]
    fn what_does_not_add_up_is_no_payment() {
        let good = paid(vec![line(heads::PROPERTY_TAX, 600), line(heads::ADVANCE, 30)], 630);
        assert_eq!((good.check(), good.beyond()), (Ok(()), Paise::rupees(30)));
        let receipt = good.as_receipt();
        assert_eq!((receipt.payer, receipt.total), (Payer::Building(345), good.amount));
        let short = paid(vec![line(heads::PROPERTY_TAX, 600)], 630);
        assert_eq!(short.check(), Err(ElsewhereFault::Sum));
        let below = paid(vec![line(heads::PROPERTY_TAX, -600)], -600);
        assert_eq!(below.check(), Err(ElsewhereFault::Lines));
        assert_eq!(paid(Vec::new(), 0).check(), Err(ElsewhereFault::Lines));
        let dear = PaidElsewhere { fee: Paise::rupees(631), ..good.clone() };
        assert_eq!(dear.check(), Err(ElsewhereFault::Fee));
        let nameless = PaidElsewhere { reference: String::new(), ..good.clone() };
        assert_eq!(nameless.check(), Err(ElsewhereFault::Name));
        let long = PaidElsewhere { channel: "x".repeat(81), ..good };
        assert_eq!(long.check(), Err(ElsewhereFault::Name));
    }
}
