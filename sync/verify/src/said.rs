//! What was found, for a person or for a program.

use std::io::{self, Write};
use std::path::Path;

use ledger::{Moment, Writer};
use replica::audit::{Finding, Report, SealedBy, Totals, Trust, Verdict};
use serde_json::json;

use super::Checked;

/// One line a finding, the sums, and the verdict last.
pub fn plainly(
    out: &mut impl Write,
    Checked { file, report }: &Checked<'_>,
    between: &[(&Path, Finding)],
    verdict: Verdict,
) -> io::Result<()> {
    let file = file.display();
    let first = &report.first;
    let name = clean(&first.name);
    writeln!(out, "{file}: {name} (writer {}) of {}", first.writer.0, clean(&first.body))?;
    writeln!(out, "  the office's key {}", trusted(report.office))?;
    if first.writer != Writer::OFFICE {
        writeln!(out, "  the device's key {}", trusted(report.device))?;
    }
    match report.sealed {
        Some((by, at_ms)) => {
            writeln!(out, "  closed by the {} on {}", closer(by), moment(at_ms))?;
        }
        None => writeln!(out, "  closed by nobody whose key is known")?,
    }
    let heads = report.agreeing;
    writeln!(out, "  signed heads that agree: {heads}; not checked: {}", report.unchecked)?;
    sums(out, report)?;
    for (seq, breach) in &report.breaches {
        writeln!(out, "  note: entry {seq} breaks a rule: {breach}")?;
    }
    for finding in &report.findings {
        writeln!(out, "{file}: {}", clean(&finding.to_string()))?;
    }
    for (other, finding) in between {
        writeln!(out, "{file}: {finding} ({})", other.display())?;
    }
    writeln!(out, "{file}: {verdict}")
}

/// The same, one object a line.
pub fn as_json(
    out: &mut impl Write,
    Checked { file, report }: &Checked<'_>,
    between: &[(&Path, Finding)],
    verdict: Verdict,
) -> io::Result<()> {
    let file = file.display().to_string();
    for finding in &report.findings {
        writeln!(out, "{}", json!({ "file": file, "finding": finding }))?;
    }
    for (other, finding) in between {
        let against = other.display().to_string();
        let line = json!({ "file": file, "against": against, "finding": finding });
        writeln!(out, "{line}")?;
    }
    for (seq, breach) in &report.breaches {
        writeln!(out, "{}", json!({ "file": file, "breach": { "entry": seq, "what": breach } }))?;
    }
    let totals = &report.totals;
    let modes: serde_json::Map<String, serde_json::Value> = totals
        .modes()
        .into_iter()
        .map(|(mode, sum)| {
            let paise = sum.sum().ok().map(ledger::Paise::get);
            (mode.to_lowercase(), json!({ "receipts": sum.receipts, "paise": paise }))
        })
        .collect();
    let sealed = report.sealed.map(|(by, at_ms)| json!({ "by": by, "at_ms": at_ms }));
    let line = json!({
        "file": file,
        "verdict": verdict,
        "body": report.first.body,
        "writer": report.first.writer,
        "name": report.first.name,
        "office_key": report.office,
        "device_key": report.device,
        "closed": sealed,
        "heads_agreeing": report.agreeing,
        "heads_not_checked": report.unchecked,
        "entries": totals.entries,
        "receipts": totals.receipts,
        "voided": totals.voided,
        "collected": modes,
        "first_ms": totals.first.map(|at| at.wall_ms),
        "last_ms": totals.last.map(|at| at.wall_ms),
    });
    writeln!(out, "{line}")
}

fn sums(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let totals = &report.totals;
    let Totals { entries, receipts, voided, .. } = totals;
    writeln!(out, "  entries: {entries}; receipts: {receipts}, of them cancelled: {voided}")?;
    for (mode, sum) in totals.modes() {
        let amount = match sum.sum() {
            Ok(paise) => format!("₹{paise}"),
            Err(error) => error.to_string(),
        };
        writeln!(out, "  collected by {mode}: {amount} in {} receipts", sum.receipts)?;
    }
    if let (Some(first), Some(last)) = (totals.first, totals.last) {
        writeln!(out, "  from {} to {}", moment(first.wall_ms), moment(last.wall_ms))?;
    }
    Ok(())
}

fn trusted(trust: Trust) -> &'static str {
    match trust {
        Trust::Given => "was given",
        Trust::Vouched => "is vouched for by the office's signature",
        Trust::Believed => "is ONLY CLAIMED by the file, and believed because of --trust-file",
        Trust::Claimed => "is ONLY CLAIMED by the file: its signatures were not checked",
    }
}

fn closer(by: SealedBy) -> &'static str {
    match by {
        SealedBy::Device => "device",
        SealedBy::Office => "office",
    }
}

/// As it stands on paper, in India's time.
fn moment(wall_ms: i64) -> String {
    let at = Moment { wall_ms, ..Moment::default() };
    format!("{} {}", at.date_text(), at.time_text())
}

/// Words from the file must not move the auditor's cursor.
fn clean(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_from_the_file_stay_on_their_line() {
        assert_eq!(clean("kiosk-1\u{1b}[2J\ncomplete"), "kiosk-1\u{fffd}[2J\u{fffd}complete");
        assert_eq!(clean("കിയോസ്ക്"), "കിയോസ്ക്");
    }
}
