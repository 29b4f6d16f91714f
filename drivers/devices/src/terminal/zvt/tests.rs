//! The driver against a terminal that the test plays message by message, with a second
//! implementation writing what that implementation knows.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

use ::zvt::ZvtSerializer;
use ::zvt::packets::{Abort, CompletionData, NumAndTotal, SingleAmounts, StatusInformation};

use super::*;

mod day;

const ACK: [u8; 3] = [0x80, 0, 0];

struct Bench<T> {
    far_end: TcpStream,
    driver: JoinHandle<T>,
    abort: AbortHandle,
    /// The body of the command that asks for money.
    asked: Vec<u8>,
}

fn start<T: Send + 'static>(call: fn(&mut ZvtTerminal) -> T) -> Bench<T> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
    let mut terminal = ZvtTerminal::new(address, ZvtSettings::default());
    let abort = terminal.abort_handle();
    let driver = std::thread::spawn(move || call(&mut terminal));
    let (far_end, _) = listener.accept().unwrap();
    far_end.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut bench = Bench { far_end, driver, abort, asked: Vec::new() };
    let registration = bench.hears(0x06, 0x00);
    assert_eq!(registration, [0, 0, 0, 0x9e, 0x03, 0x56]);
    bench.says(&ACK);
    bench.completes();
    bench
}

/// A sale at a terminal whose last receipt is the given one, up to its authorisation.
fn start_sale(last: Option<Vec<u8>>) -> Bench<SaleOutcome> {
    start_charge(sale, last, 0x01)
}

fn start_charge(
    call: fn(&mut ZvtTerminal) -> SaleOutcome,
    last: Option<Vec<u8>>,
    instruction: u8,
) -> Bench<SaleOutcome> {
    let mut bench = start(call);
    bench.hears(0x06, 0x20);
    bench.says(&ACK);
    match last {
        None => bench.aborts(0x83),
        Some(status) => {
            bench.tells(&status);
            bench.completes();
        }
    }
    bench.asked = bench.hears(0x06, instruction);
    bench
}

impl<T> Bench<T> {
    fn hears(&mut self, class: u8, instruction: u8) -> Vec<u8> {
        let mut head = [0; 3];
        self.far_end.read_exact(&mut head).unwrap();
        assert_eq!((head[0], head[1]), (class, instruction));
        let mut body = vec![0; usize::from(head[2])];
        self.far_end.read_exact(&mut body).unwrap();
        body
    }

    fn says(&mut self, bytes: &[u8]) {
        self.far_end.write_all(bytes).unwrap();
    }

    /// Says something that has to be acknowledged.
    fn tells(&mut self, bytes: &[u8]) {
        self.says(bytes);
        self.hears(0x80, 0x00);
    }

    fn completes(&mut self) {
        self.tells(&CompletionData::default().zvt_serialize());
    }

    fn aborts(&mut self, error: u8) {
        self.tells(&Abort { error }.zvt_serialize());
    }

    fn ends(self) -> T {
        drop(self.far_end);
        self.driver.join().unwrap()
    }
}

fn intent() -> SaleIntent {
    SaleIntent { reference: "K7-000123".to_owned(), amount_paise: 118_400 }
}

fn sale(terminal: &mut ZvtTerminal) -> SaleOutcome {
    terminal.sale(&intent(), &mut |_| {})
}

fn payment(amount: usize, receipt: usize, text: Option<&str>) -> Vec<u8> {
    StatusInformation {
        amount: Some(amount),
        trace_number: Some(77),
        result_code: Some(0),
        terminal_id: Some(52_500_039),
        receipt_no: Some(receipt),
        card_name: Some("RuPay".to_owned()),
        aid_authorization_attribute: Some("AB1234  ".to_owned()),
        additional_text: text.map(str::to_owned),
        card_number: Some(6_071_980_012_344_321),
        ..StatusInformation::default()
    }
    .zvt_serialize()
}

#[test]
fn an_approved_payment_carries_what_the_slip_needs() {
    let mut bench = start_sale(None);
    assert_eq!(bench.asked[..7], [0x04, 0, 0, 0, 0x11, 0x84, 0x00]);
    bench.says(&ACK);
    bench.tells(&[0x04, 0xff, 1, 0x0a]);
    bench.tells(&payment(118_400, 42, Some("#K7-000123#")));
    bench.tells(b"\x06\xd1\x05\x00Paid");
    bench.tells(&CompletionData::default().zvt_serialize());
    let SaleOutcome::Approved(approval) = bench.ends() else { panic!() };
    assert_eq!((approval.amount_paise, &*approval.receipt_number), (118_400, "42"));
    assert_eq!((&*approval.bank_reference, &*approval.terminal_id), ("77", "52500039"));
    assert_eq!((&*approval.authorisation_code, &*approval.card_name), ("AB1234", "RuPay"));
    assert_eq!(approval.last_four.unwrap().to_string(), "4321");
    assert_eq!(approval.reference.as_deref(), Some("K7-000123"));
}

#[test]
fn a_lost_answer_is_unknown_and_not_asked_for_again() {
    let mut bench = start_sale(None);
    bench.says(&ACK);
    bench.tells(&payment(118_400, 42, None));
    let outcome = bench.ends();
    assert!(matches!(outcome, SaleOutcome::Unknown(Fault::Unplugged)), "{outcome:?}");
    let bench = start_sale(None);
    let outcome = bench.ends();
    assert!(matches!(outcome, SaleOutcome::Unknown(_)), "{outcome:?}");
}

#[test]
fn a_terminal_says_whether_it_is_ready() {
    let mut bench = start(|terminal| terminal.ready());
    bench.hears(0x05, 0x01);
    bench.says(&ACK);
    bench.tells(&CompletionData::default().zvt_serialize());
    assert!(bench.ends().is_ok());
    let mut bench = start(|terminal| terminal.ready());
    bench.hears(0x05, 0x01);
    bench.says(&[0x84, 0x9c, 0]);
    assert_eq!(bench.ends().unwrap_err().word(), "busy");
}

#[test]
fn a_declined_payment_says_why() {
    let mut bench = start_sale(None);
    bench.says(&ACK);
    bench.aborts(0x71);
    let SaleOutcome::Declined { code, text } = bench.ends() else { panic!() };
    assert_eq!((code, &*text), (0x71, "the card has not enough money"));
}

#[test]
fn a_busy_terminal_has_not_started_anything() {
    let mut bench = start_sale(None);
    bench.says(&[0x84, 0x9c, 0]);
    let outcome = bench.ends();
    assert!(matches!(outcome, SaleOutcome::NotStarted(Fault::Busy)), "{outcome:?}");
}

#[test]
fn an_approval_that_contradicts_itself_is_unknown() {
    let mut bench = start_sale(None);
    bench.says(&ACK);
    bench.tells(&payment(118_500, 42, None));
    bench.tells(&CompletionData::default().zvt_serialize());
    assert!(matches!(bench.ends(), SaleOutcome::Unknown(Fault::Protocol(_))));
    let mut bench = start_sale(None);
    bench.says(&ACK);
    bench.tells(&payment(118_400, 42, None));
    bench.aborts(0x6c);
    assert!(matches!(bench.ends(), SaleOutcome::Unknown(Fault::Protocol(_))));
    let mut bench = start_sale(None);
    bench.says(&ACK);
    bench.tells(&CompletionData::default().zvt_serialize());
    assert!(matches!(bench.ends(), SaleOutcome::Unknown(Fault::Protocol(_))));
}

#[test]
fn a_running_sale_can_be_stopped_from_outside() {
    let mut bench = start_sale(None);
    bench.says(&ACK);
    bench.tells(&[0x04, 0xff, 1, 0x0a]);
    bench.abort.abort();
    assert!(bench.hears(0x06, 0xb0).is_empty());
    bench.says(&ACK);
    bench.aborts(0x6c);
    assert!(matches!(bench.ends(), SaleOutcome::Declined { code: 0x6c, .. }));
}

#[test]
fn amounts_and_references_that_cannot_be_sent_are_refused_here() {
    let mut terminal =
        ZvtTerminal::new("tcp://127.0.0.1:1".parse().unwrap(), ZvtSettings::default());
    let mut refused = |intent: SaleIntent| {
        let outcome = terminal.sale(&intent, &mut |_| {});
        assert!(matches!(outcome, SaleOutcome::NotStarted(Fault::Protocol(_))), "{outcome:?}");
    };
    refused(SaleIntent { amount_paise: 0, ..intent() });
    refused(SaleIntent { amount_paise: AMOUNT_PAISE_MAX + 1, ..intent() });
    refused(SaleIntent { reference: "123456789012".to_owned(), ..intent() });
}

fn looked_up(answer: impl FnOnce(&mut Bench<Lookup>)) -> Lookup {
    let mut bench = start(|terminal| terminal.lookup(&intent()));
    assert_eq!(bench.hears(0x06, 0x20), [0, 0, 0]);
    answer(&mut bench);
    bench.ends()
}

/// Looked up after a restart: nobody remembers the receipt before.
fn last_is(status: &[u8]) -> Lookup {
    looked_up(|bench| {
        bench.says(&ACK);
        bench.tells(status);
        bench.tells(&CompletionData::default().zvt_serialize());
    })
}

#[test]
fn a_lost_sale_is_found_again_by_its_reference() {
    let found = last_is(&payment(118_400, 42, Some("#K7-000123#")));
    assert!(matches!(found, Lookup::Approved(approval) if approval.receipt_number == "42"));
    let other = last_is(&payment(118_400, 42, Some("#K7-000122#")));
    assert!(matches!(other, Lookup::NeverSeen), "{other:?}");
    let odd = last_is(&payment(118_500, 42, Some("#K7-000123#")));
    assert!(matches!(odd, Lookup::CannotTell(_)), "{odd:?}");
}

/// A sale whose answer is lost, at a terminal that keeps no references, looked up at once.
fn lost_then_last_is(before: Option<usize>, status: Vec<u8>) -> Lookup {
    lost_then(before, |bench| {
        bench.tells(&status);
        bench.completes();
    })
}

fn lost_then(before: Option<usize>, answer: impl FnOnce(&mut Bench<Lookup>)) -> Lookup {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
    let mut terminal = ZvtTerminal::new(address, ZvtSettings::default());
    let abort = terminal.abort_handle();
    let driver = std::thread::spawn(move || {
        let outcome = sale(&mut terminal);
        assert!(matches!(outcome, SaleOutcome::Unknown(_)), "{outcome:?}");
        terminal.lookup(&intent())
    });
    let dialled = || {
        let (far_end, _) = listener.accept().unwrap();
        far_end.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        far_end
    };
    let asked = Vec::new();
    let mut bench = Bench { far_end: dialled(), driver, abort, asked };
    let registers = |bench: &mut Bench<Lookup>| {
        bench.hears(0x06, 0x00);
        bench.says(&ACK);
        bench.completes();
        bench.hears(0x06, 0x20);
        bench.says(&ACK);
    };
    registers(&mut bench);
    match before {
        None => bench.aborts(0x83),
        Some(receipt) => {
            bench.tells(&payment(99_900, receipt, None));
            bench.completes();
        }
    }
    bench.hears(0x06, 0x01);
    // The line is cut; the driver dials anew to look the sale up.
    bench.far_end.shutdown(std::net::Shutdown::Both).unwrap();
    bench.far_end = dialled();
    registers(&mut bench);
    answer(&mut bench);
    bench.ends()
}

#[test]
fn without_a_reference_the_receipt_before_tells_sales_apart() {
    let new = lost_then_last_is(Some(41), payment(118_400, 42, None));
    assert!(matches!(new, Lookup::Approved(_)), "{new:?}");
    let first = lost_then_last_is(None, payment(118_400, 1, None));
    assert!(matches!(first, Lookup::Approved(_)), "{first:?}");
    let old = lost_then_last_is(Some(41), payment(118_400, 41, None));
    assert!(matches!(old, Lookup::NeverSeen), "{old:?}");
    // Somebody else's receipt may have come after ours.
    let strange = lost_then_last_is(Some(41), payment(500, 42, Some("THANK YOU")));
    assert!(matches!(strange, Lookup::CannotTell(_)), "{strange:?}");
    // A reference cut short by the terminal proves nothing.
    let torn = lost_then_last_is(Some(41), payment(500, 42, Some("#K7-0001")));
    assert!(matches!(torn, Lookup::CannotTell(_)), "{torn:?}");
    // After a restart nobody knows what the receipt before was.
    let unknown = last_is(&payment(118_400, 42, None));
    assert!(matches!(unknown, Lookup::CannotTell(_)), "{unknown:?}");
}

#[test]
fn a_memory_that_was_emptied_meanwhile_proves_nothing() {
    let emptied = lost_then(Some(41), |bench| bench.aborts(0x83));
    assert!(matches!(emptied, Lookup::CannotTell(Fault::Protocol(_))), "{emptied:?}");
    let never_filled = lost_then(None, |bench| bench.aborts(0x83));
    assert!(matches!(never_filled, Lookup::NeverSeen), "{never_filled:?}");
}

#[test]
fn the_same_reference_asked_twice_charges_once() {
    let again = |amount: usize, code: u8| {
        let mut bench = start(sale);
        bench.hears(0x06, 0x20);
        bench.says(&ACK);
        let mut status = payment(amount, 42, Some("#K7-000123#"));
        let at = status.windows(2).position(|two| two == [0x27, 0]).unwrap();
        status[at + 1] = code;
        bench.tells(&status);
        bench.completes();
        // The line ends here: an authorisation would have been asked for on it.
        let mut more = [0; 3];
        assert_eq!(bench.far_end.read(&mut more).unwrap(), 0, "{more:02x?}");
        bench.ends()
    };
    let paid = again(118_400, 0);
    assert!(
        matches!(&paid, SaleOutcome::Approved(found) if found.receipt_number == "42"),
        "{paid:?}"
    );
    let declined = again(118_400, 0x71);
    assert!(matches!(declined, SaleOutcome::Declined { code: 0x71, .. }), "{declined:?}");
    let other = again(500, 0);
    assert!(matches!(other, SaleOutcome::Unknown(_)), "{other:?}");
}

#[test]
fn a_terminal_that_is_busy_empty_or_gone_is_told_apart() {
    let running = looked_up(|bench| bench.says(&[0x84, 0x9c, 0]));
    assert!(matches!(running, Lookup::StillRunning), "{running:?}");
    let empty = looked_up(|bench| {
        bench.says(&ACK);
        bench.aborts(0x83);
    });
    assert!(matches!(empty, Lookup::NeverSeen), "{empty:?}");
    let gone = looked_up(|bench| bench.says(&ACK));
    assert!(matches!(gone, Lookup::CannotTell(Fault::Unplugged)), "{gone:?}");
}

/// The same dialogue over a serial line, with one frame of the terminal damaged on the way.
#[test]
fn a_damaged_frame_is_asked_for_again() {
    let (master, slave) = serialport::TTYPort::pair().unwrap();
    let path = serialport::SerialPort::name(&slave).unwrap();
    let far_end = std::thread::spawn(move || {
        let mut line = SerialFarEnd { line: master, deframer: framing::Deframer::default() };
        line.hears(0x06, 0x00);
        line.tells(&ACK);
        line.tells(&CompletionData::default().zvt_serialize());
        line.hears(0x80, 0x00);
        line.hears(0x06, 0x20);
        line.tells(&ACK);
        line.tells(&Abort { error: 0x83 }.zvt_serialize());
        line.hears(0x80, 0x00);
        line.hears(0x06, 0x01);
        line.tells(&ACK);
        let status = payment(118_400, 42, None);
        let mut damaged = framing::frame(&status);
        damaged[5] ^= 0x40;
        line.line.write_all(&damaged).unwrap();
        assert_eq!(line.receives(), framing::Received::Refused);
        line.tells(&status);
        line.hears(0x80, 0x00);
        line.tells(&CompletionData::default().zvt_serialize());
        line.hears(0x80, 0x00);
    });
    let address = format!("serial://{path}?stop_bits=2").parse().unwrap();
    let mut terminal = ZvtTerminal::new(address, ZvtSettings::default());
    let outcome = sale(&mut terminal);
    drop(slave);
    far_end.join().unwrap();
    assert!(matches!(outcome, SaleOutcome::Approved(_)), "{outcome:?}");
}

struct SerialFarEnd {
    line: serialport::TTYPort,
    deframer: framing::Deframer,
}

impl SerialFarEnd {
    fn receives(&mut self) -> framing::Received {
        serialport::SerialPort::set_timeout(&mut self.line, Duration::from_secs(20)).unwrap();
        loop {
            let mut byte = [0];
            self.line.read_exact(&mut byte).unwrap();
            if let Some(received) = self.deframer.push(byte[0]) {
                return received;
            }
        }
    }

    fn hears(&mut self, class: u8, instruction: u8) {
        let framing::Received::Message(message) = self.receives() else { panic!() };
        assert_eq!((message[0], message[1]), (class, instruction));
        self.line.write_all(&[framing::ACK]).unwrap();
    }

    fn tells(&mut self, message: &[u8]) {
        self.line.write_all(&framing::frame(message)).unwrap();
        assert_eq!(self.receives(), framing::Received::Acknowledged);
    }
}
