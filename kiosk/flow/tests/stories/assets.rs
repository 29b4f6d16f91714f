//! The tag on something of the body's: what it is, and what is paid for it.

use flow::{AssetPage, BookStep, Button, Page, RefusalCode, Touch};
use ledger::Language;

use crate::teller::Teller;

fn tag(teller: &Teller, id: &str) -> String {
    teller.pack.asset(id).expect("an asset of the sample").code(&teller.pack.body.code)
}

fn asset(teller: &Teller) -> AssetPage {
    match teller.page() {
        Page::Asset(page) => page,
        other => panic!("{:?}: {other:?}", teller.refused()),
    }
}

#[test]
fn a_tag_opens_what_it_is_of_and_leads_to_its_services() {
    let mut teller = Teller::kiosk();
    let hall = tag(&teller, "community_hall");
    teller.scan(&hall);
    let page = asset(&teller);
    assert_eq!((page.title.as_str(), page.kind.as_str()), ("Community hall", "Building"));
    assert!(page.ward == 7 && page.says.contains("300 seats"), "{page:?}");
    let tiles: Vec<&str> = page.tiles.iter().map(|tile| tile.id.as_str()).collect();
    assert_eq!(tiles, ["hall_booking"]);
    teller.touch(Touch::Language(Language::Ml));
    assert_eq!(asset(&teller).title, "കമ്മ്യൂണിറ്റി ഹാൾ");
    teller.touch(Touch::Language(Language::En));
    teller.choose("property_tax");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "it is no service of the hall");
    // The hall need not be chosen once more.
    teller.choose("hall_booking");
    let Page::Book(page) = teller.page() else { panic!("{:?}", teller.refused()) };
    assert_eq!((page.step, page.facility.as_str()), (BookStep::Day, "Community hall"));
    teller.press(Button::Finish);

    let pump = tag(&teller, "hand_pump_3");
    teller.scan(&pump);
    let tiles: Vec<String> = asset(&teller).tiles.into_iter().map(|tile| tile.id).collect();
    assert_eq!(tiles, ["complaint"]);
    teller.press(Button::Back);
    assert!(matches!(teller.page(), Page::Home(_)));
    for wrong in [hall.replace("hall", "hull"), hall.replace("G0802", "G0803")] {
        teller.scan(&wrong);
        assert_eq!(teller.refused(), Some(RefusalCode::UnknownCode), "{wrong}");
    }
}
