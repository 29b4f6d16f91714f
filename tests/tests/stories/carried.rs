//! Without a line: the books reach the office on a stick, from whoever brings it, and its word
//! comes back the same way.

use std::fs;
use std::path::{Path, PathBuf};

use tests::Trouble;
use tests::centre::{PACK, Wire};
use tests::programs::workspace;
use tests::town::{Equipped, Kind, Town, register};

use super::steps::{HOUSE, card_payment, number, office_has_once, times};

/// A town whose centre no device reaches, and a kiosk to which a stick brought its houses.
fn without_a_line() -> (Town, Equipped) {
    let mut town = Town::small().expect("a town");
    let equipped = town.equip_without_a_line(Kind::kiosk()).expect("a kiosk");
    town.centre.stop().expect("it stops");
    let stick = Stick::new();
    let mut said = carries(&equipped, &stick).expect("a parcel");
    assert!(said.contains("asks the office for news"), "{said}");
    for _ in 0..ROUNDS_MAX {
        if said.contains("Nothing is left to carry.") {
            return (town, equipped);
        }
        collects(&town, &stick).expect("taken");
        said = carries(&equipped, &stick).expect("the reply");
    }
    panic!("the houses do not come to an end: {said}")
}

/// The wards of the body.
const WARDS: u16 = 12;

/// How often somebody goes to the office and back for the houses of a new device.
const ROUNDS_MAX: usize = 8;

/// A stick, and what lies on it.
struct Stick(tempfile::TempDir);

impl Stick {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a stick"))
    }

    fn path(&self) -> &str {
        self.0.path().to_str().expect("a path in UTF-8")
    }

    fn only(&self, kind: &str) -> PathBuf {
        let all: Vec<PathBuf> = self.all(kind);
        let [one] = &all[..] else { panic!("{all:?} are not one {kind}") };
        one.clone()
    }

    fn all(&self, kind: &str) -> Vec<PathBuf> {
        let items = fs::read_dir(self.0.path()).expect("the stick can be read");
        let paths = items.map(|item| item.expect("an item").path());
        paths.filter(|path| path.extension().is_some_and(|of| of == kind)).collect()
    }
}

fn carries(equipped: &Equipped, stick: &Stick) -> Result<String, Trouble> {
    equipped.device.ask_with("carry", &[stick.path()])
}

fn collects(town: &Town, stick: &Stick) -> Result<String, Trouble> {
    town.centre.ask(&["collect", stick.path()])
}

#[test]
fn what_a_stick_brings_is_in_the_books_once_however_often_it_comes() {
    let (mut town, equipped) = without_a_line();
    let mut desk = equipped.device.open().expect("its desk");
    let first = card_payment(&mut desk, HOUSE, "20").expect("a payment");
    let second = card_payment(&mut desk, HOUSE, "30").expect("another");
    desk.close().expect("it closes");

    let stick = Stick::new();
    let said = carries(&equipped, &stick).expect("a parcel");
    assert!(said.contains("Carry it to the office"), "{said}");
    let parcel = fs::read(stick.only("parcel")).expect("the parcel");
    let said = collects(&town, &stick).expect("taken");
    assert!(said.contains("its books are here to entry"), "{said}");
    let again = collects(&town, &stick).expect("taken again");
    assert_eq!(again, said, "the same parcel changes nothing");

    let said = carries(&equipped, &stick).expect("the reply");
    assert!(said.contains("Nothing is left to carry."), "{said}");
    assert!(stick.all("parcel").is_empty() && stick.all("reply").is_empty());
    // What lay on the stick is brought once more, by somebody who kept a copy.
    fs::write(Path::new(stick.path()).join("copy.parcel"), parcel).expect("a copy");
    collects(&town, &stick).expect("a copy is taken as nothing new");

    town.centre.serve().expect("it serves again");
    office_has_once(&town, &[first, second]);
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    let verified = town.centre.ask(&["verify"]).expect("the chains");
    assert!(verified.starts_with("complete"), "{verified}");
}

/// A new kiosk of the whole body, whose houses fill several answers.
#[test]
fn all_houses_come_with_one_walk() {
    let folder = tempfile::tempdir().expect("a folder");
    let houses = register().expect("a register");
    let pack = workspace().join(PACK);
    let made = Town::make(folder.path(), Wire::Plain, &houses, &pack);
    let mut town = made.expect("a town with all its wards");
    let wards: Vec<u16> = (1..=WARDS).collect();
    let kiosk = Kind { wards: &wards, ..Kind::kiosk() };
    let equipped = town.equip_without_a_line(kiosk).expect("a kiosk");
    town.centre.stop().expect("it stops");
    let stick = Stick::new();
    carries(&equipped, &stick).expect("a parcel");
    collects(&town, &stick).expect("taken");
    let said = carries(&equipped, &stick).expect("the reply");
    assert!(said.contains(&format!("{} buildings came", houses.len())), "{said}");
    assert!(said.contains("Nothing is left to carry."), "{said}");
}

#[test]
fn what_was_altered_on_the_way_is_named_and_the_rest_is_taken() {
    let (mut town, equipped) = without_a_line();
    let mut desk = equipped.device.open().expect("its desk");
    let receipt = card_payment(&mut desk, HOUSE, "20").expect("a payment");
    desk.close().expect("it closes");
    let stick = Stick::new();
    carries(&equipped, &stick).expect("a parcel");
    let path = stick.only("parcel");
    let parcel = fs::read(&path).expect("the parcel");
    // A byte of what the device signed, half a file, and a file of somebody else.
    let mut altered = parcel.clone();
    let last = altered.len() - 80;
    altered[last] ^= 1;
    let beside = |name: &str, bytes: &[u8]| {
        fs::write(Path::new(stick.path()).join(name), bytes).expect("a file");
    };
    beside("altered.parcel", &altered);
    beside("half.parcel", &parcel[..parcel.len() / 2]);
    beside("letter.parcel", b"Dear office");
    let refused = collects(&town, &stick).expect_err("three of four").to_string();
    assert!(refused.contains("3 parcels were not taken as a whole"), "{refused}");
    for says in [
        "altered.parcel: its request 1",
        "half.parcel: it is damaged: carry it anew",
        "letter.parcel: it is not a parcel of a Padi device",
    ] {
        assert!(refused.contains(says), "{says:?} is not in {refused}");
    }

    // A reply that was altered is not believed, whatever it says.
    let reply = path.with_extension("reply");
    let honest = fs::read(&reply).expect("the reply");
    let mut forged = honest.clone();
    let middle = forged.len() / 2;
    forged[middle] ^= 1;
    fs::write(&reply, &forged).expect("a forged reply");
    let refused = carries(&equipped, &stick).expect_err("not believed").to_string();
    assert!(refused.contains("carry the parcel to the office again"), "{refused}");
    // Something of that name that is no file is not waited for.
    fs::remove_file(&reply).expect("the forged one");
    std::os::unix::net::UnixListener::bind(&reply).expect("a socket");
    let refused = carries(&equipped, &stick).expect_err("no file").to_string();
    assert!(refused.contains("it is no file"), "{refused}");
    fs::remove_file(&reply).expect("the socket");
    fs::write(&reply, &honest).expect("the honest one");
    let said = carries(&equipped, &stick).expect("believed");
    assert!(said.contains("Nothing is left to carry."), "{said}");

    town.centre.serve().expect("it serves again");
    office_has_once(&town, &[receipt]);
}

#[test]
fn a_reply_comes_to_its_own_device_and_to_its_own_parcel() {
    let (mut town, equipped) = without_a_line();
    let other = town.equip_without_a_line(Kind::collector()).expect("a handheld");
    let stick = Stick::new();
    let pays = |equipped: &Equipped| {
        let mut desk = equipped.device.open().expect("its desk");
        let receipt = card_payment(&mut desk, HOUSE, "20").expect("a payment");
        desk.close().expect("it closes");
        receipt
    };
    let first = pays(&equipped);
    carries(&equipped, &stick).expect("a parcel");
    let path = stick.only("parcel");
    collects(&town, &stick).expect("taken");
    let reply = fs::read(path.with_extension("reply")).expect("the reply");

    // On the stick of another device, under that device's name.
    let others = Stick::new();
    carries(&other, &others).expect("a parcel");
    let theirs = others.only("parcel").with_extension("reply");
    fs::write(&theirs, &reply).expect("the wrong reply");
    let refused = carries(&other, &others).expect_err("not theirs").to_string();
    assert!(refused.contains("another device"), "{refused}");

    // The device has gone on and made another parcel: the reply to the first brings nothing, and
    // the second has all that the first had.
    fs::remove_file(path.with_extension("reply")).expect("the reply is late");
    let second = pays(&equipped);
    carries(&equipped, &stick).expect("a newer parcel");
    fs::write(path.with_extension("reply"), &reply).expect("the late reply");
    let said = carries(&equipped, &stick).expect("a reply");
    assert!(said.contains("The reply is to an older parcel: it brings nothing."), "{said}");
    collects(&town, &stick).expect("taken");
    let said = carries(&equipped, &stick).expect("the right reply");
    assert!(said.contains("Nothing is left to carry."), "{said}");

    town.centre.serve().expect("it serves again");
    let figures = town.centre.figures().expect("the dashboard");
    for receipt in [first, second] {
        assert_eq!(times(&figures, number(&receipt)), 1);
    }
}
