//! emupos plays a receipt printer: what it draws from our bytes, what it answers, and what our
//! driver makes of its faults. It knows no GS ( H, no cutter's fault and no broken printer: these
//! our own simulator plays, from the maker's page.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use devices::{
    ConfirmedBy, EscPosPrinter, Fault, Paper, PrintJob, PrintOutcome, PrintProgress, Printer,
    PrinterProfile, Raster,
};
use reqwest::Method;
use tests::Trouble;
use tests::chance::Chance;
use tests::judges::emupos::{Emupos, free_port};
use tests::judges::{Case, Verdict};
use tests::picture;
use tests::wait::until;

const EMUPOS: &str = "emupos 0.4.0";
const ROWS: usize = 706;
/// In how many parts a raster is cut.
const PLACES: usize = 40;

pub fn cases() -> Vec<Case> {
    let case = |question, name, ask| Case { judge: EMUPOS, question, name, ask };
    vec![
        case("printer: a slip's raster, dot by dot", "emupos_draws_our_raster_dot_by_dot", raster),
        case("printer: what our driver reads of it", "emupos_states_are_read_alike", states),
        case(
            "printer: paper out mid-print, new roll",
            "emupos_paper_out_gives_one_receipt",
            paper_out,
        ),
        case("printer: held before the print", "emupos_held_printer_gets_no_dot", held),
        case("printer: line cut in the raster", "emupos_cut_line_is_uncertain", cut),
        case(
            "printer: line cut at each of 48 places",
            "emupos_cut_anywhere_fits_the_paper",
            cut_anywhere,
        ),
        case("printer: the cash drawer", "emupos_drawer_opens", drawer),
        case(
            "printer: on a pty, byte by byte the same",
            "emupos_draws_the_same_on_a_pty",
            on_a_pty,
        ),
    ]
}

/// A printer, and how it is told what to do.
struct Bench {
    emupos: Emupos,
    printer: EscPosPrinter,
}

impl Bench {
    fn start(connection: &str) -> Result<Option<Bench>, Trouble> {
        let devices = format!(
            "  - id: front\n    type: printer\n    profile: epson-tm-t20iii\n    \
             connections:\n      - {connection}\n    receipts_dir: ./receipts\n"
        );
        let Some(emupos) = Emupos::start(&devices)? else { return Ok(None) };
        let port = emupos.port("front")?;
        // The speed of its profile. It takes ours for another all the same, for the driver sets it
        // by its number (BOTHER) and not by one of the old names.
        let speed = if port.starts_with("serial:") { "?baud=9600" } else { "" };
        let printer = driver(&format!("{port}{speed}"))?;
        Ok(Some(Bench { emupos, printer }))
    }

    fn on_tcp() -> Result<Option<Bench>, Trouble> {
        Bench::start(&format!("tcp: {{ port: {} }}", free_port()?))
    }

    fn receipts(&self) -> Result<usize, Trouble> {
        Ok(self.emupos.pictures("front")?.len())
    }

    fn state(&self) -> Result<serde_json::Value, Trouble> {
        Ok(self.emupos.ask(Method::GET, "/devices/front", None)?["state"].clone())
    }

    /// Not one byte of ours was strange to it.
    fn knew_every_byte(&self) -> Result<(), Trouble> {
        let log = self.emupos.log()?;
        match log.lines().find(|line| line.contains("unknown")) {
            Some(line) => Err(Trouble::new(format!("emupos did not understand: {line}"))),
            None => Ok(()),
        }
    }

    /// The only receipt is this raster, dot by dot.
    fn drew(&self, drawn: &Raster) -> Result<(), Trouble> {
        let pictures = self.emupos.pictures("front")?;
        let [picture] = &pictures[..] else {
            return Err(Trouble::new(format!("{} receipts instead of one", pictures.len())));
        };
        let seen = picture::read(picture)?;
        let differ = (0..drawn.rows())
            .flat_map(|row| (0..drawn.width_dots()).map(move |x| (x, row)))
            .filter(|(x, row)| {
                let shade = seen.pixels.get(row * seen.width + usize::from(*x));
                drawn.is_black(*x, *row) != shade.is_some_and(|shade| *shade < 128)
            })
            .count();
        match differ {
            0 => Ok(()),
            _ => Err(Trouble::new(format!("{differ} dots differ"))),
        }
    }
}

fn driver(address: &str) -> Result<EscPosPrinter, Trouble> {
    let address = address.parse().map_err(|error| Trouble::caused("no address", error))?;
    let profile = PrinterProfile::named("generic-80").expect("it is built in");
    Ok(EscPosPrinter::new(address, profile))
}

/// Random dots without a dangerous pair, with white rows among them as between the lines of a slip.
fn dots() -> Raster {
    let mut chance = Chance(57);
    let mut bits = Vec::new();
    for _ in 0..ROWS {
        let white = chance.below(3) == 0;
        bits.extend(
            (0..576 / 8)
                .map(|_| if white { 0 } else { u8::try_from(chance.below(256)).expect("a byte") }),
        );
    }
    let raster = Raster::new(576, bits).expect("whole rows");
    devices::printer::bands::harmless(&raster)
}

fn job(raster: &Raster) -> PrintJob {
    let paper_wait = Duration::from_secs(60);
    PrintJob { raster: raster.clone(), cut: true, open_drawer: false, paper_wait }
}

fn confirmed(outcome: &PrintOutcome) -> Result<(), Trouble> {
    match outcome {
        PrintOutcome::Confirmed(ConfirmedBy::PaperStatus) => Ok(()),
        other => Err(Trouble::new(format!("the slip is not confirmed: {other:?}"))),
    }
}

fn raster() -> Result<Verdict, Trouble> {
    let Some(mut bench) = Bench::on_tcp()? else { return Ok(Verdict::Missing) };
    let drawn = dots();
    confirmed(&bench.printer.print(&job(&drawn), &mut |_| {}))?;
    bench.drew(&drawn)?;
    bench.knew_every_byte()?;
    Ok(Verdict::Agrees(format!("576 x {ROWS} dots, no unknown byte")))
}

/// Each of its faults is read as what it is, and as nothing else.
fn states() -> Result<Verdict, Trouble> {
    let Some(mut bench) = Bench::on_tcp()? else { return Ok(Verdict::Missing) };
    let read = |bench: &mut Bench| {
        let status = bench.printer.status();
        let status = status.map_err(|fault| Trouble::caused("no status", fault))?;
        let fault = status.fault().map_or("fine", |fault| fault.word());
        Ok::<_, Trouble>((fault, status.paper == Paper::NearEnd))
    };
    for (fault, expected) in [
        ("paper-near-end", ("fine", true)),
        ("paper-out", ("paper_out", false)),
        ("cover-open", ("cover_open", false)),
        ("offline", ("offline", false)),
    ] {
        bench.emupos.fault("front", fault, true)?;
        let found = read(&mut bench)?;
        bench.emupos.fault("front", fault, false)?;
        if found != expected {
            return Err(Trouble::new(format!("{fault} was read as {found:?}")));
        }
    }
    if read(&mut bench)? != ("fine", false) {
        return Err(Trouble::new("a printer without a fault was read as one with"));
    }
    near_end_is_said_and_used(&mut bench)?;
    bench.knew_every_byte()?;
    Ok(Verdict::Agrees("5 states; near end is said and printed on".to_owned()))
}

fn near_end_is_said_and_used(bench: &mut Bench) -> Result<(), Trouble> {
    bench.emupos.fault("front", "paper-near-end", true)?;
    let mut said = 0;
    let outcome = bench.printer.print(&job(&dots()), &mut |progress| {
        said += usize::from(matches!(progress, PrintProgress::NearEnd));
    });
    confirmed(&outcome)?;
    match (said, bench.receipts()?) {
        (1.., 1) => Ok(()),
        other => Err(Trouble::new(format!("near end: said and printed {other:?} times"))),
    }
}

/// The roll ends in the third band; a person waits to see it said, and puts in a new one.
fn paper_out() -> Result<Verdict, Trouble> {
    let Some(mut bench) = Bench::on_tcp()? else { return Ok(Verdict::Missing) };
    let drawn = dots();
    confirmed(&bench.printer.print(&job(&drawn), &mut |_| {}))?;
    let (emupos, mut told) = (&bench.emupos, Vec::new());
    let mut problem = None;
    let outcome = bench.printer.print(&job(&drawn), &mut |progress| {
        let done = match &progress {
            PrintProgress::Sending { band: 2, .. } => emupos.fault("front", "paper-out", true),
            PrintProgress::Waiting(Fault::PaperOut) => {
                told.push("waits");
                let before = emupos.pictures("front").map(|pictures| pictures.len());
                if !matches!(before, Ok(1)) {
                    problem = Some(format!("while it waits there are {before:?} receipts"));
                }
                emupos.fault("front", "paper-out", false)
            }
            PrintProgress::Resumed => {
                told.push("goes on");
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err(trouble) = done {
            problem = Some(trouble.to_string());
        }
    });
    if let Some(problem) = problem {
        return Err(Trouble::new(problem));
    }
    confirmed(&outcome)?;
    if told != ["waits", "goes on"] {
        return Err(Trouble::new(format!("a person was told {told:?}")));
    }
    let pictures = bench.emupos.pictures("front")?;
    let [first, second] = &pictures[..] else {
        return Err(Trouble::new(format!("{} receipts instead of two", pictures.len())));
    };
    if picture::read(first)?.pixels != picture::read(second)?.pixels {
        return Err(Trouble::new("the slip with the new roll differs from the one without"));
    }
    bench.knew_every_byte()?;
    Ok(Verdict::Agrees("one receipt more, the same dots, confirmed".to_owned()))
}

fn held() -> Result<Verdict, Trouble> {
    let Some(mut bench) = Bench::on_tcp()? else { return Ok(Verdict::Missing) };
    for (fault, word) in
        [("cover-open", "cover_open"), ("offline", "offline"), ("paper-out", "paper_out")]
    {
        bench.emupos.fault("front", fault, true)?;
        let outcome = bench.printer.print(&job(&dots()), &mut |_| {});
        bench.emupos.fault("front", fault, false)?;
        match outcome {
            PrintOutcome::NotStarted(found) if found.word() == word => {}
            other => return Err(Trouble::new(format!("{fault} ended as {other:?}"))),
        }
    }
    if bench.receipts()? != 0 {
        return Err(Trouble::new("something came out of a printer that was held"));
    }
    confirmed(&bench.printer.print(&job(&dots()), &mut |_| {}))?;
    match bench.receipts()? {
        1 => Ok(Verdict::Agrees("cover, offline, paper: no dot; then one receipt".to_owned())),
        many => Err(Trouble::new(format!("{many} receipts instead of one"))),
    }
}

/// Half of the raster arrives, then the line is gone: a part of a receipt comes out, and the driver
/// must not say that nothing did, nor that all did.
fn cut() -> Result<Verdict, Trouble> {
    let Some(bench) = Bench::on_tcp()? else { return Ok(Verdict::Missing) };
    let address = bench.emupos.port("front")?;
    let address = address.strip_prefix("tcp://").expect("it hangs on TCP").to_owned();
    let drawn = dots();
    let through = cable_that_breaks(address, drawn.bits().len() / 2)?;
    let outcome = driver(&through)?.print(&job(&drawn), &mut |_| {});
    let PrintOutcome::Uncertain { band, fault } = outcome else {
        return Err(Trouble::new(format!("a line that broke ended as {outcome:?}")));
    };
    let height = until("the torn receipt is out", || {
        let pictures = bench.emupos.pictures("front").ok()?;
        picture::read(pictures.first()?).ok().map(|picture| picture.height)
    })?;
    if height >= ROWS {
        return Err(Trouble::new(format!("{height} rows came through a line that broke")));
    }
    Ok(Verdict::Agrees(format!("{height} of {ROWS} rows; band {band}, {fault}")))
}

/// The line breaks once at each of many places, from the first question to the last answer: what
/// the driver says of each slip must fit what came out, whole slips and torn ones counted.
fn cut_anywhere() -> Result<Verdict, Trouble> {
    let Some(mut bench) = Bench::on_tcp()? else { return Ok(Verdict::Missing) };
    let address = bench.emupos.port("front")?;
    let address = address.strip_prefix("tcp://").expect("it hangs on TCP").to_owned();
    let drawn = dots();
    let whole_bytes = drawn.bits().len();
    let first = [1, 4, 11, 12, 13, 16, 17, 25, 98];
    let places = first.into_iter().chain((1..PLACES).map(|part| whole_bytes * part / PLACES));
    let (mut not_started, mut uncertain) = (0, 0);
    for place in places {
        let through = cable_that_breaks(address.clone(), place)?;
        match driver(&through)?.print(&job(&drawn), &mut |_| {}) {
            PrintOutcome::NotStarted(_) => not_started += 1,
            PrintOutcome::Uncertain { .. } => uncertain += 1,
            PrintOutcome::Confirmed(by) => {
                return Err(Trouble::new(format!("cut after {place} bytes, confirmed by {by:?}")));
            }
        }
    }
    // A slip that is known to be out comes after all that the broken lines left.
    confirmed(&bench.printer.print(&job(&drawn), &mut |_| {}))?;
    let mut whole = 0;
    let pictures = bench.emupos.pictures("front")?;
    for picture in &pictures {
        whole += usize::from(picture::read(picture)?.height >= ROWS);
    }
    // The cut stands behind every place, so only the last slip is whole.
    if whole != 1 || pictures.len() > uncertain + 1 || not_started == 0 {
        let told = format!("{whole} whole of {}, {uncertain} uncertain", pictures.len());
        return Err(Trouble::new(told));
    }
    let figures = format!("{not_started} not started, {uncertain} uncertain, {whole} whole");
    Ok(Verdict::Agrees(figures))
}

/// A cable to the printer that breaks after so many bytes.
fn cable_that_breaks(printer: String, after: usize) -> Result<String, Trouble> {
    let failed = |error| Trouble::caused("no cable", error);
    let near = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
    let address = near.local_addr().map_err(failed)?;
    thread::spawn(move || -> std::io::Result<()> {
        let (mut host, _) = near.accept()?;
        let mut device = TcpStream::connect(printer)?;
        let (mut answers, mut to_host) = (device.try_clone()?, host.try_clone()?);
        thread::spawn(move || std::io::copy(&mut answers, &mut to_host));
        let mut buffer = [0; 512];
        let mut left = after;
        while left > 0 {
            let count = host.read(&mut buffer)?.min(left);
            if count == 0 {
                break;
            }
            device.write_all(&buffer[..count])?;
            left -= count;
        }
        device.shutdown(std::net::Shutdown::Both)?;
        host.shutdown(std::net::Shutdown::Both)
    });
    Ok(format!("tcp://{address}"))
}

fn drawer() -> Result<Verdict, Trouble> {
    let Some(mut bench) = Bench::on_tcp()? else { return Ok(Verdict::Missing) };
    let is = |bench: &Bench, wanted: &str| {
        let drawer = bench.state()?["drawer"].clone();
        match drawer == wanted {
            true => Ok(()),
            false => Err(Trouble::new(format!("the drawer is {drawer} where it is {wanted}"))),
        }
    };
    is(&bench, "closed")?;
    confirmed(&bench.printer.print(&job(&dots()), &mut |_| {}))?;
    is(&bench, "closed")?;
    // It is open before the slip is out: a cashier gives change while it is being printed.
    let mut early = None;
    let by_cash = PrintJob { open_drawer: true, ..job(&dots()) };
    let emupos = &bench.emupos;
    let outcome = bench.printer.print(&by_cash, &mut |progress| {
        if matches!(progress, PrintProgress::Sending { band: 1, .. }) {
            let opened = until("the drawer opens", || {
                let said = emupos.ask(Method::GET, "/devices/front", None).ok()?;
                (said["state"]["drawer"] == "open").then_some(())
            });
            early = Some(opened);
        }
    });
    confirmed(&outcome)?;
    early.ok_or_else(|| Trouble::new("no second band was sent"))??;
    // An open drawer changes a bit of each status, and none that holds a print.
    confirmed(&bench.printer.print(&job(&dots()), &mut |_| {}))?;
    bench.emupos.ask(Method::POST, "/devices/front/drawer/close", None)?;
    bench.printer.open_drawer().map_err(|fault| Trouble::caused("the drawer", fault))?;
    until("the drawer opens without a slip", || is(&bench, "open").ok())?;
    bench.knew_every_byte()?;
    Ok(Verdict::Agrees("with the first band; not without cash; by itself".to_owned()))
}

fn on_a_pty() -> Result<Verdict, Trouble> {
    let Some(mut bench) = Bench::start("serial: { pty: true }")? else {
        return Ok(Verdict::Missing);
    };
    let drawn = dots();
    confirmed(&bench.printer.print(&job(&drawn), &mut |_| {}))?;
    bench.drew(&drawn)?;
    bench.emupos.fault("front", "cover-open", true)?;
    let outcome = bench.printer.print(&job(&drawn), &mut |_| {});
    if !matches!(outcome, PrintOutcome::NotStarted(Fault::CoverOpen)) {
        return Err(Trouble::new(format!("an open cover ended as {outcome:?}")));
    }
    bench.knew_every_byte()?;
    Ok(Verdict::Agrees(format!("576 x {ROWS} dots; cover open is read")))
}
