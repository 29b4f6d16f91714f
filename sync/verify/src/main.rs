//! The auditor's program: it needs an exported file and the public keys, and neither the device nor
//! the centre. It reads, checks with the very library that both use, and says what it found.

mod said;
mod statement;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use data_encoding::HEXLOWER_PERMISSIVE;
use ledger::PublicKey;
use replica::audit::{self, Book, Finding, Keys, ReadError, Report, Verdict};
use thiserror::Error;

/// The most files of one run: every file is held against every other of the same device.
const FILES_MAX: usize = 1_000;

/// How much of a file is read at a time, in bytes: an export has millions of short lines.
const BUFFER_BYTES: usize = 1_024 * 1_024;

/// Checks exported books: complete, or gap, altered, forked, back-dated, cut off, and where; and
/// the office's signature on a statement of receipts of `central collection --json`.
///
/// Each finding is one line; the last line is the verdict. Exit code 0 only for "complete"; 1 for
/// every other verdict; 2 where a file cannot be read. A file itself can claim any key: give the
/// office's with --office, as it hangs in the office.
#[derive(Parser)]
#[command(name = "verify", version)]
struct Arguments {
    /// Exports of `kiosk export` or `central export`, or signed statements of receipts. Several
    /// exports of one device are held against each other.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The office's public key, 64 hexadecimal figures.
    #[arg(long, value_name = "HEX", value_parser = key)]
    office: Option<PublicKey>,
    /// A device's public key; may be given several times. Without it the office's signature in the
    /// file must vouch for the device's.
    #[arg(long, value_name = "HEX", value_parser = key)]
    key: Vec<PublicKey>,
    /// Believes the keys that the file itself claims: for a demonstration, never for an audit.
    #[arg(long)]
    trust_file: bool,
    /// Findings, sums and verdicts as one JSON object a line.
    #[arg(long)]
    json: bool,
}

/// A file and what was found in it.
struct Checked<'a> {
    file: &'a Path,
    report: Report,
}

#[derive(Debug, Error)]
enum Failure {
    #[error("{0} cannot be opened")]
    Open(PathBuf, #[source] io::Error),
    #[error("{0} is no export of Padi's books")]
    Read(PathBuf, #[source] ReadError),
    #[error("more than {FILES_MAX} files")]
    TooMany,
    #[error("what was found cannot be written")]
    Output(#[source] io::Error),
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(Verdict::Complete) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("verify: {}", told(&failure));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<Verdict, Failure> {
    if arguments.files.len() > FILES_MAX {
        return Err(Failure::TooMany);
    }
    let devices = arguments.key.clone();
    let keys = Keys { office: arguments.office, devices, trust_file: arguments.trust_file };
    let (statements, books) = statement::sorted(&arguments.files)?;
    let checked: Vec<Checked<'_>> =
        books.into_iter().map(|file| check(file, &keys)).collect::<Result<_, _>>()?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut worst = Verdict::Complete;
    for file in statements {
        worst = worst.max(statement::check(&mut out, file, &keys, arguments.json)?);
    }
    for (place, one) in checked.iter().enumerate() {
        let between = against(one, &checked[..place]);
        let verdict = between.iter().map(|(_, finding)| finding.verdict);
        let verdict = verdict.chain([one.report.verdict()]).max().unwrap_or(Verdict::Complete);
        let said = match arguments.json {
            true => said::as_json(&mut out, one, &between, verdict),
            false => said::plainly(&mut out, one, &between, verdict),
        };
        said.map_err(Failure::Output)?;
        worst = worst.max(verdict);
    }
    out.flush().map_err(Failure::Output)?;
    Ok(worst)
}

fn check<'a>(file: &'a Path, keys: &Keys) -> Result<Checked<'a>, Failure> {
    let open = File::open(file).map_err(|error| Failure::Open(file.to_owned(), error))?;
    let book = Book::read(BufReader::with_capacity(BUFFER_BYTES, open))
        .map_err(|error| Failure::Read(file.to_owned(), error))?;
    Ok(Checked { file, report: audit::check(&book, keys) })
}

/// What the files before this one say of the same device.
fn against<'a>(one: &Checked<'_>, others: &[Checked<'a>]) -> Vec<(&'a Path, Finding)> {
    let (own, mut found) = (&one.report, Vec::new());
    for other in others {
        let theirs = &other.report;
        let same = theirs.first.writer == own.first.writer && theirs.first.body == own.first.body;
        if let Some(finding) = own.parts_from(theirs).filter(|_| same) {
            found.push((other.file, finding));
        }
    }
    found
}

fn key(hex: &str) -> Result<PublicKey, String> {
    let says = || "a public key has 64 hexadecimal figures".to_owned();
    let bytes = HEXLOWER_PERMISSIVE.decode(hex.trim().as_bytes()).map_err(|_| says())?;
    bytes.try_into().map(PublicKey::new).map_err(|_| says())
}

/// The sentence, and what it came from.
fn told(failure: &dyn std::error::Error) -> String {
    let mut sentence = failure.to_string();
    let mut cause = failure.source();
    while let Some(source) = cause {
        sentence.push_str(&format!(" ({source})"));
        cause = source.source();
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_hangs_in_the_office() {
        let hex = "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";
        let read = key(hex).expect("a key");
        assert_eq!(read.bytes()[31], 0x20);
        assert_eq!(key(&format!(" {}\n", hex.to_uppercase())), Ok(read));
        for bad in ["", "01", &hex[1..], &hex.replace('0', "g"), &format!("{hex}00")] {
            assert!(key(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_words_of_the_program_are_sound() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
        assert!(Arguments::try_parse_from(["verify"]).is_err(), "a file is needed");
    }

    #[test]
    fn what_cannot_be_read_is_a_failure_with_its_cause() {
        let keys = Keys::default();
        let missing = check(Path::new("/nowhere/books.jsonl"), &keys).err().expect("not there");
        assert!(told(&missing).starts_with("/nowhere/books.jsonl cannot be opened ("));
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let other = check(&own, &keys).err().expect("no export");
        assert!(told(&other).contains("is no export of Padi's books (the first line"));
    }
}
