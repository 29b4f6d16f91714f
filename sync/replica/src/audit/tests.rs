//! The check on small books that are made here, and the reader on bytes that nobody wrote.

use ledger::{Entry, Fact, Head, Moment, PublicKey, Purpose, Signature, Signer, StaffId, Writer};
use proptest::prelude::*;
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::*;
use crate::attestation::{Attestation, Lock};
use crate::head::Statement;
use crate::message::{Checkpoint, SignedCheckpoint};

const DEVICE: Writer = Writer(7);
const MORNING_MS: i64 = 1_786_684_320_000;

struct Key(Ed25519KeyPair);

impl Key {
    fn of(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("32 bytes"))
    }
}

impl Signer for Key {
    fn public_key(&self) -> PublicKey {
        PublicKey::new(self.0.public_key().as_ref().try_into().expect("32 bytes"))
    }

    fn sign(&self, purpose: Purpose, message: &[u8]) -> Signature {
        let signature = self.0.sign(&purpose.signed(message));
        Signature::new(signature.as_ref().try_into().expect("64 bytes"))
    }
}

fn device() -> Key {
    Key::of(1)
}

fn office() -> Key {
    Key::of(2)
}

fn first() -> First {
    let (device, office) = (device().public_key(), office().public_key());
    First { body: "G0802".into(), writer: DEVICE, name: "kiosk-1".into(), device, office }
}

fn given() -> Keys {
    let devices = vec![device().public_key()];
    Keys { office: Some(office().public_key()), devices, trust_file: false }
}

/// People who sign in, one a minute.
fn entries(count: u64) -> Vec<Entry> {
    let entry = |seq: u64| Entry {
        seq,
        at: Moment {
            wall_ms: MORNING_MS + i64::try_from(seq).expect("few") * 60_000,
            mono_ms: seq * 60_000,
            boot: 1,
        },
        staff: Some(StaffId(11)),
        countersigned: if seq > 3 { 3 } else { 0 },
        fact: Fact::SignedIn,
        unsure_since_ms: None,
    };
    (1..=count).map(entry).collect()
}

fn head(entries: &[Entry]) -> Head {
    let first = Head::before_first(DEVICE);
    entries.iter().fold(first, |head, entry| head.after(&entry.canonical()))
}

fn countersigned(entries: &[Entry], at_ms: i64) -> SignedCheckpoint {
    let head = head(entries);
    Checkpoint { writer: DEVICE, seq: head.seq, hash: head.hash, at_ms }.signed(&office())
}

/// An export of these entries, with signed heads, closed by a key at a head.
fn closed(
    entries: &[Entry],
    signed: &[SignedCheckpoint],
    (by, key): (SealedBy, &Key),
    at: Head,
) -> String {
    let mut export = Export::begin(Vec::new(), &first()).expect("memory");
    let mut head = Head::before_first(DEVICE);
    for entry in entries {
        head = head.after(&entry.canonical());
        export.entry(entry.seq, &head.hash[..], &entry.canonical()).expect("memory");
    }
    for checkpoint in signed {
        export.checkpoint(checkpoint).expect("memory");
    }
    let text = export.seal((by, key as &dyn Signer), DEVICE, at, MORNING_MS).expect("memory");
    String::from_utf8(text).expect("JSON")
}

fn export(entries: &[Entry], signed: &[SignedCheckpoint]) -> String {
    closed(entries, signed, (SealedBy::Device, &device()), head(entries))
}

fn checked(text: &str, keys: &Keys) -> Report {
    check(&Book::read(text.as_bytes()).expect("an export"), keys)
}

/// What is found with all keys given: one line a finding, the verdict last.
fn found(text: &str) -> Vec<String> {
    let report = checked(text, &given());
    let mut lines: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    lines.push(report.verdict().to_string());
    lines
}

#[test]
fn sound_books_are_complete_under_the_keys_that_were_given() {
    let entries = entries(5);
    let text = export(&entries, &[countersigned(&entries[..3], MORNING_MS)]);
    let report = checked(&text, &given());
    assert_eq!((report.verdict(), report.end(), report.agreeing), (Verdict::Complete, 5, 2));
    assert_eq!((report.office, report.device), (Trust::Given, Trust::Given));
    assert_eq!(report.sealed, Some((SealedBy::Device, MORNING_MS)));
    assert_eq!((report.totals.entries, report.totals.receipts), (5, 0));
    assert_eq!(report.totals.last, Some(entries[4].at));
    assert_eq!(found(&export(&[], &[])), ["complete"]);
}

#[test]
fn keys_that_the_file_only_claims_prove_nothing_unless_they_are_asked_for() {
    let text = export(&entries(5), &[]);
    let report = checked(&text, &Keys::default());
    assert_eq!((report.verdict(), report.unchecked), (Verdict::Unproven, 1));
    assert_eq!(report.sealed, None);
    let trusting = Keys { trust_file: true, ..Keys::default() };
    let report = checked(&text, &trusting);
    assert_eq!((report.verdict(), report.device), (Verdict::Complete, Trust::Believed));
    let stranger = Keys { devices: vec![office().public_key()], ..given() };
    assert_eq!(checked(&text, &stranger).verdict(), Verdict::Altered);
}

#[test]
fn an_office_vouches_for_its_device() {
    let entries = entries(2);
    let enrolled = |key: PublicKey, by: &Key| {
        let fact =
            Fact::DeviceEnrolled(ledger::Enrolment { writer: DEVICE, name: "k".into(), key });
        let entry = Entry { fact, ..entries[0].clone() };
        crate::message::Notice { to: DEVICE, entry }.signed(by)
    };
    let text = |notice| {
        let mut export = Export::begin(Vec::new(), &first()).expect("memory");
        let mut head = Head::before_first(DEVICE);
        for entry in &entries {
            head = head.after(&entry.canonical());
            export.entry(entry.seq, &head.hash[..], &entry.canonical()).expect("memory");
        }
        export.enrolment(&notice).expect("memory");
        let by = (SealedBy::Device, &device() as &dyn Signer);
        String::from_utf8(export.seal(by, DEVICE, head, 0).expect("memory")).expect("JSON")
    };
    let keys = Keys { devices: Vec::new(), ..given() };
    let report = checked(&text(enrolled(device().public_key(), &office())), &keys);
    assert_eq!((report.verdict(), report.device), (Verdict::Complete, Trust::Vouched));
    let report = checked(&text(enrolled(device().public_key(), &device())), &keys);
    assert_eq!((report.verdict(), report.device), (Verdict::Altered, Trust::Claimed));
    let report = checked(&text(enrolled(office().public_key(), &office())), &keys);
    assert_eq!(report.findings[0].place, Place::FirstLine, "the office knows another key");
}

#[test]
fn each_fault_has_its_name_and_its_place() {
    let five = entries(5);
    let text = export(&five, &[countersigned(&five[..3], MORNING_MS)]);
    let lines: Vec<&str> = text.lines().collect();
    let without = |place: usize| {
        let lines = lines.iter().enumerate().filter(|(at, _)| *at != place);
        lines.map(|(_, line)| format!("{line}\n")).collect::<String>()
    };
    assert_eq!(found(&without(3)), ["entry 3: gap: missing", "gap"]);
    let cut: String = lines[..4].iter().map(|line| format!("{line}\n")).collect();
    let says = found(&cut);
    assert_eq!(says.last().map(String::as_str), Some("cut off"));
    assert!(says.iter().any(|says| says.starts_with("after entry 3: cut off")), "{says:?}");
    let swapped = text.replace("\"seq\":4", "\"seq\":9").replace("\"seq\":2", "\"seq\":4");
    let says = found(&swapped);
    assert!(says[0].starts_with("entry 2: altered") && says.len() == 3, "{says:?}");
    let renamed = text.replace("kiosk-1", "kiosk-2");
    assert_eq!(found(&renamed).len(), 2);
    assert!(found(&renamed)[0].starts_with("the lines beside the entries: altered"));
    let unreadable = text.replace("{\"entry\":{\"seq\":2,", "{\"entry\":{\"seq\":two,");
    assert_eq!(found(&unreadable), ["entry 2: altered: its line cannot be read", "altered"]);
}

#[test]
fn a_chain_that_was_rewritten_is_named_between_two_signed_heads() {
    let sound = entries(9);
    let signed = [3, 6].map(|upto| countersigned(&sound[..upto], MORNING_MS));
    let mut rewritten = sound.clone();
    rewritten[4].staff = None;
    let end = (SealedBy::Device, &device());
    let says = found(&closed(&rewritten, &signed, end, head(&sound)));
    assert!(says[0].starts_with("entries 4 to 6: altered") && says.len() == 2, "{says:?}");
    // The device itself signed this end: it has two histories.
    let says = found(&export(&rewritten, &signed));
    assert!(says[0].starts_with("entries 4 to 6: forked") && says.len() == 2, "{says:?}");
    let says = found(&closed(&sound[..7], &signed, end, head(&sound)));
    assert!(says[0].starts_with("entry 7: unproven"), "{says:?}");
    assert!(says[1].starts_with("entries 8 to 9: cut off") && says.len() == 3, "{says:?}");
}

#[test]
fn two_files_part_only_where_both_are_sound() {
    let sound = entries(9);
    let mut other = sound.clone();
    other[6].staff = None;
    let (one, two) = (export(&sound, &[]), export(&other, &[]));
    let (one, two) = (checked(&one, &given()), checked(&two, &given()));
    assert_eq!(one.parts_from(&two).map(|finding| finding.place), Some(Place::Entry(7)));
    assert_eq!(one.parts_from(&checked(&export(&sound[..6], &[]), &given())), None);
    let end = (SealedBy::Device, &device());
    let altered = checked(&closed(&other, &[], end, head(&sound)), &given());
    assert_eq!((altered.verdict(), one.parts_from(&altered)), (Verdict::Altered, None));
}

/// The office's export of the first entries, with what it keeps beside them and the heads that the
/// device signed.
fn with_another_history(sound: &[Entry], beside: &[Entry], signed: &[Head]) -> String {
    let mut export = Export::begin(Vec::new(), &first()).expect("memory");
    let mut at = Head::before_first(DEVICE);
    for entry in sound {
        at = at.after(&entry.canonical());
        export.entry(entry.seq, &at.hash[..], &entry.canonical()).expect("memory");
    }
    for head in signed {
        let (at_ms, covers) = (MORNING_MS, ledger::sha256(b"a request"));
        let statement = Statement { writer: DEVICE, head: Some(*head), at_ms, covers };
        export.request(&statement.signed(Purpose::Request, &device())).expect("memory");
    }
    let common = usize::try_from(beside[0].seq - 1).expect("few");
    let mut theirs = head(&sound[..common]);
    for entry in beside {
        theirs = theirs.after(&entry.canonical());
        export.beside(entry.seq, &theirs.hash[..], &entry.canonical()).expect("memory");
    }
    let office = office();
    let by = (SealedBy::Office, &office as &dyn Signer);
    String::from_utf8(export.seal(by, DEVICE, at, MORNING_MS).expect("memory")).expect("JSON")
}

#[test]
fn a_longer_second_history_is_a_fork_and_no_tail_that_was_cut_off() {
    let sound = entries(4);
    let mut other = entries(9);
    other.iter_mut().skip(2).for_each(|entry| entry.staff = None);
    let heads = [head(&sound), head(&other[..6]), head(&other)];
    let text = with_another_history(&sound, &other[2..], &heads);
    let forked = "entry 3: forked: two histories were signed: 7 entries are kept beside this chain";
    assert_eq!(found(&text), [forked, "forked"]);
    // Without the lines of the other history, only its heads are left.
    let others = text.lines().filter(|line| !line.starts_with("{\"beside"));
    let alone: String = others.map(|line| format!("{line}\n")).collect();
    assert!(found(&alone).iter().any(|says| says.contains("cut off")));
    // Nobody can put a history there that the device never signed.
    let invented = with_another_history(&sound, &other[2..], &heads[..1]);
    let says = found(&invented);
    assert!(says[0].contains("no signature of the device covers it"), "{says:?}");
    assert_eq!(says.last().map(String::as_str), Some("altered"));
}

#[test]
fn books_in_the_form_before_are_read_alike() {
    let entries = entries(3);
    let text = export(&entries, &[]).replacen("\"version\":4", "\"version\":2", 1);
    let book = Book::read(text.as_bytes()).expect("an export");
    assert_eq!(book.entries.len(), 3);
}

#[test]
fn time_runs_forward_or_is_named() {
    let back = |change: &dyn Fn(&mut Entry)| {
        let mut entries = entries(6);
        change(&mut entries[4]);
        let signed = countersigned(&entries[..3], MORNING_MS + 3 * 60_000);
        found(&export(&entries, &[signed])).concat()
    };
    let minutes = |count: i64| move |entry: &mut Entry| entry.at.wall_ms -= count * 60_000;
    assert_eq!(back(&minutes(11)), "complete", "two minutes after, and a slack of ten");
    assert!(back(&minutes(13)).starts_with("entry 5: back-dated: it is dated 660 s before"));
    assert!(
        back(&|entry| entry.at.mono_ms = 3).starts_with("entry 5: back-dated: the clock since")
    );
    assert!(back(&|entry| entry.at.boot = 0).starts_with("entry 5: back-dated: it was written in"));
    assert!(back(&|entry| entry.countersigned = 5).starts_with("entry 5: back-dated: it knows"));
    assert_eq!(back(&|entry| entry.at.boot = 2).split(':').next(), Some("entry 6"));
}

#[test]
fn what_is_no_export_is_refused_with_its_reason() {
    let refused = |text: &[u8]| Book::read(text).err().map(|error| error.to_string());
    let first_line = "the first line is not that of Padi's books".to_owned();
    assert_eq!(refused(b""), Some(first_line.clone()));
    assert_eq!(refused(b"{}\n"), Some(first_line.clone()));
    let text = export(&entries(1), &[]);
    for strange in [1, 5] {
        let other = text.replacen("\"version\":4", &format!("\"version\":{strange}"), 1);
        let refused = Book::read(other.as_bytes());
        assert!(matches!(refused, Err(ReadError::Version(version)) if version == strange));
    }
    let long = "x".repeat(LINE_BYTES_MAX + 1);
    assert_eq!(refused(long.as_bytes()), Some(first_line));
    let odd = format!("{}\n{}", text.lines().next().expect("one"), "\n".repeat(UNREADABLE_MAX + 1));
    assert!(matches!(Book::read(odd.as_bytes()), Err(ReadError::TooManyUnreadable)));
    // One line that is too long is one line that cannot be read.
    let long = text.replacen('\n', &format!("\n{long}\n"), 1);
    assert!(found(&long)[0].starts_with("line 2: altered: it cannot be read: longer than"));
}

/// What is done to the text of an export.
#[derive(Clone, Debug)]
enum Mischief {
    Bytes(Vec<u8>),
    Flip(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Repeat(prop::sample::Index, prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
    Number(prop::sample::Index, i128),
}

fn mischief() -> impl Strategy<Value = Mischief> {
    let index = any::<prop::sample::Index>;
    let bytes = || prop::collection::vec(any::<u8>(), 0..300);
    prop_oneof![
        bytes().prop_map(Mischief::Bytes),
        (index(), 1..=255_u8).prop_map(|(at, by)| Mischief::Flip(at, by)),
        index().prop_map(Mischief::Cut),
        (index(), index()).prop_map(|(from, to)| Mischief::Repeat(from, to)),
        (index(), bytes()).prop_map(|(at, bytes)| Mischief::Insert(at, bytes)),
        (index(), prop::sample::select(vec![0, 1, -1, i128::from(u64::MAX), i128::from(i64::MIN)]))
            .prop_map(|(at, number)| Mischief::Number(at, number)),
    ]
}

fn done(text: &[u8], mischief: &Mischief) -> Vec<u8> {
    let mut text = text.to_vec();
    match mischief {
        Mischief::Bytes(bytes) => text.clone_from(bytes),
        Mischief::Flip(at, by) => {
            let place = at.index(text.len());
            text[place] ^= by;
        }
        Mischief::Cut(at) => text.truncate(at.index(text.len())),
        Mischief::Repeat(from, to) => {
            let (from, to) = (from.index(text.len()), to.index(text.len()));
            let part = text[from.min(to)..from.max(to)].to_vec();
            text.extend(part);
        }
        Mischief::Insert(at, bytes) => {
            let place = at.index(text.len());
            text.splice(place..place, bytes.iter().copied());
        }
        Mischief::Number(at, number) => {
            let text_of = String::from_utf8(text).expect("JSON");
            let names = ["\"seq\":", "\"at_ms\":"];
            let places = names.iter().flat_map(|name| {
                text_of.match_indices(name).map(|(place, name)| place + name.len())
            });
            let places: Vec<usize> = places.collect();
            let place = places[at.index(places.len())];
            // A cut may have left nothing behind the name.
            let end = text_of[place..].find([',', '}']).map_or(text_of.len(), |end| end + place);
            text = format!("{}{number}{}", &text_of[..place], &text_of[end..]).into_bytes();
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever the bytes are, they are read within the limits, and checked without a panic.
    #[test]
    fn no_bytes_make_it_fall_over(all in prop::collection::vec(mischief(), 1..3)) {
        let five = entries(5);
        let sound = export(&five, &[countersigned(&five[..3], MORNING_MS)]).into_bytes();
        let mut text = sound.clone();
        for mischief in all {
            // Numbers are looked for in text that can still be read.
            if !text.is_empty() && (std::str::from_utf8(&text).is_ok() || !is_number(&mischief)) {
                text = done(&text, &mischief);
            }
            if text.is_empty() || !text.windows(6).any(|part| part == b"\"seq\":") {
                break;
            }
        }
        if let Ok(book) = Book::read(&text[..]) {
            prop_assert!(book.unreadable.len() <= UNREADABLE_MAX);
            prop_assert!(book.entries.iter().all(|entry| entry.canonical.len() < LINE_BYTES_MAX));
            let report = check(&book, &given());
            if report.verdict() == Verdict::Complete {
                // Only the end of the last line may be another.
                prop_assert_eq!(text.trim_ascii_end(), sound.trim_ascii_end());
            }
        }
    }

    /// Entries and times that no device wrote, under hashes that fit, lead to no panic either.
    #[test]
    fn no_entries_make_it_fall_over(
        written in prop::collection::vec(any::<(u64, i64, u64, u32)>(), 0..8),
        claimed in any::<u64>(),
    ) {
        let entry = |(seq, wall_ms, mono_ms, boot): &(u64, i64, u64, u32)| Entry {
            seq: *seq,
            at: Moment { wall_ms: *wall_ms, mono_ms: *mono_ms, boot: *boot },
            staff: None,
            countersigned: *mono_ms,
            fact: Fact::SignedOut,
            unsure_since_ms: None,
        };
        let odd: Vec<Entry> = written.iter().map(entry).collect();
        let statement = Head { seq: claimed, hash: head(&odd).hash };
        let text = closed(&odd, &[], (SealedBy::Device, &device()), statement);
        let report = checked(&text, &given());
        prop_assert!(odd.is_empty() || report.totals.entries <= 8);
    }
}

fn is_number(mischief: &Mischief) -> bool {
    matches!(mischief, Mischief::Number(..))
}

#[test]
fn a_heads_signature_is_for_its_purpose_and_all_of_it() {
    let statement = Statement {
        writer: DEVICE,
        head: Some(Head::before_first(DEVICE)),
        at_ms: 5,
        covers: ledger::sha256(b"lines"),
    };
    let signed = statement.signed(Purpose::Head, &device());
    assert!(signed.verify(Purpose::Head, &device().public_key()).is_ok());
    assert!(signed.verify(Purpose::Request, &device().public_key()).is_err());
    let mut other = signed;
    other.statement.at_ms = 6;
    assert!(other.verify(Purpose::Head, &device().public_key()).is_err());
}

/// The office's word on a request, which countersigns a head by the same signature.
#[test]
fn a_word_on_a_request_proves_the_head_that_it_names() {
    let entries = entries(4);
    let head = head(&entries);
    let word = Attestation {
        writer: DEVICE,
        request: [8; 32].into(),
        at_ms: MORNING_MS,
        lock: None,
        head: Some(head),
    };
    let checkpoint = word.signed(&office()).checkpoint().expect("it names a head");
    assert!(checkpoint.verify(&office().public_key()).is_ok());
    assert_eq!(found(&export(&entries, &[checkpoint])), ["complete"]);
    let other = SignedCheckpoint { request: Some([9; 32].into()), ..checkpoint };
    let bare = SignedCheckpoint { request: None, ..checkpoint };
    for altered in [other, bare] {
        assert!(altered.verify(&office().public_key()).is_err());
        let said = found(&export(&entries, &[altered]));
        assert!(said[0].contains("is not signed by the office's key"), "{said:?}");
    }
    let lock = Lock { since_ms: 1, parts_at: None, held: None, full: false };
    let locked = Attestation { lock: Some(lock), ..word }.signed(&office());
    assert_eq!(locked.checkpoint(), None, "of a locked device the office has another history");
    assert_eq!(Attestation { head: None, ..word }.signed(&office()).checkpoint(), None);
}
