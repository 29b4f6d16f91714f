//! The office changes a rate: a device hears of it with its next contact, keeps to the old one
//! until the session and the day are over, and says which one it uses. What somebody else signed,
//! or puts into the line, is not believed.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use ledger::{Fact, PackSaid, PackWord};
use node::{Provision, Store};
use serde_json::Value;
use tests::centre::{Centre, PACK, Wire};
use tests::device::{Desk, Device};
use tests::programs::workspace;
use tests::town::{Kind, Town, attached, copy_folder, today};
use tests::{has_program, missing};

use super::counter::behind_the_counter;
use super::steps::{HOUSE, another_sum, card_payment, office_has_once, pay_by};

/// A town in which nobody is asked "Are you still there?" while a pack is on its way.
fn town() -> Town {
    Town::small_with(&[("idle_s = 40", "idle_s = 600")]).expect("a town")
}

fn day(days: u64) -> NaiveDate {
    today().expect("a day") + Days::new(days)
}

/// The town's pack under a newer version that takes effect on a day, with what using a kiosk costs
/// from which day on, in rupees; a folder beside the town's.
fn newer(town: &Town, version: u32, from: NaiveDate, charges: &[(NaiveDate, u32)]) -> PathBuf {
    let (old, new) = (town.folder().join("pack"), town.folder().join(format!("pack-{version}")));
    fs::create_dir_all(&new).expect("a folder");
    for file in fs::read_dir(&old).expect("the town's pack") {
        let path = file.expect("a file").path();
        let name = path.file_name().expect("a name");
        if path.is_dir() {
            copy_folder(&path, &new.join(name)).expect("its forms");
            continue;
        }
        let mut text = fs::read_to_string(&path).expect("a text");
        if path.ends_with("pack.toml") {
            let line = |key: &str| text.lines().find(|line| line.starts_with(key));
            let (was, since) = (line("version = "), line("effective = "));
            let (was, since) = (was.expect("a version"), since.expect("a day"));
            text = text.replacen(was, &format!("version = {version}"), 1).replacen(
                since,
                &format!("effective = {from}"),
                1,
            );
        }
        if path.ends_with("rates.toml") {
            text = with_charges(&text, charges);
        }
        fs::write(new.join(name), text).expect("writable");
    }
    new
}

fn with_charges(rates: &str, charges: &[(NaiveDate, u32)]) -> String {
    let free = "kiosk = \"0\"\nfrom = 1994-04-23\n";
    assert_eq!(rates.matches(free).count(), 1, "the shipped kiosk is free");
    let until = |day: NaiveDate| format!("to = {}\n", day - Days::new(1));
    let mut text = rates.replacen(free, &format!("{free}{}", until(charges[0].0)), 1);
    for (place, (from, rupees)) in charges.iter().enumerate() {
        let to = charges.get(place + 1).map(|(next, _)| until(*next)).unwrap_or_default();
        text.push_str(&format!(
            "\n[[service_charge]]\nkiosk = \"{rupees}\"\nfrom = {from}\n{to}certainty = \"read\"\n\
             source = \"Council, resolution 14\"\n"
        ));
    }
    text
}

/// Checks, builds and signs a pack with the key of a centre.
fn signed(by: &Centre, folder: &Path) -> String {
    let path = |ending: &str| folder.with_extension(ending).to_str().expect("UTF-8").to_owned();
    let (folder, built, signed) = (path(""), path("pack"), path("signed"));
    by.pack(&["check", &folder]).expect("a sound pack");
    by.pack(&["build", &folder, "--out", &built]).expect("built");
    let until = day(90).to_string();
    by.pack_with_data("sign", &["--expires", &until, &built, "--out", &signed]).expect("signed");
    signed
}

fn add(town: &Town, file: &str) -> String {
    town.centre.pack_with_books("add", &[file]).expect("it is put into service")
}

/// Which pack says what is owed for the house of the stories, and what the kiosk costs by it, in
/// paise; the session is left open.
fn owed(desk: &mut Desk) -> (String, i64) {
    desk.choose("property_tax").expect("touched");
    desk.page("find").expect("which house");
    desk.fill("number", HOUSE).expect("typed");
    desk.press("next").expect("touched");
    said_by(&desk.page("demand").expect("what is owed"))
}

fn said_by(demand: &Value) -> (String, i64) {
    let pack = demand["pack"].as_str().expect("a pack");
    (pack.to_owned(), demand["charge"].as_i64().expect("paise"))
}

fn by(version: u32, paise: i64) -> (String, i64) {
    (format!("padippuram {version}"), paise)
}

fn leave(desk: &mut Desk) {
    desk.press("finish").expect("touched");
    desk.page("home").expect("the next person's page");
}

/// The versions that the receipts of a device name, and what it said of packs; its desk is closed.
fn in_its_books(device: &Device) -> (Vec<u32>, Vec<(u32, PackWord)>) {
    let file = fs::read(Device::provision_path(device.folder())).expect("a provision file");
    let provision = Provision::read(&file).expect("a provision file");
    let store = Store::open(&device.folder().join("data"), &provision).expect("its books");
    let (mut versions, mut said) = (Vec::new(), Vec::new());
    for entry in store.entries_after(0, 10_000).expect("readable") {
        match entry.fact {
            Fact::Receipt(receipt) => versions.push(receipt.pack),
            Fact::PackSaid(PackSaid { version, said: word, .. }) => said.push((version, word)),
            _ => {}
        }
    }
    (versions, said)
}

fn in_service(town: &Town, versions: &[u32]) {
    let there = |figures: &Value| figures["packs_in_service"] == serde_json::json!(versions);
    town.centre.until("the centre has taken up the packs", there).expect("figures");
}

fn in_use_at_office(town: &Town, version: u32) -> Value {
    town.centre
        .until("the office knows which pack is in use", |figures| {
            figures["devices"][0]["pack"] == version
        })
        .expect("figures")
}

#[test]
fn a_rate_changes_between_two_sessions_on_its_day() {
    if !has_program("faketime") {
        return missing("faketime", "devices on the day after");
    }
    let mut town = town();
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    assert_eq!(owed(&mut desk), by(3, 0));

    // Somebody stands at the glass while the new rates come.
    let now = signed(&town.centre, &newer(&town, 4, day(0), &[(day(0), 2)]));
    assert!(add(&town, &now).contains("padippuram 4 is in service"));
    desk.entry("pack_said").expect("it is kept");
    let shown = said_by(&desk.screen()["page"]["demand"]);
    assert_eq!(shown, by(3, 0), "whoever stands there pays by the old one");
    desk.press("next").expect("touched");
    desk.page("pay").expect("how");
    another_sum(&mut desk, "20").expect("a sum");
    pay_by(&mut desk, "card").expect("by card");
    let first = desk.entry("receipt").expect("a receipt");
    desk.page("paid").expect("thanks");
    desk.press("next").expect("touched");
    desk.page("home").expect("the next person's page");
    in_use_at_office(&town, 4);
    assert_eq!(owed(&mut desk), by(4, 200));
    leave(&mut desk);
    let second = card_payment(&mut desk, HOUSE, "30").expect("a receipt");
    office_has_once(&town, &[first, second]);
    desk.close().expect("it ends");

    // The next one is on the device before its day, and is not used before it.
    let charges = [(day(0), 2), (day(1), 3)];
    let next = signed(&town.centre, &newer(&town, 5, day(1), &charges));
    add(&town, &next);
    in_service(&town, &[4, 5]);
    let said = equipped.device.ask("sync").expect("a line");
    assert!(said.contains("version 5 of the rule pack is here"), "{said}");
    let mut desk = equipped.device.open().expect("its desk");
    assert_eq!(owed(&mut desk), by(4, 200), "its day has not come");
    leave(&mut desk);
    desk.close().expect("it ends");
    town.centre.stop().expect("it stops");
    let mut desk = equipped.device.open_with_clock("+1d").expect("the day after, without a line");
    assert_eq!(owed(&mut desk), by(5, 300));
    leave(&mut desk);
    card_payment(&mut desk, HOUSE, "40").expect("a receipt");
    desk.close().expect("it ends");

    town.centre.serve().expect("it serves");
    equipped.device.ask("sync").expect("a line");
    let figures = in_use_at_office(&town, 5);
    assert_eq!(figures["pack"], "padippuram 4", "the office's own day has not come");
    assert_eq!(figures["packs_in_service"], serde_json::json!([4, 5]), "{figures}");
    let (versions, said) = in_its_books(&equipped.device);
    assert_eq!(versions, [3, 4, 5]);
    let (kept, in_use) = (PackWord::Kept, PackWord::InUse);
    assert_eq!(said, [(4, kept), (4, in_use), (5, kept), (5, in_use)]);
    let verified = town.centre.ask(&["verify"]).expect("sound");
    assert!(verified.starts_with("complete"), "{verified}");
}

#[test]
fn what_another_office_signed_or_what_is_older_goes_into_no_service() {
    let town = town();
    let rogue = Centre::make(&town.folder().join("rogue"), Wire::Plain, &workspace().join(PACK));
    let rogue = rogue.expect("another office");
    let theirs = signed(&rogue, &newer(&town, 9, day(0), &[(day(0), 900)]));
    let refused = town.centre.pack_with_books("add", &[&theirs]).expect_err("it is not ours");
    assert!(refused.to_string().contains("not signed by this office"), "{refused}");
    let ours = signed(&town.centre, &newer(&town, 4, day(0), &[(day(0), 2)]));
    add(&town, &ours);
    let older = town.folder().join("pack-3");
    copy_folder(&town.folder().join("pack"), &older).expect("a copy");
    let text = fs::read_to_string(older.join("pack.toml")).expect("a text");
    let text = text.replacen("version = 3", "version = 2", 1);
    fs::write(older.join("pack.toml"), text).expect("writable");
    let older = signed(&town.centre, &older);
    let refused = town.centre.pack_with_books("add", &[&older]).expect_err("it is older");
    assert!(refused.to_string().contains("older than one that was here"), "{refused}");
    // Whoever can write the books has the rows, and not the key: nobody is led by them.
    in_service(&town, &[4]);
}

/// Stands in the line: all goes through, but that whoever asks for a pack gets another file.
struct Swapper {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
}

impl Swapper {
    fn before(centre: &Centre, file: Vec<u8>) -> Swapper {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let centre = centre.url().trim_start_matches("http://").to_owned();
        let stop = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&stop);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (centre, file) = (centre.clone(), file.clone());
                thread::spawn(move || {
                    // Whoever is cut off comes again.
                    let _ = swap(stream, &centre, &file);
                });
            }
        });
        Swapper { address, stop }
    }
}

impl Drop for Swapper {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

/// One request of HTTP/1.1 after the other, each over a connection of its own to the centre.
fn swap(mut device: TcpStream, centre: &str, file: &[u8]) -> std::io::Result<()> {
    device.set_read_timeout(Some(Duration::from_secs(60)))?;
    loop {
        let (head, body) = message(&mut device)?;
        if head.starts_with("get /v1/pack/") {
            let range = head.split("bytes=").nth(1).and_then(|rest| rest.lines().next());
            let (from, to) = range.and_then(|range| range.split_once('-')).unwrap_or(("0", "0"));
            let (from, to) = (from.parse().unwrap_or(0), to.trim().parse().unwrap_or(0));
            let piece: Vec<u8> =
                (from..=to).map(|at: usize| file.get(at).copied().unwrap_or(0)).collect();
            let head = "HTTP/1.1 206 Partial Content\r\ncontent-length:";
            write!(device, "{head} {}\r\n\r\n", piece.len())?;
            device.write_all(&piece)?;
            continue;
        }
        let mut office = TcpStream::connect(centre)?;
        office.set_read_timeout(Some(Duration::from_secs(60)))?;
        write!(
            office,
            "{}",
            head.replacen("post ", "POST ", 1).replacen("http/1.1", "HTTP/1.1", 1)
        )?;
        office.write_all(&body)?;
        let (head, body) = message(&mut office)?;
        write!(device, "{}", head.replacen("http/1.1", "HTTP/1.1", 1))?;
        device.write_all(&body)?;
    }
}

/// A head in small letters, with its empty line, and the body that it announces.
fn message(stream: &mut TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let length = head.split("content-length:").nth(1).and_then(|rest| rest.lines().next());
    let length = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok((head, body))
}

#[test]
fn a_pack_that_was_swapped_on_the_line_is_said_to_staff_and_office_and_never_used() {
    let town = town();
    let kind = Kind::kiosk();
    let equipped = town.equip(kind).expect("a kiosk");
    let wires = attached(kind, &equipped.printer, &equipped.terminal, &equipped.scanner);
    let rogue = Centre::make(&town.folder().join("rogue"), Wire::Plain, &workspace().join(PACK));
    let rogue = rogue.expect("another office");
    let theirs = signed(&rogue, &newer(&town, 4, day(0), &[(day(0), 900)]));
    let swapper = Swapper::before(&town.centre, fs::read(theirs).expect("their pack"));
    let url = format!("http://{}", swapper.address);
    equipped.device.configure("kiosk", &url, Some("en"), &wires).expect("configured");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    let ours = signed(&town.centre, &newer(&town, 4, day(0), &[(day(0), 2)]));
    add(&town, &ours);
    let figures = town.centre.until("the device complains", |figures| {
        figures["pack_troubles"][0]["device"] == "kiosk-1"
    });
    let figures = figures.expect("figures");
    assert_eq!(figures["pack_troubles"][0]["reason"], "damaged", "{figures}");
    assert_eq!(figures["pack_troubles"][0]["version"], 4, "{figures}");
    let page = town.centre.get("/").expect("the office's page").text;
    assert!(page.contains("It came damaged; the device asks again"), "{page}");
    behind_the_counter(&mut desk).expect("a cashier");
    desk.press("menu").expect("touched");
    let menu = desk.page("menu").expect("what staff do");
    assert_eq!(menu["pack"]["version"], 3, "{menu}");
    assert_eq!(menu["pack"]["standing"], serde_json::json!({ "refused": 4 }), "{menu}");
    assert!(desk.log().contains("a rule pack is refused"), "{}", desk.log());
    desk.press("finish").expect("touched");
    desk.page("home").expect("the counter");
    assert_eq!(owed(&mut desk), by(3, 0), "the old rates hold");
    desk.kill().expect("the power goes");

    // The true line is back.
    drop(swapper);
    let url = town.centre.url();
    equipped.device.configure("kiosk", &url, Some("en"), &wires).expect("configured");
    let mut desk = equipped.device.open().expect("its desk");
    let figures = in_use_at_office(&town, 4);
    assert_eq!(figures["pack_troubles"].as_array().map(Vec::len), Some(0), "{figures}");
    assert_eq!(owed(&mut desk), by(4, 200));
    desk.close().expect("it ends");
    equipped.device.ask("verify").expect("its books are in order");
}

#[test]
fn a_stick_brings_a_pack_where_there_is_no_line() {
    let mut town = town();
    let equipped = town.equip_without_a_line(Kind::kiosk()).expect("a kiosk");
    let ours = signed(&town.centre, &newer(&town, 4, day(0), &[(day(0), 2)]));
    add(&town, &ours);
    town.centre.stop().expect("it stops");
    let stick = tempfile::tempdir().expect("a stick");
    let path = stick.path().to_str().expect("UTF-8");
    equipped.device.ask_with("carry", &[path]).expect("a parcel");
    town.centre.ask(&["collect", path]).expect("taken");
    equipped.device.ask_with("carry", &[path]).expect("the reply");
    let desk = equipped.device.open().expect("its desk");
    desk.entry("pack_said").expect("it is kept");
    desk.close().expect("it ends");
    let (_, said) = in_its_books(&equipped.device);
    assert_eq!(said, [(4, PackWord::Kept), (4, PackWord::InUse)]);
    // The office hears of it by the next parcel.
    equipped.device.ask_with("carry", &[path]).expect("a parcel");
    town.centre.ask(&["collect", path]).expect("taken");
    town.centre.serve().expect("it serves");
    in_use_at_office(&town, 4);
}
