//! The receiver of positions, and a host that reads its sentences.

mod common;

use std::net::SocketAddr;

use common::Host;
use sim::gps::{Options, start};
use sim::{Place, Running};

fn receiver() -> Running {
    let control = SocketAddr::from(([127, 0, 0, 1], 0));
    start(&Options { place: Place::free_port(), control, every_ms: 10 }).unwrap()
}

#[test]
fn it_says_where_it_stands_with_sums_that_fit() {
    let receiver = receiver();
    let mut host = Host::connect(receiver.port());
    // 0.252057 degrees are 15.12342 minutes. The sums were counted apart.
    host.hears(b"$GPRMC,060001.00,A,1015.12342,N,07612.56778,E,0.10,,140826,,,A*45\r\n");
    host.hears(b"$GPGGA,060001.00,1015.12342,N,07612.56778,E,1,08,1.2,21.0,M,-89.0,M,,*75\r\n");
    host.hears(b"$GPGSA,A,3,04,05,09,12,24,25,29,31,,,,,2.5,1.2,2.1*36\r\n");
}

#[test]
fn it_loses_its_fix_walks_jumps_and_talks_nonsense() {
    let receiver = receiver();
    receiver.command("at -1000000 -500000").unwrap();
    receiver.command("walk 10").unwrap();
    receiver.command("jump -100").unwrap();
    let mut host = Host::connect(receiver.port());
    // A hundred metres south and ten north: 810 millionths.
    host.hears(b"$GPRMC,060001.00,A,0100.04860,S,00030.00000,W,");
    receiver.command("silence on").unwrap();
    receiver.command("unplug").unwrap();
    drop(host);
    receiver.command("fix off").unwrap();
    receiver.command("silence off").unwrap();
    let mut host = Host::connect(receiver.port());
    let mut said = [0; 10];
    std::io::Read::read_exact(&mut host.0, &mut said).unwrap();
    assert_eq!(&said, b"$GPRMC,060");
    assert!(receiver.command("state").unwrap().contains("\"fix\":false"));
    assert!(receiver.command("at 1").unwrap_err().contains("LAT LON"));
}
