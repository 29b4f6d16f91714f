//! What the tests said, counted.

use std::fmt::Write;
use std::io;
use std::path::Path;

use ::tests::coverage::{self, Ended};
use ::tests::missing::Missing;
use ::tests::programs::workspace;

#[derive(Default)]
pub struct Results {
    pub passed: u64,
    pub failed: u64,
    ignored: u64,
    /// The names of the tests that failed, and what else went wrong.
    pub told: Vec<String>,
    pub missing: Vec<Missing>,
    /// What the proofs counted.
    pub counts: String,
    ended: Ended,
    /// How much of what the sources name works.
    coverage: String,
}

impl Results {
    /// Reads one line of what cargo's tests print.
    pub fn take(&mut self, line: &str) {
        let line = line.trim();
        self.ended.take(line);
        if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += count(result, "passed");
            self.failed += count(result, "failed");
            self.ignored += count(result, "ignored");
        } else if let Some(test) = line.strip_prefix("test ")
            && let Some(name) = test.strip_suffix(" ... FAILED")
        {
            self.told.push(name.to_owned());
        }
    }

    /// The tests have ended. A program that fell over, or did not compile, has no result line.
    pub fn end(&mut self, good: bool) {
        if !good && self.failed == 0 {
            self.failed = 1;
            self.told.push("a test program did not compile or fell over (see above)".to_owned());
        }
    }

    /// Keeps how each test ended for `cargo coverage`, and holds its table against that. A row whose
    /// test did not pass fails the suite.
    pub fn covered(&mut self, list: &Path) -> io::Result<()> {
        self.ended.write(list)?;
        let rows = coverage::rows();
        let faults = coverage::faults(&rows, coverage::finder(workspace()), &self.ended);
        self.failed += faults.len() as u64;
        self.told.extend(faults);
        self.coverage = coverage::summary(&rows);
        Ok(())
    }

    pub fn is_good(&self, ci: bool) -> bool {
        self.counted_failed(ci) == 0 && self.passed > 0
    }

    /// Everything that a reader must know, the counts in the last line.
    pub fn summary(&self, ci: bool) -> String {
        let mut text = String::new();
        if !self.counts.is_empty() {
            let _ = writeln!(text, "\nWhat the proofs counted:\n{}", self.counts.trim_end());
        }
        if !self.coverage.is_empty() {
            let _ = writeln!(text, "\nOf what the sources name: {}", self.coverage);
        }
        if !self.missing.is_empty() {
            text.push_str("\nNOT TESTED HERE, for want of a component:\n");
            for missing in &self.missing {
                let _ = writeln!(text, "  {}: {}", missing.component, missing.untested);
            }
            text.push_str(if ci { "  (with CI=true each counts as failed)\n" } else { "" });
        }
        if self.ignored > 0 {
            let _ = writeln!(text, "\n{} tests are marked as ignored: none may be", self.ignored);
        }
        if !self.told.is_empty() {
            let _ = writeln!(text, "\nfailed:\n  {}", self.told.join("\n  "));
        }
        let _ = write!(text, "\n{} passed, {} failed", self.passed, self.counted_failed(ci));
        text
    }

    fn counted_failed(&self, ci: bool) -> u64 {
        let missing = if ci { self.missing.len() as u64 } else { 0 };
        self.failed + self.ignored + missing
    }
}

/// The number before a word, as in `ok. 3 passed; 0 failed; 0 ignored`.
fn count(result: &str, word: &str) -> u64 {
    let mut words = result.split([' ', ';']).filter(|part| !part.is_empty());
    let mut before = "";
    for part in words.by_ref() {
        if part == word {
            return before.parse().unwrap_or(0);
        }
        before = part;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; \
                        finished in 0.00s";
    const BAD: &str =
        "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out";

    fn check(lines: &[&str], good: bool, ci: bool, last: &str) {
        let mut results = Results::default();
        lines.iter().for_each(|line| results.take(line));
        results.end(good);
        assert_eq!(results.summary(ci).lines().last(), Some(last));
        assert_eq!(results.is_good(ci), last.ends_with(" 0 failed") && !last.starts_with("0 "));
    }

    #[test]
    fn results_are_summed_over_all_test_programs() {
        check(&["running 3 tests", GOOD, GOOD], true, true, "6 passed, 0 failed");
        check(&["test a::b ... FAILED", BAD, GOOD], false, true, "5 passed, 1 failed");
    }

    #[test]
    fn a_program_without_a_result_and_no_test_at_all_are_failures() {
        check(&[GOOD], false, true, "3 passed, 1 failed");
        check(&[], true, true, "0 passed, 0 failed");
    }

    #[test]
    fn an_ignored_test_is_a_failure() {
        let ignored = GOOD.replace("0 ignored", "2 ignored");
        check(&[&ignored], true, false, "3 passed, 2 failed");
    }

    #[test]
    fn what_is_missing_fails_in_ci_only() {
        let missing = Missing::new("xdotool", "the real window");
        let results = Results { passed: 1, missing: vec![missing], ..Results::default() };
        assert!(results.is_good(false) && !results.is_good(true));
        assert!(results.summary(false).contains("xdotool: the real window"));
        assert!(results.summary(true).ends_with("1 passed, 1 failed"));
    }

    #[test]
    fn what_the_proofs_counted_is_said() {
        let counts = "tamper: 1120 alterations\n".to_owned();
        let results = Results { passed: 1, counts, ..Results::default() };
        assert!(results.summary(true).contains("tamper: 1120 alterations"));
        assert!(results.summary(true).ends_with("1 passed, 0 failed"));
    }

    #[test]
    fn failed_tests_are_named() {
        let mut results = Results::default();
        results.take("test stories::cash ... FAILED");
        results.take(BAD);
        assert!(results.summary(false).contains("stories::cash"));
    }
}
