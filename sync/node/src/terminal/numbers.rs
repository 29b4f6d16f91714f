//! The numbers under which a terminal's cloud service knows our payments: a file beside the books,
//! one line each, the reference and then `never`, `sent` or the number. The last line of a
//! reference counts. A line is on disk before anything happens because of it, and one that a power
//! cut tore is the last, and never counted.

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// The file beside the books.
const FILE: &str = "terminal-numbers";

/// How many references with a number are kept, the newest of them: a counter takes some hundreds of
/// cards on a day, so that this is more than a month's, and a day's end asks about the last days
/// only. One without a number is kept for ever, since nobody can tell what became of it.
const KEPT_MAX: usize = 20_000;

/// How many lines the file may have before it is written anew: two or three for each reference.
const LINES_MAX: usize = 3 * KEPT_MAX;

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
    /// The bytes of the whole lines.
    length: u64,
    /// Something that is no whole line may follow them.
    torn: bool,
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
        let states = last_states(&lines);
        if whole.len() < text.len() || lines.len() > LINES_MAX {
            write_anew(folder, &path, &states).map_err(failed("written"))?;
        }
        let numbered = states.iter().rev().find(|(_, state)| matches!(state, Kept::Number(_)));
        let last = numbered.map(|(reference, _)| (*reference).to_owned());
        let kept = states.iter().map(|(reference, state)| ((*reference).to_owned(), *state));
        let kept = kept.collect();
        let (file, length) = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .and_then(|file| {
                // The name of a new file is on disk with its folder.
                File::open(folder)?.sync_all()?;
                let length = file.metadata()?.len();
                Ok((file, length))
            })
            .map_err(failed("opened"))?;
        Ok(Self { path, file, length, torn: false, kept, last })
    }

    pub fn of(&self, reference: &str) -> Kept {
        self.kept.get(reference).copied().unwrap_or(Kept::Never)
    }

    /// The reference whose number came last.
    pub fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// On disk when this returns. What was heard is known until the end of this program even where
    /// the disk did not take it; what is only about to be sent is not sent then.
    pub fn keep(&mut self, reference: &str, kept: Kept) -> Result<(), TerminalNumbersError> {
        let added = self.add(&written(reference, kept));
        if added.is_ok() || kept != Kept::Sent {
            self.kept.insert(reference.to_owned(), kept);
        }
        if let Kept::Number(_) = kept {
            self.last = Some(reference.to_owned());
        }
        added.map_err(|source| {
            let path = self.path.clone();
            TerminalNumbersError { path, what: "written", source }
        })
    }

    /// A line that a full disk took in part is cut off again, now or before the next one: that one
    /// would be lost in it.
    fn add(&mut self, line: &str) -> io::Result<()> {
        self.cut()?;
        self.torn = true;
        let added = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        match added {
            Ok(()) => {
                self.length += line.len() as u64;
                self.torn = false;
                Ok(())
            }
            // What cannot be cut now is cut before the next line.
            Err(error) => {
                let _ = self.cut();
                Err(error)
            }
        }
    }

    fn cut(&mut self) -> io::Result<()> {
        if self.torn {
            self.file.set_len(self.length)?;
            self.torn = false;
        }
        Ok(())
    }
}

/// The last state of each reference, oldest first. One that never left is as one that nobody heard
/// of, and takes no room.
fn last_states<'a>(lines: &[(&'a str, Kept)]) -> Vec<(&'a str, Kept)> {
    let (mut seen, mut numbered) = (HashSet::new(), 0);
    let newest_first = lines.iter().rev().filter(|(reference, _)| seen.insert(*reference));
    let stays = newest_first.filter(|(_, state)| match state {
        Kept::Never => false,
        Kept::Sent => true,
        Kept::Number(_) => {
            numbered += 1;
            numbered <= KEPT_MAX
        }
    });
    let mut states: Vec<(&str, Kept)> = stays.copied().collect();
    states.reverse();
    states
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
        let many: String = (1..=LINES_MAX).map(|nth| format!("A{nth} {nth}\n")).collect();
        std::fs::write(&path, format!("S1 sent\nN1 sent\nN1 never\n{many}")).expect("written");
        for _ in 0..2 {
            let numbers = TerminalNumbers::open(folder.path()).expect("opened");
            let (newest, oldest) = (LINES_MAX as u64, (LINES_MAX - KEPT_MAX + 1) as u64);
            assert_eq!(numbers.of(&format!("A{newest}")), Kept::Number(newest));
            assert_eq!(numbers.of(&format!("A{oldest}")), Kept::Number(oldest));
            assert_eq!(numbers.of("S1"), Kept::Sent, "nobody knows what became of it");
            assert_eq!(numbers.of("N1"), Kept::Never);
            assert_eq!(numbers.last(), Some(&*format!("A{newest}")));
            let lines = std::fs::read_to_string(&path).expect("read").lines().count();
            assert_eq!(lines, KEPT_MAX + 1);
        }
    }

    #[test]
    fn many_lines_of_one_reference_push_no_other_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE);
        let many = "A2 sent\nA2 502\n".repeat(LINES_MAX);
        std::fs::write(&path, format!("A1 501\n{many}")).expect("written");
        let numbers = TerminalNumbers::open(folder.path()).expect("opened");
        assert_eq!((numbers.of("A1"), numbers.of("A2")), (Kept::Number(501), Kept::Number(502)));
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "A1 501\nA2 502\n");
    }

    #[test]
    fn a_line_that_a_full_disk_took_in_part_swallows_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE);
        let mut numbers = TerminalNumbers::open(folder.path()).expect("begun");
        numbers.keep("A1", Kept::Sent).expect("kept");
        let takes_nothing = File::open(&path).expect("for reading only");
        let file = std::mem::replace(&mut numbers.file, takes_nothing);
        assert!(numbers.keep("A1", Kept::Number(501)).is_err());
        assert!(numbers.keep("A2", Kept::Sent).is_err());
        assert_eq!(numbers.of("A1"), Kept::Number(501), "it was heard");
        assert_eq!((numbers.of("A2"), numbers.last()), (Kept::Never, Some("A1")));
        // The disk took some of it before it was full.
        numbers.file = file;
        numbers.file.write_all(b"A1 50").expect("in part");
        numbers.keep("A3", Kept::Sent).expect("kept");
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "A1 sent\nA3 sent\n");
        let numbers = TerminalNumbers::open(folder.path()).expect("opened");
        assert_eq!((numbers.of("A1"), numbers.of("A3")), (Kept::Sent, Kept::Sent));
    }
}
