//! Photos: files that call themselves pictures, and the two messages of their exchange.

use std::sync::LazyLock;

use ledger::{PhotoHash, PhotoKind, Signer, sha256};
use replica::{
    PHOTO_ANSWER_BYTES_MAX, PIECE_BYTES_MAX, PIECE_MESSAGE_BYTES_MAX, PhotoAnswer, PhotoRefusal,
    PhotoSays, Piece, SignedPiece,
};

use super::samples::BOOKS;
use super::signed::is_read_again;
use crate::books::DEVICE;

/// A whole picture in grey, whose sides have so many pixels.
fn picture(side: u32) -> Vec<u8> {
    let pixels: Vec<u8> = (0..side * side).map(|at| (at * 37 % 251) as u8).collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("a Vec takes every byte");
    writer.write_image_data(&pixels).expect("a Vec takes every byte");
    writer.finish().expect("a Vec takes every byte");
    file
}

/// One with the markers of a camera: a thumbnail's end before the picture, a trailer behind it.
fn camera_file() -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, 8, 0xFF, 0xD8, 0xFF, 0xD9, 1, 2, 0xFF, 0xDB];
    file.extend([0, 3, 7, 0xFF, 0xC0, 0, 8, 8, 2, 88, 3, 32, 0, 0xFF, 0xC4, 0, 2, 0xFF, 0xDA]);
    file.extend([0, 2, 1, 2, 0xFF, 0, 3, 0xFF, 0xD9, 9, 9]);
    file
}

/// Whether a file is a whole picture; if so, none of it but what stands behind can be missing.
pub fn photo(bytes: &[u8]) -> bool {
    let Ok(kind) = PhotoKind::of(bytes) else { return false };
    assert_eq!(PhotoKind::from_code(kind.code()), Some(kind));
    assert!(PhotoKind::of(&bytes[..bytes.len() / 2]).is_err() || kind == PhotoKind::Jpeg);
    true
}

pub fn photos() -> Vec<Vec<u8>> {
    vec![picture(1), picture(9), camera_file()]
}

/// A piece: what was altered was not signed by the device.
pub fn piece(bytes: &[u8]) -> bool {
    let Ok(signed) = SignedPiece::read(bytes) else { return false };
    assert!(bytes.len() <= PIECE_MESSAGE_BYTES_MAX);
    is_read_again(&signed);
    if let Ok((piece, digest)) = signed.opened(&BOOKS.device.public_key()) {
        assert!(piece.bytes.len() <= PIECE_BYTES_MAX && piece.end() <= u64::from(piece.size));
        assert_eq!(digest, sha256(&signed.body));
        assert!(PIECES.contains(&piece), "never signed: {piece:?}");
    }
    true
}

pub fn pieces() -> Vec<Vec<u8>> {
    PIECES.iter().map(|piece| piece.sealed(&BOOKS.device).0).collect()
}

static PIECES: LazyLock<Vec<Piece>> = LazyLock::new(|| {
    let file = picture(40);
    let photo = PhotoHash::of(&file);
    let of = |offset: usize| Piece::of(DEVICE, photo, &file, offset);
    // The last of them asks how much is there.
    vec![of(0), of(700), of(file.len() - 1), of(file.len())]
});

/// The office's word: what was altered is not signed by it.
pub fn answer(bytes: &[u8]) -> bool {
    let Ok(answer) = PhotoAnswer::read(bytes, &BOOKS.office.public_key()) else { return false };
    assert!(bytes.len() <= PHOTO_ANSWER_BYTES_MAX);
    is_read_again(&answer);
    assert!(ANSWERS.contains(&answer), "never signed: {answer:?}");
    true
}

pub fn answers() -> Vec<Vec<u8>> {
    ANSWERS.iter().map(|answer| answer.sealed(&BOOKS.office)).collect()
}

static ANSWERS: LazyLock<Vec<PhotoAnswer>> = LazyLock::new(|| {
    let all = [
        PhotoSays::Has(32_768),
        PhotoSays::Whole,
        PhotoSays::Refused(PhotoRefusal::TooLarge(400_000)),
        PhotoSays::Refused(PhotoRefusal::DayFull(20_000_000)),
        PhotoSays::Refused(PhotoRefusal::Unnamed),
        PhotoSays::Refused(PhotoRefusal::NoPicture),
        PhotoSays::Refused(PhotoRefusal::OtherHash),
    ];
    let (photo, piece) = (PhotoHash::of(b"a gate"), sha256(b"a piece"));
    all.map(|says| PhotoAnswer { to: DEVICE, photo, piece, says }).to_vec()
});
