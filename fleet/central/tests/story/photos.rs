//! Photos: named by an edit first, then piece by piece, kept under their hash, shown to whoever
//! asks for that.

use ledger::{FieldValue, PhotoHash, RecordId, RecordKind, StaffId};
use replica::{
    Answer, Edit, Editor, PIECE_BYTES_MAX, PIECE_MESSAGE_BYTES_MAX, PhotoAnswer, PhotoRefusal,
    PhotoSays, Piece, Record, RecordsAsked, Request,
};

use crate::device::{Device, send};
use crate::office::{Office, now_ms};

/// A whole picture of so many bytes, another for each seed.
pub fn picture(bytes: usize, seed: u8) -> Vec<u8> {
    let frame = [0xFF, 0xD8, 0xFF, 0xC0, 0, 8, 8, 2, 88, 3, 32, 0, 0xFF, 0xDA, 0, 2];
    let mut file = frame.to_vec();
    let noise = (0..).map(|at: usize| (at * 31 + at / 251 + usize::from(seed)) as u8 % 0xFE);
    file.extend(noise.take(bytes - frame.len() - 2));
    file.extend([0xFF, 0xD9]);
    file
}

/// The device says that this is the photo of a house; `number` counts its edits from 1, and is that
/// of the house as well.
pub async fn names(device: &Device, office: &Office, number: u64, photo: PhotoHash) {
    let by = Editor { writer: device.provision.writer, staff: Some(StaffId(201)), at_ms: now_ms() };
    let mut record = Record::new();
    let value = FieldValue::Photo(photo);
    let change = record.set("gate_photo", &value, by).expect("an edit").expect("news");
    let house = u32::try_from(number).expect("small");
    let record = RecordId { kind: RecordKind::Property, number: house };
    let edit = Edit { record, change: change.into() };
    let records = Some(RecordsAsked::new(0, number - 1, &[edit]));
    let request = Request { records, ..device.request(None) };
    let response = send(office, request.sealed(&device.key)).await;
    let answer = Answer::read(&response.bytes().await.expect("a body")).expect("an answer");
    let said = answer.records.expect("of records");
    assert_eq!((said.edits_to, said.refused), (number, vec![]), "the edit is taken");
}

pub async fn post(office: &Office, body: Vec<u8>) -> reqwest::Response {
    let url = format!("{}/v1/photo", office.address);
    office.client.post(url).body(body).send().await.expect("an answer")
}

/// Sends the piece of a file at an offset, under the name of a photo.
pub async fn sends(
    (device, office): (&Device, &Office),
    photo: PhotoHash,
    file: &[u8],
    offset: usize,
) -> PhotoSays {
    let piece = Piece::of(device.provision.writer, photo, file, offset);
    let (message, digest) = piece.sealed(&device.key);
    let response = post(office, message).await;
    assert_eq!(response.status(), 200);
    let body = response.bytes().await.expect("a body");
    let answer = PhotoAnswer::read(&body, &device.provision.office).expect("signed by the office");
    assert_eq!((answer.to, answer.photo), (device.provision.writer, photo));
    assert_eq!(answer.piece, digest, "it answers this piece");
    answer.says
}

/// Sends what the office lacks from an offset on, and gives its last word.
pub async fn sends_all(
    (device, office): (&Device, &Office),
    photo: PhotoHash,
    file: &[u8],
) -> PhotoSays {
    let mut offset = 0;
    loop {
        match sends((device, office), photo, file, offset).await {
            PhotoSays::Has(has) => {
                let has = usize::try_from(has).expect("small");
                assert!(has != offset || offset == 0, "it goes on: {has}");
                offset = has;
            }
            last => return last,
        }
    }
}

fn has(bytes: usize) -> PhotoSays {
    PhotoSays::Has(u32::try_from(bytes).expect("small"))
}

fn refused(why: PhotoRefusal) -> PhotoSays {
    PhotoSays::Refused(why)
}

#[tokio::test]
async fn a_photo_is_named_sent_in_pieces_over_kills_and_shown() {
    let mut office = Office::open(3);
    let collector = office.collector("collector-1");
    let file = picture(100_000, 1);
    let photo = PhotoHash::of(&file);
    let way = format!("/photo/{photo}");
    let said = sends((&collector, &office), photo, &file, 0).await;
    assert_eq!(said, refused(PhotoRefusal::Unnamed), "nobody named it yet");
    names(&collector, &office, 1, photo).await;
    let said = office.good(&["record", "property/1"]);
    assert!(said.contains(&format!("gate_photo: {way}, said by collector-1")), "{said}");
    assert!(said.contains("nothing of it is here yet"), "{said}");
    assert_eq!(office.get(&way).await.status(), 404, "nothing is shown that is not whole");

    assert_eq!(sends((&collector, &office), photo, &file, 0).await, has(PIECE_BYTES_MAX));
    assert_eq!(sends((&collector, &office), photo, &file, 0).await, has(PIECE_BYTES_MAX), "twice");
    let beyond = sends((&collector, &office), photo, &file, 90_000).await;
    assert_eq!(beyond, has(PIECE_BYTES_MAX), "a gap is not taken");
    office.kill();
    office.serve();
    // The device was told to go on here, and another time it sends less than a whole piece.
    let next = PIECE_BYTES_MAX;
    let short = &file[..next + 1_001];
    let piece =
        Piece { size: 100_000, ..Piece::of(collector.provision.writer, photo, short, next) };
    let (message, _) = piece.sealed(&collector.key);
    assert_eq!(post(&office, message).await.status(), 200);
    let said = office.good(&["record", "property/1"]);
    assert!(said.contains(&format!("{} of 100000 bytes are here", next + 1_001)), "{said}");
    office.kill();
    office.serve();
    assert_eq!(sends_all((&collector, &office), photo, &file).await, PhotoSays::Whole);
    office.kill();
    office.serve();
    let again = sends((&collector, &office), photo, &file, 0).await;
    assert_eq!(again, PhotoSays::Whole, "its last answer was lost");

    let shown = office.get(&way).await;
    assert_eq!(shown.status(), 200);
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(shown.headers()[name], value, "{name}");
    }
    assert!(shown.bytes().await.expect("a body") == file, "the same bytes");
    let page = office.dashboard().await;
    let listed = &page["photos"][0];
    assert_eq!(
        (&listed["photo"], &listed["record"]),
        (&photo.to_string().into(), &"property/1".into())
    );
    assert_eq!((&listed["device"], &listed["size"]), (&"collector-1".into(), &100_000.into()));
    let html = office.get("/").await.text().await.expect("text");
    assert!(html.contains(&format!("href=\"{way}\"")), "{html}");
    let said = office.good(&["record", "property/1"]);
    assert!(said.contains("here since") && said.contains("100000 bytes"), "{said}");
    let pieces = office.books.first("SELECT count(*) FROM photo_piece");
    assert_eq!(pieces, ["0"], "the pieces are gone");
}

#[tokio::test]
async fn what_is_too_much_or_no_photo_is_refused_and_the_right_one_is_taken_after() {
    let office = Office::open(3);
    let collector = office.collector("collector-1");
    let of = (&collector, &office);
    let (file, other) = (picture(70_000, 1), picture(70_000, 2));
    let photo = PhotoHash::of(&file);
    names(&collector, &office, 1, photo).await;
    let large = sends(of, photo, &picture(400_001, 1), 0).await;
    assert_eq!(large, refused(PhotoRefusal::TooLarge(400_000)));
    // Under the name of one photo comes another, and then something of another length.
    assert_eq!(sends_all(of, photo, &other).await, refused(PhotoRefusal::OtherHash));
    assert_eq!(sends(of, photo, &other, 0).await, has(PIECE_BYTES_MAX));
    assert_eq!(sends(of, photo, &other[..60_000], 0).await, has(PIECE_BYTES_MAX), "anew");
    assert_eq!(office.get(&format!("/photo/{photo}")).await.status(), 404);

    let today = office.books.first("SELECT bytes FROM photo_day");
    let came = 70_000 + 2 * PIECE_BYTES_MAX;
    assert_eq!(today, [came.to_string()], "what was thrown away counts as well");
    office.books.run("UPDATE photo_day SET bytes = 19980000").expect("a hand that knows SQL");
    let full = sends(of, photo, &file, 0).await;
    assert_eq!(full, refused(PhotoRefusal::DayFull(20_000_000)));
    office.books.run("UPDATE photo_day SET day = day - 1").expect("a hand that knows SQL");
    assert_eq!(sends_all(of, photo, &file).await, PhotoSays::Whole, "the next day");

    let letter = b"a letter that calls itself a photo";
    names(&collector, &office, 2, PhotoHash::of(letter)).await;
    let no = sends_all(of, PhotoHash::of(letter), letter).await;
    assert_eq!(no, refused(PhotoRefusal::NoPicture));
    for none in [format!("{}", PhotoHash::of(letter)), "..%2Fcentral.db".into(), "x".into()] {
        assert_eq!(office.get(&format!("/photo/{none}")).await.status(), 404, "{none}");
    }
}

#[tokio::test]
async fn strangers_forgers_and_garbage_are_turned_away() {
    let office = Office::open(3);
    let (collector, other) = (office.collector("collector-1"), office.kiosk("kiosk-1", 50));
    let file = picture(9_000, 1);
    let photo = PhotoHash::of(&file);
    names(&collector, &office, 1, photo).await;
    let piece = Piece::of(collector.provision.writer, photo, &file, 0);
    let forged = piece.sealed(&other.key).0;
    let stranger = Piece { writer: ledger::Writer(99), ..piece.clone() }.sealed(&other.key).0;
    let long = vec![0; PIECE_MESSAGE_BYTES_MAX + 1];
    for (body, status) in [(forged, 401), (stranger, 401), (long, 413), (b"?".to_vec(), 400)] {
        let response = post(&office, body).await;
        assert_eq!(response.status(), status);
    }
    let rows = office.dashboard().await["turned_away"].as_array().map(Vec::len);
    assert_eq!(rows, Some(4), "each is on the office's page");
    // Any device may send what a record names: here another sends it for the one that took it.
    assert_eq!(sends_all((&other, &office), photo, &file).await, PhotoSays::Whole);
}

#[tokio::test]
async fn a_kept_file_is_never_written_over_and_one_that_was_altered_is_not_shown() {
    let office = Office::open(3);
    let collector = office.collector("collector-1");
    let of = (&collector, &office);
    let (file, forged) = (picture(9_000, 1), picture(9_000, 2));
    let photo = PhotoHash::of(&file);
    names(&collector, &office, 1, photo).await;
    let name = photo.to_string();
    let kept = office.path("data").join("photos").join(&name[..2]).join(&name);
    std::fs::create_dir_all(kept.parent().expect("a folder")).expect("a folder");
    std::fs::write(&kept, &forged).expect("somebody was there before");
    let (message, _) =
        Piece::of(collector.provision.writer, photo, &file, 0).sealed(&collector.key);
    assert_eq!(post(&office, message).await.status(), 500);
    assert_eq!(std::fs::read(&kept).expect("a file"), forged);
    std::fs::write(&kept, &file).expect("from a backup");
    assert_eq!(sends(of, photo, &file, 0).await, PhotoSays::Whole, "it is there already");
    std::fs::write(&kept, &forged).expect("altered");
    assert_eq!(office.get(&format!("/photo/{photo}")).await.status(), 500);
    std::fs::remove_file(&kept).expect("gone");
    assert_eq!(office.get(&format!("/photo/{photo}")).await.status(), 404);
}

#[tokio::test]
async fn two_photos_of_one_gate_are_both_shown_until_the_office_decides() {
    let office = Office::with_accountant();
    let collector = office.collector("collector-1");
    let worker = ["--profile", "karmasena", "--ward", "7", "--operator", "301"];
    let worker = office.device("sena-1", &worker);
    let photos = [1, 2].map(|seed| PhotoHash::of(&picture(9_000, seed)));
    names(&collector, &office, 1, photos[0]).await;
    names(&worker, &office, 1, photos[1]).await;
    let html = office.get("/").await.text().await.expect("text");
    for photo in photos {
        let link = format!("<b><a href=\"/photo/{photo}\">Photo</a></b> by");
        assert!(html.contains(&link), "{html}");
    }
    let value = format!("/photo/{}", photos[1]);
    let decide =
        ["decide", "property/1", "--field", "gate_photo", "--value", &value, "--by", "401"];
    let said = office.good(&decide);
    assert!(said.contains(&format!("gate_photo of property/1 is {}", photos[1])), "{said}");
    assert_eq!(office.dashboard().await["undecided"], serde_json::json!([]));
    let said = office.refused(&[
        "decide",
        "property/1",
        "--field",
        "gate_photo",
        "--value",
        "gate.jpg",
        "--by",
        "401",
    ]);
    assert!(said.contains("gate_photo holds a photo by its hash, not gate.jpg"), "{said}");
}

#[tokio::test]
async fn books_that_were_put_back_find_their_photos_again() {
    let mut office = Office::open(3);
    let collector = office.collector("collector-1");
    let file = picture(9_000, 1);
    let photo = PhotoHash::of(&file);
    names(&collector, &office, 1, photo).await;
    assert_eq!(sends_all((&collector, &office), photo, &file).await, PhotoSays::Whole);
    office.stop();
    office.books.run("DELETE FROM photo").expect("a hand that knows SQL");
    office.serve();
    let way = format!("/photo/{photo}");
    for _ in 0..600 {
        if office.get(&way).await.status() == 200 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it is not found again");
}

#[tokio::test]
async fn photos_lie_where_the_operator_says() {
    let mut office = Office::open(3);
    office.stop();
    let folder = office.path("elsewhere");
    for (uri, why) in [
        ("ftp://x/y", "name a folder, or s3://BUCKET/PREFIX"),
        ("s3://bucket/prefix", "built without S3"),
    ] {
        let refused = ["serve", "--plain", "--listen", "127.0.0.1:0", "--photos", uri];
        let said = office.refused(&refused);
        assert!(said.contains(why), "{said}");
    }
    office.serve_with(&["--plain", "--photos", folder.to_str().expect("UTF-8")]);
    let collector = office.collector("collector-1");
    let file = picture(9_000, 1);
    let photo = PhotoHash::of(&file);
    names(&collector, &office, 1, photo).await;
    assert_eq!(sends_all((&collector, &office), photo, &file).await, PhotoSays::Whole);
    let name = photo.to_string();
    let kept = std::fs::read(folder.join(&name[..2]).join(&name)).expect("the file");
    assert!(kept == file);
}
