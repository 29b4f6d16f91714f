//! The program as a person starts it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use serde_json::Value;

#[test]
fn the_program_says_where_it_is_and_takes_commands_from_its_input() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sim"))
        .args(["terminal", "--tcp", "127.0.0.1:0", "--mode", "manual"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let announcement: Value = serde_json::from_str(&lines.next().unwrap()).unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"approve\n").unwrap();
    let answer = lines.next().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(announcement["kind"], "terminal");
    assert!(announcement["port"].as_str().unwrap().starts_with("tcp://127.0.0.1:"));
    assert!(announcement["control"].as_str().unwrap().starts_with("127.0.0.1:"));
    assert_eq!(answer, "error no payment is waiting");
}

#[test]
fn wrong_arguments_end_with_one_sentence() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_sim")).args(arguments).output().unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let problem = run(&["upi", "--centre", "http://centre.example", "--secret", "00"]);
    assert!(problem.contains("without encryption only this machine"), "{problem}");
    let problem = run(&["upi", "--centre", "http://127.0.0.1:1", "--secret", "xyz"]);
    assert!(problem.contains("not in hexadecimal"), "{problem}");
    assert!(run(&["printer"]).contains("--tcp"));
}
