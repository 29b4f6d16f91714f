//! The terminal, spoken to by raw messages.

mod common;

use std::path::Path;

use common::{Host, LONG};
use serde_json::{Value, json};
use sim::terminal::{Mode, Options, start};
use sim::{Place, Running};

const ACK: [u8; 3] = [0x80, 0, 0];
/// 04 amount 1184.00, 49 rupees, 3C "#A1#"
const SALE: &[u8] = b"\x06\x01\x12\x04\0\0\0\x11\x84\0\x49\x03\x56\x3c\xf0\xf0\xf4#A1#";
const REPEAT: &[u8] = &[0x06, 0x20, 3, 0, 0, 0];

fn terminal(out: &Path, mode: Mode) -> Running {
    let options = Options::new(Place::free_port());
    start(Options { out: Some(out.to_owned()), mode, ..options }).unwrap()
}

struct Till(Host);

impl Till {
    fn registered(terminal: &Running) -> Till {
        let mut till = Till(Host::connect(terminal.port()));
        // Steps are wanted, lines for the paper are not.
        till.asks(&[0x06, 0x00, 6, 0, 0, 0, 0x1a, 0x03, 0x56]);
        till.hears(0x06, 0x0f);
        till
    }

    fn asks(&mut self, request: &[u8]) {
        self.0.says(request);
        self.0.hears(&ACK);
    }

    /// The next message; it is acknowledged.
    fn hears(&mut self, class: u8, instruction: u8) -> Vec<u8> {
        use std::io::Read;
        let mut head = [0; 3];
        self.0.0.read_exact(&mut head).unwrap();
        assert_eq!((head[0], head[1]), (class, instruction), "{head:02x?}");
        let mut body = vec![0; usize::from(head[2])];
        self.0.0.read_exact(&mut body).unwrap();
        self.0.says(&ACK);
        body
    }

    fn hears_an_approval(&mut self) -> Vec<u8> {
        let status = self.hears(0x04, 0x0f);
        assert_eq!(status[..9], [0x27, 0, 0x04, 0, 0, 0, 0x11, 0x84, 0]);
        self.hears(0x06, 0x0f);
        status
    }
}

fn journal(out: &Path) -> Vec<Value> {
    serde_json::from_slice(&std::fs::read(out.join("terminal.json")).unwrap()).unwrap()
}

#[test]
fn a_person_approves_once() {
    let out = tempfile::tempdir().unwrap();
    let terminal = terminal(out.path(), Mode::Manual);
    assert_eq!(terminal.command("approve"), Err("no payment is waiting".to_owned()));
    let mut till = Till::registered(&terminal);
    till.asks(SALE);
    till.hears(0x04, 0xff);
    let (_, event) = terminal.events().wait("authorisation", 0, LONG).unwrap();
    assert_eq!((&event["amount"], &event["text"]), (&json!("1184.00"), &json!("#A1#")));
    assert_eq!(terminal.command("approve"), Ok("receipt 1".to_owned()));
    assert_eq!(terminal.command("approve"), Err("no payment is waiting".to_owned()));
    let status = till.hears_an_approval();
    assert!(status.windows(4).any(|bytes| bytes == b"#A1#"));
    assert_eq!(journal(out.path()).len(), 1);
}

#[test]
fn an_approval_outlives_the_line_and_the_terminal() {
    let out = tempfile::tempdir().unwrap();
    let first = terminal(out.path(), Mode::Manual);
    let mut till = Till::registered(&first);
    till.asks(SALE);
    till.hears(0x04, 0xff);
    first.command("approve-then-drop").unwrap();
    till.0.hears_the_end();
    first.stop();
    let second = terminal(out.path(), Mode::Manual);
    let mut till = Till::registered(&second);
    till.asks(REPEAT);
    till.hears_an_approval();
}

#[test]
fn a_payment_waits_on_when_the_till_hangs_up() {
    let out = tempfile::tempdir().unwrap();
    let terminal = terminal(out.path(), Mode::Manual);
    let mut till = Till::registered(&terminal);
    till.asks(SALE);
    till.hears(0x04, 0xff);
    drop(till);
    let mut till = Host::connect(terminal.port());
    till.says(REPEAT);
    till.hears(&[0x84, 0x9c, 0]);
    terminal.command("approve").unwrap();
    drop(till);
    let mut till = Till::registered(&terminal);
    till.asks(REPEAT);
    till.hears_an_approval();
}

#[test]
fn a_payment_is_declined_or_stopped_with_its_code() {
    let out = tempfile::tempdir().unwrap();
    let terminal = terminal(out.path(), Mode::Manual);
    let mut till = Till::registered(&terminal);
    till.asks(SALE);
    till.hears(0x04, 0xff);
    terminal.command("decline 78").unwrap();
    assert_eq!(till.hears(0x04, 0x0f)[..2], [0x27, 0x78]);
    assert_eq!(till.hears(0x06, 0x1e), [0x78]);
    till.asks(SALE);
    till.hears(0x04, 0xff);
    till.asks(&[0x06, 0xb0, 0]);
    assert_eq!(till.hears(0x04, 0x0f)[..2], [0x27, 0x6c]);
    assert_eq!(till.hears(0x06, 0x1e), [0x6c]);
    assert!(journal(out.path()).iter().all(|entry| entry["fate"] == "declined"));
}

#[test]
fn an_unregistered_till_and_an_empty_journal_are_told_so() {
    let out = tempfile::tempdir().unwrap();
    let terminal = terminal(out.path(), Mode::Auto);
    let mut till = Till(Host::connect(terminal.port()));
    till.asks(SALE);
    assert_eq!(till.hears(0x06, 0x1e), [0x6b]);
    drop(till);
    let mut till = Till::registered(&terminal);
    till.asks(REPEAT);
    assert_eq!(till.hears(0x06, 0x1e), [0x83]);
    till.asks(&[0x05, 0x01, 3, 0, 0, 0]);
    assert_eq!(till.hears(0x06, 0x0f).last(), Some(&0));
}

#[test]
fn a_payment_is_taken_back_once_and_the_day_counts_the_rest() {
    let out = tempfile::tempdir().unwrap();
    let terminal = terminal(out.path(), Mode::Auto);
    let mut till = Till::registered(&terminal);
    for _ in 0..3 {
        till.asks(SALE);
        till.hears(0x04, 0xff);
        till.hears_an_approval();
    }
    let reversal = [0x06, 0x30, 6, 0, 0, 0, 0x87, 0x00, 0x02];
    till.asks(&reversal);
    till.hears_an_approval();
    till.asks(&reversal);
    assert_eq!(till.hears(0x06, 0x1e), [0xb4]);
    let end_of_day = [0x06, 0x50, 3, 0, 0, 0];
    till.asks(&end_of_day);
    let day = till.hears(0x04, 0x0f);
    assert_eq!(day[..9], [0x27, 0, 0x04, 0, 0, 0, 0x23, 0x68, 0]);
    assert_eq!(day[9..17], [0x60, 0xf0, 0xf5, 0xf3, 0, 1, 0, 3]);
    assert_eq!(day[59], 2);
    till.hears(0x06, 0x0f);
    till.asks(&end_of_day);
    assert_eq!(till.hears(0x04, 0x0f)[2..9], [0x04, 0, 0, 0, 0, 0, 0]);
    till.hears(0x06, 0x0f);
    till.asks(&[0x06, 0x30, 6, 0, 0, 0, 0x87, 0x00, 0x01]);
    assert_eq!(till.hears(0x06, 0x1e), [0xb5]);
}

#[test]
fn a_till_that_prints_gets_its_lines() {
    let out = tempfile::tempdir().unwrap();
    let terminal = terminal(out.path(), Mode::Auto);
    let mut till = Till(Host::connect(terminal.port()));
    till.asks(&[0x06, 0x00, 6, 0, 0, 0, 0x9e, 0x03, 0x56]);
    till.hears(0x06, 0x0f);
    till.asks(SALE);
    till.hears(0x04, 0xff);
    till.hears(0x04, 0x0f);
    till.hears(0x06, 0xd1);
    assert_eq!(till.hears(0x06, 0xd1), b"\0RuPay (simulated) ****4321");
    assert_eq!(till.hears(0x06, 0xd1), b"\0INR 1184.00");
    till.hears(0x06, 0x0f);
}

#[test]
fn money_goes_back_to_a_card_and_the_open_day_is_told_without_closing_it() {
    let out = tempfile::tempdir().unwrap();
    let terminal = terminal(out.path(), Mode::Auto);
    let mut till = Till::registered(&terminal);
    till.asks(SALE);
    till.hears(0x04, 0xff);
    till.hears_an_approval();
    let refund = [&[0x06, 0x31, 0x15, 0, 0, 0], &SALE[3..]].concat();
    till.asks(&refund);
    till.hears(0x04, 0xff);
    till.hears_an_approval();
    assert_eq!(journal(out.path())[1]["kind"], "refund");
    for _ in 0..2 {
        till.asks(&[0x06, 0x10, 3, 0, 0, 0]);
        assert_eq!(till.hears(0x04, 0x0f)[2..9], [0x04, 0, 0, 0, 0x11, 0x84, 0]);
        till.hears(0x06, 0x0f);
    }
}
