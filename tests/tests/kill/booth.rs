//! A kiosk in its town with everything that is attached to it: touched, killed, begun again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tests::Trouble;
use tests::picture;
use tests::process::Process;
use tests::sims::Sim;
use tests::town::{Equipped, Kind, Town};
use tests::wait::until;

use super::chain::exported_entries;
use super::moment::Moment;

/// How often is looked whether a line was said.
const LOOK: Duration = Duration::from_micros(200);

/// A touch that changes nothing on the glass says nothing: so long an answer is waited for.
const ANSWER: Duration = Duration::from_millis(500);

/// The number of the only device.
const WRITER: &str = "1";

pub struct Booth {
    pub town: Town,
    pub equipped: Equipped,
    pub bank: Arc<Sim>,
    desk: Option<Process>,
    /// The lines that were heard when the last touch was made.
    mark: usize,
    /// What the squares of the slips in the tray say, by the slip's picture.
    tray: BTreeMap<PathBuf, String>,
    /// How often a desk was opened.
    pub opened: u64,
}

impl Booth {
    pub fn make() -> Result<Booth, Trouble> {
        let town = Town::small()?;
        let equipped = town.equip(Kind::kiosk())?;
        let bank = Arc::new(Sim::upi(town.folder(), &town.centre)?);
        let (mark, tray) = (0, BTreeMap::new());
        let mut booth = Booth { town, equipped, bank, desk: None, mark, tray, opened: 0 };
        booth.open_desk()?;
        Ok(booth)
    }

    pub fn open_desk(&mut self) -> Result<(), Trouble> {
        let device = &self.equipped.device;
        let desk = Process::start("kiosk", device.command("desk")?, device.folder())?;
        desk.wait_from(0, "a first screen", |line| line["screen"].is_object())?;
        self.desk = Some(desk);
        self.mark = 0;
        self.opened += 1;
        Ok(())
    }

    pub fn kill_desk(&mut self) -> Result<(), Trouble> {
        if let Some(mut desk) = self.desk.take() {
            desk.kill()?;
        }
        Ok(())
    }

    /// The desk ends as it does at closing time.
    pub fn close_desk(&mut self) -> Result<(), Trouble> {
        let Some(mut desk) = self.desk.take() else { return Ok(()) };
        desk.hang_up();
        let status = desk.ended()?;
        match status.success() {
            true => Ok(()),
            false => Err(Trouble::new(format!("the desk ended with {status}: {}", desk.log()))),
        }
    }

    pub fn touch(&mut self, touch: &Value) -> Result<(), Trouble> {
        let desk = self.desk.as_mut().ok_or_else(|| Trouble::new("no desk is open"))?;
        self.mark = desk.count();
        desk.tell(&touch.to_string())
    }

    /// The moment of a kill is counted from now.
    pub fn look_from_now(&mut self) {
        self.mark = self.desk.as_ref().map_or(0, Process::count);
    }

    /// What stands on the glass now.
    pub fn screen(&self) -> Value {
        let lines = self.desk.as_ref().map(Process::lines).unwrap_or_default();
        let last = lines.iter().rev().find(|line| line["screen"].is_object());
        last.map(|line| line["screen"].clone()).unwrap_or_default()
    }

    /// Waits for a screen or a refusal that follows the last touch, which may say nothing.
    pub fn hears_an_answer(&mut self) {
        let begun = Instant::now();
        while begun.elapsed() < ANSWER {
            let lines = self.desk.as_ref().map(Process::lines).unwrap_or_default();
            let new = lines.get(self.mark..).unwrap_or_default();
            if new.iter().any(|line| !line["screen"].is_null() || !line["refusal"].is_null()) {
                return;
            }
            thread::park_timeout(LOOK);
        }
    }

    /// Waits until something else stands on the glass.
    pub fn sees_a_change(&self, from: &Value) -> Result<(), Trouble> {
        until("the page goes on", || (self.screen() != *from).then_some(())).map_err(|trouble| {
            let log = self.desk.as_ref().map(Process::log).unwrap_or_default();
            let log: Vec<&str> = log.lines().rev().take(12).collect();
            Trouble::new(format!("{trouble} from {from}; its log ends, newest first: {log:#?}"))
        })
    }

    /// Lets the moment of a kill come, counted from the last touch.
    pub fn lets_pass(&self, moment: Moment) {
        let (lines, limit) = match moment {
            Moment::Lines(lines) => (self.mark + lines as usize, ANSWER),
            Moment::DelayUs(delay_us) => (usize::MAX, Duration::from_micros(delay_us)),
        };
        let begun = Instant::now();
        let heard = || self.desk.as_ref().map_or(usize::MAX, Process::count);
        while begun.elapsed() < limit && heard() < lines {
            std::hint::spin_loop();
        }
    }

    /// The printer has printed whatever it was given.
    pub fn printer_rests(&self) -> Result<(), Trouble> {
        let printer = &self.equipped.printer;
        until("the printer rests", || (printer.state().ok()?["held_bytes"] == 0).then_some(()))
            .map_err(|trouble| {
                let log = self.equipped.device.folder().join("sim-printer.log");
                let log = std::fs::read_to_string(log).unwrap_or_default();
                Trouble::new(format!("{trouble}: {:?}, its log: {log}", printer.state()))
            })
    }

    /// What the squares of the finished slips say, each slip once.
    pub fn squares(&mut self) -> Result<Vec<String>, Trouble> {
        for slip in self.equipped.printer.slips() {
            if !self.tray.contains_key(&slip) {
                let codes = picture::read(&slip)?.codes();
                let [code] = &codes[..] else {
                    let what = format!("{} has {} squares", slip.display(), codes.len());
                    return Err(Trouble::new(what));
                };
                self.tray.insert(slip, code.clone());
            }
        }
        Ok(self.tray.values().cloned().collect())
    }

    /// Whether a whole slip of this number lies in the tray.
    pub fn lies_in_the_tray(&mut self, number: &str) -> Result<bool, Trouble> {
        self.printer_rests()?;
        let numbers: BTreeSet<String> =
            self.squares()?.iter().map(|square| number_of(square).to_owned()).collect();
        Ok(numbers.contains(number))
    }

    /// The device's entries at the office, as it exports them.
    pub fn office_chain(&self) -> Result<Vec<String>, Trouble> {
        let exported = self.town.centre.ask(&["export", "--writer", WRITER])?;
        let lines = exported.lines().map(serde_json::from_str).collect::<Result<Vec<_>, _>>();
        lines
            .map(|lines| exported_entries(&lines))
            .map_err(|error| Trouble::caused("the office's export is no JSON", error))
    }

    /// Waits until the office has all that the device has.
    pub fn is_in_step(&self) -> Result<(), Trouble> {
        until("the office has everything", || {
            let line = self.screen()["frame"]["line"].clone();
            (line["online"] == true && line["to_send"] == 0).then_some(())
        })
    }
}

/// The receipt's number in the address of a slip's square.
pub fn number_of(square: &str) -> &str {
    let path = square.split('#').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}
