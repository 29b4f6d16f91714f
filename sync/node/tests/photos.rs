//! Photos of a device: taken, kept as whole files, sent after everything else, piece by piece.

mod common;

use std::fs;
use std::path::PathBuf;

use common::{CASHIER, Centre, DAY_MS, DEVICE, Story, at, building, key, receipt};
use ledger::{FieldValue, Hash, Moment, PhotoFault, PhotoHash, RecordId, RecordKind};
use node::{EditError, PhotoLimits, PhotoRefused, PhotoState, PhotoTaken, Store, StoreError};
use replica::{Answer, PhotoAnswer, PhotoRefusal, PhotoSays, Piece, RecordsAnswer, SignedPiece};

const LIMITS: PhotoLimits = PhotoLimits { bytes_max: 400_000, bytes_a_day: 500_000 };

const GATE: RecordId = RecordId { kind: RecordKind::Property, number: 345 };

/// A whole picture of so many bytes, another for each seed.
fn picture(bytes: usize, seed: u8) -> Vec<u8> {
    let frame = [0xFF, 0xD8, 0xFF, 0xC0, 0, 8, 8, 2, 88, 3, 32, 0, 0xFF, 0xDA, 0, 2];
    let mut file = frame.to_vec();
    let noise = (0..).map(|at: usize| (at * 31 + at / 251 + usize::from(seed)) as u8 % 0xFE);
    file.extend(noise.take(bytes - frame.len() - 2));
    file.extend([0xFF, 0xD9]);
    file
}

/// The office as far as photos go: it takes edits and pieces.
struct Office<'a> {
    centre: Centre<'a>,
    edits_to: u64,
    came: Vec<u8>,
}

impl<'a> Office<'a> {
    fn new(story: &'a Story) -> Self {
        Self { centre: Centre::new(story), edits_to: 0, came: Vec::new() }
    }

    fn says(&self, (piece, digest): (&Piece, Hash), says: PhotoSays) -> Vec<u8> {
        let answer = PhotoAnswer { to: DEVICE, photo: piece.photo, piece: digest, says };
        answer.sealed(&self.centre.story.office)
    }

    fn opened(&self, message: &[u8]) -> (Piece, Hash) {
        let own = ledger::Signer::public_key(&key(&self.centre.story.provision.key));
        SignedPiece::read(message).expect("a message").opened(&own).expect("the device's")
    }

    /// Takes a piece as the real one does.
    fn takes(&mut self, message: &[u8]) -> Vec<u8> {
        let (piece, digest) = self.opened(message);
        if usize::try_from(piece.offset).expect("small") == self.came.len() {
            self.came.extend_from_slice(&piece.bytes);
        }
        let says = match PhotoHash::of(&self.came) == piece.photo {
            true => PhotoSays::Whole,
            false => PhotoSays::Has(u32::try_from(self.came.len()).expect("small")),
        };
        self.says((&piece, digest), says)
    }

    /// Takes everything else that waits; nothing is refused but `refused`.
    fn hears(&mut self, store: &mut Store, refused: &[u64]) {
        let now = at(5);
        let answer = self.centre.answer(&store.next_request(now).expect("a request"));
        self.edits_to += store.edits_to_send();
        let why = |number: &u64| replica::RefusedEdit {
            number: *number,
            why: replica::WhyRefused::Rule("no such house".into()),
        };
        let refused = refused.iter().map(why).collect();
        let records = Some(RecordsAnswer::new(self.edits_to, refused, 0, &[]));
        let answer = Answer { records, ..answer };
        store.take_answer(&answer.sealed(), now).expect("an honest answer");
    }
}

fn names(store: &mut Store, photo: PhotoHash) -> Result<(), EditError> {
    store.edit_record(GATE, ("gate_photo", &FieldValue::Photo(photo)), CASHIER, at(1))
}

fn files(story: &Story) -> Vec<PathBuf> {
    let Ok(listed) = fs::read_dir(story.folder.path().join("photos")) else { return Vec::new() };
    listed.map(|file| file.expect("a file").path()).collect()
}

fn taken(store: &mut Store, bytes: &[u8]) -> PhotoHash {
    let photo = store.add_photo(bytes, LIMITS, at(0)).expect("a picture");
    names(store, photo).expect("said");
    photo
}

#[test]
fn a_photo_goes_after_everything_else_and_resumes_where_the_office_is() {
    let story = Story::new();
    let mut office = Office::new(&story);
    let mut store = story.open_with_book();
    let file = picture(100_000, 1);
    let photo = taken(&mut store, &file);
    assert_eq!(files(&story), [story.folder.path().join("photos").join(photo.to_string())]);
    assert_eq!(store.next_photo_piece(at(1)).expect("asked"), None, "entries go first");
    office.hears(&mut store, &[]);
    let pay = receipt(&store, 345, 100);
    store.append(at(2), CASHIER, vec![pay]).expect("a receipt");
    assert_eq!(store.next_photo_piece(at(2)).expect("asked"), None, "and so does a new one");
    office.hears(&mut store, &[]);

    // The answer to the first piece is lost, and the device is killed.
    let first = store.next_photo_piece(at(2)).expect("asked").expect("a piece");
    office.takes(&first);
    drop(store);
    let mut store = story.open();
    let again = store.next_photo_piece(at(3)).expect("asked").expect("a piece");
    assert_eq!(office.opened(&again), office.opened(&first));
    // The office may have any number of bytes, and the device go on from a kill at any of them.
    for has in [32_767, 1, 0, 31_000] {
        let message = store.next_photo_piece(at(3)).expect("asked").expect("a piece");
        let (piece, digest) = office.opened(&message);
        let answer = office.says((&piece, digest), PhotoSays::Has(has));
        store.take_photo_answer(&answer, at(3)).expect("the office's word");
        if has == 1 {
            drop(store);
            store = story.open();
        }
        let state = PhotoState::Waiting { size: 100_000, office_has: has };
        assert_eq!(store.photo(photo).expect("readable"), Some(state));
        let next = store.next_photo_piece(at(3)).expect("asked").expect("a piece");
        assert_eq!(office.opened(&next).0.offset, has);
    }
    office.came = file[..31_000].to_vec();
    loop {
        let piece = store.next_photo_piece(at(4)).expect("asked").expect("a piece");
        match store.take_photo_answer(&office.takes(&piece), at(4)).expect("its word") {
            PhotoTaken::GoesOn => {}
            taken => break assert_eq!(taken, PhotoTaken::Whole(photo)),
        }
    }
    assert!(office.came == file, "the same bytes");
    assert_eq!(store.photo(photo).expect("readable"), Some(PhotoState::Sent));
    assert_eq!((files(&story), store.photos_to_send().expect("a count")), (vec![], 0));
    let said = store.record(GATE).expect("the record").remove(0);
    assert_eq!(said.shown().value, FieldValue::Photo(photo), "the record names it still");
}

/// What stands around a message on its way: the head of the request, and a record of TLS.
const HEAD_BYTES: usize = 400;

/// Sends what waits over a line that dies each time so many bytes have passed; how often it did,
/// and how many pieces came through. The power goes at every seventh death.
fn sent_over(story: &Story, office: &mut Office<'_>, dies_after: usize) -> (u32, u32) {
    let mut store = story.open();
    let (mut left, mut deaths, mut pieces) = (dies_after, 0, 0);
    for _ in 0..1_000 {
        let Some(piece) = store.next_photo_piece(at(1)).expect("asked") else {
            return (deaths, pieces);
        };
        let bytes = HEAD_BYTES + piece.len();
        if bytes <= left {
            left -= bytes;
            pieces += 1;
            store.take_photo_answer(&office.takes(&piece), at(1)).expect("its word");
            continue;
        }
        (left, deaths) = (dies_after, deaths + 1);
        store.photo_piece_lost();
        if deaths % 7 == 0 {
            drop(store);
            store = story.open();
        }
    }
    panic!("after {deaths} deaths there are {} bytes at the office", office.came.len())
}

#[test]
fn on_a_line_that_dies_again_and_again_a_photo_comes_through() {
    for (dies_after, deaths_max) in [(1_700, 260), (4_000, 110), (33_000, 9), (usize::MAX, 0)] {
        let story = Story::new();
        let mut office = Office::new(&story);
        let mut store = story.open_with_book();
        let file = picture(200_000, 1);
        let photo = taken(&mut store, &file);
        office.hears(&mut store, &[]);
        drop(store);
        let (deaths, _) = sent_over(&story, &mut office, dies_after);
        assert!(office.came == file, "the same bytes");
        assert!(deaths <= deaths_max, "{deaths} deaths of a line of {dies_after} bytes");
        // On a good line pieces grow again.
        let mut store = story.open();
        assert_eq!(store.photo(photo).expect("readable"), Some(PhotoState::Sent));
        taken(&mut store, &picture(250_000, 2));
        office.hears(&mut store, &[]);
        drop(store);
        office.came.clear();
        let (deaths, pieces) = sent_over(&story, &mut office, usize::MAX);
        assert!(deaths == 0 && pieces <= 24, "{pieces} pieces");
    }
}

#[test]
fn what_is_no_photo_or_too_much_is_refused_and_leaves_nothing() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let refused = |store: &mut Store, bytes: &[u8], now: Moment| {
        store.add_photo(bytes, LIMITS, now).expect_err("refused").to_string()
    };
    let cut = &picture(9_000, 1)[..5_000];
    let error = store.add_photo(cut, LIMITS, at(0)).expect_err("half a file");
    assert!(matches!(error, PhotoRefused::Fault(PhotoFault::Cut)), "{error}");
    let error = store.add_photo(b"a letter", LIMITS, at(0)).expect_err("no picture");
    assert!(matches!(error, PhotoRefused::Fault(PhotoFault::Neither)), "{error}");
    let said = refused(&mut store, &picture(400_001, 1), at(0));
    assert_eq!(said, "the photo has 400001 bytes, and 400000 are the most");
    assert_eq!(files(&story), Vec::<PathBuf>::new());

    let first = taken(&mut store, &picture(400_000, 1));
    let said = refused(&mut store, &picture(100_001, 2), at(1));
    assert!(said.contains("have 500000 bytes together already"), "{said}");
    let same = store.add_photo(&picture(400_000, 1), LIMITS, at(1)).expect("it is here");
    assert_eq!(same, first, "the same file is the same photo, and counts once");
    store.add_photo(&picture(100_000, 2), LIMITS, at(1)).expect("to the last byte of the day");
    let tomorrow = Moment { wall_ms: at(0).wall_ms + DAY_MS, ..at(0) };
    store.add_photo(&picture(100_001, 3), LIMITS, tomorrow).expect("another day");

    let stranger = PhotoHash::of(b"of another device");
    assert!(matches!(names(&mut store, stranger), Err(EditError::NoPhoto)));
    assert_eq!(store.edits_to_send(), 1, "that of the first photo");
    assert_eq!(files(&story).len(), 3);
    drop(store);
    // What no edit names, and whatever else a cut left there, goes when the books are opened.
    fs::write(story.folder.path().join("photos").join("unfinished"), "half").expect("a file");
    let store = story.open();
    assert_eq!(files(&story).len(), 1);
    assert_eq!(store.photos_to_send().expect("a count"), 1);
}

#[test]
fn the_offices_no_is_kept_and_what_it_may_take_later_waits() {
    let story = Story::new();
    let mut office = Office::new(&story);
    let mut store = story.open_with_book();
    let photo = taken(&mut store, &picture(50_000, 1));
    office.hears(&mut store, &[]);
    let says = |store: &mut Store, office: &Office<'_>, says: PhotoSays, now: Moment| {
        let piece = store.next_photo_piece(now).expect("asked").expect("a piece");
        let (piece, digest) = office.opened(&piece);
        let answer = office.says((&piece, digest), says);
        let taken = store.take_photo_answer(&answer, now).expect("the office's word");
        (taken, answer)
    };
    for later in [PhotoRefusal::DayFull(9), PhotoRefusal::Unnamed] {
        let now = Moment { boot: store.boot(), ..at(0) };
        let said = says(&mut store, &office, PhotoSays::Refused(later), now);
        assert_eq!(said.0, PhotoTaken::Refused(photo, later));
        assert_eq!(store.next_photo_piece(at(59)).expect("asked"), None, "it waits an hour");
        assert!(store.next_photo_piece(at(60)).expect("asked").is_some());
        drop(store);
        store = story.open();
    }
    // A centre that never has more is left alone for a while, too.
    for _ in 0..3 {
        says(&mut store, &office, PhotoSays::Has(0), at(0));
    }
    assert_eq!(store.next_photo_piece(at(1)).expect("asked"), None);
    says(&mut store, &office, PhotoSays::Has(40_000), at(60));
    let other = PhotoSays::Refused(PhotoRefusal::OtherHash);
    says(&mut store, &office, other, at(60));
    let anew = store.next_photo_piece(at(60)).expect("asked").expect("a piece");
    assert_eq!(office.opened(&anew).0.offset, 0, "from the beginning");
    let late = says(&mut store, &office, PhotoSays::Has(7), at(60)).1;
    store.next_photo_piece(at(60)).expect("asked").expect("a piece");
    let taken = store.take_photo_answer(&late, at(60)).expect("the office's word");
    assert_eq!(taken, PhotoTaken::Late, "an answer to another piece changes nothing");
    let no = PhotoSays::Refused(PhotoRefusal::NoPicture);
    says(&mut store, &office, no, at(61));
    let reason = "the file is no JPEG or PNG picture".to_owned();
    assert_eq!(store.photo(photo).expect("readable"), Some(PhotoState::Refused(reason)));
    assert_eq!(store.next_photo_piece(at(200)).expect("asked"), None);
    assert_eq!(files(&story).len(), 1, "nothing is thrown away over a no");
}

#[test]
fn what_is_not_the_offices_word_or_not_its_photo_is_not_believed() {
    let story = Story::new();
    let mut office = Office::new(&story);
    let mut store = story.open_with_book();
    let photo = taken(&mut store, &picture(50_000, 1));
    office.hears(&mut store, &[]);
    let piece = store.next_photo_piece(at(1)).expect("asked").expect("a piece");
    let (piece, digest) = office.opened(&piece);
    let forged = PhotoAnswer { to: DEVICE, photo, piece: digest, says: PhotoSays::Whole };
    let forged = forged.sealed(&key(&common::pkcs8()));
    let error = store.take_photo_answer(&forged, at(1)).expect_err("a stranger's");
    assert!(matches!(error, StoreError::PhotoAnswer(_)), "{error}");
    let whole = office.says((&piece, digest), PhotoSays::Whole);
    assert_eq!(store.take_photo_answer(&whole, at(1)).expect("its"), PhotoTaken::Whole(photo));

    // A file that was altered on the disk is not sent under the hash of another.
    let photo = taken(&mut store, &picture(60_000, 2));
    office.hears(&mut store, &[]);
    fs::write(files(&story).remove(0), picture(60_000, 3)).expect("altered");
    assert_eq!(store.next_photo_piece(at(2)).expect("asked"), None);
    let reason = "its file on this device is damaged".to_owned();
    assert_eq!(store.photo(photo).expect("readable"), Some(PhotoState::Refused(reason)));
}

#[test]
fn a_photo_whose_edit_is_refused_stays_and_is_not_sent() {
    let story = Story::new();
    let mut office = Office::new(&story);
    let mut store = story.open_with_book();
    taken(&mut store, &picture(50_000, 1));
    office.hears(&mut store, &[1]);
    assert_eq!(store.refused_edits(None, 9).expect("a list").len(), 1);
    assert_eq!(store.next_photo_piece(at(9)).expect("asked"), None);
    assert_eq!((files(&story).len(), store.photos_to_send().expect("a count")), (1, 0));
}

#[test]
fn a_house_that_leaves_takes_its_sent_photos_and_an_unsent_one_stays_until_it_is_sent() {
    let story = Story::new();
    let mut office = Office::new(&story);
    let mut store = story.open_with_book();
    let fill = Answer {
        buildings: vec![building(345, "7/12", None)],
        register_to: 1,
        ..office.centre.answer(&store.next_request(at(0)).expect("a request"))
    };
    store.take_answer(&fill.sealed(), at(0)).expect("the register");
    let (sent, unsent) = (taken(&mut store, &picture(9_000, 1)), picture(9_001, 2));
    office.hears(&mut store, &[]);
    let piece = store.next_photo_piece(at(1)).expect("asked").expect("a piece");
    let taken_whole = store.take_photo_answer(&office.takes(&piece), at(1)).expect("its word");
    assert_eq!(taken_whole, PhotoTaken::Whole(sent));
    let refused = taken(&mut store, &picture(9_002, 3));
    office.hears(&mut store, &[]);
    let piece = store.next_photo_piece(at(1)).expect("asked").expect("a piece");
    let (piece, digest) = office.opened(&piece);
    let no = office.says((&piece, digest), PhotoSays::Refused(PhotoRefusal::NoPicture));
    store.take_photo_answer(&no, at(1)).expect("its word");
    assert_eq!(store.refused_photos(345, 9).expect("a list")[0].field, "gate_photo");
    let unsent = taken(&mut store, &unsent);
    office.hears(&mut store, &[]);
    assert_eq!(files(&story).len(), 2);
    let request = store.next_request(at(2)).expect("a request");
    let gone = Answer { gone: Some(vec![345]), ..office.centre.answer(&request) };
    let kept = Some(RecordsAnswer::new(3, Vec::new(), 0, &[]));
    let gone = Answer { records: kept, register_to: 2, ..gone };
    store.take_answer(&gone.sealed(), at(2)).expect("an honest answer");
    assert_eq!(store.building(345).expect("readable"), None);
    for gone in [sent, refused] {
        assert_eq!(store.photo(gone).expect("readable"), None);
    }
    assert_eq!(files(&story).len(), 1, "that which waits");
    office.came.clear();
    let piece = store.next_photo_piece(at(3)).expect("asked").expect("a piece");
    let whole = store.take_photo_answer(&office.takes(&piece), at(3)).expect("its word");
    assert_eq!(whole, PhotoTaken::Whole(unsent));
    assert_eq!(files(&story), Vec::<PathBuf>::new());
}

#[test]
fn books_in_memory_keep_their_photos_there_and_lose_them_together() {
    let story = Story::new();
    let mut store = Store::in_memory(&story.provision).expect("books");
    let photo = taken(&mut store, &picture(50_000, 1));
    let waits = Some(PhotoState::Waiting { size: 50_000, office_has: 0 });
    assert_eq!(store.photo(photo).expect("readable"), waits);
    assert_eq!(files(&story), Vec::<PathBuf>::new());
}

#[test]
fn a_photo_that_the_office_cannot_take_now_keeps_no_other_back() {
    let story = Story::new();
    let mut office = Office::new(&story);
    let mut store = story.open_with_book();
    let (first, second) = (picture(20_000, 1), picture(20_000, 2));
    let unnamed = taken(&mut store, &first);
    let other = taken(&mut store, &second);
    office.hears(&mut store, &[]);
    let asked = store.next_photo_piece(at(6)).expect("asked").expect("a piece");
    let (piece, digest) = office.opened(&asked);
    assert_eq!(piece.photo, unnamed, "the older goes first");
    let says = PhotoSays::Refused(PhotoRefusal::Unnamed);
    let taken = store.take_photo_answer(&office.says((&piece, digest), says), at(6));
    assert!(matches!(taken, Ok(PhotoTaken::Refused(..))), "{taken:?}");
    let asked = store.next_photo_piece(at(6)).expect("asked").expect("a piece");
    assert_eq!(office.opened(&asked).0.photo, other);
    // One that the office fails over is put off as well, and both come again later.
    store.put_photo_off(at(6));
    assert_eq!(store.next_photo_piece(at(7)).expect("asked"), None);
    let asked = store.next_photo_piece(at(120)).expect("asked").expect("a piece");
    assert_eq!(office.opened(&asked).0.photo, unnamed);
}

#[test]
fn a_photo_whose_edit_was_refused_goes_with_its_house() {
    let story = Story::new();
    let mut office = Office::new(&story);
    let mut store = story.open_with_book();
    taken(&mut store, &picture(20_000, 1));
    // The house is not of this device's any more, and the office takes none of what was said.
    office.hears(&mut store, &[1]);
    assert_eq!(store.photos_to_send().expect("a count"), 0);
    drop(store);
    let _store = story.open();
    assert_eq!(files(&story), Vec::<PathBuf>::new());
}
