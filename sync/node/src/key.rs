//! The device's private key.

use ledger::{PublicKey, Purpose, Signature, Signer};
use replica::OpeningKey;
use ring::signature::{Ed25519KeyPair, KeyPair};
use thiserror::Error;

/// What stands before the private half in PKCS#8 (RFC 8410, section 7): an octet string in an octet
/// string.
const BEFORE_SEED: [u8; 4] = [0x04, 0x22, 0x04, 0x20];

/// Where that stands: behind the version and the name of the algorithm, which have one length.
const BEFORE_SEED_AT: usize = 12;

/// An Ed25519 key pair; it shows nothing of itself but its public half.
pub struct DeviceKey {
    pair: Ed25519KeyPair,
    opening: OpeningKey,
}

#[derive(Debug, Error)]
#[error("the private key of this device cannot be read: {0}")]
pub struct KeyError(String);

impl DeviceKey {
    /// Reads a key in PKCS#8 form, the public half included, which is checked.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|why| KeyError(why.to_string()))?;
        let seed = pkcs8.get(BEFORE_SEED_AT..).and_then(|rest| rest.strip_prefix(&BEFORE_SEED));
        let seed = seed.and_then(|rest| rest.first_chunk());
        let seed = seed.ok_or_else(|| KeyError("its private half is not found".to_owned()))?;
        Ok(Self { pair, opening: OpeningKey::of_seed(seed) })
    }

    /// By which it opens what the office sealed for it.
    pub fn opening(&self) -> &OpeningKey {
        &self.opening
    }
}

impl Signer for DeviceKey {
    fn public_key(&self) -> PublicKey {
        let key: [u8; 32] =
            self.pair.public_key().as_ref().try_into().expect("an Ed25519 public key has 32 bytes");
        PublicKey::new(key)
    }

    fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
        let signature = self.pair.sign(&purpose.signed(message));
        let bytes: [u8; 64] =
            signature.as_ref().try_into().expect("an Ed25519 signature has 64 bytes");
        Signature::new(bytes)
    }
}

#[cfg(test)]
mod tests {
    use replica::SealedFor;
    use ring::rand::SystemRandom;

    use super::*;

    #[test]
    fn what_it_signs_is_verified_for_that_purpose_only() {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        let key = DeviceKey::from_pkcs8(pkcs8.as_ref()).expect("a key that was just made");
        let signature = key.sign(Purpose::Request, b"so far");
        assert_eq!(key.public_key().verify(Purpose::Request, b"so far", &signature), Ok(()));
        assert!(key.public_key().verify(Purpose::Receipt, b"so far", &signature).is_err());
    }

    #[test]
    fn it_opens_what_is_sealed_for_its_public_half() {
        let own = || Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        let [own, other] = [own(), own()]
            .map(|pkcs8| DeviceKey::from_pkcs8(pkcs8.as_ref()).expect("a key that was just made"));
        let sealed = SealedFor::seal(&own.public_key(), [9; 32], b"a reply".to_vec());
        let sealed = sealed.expect("a key");
        assert_eq!(sealed.open(own.opening()), Ok(b"a reply".to_vec()));
        assert!(sealed.open(other.opening()).is_err());
    }

    #[test]
    fn rubbish_is_no_key() {
        assert!(DeviceKey::from_pkcs8(b"").is_err());
        assert!(DeviceKey::from_pkcs8(&[7; 85]).is_err());
    }
}
