//! The scanner's bench: what it reads goes to the desk.

use std::thread;
use std::time::Duration;

use devices::Scanner;
use flow::World;

/// How long one wait for a code lasts, so that the thread notices when the desk is gone.
const WAIT: Duration = Duration::from_secs(2);

/// How long an unplugged scanner is left alone before it is tried again.
const PAUSE: Duration = Duration::from_secs(3);

/// Starts the thread; it ends once `say` reports that nobody listens.
pub fn start_scanner(
    mut scanner: Box<dyn Scanner>,
    say: impl Fn(Option<World>) -> bool + Send + 'static,
) {
    let work = move || {
        let mut away = false;
        loop {
            let word = match scanner.next(WAIT) {
                Ok(code) => {
                    away = false;
                    code.map(World::Scanned)
                }
                Err(fault) => {
                    if !away {
                        tracing::warn!(%fault, "the scanner is away");
                    }
                    away = true;
                    thread::sleep(PAUSE);
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
