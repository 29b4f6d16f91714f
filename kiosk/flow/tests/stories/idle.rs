//! Nobody there: the count, the wipe, the lock.

use flow::{Button, Field, Page, Profile, RefusalCode};
use ledger::{Fact, Language};

use crate::teller::Teller;

#[test]
fn forty_seconds_then_a_count_of_twenty_then_nothing_is_left() {
    let fresh = Teller::kiosk().glass();
    let mut teller = Teller::kiosk();
    teller.touch(flow::Touch::Language(Language::Ml));
    teller.go_to_pay("12/345");
    teller.choose("another");
    teller.write(Field::Amount, "77");
    teller.wait(39);
    assert_eq!(teller.screen().frame.still_there_s, None);
    teller.wait(1);
    assert_eq!(teller.screen().frame.still_there_s, Some(20));
    teller.wait(19);
    assert_eq!(teller.screen().frame.still_there_s, Some(1));
    teller.wait(1);
    assert_eq!(teller.glass(), fresh);
}

#[test]
fn the_first_touch_under_the_veil_only_says_that_somebody_is_there() {
    let mut teller = Teller::kiosk();
    teller.go_to_pay("12/345");
    teller.wait(45);
    teller.press(Button::Finish);
    assert!(matches!(teller.page(), Page::Pay(_)));
    assert_eq!(teller.screen().frame.still_there_s, None);
    teller.wait(39);
    assert_eq!(teller.screen().frame.still_there_s, None, "the time runs anew");
    // Where no tick came in time, the touch is the next person's.
    teller.now.mono_ms += 120_000;
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Home(_)));
}

#[test]
fn the_idle_page_itself_tidies_what_was_left() {
    let fresh = Teller::kiosk().glass();
    let mut teller = Teller::kiosk();
    teller.touch(flow::Touch::Language(Language::Hi));
    teller.scan("rubbish");
    assert_eq!(teller.refused(), Some(RefusalCode::UnknownCode));
    teller.wait(35);
    assert_eq!(teller.refused(), Some(RefusalCode::UnknownCode));
    teller.wait(10);
    assert_eq!(teller.glass(), fresh);
}

#[test]
fn a_cashier_who_left_is_signed_out() {
    let mut teller = Teller::counter();
    teller.go_to_pay("12/345");
    teller.pay_by("cash");
    teller.wait(61);
    assert_eq!(teller.glass(), Teller::kiosk().glass());
    assert_eq!(teller.facts().last(), Some(&&Fact::SignedOut));
    teller.assert_sound();
}

#[test]
fn a_handheld_locks_and_comes_back_to_the_same_page() {
    let mut teller = Teller::handheld(Profile::Collector);
    teller.choose("345");
    teller.press(Button::Next);
    teller.choose("late");
    teller.choose("cash");
    let before = teller.glass();
    teller.wait(61);
    let Page::SignIn(lock) = teller.page() else { panic!("not locked") };
    assert!(lock.locked && lock.chosen.as_deref() == Some("4"));
    // Half a PIN, and gone again: the page behind the lock is not lost by it.
    teller.write(Field::Pin, "47");
    teller.wait(61);
    let Page::SignIn(lock) = teller.page() else { panic!("not locked") };
    assert_eq!((lock.locked, lock.pin_digits), (true, 0));
    for button in [Button::Finish, Button::Back, Button::SignOut, Button::Suspense] {
        teller.press(button);
        assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "{button:?} opens no lock");
        assert!(matches!(teller.page(), Page::SignIn(_)), "{button:?}");
    }
    teller.write(Field::Pin, "4711");
    teller.press(Button::Next);
    assert_eq!(teller.glass(), before);
    let signed_in = teller.facts().iter().filter(|fact| ***fact == Fact::SignedIn).count();
    assert_eq!(signed_in, 1, "the day's work went on");
}

#[test]
fn somebody_else_at_a_locked_handheld_begins_with_the_round() {
    let mut teller = Teller::handheld(Profile::Collector);
    teller.choose("345");
    teller.wait(61);
    teller.sign_in("5", "5050");
    assert!(matches!(teller.page(), Page::Round(_)));
    assert_eq!(teller.screen().frame.staff.as_deref(), Some("Biju"));
    let staff: Vec<u32> =
        teller.books.entries.iter().filter_map(|e| e.staff).map(|s| s.0).collect();
    assert_eq!(staff, [4, 4, 5]);
    teller.assert_sound();
}

#[test]
fn five_wrong_pins_lock_the_device_out() {
    let mut teller = Teller::new(Profile::Collector);
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::ChooseFirst));
    teller.choose("4");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::NothingTyped));
    teller.write(Field::Pin, "12a4");
    assert_eq!(teller.refused(), Some(RefusalCode::NotANumber));
    for left in (1..5).rev() {
        teller.write(Field::Pin, "0000");
        teller.press(Button::Next);
        let refusal = teller.refusal().expect("a refusal");
        assert_eq!((refusal.code, refusal.count), (RefusalCode::WrongPin, Some(left)));
    }
    teller.write(Field::Pin, "0000");
    teller.press(Button::Next);
    assert_eq!(teller.refused(), Some(RefusalCode::LockedOut));
    teller.sign_in("4", "4711");
    assert_eq!(teller.refused(), Some(RefusalCode::LockedOut));
    assert!(matches!(teller.page(), Page::SignIn(_)));
    assert!(teller.screen().frame.staff.is_none());
}

/// The office hears at once who works with a device: the receipt book of a colleague comes by it.
#[test]
fn whoever_signs_in_is_told_to_the_office() {
    let mut teller = Teller::kiosk();
    teller.press(Button::SignIn);
    let before = teller.syncs;
    teller.sign_in("4", "0000");
    assert_eq!((teller.refused(), teller.syncs), (Some(RefusalCode::WrongPin), before));
    teller.sign_in("4", "4711");
    assert_eq!((teller.refused(), teller.syncs), (None, before + 1));
}

#[test]
fn a_restart_gives_no_new_tries_and_a_quarter_of_an_hour_one() {
    let mut teller = Teller::new(Profile::Collector);
    let tries_left = |teller: &Teller| match teller.page() {
        Page::SignIn(page) => page.tries_left,
        page => panic!("{page:?}"),
    };
    for _ in 0..3 {
        teller.sign_in("4", "0000");
    }
    teller.restart();
    assert_eq!(tries_left(&teller), 2);
    for _ in 0..2 {
        teller.sign_in("4", "0000");
    }
    assert_eq!(teller.refused(), Some(RefusalCode::LockedOut));
    for _ in 0..2 {
        teller.restart();
        assert_eq!(tries_left(&teller), 0, "the wait begins anew with the program");
        teller.wait(14 * 60);
    }
    teller.wait(60);
    assert_eq!(tries_left(&teller), 1);
    teller.sign_in("4", "0000");
    assert_eq!((teller.refused(), tries_left(&teller)), (Some(RefusalCode::LockedOut), 0));
    teller.wait(15 * 60);
    teller.sign_in("4", "4711");
    assert!(teller.screen().frame.staff.is_some(), "the right one");
    assert_eq!(teller.books.wrong_pins.get(), 0);
}
