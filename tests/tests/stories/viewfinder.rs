//! A camera in place of a scanner: a square is held before it, the light goes out, it is pulled. No
//! picture of it is kept.

use std::path::Path;

use tests::device::{Attached, Desk};
use tests::sims::Sim;
use tests::town::{Equipped, Kind, Town, WORKER, attached, house_code};

use super::steps::{HOUSE, sign_in};

struct Scene {
    /// It ends with whoever holds it.
    town: Town,
    equipped: Equipped,
    camera: Sim,
}

fn scene(kind: Kind<'_>) -> Scene {
    let town = Town::small().expect("a town");
    let equipped = town.equip(kind).expect("a device");
    let camera = Sim::viewfinder(equipped.device.folder()).expect("a camera");
    let Equipped { device, printer, terminal, scanner } = &equipped;
    let [printer, terminal, scanner] = attached(kind, printer, terminal, scanner);
    let all = [printer, terminal, scanner, Attached::viewfinder(camera.port())];
    let centre = town.centre.url();
    device.configure(kind.profile, &centre, kind.language, &all).expect("kiosk.toml");
    Scene { town, equipped, camera }
}

fn looks(desk: &mut Desk) {
    desk.press("camera").expect("touched");
    desk.page("viewfinder").expect("the camera's page");
}

fn sees(desk: &Desk, sees: &str) {
    desk.page_where("viewfinder", |page| page["sees"] == sees).expect(sees);
}

/// The camera's page has closed by itself, and says this.
fn closes(desk: &mut Desk, code: &str) {
    assert_eq!(desk.refusal().expect(code).0, code);
    desk.page("find").expect("the page below");
}

#[test]
fn a_square_before_the_camera_opens_the_demand_and_no_picture_is_kept() {
    let Scene { town: _town, equipped, camera } = scene(Kind::kiosk());
    let mut desk = equipped.device.open().expect("its desk");
    desk.choose("property_tax").expect("touched");
    desk.page_where("find", |page| page["can_look"] == true).expect("a camera is offered");
    looks(&mut desk);
    sees(&desk, "picture");
    camera.tell("light off").expect("obeyed");
    sees(&desk, "dark");
    desk.press("next").expect("touched");
    desk.page("find").expect("it is typed instead");
    camera.tell("light on").expect("obeyed");
    looks(&mut desk);
    let code = house_code(HOUSE).expect("a code");
    camera.tell(&format!("square {code}")).expect("obeyed");
    let demand = desk.page("demand").expect("the demand");
    assert_eq!(demand["place"]["number"], HOUSE);
    desk.close().expect("it ends");
    // A row of the wall that the camera saw: nothing that the device wrote has it.
    let seen = [140_u8; 64];
    assert_eq!(files_with(equipped.device.folder(), &seen), Vec::<String>::new());
}

#[test]
fn a_camera_that_fails_in_any_way_leaves_the_pad() {
    let Scene { town: _town, equipped, camera } = scene(Kind::kiosk());
    let mut desk = equipped.device.open().expect("its desk");
    desk.choose("property_tax").expect("touched");
    desk.page("find").expect("the pad");
    looks(&mut desk);
    sees(&desk, "picture");
    for fault in ["unplug", "fault garbage", "fault silent"] {
        desk.look_from_now();
        camera.tell(fault).expect("obeyed");
        closes(&mut desk, "camera_away");
        // It is away still, and that is said at once; then it is mended.
        looks(&mut desk);
        closes(&mut desk, "camera_away");
        camera.tell("plug").expect("obeyed");
        camera.tell("fault none").expect("obeyed");
        looks(&mut desk);
        sees(&desk, "picture");
    }
    desk.look_from_now();
    camera.tell("fault half").expect("obeyed");
    closes(&mut desk, "camera_away");
    desk.fill("number", HOUSE).expect("typed");
    desk.press("next").expect("touched");
    desk.page("demand").expect("the demand");
}

#[test]
fn a_square_that_is_not_ours_is_named_and_a_door_counts_as_scanned() {
    let Scene { town: _town, equipped, camera } = scene(Kind::karmasena());
    let mut desk = equipped.device.open().expect("its desk");
    sign_in(&mut desk, &WORKER).expect("the worker");
    desk.page("round").expect("the round");
    looks(&mut desk);
    camera.tell("square upi://pay?pa=shop@bank&am=10").expect("obeyed");
    let (code, sentence) = desk.refusal().expect("no");
    assert_eq!(code, "payment_square");
    assert!(!sentence.is_empty());
    let code = house_code(HOUSE).expect("a code");
    camera.tell(&format!("square {code}")).expect("obeyed");
    looks(&mut desk);
    let visit = desk.page("visit").expect("the visit");
    assert_eq!(visit["scanned"], true);
}

/// The files under a folder that have these bytes in them.
fn files_with(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the device's folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_with(&path, bytes));
            continue;
        }
        let text = std::fs::read(&path).unwrap_or_default();
        if text.windows(bytes.len()).any(|window| window == bytes) {
            found.push(path.display().to_string());
        }
    }
    found
}
