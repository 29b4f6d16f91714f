//! How a photo travels: a device sends one piece of its file after the other, each under its
//! signature, and the office says under its own how much of it is there. Whoever was cut off goes
//! on from what the office says, so that no state of a connection matters.

use ledger::{
    Hash, PhotoHash, PublicKey, Purpose, Signature, Signer, Writer, WrongSignature, sha256,
};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode, decode};
use thiserror::Error;

use crate::message::encoded;

/// The most bytes of one piece: some three seconds of EDGE at 100 kbit/s, which is all that a cut
/// line costs.
pub const PIECE_BYTES_MAX: usize = 32 * 1_024;

/// The shortest piece but for a photo's last: a line that dies after so little carries no handshake
/// either. The office takes any length, and counts each piece as this many at least.
pub const PIECE_BYTES_MIN: usize = 1_024;

/// What stands around the bytes of a piece on its way: names, numbers and the signature have 160.
pub const PIECE_MESSAGE_BYTES_MAX: usize = PIECE_BYTES_MAX + 256;

/// The largest answer: its longest word is a number.
pub const PHOTO_ANSWER_BYTES_MAX: usize = 256;

/// A stretch of a photo's file. Without bytes it asks how much of the photo is there.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Piece {
    #[n(0)]
    pub writer: Writer,
    /// Of the whole file.
    #[n(1)]
    pub photo: PhotoHash,
    /// How many bytes the whole file has.
    #[n(2)]
    pub size: u32,
    /// Where in the file the bytes begin.
    #[n(3)]
    pub offset: u32,
    #[n(4)]
    pub bytes: ByteVec,
}

/// A piece as it goes out; the signature is given over the hash of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedPiece {
    /// By whose key it is to be opened.
    #[n(0)]
    pub writer: Writer,
    #[n(1)]
    pub body: ByteVec,
    #[n(2)]
    pub signature: Signature,
}

/// What the office says to a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PhotoAnswer {
    /// The device that it is for.
    #[n(0)]
    pub to: Writer,
    #[n(1)]
    pub photo: PhotoHash,
    /// The hash of the piece that it answers.
    #[n(2)]
    pub piece: Hash,
    #[n(3)]
    pub says: PhotoSays,
}

/// Variants are only ever added; each keeps its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum PhotoSays {
    /// So many bytes from the beginning are there, on disk: go on from here.
    #[n(0)]
    Has(#[n(0)] u32),
    /// All of it is there, its hash is right, and it is kept.
    #[n(1)]
    Whole,
    #[n(2)]
    Refused(#[n(0)] PhotoRefusal),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Error)]
pub enum PhotoRefusal {
    #[n(0)]
    #[error("the photo is larger than the {0} bytes that the office takes")]
    TooLarge(#[n(0)] u32),
    /// What came today is kept, and the rest goes on tomorrow.
    #[n(1)]
    #[error("the office takes no more than {0} bytes of photos from one device on one day")]
    DayFull(#[n(0)] u32),
    /// No record that the office took names it, yet or at all.
    #[n(2)]
    #[error("no record at the office names the photo")]
    Unnamed,
    #[n(3)]
    #[error("the file is no JPEG or PNG picture")]
    NoPicture,
    /// The pieces do not make the file that they name: what came of it was thrown away.
    #[n(4)]
    #[error("the file that came is another than the photo that it was sent as")]
    OtherHash,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SignedPhotoAnswer {
    #[n(0)]
    pub body: ByteVec,
    #[n(1)]
    pub signature: Signature,
}

#[derive(Debug, Error)]
pub enum PhotoError {
    #[error("the message has {0} bytes and is too large")]
    TooLarge(usize),
    #[error("the message cannot be read")]
    Shape(#[source] decode::Error),
    #[error("a piece has no more than {PIECE_BYTES_MAX} bytes, and lies within its file")]
    Piece,
    #[error("the message names another device than the one that signed it")]
    WrongWriter,
    #[error("the message is not signed by whom it must be")]
    Signature(#[source] WrongSignature),
}

impl Piece {
    /// The piece at an offset of a file, as long as it may be.
    pub fn of(writer: Writer, photo: PhotoHash, file: &[u8], offset: usize) -> Self {
        let from = offset.min(file.len());
        let to = (from + PIECE_BYTES_MAX).min(file.len());
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let (size, offset) = (narrow(file.len()), narrow(from));
        Self { writer, photo, size, offset, bytes: file[from..to].to_vec().into() }
    }

    /// The same, at most so many bytes of it.
    pub fn no_longer_than(mut self, bytes_max: usize) -> Self {
        self.bytes.truncate(bytes_max);
        self
    }

    /// The bytes that go out, and by what their answer is known.
    pub fn sealed(&self, device: &dyn Signer) -> (Vec<u8>, Hash) {
        let body = encoded(self);
        let digest = sha256(&body);
        let signature = device.sign(Purpose::Photo, &digest[..]);
        let signed = SignedPiece { writer: self.writer, body: body.into(), signature };
        (encoded(&signed), digest)
    }

    /// Where in the file the piece ends.
    pub fn end(&self) -> u64 {
        u64::from(self.offset) + self.bytes.len() as u64
    }
}

impl SignedPiece {
    /// Reads a message; nothing of it is believed before [`SignedPiece::opened`].
    pub fn read(message: &[u8]) -> Result<Self, PhotoError> {
        if message.len() > PIECE_MESSAGE_BYTES_MAX {
            return Err(PhotoError::TooLarge(message.len()));
        }
        minicbor::decode(message).map_err(PhotoError::Shape)
    }

    /// The piece and its hash, once the signature was found to be the device's.
    pub fn opened(&self, device: &PublicKey) -> Result<(Piece, Hash), PhotoError> {
        let digest = sha256(&self.body);
        device
            .verify(Purpose::Photo, &digest[..], &self.signature)
            .map_err(PhotoError::Signature)?;
        let piece: Piece = minicbor::decode(&self.body).map_err(PhotoError::Shape)?;
        if piece.writer != self.writer {
            return Err(PhotoError::WrongWriter);
        }
        match piece.bytes.len() <= PIECE_BYTES_MAX && piece.end() <= u64::from(piece.size) {
            true => Ok((piece, digest)),
            false => Err(PhotoError::Piece),
        }
    }
}

impl PhotoAnswer {
    /// The bytes that go back.
    pub fn sealed(&self, office: &dyn Signer) -> Vec<u8> {
        let body = encoded(self);
        let signature = office.sign(Purpose::PhotoAnswer, &sha256(&body)[..]);
        encoded(&SignedPhotoAnswer { body: body.into(), signature })
    }

    /// Reads an answer that the office signed.
    pub fn read(message: &[u8], office: &PublicKey) -> Result<Self, PhotoError> {
        if message.len() > PHOTO_ANSWER_BYTES_MAX {
            return Err(PhotoError::TooLarge(message.len()));
        }
        let signed: SignedPhotoAnswer = minicbor::decode(message).map_err(PhotoError::Shape)?;
        office
            .verify(Purpose::PhotoAnswer, &sha256(&signed.body)[..], &signed.signature)
            .map_err(PhotoError::Signature)?;
        minicbor::decode(&signed.body).map_err(PhotoError::Shape)
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    struct Key(Ed25519KeyPair);

    impl Signer for Key {
        fn public_key(&self) -> PublicKey {
            let key: [u8; 32] = self.0.public_key().as_ref().try_into().expect("32 bytes");
            PublicKey::new(key)
        }

        fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
            let signature = self.0.sign(&purpose.signed(message));
            Signature::new(signature.as_ref().try_into().expect("64 bytes"))
        }
    }

    fn key(seed: u8) -> Key {
        Key(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed"))
    }

    fn piece(bytes: usize) -> Piece {
        let file = vec![7; bytes];
        Piece::of(Writer(3), PhotoHash::of(&file), &file, 0)
    }

    #[test]
    fn a_file_is_cut_into_pieces_that_make_it_again() {
        let file: Vec<u8> = (0..80_000_u32).flat_map(|at| at.to_be_bytes()).collect();
        let photo = PhotoHash::of(&file);
        // From any byte on, as the office may have any part of it.
        for begun in [0, 1, PIECE_BYTES_MAX - 1, PIECE_BYTES_MAX, file.len() - 1] {
            let mut whole = file[..begun].to_vec();
            while whole.len() < file.len() {
                let (message, digest) =
                    Piece::of(Writer(3), photo, &file, whole.len()).sealed(&key(1));
                let signed = SignedPiece::read(&message).expect("a message");
                let opened = signed.opened(&key(1).public_key()).expect("signed by the device");
                assert_eq!(opened.1, digest);
                assert_eq!(usize::try_from(opened.0.offset).expect("small"), whole.len());
                whole.extend_from_slice(&opened.0.bytes);
            }
            assert_eq!(PhotoHash::of(&whole), photo);
        }
        let beyond = Piece::of(Writer(3), photo, &file, file.len() + 9);
        assert_eq!((beyond.offset, beyond.bytes.len()), (beyond.size, 0));
    }

    #[test]
    fn pieces_of_any_length_make_the_file_again() {
        let file: Vec<u8> = (0..9_000_u32).flat_map(|at| at.to_be_bytes()).collect();
        let photo = PhotoHash::of(&file);
        for bytes_max in [1, PIECE_BYTES_MIN - 1, PIECE_BYTES_MIN, PIECE_BYTES_MAX + 1] {
            let mut whole = Vec::new();
            while whole.len() < file.len().min(40 * bytes_max) {
                let piece = Piece::of(Writer(3), photo, &file, whole.len());
                let piece = piece.no_longer_than(bytes_max);
                assert!((1..=bytes_max).contains(&piece.bytes.len()), "{}", piece.bytes.len());
                let signed = SignedPiece::read(&piece.sealed(&key(1)).0).expect("a message");
                let opened = signed.opened(&key(1).public_key()).expect("signed by the device").0;
                assert_eq!(opened.end(), (whole.len() + opened.bytes.len()) as u64);
                whole.extend_from_slice(&opened.bytes);
            }
            assert!(file.starts_with(&whole), "pieces of {bytes_max} bytes");
        }
    }

    #[test]
    fn the_largest_piece_keeps_to_the_limits_and_no_larger_one_is_read() {
        let largest = piece(PIECE_BYTES_MAX);
        let (message, _) = largest.sealed(&key(1));
        assert!(message.len() <= PIECE_MESSAGE_BYTES_MAX, "{}", message.len());
        let long = vec![0; PIECE_MESSAGE_BYTES_MAX + 1];
        assert!(matches!(SignedPiece::read(&long), Err(PhotoError::TooLarge(_))));
        let bytes = vec![7; PIECE_BYTES_MAX + 1].into();
        let wrong = Piece { bytes, size: u32::MAX, ..largest.clone() };
        let behind = Piece { offset: 1, ..largest.clone() };
        let end = Piece { offset: u32::MAX, size: u32::MAX, ..largest };
        for piece in [wrong, behind, end] {
            let signed = SignedPiece::read(&piece.sealed(&key(1)).0);
            let opened = signed.map(|signed| signed.opened(&key(1).public_key()));
            assert!(matches!(opened, Ok(Err(PhotoError::Piece)) | Err(_)), "{piece:?}");
        }
    }

    #[test]
    fn nobody_else_says_anything() {
        let (message, _) = piece(9).sealed(&key(1));
        let signed = SignedPiece::read(&message).expect("a message");
        let stranger = signed.opened(&key(2).public_key());
        assert!(matches!(stranger, Err(PhotoError::Signature(_))));
        let other = SignedPiece { writer: Writer(4), ..signed };
        assert!(matches!(other.opened(&key(1).public_key()), Err(PhotoError::WrongWriter)));
        let photo = PhotoHash::of(b"a gate");
        let answer = PhotoAnswer {
            to: Writer(3),
            photo,
            piece: sha256(b"a piece"),
            says: PhotoSays::Refused(PhotoRefusal::DayFull(u32::MAX)),
        };
        let sealed = answer.sealed(&key(2));
        assert!(sealed.len() <= PHOTO_ANSWER_BYTES_MAX, "{}", sealed.len());
        let read = PhotoAnswer::read(&sealed, &key(2).public_key()).expect("the office's");
        assert_eq!(read, answer);
        let read = PhotoAnswer::read(&sealed, &key(1).public_key());
        assert!(matches!(read, Err(PhotoError::Signature(_))));
        let long = vec![0; PHOTO_ANSWER_BYTES_MAX + 1];
        let read = PhotoAnswer::read(&long, &key(2).public_key());
        assert!(matches!(read, Err(PhotoError::TooLarge(_))));
    }
}
