//! The signed heads of a file: which of them are genuine, and where the chain agrees with them.

use ledger::{Head, Purpose, Writer, WrongSignature};

use super::chain::{Chain, lost_at_the_end};
use super::finding::{Finding, Place, Verdict};
use super::form::SealedBy;
use super::keys::Known;
use super::read::{Book, Seal, Witness};
use crate::head::{SignedHead, Statement};
use crate::message::{Checkpoint, SignedCheckpoint};

/// A head that a known key signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Proven {
    pub head: Head,
    pub at_ms: i64,
    pub by: By,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The device, with a request.
    Request,
    /// The office, countersigning.
    Checkpoint,
    /// Whoever closed the file.
    Seal,
}

/// Finds the signed heads that are genuine, by sequence, and how many could not be checked.
pub(super) fn proven(
    book: &Book,
    writer: Writer,
    known: &Known,
    findings: &mut Vec<Finding>,
) -> (Vec<Proven>, usize) {
    let mut proven = Vec::with_capacity(book.witnesses.len() + 1);
    let mut unchecked = 0;
    let mut take =
        |line, head, at_ms, by, checked: Option<Result<(), WrongSignature>>| match checked {
            None => unchecked += 1,
            Some(Ok(())) => proven.push(Proven { head, at_ms, by }),
            Some(Err(_)) => {
                let what = format!("the head of entry {} is not signed by {}", head.seq, who(by));
                findings.push(Finding::altered(Place::Line(line), what));
            }
        };
    for witness in &book.witnesses {
        let by = if witness.covers.is_some() { By::Request } else { By::Checkpoint };
        take(witness.line, witness.head, witness.at_ms, by, witness.check(writer, known));
    }
    if let Some(seal) = &book.seal {
        take(seal.line, seal.head, seal.at_ms, By::Seal, seal.check(writer, known));
    }
    proven.sort_by_key(|proven| proven.head.seq);
    (proven, unchecked)
}

/// Whether a head is among those that a known key signed.
pub(super) fn is_proven(proven: &[Proven], head: Head) -> bool {
    let from = proven.partition_point(|proven| proven.head.seq < head.seq);
    let same = proven[from..].iter().take_while(|proven| proven.head.seq == head.seq);
    same.into_iter().any(|proven| proven.head.hash == head.hash)
}

/// A place from which on the chain does not agree.
struct Doubt {
    /// The last signed head before it that agrees.
    after: u64,
    /// The first that does not.
    seq: u64,
}

impl Doubt {
    fn place(&self) -> Place {
        Place::span((self.after + 1).min(self.seq), self.seq)
    }
}

/// Holds the chain against the signed heads; says how many of them agree, and up to which entry.
pub(super) fn compare(
    book: &Book,
    writer: Writer,
    chain: &Chain<'_>,
    proven: &[Proven],
    findings: &mut Vec<Finding>,
) -> (usize, u64) {
    let agrees =
        |proven: &Proven| Some(chain.hash_at(proven.head.seq, writer)? == proven.head.hash);
    let end = chain.end();
    let mut heads: Vec<(u64, bool)> =
        proven.iter().filter_map(|proven| Some((proven.head.seq, agrees(proven)?))).collect();
    // Of two heads of one entry, the one that does not agree is looked at first.
    heads.sort_unstable();
    let mut agreed = 0;
    let mut doubt: Option<Doubt> = None;
    for (seq, agrees) in &heads {
        if !agrees {
            doubt.get_or_insert(Doubt { after: agreed, seq: *seq });
            continue;
        }
        if let Some(doubt) = doubt.take() {
            findings.push(match chain.is_whole(doubt.seq, *seq) {
                true => forked(&doubt, *seq),
                false => altered(&doubt),
            });
        }
        agreed = *seq;
    }
    let beyond = proven.iter().map(|proven| proven.head.seq).max().filter(|seq| *seq > end);
    if let Some(seq) = beyond {
        findings.push(tail(book, chain, seq));
    }
    match doubt {
        Some(doubt) => findings.push(altered(&doubt)),
        None if agreed < end => findings.push(Finding::new(
            Verdict::Unproven,
            Place::span(agreed + 1, end),
            "no signature of a known key covers it",
        )),
        None => {}
    }
    (heads.iter().filter(|(_, agrees)| *agrees).count(), agreed)
}

/// Looks at the last line; answers who closed the file, and when.
pub(super) fn closing(
    book: &Book,
    chain: &Chain<'_>,
    known: &Known,
    proven: &[Proven],
    findings: &mut Vec<Finding>,
) -> Option<(SealedBy, i64)> {
    let end = chain.end();
    let cut = |what| Finding::new(Verdict::CutOff, Place::After(end), what);
    if book.torn {
        findings.push(cut("the file ends in the middle of a line"));
        return None;
    }
    let Some(seal) = book.seal else {
        let last = book.unreadable.last().map_or(0, |unreadable| unreadable.line);
        let lines = book.witnesses.iter().map(|witness| witness.line);
        let recorded = book.entries.iter().chain(&book.beside);
        let lines = lines.chain(recorded.map(|recorded| recorded.line));
        let is_last = last > lines.max().unwrap_or(1);
        if !is_last {
            findings.push(cut("the closing line with its signature is missing"));
        }
        return None;
    };
    if seal.signer(known).is_none() {
        let what = "the file is closed by a key that is only claimed";
        findings.push(Finding::new(Verdict::Unproven, Place::Line(seal.line), what));
        return None;
    }
    if !proven.iter().any(|proven| proven.by == By::Seal) {
        return None;
    }
    if seal.head.seq < end {
        let place = Place::span(seal.head.seq + 1, end);
        findings.push(Finding::altered(place, "it stands after the head that closes the file"));
    }
    let is_blamed = findings.iter().any(|finding| finding.verdict >= Verdict::Gap)
        || findings.iter().any(|finding| finding.verdict == Verdict::CutOff)
        || !book.unreadable.is_empty();
    if seal.covers != seal.lines && !is_blamed {
        let what = "they are not those that the file was closed with";
        findings.push(Finding::altered(Place::OtherLines, what));
    }
    Some((seal.by, seal.at_ms))
}

impl Witness {
    /// None where the key is only claimed.
    fn check(&self, writer: Writer, known: &Known) -> Option<Result<(), WrongSignature>> {
        let (head, at_ms, signature) = (self.head, self.at_ms, self.signature);
        match self.covers {
            Some(covers) => known.device_trust.is_good().then(|| {
                let statement = Statement { writer, head: Some(head), at_ms, covers };
                SignedHead { statement, signature }.verify(Purpose::Request, &known.device)
            }),
            None => known.office_trust.is_good().then(|| {
                let checkpoint = Checkpoint { writer, seq: head.seq, hash: head.hash, at_ms };
                SignedCheckpoint { checkpoint, signature, request: self.answers }
                    .verify(&known.office)
            }),
        }
    }
}

impl Seal {
    fn check(&self, writer: Writer, known: &Known) -> Option<Result<(), WrongSignature>> {
        let key = self.signer(known)?;
        let statement =
            Statement { writer, head: Some(self.head), at_ms: self.at_ms, covers: self.covers };
        Some(SignedHead { statement, signature: self.signature }.verify(Purpose::Head, &key))
    }

    fn signer(&self, known: &Known) -> Option<ledger::PublicKey> {
        match self.by {
            SealedBy::Device => known.device_trust.is_good().then_some(known.device),
            SealedBy::Office => known.office_trust.is_good().then_some(known.office),
        }
    }
}

fn forked(doubt: &Doubt, agreed: u64) -> Finding {
    let what = format!(
        "two histories were signed: another head of entry {}, and this one up to entry {agreed}",
        doubt.seq
    );
    Finding::new(Verdict::Forked, doubt.place(), what)
}

fn altered(doubt: &Doubt) -> Finding {
    let what = match doubt.after {
        0 => format!("the signed head of entry {} is another", doubt.seq),
        after => format!(
            "the signed head of entry {after} agrees, the signed head of entry {} is another",
            doubt.seq
        ),
    };
    Finding::altered(doubt.place(), what)
}

/// A signed head beyond the last entry.
fn tail(book: &Book, chain: &Chain<'_>, seq: u64) -> Finding {
    let place = Place::span(chain.end() + 1, seq);
    match lost_at_the_end(book, chain).is_empty() {
        true => {
            let what = format!("not there, though a head of entry {seq} was signed");
            Finding::new(Verdict::CutOff, place, what)
        }
        false => Finding::altered(place, "its line cannot be read"),
    }
}

fn who(by: By) -> &'static str {
    match by {
        By::Request => "the device's key",
        By::Checkpoint => "the office's key",
        By::Seal => "the key that closes the file",
    }
}
