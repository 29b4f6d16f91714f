//! `sim`: the far end of one wire, usable by hand.

use std::io::{BufRead, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use data_encoding::HEXLOWER_PERMISSIVE;
use sim::terminal::Mode;
use sim::{
    Place, Running, SimError, camera, card_reader, cloud_terminal, control, gps, keyboard, printer,
    scale, scanner, settlement, sms, terminal, upi, upyog, video,
};

/// Simulated devices for Padi: each speaks the real protocol on TCP or on a pty and fails on
/// command. The first line on the standard output is JSON with the addresses; then follow events
/// as JSON lines. Commands come from the standard input or over the control line (`help` lists
/// them), one a line, each answered by `ok` or `error`.
#[derive(Parser)]
#[command(name = "sim", version)]
struct Cli {
    #[command(subcommand)]
    device: Device,
}

#[derive(Subcommand)]
enum Device {
    /// A receipt printer (ESC/POS) that leaves each slip as a picture.
    Printer(PrinterArgs),
    /// A card terminal (ZVT; framed on a pty, bare on TCP) with a journal.
    Terminal(TerminalArgs),
    /// A card terminal behind its maker's cloud service (HTTP and JSON, as Pine Labs describes it).
    CloudTerminal(CloudTerminalArgs),
    /// A scanner that sends each code as a line.
    Scanner(ScannerArgs),
    /// A scale in one of four languages.
    Scale(ScaleArgs),
    /// A receiver of positions (NMEA 0183).
    Gps(GpsArgs),
    /// A reader of people's cards (RDM6300).
    CardReader(CardReaderArgs),
    /// A reader or a scanner that types like a keyboard; made by the kernel, with /dev/uinput.
    Keyboard(KeyboardArgs),
    /// A camera: it writes pictures into a folder, or streams what is held before it.
    Camera(CameraArgs),
    /// A bank that confirms UPI payments to the centre.
    Upi(UpiArgs),
    /// A city's platform that takes payments of bills as UPYOG does.
    Upyog(UpyogArgs),
    /// A gateway for SMS: each message that goes out is a file.
    Sms(SmsArgs),
    /// A file as an aggregator of payments settles with the body; no device, it ends by itself.
    Settlement(SettlementArgs),
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct PlaceArgs {
    /// Wait on this TCP address; port 0 takes any that is free.
    #[arg(long, value_name = "ADDR")]
    tcp: Option<SocketAddr>,
    /// Wait on a new pty.
    #[arg(long)]
    pty: bool,
}

impl PlaceArgs {
    fn place(&self) -> Place {
        self.tcp.map_or(Place::Pty, Place::Tcp)
    }
}

#[derive(Args)]
struct PrinterArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// The folder for slip-0001.png, slip-0001.json and so on; torn slips end in -partial.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Where the control line listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    control: SocketAddr,
    /// Dots across the paper: 576 for 80 mm, 384 for 58 mm.
    #[arg(long, value_name = "DOTS", default_value_t = 576)]
    width: u16,
    /// Printing speed; 0 takes no time.
    #[arg(long, value_name = "ROWS", default_value_t = 0)]
    rows_per_second: u32,
    /// Ignore marks (GS ( H), as cheap printers do.
    #[arg(long)]
    no_process_id: bool,
    /// Have no cutter: a slip ends where the host hangs up after feeding it.
    #[arg(long)]
    no_cutter: bool,
}

#[derive(Args)]
struct TerminalArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// The folder for terminal.json, the journal that survives a restart.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Where the control line listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    control: SocketAddr,
    /// What happens to payments: auto, manual, decline, or drop (approve, then hang up).
    #[arg(long, value_name = "MODE", default_value = "auto", value_parser = mode)]
    mode: Mode,
    /// How long a card takes, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    delay: u64,
    /// Eight digits.
    #[arg(long, value_name = "NUMBER", default_value_t = 52_500_039, value_parser = terminal_id())]
    terminal_id: u32,
    /// Do not hand the till's own text back with a receipt.
    #[arg(long)]
    no_text: bool,
}

#[derive(Args)]
struct CloudTerminalArgs {
    /// Wait on this TCP address; port 0 takes any that is free.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    tcp: SocketAddr,
    /// The folder for cloud.json, the journal that survives a restart.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Where the control line listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    control: SocketAddr,
    /// What happens to requests: auto, manual, decline, or drop (pay, then hang up).
    #[arg(long, value_name = "MODE", default_value = "auto", value_parser = mode)]
    mode: Mode,
    /// How long a card takes, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    delay: u64,
    /// What a till has to know: its merchant, store and terminal, and the secret.
    #[arg(long, value_name = "TEXT", default_value = "29610")]
    merchant: String,
    #[arg(long, value_name = "TEXT", default_value = "1221258")]
    store: String,
    #[arg(long, value_name = "TEXT", default_value = "1013592")]
    client: String,
    #[arg(long, value_name = "TEXT", default_value = "simulated-token")]
    token: String,
}

fn mode(word: &str) -> Result<Mode, String> {
    Mode::named(word).ok_or_else(|| "one of auto, manual, decline, drop".to_owned())
}

fn terminal_id() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(..=99_999_999)
}

#[derive(Args)]
struct ScannerArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Where the control line listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    control: SocketAddr,
}

#[derive(Args)]
struct CardReaderArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Where the control line listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    control: SocketAddr,
}

#[derive(Args)]
struct KeyboardArgs {
    /// Where the control line listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    control: SocketAddr,
}

#[derive(Args)]
struct ScaleArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Where the control line listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    control: SocketAddr,
    /// What it speaks: st-gs, toledo-8217, cas or nci.
    #[arg(long, value_name = "NAME", default_value = "st-gs", value_parser = protocol)]
    protocol: scale::Protocol,
    /// The heaviest load that it weighs, in grams.
    #[arg(long, value_name = "GRAMS", default_value_t = 30_000)]
    capacity: i64,
    /// How often st-gs speaks by itself, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 100)]
    every: u64,
}

#[derive(Args)]
struct GpsArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Where the control line listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    control: SocketAddr,
    /// How often it says where it is, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 1_000)]
    every: u64,
}

fn protocol(word: &str) -> Result<scale::Protocol, String> {
    let known = "one of st-gs, toledo-8217, cas, nci";
    scale::Protocol::named(word).ok_or_else(|| known.to_owned())
}

#[derive(Args)]
struct CameraArgs {
    /// The folder for picture-0001.png and so on.
    #[arg(long, value_name = "DIR", required_unless_present = "tcp")]
    out: Option<PathBuf>,
    /// Stream (YUV4MPEG2) to whoever connects to this TCP address; port 0 takes any that is free.
    #[arg(long, value_name = "ADDR", conflicts_with = "out")]
    tcp: Option<SocketAddr>,
    /// Where the control line listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    control: SocketAddr,
}

#[derive(Args)]
struct UpiArgs {
    /// The centre: https://…, or http:// on this machine.
    #[arg(long, value_name = "URL")]
    centre: String,
    /// The secret that signs confirmations, in hexadecimal.
    #[arg(long, value_name = "HEX", required_unless_present = "secret_file")]
    secret: Option<String>,
    /// The same, from a file.
    #[arg(long, value_name = "FILE", conflicts_with = "secret")]
    secret_file: Option<PathBuf>,
    /// The centre's own certificate (PEM).
    #[arg(long, value_name = "PEM")]
    cert: Option<PathBuf>,
    /// Where the control line listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    control: SocketAddr,
}

#[derive(Args)]
struct UpyogArgs {
    /// Wait on this TCP address; port 0 takes any that is free.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    tcp: SocketAddr,
    /// Where the control line listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    control: SocketAddr,
}

#[derive(Args)]
struct SmsArgs {
    /// Wait on this TCP address; port 0 takes any that is free.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    tcp: SocketAddr,
    /// The folder for sms-0001.json and so on.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Where the control line listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    control: SocketAddr,
    /// What senders have to know.
    #[arg(long, value_name = "TEXT", default_value = "simulated-token")]
    token: String,
}

#[derive(Args)]
struct SettlementArgs {
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The channel's name.
    #[arg(long, value_name = "NAME", default_value = "instapay")]
    channel: String,
    /// The reference of the first payment; the others count up from it.
    #[arg(long, value_name = "NUMBER", default_value_t = 7_001)]
    first: u64,
    /// JSON instead of CSV.
    #[arg(long)]
    json: bool,
    /// What is wrong with the first payment: double, wrong-sum, unknown or garbage; may be given
    /// several times.
    #[arg(long, value_name = "NAME", value_parser = settlement_fault)]
    fault: Vec<settlement::Fault>,
    /// What was paid: ACCOUNT=RUPEES, or the text of a bill's UPI square.
    #[arg(required = true, value_name = "PAYMENT", value_parser = settled_payment)]
    payments: Vec<settlement::Paid>,
}

fn settlement_fault(name: &str) -> Result<settlement::Fault, String> {
    let known = "double, wrong-sum, unknown or garbage";
    settlement::Fault::named(name).ok_or_else(|| format!("no such fault: {known}"))
}

fn settled_payment(text: &str) -> Result<settlement::Paid, String> {
    settlement::Paid::read(text).ok_or_else(|| "write ACCOUNT=RUPEES, or a UPI square".to_owned())
}

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let cli = Cli::parse();
    if let Device::Settlement(args) = &cli.device {
        return settle(args);
    }
    match start(cli.device) {
        Ok(running) => serve(running),
        Err(problem) => {
            eprintln!("sim: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn start(device: Device) -> Result<Running, String> {
    let started = match device {
        Device::Printer(args) => printer::start(printer::Options {
            place: args.place.place(),
            control: args.control,
            out: args.out,
            width_dots: args.width,
            rows_per_second: args.rows_per_second,
            process_id: !args.no_process_id,
            cutter: !args.no_cutter,
        }),
        Device::Terminal(args) => terminal::start(terminal::Options {
            place: args.place.place(),
            control: args.control,
            out: args.out,
            mode: args.mode,
            delay_ms: args.delay,
            terminal_id: args.terminal_id,
            keeps_text: !args.no_text,
        }),
        Device::CloudTerminal(args) => cloud_terminal::start(cloud_terminal::Options {
            tcp: args.tcp,
            control: args.control,
            out: args.out,
            mode: args.mode,
            delay_ms: args.delay,
            merchant: args.merchant,
            store: args.store,
            client: args.client,
            token: args.token,
        }),
        Device::Scanner(args) => {
            scanner::start(&scanner::Options { place: args.place.place(), control: args.control })
        }
        Device::CardReader(args) => card_reader::start(&card_reader::Options {
            place: args.place.place(),
            control: args.control,
        }),
        Device::Keyboard(args) => keyboard::start(&keyboard::Options { control: args.control }),
        Device::Gps(args) => gps::start(&gps::Options {
            place: args.place.place(),
            control: args.control,
            every_ms: args.every,
        }),
        Device::Scale(args) => scale::start(&scale::Options {
            place: args.place.place(),
            control: args.control,
            protocol: args.protocol,
            capacity_g: args.capacity,
            every_ms: args.every,
        }),
        Device::Camera(CameraArgs { tcp: Some(tcp), control, .. }) => {
            video::start(&video::Options { tcp, control })
        }
        Device::Camera(CameraArgs { out, control, .. }) => {
            camera::start(camera::Options { out: out.ok_or("--out or --tcp is needed")?, control })
        }
        Device::Upi(args) => upi::start(upi_options(args)?),
        Device::Upyog(args) => {
            upyog::start(&upyog::Options { tcp: args.tcp, control: args.control })
        }
        Device::Sms(args) => sms::start(sms_options(args)),
        Device::Settlement(_) => return Err("a settlement is no device".to_owned()),
    };
    started.map_err(|error| with_cause(&error))
}

fn sms_options(args: SmsArgs) -> sms::Options {
    let SmsArgs { tcp, out, control, token } = args;
    sms::Options { tcp, control, out, token }
}

fn settle(args: &SettlementArgs) -> ExitCode {
    let written = settlement::write(
        &args.out,
        &settlement::Options {
            channel: &args.channel,
            first: args.first,
            payments: &args.payments,
            json: args.json,
            faults: &args.fault,
        },
    );
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sim: {}", with_cause(&error));
            ExitCode::FAILURE
        }
    }
}

fn upi_options(args: UpiArgs) -> Result<upi::Options, String> {
    let read = |path: &PathBuf| {
        std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    let hex = match (&args.secret, &args.secret_file) {
        (Some(secret), _) => secret.clone(),
        (None, Some(file)) => String::from_utf8_lossy(&read(file)?).into_owned(),
        (None, None) => return Err("--secret or --secret-file is needed".to_owned()),
    };
    let secret = HEXLOWER_PERMISSIVE
        .decode(hex.trim().as_bytes())
        .map_err(|_| "the secret is not in hexadecimal".to_owned())?;
    let certificate = args.cert.as_ref().map(read).transpose()?;
    Ok(upi::Options { centre: args.centre, secret, certificate, control: args.control })
}

fn with_cause(error: &SimError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Prints events until the process is ended, and obeys what is typed.
fn serve(running: Running) -> ExitCode {
    say(&format!("{}\n", running.announcement()));
    let running = std::sync::Arc::new(running);
    let typed = running.clone();
    std::thread::spawn(move || {
        // At the end of the input the simulator goes on; it is ended by a signal.
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            say(&control::answer(typed.command(&line)));
        }
    });
    let mut number = 0;
    loop {
        if let Some(event) = running.events().get(number, Duration::from_secs(3600)) {
            say(&format!("{event}\n"));
            number += 1;
        }
    }
}

/// A reader that has gone away is no reason to stop.
fn say(text: &str) {
    let mut output = std::io::stdout().lock();
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}
