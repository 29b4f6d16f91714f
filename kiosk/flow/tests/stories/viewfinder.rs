//! Looking through the camera for a code, and typing it instead.

use flow::{Button, Event, Page, Profile, RefusalCode, Sees, Sight, World};

use crate::books::sticker;
use crate::teller::Teller;

fn sight(teller: &mut Teller, sight: Sight) {
    teller.event(Event::World(World::Sight(sight)));
}

fn looking() -> Teller {
    let mut teller = Teller::kiosk();
    teller.choose("property_tax");
    assert!(matches!(teller.page(), Page::Find(find) if find.can_look));
    teller.press(Button::Camera);
    assert!(teller.flow.looks());
    teller
}

fn sees(teller: &Teller) -> Sees {
    let Page::Viewfinder(page) = teller.page() else { panic!("{:?}", teller.page()) };
    page.sees
}

#[test]
fn the_first_code_closes_the_page_and_is_what_a_scanner_would_have_sent() {
    let mut teller = looking();
    assert_eq!(sees(&teller), Sees::Opening);
    assert_eq!(teller.screen().frame.step, Some(flow::Step { now: 1, of: 4 }));
    sight(&mut teller, Sight::Shows);
    assert_eq!(sees(&teller), Sees::Picture);
    sight(&mut teller, Sight::Code(sticker(345)));
    assert!(matches!(teller.page(), Page::Demand(demand) if demand.place.number == "12/345"));
    assert!(!teller.flow.looks());
    // What the camera still says of a look that has ended is nobody's.
    sight(&mut teller, Sight::Code(sticker(346)));
    sight(&mut teller, Sight::Away);
    assert!(matches!(teller.page(), Page::Demand(demand) if demand.place.number == "12/345"));
    assert_eq!(teller.refused(), None);
    // At the door of the waste collection it counts as the house's square.
    let mut teller = Teller::handheld(Profile::Karmasena);
    assert!(matches!(teller.page(), Page::Round(round) if round.can_look));
    teller.press(Button::Camera);
    sight(&mut teller, Sight::Code(sticker(345)));
    assert!(matches!(teller.page(), Page::Visit(visit) if visit.scanned));
}

#[test]
fn another_code_closes_the_page_and_says_what_it_was() {
    let mut teller = looking();
    sight(&mut teller, Sight::Code("7".repeat(2_900)));
    assert!(matches!(teller.page(), Page::Find(_)));
    assert_eq!(teller.refused(), Some(RefusalCode::AadhaarNotAsked));
    teller.press(Button::Camera);
    assert_eq!(teller.refused(), None);
    sight(&mut teller, Sight::Code("x".repeat(2_900)));
    assert_eq!(teller.refused(), Some(RefusalCode::TextTooLong));
    teller.press(Button::Camera);
    // A scanner beside it may be quicker.
    teller.scan("8901030865278");
    assert_eq!(teller.refused(), Some(RefusalCode::UnknownCode));
    assert!(matches!(teller.page(), Page::Find(_)));
}

#[test]
fn the_number_can_be_typed_instead_whatever_the_camera_does() {
    for last in [None, Some(Sight::Shows), Some(Sight::Dark)] {
        let mut teller = looking();
        last.into_iter().for_each(|last| sight(&mut teller, last));
        teller.press(Button::Next);
        assert!(matches!(teller.page(), Page::Find(_)));
        assert!(!teller.flow.looks());
    }
    let mut teller = looking();
    sight(&mut teller, Sight::Dark);
    assert_eq!(sees(&teller), Sees::Dark);
    teller.press(Button::Back);
    assert!(matches!(teller.page(), Page::Find(_)));
    // From the round the page with the pad follows, and back leads to the round.
    let mut teller = Teller::handheld(Profile::Collector);
    teller.press(Button::Camera);
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Find(_)));
    let mut teller = Teller::handheld(Profile::Collector);
    teller.press(Button::Camera);
    teller.press(Button::Back);
    assert!(matches!(teller.page(), Page::Round(_)));
}

#[test]
fn the_page_closes_itself_when_the_camera_is_gone_or_nobody_shows_anything() {
    let mut teller = looking();
    sight(&mut teller, Sight::Shows);
    sight(&mut teller, Sight::Away);
    assert!(matches!(teller.page(), Page::Find(_)));
    assert_eq!(teller.refused(), Some(RefusalCode::CameraAway));
    // A camera that never says a word.
    teller.press(Button::Camera);
    teller.wait(8);
    assert!(matches!(teller.page(), Page::Find(_)));
    assert_eq!(teller.refused(), Some(RefusalCode::CameraAway));
    teller.press(Button::Camera);
    sight(&mut teller, Sight::Shows);
    teller.wait(28);
    assert_eq!(sees(&teller), Sees::Picture);
    teller.wait(4);
    assert!(matches!(teller.page(), Page::Find(_)));
    assert_eq!(teller.refused(), Some(RefusalCode::NoCodeSeen));
    // Whoever left meanwhile is not asked for longer than on any page.
    teller.wait(30);
    assert!(matches!(teller.page(), Page::Home(_)));
}

#[test]
fn a_locked_handheld_looks_at_nobody() {
    let mut teller = Teller::handheld(Profile::Karmasena);
    teller.press(Button::Camera);
    sight(&mut teller, Sight::Shows);
    teller.wait(70);
    assert!(matches!(teller.page(), Page::SignIn(page) if page.locked));
    assert!(!teller.flow.looks());
    sight(&mut teller, Sight::Code(sticker(345)));
    assert!(matches!(teller.page(), Page::SignIn(_)));
}

#[test]
fn where_no_camera_is_none_is_offered() {
    let mut teller = Teller::kiosk();
    teller.settings.has_viewfinder = false;
    teller.restart();
    teller.choose("property_tax");
    assert!(matches!(teller.page(), Page::Find(find) if !find.can_look));
    teller.press(Button::Camera);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
}
