//! A receipt book is a lease: a range of numbers that the office signs for one device. So is a
//! book of acknowledgements.

use minicbor::{Decode, Encode};

use crate::entry::{StaffId, Writer};
use crate::number::ReceiptNumber;
use crate::signature::{PublicKey, Purpose, Signature, Signer, WrongSignature};

/// Which numbers a device may use, and who uses them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Lease {
    #[n(0)]
    pub body: String,
    /// The year in which the financial year began.
    #[n(1)]
    pub year: u16,
    /// The book's code, one for each book of a body and year.
    #[n(2)]
    pub book: String,
    #[n(3)]
    pub writer: Writer,
    /// The member of staff whose book it is; none for the device's own, used when unattended.
    #[n(4)]
    pub operator: Option<StaffId>,
    #[n(5)]
    pub first: u32,
    #[n(6)]
    pub last: u32,
    /// When the office issued it, milliseconds since 1970.
    #[n(7)]
    pub issued_ms: i64,
    /// A book of acknowledgements of applications, and no receipt book: the key of the office to
    /// which what is applied for is sealed.
    #[n(8)]
    pub acknowledges: Option<PublicKey>,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedLease {
    #[n(0)]
    pub lease: Lease,
    #[n(1)]
    pub signature: Signature,
}

impl Lease {
    pub fn number(&self, number: u32) -> ReceiptNumber {
        ReceiptNumber { body: self.body.clone(), year: self.year, book: self.book.clone(), number }
    }

    /// Signs it with the office's key.
    pub fn signed(self, office: &dyn Signer) -> SignedLease {
        let signature = office.sign(Purpose::Lease, &self.message());
        SignedLease { lease: self, signature }
    }

    pub(crate) fn message(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("a Vec takes every byte")
    }
}

impl SignedLease {
    pub fn verify(&self, office: &PublicKey) -> Result<(), WrongSignature> {
        office.verify(Purpose::Lease, &self.lease.message(), &self.signature)
    }
}
