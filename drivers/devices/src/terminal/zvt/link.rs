//! Messages on a wire: bare on TCP, framed and answered byte by byte on a serial line.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::address::PortAddress;
use crate::fault::Fault;
use crate::port::{self, Port};
use crate::terminal::zvt::apdu::{Apdu, Decoded, decode};
use crate::terminal::zvt::framing::{ACK, Deframer, NAK, Received, frame};

/// A message of ours has at most a few hundred bytes.
const SEND_LIMIT: Duration = Duration::from_secs(3);
/// How long the other end of a serial line has to say that a frame came whole.
const FRAME_ANSWER_LIMIT: Duration = Duration::from_secs(5);
/// How often a frame is sent that the other end did not get whole.
const FRAME_TRIES_MAX: u32 = 3;
/// A terminal never sends this many messages ahead of our acknowledgements.
const QUEUED_MESSAGES_MAX: usize = 16;

pub struct Link {
    port: Box<dyn Port>,
    wire: Wire,
}

enum Wire {
    Bare { held: Vec<u8> },
    Framed { deframer: Deframer, queued: VecDeque<Apdu> },
}

impl Link {
    /// Over a port that is open; its address says what kind of wire it is.
    pub fn over(port: Box<dyn Port>, address: &PortAddress) -> Link {
        let wire = match address {
            PortAddress::Tcp { .. } => Wire::Bare { held: Vec::new() },
            PortAddress::Serial { .. }
            | PortAddress::File { .. }
            | PortAddress::Usb { .. }
            | PortAddress::Bluetooth(_)
            | PortAddress::Pcsc { .. } => {
                Wire::Framed { deframer: Deframer::default(), queued: VecDeque::new() }
            }
        };
        Link { port, wire }
    }

    pub fn send(&mut self, apdu: &Apdu) -> Result<(), Fault> {
        match &mut self.wire {
            Wire::Bare { .. } => port::send(&mut *self.port, &apdu.encode(), SEND_LIMIT),
            Wire::Framed { deframer, queued } => {
                send_framed(&mut *self.port, deframer, queued, apdu)
            }
        }
    }

    /// The next message, or nothing where none came by the limit.
    pub fn receive(&mut self, limit: Duration) -> Result<Option<Apdu>, Fault> {
        let until = Instant::now() + limit;
        loop {
            if let Some(apdu) = self.next_held()? {
                return Ok(Some(apdu));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            self.read(left)?;
        }
    }

    fn next_held(&mut self) -> Result<Option<Apdu>, Fault> {
        match &mut self.wire {
            Wire::Framed { queued, .. } => Ok(queued.pop_front()),
            Wire::Bare { held } => match decode(held) {
                Decoded::More => Ok(None),
                Decoded::TooLong => Err(Fault::Protocol("a message without end".to_owned())),
                Decoded::Whole { apdu, used } => {
                    held.drain(..used);
                    Ok(Some(apdu))
                }
            },
        }
    }

    fn read(&mut self, limit: Duration) -> Result<(), Fault> {
        let mut buffer = [0; 512];
        let count = match port::receive(&mut *self.port, &mut buffer, limit) {
            Ok(count) => count,
            Err(Fault::Timeout) => return Ok(()),
            Err(fault) => return Err(fault),
        };
        match &mut self.wire {
            Wire::Bare { held } => held.extend_from_slice(&buffer[..count]),
            Wire::Framed { deframer, queued } => {
                for byte in &buffer[..count] {
                    if let Some(received) = deframer.push(*byte) {
                        take_frame(&mut *self.port, queued, received)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// A frame counts as sent only when the other end has said so: before that the terminal has not
/// acted on it, and three damaged tries leave nothing behind.
fn send_framed(
    port: &mut dyn Port,
    deframer: &mut Deframer,
    queued: &mut VecDeque<Apdu>,
    apdu: &Apdu,
) -> Result<(), Fault> {
    for _ in 0..FRAME_TRIES_MAX {
        port::send(port, &frame(&apdu.encode()), SEND_LIMIT)?;
        let until = Instant::now() + FRAME_ANSWER_LIMIT;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Fault::Timeout);
            }
            let mut byte = [0];
            port::receive(port, &mut byte, left)?;
            match deframer.push(byte[0]) {
                Some(Received::Acknowledged) => return Ok(()),
                Some(Received::Refused) => break,
                Some(received) => take_frame(port, queued, received)?,
                None => {}
            }
        }
    }
    Err(Fault::Protocol("the line damages every frame".to_owned()))
}

fn take_frame(
    port: &mut dyn Port,
    queued: &mut VecDeque<Apdu>,
    received: Received,
) -> Result<(), Fault> {
    let answer = match received {
        Received::Acknowledged | Received::Refused => return Ok(()),
        Received::Damaged => NAK,
        Received::Message(message) => match decode(&message) {
            Decoded::Whole { apdu, used } if used == message.len() => {
                if queued.len() >= QUEUED_MESSAGES_MAX {
                    return Err(Fault::Protocol("more messages than can be true".to_owned()));
                }
                queued.push_back(apdu);
                ACK
            }
            Decoded::Whole { .. } | Decoded::More | Decoded::TooLong => NAK,
        },
    };
    port::send(port, &[answer], SEND_LIMIT)
}
