//! Questions to the office after a name, which this device's register does not have.

use ledger::{Hash, StaffId};
use replica::{NameAnswer, NameError, NameQuestion};

use super::Store;

impl Store {
    /// The bytes of a question by somebody who is signed in, and by what its answer is known.
    pub fn name_question(&self, staff: StaffId, typed: &str, most: u16) -> (Vec<u8>, Hash) {
        let writer = self.day_book.writer();
        NameQuestion { writer, staff, typed: typed.to_owned(), most }.sealed(&self.key)
    }

    /// The office's answer to a question of this device.
    pub fn name_answer(&self, message: &[u8], question: Hash) -> Result<NameAnswer, NameError> {
        NameAnswer::read(message, &self.office, (self.day_book.writer(), question))
    }
}
