//! What a demonstration leaves in target/demo.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kiosk::desk::EntryLine;
use serde_json::{Value, json};
use tests::Trouble;
use tests::person::Person;
use tests::picture;
use tests::programs::workspace;

use crate::Stage;

pub struct Record {
    folder: PathBuf,
    begun: Instant,
    first_screen: Option<Duration>,
    screens: Vec<PathBuf>,
    receipts: Vec<EntryLine>,
    slips: usize,
}

/// target/demo, emptied.
pub fn fresh_folder() -> Result<PathBuf, Trouble> {
    let folder = workspace().join("target").join("demo");
    let failed = |error| Trouble::caused("target/demo cannot be emptied: is it in use?", error);
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    fs::create_dir_all(&folder).map_err(failed)?;
    Ok(folder)
}

impl Record {
    pub fn begin(folder: &Path, begun: Instant) -> Result<Record, Trouble> {
        for name in ["screens", "slips"] {
            fs::create_dir_all(folder.join(name)).map_err(cannot_write)?;
        }
        Ok(Record {
            folder: folder.to_owned(),
            begun,
            first_screen: None,
            screens: Vec::new(),
            receipts: Vec::new(),
            slips: 0,
        })
    }

    pub fn screens_folder(&self) -> PathBuf {
        self.folder.join("screens")
    }

    pub fn first_screen(&mut self) {
        self.first_screen = Some(self.begun.elapsed());
    }

    pub fn first_screen_text(&self) -> String {
        format!("{:.1} s", self.first_screen.unwrap_or_default().as_secs_f64())
    }

    /// Takes down what the person saw and was given.
    pub fn heard(&mut self, person: &Person) {
        self.screens = person.pictures().to_vec();
        let receipts = person.heard.entries.iter().filter(|entry| entry.number.is_some());
        self.receipts = receipts.cloned().collect();
        self.slips = person.heard.slips.iter().filter(|slip| slip.outcome == "whole").count();
    }

    /// Waits until the office has everything, then writes the dashboard, the slips and the summary.
    pub fn close(&self, stage: &Stage) -> Result<(), Trouble> {
        let centre = &stage.town.centre;
        let figures = centre.until("every receipt is on the dashboard", |figures| {
            self.receipts.iter().all(|receipt| times_shown(figures, receipt) == 1)
        })?;
        let dashboard = centre.get("/")?;
        if dashboard.status != 200 {
            return Err(Trouble::new(format!("the dashboard answered {}", dashboard.status)));
        }
        fs::write(self.folder.join("dashboard.html"), dashboard.text).map_err(cannot_write)?;
        let slips = self.slips(stage)?;
        let summary = self.summary(&figures, &slips);
        let text = serde_json::to_string_pretty(&summary).expect("it is plain JSON");
        fs::write(self.folder.join("summary.json"), text + "\n").map_err(cannot_write)
    }

    /// Copies what the printer drew, and looks at it.
    fn slips(&self, stage: &Stage) -> Result<Vec<Value>, Trouble> {
        let printer = &stage.equipped.printer;
        if self.slips > 0 {
            printer.slip(self.slips)?;
        }
        let mut slips = Vec::new();
        for path in printer.slips() {
            let name = path.file_name().unwrap_or_default();
            let copy = self.folder.join("slips").join(name);
            fs::copy(&path, &copy).map_err(cannot_write)?;
            let drawn = picture::read(&copy)?;
            if drawn.is_blank() {
                return Err(Trouble::new(format!("the slip {} is blank", copy.display())));
            }
            slips.push(json!({ "file": self.relative(&copy), "squares": drawn.codes() }));
        }
        Ok(slips)
    }

    fn summary(&self, figures: &Value, slips: &[Value]) -> Value {
        let screens: Vec<String> = self.screens.iter().map(|path| self.relative(path)).collect();
        let receipts: Vec<Value> = self
            .receipts
            .iter()
            .map(|receipt| {
                json!({
                    "number": receipt.number,
                    "amount_paise": receipt.amount,
                    "check_code": receipt.check_code,
                    "times_on_dashboard": times_shown(figures, receipt),
                })
            })
            .collect();
        json!({
            "synthetic": figures["synthetic"],
            "body": figures["body_name"],
            "pack": figures["pack"],
            "first_screen_ms": self.first_screen.map(|time| time.as_millis() as u64),
            "screens": screens,
            "slips": slips,
            "receipts": receipts,
            "collected": figures["total"],
        })
    }

    fn relative(&self, path: &Path) -> String {
        path.strip_prefix(&self.folder).unwrap_or(path).display().to_string()
    }
}

fn times_shown(figures: &Value, receipt: &EntryLine) -> usize {
    let shown = figures["receipts"].as_array().map(Vec::as_slice).unwrap_or_default();
    shown.iter().filter(|row| row["number"].as_str() == receipt.number.as_deref()).count()
}

fn cannot_write(error: std::io::Error) -> Trouble {
    Trouble::caused("target/demo cannot be written: is the disk full?", error)
}
