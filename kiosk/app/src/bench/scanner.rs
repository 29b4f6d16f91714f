//! The scanner's bench: what it reads goes to the desk.

use std::thread;

use devices::Scanner;
use flow::World;

use super::{READER_PAUSE, READER_WAIT};

/// Starts the thread; it ends once `say` reports that nobody listens.
pub fn start_scanner(
    mut scanner: Box<dyn Scanner>,
    say: impl Fn(Option<World>) -> bool + Send + 'static,
) {
    let work = move || {
        let mut away = false;
        loop {
            let word = match scanner.next(READER_WAIT) {
                Ok(code) => {
                    away = false;
                    code.map(World::Scanned)
                }
                Err(fault) => {
                    if !away {
                        tracing::warn!(%fault, "the scanner is away");
                    }
                    away = true;
                    thread::sleep(READER_PAUSE);
                    None
                }
            };
            if !say(word) {
                return;
            }
        }
    };
    thread::Builder::new()
        .name("scanner".to_owned())
        .spawn(work)
        .expect("a thread can be started while the desk opens");
}
