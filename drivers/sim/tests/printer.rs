//! The printer, spoken to by raw bytes as the manuals give them.

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;

use common::{Host, LONG};
use serde_json::Value;
use sim::printer::{Options, start};
use sim::{Place, Running};

fn printer(out: &Path) -> Running {
    start(Options { out: Some(out.to_owned()), ..Options::new(Place::free_port()) }).unwrap()
}

/// 16 dots wide, two rows: one dot each.
const PICTURE: &[u8] = b"\x1dv0\0\x02\0\x02\0\x80\0\0\x01";

fn slip(folder: &Path, name: &str) -> (Value, Vec<u8>, u32) {
    let about = std::fs::read(folder.join(format!("{name}.json"))).unwrap();
    let file = std::fs::File::open(folder.join(format!("{name}.png"))).unwrap();
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
    let mut grey = vec![0; reader.output_buffer_size().unwrap()];
    let width = reader.next_frame(&mut grey).unwrap().width;
    (serde_json::from_slice(&about).unwrap(), grey, width)
}

#[test]
fn a_picture_is_drawn_dot_by_dot_and_cut() {
    let out = tempfile::tempdir().unwrap();
    let printer = printer(out.path());
    let mut host = Host::connect(printer.port());
    host.says(b"\x1b@\x1bJ\x03");
    host.says(PICTURE);
    host.says(b"\x1dVA\0\x1dr\x01");
    host.hears(&[0]);
    let (about, grey, width) = slip(out.path(), "slip-0001");
    assert_eq!((about["rows"].as_u64(), about["width"].as_u64(), width), (Some(5), Some(576), 576));
    assert_eq!(about["finished"], true);
    let black: Vec<usize> =
        grey.iter().enumerate().filter(|(_, dot)| **dot == 0).map(|(at, _)| at).collect();
    assert_eq!(black, [3 * 576, 4 * 576 + 15]);
    assert_eq!(grey.len(), 5 * 576);
}

#[test]
fn states_are_told_as_the_manual_codes_them() {
    let out = tempfile::tempdir().unwrap();
    let printer = printer(out.path());
    let mut host = Host::connect(printer.port());
    let answers = |host: &mut Host, expected: [u8; 4]| {
        for (which, answer) in (1..).zip(expected) {
            host.says(&[0x10, 0x04, which]);
            host.hears(&[answer]);
        }
    };
    answers(&mut host, [0x12, 0x12, 0x12, 0x12]);
    printer.command("paper near-end").unwrap();
    answers(&mut host, [0x12, 0x12, 0x12, 0x1e]);
    printer.command("paper out").unwrap();
    answers(&mut host, [0x1a, 0x32, 0x12, 0x7e]);
    printer.command("paper in").unwrap();
    printer.command("cover open").unwrap();
    answers(&mut host, [0x1a, 0x16, 0x12, 0x12]);
    printer.command("cover closed").unwrap();
    host.says(b"\x1da\xff");
    host.hears(&[0x10, 0, 0, 0]);
    printer.command("paper out").unwrap();
    host.hears(&[0x18, 0, 0x0f, 0]);
    printer.command("paper in").unwrap();
    host.hears(&[0x10, 0, 0, 0]);
    printer.command("offline on").unwrap();
    host.hears(&[0x18, 0, 0, 0]);
}

#[test]
fn a_hot_head_and_a_broken_printer_are_told_and_hold_everything() {
    let out = tempfile::tempdir().unwrap();
    let printer = printer(out.path());
    let mut host = Host::connect(printer.port());
    host.says(b"\x1b@\x1da\xff");
    host.hears(&[0x10, 0, 0, 0]);
    printer.command("head hot").unwrap();
    host.hears(&[0x18, 0x40, 0, 0]);
    host.says(&[PICTURE, b"\x1dVA\0\x1dr\x01\x10\x04\x03"].concat());
    host.hears(&[0x52]);
    printer.command("head cool").unwrap();
    host.hears(&[0x10, 0, 0, 0]);
    host.hears(&[0]);
    printer.command("broken on").unwrap();
    host.hears(&[0x18, 0x20, 0, 0]);
    // A host cannot put it right.
    host.says(&[0x10, 0x05, 2, 0x10, 0x04, 3]);
    host.hears(&[0x32]);
    printer.command("broken off").unwrap();
    host.hears(&[0x10, 0, 0, 0]);
}

#[test]
fn pictures_stand_where_they_are_told_and_may_be_kept_first() {
    let out = tempfile::tempdir().unwrap();
    let printer = printer(out.path());
    let mut host = Host::connect(printer.port());
    host.says(b"\x1b@\x1ba\x01\x1d(L\x0b\x000p0\x01\x011\x08\0\x01\0\xff");
    host.says(b"\x1d(L\x02\x0002\x1dVA\0\x1dr\x01");
    host.hears(&[0]);
    let (about, grey, _) = slip(out.path(), "slip-0001");
    assert_eq!(about["rows"], 1);
    let black: Vec<usize> = (0..576).filter(|x| grey[*x] == 0).collect();
    assert_eq!(black, (284..292).collect::<Vec<_>>());
    host.says(b"\x1dIB\x1dIC");
    host.hears(b"_EPSON\0_TM-T82\0");
}

#[test]
fn an_empty_roll_holds_everything_until_the_new_one() {
    let out = tempfile::tempdir().unwrap();
    let printer = printer(out.path());
    let mut host = Host::connect(printer.port());
    printer.command("paper out-after 2").unwrap();
    host.says(b"\x1b@\x1da\xff");
    host.hears(&[0x10, 0, 0, 0]);
    host.says(&[PICTURE, PICTURE, b"\x1dVA\0\x1d(H\x06\x0000mark"].concat());
    host.hears(&[0x18, 0, 0x0f, 0]);
    host.says(&[0x10, 0x04, 2]);
    host.hears(&[0x32]);
    let state: Value = serde_json::from_str(&printer.command("state").unwrap()).unwrap();
    assert_eq!((state["slips"].as_u64(), state["rows_on_paper"].as_u64()), (Some(0), Some(2)));
    printer.command("paper in").unwrap();
    host.hears(&[0x10, 0, 0, 0]);
    host.hears(b"\x37\x22mark\0");
    assert_eq!(slip(out.path(), "slip-0001").0["rows"], 4);
}

#[test]
fn a_stuck_cutter_cuts_when_it_is_freed() {
    let out = tempfile::tempdir().unwrap();
    let printer = printer(out.path());
    let mut host = Host::connect(printer.port());
    printer.command("cutter jam").unwrap();
    host.says(b"\x1b@\x1da\xff");
    host.hears(&[0x10, 0, 0, 0]);
    host.says(&[PICTURE, b"\x1dVA\0\x1dr\x01"].concat());
    host.hears(&[0x18, 0x08, 0, 0]);
    host.says(&[0x10, 0x04, 3]);
    host.hears(&[0x1a]);
    assert!(!out.path().join("slip-0001.png").exists());
    printer.command("cutter ok").unwrap();
    host.hears(&[0x10, 0, 0, 0]);
    host.hears(&[0]);
    assert_eq!(slip(out.path(), "slip-0001").0["finished"], true);
    printer.command("cutter jam").unwrap();
    host.says(&[PICTURE, b"\x1dVA\0"].concat());
    host.hears(&[0x18, 0x08, 0, 0]);
    drop(host);
    printer.events().wait("disconnected", 0, LONG).unwrap();
    printer.command("cutter ok").unwrap();
    assert_eq!(slip(out.path(), "slip-0002").0["finished"], true);
}

#[test]
fn a_line_cut_in_the_middle_leaves_a_torn_slip() {
    let out = tempfile::tempdir().unwrap();
    let printer = printer(out.path());
    let mut host = Host::connect(printer.port());
    printer.command("cut-line after 12").unwrap();
    // Of the three rows that are announced two arrive: 2 + 8 + 2 bytes make one.
    host.says(b"\x1b@\x1dv0\0\x01\0\x03\0\xff\xff\xff");
    host.hears_the_end();
    let (_, event) = printer.events().wait("partial_slip", 0, LONG).unwrap();
    assert_eq!(event["name"], "slip-0001-partial");
    let (about, _, _) = slip(out.path(), "slip-0001-partial");
    assert_eq!((&about["rows"], &about["finished"]), (&2.into(), &false.into()));
}

#[test]
fn commands_inside_a_picture_act_as_they_do_on_paper() {
    let out = tempfile::tempdir().unwrap();
    let printer = printer(out.path());
    let mut host = Host::connect(printer.port());
    host.says(b"\x1dv0\0\x03\0\x01\0\x10\x04\x01");
    host.hears(&[0x12]);
}

#[test]
fn letters_are_bars_and_kept_as_text() {
    let out = tempfile::tempdir().unwrap();
    let printer = printer(out.path());
    let mut host = Host::connect(printer.port());
    host.says(b"\x1b@\x1b!\0Hello paper\n\x1dV\0\x1dr\x01");
    host.hears(&[0]);
    let (about, grey, _) = slip(out.path(), "slip-0001");
    assert_eq!(about["text"][0], "Hello paper");
    assert!(grey.contains(&0));
}

#[test]
fn silence_noise_and_slowness_are_switches() {
    let out = tempfile::tempdir().unwrap();
    let printer = printer(out.path());
    let mut host = Host::connect(printer.port());
    printer.command("garbage 16").unwrap();
    host.hears(&sim::noise::noise(16));
    printer.command("split 1").unwrap();
    host.says(b"\x1b@\x1da\xff");
    for byte in [0x10, 0, 0, 0] {
        host.hears(&[byte]);
    }
    printer.command("split 0").unwrap();
    printer.command("slow 2000").unwrap();
    host.says(&[0x10, 0x04, 1]);
    host.hears(&[0x12]);
    printer.command("silence on").unwrap();
    host.says(&[PICTURE, b"\x1dVA\0\x10\x04\x01"].concat());
    printer.events().wait("slip", 0, LONG).unwrap();
    printer.command("cut-line after 1").unwrap();
    host.says(b"\n");
    host.hears_the_end();
}

#[test]
fn without_a_cutter_a_fed_slip_is_finished_by_hanging_up() {
    let out = tempfile::tempdir().unwrap();
    let options = Options { out: Some(out.path().to_owned()), ..Options::new(Place::free_port()) };
    let printer = start(Options { width_dots: 384, cutter: false, ..options }).unwrap();
    let mut host = Host::connect(printer.port());
    host.says(&[b"\x1b@", PICTURE, b"\x1bJ\x60"].concat());
    drop(host);
    let (_, event) = printer.events().wait("slip", 0, LONG).unwrap();
    assert_eq!((&event["name"], &event["rows"]), (&"slip-0001".into(), &98.into()));
}

#[test]
fn the_control_line_answers_line_by_line() {
    let out = tempfile::tempdir().unwrap();
    let printer = printer(out.path());
    let stream = TcpStream::connect(printer.control()).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    let mut writer = stream.try_clone().unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    writer.write_all(b"paper out\npaper sideways\nhelp\n").unwrap();
    assert_eq!(lines.next().unwrap(), "ok");
    assert!(lines.next().unwrap().starts_with("error there is no command \"paper sideways\""));
    assert_eq!(lines.next().unwrap(), "ok commands:");
    let help: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
    assert!(help.iter().any(|line| line.starts_with("cut-line after BYTES")), "{help:?}");
    writer.write_all(b"watch\n").unwrap();
    assert_eq!(lines.next().unwrap(), "ok");
    let _host = Host::connect(printer.port());
    assert_eq!(lines.next().unwrap(), "{\"event\":\"connected\"}");
}

#[test]
fn the_same_printer_hangs_on_a_pty() {
    let out = tempfile::tempdir().unwrap();
    let options = Options { out: Some(out.path().to_owned()), ..Options::new(Place::Pty) };
    let printer = start(options).unwrap();
    let path = printer.port().strip_prefix("serial://").unwrap().to_owned();
    let line = || std::fs::File::options().read(true).write(true).open(&path).unwrap();
    let mut host = line();
    host.write_all(&[b"\x1b@", PICTURE, b"\x1dVA\0\x1dr\x01"].concat()).unwrap();
    let mut answer = [9];
    host.read_exact(&mut answer).unwrap();
    assert_eq!(answer, [0]);
    host.write_all(PICTURE).unwrap();
    drop(host);
    let (_, event) = printer.events().wait("partial_slip", 0, LONG).unwrap();
    assert_eq!(event["name"], "slip-0002-partial");
}

#[test]
fn what_is_sent_after_the_cable_was_pulled_is_lost() {
    let out = tempfile::tempdir().unwrap();
    let options = Options { out: Some(out.path().to_owned()), ..Options::new(Place::Pty) };
    let printer = start(options).unwrap();
    let path = printer.port().strip_prefix("serial://").unwrap().to_owned();
    let line = || std::fs::File::options().read(true).write(true).open(&path).unwrap();
    printer.command("cut-line after 20").unwrap();
    let mut host = line();
    host.write_all(&[PICTURE, PICTURE, b"\x1dVA\0\x10\x04\x01"].concat()).unwrap();
    printer.events().wait("partial_slip", 0, LONG).unwrap();
    drop(host);
    let (next, _) = printer.events().wait("disconnected", 0, LONG).unwrap();
    let mut host = line();
    host.write_all(&[0x10, 0x04, 1]).unwrap();
    let mut answer = [0];
    host.read_exact(&mut answer).unwrap();
    assert_eq!(answer, [0x12]);
    printer.events().wait("connected", next, LONG).unwrap();
    let state: Value = serde_json::from_str(&printer.command("state").unwrap()).unwrap();
    assert_eq!((state["slips"].as_u64(), state["partial_slips"].as_u64()), (Some(0), Some(1)));
}
