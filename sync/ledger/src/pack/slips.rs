//! Reads slips.toml, which a pack may have: in which order the parts of its slips stand, and which
//! lines of its own are among them. A pack without it has the built-in order.

use super::reader::Section;
use crate::slip::{KINDS, Needed, Part, Parts, Piece, SlipKind};

/// The most lines of its own that a pack puts on slips.
const LINES_MAX: usize = 12;

/// The templates of a pack, by the kind of slip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Templates {
    templates: Vec<(SlipKind, Vec<Piece>)>,
    /// The names of the pack's own lines.
    lines: Vec<String>,
}

impl Templates {
    pub(super) fn of(&self, kind: SlipKind) -> Option<&[Piece]> {
        let found = self.templates.iter().find(|(of, _)| *of == kind);
        found.map(|(_, pieces)| pieces.as_slice())
    }

    /// The texts that the lines need.
    pub(super) fn text_paths(&self) -> impl Iterator<Item = String> {
        self.lines.iter().map(|line| line_path(line))
    }
}

pub(super) fn line_path(line: &str) -> String {
    format!("{LINES}{line}")
}

/// Where the words of these lines stand in texts.<language>.toml.
const LINES: &str = "slip_lines.";

pub(super) fn read(root: Section<'_>) -> Templates {
    let mut templates = Templates::default();
    for section in root.sections("slip") {
        let words: Vec<(&str, usize)> =
            KINDS.iter().enumerate().map(|(place, parts)| (parts.code, place)).collect();
        let parts = &KINDS[section.one_of("kind", &words)];
        if templates.of(parts.kind).is_some() {
            section.fault_at("kind", "has a template already");
        }
        let pieces = read_pieces(&section, parts, &mut templates.lines);
        section.finish();
        templates.templates.push((parts.kind, pieces));
    }
    if templates.lines.len() > LINES_MAX {
        root.fault(format!("there are more than {LINES_MAX} lines of the pack's own"));
    }
    root.finish();
    templates
}

fn read_pieces(section: &Section<'_>, parts: &Parts, lines: &mut Vec<String>) -> Vec<Piece> {
    let own: Vec<String> = match section.has("lines") {
        true => section.list("lines"),
        false => Vec::new(),
    };
    let mut pieces = Vec::new();
    for word in section.list("parts") {
        let part = parts.parts.iter().map(|(part, _)| *part).find(|part| part.code() == word);
        let piece = match (part, own.contains(&word)) {
            (Some(part), _) => Piece::Part(part),
            (None, true) => Piece::Words(word.clone()),
            (None, false) => {
                let known = parts.parts.iter().map(|(part, _)| part.code()).collect::<Vec<_>>();
                let known = known.join(", ");
                let what = format!("{word} is no part of it: it has {known}, and its lines");
                section.fault_at("parts", &what);
                continue;
            }
        };
        if pieces.contains(&piece) {
            section.fault_at("parts", &format!("{word} stands twice"));
        }
        pieces.push(piece);
    }
    for line in own {
        check_line(section, &line, &pieces);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    check_needed(section, parts, &pieces);
    pieces
}

/// A line of the pack's own has a name that is no part's, and a place.
fn check_line(section: &Section<'_>, line: &str, pieces: &[Piece]) {
    let valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let named = (1..=40).contains(&line.len()) && line.bytes().all(valid);
    if !named || Part::ALL.iter().any(|part| part.code() == line) {
        let what = format!("{line}: a line has a name of small letters that is no part's");
        section.fault_at("lines", &what);
    }
    if !pieces.contains(&Piece::Words(line.to_owned())) {
        section.fault_at("lines", &format!("{line} has no place among the parts"));
    }
}

/// Refuses a slip that would lack what it must have.
fn check_needed(section: &Section<'_>, parts: &Parts, pieces: &[Piece]) {
    for (part, needed) in parts.parts {
        if pieces.contains(&Piece::Part(*part)) {
            continue;
        }
        let (kind, code) = (parts.code, part.code());
        match needed {
            Needed::May => {}
            Needed::Must => {
                section.fault_at("parts", &format!("a slip of the kind {kind} must have {code}"));
            }
            Needed::By(rule) => {
                let what = format!("a slip of the kind {kind} must have {code} ({rule})");
                section.fault_at("parts", &what);
            }
        }
    }
}

/// Words by which a paper would call itself a copy, in each language: none is given of a receipt.
const COPY_WORDS: [&str; 14] = [
    "copy",
    "duplicate",
    "പകർപ്പ്",
    "കോപ്പി",
    "ഡ്യൂപ്ലിക്കേറ്റ്",
    "प्रतिलिपि",
    "प्रतिलिपी",
    "कॉपी",
    "नकल",
    "नक्कल",
    "ପ୍ରତିଲିପି",
    "ନକଲ",
    "କପି",
    "डुप्लिकेट",
];

/// What is wrong with the words of such a line, if this path is of one.
pub(super) fn line_fault(path: &str, text: &str) -> Option<String> {
    path.strip_prefix(LINES)?;
    let lower = text.to_lowercase();
    let word = COPY_WORDS.iter().find(|word| lower.contains(*word))?;
    Some(format!("calls the paper a copy ({word}): no copy of a receipt is issued"))
}
