//! One thread that owns one connection, and the bounded queue before it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::store::{Reply, StoreError};

type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// The connection's thread ends when the last desk that leads to it is dropped.
#[derive(Clone)]
pub struct Desk {
    inbox: SyncSender<Work>,
}

impl Desk {
    /// `waiting_max` is how much work may wait; whoever comes then is told to come later.
    pub fn open(name: &str, connection: Connection, waiting_max: usize) -> Self {
        let (inbox, work) = sync_channel(waiting_max);
        thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(connection, &work))
            .expect("a program that cannot start a thread at its start cannot serve");
        Self { inbox }
    }

    /// Has something done on the connection.
    pub fn ask<T, F>(&self, work: F) -> Reply<'static, T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |connection| {
            // Whoever asked may have hung up; what was done is done all the same.
            let _ = answer.send(work(connection));
        });
        let sent = self.inbox.try_send(work);
        Box::pin(async move {
            match sent {
                Ok(()) => answered.await.unwrap_or(Err(StoreError::Stopped)),
                Err(TrySendError::Full(_)) => Err(StoreError::Busy),
                Err(TrySendError::Disconnected(_)) => Err(StoreError::Stopped),
            }
        })
    }
}

/// A piece of work that panics takes its transaction back with it and nothing else: the books on
/// disk are whole, and one odd request must not close the counter for all.
fn run(mut connection: Connection, inbox: &Receiver<Work>) {
    while let Ok(work) = inbox.recv() {
        if catch_unwind(AssertUnwindSafe(|| work(&mut connection))).is_err() {
            tracing::error!("a piece of work on the books was given up");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::store::sql::Error;

    fn one(connection: &mut Connection) -> Result<i64, StoreError> {
        connection
            .query_row("SELECT 1", [], |row| row.get(0))
            .map_err(Error::Sqlite)
            .map_err(StoreError::Sqlite)
    }

    #[tokio::test]
    async fn whoever_comes_when_the_queue_is_full_is_told_so_and_the_others_are_served() {
        let desk = Desk::open("books", Connection::open_in_memory().expect("memory"), 1);
        let (go_on, wait) = channel::<()>();
        let (began, beginning) = channel::<()>();
        let first = desk.ask(move |connection| {
            began.send(()).expect("somebody waits");
            wait.recv().expect("it is told to go on");
            one(connection)
        });
        beginning.recv().expect("the first piece of work has begun");
        let second = desk.ask(one);
        let third = desk.ask(one).await;
        assert!(matches!(third, Err(StoreError::Busy)));
        go_on.send(()).expect("the first piece of work waits");
        assert_eq!((first.await.expect("served"), second.await.expect("served")), (1, 1));
    }

    #[tokio::test]
    async fn work_that_panics_takes_nothing_with_it() {
        let desk = Desk::open("books", Connection::open_in_memory().expect("memory"), 4);
        let lost =
            desk.ask(|_: &mut Connection| -> Result<(), StoreError> { panic!("we are wrong") });
        assert!(matches!(lost.await, Err(StoreError::Stopped)));
        assert_eq!(desk.ask(one).await.expect("served"), 1);
    }
}
