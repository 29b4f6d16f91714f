//! Pictures, looked at: whether there is something on them, and what their squares say.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use rqrr::PreparedImage;

use crate::Trouble;

/// A picture in shades of grey.
pub struct Grey {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

/// Reads a PNG of any colour.
pub fn read(path: &Path) -> Result<Grey, Trouble> {
    let failed = |why: String| Trouble::new(format!("{}: {why}", path.display()));
    let file = File::open(path).map_err(|error| failed(error.to_string()))?;
    let mut decoder = png::Decoder::new(BufReader::new(file));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(|error| failed(error.to_string()))?;
    let size = reader.output_buffer_size().ok_or_else(|| failed("it is too large".to_owned()))?;
    let mut bytes = vec![0; size];
    let frame = reader.next_frame(&mut bytes).map_err(|error| failed(error.to_string()))?;
    let samples = frame.color_type.samples();
    let colours = if samples >= 3 { 3 } else { 1 };
    let grey = |pixel: &[u8]| {
        let sum: usize = pixel[..colours].iter().map(|colour| usize::from(*colour)).sum();
        u8::try_from(sum / colours).expect("the mean of bytes is one")
    };
    let pixels = bytes[..frame.buffer_size()].chunks_exact(samples).map(grey).collect();
    Ok(Grey { width: frame.width as usize, height: frame.height as usize, pixels })
}

impl Grey {
    /// Whether it has one shade only.
    pub fn is_blank(&self) -> bool {
        self.pixels.iter().all(|pixel| *pixel == self.pixels[0])
    }

    /// The texts of all squares on it.
    pub fn codes(&self) -> Vec<String> {
        let shade = |x: usize, y: usize| self.pixels[y * self.width + x];
        let mut image = PreparedImage::prepare_from_greyscale(self.width, self.height, shade);
        let grids = image.detect_grids();
        grids.into_iter().filter_map(|grid| Some(grid.decode().ok()?.1)).collect()
    }
}

/// Writes red, green, blue and alpha as a PNG.
pub fn write(path: &Path, width: u32, height: u32, rgba: &[u8]) -> Result<(), Trouble> {
    let failed = |why: String| Trouble::new(format!("{}: {why}", path.display()));
    let file = File::create(path).map_err(|error| failed(error.to_string()))?;
    let mut encoder = png::Encoder::new(BufWriter::new(file), width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|error| failed(error.to_string()))?;
    writer.write_image_data(rgba).map_err(|error| failed(error.to_string()))
}

#[test]
fn a_written_picture_is_read_back() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("picture.png");
    write(&path, 2, 1, &[255, 255, 255, 255, 0, 0, 0, 255]).expect("written");
    let grey = read(&path).expect("read");
    assert_eq!((grey.width, grey.height, grey.pixels.as_slice()), (2, 1, &[255, 0][..]));
    assert!(!grey.is_blank() && grey.codes().is_empty());
}
