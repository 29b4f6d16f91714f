//! What a proof counted. `cargo test` keeps to itself what a passing test prints; the suite is to
//! say it all the same.

use std::env;
use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

/// The variable that names the file in which the suite finds the counts.
pub const COUNTS: &str = "PADI_SUITE_COUNTS";

/// Says what a proof counted.
pub fn counted(text: impl Display) {
    println!("{text}");
    if let Some(path) = env::var_os(COUNTS) {
        append(Path::new(&path), &format!("{text}\n")).expect("the suite's counts can be written");
    }
}

/// Everything that was counted; nothing where no proof ran.
pub fn all(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// One write, so that the lines of two test programs never mix.
fn append(path: &Path, text: &str) -> std::io::Result<()> {
    OpenOptions::new().create(true).append(true).open(path)?.write_all(text.as_bytes())
}

#[test]
fn counts_are_kept_one_after_the_other() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("counts");
    assert_eq!(all(&path), "");
    append(&path, "seasons 20\n").expect("written");
    append(&path, "kills 68\n").expect("written");
    assert_eq!(all(&path), "seasons 20\nkills 68\n");
}
