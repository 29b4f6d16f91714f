//! NMEA 0183 on a serial line or TCP. Of its many sentences three say what is needed here: RMC and
//! GGA where, GSA and GGA how well. Only sentences with a sum that fits are read.

use std::time::{Duration, Instant};

use super::{Fix, Gnss, NoPosition, Position, Track};
use crate::address::PortAddress;
use crate::fault::Fault;
use crate::port::{self, Port, open};

/// The standard's sentences have 82 bytes; some receivers write more digits.
pub const SENTENCE_BYTES_MAX: usize = 120;
/// Metres that nineteen of twenty fixes are within, for each one of dilution: what gpsd counts
/// with.
const METRES_A_DILUTION: u64 = 19;
/// A dilution of a hundred and more means that nothing is known, in thousandths.
const DILUTION_MAX: u64 = 99_000;
/// What came while nobody listened for so long is where the device was then.
const OLD: Duration = Duration::from_secs(2);

/// What a sentence adds to what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    Fix(Fix),
    NoFix,
    NoAccuracy,
    /// A sound sentence about something else.
    Other,
}

/// Finds sentences in a stream of bytes, and fixes in them.
#[derive(Debug, Default)]
pub struct Sentences {
    begun: Vec<u8>,
    dilution_thousandths: Option<u64>,
}

impl Sentences {
    /// What the sentence says that this byte ends; nothing where it ends none that is sound.
    pub fn push(&mut self, byte: u8) -> Option<Heard> {
        match byte {
            b'$' => self.begun = vec![b'$'],
            b'\r' | b'\n' => {
                let begun = std::mem::take(&mut self.begun);
                return sound(&begun).map(|sentence| self.read(sentence));
            }
            0x20..0x7f if (1..SENTENCE_BYTES_MAX).contains(&self.begun.len()) => {
                self.begun.push(byte);
            }
            // Noise, or too long: nothing of it is kept until the next one begins.
            _ => self.begun.clear(),
        }
        None
    }

    fn read(&mut self, sentence: &str) -> Heard {
        let fields: Vec<&str> = sentence.split(',').collect();
        let field = |place: usize| fields.get(place).copied().unwrap_or_default();
        // The talker, of two letters, says which satellites; proprietary ones begin with P.
        let kind = if field(0).starts_with('P') { "" } else { field(0).get(2..).unwrap_or("") };
        match kind {
            // Status A; estimated, by hand and simulated are no fix.
            "RMC" => match (field(2), field(12)) {
                ("A", "" | "A" | "D" | "F" | "P" | "R") => self.fix([3, 4, 5, 6].map(field)),
                _ => self.lost(),
            },
            // 1 to 5 are measured, in growing precision.
            "GGA" => match field(6) {
                "1" | "2" | "3" | "4" | "5" => {
                    self.dilution_thousandths = dilution(field(8));
                    self.fix([2, 3, 4, 5].map(field))
                }
                _ => self.lost(),
            },
            "GSA" => match field(2) {
                "2" | "3" => {
                    self.dilution_thousandths = dilution(field(16));
                    Heard::Other
                }
                _ => self.lost(),
            },
            _ => Heard::Other,
        }
    }

    fn lost(&mut self) -> Heard {
        self.dilution_thousandths = None;
        Heard::NoFix
    }

    fn fix(&self, [latitude, north, longitude, east]: [&str; 4]) -> Heard {
        let latitude = angle(latitude, 2, 90, (north, "N", "S"));
        let longitude = angle(longitude, 3, 180, (east, "E", "W"));
        let (Some(latitude_udeg), Some(longitude_udeg)) = (latitude, longitude) else {
            return Heard::NoFix;
        };
        let Some(dilution) = self.dilution_thousandths else { return Heard::NoAccuracy };
        let metres = (dilution * METRES_A_DILUTION).div_ceil(1_000).max(1);
        let accuracy_m = u32::try_from(metres).expect("the dilution has a limit");
        Heard::Fix(Fix { latitude_udeg, longitude_udeg, accuracy_m })
    }
}

/// What stands between `$` and `*`, where the sum of two hexadecimal digits behind it fits.
fn sound(sentence: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(sentence).ok()?.strip_prefix('$')?;
    let (body, sum) = text.split_once('*')?;
    let is_sum = sum.len() == 2 && sum.bytes().all(|digit| digit.is_ascii_hexdigit());
    let told = u8::from_str_radix(sum, 16).ok().filter(|_| is_sum)?;
    let counted = body.bytes().fold(0, |sum, byte| sum ^ byte);
    (told == counted).then_some(body)
}

/// "1015.1234" with "N": degrees of so many digits, then minutes; as millionths of a degree.
fn angle(
    text: &str,
    digits: usize,
    most: i32,
    (side, plus, minus): (&str, &str, &str),
) -> Option<i32> {
    let degrees = number(text.get(..digits)?)?;
    let minutes_millionths = millionths(text.get(digits..)?)?;
    let (whole, _) = text.get(digits..)?.split_once('.').unwrap_or((&text[digits..], ""));
    if whole.len() != 2 || minutes_millionths >= 60_000_000 {
        return None;
    }
    let udeg = i64::try_from(degrees * 1_000_000 + (minutes_millionths + 30) / 60).ok()?;
    let udeg = i32::try_from(udeg).ok().filter(|udeg| *udeg <= most * 1_000_000)?;
    match side {
        side if side == plus => Some(udeg),
        side if side == minus => Some(-udeg),
        _ => None,
    }
}

fn dilution(text: &str) -> Option<u64> {
    let thousandths = millionths(text)? / 1_000;
    (1..=DILUTION_MAX).contains(&thousandths).then_some(thousandths)
}

/// "12.5" as millionths; digits beyond the sixth are dropped.
fn millionths(text: &str) -> Option<u64> {
    let (whole, parts) = text.split_once('.').unwrap_or((text, ""));
    let parts: String =
        parts.chars().chain(std::iter::repeat('0')).take(6.max(parts.len())).collect();
    let parts_number = number(&parts)?;
    let over = u32::try_from(parts.len() - 6).ok()?;
    number(whole)?.checked_mul(1_000_000)?.checked_add(parts_number / 10u64.checked_pow(over)?)
}

/// Digits and nothing else, fifteen at the most.
fn number(text: &str) -> Option<u64> {
    let is_number = (1..=15).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// A receiver that sends sentences by itself.
pub struct NmeaReceiver {
    address: PortAddress,
    port: Option<Box<dyn Port>>,
    sentences: Sentences,
    track: Track,
    listened: Instant,
}

impl NmeaReceiver {
    pub fn new(address: PortAddress) -> NmeaReceiver {
        let (sentences, track) = (Sentences::default(), Track::default());
        NmeaReceiver { address, port: None, sentences, track, listened: Instant::now() }
    }

    fn listen(&mut self, until: Instant) -> Result<Position, NoPosition> {
        let port = match &mut self.port {
            Some(port) => {
                if self.listened.elapsed() > OLD {
                    port::throw_away(&mut **port).map_err(NoPosition::Away)?;
                }
                port
            }
            None => {
                self.sentences = Sentences::default();
                self.port.insert(open(&self.address).map_err(NoPosition::Away)?)
            }
        };
        let (mut heard_any, mut understood) = (false, false);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let mut byte = [0];
            match port::receive(&mut **port, &mut byte, left) {
                Ok(_) => heard_any = true,
                Err(Fault::Timeout) if understood => return Err(NoPosition::NoFix),
                Err(Fault::Timeout) if heard_any => return Err(NoPosition::Garbage),
                Err(Fault::Timeout) => return Err(NoPosition::Silent),
                Err(fault) => return Err(NoPosition::Away(fault)),
            }
            match self.sentences.push(byte[0]) {
                Some(Heard::Fix(fix)) => return self.track.follow(fix, Instant::now()),
                Some(Heard::NoFix) => return Err(NoPosition::NoFix),
                Some(Heard::NoAccuracy) => return Err(NoPosition::NoAccuracy),
                Some(Heard::Other) => understood = true,
                // Noise without an end has no time-out of its own.
                None if left.is_zero() && understood => return Err(NoPosition::NoFix),
                None if left.is_zero() => return Err(NoPosition::Garbage),
                None => {}
            }
        }
    }
}

impl Gnss for NmeaReceiver {
    fn next(&mut self, limit: Duration) -> Result<Position, NoPosition> {
        let position = self.listen(Instant::now() + limit);
        self.listened = Instant::now();
        if let Err(NoPosition::Away(_)) = &position {
            self.port = None;
        }
        position
    }
}
