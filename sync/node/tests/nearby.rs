//! One device carries for another: the parcel over a network of their own, the office's reply back.

mod common;

use std::collections::VecDeque;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use common::{Centre, DEVICE, Story, at, key, pkcs8, with_visits};
use ledger::{Enrolment, PublicKey, Signer, Writer, sha256};
use node::{Call, Called, Carrier, ErrandState, Guest, Host, NearbyError, SignedReplies, Store};
use replica::{
    MeetingError, NotTaken, Offer, POSTED_BYTES_MAX, Parcel, Provision, Replies, Reply,
    SignedOffer, SignedRequest,
};

const CARRIER: Writer = Writer(3);

/// A second device of the body, which knows the first, and whom the first knows.
struct Two {
    story: Story,
    carrier: Provision,
    _folder: tempfile::TempDir,
    at: std::path::PathBuf,
}

impl Two {
    fn new() -> Self {
        let mut story = Story::new();
        let own = pkcs8();
        let enrolment =
            Enrolment { writer: CARRIER, name: "officer-1".into(), key: key(&own).public_key() };
        story.provision.sisters.push(enrolment);
        let carrier = Provision {
            writer: CARRIER,
            name: "officer-1".into(),
            key: own.into(),
            ..story.provision.clone()
        };
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path().to_owned();
        Self { story, carrier, _folder: folder, at }
    }

    fn carrier(&self) -> Store {
        Store::open(&self.at, &self.carrier).expect("the books open")
    }
}

/// The office's reply to a parcel's file.
fn reply(centre: &mut Centre<'_>, file: &[u8]) -> Vec<u8> {
    let parcel = Parcel::read(file).expect("a parcel");
    let replies = parcel.requests.iter().map(|request| {
        let body = SignedRequest::read(request).expect("a message").body;
        Reply { request: sha256(&body), answer: centre.answer(request).sealed().into() }
    });
    let replies = Replies { to: parcel.writer, replies: replies.collect() };
    let own = key(&centre.story.provision.key).public_key();
    replies.sealed(&own, [9; 32], &centre.story.office).expect("a key").written()
}

/// The desk of the carrier, as far as its door asks.
#[derive(Clone)]
struct Desk {
    store: Arc<Mutex<Store>>,
    squares: Sender<String>,
}

impl Host for Desk {
    fn sign(&self, offer: Offer) -> Option<SignedOffer> {
        let signed = offer.signed(self.store.lock().expect("whole").key());
        self.squares.send(signed.square()).ok().map(|()| signed)
    }

    fn known(&self, writer: Writer) -> Option<PublicKey> {
        self.store.lock().expect("whole").sister_key(writer)
    }

    fn reply_for(&self, writer: Writer) -> Option<Vec<u8>> {
        self.store.lock().expect("whole").reply_for(writer).expect("readable")
    }

    fn take(&self, parcel: Vec<u8>) -> Option<Result<(), NotTaken>> {
        let mut store = self.store.lock().expect("whole");
        Some(store.take_errand(&parcel, at(50)).expect("writable").map(|_| ()))
    }
}

struct Opened {
    store: Arc<Mutex<Store>>,
    squares: Receiver<String>,
    carrier: Carrier,
}

fn open(two: &Two) -> Opened {
    let (to_here, squares) = channel();
    let store = Arc::new(Mutex::new(two.carrier()));
    let desk = Desk { store: Arc::clone(&store), squares: to_here };
    let here = |port| vec![SocketAddr::from(([127, 0, 0, 1], port))];
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let carrier = Carrier::open(listen, (CARRIER, common::BODY.into()), here, desk);
    Opened { store, squares, carrier: carrier.expect("a door") }
}

impl Opened {
    /// Closes the door, and the books once nobody asks for them any more.
    fn close(self) {
        let Self { store, carrier, .. } = self;
        drop(carrier);
        while Arc::strong_count(&store) > 1 {
            std::thread::yield_now();
        }
    }
}

/// The desk of the caller: its books, and for how many questions it waits.
struct Caller<'a> {
    store: &'a Mutex<Store>,
    /// When it calls, in minutes of the morning.
    minutes: i64,
    patience: Mutex<VecDeque<Box<dyn FnOnce() + 'a>>>,
}

impl Guest for Caller<'_> {
    fn take_reply(&self, reply: Vec<u8>) -> bool {
        let Ok(signed) = SignedReplies::read(&reply) else { return false };
        self.store.lock().expect("whole").take_replies(&signed, at(60)).is_ok()
    }

    fn parcel(&self) -> Option<Vec<u8>> {
        self.store
            .lock()
            .expect("whole")
            .parcel(at(self.minutes))
            .ok()
            .map(|parcel| parcel.written())
    }

    fn handed_over(&self) -> bool {
        let next = self.patience.lock().expect("whole").pop_front();
        next.map(|meanwhile| meanwhile()).is_some()
    }
}

fn call(two: &Two, square: &str, caller: &Caller<'_>) -> Result<Called, NearbyError> {
    let offer = SignedOffer::read(square).map_err(NearbyError::Meeting)?;
    let call = {
        let store = caller.store.lock().expect("whole");
        offer
            .checked(common::BODY, |writer| store.sister_key(writer))
            .map_err(NearbyError::Meeting)?;
        Call::answering(offer, two.story.provision.writer, store.key())?
    };
    call.make(caller)
}

fn impatient(store: &Mutex<Store>) -> Caller<'_> {
    Caller { store, minutes: 40, patience: Mutex::default() }
}

#[test]
fn a_parcel_goes_to_a_carrier_and_the_reply_comes_back_another_day() {
    let two = Two::new();
    let store = Mutex::new(with_visits(&two.story, 1_200));
    let mut centre = Centre::new(&two.story);
    let door = open(&two);
    let square = door.squares.recv().expect("a first square");
    let called = call(&two, &square, &impatient(&store)).expect("a meeting");
    assert_eq!(called, Called::default());
    // The next caller sees another square, and the first is used up.
    let next = door.squares.recv().expect("a second square");
    assert_ne!(square, next);
    assert!(matches!(call(&two, &square, &impatient(&store)), Err(NearbyError::Broken(_))));
    // The carrier is restarted, has a line, and keeps the reply.
    door.close();
    let mut carrier = two.carrier();
    let errands = carrier.errands().expect("readable");
    assert_eq!((errands.len(), errands[0].of, errands[0].seq), (1, DEVICE, 1_201));
    assert_eq!(errands[0].state, ErrandState::Waiting);
    let (of, parcel) = carrier.next_errand(&[]).expect("readable").expect("one waits");
    let replied = reply(&mut centre, &parcel);
    carrier.take_errand_reply((of, sha256(&parcel)), &replied, at(90)).expect("the office's");
    assert_eq!(carrier.next_errand(&[]).expect("readable"), None);
    drop(carrier);
    let door = open(&two);
    let square = door.squares.recv().expect("a square");
    let caller = Caller { minutes: 100, ..impatient(&store) };
    let called = call(&two, &square, &caller).expect("a meeting");
    assert_eq!(called, Called { replies: 1, ..Called::default() });
    assert_eq!(store.lock().expect("whole").to_send(), 0);
    assert_eq!(centre.entries.len(), 1_201);
    let errands = door.store.lock().expect("whole").errands().expect("readable");
    assert_eq!(errands[0].state, ErrandState::Waiting, "the new parcel asks for news");
}

#[test]
fn a_carrier_with_a_line_answers_in_the_same_meeting() {
    let two = Two::new();
    let store = Mutex::new(with_visits(&two.story, 100));
    let mut centre = Centre::new(&two.story);
    let door = open(&two);
    let square = door.squares.recv().expect("a square");
    let brings = || {
        let mut carrier = door.store.lock().expect("whole");
        let (of, parcel) = carrier.next_errand(&[]).expect("readable").expect("one waits");
        let replied = reply(&mut centre, &parcel);
        carrier.take_errand_reply((of, sha256(&parcel)), &replied, at(51)).expect("the office's");
    };
    let patience: [Box<dyn FnOnce()>; 2] = [Box::new(brings), Box::new(|| ())];
    let caller = Caller { store: &store, minutes: 40, patience: Mutex::new(patience.into()) };
    let called = call(&two, &square, &caller).expect("a meeting");
    assert_eq!(called, Called { replies: 1, answered: true, not_taken: false });
    assert_eq!(store.lock().expect("whole").to_send(), 0);
}

#[test]
fn whoever_was_not_invited_is_told_nothing_and_uses_no_square_up() {
    let two = Two::new();
    let store = Mutex::new(with_visits(&two.story, 100));
    let door = open(&two);
    let square = door.squares.recv().expect("a square");
    let mut rude = TcpStream::connect(door.carrier.at()).expect("the door is open");
    rude.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").expect("it may be said");
    // A device of another key says that it is the one that is known.
    let offer = SignedOffer::read(&square).expect("an offer");
    let forger = Call::answering(offer, DEVICE, &key(&pkcs8())).expect("a call");
    assert!(matches!(forger.make(&impatient(&store)), Err(NearbyError::Broken(_))));
    assert!(door.squares.try_recv().is_err(), "the square still stands");
    assert!(call(&two, &square, &impatient(&store)).is_ok());
}

#[test]
fn a_square_of_another_body_or_of_a_stranger_is_not_followed() {
    let two = Two::new();
    let store = Mutex::new(with_visits(&two.story, 100));
    let address = [SocketAddr::from(([127, 0, 0, 1], 1))];
    let own = key(&two.carrier.key);
    let foreign = Offer::new(CARRIER, "G0999".into(), &address, [7; 32]).signed(&own);
    let refused = |square: &str| call(&two, square, &impatient(&store)).expect_err("refused");
    assert!(matches!(refused(&foreign.square()), NearbyError::Meeting(MeetingError::OtherBody)));
    let stranger = Offer::new(Writer(99), common::BODY.into(), &address, [7; 32]).signed(&own);
    assert!(matches!(refused(&stranger.square()), NearbyError::Meeting(MeetingError::Stranger)));
    let nobody = Offer::new(CARRIER, common::BODY.into(), &address, [7; 32]).signed(&own);
    assert!(matches!(refused(&nobody.square()), NearbyError::NotReached(_)));
}

#[test]
fn a_carrier_takes_what_a_device_of_the_body_signed_and_no_older_one() {
    let two = Two::new();
    let mut device = with_visits(&two.story, 100);
    let mut carrier = two.carrier();
    let mut take = |file: &[u8]| carrier.take_errand(file, at(50)).expect("writable");
    let older = device.parcel(at(40)).expect("a parcel").written();
    device.append(at(41), None, vec![common::visit(5, ledger::VisitOutcome::Locked)]).expect("one");
    let newer = device.parcel(at(42)).expect("a parcel").written();
    assert_eq!(take(&newer), Ok(DEVICE));
    assert_eq!(take(&newer), Ok(DEVICE), "the same again");
    // One that only asks for news, from before: it would wipe what waits.
    let mut young = Store::in_memory(&two.story.provision).expect("books");
    let news = young.parcel(at(10)).expect("a parcel").written();
    assert_eq!(take(&news), Err(NotTaken::Older));
    assert_eq!(take(&older), Err(NotTaken::Older));
    assert_eq!(take(b"PADIPAR1"), Err(NotTaken::Unreadable));
    assert_eq!(take(&vec![0; POSTED_BYTES_MAX + 1]), Err(NotTaken::TooLarge));
    let nothing = Parcel { writer: DEVICE, requests: Vec::new() };
    assert_eq!(take(&nothing.written()), Err(NotTaken::Unreadable));
    let parcel = Parcel::read(&newer).expect("a parcel");
    let claimed = Parcel { writer: Writer(99), ..parcel.clone() };
    assert_eq!(take(&claimed.written()), Err(NotTaken::Stranger));
    let mut altered = parcel.requests[0].to_vec();
    let last = altered.len() - 1;
    altered[last] ^= 1;
    let altered = Parcel { writer: DEVICE, requests: vec![altered.into()] };
    assert_eq!(take(&altered.written()), Err(NotTaken::NotSigned));
    let own = carrier.parcel(at(50)).expect("a parcel").written();
    assert_eq!(carrier.take_errand(&own, at(50)).expect("writable"), Err(NotTaken::Own));
}

#[test]
fn a_reply_to_a_parcel_that_was_overtaken_is_not_taken_for_the_newer_one() {
    let two = Two::new();
    let mut device = with_visits(&two.story, 100);
    let mut centre = Centre::new(&two.story);
    let mut carrier = two.carrier();
    let first = device.parcel(at(40)).expect("a parcel").written();
    carrier.take_errand(&first, at(41)).expect("writable").expect("taken");
    let replied = reply(&mut centre, &first);
    device.append(at(41), None, vec![common::visit(5, ledger::VisitOutcome::Locked)]).expect("one");
    let second = device.parcel(at(42)).expect("a parcel").written();
    carrier.take_errand(&second, at(43)).expect("writable").expect("taken");
    carrier.take_errand_reply((DEVICE, sha256(&first)), &replied, at(44)).expect("the office's");
    carrier.errand_refused((DEVICE, sha256(&first)), "late").expect("writable");
    assert_eq!(carrier.reply_for(DEVICE).expect("readable"), None);
    assert_eq!(carrier.next_errand(&[]).expect("readable"), Some((DEVICE, second.clone())));
    // What the office turned away is not sent again by itself.
    carrier.errand_refused((DEVICE, sha256(&second)), "unknown device").expect("writable");
    assert_eq!(carrier.next_errand(&[]).expect("readable"), None);
    let errands = carrier.errands().expect("readable");
    assert_eq!(errands[0].state, ErrandState::Refused("unknown device".into()));
    // It goes only where somebody says so; what waits or was answered never does.
    assert!(carrier.remove_refused_errand(DEVICE).expect("writable"));
    assert!(!carrier.remove_refused_errand(DEVICE).expect("writable"), "it is gone already");
    assert_eq!(carrier.errands().expect("readable"), vec![]);
    carrier.take_errand(&second, at(44)).expect("writable").expect("brought again");
    assert!(!carrier.remove_refused_errand(DEVICE).expect("writable"), "it waits");
    assert_eq!(carrier.next_errand(&[]).expect("readable"), Some((DEVICE, second.clone())));
    // No reply that the office did not sign, or of another device, is kept.
    let own = key(&two.story.provision.key).public_key();
    let sealed = |to, by: &dyn Signer| {
        let replies = Replies { to, replies: Vec::new() };
        replies.sealed(&own, [9; 32], by).expect("a key").written()
    };
    let forged = sealed(DEVICE, carrier.key());
    assert!(carrier.take_errand_reply((DEVICE, sha256(&second)), &forged, at(45)).is_err());
    let other = sealed(CARRIER, &two.story.office);
    assert!(carrier.take_errand_reply((DEVICE, sha256(&second)), &other, at(45)).is_err());
}
