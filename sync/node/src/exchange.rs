//! One whole exchange with the centre, for a program that has nothing else to do.

use std::sync::mpsc;

use ledger::Moment;
use replica::Rejection;
use thiserror::Error;

use crate::link::{Link, LinkBusy, LinkError, LinkEvent, LinkFault, LinkOptions};
use crate::store::{AppendError, PackTaken, PhotoTaken, Store, StoreError};

/// The most requests of one exchange: a batch each, far more than a device that was away for a year
/// has to send. A centre that never has enough ends here.
const REQUESTS_MAX: u32 = 10_000;

/// How often a centre may ask for older entries in one exchange. Once is a restored backup; again
/// means that it forgets what it is given.
const GAPS_MAX: u32 = 2;

/// No pack has this version.
const IN_USE_NONE: u32 = 0;

/// What an exchange did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exchanged {
    pub requests: u32,
    /// How many entries the centre acknowledged.
    pub sent: u64,
    pub buildings: u64,
    /// How many photos the office has whole since.
    pub photos: u32,
    /// How many entries the office keeps apart.
    pub quarantined: u64,
    /// The version of the rule pack that came.
    pub pack: Option<u32>,
}

#[derive(Debug, Error)]
pub enum ExchangeError {
    #[error("the link to the centre cannot be made")]
    Link(#[source] LinkError),
    #[error("the centre gives no answer")]
    Down(#[source] LinkFault),
    #[error("the books failed during the exchange")]
    Store(#[source] StoreError),
    #[error("the centre refuses what this device sends")]
    Rejected(#[source] Rejection),
    #[error("the exchange does not come to an end after {0} requests")]
    Endless(u32),
    #[error("the link to the centre ended")]
    Ended,
}

/// Sends and asks until the centre has everything and this device too. Ends at the first failure;
/// what was taken until then is kept. `now` reads the clocks.
pub fn exchange_until_quiet(
    store: &mut Store,
    options: LinkOptions,
    now: impl Fn() -> Moment,
) -> Result<Exchanged, ExchangeError> {
    let (to_here, events) = mpsc::sync_channel(1);
    let link = Link::start(options, move |event| {
        // Nobody waits any more once the exchange has failed.
        let _ = to_here.send(event);
    })
    .map_err(ExchangeError::Link)?;
    let unsent = store.to_send();
    let mut done = Exchanged::default();
    let mut gaps = 0;
    loop {
        let request = store.next_request(now()).map_err(ExchangeError::Store)?;
        link.send(request).map_err(|LinkBusy| ExchangeError::Ended)?;
        let packed = match events.recv().map_err(|_| ExchangeError::Ended)? {
            LinkEvent::Answered(packed) => packed,
            LinkEvent::Down { why, .. } => return Err(ExchangeError::Down(why)),
            // Nothing of a photo, a pack, a parcel, a name or earlier payments was asked.
            LinkEvent::PhotoAnswered(_)
            | LinkEvent::PackCame(..)
            | LinkEvent::EarlierAnswered(_)
            | LinkEvent::NamesAnswered(_)
            | LinkEvent::Replied(_) => {
                return Err(ExchangeError::Ended);
            }
        };
        let taken = store.take_answer(&packed, now()).map_err(ExchangeError::Store)?;
        done.requests += 1;
        done.buildings += taken.buildings as u64;
        done.quarantined += taken.quarantined.len() as u64;
        match taken.rejection {
            None => {}
            Some(Rejection::Gap(_)) if gaps < GAPS_MAX => gaps += 1,
            // What is locked is still sent, until the office has all of it.
            Some(Rejection::Fork(_) | Rejection::Frozen) if taken.more => {}
            Some(rejection) => return Err(ExchangeError::Rejected(rejection)),
        }
        done.sent = unsent.saturating_sub(store.to_send());
        if store.to_send() == 0 && !taken.more {
            let (more, pack) = fetch_pack(store, (&link, &events), &now)?;
            done.pack = pack.or(done.pack);
            if more {
                // The office hears at once what came of it.
                continue;
            }
            done.photos = send_photos(store, (&link, &events), now)?;
            return Ok(done);
        }
        if done.requests == REQUESTS_MAX {
            return Err(ExchangeError::Endless(REQUESTS_MAX));
        }
    }
}

/// Fetches the rule pack that the office offered, if it did; whether the books have a word on it
/// since, and the version that is kept.
fn fetch_pack(
    store: &mut Store,
    (link, events): (&Link, &mpsc::Receiver<LinkEvent>),
    now: impl Fn() -> Moment,
) -> Result<(bool, Option<u32>), ExchangeError> {
    let mut kept = None;
    while let Some(piece) = store.next_pack_piece(now()).map_err(ExchangeError::Store)? {
        link.fetch_pack(piece).map_err(|LinkBusy| ExchangeError::Ended)?;
        match events.recv().map_err(|_| ExchangeError::Ended)? {
            LinkEvent::PackCame(piece, bytes) => {
                let taken = store.take_pack_piece(piece, &bytes, now());
                match taken.map_err(ExchangeError::Store)? {
                    PackTaken::GoesOn => {}
                    PackTaken::Kept(version) => kept = Some(version),
                    PackTaken::Refused(_) => break,
                }
            }
            // The books are there, which is what was asked for; what came of the pack is kept.
            LinkEvent::Down { why, .. } => {
                tracing::warn!(error = &why as &dyn std::error::Error, "the rule pack waits");
                break;
            }
            LinkEvent::Answered(_)
            | LinkEvent::PhotoAnswered(_)
            | LinkEvent::EarlierAnswered(_)
            | LinkEvent::NamesAnswered(_)
            | LinkEvent::Replied(_) => {
                return Err(ExchangeError::Ended);
            }
        }
    }
    // Which one is in use is the desk's to say.
    match store.tell_packs(IN_USE_NONE, now()) {
        Ok(said) => Ok((!said.is_empty(), kept)),
        Err(AppendError::Store(error)) => Err(ExchangeError::Store(error)),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "what came of the rule pack is said another time");
            Ok((false, kept))
        }
    }
}

/// Sends photos until none is left that the centre takes now.
fn send_photos(
    store: &mut Store,
    (link, events): (&Link, &mpsc::Receiver<LinkEvent>),
    now: impl Fn() -> Moment,
) -> Result<u32, ExchangeError> {
    let mut whole = 0;
    for _ in 0..REQUESTS_MAX {
        let piece = store.next_photo_piece(now()).map_err(ExchangeError::Store)?;
        let Some(piece) = piece else { return Ok(whole) };
        link.send_photo(piece).map_err(|LinkBusy| ExchangeError::Ended)?;
        match events.recv().map_err(|_| ExchangeError::Ended)? {
            LinkEvent::PhotoAnswered(answer) => {
                let taken = store.take_photo_answer(&answer, now());
                if let PhotoTaken::Whole(_) = taken.map_err(ExchangeError::Store)? {
                    whole += 1;
                }
            }
            // The books are there, which is what was asked for; photos come another time.
            LinkEvent::Down { why, .. } => {
                tracing::warn!(error = &why as &dyn std::error::Error, "photos wait");
                if why.is_of_the_length() {
                    store.photo_piece_lost();
                }
                return Ok(whole);
            }
            LinkEvent::Answered(_)
            | LinkEvent::PackCame(..)
            | LinkEvent::EarlierAnswered(_)
            | LinkEvent::NamesAnswered(_)
            | LinkEvent::Replied(_) => {
                return Err(ExchangeError::Ended);
            }
        }
    }
    Err(ExchangeError::Endless(REQUESTS_MAX))
}
