//! A writer's own word on how far its chain goes, under its signature: with every request, and at
//! the end of every export.

use ledger::{Hash, Head, PublicKey, Purpose, Signature, Signer, Writer, WrongSignature};
use minicbor::{Decode, Encode};

/// What is signed. It is small, so that the proof of a head can be kept without what it came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Statement {
    #[n(0)]
    pub writer: Writer,
    /// None where the message says nothing of the chain.
    #[n(1)]
    pub head: Option<Head>,
    /// By the signer's clock.
    #[n(2)]
    pub at_ms: i64,
    /// The SHA-256 of what it was signed with: the body of the request, the lines of the export.
    #[n(3)]
    pub covers: Hash,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedHead {
    #[n(0)]
    pub statement: Statement,
    #[n(1)]
    pub signature: Signature,
}

impl Statement {
    pub fn signed(self, purpose: Purpose, signer: &dyn Signer) -> SignedHead {
        let signature = signer.sign(purpose, &self.message());
        SignedHead { statement: self, signature }
    }

    fn message(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("a Vec takes every byte")
    }
}

impl SignedHead {
    pub fn verify(&self, purpose: Purpose, key: &PublicKey) -> Result<(), WrongSignature> {
        key.verify(purpose, &self.statement.message(), &self.signature)
    }
}
