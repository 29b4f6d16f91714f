//! As much of HTTP/1.1 as a till needs: one POST with a length, one answer, and the end.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};

use crate::wire::LOOK_UP;

/// No request of a till comes near this.
const REQUEST_BYTES_MAX: usize = 64 << 10;

pub struct Request {
    pub path: String,
    /// Its first line and its headers.
    pub head: String,
    pub body: Vec<u8>,
}

/// A whole request; nothing where the till hung up, talks nonsense, or there is no time for it.
pub fn request(stream: &mut TcpStream, gone: impl Fn() -> bool) -> Option<Request> {
    stream.set_read_timeout(Some(LOOK_UP)).ok()?;
    let mut held = Vec::new();
    loop {
        if let Some(request) = whole(&held) {
            return Some(request);
        }
        if gone() || held.len() > REQUEST_BYTES_MAX {
            return None;
        }
        let mut piece = [0; 4_096];
        match stream.read(&mut piece) {
            Ok(0) => return None,
            Ok(count) => held.extend_from_slice(&piece[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return None,
        }
    }
}

fn whole(held: &[u8]) -> Option<Request> {
    let end = held.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&held[..end]).into_owned();
    let mut lines = head.lines();
    let path = lines.next()?.split_whitespace().nth(1)?.to_owned();
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let body = held.get(end + 4..end + 4 + length.unwrap_or(0usize))?;
    let body = body.to_vec();
    Some(Request { path, head, body })
}

/// Answers, as often as is wished, and hangs up.
pub fn answer(stream: &mut TcpStream, status: u16, body: &str, times: usize) {
    let text = format!(
        "HTTP/1.1 {status} {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{body}",
        if status == 200 { "OK" } else { "Bad Request" },
        body.len()
    );
    for _ in 0..times {
        // A till that hung up has no more questions.
        let _ = stream.write_all(text.as_bytes());
    }
    let _ = stream.shutdown(Shutdown::Write);
}

/// Whether the till has gone while it was to wait.
pub fn hung_up(stream: &TcpStream) -> bool {
    matches!(stream.peek(&mut [0]), Ok(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_whole_with_its_last_byte() {
        let text = b"POST /a/b HTTP/1.1\r\nContent-Length: 2\r\nhost: x\r\n\r\n{}";
        for cut in 0..text.len() {
            assert!(whole(&text[..cut]).is_none(), "{cut}");
        }
        let request = whole(text).unwrap();
        assert_eq!((&*request.path, &*request.body), ("/a/b", &b"{}"[..]));
    }
}
