//! Short files, short functions, short lines: what a reader holds in the head at once.

use super::folder::{Finding, Source, report, sources};
use super::tokens::{functions, tokens};

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;
const COLUMNS_MAX: usize = 100;

/// Files whose long lines are tables or sample texts that a break would make harder to read.
const WIDE: &[&str] = &[
    "fleet/central/tests/story/full_page.rs",
    "fleet/central/tests/story/operator.rs",
    "fleet/central/tests/story/upi.rs",
    "kiosk/app/src/print/tests.rs",
    "kiosk/app/tests/handheld/samples.rs",
    "tests/src/bin/suite/results.rs",
    "tests/tests/tidy/tokens.rs",
];

#[test]
fn files_functions_and_lines_stay_short() {
    let mut findings: Vec<Finding> = sources(".slint").iter().flat_map(long_file).collect();
    for source in sources(".rs") {
        findings.extend(long_file(&source));
        findings.extend(long_functions(&source));
        if !WIDE.contains(&source.path.as_str()) {
            findings.extend(wide_lines(&source));
        }
    }
    report("too long", &findings);
}

#[test]
fn the_exempt_files_are_there() {
    let sources = sources(".rs");
    for path in WIDE {
        assert!(sources.iter().any(|source| source.path == *path), "{path}: take it off the list");
    }
}

fn long_file(source: &Source) -> Option<Finding> {
    let lines = source.text.lines().count();
    let says = format!("{lines} lines, {FILE_LINES_MAX} at most: split it by what its parts are");
    (lines > FILE_LINES_MAX).then(|| Finding::new(&source.path, lines, says))
}

fn long_functions(source: &Source) -> Vec<Finding> {
    let functions = functions(&tokens(&source.text).unwrap_or_default());
    let long = functions.into_iter().filter(|function| function.lines > FUNCTION_LINES_MAX);
    long.map(|function| {
        let says = format!(
            "{} has {} lines, {FUNCTION_LINES_MAX} at most: name its steps as functions",
            function.name, function.lines
        );
        Finding::new(&source.path, function.line, says)
    })
    .collect()
}

fn wide_lines(source: &Source) -> Vec<Finding> {
    let lines = source.text.lines().enumerate();
    let wide = lines.map(|(at, line)| (at, line.chars().count()));
    wide.filter(|(_, columns)| *columns > COLUMNS_MAX)
        .map(|(at, columns)| {
            let says = format!("{columns} columns, {COLUMNS_MAX} at most: break the line");
            Finding::new(&source.path, at + 1, says)
        })
        .collect()
}

#[test]
fn the_sizes_bite() {
    let planted = |text: String| Source { path: "planted.rs".to_owned(), text };
    assert!(long_file(&planted("\n".repeat(FILE_LINES_MAX))).is_none());
    assert!(long_file(&planted("\n".repeat(FILE_LINES_MAX + 1))).is_some());
    let function = |lines: usize| planted(format!("fn long() {{{}}}", "\n".repeat(lines - 1)));
    assert!(long_functions(&function(FUNCTION_LINES_MAX)).is_empty());
    assert_eq!(long_functions(&function(FUNCTION_LINES_MAX + 1)).len(), 1);
    assert!(wide_lines(&planted("ക".repeat(COLUMNS_MAX))).is_empty());
    assert_eq!(wide_lines(&planted("-".repeat(COLUMNS_MAX + 1)))[0].line, 1);
}
