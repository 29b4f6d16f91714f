//! What is pressed, chosen and typed on the glass becomes the touches that the rules know.

use std::rc::Rc;

use flow::{Button, Field, Touch};
use ledger::Language;
use panes::{Deed, FieldName, GlassWindow, Touches};
use slint::platform::{Key, WindowEvent};
use slint::{ComponentHandle, SharedString};

pub(super) type OnTouch = Rc<dyn Fn(Touch)>;

/// The key that rubs out what stands last.
const RUB_OUT: &str = "\u{8}";

/// Two of the day, two of the month, four of the year.
const DATE_DIGITS: usize = 8;

/// Two of the hour, two of the minute.
const TIME_DIGITS: usize = 4;

pub(super) fn connect(window: &GlassWindow, on_touch: &OnTouch) {
    let touches = window.global::<Touches>();
    let out = on_touch.clone();
    touches.on_press(move |deed| out(Touch::Press(button(deed))));
    let out = on_touch.clone();
    touches.on_choose(move |id| out(Touch::Choose(id.into())));
    let out = on_touch.clone();
    touches.on_type(move |name, text| {
        out(Touch::Type { field: field(name), text: text.into() });
    });
    let out = on_touch.clone();
    touches.on_language(move |code| {
        let language = Language::from_code(&code).expect("the bar offers known languages only");
        out(Touch::Language(language));
    });
    touches.on_edited(|text, key| edited(&text, &key));
    touches.on_spelled(|text, key, names| spelled(&text, &key, names));
    touches.on_dated(|text, key| dated(&text, &key));
    touches.on_timed(|text, key| timed(&text, &key));
    touches.on_stands_in_a_number(|key| stands_in_a_number(&key));
    touches.on_stands_in_a_name(|key| stands_in_a_name(&key));
    connect_arrows(window, &touches);
}

/// Arrow keys walk through the parts as Tab does. The key is sent after the present one was dealt
/// with, because one key cannot be sent from within another.
fn connect_arrows(window: &GlassWindow, touches: &Touches) {
    let window = window.as_weak();
    touches.on_walk(move |forward| {
        let window = window.clone();
        let key: SharedString = if forward { Key::Tab } else { Key::Backtab }.into();
        slint::Timer::single_shot(std::time::Duration::ZERO, move || {
            let Some(window) = window.upgrade() else { return };
            window.window().dispatch_event(WindowEvent::KeyPressed { text: key.clone() });
            window.window().dispatch_event(WindowEvent::KeyReleased { text: key.clone() });
        });
    });
}

fn edited(text: &str, key: &str) -> SharedString {
    let mut text = text.to_owned();
    if key == RUB_OUT {
        text.pop();
    } else {
        text.push_str(key);
    }
    text.into()
}

/// The pad has capitals only; a capital stays where a sentence begins, or each word of a name.
fn spelled(text: &str, key: &str, names: bool) -> SharedString {
    let opens = text.is_empty() || names && text.ends_with([' ', '.', '-', '/', '(']);
    if opens { edited(text, key) } else { edited(text, &key.to_lowercase()) }
}

/// A date as its digits are typed, with a line after day and month: 12082026 reads
/// 12-08-2026. Whatever else a keyboard has is left out.
fn dated(text: &str, key: &str) -> SharedString {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let edited = edited(&digits, key);
    let digits: String = edited.chars().filter(char::is_ascii_digit).take(DATE_DIGITS).collect();
    let (day, rest) = digits.split_at(digits.len().min(2));
    let (month, year) = rest.split_at(rest.len().min(2));
    let parts = [day, month, year].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").into()
}

/// A time as its digits are typed, with a colon after the hour: 1405 reads 14:05.
fn timed(text: &str, key: &str) -> SharedString {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let edited = edited(&digits, key);
    let digits: String = edited.chars().filter(char::is_ascii_digit).take(TIME_DIGITS).collect();
    let (hour, minute) = digits.split_at(digits.len().min(2));
    let parts = [hour, minute].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(":").into()
}

/// Building and receipt numbers are made of letters, digits and three signs.
fn stands_in_a_number(key: &str) -> bool {
    let mut characters = key.chars();
    let one = (characters.next(), characters.next());
    matches!(one, (Some(key), None) if key.is_ascii_alphanumeric() || "/-.".contains(key))
}

/// Letters of any script, the signs that stand on and between them, and what a layout of such a
/// script gives for one key: a consonant with its virama and another.
fn stands_in_a_name(key: &str) -> bool {
    let written = |sign: char| {
        sign.is_alphanumeric()
            || ('\u{0900}'..='\u{0d7f}').contains(&sign)
            || " ./-'\u{200c}\u{200d}".contains(sign)
    };
    !key.is_empty() && key.chars().count() <= 3 && key.chars().all(written)
}

fn button(deed: Deed) -> Button {
    match deed {
        Deed::Next => Button::Next,
        Deed::Back => Button::Back,
        Deed::Finish => Button::Finish,
        Deed::MoreTime => Button::MoreTime,
        Deed::PrintWaiting => Button::PrintWaiting,
        Deed::CheckNow => Button::CheckNow,
        Deed::CollectLater => Button::CollectLater,
        Deed::Yes => Button::Yes,
        Deed::No => Button::No,
        Deed::SignIn => Button::SignIn,
        Deed::SignOut => Button::SignOut,
        Deed::Suspense => Button::Suspense,
        Deed::EndDay => Button::EndDay,
        Deed::Menu => Button::Menu,
        Deed::CancelReceipt => Button::CancelReceipt,
        Deed::Reprint => Button::Reprint,
        Deed::Details => Button::Details,
        Deed::Camera => Button::Camera,
        Deed::Less => Button::Less,
        Deed::More => Button::More,
        Deed::TakeWeight => Button::TakeWeight,
        Deed::AnotherToo => Button::AnotherToo,
        Deed::Rates => Button::Rates,
        Deed::Earlier => Button::Earlier,
    }
}

fn field(name: FieldName) -> Field {
    match name {
        FieldName::Number => Field::Number,
        FieldName::Amount => Field::Amount,
        FieldName::Tendered => Field::Tendered,
        FieldName::Staff => Field::Staff,
        FieldName::Pin => Field::Pin,
        FieldName::Weight => Field::Weight,
        FieldName::Sacks => Field::Sacks,
        FieldName::Months => Field::Months,
        FieldName::Payer => Field::Payer,
        FieldName::Place => Field::Place,
        FieldName::Reason => Field::Reason,
        FieldName::Float => Field::Float,
        FieldName::Counted => Field::Counted,
        FieldName::InstrumentNumber => Field::InstrumentNumber,
        FieldName::Bank => Field::Bank,
        FieldName::Dated => Field::Dated,
        FieldName::Answer => Field::Answer,
        FieldName::Note500 => Field::Note500,
        FieldName::Note200 => Field::Note200,
        FieldName::Note100 => Field::Note100,
        FieldName::Note50 => Field::Note50,
        FieldName::Note20 => Field::Note20,
        FieldName::Note10 => Field::Note10,
        FieldName::Coins => Field::Coins,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_in_numbers_is_taken_from_a_keyboard() {
        assert!(["7", "/", "a", "-"].into_iter().all(stands_in_a_number));
        assert!(!["", " ", "\n", "\u{8}", "12", "ക"].into_iter().any(stands_in_a_number));
    }

    #[test]
    fn names_are_typed_in_any_script() {
        assert!(["a", "R", "7", " ", ".", "ക", "ി", "ക്ഷ", "र्"].into_iter().all(stands_in_a_name));
        let down: SharedString = Key::DownArrow.into();
        assert!(
            !["", "\n", "\t", "\u{8}", down.as_str(), "\"", "name"]
                .into_iter()
                .any(stands_in_a_name)
        );
    }

    #[test]
    fn words_begin_with_capitals() {
        let typed = |keys: &str, names| {
            keys.chars()
                .fold(SharedString::default(), |text, key| spelled(&text, &key.to_string(), names))
        };
        assert_eq!(typed("SUMA P.K", true), "Suma P.K");
        assert_eq!(typed("A NOTE IS TORN", false), "A note is torn");
        assert_eq!(spelled("Su", RUB_OUT, true), "S");
    }

    #[test]
    fn dates_are_typed_in_digits_alone() {
        let typed = |keys: &str| {
            keys.chars().fold(String::new(), |text, key| dated(&text, &key.to_string()).into())
        };
        assert_eq!(typed("12"), "12");
        assert_eq!(typed("120"), "12-0");
        assert_eq!(typed("1208"), "12-08");
        assert_eq!(typed("12082026"), "12-08-2026");
        assert_eq!(typed("120820267"), "12-08-2026");
        assert_eq!(dated("12-08-2", RUB_OUT), "12-08");
        assert_eq!(dated("12-0", RUB_OUT), "12");
        assert_eq!(dated("", RUB_OUT), "");
    }

    #[test]
    fn a_time_is_typed_as_its_digits_alone() {
        let typed = |keys: &str| {
            keys.chars().fold(String::new(), |text, key| timed(&text, &key.to_string()).into())
        };
        assert_eq!(
            ["14", "140", "1405", "14056", "1a4.05"].map(typed),
            ["14", "14:0", "14:05", "14:05", "14:05"]
        );
        assert_eq!(timed("14:0", RUB_OUT), "14");
    }

    #[test]
    fn keys_add_and_rub_out() {
        assert_eq!(edited("12", "/"), "12/");
        assert_eq!(edited("12/", RUB_OUT), "12");
        assert_eq!(edited("", RUB_OUT), "");
    }
}
