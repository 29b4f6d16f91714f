//! Inputs that once found something. They are kept with the sources and fed first, for good.

use std::fs;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;

use crate::Trouble;

/// Where inputs are kept, by the names of their targets, under the folder of the workspace.
pub const KEPT: &str = "tests/corpus";

/// The inputs that a folder keeps for a target, each with the name of its file, in their order. A
/// target without a folder has none.
pub fn kept(folder: &Path, target: &str) -> Result<Vec<(String, Vec<u8>)>, Trouble> {
    let folder = folder.join(target);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let failed = |error| Trouble::caused(format!("{} cannot be read", folder.display()), error);
    let mut inputs = Vec::new();
    for file in fs::read_dir(&folder).map_err(failed)? {
        let path = file.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        inputs.push((name, fs::read(&path).map_err(failed)?));
    }
    inputs.sort();
    Ok(inputs)
}

/// Keeps an input under the beginning of its hash; an input that is here already stays one file.
pub fn keep(folder: &Path, target: &str, input: &[u8]) -> Result<PathBuf, Trouble> {
    let folder = folder.join(target);
    let path = folder.join(HEXLOWER.encode(&ledger::sha256(input)[..8]));
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&path, input))
        .map_err(|error| Trouble::caused(format!("{} cannot be kept", path.display()), error))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_once() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(kept(folder.path(), "entry").expect("read").is_empty());
        for input in [&b"one"[..], b"other", b"one"] {
            keep(folder.path(), "entry", input).expect("kept");
        }
        let mut inputs: Vec<Vec<u8>> =
            kept(folder.path(), "entry").expect("read").into_iter().map(|(_, it)| it).collect();
        inputs.sort();
        assert_eq!(inputs, [&b"one"[..], b"other"]);
    }
}
