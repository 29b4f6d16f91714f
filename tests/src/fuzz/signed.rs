//! What stands under a signature, or in the chain that signatures cover: entries, slips, leases,
//! checkpoints, notices, batches and requests. Whatever verifies is what was signed.

use std::fmt::Debug;
use std::sync::LazyLock;

use data_encoding::BASE32_NOPAD;
use ledger::{
    DayBook, ENTRY_BYTES_MAX, Entry, Head, SignedClaim, SignedLease, SignedRemittance, Signer,
};
use minicbor::{Decode, Encode};
use replica::{
    BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, Batch, DocumentHead, Request, SignedCheckpoint,
    SignedNotice, SignedRequest, columns, pack, unpack,
};

use super::samples::{
    BOOKS, CHECKPOINTS, CLAIMS, LEASES, NOTICES, REMITTANCES, REQUESTS, batches, encoded, entries,
    number, text,
};
use crate::books::{BODY, DEVICE};

/// An entry has one form, and the books take it or say why not.
pub fn entry(bytes: &[u8]) -> bool {
    let Ok(entry) = Entry::read(bytes) else { return false };
    assert!(bytes.len() <= ENTRY_BYTES_MAX, "{} bytes", bytes.len());
    assert_eq!(entry.canonical(), bytes, "another form of {entry:?}");
    let before = books_before(entry.seq);
    let mut day_book = before.clone();
    let next = Entry { seq: before.head().seq + 1, ..entry };
    if day_book.apply(&next).is_err() {
        assert_eq!(day_book, *before, "what is refused changes nothing");
        day_book.pass_over(&next).expect("its sequence is right");
    }
    true
}

/// The books as they stood before an entry of the day, so that an altered one still has its turn;
/// for any other sequence, at the day's end.
fn books_before(seq: u64) -> &'static DayBook {
    static BEFORE: LazyLock<Vec<DayBook>> = LazyLock::new(|| {
        let mut day_book = DayBook::new(DEVICE, BOOKS.office.public_key());
        let mut before = vec![day_book.clone()];
        for entry in &BOOKS.entries {
            day_book.apply(entry).expect("the day keeps the rules");
            before.push(day_book.clone());
        }
        before
    });
    let place = seq.checked_sub(1).and_then(|place| usize::try_from(place).ok());
    let last = BEFORE.last().expect("before the first, at least");
    place.and_then(|place| BEFORE.get(place)).unwrap_or(last)
}

pub fn entry_samples() -> Vec<Vec<u8>> {
    entries().iter().map(Entry::canonical).collect()
}

/// The square of a slip.
pub fn slip(bytes: &[u8]) -> bool {
    let Ok(claim) = SignedClaim::read(&text(bytes)) else { return false };
    let again = BASE32_NOPAD.encode(&encoded(&claim));
    assert_eq!(SignedClaim::read(&again).ok().as_ref(), Some(&claim));
    if let Ok(checked) = claim.checked(|_| Some(BOOKS.device.public_key())) {
        assert!(CLAIMS.contains(&claim), "a claim that the device never signed");
        checked.entry().expect("a receipt, as it was signed");
    }
    true
}

pub fn slips() -> Vec<Vec<u8>> {
    let square = |claim: &SignedClaim| claim.square("https://padippuram.example", &number());
    let bare = |claim: &SignedClaim| BASE32_NOPAD.encode(&encoded(claim));
    CLAIMS.iter().flat_map(|claim| [square(claim), bare(claim)]).map(String::into_bytes).collect()
}

/// The square of a day's close, or of an officer's word on one.
pub fn remittance(bytes: &[u8]) -> bool {
    let Ok(signed) = SignedRemittance::read(&text(bytes)) else { return false };
    let again = BASE32_NOPAD.encode(&encoded(&signed));
    assert_eq!(SignedRemittance::read(&again).ok().as_ref(), Some(&signed));
    if let Ok(claim) = signed.checked(BODY, |_| Some(BOOKS.device.public_key())) {
        assert!(REMITTANCES.contains(&signed), "a remittance that the device never signed");
        assert!(claim.close().is_ok() != claim.receiving().is_ok(), "one of the two");
    }
    true
}

pub fn remittances() -> Vec<Vec<u8>> {
    let square = |signed: &SignedRemittance| signed.square("https://padippuram.example");
    REMITTANCES.iter().map(|signed| square(signed).into_bytes()).collect()
}

pub fn lease(bytes: &[u8]) -> bool {
    known(bytes, &LEASES, |lease: &SignedLease| lease.verify(&BOOKS.office.public_key()).is_ok())
}

pub fn lease_samples() -> Vec<Vec<u8>> {
    LEASES.iter().map(encoded).collect()
}

pub fn checkpoint(bytes: &[u8]) -> bool {
    known(bytes, &CHECKPOINTS, |signed: &SignedCheckpoint| {
        signed.verify(&BOOKS.office.public_key()).is_ok()
    })
}

pub fn checkpoint_samples() -> Vec<Vec<u8>> {
    CHECKPOINTS.iter().map(encoded).collect()
}

pub fn notice(bytes: &[u8]) -> bool {
    known(bytes, &NOTICES, |signed: &SignedNotice| {
        signed.verify(&BOOKS.office.public_key()).is_ok()
    })
}

pub fn notice_samples() -> Vec<Vec<u8>> {
    NOTICES.iter().map(encoded).collect()
}

/// A signed thing is read as it is written, and verifies only if it was signed.
fn known<T>(bytes: &[u8], signed: &[T], verifies: impl Fn(&T) -> bool) -> bool
where
    T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + Debug,
{
    let Ok(read) = minicbor::decode::<T>(bytes) else { return false };
    is_read_again(&read);
    assert!(!verifies(&read) || signed.contains(&read), "never signed: {read:?}");
    true
}

/// What was read is written so that it is read as the same.
pub fn is_read_again<T>(read: &T)
where
    T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + Debug,
{
    match minicbor::decode::<T>(&encoded(read)) {
        Ok(again) => assert_eq!(&again, read),
        Err(error) => panic!("{read:?} is not read again: {error}"),
    }
}

/// The bytes as a batch; and its entries, joined anew, so that the rules are reached.
pub fn batch(bytes: &[u8]) -> bool {
    let Ok(batch) = minicbor::decode::<Batch>(bytes) else { return false };
    is_read_again(&batch);
    for seq in [0, batch.before.seq, batch.after.seq, u64::MAX] {
        batch.hash_at(seq);
    }
    let accepted = batch.verified().is_ok_and(|entries| is_the_batch(&batch, &entries));
    let joined = Batch::of(batch.before, batch.entries.iter().map(|entry| entry.to_vec()));
    if let Ok(entries) = joined.verified() {
        is_the_batch(&joined, &entries);
        let mut day_book = DayBook::new(DEVICE, BOOKS.office.public_key());
        for entry in &entries {
            if day_book.apply(entry).is_err() && day_book.pass_over(entry).is_err() {
                break;
            }
        }
    }
    accepted
}

fn is_the_batch(batch: &Batch, entries: &[Entry]) -> bool {
    assert!((1..=BATCH_ENTRIES_MAX).contains(&entries.len()), "{} entries", entries.len());
    let canonical = entries.iter().map(Entry::canonical);
    assert!(canonical.eq(batch.entries.iter().map(|entry| entry.to_vec())));
    assert_eq!(batch.hash_at(batch.after.seq), Some(batch.after.hash));
    true
}

pub fn batch_samples() -> Vec<Vec<u8>> {
    batches().iter().map(encoded).collect()
}

/// How many entries the samples of columns have, and what stands before them.
const IN_COLUMNS: (u64, usize) = (0, 40);

/// The bytes as the columns of so many entries: whatever is read keeps the limits, and can be
/// written again.
pub fn columns(bytes: &[u8]) -> bool {
    let (before, count) = IN_COLUMNS;
    let Ok(entries) = columns::read(before, count, bytes) else { return false };
    assert_eq!(entries.len(), count);
    assert!(entries.iter().map(Vec::len).sum::<usize>() <= BATCH_BYTES_MAX, "too many bytes");
    let again = columns::write(before, &entries).expect("what was read comes back");
    assert_eq!(columns::read(before, count, &again).as_ref(), Ok(&entries));
    true
}

pub fn column_samples() -> Vec<Vec<u8>> {
    let (before, count) = IN_COLUMNS;
    let day: Vec<Vec<u8>> = BOOKS.entries.iter().map(Entry::canonical).collect();
    let kinds: Vec<Vec<u8>> = entries().iter().map(Entry::canonical).collect();
    let mixed = kinds.iter().chain(&day).take(count).cloned().collect::<Vec<_>>();
    let all = [&day[..count], &mixed];
    all.map(|entries| columns::write(before, entries).expect("entries come back")).to_vec()
}

/// The bytes as they come over the line, and as what was packed.
pub fn request(bytes: &[u8]) -> bool {
    let accepted = [opened(bytes), opened(&pack(bytes))];
    accepted.contains(&true)
}

fn opened(packed: &[u8]) -> bool {
    let Ok(signed) = SignedRequest::read(packed) else { return false };
    is_read_again(&signed);
    if let Ok(body) = minicbor::decode::<Request>(&signed.body) {
        is_read_again(&body);
    }
    if let Ok(opened) = signed.opened(&BOOKS.device.public_key()) {
        let known = match opened.question {
            None => REQUESTS.contains(&opened.request),
            Some(_) => SHORT_REQUESTS.iter().any(|known| says_the_same(known, &opened.request)),
        };
        assert!(known, "never signed: {opened:?}");
    }
    true
}

/// Requests with few entries, from the first on, and with none.
static SHORT_REQUESTS: LazyLock<Vec<Request>> = LazyLock::new(|| {
    let short = |count: usize| {
        let few = BOOKS.entries.iter().take(count).map(Entry::canonical);
        let mut batch = Batch::of(Head::before_first(DEVICE), few);
        let mut days: Vec<i64> = BOOKS.entries[..count].iter().map(|it| it.at.day()).collect();
        days.dedup();
        let heads = days.into_iter().map(|day| DocumentHead { day, head: vec![7; 32].into() });
        batch.documents = heads.collect();
        let batch = (count > 0).then_some(batch);
        Request { batch, ..REQUESTS[0].clone() }
    };
    [0, 1, 2, 15].map(short).to_vec()
});

/// But for the heads of documents, of which a part travels.
fn says_the_same(one: &Request, other: &Request) -> bool {
    let [one, other] = [one, other].map(|request| {
        let mut request = request.clone();
        let documents = request.batch.as_mut().map(|batch| std::mem::take(&mut batch.documents));
        (request, documents.map(|documents| documents.len()))
    });
    one == other
}

pub fn request_samples() -> Vec<Vec<u8>> {
    let packed: Vec<Vec<u8>> =
        REQUESTS.iter().map(|request| request.sealed(&BOOKS.device)).collect();
    let in_columns = REQUESTS.iter().map(|it| it.sealed_in_columns(&BOOKS.device).bytes);
    let short = SHORT_REQUESTS
        .iter()
        .enumerate()
        .map(|(place, request)| request.sealed_short(&BOOKS.device, place.is_multiple_of(2)).bytes);
    let unpacked = packed.iter().map(|packed| unpack(packed, 1 << 20).expect("packed just now"));
    unpacked.chain(packed.iter().cloned()).chain(in_columns).chain(short).collect()
}
