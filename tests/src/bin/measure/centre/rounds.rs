//! Devices that walk their rounds and send them to a centre: each has a ward, a key and a chain of
//! its own, and every request is sealed and every answer read as a device does it.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use central::keys::SigningKey;
use ledger::{Building, DemandRow, Entry, Fact, Head, HouseCode, Paise, Payer};
use replica::{Answer, Batch, Provision, Request};
use reqwest::{Certificate, Client};
use tempfile::TempDir;
use tests::books::BODY;
use tests::centre::{Centre, PACK, Wire};
use tests::programs::workspace;
use tests::workload::{Day, Round};
use tokio::runtime::{Builder, Runtime};

use crate::wire::Measured;

/// Wards of the sample body, and houses of each: one round of the workload.
pub const WARDS: u32 = 12;
pub const HOUSES: u32 = 2_000;

/// The first seed; none was tuned on.
const SEED: u64 = 9_000;

/// A centre with a register to walk in, which serves.
pub struct Office {
    pub centre: Centre,
    folder: TempDir,
}

impl Office {
    pub fn make(database: Option<String>) -> Measured<Self> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("centre");
        let centre = Centre::make_on(database, &data, Wire::Tls, &workspace().join(PACK))?;
        centre.staff(101, "Sumathi", "collector", "2580")?;
        let wards = (1..=WARDS).flat_map(|ward| (1..=HOUSES).map(move |id| house(id, ward)));
        centre.load(&wards.collect::<Vec<_>>())?;
        Ok(Self { centre, folder })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What makes a collector's handheld of a ward.
    pub fn handheld(&self, name: &str, ward: u32) -> Measured<Provision> {
        self.provision(name, ward, &["--profile", "collector", "--operator", "101"])
    }

    /// What makes a kiosk of a ward.
    pub fn kiosk(&self, name: &str, ward: u32) -> Measured<Provision> {
        self.provision(name, ward, &["--profile", "kiosk"])
    }

    fn provision(&self, name: &str, ward: u32, more: &[&str]) -> Measured<Provision> {
        let out = self.folder().join(format!("{name}.padi"));
        let ward = ward.to_string();
        let words = ["--device", name, "--ward", &ward, "--numbers", "20000"];
        let words = words.iter().chain(more).map(|word| (*word).to_owned());
        self.centre.provision(&words.collect::<Vec<_>>(), &out)?;
        Ok(Provision::read(&std::fs::read(out)?)?)
    }
}

/// Devices that send at once.
pub struct Crew {
    runtime: Runtime,
    url: Arc<str>,
    devices: Vec<Device>,
}

/// What came of a walk.
pub struct Walked {
    pub entries: usize,
    /// How long each turn took, in order.
    turns: Vec<Duration>,
    pub took: Duration,
}

impl Walked {
    pub fn each_s(&self) -> f64 {
        self.entries as f64 / self.took.as_secs_f64()
    }

    pub fn p99_ms(&self) -> f64 {
        self.turns[self.turns.len() * 99 / 100].as_secs_f64() * 1_000.0
    }
}

struct Device {
    provision: Provision,
    key: SigningKey,
    client: Client,
    /// What is still to be sent, and the head before it.
    entries: std::vec::IntoIter<Entry>,
    head: Head,
    office_after: u64,
    register_after: u64,
}

impl Crew {
    /// Devices of wards of their own with so many payments to send, which have heard all that the
    /// office says to new ones.
    pub fn ready(office: &Office, devices: u32, payments: u32) -> Measured<Self> {
        let pem = std::fs::read(office.centre.certificate())?;
        let url: Arc<str> = format!("{}/v1/exchange", office.centre.url()).into();
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        let mut ready = Vec::new();
        for ward in 1..=devices {
            let provision = office.handheld(&format!("pressing-{ward}"), ward)?;
            let mut device = Device::of(provision, ward, payments, &pem)?;
            let filled = async {
                while device.turn(&url, None).await?.more {}
                Ok::<(), String>(())
            };
            runtime.block_on(filled)?;
            ready.push(device);
        }
        Ok(Self { runtime, url, devices: ready })
    }

    /// All of the devices send so many batches of so many entries, at once.
    pub fn walk(&mut self, batches: usize, entries: usize) -> Measured<Walked> {
        let mut cut = Vec::new();
        for mut device in std::mem::take(&mut self.devices) {
            let batches: Vec<Batch> = (0..batches).map(|_| device.cut(entries)).collect();
            if batches.iter().any(|batch| batch.entries.len() != entries) {
                return Err("a round is too short for this".into());
            }
            cut.push((device, batches));
        }
        let start = Instant::now();
        let url = &self.url;
        let walked = self.runtime.block_on(async {
            let tasks = cut.into_iter().map(|(device, batches)| {
                let url = Arc::clone(url);
                tokio::spawn(async move { device.send(&url, batches).await })
            });
            let mut walked = Vec::new();
            for task in tasks.collect::<Vec<_>>() {
                walked.push(task.await.map_err(|error| error.to_string())??);
            }
            Ok::<_, String>(walked)
        })?;
        let took = start.elapsed();
        let mut turns = Vec::new();
        for (device, each) in walked {
            self.devices.push(device);
            turns.extend(each);
        }
        turns.sort();
        Ok(Walked { entries: turns.len() * entries, turns, took })
    }
}

impl Device {
    /// A collector's round through a ward of its own.
    fn of(provision: Provision, ward: u32, payments: u32, pem: &[u8]) -> Measured<Self> {
        let certificate = Certificate::from_pem(pem)?;
        let client = Client::builder().tls_certs_only([certificate]).no_proxy().build()?;
        let key = SigningKey::read(&provision.key)?;
        let opened = Fact::BookOpened(provision.book.clone());
        let book = &provision.book.lease.book;
        let entries = round(SEED + u64::from(ward), opened, book, payments, ward).into_iter();
        let head = Head::before_first(provision.writer);
        Ok(Self { provision, key, client, entries, head, office_after: 0, register_after: 0 })
    }

    /// The next batch of so many entries.
    fn cut(&mut self, entries: usize) -> Batch {
        let part = self.entries.by_ref().take(entries).map(|entry| entry.canonical());
        let batch = Batch::of(self.head, part);
        self.head = batch.after;
        batch
    }

    /// Sends batches one after the other, and says how long each took.
    async fn send(
        mut self,
        url: &str,
        batches: Vec<Batch>,
    ) -> Result<(Self, Vec<Duration>), String> {
        let mut turns = Vec::new();
        for batch in batches {
            let after = batch.after.seq;
            let begun = Instant::now();
            let answer = self.turn(url, Some(batch)).await?;
            turns.push(begun.elapsed());
            taken_whole(&answer, after)?;
        }
        Ok((self, turns))
    }

    async fn turn(&mut self, url: &str, batch: Option<Batch>) -> Result<Answer, String> {
        let request = Request {
            writer: self.provision.writer,
            batch,
            records: None,
            office_after: self.office_after,
            register_after: self.register_after,
            sent_ms: now_ms(),
        };
        let body = request.sealed_in_columns(&self.key).bytes;
        let failed = |error: reqwest::Error| error.to_string();
        let response = self.client.post(url).body(body).send().await.map_err(failed)?;
        let bytes = response.error_for_status().map_err(failed)?.bytes().await.map_err(failed)?;
        let answer = Answer::read(&bytes).map_err(|error| error.to_string())?;
        (self.office_after, self.register_after) = (answer.office_to, answer.register_to);
        Ok(answer)
    }
}

/// Whether an answer says that everything up to there is in the books, and nothing of it apart.
pub fn taken_whole(answer: &Answer, after: u64) -> Result<(), String> {
    let Answer { acknowledged, rejection, quarantined, .. } = answer;
    match *acknowledged == after && rejection.is_none() && quarantined.is_empty() {
        true => Ok(()),
        false => Err(format!("{acknowledged} of {after}: {rejection:?} {quarantined:?}")),
    }
}

/// A collector's day among the houses of a ward.
pub fn round(seed: u64, opened: Fact, book: &str, payments: u32, ward: u32) -> Vec<Entry> {
    let mut entries = Day::of(seed, Round::Collector, payments, opened, book).entries;
    for entry in &mut entries {
        // The office has signed nothing of it before.
        entry.countersigned = 0;
        if let Fact::Receipt(receipt) = &mut entry.fact
            && let Payer::Building(id) = &mut receipt.payer
        {
            *id += (ward - 1) * HOUSES;
        }
    }
    entries
}

pub fn now_ms() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default().as_millis();
    i64::try_from(since).unwrap_or(i64::MAX)
}

/// A house that owes far more than all rounds take.
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
        connections: Vec::new(),
    }
}
