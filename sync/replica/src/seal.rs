//! What is sealed for one device, so that nobody who carries it can read it: an X25519 agreement of
//! a key of this once with the device's own, HKDF (RFC 5869), ChaCha20-Poly1305 (RFC 8439). The
//! device has a key for signatures only: both halves are turned into their forms for agreement (RFC
//! 7748, section 4.1), so that nothing more has to be made, enrolled or kept.

use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::montgomery::MontgomeryPoint;
use ledger::PublicKey;
use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Encode};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use ring::digest::{SHA512, digest};
use ring::hkdf::{HKDF_SHA256, Salt};
use thiserror::Error;

/// What a sealed thing is, so that none is opened as another.
const PURPOSE: &[u8] = b"padi seal 1";

/// Bytes that one device can read.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SealedFor {
    /// The public half of the key of this once.
    #[n(0)]
    once: ByteArray<32>,
    #[n(1)]
    bytes: ByteVec,
}

/// The private half by which a device opens what was sealed for it.
pub struct OpeningKey([u8; 32]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SealError {
    #[error("the key of the device is no key")]
    Key,
    #[error("it is not sealed for this device, or was altered")]
    Seal,
}

impl SealedFor {
    /// Seals bytes for whoever holds the private half of `device`. `once` is 32 random bytes that
    /// are used for nothing else, ever.
    pub fn seal(device: &PublicKey, once: [u8; 32], mut bytes: Vec<u8>) -> Result<Self, SealError> {
        let point = CompressedEdwardsY::from_slice(device.bytes()).ok();
        let point = point.and_then(|point| point.decompress()).ok_or(SealError::Key)?;
        let device = point.to_montgomery();
        let public = MontgomeryPoint::mul_base_clamped(once);
        cipher(&device.mul_clamped(once), &public, &device)
            .ok_or(SealError::Key)?
            .seal_in_place_append_tag(of_this_once(), Aad::empty(), &mut bytes)
            .expect("a message is far smaller than the cipher's limit");
        Ok(Self { once: public.0.into(), bytes: bytes.into() })
    }

    pub fn open(&self, device: &OpeningKey) -> Result<Vec<u8>, SealError> {
        let once = MontgomeryPoint(*self.once);
        let public = MontgomeryPoint::mul_base_clamped(device.0);
        let cipher = cipher(&once.mul_clamped(device.0), &once, &public).ok_or(SealError::Seal)?;
        let mut bytes = self.bytes.to_vec();
        let opened = cipher.open_in_place(of_this_once(), Aad::empty(), &mut bytes);
        opened.map(|opened| opened.to_vec()).map_err(|_| SealError::Seal)
    }
}

impl OpeningKey {
    /// Of the 32 bytes from which the Ed25519 key was made: the scalar of RFC 8032, section 5.1.5.
    pub fn of_seed(seed: &[u8; 32]) -> Self {
        let hash = digest(&SHA512, seed);
        Self(hash.as_ref()[..32].try_into().expect("SHA-512 has 64 bytes"))
    }
}

/// The cipher of one sealing, bound to both public halves; none where the other half is one with
/// which everybody agrees on the same.
fn cipher(
    agreed: &MontgomeryPoint,
    once: &MontgomeryPoint,
    device: &MontgomeryPoint,
) -> Option<LessSafeKey> {
    if agreed.0 == [0; 32] {
        return None;
    }
    let bound = [once.0, device.0].concat();
    let agreed = Salt::new(HKDF_SHA256, &bound).extract(&agreed.0);
    let key = agreed.expand(&[PURPOSE], &CHACHA20_POLY1305).expect("one key is short enough");
    Some(LessSafeKey::new(UnboundKey::from(key)))
}

/// Each key seals once.
fn of_this_once() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use ring::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    fn bytes(hex: &str) -> [u8; 32] {
        HEXLOWER.decode(hex.as_bytes()).expect("hex").try_into().expect("32 bytes")
    }

    fn device(seed: [u8; 32]) -> (PublicKey, OpeningKey) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("a seed");
        let public = pair.public_key().as_ref().try_into().expect("32 bytes");
        (PublicKey::new(public), OpeningKey::of_seed(&seed))
    }

    #[test]
    fn only_the_device_reads_it_and_only_as_it_was_sealed() {
        let ((own, opening), (_, other)) = (device([1; 32]), device([2; 32]));
        let sealed = SealedFor::seal(&own, [9; 32], b"the houses of ward 7".to_vec());
        let sealed = sealed.expect("a key");
        assert_eq!(sealed.open(&opening), Ok(b"the houses of ward 7".to_vec()));
        assert_eq!(sealed.open(&other), Err(SealError::Seal));
        for bit in 0..sealed.bytes.len() * 8 {
            let mut altered = sealed.clone();
            altered.bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(altered.open(&opening), Err(SealError::Seal), "bit {bit}");
        }
        let once = SealedFor { once: [8; 32].into(), ..sealed.clone() };
        assert_eq!(once.open(&opening), Err(SealError::Seal));
        let again = SealedFor::seal(&own, [10; 32], b"the houses of ward 7".to_vec());
        assert_ne!(again.expect("a key").bytes, sealed.bytes, "no two are the same");
    }

    #[test]
    fn a_half_that_agrees_with_everybody_is_no_key() {
        let ((_, opening), nobody) = (device([1; 32]), [0; 32]);
        let forged = SealedFor { once: nobody.into(), bytes: vec![0; 16].into() };
        assert_eq!(forged.open(&opening), Err(SealError::Seal));
        // The neutral element, and 32 bytes that are no point.
        let small = |y: u8| std::array::from_fn(|at| if at == 0 { y } else { 0 });
        let mut of_no_point = (2..u8::MAX).map(small);
        let of_no_point = of_no_point.find(|y| CompressedEdwardsY(*y).decompress().is_none());
        for none in [small(1), of_no_point.expect("every second one is")] {
            let sealed = SealedFor::seal(&PublicKey::new(none), [9; 32], Vec::new());
            assert_eq!(sealed, Err(SealError::Key));
        }
    }

    /// The Ed25519 pair of RFC 8032, section 7.1, test 1, agrees by its other form as X25519 of RFC
    /// 7748 does: each side finds the same from its own private half.
    #[test]
    fn both_halves_of_a_key_take_the_same_other_form() {
        let seed = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        let (public, opening) = device(seed);
        let expected = bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        assert_eq!(public.bytes(), expected);
        let point = CompressedEdwardsY(expected).decompress().expect("a point");
        assert_eq!(MontgomeryPoint::mul_base_clamped(opening.0), point.to_montgomery());
    }
}
