//! What happened at a simulator, in order, for whoever waits for it.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A long demonstration makes a few hundred; older ones are forgotten first.
const EVENTS_KEPT_MAX: usize = 10_000;

/// A log that can be waited on. Copies are the same log.
#[derive(Clone, Default)]
pub struct Events(Arc<Inner>);

#[derive(Default)]
struct Inner {
    log: Mutex<Log>,
    news: Condvar,
}

#[derive(Default)]
struct Log {
    kept: VecDeque<Value>,
    forgotten: usize,
}

impl Events {
    pub fn record(&self, event: Value) {
        let mut log = self.lock();
        if log.kept.len() == EVENTS_KEPT_MAX {
            log.kept.pop_front();
            log.forgotten += 1;
        }
        log.kept.push_back(event);
        self.0.news.notify_all();
    }

    /// How many events there have been.
    pub fn count(&self) -> usize {
        let log = self.lock();
        log.forgotten + log.kept.len()
    }

    /// The event of this number, waited for up to the limit.
    pub fn get(&self, number: usize, limit: Duration) -> Option<Value> {
        let until = Instant::now() + limit;
        let mut log = self.lock();
        loop {
            let at = number.saturating_sub(log.forgotten);
            if let Some(event) = log.kept.get(at) {
                return Some(event.clone());
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            let waited = self.0.news.wait_timeout(log, left);
            log = waited.unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        }
    }

    /// The first event of this name from a number on, with the number after it.
    pub fn wait(&self, name: &str, from: usize, limit: Duration) -> Option<(usize, Value)> {
        let until = Instant::now() + limit;
        for number in from.. {
            let event = self.get(number, until.saturating_duration_since(Instant::now()))?;
            if event["event"] == name {
                return Some((number + 1, event));
            }
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, Log> {
        // A thread that fell over while it held the log left it whole: each change is one step.
        self.0.log.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
