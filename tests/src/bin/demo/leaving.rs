//! The wish to leave: Ctrl-C or SIGTERM. Whatever was started is ended with the demonstration.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use tests::process;

static WISHED: AtomicBool = AtomicBool::new(false);

/// How long the demonstration may take to end by itself once it is asked to.
const GRACE: Duration = Duration::from_secs(5);

/// How often a wish is looked for.
const LOOK: Duration = Duration::from_millis(100);

/// Begins to listen; a second wish, or a journey that does not look, ends it all the same.
pub fn watch() {
    thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            signalled().await;
            WISHED.store(true, Ordering::SeqCst);
            let _ = tokio::time::timeout(GRACE, signalled()).await;
            process::end_all();
            std::process::exit(130);
        });
    });
}

async fn signalled() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

pub fn is_wished() -> bool {
    WISHED.load(Ordering::SeqCst)
}

/// Waits for the wish.
pub fn wait() {
    while !is_wished() {
        thread::park_timeout(LOOK);
    }
}
