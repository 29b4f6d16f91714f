//! The camera that streams, from its host's side: bytes on a socket and words on the control line.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use sim::Running;
use sim::video::{HEIGHT, Options, WIDTH, start};

fn camera() -> Running {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    start(&Options { tcp: any, control: any }).expect("it starts")
}

/// A host that has read the head of the stream.
fn host(camera: &Running) -> BufReader<TcpStream> {
    let address = camera.port().strip_prefix("tcp://").expect("an address");
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
    BufReader::new(stream)
}

fn line(host: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    host.read_line(&mut line).expect("a line");
    line
}

fn picture(host: &mut BufReader<TcpStream>) -> Vec<u8> {
    assert_eq!(line(host), "FRAME\n");
    let mut luma = vec![0; WIDTH * HEIGHT];
    host.read_exact(&mut luma).expect("a whole picture");
    luma
}

/// The first picture of which this holds.
fn seen(host: &mut BufReader<TcpStream>, holds: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    loop {
        let luma = picture(host);
        if holds(&luma) {
            return luma;
        }
    }
}

#[test]
fn what_is_held_before_it_is_streamed_by_day_and_by_night() {
    let camera = camera();
    let mut host = host(&camera);
    assert_eq!(line(&mut host), "YUV4MPEG2 W640 H480 F10:1 Ip A1:1 Cmono\n");
    let wall = picture(&mut host);
    assert!(wall.iter().all(|shade| *shade == wall[0]));
    camera.command("square PADI:H:G0802:345:K").expect("obeyed");
    let square = seen(&mut host, |luma| luma != wall);
    let dark = square.iter().filter(|shade| **shade < 60).count();
    assert!((5_000..60_000).contains(&dark), "{dark} pixels of ink");
    camera.command("light off").expect("obeyed");
    let night = seen(&mut host, |luma| luma != square);
    assert!(night.iter().all(|shade| *shade < 16));
    assert!(camera.command(&format!("square {}", "x".repeat(5_000))).is_err());
    assert!(camera.command("show /no/such/picture.png").is_err());
    camera.stop();
}

#[test]
fn a_picture_is_broken_off_and_an_unplugged_camera_turns_hosts_away() {
    let camera = camera();
    let mut first = host(&camera);
    line(&mut first);
    picture(&mut first);
    camera.command("fault half").expect("obeyed");
    let mut rest = Vec::new();
    first.read_to_end(&mut rest).expect("until it hangs up");
    assert_ne!(rest.len() % (6 + WIDTH * HEIGHT), 0, "it was broken off");
    let mut second = host(&camera);
    line(&mut second);
    picture(&mut second);
    camera.command("unplug").expect("obeyed");
    second.read_to_end(&mut Vec::new()).expect("until it hangs up");
    let mut third = host(&camera);
    assert_eq!(line(&mut third), "", "nobody is let in");
    camera.command("plug").expect("obeyed");
    assert!(line(&mut host(&camera)).starts_with("YUV4MPEG2 "));
    camera.stop();
}
