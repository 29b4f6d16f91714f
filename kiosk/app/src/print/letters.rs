//! Text as glyphs, and glyphs as dots. Each script is set in its own face, Latin letters and
//! figures in Noto Sans wherever they stand.

use std::collections::HashMap;
use std::sync::Arc;

use cosmic_text::{
    Attrs, Buffer, Family, FontSystem, Hinting, LayoutGlyph, Metrics, Shaping, SwashCache, Weight,
    Wrap, fontdb,
};

use super::sheet::{Ink, Sheet};

/// From this coverage on, of 255, a dot is burnt. A little less than a half keeps Manjari's hair
/// lines whole.
const COVERAGE_MIN: u8 = 110;

/// Shaped texts that are remembered: the fixed words of a dozen kinds of slips in five languages
/// and some hundred sums. At the limit all are forgotten.
const SHAPED_MAX: usize = 2_000;

/// Drawn glyphs that are remembered, 4 to 8 kB each hundred. At the limit all are forgotten.
const DRAWN_MAX: usize = 10_000;

/// In how many parts of the type's size a glyph's place is told.
const GLYPH_UNITS: f32 = 1_000.0;

/// A stretch of a line in one face, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlyphRun {
    /// The family, "Manjari".
    pub face: &'static str,
    pub text: String,
    pub glyphs: Vec<Glyph>,
}

/// One glyph of a face; its advance and its shift from where it would stand are in thousandths of
/// the type's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph {
    pub id: u16,
    pub advance: i32,
    pub x: i32,
    pub y: i32,
}

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Type {
    /// The size of the letters, in dots.
    pub size: f32,
    /// From one line to the next, in dots.
    pub line: f32,
    pub bold: bool,
}

/// A text, shaped and broken into lines.
pub(super) struct Shaped {
    pub lines: Vec<ShapedLine>,
}

pub(super) struct ShapedLine {
    pub width: f32,
    glyphs: Vec<LayoutGlyph>,
}

pub(super) struct Letters {
    fonts: FontSystem,
    drawn: SwashCache,
    shaped: HashMap<Key, Arc<Shaped>>,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    text: String,
    size_bits: u32,
    bold: bool,
    width_bits: u32,
}

/// Noto Sans's height above and below the line, in parts of its size: every line stands by these,
/// whatever scripts are on it, so that a label and its sum are on one line.
const ASCENT: f32 = 1.069;
const DESCENT: f32 = 0.293;

impl Type {
    /// Where the letters stand within their line, from its top.
    pub(super) fn baseline(&self) -> f32 {
        (self.line - (ASCENT + DESCENT) * self.size) / 2.0 + ASCENT * self.size
    }

    pub(super) fn scaled(&self, scale: f32) -> Self {
        Self { size: self.size * scale, line: self.line * scale, bold: self.bold }
    }
}

impl Letters {
    pub(super) fn new(faces: impl Iterator<Item = &'static [u8]>) -> Self {
        let mut database = fontdb::Database::new();
        for face in faces {
            database.load_font_source(fontdb::Source::Binary(Arc::new(face)));
        }
        // The locale would choose between faces of one script; there is one of each.
        let fonts = FontSystem::new_with_locale_and_db("en-IN".into(), database);
        Self { fonts, drawn: SwashCache::new(), shaped: HashMap::new() }
    }

    /// Shapes a text and breaks it into lines that are at most `width` dots wide.
    pub(super) fn shape(&mut self, text: &str, kind: Type, width: f32) -> Arc<Shaped> {
        let key = Key {
            text: text.to_owned(),
            size_bits: kind.size.to_bits(),
            bold: kind.bold,
            width_bits: width.to_bits(),
        };
        if let Some(known) = self.shaped.get(&key) {
            return Arc::clone(known);
        }
        if self.shaped.len() >= SHAPED_MAX {
            self.shaped.clear();
        }
        let shaped = Arc::new(shape(&mut self.fonts, text, kind, width));
        self.shaped.insert(key, Arc::clone(&shaped));
        shaped
    }

    /// The text with a new line wherever one that is `width` dots wide ends; a word that is wider
    /// stays whole.
    pub(super) fn broken(&mut self, text: &str, kind: Type, width: f32) -> String {
        let mut lines: Vec<String> = Vec::new();
        for paragraph in text.split('\n') {
            let mut line = String::new();
            for word in paragraph.split(' ') {
                let longer =
                    if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if line.is_empty() || self.drawn_width(&longer, kind) <= width {
                    line = longer;
                } else {
                    lines.push(std::mem::replace(&mut line, word.to_owned()));
                }
            }
            lines.push(line);
        }
        lines.join("\n")
    }

    /// How wide a text is on one line.
    fn drawn_width(&mut self, text: &str, kind: Type) -> f32 {
        let shaped = self.shape(text, kind, f32::INFINITY);
        shaped.lines.iter().map(|line| line.width).fold(0.0, f32::max)
    }

    /// Draws one line with its left end at `x` and its letters standing on `baseline`.
    pub(super) fn draw(
        &mut self,
        line: &ShapedLine,
        sheet: &mut Sheet,
        x: f32,
        baseline: f32,
        ink: Ink,
    ) {
        if self.drawn.image_cache.len() >= DRAWN_MAX {
            self.drawn.image_cache.clear();
        }
        for glyph in &line.glyphs {
            let placed = glyph.physical((x.round(), baseline.round()), 1.0);
            let image = self.drawn.get_image(&mut self.fonts, placed.cache_key);
            let Some(image) = image else { continue };
            let width = image.placement.width.max(1) as usize;
            for (row, coverage) in (0..).zip(image.data.chunks(width)) {
                for (column, coverage) in (0..).zip(coverage) {
                    if *coverage >= COVERAGE_MIN {
                        let x = placed.x + image.placement.left + column;
                        let y = placed.y - image.placement.top + row;
                        sheet.dot(x, y, ink);
                    }
                }
            }
        }
    }

    /// The glyphs of one line, run by run, as large as their own design is finer than a thousandth.
    pub(super) fn glyphs(&mut self, line: &str, bold: bool) -> Vec<GlyphRun> {
        let kind = Type { size: GLYPH_UNITS, line: 1.5 * GLYPH_UNITS, bold };
        let shaped = shape(&mut self.fonts, line, kind, f32::MAX);
        let all = || shaped.lines.iter().flat_map(|line| &line.glyphs);
        let units = |part: f32| (part * GLYPH_UNITS).round() as i32;
        let mut start = 0;
        let mut found = Vec::new();
        for (face, run) in runs(line) {
            let place = start..start + run.len();
            let glyphs = all().filter(|glyph| place.contains(&glyph.start));
            let glyph = |glyph: &LayoutGlyph| Glyph {
                id: glyph.glyph_id,
                advance: glyph.w.round() as i32,
                x: units(glyph.x_offset),
                y: units(glyph.y_offset),
            };
            found.push(GlyphRun {
                face,
                text: run.to_owned(),
                glyphs: glyphs.map(glyph).collect(),
            });
            start = place.end;
        }
        found
    }

    pub(super) fn missing_signs(&mut self, text: &str) -> Vec<char> {
        let mut missing = Vec::new();
        for bold in [false, true] {
            let shaped = shape(&mut self.fonts, text, Type { size: 25.0, line: 37.0, bold }, 1e6);
            let glyphs = shaped.lines.iter().flat_map(|line| &line.glyphs);
            for glyph in glyphs.filter(|glyph| glyph.glyph_id == 0) {
                let signs = text.get(glyph.start..glyph.end).unwrap_or(text);
                missing.extend(signs.chars().filter(|sign| !sign.is_control()));
            }
        }
        missing.sort_unstable();
        missing.dedup();
        missing
    }
}

fn shape(fonts: &mut FontSystem, text: &str, kind: Type, width: f32) -> Shaped {
    let mut buffer = Buffer::new_empty(Metrics::new(kind.size, kind.line));
    buffer.set_wrap(Wrap::WordOrGlyph);
    buffer.set_hinting(Hinting::Enabled);
    buffer.set_size(Some(width), None);
    let weight = if kind.bold { Weight::BOLD } else { Weight::NORMAL };
    let looks = |family| Attrs::new().family(Family::Name(family)).weight(weight);
    let spans = runs(text).into_iter().map(|(family, run)| (run, looks(family)));
    buffer.set_rich_text(spans, &looks(LATIN), Shaping::Advanced, None);
    buffer.shape_until_scroll(fonts, false);
    let lines = buffer
        .layout_runs()
        .map(|run| ShapedLine {
            width: width_of(run.text, run.glyphs),
            glyphs: run.glyphs.to_vec(),
        })
        .collect();
    Shaped { lines }
}

/// To the end of the last sign that can be seen, so that a line is centred by what stands on it.
fn width_of(text: &str, glyphs: &[LayoutGlyph]) -> f32 {
    let blank = |glyph: &LayoutGlyph| {
        text.get(glyph.start..glyph.end).is_some_and(|signs| signs.trim().is_empty())
    };
    let seen = glyphs.iter().filter(|glyph| !blank(glyph));
    seen.map(|glyph| glyph.x + glyph.w).fold(0.0, f32::max)
}

const LATIN: &str = "Noto Sans";
const DEVANAGARI: &str = "Noto Sans Devanagari";

/// The face of a sign's script; none for signs that every script shares.
fn family(sign: char) -> Option<&'static str> {
    match sign {
        // The danda is every northern script's full stop; joiners shape the letter before them.
        '\u{0964}' | '\u{0965}' | '\u{200C}' | '\u{200D}' => None,
        '\u{0900}'..='\u{097F}' => Some(DEVANAGARI),
        '\u{0B00}'..='\u{0B7F}' => Some("Noto Sans Oriya"),
        '\u{0D00}'..='\u{0D7F}' => Some("Manjari"),
        _ => Some(LATIN),
    }
}

/// A text cut where the face changes.
fn runs(text: &str) -> Vec<(&'static str, &str)> {
    let mut runs = Vec::new();
    let mut start = 0;
    let mut current: Option<&'static str> = None;
    for (place, sign) in text.char_indices() {
        let wanted = match (family(sign), current) {
            (Some(wanted), _) => wanted,
            // A full stop of the north behind a date: no Latin face has it.
            (None, None | Some(LATIN)) if matches!(sign, '\u{0964}' | '\u{0965}') => DEVANAGARI,
            (None, _) => continue,
        };
        match current {
            Some(face) if face != wanted => {
                runs.push((face, &text[start..place]));
                (start, current) = (place, Some(wanted));
            }
            _ => current = Some(wanted),
        }
    }
    runs.push((current.unwrap_or(LATIN), &text[start..]));
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_broken_where_it_is_drawn_full_and_loses_nothing() {
        let mut letters = Letters::new(crate::fonts::FACES.iter().map(|(_, bytes)| *bytes));
        let text = "രസീത് ശരിയാണോ എന്നറിയാം\nപണം അടച്ചതിന് തെളിവ്";
        let kind = Type { size: 22.0, line: 33.0, bold: false };
        for width in [60.0, 120.0, 180.0, 240.0, 400.0] {
            let broken = letters.broken(text, kind, width);
            assert_eq!(broken.replace('\n', " "), text.replace('\n', " "), "{width}");
            for line in broken.lines().filter(|line| line.contains(' ')) {
                let drawn = letters.drawn_width(line, kind);
                assert!(drawn <= width, "{line} is {drawn} wide, not {width}");
            }
        }
        assert_eq!(letters.broken(text, kind, 1e6), text);
    }

    #[test]
    fn each_script_is_set_in_its_own_face() {
        assert_eq!(
            runs("വാർഡ് 7, ക്\u{200D}"),
            [("Manjari", "വാർഡ്"), (LATIN, " 7, "), ("Manjari", "ക്\u{200D}")]
        );
        assert_eq!(runs("ଧନ୍ୟବାଦ।"), [("Noto Sans Oriya", "ଧନ୍ୟବାଦ।")]);
        assert_eq!(runs("धन्यवाद।"), [("Noto Sans Devanagari", "धन्यवाद।")]);
        assert_eq!(runs(""), [(LATIN, "")]);
        assert_eq!(runs("।"), [(DEVANAGARI, "।")]);
        assert_eq!(runs("12-08-2026।"), [(LATIN, "12-08-2026"), (DEVANAGARI, "।")]);
    }
}
