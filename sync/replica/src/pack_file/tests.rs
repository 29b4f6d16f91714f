use std::sync::LazyLock;

use proptest::prelude::*;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::*;

const EXPIRES: i64 = 20_900;
const DAY: i64 = 20_800;

struct Key(Ed25519KeyPair);

impl Key {
    fn new() -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        Self(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("a key that was just made"))
    }
}

impl Signer for Key {
    fn public_key(&self) -> PublicKey {
        PublicKey::new(self.0.public_key().as_ref().try_into().expect("32 bytes"))
    }

    fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
        let signature = self.0.sign(&purpose.signed(message));
        Signature::new(signature.as_ref().try_into().expect("64 bytes"))
    }
}

/// A file of the shipped pack.
macro_rules! shipped_file {
    ($name:literal) => {
        ($name, &include_bytes!(concat!("../../../../fleet/packs/padippuram/", $name))[..])
    };
}

/// The shipped pack's files, without its forms.
fn shipped() -> Vec<(String, Vec<u8>)> {
    let files = [
        shipped_file!("pack.toml"),
        shipped_file!("rates.toml"),
        shipped_file!("texts.en.toml"),
        shipped_file!("texts.hi.toml"),
        shipped_file!("texts.ml.toml"),
        shipped_file!("texts.mr.toml"),
        shipped_file!("texts.or.toml"),
        shipped_file!("wards.toml"),
    ];
    files.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).to_vec()
}

fn archive(files: &[(String, Vec<u8>)]) -> PackArchive {
    let files: Vec<PackFile<'_>> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    PackArchive::of(&files)
}

static OFFICE: LazyLock<Key> = LazyLock::new(Key::new);
static SIGNED: LazyLock<SignedPack> =
    LazyLock::new(|| archive(&shipped()).signed(EXPIRES, &*OFFICE).expect("a sound pack"));

#[test]
fn a_signed_pack_comes_back_as_it_was_and_packs_small() {
    let file = SIGNED.written();
    let read = SignedPack::read(&file, &OFFICE.public_key()).expect("the office's");
    assert_eq!(read, *SIGNED);
    let pack = read.pack().expect("a sound pack");
    assert_eq!(pack.body.code, read.manifest.body);
    assert_eq!(pack.effective_day(), read.manifest.effective);
    assert!(file.len() < CARRIED_PACK_BYTES_MAX / 2, "{} bytes", file.len());
}

#[test]
fn the_same_files_make_the_same_archive_in_whatever_order() {
    let mut files = shipped();
    let one = archive(&files);
    files.reverse();
    assert_eq!(archive(&files).written(), one.written());
    files.push(("forms/visit/survey.csv".to_owned(), b"type,name,label\n".to_vec()));
    let with_form = archive(&files);
    assert_ne!(with_form.written(), one.written());
    assert_eq!(with_form.pack().expect("a sound pack").form_ids().collect::<Vec<_>>(), ["visit"]);
}

#[test]
fn a_pack_of_another_key_or_of_nobody_is_refused() {
    let stranger = Key::new();
    let says = |file: &[u8]| SignedPack::read(file, &OFFICE.public_key()).expect_err("not ours");
    let theirs = archive(&shipped()).signed(EXPIRES, &stranger).expect("a sound pack");
    assert_eq!(says(&theirs.written()).refusal(), PackRefusal::Signature);
    let nobodys = says(&archive(&shipped()).written());
    assert_eq!(nobodys.refusal(), PackRefusal::Signature);
    assert!(nobodys.to_string().contains("central pack sign"), "{nobodys}");
    // The office's word on one archive does not stand for another.
    let mut files = shipped();
    files.push(("forms/visit/survey.csv".to_owned(), Vec::new()));
    let swapped = SignedPack { archive: archive(&files), ..SIGNED.clone() };
    assert!(matches!(says(&swapped.written()), PackFileError::OtherArchive));
    let mut longer = SIGNED.clone();
    longer.manifest.expires += 1;
    assert_eq!(says(&longer.written()).refusal(), PackRefusal::Signature);
}

proptest! {
    #[test]
    fn whatever_is_done_to_a_file_is_refused(at in any::<prop::sample::Index>(), by in 1u8..) {
        let mut file = SIGNED.written();
        let at = at.index(file.len());
        file[at] ^= by;
        prop_assert!(SignedPack::read(&file, &OFFICE.public_key()).is_err());
    }

    #[test]
    fn half_a_file_is_no_file(at in any::<prop::sample::Index>()) {
        let file = SIGNED.written();
        let half = &file[..at.index(file.len())];
        prop_assert!(SignedPack::read(half, &OFFICE.public_key()).is_err());
        let longer = [&file[..], b"x"].concat();
        prop_assert!(SignedPack::read(&longer, &OFFICE.public_key()).is_err());
    }
}

#[test]
fn names_that_lead_elsewhere_or_stand_twice_are_refused() {
    for name in ["../pack.toml", "/etc/passwd", "forms/../../x.xlsx", "forms/visit/../survey.csv"] {
        let mut files = shipped();
        files.push((name.to_owned(), Vec::new()));
        let found = archive(&files).signed(EXPIRES, &*OFFICE).expect_err("a strange name");
        assert!(matches!(found, PackFileError::Faults(_)), "{name}: {found}");
    }
    let twice = vec![("pack.toml".to_owned(), Vec::new()), ("pack.toml".to_owned(), vec![1])];
    assert!(matches!(archive(&twice).files(), Err(PackFileError::Archive)));
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let files = vec![("pack.toml".to_owned(), vec![b'#'; ARCHIVE_BYTES_MAX])];
    let bomb = archive(&files);
    assert!(bomb.written().len() < 10_000, "it packs small");
    assert!(matches!(bomb.files(), Err(PackFileError::Packing(PackingError::TooLarge(_)))));
    let long = vec![0; PACKED_BYTES_MAX + 1];
    assert!(matches!(PackArchive::read(&long), Err(PackFileError::TooLarge)));
}

#[test]
fn a_large_pack_is_unpacked_again() {
    let noise: Vec<u8> = (0..900_000_u32).map(|at| (at.wrapping_mul(at) >> 9) as u8).collect();
    let forms = (0..6).map(|at| (format!("forms/form_{at}.xlsx"), noise.clone()));
    let files: Vec<_> = shipped().into_iter().chain(forms).collect();
    let large = archive(&files);
    assert_eq!(large.pack().expect("a sound pack").form_ids().count(), 6);
}

#[test]
fn only_what_is_newer_of_this_body_and_of_this_time_may_come() {
    let said = &SIGNED.manifest;
    let (body, version) = (said.body.as_str(), said.version);
    let here = |version, content: Hash, expires| [PackHere { version, content, expires }];
    let other: Hash = [7; 32].into();
    assert_eq!(said.may_come(body, DAY, &[]), Ok(()));
    assert_eq!(said.may_come(body, EXPIRES, &here(version - 1, other, None)), Ok(()));
    assert_eq!(said.may_come(body, EXPIRES + 1, &[]), Err(PackRefusal::Expired));
    assert_eq!(said.may_come("G0999", DAY, &[]), Err(PackRefusal::OtherBody));
    let newer = here(version + 1, other, None);
    assert_eq!(said.may_come(body, DAY, &newer), Err(PackRefusal::Older));
    // The same version: the same text signed for longer, and nothing else.
    let same = |expires| here(version, said.content, expires);
    assert_eq!(said.may_come(body, DAY, &here(version, other, None)), Err(PackRefusal::Changed));
    assert_eq!(said.may_come(body, DAY, &same(None)), Ok(()));
    assert_eq!(said.may_come(body, DAY, &same(Some(EXPIRES - 1))), Ok(()));
    assert_eq!(said.may_come(body, DAY, &same(Some(EXPIRES + 1))), Err(PackRefusal::Older));
}
