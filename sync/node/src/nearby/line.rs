//! Messages on a stream: the length in four bytes, and so many bytes. Every step has its limit of
//! time, the whole of a message too: whoever sends a byte now and then holds nothing up for ever.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// How long the other side may be silent within a message.
pub(super) const SILENCE: Duration = Duration::from_secs(20);

/// The slowest network that is waited for, in bytes a second.
const BYTES_PER_SECOND_MIN: u64 = 16 * 1_024;

/// Sets what every read and write of the stream waits for at most.
pub(super) fn ready(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(SILENCE))?;
    stream.set_write_timeout(Some(SILENCE))
}

pub(super) fn write(stream: &mut TcpStream, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len()).map_err(io::Error::other)?.to_be_bytes();
    stream.write_all(&[&length[..], message].concat())
}

/// The next message; none where the stream ends before it. It may begin when it likes within the
/// silence.
pub(super) fn read(stream: &mut TcpStream, bytes_max: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match stream.read(&mut length[..1]) {
        Ok(0) => return Ok(None),
        Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error),
        Ok(_) => {}
        // A signal came; whoever is silent is waited for once more.
        Err(_) => return read(stream, bytes_max),
    }
    let begun = Instant::now();
    fill(stream, &mut length[1..], begun + SILENCE)?;
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?;
    if length > bytes_max {
        return Err(io::Error::other("a message is longer than any may be"));
    }
    let mut message = vec![0; length];
    let line = Duration::from_secs(length as u64 / BYTES_PER_SECOND_MIN);
    fill(stream, &mut message, begun + SILENCE + line)?;
    Ok(Some(message))
}

fn fill(stream: &mut TcpStream, bytes: &mut [u8], until: Instant) -> io::Result<()> {
    let mut have = 0;
    while have < bytes.len() {
        if Instant::now() >= until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        match stream.read(&mut bytes[have..]) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => have += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
