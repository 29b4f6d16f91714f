//! A proxy that counts. It ends the TLS of a device with the centre's own certificate, so that the
//! device notices nothing, and passes the bytes on to the centre's plain port as they are: what is
//! counted is HTTP/2 without TLS.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection};

use crate::Trouble;

/// How long it waits for one side before it looks at the other.
const TURN: Duration = Duration::from_millis(1);

/// What passed in each direction, and how often the answering began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub request: u64,
    pub answer: u64,
    pub round_trips: u64,
}

impl Counted {
    pub fn both(self) -> u64 {
        self.request + self.answer
    }

    pub fn since(self, before: Self) -> Self {
        Self {
            request: self.request - before.request,
            answer: self.answer - before.answer,
            round_trips: self.round_trips - before.round_trips,
        }
    }
}

#[derive(Default)]
struct Counts {
    request: AtomicU64,
    answer: AtomicU64,
    round_trips: AtomicU64,
    /// The last bytes were the device's.
    asked: AtomicBool,
}

/// Ended with the program: a bench has one at a time.
pub struct CountingProxy {
    pub address: SocketAddr,
    /// The certificate that devices pin, DER.
    pub certificate: Vec<u8>,
    counts: Arc<Counts>,
}

impl CountingProxy {
    /// Before a centre that serves plainly at `centre`; its keys lie in `keys`.
    pub fn before(centre: SocketAddr, keys: &Path) -> Result<Self, Trouble> {
        let failed = |error: rustls::pki_types::pem::Error| {
            Trouble::caused("the centre's certificate cannot be read", error)
        };
        let certificate = CertificateDer::from_pem_file(keys.join("tls.certificate.pem"));
        let certificate = certificate.map_err(failed)?;
        let key = PrivateKeyDer::from_pem_file(keys.join("tls.key.pem")).map_err(failed)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| {
                config.with_no_client_auth().with_single_cert(vec![certificate.clone()], key)
            })
            .map_err(|error| Trouble::caused("the proxy's TLS cannot be made", error))?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        let config = Arc::new(config);
        let listening = TcpListener::bind("127.0.0.1:0");
        let listener =
            listening.map_err(|error| Trouble::caused("the proxy cannot listen", error))?;
        let address =
            listener.local_addr().map_err(|error| Trouble::caused("no address", error))?;
        let counts = Arc::new(Counts::default());
        let counting = Arc::clone(&counts);
        std::thread::spawn(move || {
            for device in listener.incoming().flatten() {
                let (config, counts) = (Arc::clone(&config), Arc::clone(&counting));
                std::thread::spawn(move || {
                    // A line that is cut ends here; the device says so.
                    let _ = pass(device, centre, config, &counts);
                });
            }
        });
        Ok(Self { address, certificate: certificate.to_vec(), counts })
    }

    pub fn counted(&self) -> Counted {
        let read = |count: &AtomicU64| count.load(Ordering::SeqCst);
        Counted {
            request: read(&self.counts.request),
            answer: read(&self.counts.answer),
            round_trips: read(&self.counts.round_trips),
        }
    }
}

/// Passes one connection on until either side ends it.
fn pass(
    mut device: TcpStream,
    centre: SocketAddr,
    config: Arc<ServerConfig>,
    counts: &Counts,
) -> io::Result<()> {
    let mut centre = TcpStream::connect(centre)?;
    for side in [&device, &centre] {
        side.set_nodelay(true)?;
        side.set_read_timeout(Some(TURN))?;
    }
    let mut tls = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut piece = vec![0; 64 * 1_024];
    loop {
        if tls.wants_read() {
            match ready(tls.read_tls(&mut device))? {
                Some(0) => return Ok(()),
                Some(_) => {
                    tls.process_new_packets().map_err(io::Error::other)?;
                }
                None => {}
            }
        }
        while let Some(count) = ready(tls.reader().read(&mut piece))? {
            if count == 0 {
                return Ok(());
            }
            counts.request.fetch_add(count as u64, Ordering::SeqCst);
            counts.asked.store(true, Ordering::SeqCst);
            centre.write_all(&piece[..count])?;
        }
        if let Some(count) = ready(centre.read(&mut piece))? {
            if count == 0 {
                return Ok(());
            }
            counts.answer.fetch_add(count as u64, Ordering::SeqCst);
            let answers = counts.asked.swap(false, Ordering::SeqCst);
            counts.round_trips.fetch_add(u64::from(answers), Ordering::SeqCst);
            tls.writer().write_all(&piece[..count])?;
        }
        while tls.wants_write() {
            tls.write_tls(&mut device)?;
        }
    }
}

/// None where the other side is not ready yet.
fn ready(done: io::Result<usize>) -> io::Result<Option<usize>> {
    match done {
        Ok(count) => Ok(Some(count)),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        Err(error) if error.kind() == ErrorKind::TimedOut => Ok(None),
        Err(error) => Err(error),
    }
}
