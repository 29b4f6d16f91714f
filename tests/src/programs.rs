//! The product's programs as they lie in the target folder, built once.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::Trouble;

/// The variable by which `cargo suite` says that it has built the programs.
pub const BUILT: &str = "PADI_PROGRAMS_BUILT";

/// The folder of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of it")
}

/// The path of `central`, `kiosk` or `sim`, built from the sources as they are now.
pub fn program(name: &str) -> Result<PathBuf, Trouble> {
    let folder = folder()?;
    let path = folder.join(name);
    match path.is_file() {
        true => Ok(path),
        false => Err(Trouble::new(format!("{} was not built", path.display()))),
    }
}

fn folder() -> Result<&'static Path, Trouble> {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let found = FOLDER.get_or_init(|| build().map(|()| beside()).map_err(|why| why.to_string()));
    found.as_deref().map_err(|why| Trouble::new(why.clone()))
}

/// The same selection of packages as every other build, so that nothing is compiled a second time.
fn build() -> Result<(), Trouble> {
    if env::var_os(BUILT).is_some() {
        return Ok(());
    }
    let mut command = cargo(&["build", "--workspace", "--bins", "--quiet"]);
    let status = command.status().map_err(|error| Trouble::caused("cargo cannot be run", error))?;
    match status.success() {
        true => Ok(()),
        false => Err(Trouble::new("the programs do not build: see what cargo says above")),
    }
}

/// Cargo in the workspace, with the profile of this program. Cargo tells the programs that it runs
/// of their package and of the `[env]` of its configuration; build scripts watch those variables,
/// and a cargo that inherited them would compile half of the workspace a second time.
pub fn cargo(words: &[&str]) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.current_dir(workspace()).args(words);
    // Cargo names the folder under target by the profile, but for the one that it takes unasked.
    if let Some(profile) = beside().file_name().filter(|name| *name != "debug") {
        command.arg("--profile").arg(profile);
    }
    let told = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "LIBSQLITE3_FLAGS"];
    for (name, _) in env::vars_os() {
        if told.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command
}

/// The profile's folder: this program lies in it, or, as a test, one folder further down.
fn beside() -> PathBuf {
    let own = env::current_exe().expect("the system knows the path of a running program");
    let folder = own.parent().expect("a program lies in a folder");
    let above = folder.parent().expect("target is above its profiles");
    let is_deps = folder.file_name().is_some_and(|name| name == "deps");
    if is_deps { above.to_owned() } else { folder.to_owned() }
}
