//! The frame around a message on a serial line: DLE STX, the message with every DLE doubled,
//! DLE ETX, and a checksum over the message and ETX. Each frame is answered by a single byte.

pub const DLE: u8 = 0x10;
pub const STX: u8 = 0x02;
pub const ETX: u8 = 0x03;
pub const ACK: u8 = 0x06;
pub const NAK: u8 = 0x15;

/// A message of the greatest length, every byte of it doubled, fits well.
const FRAME_BYTES_MAX: usize = 10_000;

pub fn frame(message: &[u8]) -> Vec<u8> {
    let mut bytes = vec![DLE, STX];
    for byte in message {
        bytes.push(*byte);
        if *byte == DLE {
            bytes.push(DLE);
        }
    }
    bytes.extend([DLE, ETX]);
    bytes.extend(checksum(message).to_le_bytes());
    bytes
}

/// CRC-16 with the polynomial of CCITT, lowest bit first, starting at 0.
fn checksum(message: &[u8]) -> u16 {
    message.iter().chain(&[ETX]).fold(0, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum, _| {
            if sum & 1 == 1 { (sum >> 1) ^ 0x8408 } else { sum >> 1 }
        })
    })
}

/// What a byte from the line completed.
#[derive(Debug, PartialEq, Eq)]
pub enum Received {
    Message(Vec<u8>),
    /// A frame whose checksum does not fit: it has to be asked for again.
    Damaged,
    Acknowledged,
    Refused,
}

#[derive(Debug, Default)]
enum At {
    #[default]
    Outside,
    OutsideDle,
    Inside,
    InsideDle,
    Checksum(Option<u8>),
}

/// Finds frames in a stream of bytes, and finds the way back after noise.
#[derive(Debug, Default)]
pub struct Deframer {
    at: At,
    message: Vec<u8>,
}

impl Deframer {
    pub fn push(&mut self, byte: u8) -> Option<Received> {
        match self.at {
            At::Outside => match byte {
                DLE => self.at = At::OutsideDle,
                ACK => return Some(Received::Acknowledged),
                NAK => return Some(Received::Refused),
                _ => {}
            },
            At::OutsideDle => self.start_if(byte == STX, byte),
            At::Inside if byte == DLE => self.at = At::InsideDle,
            At::Inside => return self.take(byte),
            At::InsideDle => match byte {
                DLE => {
                    self.at = At::Inside;
                    return self.take(DLE);
                }
                ETX => self.at = At::Checksum(None),
                // A new frame inside an old one: the end of the old one was lost.
                _ => self.start_if(byte == STX, byte),
            },
            At::Checksum(None) => self.at = At::Checksum(Some(byte)),
            At::Checksum(Some(low)) => return Some(self.end(u16::from_le_bytes([low, byte]))),
        }
        None
    }

    fn start_if(&mut self, starts: bool, byte: u8) {
        self.message.clear();
        self.at = match (starts, byte) {
            (true, _) => At::Inside,
            (false, DLE) => At::OutsideDle,
            (false, _) => At::Outside,
        };
    }

    fn take(&mut self, byte: u8) -> Option<Received> {
        self.message.push(byte);
        if self.message.len() > FRAME_BYTES_MAX {
            self.start_if(false, 0);
            return Some(Received::Damaged);
        }
        None
    }

    fn end(&mut self, sum: u16) -> Received {
        self.at = At::Outside;
        let message = std::mem::take(&mut self.message);
        if checksum(&message) == sum { Received::Message(message) } else { Received::Damaged }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn received(bytes: &[u8]) -> Vec<Received> {
        let mut deframer = Deframer::default();
        bytes.iter().filter_map(|byte| deframer.push(*byte)).collect()
    }

    #[test]
    fn the_checksum_is_the_one_that_terminals_compute() {
        // The acknowledgement as it is printed in many a log: 10 02 80 00 00 10 03 F5 1F.
        assert_eq!(frame(&[0x80, 0, 0]), [0x10, 2, 0x80, 0, 0, 0x10, 3, 0xf5, 0x1f]);
    }

    #[test]
    fn a_damaged_frame_is_noticed_and_the_next_one_read() {
        let mut bytes = frame(&[6, 0x0f, 0]);
        bytes[3] ^= 1;
        bytes.extend(frame(&[0x80, 0, 0]));
        bytes.push(ACK);
        let expected =
            [Received::Damaged, Received::Message(vec![0x80, 0, 0]), Received::Acknowledged];
        assert_eq!(received(&bytes), expected);
    }

    proptest! {
        #[test]
        fn every_message_survives_its_frame_after_any_noise(
            message in proptest::collection::vec(prop_oneof![Just(DLE), any::<u8>()], 0..200),
            noise in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            let mut bytes = noise;
            // A frame that noise happened to open swallows one message; the repetition stands.
            for _ in 0..3 {
                bytes.extend(frame(&message));
            }
            prop_assert_eq!(received(&bytes).pop(), Some(Received::Message(message)));
        }
    }
}
