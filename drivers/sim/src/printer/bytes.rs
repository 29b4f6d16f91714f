//! ESC/POS taken apart: the stream of commands, and the few that act the moment they arrive.

use std::collections::VecDeque;

/// The most that GS 8 L keeps here; a host that sends more has lost its way.
const KEPT_BYTES_MAX: usize = 1 << 20;

/// One command in its turn.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    Reset,
    /// ESC J: so many vertical motion units.
    FeedUnits(u8),
    /// ESC d and LF: so many lines.
    FeedLines(u8),
    /// ESC 3: how high a line is, in motion units; nothing = the default again.
    LineHeight(Option<u8>),
    /// GS P: motion units in an inch; 0 = the default again.
    MotionUnits(u8),
    /// GS v 0: magnifications of 2 for the two lowest bits of the mode.
    Picture {
        mode: u8,
        stride: usize,
        dots: Vec<u8>,
    },
    Cut,
    Drawer,
    /// GS r n
    Question(u8),
    /// GS a n
    Reports(u8),
    /// GS ( H, function 48
    Mark([u8; 4]),
    /// GS I n: who made the printer, and which it is.
    Identity(u8),
    /// ESC a n: whether pictures stand at the left (0), in the middle (1) or at the right (2).
    Justify(u8),
    /// GS ( L or GS 8 L, function 112: dots to be kept until they are asked for.
    Keep {
        stride: usize,
        dots: Vec<u8>,
    },
    /// The same, function 50: print what was kept.
    PrintKept,
    Text(u8),
    /// Understood and of no consequence for the picture.
    Nothing,
    Unknown(u8),
}

/// Takes one whole command off the front, if there is one.
pub fn next(buffer: &mut VecDeque<u8>) -> Option<Command> {
    let bytes = buffer.make_contiguous();
    let (command, used) = parse(bytes)?;
    buffer.drain(..used);
    Some(command)
}

fn parse(bytes: &[u8]) -> Option<(Command, usize)> {
    match *bytes.first()? {
        0x0a => Some((Command::FeedLines(1), 1)),
        0x10 => real_time(bytes),
        0x1b => escape(bytes),
        0x1c => two_byte_letters(bytes),
        0x1d => group(bytes),
        byte @ 0x20.. => Some((Command::Text(byte), 1)),
        0x0d | 0x09 | 0x00 => Some((Command::Nothing, 1)),
        byte => Some((Command::Unknown(byte), 1)),
    }
}

/// These have acted on arrival; in their turn they are only passed over.
fn real_time(bytes: &[u8]) -> Option<(Command, usize)> {
    let length = match (*bytes.get(1)?, bytes.get(2)) {
        (0x04 | 0x05, _) => 3,
        (0x14, Some(8)) => 10,
        (0x14, Some(_)) => 5,
        (0x14, None) => return None,
        _ => return Some((Command::Unknown(0x10), 1)),
    };
    (bytes.len() >= length).then_some((Command::Nothing, length))
}

fn escape(bytes: &[u8]) -> Option<(Command, usize)> {
    let argument = bytes.get(2).copied();
    match *bytes.get(1)? {
        b'@' => Some((Command::Reset, 2)),
        b'J' => Some((Command::FeedUnits(argument?), 3)),
        b'd' => Some((Command::FeedLines(argument?), 3)),
        b'3' => Some((Command::LineHeight(Some(argument?)), 3)),
        b'2' => Some((Command::LineHeight(None), 2)),
        b'p' => bytes.get(4).map(|_| (Command::Drawer, 5)),
        b'i' | b'm' => Some((Command::Cut, 2)),
        b'a' => Some((Command::Justify(argument? & 3), 3)),
        b'!' | b'E' | b't' | b'R' | b'M' | b'-' | b'G' | b'{' | b'V' | b' ' | b'=' => {
            argument.map(|_| (Command::Nothing, 3))
        }
        b'$' | b'\\' | b'c' => bytes.get(3).map(|_| (Command::Nothing, 4)),
        _ => Some((Command::Unknown(0x1b), 2)),
    }
}

/// FS: the settings of Kanji letters, which leave nothing on the paper.
fn two_byte_letters(bytes: &[u8]) -> Option<(Command, usize)> {
    let length = match *bytes.get(1)? {
        b'&' | b'.' => 2,
        b'!' | b'-' | b'C' | b'W' => 3,
        b'S' => 4,
        b'(' => 5 + usize::from(u16::from_le_bytes([*bytes.get(3)?, *bytes.get(4)?])),
        _ => return Some((Command::Unknown(0x1c), 2)),
    };
    (bytes.len() >= length).then_some((Command::Nothing, length))
}

fn group(bytes: &[u8]) -> Option<(Command, usize)> {
    let argument = bytes.get(2).copied();
    match *bytes.get(1)? {
        b'v' => picture(bytes),
        b'V' => match argument? {
            0 | 1 | 48 | 49 => Some((Command::Cut, 3)),
            _ => bytes.get(3).map(|_| (Command::Cut, 4)),
        },
        b'r' => Some((Command::Question(argument?), 3)),
        b'a' => Some((Command::Reports(argument?), 3)),
        b'P' => Some((Command::MotionUnits(*bytes.get(3)?), 4)),
        b'(' => function(bytes),
        b'8' => long_function(bytes),
        b'k' => barcode(bytes),
        b'I' => Some((Command::Identity(argument?), 3)),
        b'!' | b'B' | b'h' | b'w' | b'H' | b'f' | b'b' => argument.map(|_| (Command::Nothing, 3)),
        b'L' | b'W' => bytes.get(3).map(|_| (Command::Nothing, 4)),
        _ => Some((Command::Unknown(0x1d), 2)),
    }
}

fn picture(bytes: &[u8]) -> Option<(Command, usize)> {
    let [_, _, _, mode, x_low, x_high, y_low, y_high, ..] = *bytes else {
        return None;
    };
    let stride = usize::from(u16::from_le_bytes([x_low, x_high]));
    let length = stride * usize::from(u16::from_le_bytes([y_low, y_high]));
    let dots = bytes.get(8..8 + length)?.to_vec();
    Some((Command::Picture { mode, stride, dots }, 8 + length))
}

fn function(bytes: &[u8]) -> Option<(Command, usize)> {
    let [_, _, kind, low, high, ..] = *bytes else {
        return None;
    };
    let length = usize::from(u16::from_le_bytes([low, high]));
    let body = bytes.get(5..5 + length)?;
    let command = match (kind, body) {
        (b'H', [48, 48, a, b, c, d]) => Command::Mark([*a, *b, *c, *d]),
        (b'L', body) => graphics(body),
        _ => Command::Nothing,
    };
    Some((command, 5 + length))
}

/// GS 8 L: the same as GS ( L with a length of four bytes.
fn long_function(bytes: &[u8]) -> Option<(Command, usize)> {
    let [_, _, kind, a, b, c, d, ..] = *bytes else {
        return None;
    };
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    if kind != b'L' || length > KEPT_BYTES_MAX {
        return Some((Command::Unknown(0x1d), 2));
    }
    let body = bytes.get(7..7 + length)?;
    Some((graphics(body), 7 + length))
}

/// Black and white dots at their natural size; other colours and sizes are passed over.
fn graphics(body: &[u8]) -> Command {
    match *body {
        [48, 112, 48, 1, 1, 49, x_low, x_high, y_low, y_high, ref dots @ ..] => {
            let stride = usize::from(u16::from_le_bytes([x_low, x_high])).div_ceil(8);
            let rows = usize::from(u16::from_le_bytes([y_low, y_high]));
            let dots = dots[..dots.len().min(stride * rows)].to_vec();
            Command::Keep { stride, dots }
        }
        [48, 2 | 50, ..] => Command::PrintKept,
        _ => Command::Nothing,
    }
}

/// GS k: passed over whole. The bars themselves are not drawn.
fn barcode(bytes: &[u8]) -> Option<(Command, usize)> {
    let length = match *bytes.get(2)? {
        0..=6 => 4 + bytes[3..].iter().position(|byte| *byte == 0)?,
        _ => 4 + usize::from(*bytes.get(3)?),
    };
    (bytes.len() >= length).then_some((Command::Nothing, length))
}

/// The whole rows of a picture that never came to its end: they are on paper already.
pub fn torn_picture(buffer: &mut VecDeque<u8>) -> Option<Command> {
    let bytes = buffer.make_contiguous();
    let [0x1d, b'v', _, mode, x_low, x_high, _, _, ..] = *bytes else {
        return None;
    };
    let stride = usize::from(u16::from_le_bytes([x_low, x_high]));
    if stride == 0 {
        return None;
    }
    let rows = (bytes.len() - 8) / stride;
    Some(Command::Picture { mode, stride, dots: bytes[8..8 + rows * stride].to_vec() })
}

/// A command that acts on arrival, wherever it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgent {
    /// DLE EOT n
    Status(u8),
    /// DLE ENQ 1 and 2
    Recover { clear: bool },
}

/// Looks for urgent commands in everything that arrives, pictures included, as printers do.
#[derive(Debug, Default)]
pub struct Lookout {
    last: [u8; 2],
}

impl Lookout {
    pub fn push(&mut self, byte: u8) -> Option<Urgent> {
        let urgent = match (self.last, byte) {
            ([0x10, 0x04], 1..=4) => Some(Urgent::Status(byte)),
            ([0x10, 0x05], 1 | 2) => Some(Urgent::Recover { clear: byte == 2 }),
            _ => None,
        };
        self.last = [self.last[1], byte];
        urgent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> (Vec<Command>, usize) {
        let mut buffer: VecDeque<u8> = bytes.iter().copied().collect();
        let commands = std::iter::from_fn(|| next(&mut buffer)).collect();
        (commands, buffer.len())
    }

    #[test]
    fn commands_are_taken_whole() {
        let (commands, left) = all(
            b"\x1b@\x1dP\xcb\xcb\x1da\xff\x1bJ\x10\x1dv0\0\x01\0\x02\0\xf0\x0f\x1dVA\0\x1dr\x01",
        );
        let picture = Command::Picture { mode: 0, stride: 1, dots: vec![0xf0, 0x0f] };
        let expected = [
            Command::Reset,
            Command::MotionUnits(203),
            Command::Reports(0xff),
            Command::FeedUnits(16),
            picture,
            Command::Cut,
            Command::Question(1),
        ];
        assert_eq!((&commands[..], left), (&expected[..], 0));
        assert_eq!(all(b"\x1d(H\x06\x0000abcd").0, [Command::Mark(*b"abcd")]);
        assert_eq!(all(b"\x1dv0\0\x01\0\x02\0\xf0"), (vec![], 9));
    }

    #[test]
    fn what_other_hosts_send_is_taken_whole_too() {
        let (commands, left) = all(
            b"\x1c(A\x02\x000\x00\x1cS\0\0\x1c.\x1c-0\x1cC0\x1dkC\x0c201234567890\x1dk\x04AB\0\
              \x1ba\x01\x1dIB\x1d8L\x0b\0\0\x000p0\x01\x011\x09\0\x01\0\x80\x1d(L\x02\x0002",
        );
        let nothing = || Command::Nothing;
        let expected = [
            nothing(),
            nothing(),
            nothing(),
            nothing(),
            nothing(),
            nothing(),
            nothing(),
            Command::Justify(1),
            Command::Identity(66),
            Command::Keep { stride: 2, dots: vec![0x80] },
            Command::PrintKept,
        ];
        assert_eq!((&commands[..], left), (&expected[..], 0));
    }

    #[test]
    fn urgent_commands_are_found_inside_pictures() {
        let mut lookout = Lookout::default();
        let found: Vec<Urgent> = b"\x1dv0\0\x04\0\x01\0\x10\x04\x01\x00"
            .iter()
            .filter_map(|byte| lookout.push(*byte))
            .collect();
        assert_eq!(found, [Urgent::Status(1)]);
    }
}
