//! The scanner, and a host that reads lines.

mod common;

use std::net::SocketAddr;

use common::Host;
use sim::Place;
use sim::scanner::{Options, start};

fn options() -> Options {
    Options { place: Place::free_port(), control: SocketAddr::from(([127, 0, 0, 1], 0)) }
}

#[test]
fn a_code_comes_as_a_line_whole_or_in_pieces_and_after_noise() {
    let scanner = start(&options()).unwrap();
    let mut host = Host::connect(scanner.port());
    scanner.command("scan HKS:12/3456").unwrap();
    host.hears(b"HKS:12/3456\r");
    scanner.command("split on").unwrap();
    scanner.command("scan upi://pay?pa=a@b&am=1").unwrap();
    host.hears(b"upi://pay?pa=a@b&am=1\r");
    scanner.command("garbage 32").unwrap();
    host.hears(&sim::noise::noise(32));
    assert!(scanner.command("scan").unwrap_err().contains("no command"));
}

#[test]
fn a_host_comes_back_after_the_cable_was_pulled() {
    let scanner = start(&options()).unwrap();
    let mut host = Host::connect(scanner.port());
    scanner.command("unplug").unwrap();
    host.hears_the_end();
    let mut host = Host::connect(scanner.port());
    scanner.command("scan again").unwrap();
    host.hears(b"again\r");
}
