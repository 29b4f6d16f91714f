//! A visit of the Haritha Karma Sena.

use serde_json::Value;
use tests::town::{Kind, Town, WORKER, house_code};

use super::steps::{HOUSE, office_has_once, sign_in};

#[test]
fn waste_is_collected_weighed_and_paid_for() {
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::karmasena()).expect("a handheld");
    let mut desk = equipped.device.open().expect("its desk");
    sign_in(&mut desk, &WORKER).expect("the worker");
    desk.page("round").expect("the round");
    let code = house_code(HOUSE).expect("a code");
    desk.look_from_now();
    equipped.scanner.tell(&format!("scan {code}")).expect("scanned");
    let visit = desk.page("visit").expect("the visit");
    assert_eq!((&visit["place"]["number"], &visit["scanned"]), (&HOUSE.into(), &true.into()));
    desk.choose("collected").expect("touched");
    let visit = desk.page_where("visit", |page| page["asks_waste"] == true).expect("kinds");
    desk.choose(visit["kinds"][0]["id"].as_str().expect("an id")).expect("touched");
    desk.fill("weight", "4.25").expect("typed");
    desk.fill("sacks", "2").expect("typed");
    desk.choose("fee_now").expect("touched");
    let filled = |page: &Value| page["weight_g"] == 4_250 && page["sacks"] == 2;
    let visit = desk.page_where("visit", filled).expect("everything stands there");
    desk.press("next").expect("saved");
    desk.entry("visit").expect("a visit");
    let receipt = desk.entry("receipt").expect("a receipt for the fee");
    assert_eq!(receipt["amount"], visit["fee"]["to_pay"]);
    equipped.printer.slip(1).expect("paper");
    office_has_once(&town, &[receipt]);
    let figures = town
        .centre
        .until("the visit is there", |figures| figures["visits"][0]["weight_g"] == 4_250);
    assert_eq!(figures.expect("figures")["visits"][0]["collected"], 1);
}

#[test]
fn a_house_that_is_shut_gets_a_visit_and_pays_nothing() {
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::karmasena()).expect("a handheld");
    let mut desk = equipped.device.open().expect("its desk");
    sign_in(&mut desk, &WORKER).expect("the worker");
    desk.page("round").expect("the round");
    desk.scan(&house_code(HOUSE).expect("a code")).expect("scanned");
    desk.page("visit").expect("the visit");
    desk.press("next").expect("touched");
    assert_eq!(desk.refusal().expect("no").0, "choose_first");
    desk.choose("locked").expect("touched");
    desk.page_where("visit", |page| page["can_save"] == true).expect("it can be saved");
    desk.press("next").expect("saved");
    desk.entry("visit").expect("a visit");
    let figures = town
        .centre
        .until("the visit is there", |figures| figures["visits"][0]["locked"] == 1)
        .expect("figures");
    assert_eq!(figures["total"]["count"], 0, "{figures}");
}
