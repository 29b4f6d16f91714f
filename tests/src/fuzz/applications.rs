//! The sealed files of applications, which the office opens.

use std::sync::LazyLock;

use ledger::{Answer, PublicKey, SEALED_BYTES_MAX};
use replica::{AnswerPicture, ApplicationFile, OpeningKey};
use ring::signature::{Ed25519KeyPair, KeyPair};

/// The private half of the office that the samples are sealed for.
const OFFICE: [u8; 32] = [11; 32];

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
