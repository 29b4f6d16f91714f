//! The baseline of what a database can keep: the rows that a centre has just written, by COPY into
//! staging tables and from there by INSERT with ON CONFLICT, one transaction for each batch, with
//! the head of its device moved in it. Nothing is read, judged, locked or referred to, and the rows
//! lie on the server's own disk before, so that they need not even travel.

use std::thread;
use std::time::{Duration, Instant};

use tests::postgres::Server;

use crate::machine::worked_s;
use crate::wire::Measured;

/// Tables of which a batch adds rows, each with the column that has the sequence.
const ADDED: [(&str, &str); 4] =
    [("entry", "seq"), ("receipt", "seq"), ("receipt_line", "seq"), ("signed_head", "seq")];

/// Bare tables, with the indexes of the centre's.
const TABLES: [&str; 8] = [
    "entry",
    "receipt",
    "receipt_line",
    "signed_head",
    "building",
    "building_base",
    "day_document",
    "device_head",
];

pub struct Staged {
    pub entries: usize,
    pub took: Duration,
    pub database_s: f64,
}

/// A batch that a centre took: (writer, first sequence, last sequence, place among its device's).
struct Batch {
    writer: u32,
    first: u64,
    last: u64,
    place: usize,
}

pub fn staged(server: &Server, database: &str) -> Measured<Staged> {
    let folder = server.psql(database, "SHOW data_directory")?;
    let devices = batches(server, database)?;
    for device in &devices {
        let out = device.iter().map(|batch| written_out(batch, device.len(), &folder));
        server.psql(database, &out.collect::<String>())?;
    }
    server.psql(database, &bare_tables())?;
    let before_s = worked_s(server)?;
    let start = Instant::now();
    thread::scope(|scope| {
        let sessions: Vec<_> = devices
            .iter()
            .map(|device| {
                let taken = device.iter().map(|batch| taken_in(batch, &folder));
                let script = staging_tables() + &taken.collect::<String>();
                scope.spawn(move || server.psql(database, &script))
            })
            .collect();
        let ended = sessions.into_iter().map(|session| session.join());
        ended.collect::<Result<Result<Vec<_>, _>, _>>()
    })
    .map_err(|_| "a session fell over")??;
    let took = start.elapsed();
    let database_s = worked_s(server)? - before_s;
    let entries = devices.iter().flatten().map(|batch| batch.last - batch.first + 1).sum::<u64>();
    let kept: u64 = server.psql(database, "SELECT count(*) FROM bare.entry")?.parse()?;
    match kept == entries {
        true => Ok(Staged { entries: usize::try_from(entries)?, took, database_s }),
        false => Err(format!("{kept} of {entries} rows were staged").into()),
    }
}

/// The batches of each device, by the heads that it signed.
fn batches(server: &Server, database: &str) -> Measured<Vec<Vec<Batch>>> {
    let sql = "SELECT writer, seq FROM signed_head ORDER BY writer, seq";
    let mut devices: Vec<Vec<Batch>> = Vec::new();
    for row in server.psql(database, sql)?.lines() {
        let (writer, last) = row.split_once('|').ok_or("two columns")?;
        let (writer, last): (u32, u64) = (writer.parse()?, last.parse()?);
        if devices.last().is_none_or(|device| device[0].writer != writer) {
            devices.push(Vec::new());
        }
        let device = devices.last_mut().ok_or("just put there")?;
        let first = device.last().map_or(0, |before| before.last) + 1;
        device.push(Batch { writer, first, last, place: device.len() });
    }
    Ok(devices)
}

/// The rows of a batch, in files of the server's: the day's document as long as it was by then.
fn written_out(batch: &Batch, of: usize, folder: &str) -> String {
    let Batch { writer, first, last, place } = *batch;
    let mine = |seq: &str| format!("writer = {writer} AND {seq} BETWEEN {first} AND {last}");
    let mut sql = String::new();
    for (table, seq) in ADDED {
        let file = file(batch, folder, table);
        sql += &format!("COPY (SELECT * FROM {table} WHERE {}) TO '{file}';\n", mine(seq));
    }
    let change = (u64::from(writer) * 1_000 + place as u64) * 1_000_000;
    let houses = format!(
        "SELECT id, ward, number, change + {change}, row FROM building WHERE id IN \
         (SELECT building FROM receipt WHERE {})",
        mine("seq")
    );
    sql += &format!("COPY ({houses}) TO '{}';\n", file(batch, folder, "building"));
    let part = place + 1;
    let document = format!(
        "SELECT writer, day, head, substr(saved, 1, length(saved) * {part} / {of}), differs \
         FROM day_document WHERE writer = {writer}"
    );
    sql + &format!("COPY ({document}) TO '{}';\n", file(batch, folder, "day_document"))
}

fn file(batch: &Batch, folder: &str, table: &str) -> String {
    format!("{folder}/staged-{}-{}-{table}", batch.writer, batch.place)
}

fn bare_tables() -> String {
    let mut sql = "CREATE SCHEMA bare;\n".to_owned();
    for table in TABLES {
        sql += &format!("CREATE TABLE bare.{table} (LIKE {table} INCLUDING ALL);\n");
    }
    sql + "INSERT INTO bare.building SELECT * FROM building;\n\
           INSERT INTO bare.device_head SELECT * FROM device_head;\n"
}

fn staging_tables() -> String {
    let staged = ADDED.map(|(table, _)| table).into_iter().chain(["building", "day_document"]);
    staged
        .map(|table| {
            format!("CREATE TEMP TABLE staged_{table} (LIKE bare.{table}) ON COMMIT DELETE ROWS;\n")
        })
        .collect()
}

/// One transaction.
fn taken_in(batch: &Batch, folder: &str) -> String {
    let mut sql = "BEGIN;\n".to_owned();
    for (table, _) in ADDED {
        let file = file(batch, folder, table);
        sql += &format!(
            "COPY staged_{table} FROM '{file}';\n\
             INSERT INTO bare.{table} SELECT * FROM staged_{table} ON CONFLICT DO NOTHING;\n"
        );
    }
    let (houses, document) = (file(batch, folder, "building"), file(batch, folder, "day_document"));
    let Batch { writer, last, .. } = *batch;
    sql + &format!(
        "COPY staged_building FROM '{houses}';\n\
         INSERT INTO bare.building_base SELECT id, row FROM staged_building \
         ON CONFLICT DO NOTHING;\n\
         INSERT INTO bare.building SELECT * FROM staged_building ON CONFLICT (id) DO UPDATE \
         SET change = excluded.change, row = excluded.row;\n\
         COPY staged_day_document FROM '{document}';\n\
         INSERT INTO bare.day_document SELECT * FROM staged_day_document \
         ON CONFLICT (writer, day) DO UPDATE SET head = excluded.head, saved = excluded.saved;\n\
         UPDATE bare.device_head SET seq = {last}, day_book = day_book WHERE writer = {writer};\n\
         COMMIT;\n"
    )
}
