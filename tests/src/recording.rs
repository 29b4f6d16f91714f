//! A proxy that writes down what passes, TLS and all: who spoke, how many bytes, and how long the
//! other was thinking before. It holds everything up for a moment, as a line does: only so can be
//! seen what was an answer to what, and what was said without waiting.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::Trouble;

/// How long it waits for one side before it looks at the other.
const TURN: Duration = Duration::from_millis(1);

/// How long it holds up what passes, each way: longer than either side thinks between two writes.
const HELD_UP: Duration = Duration::from_millis(40);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    Device,
    Centre,
}

/// All that one side said, and that the other had to wait for.
#[derive(Clone, Copy, Debug)]
pub struct Flight {
    pub by: Speaker,
    pub bytes: u64,
    /// How long whoever spoke was thinking.
    pub after: Duration,
}

/// Bytes as they left the device, or reached it.
#[derive(Clone, Copy, Debug)]
struct Piece {
    by: Speaker,
    bytes: u64,
    at: Instant,
}

pub struct RecordingProxy {
    pub address: SocketAddr,
    recorded: Arc<Mutex<Vec<Piece>>>,
}

impl RecordingProxy {
    /// Takes one connection and passes it on to `centre`.
    pub fn before(centre: SocketAddr) -> Result<Self, Trouble> {
        let failed = |error| Trouble::caused("the proxy cannot listen", error);
        let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let recorded = Arc::new(Mutex::new(Vec::new()));
        let writing = Arc::clone(&recorded);
        std::thread::spawn(move || {
            if let Ok((device, _)) = listener.accept() {
                // A line that is cut ends here; the device says so.
                let _ = pass(device, centre, &writing);
            }
        });
        Ok(Self { address, recorded })
    }

    /// What has passed until now.
    pub fn flights(&self) -> Vec<Flight> {
        flights(&self.recorded.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What reaches the device sooner than an answer can was on its way already: it belongs to what the
/// centre said before, and what the device said in between travels with what it says next.
fn flights(pieces: &[Piece]) -> Vec<Flight> {
    let mut flights: Vec<Flight> = Vec::new();
    let mut said = 0;
    let mut last: Option<Piece> = None;
    let mut asked: Option<Instant> = None;
    for piece in pieces {
        let since = |before: Instant| piece.at.saturating_duration_since(before);
        let answers = asked.is_some_and(|asked| since(asked) >= 2 * HELD_UP);
        match (piece.by, flights.last_mut()) {
            (Speaker::Device, _) => {
                said += piece.bytes;
                asked = asked.or(Some(piece.at));
            }
            (Speaker::Centre, Some(before)) if !answers => {
                before.bytes += piece.bytes;
                before.after += last.map_or(Duration::ZERO, |last| since(last.at));
                asked = None;
            }
            (Speaker::Centre, _) => {
                let asked = asked.take().unwrap_or(piece.at);
                flights.push(Flight { by: Speaker::Device, bytes: said, after: Duration::ZERO });
                let after = since(asked).saturating_sub(2 * HELD_UP);
                flights.push(Flight { by: Speaker::Centre, bytes: piece.bytes, after });
                said = 0;
            }
        }
        last = Some(*piece);
    }
    flights
}

/// What one side said, and when the other may read it.
type Held = VecDeque<(Instant, Vec<u8>)>;

fn pass(mut device: TcpStream, centre: SocketAddr, recorded: &Mutex<Vec<Piece>>) -> io::Result<()> {
    let mut centre = TcpStream::connect(centre)?;
    for side in [&device, &centre] {
        side.set_nodelay(true)?;
        side.set_read_timeout(Some(TURN))?;
    }
    let note = |by, bytes: &[u8]| {
        let piece = Piece { by, bytes: bytes.len() as u64, at: Instant::now() };
        recorded.lock().unwrap_or_else(PoisonError::into_inner).push(piece);
    };
    let (mut up, mut down) = (Held::new(), Held::new());
    loop {
        let Some(said) = read(&mut device)? else { return Ok(()) };
        if !said.is_empty() {
            note(Speaker::Device, &said);
            up.push_back((Instant::now() + HELD_UP, said));
        }
        while let Some(said) = due(&mut up) {
            centre.write_all(&said)?;
        }
        let Some(said) = read(&mut centre)? else { return Ok(()) };
        if !said.is_empty() {
            down.push_back((Instant::now() + HELD_UP, said));
        }
        while let Some(said) = due(&mut down) {
            note(Speaker::Centre, &said);
            device.write_all(&said)?;
        }
    }
}

fn due(held: &mut Held) -> Option<Vec<u8>> {
    let (at, _) = held.front()?;
    if *at > Instant::now() {
        return None;
    }
    held.pop_front().map(|(_, said)| said)
}

/// Nothing where it said nothing for a moment; none where it ended.
fn read(from: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut piece = vec![0; 64 * 1_024];
    match from.read(&mut piece) {
        Ok(0) => Ok(None),
        Ok(count) => {
            piece.truncate(count);
            Ok(Some(piece))
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Ok(Some(Vec::new()))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_on_its_way_already_is_no_answer() {
        let begun = Instant::now();
        let held_up_ms = u64::try_from(HELD_UP.as_millis()).expect("some");
        let piece = |by, bytes, ms| Piece { by, bytes, at: begun + Duration::from_millis(ms) };
        let trip = 2 * held_up_ms;
        let pieces = [
            piece(Speaker::Device, 200, 0),
            piece(Speaker::Centre, 900, trip + 3),
            piece(Speaker::Device, 80, trip + 4),
            piece(Speaker::Device, 300, trip + 5),
            piece(Speaker::Centre, 150, 2 * trip + 4),
            // An acknowledgement; the answer itself came without it.
            piece(Speaker::Device, 30, 2 * trip + 5),
            piece(Speaker::Centre, 100, 2 * trip + 14),
        ];
        let flights = flights(&pieces);
        let said: Vec<_> = flights.iter().map(|flight| (flight.by, flight.bytes)).collect();
        let expected = [
            (Speaker::Device, 200),
            (Speaker::Centre, 900),
            (Speaker::Device, 380),
            (Speaker::Centre, 250),
        ];
        assert_eq!(said, expected);
        let thought: Vec<_> = flights.iter().map(|flight| flight.after.as_millis()).collect();
        assert_eq!(thought, [0, 3, 0, 9]);
    }
}
