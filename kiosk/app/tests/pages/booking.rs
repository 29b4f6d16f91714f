//! The pages on which a hall is booked, and those of what is done elsewhere.

use flow::*;
use ledger::Language;

use crate::samples::{Sample, frame, home};

/// A hall, two times of its day, a month, and what a service elsewhere says.
struct Words {
    hall: &'static str,
    ground: &'static str,
    ward: &'static str,
    month: &'static str,
    slots: [&'static str; 3],
    title: &'static str,
    help: &'static str,
    says: &'static str,
    bring: &'static str,
}

fn words(language: Language) -> Words {
    match language {
        Language::Ml => Words {
            hall: "കമ്മ്യൂണിറ്റി ഹാൾ",
            ground: "കളിസ്ഥലം",
            ward: "പടിപ്പുറം സൗത്ത്",
            month: "ഓഗസ്റ്റ് 2026",
            slots: [
                "രാവിലെ, 09:00 മുതൽ 13:00 വരെ",
                "പകൽ, 13:00 മുതൽ 16:00 വരെ",
                "വൈകുന്നേരം, 16:00 മുതൽ 20:00 വരെ",
            ],
            title: "കെട്ടിട നിർമാണ അനുമതി",
            help: "പ്ലാൻ പരിശോധന ഓൺലൈനിൽ",
            says: "ഈ യന്ത്രം കെട്ടിട പ്ലാൻ സ്വീകരിക്കുന്നില്ല. സംസ്ഥാനത്തിന്റെ കെ-സ്മാർട്ട് \
                   സൈറ്റിൽ അപേക്ഷിക്കാം, ഫീസ് അടയ്ക്കാം, ഫയലിന്റെ നില അറിയാം.",
            bring: "ആധാരം, അവസാനത്തെ ഭൂനികുതി രസീത്, കൈവശാവകാശ സർട്ടിഫിക്കറ്റ്",
        },
        _ => Words {
            hall: "Community hall",
            ground: "Play ground",
            ward: "Padippuram South",
            month: "August 2026",
            slots: ["Morning, 09:00 to 13:00", "Day, 13:00 to 16:00", "Evening, 16:00 to 20:00"],
            title: "Building permit",
            help: "Plans are looked at online",
            says: "This machine does not take building plans. They are drawn and checked by the \
                   rules on the state's own site, K-SMART, where you apply, pay and follow the \
                   file. A registered building designer can do it for you.",
            bring: "The title deed, the last land tax receipt, the possession certificate",
        },
    }
}

pub fn all(language: Language) -> impl Iterator<Item = (&'static str, Page)> {
    let words = words(language);
    let none = BookPage { none_free: true, ..days(&words, DayState::NoneHere) };
    let mut slots = [SlotState::Free, SlotState::Sold, SlotState::NotHere].into_iter();
    let slot = |title: &&str| SlotRow {
        id: (*title).into(),
        title: (*title).into(),
        state: slots.next().expect("three"),
    };
    let slots = BookPage {
        step: BookStep::Slot,
        slots: words.slots.iter().map(slot).collect(),
        day: Some("22-08-2026".into()),
        ..days(&words, DayState::Free)
    };
    [
        ("41-facilities", Page::Book(facilities(&words))),
        ("41b-days", Page::Book(days(&words, DayState::Free))),
        ("41c-none", Page::Book(none)),
        ("41d-slots", Page::Book(slots)),
        ("42-elsewhere", Page::Elsewhere(elsewhere(&words, false))),
        ("42b-one", Page::Elsewhere(elsewhere(&words, true))),
        ("43-asset", Page::Asset(asset(&words))),
    ]
    .into_iter()
}

fn facilities(words: &Words) -> BookPage {
    let row = |(title, free_days): (&str, u32)| FacilityRow {
        id: title.into(),
        title: title.into(),
        ward: 7,
        ward_name: words.ward.into(),
        free_days,
    };
    BookPage {
        step: BookStep::Facility,
        facilities: [(words.hall, 12), (words.ground, 0)].map(row).to_vec(),
        facility: String::new(),
        ..days(words, DayState::Free)
    }
}

/// August 2026, which takes six weeks of the page.
fn days(words: &Words, free: DayState) -> BookPage {
    let state = |number| match number {
        1..=14 => DayState::Outside,
        15 | 17 | 24 | 31 => DayState::Closed,
        18 | 19 | 25 => DayState::NoneHere,
        _ => free,
    };
    let cell =
        |number| DayCell { id: format!("2026-08-{number:02}"), number, state: state(number) };
    BookPage {
        step: BookStep::Day,
        facilities: Vec::new(),
        facility: words.hall.into(),
        month: words.month.into(),
        blanks: 5,
        days: (1..=31).map(cell).collect(),
        has_earlier: false,
        has_later: true,
        day: None,
        slots: Vec::new(),
        none_free: false,
    }
}

fn elsewhere(words: &Words, shows: bool) -> ElsewherePage {
    let tile = Tile {
        id: "building_permit".into(),
        title: words.title.into(),
        help: words.help.into(),
        picture: "house".into(),
        badge: String::new(),
        works: Works::Elsewhere,
    };
    let shown = DoneElsewhere {
        title: words.title.into(),
        says: words.says.into(),
        bring: words.bring.into(),
        address: "https://ksmart.lsgkerala.gov.in".into(),
    };
    let tiles = ["building_permit", "ksmart_app", "passport"]
        .map(|id| Tile { id: id.into(), ..tile.clone() });
    ElsewherePage { tiles: tiles.to_vec(), shown: shows.then_some(shown) }
}

fn asset(words: &Words) -> AssetPage {
    let tiles = elsewhere(words, false).tiles;
    AssetPage {
        title: words.hall.into(),
        kind: words.ground.into(),
        ward: 7,
        ward_name: words.ward.into(),
        says: words.says.into(),
        tiles: tiles
            .into_iter()
            .take(1)
            .map(|tile| Tile { works: Works::Offline, ..tile })
            .collect(),
    }
}

/// The idle page of a body that offers more than two rows of services.
pub fn of_many_services(language: Language) -> Sample {
    let mut tiles: Vec<Tile> = home(language).tiles.into_iter().cycle().take(9).collect();
    tiles[6].works = Works::Line;
    tiles[8].works = Works::Elsewhere;
    let page = Page::Home(Home { tiles, ..home(language) });
    let mut frame = frame(language, None);
    frame.service = None;
    Sample { name: "01e-many", screen: Screen { frame, page }, primary: None, figure: "" }
}
