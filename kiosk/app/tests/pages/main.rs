//! Every page, drawn without a display in each language and form: none is blank, and each has its
//! primary button by the words that stand on it. The pictures are left in target/pages to look at.

mod bill;
mod booking;
mod earlier;
mod finding;
mod form;
mod group;
mod office;
mod samples;

use std::fs;
use std::path::{Path, PathBuf};

use flow::{Page, Screen};
use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use i_slint_backend_testing::{TestingBackend, TestingBackendOptions};
use kiosk::glass::Glass;
use ledger::Language;

/// Kiosk, small kiosk, handheld.
const FORMS: [(u32, u32); 3] = [(1280, 800), (1024, 600), (480, 800)];

#[test]
fn every_page_is_drawn_and_has_its_primary_button() {
    kiosk::fonts::install().expect("the temporary folder can be written");
    let options = TestingBackendOptions {
        mock_time: true,
        threading: true,
        renderer_name: Some("software".into()),
    };
    slint::platform::set_platform(Box::new(TestingBackend::new(options))).expect("the first one");
    let glass = Glass::new(|_| {}).expect("the window in memory opens");
    glass.window().show().expect("the window in memory is shown");
    let slip = samples::slip();
    glass.show_slip(384, slip.rows, &slip.bits).expect("the raster is whole");
    for (width, height) in FORMS {
        glass.set_size(width, height);
        // English and Malayalam differ most in length and height; the others are drawn once.
        let languages = match width {
            1280 => &Language::ALL[..],
            _ => &[Language::En, Language::Ml],
        };
        for &language in languages {
            for sample in samples::all(language) {
                show(&glass, &sample, (width, height));
            }
        }
    }
    what_is_still_to_be_sent_is_not_what_is_known(&glass);
    streets_are_typed_in_letters(&glass);
    tiles_carry_their_marks(&glass);
    glass.window().hide().expect("the window in memory is hidden");
    kiosk::fonts::remove();
}

/// The office may have the receipt and not yet all that stands in the head as still to be sent.
fn what_is_still_to_be_sent_is_not_what_is_known(glass: &Glass) {
    let mut samples = samples::all(Language::En).into_iter();
    let mut paid = samples.find(|sample| matches!(sample.screen.page, Page::Paid(_)));
    let screen = &mut paid.as_mut().expect("a page that thanks").screen;
    let Page::Paid(page) = &mut screen.page else { unreachable!("it was looked for") };
    page.office_knows = true;
    let answers = [(0, "Yes, the office has it too."), (1, "Yes, it has this. 1 more to send.")];
    for (to_send, answer) in answers {
        screen.frame.line.to_send = to_send;
        glass.show(screen).expect("the page is shown");
        let all = ElementQuery::from_root(glass.component()).match_descendants().find_all();
        let mut said = all.iter().filter_map(|part| part.accessible_label());
        assert!(said.any(|text| text == answer), "{answer}");
    }
}

/// The page that asks for a building turns to letters, and to digits for whoever comes next.
fn streets_are_typed_in_letters(glass: &Glass) {
    for (form, language) in [
        (FORMS[0], Language::En),
        (FORMS[0], Language::Ml),
        (FORMS[1], Language::En),
        (FORMS[1], Language::Ml),
    ] {
        let name = format!("02d-words-{}-{}x{}", language.code(), form.0, form.1);
        glass.set_size(form.0, form.1);
        let samples = samples::all(language);
        let [home, find] = ["01-home", "02-find"]
            .map(|name| &samples.iter().find(|sample| sample.name == name).expect(name).screen);
        glass.show(home).expect("the page is shown");
        // A page that stands for no moment is not seen to change.
        i_slint_backend_testing::mock_elapsed_time(std::time::Duration::from_millis(20));
        glass.show(find).expect("the page is shown");
        assert!(!button_labels(glass).contains(&"M".to_owned()), "{name}");
        let wanted = in_language("Search by street or initials", "", language);
        let parts = pressables(glass);
        let turn = parts.iter().find(|part| part.accessible_label().is_some_and(|it| it == wanted));
        turn.expect("it turns").invoke_accessible_default_action();
        i_slint_backend_testing::mock_elapsed_time(std::time::Duration::from_millis(20));
        let picture = glass.picture().unwrap_or_else(|error| panic!("{name}: {error}"));
        save(&name, form.0, form.1, picture.as_bytes());
        assert!(button_labels(glass).contains(&"M".to_owned()), "{name}");
        assert_reachable(&name, glass, find);
    }
}

/// Each tile of a full first page says in words whether it needs the line, beside a small picture.
fn tiles_carry_their_marks(glass: &Glass) {
    let marks = ["Works without the line", "Needs the line", "Done elsewhere"];
    for (width, height) in FORMS {
        glass.set_size(width, height);
        for language in Language::ALL {
            let mut samples = samples::all(language).into_iter();
            let mut many = samples.find(|sample| sample.name == "01e-many").expect("many services");
            for online in [true, false] {
                many.screen.frame.line.online = online;
                glass.show(&many.screen).expect("the page is shown");
                i_slint_backend_testing::mock_elapsed_time(std::time::Duration::from_millis(20));
                let said = marks.map(|mark| {
                    let words = in_language(mark, "", language);
                    let says = |part: &&ElementHandle| {
                        part.accessible_label().is_some_and(|label| label.ends_with(&*words))
                    };
                    places(pressables(glass).iter().filter(says))
                });
                // On a handheld the first few are in view.
                match width {
                    480 => assert!(said[0] >= 2, "{language:?} {width}x{height}: {said:?}"),
                    _ => assert_eq!(said, [7, 1, 1], "{language:?} {width}x{height}"),
                }
                let all = ElementQuery::from_root(glass.component()).match_descendants();
                let pictures = all.match_id("Tile::mark-picture").find_all();
                let drawn = pictures.iter().filter(|part| part.size().width > 16.0);
                // What is below the fold is drawn once somebody scrolls there.
                let drawn = places(drawn);
                assert!((2..=9).contains(&drawn), "{language:?} {width}x{height}: {drawn}");
            }
        }
    }
}

/// At how many places parts stand: a part that is found more than once is one.
fn places<'a>(parts: impl Iterator<Item = &'a ElementHandle>) -> usize {
    let place = |part: &ElementHandle| {
        let at = part.absolute_position();
        (at.x.round() as i32, at.y.round() as i32)
    };
    parts.map(place).collect::<std::collections::BTreeSet<_>>().len()
}

fn show(glass: &Glass, sample: &samples::Sample, (width, height): (u32, u32)) {
    let language = sample.screen.frame.language;
    let name = format!("{}-{}-{width}x{height}", sample.name, language.code());
    glass.show(&sample.screen).unwrap_or_else(|error| panic!("{name}: {error}"));
    i_slint_backend_testing::mock_elapsed_time(std::time::Duration::from_millis(20));
    let picture = glass.picture().unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!((picture.width(), picture.height()), (width, height), "{name}");
    save(&name, width, height, picture.as_bytes());
    assert_drawn(&name, picture.as_bytes());
    if let Some(primary) = sample.primary {
        let wanted = in_language(primary, sample.figure, language);
        let labels = button_labels(glass);
        assert!(labels.contains(&wanted), "{name}: no button {wanted:?} among {labels:?}");
    }
    assert_reachable(&name, glass, &sample.screen);
}

/// A blank page has one colour, or two with the header.
fn assert_drawn(name: &str, bytes: &[u8]) {
    let mut colours: Vec<[u8; 4]> = Vec::new();
    let mut dark = 0;
    for pixel in bytes.chunks_exact(4) {
        let pixel = [pixel[0], pixel[1], pixel[2], pixel[3]];
        dark += usize::from(pixel[0] < 96);
        if colours.len() < 64 && !colours.contains(&pixel) {
            colours.push(pixel);
        }
    }
    assert!(colours.len() == 64, "{name}: only {} colours", colours.len());
    assert!(dark > bytes.len() / 4 / 200, "{name}: hardly any ink");
}

/// Whatever can be pressed says what it is, and lies within the width of the glass.
fn assert_reachable(name: &str, glass: &Glass, screen: &Screen) {
    let width = glass.window().size().width as f32;
    for part in pressables(glass) {
        let label = part.accessible_label().unwrap_or_default();
        assert!(!label.is_empty(), "{name}: a part without a name");
        let (left, right) =
            (part.absolute_position().x, part.absolute_position().x + part.size().width);
        assert!(left >= 0.0 && right <= width + 0.5, "{name}: {label} lies from {left} to {right}");
        assert!(part.size().height >= 56.0, "{name}: {label} is {} high", part.size().height);
    }
    assert!(matches!(screen.page, Page::Printing(_)) || pressables(glass).len() > 1, "{name}");
}

fn pressables(glass: &Glass) -> Vec<ElementHandle> {
    let pressed = |part: &ElementHandle| {
        matches!(
            part.accessible_role(),
            Some(AccessibleRole::Button | AccessibleRole::RadioButton | AccessibleRole::ListItem)
        )
    };
    ElementQuery::from_root(glass.component())
        .match_descendants()
        .match_predicate(pressed)
        .find_all()
}

fn button_labels(glass: &Glass) -> Vec<String> {
    pressables(glass).iter().filter_map(|part| part.accessible_label()).map(String::from).collect()
}

/// The words of the catalogue, with the figure in its place.
fn in_language(english: &str, figure: &str, language: Language) -> String {
    let words = match language {
        Language::En => english.to_owned(),
        _ => {
            let lang = Path::new(env!("CARGO_MANIFEST_DIR")).join("../panes/lang");
            let file = lang.join(language.code()).join("LC_MESSAGES/panes.po");
            let catalogue = polib::po_file::parse(&file).expect("the catalogue is whole");
            english
                .split(", ")
                .map(|part| {
                    let message = catalogue.find_message(None, part, None);
                    message.expect(part).msgstr().expect("singular").to_owned()
                })
                .collect::<Vec<_>>()
                .join(", ")
        }
    };
    words.replace("{}", figure)
}

fn save(name: &str, width: u32, height: u32, bytes: &[u8]) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../pages");
    fs::create_dir_all(&folder).expect("the target folder can be written");
    let file = fs::File::create(folder.join(format!("{name}.png"))).expect("created");
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("written");
    writer.write_image_data(bytes).expect("written");
}
