//! A PostgreSQL server in a temporary folder, on a socket there. It ends with whoever started it,
//! however that ends: a shell holds its number, and ends it when our end of a pipe is closed.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    /// Whom the server runs as, where we are root: it refuses to be.
    user: Option<(u32, u32)>,
    running: Mutex<Option<Child>>,
    /// Closed with this program; what reads it then ends the server.
    _line: ChildStdin,
}

impl Server {
    /// A server; none where PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        let programs = programs()?;
        let folder = TempDir::new().expect("a temporary folder").keep();
        let user = rustix::process::getuid().is_root().then(postgres_user);
        if let Some((uid, gid)) = user {
            chown(&folder, Some(uid), Some(gid)).expect("root may");
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("our own folder");
        let line = watched(&folder);
        let server = Self { programs, folder, user, running: Mutex::new(None), _line: line };
        let mut initdb = server.program("initdb");
        initdb.args(["--auth=trust", "--username=padi", "--encoding=UTF8", "--no-sync", "-D"]);
        let output = initdb.arg(server.folder.join("data")).output().expect("initdb runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        server.run();
        Some(server)
    }

    /// Starts it on what lies in its folder.
    pub fn run(&self) {
        let mut command = self.program("postgres");
        command.arg("-D").arg(self.folder.join("data")).arg("-k").arg(&self.folder);
        command.args(["-c", "listen_addresses=", "-c", "max_connections=300"]);
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))
            .expect("a log");
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
        let child = child.expect("postgres runs");
        *self.running.lock().expect("no other story failed here") = Some(child);
        let answers = || self.psql("postgres", "SELECT 1").is_ok();
        for _ in 0..600 {
            if answers() {
                return;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("{}", fs::read_to_string(self.folder.join("log")).unwrap_or_default());
    }

    /// All of it at once, as when the power goes: its own children end themselves without their
    /// parent, and write nothing more.
    pub fn kill(&self) {
        let mut running = self.running.lock().expect("no other story failed here");
        let running = running.as_mut().expect("it runs");
        let children = Command::new("ps")
            .args(["-o", "pid=", "--ppid", &running.id().to_string()])
            .output()
            .expect("ps runs");
        running.kill().expect("it can be killed");
        running.wait().expect("it ends");
        for child in String::from_utf8_lossy(&children.stdout).split_whitespace() {
            // It may have ended already, now that its parent is gone.
            let _ = Command::new("kill").args(["-KILL", child]).stderr(Stdio::null()).status();
        }
        sleep(Duration::from_millis(200));
    }

    pub fn uri(&self, role: &str, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://{role}@{folder}/{database}")
    }

    /// What the database says to some SQL, or its complaint.
    pub fn psql(&self, database: &str, sql: &str) -> Result<String, String> {
        self.psql_as("padi", database, sql)
    }

    pub fn psql_as(&self, role: &str, database: &str, sql: &str) -> Result<String, String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-A", "-t", "-q", "-U", role, "-v", "ON_ERROR_STOP=1"]);
        psql.arg("-h").arg(&self.folder).args(["-d", database, "-c", sql]);
        let output = psql.output().map_err(|error| error.to_string())?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command.current_dir(&self.folder);
        command
    }
}

/// A shell that waits for our end, and then ends the server of this folder by its number.
fn watched(folder: &Path) -> ChildStdin {
    let script = "cat >/dev/null; kill -QUIT $(head -n 1 \"$0/data/postmaster.pid\"); sleep 1; \
                  rm -rf \"$0\"";
    let mut watch = Command::new("sh");
    watch.args(["-c", script]).arg(folder).stdin(Stdio::piped());
    watch.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    watch.spawn().expect("a shell").stdin.take().expect("it is piped")
}

/// The newest that is installed.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<(u32, PathBuf)> = versions
        .flatten()
        .filter_map(|version| {
            let number = version.file_name().to_str()?.parse().ok()?;
            Some((number, version.path().join("bin")))
        })
        .filter(|(_, folder)| starts(&folder.join("initdb")) && starts(&folder.join("postgres")))
        .collect();
    folders.sort();
    folders.pop().map(|(_, folder)| folder)
}

fn starts(program: &Path) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn postgres_user() -> (u32, u32) {
    let id = |which: &str| {
        let output = Command::new("id").args([which, "postgres"]).output().expect("id runs");
        String::from_utf8_lossy(&output.stdout).trim().parse().expect("the package made the user")
    };
    (id("-u"), id("-g"))
}
