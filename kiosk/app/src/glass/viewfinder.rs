//! What the camera sees. It stands in the page's adapter alone, and is taken away with the page.

use devices::Frame;
use flow::{Sees, ViewfinderPage};
use panes::{SeesName, ViewfinderAdapter};
use slint::{ComponentHandle, Image, Rgb8Pixel, SharedPixelBuffer};

use super::Glass;

pub(super) fn viewfinder(glass: &Glass, page: &ViewfinderPage) {
    let adapter = glass.window.global::<ViewfinderAdapter>();
    adapter.set_receipt(page.receipt);
    adapter.set_sees(match page.sees {
        Sees::Opening => SeesName::Opening,
        Sees::Picture => SeesName::Picture,
        Sees::Dark => SeesName::Dark,
    });
}

pub(super) fn view(glass: &Glass, frame: &Frame) {
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(frame.width(), frame.height());
    for (pixel, shade) in pixels.make_mut_slice().iter_mut().zip(frame.luma()) {
        *pixel = Rgb8Pixel { r: *shade, g: *shade, b: *shade };
    }
    glass.window.global::<ViewfinderAdapter>().set_view(Image::from_rgb8(pixels));
}

pub(super) fn clear(glass: &Glass) {
    glass.window.global::<ViewfinderAdapter>().set_view(Image::default());
}
