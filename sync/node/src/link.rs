//! The link to the centre: one thread that posts one request at a time and reports what came back.
//! It decides nothing: when to try again is the desk's, with [`crate::Backoff`].

mod fault;
mod post;
mod trust;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Url;
use thiserror::Error;
use tokio::sync::mpsc;

pub use fault::LinkFault;
pub(crate) use fault::chain;
pub use post::Patience;

use post::Post;

use crate::store::PackPiece;

/// Where the centre is, and by what it is known.
#[derive(Clone, Debug)]
pub struct LinkOptions {
    /// `https://centre.example:8443`, with or without a path before `/v1`.
    pub url: String,
    /// The centre's own certificate, DER. No other is trusted, whoever signed it.
    pub certificate: Option<Vec<u8>>,
    /// Plain HTTP, to a centre on this machine only.
    pub plain: bool,
    pub patience: Patience,
}

/// What came of a request.
#[derive(Debug)]
pub enum LinkEvent {
    /// The answer's bytes: not read and not believed yet.
    Answered(Vec<u8>),
    /// The office's reply to the parcel of another device, as its file is written: not read and not
    /// believed yet.
    Replied(Vec<u8>),
    /// What came back to a piece of a photo: not read and not believed yet.
    PhotoAnswered(Vec<u8>),
    /// The office's list of a building's payments: not read and not believed yet.
    EarlierAnswered(Vec<u8>),
    /// A piece of a rule pack's file: not checked and not believed yet.
    PackCame(PackPiece, Vec<u8>),
    /// What came back to a question after a name: not read and not believed yet.
    NamesAnswered(Vec<u8>),
    /// No answer. `retry_after_ms` is what an overloaded centre asked for.
    Down { why: LinkFault, retry_after_ms: Option<u64> },
}

#[derive(Debug, Error)]
pub enum LinkError {
    #[error("the centre's address cannot be read: {0}")]
    Address(String),
    #[error(
        "the centre's address begins with http: plain HTTP is for a centre on this machine only"
    )]
    Plain,
    #[error("the centre's certificate is missing from the file that makes this device")]
    NoCertificate,
    #[error("the link cannot be made ready")]
    Client(#[source] reqwest::Error),
    #[error("the thread of the link cannot be started")]
    Thread(#[source] std::io::Error),
}

/// A request is under way; the next may go out after its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a request is under way already")]
pub struct LinkBusy;

pub struct Link {
    requests: mpsc::Sender<Outgoing>,
    busy: Arc<AtomicBool>,
}

/// What goes out.
enum Outgoing {
    Request(Vec<u8>),
    Parcel(Vec<u8>),
    Photo(Vec<u8>),
    Earlier(Vec<u8>),
    Pack(PackPiece),
    Names(Vec<u8>),
}

impl Link {
    /// Starts the thread. It ends by itself once the link is dropped, a request under way included.
    pub fn start(
        options: LinkOptions,
        events: impl Fn(LinkEvent) + Send + 'static,
    ) -> Result<Self, LinkError> {
        let url = exchange_url(&options)?;
        let post = Post::new(url, options.certificate.as_deref(), options.patience)
            .map_err(LinkError::Client)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(LinkError::Thread)?;
        // One request at a time, so one place is enough.
        let (requests, mut inbox) = mpsc::channel(1);
        let busy = Arc::new(AtomicBool::new(false));
        let working = Arc::clone(&busy);
        let work = move || {
            runtime.block_on(async {
                while let Some(outgoing) = inbox.recv().await {
                    let event = tokio::select! {
                        event = post.sent(outgoing) => event,
                        // Nothing is sent while one is under way: only the link's end wakes this.
                        _ = inbox.recv() => return,
                    };
                    working.store(false, Ordering::Release);
                    events(event);
                }
            });
        };
        std::thread::Builder::new().name("link".into()).spawn(work).map_err(LinkError::Thread)?;
        Ok(Self { requests, busy })
    }

    /// Sends a request; its event will follow.
    pub fn send(&self, request: Vec<u8>) -> Result<(), LinkBusy> {
        self.give(Outgoing::Request(request))
    }

    /// Brings the parcel of another device, as its file is written; its event will follow.
    pub fn carry(&self, parcel: Vec<u8>) -> Result<(), LinkBusy> {
        self.give(Outgoing::Parcel(parcel))
    }

    /// Sends a piece of a photo; its event will follow.
    pub fn send_photo(&self, piece: Vec<u8>) -> Result<(), LinkBusy> {
        self.give(Outgoing::Photo(piece))
    }

    /// Asks what was paid for a building before; its event will follow.
    pub fn ask_earlier(&self, question: Vec<u8>) -> Result<(), LinkBusy> {
        self.give(Outgoing::Earlier(question))
    }

    /// Asks for a piece of a rule pack's file; its event will follow.
    pub fn fetch_pack(&self, piece: PackPiece) -> Result<(), LinkBusy> {
        self.give(Outgoing::Pack(piece))
    }

    /// Asks which houses belong to a name; its event will follow.
    pub fn ask_names(&self, question: Vec<u8>) -> Result<(), LinkBusy> {
        self.give(Outgoing::Names(question))
    }

    fn give(&self, outgoing: Outgoing) -> Result<(), LinkBusy> {
        if self.busy.swap(true, Ordering::AcqRel) {
            return Err(LinkBusy);
        }
        self.requests.try_send(outgoing).map_err(|_| LinkBusy)
    }
}

/// The address to post to, once it was found safe.
fn exchange_url(options: &LinkOptions) -> Result<Url, LinkError> {
    let address = options.url.trim_end_matches('/');
    let url = format!("{address}/v1");
    let url = Url::parse(&url).map_err(|why| LinkError::Address(format!("{address}: {why}")))?;
    match url.scheme() {
        "https" if options.certificate.is_none() => Err(LinkError::NoCertificate),
        "https" => Ok(url),
        "http" if options.plain && is_this_machine(&url) => Ok(url),
        "http" => Err(LinkError::Plain),
        _ => Err(LinkError::Address(format!("{address}: it does not begin with https://"))),
    }
}

pub(crate) fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address: Result<std::net::IpAddr, _> = host.trim_matches(['[', ']']).parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, certificate: bool, plain: bool) -> Result<String, LinkError> {
        let certificate = certificate.then(|| vec![1]);
        let patience = Patience::EDGE;
        exchange_url(&LinkOptions { url: url.into(), certificate, plain, patience })
            .map(|url| url.to_string())
    }

    #[test]
    fn addresses_are_read_and_unsafe_ones_refused() {
        let good =
            |url, certificate, plain| check(url, certificate, plain).expect("a good address");
        assert_eq!(good("https://c.example", true, false), "https://c.example/v1");
        assert_eq!(good("http://127.0.0.1:80/x/", false, true), "http://127.0.0.1/x/v1");
        assert_eq!(good("http://[::1]:81", false, true), "http://[::1]:81/v1");
        assert!(matches!(check("https://c.example", false, true), Err(LinkError::NoCertificate)));
        assert!(matches!(check("http://c.example", true, true), Err(LinkError::Plain)));
        assert!(matches!(check("http://127.0.0.1", true, false), Err(LinkError::Plain)));
        assert!(matches!(check("ftp://c.example", true, true), Err(LinkError::Address(_))));
        assert!(matches!(check("", true, true), Err(LinkError::Address(_))));
    }
}
