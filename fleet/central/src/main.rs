//! The office's program.

use std::error::Error;
use std::process::ExitCode;

use central::command::Command;
use clap::Parser;

fn main() -> ExitCode {
    rustls::crypto::ring::default_provider()
        .install_default()
        .expect("nothing else has chosen a provider before the first line");
    match Command::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("central: {}", told(&error));
            ExitCode::FAILURE
        }
    }
}

/// The sentence, and what it came from.
fn told(error: &dyn Error) -> String {
    let mut sentence = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        sentence.push_str(&format!(" ({source})"));
        cause = source.source();
    }
    sentence
}
