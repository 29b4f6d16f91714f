//! Everything that reaches the centre over HTTP.

mod acknowledgement;
mod collection;
mod counts;
mod dashboard;
mod denied;
mod earlier;
mod exchange;
mod health;
mod names;
mod pack;
mod page;
mod parcel;
mod photo;
mod receipt;
mod tries;
mod turned;
mod upi;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use ledger::{PublicKey, Signer, Writer};
use ring::hmac;
use tokio::sync::Semaphore;

use crate::names::Names;
use crate::photos::Photos;
use crate::store::{Store, Trusted};
use counts::Counts;
use tries::Tries;
use turned::{Turned, Why};

pub use denied::Denied;
pub use exchange::ReadTo;
pub use receipt::{asking_page, code_in};
pub use upi::{bank_signed, bank_word};

/// What every request may lean on.
pub struct Centre {
    store: Arc<dyn Store>,
    trusted: Arc<Trusted>,
    upi: hmac::Key,
    /// Where photos are kept; none where only parcels are taken.
    photos: Option<Photos>,
    counts: Counts,
    tries: Tries,
    /// How often a device may ask after names, and what is found by them.
    names_tries: Tries,
    names: tokio::sync::Mutex<Names>,
    turned: Turned,
    /// Places for those who bring a parcel.
    parcels: Semaphore,
    /// Places for pieces of photos.
    pieces: Semaphore,
}

impl Centre {
    /// `upi_secret` is what the bank signs its confirmations with.
    pub fn new(store: Arc<dyn Store>, trusted: Arc<Trusted>, upi_secret: &[u8]) -> Self {
        Self {
            store,
            trusted,
            upi: hmac::Key::new(hmac::HMAC_SHA256, upi_secret),
            photos: None,
            counts: Counts::default(),
            tries: Tries::default(),
            names_tries: Tries::of(tries::NAMES_MAX),
            names: tokio::sync::Mutex::default(),
            turned: Turned::default(),
            parcels: Semaphore::new(parcel::AT_ONCE_MAX),
            pieces: Semaphore::new(photo::AT_ONCE_MAX),
        }
    }

    /// The same, and it takes photos.
    pub fn with_photos(self, photos: Photos) -> Self {
        Self { photos: Some(photos), ..self }
    }

    /// The key of a device that asks something; a stranger is turned away, and noted.
    async fn key_of(&self, writer: Writer, now_ms: i64) -> Result<PublicKey, Denied> {
        let key = self.store.device_key(writer).await?;
        key.ok_or_else(|| {
            self.turned.note(None, Why::Stranger, now_ms);
            let sentence = "This device is not registered at this office.";
            Denied::new(StatusCode::UNAUTHORIZED, sentence)
        })
    }

    /// The key by which devices know the office.
    pub fn office(&self) -> &dyn Signer {
        &self.trusted.office
    }
}

pub fn router(centre: Arc<Centre>) -> Router {
    Router::new()
        .route("/", get(dashboard::page))
        .route("/dashboard.json", get(dashboard::json))
        .route("/collection", get(collection::page))
        .route("/collection.csv", get(collection::csv))
        .route("/collection.jsonl", get(collection::signed))
        // The path is said with every request, so devices ask for the short one.
        .route("/v1", post(exchange::exchange))
        .route("/v1/exchange", post(exchange::exchange))
        .route("/v1/parcel", post(parcel::parcel))
        .route("/v1/upi/confirmation", post(upi::confirmation))
        .route("/v1/photo", post(photo::post))
        .route("/v1/names", post(names::post))
        .route("/v1/earlier", post(earlier::post))
        .route("/v1/pack/{file}", get(pack::get))
        .route("/photo/{hash}", get(photo::get))
        .route("/r/{number}", get(receipt::ask).post(receipt::tell))
        // A slip's square is written in capitals.
        .route("/R/{number}", get(receipt::ask).post(receipt::tell))
        .route("/a/{number}", get(acknowledgement::ask).post(acknowledgement::tell))
        .route("/A/{number}", get(acknowledgement::ask).post(acknowledgement::tell))
        .route("/healthz", get(health::healthz))
        .route("/metrics", get(health::metrics))
        .fallback(async || Denied::new(StatusCode::NOT_FOUND, "There is no such page here."))
        .with_state(centre)
}
