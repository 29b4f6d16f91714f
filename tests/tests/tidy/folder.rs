//! The project's own files, as the rules read them.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// What the project does not write itself.
const FOREIGN: &[&str] = &["target", "node_modules"];

/// One thing that a rule found, with what to do about it.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub says: String,
}

impl Finding {
    pub fn new(path: &str, line: usize, says: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line, says: says.into() }
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.says)
    }
}

/// A file's path from the root, with strokes, and its text.
pub struct Source {
    pub path: String,
    pub text: String,
}

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of it").to_owned()
}

/// Every file of the project with this ending, in order of their paths.
pub fn sources(ending: &str) -> Vec<Source> {
    let root = root();
    let mut found = Vec::new();
    walk(&root, &root, ending, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "no {ending} file lies under {}", root.display());
    found
}

fn walk(root: &Path, folder: &Path, ending: &str, found: &mut Vec<Source>) {
    let listed = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    for entry in listed {
        let path = entry.expect("a folder that could be opened lists its files").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') || FOREIGN.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, ending, found);
        } else if name.ends_with(ending) {
            let text = fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{} is no text: {error}", path.display()));
            let path = path.strip_prefix(root).expect("it lies under the root");
            found.push(Source { path: path.to_string_lossy().replace('\\', "/"), text });
        }
    }
}

/// Fails with every finding, one a line.
pub fn report(rule: &str, findings: &[Finding]) {
    let lines: Vec<String> = findings.iter().map(|finding| format!("{finding:?}")).collect();
    assert!(findings.is_empty(), "{rule}: {} found\n{}", findings.len(), lines.join("\n"));
}

/// Whether a file is there for tests only, so that it may fall over where a product may not.
pub fn is_test_file(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.ends_with("_tests.rs")
}
