//! Readers of chip cards, by the system's own service for them (PC/SC, pcscd).
//!
//! A card that is pulled while it answers is not always an error of the service: some readers hand
//! over the half that they have, as if it were whole. So the number is asked for after each
//! command, and an answer counts only where the same card is still there to say it.

use std::collections::VecDeque;
use std::ffi::{CStr, CString};
use std::time::{Duration, Instant};

use pcsc::{
    Card, Context, Error, MAX_BUFFER_SIZE_EXTENDED, Protocols, ReaderState, Scope, ShareMode, State,
};

use super::{CardEvent, CardReader, Uid};
use crate::fault::Fault;

/// Asks the reader for the card's number (PC/SC part 3, GET DATA).
const GET_UID: [u8; 5] = [0xff, 0xca, 0x00, 0x00, 0x00];
const DONE: [u8; 2] = [0x90, 0x00];
/// How long the service is asked to wait at once, so that the loop keeps its limit.
const LOOK: Duration = Duration::from_millis(500);
/// How long a card that was pulled is left alone before the reader is looked at again.
const AGAIN: Duration = Duration::from_millis(200);
/// ISO 14443-3: a number of four bytes that begins with this is made up anew each time.
const MADE_UP: u8 = 0x08;

/// The reader whose name begins with this, or the first one where the name is empty.
pub struct PcscReader {
    name: String,
    connected: Option<Connected>,
}

struct Connected {
    context: Context,
    state: ReaderState,
    /// The card that lies there, and its number.
    card: Option<(Card, Uid)>,
    events: VecDeque<CardEvent>,
}

impl PcscReader {
    pub fn new(name: &str) -> PcscReader {
        PcscReader { name: name.to_owned(), connected: None }
    }

    fn connected(&mut self) -> Result<&mut Connected, Fault> {
        if self.connected.is_none() {
            self.connected = Some(Connected::to(&self.name)?);
        }
        Ok(self.connected.as_mut().expect("it was connected just now"))
    }
}

impl CardReader for PcscReader {
    fn wait(&mut self, limit: Duration) -> Result<Option<CardEvent>, Fault> {
        let until = Instant::now() + limit;
        loop {
            let connected = self.connected()?;
            if let Some(event) = connected.events.pop_front() {
                return Ok(Some(event));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            match connected.look(left.min(LOOK)) {
                Ok(()) => {}
                // It was away again before its number was whole: nothing of it is kept. It may be
                // laid down again sooner than the service notices, so that it is looked for anew.
                Err(Fault::CardGone) => {
                    tracing::debug!("a card was pulled before it was read");
                    connected.look_anew();
                    std::thread::sleep(AGAIN.min(left));
                }
                Err(fault) => {
                    if matches!(fault, Fault::Unplugged) {
                        self.connected = None;
                    }
                    return Err(fault);
                }
            }
        }
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, Fault> {
        let connected = self.connected()?;
        let (card, uid) = connected.card.as_ref().ok_or(Fault::CardGone)?;
        let answered = answer(card, command).and_then(|said| match number(card) {
            Ok(still) if still == *uid => Ok(said),
            _ => Err(Fault::CardGone),
        });
        if matches!(answered, Err(Fault::CardGone)) {
            connected.forget_card();
        }
        answered
    }
}

impl Connected {
    fn to(name: &str) -> Result<Connected, Fault> {
        let context = Context::establish(Scope::System).map_err(fault)?;
        let readers = context.list_readers_owned().map_err(fault)?;
        let named = |reader: &CString| reader.to_bytes().starts_with(name.as_bytes());
        let reader = readers.into_iter().find(named).ok_or(Fault::Unplugged)?;
        let state = ReaderState::new(reader, State::UNAWARE);
        Ok(Connected { context, state, card: None, events: VecDeque::new() })
    }

    /// Waits until something changes at the reader, and reads what lies there then.
    fn look(&mut self, limit: Duration) -> Result<(), Fault> {
        let before = self.state.event_count();
        let readers = std::slice::from_mut(&mut self.state);
        match self.context.get_status_change(limit, readers) {
            Ok(()) => {}
            Err(Error::Timeout) => return Ok(()),
            Err(error) => return Err(fault(error)),
        }
        self.state.sync_current_state();
        let now = self.state.event_state();
        if now.intersects(State::UNKNOWN | State::UNAVAILABLE | State::IGNORE) {
            return Err(Fault::Unplugged);
        }
        let is_there = now.contains(State::PRESENT);
        let another = before != self.state.event_count();
        if (!is_there || another) && self.card.take().is_some() {
            self.events.push_back(CardEvent::Removed);
        }
        if !is_there || self.card.is_some() || now.contains(State::EXCLUSIVE) {
            return Ok(());
        }
        let name = self.state.name().to_owned();
        let (card, uid) = self.read(&name)?;
        self.events.push_back(CardEvent::Presented(uid.clone()));
        self.card = Some((card, uid));
        Ok(())
    }

    /// The card left in the middle of something, or another program reset it: what lies there is
    /// looked at anew.
    fn forget_card(&mut self) {
        self.card = None;
        self.events.push_back(CardEvent::Removed);
        self.look_anew();
    }

    /// Whatever lies there is news to the next look.
    fn look_anew(&mut self) {
        self.state = ReaderState::new(self.state.name().to_owned(), State::UNAWARE);
    }

    fn read(&self, reader: &CStr) -> Result<(Card, Uid), Fault> {
        let card =
            self.context.connect(reader, ShareMode::Shared, Protocols::ANY).map_err(fault)?;
        // Half a number may look like a shorter one.
        let (first, again) = (answer(&card, &GET_UID)?, answer(&card, &GET_UID)?);
        if first != again {
            return Err(Fault::CardGone);
        }
        let uid = uid(&first)?;
        Ok((card, uid))
    }
}

fn number(card: &Card) -> Result<Uid, Fault> {
    uid(&answer(card, &GET_UID)?)
}

/// The whole answer to one command, its status at its end.
fn answer(card: &Card, command: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut buffer = vec![0; MAX_BUFFER_SIZE_EXTENDED];
    let said = card.transmit(command, &mut buffer).map_err(fault)?;
    match said.len() {
        0 | 1 => Err(Fault::CardGone),
        _ => Ok(said.to_vec()),
    }
}

/// The number in the answer of a card.
fn uid(said: &[u8]) -> Result<Uid, Fault> {
    let (number, status) = said.split_at(said.len().saturating_sub(DONE.len()));
    if status != DONE {
        let status: String = status.iter().map(|byte| format!("{byte:02X}")).collect();
        return Err(Fault::Protocol(format!("the card tells no number, but {status}")));
    }
    match (number, Uid::new(number)) {
        ([MADE_UP, _, _, _], _) => {
            Err(Fault::Protocol("the card makes up a new number each time".to_owned()))
        }
        (_, Some(uid)) => Ok(uid),
        (_, None) => Err(Fault::Protocol(format!("a number of {} bytes", number.len()))),
    }
}

/// Sorts the service's error into the fault that a person would name.
fn fault(error: Error) -> Fault {
    match error {
        // What became of a command while its card left, nobody knows.
        Error::RemovedCard
        | Error::NoSmartcard
        | Error::ResetCard
        | Error::UnpoweredCard
        | Error::UnresponsiveCard
        | Error::NotTransacted
        | Error::CommError
        | Error::CommDataLost => Fault::CardGone,
        Error::NoService
        | Error::ServiceStopped
        | Error::Shutdown
        | Error::NoReadersAvailable
        | Error::ReaderUnavailable
        | Error::UnknownReader
        | Error::InvalidHandle => Fault::Unplugged,
        Error::SharingViolation | Error::ServerTooBusy => Fault::Busy,
        Error::Timeout | Error::WaitedTooLong => Fault::Timeout,
        error => Fault::Protocol(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_answer_that_went_well_is_a_number() {
        let word = |said: &[u8]| uid(said).map(|uid| uid.to_string()).map_err(|f| f.to_string());
        let long = [0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0x80, 0x90, 0x00];
        assert_eq!(word(&long).unwrap(), "04A1B2C3D4E580");
        for said in [&long[..8], &[0x6a, 0x82], &[0x90, 0x00], &[0x04, 0xa1, 0x90, 0x00], &[]] {
            word(said).unwrap_err();
        }
        assert!(word(&[0x08, 1, 2, 3, 0x90, 0x00]).unwrap_err().contains("a new number"));
    }
}
