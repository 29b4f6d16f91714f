//! The check that an auditor, a device and the centre make alike: one writer's books against
//! themselves, against every signature that a known key gave, and against the clock. It needs the
//! file and the public keys, and nothing else.

mod beside;
mod chain;
mod clock;
mod finding;
mod form;
mod keys;
mod proven;
mod read;
#[cfg(test)]
mod tests;
mod totals;

use ledger::{Breach, DayBook, Fact, Hash, PublicKey, Writer};

pub use clock::{Bounds, Outside, SLACK_MS, outside};
pub use finding::{Finding, Place, Verdict};
pub use form::{Export, First, SealedBy};
pub use keys::{Keys, Trust};
pub use read::{Book, LINE_BYTES_MAX, LINES_MAX, LineError, ReadError, Recorded, UNREADABLE_MAX};
pub use totals::{ModeSum, Totals};

use chain::Chain;

/// The most breaches of rules that are listed of one file; an office that let more of them lie has
/// seen enough by then.
const BREACHES_MAX: usize = 1_000;

/// What the check found.
#[derive(Clone, Debug)]
pub struct Report {
    pub first: First,
    /// Which key the office's signatures were held against, and why it is believed.
    pub office: Trust,
    pub device: Trust,
    /// Who closed the file, and when by the closer's clock; none where no known key says so.
    pub sealed: Option<(SealedBy, i64)>,
    /// What is wrong, in the order of the entries.
    pub findings: Vec<Finding>,
    /// Entries that stand in the chain and break a rule: the office keeps them apart.
    pub breaches: Vec<(u64, String)>,
    /// Signed heads that could not be checked, since nobody gave or vouched for their key.
    pub unchecked: usize,
    /// How many signed heads agree with the chain.
    pub agreeing: usize,
    pub totals: Totals,
    /// The hash after each entry that is there, by its sequence.
    hashes: Vec<(u64, Hash)>,
}

impl Report {
    /// The gravest of what was found.
    pub fn verdict(&self) -> Verdict {
        self.findings.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Complete)
    }

    /// The last entry that is there.
    pub fn end(&self) -> u64 {
        self.hashes.last().map_or(0, |(seq, _)| *seq)
    }

    /// Where two files of one writer part, if they do and each is sound by itself. A place that is
    /// found to be altered in one of them is no second history.
    pub fn parts_from(&self, other: &Report) -> Option<Finding> {
        let theirs = |seq: u64| {
            let place = other.hashes.binary_search_by_key(&seq, |(seq, _)| *seq).ok()?;
            Some(other.hashes[place].1)
        };
        let differs = |(seq, hash): &&(u64, Hash)| theirs(*seq).is_some_and(|its| its != *hash);
        let (seq, _) = self.hashes.iter().find(differs)?;
        let mut findings = self.findings.iter().chain(&other.findings);
        if findings.any(|it| it.verdict == Verdict::Altered && it.place.holds(*seq)) {
            return None;
        }
        let what = "two histories part here: the device was copied, restored or rewritten";
        Some(Finding::new(Verdict::Forked, Place::Entry(*seq), what))
    }
}

/// Checks a book. Findings name an entry where the file itself shows which; where everything was
/// recomputed to agree with itself, they name the entries between two signed heads.
pub fn check(book: &Book, keys: &Keys) -> Report {
    let mut findings = Vec::new();
    let writer = chain::writer(book, &mut findings);
    let known = keys::settle(book, writer, keys, &mut findings);
    let (proven, unchecked) = proven::proven(book, writer, &known, &mut findings);
    let proven = beside::set_apart(book, proven, &mut findings);
    let chain = Chain::walk(book, writer, &proven, &mut findings);
    let (agreeing, covered) = proven::compare(book, writer, &chain, &proven, &mut findings);
    let sealed = proven::closing(book, &chain, &known, &proven, &mut findings);
    chain::odd_lines(book, &chain, &proven, &mut findings);
    clock::check(&chain, &proven, covered, &mut findings);
    let breaches = breaches(&chain, writer, known.office, &findings);
    findings.sort_by_key(|finding| (finding.place.order(), std::cmp::Reverse(finding.verdict)));
    findings.dedup_by(|one, other| one.place == other.place && one.verdict == other.verdict);
    Report {
        first: First { writer, ..book.first.clone() },
        office: known.office_trust,
        device: known.device_trust,
        sealed,
        findings,
        breaches,
        unchecked,
        agreeing,
        totals: Totals::of(chain.links.iter().filter_map(|link| link.entry.as_ref())),
        hashes: chain.links.iter().map(|link| (link.seq, link.hash)).collect(),
    }
}

/// The rules, as device and centre check them. They need a whole chain.
fn breaches(
    chain: &Chain<'_>,
    writer: Writer,
    office: PublicKey,
    findings: &[Finding],
) -> Vec<(u64, String)> {
    let broken = findings.iter().any(|finding| finding.verdict >= Verdict::Gap);
    if broken {
        return Vec::new();
    }
    let entries = chain.links.iter().filter_map(|link| link.entry.as_ref());
    let mut breaches = Vec::new();
    let mut day_book = DayBook::new(writer, office);
    for entry in entries {
        let breach = match writer {
            Writer::OFFICE => not_the_offices(&entry.fact),
            _ => day_book.apply(entry).err().map(|breach: Breach| breach.to_string()),
        };
        let Some(breach) = breach else { continue };
        if writer != Writer::OFFICE && day_book.pass_over(entry).is_err() {
            break;
        }
        breaches.push((entry.seq, breach));
        if breaches.len() == BREACHES_MAX {
            break;
        }
    }
    breaches
}

fn not_the_offices(fact: &Fact) -> Option<String> {
    let is_offices = matches!(fact, Fact::Received(_)) || fact.is_offices_alone();
    (!is_offices).then(|| "is no fact that the office writes".to_owned())
}
