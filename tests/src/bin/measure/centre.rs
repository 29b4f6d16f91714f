//! What the office takes in over HTTPS from eight devices at once, in batches of 25 entries, each
//! verified as a whole: its books in SQLite, and in PostgreSQL on the same machine.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use central::keys::SigningKey;
use ledger::{Building, DemandRow, Entry, Fact, Head, HouseCode, Paise, Payer};
use replica::{Answer, Batch, Provision, Request};
use reqwest::{Certificate, Client};
use tests::books::BODY;
use tests::centre::{Centre, PACK, Wire};
use tests::postgres::Server;
use tests::programs::workspace;
use tests::workload::{Day, Round};

use super::Line;

const DEVICES: u32 = 8;
const PAYMENTS: u32 = 400;
const BATCH: usize = 25;

/// Houses of one round of the workload.
const HOUSES: u32 = 2_000;

/// The first seed; none was tuned on.
const SEED: u64 = 9_000;

/// A device before its first batch.
struct Rounds {
    provision: Provision,
    key: SigningKey,
    batches: Vec<Batch>,
    office_after: u64,
    register_after: u64,
}

pub fn measure() -> Result<Vec<Line>, Box<dyn Error>> {
    let mut lines =
        taken_in(None, ["centre, SQLite: taken in", "centre, SQLite: a turn, p99"], 2_000.0)?;
    let Some(server) = Server::start() else {
        tests::missing("PostgreSQL", "what a centre takes in with its books in PostgreSQL");
        return Ok(lines);
    };
    server.psql("postgres", "CREATE DATABASE measured").map_err(tests::Trouble::new)?;
    let names = ["centre, PostgreSQL: taken in", "centre, PostgreSQL: a turn, p99"];
    lines.extend(taken_in(Some(server.uri("padi", "measured")), names, 3_000.0)?);
    Ok(lines)
}

fn taken_in(
    database: Option<String>,
    names: [&'static str; 2],
    goal: f64,
) -> Result<Vec<Line>, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("centre");
    let mut centre = Centre::make_on(database, &data, Wire::Tls, &workspace().join(PACK))?;
    centre.staff(101, "Sumathi", "collector", "2580")?;
    centre.load(
        &(1..=DEVICES)
            .flat_map(|ward| (1..=HOUSES).map(move |id| house(id, ward)))
            .collect::<Vec<_>>(),
    )?;
    let devices = (1..=DEVICES).map(|number| rounds(&centre, folder.path(), number));
    let devices = devices.collect::<Result<Vec<_>, _>>()?;
    centre.serve()?;
    let pem = std::fs::read(centre.certificate())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let url: Arc<str> = format!("{}/v1/exchange", centre.url()).into();
    let (entries, turns, took) = runtime.block_on(sent(devices, &url, &pem))?;
    centre.ask(&["verify"])?;
    let each_s = entries as f64 / took.as_secs_f64();
    let p99_ms = turns[turns.len() * 99 / 100].as_secs_f64() * 1_000.0;
    let line = |metric, value, unit, goal: &'static str, met| Line {
        metric,
        value,
        unit,
        baseline: None,
        ratio: None,
        goal,
        met,
    };
    let wanted = if goal > 2_500.0 { "≥ 3,000 entries/s" } else { "≥ 2,000 entries/s" };
    Ok(vec![
        line(names[0], each_s, "/s", wanted, Some(each_s >= goal)),
        line(names[1], p99_ms, "ms", "", None),
    ])
}

/// Every device's first fill, and then all of their batches at once: how many entries were taken,
/// how long each turn took, in order, and all of them together.
async fn sent(
    devices: Vec<Rounds>,
    url: &Arc<str>,
    pem: &[u8],
) -> Result<(usize, Vec<Duration>, Duration), Box<dyn Error>> {
    let mut ready = Vec::new();
    for mut device in devices {
        let certificate = Certificate::from_pem(pem)?;
        let client = Client::builder().tls_certs_only([certificate]).no_proxy().build()?;
        loop {
            let answer = device.turn(&client, url, None).await;
            if !answer.map_err(|error| error.to_string())?.more {
                break;
            }
        }
        ready.push((device, client));
    }
    let start = Instant::now();
    let tasks = ready.into_iter().map(|(mut device, client)| {
        let url = Arc::clone(url);
        tokio::spawn(async move {
            let (mut entries, mut turns) = (0, Vec::new());
            for batch in std::mem::take(&mut device.batches) {
                let begun = Instant::now();
                entries += batch.entries.len();
                let after = batch.after.seq;
                let answer = device.turn(&client, &url, Some(batch)).await;
                let answer = answer.expect("the centre answers");
                assert_eq!(answer.acknowledged, after, "{:?}", answer.rejection);
                assert!(answer.quarantined.is_empty(), "{:?}", answer.quarantined);
                turns.push(begun.elapsed());
            }
            (entries, turns)
        })
    });
    let tasks: Vec<_> = tasks.collect();
    let (mut entries, mut turns) = (0, Vec::new());
    for task in tasks {
        let (more, took) = task.await?;
        entries += more;
        turns.extend(took);
    }
    let took = start.elapsed();
    turns.sort();
    Ok((entries, turns, took))
}

impl Rounds {
    async fn turn(
        &mut self,
        client: &Client,
        url: &str,
        batch: Option<Batch>,
    ) -> Result<Answer, Box<dyn Error + Send + Sync>> {
        let request = Request {
            writer: self.provision.writer,
            batch,
            records: None,
            office_after: self.office_after,
            register_after: self.register_after,
            sent_ms: i64::try_from(std::time::UNIX_EPOCH.elapsed()?.as_millis())?,
        };
        let body = request.sealed_in_columns(&self.key).bytes;
        let response = client.post(url).body(body).send().await?.error_for_status()?;
        let answer = Answer::read(&response.bytes().await?)?;
        (self.office_after, self.register_after) = (answer.office_to, answer.register_to);
        Ok(answer)
    }
}

/// A collector's round through a ward of its own.
fn rounds(centre: &Centre, folder: &Path, number: u32) -> Result<Rounds, Box<dyn Error>> {
    let (name, out) = (format!("collector-{number}"), folder.join(format!("{number}.padi")));
    let ward = number.to_string();
    let words = ["--device", &name, "--profile", "collector", "--ward", &ward];
    let more = ["--operator", "101", "--numbers", "20000"];
    let words: Vec<String> = words.iter().chain(&more).map(|word| (*word).to_owned()).collect();
    centre.provision(&words, &out)?;
    let provision = Provision::read(&std::fs::read(&out)?)?;
    let (opened, book) = (provision.book.clone(), provision.book.lease.book.clone());
    let seed = SEED + u64::from(number);
    let mut day = Day::of(seed, Round::Collector, PAYMENTS, Fact::BookOpened(opened), &book);
    for entry in &mut day.entries {
        entry.countersigned = 0;
        if let Fact::Receipt(receipt) = &mut entry.fact
            && let Payer::Building(id) = &mut receipt.payer
        {
            *id += (number - 1) * HOUSES;
        }
    }
    let mut head = Head::before_first(provision.writer);
    let mut batches = Vec::new();
    for entries in day.entries.chunks(BATCH) {
        let batch = Batch::of(head, entries.iter().map(Entry::canonical));
        head = batch.after;
        batches.push(batch);
    }
    let key = SigningKey::read(&provision.key)?;
    Ok(Rounds { provision, key, batches, office_after: 0, register_after: 0 })
}

/// A house that owes far more than one round takes.
fn house(id: u32, ward: u32) -> Building {
    let id = (ward - 1) * HOUSES + id;
    let demand = |period: &str| DemandRow {
        period: period.parse().expect("a period"),
        head: "PT".to_owned(),
        assessed: Paise::rupees(100_000),
        paid: Paise::ZERO,
    };
    Building {
        id,
        ward: u16::try_from(ward).expect("few wards"),
        number: format!("{ward}/{id}"),
        old_number: None,
        street: "Temple Road".to_owned(),
        owner: "Lakshmi R.".to_owned(),
        owner_local: None,
        area_m2: 120,
        use_code: "house".to_owned(),
        house_code: HouseCode { body: BODY.to_owned(), building: id }.to_string(),
        annual_tax: Paise::rupees(200_000),
        demands: vec![demand("2025-10/6"), demand("2026-04/6")],
        advance: Paise::ZERO,
        household: None,
    }
}
