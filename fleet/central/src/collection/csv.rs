//! The statement as CSV (RFC 4180): the kind of each row stands first, so that a spreadsheet sorts
//! them apart. Sums are in rupees with two decimals.

use std::fmt::Write;

use ledger::{Paise, day_text};

use super::Collection;

const HEADER: &str = "kind,name,account,detail,count,rupees\r\n";

pub fn csv(it: &Collection) -> String {
    let mut out = HEADER.to_owned();
    let (from, to) = (day_text(it.from), day_text(it.to));
    row(&mut out, ["total", &from, "", &to], it.receipts, it.amount);
    for head in &it.heads {
        row(&mut out, ["head", &head.label, &head.account, &head.head], head.lines, head.amount);
    }
    for mode in &it.modes {
        row(&mut out, ["mode", &mode.mode, "", ""], mode.receipts, mode.amount);
    }
    for taker in &it.takers {
        let staff = taker.staff.map(|staff| staff.to_string()).unwrap_or_default();
        let names = ["taker", &taker.device, &staff, &taker.person];
        row(&mut out, names, taker.receipts, taker.amount);
    }
    for channel in &it.channels {
        let count = channel.payments;
        row(&mut out, ["channel", &channel.channel, "", "paid"], count, channel.amount);
        row(&mut out, ["channel", &channel.channel, "", "fees"], count, channel.fees);
    }
    for one in &it.cancelled {
        row(&mut out, [&one.state, &one.number, &day_text(one.day), &one.reason], 1, one.amount);
    }
    for day in &it.cash {
        let on = day_text(day.day);
        for (what, sum) in [
            ("opening", day.opening),
            ("taken", day.taken),
            ("difference", day.difference),
            ("deposited", day.deposited),
            ("closing", day.closing),
            ("with devices", day.with_devices),
            ("received", day.received),
            ("at bank", day.at_bank),
            ("realised", day.realised),
        ] {
            row(&mut out, ["cash", &on, "", what], 0, sum);
        }
    }
    for day in &it.instruments {
        let on = day_text(day.day);
        for (what, sum) in [
            ("opening", day.opening),
            ("taken", day.taken),
            ("honoured", day.honoured),
            ("dishonoured", day.dishonoured),
            ("closing", day.closing),
        ] {
            row(&mut out, ["cheques", &on, "", what], 0, sum);
        }
    }
    out
}

fn row(out: &mut String, names: [&str; 4], count: u64, sum: Paise) {
    for name in names {
        out.push_str(&field(name));
        out.push(',');
    }
    write!(out, "{count},{}\r\n", sum.plain()).expect("a String takes every byte");
}

/// Quoted where it must be. What a spreadsheet would take for a formula is none.
fn field(text: &str) -> String {
    let text = match text.starts_with(['=', '+', '-', '@', '\t']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}
