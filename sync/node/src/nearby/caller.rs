//! Whoever comes to a carrier: fetches the office's reply, hands its parcel over, and waits a while
//! for the answer to that one too.

use std::io;
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use ledger::{Signer, Writer};
use replica::{
    Greeting, MeetingError, NotTaken, POSTED_BYTES_MAX, Passed, SEALED_BYTES_MAX, Sealing,
    SignedOffer,
};
use ring::agreement::{EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral};

use super::carrier::meeting_key;
use super::{Guest, NearbyError, line};

/// How long one address of the carrier is tried.
const CONNECT: Duration = Duration::from_secs(5);

/// How often it is asked whether the office has answered.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// A call that is ready to be made.
pub struct Call {
    offer: SignedOffer,
    greeting: replica::SignedGreeting,
    private: EphemeralPrivateKey,
}

/// What a call did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Called {
    /// The office's replies that were fetched.
    pub replies: u32,
    /// The last of them answers the parcel that was handed over.
    pub answered: bool,
    /// A reply was fetched that this device could not take.
    pub not_taken: bool,
}

impl Call {
    /// Answers an offer that was found to be of a device of this body.
    pub fn answering(
        offer: SignedOffer,
        writer: Writer,
        device: &dyn Signer,
    ) -> Result<Self, NearbyError> {
        let (private, key) = meeting_key()?;
        let greeting = Greeting::new(writer, &offer, key).signed(device);
        Ok(Self { offer, greeting, private })
    }

    /// Makes the call. What was taken or handed over before an error stays so.
    pub fn make(self, guest: &dyn Guest) -> Result<Called, NearbyError> {
        let Self { offer, greeting, private } = self;
        let mut stream = connected(&offer)?;
        line::write(&mut stream, &greeting.written()).map_err(NearbyError::Broken)?;
        let theirs = UnparsedPublicKey::new(&X25519, *offer.offer.key());
        let sealing = agree_ephemeral(private, &theirs, |secret| {
            Sealing::of_caller(secret, &offer, &greeting)
        });
        let sealing = sealing.map_err(|_| NearbyError::Meeting(MeetingError::Seal))?;
        let mut talk = Talk { stream, sealing };
        let mut called = Called::default();
        // A reply that cannot be taken must not keep the parcel here.
        talk.fetch(guest, &mut called)?;
        let parcel = guest.parcel().ok_or(NearbyError::Books)?;
        if parcel.len() > POSTED_BYTES_MAX {
            return Err(NearbyError::NotTaken(NotTaken::TooLarge));
        }
        match talk.ask(&Passed::Parcel(parcel.into()))? {
            Passed::Taken => {}
            Passed::Refused(why) => return Err(NearbyError::NotTaken(why)),
            _ => return Err(NearbyError::Manners),
        }
        while guest.handed_over() {
            match talk.fetch(guest, &mut called) {
                Ok(true) => {
                    called.answered = !called.not_taken;
                    break;
                }
                Ok(false) => thread::sleep(ASK_AGAIN),
                // The parcel is there: whoever walks away has lost nothing.
                Err(NearbyError::Broken(_)) => break,
                Err(why) => return Err(why),
            }
        }
        Ok(called)
    }
}

struct Talk {
    stream: TcpStream,
    sealing: Sealing,
}

impl Talk {
    /// Takes the office's reply, where the carrier has one; whether it had.
    fn fetch(&mut self, guest: &dyn Guest, called: &mut Called) -> Result<bool, NearbyError> {
        match self.ask(&Passed::AskReply)? {
            Passed::Reply(None) => Ok(false),
            Passed::Reply(Some(reply)) => {
                called.replies += 1;
                called.not_taken |= !guest.take_reply(reply.into());
                Ok(true)
            }
            _ => Err(NearbyError::Manners),
        }
    }

    fn ask(&mut self, message: &Passed) -> Result<Passed, NearbyError> {
        let sealed = self.sealing.seal(message);
        line::write(&mut self.stream, &sealed).map_err(NearbyError::Broken)?;
        let answer = line::read(&mut self.stream, SEALED_BYTES_MAX).map_err(NearbyError::Broken)?;
        let ended = || NearbyError::Broken(io::ErrorKind::UnexpectedEof.into());
        self.sealing.open(answer.ok_or_else(ended)?).map_err(NearbyError::Meeting)
    }
}

fn connected(offer: &SignedOffer) -> Result<TcpStream, NearbyError> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in &offer.offer.addresses {
        match TcpStream::connect_timeout(address, CONNECT) {
            Ok(stream) => {
                line::ready(&stream).map_err(NearbyError::NotReached)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(NearbyError::NotReached(last))
}
