//! The kernel's own drivers in a guest: cables that are pulled and put back for real. The cases
//! share one guest, which is started by the first that needs it.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use tests::Trouble;
use tests::judges::guest::Guest;
use tests::judges::guest::camera::{DRIVE, TEXT};
use tests::judges::{Case, Verdict};

const JUDGE: &str = "Linux in QEMU";

pub fn cases() -> Vec<Case> {
    let case = |question, name, ask| Case { judge: JUDGE, question, name, ask };
    vec![
        case("usblp: a printer pulled while it prints", "guest_usb_printer_pulled", || {
            with_guest(printer_pulled)
        }),
        case("usblp: two programs at one printer", "guest_usb_printer_held", || {
            with_guest(printer_held)
        }),
        case("usblp: the last bytes before the close", "guest_usb_printer_last_bytes", || {
            with_guest(last_bytes)
        }),
        case("ftdi_sio: a scanner pulled, back as ttyUSB1", "guest_usb_line_pulled", || {
            with_guest(line_pulled)
        }),
        case("sysfs: what kiosk devices finds", "guest_kiosk_devices_finds", || with_guest(found)),
        case("vivid: a square, darkness, a camera pulled", "guest_camera_reads_a_square", || {
            with_camera(square)
        }),
        case("evdev, uinput: a reader that types is grabbed", "guest_reader_is_grabbed", || {
            with_guest(grabbed)
        }),
    ]
}

static GUEST: Mutex<Option<Guest>> = Mutex::new(None);

/// Ends the guest, if one was started.
pub fn end() {
    GUEST.lock().unwrap_or_else(PoisonError::into_inner).take();
}

fn with_guest(ask: fn(&mut Guest) -> Result<String, Trouble>) -> Result<Verdict, Trouble> {
    asked(|guest| ask(guest).map(Verdict::Agrees))
}

/// The same, where something can be shown to the guest's camera.
fn with_camera(ask: fn(&mut Guest) -> Result<String, Trouble>) -> Result<Verdict, Trouble> {
    asked(|guest| match guest.has_camera {
        true => ask(guest).map(Verdict::Agrees),
        false => Ok(Verdict::Missing),
    })
}

fn asked(ask: impl FnOnce(&mut Guest) -> Result<Verdict, Trouble>) -> Result<Verdict, Trouble> {
    if !tests::long() {
        return Ok(Verdict::NotAsked("cargo suite --long"));
    }
    let mut held = GUEST.lock().unwrap_or_else(PoisonError::into_inner);
    let guest = match &mut *held {
        Some(guest) => guest,
        None => match Guest::start()? {
            Some(guest) => held.insert(prepared(guest)?),
            None => return Ok(Verdict::Missing),
        },
    };
    ask(guest)
}

const PRINTER: &str = "usb://04b8:0e27";

/// A simulated printer behind the cable, which is in.
fn prepared(mut guest: Guest) -> Result<Guest, Trouble> {
    // Its commands come from a pipe that nobody ends.
    guest.run("mkfifo /tmp/hold; sleep 100000 > /tmp/hold &")?;
    guest.run(
        "sim printer --tcp 127.0.0.1:9100 --rows-per-second 400 < /tmp/hold > /tmp/sim.log &",
    )?;
    guest.run("await port /tmp/sim.log; plug; join")?;
    Ok(guest)
}

/// Whether what was said has this in it.
fn says(said: &str, part: &str) -> Result<(), Trouble> {
    match said.contains(part) {
        true => Ok(()),
        false => Err(Trouble::new(format!("no {part:?} in {said:?}"))),
    }
}

fn printer_pulled(guest: &mut Guest) -> Result<String, Trouble> {
    says(&guest.run(&format!("drive place {PRINTER}"))?, "file:///dev/usb/lp0")?;
    let whole = guest.run(&format!("drive print {PRINTER} generic-80 200"))?;
    says(&whole, "confirmed PaperStatus")?;
    let torn = guest.run(&format!(
        "drive print {PRINTER} generic-80 1500 > /tmp/print.log & \
         await 'sending 1 of' /tmp/print.log; pull; wait; cat /tmp/print.log"
    ))?;
    says(&torn, "uncertain unplugged")?;
    says(&guest.run(&format!("drive place {PRINTER} 2>&1"))?, "unplugged")?;
    let away = guest.run(&format!("drive print {PRINTER} generic-80 100"))?;
    says(&away, "not_started unplugged")?;
    guest.run("plug; join")?;
    let again = guest.run(&format!("drive print {PRINTER} generic-80 100"))?;
    says(&again, "confirmed PaperStatus")?;
    let log = guest.run("cat /tmp/sim.log")?;
    let whole = log.matches("\"event\":\"slip\"").count();
    match (whole, log.matches("partial_slip").count()) {
        (2, 1) => Ok("uncertain, then found again and printed; 2 whole slips, 1 torn".to_owned()),
        (whole, torn) => Err(Trouble::new(format!("{whole} whole slips and {torn} torn"))),
    }
}

fn printer_held(guest: &mut Guest) -> Result<String, Trouble> {
    let said = guest.run(&format!(
        "sleep 1000 <> /dev/usb/lp0 & held=$!; sleep 0.2; \
         drive print {PRINTER} generic-80 50; kill $held"
    ))?;
    says(&said, "not_started busy")?;
    let freed = guest.run(&format!("drive status {PRINTER} generic-80"))?;
    says(&freed, "answers: true")?;
    Ok("busy before a dot was sent".to_owned())
}

/// A drawer's five bytes into a printer that takes them a second after the program has gone on to
/// close its port: a close at once throws them away.
fn last_bytes(guest: &mut Guest) -> Result<String, Trouble> {
    guest.run("pull; plug")?;
    let said = guest.run(&format!(
        "drive drawer {PRINTER} generic-80 > /tmp/drawer.log & await opening /tmp/drawer.log; \
         sleep 1; timeout 2 cat /dev/g_printer0 > /tmp/bytes; wait; hexdump -C /tmp/bytes"
    ))?;
    guest.run("pull; plug; join")?;
    says(&said, "1b 70 00")?;
    Ok("they arrive a second late and whole".to_owned())
}

fn line_pulled(guest: &mut Guest) -> Result<String, Trouble> {
    let scan = |guest: &Guest, code: &str| {
        let mut far_end = guest.line()?;
        far_end
            .write_all(format!("{code}\r").as_bytes())
            .map_err(|error| Trouble::caused("the scanner's line broke", error))
    };
    guest.run("until [ -c /dev/ttyUSB0 ]; do sleep 0.1; done")?;
    // Another program keeps the old line open, so that the kernel cannot give its name again.
    guest.run("sleep 100000 < /dev/ttyUSB0 &")?;
    guest.run("drive listen usb://0403:6001 > /tmp/listen.log & await there /tmp/listen.log")?;
    scan(guest, "PADI-1")?;
    guest.run("await 'code PADI-1' /tmp/listen.log")?;
    guest.pull_line()?;
    guest.run("await unplugged /tmp/listen.log")?;
    guest.plug_line()?;
    guest.run("until [ \"$(grep -c there /tmp/listen.log)\" -gt 1 ]; do sleep 0.1; done")?;
    scan(guest, "PADI-2")?;
    guest.run("await 'code PADI-2' /tmp/listen.log")?;
    let place = guest.run("drive place usb://0403:6001; killall drive sleep")?;
    says(&place, "serial:///dev/ttyUSB1")?;
    Ok("found again under another name, and read".to_owned())
}

const KIOSK: &str = "profile = \"kiosk\"\\ndata = \"data\"\\nbody = \"padippuram\"\\n\
    centre = \"https://127.0.0.1\"\\n[[device]]\\nkind = \"printer\"\\nprotocol = \"escpos\"\\n\
    port = \"usb://04b8:0e27\"\\n";

fn found(guest: &mut Guest) -> Result<String, Trouble> {
    guest.run(&format!("printf '{KIOSK}' > /tmp/kiosk.toml"))?;
    let said = guest.run("kiosk devices --config /tmp/kiosk.toml 2>&1")?;
    says(&said, "works  The printer at usb://04b8:0e27 answers: there is paper")?;
    says(&said, "found  A serial line (QEMU QEMU USB SERIAL)")?;
    says(&said, "port = \"usb://0403:6001\"")?;
    says(&said, "found  A camera (vivid")?;
    let pulled = guest.run("pull; kiosk devices --config /tmp/kiosk.toml 2>&1; plug; join")?;
    says(&pulled, "FAULT  No USB device 04b8:0e27 is plugged in")?;
    let count = said.matches("found  ").count();
    Ok(format!("the printer works, {count} others are named; pulled, it is said"))
}

/// vivid's driver, by which the camera is pulled and put back.
const VIVID: &str = "/sys/bus/platform/drivers/vivid";

/// The kernel lays its second device, which v4l2-ctl writes to, into the camera's S-Video socket.
fn square(guest: &mut Guest) -> Result<String, Trouble> {
    let absent = guest.run(&format!(
        "{DRIVE} look /dev/video9 > /tmp/absent.log & absent=$!; await : /tmp/absent.log; \
         kill $absent; cat /tmp/absent.log"
    ))?;
    says(&absent, "unplugged")?;
    // Debian's kernel trips over a loop whose pictures it has to make smaller.
    let whole = ["scaler", "cropping", "composing"].map(|part| format!("enable_capture_{part}=0"));
    guest.run(&format!(
        "v4l2-ctl --device /dev/video0 --set-input 2 --set-ctrl {},loop_video=1",
        whole.join(",")
    ))?;
    show(guest, "/square.yuyv")?;
    let seen = guest.run(&format!(
        "{DRIVE} look /dev/video0 > /tmp/look.log & await code /tmp/look.log; \
         cat /tmp/look.log"
    ))?;
    says(&seen, &format!("picture 720x576 code {TEXT}"))?;
    guest.run("killall v4l2-ctl")?;
    show(guest, "/dev/zero")?;
    guest.run("await dark /tmp/look.log; killall v4l2-ctl")?;
    guest.run(&format!("echo vivid.0 > {VIVID}/unbind; await unplugged /tmp/look.log"))?;
    // Put back it shows its own test picture, and on the socket that it begins with.
    guest.run(&format!(
        "echo vivid.0 > {VIVID}/bind; \
         until sed 1,/unplugged/d /tmp/look.log | grep -q picture; do sleep 0.1; done"
    ))?;
    guest.run(&format!("killall {DRIVE}"))?;
    Ok("read; dark is dark; pulled, found again".to_owned())
}

/// Holds a picture before the camera until v4l2-ctl is ended.
fn show(guest: &mut Guest, file: &str) -> Result<(), Trouble> {
    let format = "--set-output 0 --set-fmt-video-out=width=720,height=576,pixelformat=YUYV";
    guest.run(&format!(
        "v4l2-ctl --device /dev/video1 {format} --stream-out-mmap --stream-loop \
         --stream-from={file} > /tmp/shown.log 2>&1 & await '[<>]' /tmp/shown.log"
    ))?;
    Ok(())
}

/// Another program and the kernel's own console hear what a reader types before our driver has
/// grabbed it and after, and not a key meanwhile.
fn grabbed(guest: &mut Guest) -> Result<String, Trouble> {
    let said = guest.run(
        "sim keyboard --control 127.0.0.1:9110 < /dev/null > /tmp/keys.log & \
         await port /tmp/keys.log; head -n 1 /tmp/keys.log",
    )?;
    let said: serde_json::Value = serde_json::from_str(&said)
        .map_err(|error| Trouble::caused(format!("no port in {said:?}"), error))?;
    let file = said["port"].as_str().ok_or_else(|| Trouble::new("the reader has no file"))?;
    guest.run(&format!("cat {file} > /tmp/other & echo $! > /tmp/other.pid"))?;
    guest.run("cat /dev/tty1 > /tmp/screen &")?;
    tell(guest, "type 0000000001")?;
    guest.run("await 0000000001 /tmp/screen")?;
    let listen = |log: &str| format!("drive card {file} > {log} & await there {log}");
    guest.run(&listen("/tmp/card.log"))?;
    tell(guest, "type 0012345678")?;
    guest.run("await 'card 00BC614E' /tmp/card.log")?;
    let second = format!("drive card {file} > /tmp/second.log & second=$!");
    guest.run(&format!("{second}; await busy /tmp/second.log; kill $second"))?;
    // The reader is let go when the program has ended, not when it is told to.
    guest.run("killall drive; while pidof drive > /dev/null; do sleep 0.1; done")?;
    tell(guest, "type 0000000003")?;
    guest.run("await 0000000003 /tmp/screen")?;
    guest.run(&listen("/tmp/later.log"))?;
    // The other program has everything that it will ever have once the reader is gone.
    tell(guest, "unplug")?;
    guest.run(
        "await unplugged /tmp/later.log; \
         while kill -0 $(cat /tmp/other.pid) 2> /dev/null; do sleep 0.1; done",
    )?;
    let screen = guest.run("cat /tmp/screen")?;
    if screen.lines().collect::<Vec<_>>() != ["0000000001", "0000000003"] {
        return Err(Trouble::new(format!("on the screen stands {screen:?}")));
    }
    // Ten digits and Enter are eleven keys, each a press and a release with its end (SYN_REPORT),
    // of 24 bytes each (struct input_event).
    let heard = guest.run("wc -c < /tmp/other")?;
    says(&format!(" {} ", heard.trim()), &format!(" {} ", 2 * 11 * 4 * 24))?;
    tell(guest, "plug")?;
    guest.run("until [ \"$(grep -c there /tmp/later.log)\" -gt 1 ]; do sleep 0.1; done")?;
    tell(guest, "type 0000000255")?;
    guest.run("await 'card 000000FF' /tmp/later.log; killall drive cat")?;
    Ok("no key for others, busy for a second; pulled, grabbed again".to_owned())
}

fn tell(guest: &mut Guest, command: &str) -> Result<(), Trouble> {
    says(&guest.run(&format!("echo '{command}' | nc 127.0.0.1 9110"))?, "ok")
}
