//! The parts of each kind of slip, which a rule pack may put in another order: which of them must
//! stand there by law or because the paper would say something else without them.

use super::{SlipKind, SlipLine};

/// A part of a slip, with the line that sets it apart from what stands above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Number, day, and whom and what it is for.
    Head,
    /// For what, line by line.
    Amounts,
    Total,
    /// How it was paid: the nature of the instrument, and how sure the money is.
    Paid,
    /// The square by which the paper proves itself, and what to type instead.
    Square,
    /// The next day that matters to whoever has the paper.
    Next,
    /// Where to ask.
    Help,
    /// What the paper is, in a sentence.
    Says,
    /// What was handed over on a visit.
    Handed,
    /// Notes and coins of a day.
    Cash,
    /// Receipts by head of account.
    Statement,
    /// That a certificate is no receipt.
    NoReceipt,
    /// What was handed in with an application, and what is missing.
    Documents,
    /// By when and by whom an application must be answered, and both appeals.
    Answer,
    Signatures,
}

/// What a kind of slip has, in the built-in order, and which of it must not be left out.
pub struct Parts {
    pub kind: SlipKind,
    /// As slips.toml names the kind.
    pub code: &'static str,
    /// Each with whether it must stand there, and by which rule where a law says so.
    pub parts: &'static [(Part, Needed)],
}

/// Whether a part must stand on its slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    May,
    /// The paper would not be what it is called.
    Must,
    /// By this rule.
    By(&'static str),
}

/// Kerala Panchayat Raj (Accounts) Rules 2011.
const NUMBER: Needed = Needed::By("rule 21(1)(c): a receipt bears its number");
const NATURE: Needed = Needed::By("rule 21(2)(a): a receipt denotes the nature of the instrument");
const HEADS: Needed = Needed::By("rule 24: receipts stand by head of account");
/// Kerala State Right to Service Act 2012.
const ANSWER: Needed = Needed::By(
    "right to service: an acknowledgement names the last day of the answer, the officer and the \
     appeals",
);
const NO_COPY: Needed = Needed::By("rule 21(1)(e): no copy of a receipt is issued");

const RECEIPT: &[(Part, Needed)] = &[
    (Part::Head, NUMBER),
    (Part::Amounts, Needed::Must),
    (Part::Total, Needed::Must),
    (Part::Paid, NATURE),
    (Part::Square, Needed::Must),
    (Part::Next, Needed::May),
    (Part::Help, Needed::May),
];

/// Every kind of slip that a pack may have a template for. A further kind is a row here, and the
/// marks of its parts where it is written.
pub const KINDS: [Parts; 11] = [
    Parts { kind: SlipKind::Receipt, code: "receipt", parts: RECEIPT },
    Parts { kind: SlipKind::Suspense, code: "suspense", parts: RECEIPT },
    Parts {
        kind: SlipKind::UpiWaiting,
        code: "upi_waiting",
        parts: &[
            (Part::Says, Needed::Must),
            (Part::Head, Needed::Must),
            (Part::Total, Needed::Must),
            (Part::Paid, Needed::Must),
            (Part::Help, Needed::May),
        ],
    },
    Parts {
        kind: SlipKind::Visit,
        code: "visit",
        parts: &[
            (Part::Head, Needed::Must),
            (Part::Handed, Needed::Must),
            (Part::Says, Needed::Must),
            (Part::Next, Needed::May),
            (Part::Help, Needed::May),
        ],
    },
    Parts {
        kind: SlipKind::DayClose,
        code: "day_close",
        parts: &[
            (Part::Head, Needed::Must),
            (Part::Cash, Needed::Must),
            (Part::Statement, HEADS),
            (Part::Next, Needed::May),
            (Part::Square, Needed::Must),
            (Part::Signatures, Needed::Must),
        ],
    },
    Parts {
        kind: SlipKind::Voided,
        code: "voided",
        parts: &[
            (Part::Head, NUMBER),
            (Part::Total, Needed::Must),
            (Part::Signatures, Needed::Must),
        ],
    },
    Parts {
        kind: SlipKind::Certificate,
        code: "certificate",
        parts: &[
            (Part::Head, Needed::Must),
            (Part::Says, Needed::Must),
            (Part::Paid, NATURE),
            (Part::NoReceipt, NO_COPY),
            (Part::Signatures, Needed::Must),
            (Part::Help, Needed::May),
        ],
    },
    Parts {
        kind: SlipKind::Received,
        code: "received",
        parts: &[
            (Part::Head, Needed::Must),
            (Part::Total, Needed::Must),
            (Part::Square, Needed::Must),
            (Part::Signatures, Needed::Must),
        ],
    },
    Parts {
        kind: SlipKind::Notice,
        code: "notice",
        parts: &[(Part::Head, Needed::Must), (Part::Says, Needed::Must), (Part::Help, Needed::May)],
    },
    Parts {
        kind: SlipKind::Acknowledgement,
        code: "acknowledgement",
        parts: &[
            (Part::Head, Needed::Must),
            (Part::Documents, Needed::Must),
            (Part::Answer, ANSWER),
            (Part::Square, Needed::Must),
            (Part::Help, Needed::May),
        ],
    },
    Parts {
        kind: SlipKind::Deficiency,
        code: "deficiency",
        parts: &[
            (Part::Head, Needed::Must),
            (Part::Says, Needed::Must),
            (Part::Documents, Needed::Must),
            (Part::Next, Needed::Must),
            (Part::Help, Needed::May),
        ],
    },
];

impl Part {
    pub const ALL: [Self; 15] = [
        Self::Head,
        Self::Amounts,
        Self::Total,
        Self::Paid,
        Self::Square,
        Self::Next,
        Self::Help,
        Self::Says,
        Self::Handed,
        Self::Cash,
        Self::Statement,
        Self::NoReceipt,
        Self::Documents,
        Self::Answer,
        Self::Signatures,
    ];

    /// As slips.toml names it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Amounts => "amounts",
            Self::Total => "total",
            Self::Paid => "paid",
            Self::Square => "square",
            Self::Next => "next",
            Self::Help => "help",
            Self::Says => "says",
            Self::Handed => "handed",
            Self::Cash => "cash",
            Self::Statement => "statement",
            Self::NoReceipt => "no_receipt",
            Self::Documents => "documents",
            Self::Answer => "answer",
            Self::Signatures => "signatures",
        }
    }
}

/// What stands at a place of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Part(Part),
    /// A line of the pack's own words, by its name.
    Words(String),
}

/// The lines of a slip that is written, and where each part of it begins.
#[derive(Default)]
pub(super) struct Marked {
    marks: Vec<(Part, usize)>,
}

impl Marked {
    pub(super) fn mark(&mut self, part: Part, at: usize) {
        self.marks.push((part, at));
    }

    /// The lines in the order of a template. What stands before the first part, the body and what
    /// the paper is, stays first.
    pub(super) fn in_order(
        &self,
        lines: Vec<SlipLine>,
        template: &[Piece],
        words: impl Fn(&str) -> String,
    ) -> Vec<SlipLine> {
        let first = self.marks.first().map_or(lines.len(), |(_, at)| *at);
        let mut ordered = lines[..first].to_vec();
        for piece in template {
            match piece {
                Piece::Words(name) => ordered.push(SlipLine::Centered(words(name))),
                Piece::Part(part) => ordered.extend_from_slice(self.lines_of(*part, &lines)),
            }
        }
        ordered
    }

    fn lines_of<'a>(&self, part: Part, lines: &'a [SlipLine]) -> &'a [SlipLine] {
        let Some(place) = self.marks.iter().position(|(mark, _)| *mark == part) else {
            return &[];
        };
        let end = self.marks.get(place + 1).map_or(lines.len(), |(_, at)| *at);
        &lines[self.marks[place].1..end]
    }
}
