//! The judges that no Debian package carries, each installed into `target/judges` at one version.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tests::judges::{folder, guest};

/// emupos is written for Python 3.12 and later.
const PYTHONS: &[&str] = &["python3.14", "python3.13", "python3.12", "python3"];
const IS_NEW_ENOUGH: &str = "import sys, venv; sys.exit(sys.version_info < (3, 12))";

struct PythonJudge {
    name: &'static str,
    version: &'static str,
}

struct NodeJudge {
    /// The folder, and the package whose program the tests start.
    name: &'static str,
    packages: &'static [&'static str],
}

const PYTHON_JUDGES: &[PythonJudge] = &[
    PythonJudge { name: "emupos", version: "0.4.0" },
    PythonJudge { name: "pyxform", version: "4.5.0" },
];
/// The last version whose package holds the workbooks of its tests: for these alone.
const EXAMPLES: &str = "pyxform==1.3.3";
const NODE_JUDGES: &[NodeJudge] =
    &[NodeJudge { name: "receiptio", packages: &["receiptio@2.1.2", "receiptline@4.0.4"] }];

/// Installs what is not there. The tests themselves report what stays missing.
pub fn provide(long: bool) {
    if long {
        kernel();
    }
    for judge in PYTHON_JUDGES {
        let home = folder().join(judge.name);
        let wanted = format!("{}=={}", judge.name, judge.version);
        installed(&home, &wanted, || python_judge(&home, &wanted));
    }
    let home = folder().join("pyxform-examples");
    installed(&home, EXAMPLES, || python_files(&home, EXAMPLES));
    for judge in NODE_JUDGES {
        let home = folder().join(judge.name);
        let wanted = judge.packages.join(" ");
        installed(&home, &wanted, || node_judge(&home, judge.packages));
    }
}

/// Installs anew unless the folder says that exactly this is in it: a half install says nothing.
fn installed(home: &Path, wanted: &str, install: impl FnOnce() -> Result<(), String>) {
    let mark = home.join("installed");
    if std::fs::read_to_string(&mark).is_ok_and(|said| said == wanted) {
        return;
    }
    println!("installing the judge {wanted}");
    let _ = std::fs::remove_dir_all(home);
    let done = std::fs::create_dir_all(home)
        .map_err(|error| format!("its folder cannot be made: {error}"))
        .and_then(|()| install())
        .and_then(|()| std::fs::write(&mark, wanted).map_err(|error| error.to_string()));
    if let Err(because) = done {
        println!("{wanted} could not be installed: {because}");
    }
}

/// Debian's own kernel, unpacked and never installed: only the guest starts it.
fn kernel() {
    let Some(name) = kernel_package() else {
        println!("there is no package of a kernel for the guest");
        return;
    };
    let home = guest::kernel();
    installed(&home, &name, || {
        run(Command::new("apt-get").args(["download", "--quiet", &name]).current_dir(&home))?;
        let files = std::fs::read_dir(&home).map_err(|error| error.to_string())?;
        let packages = files.filter_map(|file| Some(file.ok()?.path()));
        let package =
            packages.into_iter().find(|path| path.extension().is_some_and(|end| end == "deb"));
        let package = package.ok_or("the package did not come")?;
        run(Command::new("dpkg-deb").arg("-x").arg(&package).arg(home.join("unpacked")))?;
        std::fs::remove_file(&package).map_err(|error| error.to_string())
    });
}

/// The package that Debian's newest kernel for this machine is in today.
fn kernel_package() -> Option<String> {
    let said = Command::new("apt-cache").args(["depends", "linux-image-amd64"]).output().ok()?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let names = said.lines().filter_map(|line| line.trim().strip_prefix("Depends: "));
    names.map(str::to_owned).find(|name| name.starts_with("linux-image-"))
}

fn python_judge(home: &Path, wanted: &str) -> Result<(), String> {
    let python = python().ok_or("there is no Python 3.12 or later with its module venv")?;
    run(Command::new(python).args(["-m", "venv"]).arg(home))?;
    let words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", wanted];
    run(Command::new(home.join("bin").join("python")).args(words))
}

/// Only the files of a package, which nothing runs.
fn python_files(home: &Path, wanted: &str) -> Result<(), String> {
    let python = python().ok_or("there is no Python 3.12 or later with its module venv")?;
    let words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
    run(Command::new(python).args(words).arg("--target").arg(home).arg(wanted))
}

fn node_judge(home: &Path, packages: &[&str]) -> Result<(), String> {
    let words = ["install", "--silent", "--no-audit", "--no-fund", "--prefix"];
    run(Command::new("npm").args(words).arg(home).args(packages))
}

/// A Python that is new enough, by its name or where pyenv keeps its versions.
fn python() -> Option<PathBuf> {
    let named = PYTHONS.iter().map(PathBuf::from);
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| Some(env::home_dir()?.join(".pyenv")));
    let versions = root.and_then(|root| std::fs::read_dir(root.join("versions")).ok());
    let mut kept: Vec<PathBuf> = versions
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path().join("bin").join("python3")))
        .collect();
    kept.sort();
    named.chain(kept.into_iter().rev()).find(|python| {
        let mut command = Command::new(python);
        command.args(["-c", IS_NEW_ENOUGH]).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    })
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.stdin(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name} ended with {status}")),
        Err(error) => Err(format!("{name} cannot be started: {error}")),
    }
}
