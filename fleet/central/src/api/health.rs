//! `GET /healthz` and `GET /metrics`.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::Centre;
use super::denied::Denied;
use crate::time::{moment, now_ms};

/// Whether the database answers.
pub async fn healthz(State(centre): State<Arc<Centre>>) -> Result<&'static str, Denied> {
    centre.store.answers().await?;
    Ok("ok\n")
}

/// Figures in Prometheus' text form.
pub async fn metrics(State(centre): State<Arc<Centre>>) -> Result<Response, Denied> {
    let kept = centre.store.figures(moment(now_ms()).day()).await?;
    let gauges = [
        ("padi_devices", "Devices of the body.", kept.devices),
        ("padi_devices_frozen", "Devices that an officer must look at.", kept.frozen),
        ("padi_entries", "Entries of devices in the books.", kept.entries),
        ("padi_office_entries", "Entries of the office book.", kept.office_entries),
        ("padi_receipts", "Receipts in the books.", kept.receipts),
        ("padi_quarantined_entries", "Entries that broke a rule.", kept.quarantined),
        ("padi_quarantine_open", "Those that nobody has settled.", kept.quarantined_open),
        ("padi_held_entries", "Entries kept beside the chains.", kept.held),
        ("padi_forks", "Second histories of devices.", kept.forks),
        ("padi_misdated_entries", "Entries dated outside what is possible.", kept.misdated),
        ("padi_bank_words_waiting", "UPI payments without a request.", kept.bank_waiting),
        ("padi_bank_cases", "UPI payments that an officer must settle.", kept.bank_cases),
        ("padi_remittance_overdue", "Sums that should be in the bank.", kept.overdue),
        ("padi_remittance_overdue_paise", "How much they are, in paise.", kept.overdue_paise),
        ("padi_records_undecided", "Fields of records to be decided.", kept.undecided),
        ("padi_edits_refused", "Edits of records that broke a rule.", kept.refused_edits),
        ("padi_complaints_open", "Complaints to be worked on.", kept.complaints_open),
        ("padi_complaints_overdue", "Those whose day is over.", kept.complaints_overdue),
        ("padi_documents_differing", "Day documents that differ.", kept.documents_differ),
    ];
    let counts = &centre.counts;
    let counters = [
        ("padi_batches_total", "Batches that came.", counts.batches.get()),
        ("padi_entries_taken_total", "Entries that were new.", counts.entries.get()),
        ("padi_exchange_bytes_in_total", "Bytes of messages read.", counts.bytes_in.get()),
        ("padi_exchange_bytes_out_total", "Bytes of answers.", counts.bytes_out.get()),
        ("padi_turned_away_total", "Requests turned away unread.", counts.turned_away.get()),
        ("padi_busy_total", "Requests told to come later.", counts.busy.get()),
        ("padi_bank_words_total", "Words of the bank.", counts.bank_words.get()),
    ];
    let mut text = String::new();
    for (kind, figures) in [("gauge", &gauges[..]), ("counter", &counters[..])] {
        for (name, help, value) in figures {
            let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
        }
    }
    text.push_str("# HELP padi_rejections_total Batches of which nothing was taken.\n");
    text.push_str("# TYPE padi_rejections_total counter\n");
    let rejections = [
        ("gap", &counts.gaps),
        ("fork", &counts.forks),
        ("damaged", &counts.damaged),
        ("frozen", &counts.frozen),
        ("unplaced", &counts.unplaced),
    ];
    for (reason, count) in rejections {
        let _ = writeln!(text, "padi_rejections_total{{reason=\"{reason}\"}} {}", count.get());
    }
    let form = "text/plain; version=0.0.4; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, form)], text).into_response())
}
