//! Rule packs that the office sends: what is believed, what a cut leaves, and what the chain says.

mod common;

use std::fs;
use std::path::Path;

use common::{BODY, Centre, Story, at, key, pkcs8};
use ledger::{Fact, Moment, Pack, PackFile, PackRefusal, PackSaid, PackWord, Signer, sha256};
use node::{PackPiece, PackTaken, Store};
use replica::{Answer, PACK_FILE_PIECE_BYTES, PackArchive, PackOffer};

/// 30 September 2026.
const EXPIRES: i64 = 20_726;

/// The shipped pack under another version, effective from a day on, and with a note in it.
fn archive(body: &str, version: u32, from: &str, note: &str) -> PackArchive {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fleet/packs/padippuram");
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the shipped pack") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            files.push((name, fs::read_to_string(&path).expect("a text")));
        }
    }
    let (_, pack) = files.iter_mut().find(|(name, _)| name == "pack.toml").expect("pack.toml");
    let line = |text: &str, key: &str| {
        let found = text.lines().find(|line| line.starts_with(key));
        found.unwrap_or_else(|| panic!("{key} of the shipped pack")).to_owned()
    };
    let (was_version, was_from) = (line(pack, "version = "), line(pack, "effective = "));
    *pack = pack
        .replacen(&was_version, &format!("version = {version}"), 1)
        .replacen(&was_from, &format!("effective = {from}"), 1)
        .replacen(&line(pack, "code = \"G"), &format!("code = \"{body}\""), 1);
    pack.push_str(note);
    let files: Vec<PackFile<'_>> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    PackArchive::of(&files)
}

fn file_by(office: &dyn Signer, version: u32, from: &str, expires: i64) -> Vec<u8> {
    archive(BODY, version, from, "").signed(expires, office).expect("a sound pack").written()
}

fn good(story: &Story, version: u32) -> Vec<u8> {
    file_by(&story.office, version, "2026-08-14", EXPIRES)
}

fn offer(version: u32, file: &[u8]) -> PackOffer {
    let bytes = u32::try_from(file.len()).expect("a small file");
    PackOffer { version, bytes, digest: sha256(file), file: None }
}

/// The centre's answer to what the device sends, with a pack in it.
fn hear(store: &mut Store, centre: &mut Centre<'_>, offer: Option<PackOffer>, minute: i64) {
    let request = store.next_request(at(minute)).expect("a request");
    let answer = Answer { pack: offer, ..centre.answer(&request) };
    store.take_answer(&answer.sealed(), at(minute)).expect("it is taken");
}

/// Fetches as the desk does, until there is nothing to ask for.
fn fetch(store: &mut Store, file: &[u8], now: Moment) -> Option<PackTaken> {
    let mut last = None;
    while let Some(PackPiece { digest, from, to }) = store.next_pack_piece(now).expect("readable") {
        let piece = PackPiece { digest, from, to };
        let bytes =
            &file[usize::try_from(from).expect("small")..=usize::try_from(to).expect("small")];
        last = Some(store.take_pack_piece(piece, bytes, now).expect("a working disk"));
        if !matches!(last, Some(PackTaken::GoesOn)) {
            break;
        }
    }
    last
}

fn told(store: &mut Store, in_use: u32, minute: i64) -> Vec<PackSaid> {
    let entries = store.tell_packs(in_use, at(minute)).expect("it is written");
    let word = |fact| match fact {
        Fact::PackSaid(word) => word,
        other => panic!("{other:?}"),
    };
    entries.into_iter().map(|entry| word(entry.fact)).collect()
}

#[test]
fn a_pack_comes_in_pieces_is_kept_and_spoken_of_once() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut centre = Centre::new(&story);
    hear(&mut store, &mut centre, None, 1);
    assert_eq!(store.next_pack_piece(at(1)).expect("readable"), None);
    let file = good(&story, 4);
    assert!(file.len() > PACK_FILE_PIECE_BYTES, "it takes more than one piece");
    hear(&mut store, &mut centre, Some(offer(4, &file)), 2);
    assert_eq!(fetch(&mut store, &file, at(2)), Some(PackTaken::Kept(4)));
    let kept = store.kept_packs().expect("readable");
    assert_eq!((kept[0].pack.body.version, kept[0].expires), (4, EXPIRES));

    let file_hash = sha256(&file);
    let said = |said| PackSaid { version: 4, file: file_hash, said };
    assert_eq!(told(&mut store, 3, 3), [said(PackWord::Kept)]);
    assert_eq!(told(&mut store, 3, 4), []);
    assert_eq!(store.newest_pack_used(), None);
    assert_eq!(told(&mut store, 4, 5), [said(PackWord::InUse)]);
    assert_eq!(store.newest_pack_used(), Some(4));
    // The same again is no news, and nothing is asked for.
    hear(&mut store, &mut centre, Some(offer(4, &file)), 6);
    assert_eq!(store.next_pack_piece(at(6)).expect("readable"), None);
    drop(store);
    let mut store = story.open();
    assert_eq!(told(&mut store, 4, 7), []);
    assert_eq!(store.newest_pack_used(), Some(4));
    assert_eq!(store.kept_packs().expect("readable").len(), 1);
    store.verify().expect("sound books");
}

#[test]
fn a_cut_at_any_piece_leaves_the_whole_old_or_the_whole_new() {
    let story = Story::new();
    let file = good(&story, 4);
    let mut centre = Centre::new(&story);
    let mut store = story.open_with_book();
    let mut pieces = 0;
    loop {
        hear(&mut store, &mut centre, Some(offer(4, &file)), 2 + pieces);
        let piece = store.next_pack_piece(at(2)).expect("readable").expect("there is more");
        let done = usize::try_from(pieces).expect("few") * PACK_FILE_PIECE_BYTES;
        assert_eq!(piece.from, done as u64, "it goes on from where it was");
        assert!(store.kept_packs().expect("readable").is_empty(), "half a pack is none");
        let to = usize::try_from(piece.to).expect("small");
        let taken = store.take_pack_piece(piece, &file[done..=to], at(2)).expect("a working disk");
        pieces += 1;
        // The power goes.
        drop(store);
        store = story.open();
        match taken {
            PackTaken::GoesOn => {}
            PackTaken::Kept(version) => {
                assert_eq!(version, 4);
                break;
            }
            PackTaken::Refused(why) => panic!("{why}"),
        }
    }
    assert!(pieces > 1);
    assert_eq!(store.kept_packs().expect("readable")[0].pack.body.version, 4);
    // What the power cut kept from being said is said now.
    assert_eq!(told(&mut store, 4, 90).len(), 2);
}

/// What the device says of a file that a centre offers, and how many packs it keeps then.
fn refusal(
    story: &Story,
    file: &[u8],
    prepared: impl FnOnce(&mut Store, &mut Centre<'_>),
) -> (PackRefusal, usize) {
    let mut store = story.open_with_book();
    let mut centre = Centre::new(story);
    prepared(&mut store, &mut centre);
    let before = store.kept_packs().expect("readable").len();
    hear(&mut store, &mut centre, Some(offer(9, file)), 20);
    let Some(PackTaken::Refused(why)) = fetch(&mut store, file, at(20)) else { panic!("taken") };
    assert_eq!(store.refused_pack(), Some((9, why)));
    let said = PackSaid { version: 9, file: sha256(file), said: PackWord::Refused(why) };
    assert_eq!(told(&mut store, 3, 21), [said]);
    // For good: it is asked for no more, also by a program that starts anew.
    hear(&mut store, &mut centre, Some(offer(9, file)), 22);
    assert_eq!(store.next_pack_piece(at(500)).expect("readable"), None);
    drop(store);
    let mut store = story.open();
    hear(&mut store, &mut centre, Some(offer(9, file)), 23);
    assert_eq!(store.next_pack_piece(at(500)).expect("readable"), None);
    let kept = store.kept_packs().expect("readable").len();
    assert_eq!(kept, before, "what was there stays");
    (why, kept)
}

fn nothing(_: &mut Store, _: &mut Centre<'_>) {}

/// The device has this version already, and uses it.
fn with(version: u32) -> impl FnOnce(&mut Store, &mut Centre<'_>) {
    move |store, centre| {
        let file = good(centre.story, version);
        hear(store, centre, Some(offer(version, &file)), 1);
        assert_eq!(fetch(store, &file, at(1)), Some(PackTaken::Kept(version)));
        told(store, version, 2);
    }
}

#[test]
fn what_is_not_the_office_s_is_refused() {
    let stranger = key(&pkcs8());
    let theirs = file_by(&stranger, 9, "2026-08-14", EXPIRES);
    assert_eq!(refusal(&Story::new(), &theirs, nothing).0, PackRefusal::Signature);
    let unsigned = archive(BODY, 9, "2026-08-14", "").written();
    assert_eq!(refusal(&Story::new(), &unsigned, nothing).0, PackRefusal::Signature);
    assert_eq!(refusal(&Story::new(), b"a picture of a cat", nothing).0, PackRefusal::Faulty);
}

#[test]
fn a_pack_that_the_office_signed_for_others_or_other_times_is_refused() {
    let story = Story::new();
    let foreign = archive("G0999", 9, "2026-08-14", "").signed(EXPIRES, &story.office);
    let foreign = foreign.expect("a sound pack").written();
    assert_eq!(refusal(&story, &foreign, nothing).0, PackRefusal::OtherBody);
    let story = Story::new();
    let yesterday = file_by(&story.office, 9, "2026-08-01", at(0).day() - 1);
    assert_eq!(refusal(&story, &yesterday, nothing).0, PackRefusal::Expired);
    let story = Story::new();
    let older = good(&story, 4);
    assert_eq!(refusal(&story, &older, with(5)), (PackRefusal::Older, 1));
    let story = Story::new();
    let changed = archive(BODY, 5, "2026-08-14", "# another text\n").signed(EXPIRES, &story.office);
    let changed = changed.expect("a sound pack").written();
    assert_eq!(refusal(&story, &changed, with(5)), (PackRefusal::Changed, 1));
}

#[test]
fn an_older_one_than_the_device_was_installed_with_is_refused() {
    let story = Story::new();
    let older = good(&story, 4);
    let installed = archive(BODY, 6, "2026-08-14", "").pack().expect("a sound pack");
    let (why, _) = refusal(&story, &older, |store, _| store.installed_with(&installed));
    assert_eq!(why, PackRefusal::Older);
}

#[test]
fn a_file_that_came_damaged_is_told_and_fetched_again_later() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut centre = Centre::new(&story);
    let file = good(&story, 4);
    let mut damaged = file.clone();
    damaged[PACK_FILE_PIECE_BYTES + 7] ^= 1;
    hear(&mut store, &mut centre, Some(offer(4, &file)), 1);
    let refused = Some(PackTaken::Refused(PackRefusal::Damaged));
    assert_eq!(fetch(&mut store, &damaged, at(1)), refused);
    assert_eq!(told(&mut store, 3, 2).len(), 1);
    assert_eq!(store.refused_pack(), Some((4, PackRefusal::Damaged)));
    assert_eq!(store.next_pack_piece(at(2)).expect("readable"), None);
    assert_eq!(fetch(&mut store, &file, at(120)), Some(PackTaken::Kept(4)));
    assert_eq!(store.refused_pack(), None);
    assert_eq!(told(&mut store, 3, 121).len(), 1);
}

#[test]
fn the_same_text_signed_for_longer_takes_the_place_of_the_shorter() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut centre = Centre::new(&story);
    with(5)(&mut store, &mut centre);
    let longer = file_by(&story.office, 5, "2026-08-14", EXPIRES + 365);
    hear(&mut store, &mut centre, Some(offer(5, &longer)), 20);
    assert_eq!(fetch(&mut store, &longer, at(20)), Some(PackTaken::Kept(5)));
    let kept = store.kept_packs().expect("readable");
    assert_eq!((kept.len(), kept[0].expires), (1, EXPIRES + 365));
}

#[test]
fn a_pack_that_was_carried_needs_no_line() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut centre = Centre::new(&story);
    let file = good(&story, 4);
    let carried = PackOffer { file: Some(file.clone().into()), ..offer(4, &file) };
    hear(&mut store, &mut centre, Some(carried), 1);
    assert_eq!(store.next_pack_piece(at(1)).expect("readable"), None);
    assert_eq!(store.kept_packs().expect("readable")[0].pack.body.version, 4);
    assert_eq!(store.packs_came(), 1);
}

#[test]
fn a_kept_pack_that_was_altered_on_the_disk_is_left_out() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut centre = Centre::new(&story);
    with(4)(&mut store, &mut centre);
    let file = good(&story, 5);
    hear(&mut store, &mut centre, Some(offer(5, &file)), 20);
    assert_eq!(fetch(&mut store, &file, at(20)), Some(PackTaken::Kept(5)));
    drop(store);
    let altered = file_by(&key(&pkcs8()), 5, "2026-08-14", EXPIRES);
    let database = story.database();
    database
        .execute("UPDATE packs SET file = ?1 WHERE version = 5", [altered])
        .expect("a screwdriver");
    drop(database);
    let kept = story.open().kept_packs().expect("readable");
    let versions: Vec<u32> = kept.iter().map(|kept| kept.pack.body.version).collect();
    assert_eq!(versions, [4]);
}

#[test]
fn a_wrong_clock_does_not_make_a_good_pack_expired() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut centre = Centre::new(&story);
    let file = good(&story, 4);
    hear(&mut store, &mut centre, Some(offer(4, &file)), 1);
    // The clock jumps by three years while the program runs.
    let wrong = Moment { wall_ms: at(2).wall_ms + 3 * 365 * common::DAY_MS, ..at(2) };
    assert!(store.unsure_since(wrong).is_some(), "it is not believed");
    assert_eq!(fetch(&mut store, &file, wrong), Some(PackTaken::Kept(4)));
    assert_eq!(store.believed_day(wrong), at(0).day());
    let _: &Pack = &store.kept_packs().expect("readable")[0].pack;
}
