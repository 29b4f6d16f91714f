//! A counter that finds a house by its owner's name, which its own register does not have.

use tests::town::CASHIER;

use super::steps::{HOUSE, kiosk, sign_in};

#[test]
fn a_counter_finds_a_house_by_its_owners_name_while_there_is_a_line() {
    let (mut town, _equipped, mut desk) = kiosk();
    desk.press("sign_in").expect("touched");
    desk.page("sign_in").expect("who");
    sign_in(&mut desk, &CASHIER).expect("the cashier");
    desk.page("home").expect("the counter");
    desk.choose("property_tax").expect("touched");
    let page = desk.page("find").expect("which house");
    assert_eq!(page["by_name"], true, "{page}");
    let (_, house) = HOUSE.split_once('/').expect("a ward and a number");
    desk.fill("number", &format!("Laxmi {house}")).expect("typed");
    desk.press("next").expect("touched");
    let found = desk
        .page_where("find", |page| page["asking"] == false && page["searched"] == true)
        .expect("the office's houses");
    let matches = found["matches"].as_array().expect("houses");
    assert_eq!(matches.len(), 1, "{found}");
    // The name itself stays at the office: the register of the kiosk has it masked.
    assert_eq!(matches[0]["owner"], "L•••••• R.", "{found}");
    desk.choose(matches[0]["id"].as_str().expect("an id")).expect("chosen");
    let demand = desk.page("demand").expect("what is owed");
    assert_eq!(demand["place"]["number"], HOUSE, "{demand}");

    desk.press("finish").expect("touched");
    desk.page("home").expect("the counter");
    assert!(town.centre.stop().expect("it ends").success());
    desk.until_online(false).expect("the line is down");
    desk.choose("property_tax").expect("touched");
    desk.page("find").expect("which house");
    desk.fill("number", "Laxmi R").expect("typed");
    desk.press("next").expect("touched");
    assert_eq!(desk.refusal().expect("no").0, "names_at_office");
}
