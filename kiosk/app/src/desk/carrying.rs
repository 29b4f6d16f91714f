//! Books on their way without a line: the door for devices nearby, the call to one, the squares on
//! the glass; and the parcels of other devices, which go out when this one has a line.

use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use flow::{Brought, Carried, CarryFault, SquaresRead, Wanted, World};
use ledger::{Hash, PublicKey, Writer};
use node::{
    Call, Called, Carrier, FrameError, FrameReader, Frames, FramesRead, Guest, Host, MeetingError,
    NearbyError, NotTaken, Offer, POSTED_BYTES_MAX, SignedOffer, SignedReplies, StoreError,
    is_frame, is_offer,
};

use super::stick::{Work, Writing};
use super::{Desk, Word};
use crate::carry::{CarryError, OnStick};

/// How long a thread waits for the desk's answer: a desk that takes longer is about to end.
pub(super) const DESK_ANSWERS: Duration = Duration::from_secs(15);

/// How often a door that cannot be opened is tried: a network may come.
const DOOR_AGAIN_MS: u64 = 5_000;

/// For how many questions, a second apart, the office's reply is waited for after the parcel was
/// handed over.
const REPLY_ASKED_MAX: u32 = 60;

/// What is under way.
#[derive(Default)]
pub(super) struct Carrying {
    door: Option<Carrier>,
    /// Which of the doors since the start it is: what another one asks is of no use any more.
    doors: u64,
    /// When a door that could not be opened is tried again.
    door_at_ms: u64,
    call: Option<u64>,
    calls: u64,
    stream: Option<Stream>,
    reader: FrameReader,
    pub(super) writing: Writing,
    /// The errand that the link has.
    pub(super) errand: Option<(Writer, Hash)>,
    /// When the next errand may go out.
    pub(super) errand_at_ms: u64,
    /// No errand waits, as far as is known.
    pub(super) no_errand: bool,
    /// Those that did not get through since the last pause: the others come first.
    pub(super) failed: Vec<Writer>,
}

struct Stream {
    of: Option<Writer>,
    frames: Frames,
    /// Of the square that is shown next.
    place: usize,
}

/// What the door's, the call's and the stick's threads ask, each with where the answer goes.
pub(super) enum Asked {
    /// Which door it is, and what it offers.
    Sign(u64, Offer, SyncSender<SignedOffer>),
    Known(Writer, SyncSender<Option<PublicKey>>),
    ReplyFor(Writer, SyncSender<Option<Vec<u8>>>),
    Take(Vec<u8>, SyncSender<Option<Result<(), NotTaken>>>),
    /// Which call it is, and the reply that it fetched.
    TakeReply(u64, Vec<u8>, SyncSender<bool>),
    Parcel(u64, SyncSender<Option<Vec<u8>>>),
    /// A call says that it handed the parcel over, and asks whether it is still wanted.
    HandedOver(u64, SyncSender<bool>),
    CallEnded(u64, Result<Called, NearbyError>),
    /// What the stick's thread does with the books; it hears by itself what came of it.
    Books(Work),
    StickEnded(Result<OnStick, CarryError>),
}

/// The desk's inbox, as those threads see it.
struct Inbox(SyncSender<Word>);

impl Inbox {
    fn ask<T>(&self, asked: impl FnOnce(SyncSender<T>) -> Asked) -> Option<T> {
        let (to_here, answer) = sync_channel(1);
        self.0.send(Word::Nearby(asked(to_here))).ok()?;
        answer.recv_timeout(DESK_ANSWERS).ok()
    }
}

/// One door, as its threads see the desk.
struct Keeper {
    inbox: Inbox,
    door: u64,
}

impl Host for Keeper {
    fn sign(&self, offer: Offer) -> Option<SignedOffer> {
        self.inbox.ask(|answer| Asked::Sign(self.door, offer, answer))
    }

    fn known(&self, writer: Writer) -> Option<PublicKey> {
        self.inbox.ask(|answer| Asked::Known(writer, answer)).flatten()
    }

    fn reply_for(&self, writer: Writer) -> Option<Vec<u8>> {
        self.inbox.ask(|answer| Asked::ReplyFor(writer, answer)).flatten()
    }

    fn take(&self, parcel: Vec<u8>) -> Option<Result<(), NotTaken>> {
        self.inbox.ask(|answer| Asked::Take(parcel, answer)).flatten()
    }
}

/// One call, as its thread sees the desk.
struct Caller {
    inbox: Inbox,
    call: u64,
    asked: Mutex<u32>,
}

impl Guest for Caller {
    fn take_reply(&self, reply: Vec<u8>) -> bool {
        self.inbox.ask(|answer| Asked::TakeReply(self.call, reply, answer)).unwrap_or(false)
    }

    fn parcel(&self) -> Option<Vec<u8>> {
        self.inbox.ask(|answer| Asked::Parcel(self.call, answer)).flatten()
    }

    fn handed_over(&self) -> bool {
        let Ok(mut asked) = self.asked.lock() else { return false };
        *asked += 1;
        *asked <= REPLY_ASKED_MAX
            && self.inbox.ask(|answer| Asked::HandedOver(self.call, answer)).unwrap_or(false)
    }
}

impl Desk {
    pub(super) fn tell_carried(&mut self, word: Carried) {
        self.take_in_own(World::Carried(word));
    }

    /// Begins and ends what the page on the glass wants to be going on.
    pub(super) fn keep_carrying(&mut self) {
        let wanted = self.own().flow.wanted();
        if wanted != Wanted::Door {
            self.carrying.door = None;
            self.carrying.door_at_ms = 0;
        } else if self.carrying.door.is_none() && self.now().mono_ms >= self.carrying.door_at_ms {
            self.open_door();
        }
        if wanted != Wanted::Call {
            self.carrying.call = None;
        } else if self.carrying.call.is_none() {
            // It ended while something else stood on the glass.
            self.tell_carried(Carried::CallEnded(Err(CarryFault::GoneAway)));
        }
        match (wanted, &self.carrying.stream) {
            (Wanted::Squares(of), Some(stream)) if stream.of == of => {}
            (Wanted::Squares(of), _) => self.begin_stream(of),
            (_, Some(_)) => self.carrying.stream = None,
            (_, None) => {}
        }
    }

    fn open_door(&mut self) {
        let listen = self.setup.config.carry.listen;
        let who = (self.setup.provision.writer, self.setup.provision.body.clone());
        self.carrying.doors += 1;
        let keeper = Keeper { inbox: Inbox(self.inbox.clone()), door: self.carrying.doors };
        match Carrier::open(listen, who, |port| addresses(listen, port), keeper) {
            Ok(door) => self.carrying.door = Some(door),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "no door for others");
                self.carrying.door_at_ms = self.now().mono_ms + DOOR_AGAIN_MS;
                self.tell_carried(Carried::Door(None));
            }
        }
    }

    fn begin_stream(&mut self, of: Option<Writer>) {
        let now = self.now();
        let store = &mut self.own().lending.store;
        let file = match of {
            None => store.parcel(now).map(|parcel| Some(parcel.written())),
            Some(writer) => store.reply_for(writer),
        };
        let frames = match file {
            Ok(Some(file)) => Frames::of(&file).map_err(|_| CarryFault::TooMuch),
            Ok(None) => Err(CarryFault::Books),
            Err(error) => Err(books_failed(&error)),
        };
        match frames {
            Ok(frames) => {
                self.carrying.stream = Some(Stream { of, frames, place: 0 });
                self.next_square();
            }
            Err(fault) => self.tell_carried(Carried::NoSquares(fault)),
        }
    }

    /// Shows the next square of the stream, where one is shown.
    pub(super) fn next_square(&mut self) {
        let Some(stream) = &mut self.carrying.stream else { return };
        let code = stream.frames.square(stream.place).to_owned();
        let (place, of) = (count(stream.place + 1), count(stream.frames.len()));
        stream.place = (stream.place + 1) % stream.frames.len();
        self.tell_carried(Carried::Square { code, place, of });
    }

    /// Whatever a scanner read on a page of carrying.
    pub(super) fn carry_scan(&mut self, text: &str) {
        if is_offer(text) {
            self.begin_call(text);
        } else if is_frame(text) {
            self.take_square(text);
        } else {
            self.tell_carried(Carried::Fault(CarryFault::Unreadable));
        }
    }

    fn begin_call(&mut self, text: &str) {
        if self.carrying.call.is_some() {
            return;
        }
        let call = match self.answered_offer(text) {
            Ok(call) => call,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "no call is made");
                return self.tell_carried(Carried::Fault(fault_of(&error)));
            }
        };
        self.carrying.calls += 1;
        let number = self.carrying.calls;
        let inbox = Inbox(self.inbox.clone());
        let work = move || {
            let caller = Caller { inbox, call: number, asked: Mutex::new(0) };
            let ended = call.make(&caller);
            let _ = caller.inbox.0.send(Word::Nearby(Asked::CallEnded(number, ended)));
        };
        if let Err(error) = thread::Builder::new().name("call".to_owned()).spawn(work) {
            tracing::error!(%error, "no call can be made");
            return self.tell_carried(Carried::Fault(CarryFault::NotReached));
        }
        self.carrying.call = Some(number);
        self.tell_carried(Carried::Calling);
    }

    fn answered_offer(&mut self, text: &str) -> Result<Call, NearbyError> {
        let offer = SignedOffer::read(text).map_err(NearbyError::Meeting)?;
        let (own, body) = (self.setup.provision.writer, self.setup.provision.body.clone());
        let store = &self.own().lending.store;
        let known = |writer| store.sister_key(writer).filter(|_| writer != own);
        offer.checked(&body, known).map_err(NearbyError::Meeting)?;
        Call::answering(offer, own, store.key())
    }

    fn take_square(&mut self, text: &str) {
        match self.carrying.reader.take(text) {
            Ok(FramesRead::Part { read, of }) => {
                let read = SquaresRead { read: count(read), of: count(of) };
                self.tell_carried(Carried::Read(read));
            }
            Ok(FramesRead::Whole(file)) => self.take_file(&file),
            Ok(FramesRead::Again) => {}
            // The same square comes again, and is read better.
            Err(FrameError::Check) => {}
            Err(FrameError::Whole) => self.tell_carried(Carried::Fault(CarryFault::Torn)),
            Err(FrameError::Shape | FrameError::Length) => {
                self.tell_carried(Carried::Fault(CarryFault::Unreadable));
            }
        }
    }

    /// A whole stream: the office's reply to this device, or the parcel of another one.
    fn take_file(&mut self, file: &[u8]) {
        if let Ok(signed) = SignedReplies::read(file) {
            match self.take_own_reply(&signed) {
                Ok(true) => {}
                Ok(false) => self.tell_carried(Carried::Fault(CarryFault::OlderReply)),
                Err(fault) => self.tell_carried(Carried::Fault(fault)),
            }
            return;
        }
        match self.take_errand(file) {
            Some(Ok(())) => {}
            Some(Err(NotTaken::Unreadable)) => {
                self.tell_carried(Carried::Fault(CarryFault::Unreadable));
            }
            Some(Err(NotTaken::Stranger | NotTaken::NotSigned)) => {
                self.tell_carried(Carried::Fault(CarryFault::UnknownDevice));
            }
            Some(Err(_)) => self.tell_carried(Carried::Fault(CarryFault::NotTaken)),
            None => self.tell_carried(Carried::Fault(CarryFault::Books)),
        }
    }

    /// Whether it was a reply to the newest parcel: one to an older brings nothing.
    fn take_own_reply(&mut self, signed: &SignedReplies) -> Result<bool, CarryFault> {
        let now = self.now();
        let taken = self.own().lending.store.take_replies(signed, now);
        let brought = taken.map_err(|error| books_failed(&error))?;
        let answered = brought.answered > 0;
        if answered {
            self.brought(&brought);
        }
        Ok(answered)
    }

    /// What a reply brought is told as if the line had brought it.
    pub(super) fn brought(&mut self, brought: &node::Brought) {
        let all = self.own().lending.store.to_send() == 0;
        self.tell_carried(Carried::Brought(Brought {
            acknowledged: brought.acknowledged,
            houses: count(brought.buildings),
            apart: count(brought.quarantined),
            all,
            refused: brought.rejection.is_some(),
            more: brought.more,
        }));
        self.tell_confirmations();
        let wards = self.own().lending.store.wards().to_vec();
        self.take_in_own(World::WardsAssigned(wards));
    }

    /// Takes another device's parcel; none where the books failed.
    fn take_errand(&mut self, file: &[u8]) -> Option<Result<(), NotTaken>> {
        let now = self.now();
        match self.own().lending.store.take_errand(file, now) {
            Ok(Ok(writer)) => {
                self.carrying.no_errand = false;
                self.carrying.errand_at_ms = 0;
                self.tell_carried(Carried::Errand(writer));
                Some(Ok(()))
            }
            Ok(Err(why)) => Some(Err(why)),
            Err(StoreError::Full(_)) => Some(Err(NotTaken::NoRoom)),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "nothing was taken");
                None
            }
        }
    }

    /// Answers whatever the threads of door, call and stick ask. Nobody may wait for the answer any
    /// more.
    pub(super) fn asked_nearby(&mut self, asked: Asked) {
        match asked {
            Asked::Sign(door, offer, answer) => {
                if self.carrying.door.is_none() || door != self.carrying.doors {
                    return;
                }
                let signed = offer.signed(self.own().lending.store.key());
                let square = signed.square();
                // Where nobody waits any more, its key is gone too.
                if answer.send(signed).is_ok() {
                    self.tell_carried(Carried::Door(Some(square)));
                }
            }
            Asked::Known(writer, answer) => {
                let _ = answer.send(self.own().lending.store.sister_key(writer));
            }
            Asked::ReplyFor(writer, answer) => {
                let reply = self.own().lending.store.reply_for(writer).unwrap_or_else(|error| {
                    tracing::error!(error = &error as &dyn std::error::Error, "no reply");
                    None
                });
                // A larger one, which came by stick, goes on by stick.
                let _ = answer.send(reply.filter(|reply| reply.len() <= POSTED_BYTES_MAX));
            }
            Asked::Take(parcel, answer) => {
                let taken = self.take_errand(&parcel);
                let _ = answer.send(taken);
            }
            Asked::TakeReply(call, reply, answer) => {
                let wanted = self.carrying.call == Some(call);
                let signed = SignedReplies::read(&reply).ok().filter(|_| wanted);
                let taken = signed.is_some_and(|signed| self.take_own_reply(&signed).is_ok());
                let _ = answer.send(taken);
            }
            Asked::Parcel(call, answer) => {
                // A parcel for nobody would make the reply to the one before come in vain.
                if self.carrying.call != Some(call) {
                    return;
                }
                let now = self.now();
                let parcel = self.own().lending.store.parcel(now);
                let _ = answer.send(match parcel {
                    Ok(parcel) => Some(parcel.written()),
                    Err(error) => {
                        tracing::error!(error = &error as &dyn std::error::Error, "no parcel");
                        None
                    }
                });
            }
            Asked::HandedOver(call, answer) => {
                let wanted = self.carrying.call == Some(call);
                let _ = answer.send(wanted);
                if wanted {
                    self.tell_carried(Carried::HandedOver);
                }
            }
            Asked::CallEnded(call, ended) => self.call_ended(call, ended),
            Asked::Books(work) => self.work_with_books(work),
            Asked::StickEnded(carried) => self.stick_ended(carried),
        }
    }

    fn call_ended(&mut self, call: u64, ended: Result<Called, NearbyError>) {
        if self.carrying.call != Some(call) {
            return;
        }
        self.carrying.call = None;
        let not_taken = ended.as_ref().is_ok_and(|called| called.not_taken);
        let told = ended.map(|called| called.answered).map_err(|error| {
            tracing::warn!(error = &error as &dyn std::error::Error, "the call has failed");
            fault_of(&error)
        });
        self.tell_carried(Carried::CallEnded(told));
        if not_taken {
            self.tell_carried(Carried::Fault(CarryFault::NotTheOffice));
        }
    }
}

/// Where others reach this device: where it listens, or each address that it has in a network.
fn addresses(listen: SocketAddr, port: u16) -> Vec<SocketAddr> {
    if !listen.ip().is_unspecified() {
        return vec![SocketAddr::new(listen.ip(), port)];
    }
    let found = if_addrs::get_if_addrs().unwrap_or_default();
    let of_a_network = |address: &if_addrs::Interface| match address.ip() {
        _ if address.is_loopback() || address.is_link_local() => false,
        IpAddr::V4(_) => true,
        IpAddr::V6(_) => listen.is_ipv6(),
    };
    found
        .iter()
        .filter(|one| of_a_network(one))
        .map(|one| SocketAddr::new(one.ip(), port))
        .collect()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn fault_of(error: &NearbyError) -> CarryFault {
    match error {
        NearbyError::Meeting(MeetingError::Shape) => CarryFault::Unreadable,
        NearbyError::Meeting(_) => CarryFault::UnknownDevice,
        NearbyError::NotReached(_) => CarryFault::NotReached,
        NearbyError::Broken(_) | NearbyError::Manners => CarryFault::GoneAway,
        NearbyError::NotTaken(_) => CarryFault::NotTaken,
        NearbyError::Books | NearbyError::Key | NearbyError::Listen(_) => CarryFault::Books,
    }
}

fn books_failed(error: &StoreError) -> CarryFault {
    tracing::warn!(error = error as &dyn std::error::Error, "a reply was not taken");
    match error.is_of_the_reply() {
        true => CarryFault::NotTheOffice,
        false => CarryFault::Books,
    }
}
