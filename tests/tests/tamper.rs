//! Exported books are altered by chance, clumsily and cleverly, a thousand times and more: each
//! time the auditor's check finds it, and never blames an entry or an interval that is sound.

#[path = "tamper/alter.rs"]
mod alter;
#[path = "tamper/file.rs"]
mod file;
#[path = "tamper/kind.rs"]
mod kind;

use std::collections::{BTreeMap, BTreeSet};

use ledger::Signer;
use replica::audit::{self, Book, Keys, Place, Report, Verdict};
use tests::books::{DEVICE, Ledger, Lie};
use tests::chance::Chance;
use tests::proof::counted;

use alter::{Altered, Harm, Text, alter};
use file::File;
use kind::Kind;

/// Printed with every failure; the n-th alteration has the seed plus n.
const SEED: u64 = 20_260_803;

const ALTERATIONS: u64 = 1_120;
const ALTERATIONS_LONG: u64 = 20_020;

/// Entries of one device's books: several receipt books, boots, days and batches.
const ENTRIES: usize = 260;

/// How many devices' books are altered.
const LEDGERS: u64 = 4;

/// One device's books and what both programs export of them.
struct Exported {
    ledger: Ledger,
    /// The device's file has one countersigned head and its own closing one; the centre's has all.
    texts: [Text; 2],
}

impl Exported {
    fn of(ledger: Ledger) -> Self {
        let texts = [ledger.device_export(), ledger.office_export()];
        let texts = texts.map(|bytes| Text { file: File::of(&bytes), bytes });
        Self { ledger, texts }
    }

    fn keys(&self, with_device: bool) -> Keys {
        let devices = with_device.then(|| self.ledger.device.public_key()).into_iter().collect();
        Keys { office: Some(self.ledger.office.public_key()), devices, trust_file: false }
    }

    /// The heads that are signed in a file, by their entries.
    fn heads(&self, of_centre: bool) -> BTreeSet<u64> {
        let seqs = self.ledger.checkpoints.iter().map(|signed| signed.checkpoint.seq);
        let end = self.ledger.day_book.head().seq;
        match of_centre {
            true => seqs.chain([end]).collect(),
            false => seqs.last().into_iter().chain([end]).collect(),
        }
    }
}

fn check(text: &[u8], keys: &Keys) -> Report {
    audit::check(&Book::read(text).expect("an export"), keys)
}

#[test]
fn untouched_books_are_complete() {
    for seed in 0..LEDGERS {
        let exported = Exported::of(Ledger::grown(SEED + seed, ENTRIES, None));
        let ledger = &exported.ledger;
        for (text, with_device) in
            exported.texts.iter().flat_map(|text| [(text, true), (text, false)])
        {
            let report = check(&text.bytes, &exported.keys(with_device));
            assert_eq!(report.verdict(), Verdict::Complete, "{:?}", report.findings);
            assert!(report.breaches.is_empty(), "{:?}", report.breaches);
            assert_eq!((report.unchecked, report.end()), (0, ledger.entries.len() as u64));
        }
        assert!(ledger.requests.len() > 10, "{} batches", ledger.requests.len());
    }
}

#[test]
fn every_alteration_is_found_and_nothing_sound_is_blamed() {
    let grown = |seed| Exported::of(Ledger::grown(SEED + seed, ENTRIES, None));
    let exported: Vec<Exported> = (0..LEDGERS).map(grown).collect();
    let count = if tests::long() { ALTERATIONS_LONG } else { ALTERATIONS };
    let mut found: BTreeMap<(Kind, &str), u32> = BTreeMap::new();
    for (number, kind) in (0..count).zip(Kind::ALL.iter().cycle()) {
        let seed = SEED + number;
        let mut chance = Chance(seed);
        let one = chance.pick(&exported);
        let of_centre = chance.percent(50);
        let altered = alter(*kind, &one.ledger, &one.texts[usize::from(of_centre)], &mut chance);
        let keys = one.keys(chance.percent(50));
        let verdict = judged(*kind, &altered, &keys, &one.heads(of_centre)).unwrap_or_else(|why| {
            panic!("seed {seed}, {kind:?}, {}: {why}", altered.harm.what);
        });
        *found.entry((*kind, verdict)).or_default() += 1;
    }
    for ((kind, verdict), count) in &found {
        let kind = format!("{kind:?}");
        println!("tamper: {kind:<32} {verdict:<12} {count:>5}");
    }
    let total: u32 = found.values().sum();
    let kinds = Kind::ALL.len();
    counted(format!("tamper: {total} alterations of {kinds} kinds, all found, seed {SEED}"));
    assert_eq!(u64::from(total), count);
}

/// The verdict, or what is wrong with the findings.
fn judged(
    kind: Kind,
    altered: &Altered,
    keys: &Keys,
    heads: &BTreeSet<u64>,
) -> Result<&'static str, String> {
    let Altered { text, harm } = altered;
    let book = match Book::read(&text[..]) {
        Ok(book) => book,
        // Only a file whose first line is harmed is no file at all.
        Err(_) if harm.others || harm.tail => return Ok("no export"),
        Err(error) => return Err(format!("not read: {error}")),
    };
    let report = audit::check(&book, keys);
    let says = || format!("{:?}", report.findings);
    if report.verdict() == Verdict::Complete {
        return Err("it was not found".to_owned());
    }
    // What no signature covers is not blamed: it is only not proven.
    let blamed = report.findings.iter().filter(|finding| finding.verdict != Verdict::Unproven);
    let blamed: Vec<Place> = blamed.map(|finding| finding.place).collect();
    if let Some(place) = blamed.iter().find(|place| !is_harmed(place, harm)) {
        return Err(format!("{place} is sound: {}", says()));
    }
    let dated = report.findings.iter().filter(|finding| finding.verdict == Verdict::BackDated);
    if let (Some(changed), Some(place)) = (harm.changed, dated.map(|finding| finding.place).next())
        && !place.holds(changed)
    {
        return Err(format!("{changed} was changed: {}", says()));
    }
    if kind.is_exact() && named(&blamed) != harm.entries {
        return Err(format!("{:?} were harmed: {}", harm.entries, says()));
    }
    if kind.is_between_heads() && !blamed.contains(&interval(harm, heads)) {
        return Err(format!("not {}: {}", interval(harm, heads), says()));
    }
    Ok(report.verdict().word())
}

/// Whether something in a place was harmed.
fn is_harmed(place: &Place, harm: &Harm) -> bool {
    match place {
        Place::Entry(_) | Place::Entries { .. } => harm.entries.iter().any(|seq| place.holds(*seq)),
        Place::FirstLine | Place::Line(_) | Place::OtherLines => harm.others,
        Place::After(_) => harm.tail,
    }
}

/// The entries that are blamed one by one, or as a span of nothing but harmed ones.
fn named(blamed: &[Place]) -> BTreeSet<u64> {
    let entries = blamed.iter().flat_map(|place| match *place {
        Place::Entry(seq) => seq..=seq,
        Place::Entries { first, last } => first..=last,
        _ => 1..=0,
    });
    entries.collect()
}

/// From the last signed head before the first harmed entry to the first that is not before it.
fn interval(harm: &Harm, heads: &BTreeSet<u64>) -> Place {
    let harmed = *harm.entries.first().expect("an entry was harmed");
    let after = heads.range(..harmed).next_back().copied().unwrap_or(0);
    let upto = *heads.range(harmed..).next().expect("the end is signed");
    match after + 1 == upto {
        true => Place::Entry(upto),
        false => Place::Entries { first: after + 1, last: upto },
    }
}

#[test]
fn a_device_that_lies_about_the_time_is_named_though_it_signed_all() {
    let count = if tests::long() { 100 } else { 12 };
    let mut found = 0;
    for number in 0..count {
        for lie in [Lie::Wall, Lie::Mono, Lie::Boot] {
            let seed = SEED + number;
            let after = Chance(seed).below(200) + 20;
            let ledger = Ledger::grown(seed, ENTRIES, Some((lie, after)));
            let lied_at = ledger.lied_at.expect("there was an occasion");
            let exported = Exported::of(ledger);
            // The device's own file has only the newest countersignature.
            let report = check(&exported.texts[1].bytes, &exported.keys(false));
            let places: Vec<Place> = report.findings.iter().map(|finding| finding.place).collect();
            assert_eq!(places, [Place::Entry(lied_at)], "seed {seed}, {lie:?}: {report:?}");
            assert_eq!(report.verdict(), Verdict::BackDated, "seed {seed}, {lie:?}");
            found += 1;
        }
    }
    counted(format!("tamper: {found} back-dated entries, each named"));
}

#[test]
fn two_histories_of_one_device_are_found_where_they_part() {
    for number in 0..12 {
        let seed = SEED + number;
        let own = Exported::of(Ledger::grown(seed, ENTRIES, None));
        // The same device up to the day on which it was copied.
        let mut copy = Ledger::grown(seed, 120, None);
        copy.part(seed + 1);
        copy.grow(ENTRIES);
        let parted = own.ledger.entries.iter().zip(&copy.entries).position(|(one, two)| one != two);
        let parted = parted.expect("the copy goes its own way") as u64 + 1;
        assert!(parted > 100, "seed {seed}: they part at {parted}");
        let theirs = copy
            .requests
            .iter()
            .find(|signed| signed.statement.head.is_some_and(|head| head.seq > parted));
        let theirs = *theirs.expect("it sent something");
        let copy = Exported::of(copy);
        for (one, other) in own.texts.iter().zip(&copy.texts) {
            let (one, other) =
                (check(&one.bytes, &own.keys(true)), check(&other.bytes, &own.keys(true)));
            assert_eq!((one.verdict(), other.verdict()), (Verdict::Complete, Verdict::Complete));
            let finding = one.parts_from(&other).expect("they part");
            assert_eq!(finding.place, Place::Entry(parted), "seed {seed}");
            assert_eq!(one.parts_from(&one), None);
        }
        // The centre has both under the device's signature, and its one file shows it.
        let mut ledger = own.ledger;
        ledger.requests.push(theirs);
        ledger.checkpoints.push(*ledger.checkpoints.last().expect("countersigned"));
        let text = ledger.office_export();
        let own = Exported::of(ledger);
        let report = check(&text, &own.keys(true));
        assert_eq!(report.verdict(), Verdict::Forked, "seed {seed}: {:?}", report.findings);
        let seq = theirs.statement.head.expect("a head").seq;
        let forked: Vec<Place> = report.findings.iter().map(|finding| finding.place).collect();
        assert!(forked.iter().all(|place| place.holds(seq)), "seed {seed}: {forked:?}");
    }
    assert_eq!(DEVICE.0, 7, "both are the same device");
}
