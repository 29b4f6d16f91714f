//! The power goes while books are written, on a file system that forgets what was not synced:
//! nothing that anybody was told is lost, and the books open by themselves, without a repair.

#[path = "../../sync/node/tests/common/mod.rs"]
mod common;

mod power {
    mod centre;
    mod cuts;
    mod device;
    mod told;
}
