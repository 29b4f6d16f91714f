//! What proves the whole: it starts the real programs as a town would, each in its own folder and
//! on a free port, and speaks with them from outside. It may know everything; nothing may lean on
//! it.

pub mod books;
pub mod cards;
pub mod centre;
pub mod chance;
pub mod counting;
pub mod coverage;
pub mod device;
pub mod forgetful;
pub mod frames;
pub mod fuzz;
pub mod judges;
pub mod missing;
pub mod person;
pub mod picture;
#[path = "../../fleet/central/tests/postgres/server.rs"]
pub mod postgres;
pub mod process;
pub mod programs;
pub mod proof;
pub mod recording;
pub mod sample;
pub mod season;
pub mod sims;
pub mod town;
mod trouble;
pub mod wait;
pub mod words;
pub mod workload;

pub use missing::{has_program, missing};
pub use trouble::Trouble;

/// The variable that asks for many more seeds.
pub const LONG: &str = "PADI_SUITE_LONG";

/// Whether the seeded tests run over many more seeds.
pub fn long() -> bool {
    std::env::var_os(LONG).is_some()
}
