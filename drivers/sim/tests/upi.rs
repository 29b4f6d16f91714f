//! The bank, and a centre that the test plays.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;

use data_encoding::HEXLOWER;
use ring::hmac;
use serde_json::Value;
use sim::Running;
use sim::upi::{Options, start};

const SECRET: &[u8] = b"between bank and centre";
const PAY: &str = "pay upi://pay?pa=body@bank&pn=Body&tr=K7-000123&am=1184.00&cu=INR&tn=tax";

struct Request {
    line: String,
    timestamp: String,
    signature: String,
    body: String,
}

impl Request {
    fn is_signed(&self) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET);
        let signed = format!("{}.{}", self.timestamp, self.body);
        let tag = HEXLOWER.decode(self.signature.as_bytes()).unwrap();
        hmac::verify(&key, signed.as_bytes(), &tag).is_ok()
    }
}

fn read(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        lines.push(line.trim().to_owned());
    }
    let header = |name: &str| {
        let found = lines.iter().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        found.unwrap_or_else(|| panic!("{name} is missing in {lines:?}")).to_owned()
    };
    let mut body = vec![0; header("content-length").parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    Request {
        line: lines[0].clone(),
        timestamp: header("x-padi-timestamp"),
        signature: header("x-padi-signature"),
        body: String::from_utf8(body).unwrap(),
    }
}

/// Answers so many requests with this status line, and hands them over.
fn centre(answers: usize, status: &'static str) -> (String, JoinHandle<Vec<Request>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        (0..answers)
            .map(|_| {
                let (mut stream, _) = listener.accept().unwrap();
                let request = read(&stream);
                let answer =
                    format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                stream.write_all(answer.as_bytes()).unwrap();
                request
            })
            .collect()
    });
    (address, thread)
}

fn bank(centre: String) -> Running {
    let control = SocketAddr::from(([127, 0, 0, 1], 0));
    start(Options { centre, secret: SECRET.to_vec(), certificate: None, control }).unwrap()
}

#[test]
fn a_payment_is_confirmed_with_a_signature() {
    let (address, centre) = centre(1, "200 OK");
    assert_eq!(bank(address).command(PAY), Ok("200".to_owned()));
    let request = centre.join().unwrap().pop().unwrap();
    assert_eq!(request.line, "POST /v1/upi/confirmation HTTP/1.1");
    assert!(request.is_signed());
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!((&body["tr"], &body["amount"]), (&"K7-000123".into(), &"1184.00".into()));
    assert_eq!(body["rrn"].as_str().unwrap().len(), 12);
    assert!(body["paid_at_ms"].as_u64().unwrap() > 0);
}

#[test]
fn faults_are_switches() {
    let (address, centre) = centre(4, "409 Conflict");
    let bank = bank(address);
    bank.command("never").unwrap();
    assert_eq!(bank.command(PAY), Ok("never confirmed".to_owned()));
    bank.command("never off").unwrap();
    bank.command("twice").unwrap();
    bank.command("late 10").unwrap();
    assert_eq!(bank.command(PAY), Ok("409 409".to_owned()));
    bank.command("reset").unwrap();
    bank.command("wrong-signature").unwrap();
    assert_eq!(bank.command(PAY), Ok("409".to_owned()));
    bank.command("reset").unwrap();
    bank.command("wrong-amount").unwrap();
    assert_eq!(bank.command(PAY), Ok("409".to_owned()));
    let requests = centre.join().unwrap();
    assert_eq!(requests[0].body, requests[1].body);
    let signed: Vec<bool> = requests.iter().map(Request::is_signed).collect();
    assert_eq!(signed, [true, true, false, true]);
    assert!(requests[3].body.contains("\"1183.99\""), "{}", requests[3].body);
}

#[test]
fn a_bank_that_was_not_heard_names_the_same_payment_again() {
    let (address, centre) = centre(3, "200 OK");
    let bank = bank(address);
    let again = PAY.replacen("pay", "again", 1);
    let refused = bank.command(&again).unwrap_err();
    assert_eq!(refused, "nobody has paid under K7-000123 yet");
    bank.command("never").unwrap();
    bank.command(PAY).unwrap();
    bank.command("never off").unwrap();
    assert_eq!(bank.command(&again), Ok("200".to_owned()));
    assert_eq!(bank.command(&again), Ok("200".to_owned()));
    assert_eq!(bank.command(PAY), Ok("200".to_owned()));
    let requests = centre.join().unwrap();
    assert!(requests.iter().all(Request::is_signed));
    assert_eq!(requests[0].body, requests[1].body);
    assert_ne!(requests[0].body, requests[2].body, "a second payment is another one");
}

#[test]
fn a_centre_that_is_away_is_an_error_and_no_panic() {
    let (address, centre) = centre(0, "");
    centre.join().unwrap();
    let answer = bank(address).command(PAY).unwrap_err();
    assert!(answer.starts_with("the centre did not answer"), "{answer}");
}
