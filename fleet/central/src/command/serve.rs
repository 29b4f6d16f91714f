//! `central serve`.

mod patient;

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use axum_server::accept::DefaultAcceptor;
use axum_server::tls_rustls::RustlsAcceptor;
use axum_server::{Handle, Server};
use clap::Args;
use hyper_util::rt::TokioTimer;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{CommandError, Place};
use crate::api::{Centre, router};
use crate::photos::Photos;
use crate::sms::{Gateway, round};
use crate::store::Store;
use patient::Patient;

/// How long a connection may take to send the head of a request, and how long an idle one is kept:
/// a device that has more to say says it within a breath.
const HEAD_READ: Duration = Duration::from_secs(30);

/// How often a quiet HTTP/2 connection is asked whether somebody is still there.
const PING_EVERY: Duration = Duration::from_secs(60);

/// Requests in flight on one connection: a device has several batches under way at most.
const STREAMS_MAX: u32 = 16;

/// How long turns under way may take to end once the centre is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How often photos are looked for that are kept and of which the books do not know it. After a
/// backup was put back, devices name them again one by one.
const PHOTOS_LOOKED_FOR: Duration = Duration::from_secs(60 * 60);

/// How often is looked whether a rule pack was put into service, by a command or by another centre
/// on the same books.
const PACKS_LOOKED_FOR: Duration = Duration::from_secs(5);

/// How often is looked whether messages are due.
const MESSAGES_LOOKED_FOR: Duration = Duration::from_secs(5);

#[derive(Args)]
pub struct ServeArguments {
    #[command(flatten)]
    place: Place,
    /// Where to listen, as 0.0.0.0:8443; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    listen: String,
    /// Plain HTTP instead of HTTPS; on this machine's own addresses only.
    #[arg(long)]
    plain: bool,
    /// Where photos are kept: a folder, or s3://BUCKET/PREFIX where the program was built with it.
    ///
    /// Without it they lie in the folder photos of the data folder. Several centres on one database
    /// need one place for all of them. S3's keys, region and endpoint are taken from AWS_… of the
    /// environment.
    #[arg(long, value_name = "URI")]
    photos: Option<String>,
    /// A gateway for SMS, by which reminders go out: https://…, or http:// on this machine.
    ///
    /// Its token is taken from PADI_SMS_TOKEN of the environment. The README says what it is told.
    #[arg(long, value_name = "URL")]
    sms: Option<String>,
}

pub async fn serve(arguments: ServeArguments) -> Result<(), CommandError> {
    log_to_stderr();
    open_as_many_files_as_allowed();
    let address = address(&arguments.listen)?;
    if arguments.plain && !address.ip().is_loopback() {
        return Err(CommandError::PlainBeyondLoopback);
    }
    let opened = arguments.place.open().await?;
    let secret = opened.folder.upi_secret()?;
    let tls = match arguments.plain {
        true => None,
        false => Some(opened.folder.tls().await?),
    };
    let gateway = arguments.sms.as_deref().map(Gateway::of).transpose();
    let gateway = gateway.map_err(CommandError::Gateway)?;
    let photos = Photos::open(arguments.photos.as_deref(), &arguments.place.data)?;
    let store = Arc::clone(&opened.store);
    let centre = Centre::new(opened.store, opened.trusted, &secret).with_photos(photos);
    let centre = Arc::new(centre);
    let refused = |error| CommandError::Listen(arguments.listen.clone(), error);
    let listener = TcpListener::bind(address).map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    let handle = Handle::new();
    stop_on_signal(handle.clone())?;
    let looking = Arc::clone(&centre);
    tokio::spawn(async move {
        let mut hourly = tokio::time::interval(PHOTOS_LOOKED_FOR);
        loop {
            hourly.tick().await;
            match looking.find_photos_again().await {
                Ok(0) => {}
                Ok(found) => tracing::info!(found, "photos that the books did not know were found"),
                Err(denied) => tracing::warn!(why = denied.sentence(), "no photos were looked for"),
            }
        }
    });
    let looking = Arc::clone(&store);
    tokio::spawn(async move {
        let mut often = tokio::time::interval(PACKS_LOOKED_FOR);
        loop {
            often.tick().await;
            if let Err(error) = looking.take_up_packs().await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "no rule packs were looked for");
            }
        }
    });
    if let Some(gateway) = gateway {
        tokio::spawn(send_messages(store, gateway));
    }
    let service = router(centre).into_make_service();
    let server = axum_server::from_tcp(listener).map_err(refused)?.handle(handle);
    announce(bound, arguments.plain)?;
    match tls {
        None => limited(server.acceptor(Patient(DefaultAcceptor))).serve(service).await,
        Some(tls) => {
            limited(server.acceptor(Patient(RustlsAcceptor::new(tls)))).serve(service).await
        }
    }
    .map_err(CommandError::Serve)?;
    tracing::info!("stopped");
    Ok(())
}

/// Reminders go out as their time comes. Several centres on the same books share the work.
async fn send_messages(store: Arc<dyn Store>, gateway: Gateway) {
    let mut often = tokio::time::interval(MESSAGES_LOOKED_FOR);
    loop {
        often.tick().await;
        if let Err(error) = round(&*store, &gateway).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "no messages were sent");
        }
    }
}

/// Every connection is a file to the system, and a program begins with a thousand: fewer than the
/// devices of a district that keep their connection for some minutes.
fn open_as_many_files_as_allowed() {
    let allowed = getrlimit(Resource::Nofile);
    let all = Rlimit { current: allowed.maximum, maximum: allowed.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, all) {
        tracing::warn!(%error, open_files = allowed.current, "no more connections than that");
    }
}

/// Answers carry no `date`: devices have the centre's clock in the answer itself, and pages are not
/// kept.
fn limited<A>(mut server: Server<SocketAddr, A>) -> Server<SocketAddr, A> {
    let builder = server.http_builder();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_READ).auto_date_header(false);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_EVERY)
        .max_concurrent_streams(STREAMS_MAX)
        .auto_date_header(false);
    server
}

fn address(typed: &str) -> Result<SocketAddr, CommandError> {
    let refused = |error| CommandError::Listen(typed.to_owned(), error);
    let mut found = typed.to_socket_addrs().map_err(refused)?;
    found.next().ok_or_else(|| refused(io::Error::from(io::ErrorKind::AddrNotAvailable)))
}

fn announce(bound: SocketAddr, plain: bool) -> Result<(), CommandError> {
    let scheme = if plain { "http" } else { "https" };
    let line = serde_json::json!({ "listening": format!("{scheme}://{bound}") });
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(CommandError::Output)
}

fn stop_on_signal(handle: Handle<SocketAddr>) -> Result<(), CommandError> {
    let mut terminate = signal(SignalKind::terminate()).map_err(CommandError::Runtime)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(CommandError::Runtime)?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("told to stop");
        handle.graceful_shutdown(Some(GRACE));
    });
    Ok(())
}

fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
}
