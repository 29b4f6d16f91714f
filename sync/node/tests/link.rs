//! The link against a peer that behaves in every way that a peer can.

mod common;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, mpsc};
use std::thread;

use common::{CASHIER, Centre, Story, at, receipt};
use node::{
    ExchangeError, Link, LinkEvent, LinkFault, LinkOptions, Patience, exchange_until_quiet,
};

/// Long enough for a loaded machine wherever an answer is expected.
const PATIENT: Patience = Patience { connect_ms: 20_000, silence_ms: 20_000 };

/// For the tests in which silence is what is waited for.
const IMPATIENT: Patience = Patience { connect_ms: 2_000, silence_ms: 50 };

/// Serves connections one after the other, each by `serve`; ends when a connection brings nothing.
fn peer(mut serve: impl FnMut(&mut TcpStream, Vec<u8>) + Send + 'static) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let Some(body) = read_request(&mut stream) else { return };
            serve(&mut stream, body);
        }
    });
    format!("http://{address}")
}

/// The body of one request of a device's turn.
fn read_request(stream: &mut impl Read) -> Option<Vec<u8>> {
    read_request_at("/v1", stream)
}

/// The body of one HTTP request to this path.
fn read_request_at(path: &str, stream: &mut impl Read) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?.to_ascii_lowercase();
    assert!(head.starts_with(&format!("post {path} http/1.1")), "{head}");
    let length = head.split("content-length: ").nth(1)?.split("\r\n").next()?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(body)
}

fn reply(stream: &mut impl Write, status: &str, body: &[u8]) {
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    // The device may have hung up; that is the test's subject, not the peer's trouble.
    let _ = stream.write_all(&[head.as_bytes(), body].concat());
}

fn options(url: String, patience: Patience) -> LinkOptions {
    LinkOptions { url, certificate: None, plain: true, patience }
}

fn ask(options: LinkOptions, request: &[u8]) -> LinkEvent {
    let (to_here, events) = mpsc::channel();
    let link = Link::start(options, move |event| {
        let _ = to_here.send(event);
    })
    .expect("a link");
    link.send(request.to_vec()).expect("nothing is under way");
    events.recv().expect("every request has its event")
}

fn fault(url: String, patience: Patience) -> LinkFault {
    match ask(options(url, patience), b"?") {
        LinkEvent::Down { why, .. } => why,
        LinkEvent::Answered(body)
        | LinkEvent::Replied(body)
        | LinkEvent::PhotoAnswered(body)
        | LinkEvent::NamesAnswered(body)
        | LinkEvent::EarlierAnswered(body)
        | LinkEvent::PackCame(_, body) => {
            panic!("answered with {} bytes", body.len())
        }
    }
}

#[test]
fn a_good_answer_comes_back_as_it_was_sent() {
    let url = peer(|stream, body| reply(stream, "200 OK", &body));
    let body: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    match ask(options(url, PATIENT), &body) {
        LinkEvent::Answered(answer) => assert_eq!(answer, body),
        other => panic!("{other:?}"),
    }
}

#[test]
fn refusals_are_told_with_their_text() {
    let url = peer(|stream, _| reply(stream, "500 Oops", b"the disk is full\n"));
    let text = "the disk is full".to_owned();
    assert_eq!(fault(url, PATIENT), LinkFault::Refused { status: 500, text });
    let url = peer(|stream, _| reply(stream, "413 Too Large", &[b'x'; 4_000]));
    assert!(matches!(fault(url, PATIENT), LinkFault::Refused { status: 413, .. }));
    let url = peer(|stream, _| {
        reply(stream, "302 Found\r\nlocation: http://127.0.0.1:1/", b"");
    });
    assert!(matches!(fault(url, PATIENT), LinkFault::Refused { status: 302, .. }));
}

#[test]
fn a_piece_of_a_photo_goes_to_a_place_of_its_own_and_a_long_answer_is_none() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for answer in [9, 257] {
            let (mut stream, _) = listener.accept().expect("the device");
            let body = read_request_at("/v1/photo", &mut stream).expect("a piece");
            assert_eq!(body, b"a piece");
            reply(&mut stream, "200 OK", &vec![7; answer]);
        }
    });
    let (to_here, events) = mpsc::channel();
    let link = Link::start(options(url, PATIENT), move |event| {
        let _ = to_here.send(event);
    })
    .expect("a link");
    link.send_photo(b"a piece".to_vec()).expect("nothing is under way");
    match events.recv().expect("its event") {
        LinkEvent::PhotoAnswered(answer) => assert_eq!(answer, [7; 9]),
        other => panic!("{other:?}"),
    }
    link.send_photo(b"a piece".to_vec()).expect("nothing is under way");
    match events.recv().expect("its event") {
        LinkEvent::Down { why: LinkFault::TooLong(256), .. } => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_overloaded_centre_says_when_to_come_again() {
    let url = peer(|stream, _| reply(stream, "503 Busy\r\nretry-after: 17", b""));
    match ask(options(url, PATIENT), b"?") {
        LinkEvent::Down { why: LinkFault::Overloaded, retry_after_ms: Some(17_000) } => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_line_that_is_cut_half_way_is_told_from_a_short_answer() {
    let url = peer(|stream, _| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
    });
    assert!(matches!(fault(url, PATIENT), LinkFault::Cut(_)));
    let url = peer(|stream, _| {
        let _ = stream.write_all(b"HTTP/1.1 20");
    });
    assert!(matches!(fault(url, PATIENT), LinkFault::Cut(_)));
}

#[test]
fn whoever_speaks_no_http_is_told() {
    let url = peer(|stream, _| {
        let _ = stream.write_all(b"220 mail.example ESMTP\r\n\r\n");
    });
    assert!(matches!(fault(url, PATIENT), LinkFault::Rubbish(_)));
}

#[test]
fn silence_ends_in_time() {
    let (keep, _kept) = mpsc::channel();
    let url = peer(move |stream, _| {
        let _ = keep.send(stream.try_clone());
    });
    assert!(matches!(fault(url, IMPATIENT), LinkFault::Timeout(_)));
    let (keep, _kept) = mpsc::channel();
    let url = peer(move |stream, _| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
        let _ = keep.send(stream.try_clone());
    });
    assert!(matches!(fault(url, IMPATIENT), LinkFault::Timeout(_)));
}

#[test]
fn an_endless_answer_is_cut_short() {
    let url = peer(|stream, _| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[0; 65_536]).is_ok() {}
    });
    assert!(matches!(fault(url, PATIENT), LinkFault::TooLong(_)));
}

#[test]
fn nobody_there_is_told() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    assert!(matches!(fault(url, PATIENT), LinkFault::Unreachable(_)));
}

#[test]
fn one_request_at_a_time() {
    let (go, wait) = mpsc::channel::<()>();
    let url = peer(move |stream, body| {
        let _ = wait.recv();
        reply(stream, "200 OK", &body);
    });
    let (to_here, events) = mpsc::channel();
    let link = Link::start(options(url, PATIENT), move |event| {
        let _ = to_here.send(event);
    })
    .expect("a link");
    link.send(vec![1]).expect("nothing is under way");
    assert!(link.send(vec![2]).is_err());
    go.send(()).expect("the peer waits");
    assert!(matches!(events.recv(), Ok(LinkEvent::Answered(body)) if body == [1]));
    link.send(vec![3]).expect("nothing is under way");
    go.send(()).expect("the peer waits");
    assert!(matches!(events.recv(), Ok(LinkEvent::Answered(body)) if body == [3]));
}

/// A TLS peer with its own certificate, which answers every request with its body.
fn tls_peer() -> (String, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed(["elsewhere.example".to_owned()]).expect("made");
    let certificate = made.cert.der().clone();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key.expect("a private key"))
        .expect("a certificate");
    let config = Arc::new(config);
    let url = peer_on_tls(config);
    (url, certificate.to_vec())
}

fn peer_on_tls(config: Arc<rustls::ServerConfig>) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let session = rustls::ServerConnection::new(Arc::clone(&config)).expect("a session");
            let mut stream = rustls::StreamOwned::new(session, stream);
            if let Some(body) = read_request(&mut stream) {
                reply(&mut stream, "200 OK", &body);
            }
        }
    });
    format!("https://{address}")
}

#[test]
fn only_the_centres_own_certificate_is_trusted() {
    let (url, certificate) = tls_peer();
    let asked = |certificate| {
        let url = url.clone();
        let certificate = Some(certificate);
        ask(LinkOptions { url, certificate, plain: false, patience: PATIENT }, b"?")
    };
    match asked(certificate) {
        LinkEvent::Answered(body) => assert_eq!(body, b"?"),
        other => panic!("{other:?}"),
    }
    let (_, another) = tls_peer();
    match asked(another) {
        LinkEvent::Down { why: LinkFault::WrongCentre, .. } => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_exchange_goes_on_until_both_sides_are_quiet() {
    let story: &'static Story = Box::leak(Box::new(Story::with_numbers(3_000)));
    let mut store = story.open_with_book();
    for minutes in 0..800 {
        let facts = vec![receipt(&store, 345, 1)];
        store.append(at(minutes), CASHIER, facts).expect("a receipt");
    }
    let mut centre = Centre::new(story);
    let url = peer(move |stream, body| {
        let answer = centre.answer(&body);
        reply(stream, "200 OK", &answer.sealed());
    });
    let done = exchange_until_quiet(&mut store, options(url, PATIENT), || at(0));
    let done = done.expect("a whole exchange");
    assert_eq!((done.sent, store.to_send()), (801, 0));
    let url = peer(|stream, _| reply(stream, "200 OK", b"rubbish"));
    let failed = exchange_until_quiet(&mut store, options(url, PATIENT), || at(0));
    assert!(matches!(failed, Err(ExchangeError::Store(_))), "{failed:?}");
    let url = peer(|stream, _| reply(stream, "500 Oops", b"oops"));
    let failed = exchange_until_quiet(&mut store, options(url, PATIENT), || at(0));
    assert!(matches!(failed, Err(ExchangeError::Down(LinkFault::Refused { .. }))), "{failed:?}");
}

/// Where the line breaks, counted in bytes.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Request(usize),
    Answer(usize),
    Nowhere,
}

/// Serves one connection for each cut that it is told; then gives the centre back.
fn cut_peer(
    mut centre: Centre<'static>,
    cuts: mpsc::Receiver<Cut>,
) -> (String, thread::JoinHandle<Centre<'static>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let serving = thread::spawn(move || {
        for cut in cuts {
            let (mut stream, _) = listener.accept().expect("the device comes");
            let read_max = if let Cut::Request(bytes) = cut { bytes } else { usize::MAX };
            let Some(body) = read_request(&mut (&mut stream).take(read_max as u64)) else {
                continue;
            };
            if let Cut::Request(_) = cut {
                continue;
            }
            let mut answer = Vec::new();
            reply(&mut answer, "200 OK", &centre.answer(&body).sealed());
            let whole = answer.len();
            let sent = if let Cut::Answer(bytes) = cut { bytes.min(whole - 1) } else { whole };
            // The device may have hung up.
            let _ = stream.write_all(&answer[..sent]);
        }
        centre
    });
    (url, serving)
}

#[test]
fn a_line_that_breaks_at_any_byte_loses_nothing_and_doubles_nothing() {
    let story: &'static Story = Box::leak(Box::new(Story::with_numbers(3_000)));
    let mut store = story.open_with_book();
    let (to_peer, cuts) = mpsc::channel();
    let (url, serving) = cut_peer(Centre::new(story), cuts);
    let requests = (0..480).step_by(5).map(Cut::Request);
    let answers = (0..520).step_by(5).map(Cut::Answer);
    for (minutes, cut) in (0..).zip(requests.chain(answers)) {
        let fact = receipt(&store, 345, 1);
        store.append(at(minutes), CASHIER, vec![fact]).expect("a receipt");
        to_peer.send(cut).expect("the peer serves");
        let broken = exchange_until_quiet(&mut store, options(url.clone(), PATIENT), || at(0));
        assert!(matches!(broken, Err(ExchangeError::Down(_))), "{cut:?}: {broken:?}");
        assert_eq!(store.to_send(), if minutes == 0 { 2 } else { 1 }, "{cut:?}");
        to_peer.send(Cut::Nowhere).expect("the peer serves");
        let whole = exchange_until_quiet(&mut store, options(url.clone(), PATIENT), || at(0));
        whole.unwrap_or_else(|error| panic!("after {cut:?}: {error}"));
        assert_eq!(store.to_send(), 0, "{cut:?}");
    }
    drop(to_peer);
    let centre = serving.join().expect("the peer ends");
    assert_eq!(centre.entries, store.entries_after(0, usize::MAX).expect("readable"));
}
