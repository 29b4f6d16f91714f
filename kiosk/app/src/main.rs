//! The program at the doorstep: the touch screen, the same desk without a screen, and what an
//! installer and an auditor ask of its books.

use std::cell::RefCell;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::channel;

use clap::{Parser, Subcommand};
use flow::Touch;
use kiosk::config::Config;
use kiosk::desk::{self, Line, Outward};
use kiosk::setup::Setup;
use node::Store;
use schemars::schema_for;

/// Padi at the doorstep: takes money, prints receipts, keeps its books, with or without a network.
#[derive(Parser)]
#[command(name = "kiosk", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Opens the touch screen.
    Run(ConfigFile),
    /// Runs the same desk without the glass: one JSON touch a line on stdin; on stdout one JSON
    /// line for each screen shown, entry recorded, slip printed or failed, and refusal.
    Desk(DeskArguments),
    /// Tries every device of kiosk.toml and says what works, what does not and what to do, and what
    /// else is plugged in. Prints and charges nothing; fails where a device does not work.
    Devices(DevicesArguments),
    /// Talks to the centre until both sides have everything, then ends.
    Sync(ConfigFile),
    /// Carries the books without a line: takes the office's reply in DIR, where one lies there, and
    /// writes what the office lacks beside it, for `central collect`. The desk must be closed.
    Carry(CarryArguments),
    /// Walks the books and says whether they are complete, or which entry is wrong.
    Verify(ConfigFile),
    /// Writes the books for an auditor, signed, as JSON lines to stdout, or to a file. The program
    /// `verify` checks them.
    Export(ExportArguments),
}

#[derive(clap::Args)]
struct ConfigFile {
    /// The device's kiosk.toml.
    #[arg(long)]
    config: PathBuf,
}

#[derive(clap::Args)]
struct DeskArguments {
    /// The device's kiosk.toml.
    #[arg(long, required_unless_present = "schema")]
    config: Option<PathBuf>,
    /// Prints the JSON Schema of the lines in both directions, and ends.
    #[arg(long)]
    schema: bool,
}

#[derive(clap::Args)]
struct DevicesArguments {
    /// The device's kiosk.toml.
    #[arg(long)]
    config: PathBuf,
    /// Writes one JSON object for programs.
    #[arg(long)]
    json: bool,
    /// Looks at a /dev and /sys below another folder.
    #[arg(long, value_name = "DIR", default_value = "/")]
    root: PathBuf,
}

#[derive(clap::Args)]
struct CarryArguments {
    /// The device's kiosk.toml.
    #[arg(long)]
    config: PathBuf,
    /// The folder to carry, as a stick is mounted.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

#[derive(clap::Args)]
struct ExportArguments {
    /// The device's kiosk.toml.
    #[arg(long)]
    config: PathBuf,
    /// Where to write; stdout where it is left out.
    #[arg(long)]
    out: Option<PathBuf>,
}

fn main() -> ExitCode {
    // Before any thread runs: the fonts' folder is told through the environment.
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("PADI_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
        )
        .init();
    let done = match arguments.command {
        Command::Run(file) => setup(&file.config).and_then(kiosk::run::run),
        Command::Desk(DeskArguments { schema: true, .. }) => print_schema(),
        Command::Desk(DeskArguments { config, .. }) => {
            let config = config.expect("clap asks for it unless the schema is wanted");
            setup(&config).and_then(run_desk)
        }
        Command::Devices(arguments) => devices(&arguments),
        Command::Sync(file) => setup(&file.config).and_then(sync),
        Command::Carry(arguments) => {
            setup(&arguments.config).and_then(|setup| carry(&setup, &arguments.folder))
        }
        Command::Verify(file) => setup(&file.config).and_then(verify),
        Command::Export(arguments) => {
            setup(&arguments.config).and_then(|setup| export(setup, arguments.out))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kiosk: {}", kiosk::chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

type Done = Result<(), Box<dyn std::error::Error>>;

fn setup(config: &std::path::Path) -> Result<Setup, Box<dyn std::error::Error>> {
    Ok(Setup::load(Config::load(config)?)?)
}

fn print_schema() -> Done {
    let both = serde_json::json!({
        "stdin": schema_for!(Touch),
        "stdout": schema_for!(Line),
    });
    println!("{}", serde_json::to_string_pretty(&both)?);
    Ok(())
}

/// Reads touches until stdin ends, then lets the desk end too.
fn run_desk(setup: Setup) -> Done {
    let (say, lines) = channel();
    let complain = say.clone();
    let desk = desk::start(setup, move |outward| {
        let _ = say.send(outward);
    })?;
    let touch = desk.toucher();
    std::thread::spawn(move || {
        for read in desk::touches(std::io::stdin().lock()) {
            match read {
                Ok(event) => {
                    touch(event);
                }
                Err(error) => {
                    let fault = Line::Fault(error.to_string());
                    let _ = complain.send(Outward::Line(fault));
                }
            }
        }
        desk.stop();
    });
    let mut out = std::io::stdout().lock();
    for outward in lines {
        match outward {
            Outward::Line(line) => {
                serde_json::to_writer(&mut out, &line)?;
                out.write_all(b"\n")?;
                out.flush()?;
            }
            Outward::Preview(_) | Outward::View(_) | Outward::TouchTaken => {}
            Outward::Ended(_) => break,
        }
    }
    Ok(())
}

fn devices(arguments: &DevicesArguments) -> Done {
    let config = Config::load(&arguments.config)?;
    let report = kiosk::devices::look(&config, &devices::Machine::below(&arguments.root));
    match arguments.json {
        true => println!("{}", serde_json::to_string(&report)?),
        false => println!("{}", report.text()),
    }
    report.complaint().map_or(Ok(()), |complaint| Err(complaint.into()))
}

fn sync(setup: Setup) -> Done {
    let mut store = Store::open(&setup.config.data, &setup.provision)?;
    let (started, boot) = (std::time::Instant::now(), store.boot());
    let now = || kiosk::desk::moment(started, boot);
    let done = node::exchange_until_quiet(&mut store, setup.link_options(), now)?;
    println!(
        "{} entries sent, {} buildings received, {} in quarantine, {} requests",
        done.sent, done.buildings, done.quarantined, done.requests
    );
    if let Some(version) = done.pack {
        println!("version {version} of the rule pack is here");
    }
    if done.photos > 0 {
        println!("photos sent: {}", done.photos);
    }
    Ok(())
}

fn carry(setup: &Setup, folder: &std::path::Path) -> Done {
    let mut store = Store::open(&setup.config.data, &setup.provision)?;
    let now = kiosk::desk::moment(std::time::Instant::now(), store.boot());
    let whose = (setup.provision.writer, setup.provision.body.clone());
    let books = kiosk::carry::Own(RefCell::new(&mut store), now);
    // Whoever names a folder here means that one, whatever it is.
    let on = kiosk::carry::carry(&books, &whose, folder)?;
    for sentence in kiosk::carry::sentences(&on, &setup.provision.name) {
        println!("{sentence}");
    }
    Ok(())
}

fn verify(setup: Setup) -> Done {
    let store = Store::open(&setup.config.data, &setup.provision)?;
    let verified = store.verify()?;
    println!(
        "complete: {} entries, {} receipts, {} countersigned by the office, {} notices",
        verified.head.seq, verified.receipts, verified.countersigned, verified.notices
    );
    Ok(())
}

fn export(setup: Setup, out: Option<PathBuf>) -> Done {
    let store = Store::open(&setup.config.data, &setup.provision)?;
    match out {
        Some(path) => {
            store.export(BufWriter::new(std::fs::File::create(path)?), now_ms())?;
        }
        None => {
            store.export(BufWriter::new(std::io::stdout().lock()), now_ms())?;
        }
    }
    Ok(())
}

fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap_or_default().as_millis()).unwrap_or_default()
}
