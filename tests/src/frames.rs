//! Pictures as a camera of a kiosk or a handheld makes them, drawn from seeds: a sticker seen from
//! aside, out of focus, in bad light, dirty. What stands on each is known, so that a reader of
//! codes is measured by the texts that it finds.

use crate::chance::Chance;
use crate::picture::Grey;

pub const WIDTH: usize = 640;
pub const HEIGHT: usize = 480;

/// How many frames each set has.
pub const SET: u64 = 30;

/// The white that a square needs around it, in modules (ISO/IEC 18004).
const QUIET: f64 = 4.0;

/// The least width of a bar, in pixels: a code of bars is held nearer than a square.
const BAR: f64 = 2.8;

/// What is done to a set of frames. The sets and their figures are those of the measurements in
/// the project's notes on devices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spoiling {
    Clean,
    Rotated,
    /// The far side is so much shorter than the near one.
    Perspective(f64),
    /// Standard deviation of a Gaussian, in pixels.
    Blur(f64),
    /// Standard deviation of each pixel, in shades.
    Noise(f64),
    LowLight,
    Shadow,
    /// So many pixels from edge to edge of the square.
    Small(f64),
    Dirt,
}

pub const SETS: [(&str, Spoiling); 12] = [
    ("clean", Spoiling::Clean),
    ("rotated", Spoiling::Rotated),
    ("perspective .12", Spoiling::Perspective(0.12)),
    ("perspective .22", Spoiling::Perspective(0.22)),
    ("blur 2", Spoiling::Blur(2.0)),
    ("blur 3", Spoiling::Blur(3.0)),
    ("noise 25", Spoiling::Noise(25.0)),
    ("noise 45", Spoiling::Noise(45.0)),
    ("low light", Spoiling::LowLight),
    ("shadow", Spoiling::Shadow),
    ("small 90 px", Spoiling::Small(90.0)),
    ("dirt", Spoiling::Dirt),
];

/// A frame and what stands on it.
pub struct Shot {
    pub luma: Vec<u8>,
    pub text: String,
}

/// Modules in rows: what a square or a code of bars is made of.
pub struct Drawn {
    pub across: usize,
    pub down: usize,
    pub dark: Vec<bool>,
}

impl Drawn {
    /// A text as a square of error correction M, as on a sticker.
    pub fn square(text: &str) -> Self {
        let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M);
        let code = code.expect("a sticker's text fits");
        let dark = code.to_colors().iter().map(|colour| *colour == qrcode::Color::Dark).collect();
        Self { across: code.width(), down: code.width(), dark }
    }

    /// A picture of a code whose bars are so many pixels wide.
    pub fn of(picture: &Grey, module: usize) -> Self {
        let (across, down) = (picture.width / module, picture.height / module);
        let dark = |place: usize| {
            let (x, y) = (place % across * module, place / across * module);
            picture.pixels[y * picture.width + x] < 128
        };
        Self { across, down, dark: (0..across * down).map(dark).collect() }
    }
}

/// The frame of this number of a set: the same on every machine.
pub fn shot(spoiling: Spoiling, number: u64) -> Shot {
    let mut chance = Chance(0x5041_4449 ^ (number << 8) ^ (seed(spoiling) << 32));
    let text = format!("PADI:H:G0802:{}:{}", 100 + chance.below(89_900), letter(&mut chance));
    let luma = picture(&Drawn::square(&text), spoiling, &mut chance);
    Shot { luma, text }
}

fn seed(spoiling: Spoiling) -> u64 {
    let place = SETS.iter().position(|(_, other)| *other == spoiling);
    place.map_or(0, |place| place as u64 + 1)
}

fn letter(chance: &mut Chance) -> char {
    *chance.pick(&['A', 'C', 'E', 'H', 'K', 'M', 'P', 'T', 'X'])
}

/// Any drawn code as it is seen with this spoiling.
pub fn picture(drawn: &Drawn, spoiling: Spoiling, chance: &mut Chance) -> Vec<u8> {
    let mut shades = background(chance);
    let corners = corners(drawn, spoiling, chance);
    lay(&mut shades, drawn, &corners);
    match spoiling {
        Spoiling::Clean | Spoiling::Rotated | Spoiling::Perspective(_) | Spoiling::Small(_) => {}
        Spoiling::Blur(sigma) => blur(&mut shades, sigma),
        Spoiling::Noise(sigma) => noise(&mut shades, sigma, chance),
        Spoiling::LowLight => low_light(&mut shades, chance),
        Spoiling::Shadow => shadow(&mut shades, chance),
        Spoiling::Dirt => dirt(&mut shades, &corners, chance),
    }
    // No lens and no sensor is without any.
    blur(&mut shades, 0.7);
    noise(&mut shades, 2.0, chance);
    shades.into_iter().map(|shade| shade.clamp(0.0, 255.0) as u8).collect()
}

type Point = (f64, f64);

fn real(chance: &mut Chance, from: f64, to: f64) -> f64 {
    from + (to - from) * (chance.below(1 << 24) as f64 / f64::from(1u32 << 24))
}

/// A wall or a door: grey, brighter on one side, with some lines on it.
fn background(chance: &mut Chance) -> Vec<f32> {
    let ground = real(chance, 90.0, 170.0);
    let (across, down) = (real(chance, -40.0, 40.0), real(chance, -40.0, 40.0));
    let lines: Vec<(usize, f32)> = (0..6)
        .map(|_| (chance.below(WIDTH as u64) as usize, real(chance, -35.0, 35.0) as f32))
        .collect();
    let mut shades = Vec::with_capacity(WIDTH * HEIGHT);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let tilt = across * x as f64 / WIDTH as f64 + down * y as f64 / HEIGHT as f64;
            shades.push((ground + tilt) as f32);
        }
        let row = y * WIDTH;
        for (at, by) in &lines {
            for x in *at..(*at + 3).min(WIDTH) {
                shades[row + x] += by;
            }
        }
    }
    shades
}

/// Where the corners of the paper lie: upper left, upper right, lower right, lower left. The
/// paper has the quiet zone around the code.
fn corners(drawn: &Drawn, spoiling: Spoiling, chance: &mut Chance) -> [Point; 4] {
    let edge = match spoiling {
        Spoiling::Small(edge) => edge,
        _ => real(chance, 130.0, 180.0).max(BAR * drawn.across as f64),
    };
    let module = edge / drawn.across as f64;
    let half =
        (module * (drawn.across as f64 / 2.0 + QUIET), module * (drawn.down as f64 / 2.0 + QUIET));
    let turn = match spoiling {
        Spoiling::Rotated => real(chance, 0.0, std::f64::consts::TAU),
        _ => real(chance, -0.08, 0.08),
    };
    let mut corners = [(-half.0, -half.1), (half.0, -half.1), (half.0, half.1), (-half.0, half.1)];
    if let Spoiling::Perspective(by) = spoiling {
        foreshorten(&mut corners, by, chance);
    }
    let reach = half.0.hypot(half.1);
    let middle = (near(chance, WIDTH as f64, reach), near(chance, HEIGHT as f64, reach));
    corners.map(|(x, y)| {
        (middle.0 + x * turn.cos() - y * turn.sin(), middle.1 + x * turn.sin() + y * turn.cos())
    })
}

/// A middle by which the paper lies in the picture.
fn near(chance: &mut Chance, side: f64, reach: f64) -> f64 {
    let room = (side / 2.0 - reach).max(0.0);
    side / 2.0 + real(chance, -room, room)
}

/// One side is farther away: it is shorter, and the paper less deep.
fn foreshorten(corners: &mut [Point; 4], by: f64, chance: &mut Chance) {
    let far = chance.below(4) as usize;
    let (one, other) = (far, (far + 1) % 4);
    let (first, second) = (corners[one], corners[other]);
    let middle = ((first.0 + second.0) / 2.0, (first.1 + second.1) / 2.0);
    for place in [one, other] {
        let corner = &mut corners[place];
        corner.0 += (middle.0 - corner.0) * by - middle.0 * by;
        corner.1 += (middle.1 - corner.1) * by - middle.1 * by;
    }
}

/// Draws the code onto the paper between its corners, each pixel as the mean of four looks.
fn lay(shades: &mut [f32], drawn: &Drawn, corners: &[Point; 4]) {
    let size = (drawn.across as f64 + 2.0 * QUIET, drawn.down as f64 + 2.0 * QUIET);
    let plane = Plane::of(corners, size);
    let (xs, ys) = (corners.map(|corner| corner.0), corners.map(|corner| corner.1));
    let span = |values: [f64; 4], side: usize| {
        let least = values.iter().copied().fold(f64::MAX, f64::min).floor().max(0.0) as usize;
        let most = values.iter().copied().fold(f64::MIN, f64::max).ceil() as usize;
        least..most.min(side)
    };
    for y in span(ys, HEIGHT) {
        for x in span(xs, WIDTH) {
            let looks = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
            let shade = |(right, down): (f64, f64)| {
                let (u, v) = plane.at(x as f64 + right, y as f64 + down);
                let on_paper = u >= 0.0 && v >= 0.0 && u < size.0 && v < size.1;
                on_paper.then(|| if drawn.is_dark(u - QUIET, v - QUIET) { 20.0 } else { 235.0 })
            };
            let under = shades[y * WIDTH + x];
            let sum: f32 = looks.map(|look| shade(look).unwrap_or(under)).iter().sum();
            shades[y * WIDTH + x] = sum / 4.0;
        }
    }
}

impl Drawn {
    fn is_dark(&self, u: f64, v: f64) -> bool {
        let inside = u >= 0.0 && v >= 0.0 && u < self.across as f64 && v < self.down as f64;
        inside && self.dark[v as usize * self.across + u as usize]
    }
}

/// From a place in the picture to the place on the paper: (a x + b y + c) / (g x + h y + 1) and
/// the like, found from the four corners.
struct Plane([f64; 8]);

impl Plane {
    fn of(corners: &[Point; 4], size: (f64, f64)) -> Self {
        let targets = [(0.0, 0.0), (size.0, 0.0), size, (0.0, size.1)];
        let mut rows = [[0.0; 9]; 8];
        for (place, ((x, y), (u, v))) in corners.iter().zip(targets).enumerate() {
            rows[2 * place] = [*x, *y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u];
            rows[2 * place + 1] = [0.0, 0.0, 0.0, *x, *y, 1.0, -v * x, -v * y, v];
        }
        Self(solve(rows))
    }

    fn at(&self, x: f64, y: f64) -> Point {
        let [a, b, c, d, e, f, g, h] = self.0;
        let depth = g * x + h * y + 1.0;
        ((a * x + b * y + c) / depth, (d * x + e * y + f) / depth)
    }
}

/// Gauss and Jordan, with the largest pivot.
fn solve(mut rows: [[f64; 9]; 8]) -> [f64; 8] {
    for column in 0..8 {
        let best = (column..8)
            .max_by(|one, other| rows[*one][column].abs().total_cmp(&rows[*other][column].abs()));
        rows.swap(column, best.expect("a row is left"));
        let pivot = rows[column];
        for (place, row) in rows.iter_mut().enumerate() {
            if place != column {
                let by = row[column] / pivot[column];
                row.iter_mut().zip(pivot).for_each(|(value, other)| *value -= by * other);
            }
        }
    }
    std::array::from_fn(|place| rows[place][8] / rows[place][place])
}

/// A Gaussian by three running means, which cost the same for any width.
fn blur(shades: &mut Vec<f32>, sigma: f64) {
    let wide = ((4.0 * sigma * sigma + 1.0).sqrt() / 2.0).floor().max(0.0) as usize;
    let fits = |half: usize| (((2 * half + 1).pow(2) - 1) as f64 / 12.0) * 3.0;
    let half =
        if fits(wide + 1) - sigma * sigma < sigma * sigma - fits(wide) { wide + 1 } else { wide };
    for _ in 0..3 {
        *shades = mean(shades, half, WIDTH, HEIGHT, |along, line| line * WIDTH + along);
        *shades = mean(shades, half, HEIGHT, WIDTH, |along, line| along * WIDTH + line);
    }
}

/// The mean of 2·half + 1 neighbours along each line; beyond the edge lies the edge.
fn mean(
    shades: &[f32],
    half: usize,
    length: usize,
    lines: usize,
    place: impl Fn(usize, usize) -> usize,
) -> Vec<f32> {
    let mut out = vec![0.0; shades.len()];
    let count = (2 * half + 1) as f32;
    for line in 0..lines {
        let shade = |along: usize| shades[place(along.min(length - 1), line)];
        let mut sum = shade(0) * (half + 1) as f32 + (1..=half).map(shade).sum::<f32>();
        for along in 0..length {
            out[place(along, line)] = sum / count;
            sum += shade(along + half + 1) - shade(along.saturating_sub(half));
        }
    }
    out
}

/// The sum of four even chances is close enough to a Gaussian; each has a deviation of 1/√12.
fn noise(shades: &mut [f32], sigma: f64, chance: &mut Chance) {
    let unit = sigma * 3f64.sqrt() / 65_536.0;
    for shade in shades {
        let drawn = chance.next();
        let sum: u64 = (0..4).map(|part| (drawn >> (16 * part)) & 0xffff).sum();
        *shade += ((sum as f64 - 2.0 * 65_535.0) * unit) as f32;
    }
}

/// A tenth of the light, and a sensor that makes up for it with grain.
fn low_light(shades: &mut [f32], chance: &mut Chance) {
    let light = real(chance, 0.06, 0.14) as f32;
    shades.iter_mut().for_each(|shade| *shade = *shade * light + 8.0);
    noise(shades, real(chance, 3.0, 6.0), chance);
}

/// The shade of a hand or a roof, with a soft edge, across the picture.
fn shadow(shades: &mut [f32], chance: &mut Chance) {
    let turn = real(chance, 0.0, std::f64::consts::TAU);
    let shift = real(chance, -60.0, 60.0);
    let dark = real(chance, 0.18, 0.35);
    for (place, shade) in shades.iter_mut().enumerate() {
        let x = (place % WIDTH) as f64 - WIDTH as f64 / 2.0;
        let y = (place / WIDTH) as f64 - HEIGHT as f64 / 2.0;
        let across = x * turn.cos() + y * turn.sin() - shift;
        let lit = ((across + 6.0) / 12.0).clamp(0.0, 1.0);
        *shade *= (dark + (1.0 - dark) * lit) as f32;
    }
}

/// Splashes of mud and scratches of light, on the code and beside it.
fn dirt(shades: &mut [f32], corners: &[Point; 4], chance: &mut Chance) {
    let middle = corners
        .iter()
        .fold((0.0, 0.0), |sum, corner| (sum.0 + corner.0 / 4.0, sum.1 + corner.1 / 4.0));
    let reach = (corners[0].0 - corners[2].0).hypot(corners[0].1 - corners[2].1) / 2.4;
    for _ in 0..chance.between(7, 12) {
        let x = middle.0 + real(chance, -reach, reach);
        let y = middle.1 + real(chance, -reach, reach);
        let radius = real(chance, 4.0, 13.0);
        let colour = if chance.percent(70) { real(chance, 40.0, 100.0) } else { 215.0 };
        splash(shades, (x, y), radius, colour as f32);
    }
}

fn splash(shades: &mut [f32], (x, y): Point, radius: f64, colour: f32) {
    let from = |at: f64| (at - radius).max(0.0) as usize;
    let to = |at: f64, side: usize| ((at + radius).max(0.0) as usize).min(side - 1);
    for row in from(y)..=to(y, HEIGHT) {
        for column in from(x)..=to(x, WIDTH) {
            if (column as f64 - x).hypot(row as f64 - y) <= radius {
                shades[row * WIDTH + column] = colour;
            }
        }
    }
}
