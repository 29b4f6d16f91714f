//! The device's private key.

use ledger::{PublicKey, Purpose, Signature, Signer};
use ring::signature::{Ed25519KeyPair, KeyPair};
use thiserror::Error;

/// An Ed25519 key pair; it shows nothing of itself but its public half.
pub struct DeviceKey(Ed25519KeyPair);

#[derive(Debug, Error)]
#[error("the private key of this device cannot be read: {0}")]
pub struct KeyError(String);

impl DeviceKey {
    /// Reads a key in PKCS#8 form, the public half included, which is checked.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        Ed25519KeyPair::from_pkcs8(pkcs8).map(Self).map_err(|why| KeyError(why.to_string()))
    }
}

impl Signer for DeviceKey {
    fn public_key(&self) -> PublicKey {
        let key: [u8; 32] =
            self.0.public_key().as_ref().try_into().expect("an Ed25519 public key has 32 bytes");
        PublicKey::new(key)
    }

    fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
        let signature = self.0.sign(&purpose.signed(message));
        let bytes: [u8; 64] =
            signature.as_ref().try_into().expect("an Ed25519 signature has 64 bytes");
        Signature::new(bytes)
    }
}

#[cfg(test)]
mod tests {
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
    fn rubbish_is_no_key() {
        assert!(DeviceKey::from_pkcs8(b"").is_err());
        assert!(DeviceKey::from_pkcs8(&[7; 85]).is_err());
    }
}
