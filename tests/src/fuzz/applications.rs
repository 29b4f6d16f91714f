//! The sealed files of applications, which the office opens, and the squares of extracts, which it
//! signed.

use std::sync::LazyLock;

use ledger::{
    Answer, Extract, PublicKey, Purpose, SEALED_BYTES_MAX, Signature, SignedExtract, Signer,
};
use replica::{AnswerPicture, ApplicationFile, OpeningKey};
use ring::signature::{Ed25519KeyPair, KeyPair};

/// The private half of the office that the samples are sealed for.
const OFFICE: [u8; 32] = [11; 32];

/// The office as it signs.
struct Office(Ed25519KeyPair);

impl Signer for Office {
    fn public_key(&self) -> PublicKey {
        office()
    }

    fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
        let signature = self.0.sign(&purpose.signed(message));
        Signature::new(signature.as_ref().try_into().expect("64 bytes"))
    }
}

fn office() -> PublicKey {
    let pair = Ed25519KeyPair::from_seed_unchecked(&OFFICE).expect("a seed");
    PublicKey::new(pair.public_key().as_ref().try_into().expect("32 bytes"))
}

static FILES: LazyLock<Vec<(ApplicationFile, Vec<u8>)>> = LazyLock::new(|| {
    let answer = |name: &str, value: &str| Answer { name: name.into(), value: value.into() };
    let answers = vec![
        vec![answer("applicant", "അമ്മിണി കെ."), answer("new_area", "142.5")],
        vec![answer("reasons", &"The area is wrong. ".repeat(20))],
        Vec::new(),
    ];
    let sealed = |(once, answers): (u8, Vec<Answer>)| {
        let number = "G0802-26-A1-00001-X".to_owned();
        let pictures = match once {
            42 => vec![AnswerPicture { name: "a.png".to_owned(), file: vec![7; 90] }],
            _ => Vec::new(),
        };
        let service = "self_return".to_owned();
        let file = ApplicationFile { number, service, pack: 3, answers, pictures };
        let bytes = file.sealed(&office(), [once; 32]).expect("a short file");
        (file, bytes)
    };
    (40..).zip(answers).map(sealed).collect()
});

/// A sealed file: what was altered is opened by nobody.
pub fn file(bytes: &[u8]) -> bool {
    let Ok(opened) = ApplicationFile::open(bytes, &OpeningKey::of_seed(&OFFICE)) else {
        return false;
    };
    assert!(bytes.len() <= SEALED_BYTES_MAX as usize);
    assert!(FILES.iter().any(|(file, _)| *file == opened), "never sealed: {opened:?}");
    true
}

pub fn files() -> Vec<Vec<u8>> {
    FILES.iter().map(|(_, bytes)| bytes.clone()).collect()
}

fn extract_of(nth: u32) -> Extract {
    let answer = |name: &str, value: &str| Answer { name: name.into(), value: value.into() };
    Extract {
        body: "G0802".into(),
        register: "B-2026-00001".into(),
        service: "birth".into(),
        registered: 20_770,
        issued: 20_771,
        nth,
        particulars: vec![answer("mother_name", "അമ്മിണി കെ."), answer("sex", "female")],
    }
}

/// The square of an extract: what the office did not sign is believed by nobody.
pub fn extract(bytes: &[u8]) -> bool {
    let square = super::samples::text(bytes);
    let Ok(signed) = SignedExtract::read(&square) else { return false };
    let Ok(extract) = signed.checked(&office()) else { return false };
    assert!([1, 2].map(extract_of).contains(extract), "never signed: {extract:?}");
    true
}

pub fn extracts() -> Vec<Vec<u8>> {
    let key = Office(Ed25519KeyPair::from_seed_unchecked(&OFFICE).expect("a seed"));
    let square = |nth| extract_of(nth).signed(&key).square("https://padippuram.example");
    [1, 2].map(square).map(String::into_bytes).to_vec()
}
