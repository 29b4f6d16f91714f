//! The driver against a far end that the test plays byte by byte.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;

use super::*;
use crate::printer::ConfirmedBy;
use crate::raster::Raster;

const FINE: [u8; 4] = [0x12; 4];
const REPORT_FINE: [u8; 4] = [0x10, 0, 0, 0];
const REPORT_PAPER_OUT: [u8; 4] = [0x18, 0, 0x0f, 0];
const REPORT_CUTTER: [u8; 4] = [0x18, 0x08, 0, 0];

struct Bench {
    far_end: TcpStream,
    progress: Receiver<PrintProgress>,
    driver: JoinHandle<PrintOutcome>,
}

fn slip(profile: &PrinterProfile, paper_wait: Duration, open_drawer: bool) -> PrintJob {
    let mut raster = Raster::blank(profile.dots, 24).unwrap();
    raster.blacken(3, 0);
    raster.blacken(4, 23);
    PrintJob { raster, cut: true, open_drawer, paper_wait }
}

fn start(profile: &str, paper_wait: Duration) -> Bench {
    start_with(profile, paper_wait, false)
}

fn start_with(profile: &str, paper_wait: Duration, open_drawer: bool) -> Bench {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
    let profile = PrinterProfile::named(profile).unwrap();
    let (sender, progress) = channel();
    let driver = std::thread::spawn(move || {
        let job = slip(&profile, paper_wait, open_drawer);
        let mut printer = EscPosPrinter::new(address, profile);
        printer.print(&job, &mut |step| sender.send(step).unwrap())
    });
    let (far_end, _) = listener.accept().unwrap();
    far_end.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    Bench { far_end, progress, driver }
}

impl Bench {
    fn hears(&mut self, expected: &[u8]) {
        let mut bytes = vec![0; expected.len()];
        self.far_end.read_exact(&mut bytes).unwrap();
        assert_eq!(bytes, expected);
    }

    fn says(&mut self, bytes: &[u8]) {
        self.far_end.write_all(bytes).unwrap();
    }

    fn answers_status(&mut self, answers: [u8; 4]) {
        for (which, answer) in (1..).zip(answers) {
            self.hears(&[0x10, 0x04, which]);
            self.says(&[answer]);
        }
    }

    /// Takes the reset and the picture: two rows with a fed gap between them.
    fn takes_picture(&mut self, opening: &[u8], stride: u8) {
        self.hears(opening);
        self.hears(&[0x1d, b'v', b'0', 0, stride, 0, 1, 0, 0x10]);
        self.hears(&vec![0; usize::from(stride) - 1]);
        self.hears(b"\x1bJ\x16");
        self.hears(&[0x1d, b'v', b'0', 0, stride, 0, 1, 0, 0x08]);
        self.hears(&vec![0; usize::from(stride) - 1]);
    }

    fn waits_for(&self, wanted: fn(&PrintProgress) -> bool) {
        while !wanted(&self.progress.recv_timeout(Duration::from_secs(20)).unwrap()) {}
    }

    fn hangs_up(self) -> PrintOutcome {
        drop(self.far_end);
        self.driver.join().unwrap()
    }

    fn uncertain(self) -> (usize, &'static str) {
        match self.hangs_up() {
            PrintOutcome::Uncertain { band, fault } => (band, fault.word()),
            other => panic!("{other:?}"),
        }
    }

    fn not_started(self) -> &'static str {
        match self.hangs_up() {
            PrintOutcome::NotStarted(fault) => fault.word(),
            other => panic!("{other:?}"),
        }
    }

    fn confirmed(self) -> ConfirmedBy {
        match self.hangs_up() {
            PrintOutcome::Confirmed(by) => by,
            other => panic!("{other:?}"),
        }
    }
}

const EPSON: (&str, &[u8]) = ("epson-tm-t82", b"\x1b@\x1dP\xcb\xcb\x1da\xff");
const GENERIC: (&str, &[u8]) = ("generic-80", b"\x1b@\x1da\xff");
const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn a_printer_that_repeats_the_mark_confirms_the_slip() {
    let mut bench = start(EPSON.0, MINUTE);
    bench.answers_status(FINE);
    bench.takes_picture(EPSON.1, 72);
    bench.hears(b"\x1dVA\0\x1d(H\x06\x0000");
    let mut mark = [0; 4];
    bench.far_end.read_exact(&mut mark).unwrap();
    bench.says(&REPORT_FINE);
    bench.says(&[b"\x37\x22", &mark[..], b"\0"].concat());
    assert_eq!(bench.confirmed(), ConfirmedBy::ProcessId);
}

#[test]
fn the_mark_of_another_slip_confirms_nothing() {
    let mut bench = start(EPSON.0, MINUTE);
    bench.answers_status(FINE);
    bench.takes_picture(EPSON.1, 72);
    bench.hears(b"\x1dVA\0\x1d(H\x06\x0000");
    let mut mark = [0; 4];
    bench.far_end.read_exact(&mut mark).unwrap();
    mark[0] = if mark[0] == b'a' { b'b' } else { b'a' };
    bench.says(&[b"\x37\x22", &mark[..], b"\0"].concat());
    assert_eq!(bench.uncertain(), (3, "unplugged"));
}

#[test]
fn an_answer_counts_only_after_the_question() {
    let mut bench = start(GENERIC.0, MINUTE);
    bench.answers_status(FINE);
    bench.hears(GENERIC.1);
    bench.says(&[0x00]);
    bench.takes_picture(b"", 72);
    bench.hears(b"\x1dVA\0\x1dr\x01");
    bench.says(&[0x00]);
    assert_eq!(bench.confirmed(), ConfirmedBy::PaperStatus);
}

#[test]
fn a_line_that_breaks_in_the_middle_leaves_the_slip_uncertain() {
    let mut bench = start(GENERIC.0, MINUTE);
    bench.answers_status(FINE);
    bench.takes_picture(GENERIC.1, 72);
    bench.hears(b"\x1dVA\0\x1dr\x01");
    assert_eq!(bench.uncertain(), (3, "unplugged"));
}

#[test]
fn an_empty_roll_is_waited_for_and_the_slip_finished() {
    let mut bench = start(GENERIC.0, MINUTE);
    bench.answers_status(FINE);
    bench.takes_picture(GENERIC.1, 72);
    bench.hears(b"\x1dVA\0\x1dr\x01");
    bench.says(&REPORT_PAPER_OUT);
    bench.waits_for(|step| matches!(step, PrintProgress::Waiting(Fault::PaperOut)));
    bench.says(&REPORT_FINE);
    bench.waits_for(|step| matches!(step, PrintProgress::Resumed));
    bench.says(&[0x00]);
    assert_eq!(bench.confirmed(), ConfirmedBy::PaperStatus);
}

#[test]
fn a_roll_that_nobody_changes_leaves_the_slip_uncertain() {
    let mut bench = start(GENERIC.0, Duration::from_millis(50));
    bench.answers_status(FINE);
    bench.takes_picture(GENERIC.1, 72);
    bench.hears(b"\x1dVA\0\x1dr\x01");
    bench.says(&REPORT_PAPER_OUT);
    let mut rest = Vec::new();
    assert_eq!(bench.far_end.read_to_end(&mut rest).unwrap(), 0);
    assert_eq!(bench.uncertain(), (3, "paper_out"));
}

#[test]
fn a_stuck_cutter_ends_the_job_at_once() {
    let mut bench = start(GENERIC.0, MINUTE);
    bench.answers_status(FINE);
    bench.takes_picture(GENERIC.1, 72);
    bench.hears(b"\x1dVA\0\x1dr\x01");
    bench.says(&REPORT_CUTTER);
    let mut rest = Vec::new();
    assert_eq!(bench.far_end.read_to_end(&mut rest).unwrap(), 0);
    assert_eq!(bench.uncertain(), (3, "cutter"));
}

#[test]
fn a_printer_that_cannot_print_gets_no_dot() {
    for (answers, expected) in [
        ([0x1a, 0x16, 0x12, 0x12], "cover_open"),
        ([0x1a, 0x32, 0x12, 0x7e], "paper_out"),
        ([0x1a, 0x12, 0x12, 0x12], "offline"),
    ] {
        let mut bench = start(GENERIC.0, MINUTE);
        bench.answers_status(answers);
        let mut rest = Vec::new();
        assert_eq!(bench.far_end.read_to_end(&mut rest).unwrap(), 0, "{rest:02x?}");
        assert_eq!(bench.not_started(), expected);
    }
}

#[test]
fn a_roll_near_its_end_is_said_and_used() {
    let mut bench = start(GENERIC.0, MINUTE);
    bench.answers_status([0x12, 0x12, 0x12, 0x1e]);
    bench.waits_for(|step| matches!(step, PrintProgress::NearEnd));
    bench.takes_picture(GENERIC.1, 72);
    bench.hears(b"\x1dVA\0\x1dr\x01");
    bench.says(&[0x03]);
    assert_eq!(bench.confirmed(), ConfirmedBy::PaperStatus);
}

#[test]
fn a_printer_that_says_nothing_gets_no_dot() {
    let mut bench = start(GENERIC.0, MINUTE);
    bench.hears(b"\x10\x04\x01\x1da\xff");
    let mut rest = Vec::new();
    assert_eq!(bench.far_end.read_to_end(&mut rest).unwrap(), 0);
    assert_eq!(bench.not_started(), "timeout");
}

#[test]
fn a_printer_that_only_reports_is_asked_for_its_report() {
    let mut bench = start(GENERIC.0, MINUTE);
    bench.hears(b"\x10\x04\x01\x1da\xff");
    bench.says(&REPORT_FINE);
    bench.takes_picture(GENERIC.1, 72);
    bench.hears(b"\x1dVA\0\x1dr\x01");
    bench.says(&[0x00]);
    assert_eq!(bench.confirmed(), ConfirmedBy::PaperStatus);

    let mut bench = start(GENERIC.0, MINUTE);
    bench.hears(b"\x10\x04\x01\x1da\xff");
    bench.says(&REPORT_PAPER_OUT);
    let mut rest = Vec::new();
    assert_eq!(bench.far_end.read_to_end(&mut rest).unwrap(), 0, "{rest:02x?}");
    assert_eq!(bench.not_started(), "paper_out");
}

#[test]
fn a_drawer_is_opened_before_the_first_dot_and_only_where_there_is_one() {
    for (profile, pulse) in [(EPSON, &b"\x1bp\0\x19\xfa"[..]), (("generic-58", &b"\x1b@"[..]), b"")]
    {
        let mut bench = start_with(profile.0, MINUTE, true);
        if profile.0 == EPSON.0 {
            bench.answers_status(FINE);
        }
        bench.hears(profile.1);
        bench.hears(pulse);
        bench.hears(b"\x1dv0");
        assert!(matches!(bench.hangs_up(), PrintOutcome::Uncertain { .. }));
    }
}

#[test]
fn without_a_back_channel_only_a_person_can_say() {
    let mut bench = start("generic-58", MINUTE);
    bench.takes_picture(b"\x1b@", 48);
    bench.hears(b"\x1bJ\x60");
    assert_eq!(bench.uncertain(), (3, "no_back_channel"));
}

#[test]
fn a_slip_of_the_wrong_width_is_refused_before_the_printer_is_called() {
    let profile = PrinterProfile::named("generic-58").unwrap();
    let job = slip(&profile, MINUTE, false);
    let address = "tcp://127.0.0.1:1".parse().unwrap();
    let mut printer = EscPosPrinter::new(address, PrinterProfile::named(GENERIC.0).unwrap());
    let outcome = printer.print(&job, &mut |_| {});
    assert!(matches!(outcome, PrintOutcome::NotStarted(Fault::Protocol(_))), "{outcome:?}");
}
