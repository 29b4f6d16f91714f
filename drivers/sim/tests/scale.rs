//! The scale, and a host that asks it in each of its languages.

mod common;

use std::net::SocketAddr;

use common::Host;
use sim::scale::{Options, Protocol, start};
use sim::{Place, Running};

fn scale(protocol: Protocol) -> Running {
    let control = SocketAddr::from(([127, 0, 0, 1], 0));
    let place = Place::free_port();
    let options = Options { place, control, protocol, capacity_g: 30_000, every_ms: 10 };
    start(&options).unwrap()
}

#[test]
fn a_scale_that_speaks_by_itself_says_line_after_line() {
    let scale = scale(Protocol::StGs);
    scale.command("place 12350").unwrap();
    let mut host = Host::connect(scale.port());
    host.hears(b"ST,GS,+0012.350kg\r\nST,GS,+0012.350kg\r\n");
    scale.command("silence on").unwrap();
    scale.command("unplug").unwrap();
    drop(host);
    scale.command("place 500").unwrap();
    scale.command("tare").unwrap();
    scale.command("place 2500").unwrap();
    scale.command("unstable on").unwrap();
    assert_eq!(scale.command("tare").unwrap_err(), "the load moves");
    scale.command("silence off").unwrap();
    let mut host = Host::connect(scale.port());
    host.hears(b"US,NT,+0002.000kg\r\n");
}

#[test]
fn toledo_8217_says_a_weight_or_why_not() {
    let scale = scale(Protocol::Toledo8217);
    let mut host = Host::connect(scale.port());
    scale.command("place 1250").unwrap();
    host.says(b"W");
    host.hears(b"\x0201.250\r");
    scale.command("tare").unwrap();
    scale.command("place 2000").unwrap();
    host.says(b"W");
    host.hears(b"\x0200.750N\r");
    scale.command("unit lb").unwrap();
    host.says(b"W");
    host.hears(b"\x0201.65N\r");
    scale.command("place 30001").unwrap();
    host.says(b"W");
    host.hears(b"\x02?\x62\r");
    scale.command("garbage on").unwrap();
    host.says(b"W");
    host.hears(&sim::noise::noise(4));
}

#[test]
fn cas_is_woken_first_and_checks_its_sum() {
    let scale = scale(Protocol::Cas);
    let mut host = Host::connect(scale.port());
    scale.command("place 1250").unwrap();
    host.says(b"\x05");
    host.hears(b"\x06");
    host.says(b"\x11");
    // S xor blank xor 0 1 . 2 5 0 xor k g, by hand.
    let check = [b'S', b' ', b'0', b'1', b'.', b'2', b'5', b'0', b'k', b'g'];
    let check = check.iter().fold(0, |sum, byte| sum ^ byte);
    host.hears(&[&b"\x01\x02S 01.250kg"[..], &[check, 3, 4]].concat());
}

#[test]
fn nci_says_weight_and_bits() {
    let scale = scale(Protocol::Nci);
    let mut host = Host::connect(scale.port());
    host.says(b"W\r");
    host.hears(b"\n000.000kg\r\n20\r\x03");
    scale.command("place 1250").unwrap();
    scale.command("unstable on").unwrap();
    host.says(b"W\r");
    host.hears(b"\n001.250kg\r\n10\r\x03");
    scale.command("place 31000").unwrap();
    host.says(b"W\r");
    host.hears(b"\n^^^^^^^kg\r\n12\r\x03");
    host.says(b"X\r");
    host.hears(b"\n?\r\x03");
}
