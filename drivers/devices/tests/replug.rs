//! Cables that are pulled and put back, and lines that damage what passes: every driver that
//! reaches its device by a stable name goes on by itself. The far ends are ptys that the test
//! holds; the same with real kernel drivers is played in the guest (`cargo suite --long`).

use std::io::{Read, Write};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use devices::{
    EscPosPrinter, Fault, LineScanner, PortAddress, PrintJob, PrintOutcome, Printer,
    PrinterProfile, Raster, Scanner,
};
use serialport::{SerialPort, TTYPort};

const LONG: Duration = Duration::from_secs(20);

/// A name that stays, as /dev/serial/by-id gives one to whatever is plugged in.
struct Socket(tempfile::TempDir);

impl Socket {
    fn new() -> Socket {
        Socket(tempfile::tempdir().unwrap())
    }

    fn link(&self) -> PathBuf {
        self.0.path().join("usb-Maker_Device_0001-if00")
    }

    fn address(&self) -> PortAddress {
        format!("serial://{}", self.link().display()).parse().unwrap()
    }

    fn plug(&self) -> Device {
        let (mut line, host_end) = TTYPort::pair().unwrap();
        std::os::unix::fs::symlink(host_end.name().unwrap(), self.link()).unwrap();
        line.set_timeout(LONG).unwrap();
        Device { line, _host_end: host_end }
    }

    fn pull(&self, device: Device) {
        drop(device);
        std::fs::remove_file(self.link()).unwrap();
    }
}

/// What is plugged in: pulled when it is dropped.
struct Device {
    line: TTYPort,
    /// A pty says that it is hung up as long as nobody has opened its other end.
    _host_end: TTYPort,
}

fn slip(profile: &PrinterProfile) -> PrintJob {
    let mut raster = Raster::blank(profile.dots, 400).unwrap();
    (0..400).for_each(|row| raster.blacken(row % 100, row.into()));
    PrintJob { raster, cut: true, open_drawer: false, paper_wait: LONG }
}

/// A printer that answers what it is asked, until it has heard so many bytes.
fn answer(device: &mut Device, bytes_max: usize) {
    let (mut heard, mut last) = (0, [0; 3]);
    let mut byte = [0];
    while heard < bytes_max && device.line.read_exact(&mut byte).is_ok() {
        heard += 1;
        last = [last[1], last[2], byte[0]];
        let reply: &[u8] = match last {
            [0x10, 0x04, 1..=4] => &[0x12],
            [0x1d, b'a', 0xff] => &[0x10, 0, 0, 0],
            [0x1d, b'r', 1] => &[0x00],
            _ => &[],
        };
        if !reply.is_empty() {
            device.line.write_all(reply).unwrap();
        }
        if last == [0x1d, b'r', 1] {
            break;
        }
    }
}

#[test]
fn a_printer_pulled_in_the_middle_leaves_the_slip_uncertain_and_prints_the_next_one() {
    let socket = Socket::new();
    let profile = PrinterProfile::named("generic-80").unwrap();
    let job = slip(&profile);
    let mut printer = EscPosPrinter::new(socket.address(), profile);
    let mut print = || printer.print(&job, &mut |_| {});
    // The device goes with its thread, once a part of the picture has come.
    let mut device = socket.plug();
    let far_end = thread::spawn(move || answer(&mut device, 4_000));
    let outcome = print();
    far_end.join().unwrap();
    let PrintOutcome::Uncertain { band, fault: Fault::Unplugged } = outcome else {
        panic!("{outcome:?}");
    };
    assert!(band < 5, "pulled in band {band}");
    std::fs::remove_file(socket.link()).unwrap();
    let outcome = print();
    assert!(matches!(outcome, PrintOutcome::NotStarted(Fault::Unplugged)), "{outcome:?}");
    let mut device = socket.plug();
    let far_end = thread::spawn(move || {
        answer(&mut device, usize::MAX);
        device
    });
    let outcome = print();
    assert!(matches!(outcome, PrintOutcome::Confirmed(_)), "{outcome:?}");
    drop(far_end.join().unwrap());
}

#[test]
fn a_printer_that_another_program_holds_is_busy_before_a_dot_is_sent() {
    let socket = Socket::new();
    let _device = socket.plug();
    let profile = PrinterProfile::named("generic-80").unwrap();
    let job = slip(&profile);
    let _other = devices::open(&socket.address()).unwrap();
    let mut printer = EscPosPrinter::new(socket.address(), profile);
    let outcome = printer.print(&job, &mut |_| {});
    assert!(matches!(outcome, PrintOutcome::NotStarted(Fault::Busy)), "{outcome:?}");
}

/// What the scanner reads next, however often it says before that it is away.
fn next(scanner: &mut LineScanner) -> String {
    let begun = Instant::now();
    loop {
        if let Ok(Some(code)) = scanner.next(LONG) {
            return code;
        }
        assert!(begun.elapsed() < LONG, "no code came");
    }
}

#[test]
fn a_scanner_is_found_again_as_often_as_it_is_pulled() {
    let socket = Socket::new();
    let mut scanner = LineScanner::new(socket.address());
    for round in 0..3 {
        assert_eq!(scanner.next(Duration::from_millis(1)).unwrap_err().word(), "unplugged");
        let mut device = socket.plug();
        // What was begun before the pull is no part of what comes after it.
        while scanner.next(Duration::from_millis(1)).is_err() {}
        device.line.write_all(format!("code-{round}\rhalf").as_bytes()).unwrap();
        assert_eq!(next(&mut scanner), format!("code-{round}"));
        socket.pull(device);
        while scanner.next(Duration::from_millis(1)).is_ok() {}
    }
}

#[test]
fn bytes_that_come_one_by_one_are_one_code() {
    let socket = Socket::new();
    let mut device = socket.plug();
    let mut scanner = LineScanner::new(socket.address());
    assert_eq!(scanner.next(Duration::from_millis(1)).unwrap(), None);
    let chopper = thread::spawn(move || {
        for byte in "PADI:H:G0802:345:K\r".bytes() {
            device.line.write_all(&[byte]).unwrap();
            thread::sleep(Duration::from_millis(2));
        }
        device
    });
    assert_eq!(next(&mut scanner), "PADI:H:G0802:345:K");
    drop(chopper.join().unwrap());
}

#[test]
fn a_line_at_the_wrong_rate_gives_no_code_and_a_mended_one_the_next() {
    let socket = Socket::new();
    let mut device = socket.plug();
    let mut scanner = LineScanner::new(socket.address());
    assert_eq!(scanner.next(Duration::from_millis(1)).unwrap(), None);
    // Far more than any code, without an end of a line: breaks, high bits, torn letters.
    let noise = thread::spawn(move || {
        for round in 0..400_u32 {
            let piece: Vec<u8> = (0..64)
                .map(|at| [0x00, 0xff, 0x80 | (at + round) as u8, 0xe0][at as usize % 4])
                .collect();
            device.line.write_all(&piece).unwrap();
        }
        device.line.write_all(b"\rHKS:12/3456\r").unwrap();
        device
    });
    assert_eq!(next(&mut scanner), "HKS:12/3456");
    drop(noise.join().unwrap());
}
