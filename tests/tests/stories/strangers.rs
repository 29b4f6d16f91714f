//! Strangers at the centre's door: connections that say nothing, or a byte now and then. Each comes
//! to its defined end, and an honest kiosk is served meanwhile.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tests::centre::Wire;
use tests::town::{Kind, Town};
use tests::wait::until;

use super::steps::{HOUSE, card_payment, office_has_once};

/// Connections that never say a word.
const IDLE: usize = 2_000;

/// Files that the centre may have open when it begins: far fewer than these connections.
const FILES: u32 = 64;

/// The pace of a slow sender, and how many bytes it has patience for. The centre's own patience is
/// a minute and a half at most.
const PACE: Duration = Duration::from_secs(1);
const SLOW_BYTES: usize = 150;

const HEAD: &str = "POST /v1/exchange HTTP/1.1\r\nhost: centre\r\n";

/// This program holds as many connections as it may itself.
fn open_as_many_files_as_allowed() {
    let maximum = getrlimit(Resource::Nofile).maximum;
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).expect("up to the maximum");
}

fn connect(town: &Town) -> TcpStream {
    let url = town.centre.url();
    TcpStream::connect(url.trim_start_matches("https://")).expect("the centre listens")
}

fn connect_tls(town: &Town) -> StreamOwned<ClientConnection, TcpStream> {
    let own = CertificateDer::from_pem_file(town.centre.certificate()).expect("a certificate");
    let mut roots = RootCertStore::empty();
    roots.add(own).expect("a certificate that can be trusted");
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").expect("an address");
    let client = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut stream = StreamOwned::new(client, connect(town));
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock).expect("a handshake");
    }
    stream
}

/// What the centre says before it closes; nothing is said to it.
fn closes(mut stream: impl Read, socket: &TcpStream) -> String {
    let patience = PACE * u32::try_from(SLOW_BYTES).expect("few");
    socket.set_read_timeout(Some(patience)).expect("a limit");
    let mut said = Vec::new();
    match stream.read_to_end(&mut said) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            panic!("still open after {patience:?}")
        }
        // Cut off, with or without a farewell.
        Ok(_) | Err(_) => String::from_utf8_lossy(&said).into_owned(),
    }
}

/// What the centre says to somebody who sends one byte each second, until it closes.
fn hears_slowly(mut stream: StreamOwned<ClientConnection, TcpStream>, begin: &str) -> String {
    stream.write_all(begin.as_bytes()).expect("the beginning is sent at once");
    stream.sock.set_read_timeout(Some(PACE)).expect("a limit");
    let mut said = Vec::new();
    let mut piece = [0; 1_024];
    for _ in 0..SLOW_BYTES {
        match stream.read(&mut piece) {
            Ok(0) => return String::from_utf8_lossy(&said).into_owned(),
            Ok(bytes) => {
                said.extend_from_slice(&piece[..bytes]);
                continue;
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return String::from_utf8_lossy(&said).into_owned(),
        }
        if stream.write_all(b"x").and_then(|()| stream.flush()).is_err() {
            return String::from_utf8_lossy(&said).into_owned();
        }
    }
    panic!("still listened to after {SLOW_BYTES} bytes; it said {said:?}")
}

#[test]
fn who_says_nothing_or_speaks_slowly_holds_nobody_up() {
    open_as_many_files_as_allowed();
    let mut town = Town::small_by(Wire::Tls).expect("a town");
    town.centre.stop().expect("it stops");
    town.centre.serve_with_files(FILES).expect("it serves again");
    let idle: Vec<TcpStream> = (0..IDLE).map(|_| connect(&town)).collect();
    // The first of them may be ended before the last has come.
    let more = 4 * usize::try_from(FILES).expect("few");
    until("the centre holds many of them at once", || {
        town.centre.open_files().ok().filter(|open| *open >= more)
    })
    .expect("more files than it began with");
    let silent = connect_tls(&town);
    let slow_head = connect_tls(&town);
    let slow_body = connect_tls(&town);
    let head = thread::spawn(move || hears_slowly(slow_head, HEAD));
    let begin = format!("{HEAD}content-length: 5000\r\n\r\n");
    let body = thread::spawn(move || hears_slowly(slow_body, &begin));

    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    let receipt = card_payment(&mut desk, HOUSE, "20").expect("a payment");
    office_has_once(&town, &[receipt]);

    for stream in &idle {
        assert_eq!(closes(stream, stream), "", "nothing was asked");
    }
    let head = head.join().expect("the head's sender");
    assert!(head.is_empty() || head.starts_with("HTTP/1.1 408"), "{head}");
    let body = body.join().expect("the body's sender");
    assert!(body.starts_with("HTTP/1.1 408"), "{body}");
    assert!(body.contains("The message took too long to arrive."), "{body}");
    let socket = silent.sock.try_clone().expect("the same socket");
    assert_eq!(closes(silent, &socket), "", "nothing was asked");
    tests::proof::counted(format!(
        "strangers: {IDLE} idle connections, a silent one and two slow ones, each ended by the \
         centre; it began with {FILES} files, and a kiosk was served meanwhile"
    ));
}
