//! The camera, and somebody who looks into its folder.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use sim::Running;
use sim::camera::{Options, start};

const LONG: Duration = Duration::from_secs(20);

fn camera(out: &Path) -> Running {
    let control = SocketAddr::from(([127, 0, 0, 1], 0));
    start(Options { out: out.to_owned(), control }).unwrap()
}

/// Tells it to take a picture; the file's bytes, where there is one.
fn takes(camera: &Running, out: &Path) -> Option<Vec<u8>> {
    let from = camera.events().count();
    let name = camera.command("take").unwrap();
    let (_, event) = camera.events().wait("taken", from, LONG).unwrap();
    assert_eq!(event["file"], name);
    let bytes = fs::read(out.join(name)).ok();
    assert_eq!(event["bytes"], bytes.as_ref().map_or(0, Vec::len));
    bytes
}

#[test]
fn each_picture_is_another_and_whole() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("pictures");
    let camera = camera(&out);
    assert!(camera.port().starts_with("file:///") && camera.port().ends_with("/pictures"));
    let (first, second) = (takes(&camera, &out).unwrap(), takes(&camera, &out).unwrap());
    assert_ne!(first, second);
    for picture in [first, second] {
        let mut reader = png::Decoder::new(std::io::Cursor::new(&picture)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(reader.info().size(), (320, 320));
        assert!((90_000..130_000).contains(&picture.len()), "{}", picture.len());
    }
    camera.command("side 40").unwrap();
    assert!(takes(&camera, &out).unwrap().len() < 3_000);
    assert!(camera.command("fault cat").unwrap_err().contains("no command"));
}

#[test]
fn it_fails_as_cameras_do() {
    let folder = tempfile::tempdir().unwrap();
    let camera = camera(folder.path());
    let whole = takes(&camera, folder.path()).unwrap().len();
    camera.command("fault half").unwrap();
    let half = takes(&camera, folder.path()).unwrap().len();
    assert!(half.abs_diff(whole / 2) < 100, "{half} of {whole}");
    camera.command("fault nothing").unwrap();
    assert_eq!(takes(&camera, folder.path()), None);
    camera.command("fault huge").unwrap();
    assert!(takes(&camera, folder.path()).unwrap().len() > 2_000_000);
    camera.command("fault slow").unwrap();
    assert!(takes(&camera, folder.path()).unwrap().len().abs_diff(whole) < 1_000);
}
