//! The numbers under which a terminal's cloud service knows our payments: a file beside the books,
//! one line each, the reference and then `never`, `sent` or the number. The last line of a
//! reference counts. A line is on disk before anything happens because of it, and one that a power
//! cut tore is the last, and never counted.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// The file beside the books.
const FILE: &str = "terminal-numbers";

/// How many references are kept: a counter takes some hundreds of cards on a day, and what is older
/// than a week was settled.
const KEPT_MAX: usize = 5_000;

/// The longest line: a reference of 60 and a number of 20 digits fit well.
const LINE_BYTES_MAX: usize = 200;

#[derive(Debug, Error)]
#[error("the numbers of the terminal's service in {path} cannot be {what}")]
pub struct TerminalNumbersError {
    path: PathBuf,
    what: &'static str,
    #[source]
    source: io::Error,
}

/// How far a reference has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    Never,
    Sent,
    Number(u64),
}

pub struct TerminalNumbers {
    path: PathBuf,
    file: File,
    kept: HashMap<String, Kept>,
    last: Option<String>,
}

impl TerminalNumbers {
    /// Opens the file in the folder of the books, or begins it.
    pub fn open(folder: &Path) -> Result<Self, TerminalNumbersError> {
        let path = folder.join(FILE);
        let failed = |what| {
            let path = path.clone();
            move |source| TerminalNumbersError { path, what, source }
        };
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(failed("read")(error)),
        };
        // What follows the last line's end was torn.
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        let lines: Vec<(&str, Kept)> = whole.lines().filter_map(read).collect();
        let (mut kept, mut last) = (HashMap::new(), None);
        for (reference, state) in &lines {
            kept.insert((*reference).to_owned(), *state);
            if let Kept::Number(_) = state {
                last = Some((*reference).to_owned());
            }
        }
        if whole.len() < text.len() || lines.len() > KEPT_MAX {
            let newest = &lines[lines.len().saturating_sub(KEPT_MAX / 2)..];
            kept.retain(|reference, _| newest.iter().any(|(known, _)| known == reference));
            write_anew(folder, &path, newest).map_err(failed("written"))?;
        }
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .and_then(|file| {
                // The name of a new file is on disk with its folder.
                File::open(folder)?.sync_all()?;
                Ok(file)
            })
            .map_err(failed("opened"))?;
        Ok(Self { path, file, kept, last })
    }

    pub fn of(&self, reference: &str) -> Kept {
        self.kept.get(reference).copied().unwrap_or(Kept::Never)
    }

    /// The reference whose number came last.
    pub fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// On disk when this returns.
    pub fn keep(&mut self, reference: &str, kept: Kept) -> Result<(), TerminalNumbersError> {
        let line = written(reference, kept);
        self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data()).map_err(
            |source| TerminalNumbersError { path: self.path.clone(), what: "written", source },
        )?;
        self.kept.insert(reference.to_owned(), kept);
        if let Kept::Number(_) = kept {
            self.last = Some(reference.to_owned());
        }
        Ok(())
    }
}

fn read(line: &str) -> Option<(&str, Kept)> {
    let (reference, state) = line.split_once(' ').filter(|_| line.len() <= LINE_BYTES_MAX)?;
    let kept = match state {
        "never" => Kept::Never,
        "sent" => Kept::Sent,
        number => Kept::Number(number.parse().ok()?),
    };
    Some((reference, kept))
}

fn written(reference: &str, kept: Kept) -> String {
    match kept {
        Kept::Never => format!("{reference} never\n"),
        Kept::Sent => format!("{reference} sent\n"),
        Kept::Number(number) => format!("{reference} {number}\n"),
    }
}

/// The whole file again, by a second one that takes its place.
fn write_anew(folder: &Path, path: &Path, lines: &[(&str, Kept)]) -> io::Result<()> {
    let beside = path.with_extension("part");
    let text: String = lines.iter().map(|(reference, kept)| written(reference, *kept)).collect();
    let mut file = File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(beside, path)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_there_after_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut numbers = TerminalNumbers::open(folder.path()).expect("begun");
        assert_eq!((numbers.of("A1"), numbers.last()), (Kept::Never, None));
        for (reference, kept) in
            [("A1", Kept::Sent), ("A1", Kept::Number(501)), ("A2", Kept::Sent), ("A3", Kept::Never)]
        {
            numbers.keep(reference, kept).expect("kept");
        }
        let numbers = TerminalNumbers::open(folder.path()).expect("opened");
        assert_eq!((numbers.of("A1"), numbers.of("A2")), (Kept::Number(501), Kept::Sent));
        assert_eq!((numbers.of("A3"), numbers.last()), (Kept::Never, Some("A1")));
    }

    #[test]
    fn a_torn_line_is_not_counted_and_the_next_one_stands_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE);
        std::fs::write(&path, "A1 sent\nA1 50").expect("written");
        let mut numbers = TerminalNumbers::open(folder.path()).expect("opened");
        assert_eq!(numbers.of("A1"), Kept::Sent, "50 may be the beginning of any number");
        numbers.keep("A2", Kept::Sent).expect("kept");
        let numbers = TerminalNumbers::open(folder.path()).expect("opened");
        assert_eq!((numbers.of("A1"), numbers.of("A2")), (Kept::Sent, Kept::Sent));
    }

    #[test]
    fn the_file_does_not_grow_for_ever() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE);
        let many: String = (0..=KEPT_MAX).map(|nth| format!("A{nth} {nth}\n")).collect();
        std::fs::write(&path, many).expect("written");
        let numbers = TerminalNumbers::open(folder.path()).expect("opened");
        assert_eq!(numbers.of(&format!("A{KEPT_MAX}")), Kept::Number(KEPT_MAX as u64));
        let lines = std::fs::read_to_string(&path).expect("read").lines().count();
        assert_eq!(lines, KEPT_MAX / 2);
    }
}
