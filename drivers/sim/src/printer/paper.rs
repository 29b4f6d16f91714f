//! The paper that comes out: rows of dots, and the files that a slip becomes.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::now_ms;

/// Ten metres; a host that feeds more has lost its way.
const ROWS_MAX: usize = 80_000;
/// The height and width of a character of the printer's own font, in dots.
const CHARACTER: (usize, usize) = (24, 12);

/// What has been printed since the last cut.
pub struct Paper {
    width_dots: usize,
    rows: Vec<Vec<u8>>,
    /// The printer's own letters are drawn as bars, and kept as text beside the picture.
    text: Vec<String>,
    line: String,
    /// How much of the end was fed rather than printed.
    fed_rows: usize,
}

impl Paper {
    pub fn new(width_dots: u16) -> Paper {
        Paper {
            width_dots: usize::from(width_dots),
            rows: Vec::new(),
            text: Vec::new(),
            line: String::new(),
            fed_rows: 0,
        }
    }

    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    pub fn fed_rows(&self) -> usize {
        self.fed_rows
    }

    pub fn is_blank(&self) -> bool {
        self.rows.iter().flatten().all(|byte| *byte == 0)
    }

    pub fn feed(&mut self, rows: usize) {
        for _ in 0..rows {
            self.push(vec![0; self.stride()]);
        }
        self.fed_rows += rows;
    }

    /// Where a picture of so many bytes a row begins: at the left (0), in the middle (1) or so that
    /// it ends at the right (2).
    pub fn beginning(&self, justified: u8, stride: usize) -> usize {
        let room = self.width_dots.saturating_sub(8 * stride);
        match justified {
            1 => room / 2,
            2 => room,
            _ => 0,
        }
    }

    /// Dots beyond the paper's edge are lost, as they are on paper.
    pub fn picture(&mut self, mode: u8, left: usize, stride: usize, dots: &[u8]) {
        let (wide, high) = (mode & 1 != 0, mode & 2 != 0);
        for dots in dots.chunks_exact(stride.max(1)) {
            let mut row = vec![0; self.stride()];
            for x in left..self.width_dots {
                let from = if wide { (x - left) / 2 } else { x - left };
                let byte = dots.get(from / 8).copied().unwrap_or(0);
                row[x / 8] |= ((byte >> (7 - from % 8)) & 1) << (7 - x % 8);
            }
            if high {
                self.push(row.clone());
            }
            self.push(row);
        }
        self.fed_rows = 0;
    }

    pub fn letter(&mut self, byte: u8) {
        self.line.push(if byte.is_ascii() { char::from(byte) } else { '?' });
    }

    /// Ends a line of letters: a bar for each, with white above and below.
    pub fn end_line(&mut self, rows: usize) {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            self.feed(rows);
            return;
        }
        let (height, width) = CHARACTER;
        for y in 0..rows.max(height) {
            let mut row = vec![0; self.stride()];
            if (4..height - 4).contains(&y) {
                for (at, _) in line.char_indices().filter(|(_, letter)| *letter != ' ') {
                    for x in at * width + 1..(at + 1) * width - 1 {
                        if x < self.width_dots {
                            row[x / 8] |= 0x80 >> (x % 8);
                        }
                    }
                }
            }
            self.push(row);
        }
        self.text.push(line);
        self.fed_rows = 0;
    }

    /// Leaves the slip as `NAME.png` and `NAME.json`, the latter last: where it is, both are.
    pub fn write(&self, folder: &Path, name: &str, finished: bool) -> io::Result<PathBuf> {
        let picture = folder.join(format!("{name}.png"));
        put(&picture, |file| self.draw(file))?;
        let about = json!({
            "width": self.width_dots,
            "rows": self.rows.len(),
            "finished": finished,
            "at_ms": now_ms(),
            "text": self.text,
        });
        put(&folder.join(format!("{name}.json")), |file| writeln!(file, "{about}"))?;
        Ok(picture)
    }

    fn draw(&self, file: &mut BufWriter<File>) -> io::Result<()> {
        let mut encoder = png::Encoder::new(file, self.width_dots as u32, self.rows.len() as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut grey = Vec::with_capacity(self.width_dots * self.rows.len());
        for row in &self.rows {
            grey.extend(
                (0..self.width_dots)
                    .map(|x| if row[x / 8] & (0x80 >> (x % 8)) != 0 { 0u8 } else { 255 }),
            );
        }
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&grey)?;
        writer.finish()?;
        Ok(())
    }

    fn push(&mut self, row: Vec<u8>) {
        if self.rows.len() < ROWS_MAX {
            self.rows.push(row);
        }
    }

    fn stride(&self) -> usize {
        self.width_dots.div_ceil(8)
    }
}

/// Writes beside the name and then takes the name, so that nobody ever reads half a file.
fn put(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let beside = path.with_extension("part");
    let mut file = BufWriter::new(File::create(&beside)?);
    write(&mut file)?;
    file.into_inner().map_err(|error| error.into_error())?.sync_all()?;
    std::fs::rename(beside, path)
}
