//! `GET /` and `GET /dashboard.json`: the office's page.

use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use ledger::{Language, Pack, Paise, Text, Writer, day_text};
use serde::Serialize;

use super::Centre;
use super::denied::Denied;
use super::page::{STYLE, page as shown};
use super::turned::TurnedAway;
use crate::overview::{Fork, Overview, Share};
use crate::packs::Ends;
use crate::time::{moment, now_ms, stamp};
use crate::way::{CarriedState, DeviceSays};

#[derive(Template)]
#[template(path = "dashboard.html")]
struct Dashboard<'a> {
    style: &'static str,
    body_name: &'a str,
    body_code: &'a str,
    pack_name: String,
    /// The last day on which devices may take the pack in force, and how near that is.
    pack_ends: Option<(String, Ends)>,
    synthetic: bool,
    now: String,
    o: &'a Overview,
    modes: Vec<Part>,
    wards: Vec<Part>,
    heads: Vec<Part>,
    frozen: usize,
    /// Cases of two histories that nobody has closed.
    open_forks: usize,
    quarantined: u64,
    reused: u64,
    differing_closes: usize,
    turned_away: Vec<TurnedAway>,
}

/// One row or stretch of a picture, ready to be shown.
struct Part {
    label: String,
    account: String,
    count: u64,
    amount: String,
    /// Hundredths of the picture's width.
    from: String,
    width: String,
    colour: &'static str,
}

#[derive(Serialize)]
struct DashboardJson<'a> {
    body: &'a str,
    body_name: &'a str,
    pack: String,
    /// Days since 1970-01-01; none where the office never signed it.
    pack_expires: Option<i64>,
    /// The versions that devices are offered.
    packs_in_service: Vec<u32>,
    synthetic: bool,
    at_ms: i64,
    #[serde(flatten)]
    overview: &'a Overview,
    /// Requests that were refused as a whole since this process began.
    turned_away: Vec<TurnedAway>,
}

pub async fn page(State(centre): State<Arc<Centre>>) -> Result<Response, Denied> {
    let at_ms = now_ms();
    let overview = centre.store.overview(moment(at_ms).day()).await?;
    let pack = centre.trusted.packs.on(moment(at_ms).date());
    let frozen = overview.devices.iter().filter(|device| device.frozen_because.is_some());
    let frozen = frozen.filter(|device| !overview.is_settled(&device.name)).count();
    let differing = overview.closes.iter().filter(|close| close.counted != close.expected).count();
    let dashboard = Dashboard {
        style: STYLE,
        body_name: pack.text(Text::BodyName, Language::En),
        body_code: &pack.body.code,
        pack_name: pack.name(),
        pack_ends: pack_ends(&centre, &pack, at_ms),
        synthetic: pack.body.synthetic,
        now: stamp(at_ms),
        modes: modes(&overview),
        wards: wards(&overview, &pack),
        heads: heads(&overview, &pack),
        frozen,
        open_forks: overview.forks.iter().filter(|fork| fork.is_open()).count(),
        quarantined: overview.devices.iter().map(|device| device.quarantined).sum(),
        reused: overview.forks.iter().map(|fork| fork.reused).sum(),
        differing_closes: differing,
        turned_away: turned_away(&centre, &overview),
        o: &overview,
    };
    Ok(shown(StatusCode::OK, &dashboard))
}

pub async fn json(State(centre): State<Arc<Centre>>) -> Result<Response, Denied> {
    let at_ms = now_ms();
    let overview = centre.store.overview(moment(at_ms).day()).await?;
    let pack = centre.trusted.packs.on(moment(at_ms).date());
    let figures = DashboardJson {
        body: &pack.body.code,
        body_name: pack.text(Text::BodyName, Language::En),
        pack: pack.name(),
        packs_in_service: versions(&centre, at_ms),
        pack_expires: centre.trusted.packs.expires(pack.body.version),
        synthetic: pack.body.synthetic,
        at_ms,
        overview: &overview,
        turned_away: turned_away(&centre, &overview),
    };
    Ok(axum::response::IntoResponse::into_response(Json(figures)))
}

fn versions(centre: &Centre, at_ms: i64) -> Vec<u32> {
    let in_service = centre.trusted.packs.in_service(moment(at_ms).date());
    in_service.iter().map(|it| it.manifest.version).collect()
}

fn pack_ends(centre: &Centre, pack: &Pack, at_ms: i64) -> Option<(String, Ends)> {
    let expires = centre.trusted.packs.expires(pack.body.version)?;
    Some((day_text(expires), Ends::of(expires, moment(at_ms).day())))
}

fn turned_away(centre: &Centre, overview: &Overview) -> Vec<TurnedAway> {
    let name = |writer: Writer| {
        let device = overview.devices.iter().find(|device| device.writer == writer.0);
        device.map(|device| device.name.clone())
    };
    centre.turned.listed(name)
}

impl Dashboard<'_> {
    /// Why a device refused a pack, from the name of the reason.
    fn pack_reason(reason: &str) -> &'static str {
        match reason {
            "damaged" => "It came damaged; the device asks again",
            "signature" => "It is not signed by this office",
            "other_body" => "It is of another local body",
            "expired" => "It has expired: sign a newer one, or set the device's clock",
            "older" => "The device has had a newer one",
            "changed" => "The device has another text under this version",
            _ => "It cannot be read there: is the device's program too old?",
        }
    }

    fn stamp(at_ms: &i64) -> String {
        stamp(*at_ms)
    }

    /// How an entry came out of quarantine.
    fn way_label(way: &str) -> &'static str {
        match way {
            "accepted" => "Accepted",
            "fixed" => "Fixed",
            "rejected" => "Rejected",
            "returned" => "Money returned",
            _ => "Counts since another was settled",
        }
    }

    /// "receipt", "day closed".
    fn kind_label(kind: &str) -> String {
        kind.replace('_', " ")
    }

    /// Numbers that are counted and not listed.
    fn left_out(fork: &Fork) -> u64 {
        fork.reused.saturating_sub(fork.numbers.len() as u64)
    }

    fn mode_label(mode: &str) -> &'static str {
        crate::collection::mode_label(mode)
    }

    fn state_label(state: &str) -> &'static str {
        match state {
            "claimed" => "Claimed",
            "confirmed" => "Confirmed",
            "cancelled" => "Cancelled",
            "received" => "Received",
            "dishonoured" => "Dishonoured",
            "restored" => "Restored",
            "returned" => "Money returned",
            _ => "Realised",
        }
    }

    /// The colour of a state, which stands beside its word.
    fn state_chip(state: &str) -> &'static str {
        match state {
            "claimed" | "received" => "info",
            "cancelled" | "dishonoured" | "returned" => "bad",
            "restored" => "warn",
            _ => "ok",
        }
    }

    fn carried_label(state: &CarriedState) -> &'static str {
        match state {
            CarriedState::Open => "In hand",
            CarriedState::Closed => "Counted",
            CarriedState::Received => "Received",
            CarriedState::Deposited => "Paid in",
        }
    }

    fn instrument_label(state: &str) -> &'static str {
        match state {
            "in_hand" => "In hand",
            other => Self::state_label(other),
        }
    }

    fn case_chip(kind: &str) -> (&'static str, &'static str) {
        match kind {
            "receiving_waits" | "hand_in_waits" => ("info", "Waits"),
            "receiving_short" => ("warn", "Not as claimed"),
            "receiving_twice" | "statement_twice" => ("bad", "Twice"),
            "statement_unmatched" => ("warn", "No deposit"),
            "settlement_open" => ("warn", "Not booked"),
            "nothing_counted" => ("bad", "Nothing counted"),
            _ => ("bad", "Differs"),
        }
    }

    fn device_says(says: &DeviceSays) -> (&'static str, &'static str) {
        match says {
            DeviceSays::Nothing => ("info", "Has not sent it"),
            DeviceSays::TheSame => ("ok", "Sent it: its own counts now"),
            DeviceSays::SomethingElse => ("bad", "Sent something else in its place"),
            DeviceSays::Quarantined => ("bad", "Sent it, and it broke a rule"),
        }
    }

    fn bank_label(state: &str) -> &'static str {
        match state {
            "waiting" => "No device has asked for it yet",
            "differs" => "Another sum than was asked for",
            "twice" => "Paid twice",
            _ => "Late: the request had ended",
        }
    }

    fn day_text(day: &i64) -> String {
        moment(day.saturating_mul(86_400_000)).date_text()
    }

    /// Grams as kilos with one decimal.
    fn kilos(weight_g: &u64) -> String {
        format!("{}.{}", weight_g / 1_000, weight_g % 1_000 / 100)
    }

    fn difference(counted: &Paise, expected: &Paise) -> String {
        let less = counted < expected;
        let (more, fewer) = if less { (expected, counted) } else { (counted, expected) };
        let sum = more.checked_sub(*fewer).unwrap_or(Paise::ZERO);
        format!("{} ₹{}", if less { "short by" } else { "over by" }, sum.on_paper())
    }
}

/// The colours stand beside their words, so that nobody has to tell them apart.
fn modes(overview: &Overview) -> Vec<Part> {
    let mut from = 0;
    let total = overview.total.amount.get();
    let part = |share: &Share| {
        let width = hundredths(share.amount.get(), total);
        let colour = match share.of.as_str() {
            "cash" => "#7FE0CB",
            "card" => "#A9CDFA",
            "cheque" | "demand_draft" => "#E4D3F7",
            _ => "#FFD479",
        };
        let label = Dashboard::mode_label(&share.of).to_owned();
        let start = from;
        from += width;
        Part { from: decimal(start), width: decimal(width), colour, ..plain(share, label) }
    };
    overview.by_mode.iter().map(part).collect()
}

fn wards(overview: &Overview, pack: &Pack) -> Vec<Part> {
    let most = overview.by_ward.iter().map(|share| share.amount.get()).max().unwrap_or(0);
    let part = |share: &Share| {
        let ward = share.of.parse().ok().and_then(|number| pack.ward(number));
        let label = match ward {
            Some(ward) => format!("{} {}", ward.number, ward.name(Language::En)),
            None => "No ward".to_owned(),
        };
        let width = decimal(hundredths(share.amount.get(), most));
        Part { width, ..plain(share, label) }
    };
    overview.by_ward.iter().map(part).collect()
}

fn heads(overview: &Overview, pack: &Pack) -> Vec<Part> {
    let part = |share: &Share| {
        let label = pack.head_label(&share.of, Language::En).to_owned();
        let account = pack.head(&share.of).map(|head| head.account.clone()).unwrap_or_default();
        Part { account, ..plain(share, label) }
    };
    overview.by_head.iter().map(part).collect()
}

fn plain(share: &Share, label: String) -> Part {
    Part {
        label,
        account: String::new(),
        count: share.count,
        amount: share.amount.on_paper(),
        from: String::new(),
        width: String::new(),
        colour: "",
    }
}

/// A part of a whole in hundredths of a percent.
fn hundredths(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { part.max(0).saturating_mul(10_000) / whole }
}

fn decimal(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
