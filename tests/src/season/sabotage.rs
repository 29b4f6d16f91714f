//! Bugs that a season is given on purpose: whoever checks must be seen to find them.

use ledger::Paise;

use super::bag::Move;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    None,
    /// A disk comes back from a power cut without its last entries.
    LosesEntries,
    /// A device writes with an older image in it, which nobody planted.
    DoublesNumbers,
    /// A receipt says a rupee more than was handed over.
    InventsARupee,
    /// The centre forgets a receipt.
    CentreForgets,
    /// The centre's register forgets a payment.
    RegisterForgets,
}

impl Sabotage {
    /// What reaches the bag of the cash that moves.
    pub fn bend(self, what: Move) -> Move {
        match (self, what) {
            (Self::InventsARupee, Move::Taken(staff, cash)) => {
                Move::Taken(staff, cash.checked_sub(Paise::rupees(1)).unwrap_or(cash))
            }
            (_, what) => what,
        }
    }
}
