//! The books in a PostgreSQL database, which any number of centres share: each turn locks its
//! device, and only what has numbers without gaps, the register and the office book, is gone on
//! with by one at a time (`sql::Book`).

mod migrations;

use std::env;
use std::str::FromStr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use deadpool_postgres::{
    Client, Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime as Timers,
};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Config, NoTls};

use super::books::Books;
use super::books::hand::{Hand, no_connection};
use super::{StoreError, Trusted};

/// Connections that one centre holds at most.
const CONNECTIONS_MAX: usize = 8;

/// Turns that one centre has under way at once; more would wait for the same locks.
const WRITING: usize = 6;

/// Pages and checks that one centre reads at once.
const READING: usize = 4;

/// How long somebody waits for a connection before they are told to come again.
const CONNECTION_WAIT: Duration = Duration::from_secs(5);

/// A computer that is gone without a word is noticed after this.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// A centre that stands still must not keep the others from the books. No statement has a time of
/// its own to end in: a COMMIT that is stopped while it waits for a standby says that all is well.
/// And none is so long that it would be worth compiling. Only the schema of this local body is
/// looked into: the first that the role has in its path, as several may share a database.
const SETTINGS: &str = "SELECT set_config('search_path', quote_ident(current_schema()), false); \
                        SET lock_timeout = '10s'; \
                        SET idle_in_transaction_session_timeout = '30s'; \
                        SET statement_timeout = 0; SET jit = off";

/// What drives the connections; it ends without waiting, since a task may be the one who ends it.
pub struct Driver(Option<Runtime>);

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Opens the books, and brings them to this program's version.
///
/// A password may stand in the URI or, where nobody else can read it, in PGPASSWORD. The connection
/// itself is not encrypted: it belongs on a socket of this machine or on a network of the office's
/// own.
pub fn open(uri: &str, trusted: Arc<Trusted>) -> Result<Books, StoreError> {
    let mut config = Config::from_str(uri).map_err(StoreError::Uri)?;
    if let (None, Ok(password)) = (config.get_password(), env::var("PGPASSWORD")) {
        config.password(password);
    }
    config.application_name("padi central").connect_timeout(CONNECTION_WAIT);
    config.tcp_user_timeout(SILENCE_MAX).keepalives_idle(SILENCE_MAX);
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("postgres")
        .enable_all()
        .build()
        .map_err(StoreError::Runtime)?;
    let pool = pool(config)?;
    let handle = runtime.handle().clone();
    let driver = Driver(Some(runtime));
    // Whoever opens the books may be a task, and a task may not wait.
    thread::scope(|scope| {
        let opening = scope.spawn(|| {
            let client: Client = handle.block_on(pool.get()).map_err(no_connection)?;
            migrations::migrate(client, &handle)
        });
        opening.join().unwrap_or(Err(StoreError::Stopped))
    })?;
    let hand = || {
        let (pool, runtime, trusted) = (pool.clone(), handle.clone(), Arc::clone(&trusted));
        Hand::Postgres { pool, runtime, trusted }
    };
    let (writing, reading) = ((0..WRITING).map(|_| hand()), (0..READING).map(|_| hand()));
    Ok(Books::of(writing.collect(), reading.collect(), Some(driver)))
}

fn pool(config: Config) -> Result<Pool, StoreError> {
    let recycling_method = RecyclingMethod::Fast;
    let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method });
    let settings = Hook::async_fn(|client: &mut deadpool_postgres::ClientWrapper, _| {
        Box::pin(async move { client.batch_execute(SETTINGS).await.map_err(HookError::Backend) })
    });
    let pool = Pool::builder(manager)
        .max_size(CONNECTIONS_MAX)
        .wait_timeout(Some(CONNECTION_WAIT))
        .create_timeout(Some(CONNECTION_WAIT))
        .recycle_timeout(Some(CONNECTION_WAIT))
        .runtime(Timers::Tokio1)
        .post_create(settings)
        .build();
    pool.map_err(|_| StoreError::Stopped)
}
