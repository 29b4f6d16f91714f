//! Which rules this program takes entries by: a state that another program kept is not believed.
//! Any change of the ledger's sources, or of what is kept, makes another program of it. The index
//! of the register is known by the sources that make it, which change less often.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

const RULES: [&str; 3] = ["../ledger/src", "src/store/kept.rs", "src/store/tally.rs"];

const SEARCH: [&str; 4] = [
    "../ledger/src/search.rs",
    "../ledger/src/search",
    "../ledger/src/register.rs",
    "src/store/search.rs",
];

fn main() -> io::Result<()> {
    println!("cargo:rustc-env=PADI_RULES={}", hashed(&RULES)?);
    println!("cargo:rustc-env=PADI_SEARCH={}", hashed(&SEARCH)?);
    Ok(())
}

fn hashed(sources: &[&str]) -> io::Result<String> {
    let mut files = Vec::new();
    for source in sources {
        println!("cargo:rerun-if-changed={source}");
        collect(Path::new(source), &mut files)?;
    }
    files.sort();
    // FNV-1a: nobody is to be kept out by it, only told apart.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        for byte in fs::read(file)? {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(format!("{hash:016x}"))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}
