//! A centre in a folder of its own, on a port of its own.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

use data_encoding::HEXLOWER;
use ledger::{Building, DemandRow, HouseCode, Household, Moment, Paise, Period, ReceiptNumber};
use replica::Provision;
use ring::hmac;
use tempfile::TempDir;

use crate::database::Database;
use crate::device::Device;

pub const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../packs/padippuram");
pub const BODY: &str = "G0802";

/// Far more than the pipe to a program holds.
pub const FLOOD_BYTES_MAX: usize = 16 * 1_024 * 1_024;

pub struct Office {
    pub folder: Arc<TempDir>,
    pub books: Arc<Database>,
    pub client: reqwest::Client,
    pub address: String,
    pub running: Option<Child>,
}

impl Office {
    /// An office with two cashiers' worth of staff, and so many buildings in ward 7.
    pub fn open(buildings: u32) -> Self {
        Self::made().opened(buildings)
    }

    pub fn opened(mut self, buildings: u32) -> Self {
        for (id, role) in [("101", "cashier"), ("201", "collector"), ("301", "worker")] {
            self.staff(id, role, "2580");
        }
        self.load(&(1..=buildings).map(|id| building(id, 7)).collect::<Vec<_>>());
        self.serve();
        self
    }

    /// A data folder with keys and a pack, and nothing else.
    pub fn made() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let books = Database::of(&folder.path().join("data"));
        Self::made_in(folder, books)
    }

    pub fn made_in(folder: TempDir, books: Database) -> Self {
        // A second call finds the provider installed, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().build().expect("a client");
        let (folder, books) = (Arc::new(folder), Arc::new(books));
        let office = Self { folder, books, client, address: String::new(), running: None };
        office.good(&["init", "--pack", PACK]);
        office
    }

    /// Runs a subcommand on the office's folder.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("central runs")
    }

    pub fn good(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let complaint = String::from_utf8_lossy(&output.stderr);
        let said = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(output.status.success(), "{arguments:?}: {complaint}{said}");
        said
    }

    /// `central pack` with these words: what it says, or complains of.
    pub fn pack(&self, words: &[&str]) -> Result<String, String> {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_central")));
        let output = command.arg("pack").args(words).output().expect("central runs");
        let said = if output.status.success() { output.stdout } else { output.stderr.clone() };
        let said = String::from_utf8(said).expect("UTF-8");
        if output.status.success() { Ok(said) } else { Err(said) }
    }

    /// What a subcommand complains of.
    pub fn refused(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?} should be refused");
        String::from_utf8(output.stderr).expect("UTF-8")
    }

    pub fn staff(&self, id: &str, role: &str, pin: &str) -> Output {
        self.told(&["staff", "--id", id, "--name", "Sumathi", "--role", role], pin)
    }

    /// Runs a subcommand with one line on its standard input.
    pub fn told(&self, arguments: &[&str], line: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("central runs");
        let mut input = child.stdin.take().expect("it is piped");
        match writeln!(input, "{line}") {
            // What it was told besides was refused before it read anything.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
            written => written.expect("it reads"),
        }
        drop(input);
        child.wait_with_output().expect("it ends")
    }

    /// Runs a subcommand with a line on its standard input that has no end, and says how many bytes
    /// of it went in before nobody read any more.
    pub fn flooded(&self, arguments: &[&str]) -> (Output, usize) {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("central runs");
        let mut input = child.stdin.take().expect("it is piped");
        let mut taken = 0;
        while taken < FLOOD_BYTES_MAX && input.write_all(&[b'7'; 4_096]).is_ok() {
            taken += 4_096;
        }
        drop(input);
        (child.wait_with_output().expect("it ends"), taken)
    }

    pub fn load(&self, buildings: &[Building]) {
        let lines: Vec<String> =
            buildings.iter().map(|row| serde_json::to_string(row).expect("JSON")).collect();
        let file = self.path("register.jsonl");
        fs::write(&file, lines.join("\n")).expect("writable");
        self.good(&["load", file.to_str().expect("UTF-8")]);
    }

    /// Provisions a kiosk of ward 7 with books of so many numbers.
    pub fn kiosk(&self, name: &str, numbers: u32) -> Device {
        self.device(name, &["--profile", "kiosk", "--ward", "7", "--numbers", &numbers.to_string()])
    }

    /// An office with an accountant, 401, who receives the money of others.
    pub fn with_accountant() -> Self {
        let office = Self::open(12);
        assert!(office.staff("401", "accountant", "2580").status.success());
        office
    }

    /// Provisions the handheld of the collector 201.
    pub fn collector(&self, name: &str) -> Device {
        self.device(name, &["--profile", "collector", "--ward", "7", "--operator", "201"])
    }

    pub fn device(&self, name: &str, more: &[&str]) -> Device {
        let file = self.path(name);
        let out = file.to_str().expect("UTF-8");
        self.good(&[&["provision", "--device", name, "--out", out], more].concat());
        let provision = fs::read(&file).expect("the file was written");
        Device::of(Provision::read(&provision).expect("a provision file"))
    }

    pub fn serve(&mut self) {
        self.serve_with(&["--plain"]);
    }

    pub fn serve_with(&mut self, more: &[&str]) {
        let mut child = self
            .command(&[&["serve", "--listen", "127.0.0.1:0"], more].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .env("RUST_LOG", "off")
            .spawn()
            .expect("central runs");
        let mut line = String::new();
        let out = child.stdout.take().expect("it is piped");
        BufReader::new(out).read_line(&mut line).expect("it speaks");
        let said: serde_json::Value = serde_json::from_str(&line).expect("one line of JSON");
        self.address = said["listening"].as_str().expect("an address").to_owned();
        self.running = Some(child);
    }

    /// SIGTERM; says how it ended.
    pub fn stop(&mut self) -> Option<i32> {
        let mut child = self.running.take().expect("it runs");
        let id = rustix::process::Pid::from_child(&child);
        let asked = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        asked.expect("it can be asked to end");
        child.wait().expect("it ends").code()
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        let mut child = self.running.take().expect("it runs");
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
    }

    pub async fn dashboard(&self) -> serde_json::Value {
        let page = self.get("/dashboard.json").await;
        serde_json::from_str(&page.text().await.expect("text")).expect("JSON")
    }

    pub async fn metrics(&self) -> String {
        self.get("/metrics").await.text().await.expect("text")
    }

    /// What the public page says of a receipt to whoever has its slip.
    pub async fn check(&self, number: &str, code: &str) -> String {
        let url = format!("{}/r/{number}", self.address);
        let response = self.client.post(url).body(format!("code={code}")).send().await;
        response.expect("an answer").text().await.expect("text")
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        let url = format!("{}{path}", self.address);
        self.client.get(url).send().await.expect("an answer")
    }

    /// The bank's word with a right signature.
    pub async fn bank_says(&self, body: &str) -> reqwest::Response {
        let now = now_ms().to_string();
        let signature = self.signature(&now, body);
        self.bank_sends(&now, &signature, body).await
    }

    pub async fn bank_sends(&self, at: &str, signature: &str, body: &str) -> reqwest::Response {
        self.client
            .post(format!("{}/v1/upi/confirmation", self.address))
            .header("x-padi-timestamp", at)
            .header("x-padi-signature", signature)
            .body(body.to_owned())
            .send()
            .await
            .expect("an answer")
    }

    pub fn signature(&self, at: &str, body: &str) -> String {
        let hex = fs::read_to_string(self.path("data/keys/upi.secret")).expect("a secret");
        let secret = HEXLOWER.decode(hex.trim().as_bytes()).expect("hex");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        HEXLOWER.encode(hmac::sign(&key, format!("{at}.{body}").as_bytes()).as_ref())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_central")));
        // The Registrar's commands are two words.
        let (named, rest) = arguments.split_at(1 + usize::from(arguments[0] == "registrar"));
        command.args(named).arg("--data").arg(self.path("data"));
        // Another database may be named by the story itself.
        if !arguments.contains(&"--db") {
            command.args(self.books.named());
        }
        command.args(rest);
        command
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if let Some(child) = &mut self.running {
            // Nothing can be done about a child that is gone already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Today in India, days since 1970-01-01.
pub fn today() -> i64 {
    Moment { wall_ms: now_ms(), ..Moment::default() }.day()
}

/// A day as commands take it: "2026-08-17".
pub fn date(day: i64) -> String {
    ledger::date_of(day).to_string()
}

pub fn now_ms() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().expect("a clock after 1970");
    i64::try_from(since.as_millis()).expect("a clock of this age")
}

/// A number of the first kiosk's first book.
pub fn number(number: u32) -> String {
    let today = Moment { wall_ms: now_ms(), ..Moment::default() }.date();
    let year = Period::financial_year_of(today).year();
    let (body, book) = (BODY.to_owned(), "K1".to_owned());
    ReceiptNumber { body, year, book, number }.to_string()
}

/// A house that owes two half-years of ₹600.
pub fn building(id: u32, ward: u16) -> Building {
    let demand = |period: &str| DemandRow {
        period: period.parse().expect("a period"),
        head: "PT".to_owned(),
        assessed: Paise::rupees(600),
        paid: Paise::ZERO,
    };
    Building {
        id,
        ward,
        number: format!("{ward}/{id}"),
        old_number: None,
        street: "Temple Road".to_owned(),
        owner: "Lakshmi R.".to_owned(),
        owner_local: None,
        area_m2: 120,
        use_code: "house".to_owned(),
        house_code: HouseCode { body: BODY.to_owned(), building: id }.to_string(),
        annual_tax: Paise::rupees(1_200),
        demands: vec![demand("2025-10/6"), demand("2026-04/6")],
        advance: Paise::ZERO,
        household: Some(Household {
            category: "house".to_owned(),
            exempt: false,
            fee_paid_until: None,
        }),
        connections: Vec::new(),
    }
}
