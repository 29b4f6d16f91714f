//! What each tile of the first page says of the line, with the line up and cut, in every language;
//! and what a kiosk says of the services that it does not have.

use ledger::Language;
use serde_json::Value;
use tests::device::Desk;
use tests::town::{Kind, Town};

/// A service that a body takes only while its office can be asked.
fn asking_the_office() -> Vec<(String, String)> {
    let service = "[[service]]\nid = \"asked_fee\"\nkind = \"waste_fee\"\npicture = \"coins\"\n\
                   badge = \"rupee\"\nneeds_line = true\n";
    let words = "[services.asked_fee]\ntitle = \"Asked\"\nhelp = \"The office is asked\"\n";
    let texts = Language::ALL.map(|language| format!("texts.{}.toml", language.code()));
    let files = texts.into_iter().map(|file| (file, words.to_owned()));
    files.chain([("pack.toml".to_owned(), service.to_owned())]).collect()
}

fn marks(home: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let tiles = home["tiles"].as_array().expect("tiles").iter();
    tiles.map(|tile| (text(&tile["id"]), text(&tile["works"]))).collect()
}

fn works_as_it_says(desk: &mut Desk, id: &str, page: &str) {
    desk.choose(id).expect("touched");
    desk.page(page).expect("begun");
    desk.press("finish").expect("left");
    desk.page("home").expect("the first page");
}

#[test]
fn each_tile_says_whether_it_needs_the_line_and_keeps_its_word() {
    let mut town = Town::small_adding(&asking_the_office()).expect("a town");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    let home = desk.screen()["page"]["home"].clone();
    let told = marks(&home);
    let of = |id: &str| told.iter().find(|(tile, _)| tile == id).expect("a tile").1.clone();
    for id in ["property_tax", "waste_fee", "profession_tax", "hall_booking", "check_receipt"] {
        assert_eq!(of(id), "offline", "{id}");
    }
    assert_eq!((of("asked_fee").as_str(), of("elsewhere").as_str()), ("line", "elsewhere"));
    works_as_it_says(&mut desk, "asked_fee", "find");

    desk.close().expect("it ends by itself");
    town.centre.kill().expect("the line is cut");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(false).expect("a device by itself");
    desk.choose("asked_fee").expect("touched");
    assert_eq!(desk.refusal().expect("no").0, "needs_line");
    for (id, page) in
        [("property_tax", "find"), ("profession_tax", "form"), ("hall_booking", "book")]
    {
        works_as_it_says(&mut desk, id, page);
    }
    // The marks are the same for whoever reads another language.
    for language in Language::ALL {
        desk.language(language.code()).expect("chosen");
        let spoken = |screen: &Value| screen["frame"]["language"] == language.code();
        let screen = desk.screen_where("the language", spoken).expect("the page");
        assert_eq!(marks(&screen["page"]["home"]), told);
    }
}

#[test]
fn what_a_kiosk_does_not_do_it_says_and_where_it_is_done() {
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let mut desk = equipped.device.open().expect("its desk");
    for language in Language::ALL {
        desk.language(language.code()).expect("chosen");
        let spoken = |screen: &Value| screen["frame"]["language"] == language.code();
        desk.screen_where("the language", spoken).expect("the page");
        desk.choose("elsewhere").expect("touched");
        let listed = desk.page("elsewhere").expect("all of them");
        let ids = listed["tiles"].as_array().expect("tiles").iter().map(|tile| &tile["id"]);
        let ids: Vec<&Value> = ids.collect();
        assert_eq!(ids, ["building_permit", "ksmart_app"], "{listed}");
        for id in ["building_permit", "ksmart_app"] {
            desk.choose(id).expect("touched");
            let shown = |page: &Value| page["shown"].is_object();
            let page = desk.page_where("elsewhere", shown).expect("one of them");
            assert_eq!(page["shown"]["address"], "https://ksmart.lsgkerala.gov.in", "{page}");
            for words in ["title", "says", "bring"] {
                assert!(page["shown"][words].as_str().is_some_and(|text| !text.is_empty()));
            }
            desk.press("back").expect("touched");
            desk.page_where("elsewhere", |page| page["shown"].is_null()).expect("all of them");
        }
        desk.press("finish").expect("touched");
        desk.page("home").expect("the first page");
    }
}

#[test]
fn the_tag_at_a_hall_opens_its_page_with_the_line_cut() {
    let mut town = Town::small().expect("a town");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let mut desk = equipped.device.open().expect("its desk");
    town.centre.kill().expect("the line is cut");
    let check = ledger::check_character("G0802community_hall");
    desk.scan(&format!("PADI:A:G0802:community_hall:{check}")).expect("shown");
    let page = desk.page("asset").expect("its page");
    assert_eq!(
        (&page["title"], &page["tiles"][0]["id"]),
        (&"Community hall".into(), &"hall_booking".into())
    );
    desk.choose("hall_booking").expect("touched");
    desk.page_where("book", |page| page["step"] == "day").expect("its days");
    desk.press("finish").expect("left");
    desk.scan("PADI:A:G0802:town_hall:X").expect("shown");
    assert_eq!(desk.refusal().expect("no").0, "unknown_code");
}
