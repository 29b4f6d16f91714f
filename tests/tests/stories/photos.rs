//! A photo of a house: taken on a handheld without a line, sent after everything else over a line
//! that is cut in the middle, whole at the office and shown there.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use ledger::{FieldValue, Moment, PhotoHash, RecordId, RecordKind, StaffId};
use node::{LinkOptions, Patience, Provision, Store, exchange_until_quiet};
use replica::{PhotoAnswer, PhotoRefusal, PhotoSays, Piece};
use serde_json::Value;
use tests::Trouble;
use tests::device::{Attached, Desk, Device};
use tests::sims::Sim;
use tests::town::{Equipped, Kind, Town, WORKER, attached, house_code, register};
use tests::wait::until;

use super::steps::{HOUSE, sign_in};

/// A line to a centre that is cut once so many bytes of the device have passed, and stays cut.
struct Line {
    address: SocketAddr,
    passed: Arc<AtomicU64>,
    limit: Arc<AtomicU64>,
    /// Each connection is cut once so many bytes have passed by it.
    each: Arc<AtomicU64>,
}

impl Line {
    fn to(centre: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (passed, limit) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(u64::MAX)));
        let each = Arc::new(AtomicU64::new(u64::MAX));
        let (counts, most, of_one) = (Arc::clone(&passed), Arc::clone(&limit), Arc::clone(&each));
        thread::spawn(move || {
            for device in listener.incoming() {
                let Ok(device) = device else { continue };
                // A centre that is away is a line that is cut.
                let Ok(centre) = TcpStream::connect(&centre) else { continue };
                let (counts, most) = (Arc::clone(&counts), Arc::clone(&most));
                let of_one = of_one.load(Ordering::SeqCst);
                thread::spawn(move || pass(device, centre, (&counts, &most), of_one));
            }
        });
        Self { address, passed, limit, each }
    }

    /// Lets so many more bytes of the device pass.
    fn let_pass(&self, bytes: u64) {
        let passed = self.passed.load(Ordering::SeqCst);
        self.limit.store(passed.saturating_add(bytes), Ordering::SeqCst);
    }

    /// From now on it dies, and comes back, each time so many bytes have passed.
    fn dies_after(&self, bytes: u64) {
        self.each.store(bytes, Ordering::SeqCst);
    }

    fn wait_until_cut(&self) {
        until("the line is cut", || {
            let (passed, limit) = (&self.passed, &self.limit);
            (passed.load(Ordering::SeqCst) >= limit.load(Ordering::SeqCst)).then_some(())
        })
        .expect("the device sends so much");
    }
}

/// Passes what the device says up to the limit, and all that the centre says.
fn pass(
    mut device: TcpStream,
    mut centre: TcpStream,
    (passed, limit): (&AtomicU64, &AtomicU64),
    mut left_of_one: u64,
) {
    let both = (device.try_clone(), centre.try_clone());
    let (Ok(mut to_device), Ok(mut of_centre)) = both else { return };
    let back = thread::spawn(move || std::io::copy(&mut of_centre, &mut to_device));
    let mut piece = [0; 1_024];
    while let Ok(read @ 1..) = device.read(&mut piece) {
        let left = limit.load(Ordering::SeqCst).saturating_sub(passed.load(Ordering::SeqCst));
        let goes = read.min(usize::try_from(left.min(left_of_one)).unwrap_or(usize::MAX));
        if centre.write_all(&piece[..goes]).is_err() {
            break;
        }
        passed.fetch_add(goes as u64, Ordering::SeqCst);
        left_of_one -= goes as u64;
        if goes < read {
            break;
        }
    }
    for stream in [&device, &centre] {
        // One side may be gone already.
        let _ = stream.shutdown(Shutdown::Both);
    }
    let _ = back.join();
}

struct Scene {
    town: Town,
    equipped: Equipped,
    camera: Sim,
    line: Line,
}

/// A worker's handheld with a camera that writes into a folder, whose line can be cut.
fn scene(town: Town) -> Scene {
    scene_with(town, Sim::camera, |port| Attached::camera(port))
}

fn scene_with(
    town: Town,
    camera: fn(&Path) -> Result<Sim, Trouble>,
    attach: fn(&str) -> Attached<'_>,
) -> Scene {
    let kind = Kind::karmasena();
    let equipped = town.equip(kind).expect("a handheld");
    let camera = camera(equipped.device.folder()).expect("a camera");
    let url = town.centre.url();
    let line = Line::to(url.trim_start_matches("http://").to_owned());
    let Equipped { device, printer, terminal, scanner } = &equipped;
    let [printer, terminal, scanner] = attached(kind, printer, terminal, scanner);
    let all = [printer, terminal, scanner, attach(camera.port())];
    let by = format!("http://{}", line.address);
    device.configure(kind.profile, &by, kind.language, &all).expect("kiosk.toml");
    Scene { town, equipped, camera, line }
}

/// Opens the desk and the page "about this house" of the house of the stories.
fn at_details(device: &Device) -> Desk {
    let mut desk = device.open().expect("its desk");
    sign_in(&mut desk, &WORKER).expect("the worker");
    desk.page("round").expect("the round");
    to_details(&mut desk);
    desk
}

fn to_details(desk: &mut Desk) {
    desk.scan(&house_code(HOUSE).expect("a code")).expect("scanned");
    desk.page("visit").expect("the visit");
    desk.press("details").expect("touched");
    desk.page("details").expect("about this house");
}

fn photo_row(page: &Value) -> Value {
    let rows = page["rows"].as_array().cloned().unwrap_or_default();
    rows.into_iter().find(|row| row["id"] == "property.gate_photo").unwrap_or_default()
}

fn takes(desk: &mut Desk) -> Result<(), Trouble> {
    desk.choose("property.gate_photo:take")?;
    let taken = |page: &Value| photo_row(page)["answer"]["photo"]["taken"].is_string();
    desk.page_where("details", taken).map(|_| ())
}

fn refused(desk: &mut Desk) -> (String, String) {
    desk.choose("property.gate_photo:take").expect("touched");
    desk.refusal().expect("no")
}

/// The picture that the camera wrote last, and by what it is known.
fn newest(camera: &Sim) -> (Vec<u8>, PhotoHash) {
    let listed = std::fs::read_dir(camera.out()).expect("its folder");
    let mut files: Vec<PathBuf> = listed.map(|file| file.expect("a file").path()).collect();
    files.sort();
    let bytes = std::fs::read(files.last().expect("a picture")).expect("it can be read");
    let hash = PhotoHash::of(&bytes);
    (bytes, hash)
}

fn house() -> RecordId {
    let house = register().expect("a register").into_iter().find(|house| house.number == HOUSE);
    RecordId { kind: RecordKind::Property, number: house.expect("the house").id }
}

fn listed(figures: &Value) -> &Value {
    &figures["photos"][0]
}

/// The camera fails in every way that it can, and then a picture is taken and said.
fn takes_after_faults(desk: &mut Desk, camera: &Sim) {
    assert_eq!(refused(desk).0, "no_new_picture");
    for (fault, code) in [
        ("nothing", "no_new_picture"),
        ("half", "picture_unreadable"),
        ("huge", "picture_too_large"),
    ] {
        camera.tell(&format!("fault {fault}")).expect("told");
        camera.tell("take").expect("taken");
        let said = refused(desk);
        assert_eq!(said.0, code, "{said:?}");
    }
    camera.tell("fault slow").expect("told");
    camera.tell("take").expect("taken");
    takes(desk).expect("a picture");
    desk.press("next").expect("said");
    desk.page("visit").expect("back at the visit");
    desk.choose("locked").expect("touched");
    desk.page_where("visit", |page| page["can_save"] == true).expect("it can be saved");
    desk.press("next").expect("saved");
    desk.entry("visit").expect("a visit");
}

#[test]
fn a_photo_taken_without_a_line_is_whole_at_the_office_over_cuts_and_kills() {
    let Scene { mut town, equipped, camera, line } = scene(Town::small().expect("a town"));
    town.centre.stop().expect("it stops");
    let mut desk = at_details(&equipped.device);
    takes_after_faults(&mut desk, &camera);
    let (file, photo) = newest(&camera);
    let way = format!("/photo/{photo}");

    // The line is cut in the middle of the second piece, and the power goes at the device.
    line.let_pass(45_000);
    town.centre.serve().expect("it serves again");
    line.wait_until_cut();
    desk.kill().expect("cut");
    let figures = town.centre.figures().expect("figures");
    assert_eq!(figures["visits"][0]["locked"], 1, "entries go first: {figures}");
    let begun = listed(&figures);
    assert_eq!((&begun["photo"], &begun["whole_ms"]), (&photo.to_string().into(), &Value::Null));
    assert_eq!((&begun["has"], &begun["size"]), (&32_768.into(), &file.len().into()), "{begun}");
    assert_eq!(town.centre.fetch(&way).expect("an answer").0, 404);

    // It goes on from there, is cut again, and the power goes at the centre.
    line.let_pass(45_000);
    let desk = equipped.device.open().expect("its desk again");
    line.wait_until_cut();
    town.centre.kill().expect("cut");
    town.centre.serve().expect("it serves again");
    let figures = town.centre.figures().expect("figures");
    assert_eq!(listed(&figures)["has"], 65_536, "{figures}");
    line.let_pass(u64::MAX);
    let whole = |figures: &Value| listed(figures)["whole_ms"].is_i64();
    let figures = town.centre.until("the photo is whole", whole).expect("figures");
    assert_eq!(listed(&figures)["size"], file.len(), "{figures}");

    let (status, kind, shown) = town.centre.fetch(&way).expect("the photo");
    assert_eq!((status, kind.as_str()), (200, "image/png"));
    assert!(shown == file, "the same bytes");
    let page = town.centre.get("/").expect("the page").text;
    assert!(page.contains(&format!("href=\"{way}\"")), "{page}");
    let said = town.centre.ask(&["record", &house().to_string()]).expect("the record");
    let line = format!("gate_photo: {way}, said by sena-1, staff {}", WORKER.id);
    assert!(said.contains(&line), "{line} not in {said}");

    desk.close().expect("it ends by itself");
    let kept = equipped.device.folder().join("data").join("photos");
    let left = std::fs::read_dir(kept).expect("a folder").count();
    assert_eq!(left, 0, "the office has it");
    let mut desk = at_details(&equipped.device);
    let known = |page: &Value| photo_row(page)["said"][0]["photo"] == true;
    let row = photo_row(&desk.page_where("details", known).expect("it is known still"));
    assert_eq!((&row["said"][0]["by"], &row["waiting"]), (&WORKER.name.into(), &false.into()));
    desk.press("back").expect("left");
}

#[test]
fn photos_beyond_the_day_are_refused_in_words_and_sync_sends_those_that_were_taken() {
    let day = [("photo_bytes_a_day = 20000000", "photo_bytes_a_day = 150000")];
    let town = Town::small_with(&day).expect("a town");
    let Scene { town, equipped, camera, line } = scene(town);
    line.let_pass(0);
    let mut desk = at_details(&equipped.device);
    camera.tell("take").expect("taken");
    takes(&mut desk).expect("a picture");
    desk.press("next").expect("said");
    desk.page("visit").expect("back at the visit");
    desk.press("details").expect("touched");
    desk.page("details").expect("about this house");
    camera.tell("take").expect("taken");
    let (code, sentence) = refused(&mut desk);
    assert_eq!(code, "pictures_day_full");
    assert_eq!(sentence, "No more pictures can be taken today. Take it tomorrow.");
    desk.close().expect("it ends by itself");
    line.let_pass(u64::MAX);
    let said = equipped.device.ask("sync").expect("a line");
    assert!(said.contains("photos sent: 1"), "{said}");
    let figures = town.centre.figures().expect("figures");
    assert!(listed(&figures)["whole_ms"].is_i64(), "{figures}");
}

/// Where no folder is named, the camera that reads codes takes the picture: in the light, while it
/// is there, and what it sees at that moment.
#[test]
fn a_photo_is_taken_through_the_camera_that_reads_codes() {
    let town = Town::small().expect("a town");
    let scene = scene_with(town, Sim::viewfinder, |port| Attached::viewfinder(port));
    let Scene { town, equipped, camera, line: _line } = scene;
    let mut desk = at_details(&equipped.device);
    for (fault, mended, code) in [
        ("light off", "light on", "picture_unreadable"),
        ("unplug", "plug", "no_camera"),
        ("fault silent", "fault none", "no_camera"),
        ("fault garbage", "fault none", "no_camera"),
    ] {
        camera.tell(fault).expect("obeyed");
        assert_eq!(refused(&mut desk).0, code, "{fault}");
        camera.tell(mended).expect("obeyed");
    }
    camera.tell("square the gate of 12/345").expect("obeyed");
    takes(&mut desk).expect("a picture");
    camera.tell("wall").expect("obeyed");
    desk.press("next").expect("said");
    desk.page("visit").expect("back at the visit");
    let whole = |figures: &Value| listed(figures)["whole_ms"].is_i64();
    let figures = town.centre.until("the photo is whole", whole).expect("figures");
    let photo = listed(&figures)["photo"].as_str().expect("its hash");
    let (status, kind, shown) = town.centre.fetch(&format!("/photo/{photo}")).expect("the photo");
    assert_eq!((status, kind.as_str()), (200, "image/png"));
    let file = equipped.device.folder().join("shown.png");
    std::fs::write(&file, shown).expect("written");
    let picture = tests::picture::read(&file).expect("a picture");
    assert_eq!((picture.width, picture.height), (640, 480));
    assert_eq!(picture.codes(), ["the gate of 12/345"]);
    desk.close().expect("it ends");
}

/// A handheld's books with one photo, whose edit the office has; `made` says which picture.
fn with_a_photo(town: &Town, made: impl FnOnce(&Path) -> Vec<u8>) -> (Provision, Store, PhotoHash) {
    let kind = Kind::karmasena();
    let folder = town.folder().join(kind.name);
    std::fs::create_dir_all(&folder).expect("a folder");
    town.provision(&folder, kind).expect("a device");
    let file = std::fs::read(folder.join("device.padi")).expect("the file");
    let provision = Provision::read(&file).expect("what makes the device");
    let mut store = Store::open(&folder.join("data"), &provision).expect("the books");
    let limits = node::PhotoLimits { bytes_max: 400_000, bytes_a_day: 20_000_000 };
    let now = Moment { wall_ms: now_ms(), mono_ms: 1, boot: store.boot() };
    let photo = store.add_photo(&made(&folder), limits, now).expect("a picture");
    let said = ("gate_photo", &FieldValue::Photo(photo));
    store.edit_record(house(), said, Some(StaffId(WORKER.id)), now).expect("said");
    while store.edits_to_send() > 0 {
        let request = store.next_request(now).expect("a request");
        let answer = town.centre.exchange(request).expect("an answer");
        store.take_answer(&answer, now).expect("taken");
    }
    (provision, store, photo)
}

/// A whole picture of so many bytes.
fn picture(bytes: usize) -> Vec<u8> {
    let frame = [0xFF, 0xD8, 0xFF, 0xC0, 0, 8, 8, 2, 88, 3, 32, 0, 0xFF, 0xDA, 0, 2];
    let noise = (0..bytes - frame.len() - 2).map(|at| (at * 31 + at / 251) as u8 % 0xFE);
    frame.into_iter().chain(noise).chain([0xFF, 0xD9]).collect()
}

#[test]
fn a_line_that_dies_every_4_kb_brings_a_photo_of_200_kb() {
    let town = Town::small().expect("a town");
    let file = picture(200_000);
    let (_, mut store, photo) = with_a_photo(&town, |_| file.clone());
    let line = Line::to(town.centre.url().trim_start_matches("http://").to_owned());
    line.dies_after(4_000);
    let options = LinkOptions {
        url: format!("http://{}", line.address),
        certificate: None,
        plain: true,
        patience: Patience::EDGE,
    };
    let mut lines = 0;
    while store.photos_to_send().expect("a count") > 0 {
        lines += 1;
        assert!(lines < 150, "{:?}", store.photo(photo));
        let boot = store.boot();
        let now = || Moment { wall_ms: now_ms(), mono_ms: 1, boot };
        // Each line dies under a piece, and the exchange before it gets through.
        let done = exchange_until_quiet(&mut store, options.clone(), now).expect("the books go");
        assert_eq!(done.requests, 1);
    }
    assert!(lines > 40, "only {lines} lines of 4 kB for 200 kB");
    let (status, _, shown) = town.centre.fetch(&format!("/photo/{photo}")).expect("an answer");
    assert_eq!(status, 200);
    assert!(shown == file, "the same bytes");
}

#[test]
fn what_comes_under_the_hash_of_another_photo_is_refused() {
    let town = Town::small().expect("a town");
    let (mut first, mut second) = (Vec::new(), Vec::new());
    let (provision, mut store, photo) = with_a_photo(&town, |folder| {
        let camera = Sim::camera(folder).expect("a camera");
        camera.tell("take").expect("taken");
        first = newest(&camera).0;
        camera.tell("take").expect("taken");
        second = newest(&camera).0;
        first.clone()
    });
    let now = Moment { wall_ms: now_ms(), mono_ms: 1, boot: store.boot() };
    let mut offset = 0;
    let last = loop {
        let (message, _) = Piece::of(provision.writer, photo, &second, offset).sealed(store.key());
        let answer = town.centre.send_photo(message).expect("an answer");
        match PhotoAnswer::read(&answer, &provision.office).expect("the office's word").says {
            PhotoSays::Has(has) => offset = usize::try_from(has).expect("small"),
            last => break last,
        }
    };
    assert_eq!(last, PhotoSays::Refused(PhotoRefusal::OtherHash));
    // The device's own piece is taken after that, as if nothing had been.
    while let Some(piece) = store.next_photo_piece(now).expect("asked") {
        let answer = town.centre.send_photo(piece).expect("an answer");
        store.take_photo_answer(&answer, now).expect("the office's word");
    }
    let (status, _, shown) = town.centre.fetch(&format!("/photo/{photo}")).expect("an answer");
    assert_eq!(status, 200);
    assert!(shown == first, "the same bytes");
}

fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.expect("later").as_millis()).expect("a time of this age")
}
