//! Tests that are played behind the others: the stories wait for devices, lines and disks most of
//! the time, and the seasons need nothing but what they leave of the cores.

use std::io::{self, Write};
use std::process::{Command, Output, Stdio};
use std::thread::{self, JoinHandle};

use super::results::Results;
use super::said;

/// The last in the queue for a core: a test that waits for an answer in time never waits for these.
const NICENESS: &str = "19";

pub struct Behind(JoinHandle<io::Result<Output>>);

impl Behind {
    /// Starts the tests; they print nothing before the end.
    pub fn start(command: Command) -> io::Result<Self> {
        let child = nice(&command).stdout(Stdio::piped()).spawn()?;
        Ok(Self(thread::spawn(|| child.wait_with_output())))
    }

    /// Waits for them, and says and counts what they said.
    pub fn end(self, results: &mut Results, out: &mut impl Write) -> io::Result<()> {
        let ended = self.0.join();
        let output = ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        for line in output.stdout.split(|byte| *byte == b'\n') {
            said(results, line, out)?;
        }
        results.end(output.status.success());
        Ok(())
    }
}

/// The same command with the lowest priority: `nice` is part of every system that this runs on.
fn nice(command: &Command) -> Command {
    let mut nice = Command::new("nice");
    nice.args(["-n", NICENESS]).arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        nice.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => nice.env(name, value),
            None => nice.env_remove(name),
        };
    }
    nice
}

#[test]
fn what_is_played_behind_is_counted_like_the_rest() {
    let mut command = Command::new("sh");
    command.env("SAID", "test result: FAILED. 2 passed; 1 failed").env_remove("CARGO");
    command.args(["-c", "echo \"test a ... FAILED\"; echo \"$SAID\"; exit 1"]);
    let behind = Behind::start(command).expect("it starts");
    let mut results = Results::default();
    behind.end(&mut results, &mut io::sink()).expect("it ends");
    assert_eq!((results.passed, results.failed), (2, 1));
    assert_eq!(results.told, ["a"]);
}

#[test]
fn what_fell_over_behind_fails() {
    let mut command = Command::new("sh");
    let words = "test \"$(nice)\" = 19 && echo \"test result: ok. 1 passed; 0 failed\"; exit 3";
    command.args(["-c", words]);
    let behind = Behind::start(command).expect("it starts");
    let mut results = Results::default();
    behind.end(&mut results, &mut io::sink()).expect("it ends");
    assert_eq!((results.passed, results.failed), (1, 1), "it let all others go first");
}
