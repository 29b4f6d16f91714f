//! What is held before the guest's camera: the kernel's own test device (vivid) lays what is
//! written to its output into its input, and v4l2-ctl writes it there, so that nothing of ours lies
//! between a picture and the driver that looks at it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Trouble;
use crate::frames::Drawn;
use crate::judges::output;
use crate::programs::{cargo, workspace};

const V4L2_CTL: &str = "/usr/bin/v4l2-ctl";

/// The driver `drive` with cameras, by the name that it has in the guest.
pub const DRIVE: &str = "drive-camera";

/// What stands on the square.
pub const TEXT: &str = "PADI:H:G0802:345:K";

/// A picture of PAL, as vivid's S-Video sockets have it.
const WIDTH: usize = 720;
const HEIGHT: usize = 576;

/// How wide a module of the square is, in pixels: it fills half of the picture's height.
const MODULE: usize = 14;

const PAPER: u8 = 220;
const INK: u8 = 30;
const GREY: u8 = 128;

/// The two programs that it takes; none where one of them cannot be had.
pub fn programs() -> Result<Vec<(&'static str, PathBuf)>, Trouble> {
    if !Path::new(V4L2_CTL).is_file() || !has_libclang() {
        return Ok(Vec::new());
    }
    Ok(vec![("v4l2-ctl", V4L2_CTL.into()), (DRIVE, drive()?)])
}

/// Builds the program `drive` with cameras, which no other build here has: the bindings to the
/// kernel are made by libclang at build time. It lies beside the program of the chip cards, whose
/// build has most of it already.
fn drive() -> Result<PathBuf, Trouble> {
    let target = workspace().join("target/pcsc");
    let mut command = cargo(&["build", "--quiet", "--locked", "--package", "devices"]);
    command.env("CARGO_TARGET_DIR", &target);
    command.args(["--features", "camera", "--bin", "drive"]);
    output(command)?;
    Ok(target.join("debug/drive"))
}

/// Where Debian's libclang-dev puts it.
fn has_libclang() -> bool {
    let folders = fs::read_dir("/usr/lib").into_iter().flatten().filter_map(Result::ok);
    let mut llvm =
        folders.filter(|folder| folder.file_name().to_string_lossy().starts_with("llvm"));
    llvm.any(|folder| folder.path().join("lib/libclang.so").exists())
}

/// A square on white paper, as it is written to the output: YUYV, two bytes a pixel.
pub fn picture() -> Vec<u8> {
    let square = Drawn::square(TEXT);
    let side = square.across * MODULE;
    let (left, top) = ((WIDTH - side) / 2, (HEIGHT - side) / 2);
    let shade = |place: usize| {
        let (x, y) = ((place % WIDTH).wrapping_sub(left), (place / WIDTH).wrapping_sub(top));
        let is_on = x < side && y < side;
        let dark = is_on && square.dark[y / MODULE * square.across + x / MODULE];
        if dark { INK } else { PAPER }
    };
    (0..WIDTH * HEIGHT).flat_map(|place| [shade(place), GREY]).collect()
}

#[test]
fn the_picture_has_the_square_on_it() {
    let picture = picture();
    assert_eq!(picture.len(), 2 * WIDTH * HEIGHT);
    let frame = devices::Frame::from_yuyv(WIDTH as u32, HEIGHT as u32, &picture).expect("whole");
    let codes = devices::codes(&frame);
    assert_eq!(codes.iter().map(|code| code.text.as_str()).collect::<Vec<_>>(), [TEXT]);
}
