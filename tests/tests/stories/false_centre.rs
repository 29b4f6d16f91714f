//! What answers at the centre's address is not the centre: it fails, babbles, or cuts the line. The
//! device goes on, and nothing is lost or doubled once the true one is back.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tests::town::{Kind, Town, attached};
use tests::wait::until;

use super::steps::{HOUSE, card_payment, office_has_once};

/// How a request is answered, whatever it is.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Fails,
    Babbles,
    Empty,
    CutsHalfWay,
    HangsUp,
}

const ANSWERS: [Answer; 5] =
    [Answer::Fails, Answer::Babbles, Answer::Empty, Answer::CutsHalfWay, Answer::HangsUp];

/// Ends with the story.
struct FalseCentre {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl FalseCentre {
    fn start(answer: Answer) -> FalseCentre {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (asked, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (counts, ends) = (asked.clone(), stop.clone());
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if ends.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                counts.fetch_add(1, Ordering::SeqCst);
                // Whoever asked may have gone away.
                let _ = reply(stream, answer);
            }
        });
        FalseCentre { address, asked, stop, thread: Some(thread) }
    }
}

impl Drop for FalseCentre {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // One more connection wakes it.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn reply(mut stream: TcpStream, answer: Answer) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let _ = stream.read(&mut [0; 16_384])?;
    let rubbish: Vec<u8> = (0..400_u32).map(|place| (place * 151 % 251) as u8).collect();
    match answer {
        Answer::Fails => {
            let head = "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 5\r\n\r\nsorry";
            stream.write_all(head.as_bytes())?;
        }
        Answer::Babbles => {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", rubbish.len());
            stream.write_all(head.as_bytes())?;
            stream.write_all(&rubbish)?;
        }
        Answer::Empty => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?,
        Answer::CutsHalfWay => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n")?;
            stream.write_all(&rubbish)?;
        }
        Answer::HangsUp => {}
    }
    stream.shutdown(Shutdown::Both)
}

#[test]
fn the_device_goes_on_and_nothing_is_lost_or_doubled() {
    let town = Town::small().expect("a town");
    let kind = Kind::kiosk();
    let equipped = town.equip(kind).expect("a kiosk");
    let wires = attached(kind, &equipped.printer, &equipped.terminal, &equipped.scanner);
    let mut receipts = Vec::new();
    for (place, answer) in ANSWERS.into_iter().enumerate() {
        let centre = FalseCentre::start(answer);
        let url = format!("http://{}", centre.address);
        equipped.device.configure("kiosk", &url, Some("en"), &wires).expect("configured");
        let mut desk = equipped.device.open().expect("its desk");
        let rupees = (30 + place).to_string();
        let receipt = card_payment(&mut desk, HOUSE, &rupees);
        receipts.push(receipt.unwrap_or_else(|trouble| panic!("{answer:?}: {trouble}")));
        until("the false centre is asked", || {
            (centre.asked.load(Ordering::SeqCst) > 0).then_some(())
        })
        .expect("asked");
        desk.until_online(false).expect("it is not believed");
        assert!(desk.is_running(), "{answer:?}: {}", desk.log());
        desk.close().unwrap_or_else(|trouble| panic!("{answer:?}: {trouble}"));
    }
    let url = town.centre.url();
    equipped.device.configure("kiosk", &url, Some("en"), &wires).expect("configured");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    office_has_once(&town, &receipts);
}
