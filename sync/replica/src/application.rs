//! What was answered in an application, with its pictures: a file that is sealed for the office
//! before it touches any disk, named by the entry by its hash. Each has a key of its own, so that
//! the office takes it back from everybody, itself included, by deleting it.

use ledger::{Answer, PhotoHash, PhotoKind, PublicKey, SEALED_BYTES_MAX};
use minicbor::{Decode, Encode, decode};
use thiserror::Error;

use crate::message::encoded;
use crate::seal::{OpeningKey, SealError, SealedFor};

/// What the file begins with, so that it is taken for nothing else.
const MAGIC: &[u8; 8] = b"PADIAPP1";

/// The answers, and which application they are of.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ApplicationFile {
    /// The acknowledgement's number as it is printed.
    #[n(0)]
    pub number: String,
    /// As the rule pack names it.
    #[n(1)]
    pub service: String,
    /// The version of the rule pack whose form was asked.
    #[n(2)]
    pub pack: u32,
    /// In the order of the form.
    #[n(3)]
    pub answers: Vec<Answer>,
    /// Those that answers name. Files of before there were any have none.
    #[n(4)]
    #[cbor(default)]
    pub pictures: Vec<AnswerPicture>,
}

/// A picture that answers a question.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct AnswerPicture {
    /// What the answer says: the SHA-256 of its file, and how it is written.
    #[n(0)]
    pub name: String,
    #[n(1)]
    #[cbor(with = "minicbor::bytes")]
    pub file: Vec<u8>,
}

impl AnswerPicture {
    /// Whether it is the one that its name says, and no other that was put in its place. Such a
    /// name has nothing in it that leads out of a folder.
    pub fn is_whole(&self) -> bool {
        let named =
            |kind: PhotoKind| self.name == format!("{}.{}", PhotoHash::of(&self.file), kind.code());
        PhotoKind::of(&self.file).is_ok_and(named)
    }
}

impl std::fmt::Debug for AnswerPicture {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "AnswerPicture({}, {} bytes)", self.name, self.file.len())
    }
}

#[derive(Debug, Error)]
pub enum ApplicationFileError {
    #[error("the file has {0} bytes, and {SEALED_BYTES_MAX} are the most")]
    TooLarge(usize),
    #[error("it is not the file of an application")]
    Magic,
    #[error("what is in the file cannot be read")]
    Shape(#[source] decode::Error),
    #[error("the file cannot be opened")]
    Seal(#[source] SealError),
}

impl ApplicationFile {
    /// The file for the office whose public key this is. `once` is 32 random bytes that are used
    /// for nothing else, ever.
    pub fn sealed(
        &self,
        office: &PublicKey,
        once: [u8; 32],
    ) -> Result<Vec<u8>, ApplicationFileError> {
        let sealed = SealedFor::seal(office, once, encoded(self));
        let sealed = sealed.map_err(ApplicationFileError::Seal)?;
        let file = [&MAGIC[..], &encoded(&sealed)].concat();
        check_length(&file).map(|()| file)
    }

    pub fn open(file: &[u8], office: &OpeningKey) -> Result<Self, ApplicationFileError> {
        check_length(file)?;
        let body = file.strip_prefix(&MAGIC[..]).ok_or(ApplicationFileError::Magic)?;
        let sealed: SealedFor = minicbor::decode(body).map_err(ApplicationFileError::Shape)?;
        let opened = sealed.open(office).map_err(ApplicationFileError::Seal)?;
        minicbor::decode(&opened).map_err(ApplicationFileError::Shape)
    }
}

fn check_length(file: &[u8]) -> Result<(), ApplicationFileError> {
    match u32::try_from(file.len()).is_ok_and(|length| length <= SEALED_BYTES_MAX) {
        true => Ok(()),
        false => Err(ApplicationFileError::TooLarge(file.len())),
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    fn office(seed: u8) -> (PublicKey, OpeningKey) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed");
        let public = pair.public_key().as_ref().try_into().expect("32 bytes");
        (PublicKey::new(public), OpeningKey::of_seed(&[seed; 32]))
    }

    fn file(value: &str) -> ApplicationFile {
        let answers = vec![Answer { name: "applicant".to_owned(), value: value.to_owned() }];
        let (number, service) = ("G0802-26-A1-00001-X".to_owned(), "self_return".to_owned());
        ApplicationFile { number, service, pack: 3, answers, pictures: Vec::new() }
    }

    #[test]
    fn only_the_office_reads_what_was_answered() {
        let ((public, opening), (_, other)) = (office(1), office(2));
        let sealed = file("Ammini K.").sealed(&public, [9; 32]).expect("a key");
        let plain = |needle: &[u8]| sealed.windows(needle.len()).any(|part| part == needle);
        assert!(!plain(b"Ammini") && !plain(b"self_return") && !plain(b"applicant"));
        assert_eq!(ApplicationFile::open(&sealed, &opening).ok(), Some(file("Ammini K.")));
        let strange = ApplicationFile::open(&sealed, &other);
        assert!(matches!(strange, Err(ApplicationFileError::Seal(SealError::Seal))));
        let again = file("Ammini K.").sealed(&public, [10; 32]).expect("a key");
        assert_ne!(again, sealed, "nobody finds out what was answered by trying");
    }

    #[test]
    fn what_is_no_such_file_or_too_large_is_refused() {
        let (public, opening) = office(1);
        let most = SEALED_BYTES_MAX as usize;
        let long = file(&"x".repeat(most)).sealed(&public, [9; 32]);
        assert!(matches!(long, Err(ApplicationFileError::TooLarge(_))));
        let sealed = file("Ammini K.").sealed(&public, [9; 32]).expect("a key");
        for end in 0..sealed.len() {
            assert!(ApplicationFile::open(&sealed[..end], &opening).is_err(), "{end} bytes");
        }
        let padded = [&sealed[..], &vec![0; most]].concat();
        let refused = ApplicationFile::open(&padded, &opening);
        assert!(matches!(refused, Err(ApplicationFileError::TooLarge(_))));
        let none = ApplicationFile::open(b"PADIDEV1 and more", &opening);
        assert!(matches!(none, Err(ApplicationFileError::Magic)));
    }

    #[test]
    fn a_picture_is_the_one_that_its_name_says() {
        let file = [
            &b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"[..],
            &[0, 0, 0, 1, 0, 0, 0, 1],
            &[0; 9],
            &b"\0\0\0\0IEND\0\0\0\0"[..],
        ]
        .concat();
        let name = format!("{}.png", PhotoHash::of(&file));
        let picture = AnswerPicture { name: name.clone(), file: file.clone() };
        assert!(picture.is_whole());
        assert!(!format!("{picture:?}").contains("IHDR"), "no log has it");
        let others = [("x.png", &file[..]), ("../../x.png", &file), (&name, b"a word")];
        for (name, file) in others {
            let other = AnswerPicture { name: name.to_owned(), file: file.to_vec() };
            assert!(!other.is_whole(), "{name}");
        }
        let (public, opening) = office(1);
        let whole = ApplicationFile { pictures: vec![picture], ..file_of_one() };
        let sealed = whole.sealed(&public, [9; 32]).expect("a key");
        assert_eq!(ApplicationFile::open(&sealed, &opening).ok(), Some(whole));
    }

    #[test]
    fn a_file_of_before_there_were_pictures_is_read() {
        #[derive(Encode)]
        struct Before {
            #[n(0)]
            number: String,
            #[n(1)]
            service: String,
            #[n(2)]
            pack: u32,
            #[n(3)]
            answers: Vec<Answer>,
        }
        let ApplicationFile { number, service, pack, answers, .. } = file_of_one();
        let bytes = encoded(&Before { number, service, pack, answers });
        assert_eq!(minicbor::decode::<ApplicationFile>(&bytes).ok(), Some(file_of_one()));
    }

    fn file_of_one() -> ApplicationFile {
        file("Ammini K.")
    }
}
