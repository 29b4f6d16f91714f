//! Private keys: the office's own, those that it makes for devices, and that of its TLS address.

use ledger::{PublicKey, Purpose, Signature, Signer, sha256};
use rcgen::{CertificateParams, DnType, KeyPair};
use replica::OpeningKey;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use thiserror::Error;

/// An Ed25519 key of the office or of a device that it provisions.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    sealing: PublicKey,
    opening: OpeningKey,
    likeness: [u8; 32],
}

/// Where the private half stands in the PKCS#8 form of RFC 8410, and what stands before it.
const BEFORE_SEED_AT: usize = 12;
const BEFORE_SEED: [u8; 4] = [0x04, 0x22, 0x04, 0x20];

/// What the key of applications is made from, besides the office's own: every centre of the body
/// that has the one has the other, and one backup has both.
const APPLICATIONS: &[u8] = b"padi applications 1\0";

/// The same of the secret by which reports of one birth or death meet.
const LIKENESS: &[u8] = b"padi likeness 1\0";

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
        let seed = pkcs8.get(BEFORE_SEED_AT..).and_then(|rest| rest.strip_prefix(&BEFORE_SEED));
        let seed: &[u8; 32] = seed.and_then(|rest| rest.first_chunk()).ok_or(KeyError::Damaged)?;
        let likeness = *sha256(&[LIKENESS, &seed[..]].concat());
        let seed = *sha256(&[APPLICATIONS, &seed[..]].concat());
        let sealing = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| KeyError::Damaged)?;
        Ok(Self { pair, sealing: public(&sealing), opening: OpeningKey::of_seed(&seed), likeness })
    }

    /// To which devices seal what is applied for.
    pub fn sealing(&self) -> PublicKey {
        self.sealing
    }

    /// The body's secret by which reports of one birth or death meet, which every device has.
    pub fn likeness(&self) -> &[u8] {
        &self.likeness
    }

    /// By which it opens what devices sealed for it.
    pub fn opening(&self) -> &OpeningKey {
        &self.opening
    }
}

impl Signer for SigningKey {
    fn public_key(&self) -> PublicKey {
        public(&self.pair)
    }

    fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
        let signature = self.pair.sign(&purpose.signed(message));
        let bytes = signature.as_ref().try_into();
        Signature::new(bytes.expect("an Ed25519 signature has 64 bytes"))
    }
}

fn public(pair: &Ed25519KeyPair) -> PublicKey {
    let key = pair.public_key().as_ref();
    PublicKey::new(key.try_into().expect("an Ed25519 public key has 32 bytes"))
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
