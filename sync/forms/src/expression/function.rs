//! The functions that are understood: the one list that parser, README and error messages read.

use Function::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Abs,
    Boolean,
    BooleanFromString,
    Checklist,
    ChoiceName,
    Coalesce,
    Concat,
    Contains,
    Count,
    CountNonEmpty,
    CountSelected,
    Date,
    DateTime,
    DecimalDateTime,
    DecimalTime,
    Digest,
    EndsWith,
    False,
    FormatDate,
    FormatDateTime,
    If,
    IndexedRepeat,
    Int,
    Join,
    Max,
    Min,
    NormalizeSpace,
    Not,
    Now,
    Number,
    Once,
    Position,
    Pow,
    Random,
    Regex,
    Round,
    Selected,
    SelectedAt,
    Sqrt,
    StartsWith,
    String,
    StringLength,
    Substr,
    SubstringAfter,
    SubstringBefore,
    Sum,
    Today,
    Translate,
    True,
    Uuid,
    WeightedChecklist,
}

/// No function takes more; the longest checklist of ODK's examples has some twenty.
const MANY: usize = 64;

/// Each function, its name, and how many arguments it takes.
const FUNCTIONS: &[(Function, &str, usize, usize)] = &[
    (Abs, "abs", 1, 1),
    (Boolean, "boolean", 1, 1),
    (BooleanFromString, "boolean-from-string", 1, 1),
    (Checklist, "checklist", 3, MANY),
    (ChoiceName, "jr:choice-name", 2, 2),
    (Coalesce, "coalesce", 2, 2),
    (Concat, "concat", 1, MANY),
    (Contains, "contains", 2, 2),
    (Count, "count", 1, 1),
    (CountNonEmpty, "count-non-empty", 1, 1),
    (CountSelected, "count-selected", 1, 1),
    (Date, "date", 1, 1),
    (DateTime, "date-time", 1, 1),
    (DecimalDateTime, "decimal-date-time", 1, 1),
    (DecimalTime, "decimal-time", 1, 1),
    (Digest, "digest", 2, 3),
    (EndsWith, "ends-with", 2, 2),
    (False, "false", 0, 0),
    (FormatDate, "format-date", 2, 2),
    (FormatDateTime, "format-date-time", 2, 2),
    (If, "if", 3, 3),
    (IndexedRepeat, "indexed-repeat", 3, 7),
    (Int, "int", 1, 1),
    (Join, "join", 2, MANY),
    (Max, "max", 1, MANY),
    (Min, "min", 1, MANY),
    (NormalizeSpace, "normalize-space", 0, 1),
    (Not, "not", 1, 1),
    (Now, "now", 0, 0),
    (Number, "number", 1, 1),
    (Once, "once", 1, 1),
    (Position, "position", 1, 1),
    (Pow, "pow", 2, 2),
    (Random, "random", 0, 0),
    (Regex, "regex", 2, 2),
    (Round, "round", 1, 2),
    (Selected, "selected", 2, 2),
    (SelectedAt, "selected-at", 2, 2),
    (Sqrt, "sqrt", 1, 1),
    (StartsWith, "starts-with", 2, 2),
    (String, "string", 1, 1),
    (StringLength, "string-length", 0, 1),
    (Substr, "substr", 2, 3),
    (SubstringAfter, "substring-after", 2, 2),
    (SubstringBefore, "substring-before", 2, 2),
    (Sum, "sum", 1, 1),
    (Today, "today", 0, 0),
    (Translate, "translate", 3, 3),
    (True, "true", 0, 0),
    (Uuid, "uuid", 0, 0),
    (WeightedChecklist, "weighted-checklist", 4, MANY),
];

/// What forms of others use, and what to write instead.
const REFUSED: &[(&str, &str)] = &[
    ("area", "no device measures areas: leave it out"),
    ("base64-decode", "leave it out: forms hold texts, not files"),
    ("ceiling", "ODK does not know it either: write int() or round()"),
    ("current", "write the name of a column alone, and ${name} for an answer"),
    ("distance", "no device measures distances: leave it out"),
    ("extract-signed", "leave it out: slips are checked by the device itself"),
    ("floor", "ODK does not know it either: write int() or round()"),
    ("geofence", "no device holds maps: leave it out"),
    ("instance", "lists of other forms are not held: put the rows into the choices sheet"),
    ("intersects", "no device holds maps: leave it out"),
    ("pulldata", "files beside the form are not held: put the rows into the choices sheet"),
    ("randomize", "choices are shown in the order of the sheet: leave it out"),
    ("search", "files beside the form are not held: put the rows into the choices sheet"),
    ("substring", "ODK does not know it either: write substr(), which counts from 0"),
    ("version", "the record names the form's version by itself: leave it out"),
];

impl Function {
    /// The function of this name; why there is none.
    pub(super) fn named(name: &str) -> Result<Function, std::string::String> {
        if let Some((function, ..)) = FUNCTIONS.iter().find(|(_, known, ..)| *known == name) {
            return Ok(*function);
        }
        let refused = REFUSED.iter().find(|(known, _)| *known == name);
        Err(match refused {
            Some((_, because)) => format!("{name}() is not understood: {because}"),
            None => format!("there is no function {name}(): README.md lists those that there are"),
        })
    }

    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Every function's name, in order of the alphabet.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FUNCTIONS.iter().map(|(_, name, ..)| *name)
    }

    fn row(self) -> &'static (Function, &'static str, usize, usize) {
        FUNCTIONS.iter().find(|(known, ..)| *known == self).expect("the list has every function")
    }

    /// What is wrong with this number of arguments.
    pub(super) fn counts_wrong(self, count: usize) -> Option<std::string::String> {
        let (_, name, least, most) = self.row();
        let in_pairs = match self {
            WeightedChecklist => count % 2 == 0,
            IndexedRepeat => count % 2 == 1,
            _ => true,
        };
        if (*least..=*most).contains(&count) && in_pairs {
            return None;
        }
        let wanted = match (*least, *most) {
            (0, 0) => "none".to_owned(),
            (least, most) if least == most => least.to_string(),
            (least, most) => format!("{least} to {most}"),
        };
        Some(format!("{name}() has {count} values in its brackets: give it {wanted}"))
    }

    /// Whether it takes all answers of a question that is asked in a repeat.
    pub fn takes_many(self) -> bool {
        matches!(self, Concat | Count | CountNonEmpty | Join | Max | Min | Sum | Checklist)
    }
}
