//! Private keys: the office's own, those that it makes for devices, and that of its TLS address.

use ledger::{PublicKey, Purpose, Signature, Signer};
use rcgen::{CertificateParams, DnType, KeyPair};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use thiserror::Error;

/// An Ed25519 key of the office or of a device that it provisions.
pub struct SigningKey {
    pair: Ed25519KeyPair,
}

#[derive(Debug, Error)]
pub enum KeyError {
    #[error("this machine gives no random bytes")]
    Random,
    #[error("the key is damaged: take keys/office.pk8 from a backup")]
    Damaged,
    #[error("the TLS certificate cannot be made: check the names given with --host")]
    Certificate(#[source] rcgen::Error),
}

impl SigningKey {
    /// A new key, as PKCS#8.
    pub fn generate() -> Result<Vec<u8>, KeyError> {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
        Ok(pkcs8.map_err(|_| KeyError::Random)?.as_ref().to_vec())
    }

    pub fn read(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::Damaged)?;
        Ok(Self { pair })
    }
}

impl Signer for SigningKey {
    fn public_key(&self) -> PublicKey {
        let key = self.pair.public_key().as_ref();
        PublicKey::new(key.try_into().expect("an Ed25519 public key has 32 bytes"))
    }

    fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
        let signature = self.pair.sign(&purpose.signed(message));
        let bytes = signature.as_ref().try_into();
        Signature::new(bytes.expect("an Ed25519 signature has 64 bytes"))
    }
}

/// A self-signed certificate, which devices pin, and its key; both as PEM.
pub struct TlsPair {
    pub certificate: String,
    pub key: String,
}

impl TlsPair {
    pub fn generate(hosts: &[String]) -> Result<Self, KeyError> {
        let always = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let names: Vec<String> = hosts.iter().cloned().chain(always).collect();
        let mut parameters = CertificateParams::new(names).map_err(KeyError::Certificate)?;
        parameters.distinguished_name.push(DnType::CommonName, "Padi centre");
        let key = KeyPair::generate().map_err(KeyError::Certificate)?;
        let certificate = parameters.self_signed(&key).map_err(KeyError::Certificate)?;
        Ok(Self { certificate: certificate.pem(), key: key.serialize_pem() })
    }
}

/// Random bytes from the operating system.
pub fn random<const COUNT: usize>() -> Result<[u8; COUNT], KeyError> {
    let mut bytes = [0; COUNT];
    SystemRandom::new().fill(&mut bytes).map_err(|_| KeyError::Random)?;
    Ok(bytes)
}
