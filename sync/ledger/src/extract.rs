//! An extract of the register of births and deaths: what the Registrar gives out on paper, under
//! the office's signature, so that any device of the body can say with no network whether the paper
//! in somebody's hand is what the office printed. What stands on it is in its square, and nowhere
//! else outside the office.

use data_encoding::BASE32_NOPAD;
use minicbor::{Decode, Encode};

use crate::chain::{Hash, sha256};
use crate::claim::{ClaimError, read_square};
use crate::receipt::Answer;
use crate::signature::{PublicKey, Purpose, Signature, Signer};

/// What stands on an extract.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Extract {
    /// The code of the body.
    #[n(0)]
    pub body: String,
    /// "B-2026-00017".
    #[n(1)]
    pub register: String,
    /// As the rule pack names it: by which service the event was reported.
    #[n(2)]
    pub service: String,
    /// When it was registered, and when this extract was given out: days since 1970-01-01.
    #[n(3)]
    pub registered: i64,
    #[n(4)]
    pub issued: i64,
    /// 1 for the first one of this registration.
    #[n(5)]
    pub nth: u32,
    /// What the rule pack puts on it, as it was answered.
    #[n(6)]
    pub particulars: Vec<Answer>,
}

/// An extract under the office's signature.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedExtract {
    #[n(0)]
    extract: Extract,
    #[n(1)]
    signature: Signature,
}

impl Extract {
    pub fn signed(self, office: &dyn Signer) -> SignedExtract {
        let signature = office.sign(Purpose::Extract, &self.message());
        SignedExtract { extract: self, signature }
    }

    /// By which the office book names it.
    pub fn hash(&self) -> Hash {
        sha256(&self.message())
    }

    fn message(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("a Vec takes every byte")
    }
}

impl SignedExtract {
    /// The square's text, as those of slips: an address, and the extract as its fragment, which a
    /// phone keeps to itself.
    pub fn square(&self, address: &str) -> String {
        let bytes = minicbor::to_vec(self).expect("a Vec takes every byte");
        let address = address.trim_end_matches('/').to_ascii_uppercase();
        let register = &self.extract.register;
        format!("{address}/C/{register}#{}", BASE32_NOPAD.encode(&bytes))
    }

    /// Reads what was scanned; nothing of it is true before [`SignedExtract::checked`].
    pub fn read(square: &str) -> Result<Self, ClaimError> {
        read_square(square)
    }

    /// The extract, once the signature was found to be the office's.
    pub fn checked(&self, office: &PublicKey) -> Result<&Extract, ClaimError> {
        office
            .verify(Purpose::Extract, &self.extract.message(), &self.signature)
            .map_err(|error| ClaimError::Altered(error).of(&self.extract.body))?;
        Ok(&self.extract)
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    struct Office(Ed25519KeyPair);

    impl Office {
        fn new(seed: u8) -> Self {
            Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed"))
        }
    }

    impl Signer for Office {
        fn public_key(&self) -> PublicKey {
            PublicKey::new(self.0.public_key().as_ref().try_into().expect("32 bytes"))
        }

        fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
            let signature = self.0.sign(&purpose.signed(message));
            Signature::new(signature.as_ref().try_into().expect("64 bytes"))
        }
    }

    fn extract() -> Extract {
        let answer = |name: &str, value: &str| Answer { name: name.into(), value: value.into() };
        Extract {
            body: "G0802".to_owned(),
            register: "B-2026-00001".to_owned(),
            service: "birth".to_owned(),
            registered: 20_770,
            issued: 20_771,
            nth: 1,
            particulars: vec![answer("mother_name", "അമ്മിണി കെ."), answer("sex", "female")],
        }
    }

    #[test]
    fn an_extract_proves_itself_and_one_with_another_name_does_not() {
        let (office, other) = (Office::new(1), Office::new(2));
        let square = extract().signed(&office).square("https://padippuram.example/");
        assert!(square.starts_with("HTTPS://PADIPPURAM.EXAMPLE/C/B-2026-00001#"), "{square}");
        let read = SignedExtract::read(&square).expect("a square");
        assert_eq!(read.checked(&office.public_key()).ok(), Some(&extract()));
        let strange = read.checked(&other.public_key());
        assert!(matches!(strange, Err(ClaimError::Altered(_))), "{strange:?}");
        let mut forged = read.clone();
        forged.extract.particulars[0].value = "Ammini L.".to_owned();
        assert!(forged.checked(&office.public_key()).is_err());
        assert_ne!(forged.extract.hash(), extract().hash());
        for end in 0..square.len() {
            let torn = SignedExtract::read(&square[..end]);
            assert!(
                torn.is_err() || torn.is_ok_and(|it| it.checked(&office.public_key()).is_err())
            );
        }
    }
}
