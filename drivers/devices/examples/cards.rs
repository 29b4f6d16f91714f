//! Says what a reader of cards or a scanner that types like a keyboard reads, as JSON lines, until
//! its standard input ends: for whoever sets one up, and for tests of readers that need the real
//! thing.
//!
//!     cards rdm6300 serial:///dev/ttyUSB0
//!     cards wedge /dev/input/by-id/…-event-kbd
//!     cards keys /dev/input/by-id/…-event-kbd      (whole lines, of a scanner)
//!     cards pcsc ["the beginning of the reader's name"]
//!
//! A line of hexadecimal digits on the standard input is sent to the card that lies there.

use std::io::BufRead;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::Duration;

use devices::{CardEvent, CardReader, Rdm6300, Scanner, WedgeCards, WedgeLines, WedgeScanner};

const WAIT: Duration = Duration::from_millis(200);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (protocol, at) = match &words[..] {
        [protocol] => (protocol.as_str(), ""),
        [protocol, at] => (protocol.as_str(), at.as_str()),
        _ => return failed("say a protocol and where the reader is"),
    };
    match protocol {
        "rdm6300" => match at.parse() {
            Ok(port) => cards(Box::new(Rdm6300::new(port))),
            Err(error) => failed(&error.to_string()),
        },
        "wedge" => cards(Box::new(WedgeCards::new(Path::new(at)))),
        "keys" => codes(&mut WedgeScanner(WedgeLines::new(Path::new(at)))),
        #[cfg(feature = "pcsc")]
        "pcsc" => cards(Box::new(devices::PcscReader::new(at))),
        #[cfg(not(feature = "pcsc"))]
        "pcsc" => failed("this program was built without its feature pcsc"),
        _ => failed("the protocols are rdm6300, wedge, keys and pcsc"),
    }
}

fn failed(why: &str) -> ExitCode {
    eprintln!("cards: {why}");
    ExitCode::FAILURE
}

fn cards(mut reader: Box<dyn CardReader>) -> ExitCode {
    let typed = typed();
    loop {
        match reader.wait(WAIT) {
            Ok(Some(CardEvent::Presented(uid))) => println!(r#"{{"presented":"{uid}"}}"#),
            Ok(Some(CardEvent::Removed)) => println!(r#"{{"removed":true}}"#),
            Ok(None) => {}
            Err(fault) => said(&fault),
        }
        match typed.try_recv() {
            Ok(command) => match reader.transmit(&command) {
                Ok(answer) => println!(r#"{{"answer":"{}"}}"#, digits(&answer)),
                Err(fault) => said(&fault),
            },
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => return ExitCode::SUCCESS,
        }
    }
}

fn codes(scanner: &mut dyn Scanner) -> ExitCode {
    let typed = typed();
    loop {
        match scanner.next(WAIT) {
            Ok(Some(code)) => println!(r#"{{"code":{code:?}}}"#),
            Ok(None) => {}
            Err(fault) => said(&fault),
        }
        if matches!(typed.try_recv(), Err(TryRecvError::Disconnected)) {
            return ExitCode::SUCCESS;
        }
    }
}

fn said(fault: &devices::Fault) {
    println!(r#"{{"fault":"{}"}}"#, fault.word());
    eprintln!("cards: {fault}");
    // A reader that is away is not asked a thousand times a second.
    std::thread::sleep(WAIT);
}

/// What is typed, line by line, as bytes; a line that is none is told and left out.
fn typed() -> Receiver<Vec<u8>> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            match bytes(line.trim()).map(|bytes| sender.send(bytes)) {
                Some(Ok(())) => {}
                Some(Err(_)) => return,
                None => eprintln!("cards: {line:?} is not in hexadecimal digits"),
            }
        }
    });
    lines
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    pairs.collect::<Option<Vec<u8>>>().filter(|bytes| !bytes.is_empty())
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
