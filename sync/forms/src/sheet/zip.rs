//! What an .xlsx file, a ZIP file, unpacks to: looked at part by part before calamine sees it, so
//! that a small file that unpacks to gigabytes, or asks for them, is refused.

use std::io::Read;

use flate2::read::DeflateDecoder;

use super::UNPACKED_BYTES_MAX;

/// The most texts that a workbook may say it shares: room is kept for as many as it says.
const SHARED_MAX: u64 = 1_000_000;
/// The record at the end of a ZIP file, without its comment.
const END_BYTES: usize = 22;

const BROKEN: &str = "the file is no whole .xlsx workbook: it cannot be unpacked";

struct File<'f>(&'f [u8]);

impl File<'_> {
    fn short(&self, at: usize) -> Result<usize, String> {
        let two = at.checked_add(2).and_then(|end| self.0.get(at..end)).ok_or(BROKEN)?;
        Ok(usize::from(u16::from_le_bytes([two[0], two[1]])))
    }

    fn long(&self, at: usize) -> Result<usize, String> {
        let four = at.checked_add(4).and_then(|end| self.0.get(at..end)).ok_or(BROKEN)?;
        let number = u32::from_le_bytes([four[0], four[1], four[2], four[3]]);
        usize::try_from(number).map_err(|_| BROKEN.to_owned())
    }

    /// The one record that ends the file: a second one could lie in its comment, and name other
    /// parts to another reader.
    fn end(&self) -> Result<usize, String> {
        let from = self.0.len().saturating_sub(END_BYTES + 0xffff);
        let mut ends = self.0[from..].windows(4).enumerate();
        let mut next = || ends.find(|(_, four)| *four == b"PK\x05\x06").map(|(at, _)| from + at);
        let end = next().ok_or(BROKEN)?;
        let disks = [self.short(end + 4)?, self.short(end + 6)?];
        let counts = [self.short(end + 8)?, self.short(end + 10)?];
        let comment = self.short(end + 20)?;
        let directory = self.long(end + 16)?.checked_add(self.long(end + 12)?);
        // ZIP64 has a second record of its own, and no form is that large.
        let is_long = end >= 20 && self.0[end - 20..].starts_with(b"PK\x06\x07");
        let is_sound = next().is_none()
            && disks == [0, 0]
            && counts[0] == counts[1]
            && counts[0] > 0
            && end + END_BYTES + comment == self.0.len()
            && directory == Some(end)
            && !is_long;
        if is_sound { Ok(end) } else { Err(BROKEN.to_owned()) }
    }
}

/// Unpacks every part that the central directory lists, one after the other; why that cannot be,
/// as a sentence.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    let file = File(bytes);
    let end = file.end()?;
    let mut at = file.long(end + 16)?;
    let mut left = UNPACKED_BYTES_MAX;
    for _ in 0..file.short(end + 10)? {
        let header = bytes.get(at..).filter(|rest| rest.starts_with(b"PK\x01\x02"));
        header.ok_or(BROKEN)?;
        let (method, packed) = (file.short(at + 10)?, file.long(at + 20)?);
        let local = file.long(at + 42)?;
        let begin = local + 30 + file.short(local + 26)? + file.short(local + 28)?;
        let part = begin.checked_add(packed).and_then(|end| bytes.get(begin..end));
        let part = unpacked(part.ok_or(BROKEN)?, method, left)?;
        left = left.checked_sub(part.len()).ok_or_else(too_much)?;
        look_into(&part)?;
        at += 46 + file.short(at + 28)? + file.short(at + 30)? + file.short(at + 32)?;
    }
    if at == end { Ok(()) } else { Err(BROKEN.to_owned()) }
}

fn too_much() -> String {
    format!("the file unpacks to more than {UNPACKED_BYTES_MAX} bytes: it is no form")
}

/// A part as it is unpacked; at most one byte more than is left.
fn unpacked(part: &[u8], method: usize, left: usize) -> Result<Vec<u8>, String> {
    match method {
        0 => Ok(part.to_vec()),
        8 => {
            let mut unpacked = Vec::new();
            let mut packed = DeflateDecoder::new(part).take(left as u64 + 1);
            packed.read_to_end(&mut unpacked).map_err(|_| BROKEN.to_owned())?;
            Ok(unpacked)
        }
        _ => Err("the file is packed in a way that no spreadsheet uses: save it anew".to_owned()),
    }
}

/// Calamine keeps room for as many shared texts as `uniqueCount` says, whatever there are. The
/// letters are looked for as they are, so that a part must be in UTF-8, as spreadsheets write it.
fn look_into(part: &[u8]) -> Result<(), String> {
    let is_wide = [&[0xff, 0xfe][..], &[0xfe, 0xff], b"\0<", b"<\0"]
        .iter()
        .any(|begin| part.starts_with(begin));
    let mut declared = after(part, b"<?xml").filter_map(|rest| {
        let head = &rest[..rest.len().min(256)];
        let end = head.windows(2).position(|two| two == b"?>").unwrap_or(head.len());
        after(&head[..end], b"encoding").find_map(attribute)
    });
    if is_wide || declared.any(|name| !name.eq_ignore_ascii_case(b"utf-8")) {
        return Err("the workbook is not in UTF-8: save it anew as Excel workbook (.xlsx)".into());
    }
    for value in after(part, b"uniqueCount").filter_map(attribute) {
        let count = std::str::from_utf8(value).ok().and_then(|text| text.trim().parse().ok());
        if count.is_none_or(|count: u64| count > SHARED_MAX) {
            return Err(format!(
                "the workbook says that it has more than {SHARED_MAX} texts: it is no form"
            ));
        }
    }
    // Calamine counts in 32 bits, unchecked, and takes the begin of a range from its end.
    let named = |name: &'static [u8]| {
        let blank = move |at: &usize| part[..*at].last().is_some_and(u8::is_ascii_whitespace);
        places(part, name).filter(blank).filter_map(move |at| attribute(&part[at + name.len()..]))
    };
    if named(b"r").chain(named(b"ref")).all(are_cells) {
        Ok(())
    } else {
        Err("the workbook names a cell that cannot be: save it anew as .xlsx".to_owned())
    }
}

/// Whether a text such as B12, or A1:B12, can be read; other texts are read as none.
fn are_cells(text: &[u8]) -> bool {
    let mut least = (0, 0);
    text.split(|each| *each == b':').all(|cell| {
        let letters = cell.iter().take_while(|each| each.is_ascii_alphabetic()).count();
        let digits = cell[letters..].iter().take_while(|each| each.is_ascii_digit()).count();
        let digit = |number: u64, each: &u8| number * 10 + u64::from(*each - b'0');
        let letter =
            |number: u64, each: &u8| number * 26 + u64::from(each.to_ascii_uppercase() - b'A') + 1;
        if letters > 6 || digits > 9 {
            return false;
        }
        let column = cell[..letters].iter().fold(0, letter);
        let row = cell[letters..letters + digits].iter().fold(0, digit);
        let is_after = least.0 <= column && least.1 <= row;
        least = (column, row);
        is_after
    })
}

/// What follows each place of a word.
fn after<'b>(bytes: &'b [u8], word: &'b [u8]) -> impl Iterator<Item = &'b [u8]> {
    places(bytes, word).map(move |at| &bytes[at + word.len()..])
}

fn places<'b>(bytes: &'b [u8], word: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
    let places = bytes.windows(word.len()).enumerate();
    places.filter(move |(_, each)| *each == word).map(|(at, _)| at)
}

/// The value of an attribute, behind its name.
fn attribute(rest: &[u8]) -> Option<&[u8]> {
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, rest) = rest.split_first()?;
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let end = rest.iter().position(|each| each == quote).unwrap_or(rest.len());
    Some(&rest[..end])
}
