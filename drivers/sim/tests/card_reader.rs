//! The card reader, and a host that listens to it.

mod common;

use std::net::SocketAddr;

use common::Host;
use sim::Place;
use sim::card_reader::{Options, start};

fn options() -> Options {
    Options { place: Place::free_port(), control: SocketAddr::from(([127, 0, 0, 1], 0)) }
}

/// 0A 00 BC 61 4E, whose exclusive or is 99: what a reader says of the card 0012345678.
const FRAME: &[u8] = b"\x020A00BC614E99\x03";

#[test]
fn a_card_that_lies_there_is_said_again_and_again_until_it_is_taken_away() {
    let reader = start(&options()).unwrap();
    let mut host = Host::connect(reader.port());
    reader.command("present 0A00BC614E").unwrap();
    host.hears(&[FRAME, FRAME, FRAME].concat());
    reader.command("remove").unwrap();
    reader.command("unplug").unwrap();
    // A frame may have been on its way when the card was taken.
    let mut rest = Vec::new();
    let _ = std::io::Read::read_to_end(&mut host.0, &mut rest);
    assert!(rest.chunks(FRAME.len()).all(|frame| frame == FRAME), "{rest:02x?}");
    let mut host = Host::connect(reader.port());
    reader.command("touch no 0012345678").unwrap();
    host.hears(FRAME);
    reader.command("unplug").unwrap();
    host.hears_the_end();
}

#[test]
fn it_splits_stays_silent_and_says_wrong_checks_and_noise() {
    let reader = start(&options()).unwrap();
    let mut host = Host::connect(reader.port());
    reader.command("split on").unwrap();
    reader.command("touch no 0012345678").unwrap();
    host.hears(FRAME);
    reader.command("check off").unwrap();
    reader.command("touch no 0012345678").unwrap();
    host.hears(b"\x020A00BC614E66\x03");
    reader.command("silence on").unwrap();
    reader.command("touch no 0012345678").unwrap();
    reader.command("garbage 32").unwrap();
    host.hears(&sim::noise::noise(32));
    for line in ["present", "present 12345", "touch no 4294967296", "present 0A00BC61ZZ"] {
        let refused = reader.command(line).unwrap_err();
        assert!(refused.contains("help"), "{line}: {refused}");
    }
}
