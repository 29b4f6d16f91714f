//! What the office takes in over HTTPS from eight devices at once, in batches of 25 entries: each
//! with its signature and chain verified, its rules checked, its facts entered and its day's
//! document derived, and on disk before it is answered. Its books are in SQLite, and in PostgreSQL
//! on the same machine; the devices that send are on that machine too.

pub mod rounds;
mod staging;

use tests::postgres::Server;

use super::Line;
use super::device::cpu;
use super::machine::{busy_s, cores, worked_s};
use super::wire::Measured;
use rounds::{Crew, Office, Walked};

const DEVICES: u32 = 8;
const PAYMENTS: u32 = 400;
const BATCH: usize = 25;
const BATCHES: usize = 32;

/// What a run took of the machine, in seconds of one core.
struct Worked {
    centre_s: f64,
    database_s: f64,
    /// This program's, which is all of the devices.
    devices_s: f64,
    /// Of programs that are no part of this.
    others_s: f64,
}

pub fn measure() -> Measured<Vec<Line>> {
    let (walked, worked) = pressed(None, None)?;
    let mut lines = said("SQLite", &walked, &worked);
    let rate = lines.remove(0).at_least(2_000.0, "2,000/s on 2 cores");
    lines.insert(0, rate.why_missed(&why(&walked, &worked)));
    let Some(server) = Server::start() else {
        tests::missing("PostgreSQL", "what a centre takes in with its books in PostgreSQL");
        return Ok(lines);
    };
    server.psql("postgres", "CREATE DATABASE measured")?;
    let (walked, worked) = pressed(Some(&server), Some(server.uri("padi", "measured")))?;
    let mut more = said("PostgreSQL", &walked, &worked);
    let rate = more.remove(0).at_least(3_000.0, "3,000/s on 2 cores");
    lines.push(rate.why_missed(&why(&walked, &worked)));
    lines.extend(more);
    lines.extend(stored(&server, walked.entries as f64 / worked.database_s)?);
    Ok(lines)
}

fn pressed(server: Option<&Server>, database: Option<String>) -> Measured<(Walked, Worked)> {
    let mut office = Office::make(database)?;
    office.centre.serve()?;
    let mut crew = Crew::ready(&office, DEVICES, PAYMENTS)?;
    let worked = |office: &Office| -> Measured<[f64; 4]> {
        let database_s = server.map(worked_s).transpose()?.unwrap_or_default();
        Ok([office.centre.cpu_s()?, database_s, cpu().as_secs_f64(), busy_s()?])
    };
    let before = worked(&office)?;
    let walked = crew.walk(BATCHES, BATCH)?;
    let after = worked(&office)?;
    office.centre.ask(&["verify"])?;
    let [centre_s, database_s, devices_s, all_s] =
        [0, 1, 2, 3].map(|place| after[place] - before[place]);
    let others_s = (all_s - centre_s - database_s - devices_s).max(0.0);
    Ok((walked, Worked { centre_s, database_s, devices_s, others_s }))
}

fn said(store: &str, walked: &Walked, worked: &Worked) -> Vec<Line> {
    let own_s = worked.centre_s + worked.database_s;
    vec![
        Line::new(format!("centre, {store}: taken in"), walked.each_s(), "/s"),
        Line::new(format!("centre, {store}: a turn of 25, p99"), walked.p99_ms(), "ms"),
        Line::new(
            format!("centre, {store}: a second of one core"),
            walked.entries as f64 / own_s,
            "/s",
        ),
    ]
}

fn why(walked: &Walked, worked: &Worked) -> String {
    let Worked { centre_s, database_s, devices_s, others_s } = *worked;
    let [centre, database, devices, others] = [centre_s, database_s, devices_s, others_s]
        .map(|worked_s| worked_s / walked.took.as_secs_f64());
    let cores = cores();
    let idle = (cores - centre - database - devices - others).max(0.0);
    let alone = walked.entries as f64 / (centre_s + database_s + devices_s) * cores;
    format!(
        "of {cores} cores the centre had {centre:.2}, its database's server {database:.2}, the \
         devices that send {devices:.2} and programs that are no part of this {others:.2}; \
         {idle:.2} were idle, while turns waited for the disk or for each other's lock of the \
         register. Alone, and with no core ever idle, the same work is {alone:.0}/s"
    )
}

/// What the database itself did for it, beside the least that keeps the same rows.
fn stored(server: &Server, each_s: f64) -> Measured<Vec<Line>> {
    let bare = staging::staged(server, "measured")?;
    Ok(vec![
        Line::new("centre, PostgreSQL: a second of the database's", each_s, "/s")
            .beside(bare.entries as f64 / bare.database_s)
            .ratio_at_least(0.8, "0.8 of bare COPY staging")
            .why_missed(
                "the database also reads for the centre what each entry is judged by, locks the \
                 register and checks foreign keys, none of which the bare rows need",
            ),
        Line::new(
            "bare COPY staging of the same rows, 8 connections",
            bare.entries as f64 / bare.took.as_secs_f64(),
            "/s",
        ),
    ])
}
