//! What is looked for on a page, and the picture that is left of it.

use std::fs;
use std::path::{Path, PathBuf};

use kiosk::glass::Glass;
use ledger::Language;

/// The words of the catalogue, with the figure in its place; two lines of a button are joined.
pub fn in_language(english: &str, figure: &str, language: Language) -> String {
    if language == Language::En {
        return english.replace("{}", figure);
    }
    let lang = Path::new(env!("CARGO_MANIFEST_DIR")).join("../panes/lang");
    let file = lang.join(language.code()).join("LC_MESSAGES/panes.po");
    let catalogue = polib::po_file::parse(&file).expect("the catalogue is whole");
    let words = |english: &str| {
        let message = catalogue.find_message(None, english, None);
        message.and_then(|message| message.msgstr().ok().map(str::to_owned))
    };
    let lines = || {
        english
            .split_once(", ")
            .map(|(deed, rest)| Some(format!("{}, {}", words(deed)?, words(rest)?)))
    };
    let found = words(english).or_else(|| lines().flatten());
    found
        .unwrap_or_else(|| panic!("{english:?} has no words in {}", language.code()))
        .replace("{}", figure)
}

/// A blank page has one colour, or two with the header.
pub fn picture(glass: &Glass, name: &str) {
    let picture = glass.picture().unwrap_or_else(|error| panic!("{name}: {error}"));
    let bytes = picture.as_bytes();
    let mut colours: Vec<&[u8]> = Vec::new();
    for pixel in bytes.chunks_exact(4) {
        if colours.len() < 32 && !colours.contains(&pixel) {
            colours.push(pixel);
        }
    }
    assert!(colours.len() == 32, "{name}: only {} colours", colours.len());
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../pages");
    fs::create_dir_all(&folder).expect("the target folder can be written");
    let file = fs::File::create(folder.join(format!("{name}.png"))).expect("created");
    let (width, height) = (picture.width(), picture.height());
    let mut encoder = png::Encoder::new(std::io::BufWriter::new(file), width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("written");
    writer.write_image_data(bytes).expect("written");
}
