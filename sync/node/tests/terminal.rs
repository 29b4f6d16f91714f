//! The line to a terminal's service, against a peer that behaves in every way that a peer can.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use node::{TerminalLine, TerminalLineFault, TerminalLineOptions};

fn line(url: String, answer: Duration) -> TerminalLine {
    let connect = Duration::from_secs(20);
    let options = TerminalLineOptions { url, certificate: None, connect, answer };
    TerminalLine::new(&options).expect("a line")
}

/// One connection, whose whole request is handed to `serve`.
fn peer(serve: impl FnOnce(&mut TcpStream, String) + Send + 'static) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a caller");
        let mut held = Vec::new();
        while !held.ends_with(b"{}") {
            let mut piece = [0; 1_024];
            let count = stream.read(&mut piece).expect("a request");
            held.extend_from_slice(&piece[..count]);
        }
        serve(&mut stream, String::from_utf8(held).expect("text"));
    });
    format!("http://{address}/below/")
}

fn asked(
    serve: impl FnOnce(&mut TcpStream, String) + Send + 'static,
) -> Result<String, TerminalLineFault> {
    line(peer(serve), Duration::from_secs(20)).post("API/V1/Ask", "{}")
}

fn reply(stream: &mut TcpStream, status: &str, body: &[u8]) {
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(&[head.as_bytes(), body].concat()).expect("heard");
}

#[test]
fn a_text_is_posted_below_the_address_and_its_answer_comes_back() {
    let answered = asked(|stream, request| {
        assert!(request.starts_with("POST /below/API/V1/Ask HTTP/1.1\r\n"), "{request}");
        assert!(request.to_lowercase().contains("content-type: application/json"), "{request}");
        reply(stream, "200 OK", b"{\"ResponseCode\":0}");
    });
    assert_eq!(answered.as_deref(), Ok("{\"ResponseCode\":0}"));
}

#[test]
fn only_where_nothing_left_is_it_said_that_nothing_was_sent() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let nobody = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let fault = line(nobody, Duration::from_secs(20)).post("Ask", "{}");
    assert!(matches!(fault, Err(TerminalLineFault::NotSent(_))), "{fault:?}");
    let cut = asked(|_, _| {});
    assert!(matches!(cut, Err(TerminalLineFault::Cut(_))), "{cut:?}");
    let half = asked(|stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{").expect("heard");
    });
    assert!(matches!(half, Err(TerminalLineFault::Cut(_))), "{half:?}");
    let refused = asked(|stream, _| reply(stream, "502 Bad Gateway", b"<html>"));
    assert_eq!(refused, Err(TerminalLineFault::Refused(502)));
}

#[test]
fn an_answer_that_is_endless_or_no_text_is_none() {
    let endless = asked(|stream, _| reply(stream, "200 OK", &[b' '; 70_000]));
    assert_eq!(endless, Err(TerminalLineFault::Rubbish));
    let noise = asked(|stream, _| reply(stream, "200 OK", &[0xff, 0xfe]));
    assert_eq!(noise, Err(TerminalLineFault::Rubbish));
}
