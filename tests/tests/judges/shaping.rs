//! hb-shape shapes every word that glass and paper may show, in the very faces that we ship: the
//! glyphs, their advances and the places of their signs are compared one by one.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use kiosk::fonts::FACES;
use kiosk::print::{Glyph, GlyphRun, Rasteriser};
use ledger::Language;
use tests::Trouble;
use tests::judges::{Case, Verdict, output};
use tests::missing::has_program;
use tests::programs::workspace;

pub fn cases() -> Vec<Case> {
    let case = |question, name, ask| Case { judge: "hb-shape", question, name, ask };
    vec![
        case("shaping: Malayalam in Manjari", "hb_shape_agrees_on_malayalam", || {
            face("Manjari", "Manjari", "otf")
        }),
        case("shaping: Hindi and Marathi", "hb_shape_agrees_on_devanagari", || {
            face("Noto Sans Devanagari", "NotoSansDevanagari", "ttf")
        }),
        case("shaping: Odia", "hb_shape_agrees_on_odia", || {
            face("Noto Sans Oriya", "NotoSansOriya", "ttf")
        }),
        case("shaping: Latin, figures and signs", "hb_shape_agrees_on_latin", || {
            face("Noto Sans", "NotoSans", "ttf")
        }),
    ]
}

/// Whole clusters that the texts may lack: those that devices.md found hard, and each chillu.
const HARD: &[&str] = &[
    "ക്ഷേത്രം",
    "സ്വീകരിച്ചു",
    "റ്റ",
    "ന്റ",
    "രാഷ്ട്രം",
    "ശ്രീ",
    "ക്രമം",
    "ൻ",
    "ർ",
    "ൽ",
    "ൾ",
    "ൺ",
    "ൿ",
    "മ്പ",
    "ണ്ട",
    "ങ്ങൾ",
    "ജ്ഞാനം",
    "क्षेत्र",
    "ज्ञान",
    "श्री",
    "तऱ्हा",
    "र्‍हस्व",
    "कर्म",
    "ट्ट",
    "द्ध",
    "ह्म",
    "ଭୁବନେଶ୍ୱର",
    "କ୍ଷେତ୍ର",
    "ଜ୍ଞାନ",
    "ଶ୍ରୀ",
    "କର୍ମ",
    "ଟ୍ଟ",
    "ଙ୍କ",
    "ନ୍ତୁ",
    "₹1,23,456.50",
];

/// A thousandth of the type's size is rounded on either side.
const ROUNDED: i32 = 1;

fn face(family: &str, file: &str, suffix: &str) -> Result<Verdict, Trouble> {
    if !has_program("hb-shape") {
        return Ok(Verdict::Missing);
    }
    let words = words()?;
    let mut rasteriser = Rasteriser::new(FACES);
    let (mut count, mut glyphs) = (0, 0);
    for bold in [false, true] {
        let runs = words.iter().flat_map(|word| rasteriser.glyphs(word, bold));
        let runs: Vec<GlyphRun> = runs.filter(|run| run.face == family).collect();
        let weight = if bold { "Bold" } else { "Regular" };
        let font = workspace().join("kiosk/app/fonts").join(format!("{file}-{weight}.{suffix}"));
        let theirs = shaped(&font, &runs)?;
        if theirs.len() != runs.len() {
            let told = format!("{} answers to {} words", theirs.len(), runs.len());
            return Err(Trouble::new(told));
        }
        for (run, theirs) in runs.iter().zip(&theirs) {
            if !alike(&run.glyphs, theirs) {
                let told = format!("{:?} {weight}: {:?}, not {theirs:?}", run.text, run.glyphs);
                return Err(Trouble::new(told));
            }
            glyphs += theirs.len();
        }
        count += runs.len();
    }
    match count {
        0 => Err(Trouble::new(format!("no text is set in {family}"))),
        _ => Ok(Verdict::Agrees(format!("{count} words, {glyphs} glyphs, regular and bold"))),
    }
}

fn alike(ours: &[Glyph], theirs: &[Glyph]) -> bool {
    let near = |one: i32, other: i32| (one - other).abs() <= ROUNDED;
    let same = |(one, other): (&Glyph, &Glyph)| {
        one.id == other.id
            && near(one.advance, other.advance)
            && near(one.x, other.x)
            && near(one.y, other.y)
    };
    ours.len() == theirs.len() && ours.iter().zip(theirs).all(same)
}

/// One line of glyphs for each word: `[id@x,y+advance|…]`.
fn shaped(font: &Path, runs: &[GlyphRun]) -> Result<Vec<Vec<Glyph>>, Trouble> {
    let failed = |error| Trouble::caused("no file for hb-shape", error);
    let folder = tempfile::tempdir().map_err(failed)?;
    let file = folder.path().join("words.txt");
    let mut text = String::new();
    for run in runs {
        let _ = writeln!(text, "{}", run.text);
    }
    std::fs::write(&file, text).map_err(failed)?;
    let mut command = Command::new("hb-shape");
    command.args(["--no-glyph-names", "--no-clusters", "--font-size=1000"]).arg(font);
    command.arg(format!("--text-file={}", file.display()));
    let said = output(command)?;
    said.lines().map(|line| line_of(line).ok_or_else(|| Trouble::new(line.to_owned()))).collect()
}

fn line_of(line: &str) -> Option<Vec<Glyph>> {
    let inside = line.strip_prefix('[')?.strip_suffix(']')?;
    inside.split('|').map(glyph).collect()
}

fn glyph(text: &str) -> Option<Glyph> {
    let (placed, advance) = text.split_once('+').unwrap_or((text, "0"));
    let (id, place) = placed.split_once('@').unwrap_or((placed, "0,0"));
    let (x, y) = place.split_once(',')?;
    // A glyph that moves the line sideways as well has a second figure: none of ours does.
    let number = |text: &str| text.parse::<i32>().ok();
    Some(Glyph { id: id.parse().ok()?, advance: number(advance)?, x: number(x)?, y: number(y)? })
}

/// Every word of the packs, of the catalogues and of the numbers in words, each once.
fn words() -> Result<BTreeSet<String>, Trouble> {
    let mut texts: Vec<String> = HARD.iter().map(|word| (*word).to_owned()).collect();
    for pack in folder(&workspace().join("fleet/packs"))? {
        for file in folder(&pack)? {
            if file.extension().is_some_and(|extension| extension == "toml") {
                let text = std::fs::read_to_string(&file);
                let text = text.map_err(|error| Trouble::caused("a pack", error))?;
                let table: toml::Value =
                    toml::from_str(&text).map_err(|error| Trouble::caused("a pack", error))?;
                strings(&table, &mut texts);
            }
        }
    }
    for language in Language::ALL {
        texts.push(language.own_name().to_owned());
        catalogue(language, &mut texts)?;
        for rupees in [1, 9, 15, 27, 38, 64, 99, 1_184, 2_50_000, 3_00_00_000] {
            texts.push(ledger::in_words(ledger::Paise::rupees(rupees), language));
        }
    }
    let words = texts.iter().flat_map(|text| text.split_whitespace());
    Ok(words.map(str::to_owned).collect())
}

fn folder(path: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let failed = |error| Trouble::caused(format!("{} cannot be read", path.display()), error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        found.push(entry.map_err(failed)?.path());
    }
    found.sort();
    Ok(found)
}

fn strings(value: &toml::Value, into: &mut Vec<String>) {
    match value {
        toml::Value::String(text) => into.push(text.clone()),
        toml::Value::Array(values) => values.iter().for_each(|value| strings(value, into)),
        toml::Value::Table(table) => table.values().for_each(|value| strings(value, into)),
        _ => {}
    }
}

/// The words of the glass: the English ones are the keys of each catalogue.
fn catalogue(language: Language, into: &mut Vec<String>) -> Result<(), Trouble> {
    let code = if language == Language::En { "ml" } else { language.code() };
    let file = workspace().join("kiosk/panes/lang").join(code).join("LC_MESSAGES/panes.po");
    let catalogue = polib::po_file::parse(&file)
        .map_err(|error| Trouble::new(format!("{}: {error}", file.display())))?;
    for message in catalogue.messages() {
        into.push(message.msgid().to_owned());
        if language != Language::En {
            into.extend(message.msgstr().ok().map(str::to_owned));
            into.extend(message.msgstr_plural().ok().into_iter().flatten().cloned());
        }
    }
    Ok(())
}
