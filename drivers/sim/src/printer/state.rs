//! The printer itself: what is wrong with it, what it holds, and what it does with each command.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::events::Events;
use crate::noise::noise;
use crate::printer::bytes::{self, Command, Lookout, Urgent};
use crate::printer::paper::Paper;
use crate::printer::{BUFFER_BYTES_MAX, Options};

/// The resolution of all printers of this width.
const DOTS_PER_INCH: u32 = 203;
/// A line of the printer's own letters, with the space below it.
const LINE_ROWS: usize = 30;
/// Fed so far, a slip without a cutter has reached the tearing edge.
const TEAR_ROWS: usize = 64;
/// What GS I 66 and 67 answer.
const MAKER: &str = "EPSON";
const MODEL: &str = "TM-T82";
/// More noise than a person would ever ask for.
const NOISE_BYTES_MAX: usize = 1 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jam {
    None,
    AtNextCut,
    Now,
}

/// What a person has done to the printer.
#[derive(Debug)]
pub struct Faults {
    pub paper_out: bool,
    pub paper_rows_left: Option<u64>,
    pub near_end: bool,
    pub cover_open: bool,
    pub offline: bool,
    pub cutter: Jam,
    /// Cools down by itself.
    pub head_hot: bool,
    /// Nothing that a host can send puts it right.
    pub broken: bool,
    pub silent: bool,
    /// Between two bytes of an answer.
    pub split_ms: u64,
    pub bytes_per_second: u32,
    pub bytes_to_hang_up: Option<u64>,
}

pub struct State {
    options: Options,
    events: Events,
    pub faults: Faults,
    lookout: Lookout,
    buffer: VecDeque<u8>,
    answers: Vec<u8>,
    paper: Paper,
    reports: u8,
    reported: [u8; 4],
    units_per_inch: u32,
    line_rows: usize,
    justified: u8,
    /// Dots of GS ( L that wait to be printed.
    kept: Option<(usize, Vec<u8>)>,
    busy_until: Instant,
    /// A cut that the stuck cutter still owes.
    cut_owed: bool,
    slips: u32,
    partial_slips: u32,
    drawer_pulses: u32,
    unknown_bytes: u32,
}

impl State {
    pub fn new(options: Options, events: Events) -> State {
        let faults = Faults {
            paper_out: false,
            paper_rows_left: None,
            near_end: false,
            cover_open: false,
            offline: false,
            cutter: Jam::None,
            head_hot: false,
            broken: false,
            silent: false,
            split_ms: 0,
            bytes_per_second: 0,
            bytes_to_hang_up: None,
        };
        State {
            paper: Paper::new(options.width_dots),
            options,
            events,
            faults,
            lookout: Lookout::default(),
            buffer: VecDeque::new(),
            answers: Vec::new(),
            reports: 0,
            reported: [0; 4],
            units_per_inch: DOTS_PER_INCH,
            line_rows: LINE_ROWS,
            justified: 0,
            kept: None,
            busy_until: Instant::now(),
            cut_owed: false,
            slips: 0,
            partial_slips: 0,
            drawer_pulses: 0,
            unknown_bytes: 0,
        }
    }

    /// Bytes from the host. What is urgent acts now; everything waits for its turn. True when the
    /// line is to be cut; what came after that point is lost.
    pub fn take(&mut self, bytes: &[u8]) -> bool {
        let left = self.faults.bytes_to_hang_up;
        let whole = left.is_none_or(|left| left > bytes.len() as u64);
        let taken = if whole { bytes.len() } else { left.unwrap_or(0) as usize };
        for byte in &bytes[..taken] {
            self.buffer.push_back(*byte);
            match self.lookout.push(*byte) {
                Some(Urgent::Status(which)) => self.answers.push(self.status(which)),
                Some(Urgent::Recover { clear }) => self.recover(clear),
                None => {}
            }
        }
        self.faults.bytes_to_hang_up = left.filter(|_| whole).map(|left| left - taken as u64);
        !whole
    }

    /// Prints what can be printed now.
    pub fn work(&mut self) {
        while !self.is_held() && Instant::now() >= self.busy_until {
            if std::mem::take(&mut self.cut_owed) {
                self.end_slip(true);
            }
            let Some(command) = bytes::next(&mut self.buffer) else { return };
            self.obey(command);
        }
    }

    pub fn room(&self) -> usize {
        BUFFER_BYTES_MAX.saturating_sub(self.buffer.len())
    }

    pub fn is_idle(&self) -> bool {
        self.is_held() || Instant::now() >= self.busy_until
    }

    pub fn take_answers(&mut self) -> Vec<u8> {
        let answers = std::mem::take(&mut self.answers);
        if self.faults.silent { Vec::new() } else { answers }
    }

    pub fn noise(&mut self, count: usize) {
        self.answers.extend(noise(count.min(NOISE_BYTES_MAX)));
    }

    pub fn new_roll(&mut self) {
        self.faults.paper_out = false;
        self.faults.near_end = false;
    }

    /// The host is gone. What it sent whole is printed; what is then on the paper without a cut
    /// is a torn slip.
    pub fn hang_up(&mut self) {
        self.busy_until = Instant::now();
        self.work();
        let torn = !self.buffer.is_empty();
        if !self.is_held()
            && let Some(picture) = bytes::torn_picture(&mut self.buffer)
        {
            self.obey(picture);
        }
        self.buffer.clear();
        self.answers.clear();
        self.lookout = Lookout::default();
        self.reports = 0;
        // A whole slip under a stuck cutter stays there until the cutter is freed.
        if self.cut_owed {
            return;
        }
        let torn_off = !self.options.cutter && !torn && self.paper.fed_rows() >= TEAR_ROWS;
        self.end_slip(torn_off);
    }

    /// Tells the host of a change by itself, if it has asked for that.
    pub fn report_change(&mut self) {
        let report = self.report();
        if self.reports != 0 && report != self.reported {
            self.reported = report;
            self.answers.extend(report);
        }
    }

    pub fn describe(&self) -> Value {
        let Faults { paper_out, near_end, cover_open, offline, cutter, silent, .. } = self.faults;
        let Faults { head_hot, broken, .. } = self.faults;
        json!({
            "paper_out": paper_out,
            "near_end": near_end,
            "cover_open": cover_open,
            "offline": offline,
            "cutter_stuck": cutter == Jam::Now,
            "head_hot": head_hot,
            "broken": broken,
            "silent": silent,
            "held_bytes": self.buffer.len(),
            "rows_on_paper": self.paper.rows(),
            "slips": self.slips,
            "partial_slips": self.partial_slips,
            "drawer_pulses": self.drawer_pulses,
            "unknown_bytes": self.unknown_bytes,
        })
    }

    fn is_held(&self) -> bool {
        let Faults { paper_out, cover_open, offline, head_hot, broken, cutter, .. } = self.faults;
        paper_out || cover_open || offline || head_hot || broken || cutter == Jam::Now
    }

    fn obey(&mut self, command: Command) {
        let before = self.paper.rows();
        match command {
            Command::Reset => self.reset(),
            Command::FeedUnits(units) => {
                let rows = u32::from(units) * DOTS_PER_INCH / self.units_per_inch;
                self.paper.feed(rows as usize);
            }
            Command::FeedLines(lines) => {
                (0..lines).for_each(|_| self.paper.end_line(self.line_rows));
            }
            Command::LineHeight(units) => self.line_rows = units.map_or(LINE_ROWS, usize::from),
            Command::MotionUnits(0) => self.units_per_inch = DOTS_PER_INCH,
            Command::MotionUnits(units) => self.units_per_inch = u32::from(units),
            Command::Picture { mode, stride, dots } => self.picture(mode, stride, &dots),
            Command::Keep { stride, dots } => self.kept = Some((stride, dots)),
            Command::PrintKept => {
                if let Some((stride, dots)) = self.kept.take() {
                    self.picture(0, stride, &dots);
                }
            }
            Command::Justify(side) => self.justified = side,
            Command::Cut => self.cut(),
            Command::Drawer => {
                self.drawer_pulses += 1;
                self.events.record(json!({ "event": "drawer" }));
            }
            Command::Question(1) => self.answers.push(self.report()[2]),
            Command::Question(_) => self.answers.push(0),
            Command::Reports(mask) => {
                self.reports = mask;
                if mask != 0 {
                    self.reported = self.report();
                    self.answers.extend(self.reported);
                }
            }
            Command::Mark(mark) if self.options.process_id => {
                self.answers.extend([0x37, 0x22]);
                self.answers.extend(mark);
                self.answers.push(0);
            }
            Command::Identity(66) => self.identify(MAKER),
            Command::Identity(67) => self.identify(MODEL),
            Command::Mark(_) | Command::Identity(_) | Command::Nothing => {}
            Command::Text(byte) => self.paper.letter(byte),
            Command::Unknown(_) => self.unknown_bytes += 1,
        }
        self.spend(self.paper.rows().saturating_sub(before));
    }

    fn picture(&mut self, mode: u8, stride: usize, dots: &[u8]) {
        let left = self.paper.beginning(self.justified, stride);
        self.paper.picture(mode, left, stride, dots);
    }

    /// A block of text: 5Fh, the text, 00h.
    fn identify(&mut self, text: &str) {
        self.answers.push(0x5f);
        self.answers.extend(text.bytes());
        self.answers.push(0);
    }

    /// Rows take time, and use up the roll.
    fn spend(&mut self, rows: usize) {
        if self.options.rows_per_second > 0 {
            let took = rows as f64 / f64::from(self.options.rows_per_second);
            self.busy_until = Instant::now() + Duration::from_secs_f64(took);
        }
        if let Some(left) = &mut self.faults.paper_rows_left {
            *left = left.saturating_sub(rows as u64);
            if *left == 0 {
                self.faults.paper_rows_left = None;
                self.faults.paper_out = true;
                self.events.record(json!({ "event": "paper_out" }));
                self.report_change();
            }
        }
    }

    /// ESC @ also ends what was asked with GS a, as it does on the printers that were tried.
    fn reset(&mut self) {
        self.reports = 0;
        self.units_per_inch = DOTS_PER_INCH;
        self.line_rows = LINE_ROWS;
        self.justified = 0;
        self.kept = None;
    }

    fn cut(&mut self) {
        if !self.options.cutter {
            return;
        }
        if self.faults.cutter == Jam::AtNextCut {
            self.faults.cutter = Jam::Now;
            self.cut_owed = true;
            self.events.record(json!({ "event": "cutter_stuck" }));
            self.report_change();
            return;
        }
        self.end_slip(true);
    }

    fn recover(&mut self, clear: bool) {
        if clear {
            self.buffer.clear();
            self.cut_owed = false;
        }
        if self.faults.cutter == Jam::Now {
            self.faults.cutter = Jam::None;
            self.report_change();
        }
    }

    fn end_slip(&mut self, finished: bool) {
        let paper = std::mem::replace(&mut self.paper, Paper::new(self.options.width_dots));
        if paper.is_blank() {
            return;
        }
        let number = self.slips + self.partial_slips + 1;
        let name = match finished {
            true => format!("slip-{number:04}"),
            false => format!("slip-{number:04}-partial"),
        };
        let counted = if finished { &mut self.slips } else { &mut self.partial_slips };
        *counted += 1;
        let written = self.options.out.as_ref().map(|out| paper.write(out, &name, finished));
        let mut event = json!({
            "event": if finished { "slip" } else { "partial_slip" },
            "name": name,
            "rows": paper.rows(),
        });
        match written {
            Some(Ok(path)) => event["file"] = json!(path),
            Some(Err(error)) => {
                tracing::error!(%error, name, "a slip could not be written");
                event["error"] = json!(error.to_string());
            }
            None => {}
        }
        self.events.record(event);
    }

    /// DLE EOT n
    fn status(&self, which: u8) -> u8 {
        let Faults { paper_out, near_end, cover_open, head_hot, broken, cutter, .. } = self.faults;
        let stuck = cutter == Jam::Now;
        let bits = match which {
            1 => bit(self.is_held(), 0x08),
            2 => {
                let error = stuck || broken || head_hot;
                bit(cover_open, 0x04) | bit(paper_out, 0x20) | bit(error, 0x40)
            }
            3 => bit(stuck, 0x08) | bit(broken, 0x20) | bit(head_hot, 0x40),
            _ => bit(near_end || paper_out, 0x0c) | bit(paper_out, 0x60),
        };
        0x12 | bits
    }

    /// GS a: four bytes
    fn report(&self) -> [u8; 4] {
        let Faults { paper_out, near_end, cover_open, head_hot, broken, cutter, .. } = self.faults;
        [
            0x10 | bit(self.is_held(), 0x08) | bit(cover_open, 0x20),
            bit(cutter == Jam::Now, 0x08) | bit(broken, 0x20) | bit(head_hot, 0x40),
            bit(near_end || paper_out, 0x03) | bit(paper_out, 0x0c),
            0,
        ]
    }
}

fn bit(present: bool, value: u8) -> u8 {
    if present { value } else { 0 }
}
