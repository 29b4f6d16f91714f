//! `kiosk devices` before a kiosk is opened: what it says of each device and each fault, in words
//! that an installer can act on, and how it ends.

use serde_json::Value;
use tests::Trouble;
use tests::cards::attach_cloud;
use tests::device::{Attached, Device};
use tests::sims::{Cable, Paper, Sim};

/// A counter with everything, without a centre, books or a provision.
struct Counter {
    folder: tempfile::TempDir,
    printer: Sim,
    terminal: Sim,
    scanner: Sim,
    camera: Sim,
}

impl Counter {
    fn new(cable: Cable) -> Counter {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        Counter {
            printer: Sim::printer(path, cable, Paper::WIDE).expect("a printer"),
            terminal: Sim::terminal(path, cable, "auto").expect("a terminal"),
            scanner: Sim::scanner(path, cable).expect("a scanner"),
            camera: Sim::camera(path).expect("a camera"),
            folder,
        }
    }

    fn device(&self) -> Device {
        let attached = [
            Attached::printer(self.printer.port(), "generic-80"),
            Attached::terminal(self.terminal.port()),
            Attached::scanner(self.scanner.port()),
            Attached::camera(self.camera.port()),
        ];
        configured(self.folder.path(), &attached)
    }

    /// What is said of one device, with its state.
    fn said(&self, place: usize) -> (String, String) {
        said(&asked(&self.device()).0, place)
    }
}

fn configured(folder: &std::path::Path, attached: &[Attached<'_>]) -> Device {
    let device = Device::make(folder, folder);
    device.configure("kiosk", "https://127.0.0.1:8443", None, attached).expect("written");
    device
}

/// The report, and whether the program ended well.
fn asked(device: &Device) -> (Value, bool) {
    let mut command = device.command("devices").expect("the program");
    let output = command.arg("--json").output().expect("it runs");
    let report = serde_json::from_slice(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    (report.unwrap_or_else(|error| panic!("{error}: {errors}")), output.status.success())
}

fn said(report: &Value, place: usize) -> (String, String) {
    let tried = &report["devices"][place];
    let word = |name: &str| tried[name].as_str().unwrap_or_default().to_owned();
    (word("state"), word("sentence"))
}

#[test]
fn everything_that_works_is_said_to_and_the_program_ends_well() {
    for cable in [Cable::Tcp, Cable::Pty] {
        let counter = Counter::new(cable);
        let (report, good) = asked(&counter.device());
        assert!(good && report["works"] == true, "{report}");
        for (place, kind) in ["printer", "terminal", "scanner", "camera"].into_iter().enumerate() {
            let tried = &report["devices"][place];
            assert_eq!((&tried["kind"], &tried["works"]), (&kind.into(), &true.into()));
            let (state, sentence) = said(&report, place);
            let begins = format!("The {kind} at {}", tried["port"].as_str().expect("an address"));
            assert!(state == "fine" && sentence.starts_with(&begins), "{sentence}");
        }
        // The same for a person.
        let text = counter.device().ask("devices").expect("it ends well");
        assert!(text.contains("works  The printer at "), "{text}");
        assert!(counter.printer.slips().is_empty());
    }
}

#[test]
fn each_fault_of_a_printer_is_said_with_what_to_do() {
    let counter = Counter::new(Cable::Tcp);
    for (fault, mended, state, part) in [
        ("cover open", "cover closed", "cover_open", "its cover is open. Close it."),
        ("paper out", "paper in", "paper_out", "Put in a new roll."),
        ("offline on", "offline off", "offline", "switched offline"),
        ("silence on", "silence off", "timeout", "it does not answer: is the printer switched on"),
    ] {
        counter.printer.tell(fault).expect("told");
        let (report, good) = asked(&counter.device());
        assert!(!good && report["works"] == false, "{fault}: {report}");
        let (found, sentence) = said(&report, 0);
        assert_eq!(found, state, "{sentence}");
        assert!(sentence.contains(part), "{sentence}");
        counter.printer.tell(mended).expect("told");
        assert_eq!(counter.said(0).0, "fine", "after {mended}");
    }
    // Paper that is near its end still prints.
    counter.printer.tell("paper near-end").expect("told");
    let (state, sentence) = counter.said(0);
    assert_eq!(state, "fine");
    assert!(sentence.contains("its paper is near its end"), "{sentence}");
}

#[test]
fn a_person_reads_which_device_is_at_fault_and_the_program_fails() {
    let counter = Counter::new(Cable::Tcp);
    counter.printer.tell("cover open").expect("told");
    let trouble: Trouble = counter.device().ask("devices").expect_err("it fails");
    let text = trouble.to_string();
    assert!(text.contains("1 of 4 devices do not work"), "{text}");
    assert!(text.contains("FAULT  The printer at") && text.contains("Close it."), "{text}");
}

#[test]
fn where_nobody_is_what_to_look_at_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let away = Sim::printer(folder.path(), Cable::Tcp, Paper::WIDE).expect("a printer");
    let printer = away.port().to_owned();
    drop(away);
    let file = folder.path().join("usb-Scanner");
    let scanner = format!("serial://{}", file.display());
    let pictures = format!("file://{}", folder.path().join("pictures").display());
    let attached = [
        Attached::printer(&printer, "generic-80"),
        Attached::terminal("usb://0cd4:ffff"),
        Attached::scanner(&scanner),
        Attached::camera(&pictures),
    ];
    let (report, good) = asked(&configured(folder.path(), &attached));
    assert!(!good, "{report}");
    let states: Vec<String> = (0..4).map(|place| said(&report, place).0).collect();
    assert_eq!(states, ["unplugged", "unplugged", "unplugged", "folder"], "{report}");
    assert!(
        said(&report, 0).1.starts_with(&format!("Nobody answers at {printer}: is the printer"))
    );
    assert!(said(&report, 1).1.starts_with("No USB device 0cd4:ffff is plugged in"));
    let missing = format!("is the cable in? The file {} does not exist.", file.display());
    assert!(said(&report, 2).1.ends_with(&missing), "{report}");
    assert!(said(&report, 3).1.ends_with("has no such folder: make it."), "{report}");
    // A name whose device is gone is something else than no name.
    std::os::unix::fs::symlink("/dev/null", &file).expect("linked");
    let (state, sentence) = said(&asked(&configured(folder.path(), &attached)).0, 2);
    assert_ne!(state, "fine", "{sentence}");
}

#[test]
fn a_line_that_another_program_holds_is_said_with_that_program() {
    let counter = Counter::new(Cable::Pty);
    let address = counter.scanner.port().parse().expect("an address");
    let held = devices::open(&address).expect("it opens");
    let (state, sentence) = counter.said(2);
    assert_eq!(state, "busy", "{sentence}");
    let me = format!("process {}", std::process::id());
    assert!(sentence.contains("in use by another program") && sentence.contains(&me), "{sentence}");
    drop(held);
    assert_eq!(counter.said(2).0, "fine");
}

#[test]
fn a_model_that_nobody_knows_is_named_with_those_that_are() {
    let counter = Counter::new(Cable::Tcp);
    let attached = [Attached::printer(counter.printer.port(), "typewriter")];
    let (report, good) = asked(&configured(counter.folder.path(), &attached));
    let (state, sentence) = said(&report, 0);
    assert!(!good && state == "model" && sentence.contains("generic-80"), "{sentence}");
}

#[test]
fn what_answers_nothing_on_a_line_has_its_rate_doubted() {
    let counter = Counter::new(Cable::Pty);
    // A printer looked for where a scanner is.
    let port = format!("{}?baud=19200", counter.scanner.port());
    let attached = [Attached::printer(&port, "generic-80")];
    let (report, good) = asked(&configured(counter.folder.path(), &attached));
    let (state, sentence) = said(&report, 0);
    assert!(!good && state == "timeout", "{report}");
    let doubts = "is the printer switched on, is it the right one, and is its rate 19200 baud?";
    assert!(sentence.starts_with("Something is at ") && sentence.ends_with(doubts), "{sentence}");
}

#[test]
fn what_speaks_by_itself_is_listened_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let scale = Sim::scale(path, Cable::Tcp, "st-gs").expect("a scale");
    let gps = Sim::gps(path, Cable::Tcp).expect("a receiver");
    let reader = Sim::card_reader(path, Cable::Pty).expect("a reader");
    let camera = Sim::viewfinder(path).expect("a camera");
    let plain = |kind, protocol, port| Attached { kind, protocol, port, model: None };
    let attached = [
        Attached { model: Some("st-gs"), ..plain("scale", "line", scale.port()) },
        plain("gps", "nmea", gps.port()),
        Attached::card_reader(reader.port()),
        Attached::viewfinder(camera.port()),
    ];
    let device = configured(path, &attached);
    scale.tell("place 1250").expect("told");
    let (report, good) = asked(&device);
    assert!(good, "{report}");
    for (place, part) in
        ["1250 g lie on it", "within", "a card shows", "640 x 480"].into_iter().enumerate()
    {
        let (state, sentence) = said(&report, place);
        assert!(state == "fine" && sentence.contains(part), "{sentence}");
    }
    // A load that moves is the load's fault; one that says nothing, or nonsense, is the scale's.
    for (told, works, part) in [
        ("unstable on", true, "still moves"),
        ("garbage on", false, "cannot be understood"),
        ("silence on", false, "says nothing"),
    ] {
        scale.tell(told).expect("told");
        let (report, good) = asked(&device);
        let (state, sentence) = said(&report, 0);
        assert_eq!((good, state == "fine"), (works, works), "{told}: {sentence}");
        assert!(sentence.contains(part), "{told}: {sentence}");
    }
    let models = [Attached { model: Some("steelyard"), ..plain("scale", "line", scale.port()) }];
    let (state, sentence) = said(&asked(&configured(path, &models)).0, 0);
    assert!(state == "model" && sentence.contains("toledo-8217"), "{sentence}");
}

#[test]
fn a_terminal_behind_a_service_is_asked_there() {
    let counter = Counter::new(Cable::Tcp);
    let service = Sim::cloud_terminal(counter.folder.path(), "auto").expect("a service");
    let device = counter.device();
    attach_cloud(&device, &service).expect("attached");
    let (report, good) = asked(&device);
    let (state, sentence) = said(&report, 3);
    assert!(good && state == "fine" && sentence.contains("a service that answers"), "{sentence}");
    drop(service);
    let (report, good) = asked(&device);
    let (state, sentence) = said(&report, 3);
    assert!(!good && state == "service" && sentence.contains("cannot be used"), "{sentence}");
}
