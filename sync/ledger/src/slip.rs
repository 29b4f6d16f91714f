//! What a paper says, line by line, before anybody decides how wide it is. A slip is a pure
//! function of facts and pack, so that the office derives the very same text from the entry that it
//! receives.

mod acknowledgement;
mod certificate;
mod day_close;
mod notice;
mod parts;
mod receipt;
mod received;
mod visit;
mod voided;
mod waiting;

use schemars::JsonSchema;
use serde::Serialize;

use crate::chain::{Hash, sha256};
use crate::language::Language;
use crate::money::Paise;
use crate::pack::{Pack, Text};

pub use acknowledgement::{AcknowledgementFacts, DeficiencyFacts};
pub use certificate::CertificateFacts;
pub use day_close::DayCloseFacts;
pub use notice::{DishonourFacts, ExcessFacts, ReturnedFacts};
pub use parts::{KINDS, Needed, Part, Parts, Piece};
pub use receipt::{MoneyStatus, PaidBy, ReceiptFacts, SlipPlace, VisitPart};
pub use received::ReceivedFacts;
pub use visit::VisitFacts;
pub use voided::VoidedFacts;
pub use waiting::WaitingFacts;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Slip {
    pub kind: SlipKind,
    pub lines: Vec<SlipLine>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlipKind {
    Receipt,
    Suspense,
    UpiWaiting,
    Visit,
    DayClose,
    /// A receipt that was cancelled.
    Voided,
    /// A certificate of remittance.
    Certificate,
    /// An officer received the money of a day's close.
    Received,
    /// What the office noted about a receipt, for its payer.
    Notice,
    /// An application was handed in.
    Acknowledgement,
    /// What an application lacks, for whoever leaves to fetch it.
    Deficiency,
}

/// Room for a signature.
const SIGNATURE: &str = "…………………………";

/// One line of a slip, by what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlipLine {
    /// The body's name.
    Title(String),
    /// What the paper is, reversed.
    Band(String),
    /// A label, and its value in bold.
    Field {
        label: String,
        value: String,
    },
    /// What the amounts below are for.
    Heading(String),
    Amount {
        label: String,
        amount_text: String,
    },
    /// The largest figure of the slip.
    Total {
        label: String,
        amount_text: String,
    },
    /// A sentence, broken into lines as the paper needs.
    Text(String),
    Centered(String),
    /// A dashed line.
    Dashes,
    /// A solid line.
    Rule,
    /// A QR code with this content.
    Square(String),
    Blank,
}

impl Slip {
    /// What the slip says, a line of text for each of its lines. Its hash is taken over this.
    pub fn canonical_text(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(SlipLine::text).collect();
        lines.join("\n")
    }

    pub fn hash(&self) -> Hash {
        sha256(self.canonical_text().as_bytes())
    }
}

impl SlipLine {
    fn text(&self) -> String {
        match self {
            Self::Title(text)
            | Self::Band(text)
            | Self::Heading(text)
            | Self::Text(text)
            | Self::Centered(text)
            | Self::Square(text) => text.clone(),
            Self::Field { label, value: right }
            | Self::Amount { label, amount_text: right }
            | Self::Total { label, amount_text: right } => format!("{label}\t{right}"),
            Self::Dashes => "-".to_owned(),
            Self::Rule => "=".to_owned(),
            Self::Blank => String::new(),
        }
    }
}

/// A slip in the making: the pack's words in one language.
struct Writing<'a> {
    pack: &'a Pack,
    language: Language,
    lines: Vec<SlipLine>,
    marked: parts::Marked,
}

impl<'a> Writing<'a> {
    /// Body's name and the paper's kind; practice paper says first that it is no receipt.
    fn new(pack: &'a Pack, language: Language, title: Text, practice: bool) -> Self {
        Self::titled(pack, language, pack.text(title, language).to_owned(), practice)
    }

    fn titled(pack: &'a Pack, language: Language, title: String, practice: bool) -> Self {
        let (lines, marked) = (Vec::new(), parts::Marked::default());
        let mut writing = Self { pack, language, lines, marked };
        writing.push(SlipLine::Title(writing.say(Text::BodyName)));
        if practice {
            writing.push(SlipLine::Band(writing.say(Text::Practice)));
        }
        writing.push(SlipLine::Band(title));
        writing
    }

    /// Practice paper says last, too, that it is no receipt, and an invented body that it is one.
    fn finish(mut self, kind: SlipKind, practice: bool) -> Slip {
        if let Some(template) = self.pack.slip_template(kind) {
            let lines = std::mem::take(&mut self.lines);
            let words = |name: &str| self.pack.slip_line(name, self.language).to_owned();
            self.lines = self.marked.in_order(lines, template, words);
        }
        if practice {
            self.push(SlipLine::Band(self.say(Text::Practice)));
        }
        if self.pack.body.synthetic {
            self.push(SlipLine::Centered(self.say(Text::BodyNote)));
        }
        Slip { kind, lines: self.lines }
    }

    /// What comes from here on is this part, until the next one.
    fn part(&mut self, part: Part) {
        self.marked.mark(part, self.lines.len());
    }

    fn say(&self, text: Text) -> String {
        self.pack.text(text, self.language).to_owned()
    }

    fn fill(&self, text: Text, values: &[(&str, &str)]) -> String {
        self.pack.fill(text, self.language, values)
    }

    fn push(&mut self, line: SlipLine) {
        self.lines.push(line);
    }

    fn field(&mut self, label: Text, value: &str) {
        let (label, value) = (self.say(label), printable(value));
        self.push(SlipLine::Field { label, value });
    }

    fn amount(&mut self, label: String, amount: Paise) {
        self.push(SlipLine::Amount { label, amount_text: amount.on_paper() });
    }

    fn total(&mut self, label: Text, amount: Paise) {
        let label = self.say(label);
        self.push(SlipLine::Total { label, amount_text: format!("₹{}", amount.on_paper()) });
    }

    fn text(&mut self, text: Text) {
        self.push(SlipLine::Text(self.say(text)));
    }

    /// Whose signature belongs here, and room for it.
    fn sign(&mut self, label: Text, name: &str) {
        self.field(label, name);
        self.push(SlipLine::Blank);
        self.push(SlipLine::Centered(SIGNATURE.to_owned()));
    }

    fn help(&mut self) {
        let help = self.say(Text::Help);
        self.push(SlipLine::Centered(self.fill(Text::HelpLine, &[("help", &help)])));
    }
}

/// What was typed or read elsewhere must not break a slip's lines, nor turn its direction.
fn printable(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let kept = text.chars().filter(|c| !turns(*c));
    kept.map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests;
