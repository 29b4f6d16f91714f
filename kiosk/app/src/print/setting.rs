//! Where each line of a slip stands. All figures are dots on paper of 384; wider paper is the same
//! slip, larger.

use std::sync::Arc;

use ledger::{Slip, SlipLine};

use super::letters::{Letters, Shaped, Type};
use super::sheet::{Ink, Sheet};
use super::square::Square;

/// The paper that the figures below are for.
const DOTS: f32 = 384.0;

const NAME: Type = Type { size: 30.0, line: 44.0, bold: true };
const KIND: Type = Type { size: 29.0, line: 48.0, bold: true };
const BODY: Type = Type { size: 25.0, line: 37.0, bold: false };
const VALUE: Type = Type { size: 25.0, line: 37.0, bold: true };
const SENTENCE: Type = Type { size: 24.0, line: 36.0, bold: false };
const TOTAL: Type = Type { size: 34.0, line: 42.0, bold: true };

/// White at either edge: printers do not all begin at the same dot.
const MARGIN: f32 = 8.0;
const TOP: f32 = 10.0;
const BOTTOM: f32 = 24.0;

/// The least and the most that the labels' column takes: a receipt number fits beside the most.
const LABELS_MIN: f32 = 92.0;
const LABELS_MAX: f32 = 108.0;

/// Between a label and its value or sum.
const GAP: f32 = 8.0;

/// Above and below a rule, and around the black band.
const AROUND_RULE: f32 = 6.0;
const BAND_INSIDE: f32 = 2.0;
const BELOW_BAND: f32 = 8.0;
const ABOVE_HEADING: f32 = 4.0;
const BLANK: f32 = 18.0;

const RULE_DOTS: f32 = 3.0;
const DASH_DOTS: f32 = 2.0;
const DASH_LENGTH: f32 = 6.0;
const DASH_EVERY: f32 = 10.0;

/// The ruler of a test slip is in dots of the printer, whatever its paper's width is.
const MILLIMETRE_DOTS: i32 = 8;
const RULER_DOTS: i32 = 24;
const RULER_LINE_DOTS: i32 = 2;
const FIGURES: Type = Type { size: 18.0, line: 26.0, bold: false };

/// A slip while it is set.
pub(super) struct Setting<'a> {
    letters: &'a mut Letters,
    sheet: Sheet,
    scale: f32,
    /// How far the slip is set, in dots of this paper.
    y: f32,
    labels: f32,
}

impl<'a> Setting<'a> {
    pub(super) fn of(slip: &Slip, dots: u16, letters: &'a mut Letters) -> Sheet {
        Self::of_lines(&slip.lines, dots, letters)
    }

    /// Lines that are no slip of the books.
    pub(super) fn of_lines(lines: &[SlipLine], dots: u16, letters: &'a mut Letters) -> Sheet {
        let mut setting = Self::begin(lines, dots, letters);
        lines.iter().for_each(|line| setting.line(line));
        setting.end()
    }

    /// Lines with a ruler among them.
    pub(super) fn with_ruler(
        above: &[SlipLine],
        below: &[SlipLine],
        dots: u16,
        letters: &'a mut Letters,
    ) -> Sheet {
        let mut setting = Self::begin(above, dots, letters);
        above.iter().for_each(|line| setting.line(line));
        setting.ruler();
        below.iter().for_each(|line| setting.line(line));
        setting.end()
    }

    fn begin(lines: &[SlipLine], dots: u16, letters: &'a mut Letters) -> Self {
        let sheet = Sheet::new(dots);
        let scale = f32::from(sheet.dots()) / DOTS;
        let mut setting = Self { letters, sheet, scale, y: TOP * scale, labels: 0.0 };
        setting.labels = setting.labels_of(lines);
        setting
    }

    fn end(mut self) -> Sheet {
        self.skip(BOTTOM);
        self.sheet.grow(whole(self.y));
        self.sheet
    }

    fn line(&mut self, line: &SlipLine) {
        match line {
            SlipLine::Title(text) => self.centred(text, NAME, Ink::Black),
            SlipLine::Band(text) => self.band(text),
            SlipLine::Field { label, value } => self.field(label, value),
            SlipLine::Heading(text) => {
                self.skip(ABOVE_HEADING);
                self.paragraph(text, VALUE);
            }
            SlipLine::Amount { label, amount_text } => self.sum(label, amount_text, BODY, VALUE),
            SlipLine::Total { label, amount_text } => self.sum(label, amount_text, TOTAL, TOTAL),
            SlipLine::Text(text) => self.paragraph(text, SENTENCE),
            SlipLine::Centered(text) => self.centred(text, SENTENCE, Ink::Black),
            SlipLine::Dashes => self.dashes(),
            SlipLine::Rule => self.rule(),
            SlipLine::Square(text) => self.square(text),
            SlipLine::Blank => self.skip(BLANK),
        }
    }

    /// The labels' column is as wide as its widest label, so that all values begin at one place; a
    /// label that is wider than a column may be does not count.
    fn labels_of(&mut self, lines: &[SlipLine]) -> f32 {
        let mut widest = LABELS_MIN * self.scale;
        for line in lines {
            if let SlipLine::Field { label, .. } = line {
                let shaped = self.shape(label, BODY, self.width());
                let width = widest_line(&shaped);
                if width <= LABELS_MAX * self.scale {
                    widest = widest.max(width);
                }
            }
        }
        widest
    }

    fn centred(&mut self, text: &str, kind: Type, ink: Ink) {
        let shaped = self.shape(text, kind, self.width());
        for line in 0..shaped.lines.len() {
            let x = (f32::from(self.sheet.dots()) - shaped.lines[line].width) / 2.0;
            self.put(&shaped, line, kind, x, ink);
            self.y += kind.scaled(self.scale).line;
        }
    }

    /// White words in a black band.
    fn band(&mut self, text: &str) {
        self.skip(AROUND_RULE);
        let lines = self.shape(text, KIND, self.width()).lines.len();
        let height = KIND.line * lines as f32 + BAND_INSIDE;
        self.fill(height);
        self.skip(BAND_INSIDE);
        self.centred(text, KIND, Ink::White);
        self.skip(BELOW_BAND);
    }

    /// A value stands in its column, or behind a label that is longer than that. One that would be
    /// broken there but fits a line, as a number does, stands below its label, whole.
    fn field(&mut self, label: &str, value: &str) {
        let labels = self.shape(label, BODY, self.width());
        let begin = self.labels.max(widest_line(&labels)) + GAP * self.scale;
        let beside = self.width() - begin;
        let whole_line = self.shape(value, VALUE, self.width());
        let is_whole = whole_line.lines.len() == 1;
        self.column(&labels, BODY, self.left());
        if is_whole && widest_line(&whole_line) <= beside {
            self.y -= BODY.scaled(self.scale).line;
            self.column(&whole_line, VALUE, self.left() + begin);
        } else if !is_whole && begin <= self.width() / 2.0 {
            self.y -= BODY.scaled(self.scale).line;
            let values = self.shape(value, VALUE, beside);
            self.column(&values, VALUE, self.left() + begin);
        } else {
            let x = self.right() - widest_line(&whole_line);
            self.column(&whole_line, VALUE, x);
        }
    }

    /// A label and a sum; the sum stands beside the label's last line.
    fn sum(&mut self, label: &str, amount: &str, kind: Type, amount_kind: Type) {
        let amounts = self.shape(amount, amount_kind, self.width());
        let left_over = self.width() - widest_line(&amounts) - GAP * self.scale;
        let labels = self.shape(label, kind, left_over.max(LABELS_MIN * self.scale));
        let beside = widest_line(&labels) <= left_over;
        self.column(&labels, kind, self.left());
        if beside {
            self.y -= kind.scaled(self.scale).line;
        }
        let x = self.right() - widest_line(&amounts);
        self.column(&amounts, amount_kind, x);
    }

    fn paragraph(&mut self, text: &str, kind: Type) {
        let shaped = self.shape(text, kind, self.width());
        self.column(&shaped, kind, self.left());
    }

    /// Lines below each other, from `x` on.
    fn column(&mut self, shaped: &Arc<Shaped>, kind: Type, x: f32) {
        for line in 0..shaped.lines.len() {
            self.put(shaped, line, kind, x, Ink::Black);
            self.y += kind.scaled(self.scale).line;
        }
    }

    fn dashes(&mut self) {
        self.skip(AROUND_RULE);
        let length = whole(DASH_LENGTH * self.scale);
        let every = whole(DASH_EVERY * self.scale).max(1);
        let height = whole(DASH_DOTS * self.scale);
        let (right, mut x) = (whole(self.right()), whole(self.left()));
        while x < right {
            self.sheet.fill(x, whole(self.y), length.min(right - x), height);
            x += every;
        }
        self.skip(DASH_DOTS + AROUND_RULE);
    }

    fn rule(&mut self) {
        self.skip(AROUND_RULE);
        self.fill(RULE_DOTS);
        self.skip(RULE_DOTS + AROUND_RULE);
    }

    /// Millimetres from the first dot to the last, whatever the margins are, each centimetre with
    /// its number. The dots of all printers here are as many as in an inch of 203.
    fn ruler(&mut self) {
        let (top, dots) = (whole(self.y), i32::from(self.sheet.dots()));
        self.sheet.fill(0, top, dots, RULER_LINE_DOTS);
        for millimetre in 0..=dots / MILLIMETRE_DOTS {
            let height = match millimetre {
                tenth if tenth % 10 == 0 => RULER_DOTS,
                fifth if fifth % 5 == 0 => RULER_DOTS * 2 / 3,
                _ => RULER_DOTS / 3,
            };
            self.sheet.fill(millimetre * MILLIMETRE_DOTS, top, 1, height);
        }
        // The last dot, which is in no millimetre's place.
        self.sheet.fill(dots - 1, top, 1, RULER_DOTS);
        let baseline = self.y + RULER_DOTS as f32 + FIGURES.baseline();
        for centimetre in 1..dots / MILLIMETRE_DOTS / 10 + 1 {
            let shaped = self.letters.shape(&centimetre.to_string(), FIGURES, f32::from(u16::MAX));
            let place = (centimetre * 10 * MILLIMETRE_DOTS) as f32 - shaped.lines[0].width / 2.0;
            self.letters.draw(&shaped.lines[0], &mut self.sheet, place, baseline, Ink::Black);
        }
        self.y += RULER_DOTS as f32 + FIGURES.line;
    }

    fn square(&mut self, text: &str) {
        let Some(square) = Square::of(text, self.sheet.dots()) else {
            tracing::error!(bytes = text.len(), "no square holds this; the slip goes without");
            return;
        };
        let left = (i32::from(self.sheet.dots()) - square.side_dots()) / 2;
        square.draw(&mut self.sheet, left, whole(self.y));
        self.y = self.y.round() + square.side_dots() as f32;
    }

    /// Black from margin to margin, below `y`, which stays.
    fn fill(&mut self, height: f32) {
        let left = whole(self.left());
        let (width, height) = (whole(self.width()), whole(height * self.scale));
        self.sheet.fill(left, whole(self.y), width, height);
    }

    fn shape(&mut self, text: &str, kind: Type, width: f32) -> Arc<Shaped> {
        self.letters.shape(text, kind.scaled(self.scale), width)
    }

    fn put(&mut self, shaped: &Shaped, line: usize, kind: Type, x: f32, ink: Ink) {
        let baseline = self.y + kind.scaled(self.scale).baseline();
        self.letters.draw(&shaped.lines[line], &mut self.sheet, x, baseline, ink);
    }

    fn skip(&mut self, dots: f32) {
        self.y += dots * self.scale;
    }

    fn left(&self) -> f32 {
        MARGIN * self.scale
    }

    fn right(&self) -> f32 {
        f32::from(self.sheet.dots()) - MARGIN * self.scale
    }

    fn width(&self) -> f32 {
        self.right() - self.left()
    }
}

fn widest_line(shaped: &Shaped) -> f32 {
    shaped.lines.iter().map(|line| line.width).fold(0.0, f32::max)
}

/// A place as a whole dot. Slips are far shorter than where an f32 stops being exact.
fn whole(place: f32) -> i32 {
    place.round() as i32
}
