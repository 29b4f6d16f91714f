//! Whatever is typed or scanned wrongly is answered by one sentence in the person's language, and
//! changes nothing.

use tests::device::Desk;

use super::steps::{HOUSE, kiosk, to_pay};

/// What is done on which page, and the code of what is said.
const WRONG: &[(&str, Deed, &str)] = &[
    ("find", Deed::Number(""), "nothing_typed"),
    ("find", Deed::Number("99/99999"), "unknown_building"),
    ("find", Deed::Number("12/345; DROP TABLE"), "unknown_building"),
    ("find", Deed::Scan("PADI:torn"), "unreadable_code"),
    ("find", Deed::Scan("https://example.org/"), "unknown_code"),
    ("find", Deed::Scan("\u{0}\u{1}ക്ഷ"), "unknown_code"),
    ("find", Deed::Press("print_waiting"), "not_here"),
    ("find", Deed::Choose("nothing of this page"), "not_here"),
    ("amount", Deed::Amount(""), "nothing_typed"),
    ("amount", Deed::Amount("0"), "amount_zero"),
    ("amount", Deed::Amount("-5"), "amount_negative"),
    ("amount", Deed::Amount("1.005"), "amount_fraction"),
    ("amount", Deed::Amount("99999999999999999999"), "amount_above_limit"),
    ("amount", Deed::Amount("9999999"), "amount_above_limit"),
    ("amount", Deed::Amount("many"), "not_a_number"),
    ("pay", Deed::Press("next"), "choose_first"),
    ("pay", Deed::Choose("cash"), "no_cashier"),
];

#[derive(Clone, Copy, Debug)]
enum Deed {
    Number(&'static str),
    Amount(&'static str),
    Scan(&'static str),
    Press(&'static str),
    Choose(&'static str),
}

#[test]
fn each_mistake_is_answered_by_one_sentence_in_each_language() {
    let (town, equipped, mut desk) = kiosk();
    for (page, deed, code) in WRONG {
        go_to(&mut desk, page);
        let english = said(&mut desk, "en", *deed, code);
        let malayalam = said(&mut desk, "ml", *deed, code);
        assert!(is_sentence(&english), "{deed:?}: {english:?}");
        assert!(is_sentence(&malayalam), "{deed:?}: {malayalam:?}");
        let is_malayalam = |letter: char| ('\u{d00}'..='\u{d7f}').contains(&letter);
        assert!(malayalam.chars().any(is_malayalam), "{deed:?}: {malayalam:?}");
        assert!(!english.chars().any(is_malayalam), "{deed:?}: {english:?}");
        leave(&mut desk);
    }
    assert!(desk.is_running());
    let kinds: Vec<_> = desk.entries().iter().map(|entry| entry["kind"].clone()).collect();
    assert!(!kinds.iter().any(|kind| kind == "receipt" || kind == "intent"), "{kinds:?}");
    assert!(equipped.printer.slips().is_empty());
    assert_eq!(town.centre.figures().expect("figures")["total"]["count"], 0);
}

#[test]
fn a_line_that_is_no_touch_is_named_and_the_desk_goes_on() {
    let (_town, _equipped, mut desk) = kiosk();
    for line in
        ["{", "{\"press\":\"explode\"}", "[1,2]", "\u{feff}", "{\"press\":\"next\",\"x\":1}"]
    {
        desk.send_line(line).expect("written");
        let fault = desk.line("fault").expect("it is named");
        assert!(fault.as_str().is_some_and(|fault| !fault.is_empty()), "{line}: {fault}");
    }
    let long = format!("{{\"scan\":\"{}\"}}", "A".repeat(5_000));
    desk.send_line(&long).expect("written");
    assert_eq!(desk.refusal().expect("no").0, "text_too_long");
    to_pay(&mut desk, HOUSE).expect("the desk goes on");
}

fn go_to(desk: &mut Desk, page: &str) {
    match page {
        "find" => {
            desk.choose("property_tax").expect("touched");
            desk.page("find").expect("which building");
        }
        _ => {
            to_pay(desk, HOUSE).expect("how much and how");
        }
    }
    if page == "amount" {
        desk.choose("another").expect("touched");
        desk.page("amount").expect("how much");
    }
}

fn said(desk: &mut Desk, language: &str, deed: Deed, code: &str) -> String {
    if desk.screen()["frame"]["language"] != language {
        desk.language(language).expect("touched");
        desk.screen_where("the language", |screen| screen["frame"]["language"] == language)
            .expect("changed");
    }
    match deed {
        Deed::Number(text) => typed(desk, "number", text),
        Deed::Amount(text) => typed(desk, "amount", text),
        Deed::Scan(text) => desk.scan(text).expect("scanned"),
        Deed::Press(button) => desk.press(button).expect("pressed"),
        Deed::Choose(id) => desk.choose(id).expect("chosen"),
    }
    let (found, sentence) = desk.refusal().unwrap_or_else(|trouble| panic!("{deed:?}: {trouble}"));
    assert_eq!(found, code, "{deed:?}: {sentence}");
    sentence
}

fn typed(desk: &mut Desk, field: &str, text: &str) {
    desk.fill(field, text).expect("typed");
    desk.press("next").expect("pressed");
}

fn is_sentence(text: &str) -> bool {
    text.chars().count() > 10 && text.ends_with(['.', '।', '!']) && !text.contains('{')
}

fn leave(desk: &mut Desk) {
    desk.language("en").expect("touched");
    desk.press("finish").expect("touched");
    desk.page("home").expect("the idle page");
}
