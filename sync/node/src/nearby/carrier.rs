//! Whoever carries for others: listens while its square is shown, and takes what callers bring.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use ledger::Writer;
use replica::{
    GREETING_BYTES_MAX, MeetingError, MeetingKey, Offer, Passed, SEALED_BYTES_MAX, Sealing,
    SignedGreeting, SignedOffer,
};
use ring::agreement::{EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral};
use ring::rand::SystemRandom;

use super::{Host, NearbyError, line};

/// How many callers there are at once, those included who have not said who they are.
const CALLERS_MAX: usize = 32;

/// How long a caller may take to say who it is.
const GREETING: Duration = Duration::from_secs(3);

/// How often the listener looks whether it is to end.
const LOOK: Duration = Duration::from_millis(100);

/// An open door; it closes when this is dropped.
pub struct Carrier {
    ends: Arc<AtomicBool>,
    at: SocketAddr,
}

/// What all callers share.
struct Door<H> {
    host: H,
    own: Own,
    ends: Arc<AtomicBool>,
    callers: AtomicUsize,
    meeting: Mutex<Option<Meeting>>,
}

/// Who this is, and where.
struct Own {
    writer: Writer,
    body: String,
    addresses: Vec<SocketAddr>,
}

/// One offer and the private half of its key: good for one caller.
struct Meeting {
    offer: SignedOffer,
    private: EphemeralPrivateKey,
}

impl Carrier {
    /// Opens the door at an address, which may leave the port to the system, and shows the first
    /// square. `addresses` says how others reach it, given the port.
    pub fn open(
        listen: SocketAddr,
        (writer, body): (Writer, String),
        addresses: impl Fn(u16) -> Vec<SocketAddr>,
        host: impl Host,
    ) -> Result<Self, NearbyError> {
        let listener = TcpListener::bind(listen).map_err(NearbyError::Listen)?;
        listener.set_nonblocking(true).map_err(NearbyError::Listen)?;
        let at = listener.local_addr().map_err(NearbyError::Listen)?;
        let addresses = addresses(at.port());
        if addresses.is_empty() {
            return Err(NearbyError::Listen(io::ErrorKind::AddrNotAvailable.into()));
        }
        let ends = Arc::new(AtomicBool::new(false));
        let door = Arc::new(Door {
            host,
            own: Own { writer, body, addresses },
            ends: Arc::clone(&ends),
            callers: AtomicUsize::new(0),
            meeting: Mutex::new(None),
        });
        let work = move || door.stand_open(&listener);
        thread::Builder::new().name("nearby".into()).spawn(work).map_err(NearbyError::Listen)?;
        Ok(Self { ends, at })
    }

    /// Where it listens.
    pub fn at(&self) -> SocketAddr {
        self.at
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Release);
    }
}

impl<H: Host> Door<H> {
    fn stand_open(self: &Arc<Self>, listener: &TcpListener) {
        while !self.ends.load(Ordering::Acquire) {
            // The first square, or one that the desk had no time to sign.
            if !self.has_offer() && !self.offer_anew() {
                thread::sleep(LOOK);
                continue;
            }
            match listener.accept() {
                Ok((stream, _)) => self.let_in(stream),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(LOOK),
                // Such as a caller that went away at once, or no file handles for a moment.
                Err(error) => {
                    tracing::warn!(%error, "a caller could not be let in");
                    thread::sleep(LOOK);
                }
            }
        }
    }

    fn let_in(self: &Arc<Self>, stream: TcpStream) {
        if self.callers.fetch_add(1, Ordering::AcqRel) >= CALLERS_MAX {
            self.callers.fetch_sub(1, Ordering::AcqRel);
            return;
        }
        let door = Arc::clone(self);
        let serve = move || {
            if let Err(why) = door.serve(stream) {
                tracing::warn!(error = &why as &dyn std::error::Error, "a caller was lost");
            }
            door.callers.fetch_sub(1, Ordering::AcqRel);
        };
        if let Err(error) = thread::Builder::new().name("caller".into()).spawn(serve) {
            tracing::warn!(%error, "a caller could not be let in");
            self.callers.fetch_sub(1, Ordering::AcqRel);
        }
    }

    fn serve(&self, mut stream: TcpStream) -> Result<(), NearbyError> {
        let broken = NearbyError::Broken;
        stream.set_nonblocking(false).map_err(broken)?;
        line::ready(&stream).map_err(broken)?;
        stream.set_read_timeout(Some(GREETING)).map_err(broken)?;
        let Some(greeting) = line::read(&mut stream, GREETING_BYTES_MAX).map_err(broken)? else {
            return Ok(());
        };
        let greeting = SignedGreeting::read(&greeting).map_err(NearbyError::Meeting)?;
        let (writer, mut sealing) = self.meet(&greeting)?;
        line::ready(&stream).map_err(broken)?;
        while !self.ends.load(Ordering::Acquire) {
            let Some(sealed) = line::read(&mut stream, SEALED_BYTES_MAX).map_err(broken)? else {
                break;
            };
            let asked = sealing.open(sealed).map_err(NearbyError::Meeting)?;
            let answer = match asked {
                Passed::AskReply => Passed::Reply(self.host.reply_for(writer).map(Into::into)),
                Passed::Parcel(parcel) => {
                    match self.host.take(parcel.into()).ok_or(NearbyError::Books)? {
                        Ok(()) => Passed::Taken,
                        Err(why) => Passed::Refused(why),
                    }
                }
                Passed::Reply(_) | Passed::Taken | Passed::Refused(_) => {
                    return Err(NearbyError::Manners);
                }
            };
            line::write(&mut stream, &sealing.seal(&answer)).map_err(broken)?;
        }
        Ok(())
    }

    /// Uses the present offer up for a caller that a device of the body signed, and makes the next.
    fn meet(&self, greeting: &SignedGreeting) -> Result<(Writer, Sealing), NearbyError> {
        let met = {
            let mut meeting = self.meeting.lock().unwrap_or_else(PoisonError::into_inner);
            let offer = &meeting.as_ref().ok_or(NearbyError::Books)?.offer;
            let known = |writer| self.host.known(writer);
            greeting.checked(offer, known).map_err(NearbyError::Meeting)?;
            meeting.take().expect("it was there just now")
        };
        self.offer_anew();
        let Meeting { offer, private } = met;
        let theirs = UnparsedPublicKey::new(&X25519, *greeting.greeting.key());
        let sealing = agree_ephemeral(private, &theirs, |secret| {
            Sealing::of_carrier(secret, &offer, greeting)
        });
        let sealing = sealing.map_err(|_| NearbyError::Meeting(MeetingError::Seal))?;
        Ok((greeting.greeting.writer, sealing))
    }

    fn has_offer(&self) -> bool {
        self.meeting.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// A new square, with a new key. False where the desk has ended.
    fn offer_anew(&self) -> bool {
        let Ok((private, key)) = meeting_key() else { return false };
        let Own { writer, body, addresses } = &self.own;
        let offer = Offer::new(*writer, body.clone(), addresses, key);
        let signed = self.host.sign(offer);
        let mut meeting = self.meeting.lock().unwrap_or_else(PoisonError::into_inner);
        *meeting = signed.map(|offer| Meeting { offer, private });
        meeting.is_some()
    }
}

/// A key of this meeting alone, and its public half.
pub(super) fn meeting_key() -> Result<(EphemeralPrivateKey, MeetingKey), NearbyError> {
    let private = EphemeralPrivateKey::generate(&X25519, &SystemRandom::new());
    let private = private.map_err(|_| NearbyError::Key)?;
    let public = private.compute_public_key().map_err(|_| NearbyError::Key)?;
    let public = public.as_ref().try_into().map_err(|_| NearbyError::Key)?;
    Ok((private, public))
}
