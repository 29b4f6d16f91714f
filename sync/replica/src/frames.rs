//! A parcel or a reply as a stream of squares, for two devices with nothing between them but a
//! screen and a scanner. The squares come round and round; which of them are read, and in which
//! order, does not matter, as any few more than the bytes need are enough (RaptorQ, RFC 6330).

use data_encoding::BASE32_NOPAD;
use ledger::sha256;
use raptorq::{
    Decoder, EncodingPacket, ObjectTransmissionInformation, PayloadId, SourceBlockEncoder,
};
use thiserror::Error;

/// The most bytes of one stream: three minutes of a screen that shows four squares a second. Who
/// has more takes a stick.
pub const FRAMES_BYTES_MAX: usize = 256 * 1_024;

/// What each square begins with: signs that a square holds densely.
const PREFIX: &str = "PADI1:";

/// The bytes of the stream in one square; with the rest of the frame it is a square of 73 modules,
/// which the smallest handheld draws with six dots each.
const SYMBOL_BYTES: usize = 384;

/// The first bytes of the SHA-256 of the whole: squares of two streams are never mixed.
const NAME_BYTES: usize = 8;

/// The first bytes of the SHA-256 of the frame before them: a square that was misread says so.
const CHECK_BYTES: usize = 4;

/// Name, length of the whole, number of the square, its bytes, check.
const FRAME_BYTES: usize = NAME_BYTES + 3 + 3 + SYMBOL_BYTES + CHECK_BYTES;

/// Squares of which each holds something of all others, for each that holds its own bytes: whoever
/// misses some need not wait for the same to come again.
const REPAIR_PERCENT: usize = 50;

/// How many squares beyond those needed a short stream may take.
const SPARE: usize = 16;

/// A stream as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frames {
    texts: Vec<String>,
}

/// A stream as it is read.
#[derive(Debug, Default)]
pub struct FrameReader {
    reading: Option<Reading>,
    /// The stream that was whole last: its squares go on before the scanner.
    done: Option<[u8; NAME_BYTES]>,
}

#[derive(Debug)]
struct Reading {
    name: [u8; NAME_BYTES],
    bytes: usize,
    seen: std::collections::BTreeSet<u32>,
    decoder: Decoder,
}

/// How far a stream is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FramesRead {
    /// So many different squares of how many are needed, at least.
    Part {
        read: usize,
        of: usize,
    },
    Whole(Vec<u8>),
    /// It is of the stream that was whole just before.
    Again,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FrameError {
    #[error("it is no square of a stream")]
    Shape,
    #[error("the square was misread")]
    Check,
    #[error("the stream has more than {FRAMES_BYTES_MAX} bytes, or none")]
    Length,
    /// All squares are there and are not what the stream is named after: it begins anew.
    #[error("the squares do not belong together: read the stream anew")]
    Whole,
}

/// Whether a scanned text is meant as a square of a stream.
pub fn is_frame(text: &str) -> bool {
    text.trim().get(..PREFIX.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(PREFIX))
}

impl Frames {
    /// The squares of a file of 1 to [`FRAMES_BYTES_MAX`] bytes.
    pub fn of(file: &[u8]) -> Result<Self, FrameError> {
        let shape = shape(file.len())?;
        let name = name_of(file);
        let mut padded = file.to_vec();
        padded.resize(file.len().next_multiple_of(SYMBOL_BYTES), 0);
        let encoder = SourceBlockEncoder::new(0, &shape, &padded);
        let source = encoder.source_packets();
        let repair = (source.len() * REPAIR_PERCENT).div_ceil(100);
        let repair = u32::try_from(repair).expect("under a thousand");
        let packets = source.into_iter().chain(encoder.repair_packets(0, repair));
        let texts = packets.map(|packet| frame(&name, file.len(), packet)).collect();
        Ok(Self { texts })
    }

    /// The text of a square; after the last comes the first again.
    pub fn square(&self, place: usize) -> &str {
        &self.texts[place % self.texts.len()]
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

impl FrameReader {
    /// Takes the text of a square. One of another stream begins that one.
    pub fn take(&mut self, text: &str) -> Result<FramesRead, FrameError> {
        let Frame { name, bytes, number, symbol } = Frame::read(text)?;
        if self.done == Some(name) {
            return Ok(FramesRead::Again);
        }
        let same = |reading: &Reading| reading.name == name && reading.bytes == bytes;
        if !self.reading.as_ref().is_some_and(same) {
            self.reading = Some(Reading::new(name, bytes)?);
        }
        let reading = self.reading.as_mut().expect("begun just now at the latest");
        let of = bytes.div_ceil(SYMBOL_BYTES);
        let whole = match reading.seen.insert(number) {
            true => reading.decoder.decode(packet(number, symbol)),
            false => None,
        };
        match whole {
            // More than any honest stream needs: each further one would only be tried in vain.
            None if reading.seen.len() > 2 * of + SPARE => {
                self.reading = None;
                Err(FrameError::Whole)
            }
            None => Ok(FramesRead::Part { read: reading.seen.len(), of }),
            Some(whole) => {
                self.reading = None;
                if name_of(&whole) != name {
                    return Err(FrameError::Whole);
                }
                self.done = Some(name);
                Ok(FramesRead::Whole(whole))
            }
        }
    }
}

impl Reading {
    fn new(name: [u8; NAME_BYTES], bytes: usize) -> Result<Self, FrameError> {
        let decoder = Decoder::new(shape(bytes)?);
        Ok(Self { name, bytes, seen: Default::default(), decoder })
    }
}

struct Frame {
    name: [u8; NAME_BYTES],
    bytes: usize,
    number: u32,
    symbol: Vec<u8>,
}

impl Frame {
    fn read(text: &str) -> Result<Self, FrameError> {
        if !is_frame(text) {
            return Err(FrameError::Shape);
        }
        let written = text.trim()[PREFIX.len()..].to_ascii_uppercase();
        let bytes = BASE32_NOPAD.decode(written.as_bytes()).map_err(|_| FrameError::Shape)?;
        let frame: &[u8; FRAME_BYTES] =
            bytes.as_slice().try_into().map_err(|_| FrameError::Shape)?;
        let (said, check) = frame.split_at(FRAME_BYTES - CHECK_BYTES);
        if sha256(said)[..CHECK_BYTES] != *check {
            return Err(FrameError::Check);
        }
        let (name, said) = said.split_at(NAME_BYTES);
        let (length, said) = said.split_at(3);
        let (number, symbol) = said.split_at(3);
        Ok(Self {
            name: name.try_into().expect("cut to its length"),
            bytes: three(length) as usize,
            number: three(number),
            symbol: symbol.to_vec(),
        })
    }
}

fn frame(name: &[u8; NAME_BYTES], bytes: usize, packet: EncodingPacket) -> String {
    let (id, symbol) = packet.split();
    let length = u32::try_from(bytes).expect("within the limit").to_be_bytes();
    let number = id.encoding_symbol_id().to_be_bytes();
    let mut said = [&name[..], &length[1..], &number[1..], &symbol].concat();
    let check = sha256(&said);
    said.extend_from_slice(&check[..CHECK_BYTES]);
    format!("{PREFIX}{}", BASE32_NOPAD.encode(&said))
}

fn packet(number: u32, symbol: Vec<u8>) -> EncodingPacket {
    EncodingPacket::new(PayloadId::new(0, number), symbol)
}

/// One block of whole symbols: both sides know it by the length alone.
fn shape(bytes: usize) -> Result<ObjectTransmissionInformation, FrameError> {
    if bytes == 0 || bytes > FRAMES_BYTES_MAX {
        return Err(FrameError::Length);
    }
    let symbol = u16::try_from(SYMBOL_BYTES).expect("a few hundred");
    Ok(ObjectTransmissionInformation::new(bytes as u64, symbol, 1, 1, 1))
}

fn name_of(file: &[u8]) -> [u8; NAME_BYTES] {
    sha256(file)[..NAME_BYTES].try_into().expect("a hash is longer")
}

fn three(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: usize) -> Vec<u8> {
        (0..bytes).map(|place| (place * 31 + place / 251) as u8).collect()
    }

    /// Reads squares until the stream is whole; says how many it took.
    fn read<'a>(texts: impl Iterator<Item = &'a str>) -> (usize, Vec<u8>) {
        let mut reader = FrameReader::default();
        for (count, text) in (1..).zip(texts) {
            if let FramesRead::Whole(whole) = reader.take(text).expect("a good square") {
                return (count, whole);
            }
        }
        panic!("the stream never became whole");
    }

    #[test]
    fn a_stream_is_read_from_whichever_squares() {
        for bytes in [1, 383, 384, 385, 7_000, FRAMES_BYTES_MAX] {
            let file = file(bytes);
            let frames = Frames::of(&file).expect("within the limit");
            let needed = bytes.div_ceil(SYMBOL_BYTES);
            let in_order = (0..frames.len()).map(|place| frames.square(place));
            assert_eq!(read(in_order), (needed, file.clone()), "{bytes}");
            // Every third is missed, and the reader begins near the end.
            let from = frames.len() * 2 / 3;
            let missed = (from..from + 3 * frames.len()).filter(|place| place % 3 != 0);
            let (count, whole) = read(missed.map(|place| frames.square(place)));
            assert_eq!(whole, file, "{bytes}");
            assert!(count <= 2 * frames.len(), "{bytes} bytes took {count} squares");
        }
    }

    #[test]
    fn a_handful_more_than_needed_are_always_enough() {
        let file = file(20_000);
        let frames = Frames::of(&file).expect("within the limit");
        let needed = 20_000_usize.div_ceil(SYMBOL_BYTES);
        // The last of all come first: a quarter of them are repairs.
        let (count, whole) = read((0..frames.len()).rev().map(|place| frames.square(place)));
        assert_eq!(whole, file);
        assert!((needed..=needed + 3).contains(&count), "{count} of {needed}");
    }

    #[test]
    fn a_square_fits_the_glass_and_survives_a_careless_scanner() {
        let frames = Frames::of(&file(1_000)).expect("within the limit");
        let text = frames.square(0);
        assert_eq!(text.len(), 650);
        let careless = format!(" {}\r\n", text.to_ascii_lowercase());
        let mut reader = FrameReader::default();
        assert_eq!(reader.take(&careless), Ok(FramesRead::Part { read: 1, of: 3 }));
        // Read twice, it counts once.
        assert_eq!(reader.take(text), Ok(FramesRead::Part { read: 1, of: 3 }));
    }

    #[test]
    fn whatever_is_no_square_of_a_stream_says_why() {
        let frames = Frames::of(&file(1_000)).expect("within the limit");
        let good = frames.square(1);
        let mut reader = FrameReader::default();
        let mut says = |text: &str| reader.take(text).expect_err("no square");
        assert_eq!(says(""), FrameError::Shape);
        assert_eq!(says("PADI1:"), FrameError::Shape);
        assert_eq!(says("PADI1:ÄÖÜ"), FrameError::Shape);
        assert_eq!(says(&good[..good.len() - 1]), FrameError::Shape);
        for place in PREFIX.len()..good.len() - 1 {
            let other = if good.as_bytes()[place] == b'A' { "B" } else { "A" };
            let misread = [&good[..place], other, &good[place + 1..]].concat();
            assert_eq!(says(&misread), FrameError::Check, "sign {place}");
        }
        let frame = |bytes| frame(&[1; NAME_BYTES], bytes, packet(0, vec![0; SYMBOL_BYTES]));
        assert_eq!(says(&frame(0)), FrameError::Length);
        assert_eq!(says(&frame(FRAMES_BYTES_MAX + 1)), FrameError::Length);
        assert_eq!(says(&frame(SYMBOL_BYTES)), FrameError::Whole);
        assert_eq!(Frames::of(&[]), Err(FrameError::Length));
        assert_eq!(Frames::of(&file(FRAMES_BYTES_MAX + 1)), Err(FrameError::Length));
    }

    #[test]
    fn another_stream_begins_anew() {
        let (one, other) = (file(1_000), file(900));
        let (first, second) = (Frames::of(&one).expect("good"), Frames::of(&other).expect("good"));
        let mut reader = FrameReader::default();
        reader.take(first.square(0)).expect("a good square");
        assert_eq!(reader.take(second.square(0)), Ok(FramesRead::Part { read: 1, of: 3 }));
        reader.take(second.square(1)).expect("a good square");
        assert_eq!(reader.take(second.square(2)), Ok(FramesRead::Whole(other)));
        // The screen goes on showing them; another stream is read afterwards.
        assert_eq!(reader.take(second.square(0)), Ok(FramesRead::Again));
        assert_eq!(reader.take(first.square(0)), Ok(FramesRead::Part { read: 1, of: 3 }));
    }
}
