//! The other devices of the body: their keys, by which slips, squares and parcels prove themselves,
//! and their names.

use ledger::{Enrolment, PublicKey, Writer};

use super::Store;

impl Store {
    /// The public key of a device of this body.
    pub fn sister_key(&self, writer: Writer) -> Option<PublicKey> {
        self.sisters.get(&writer).map(|(key, _)| *key)
    }

    /// The name of a device of this body in the office.
    pub fn sister_name(&self, writer: Writer) -> Option<&str> {
        self.sisters.get(&writer).map(|(_, name)| name.as_str())
    }

    pub(super) fn enrol(&mut self, sister: &Enrolment) {
        self.sisters.insert(sister.writer, (sister.key, sister.name.clone()));
    }
}
