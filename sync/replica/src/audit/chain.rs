//! The walk along the entries: places, numbers, bytes and hashes. Each hash is computed from the
//! one that is recorded before it, so that one altered entry does not drag all later ones along.

use ledger::{Entry, Fact, Hash, Head, Writer};

use super::finding::{Finding, Place, Verdict};
use super::proven::{Proven, is_proven};
use super::read::{Book, Recorded};

/// How many entries are looked through for a lease that names the writer: the first book is opened
/// with the first entry, or after a few of staff.
const LEASE_WITHIN: usize = 100;

/// The entries in their order.
pub(super) struct Chain<'a> {
    pub links: Vec<Link<'a>>,
}

pub(super) struct Link<'a> {
    pub seq: u64,
    recorded: &'a Recorded,
    /// None where its bytes are no entry.
    pub entry: Option<Entry>,
    /// The hash after it, as far as it can be told.
    pub hash: Hash,
    /// Its hash was computed from the entry before it, and is right.
    joined: bool,
}

impl<'a> Chain<'a> {
    pub fn walk(
        book: &'a Book,
        writer: Writer,
        proven: &[Proven],
        findings: &mut Vec<Finding>,
    ) -> Self {
        let links = numbered(&book.entries, findings);
        let links = without_copies(links, findings);
        let links = in_order(links, findings);
        let links = one_of_each(links, writer, findings);
        let mut chain = Self { links };
        chain.compute(book, writer, proven, findings);
        chain
    }

    pub fn end(&self) -> u64 {
        self.links.last().map_or(0, |link| link.seq)
    }

    /// The hash after an entry, where it is there; before the first entry, the writer's own.
    pub fn hash_at(&self, seq: u64, writer: Writer) -> Option<Hash> {
        if seq == 0 {
            return Some(Head::before_first(writer).hash);
        }
        let place = self.links.binary_search_by_key(&seq, |link| link.seq).ok()?;
        Some(self.links[place].hash)
    }

    /// Whether nothing is missing or broken after the entry `after`, up to the entry `upto`.
    pub fn is_whole(&self, after: u64, upto: u64) -> bool {
        let from = self.links.partition_point(|link| link.seq <= after);
        let to = self.links.partition_point(|link| link.seq <= upto);
        let count = self.links[from..to].iter().filter(|link| link.joined).count();
        u64::try_from(count).is_ok_and(|count| count == upto - after)
    }

    /// The last line that holds an entry.
    fn last_line(&self) -> u64 {
        self.links.iter().map(|link| link.recorded.line).max().unwrap_or(1)
    }

    fn compute(
        &mut self,
        book: &Book,
        writer: Writer,
        proven: &[Proven],
        findings: &mut Vec<Finding>,
    ) {
        let mut before = Head::before_first(writer);
        let mut before_line = 1;
        let mut is_known = true;
        for place in 0..self.links.len() {
            let (seq, recorded) = (self.links[place].seq, self.links[place].recorded);
            if seq != before.seq.saturating_add(1) {
                missing(book, (before.seq + 1, seq - 1), (before_line, recorded.line), findings);
                is_known = false;
            }
            let mut hash = recorded.hash;
            if is_known {
                let computed = before.after(&recorded.canonical);
                self.links[place].joined = computed.hash == recorded.hash;
                if computed.hash != recorded.hash {
                    let fits = self.is_next_from(place, computed) || is_proven(proven, computed);
                    self.links[place].joined = fits;
                    hash = if fits { computed.hash } else { recorded.hash };
                    findings.push(Finding::altered(Place::Entry(seq), says(fits)));
                }
            }
            self.links[place].hash = hash;
            before = Head { seq, hash };
            before_line = recorded.line;
            is_known = true;
        }
    }

    /// Whether the next entry follows this head, and so not the hash that is recorded.
    fn is_next_from(&self, place: usize, head: Head) -> bool {
        let next = self.links.get(place + 1);
        next.is_some_and(|next| {
            next.seq == head.seq.saturating_add(1)
                && head.after(&next.recorded.canonical).hash == next.recorded.hash
        })
    }
}

/// Whose books these are: what the first line says, unless the first entry follows another writer's
/// beginning that the file names elsewhere.
pub(super) fn writer(book: &Book, findings: &mut Vec<Finding>) -> Writer {
    let says = book.first.writer;
    let Some(first) = book.entries.first().filter(|first| first.seq == 1) else { return says };
    let begins =
        |writer: Writer| Head::before_first(writer).after(&first.canonical).hash == first.hash;
    if begins(says) {
        return says;
    }
    let enrolled =
        book.enrolment.iter().filter_map(|(_, signed)| match &signed.notice.entry.fact {
            Fact::DeviceEnrolled(enrolment) => Some(enrolment.writer),
            _ => None,
        });
    let entries = book.entries.iter().take(LEASE_WITHIN);
    let leased = entries.filter_map(|recorded| match Entry::read(&recorded.canonical).ok()?.fact {
        Fact::BookOpened(signed) => Some(signed.lease.writer),
        _ => None,
    });
    let Some(other) = enrolled.chain(leased).find(|writer| begins(*writer)) else { return says };
    let what = format!("it names device {}; the entries are those of {}", says.0, other.0);
    findings.push(Finding::altered(Place::FirstLine, what));
    other
}

/// Lines that nothing else accounts for.
pub(super) fn odd_lines(
    book: &Book,
    chain: &Chain<'_>,
    proven: &[Proven],
    findings: &mut Vec<Finding>,
) {
    let accounted = accounted(book, chain, proven);
    for unreadable in &book.unreadable {
        let is_torn = book.torn && Some(unreadable.line) == book.unreadable.last().map(|u| u.line);
        if !is_torn && !accounted.contains(&unreadable.line) {
            let what = format!("it cannot be read: {}", unreadable.why);
            findings.push(Finding::altered(Place::Line(unreadable.line), what));
        }
    }
}

/// The unreadable lines between the last entry and the first line of another kind, where a signed
/// head says that there were more entries: they were these.
pub(super) fn lost_at_the_end(book: &Book, chain: &Chain<'_>) -> Vec<u64> {
    let last = chain.last_line();
    let others = book.witnesses.iter().map(|witness| witness.line);
    let others = others.chain(book.enrolment.as_ref().map(|(line, _)| *line));
    let others = others.chain(book.beside.iter().map(|recorded| recorded.line));
    let next = others.chain(book.seal.map(|seal| seal.line)).min().unwrap_or(u64::MAX);
    lines_between(book, last, next)
}

fn accounted(book: &Book, chain: &Chain<'_>, proven: &[Proven]) -> Vec<u64> {
    let mut lines = Vec::new();
    let (mut seq, mut line) = (0_u64, 1);
    for link in &chain.links {
        if link.seq != seq.saturating_add(1) {
            lines.extend(lines_between(book, line, link.recorded.line));
        }
        (seq, line) = (link.seq, link.recorded.line);
    }
    if proven.iter().any(|proven| proven.head.seq > seq) {
        lines.extend(lost_at_the_end(book, chain));
    }
    lines
}

fn lines_between(book: &Book, after: u64, before: u64) -> Vec<u64> {
    let lines = book.unreadable.iter().map(|unreadable| unreadable.line);
    lines.filter(|line| *line > after && *line < before).collect()
}

/// Entries that are not there: taken out, or made unreadable.
fn missing(
    book: &Book,
    (first, last): (u64, u64),
    (after_line, before_line): (u64, u64),
    findings: &mut Vec<Finding>,
) {
    let place = Place::span(first, last);
    if lines_between(book, after_line, before_line).is_empty() {
        findings.push(Finding::new(Verdict::Gap, place, "missing"));
    } else {
        findings.push(Finding::altered(place, "its line cannot be read"));
    }
}

/// Which entry each line holds, by its own number and by that within its bytes.
fn numbered<'a>(entries: &'a [Recorded], findings: &mut Vec<Finding>) -> Vec<Link<'a>> {
    let mut links: Vec<Link<'a>> = Vec::with_capacity(entries.len());
    for recorded in entries {
        let entry = Entry::read(&recorded.canonical);
        let expected = links.last().map_or(0, |link| link.seq).saturating_add(1);
        let within = entry.as_ref().map_or(recorded.seq, |entry| entry.seq);
        let seq = if within == expected { within } else { recorded.seq };
        if seq == 0 {
            let what = "it says that it is entry 0: the first is 1";
            findings.push(Finding::altered(Place::Line(recorded.line), what));
            continue;
        }
        if let Err(why) = &entry {
            let what = format!("its bytes are no entry: {why}");
            findings.push(Finding::altered(Place::Entry(seq), what));
        } else if within != recorded.seq {
            let what = format!("its line says {}, its bytes say {within}", recorded.seq);
            findings.push(Finding::altered(Place::Entry(seq), what));
        }
        let entry = entry.ok().filter(|entry| entry.seq == seq);
        links.push(Link { seq, recorded, entry, hash: recorded.hash, joined: false });
    }
    links
}

/// Takes out entries that stand there twice: the one that does not stand among its neighbours.
fn without_copies<'a>(mut links: Vec<Link<'a>>, findings: &mut Vec<Finding>) -> Vec<Link<'a>> {
    let mut places: Vec<usize> = (0..links.len()).collect();
    places.sort_by_key(|place| links[*place].seq);
    let is_in_place = |place: usize| {
        let seq = links[place].seq;
        let before = place.checked_sub(1).map_or(0, |before| links[before].seq);
        let after = links.get(place + 1).map(|after| after.seq);
        before + 1 == seq || after == Some(seq.saturating_add(1))
    };
    let mut copies = Vec::new();
    for pair in places.windows(2) {
        let (one, other) = (pair[0], pair[1]);
        let (first, second) = (&links[one], &links[other]);
        if first.seq == second.seq && first.recorded.canonical == second.recorded.canonical {
            findings.push(Finding::altered(Place::Entry(first.seq), "it stands there twice"));
            copies.push(if is_in_place(other) && !is_in_place(one) { one } else { other });
        }
    }
    if copies.is_empty() {
        return links;
    }
    let mut place = 0;
    links.retain(|_| {
        place += 1;
        !copies.contains(&(place - 1))
    });
    links
}

/// Sorts the entries by their numbers, naming those that stood in another's place.
fn in_order<'a>(mut links: Vec<Link<'a>>, findings: &mut Vec<Finding>) -> Vec<Link<'a>> {
    if links.is_sorted_by_key(|link| link.seq) {
        return links;
    }
    let stood: Vec<u64> = links.iter().map(|link| link.seq).collect();
    let alone = moved_alone(&stood);
    links.sort_by_key(|link| link.seq);
    let moved = stood.iter().zip(&links).filter(|(stood, link)| **stood != link.seq);
    let moved: Vec<(u64, u64)> = moved.map(|(stood, link)| (*stood, link.seq)).collect();
    if let [(one, other), _] = moved[..] {
        let what = |seq| format!("it stands where entry {seq} should");
        findings.push(Finding::altered(Place::Entry(one), what(other)));
        findings.push(Finding::altered(Place::Entry(other), what(one)));
    } else if let Some(seq) = alone {
        findings.push(Finding::altered(Place::Entry(seq), "it does not stand in its place"));
    } else {
        let first = moved.iter().map(|(stood, _)| *stood).min().unwrap_or(0);
        let last = moved.iter().map(|(stood, _)| *stood).max().unwrap_or(0);
        findings.push(Finding::altered(Place::span(first, last), "they do not stand in order"));
    }
    links
}

/// The one number without which the others stand in order.
fn moved_alone(stood: &[u64]) -> Option<u64> {
    let fall = stood.windows(2).position(|pair| pair[0] > pair[1])?;
    let is_sorted_without = |place: usize| {
        let others = stood.iter().enumerate().filter(|(other, _)| *other != place);
        others.map(|(_, seq)| seq).is_sorted()
    };
    [fall, fall + 1].into_iter().find(|place| is_sorted_without(*place)).map(|place| stood[place])
}

/// Of different entries with the same number, keeps the one that follows what stands before it.
fn one_of_each<'a>(
    links: Vec<Link<'a>>,
    writer: Writer,
    findings: &mut Vec<Finding>,
) -> Vec<Link<'a>> {
    let mut kept: Vec<Link<'a>> = Vec::with_capacity(links.len());
    for link in links {
        if kept.last().is_none_or(|last| last.seq != link.seq) {
            kept.push(link);
            continue;
        }
        let place = Place::Entry(link.seq);
        findings.push(Finding::new(Verdict::Forked, place, "there are two of it"));
        let before = match kept.len().checked_sub(2) {
            Some(place) => Head { seq: kept[place].seq, hash: kept[place].recorded.hash },
            None => Head::before_first(writer),
        };
        if before.after(&link.recorded.canonical).hash == link.recorded.hash {
            kept.pop();
            kept.push(link);
        }
    }
    kept
}

fn says(hash_only: bool) -> &'static str {
    match hash_only {
        true => "the hash beside it is not its hash",
        false => "its bytes do not lead to its hash",
    }
}
