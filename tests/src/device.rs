//! A device at the doorstep, without its glass: `kiosk desk`, told touches and heard line by line.

use std::path::{Path, PathBuf};
use std::process::Command;

use flow::Touch;
use serde_json::{Value, json};

use crate::Trouble;
use crate::process::{Process, run};
use crate::programs::program;

/// What is attached to a device, and how kiosk.toml names it.
pub struct Attached<'a> {
    pub kind: &'a str,
    pub protocol: &'a str,
    pub port: &'a str,
    pub model: Option<&'a str>,
}

impl<'a> Attached<'a> {
    pub fn printer(port: &'a str, model: &'a str) -> Attached<'a> {
        Attached { kind: "printer", protocol: "escpos", port, model: Some(model) }
    }

    pub fn terminal(port: &'a str) -> Attached<'a> {
        Attached { kind: "terminal", protocol: "zvt", port, model: None }
    }

    pub fn scanner(port: &'a str) -> Attached<'a> {
        Attached { kind: "scanner", protocol: "line", port, model: None }
    }

    pub fn card_reader(port: &'a str) -> Attached<'a> {
        Attached { kind: "card-reader", protocol: "rdm6300", port, model: None }
    }

    /// A camera that is looked through.
    pub fn viewfinder(port: &'a str) -> Attached<'a> {
        Attached { kind: "camera", protocol: "y4m", port, model: None }
    }

    pub fn camera(port: &'a str) -> Attached<'a> {
        Attached { kind: "camera", protocol: "folder", port, model: None }
    }
}

/// A device's own folder with its kiosk.toml and its books.
pub struct Device {
    folder: PathBuf,
    pack: PathBuf,
}

impl Device {
    /// Where the centre is to write the file that makes the device.
    pub fn provision_path(folder: &Path) -> PathBuf {
        folder.join("device.padi")
    }

    /// The device in whose folder the provision lies; its kiosk.toml is still to be written.
    pub fn make(folder: &Path, pack: &Path) -> Device {
        Device { folder: folder.to_owned(), pack: pack.to_owned() }
    }

    /// Writes kiosk.toml; books that are there stay.
    pub fn configure(
        &self,
        profile: &str,
        centre: &str,
        language: Option<&str>,
        attached: &[Attached<'_>],
    ) -> Result<(), Trouble> {
        let text = |value: &dyn ToString| toml::Value::String(value.to_string());
        let mut table = toml::Table::new();
        let pack = self.pack.to_string_lossy();
        for (key, value) in [
            ("profile", profile),
            ("data", "data"),
            ("centre", centre),
            ("body", "padippuram"),
            ("pack", &pack),
            ("provision", "device.padi"),
        ] {
            table.insert(key.to_owned(), text(&value));
        }
        if let Some(language) = language {
            table.insert("language".to_owned(), text(&language));
        }
        let devices = attached.iter().map(|attached| {
            let mut device = toml::Table::new();
            let fields =
                [("kind", attached.kind), ("protocol", attached.protocol), ("port", attached.port)];
            let model = attached.model.map(|model| ("model", model));
            for (key, value) in fields.into_iter().chain(model) {
                device.insert(key.to_owned(), text(&value));
            }
            toml::Value::Table(device)
        });
        // Devices of one town meet on this machine alone.
        let carry = [("stick", "stick"), ("listen", "127.0.0.1:0")];
        let carry = carry.map(|(key, value)| (key.to_owned(), text(&value)));
        table.insert("carry".to_owned(), toml::Value::Table(carry.into_iter().collect()));
        table.insert("device".to_owned(), toml::Value::Array(devices.collect()));
        std::fs::write(self.config(), table.to_string())
            .map_err(|error| Trouble::caused("kiosk.toml cannot be written", error))
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn config(&self) -> PathBuf {
        self.folder.join("kiosk.toml")
    }

    /// `kiosk sync`, `verify` or `export`, to its end.
    pub fn ask(&self, deed: &str) -> Result<String, Trouble> {
        run(&format!("kiosk {deed}"), self.command(deed)?, "")
    }

    /// The same with more words: carry DIR.
    pub fn ask_with(&self, deed: &str, words: &[&str]) -> Result<String, Trouble> {
        let mut command = self.command(deed)?;
        command.args(words);
        run(&format!("kiosk {deed}"), command, "")
    }

    /// Opens the desk.
    pub fn open(&self) -> Result<Desk, Trouble> {
        let process = Process::start("kiosk", self.command("desk")?, &self.folder)?;
        Desk::of(process)
    }

    /// Opens the desk on a machine whose wall clock stands wrong by so much, "-365d"; the monotonic
    /// clock goes on as it does.
    pub fn open_with_clock(&self, offset: &str) -> Result<Desk, Trouble> {
        let desk = self.command("desk")?;
        let mut command = Command::new("faketime");
        command.args(["-m", "-f", offset]).arg(desk.get_program()).args(desk.get_args());
        command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        Desk::of(Process::start("kiosk", command, &self.folder)?)
    }

    pub fn command(&self, deed: &str) -> Result<Command, Trouble> {
        let mut command = Command::new(program("kiosk")?);
        command.arg(deed).arg("--config").arg(self.config());
        Ok(command)
    }
}

/// A desk that is open. What is waited for is looked for from the last touch on.
pub struct Desk {
    process: Process,
    mark: usize,
}

impl Desk {
    /// A desk that was started in another way, once its first screen stands.
    pub fn of(process: Process) -> Result<Desk, Trouble> {
        process.wait_from(0, "a first screen", |line| line["screen"].is_object())?;
        Ok(Desk { process, mark: 0 })
    }

    pub fn press(&mut self, button: &str) -> Result<(), Trouble> {
        self.send(&json!({ "press": button }))
    }

    pub fn choose(&mut self, id: &str) -> Result<(), Trouble> {
        self.send(&json!({ "choose": id }))
    }

    pub fn fill(&mut self, field: &str, text: &str) -> Result<(), Trouble> {
        self.send(&json!({ "type": { "field": field, "text": text } }))
    }

    pub fn scan(&mut self, text: &str) -> Result<(), Trouble> {
        self.send(&json!({ "scan": text }))
    }

    pub fn language(&mut self, code: &str) -> Result<(), Trouble> {
        self.send(&json!({ "language": code }))
    }

    pub fn touch(&mut self, touch: &Touch) -> Result<(), Trouble> {
        self.send(&serde_json::to_value(touch).expect("a touch can be written"))
    }

    fn send(&mut self, touch: &Value) -> Result<(), Trouble> {
        self.send_line(&touch.to_string())
    }

    /// A line as it is, touch or not.
    pub fn send_line(&mut self, line: &str) -> Result<(), Trouble> {
        self.mark = self.process.count();
        self.process.tell(line)
    }

    /// What is said from now on is what is waited for.
    pub fn look_from_now(&mut self) {
        self.mark = self.process.count();
    }

    /// What is waited for may have been said since the desk was opened.
    pub fn look_from_the_start(&mut self) {
        self.mark = 0;
    }

    /// The content of this page, once it stands on the glass.
    pub fn page(&self, name: &str) -> Result<Value, Trouble> {
        self.page_where(name, |_| true)
    }

    /// The same, once it says what is wished.
    pub fn page_where(&self, name: &str, holds: impl Fn(&Value) -> bool) -> Result<Value, Trouble> {
        let fits = |screen: &Value| {
            let page = &screen["page"][name];
            !page.is_null() && holds(page)
        };
        let screen = self.screen_where(&format!("the page {name}"), fits)?;
        Ok(screen["page"][name].clone())
    }

    /// A screen, frame and page, of which something holds.
    pub fn screen_where(
        &self,
        what: &str,
        holds: impl Fn(&Value) -> bool,
    ) -> Result<Value, Trouble> {
        let fits = |line: &Value| line["screen"].is_object() && holds(&line["screen"]);
        let (_, line) = self.process.wait_from(self.mark, what, fits)?;
        Ok(line["screen"].clone())
    }

    /// The screen that stands on the glass now.
    pub fn screen(&self) -> Value {
        let lines = self.process.lines();
        let last = lines.iter().rev().find(|line| line["screen"].is_object());
        last.map(|line| line["screen"].clone()).unwrap_or_default()
    }

    /// What the rules said no to: the code and the sentence.
    pub fn refusal(&self) -> Result<(String, String), Trouble> {
        let line = self.line("refusal")?;
        let word = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        Ok((word("code"), word("sentence")))
    }

    /// An entry of this kind that was written.
    pub fn entry(&self, kind: &str) -> Result<Value, Trouble> {
        let fits = |line: &Value| line["entry"]["kind"] == kind;
        let what = format!("an entry {kind}");
        Ok(self.process.wait_from(self.mark, &what, fits)?.1["entry"].clone())
    }

    /// So many entries of this kind, once the last was said: each has its own line.
    pub fn entries_of(&self, kind: &str, count: usize) -> Result<Vec<Value>, Trouble> {
        let fits = |line: &Value| line["entry"]["kind"] == kind;
        let mut mark = 0;
        let one = |place: usize| {
            let what = format!("the entry {kind} number {}", place + 1);
            let (at, line) = self.process.wait_from(mark, &what, fits)?;
            mark = at;
            Ok(line["entry"].clone())
        };
        (0..count).map(one).collect()
    }

    /// What became of a print.
    pub fn slip(&self) -> Result<Value, Trouble> {
        self.line("slip")
    }

    /// The first line of this kind.
    pub fn line(&self, kind: &str) -> Result<Value, Trouble> {
        let fits = |line: &Value| line.get(kind).is_some();
        Ok(self.process.wait_from(self.mark, kind, fits)?.1[kind].clone())
    }

    /// The first line of either kind, whole.
    pub fn either(&self, one: &str, other: &str) -> Result<Value, Trouble> {
        let fits = |line: &Value| line.get(one).is_some() || line.get(other).is_some();
        let what = format!("{one} or {other}");
        Ok(self.process.wait_from(self.mark, &what, fits)?.1)
    }

    /// Every entry that was written since it was opened.
    pub fn entries(&self) -> Vec<Value> {
        let lines = self.process.lines();
        let entries = lines.iter().filter_map(|line| line.get("entry"));
        entries.cloned().collect()
    }

    /// Waits until the line to the office is up, or down.
    pub fn until_online(&mut self, online: bool) -> Result<(), Trouble> {
        self.mark = 0;
        let what = if online { "the line is up" } else { "the line is down" };
        if self.screen()["frame"]["line"]["online"] == online {
            return Ok(());
        }
        let mark = self.process.count();
        let fits = |line: &Value| line["screen"]["frame"]["line"]["online"] == online;
        // It may have changed between the look and the mark.
        if self.screen()["frame"]["line"]["online"] != online {
            self.process.wait_from(mark, what, fits)?;
        }
        Ok(())
    }

    /// What the program wrote to its log.
    pub fn log(&self) -> String {
        self.process.log()
    }

    pub fn is_running(&mut self) -> bool {
        self.process.is_running()
    }

    /// Ends it as a power cut does.
    pub fn kill(mut self) -> Result<(), Trouble> {
        self.process.kill()
    }

    /// Closes its input and waits until it has ended by itself.
    pub fn close(mut self) -> Result<(), Trouble> {
        self.process.hang_up();
        match self.process.ended()? {
            status if status.success() => Ok(()),
            status => Err(Trouble::new(format!("the desk ended with {status}: {}", self.log()))),
        }
    }
}
