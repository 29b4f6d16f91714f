//! Photos of what records tell about: which files are taken for one, and by what each is known. A
//! picture is never shown here, so that no more of it is read than says that it is whole.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use minicbor::{Decode, Encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::chain::{Hash, sha256};

/// The most pixels of a side. The camera of a telephone has 8,000; what claims more is made to
/// exhaust whoever shows it.
pub const PHOTO_SIDE_MAX: u32 = 16_384;

/// The most pixels of all: a few hundred megabytes where a browser shows it.
pub const PHOTO_PIXELS_MAX: u32 = 64 * 1_024 * 1_024;

/// By what a photo is known everywhere: the SHA-256 of its file. Written as 64 small hexadecimal
/// digits.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[cbor(transparent)]
pub struct PhotoHash(
    #[n(0)]
    #[schemars(with = "String")]
    pub Hash,
);

/// How a photo is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoKind {
    Jpeg,
    Png,
}

/// Why a file is not taken for a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PhotoFault {
    #[error("it is no JPEG or PNG picture")]
    Neither,
    #[error("its beginning is not that of a picture that can be shown")]
    Header,
    #[error("its sides are not between 1 and {PHOTO_SIDE_MAX} pixels, 64 million in all")]
    Sides,
    #[error("its end is missing")]
    Cut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a photo is named by 64 small hexadecimal digits")]
pub struct NotAPhotoHash;

impl PhotoHash {
    pub fn of(file: &[u8]) -> Self {
        Self(sha256(file))
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0[..]
    }
}

impl PhotoKind {
    pub const ALL: [Self; 2] = [Self::Jpeg, Self::Png];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
        }
    }

    /// As browsers name it.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Looks whether a file is a whole picture: its first bytes, the sides that it claims, its end.
    pub fn of(file: &[u8]) -> Result<Self, PhotoFault> {
        if file.starts_with(PNG_MAGIC) {
            return png(&file[PNG_MAGIC.len()..]).map(|()| Self::Png);
        }
        match file.strip_prefix(&[0xFF, 0xD8]) {
            Some(rest) => jpeg(rest).map(|()| Self::Jpeg),
            None => Err(PhotoFault::Neither),
        }
    }
}

const PNG_MAGIC: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// The chunks of a PNG: the header first, the end last, nothing behind it. ISO/IEC 15948, 5.3.
fn png(mut rest: &[u8]) -> Result<(), PhotoFault> {
    let mut is_first = true;
    loop {
        let Some((head, body)) = rest.split_first_chunk::<8>() else {
            return Err(PhotoFault::Cut);
        };
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let length = usize::try_from(length).map_err(|_| PhotoFault::Header)?;
        let name = &head[4..];
        if is_first {
            if name != b"IHDR" || length != 13 {
                return Err(PhotoFault::Header);
            }
            let sides = body.first_chunk::<8>().ok_or(PhotoFault::Cut)?;
            let side = |at: usize| {
                u32::from_be_bytes([sides[at], sides[at + 1], sides[at + 2], sides[at + 3]])
            };
            check_sides(side(0), side(4))?;
            is_first = false;
        }
        // Behind the content stand four bytes of its checksum.
        let whole = length.checked_add(4).ok_or(PhotoFault::Header)?;
        rest = body.get(whole..).ok_or(PhotoFault::Cut)?;
        if name == b"IEND" {
            return if rest.is_empty() { Ok(()) } else { Err(PhotoFault::Header) };
        }
    }
}

/// The markers of a JPEG up to its first scan, and the end of the picture somewhere behind that:
/// cameras write more behind it. ITU-T T.81, annex B.
fn jpeg(mut rest: &[u8]) -> Result<(), PhotoFault> {
    let mut has_frame = false;
    loop {
        let &[0xFF, marker, ref behind @ ..] = rest else {
            return Err(if rest.len() < 2 { PhotoFault::Cut } else { PhotoFault::Header });
        };
        if marker == 0xFF {
            // Any number of such bytes may stand before a marker.
            rest = &rest[1..];
            continue;
        }
        let Some((length, _)) = behind.split_first_chunk::<2>() else {
            return Err(PhotoFault::Cut);
        };
        let length = usize::from(u16::from_be_bytes(*length));
        if length < 2 {
            return Err(PhotoFault::Header);
        }
        let segment = behind.get(2..length).ok_or(PhotoFault::Cut)?;
        rest = &behind[length..];
        match marker {
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                let frame = segment.first_chunk::<5>().ok_or(PhotoFault::Header)?;
                let side = |at: usize| u32::from(u16::from_be_bytes([frame[at], frame[at + 1]]));
                check_sides(side(3), side(1))?;
                has_frame = true;
            }
            // Inside a scan an end cannot stand by chance: 0xFF is followed by a zero there.
            0xDA if has_frame && rest.windows(2).any(|two| two == [0xFF, 0xD9]) => return Ok(()),
            0xDA if has_frame => return Err(PhotoFault::Cut),
            0xC4 | 0xCC | 0xDB..=0xDF | 0xE0..=0xEF | 0xFE => {}
            _ => return Err(PhotoFault::Header),
        }
    }
}

fn check_sides(width: u32, height: u32) -> Result<(), PhotoFault> {
    let sides = 1..=PHOTO_SIDE_MAX;
    let few = width.saturating_mul(height) <= PHOTO_PIXELS_MAX;
    match sides.contains(&width) && sides.contains(&height) && few {
        true => Ok(()),
        false => Err(PhotoFault::Sides),
    }
}

impl fmt::Display for PhotoHash {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&HEXLOWER.encode(self.bytes()))
    }
}

impl FromStr for PhotoHash {
    type Err = NotAPhotoHash;

    fn from_str(written: &str) -> Result<Self, NotAPhotoHash> {
        let bytes = HEXLOWER.decode(written.as_bytes()).map_err(|_| NotAPhotoHash)?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| NotAPhotoHash)?;
        Ok(Self(bytes.into()))
    }
}

impl TryFrom<String> for PhotoHash {
    type Error = NotAPhotoHash;

    fn try_from(written: String) -> Result<Self, NotAPhotoHash> {
        written.parse()
    }
}

impl From<PhotoHash> for String {
    fn from(hash: PhotoHash) -> Self {
        hash.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One black pixel.
    fn a_png() -> Vec<u8> {
        let mut file = PNG_MAGIC.to_vec();
        let header: &[u8] = &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
        for (name, body) in [(b"IHDR", header), (b"IDAT", b"\x78\x9c"), (b"IEND", b"")] {
            file.extend(u32::try_from(body.len()).expect("short").to_be_bytes());
            file.extend(name);
            file.extend(body);
            file.extend([0; 4]);
        }
        file
    }

    fn a_jpeg(height: u16, width: u16) -> Vec<u8> {
        let mut file = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0xFF, 0xD9, 0xFF, 0xFF, 0xC2, 0, 8, 8];
        file.extend(height.to_be_bytes());
        file.extend(width.to_be_bytes());
        file.extend([0, 0xFF, 0xDA, 0, 2, 1, 2, 0xFF, 0, 3, 0xFF, 0xD9, 7]);
        file
    }

    #[test]
    fn whole_pictures_are_known_and_cut_ones_refused() {
        let (png, jpeg) = (a_png(), a_jpeg(600, 800));
        assert_eq!(PhotoKind::of(&png), Ok(PhotoKind::Png));
        assert_eq!(PhotoKind::of(&jpeg), Ok(PhotoKind::Jpeg));
        for end in 8..png.len() {
            assert_eq!(PhotoKind::of(&png[..end]), Err(PhotoFault::Cut), "{end} bytes");
        }
        // Its last byte stands behind the picture.
        for end in 2..jpeg.len() - 1 {
            assert_eq!(PhotoKind::of(&jpeg[..end]), Err(PhotoFault::Cut), "{end} bytes");
        }
    }

    #[test]
    fn what_only_begins_like_a_picture_is_refused() {
        for none in [&b""[..], b"GIF89a", b"%PDF-1.7", b"<svg", b"\x89PNG", b"\xFF"] {
            assert_eq!(PhotoKind::of(none), Err(PhotoFault::Neither));
        }
        for (height, width) in [(0, 800), (600, 0), (16_385, 1)] {
            assert_eq!(PhotoKind::of(&a_jpeg(height, width)), Err(PhotoFault::Sides));
        }
        let mut wide = a_png();
        wide[16] = 1;
        assert_eq!(PhotoKind::of(&wide), Err(PhotoFault::Sides));
        // Each side may be, and both together would take gigabytes to show.
        let bomb = PhotoKind::of(&a_jpeg(16_000, 16_000));
        assert_eq!(bomb, Err(PhotoFault::Sides));
        assert!(PhotoKind::of(&a_jpeg(8_000, 6_000)).is_ok());
        let behind = [a_png(), b"<script>".to_vec()].concat();
        assert_eq!(PhotoKind::of(&behind), Err(PhotoFault::Header));
        let no_frame = [0xFF, 0xD8, 0xFF, 0xDA, 0, 2, 0xFF, 0xD9];
        assert_eq!(PhotoKind::of(&no_frame), Err(PhotoFault::Header));
        let no_length = [0xFF, 0xD8, 0xFF, 0xE0, 0, 1, 0xFF, 0xD9];
        assert_eq!(PhotoKind::of(&no_length), Err(PhotoFault::Header));
    }

    #[test]
    fn a_photo_is_named_by_small_hexadecimal_digits() {
        let hash = PhotoHash::of(b"a file");
        let written = hash.to_string();
        assert_eq!((written.len(), written.parse()), (64, Ok(hash)));
        for wrong in [written.to_uppercase(), written[1..].to_owned(), format!("{written}00")] {
            assert_eq!(wrong.parse::<PhotoHash>(), Err(NotAPhotoHash), "{wrong}");
        }
    }
}
