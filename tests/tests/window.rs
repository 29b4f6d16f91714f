//! The real window on a real X server, clicked through with a pointer. A second kiosk in memory
//! plays the same journey and says where things are to be found.

use std::path::{Path, PathBuf};
use std::process::Command;

use kiosk::config::Config;
use kiosk::setup::Setup;
use tests::person::Person;
use tests::process::Process;
use tests::town::{Equipped, Kind, Town};
use tests::wait::until;
use tests::{Trouble, has_program, missing, sample};

/// A screen somewhat larger than the kiosk's window.
const SCREEN: &str = "1400x900x24";

#[test]
fn the_window_is_clicked_through_to_a_receipt() {
    let absent: Vec<&str> = ["Xvfb", "openbox", "xdotool"]
        .into_iter()
        .filter(|program| !has_program(program))
        .collect();
    if !absent.is_empty() {
        absent.iter().for_each(|program| missing(program, "the real window of the touch screen"));
        return;
    }
    let town = Town::small().expect("a town");
    let seen = town.equip(Kind::kiosk()).expect("a kiosk");
    let shown = town.equip(Kind { name: "kiosk-2", ..Kind::kiosk() }).expect("a second kiosk");
    let mut person = before_the_glass(&shown).expect("a glass in memory");
    person.reaches("home").expect("the idle page");
    person.sees("a line", |screen| screen.frame.line.online).expect("a line");
    let window = Window::open(&town, &seen).expect("the window");

    let steps = [("English", "home"), ("Property tax", "find")];
    for (words, page) in steps {
        both(&mut person, &window, words, page);
    }
    for key in sample::PICTURED.chars() {
        let place = person.points_at(&key.to_string()).expect("a key");
        window.click(place).expect("clicked");
        person.types(&key.to_string()).expect("typed");
    }
    let steps = [
        ("Find it", "demand"),
        ("Continue to pay", "pay"),
        ("Card", "pay"),
        ("Pay {} by card", "paid"),
    ];
    for (words, page) in steps {
        both(&mut person, &window, words, page);
    }
    seen.printer.slip(1).expect("the window's kiosk prints a slip");
    let figures = town
        .centre
        .until("both receipts are there", |figures| figures["total"]["count"] == 2)
        .expect("figures");
    let devices: Vec<_> = figures["receipts"]
        .as_array()
        .expect("receipts")
        .iter()
        .map(|receipt| receipt["device"].clone())
        .collect();
    assert!(devices.contains(&"kiosk-1".into()) && devices.contains(&"kiosk-2".into()));
    person.leaves().expect("the glass is put away");
}

/// One click in the window, at the place where the person in memory finds the part and presses it.
fn both(person: &mut Person, window: &Window, words: &str, page: &str) {
    let place = person.points_at(words).unwrap_or_else(|trouble| panic!("{words}: {trouble}"));
    window.click(place).unwrap_or_else(|trouble| panic!("{words}: {trouble}"));
    person.presses(words).unwrap_or_else(|trouble| panic!("{words}: {trouble}"));
    person.reaches(page).unwrap_or_else(|trouble| panic!("{words}: {trouble}"));
}

fn before_the_glass(equipped: &Equipped) -> Result<Person, Trouble> {
    let config = Config::load(&equipped.device.config())
        .map_err(|error| Trouble::caused("the configuration is refused", error))?;
    let setup = Setup::load(config)
        .map_err(|error| Trouble::caused("the device cannot be set up", error))?;
    Person::at(setup, None)
}

/// The kiosk's window with the server and the manager that it needs.
struct Window {
    id: String,
    display: String,
    frame: PathBuf,
    _kiosk: Process,
    _manager: Process,
    _server: Process,
}

impl Window {
    fn open(town: &Town, equipped: &Equipped) -> Result<Window, Trouble> {
        let frames = town.folder().join("frames");
        std::fs::create_dir_all(&frames)
            .map_err(|error| Trouble::caused("no folder for the frames", error))?;
        let mut server = Command::new("Xvfb");
        // Without -noreset the server begins anew when its first client leaves, and whoever
        // connects at that moment is turned away.
        server.args(["-noreset", "-displayfd", "1", "-screen", "0", SCREEN]);
        server.args(["-nolisten", "tcp", "-fbdir"]);
        let server = Process::start("xvfb", with(server, &frames), town.folder())?;
        let (_, number) = server.wait_from(0, "its display", |line| line.is_u64())?;
        let display = format!(":{number}");
        let mut manager = Command::new("openbox");
        manager.env("DISPLAY", &display);
        let manager = Process::start("openbox", manager, town.folder())?;
        until("the display answers", || {
            let mut asks = Command::new("xdotool");
            asks.arg("getdisplaygeometry").env("DISPLAY", &display);
            asks.output().ok()?.status.success().then_some(())
        })?;
        let mut kiosk = equipped.device.command("run")?;
        kiosk.env("DISPLAY", &display);
        let kiosk = Process::start("kiosk-window", kiosk, equipped.device.folder())?;
        let frame = frames.join("Xvfb_screen0");
        let mut window = Window {
            id: String::new(),
            display,
            frame,
            _kiosk: kiosk,
            _manager: manager,
            _server: server,
        };
        window.id = until("the window is there", || {
            let found = window.xdotool(&["search", "--onlyvisible", "--name", "^Padi$"]).ok()?;
            found.lines().next().map(str::to_owned)
        })?;
        window.settles(&[])?;
        Ok(window)
    }

    /// Clicks at a place of the window, and waits until what is shown has changed and rests.
    fn click(&self, (x, y): (f32, f32)) -> Result<(), Trouble> {
        let before = self.pixels();
        let (x, y) = (x.round().to_string(), y.round().to_string());
        self.xdotool(&["mousemove", "--window", &self.id, &x, &y, "click", "1"])?;
        self.settles(&before)
    }

    fn settles(&self, before: &[u8]) -> Result<(), Trouble> {
        let mut last = Vec::new();
        let mut rested = 0;
        until("the window has changed and rests", || {
            let now = self.pixels();
            rested = if now == last && now != before { rested + 1 } else { 0 };
            last = now;
            (rested >= 10).then_some(())
        })
    }

    fn pixels(&self) -> Vec<u8> {
        std::fs::read(&self.frame).unwrap_or_default()
    }

    fn xdotool(&self, words: &[&str]) -> Result<String, Trouble> {
        let mut command = Command::new("xdotool");
        command.env("DISPLAY", &self.display).args(words);
        tests::process::run("xdotool", command, "")
    }
}

fn with(mut command: Command, last: &Path) -> Command {
    command.arg(last);
    command
}
