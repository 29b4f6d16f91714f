//! An export read back. Nothing of it is believed here: a line that cannot be read is noted with
//! its place, and reading goes on, so that the check can say which entry stood there.

use std::io::{self, BufRead};

use data_encoding::HEXLOWER;
use ledger::{ENTRY_BYTES_MAX, Hash, Head, PublicKey, Signature, Writer};
use ring::digest::{Context, SHA256};
use thiserror::Error;

use super::form::{FORM, First, FirstLine, Line, OLDEST_VERSION, SealedBy, VERSION, digest};
use crate::message::SignedNotice;

/// The longest line that is read, in bytes: the largest entry in hexadecimal figures, its hash and
/// the words around them.
pub const LINE_BYTES_MAX: usize = 2 * ENTRY_BYTES_MAX + 512;

/// The most lines of one file: a device of a thousand entries a day for ten years.
pub const LINES_MAX: u64 = 4_000_000;

/// The most lines that may be unreadable before the file is no export at all.
pub const UNREADABLE_MAX: usize = 1_000;

/// A file as it was read.
#[derive(Clone, Debug)]
pub struct Book {
    pub first: First,
    pub entries: Vec<Recorded>,
    /// Entries of other histories of the same device.
    pub(super) beside: Vec<Recorded>,
    pub(super) witnesses: Vec<Witness>,
    pub(super) enrolment: Option<(u64, SignedNotice)>,
    pub(super) seal: Option<Seal>,
    pub(super) unreadable: Vec<Unreadable>,
    /// The last line is not a whole one.
    pub(super) torn: bool,
}

/// An entry's line.
#[derive(Clone, Debug)]
pub struct Recorded {
    pub line: u64,
    pub seq: u64,
    pub hash: Hash,
    pub canonical: Vec<u8>,
}

/// A line with a signed head.
#[derive(Clone, Copy, Debug)]
pub(super) struct Witness {
    pub line: u64,
    pub head: Head,
    pub at_ms: i64,
    pub signature: Signature,
    /// The hash of the request that the device signed with it; none for the office.
    pub covers: Option<Hash>,
    /// The hash of the request that the office answered with it; none where it signed no more.
    pub answers: Option<Hash>,
}

/// The closing line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seal {
    pub line: u64,
    pub by: SealedBy,
    pub head: Head,
    pub at_ms: i64,
    pub covers: Hash,
    pub signature: Signature,
    /// The hash of the lines as they stand above it.
    pub lines: Hash,
}

#[derive(Clone, Debug)]
pub(super) struct Unreadable {
    pub line: u64,
    pub why: String,
}

/// Why a file is no export.
#[derive(Debug, Error)]
pub enum ReadError {
    #[error("the file cannot be read")]
    Input(#[source] io::Error),
    #[error("the first line is not that of Padi's books")]
    FirstLine(#[source] LineError),
    #[error("the books have form {0}: this program reads forms {OLDEST_VERSION} to {VERSION}")]
    Version(u32),
    #[error("more than {LINES_MAX} lines")]
    TooManyLines,
    #[error("more than {UNREADABLE_MAX} lines cannot be read: these are no books")]
    TooManyUnreadable,
}

/// Why a line cannot be read.
#[derive(Debug, Error)]
pub enum LineError {
    #[error("longer than {LINE_BYTES_MAX} bytes")]
    TooLong,
    #[error("not as an export is written: {0}")]
    Json(#[source] serde_json::Error),
    #[error("the {0} is not in small hexadecimal figures, or not as long as it should be")]
    Hex(&'static str),
    #[error("it calls itself {0:?}")]
    Form(String),
    #[error("the office's word on the device cannot be read: {0}")]
    Notice(#[source] minicbor::decode::Error),
    #[error("it stands there a second time")]
    Twice,
    #[error("it stands after the closing line")]
    AfterTheEnd,
}

impl Book {
    /// Reads an export to its end.
    pub fn read(from: impl BufRead) -> Result<Self, ReadError> {
        let mut lines = Lines { from, number: 0, text: Vec::new(), hashed: Context::new(&SHA256) };
        let first = match lines.next()? {
            Next::Line => first(&lines.text).map_err(ReadError::FirstLine)?,
            Next::TooLong => return Err(ReadError::FirstLine(LineError::TooLong)),
            Next::Torn | Next::End => {
                return Err(ReadError::FirstLine(LineError::Form(String::new())));
            }
        };
        if !(OLDEST_VERSION..=VERSION).contains(&first.version) {
            return Err(ReadError::Version(first.version));
        }
        let mut book = Self::of(first_checked(first).map_err(ReadError::FirstLine)?);
        loop {
            lines.keep_hash();
            let next = lines.next()?;
            let taken = match next {
                Next::End => return Ok(book),
                Next::TooLong => Err(LineError::TooLong),
                Next::Line | Next::Torn => book.take(&lines),
            };
            if let Err(why) = taken {
                book.torn = matches!(next, Next::Torn);
                book.unreadable.push(Unreadable { line: lines.number, why: why.to_string() });
            }
            if lines.number > LINES_MAX {
                return Err(ReadError::TooManyLines);
            }
            if book.unreadable.len() > UNREADABLE_MAX {
                return Err(ReadError::TooManyUnreadable);
            }
        }
    }

    fn of(first: First) -> Self {
        Self {
            first,
            entries: Vec::new(),
            beside: Vec::new(),
            witnesses: Vec::new(),
            enrolment: None,
            seal: None,
            unreadable: Vec::new(),
            torn: false,
        }
    }

    fn take<R>(&mut self, lines: &Lines<R>) -> Result<(), LineError> {
        let line = lines.number;
        let read: Line<'_> = serde_json::from_slice(&lines.text).map_err(LineError::Json)?;
        if self.seal.is_some() {
            return Err(LineError::AfterTheEnd);
        }
        match read {
            Line::Entry { seq, hash, canonical } => {
                self.entries.push(Recorded::read(line, seq, &hash, &canonical)?);
            }
            Line::Beside { seq, hash, canonical } => {
                self.beside.push(Recorded::read(line, seq, &hash, &canonical)?);
            }
            Line::Enrolment { .. } if self.enrolment.is_some() => return Err(LineError::Twice),
            Line::Enrolment { notice } => self.enrolment = Some((line, notice_of(&notice)?)),
            Line::Request { seq, hash, at_ms, covers, signature } => {
                let covers = Some(fixed(&covers, "hash of the request")?.into());
                let (head, signature) = (head(seq, &hash)?, signed(&signature)?);
                let answers = None;
                self.witnesses.push(Witness { line, head, at_ms, signature, covers, answers });
            }
            Line::Checkpoint { seq, hash, at_ms, request, signature } => {
                let (head, signature) = (head(seq, &hash)?, signed(&signature)?);
                let answers = match request {
                    None => None,
                    Some(request) => Some(fixed(&request, "hash of the request")?.into()),
                };
                let covers = None;
                self.witnesses.push(Witness { line, head, at_ms, signature, covers, answers });
            }
            Line::Seal { by, seq, hash, at_ms, covers, signature } => {
                let (head, signature) = (head(seq, &hash)?, signed(&signature)?);
                let covers = fixed(&covers, "hash of the lines")?.into();
                let lines = digest(lines.hashed.clone());
                self.seal = Some(Seal { line, by, head, at_ms, covers, signature, lines });
            }
        }
        Ok(())
    }
}

impl Recorded {
    fn read(line: u64, seq: u64, hash: &str, canonical: &str) -> Result<Self, LineError> {
        let canonical = HEXLOWER.decode(canonical.as_bytes());
        let canonical = canonical.map_err(|_| LineError::Hex("entry"))?;
        Ok(Self { line, seq, hash: fixed::<32>(hash, "hash")?.into(), canonical })
    }
}

/// The lines of a file, one at a time and none longer than the limit.
struct Lines<R> {
    from: R,
    number: u64,
    text: Vec<u8>,
    /// Over every line before this one, their ends included.
    hashed: Context,
}

enum Next {
    Line,
    /// The rest of it, to its end, was thrown away.
    TooLong,
    /// The last line, without an end.
    Torn,
    End,
}

impl<R: BufRead> Lines<R> {
    fn next(&mut self) -> Result<Next, ReadError> {
        self.text.clear();
        let mut too_long = false;
        loop {
            let part = match self.from.fill_buf() {
                Ok(part) => part,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(ReadError::Input(error)),
            };
            if part.is_empty() {
                let nothing = self.text.is_empty() && !too_long;
                self.number += u64::from(!nothing);
                return Ok(if nothing { Next::End } else { Next::Torn });
            }
            let end = part.iter().position(|byte| *byte == b'\n');
            let of_line = &part[..end.unwrap_or(part.len())];
            too_long |= self.text.len() + of_line.len() > LINE_BYTES_MAX;
            if !too_long {
                self.text.extend_from_slice(of_line);
            }
            let used = of_line.len() + usize::from(end.is_some());
            self.from.consume(used);
            if end.is_some() {
                self.number += 1;
                return Ok(if too_long { Next::TooLong } else { Next::Line });
            }
        }
    }

    fn keep_hash(&mut self) {
        self.hashed.update(&self.text);
        self.hashed.update(b"\n");
    }
}

fn first(text: &[u8]) -> Result<FirstLine, LineError> {
    serde_json::from_slice(text).map_err(LineError::Json)
}

fn first_checked(line: FirstLine) -> Result<First, LineError> {
    if line.form != FORM {
        return Err(LineError::Form(line.form));
    }
    Ok(First {
        body: line.body,
        writer: Writer(line.writer),
        name: line.name,
        device: PublicKey::new(fixed(&line.device, "device's key")?),
        office: PublicKey::new(fixed(&line.office, "office's key")?),
    })
}

fn head(seq: u64, hash: &str) -> Result<Head, LineError> {
    Ok(Head { seq, hash: fixed(hash, "hash")?.into() })
}

fn signed(text: &str) -> Result<Signature, LineError> {
    Ok(Signature::new(fixed(text, "signature")?))
}

fn notice_of(text: &str) -> Result<SignedNotice, LineError> {
    let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| LineError::Hex("notice"))?;
    minicbor::decode(&bytes).map_err(LineError::Notice)
}

fn fixed<const COUNT: usize>(text: &str, what: &'static str) -> Result<[u8; COUNT], LineError> {
    let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| LineError::Hex(what))?;
    bytes.try_into().map_err(|_| LineError::Hex(what))
}
