//! What a desk's thread works with: one connection of its own, or any of a pool.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use deadpool_postgres::{HookError, Pool, PoolError};
use rusqlite::{Connection, TransactionBehavior};
use tokio::runtime::Handle;

use crate::keys::random;
use crate::store::sql::{Error, Session, Transaction};
use crate::store::{StoreError, Trusted};

/// How often a transaction is tried that others keep from ending.
const TRIES_MAX: u32 = 5;

/// What is written; a pool's hand may have to say it again.
pub type Work<'a, T> = &'a dyn Fn(&Transaction<'_>, &Trusted) -> Result<T, StoreError>;

/// How a transaction ends.
type Commit = fn(Session) -> Result<(), Error>;

pub enum Hand {
    Sqlite { connection: Connection, trusted: Arc<Trusted> },
    Postgres { pool: Pool, runtime: Handle, trusted: Arc<Trusted> },
}

impl Hand {
    /// One transaction that writes; what it answers is on disk.
    pub fn write<T>(&mut self, work: Work<'_, T>) -> Result<T, StoreError> {
        self.written(work, Session::commit)
    }

    /// The same for one of many that wait for each other: in a database that others share they go
    /// on while the disk is still at work. What is answered is on disk all the same.
    pub fn turn<T>(&mut self, work: Work<'_, T>) -> Result<T, StoreError> {
        self.written(work, Session::commit_and_wait)
    }

    fn written<T>(&mut self, work: Work<'_, T>, commit: Commit) -> Result<T, StoreError> {
        match self {
            Self::Sqlite { connection, trusted } => {
                let behavior = TransactionBehavior::Immediate;
                let transaction = connection.transaction_with_behavior(behavior).map_err(failed)?;
                let answer = work(&Transaction::Sqlite(&transaction), trusted)?;
                transaction.commit().map_err(failed)?;
                Ok(answer)
            }
            Self::Postgres { pool, runtime, trusted } => {
                for tried in 1.. {
                    match attempt(pool, runtime, trusted, ("BEGIN", commit), work) {
                        Err(StoreError::Sqlite(error))
                            if tried < TRIES_MAX && error.is_conflict() =>
                        {
                            tracing::info!(tried, "a transaction of another was in the way");
                            thread::sleep(pause(tried));
                        }
                        answer => return answer.map_err(away),
                    }
                }
                Err(StoreError::Busy)
            }
        }
    }

    /// One transaction that reads, so that all figures of a page are of one moment. It may see what
    /// a turn has just given to the database and the disk does not have yet.
    pub fn read<T>(&mut self, work: Work<'_, T>) -> Result<T, StoreError> {
        self.seen(work, Session::commit)
    }

    /// The same for what leaves the office under its signature: all of it is on disk.
    pub fn read_and_wait<T>(&mut self, work: Work<'_, T>) -> Result<T, StoreError> {
        self.seen(work, Session::commit_and_wait)
    }

    fn seen<T>(&mut self, work: Work<'_, T>, commit: Commit) -> Result<T, StoreError> {
        match self {
            Self::Sqlite { connection, trusted } => {
                let transaction = connection.transaction().map_err(failed)?;
                work(&Transaction::Sqlite(&transaction), trusted)
            }
            Self::Postgres { pool, runtime, trusted } => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                attempt(pool, runtime, trusted, (begin, commit), work).map_err(away)
            }
        }
    }
}

fn attempt<T>(
    pool: &Pool,
    runtime: &Handle,
    trusted: &Trusted,
    (begin, commit): (&'static str, Commit),
    work: Work<'_, T>,
) -> Result<T, StoreError> {
    let client = runtime.block_on(pool.get()).map_err(no_connection)?;
    let session = Session::new(client, runtime.clone(), begin);
    let answer = work(&Transaction::Postgres(&session), trusted)?;
    commit(session).map_err(StoreError::Sqlite)?;
    Ok(answer)
}

/// A fault of SQLite.
pub fn failed(error: rusqlite::Error) -> StoreError {
    StoreError::Sqlite(Error::Sqlite(error))
}

/// What a pool says instead of lending a connection.
pub fn no_connection(error: PoolError) -> StoreError {
    match error {
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
            StoreError::Away(Error::Postgres(error))
        }
        PoolError::Closed => StoreError::Stopped,
        _ => StoreError::Busy,
    }
}

/// A database that is away may be back in a moment: whoever asks is to come again.
fn away(error: StoreError) -> StoreError {
    match error {
        StoreError::Sqlite(error) if error.is_away() => StoreError::Away(error),
        error => error,
    }
}

/// Some milliseconds that differ from those of whoever was in the way.
fn pause(tried: u32) -> Duration {
    let chance = random::<1>().map_or(0, |[byte]| u64::from(byte));
    Duration::from_millis(u64::from(tried) * 5 + chance / 8)
}
