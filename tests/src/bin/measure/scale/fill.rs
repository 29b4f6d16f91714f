//! Fills a centre. Its devices are enrolled by rows, all at once: to enrol one by itself reads all
//! the others. What they wrote is sealed with their keys and taken by the centre's own exchange,
//! only without HTTP between.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use central::api::Centre;
use central::folder::Folder;
use central::keys::SigningKey;
use central::store::books::Books;
use central::store::{Store, Trusted, postgres};
use data_encoding::HEXLOWER;
use ledger::{
    DayBook, Enrolment, Entry, Fact, Hash, Head, Lease, Moment, PublicKey, SignedLease, Signer,
    Writer,
};
use replica::{Answer, Batch, Provision, Request};
use rusqlite::{Connection, params};
use tests::postgres::Server;
use tokio::runtime::Builder;

use super::Size;
use crate::centre::rounds::{Office, WARDS, now_ms, round, taken_whole};
use crate::wire::Measured;

/// Turns that are under way at once, as many as a centre writes on PostgreSQL.
const LANES: usize = 6;

/// The first seed.
const SEED: u64 = 20_000;

/// Of the register a device says that it has all of it: none of it is sent.
const HAS_THE_REGISTER: u64 = 1 << 40;

/// An enrolled device.
struct Enrolled {
    writer: Writer,
    name: String,
    ward: u32,
    key: Vec<u8>,
    public_key: PublicKey,
    lease: SignedLease,
    /// Its entries of the office book: its enrolment, which all are told, and its lease.
    office: [(Vec<u8>, Head); 2],
}

/// Fills a centre that has no device yet, and says how long its entries took.
pub fn fill(office: &Office, server: Option<(&Server, &str)>, size: Size) -> Measured<Duration> {
    let template = office.handheld("template", 1)?;
    let folder = Folder::at(office.centre.folder());
    let trusted = Arc::new(Trusted { office: folder.office()?, packs: folder.packs()? });
    let head = match server {
        None => office_head(&folder.books())?,
        Some((server, database)) => office_head_of(server, database)?,
    };
    let devices = enrolled(&template, &trusted.office, head, size.devices)?;
    match server {
        None => into_sqlite(&folder.books(), &devices, &trusted)?,
        Some((server, database)) => into_postgres(server, database, &devices, &trusted)?,
    }
    let heard = devices.last().map_or(head.seq, |device| device.office[1].1.seq);
    let store: Arc<dyn Store> = match server {
        None => Arc::new(Books::open(&folder.books(), Arc::clone(&trusted))?),
        Some((server, name)) => {
            Arc::new(postgres::open(&server.uri("padi", name), Arc::clone(&trusted))?)
        }
    };
    let centre = Arc::new(Centre::new(store, trusted, &folder.upi_secret()?));
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let start = Instant::now();
    let mut lanes: Vec<Vec<Enrolled>> = (0..LANES).map(|_| Vec::new()).collect();
    for (place, device) in devices.into_iter().enumerate() {
        lanes[place % LANES].push(device);
    }
    runtime.block_on(async {
        let lanes = lanes.into_iter().map(|lane| {
            let centre = Arc::clone(&centre);
            tokio::spawn(async move {
                for device in lane {
                    send(&centre, &device, size.each(), heard).await?;
                }
                Ok::<(), String>(())
            })
        });
        for lane in lanes.collect::<Vec<_>>() {
            lane.await.map_err(|error| error.to_string())??;
        }
        Ok::<(), String>(())
    })?;
    Ok(start.elapsed())
}

/// One device's entries, in one turn.
async fn send(centre: &Centre, device: &Enrolled, entries: u32, heard: u64) -> Result<(), String> {
    let key = SigningKey::read(&device.key).map_err(|error| error.to_string())?;
    let seed = SEED + u64::from(device.writer.0);
    let opened = Fact::BookOpened(device.lease.clone());
    let book = &device.lease.lease.book;
    let day = round(seed, opened, book, entries.div_ceil(2), device.ward);
    let day = day.iter().take(entries as usize).map(Entry::canonical);
    let mut left: Vec<Vec<u8>> = day.collect();
    let mut head = Head::before_first(device.writer);
    while !left.is_empty() {
        let batch = Batch::of(head, left.iter().cloned());
        head = batch.after;
        left.drain(..batch.entries.len());
        let request = Request {
            writer: device.writer,
            batch: Some(batch),
            records: None,
            office_after: heard,
            register_after: HAS_THE_REGISTER,
            sent_ms: now_ms(),
        };
        let sealed = request.sealed_in_columns(&key).bytes;
        let answer = centre.exchange(&sealed, now_ms()).await;
        let answer = answer.map_err(|denied| denied.sentence().to_owned())?;
        let answer = Answer::read(&answer).map_err(|error| error.to_string())?;
        taken_whole(&answer, head.seq)?;
    }
    Ok(())
}

/// Devices like the one that the centre made itself.
fn enrolled(
    template: &Provision,
    office: &SigningKey,
    mut head: Head,
    devices: u32,
) -> Measured<Vec<Enrolled>> {
    let mut made = Vec::new();
    for place in 1..=devices {
        let writer = Writer(template.writer.0 + place);
        let key = SigningKey::generate()?;
        let public_key = SigningKey::read(&key)?.public_key();
        let name = format!("collector-{place}");
        let first = &template.book.lease;
        let lease = Lease { writer, book: format!("C{}", writer.0), ..first.clone() };
        let lease = lease.signed(office);
        let enrolment = Enrolment { writer, name: name.clone(), key: public_key };
        let mut add = |fact| {
            let at = Moment { wall_ms: first.issued_ms, ..Moment::default() };
            let (seq, countersigned) = (head.seq + 1, head.seq);
            let entry = Entry { seq, at, staff: None, countersigned, fact, unsure_since_ms: None };
            let canonical = entry.canonical();
            head = head.after(&canonical);
            (canonical, head)
        };
        let office = [add(Fact::DeviceEnrolled(enrolment)), add(Fact::BookLeased(lease.clone()))];
        let ward = place % WARDS + 1;
        made.push(Enrolled { writer, name, ward, key, public_key, lease, office });
    }
    Ok(made)
}

/// The day book of a device that has written nothing, as the centre keeps it.
fn day_book(device: &Enrolled, trusted: &Trusted) -> Measured<Vec<u8>> {
    Ok(minicbor::to_vec(DayBook::new(device.writer, trusted.office.public_key()))?)
}

const HEAD: &str = "SELECT seq, hash FROM office_entry ORDER BY seq DESC LIMIT 1";

fn office_head(books: &Path) -> Measured<Head> {
    let row = Connection::open(books)?
        .query_row(HEAD, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    head_of(u64::try_from(row.0)?, &row.1)
}

fn office_head_of(server: &Server, database: &str) -> Measured<Head> {
    let row = server.psql(database, HEAD)?;
    let (seq, hash) = row.split_once("|\\x").ok_or("two columns")?;
    head_of(seq.parse()?, &HEXLOWER.decode(hash.as_bytes())?)
}

fn head_of(seq: u64, hash: &[u8]) -> Measured<Head> {
    let hash: [u8; 32] = hash.try_into()?;
    Ok(Head { seq, hash: Hash::from(hash) })
}

fn into_sqlite(books: &Path, devices: &[Enrolled], trusted: &Trusted) -> Measured<()> {
    let mut connection = Connection::open(books)?;
    let rows = connection.transaction()?;
    for device in devices {
        let Enrolled { writer: Writer(writer), name, ward, public_key, lease, office, .. } = device;
        let Lease { year, book, operator, first, last, issued_ms, .. } = &lease.lease;
        let operator = operator.map(|staff| staff.0);
        let add = |sql: &str, row: &[&dyn rusqlite::ToSql]| -> Measured<()> {
            rows.prepare_cached(sql)?.execute(row)?;
            Ok(())
        };
        add(
            "INSERT INTO device (writer, name, profile, public_key, operator, book_numbers, \
             enrolled_ms) VALUES (?1, ?2, 'collector', ?3, ?4, ?5, ?6)",
            params![writer, name, public_key.bytes(), operator, last, issued_ms],
        )?;
        add("INSERT INTO device_ward (writer, ward) VALUES (?1, ?2)", params![writer, ward])?;
        let (hash, day_book) =
            (Head::before_first(Writer(*writer)).hash, day_book(device, trusted)?);
        add(
            "INSERT INTO device_head (writer, seq, hash, day_book) VALUES (?1, 0, ?2, ?3)",
            params![writer, &hash[..], day_book],
        )?;
        for ((canonical, head), addressee) in office.iter().zip([None, Some(0)]) {
            add(
                "INSERT INTO office_entry (seq, hash, canonical, addressee) \
                 VALUES (?1, ?2, ?3, ?4)",
                params![i64::try_from(head.seq)?, &head.hash[..], canonical, addressee],
            )?;
        }
        let office_seq = i64::try_from(office[1].1.seq)?;
        add(
            "INSERT INTO lease (year, book, series, place, writer, first, last, office_seq, \
             operator) VALUES (?1, ?2, 'C', ?3, ?3, ?4, ?5, ?6, ?7)",
            params![year, book, writer, first, last, office_seq, operator],
        )?;
    }
    Ok(rows.commit()?)
}

/// The same rows by COPY.
fn into_postgres(
    server: &Server,
    database: &str,
    devices: &[Enrolled],
    trusted: &Trusted,
) -> Measured<()> {
    const TABLES: [&str; 5] = [
        "device (writer, name, profile, public_key, operator, book_numbers, enrolled_ms)",
        "device_ward (writer, ward)",
        "device_head (writer, seq, hash, day_book)",
        "office_entry (seq, hash, canonical, addressee)",
        "lease (year, book, series, place, writer, first, last, office_seq, operator)",
    ];
    let mut rows = [const { String::new() }; 5];
    let hex = |bytes: &[u8]| format!("\\\\x{}", HEXLOWER.encode(bytes));
    for device in devices {
        let Enrolled { writer: Writer(writer), name, ward, public_key, lease, office, .. } = device;
        let Lease { year, book, operator, first, last, issued_ms, .. } = &lease.lease;
        let operator = operator.map_or("\\N".to_owned(), |staff| staff.0.to_string());
        let key = hex(public_key.bytes());
        let device_row = format!("{writer}\t{name}\tcollector\t{key}\t{operator}\t{last}");
        writeln!(rows[0], "{device_row}\t{issued_ms}")?;
        writeln!(rows[1], "{writer}\t{ward}")?;
        let hash = hex(&Head::before_first(Writer(*writer)).hash[..]);
        writeln!(rows[2], "{writer}\t0\t{hash}\t{}", hex(&day_book(device, trusted)?))?;
        for ((canonical, head), addressee) in office.iter().zip(["\\N", "0"]) {
            let (seq, hash) = (head.seq, hex(&head.hash[..]));
            writeln!(rows[3], "{seq}\t{hash}\t{}\t{addressee}", hex(canonical))?;
        }
        let office_seq = office[1].1.seq;
        let lease_row = format!("{year}\t{book}\tC\t{writer}\t{writer}\t{first}\t{last}");
        writeln!(rows[4], "{lease_row}\t{office_seq}\t{operator}")?;
    }
    let folder = server.psql(database, "SHOW data_directory")?;
    for (table, rows) in TABLES.into_iter().zip(rows) {
        let file = format!("{folder}/rows-to-copy");
        std::fs::write(&file, rows)?;
        server.psql(database, &format!("COPY {table} FROM '{file}'"))?;
        std::fs::remove_file(file)?;
    }
    Ok(())
}
