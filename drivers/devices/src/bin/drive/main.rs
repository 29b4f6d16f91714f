//! `drive`: one device through its driver, by hand and in the guest of the tests. Every line that
//! it says begins with a word; it prints dots that mean nothing.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use devices::{
    CardEvent, CardReader, EscPosPrinter, Fault, LineScanner, Machine, PortAddress, PrintJob,
    PrintOutcome, PrintProgress, Printer, PrinterProfile, Raster, Scanner, WedgeCards,
};

const USAGE: &str = "\
usage: drive place ADDRESS               where the address leads at this moment
       drive status ADDRESS MODEL        how a printer is
       drive print ADDRESS MODEL ROWS    a slip of so many rows of a pattern
       drive drawer ADDRESS MODEL        opens the cash drawer
       drive listen ADDRESS              what a scanner reads, until it is ended
       drive card FILE                   what a card reader types that is a keyboard, the same
       drive look FILE                   what a camera of V4L2 sees, the same; built with camera";

/// How long a slip waits for a new roll here.
const PAPER_WAIT: Duration = Duration::from_secs(60);
const LISTEN: Duration = Duration::from_secs(1);
/// How long between two looks for a camera that is away.
#[cfg(feature = "camera")]
const LOOK: Duration = Duration::from_millis(200);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["place", address] => place(address),
        ["status", address, model] => status(address, model),
        ["print", address, model, rows] => print(address, model, rows),
        ["drawer", address, model] => drawer(address, model),
        ["listen", address] => listen(address),
        ["card", file] => card(Path::new(file)),
        ["look", file] => look(Path::new(file)),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(because) => {
            eprintln!("{because}");
            ExitCode::FAILURE
        }
    }
}

/// A reader that has gone away is no reason to stop.
fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn address(text: &str) -> Result<PortAddress, String> {
    text.parse().map_err(|error: devices::AddressError| error.to_string())
}

fn place(text: &str) -> Result<(), String> {
    let found = Machine::default().resolved(&address(text)?);
    say(&found.map_err(|fault| fault.word().to_owned())?.to_string());
    Ok(())
}

fn printer(text: &str, model: &str) -> Result<EscPosPrinter, String> {
    let known = || PrinterProfile::built_in().into_iter().map(|profile| profile.name);
    let profile = PrinterProfile::named(model)
        .ok_or_else(|| format!("models: {}", known().collect::<Vec<_>>().join(", ")))?;
    Ok(EscPosPrinter::new(address(text)?, profile))
}

fn status(text: &str, model: &str) -> Result<(), String> {
    match printer(text, model)?.status() {
        Ok(status) => say(&format!("status {status:?}")),
        Err(fault) => say(&format!("fault {}", fault.word())),
    }
    Ok(())
}

fn print(text: &str, model: &str, rows: &str) -> Result<(), String> {
    let mut printer = printer(text, model)?;
    let rows: usize = rows.parse().map_err(|_| format!("{rows:?} is no number of rows"))?;
    let dots = printer.profile().dots;
    let mut raster = Raster::blank(dots, rows).map_err(|error| error.to_string())?;
    for row in 0..rows {
        (0..dots).filter(|x| (usize::from(*x) + row) % 7 < 3).for_each(|x| raster.blacken(x, row));
    }
    let job = PrintJob { raster, cut: true, open_drawer: false, paper_wait: PAPER_WAIT };
    let outcome = printer.print(&job, &mut |progress| match progress {
        PrintProgress::Sending { band, of } => say(&format!("sending {band} of {of}")),
        PrintProgress::Waiting(fault) => say(&format!("waiting {}", fault.word())),
        PrintProgress::Resumed => say("resumed"),
        PrintProgress::NearEnd => say("near_end"),
        PrintProgress::Finishing => say("finishing"),
    });
    match outcome {
        PrintOutcome::Confirmed(by) => say(&format!("confirmed {by:?}")),
        PrintOutcome::NotStarted(fault) => say(&format!("not_started {}", fault.word())),
        PrintOutcome::Uncertain { band, fault } => {
            say(&format!("uncertain {} band {band}", fault.word()));
        }
    }
    Ok(())
}

fn drawer(text: &str, model: &str) -> Result<(), String> {
    let mut printer = printer(text, model)?;
    say("opening");
    match printer.open_drawer() {
        Ok(()) => say("opened"),
        Err(fault) => say(&format!("fault {}", fault.word())),
    }
    Ok(())
}

fn listen(text: &str) -> Result<(), String> {
    let mut scanner = LineScanner::new(address(text)?);
    let mut said = Said::default();
    loop {
        said.hear(scanner.next(LISTEN), |code| format!("code {code}"));
    }
}

fn card(file: &Path) -> Result<(), String> {
    let mut reader = WedgeCards::new(file);
    let mut said = Said::default();
    loop {
        said.hear(reader.wait(LISTEN), |event| match event {
            CardEvent::Presented(number) => format!("card {number}"),
            CardEvent::Removed => "removed".to_owned(),
        });
    }
}

#[cfg(feature = "camera")]
fn look(file: &Path) -> Result<(), String> {
    use devices::LiveCamera;

    let mut camera = devices::V4lCamera::new(file);
    let mut said = String::new();
    loop {
        let line = match camera.next(LISTEN) {
            Ok(Some(frame)) => seen(&frame),
            Ok(None) => "nothing".to_owned(),
            Err(fault) => {
                // A camera that is away is not opened a thousand times a second.
                std::thread::sleep(LOOK);
                format!("{}: {fault}", fault.word())
            }
        };
        if line != said {
            say(&line);
            said = line;
        }
    }
}

#[cfg(feature = "camera")]
fn seen(frame: &devices::Frame) -> String {
    let light = if frame.is_dark() { "dark" } else { "picture" };
    let codes = devices::codes(frame).into_iter().map(|code| format!(" code {}", code.text));
    format!("{light} {}x{}{}", frame.width(), frame.height(), codes.collect::<String>())
}

#[cfg(not(feature = "camera"))]
fn look(_: &Path) -> Result<(), String> {
    Err("this program was built without cameras: build it with --features camera".to_owned())
}

/// Whether a device is there: each change is said once.
#[derive(Default)]
struct Said(&'static str);

impl Said {
    fn hear<T>(&mut self, heard: Result<Option<T>, Fault>, told: impl Fn(T) -> String) {
        let word = match heard {
            Ok(Some(news)) => {
                say(&told(news));
                "there"
            }
            Ok(None) => "there",
            Err(fault) => fault.word(),
        };
        if word != self.0 {
            say(word);
            self.0 = word;
        }
    }
}
