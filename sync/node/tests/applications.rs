//! Applications on the device's disk: the entry and the sealed file as one, sent after it, and gone
//! once the office has all of it.

mod common;

use std::fs;

use common::{Centre, DEVICE, Story, at, key, lease};
use ledger::{
    Answer, Applied, Breach, Fact, Hash, Language, Lease, Mark, PhotoHash, PublicKey, Reported,
    SealedFile, Signer, StaffId,
};
use node::{AppendError, PhotoTaken, Store};
use replica::{
    AnswerPicture, ApplicationFile, OpeningKey, PhotoAnswer, PhotoSays, Piece, SignedPiece,
};
use ring::signature::{Ed25519KeyPair, KeyPair};

const NOBODY: Option<StaffId> = None;
const SECRET: &str = "Ammini of the blue gate";

fn office() -> (PublicKey, OpeningKey) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).expect("a seed");
    let public = pair.public_key().as_ref().try_into().expect("32 bytes");
    (PublicKey::new(public), OpeningKey::of_seed(&[9; 32]))
}

fn book(story: &Story) -> Fact {
    let lease = Lease { acknowledges: Some(office().0), ..lease("A1", 1, 2) };
    Fact::BookOpened(lease.signed(&story.office))
}

fn applied(number: u32) -> Applied {
    Applied {
        book: "A1".to_owned(),
        number,
        service: "self_return".to_owned(),
        building: Some(345),
        language: Language::En,
        pack: 3,
        due: at(0).day() + 15,
        handed_in: Vec::new(),
        missing: Vec::new(),
        sealed: SealedFile { hash: Hash::from([0; 32]), bytes: 0 },
        reported: None,
        complaint: None,
    }
}

fn answers() -> Vec<Answer> {
    vec![Answer { name: "applicant".to_owned(), value: SECRET.to_owned() }]
}

fn hears(centre: &mut Centre<'_>, store: &mut Store) {
    let answer = centre.answer(&store.next_request(at(5)).expect("a request"));
    store.take_answer(&answer.sealed(), at(5)).expect("an honest answer");
}

fn piece_of(story: &Story, message: &[u8]) -> (Piece, Hash) {
    let own = key(&story.provision.key).public_key();
    SignedPiece::read(message).expect("a message").opened(&own).expect("the device's")
}

fn is_on_disk(story: &Story, words: &[u8]) -> bool {
    let files = fs::read_dir(story.folder.path()).expect("the books' folder");
    let files = files.map(|file| file.expect("a file").path()).filter(|path| path.is_file());
    files
        .map(|path| fs::read(path).expect("readable"))
        .any(|bytes| bytes.windows(words.len()).any(|part| part == words))
}

#[test]
fn an_application_is_written_with_its_sealed_file_and_sent_after_its_entry() {
    let story = Story::new();
    let mut centre = Centre::new(&story);
    let mut store = story.open_with_book();
    let facts = vec![book(&story)];
    let entries =
        store.append_application(at(1), NOBODY, facts, applied(1), (answers(), Vec::new()));
    let entries = entries.expect("on disk");
    let Fact::Applied(written) = &entries[1].fact else { panic!("{entries:?}") };
    assert_eq!(store.sealed_to_send().expect("a count"), 1);
    assert_eq!(store.next_photo_piece(at(1)).expect("asked"), None, "entries go first");
    // A kill at once loses nothing.
    drop(store);
    assert!(!is_on_disk(&story, SECRET.as_bytes()), "nobody reads it from the disk");
    let mut store = story.open();
    assert_eq!(store.sealed_to_send().expect("a count"), 1);
    hears(&mut centre, &mut store);

    let message = store.next_photo_piece(at(2)).expect("asked").expect("a piece");
    let (piece, digest) = piece_of(&story, &message);
    assert_eq!(piece.photo, PhotoHash(written.sealed.hash));
    assert_eq!(piece.size, written.sealed.bytes);
    assert_eq!(PhotoHash::of(&piece.bytes), piece.photo, "one piece is all of it");
    let opened = ApplicationFile::open(&piece.bytes, &office().1).expect("the office opens it");
    assert_eq!(opened.answers, answers());
    assert!(opened.number.contains("-A1-00001-"), "{}", opened.number);

    let says = PhotoSays::Whole;
    let answer = PhotoAnswer { to: DEVICE, photo: piece.photo, piece: digest, says };
    let taken = store.take_photo_answer(&answer.sealed(&story.office), at(3));
    assert_eq!(taken.expect("the office's word"), PhotoTaken::Whole(piece.photo));
    assert_eq!(store.sealed_to_send().expect("a count"), 0);
    assert_eq!(store.next_photo_piece(at(4)).expect("asked"), None, "it is gone from here");
}

#[test]
fn without_a_book_or_in_another_turn_nothing_is_written() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let before = store.day_book().head();
    let refused =
        store.append_application(at(1), NOBODY, Vec::new(), applied(1), (answers(), Vec::new()));
    assert!(matches!(refused, Err(AppendError::Breach(Breach::NoBook))));
    let facts = vec![book(&story)];
    let refused =
        store.append_application(at(1), NOBODY, facts, applied(2), (answers(), Vec::new()));
    assert!(matches!(refused, Err(AppendError::Breach(Breach::OutOfTurn { .. }))));
    assert_eq!(store.day_book().head(), before);
    assert_eq!(store.sealed_to_send().expect("a count"), 0);
}

#[test]
fn reports_that_look_the_same_are_found_again_after_a_restart() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mark = |byte: u8| Mark::from([byte; 8]);
    let report = |number: u32, marks: &[u8]| Applied {
        reported: Some(Reported {
            delay: "in_time".to_owned(),
            fee: ledger::Paise::ZERO,
            marks: marks.iter().map(|byte| mark(*byte)).collect(),
            order: None,
            looked_over: true,
            distinct: Vec::new(),
        }),
        ..applied(number)
    };
    let facts = vec![book(&story)];
    let first =
        store.append_application(at(1), NOBODY, facts, report(1, &[1, 2]), (answers(), Vec::new()));
    let first = first.expect("on disk").pop().expect("an entry");
    let second = store.append_application(
        at(2),
        NOBODY,
        vec![],
        report(2, &[2, 3]),
        (answers(), Vec::new()),
    );
    let second = second.expect("on disk").pop().expect("an entry");
    drop(store);
    let store = story.open();
    let alike = |marks: &[u8]| {
        let marks: Vec<Mark> = marks.iter().map(|byte| mark(*byte)).collect();
        let found = store.alike(&marks).expect("the books can be read");
        found.into_iter().map(|entry| entry.seq).collect::<Vec<_>>()
    };
    assert_eq!(alike(&[2]), [second.seq, first.seq], "newest first");
    assert_eq!(alike(&[1, 9]), [first.seq]);
    assert_eq!(alike(&[9]), [0; 0]);
}

#[test]
fn a_picture_is_sealed_with_the_answers_and_goes_in_pieces() {
    let story = Story::new();
    let mut centre = Centre::new(&story);
    let mut store = story.open_with_book();
    // As many as one filling may have.
    let file = SECRET.as_bytes().repeat(960_000 / SECRET.len());
    let pictures = vec![AnswerPicture { name: "photo.png".to_owned(), file }];
    let given = (answers(), pictures.clone());
    let entries = store.append_application(at(1), NOBODY, vec![book(&story)], applied(1), given);
    let entries = entries.expect("on disk");
    let Fact::Applied(written) = &entries[1].fact else { panic!("{entries:?}") };
    hears(&mut centre, &mut store);
    let mut file = Vec::new();
    while let Some(message) = store.next_photo_piece(at(2)).expect("asked") {
        let (piece, digest) = piece_of(&story, &message);
        assert_eq!(usize::try_from(piece.offset), Ok(file.len()));
        file.extend_from_slice(&piece.bytes);
        let has = u32::try_from(file.len()).expect("a megabyte");
        let whole = has == written.sealed.bytes;
        let says = if whole { PhotoSays::Whole } else { PhotoSays::Has(has) };
        let answer = PhotoAnswer { to: DEVICE, photo: piece.photo, piece: digest, says };
        store.take_photo_answer(&answer.sealed(&story.office), at(3)).expect("its word");
    }
    drop(store);
    assert!(!is_on_disk(&story, SECRET.as_bytes()), "no picture was ever readable on the disk");
    let opened = ApplicationFile::open(&file, &office().1).expect("the office opens it");
    assert_eq!((opened.answers, opened.pictures), (answers(), pictures));
}
