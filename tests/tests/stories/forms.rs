//! An application that asks for as many floors as there are, a picture of each, where the house
//! stands and a number from a code: handed in with no line, and opened at the office with the very
//! picture that the camera made, until it is erased.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tests::device::{Attached, Desk};
use tests::sims::{Cable, Sim};
use tests::town::{Equipped, Kind, Town, attached};
use tests::wait::until;

use super::steps::{HOUSE, number};

/// What the shipped form of a changed building asks besides. The columns are its own.
const MORE: &str = "\
begin_repeat,floor,Floor,നില,मंज़िल,मजला,ମହଲା,,,,,,,,,
decimal,floor_area,How large is it?,വിസ്തീർണം?,क्षेत्रफल?,क्षेत्रफळ?,କ୍ଷେତ୍ରଫଳ?,yes,,. > 0,,,,,,
image,floor_photo,A picture of it,ഒരു ചിത്രം,एक तस्वीर,एक छायाचित्र,ଏକ ଛବି,,,,,,,,,
end_repeat,,,,,,,,,,,,,,,
geopoint,place,Where is it?,എവിടെ?,कहाँ है?,कोठे आहे?,କେଉଁଠି?,,,,,,,,,
barcode,meter,Number on the meter,മീറ്റർ നമ്പർ,मीटर का नंबर,मीटर क्रमांक,ମିଟର ନମ୍ବର,,,,,,,,,
";

struct Scene {
    town: Town,
    equipped: Equipped,
    camera: Sim,
    _gps: Sim,
}

/// A kiosk with a camera and a receiver of positions.
fn scene() -> Scene {
    let added = [("forms/self_return/survey.csv".to_owned(), MORE.to_owned())];
    let town = Town::small_adding(&added).expect("a town");
    let checked = town.check_pack().expect("the pack has no fault");
    assert!(checked.contains("no fault"), "{checked}");
    let kind = Kind::kiosk();
    let equipped = town.equip(kind).expect("a kiosk");
    let folder = equipped.device.folder();
    let camera = Sim::camera(folder).expect("a camera");
    let gps = Sim::gps(folder, Cable::Tcp).expect("a receiver");
    let Equipped { device, printer, terminal, scanner } = &equipped;
    let [printer, terminal, scanner] = attached(kind, printer, terminal, scanner);
    let all = [printer, terminal, scanner, Attached::camera(camera.port())];
    let url = town.centre.url();
    device.configure(kind.profile, &url, kind.language, &all).expect("kiosk.toml");
    let mut file = OpenOptions::new().append(true).open(device.config()).expect("kiosk.toml");
    let port = gps.port();
    let more = format!("\n[[device]]\nkind = \"gps\"\nprotocol = \"nmea\"\nport = \"{port}\"\n");
    file.write_all(more.as_bytes()).expect("written");
    Scene { town, equipped, camera, _gps: gps }
}

fn next(desk: &mut Desk) {
    desk.press("next").expect("touched");
}

fn asked(desk: &mut Desk, label: &str) -> Value {
    desk.page_where("form", |page| page["label"] == label).expect(label)
}

fn fill(desk: &mut Desk, label: &str, text: &str) {
    asked(desk, label);
    desk.fill("answer", text).expect("typed");
    next(desk);
}

/// From the idle page to the list of floors.
fn to_floors(desk: &mut Desk) {
    desk.choose("self_return").expect("touched");
    desk.page("find").expect("which house");
    desk.fill("number", HOUSE).expect("typed");
    next(desk);
    for id in ["ok", "", "use", "shop"] {
        desk.page("form").expect("a question");
        match id {
            "" => desk.fill("answer", "Ammini K.").expect("typed"),
            id => desk.choose(id).expect("touched"),
        }
        next(desk);
    }
    fill(desk, "Since when?", "01-06-2026");
    asked(desk, "Telephone number, if the office may call you");
    next(desk);
    asked(desk, "Anything else?");
    next(desk);
}

fn floors(desk: &mut Desk, says: &[&str]) {
    let listed = |page: &Value| {
        let rows = page["answer"]["turns"].as_array();
        rows.is_some_and(|rows| rows.iter().map(|row| &row["says"]).eq(says))
    };
    desk.page_where("form", listed).expect("the floors until now");
}

/// Two floors, the first with a picture; and neither Back nor another language loses one.
fn add_floors(desk: &mut Desk, camera: &Sim) {
    floors(desk, &[]);
    desk.choose("add").expect("touched");
    fill(desk, "How large is it?", "60");
    asked(desk, "A picture of it");
    desk.choose("take").expect("touched");
    assert_eq!(desk.refusal().expect("none was made yet").0, "no_new_picture");
    camera.tell("take").expect("taken");
    desk.choose("take").expect("touched");
    let taken = |page: &Value| page["answer"]["picture"]["taken"] == true;
    desk.page_where("form", taken).expect("it is taken");
    next(desk);
    floors(desk, &["60"]);
    desk.choose("add").expect("touched");
    fill(desk, "How large is it?", "20.5");
    asked(desk, "A picture of it");
    next(desk);
    floors(desk, &["60", "20.5"]);
    desk.press("back").expect("touched");
    asked(desk, "Anything else?");
    desk.language("ml").expect("chosen");
    asked(desk, "മറ്റെന്തെങ്കിലും?");
    next(desk);
    floors(desk, &["60", "20.5"]);
    desk.language("en").expect("chosen");
    asked(desk, "Floor");
    next(desk);
}

/// The picture that the camera made, from the folder of its own program.
fn picture(camera: &Sim) -> Vec<u8> {
    let mut listed = fs::read_dir(camera.out()).expect("its folder");
    fs::read(listed.next().expect("a picture").expect("a file").path()).expect("it can be read")
}

/// Every file under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path());
    listed.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn until_told(town: &Town, number: &str, holds: &str) -> String {
    until("the office says it", || {
        let told = town.centre.ask(&["application", number]).ok()?;
        told.contains(holds).then_some(told)
    })
    .expect("told")
}

#[test]
fn floors_pictures_a_place_and_a_code_are_asked_without_a_line_and_opened_at_the_office() {
    let Scene { mut town, equipped, camera, _gps } = scene();
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    town.centre.kill().expect("the line is gone");
    desk.until_online(false).expect("a device by itself");
    to_floors(&mut desk);
    add_floors(&mut desk, &camera);
    let known = |page: &Value| page["answer"]["place"]["here"]["known"]["good"] == true;
    desk.page_where("form", known).expect("where it stands");
    desk.choose("here").expect("touched");
    let taken = |page: &Value| page["answer"]["place"]["taken"].is_string();
    desk.page_where("form", taken).expect("the place");
    next(&mut desk);
    asked(&mut desk, "Number on the meter");
    desk.scan("EM-4711").expect("scanned");
    next(&mut desk);
    desk.page_where("form", |page| page["answer"]["several"].is_array()).expect("the papers");
    next(&mut desk);
    let page = desk.page("answers").expect("all of it").to_string();
    assert!(page.contains("10.2521° N, 76.2095° E"), "no raw numbers for people: {page}");
    assert!(page.contains("Floor 2 · How large is it?"), "{page}");
    next(&mut desk);
    let entry = desk.entry("applied").expect("on disk");
    desk.page("paid").expect("it is handed in");
    let number = number(&entry).to_owned();

    // The camera's own program has its file; the device has none of it.
    let made = picture(&camera);
    let part = &made[made.len() / 2..][..32];
    for path in files(&equipped.device.folder().join("data")) {
        let bytes = fs::read(&path).expect("a file");
        assert!(!bytes.windows(32).any(|found| found == part), "{}", path.display());
    }

    town.centre.serve().expect("the line is back");
    desk.until_online(true).expect("a line");
    let told = until_told(&town, &number, "floor[1]/floor_photo");
    let place = "place: 10.25";
    for line in ["floor[1]/floor_area: 60", "floor[2]/floor_area: 20.5", "meter: EM-4711", place] {
        assert!(told.contains(line), "{line}: {told}");
    }
    let folder = town.folder().join("looked-at");
    let asked = ["application", &number, "--pictures", folder.to_str().expect("a path")];
    let told = town.centre.ask(&asked).expect("told");
    assert!(told.contains(&format!("(a picture of {} bytes)", made.len())), "{told}");
    let written = files(&folder);
    assert_eq!(written.len(), 1, "{told}");
    assert_eq!(fs::read(&written[0]).expect("a picture"), made, "it is the very picture");

    let erase = ["erase-application", &number, "--reason", "asked for it", "--by", "11"];
    town.centre.ask(&erase).expect("erased");
    let told = town.centre.ask(&asked).expect("told");
    assert!(told.contains("erased") && !told.contains("floor"), "{told}");
    desk.close().expect("it ends by itself");
    let verified = equipped.device.ask("verify").expect("the books can be read");
    assert!(verified.contains("complete"), "{verified}");
}
