//! The shape that every ZVT message has: class, instruction, length, body.

/// No message of the commands used here comes near this; more is noise.
pub const BODY_BYTES_MAX: usize = 4_096;

/// One message in either direction.
#[derive(Clone, PartialEq, Eq)]
pub struct Apdu {
    pub class: u8,
    pub instruction: u8,
    pub body: Vec<u8>,
}

/// A body may hold a card number, so it is never shown.
impl std::fmt::Debug for Apdu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Apdu { class, instruction, body } = self;
        write!(f, "Apdu({class:02X} {instruction:02X}, {} bytes)", body.len())
    }
}

impl Apdu {
    pub fn new(class: u8, instruction: u8, body: Vec<u8>) -> Apdu {
        Apdu { class, instruction, body }
    }

    /// The acknowledgement that each side gives for each message of the other.
    pub fn acknowledgement() -> Apdu {
        Apdu::new(0x80, 0x00, Vec::new())
    }

    pub fn encode(&self) -> Vec<u8> {
        assert!(self.body.len() <= BODY_BYTES_MAX, "a message of ours is never that long");
        let mut bytes = vec![self.class, self.instruction];
        if self.body.len() < 0xff {
            bytes.push(self.body.len() as u8);
        } else {
            bytes.push(0xff);
            bytes.extend((self.body.len() as u16).to_le_bytes());
        }
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// What stands at the beginning of some bytes.
#[derive(Debug, PartialEq, Eq)]
pub enum Decoded {
    Whole { apdu: Apdu, used: usize },
    More,
    TooLong,
}

/// Takes one message off the front.
pub fn decode(bytes: &[u8]) -> Decoded {
    let [class, instruction, length, rest @ ..] = bytes else {
        return Decoded::More;
    };
    let (length, header) = match (length, rest) {
        (0xff, [low, high, ..]) => (usize::from(u16::from_le_bytes([*low, *high])), 5),
        (0xff, _) => return Decoded::More,
        (length, _) => (usize::from(*length), 3),
    };
    if length > BODY_BYTES_MAX {
        return Decoded::TooLong;
    }
    match bytes.get(header..header + length) {
        None => Decoded::More,
        Some(body) => {
            let apdu = Apdu::new(*class, *instruction, body.to_vec());
            Decoded::Whole { apdu, used: header + length }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_bodies_have_a_long_length() {
        let apdu = Apdu::new(0x06, 0xd3, vec![7; 300]);
        let bytes = apdu.encode();
        assert_eq!(bytes[..5], [0x06, 0xd3, 0xff, 0x2c, 0x01]);
        assert_eq!(decode(&bytes), Decoded::Whole { apdu, used: 305 });
        assert_eq!(decode(&[0x06, 0xd3, 0xff, 0xff, 0xff]), Decoded::TooLong);
        assert_eq!(Apdu::acknowledgement().encode(), [0x80, 0, 0]);
    }

    proptest! {
        #[test]
        fn a_message_is_found_whole_however_it_is_cut(
            class: u8, instruction: u8, body in proptest::collection::vec(any::<u8>(), 0..600),
            cut in 0usize..600,
        ) {
            let apdu = Apdu::new(class, instruction, body);
            let bytes = apdu.encode();
            if cut < bytes.len() {
                prop_assert_eq!(decode(&bytes[..cut]), Decoded::More);
            }
            prop_assert_eq!(decode(&bytes), Decoded::Whole { apdu, used: bytes.len() });
        }

        #[test]
        fn no_bytes_make_it_fall_over(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            decode(&bytes);
        }
    }
}
