//! The file of a rule pack: as the office signs it, and as a device takes it apart.

use std::sync::LazyLock;

use ledger::{PackFile, Signer};
use replica::{PackArchive, SignedPack};

use super::files::PACK_FILES;
use super::samples::BOOKS;

/// A day on which the shipped pack may be taken, counted from 1970.
const EXPIRES: i64 = 20_900;

static SIGNED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let archive = archive();
    archive.signed(EXPIRES, &BOOKS.office).expect("the shipped pack is sound").written()
});

fn archive() -> PackArchive {
    let files: Vec<PackFile<'_>> =
        PACK_FILES.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    PackArchive::of(&files)
}

/// Only what the office signed is taken for its own; names that come out stand once, in order.
pub fn pack_file(bytes: &[u8]) -> bool {
    if SignedPack::read(bytes, &BOOKS.office.public_key()).is_ok() {
        assert_eq!(bytes, &SIGNED[..], "never signed");
    }
    let Ok(archive) = PackArchive::read(bytes) else { return false };
    let Ok(files) = archive.files() else { return false };
    assert!(files.windows(2).all(|pair| pair[0].0 < pair[1].0), "a name stands twice");
    let borrowed: Vec<PackFile<'_>> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let again = PackArchive::of(&borrowed).files().expect("what was packed comes out");
    assert_eq!(again, files);
    true
}

pub fn pack_files() -> Vec<Vec<u8>> {
    vec![SIGNED.clone(), archive().written()]
}
