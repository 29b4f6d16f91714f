//! What a tile says of the line, and what this machine does not do.

use flow::{Button, Home, Page, Profile, RefusalCode, Tile, Works, World};

use crate::packs::changed_pack;
use crate::teller::Teller;

fn home(teller: &Teller) -> Home {
    match teller.page() {
        Page::Home(page) => page,
        other => panic!("{other:?}"),
    }
}

fn tile(teller: &Teller, id: &str) -> Tile {
    home(teller).tiles.into_iter().find(|tile| tile.id == id).expect("a tile")
}

#[test]
fn what_is_done_elsewhere_lies_behind_one_tile_and_says_where() {
    let mut teller = Teller::kiosk();
    let tiles = home(&teller).tiles;
    assert!(tiles.iter().all(|tile| tile.id != "building_permit"), "not on the first page");
    let other = tiles.last().expect("a last tile");
    assert_eq!((other.id.as_str(), other.works), ("elsewhere", Works::Elsewhere));
    assert_eq!(other.title, "Other services");
    teller.choose("building_permit");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    teller.choose("elsewhere");
    let Page::Elsewhere(page) = teller.page() else { panic!("{:?}", teller.page()) };
    let listed: Vec<&str> = page.tiles.iter().map(|tile| tile.id.as_str()).collect();
    assert_eq!((listed, page.shown), (vec!["building_permit", "ksmart_app"], None));
    teller.choose("building_permit");
    let Page::Elsewhere(page) = teller.page() else { panic!("{:?}", teller.page()) };
    let shown = page.shown.expect("one of them");
    assert_eq!(shown.address, "https://ksmart.lsgkerala.gov.in");
    assert!(shown.says.starts_with("This machine does not take building plans."));
    assert!(shown.bring.contains("land tax receipt"));
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "nothing is begun here");
    teller.press(Button::Back);
    teller.press(Button::Back);
    home(&teller);
}

#[test]
fn tiles_say_whether_they_need_the_line_and_keep_their_word() {
    let needs = |file: &str, text: &str| match file {
        "pack.toml" => {
            let row = "id = \"waste_fee\"\nkind = \"waste_fee\"\n";
            text.replace(row, &format!("{row}needs_line = true\n"))
        }
        _ => text.to_owned(),
    };
    let mut teller = Teller::of_pack(Profile::Kiosk, changed_pack(needs));
    assert_eq!(tile(&teller, "waste_fee").works, Works::Line);
    assert_eq!(tile(&teller, "property_tax").works, Works::Offline);
    teller.choose("waste_fee");
    assert!(!matches!(teller.page(), Page::Home(_)));
    teller.press(Button::Finish);
    teller.world(World::Line { online: false });
    teller.choose("waste_fee");
    assert_eq!(teller.refused(), Some(RefusalCode::NeedsLine));
    home(&teller);
    teller.choose("property_tax");
    assert!(matches!(teller.page(), Page::Find(_)));
}
