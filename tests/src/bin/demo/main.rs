//! `cargo demo`: a local body in small, with real programs on real wires. With a display it opens
//! the touch screen; without one it plays a journey on the same screens and leaves pictures of all
//! of it.

mod journeys;
mod leaving;
mod line_cut;
mod record;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, ValueEnum};
use kiosk::config::Config;
use kiosk::setup::Setup;
use ledger::Language;
use tests::Trouble;
use tests::centre::Wire;
use tests::person::Person;
use tests::process::Process;
use tests::programs::workspace;
use tests::sims::{Cable, Sim};
use tests::town::{Cables, Equipped, Kind, Town, register};

use record::Record;

/// Shows Padi with a synthetic local body: the centre, a touch screen, printer, card terminal,
/// scanner and bank.
///
/// Without a display, or with --headless, a journey is played by itself, and target/demo/ has every
/// screen and slip as a picture, the dashboard as HTML, and summary.json.
#[derive(Parser)]
#[command(name = "cargo demo", version)]
struct Arguments {
    /// Whose device it is.
    #[arg(long, value_enum, default_value_t = ProfileName::Kiosk)]
    profile: ProfileName,
    /// The language on the glass and on the slips: en, ml, hi, mr, or.
    #[arg(long, default_value = "en", value_parser = language)]
    language: Language,
    /// Keep everything running afterwards and print the addresses.
    #[arg(long)]
    stay: bool,
    /// Play the journey without a window even where there is a display.
    #[arg(long)]
    headless: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ProfileName {
    Kiosk,
    Collector,
    Karmasena,
}

fn language(code: &str) -> Result<Language, String> {
    Language::from_code(code).ok_or_else(|| "one of en, ml, hi, mr, or".to_owned())
}

impl ProfileName {
    /// The device of this profile, each simulator on another kind of wire.
    fn kind(self) -> Kind<'static> {
        let kind = match self {
            ProfileName::Kiosk => Kind::kiosk(),
            ProfileName::Collector => Kind::collector(),
            ProfileName::Karmasena => Kind::karmasena(),
        };
        let printer = if kind.is_handheld() { Cable::Pty } else { Cable::Tcp };
        let cables = Cables { printer, terminal: Cable::Tcp, scanner: Cable::Pty };
        Kind { cables, ..kind }
    }
}

/// Everything that runs.
struct Stage {
    folder: PathBuf,
    town: Town,
    equipped: Equipped,
    bank: Sim,
}

fn main() -> ExitCode {
    leaving::watch();
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("cargo demo: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Trouble> {
    let begun = Instant::now();
    let folder = record::fresh_folder()?;
    println!("Starting the centre and loading a synthetic local body …");
    let stage = set_up(folder, arguments)?;
    let mut record = Record::begin(&stage.folder, begun)?;
    if has_display() && !arguments.headless {
        in_a_window(&stage, &mut record, arguments)
    } else {
        by_itself(&stage, &mut record, arguments)
    }
}

fn set_up(folder: PathBuf, arguments: &Arguments) -> Result<Stage, Trouble> {
    let pack = workspace().join(tests::centre::PACK);
    let town = Town::make(&folder.join("town"), Wire::Tls, &register()?, &pack)?;
    let code = arguments.language.code();
    // A kiosk waits in the body's own language until somebody chooses theirs.
    let own = arguments.profile == ProfileName::Kiosk;
    let kind = Kind { language: (!own).then_some(code), ..arguments.profile.kind() };
    let equipped = town.equip(kind)?;
    let bank = Sim::upi(town.folder(), &town.centre)?;
    Ok(Stage { folder, town, equipped, bank })
}

fn has_display() -> bool {
    std::env::var_os("DISPLAY").is_some_and(|display| !display.is_empty())
}

/// The real window, which a person uses and closes.
fn in_a_window(stage: &Stage, record: &mut Record, arguments: &Arguments) -> Result<(), Trouble> {
    let device = &stage.equipped.device;
    let mut window = Process::start("kiosk-window", device.command("run")?, device.folder())?;
    println!("The touch screen is open; close its window to end.");
    addresses(stage);
    let status = window.ended_at_leisure(leaving::is_wished)?;
    if status.is_some_and(|status| !status.success()) {
        let log = window.log();
        let last = log.lines().last().unwrap_or_default();
        let told = "the touch screen ended with an error; add --headless where no display works";
        return Err(Trouble::new(format!("{told}: {last}")));
    }
    record.close(stage)?;
    if arguments.stay {
        println!("The centre goes on; Ctrl-C ends it.");
        leaving::wait();
    }
    Ok(())
}

/// A journey on the same screens, in memory.
fn by_itself(stage: &Stage, record: &mut Record, arguments: &Arguments) -> Result<(), Trouble> {
    let config = Config::load(&stage.equipped.device.config())
        .map_err(|error| Trouble::caused("the device's configuration is refused", error))?;
    let setup = Setup::load(config)
        .map_err(|error| Trouble::caused("the device cannot be set up", error))?;
    let mut person = Person::at(setup, Some(&record.screens_folder()))?;
    let first = journeys::first_page(arguments.profile);
    person.reaches(first)?;
    record.first_screen();
    println!("The first screen stands after {}.", record.first_screen_text());
    journeys::play(arguments.profile, arguments.language, stage, &mut person)?;
    record.heard(&person);
    record.close(stage)?;
    println!("Everything is in {}.", shown(&stage.folder));
    if arguments.stay {
        addresses(stage);
        println!("The centre and the kiosk go on; Ctrl-C ends them.");
        person.stays(leaving::is_wished)?;
    }
    person.leaves().map(|_| ())
}

/// Where everything listens, for whoever wants to try it by hand.
fn addresses(stage: &Stage) {
    let equipped = &stage.equipped;
    println!("  dashboard:      {}/", stage.town.centre.url());
    println!("  kiosk.toml:     {}", shown(&equipped.device.config()));
    for (name, sim) in [
        ("printer:", &equipped.printer),
        ("card terminal:", &equipped.terminal),
        ("scanner:", &equipped.scanner),
        ("bank (UPI):", &stage.bank),
    ] {
        println!("  {name:<15} {} (commands: {}, `help` lists them)", sim.port(), sim.control());
    }
}

/// A path as it is typed in the folder of the workspace.
fn shown(path: &std::path::Path) -> String {
    path.strip_prefix(workspace()).unwrap_or(path).display().to_string()
}
