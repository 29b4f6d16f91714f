//! The frame around each message on a serial line: DLE STX … DLE ETX and two bytes of checksum,
//! low byte first, computed over the message and ETX with the reflected polynomial 8408h. Inside,
//! DLE is sent twice.

const DLE: u8 = 0x10;
const STX: u8 = 0x02;
const ETX: u8 = 0x03;
pub const ACK: u8 = 0x06;
pub const NAK: u8 = 0x15;

pub fn wrap(message: &[u8]) -> Vec<u8> {
    let mut frame = vec![DLE, STX];
    for byte in message {
        frame.extend(std::iter::repeat_n(*byte, if *byte == DLE { 2 } else { 1 }));
    }
    let [low, high] = sum(message).to_le_bytes();
    frame.extend([DLE, ETX, low, high]);
    frame
}

fn sum(message: &[u8]) -> u16 {
    let mut sum = 0u16;
    for byte in message.iter().chain([&ETX]) {
        sum ^= u16::from(*byte);
        for _ in 0..8 {
            let carry = sum & 1;
            sum >>= 1;
            if carry == 1 {
                sum ^= 0x8408;
            }
        }
    }
    sum
}

/// What was found at the front of the bytes of a line.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    Message(Vec<u8>),
    Damaged,
    Ack,
    Nak,
}

/// Takes the next frame or answer out of what has come; noise before it goes as well.
pub fn unwrap(held: &mut Vec<u8>) -> Option<Found> {
    loop {
        match *held.first()? {
            ACK => {
                held.remove(0);
                return Some(Found::Ack);
            }
            NAK => {
                held.remove(0);
                return Some(Found::Nak);
            }
            DLE if held.len() < 2 => return None,
            DLE if held[1] == STX => break,
            _ => {
                held.remove(0);
            }
        }
    }
    let mut message = Vec::new();
    let mut at = 2;
    loop {
        match (held.get(at)?, held.get(at + 1)) {
            (&DLE, Some(&DLE)) => {
                message.push(DLE);
                at += 2;
            }
            (&DLE, Some(&ETX)) => break,
            (&DLE, Some(_)) => {
                held.drain(..at);
                return Some(Found::Damaged);
            }
            (&DLE, None) => return None,
            (byte, _) => {
                message.push(*byte);
                at += 1;
            }
        }
    }
    let given = u16::from_le_bytes([*held.get(at + 2)?, *held.get(at + 3)?]);
    held.drain(..at + 4);
    Some(if given == sum(&message) { Found::Message(message) } else { Found::Damaged })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_after_noise_and_checked() {
        assert_eq!(wrap(&[0x80, 0, 0]), [0x10, 2, 0x80, 0, 0, 0x10, 3, 0xf5, 0x1f]);
        let mut held = vec![0xff, 0x00];
        held.extend(wrap(&[6, 0x10, 1]));
        held.push(ACK);
        assert_eq!(unwrap(&mut held), Some(Found::Message(vec![6, 0x10, 1])));
        assert_eq!(unwrap(&mut held), Some(Found::Ack));
        let mut held = wrap(&[6, 0x0f, 0]);
        held[3] ^= 1;
        assert_eq!(unwrap(&mut held), Some(Found::Damaged));
        assert_eq!(unwrap(&mut held), None);
    }
}
