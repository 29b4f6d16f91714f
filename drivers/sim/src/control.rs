//! The control line: text, one command a line, each answered by one line that begins with `ok` or
//! `error`. `help` lists the commands, the only answer of several lines, the last of them empty;
//! `watch` turns the line into a stream of events.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::SimError;
use crate::events::Events;
use crate::wire::{LOOK_UP, Stop, accept_tcp, listen};

/// The longest text that is scanned or paid is far below this.
const LINE_BYTES_MAX: u64 = 16_384;
/// Tests, a person and a demonstration at once; more is a mistake.
const CLIENTS_MAX: usize = 16;

/// What a simulator can be told.
pub trait Commands: Send + Sync {
    /// Obeys one line; the answer is for a person.
    fn obey(&self, line: &str) -> Result<String, String>;
    /// One line for each command, its form before two blanks, its meaning after.
    fn help(&self) -> &'static str;
}

/// One line, whoever it comes from.
pub fn obey(device: &dyn Commands, line: &str) -> Result<String, String> {
    match line.trim() {
        "" => Err("an empty line is no command; `help` lists them".to_owned()),
        "help" => Ok(format!("commands:\n{}\nwatch  stream events as JSON lines\n", device.help())),
        line => device.obey(line),
    }
}

/// The answer as it stands on the wire.
pub fn answer(result: Result<String, String>) -> String {
    match result {
        Ok(text) if text.is_empty() => "ok\n".to_owned(),
        Ok(text) => format!("ok {text}\n"),
        Err(text) => format!("error {text}\n"),
    }
}

/// `on` and `off` of a switch.
pub fn switch(word: &str) -> Result<bool, String> {
    match word {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(format!("\"{word}\" is neither on nor off")),
    }
}

/// A whole number of some unit.
pub fn number<T: std::str::FromStr>(word: &str) -> Result<T, String> {
    word.parse().map_err(|_| format!("\"{word}\" is not a number that fits"))
}

pub fn unknown(line: &str) -> String {
    format!("there is no command \"{line}\"; `help` lists them")
}

pub(crate) fn serve(
    address: SocketAddr,
    device: Arc<dyn Commands>,
    events: Events,
    stop: Stop,
) -> Result<(SocketAddr, JoinHandle<()>), SimError> {
    let (listener, address) = listen(address)?;
    let thread = std::thread::spawn(move || accept(&listener, &device, &events, &stop));
    Ok((address, thread))
}

fn accept(listener: &TcpListener, device: &Arc<dyn Commands>, events: &Events, stop: &Stop) {
    let mut clients: Vec<JoinHandle<()>> = Vec::new();
    while !stop.wished() {
        let Some(stream) = accept_tcp(listener) else { continue };
        clients.retain(|client| !client.is_finished());
        if clients.len() >= CLIENTS_MAX {
            continue;
        }
        let (device, events, stop) = (device.clone(), events.clone(), stop.clone());
        clients.push(std::thread::spawn(move || {
            // A client that went away has no more wishes.
            let _ = attend(stream, &*device, &events, &stop);
        }));
    }
    for client in clients {
        let _ = client.join();
    }
}

fn attend(
    stream: TcpStream,
    device: &dyn Commands,
    events: &Events,
    stop: &Stop,
) -> io::Result<()> {
    stream.set_read_timeout(Some(LOOK_UP))?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    while let Some(line) = next_line(&mut reader, stop)? {
        if line.trim() == "watch" {
            // Whatever happens once the client has read its answer belongs to the stream.
            let first = events.count();
            writer.write_all(b"ok\n")?;
            return watch(writer, events, first, stop);
        }
        writer.write_all(answer(obey(device, &line)).as_bytes())?;
    }
    Ok(())
}

/// A line, or nothing when the client hung up or the simulator stops.
fn next_line(reader: &mut BufReader<TcpStream>, stop: &Stop) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    while !stop.wished() {
        let room = LINE_BYTES_MAX.saturating_sub(line.len() as u64);
        match reader.by_ref().take(room).read_until(b'\n', &mut line) {
            Ok(_) if line.ends_with(b"\n") => {
                return Ok(Some(String::from_utf8_lossy(&line).into_owned()));
            }
            Ok(_) => return Ok(None),
            Err(error) if is_nothing_yet(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn is_nothing_yet(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

fn watch(mut writer: TcpStream, events: &Events, mut number: usize, stop: &Stop) -> io::Result<()> {
    while !stop.wished() {
        if let Some(event) = events.get(number, Duration::from_millis(100)) {
            writeln!(writer, "{event}")?;
            number += 1;
        }
    }
    Ok(())
}
