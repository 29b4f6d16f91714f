//! What speaks by itself beside the desk: a scale on a serial line, a receiver of positions, and
//! the battery.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use serde_json::Value;
use tests::device::Desk;
use tests::sims::{Cable, Sim};
use tests::town::{Equipped, Kind, Town, WORKER, house_code};

use super::steps::{HOUSE, sign_in};

/// More of kiosk.toml than a town's devices have.
fn configure(equipped: &Equipped, more: &str) {
    let mut file = OpenOptions::new().append(true).open(equipped.device.config()).expect("there");
    file.write_all(format!("\n{more}\n").as_bytes()).expect("written");
}

fn device(kind: &str, protocol: &str, port: &str) -> String {
    format!("[[device]]\nkind = \"{kind}\"\nprotocol = \"{protocol}\"\nport = \"{port}\"\n")
}

/// A supply of the folder that stands for /sys/class/power_supply.
fn battery(folder: &Path, capacity: u8, status: &str) {
    let supply = folder.join("BAT0");
    fs::create_dir_all(&supply).expect("a folder");
    for (name, text) in
        [("type", "Battery"), ("capacity", &capacity.to_string()), ("status", status)]
    {
        fs::write(supply.join(name), format!("{text}\n")).expect("written");
    }
}

fn at_door(desk: &mut Desk) {
    sign_in(desk, &WORKER).expect("the worker");
    desk.page("round").expect("the round");
    desk.scan(&house_code(HOUSE).expect("a code")).expect("scanned");
    desk.page("visit").expect("the visit");
    desk.choose("collected").expect("touched");
}

#[test]
fn a_weight_comes_from_the_scale_and_a_place_from_its_receiver() {
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::karmasena()).expect("a handheld");
    let folder = equipped.device.folder();
    // On TCP, since a pty has no cable that could be pulled while both of its ends are open.
    let scale = Sim::scale(folder, Cable::Tcp, "toledo-8217").expect("a scale");
    let gps = Sim::gps(folder, Cable::Tcp).expect("a receiver");
    let mut more = device("scale", "line", scale.port());
    more.push_str("model = \"toledo-8217\"\n");
    more.push_str(&device("gps", "nmea", gps.port()));
    configure(&equipped, &more);
    let mut desk = equipped.device.open().expect("its desk");
    at_door(&mut desk);
    let nothing = |why: &'static str| move |page: &Value| page["on_scale"]["nothing"] == why;
    desk.page_where("visit", nothing("empty")).expect("nothing lies there");
    for (told, why, mended) in [
        ("unstable on", "moving", "unstable off"),
        ("garbage on", "garbage", "garbage off"),
        ("silence on", "silent", "silence off"),
        ("place 31000", "over", "place 4250"),
    ] {
        scale.tell("place 4250").expect("placed");
        desk.look_from_now();
        scale.tell(told).expect("told");
        desk.page_where("visit", nothing(why)).expect("no weight");
        desk.press("take_weight").expect("touched");
        assert_eq!(desk.refusal().expect("none is taken").0, "no_weight", "{told}");
        scale.tell(mended).expect("told");
    }
    desk.page_where("visit", |page| page["on_scale"]["grams"] == 4_250).expect("it lies still");
    scale.tell("unplug").expect("pulled");
    desk.look_from_now();
    scale.tell("place 4300").expect("placed");
    desk.page_where("visit", |page| page["on_scale"]["grams"] == 4_300).expect("it is back");
    desk.press("take_weight").expect("touched");
    let taken = |page: &Value| page["weight_g"] == 4_300 && page["from_scale"] == true;
    desk.page_where("visit", taken).expect("from the scale");
    desk.look_from_the_start();
    let known = |page: &Value| page["whereabouts"]["known"]["good"] == true;
    let page = desk.page_where("visit", known).expect("where it stands");
    assert_eq!(page["whereabouts"]["known"]["place"], "10.2521° N, 76.2095° E");
    desk.choose("fee_later").expect("touched");
    desk.press("next").expect("saved");
    desk.entry("visit").expect("a visit");
    let figures = town
        .centre
        .until("the visit is there", |figures| figures["visits"][0]["weight_g"] == 4_300);
    figures.expect("figures");
}

#[test]
fn nothing_new_is_begun_on_an_empty_battery() {
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::karmasena()).expect("a handheld");
    let folder = equipped.device.folder().join("power_supply");
    battery(&folder, 4, "Discharging");
    configure(&equipped, &format!("[power]\nfolder = \"{}\"\n", folder.display()));
    let mut desk = equipped.device.open().expect("its desk");
    let stopped = |is: bool| move |screen: &Value| screen["frame"]["battery"]["stopped"] == is;
    desk.screen_where("the battery is empty", stopped(true)).expect("it is");
    sign_in(&mut desk, &WORKER).expect("staff may still sign in");
    desk.page("round").expect("the round");
    desk.scan(&house_code(HOUSE).expect("a code")).expect("scanned");
    let (code, sentence) = desk.refusal().expect("nothing new");
    assert_eq!(code, "battery_empty");
    assert!(sentence.contains("Connect the power"), "{sentence}");
    desk.look_from_now();
    battery(&folder, 4, "Charging");
    desk.screen_where("the power is back", stopped(false)).expect("it is");
    desk.scan(&house_code(HOUSE).expect("a code")).expect("scanned");
    desk.page("visit").expect("the visit");
}
