//! A program that was started: what it says line by line, and its end.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::Trouble;
use crate::wait::{PATIENCE, until};

/// How often a program that a person uses is looked at.
const LEISURE: Duration = Duration::from_millis(100);

/// The programs that run, by their ids, for an end that comes from outside.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Ends every program that was started and still runs.
pub fn end_all() {
    for id in std::mem::take(&mut *running()) {
        // Whatever has ended by itself needs no end.
        let pid = i32::try_from(id).ok().and_then(Pid::from_raw);
        let _ = pid.map(|pid| kill_process(pid, Signal::KILL));
    }
}

fn running() -> MutexGuard<'static, BTreeSet<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ended by its id when it is dropped.
pub struct Process {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    said: Arc<Said>,
    log: PathBuf,
}

#[derive(Default)]
struct Said {
    lines: Mutex<Lines>,
    news: Condvar,
}

#[derive(Default)]
struct Lines {
    all: Vec<Value>,
    ended: bool,
}

impl Process {
    /// Starts a program that speaks JSON lines; its log goes to `NAME.log` in the folder.
    pub fn start(name: &str, mut command: Command, folder: &Path) -> Result<Process, Trouble> {
        let log = folder.join(format!("{name}.log"));
        let failed = |error| Trouble::caused(format!("{name} cannot be started"), error);
        let errors = File::options().create(true).append(true).open(&log).map_err(failed)?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors);
        let mut child = command.spawn().map_err(failed)?;
        running().insert(child.id());
        let said = Arc::new(Said::default());
        let output = child.stdout.take().expect("it was asked for");
        let hears = said.clone();
        thread::spawn(move || hear(output, &hears));
        let input = child.stdin.take();
        Ok(Process { name: name.to_owned(), child, input, said, log })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How many lines were said so far; a mark for `wait_from`.
    pub fn count(&self) -> usize {
        self.said.lock().all.len()
    }

    /// Everything that was said so far.
    pub fn lines(&self) -> Vec<Value> {
        self.said.lock().all.clone()
    }

    /// The first line from a mark on that fits, with the mark behind it.
    pub fn wait_from(
        &self,
        mark: usize,
        what: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Result<(usize, Value), Trouble> {
        let begun = Instant::now();
        let mut lines = self.said.lock();
        let mut at = mark;
        loop {
            while let Some(line) = lines.all.get(at) {
                at += 1;
                if fits(line) {
                    return Ok((at, line.clone()));
                }
            }
            let left = PATIENCE.saturating_sub(begun.elapsed());
            if lines.ended || left.is_zero() {
                let last = lines.all.last().map(ToString::to_string).unwrap_or_default();
                drop(lines);
                return Err(self.trouble(&format!("never said {what}; last it said {last}")));
            }
            let waited = self.said.news.wait_timeout(lines, left);
            lines = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Writes one line to its standard input.
    pub fn tell(&mut self, line: &str) -> Result<(), Trouble> {
        let written = match &mut self.input {
            Some(input) => writeln!(input, "{line}").and_then(|()| input.flush()),
            None => Err(std::io::ErrorKind::BrokenPipe.into()),
        };
        written.map_err(|error| Trouble::caused(format!("{} does not listen", self.name), error))
    }

    /// Closes its standard input, by which some programs know that they are to end.
    pub fn hang_up(&mut self) {
        self.input = None;
    }

    /// Asks it to end (SIGTERM) and waits.
    pub fn stop(&mut self) -> Result<ExitStatus, Trouble> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)
            .map_err(|error| Trouble::caused("it cannot be asked to end", error))?;
        self.ended()
    }

    /// As a power cut ends it.
    pub fn kill(&mut self) -> Result<(), Trouble> {
        let failed = |error| Trouble::caused("it cannot be ended", error);
        self.child.kill().map_err(failed)?;
        self.child.wait().map_err(failed)?;
        Ok(())
    }

    /// Waits until it has ended.
    pub fn ended(&mut self) -> Result<ExitStatus, Trouble> {
        let child = &mut self.child;
        until("the program ends", || child.try_wait().ok().flatten())
    }

    /// Waits without a limit until it has ended, or nobody wishes to wait any more.
    pub fn ended_at_leisure(
        &mut self,
        leave: impl Fn() -> bool,
    ) -> Result<Option<ExitStatus>, Trouble> {
        while !leave() {
            let status = self.child.try_wait();
            let status = status.map_err(|error| Trouble::caused("it cannot be watched", error))?;
            if status.is_some() {
                return Ok(status);
            }
            thread::park_timeout(LEISURE);
        }
        Ok(None)
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_none())
    }

    /// What it wrote to its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn trouble(&self, what: &str) -> Trouble {
        let log = self.log();
        let last: Vec<&str> = log.lines().rev().take(8).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        Trouble::new(format!("{} {what}; its log ends:\n{}", self.name, last.join("\n")))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.kill();
        running().remove(&self.id());
    }
}

impl Said {
    fn lock(&self) -> MutexGuard<'_, Lines> {
        // Each change is one step: a thread that fell over left the list whole.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lines that are no JSON are kept as text.
fn hear(output: ChildStdout, said: &Said) {
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        let value = serde_json::from_str(&line).unwrap_or(Value::String(line));
        said.lock().all.push(value);
        said.news.notify_all();
    }
    said.lock().ended = true;
    said.news.notify_all();
}

/// Runs a program to its end with a text on its standard input.
pub fn run(name: &str, mut command: Command, typed: &str) -> Result<String, Trouble> {
    let failed = |error| Trouble::caused(format!("{name} cannot be run"), error);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    let mut input = child.stdin.take().expect("it was asked for");
    // A program that does not read what is typed ends all the same.
    let _ = input.write_all(typed.as_bytes());
    drop(input);
    let output = child.wait_with_output().map_err(failed)?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match output.status.success() {
        true => Ok(said),
        false => {
            let errors = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            Err(Trouble::new(format!("{name} failed: {errors} {said}")))
        }
    }
}
