//! The card reader's bench: the mark of each card that is presented goes to the desk. The card's
//! number goes no further than this thread.

use std::thread;

use devices::{CardEvent, CardReader, Fault};
use flow::World;
use ledger::PublicKey;
use node::card_mark;

use super::{READER_PAUSE, READER_WAIT};

/// Starts the thread; it ends once `say` reports that nobody listens.
pub fn start_card_reader(
    mut reader: Box<dyn CardReader>,
    office: PublicKey,
    say: impl Fn(Option<World>) -> bool + Send + 'static,
) {
    let work = move || {
        let mut away = false;
        loop {
            let word = match reader.wait(READER_WAIT) {
                Ok(event) => {
                    away = false;
                    event.and_then(|event| presented(event, &office))
                }
                Err(fault) => {
                    match &fault {
                        _ if away => {}
                        Fault::Unplugged => tracing::warn!(%fault, "the card reader is away"),
                        _ => tracing::warn!(%fault, "a card cannot be read"),
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
        .name("card-reader".to_owned())
        .spawn(work)
        .expect("a thread can be started while the desk opens");
}

/// Nobody's journey depends on a card that is taken away.
fn presented(event: CardEvent, office: &PublicKey) -> Option<World> {
    match event {
        CardEvent::Presented(uid) => card_mark(uid.bytes(), office).map(World::Presented),
        CardEvent::Removed => None,
    }
}
