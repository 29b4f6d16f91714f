//! The file that an auditor takes away: one JSON object a line. The first says whose books these
//! are; one line for each entry with its bytes and its hash; the heads that were signed on the way;
//! and last, whoever wrote the file signs its chain's head and the hash of every line above.

use std::borrow::Cow;
use std::io::{self, Write};

use data_encoding::HEXLOWER;
use ledger::{Hash, Head, PublicKey, Purpose, Signature, Signer, Writer};
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use crate::head::{SignedHead, Statement};
use crate::message::{SignedCheckpoint, SignedNotice};

/// The name of the form, and its version: the third has entries of other histories, the
/// fourth countersignatures that answer a request. What an older one says, a newer says alike.
pub(super) const FORM: &str = "padi books";
pub(super) const VERSION: u32 = 4;
pub(super) const OLDEST_VERSION: u32 = 2;

/// Whose books these are. What it says of keys is only a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First {
    pub body: String,
    pub writer: Writer,
    /// The device's name in the office, "kiosk-1".
    pub name: String,
    pub device: PublicKey,
    pub office: PublicKey,
}

/// Who closed a file with a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealedBy {
    Device,
    Office,
}

/// The first line, as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FirstLine {
    pub form: String,
    pub version: u32,
    pub body: String,
    pub writer: u32,
    pub name: String,
    pub device: String,
    pub office: String,
}

/// Every other line, as it is written. Bytes stand in small hexadecimal figures.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Line<'a> {
    Entry {
        seq: u64,
        #[serde(borrow)]
        hash: Cow<'a, str>,
        #[serde(borrow)]
        canonical: Cow<'a, str>,
    },
    /// An entry that the device signed and that is not of this chain: the office keeps it beside.
    Beside {
        seq: u64,
        #[serde(borrow)]
        hash: Cow<'a, str>,
        #[serde(borrow)]
        canonical: Cow<'a, str>,
    },
    /// The office's word on the device's key: a notice of the office book under its signature.
    Enrolment {
        #[serde(borrow)]
        notice: Cow<'a, str>,
    },
    /// The device's head, as it signed it with a request.
    Request {
        seq: u64,
        #[serde(borrow)]
        hash: Cow<'a, str>,
        at_ms: i64,
        #[serde(borrow)]
        covers: Cow<'a, str>,
        #[serde(borrow)]
        signature: Cow<'a, str>,
    },
    /// The office's countersignature.
    Checkpoint {
        seq: u64,
        #[serde(borrow)]
        hash: Cow<'a, str>,
        at_ms: i64,
        /// The hash of the request that the office answered with it, if it signed both at once.
        #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
        request: Option<Cow<'a, str>>,
        #[serde(borrow)]
        signature: Cow<'a, str>,
    },
    /// The last line.
    Seal {
        by: SealedBy,
        seq: u64,
        #[serde(borrow)]
        hash: Cow<'a, str>,
        at_ms: i64,
        #[serde(borrow)]
        covers: Cow<'a, str>,
        #[serde(borrow)]
        signature: Cow<'a, str>,
    },
}

/// An export while it is written: entries, then signed heads and what is kept beside them, then the
/// seal.
pub struct Export<W> {
    to: W,
    lines: Context,
}

impl<W: Write> Export<W> {
    pub fn begin(to: W, first: &First) -> io::Result<Self> {
        let mut export = Self { to, lines: Context::new(&SHA256) };
        export.write(&FirstLine {
            form: FORM.to_owned(),
            version: VERSION,
            body: first.body.clone(),
            writer: first.writer.0,
            name: first.name.clone(),
            device: HEXLOWER.encode(first.device.bytes()),
            office: HEXLOWER.encode(first.office.bytes()),
        })?;
        Ok(export)
    }

    /// An entry with the hash that stands beside it in the books.
    pub fn entry(&mut self, seq: u64, hash: &[u8], canonical: &[u8]) -> io::Result<()> {
        self.write(&Line::Entry { seq, hash: hex(hash), canonical: hex(canonical) })
    }

    /// An entry of another history of this writer, with the hash after it there.
    pub fn beside(&mut self, seq: u64, hash: &[u8], canonical: &[u8]) -> io::Result<()> {
        self.write(&Line::Beside { seq, hash: hex(hash), canonical: hex(canonical) })
    }

    pub fn enrolment(&mut self, notice: &SignedNotice) -> io::Result<()> {
        let bytes = minicbor::to_vec(notice).expect("a Vec takes every byte");
        self.write(&Line::Enrolment { notice: hex(&bytes) })
    }

    /// A head as the device signed it with a request; a request without entries proves none.
    pub fn request(&mut self, signed: &SignedHead) -> io::Result<()> {
        let Statement { head: Some(head), at_ms, covers, .. } = signed.statement else {
            return Ok(());
        };
        self.write(&Line::Request {
            seq: head.seq,
            hash: hex(&head.hash[..]),
            at_ms,
            covers: hex(&covers[..]),
            signature: signature(&signed.signature),
        })
    }

    pub fn checkpoint(&mut self, signed: &SignedCheckpoint) -> io::Result<()> {
        let checkpoint = signed.checkpoint;
        self.write(&Line::Checkpoint {
            seq: checkpoint.seq,
            hash: hex(&checkpoint.hash[..]),
            at_ms: checkpoint.at_ms,
            request: signed.request.map(|request| hex(&request[..])),
            signature: signature(&signed.signature),
        })
    }

    /// Signs where the chain ends and every line above, and ends the file.
    pub fn seal(
        mut self,
        (by, signer): (SealedBy, &dyn Signer),
        writer: Writer,
        head: Head,
        at_ms: i64,
    ) -> io::Result<W> {
        let covers = digest(self.lines.clone());
        let statement = Statement { writer, head: Some(head), at_ms, covers };
        let signed = statement.signed(Purpose::Head, signer);
        self.write(&Line::Seal {
            by,
            seq: head.seq,
            hash: hex(&head.hash[..]),
            at_ms,
            covers: hex(&covers[..]),
            signature: signature(&signed.signature),
        })?;
        self.to.flush()?;
        Ok(self.to)
    }

    fn write(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut text = serde_json::to_vec(line).expect("texts and numbers become JSON");
        text.push(b'\n');
        self.lines.update(&text);
        self.to.write_all(&text)
    }
}

pub(super) fn digest(context: Context) -> Hash {
    let digest: [u8; 32] = context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes");
    digest.into()
}

fn hex(bytes: &[u8]) -> Cow<'static, str> {
    HEXLOWER.encode(bytes).into()
}

fn signature(signature: &Signature) -> Cow<'static, str> {
    hex(signature.bytes())
}
