//! pcscd, the system's own service for readers of chip cards, with vsmartcard's virtual reader
//! under it. Of the card in that reader we play what lies behind the reader's contacts; the
//! service, its driver and the way between are theirs.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::emupos::free_port;
use super::output;
use crate::Trouble;
use crate::process::Process;
use crate::programs::{cargo, workspace};
use crate::wait::until;

/// The driver of the virtual reader, as Debian's vsmartcard-vpcd has it.
const DRIVER: &str = "pcsc/drivers/serial/libifdvpcd.so";
/// The reader's name; the service adds the numbers of its slots.
pub const READER: &str = "Padi Virtual";
/// How often a card looks whether it is to be taken away.
const LOOK: Duration = Duration::from_millis(20);

/// A running service with one virtual reader, ended by its id when it is dropped.
pub struct Pcscd {
    child: Child,
    folder: tempfile::TempDir,
    port: u16,
}

impl Pcscd {
    /// Starts it in a folder of its own; `None` where it, its reader or the right to mount is not
    /// here.
    pub fn start() -> Result<Option<Pcscd>, Trouble> {
        let Some(driver) = driver() else { return Ok(None) };
        if !may_mount() {
            return Ok(None);
        }
        let failed = |error| Trouble::caused("pcscd cannot be started", error);
        let folder = tempfile::tempdir().map_err(failed)?;
        let port = free_port()?;
        let (run, readers) = (folder.path().join("run"), folder.path().join("readers"));
        for made in [&run, &readers] {
            fs::create_dir(made).map_err(failed)?;
        }
        let reader = format!(
            "FRIENDLYNAME \"{READER}\"\nDEVICENAME /dev/null:0x{port:X}\nLIBPATH {}\n\
             CHANNELID 0x{port:X}\n",
            driver.display()
        );
        fs::write(readers.join("virtual"), reader).map_err(failed)?;
        let log = fs::File::create(folder.path().join("pcscd.log")).map_err(failed)?;
        // Its socket lies where it was built to lie; here that is a folder of this run alone.
        let script =
            format!("mkdir -p {RUN} && mount --bind \"$1\" {RUN} && exec pcscd -f -c \"$2\"");
        let mut command = apart(&script);
        command.arg(&run).arg(&readers).stdin(Stdio::null());
        command.stdout(log.try_clone().map_err(failed)?).stderr(log);
        let child = command.spawn().map_err(failed)?;
        let pcscd = Pcscd { child, folder, port };
        until("pcscd listens", || pcscd.socket().exists().then_some(()))?;
        Ok(Some(pcscd))
    }

    /// Another client of the service, which prints what it finds.
    pub fn opensc(&self, words: &[&str]) -> Result<String, Trouble> {
        let mut command = Command::new("opensc-tool");
        command.args(words).env(SOCKET, self.socket());
        output(command)
    }

    /// Waits until the service itself has noticed that no card lies there.
    pub fn until_empty(&self) -> Result<(), Trouble> {
        let empty = |listed: &str| {
            listed.lines().any(|line| line.contains(READER) && !line.contains("Yes"))
        };
        until("pcscd notices that the card is gone", || {
            self.opensc(&["--list-readers"]).ok().filter(|listed| empty(listed)).map(drop)
        })
    }

    /// Our own driver at the reader, as a program that says what it reads.
    pub fn cards(&self, program: &Path) -> Result<Process, Trouble> {
        let mut command = Command::new(program);
        command.args(["pcsc", READER]).env(SOCKET, self.socket());
        Process::start("cards", command, self.folder.path())
    }

    /// Lays a card on the reader.
    pub fn lay(&self, card: Card) -> Laid {
        let taken = Arc::new(AtomicBool::new(false));
        let thread = thread::spawn({
            let (taken, at) = (taken.clone(), SocketAddr::from(([127, 0, 0, 1], self.port)));
            move || play(&card, at, &taken)
        });
        Laid { taken, thread: Some(thread) }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("run/pcscd.comm")
    }
}

impl Drop for Pcscd {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let _ = self.child.wait();
    }
}

/// Where Debian's pcscd has its socket, and the variable by which its clients find another.
const RUN: &str = "/run/pcscd";
const SOCKET: &str = "PCSCLITE_CSOCK_NAME";

/// A shell in a mount namespace of its own; what is mounted there nobody else sees.
fn apart(script: &str) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh"]);
    command
}

fn may_mount() -> bool {
    let mut command = apart(&format!("mkdir -p {RUN} && mount --bind /tmp {RUN}"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The driver, where pcscd and a second client are installed as well.
fn driver() -> Option<PathBuf> {
    let programs = ["/usr/sbin/pcscd", "/usr/bin/opensc-tool"];
    if !programs.iter().all(|program| Path::new(program).is_file()) {
        return None;
    }
    let folders = fs::read_dir("/usr/lib").ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut found = folders.chain(["/usr/lib".into()]).map(|folder| folder.join(DRIVER));
    found.find(|driver| driver.is_file())
}

/// Builds the program `cards` of the drivers with PC/SC, which no other build here has: it would
/// need a library of the system. `None` where that library is not installed.
pub fn cards() -> Result<Option<PathBuf>, Trouble> {
    let mut looks = Command::new("pkg-config");
    looks.args(["--exists", "libpcsclite"]);
    if !looks.status().is_ok_and(|status| status.success()) {
        return Ok(None);
    }
    let target = workspace().join("target/pcsc");
    let mut command = cargo(&["build", "--quiet", "--locked", "--package", "devices"]);
    command.env("CARGO_TARGET_DIR", &target);
    command.args(["--features", "pcsc", "--example", "cards"]);
    output(command)?;
    Ok(Some(target.join("debug/examples/cards")))
}

/// What lies behind the contacts of the reader.
#[derive(Clone)]
pub struct Card {
    pub uid: Vec<u8>,
    /// It is pulled in the middle of its answer to the command that begins with these bytes.
    pub pulled_at: Option<Vec<u8>>,
}

/// A card that lies on the reader until this is dropped.
pub struct Laid {
    taken: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Laid {
    /// Waits until a card that is to be pulled was pulled.
    pub fn wait(&mut self) {
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

impl Drop for Laid {
    fn drop(&mut self) {
        self.taken.store(true, Ordering::SeqCst);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// A contactless card of no particular make, as readers say it (PC/SC part 3, 3.1.3.2.3).
const ATR: [u8; 20] = [
    0x3b, 0x8f, 0x80, 0x01, 0x80, 0x4f, 0x0c, 0xa0, 0x00, 0x00, 0x03, 0x06, 0x03, 0x00, 0x01, 0x00,
    0x00, 0x00, 0x00, 0x6a,
];
const GET_UID: [u8; 5] = [0xff, 0xca, 0x00, 0x00, 0x00];
const NO_SUCH_FILE: [u8; 2] = [0x6a, 0x82];

/// Plays the card until it is taken away, or pulled as it was told to be.
fn play(card: &Card, at: SocketAddr, taken: &AtomicBool) {
    // The reader may still be in the act of noticing that the card before was taken.
    let reader = until("the virtual reader takes a card", || {
        let stream = TcpStream::connect(at).ok();
        stream.filter(|stream| stream.set_read_timeout(Some(LOOK)).is_ok())
    });
    let Ok(mut reader) = reader else { return };
    while let Ok(Some(message)) = heard(&mut reader, taken) {
        let said = match &message[..] {
            // Power off, power on and reset have no answer.
            [0..=2] => continue,
            [4] => ATR.to_vec(),
            command => {
                let said = answer(card, command);
                let is_pulled = |at: &Vec<u8>| command.starts_with(at);
                if card.pulled_at.as_ref().is_some_and(is_pulled) {
                    // The length of the whole answer, and half of it.
                    let half = &framed(&said)[..2 + said.len() / 2];
                    let _ = reader.write_all(half);
                    return;
                }
                said
            }
        };
        if reader.write_all(&framed(&said)).is_err() {
            return;
        }
    }
}

fn answer(card: &Card, command: &[u8]) -> Vec<u8> {
    match command == GET_UID {
        true => [&card.uid[..], &[0x90, 0x00]].concat(),
        false => NO_SUCH_FILE.to_vec(),
    }
}

/// Each message goes behind its length, two bytes, the high one first.
fn framed(message: &[u8]) -> Vec<u8> {
    let length = u16::try_from(message.len()).expect("a short message");
    [&length.to_be_bytes()[..], message].concat()
}

/// The next message; nothing where the card is to be taken away.
fn heard(reader: &mut TcpStream, taken: &AtomicBool) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 2];
    if !filled(reader, &mut length, taken)? {
        return Ok(None);
    }
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    Ok(filled(reader, &mut message, taken)?.then_some(message))
}

fn filled(reader: &mut TcpStream, buffer: &mut [u8], taken: &AtomicBool) -> io::Result<bool> {
    let mut at = 0;
    while at < buffer.len() {
        if taken.load(Ordering::SeqCst) {
            return Ok(false);
        }
        match reader.read(&mut buffer[at..]) {
            Ok(0) => return Ok(false),
            Ok(count) => at += count,
            Err(error)
                if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}
