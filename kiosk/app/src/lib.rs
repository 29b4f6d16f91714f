//! The program at the doorstep: the glass that a person touches, the desk that owns the books, the
//! benches that speak with printer, terminal and scanner, and the raster of a slip. It must never
//! know a rule about money: what is owed and what may be taken is the ledger's, what follows a
//! touch is the flow's, and the centre's own code is out of its reach.

pub mod bench;
pub mod carry;
pub mod config;
pub mod desk;
pub mod devices;
pub mod fonts;
pub mod glass;
pub mod paper_window;
pub mod pin;
pub mod print;
pub mod run;
pub mod says;
pub mod setup;

/// An error with everything that caused it, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}
