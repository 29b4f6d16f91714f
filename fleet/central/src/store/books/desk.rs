//! Threads that each own a connection, or what lends them one, and the bounded queue before them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use crate::store::{Reply, StoreError};

type Work<H> = Box<dyn FnOnce(&mut H) + Send>;

/// The threads end when the last desk that leads to them is dropped.
pub struct Desk<H> {
    inbox: SyncSender<Work<H>>,
}

impl<H: Send + 'static> Desk<H> {
    /// Each hand gets a thread. `waiting_max` is how much work may wait; whoever comes then is told
    /// to come later.
    pub fn open(name: &str, hands: Vec<H>, waiting_max: usize) -> Self {
        let (inbox, work) = sync_channel(waiting_max);
        let work = Arc::new(Mutex::new(work));
        for hand in hands {
            let work = Arc::clone(&work);
            thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || run(hand, &work))
                .expect("a program that cannot start a thread at its start cannot serve");
        }
        Self { inbox }
    }

    /// Has something done by the next hand that is free.
    pub fn ask<T, F>(&self, work: F) -> Reply<'static, T>
    where
        T: Send + 'static,
        F: FnOnce(&mut H) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let work: Work<H> = Box::new(move |hand| {
            // Whoever asked may have hung up; what was done is done all the same.
            let _ = answer.send(work(hand));
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
fn run<H>(mut hand: H, inbox: &Mutex<Receiver<Work<H>>>) {
    loop {
        // Nothing that is done under this lock can fail half way.
        let next = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        if catch_unwind(AssertUnwindSafe(|| work(&mut hand))).is_err() {
            tracing::error!("a piece of work on the books was given up");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use rusqlite::Connection;

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
        let desk = Desk::open("books", vec![Connection::open_in_memory().expect("memory")], 1);
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
        let desk = Desk::open("books", vec![Connection::open_in_memory().expect("memory")], 4);
        let lost =
            desk.ask(|_: &mut Connection| -> Result<(), StoreError> { panic!("we are wrong") });
        assert!(matches!(lost.await, Err(StoreError::Stopped)));
        assert_eq!(desk.ask(one).await.expect("served"), 1);
    }
}
