//! The office's program, driven as an operator does: made, loaded, served, ended, begun again.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use ledger::Building;
use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder, Response};
use serde_json::Value;

use crate::Trouble;
use crate::process::{Process, run};
use crate::programs::program;
use crate::wait::{PATIENCE, until};

/// The rule pack that the project ships.
pub const PACK: &str = "fleet/packs/padippuram";

/// How the centre is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// HTTPS with the certificate that devices pin.
    Tls,
    Plain,
}

/// A centre with its own data folder; ended when it is dropped.
pub struct Centre {
    folder: PathBuf,
    /// The URI of its database, where it is not the file in its folder.
    database: Option<String>,
    wire: Wire,
    /// Where it listened first; it comes back to the same place.
    listen: String,
    process: Option<Process>,
    client: Client,
    runtime: tokio::runtime::Runtime,
}

/// What a page answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub text: String,
}

impl Centre {
    /// Makes the data folder of a centre of the body whose rule pack lies there.
    pub fn make(folder: &Path, wire: Wire, pack: &Path) -> Result<Centre, Trouble> {
        Self::make_on(None, folder, wire, pack)
    }

    /// The same, with its books in another database.
    pub fn make_on(
        database: Option<String>,
        folder: &Path,
        wire: Wire,
        pack: &Path,
    ) -> Result<Centre, Trouble> {
        let failed = |error| Trouble::caused("the centre's folder cannot be made", error);
        std::fs::create_dir_all(folder).map_err(failed)?;
        let folder = folder.to_owned();
        let mut command = command(&folder, database.as_deref(), "init")?;
        command.arg("--pack").arg(pack);
        run("central init", command, "")?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Trouble::caused("no runtime", error))?;
        let client = client(&folder)?;
        let listen = "127.0.0.1:0".to_owned();
        Ok(Centre { folder, database, wire, listen, process: None, client, runtime })
    }

    /// The URI of its database, where it is not the file in its folder.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Puts buildings into the register.
    pub fn load(&self, buildings: &[Building]) -> Result<String, Trouble> {
        let lines: Vec<String> = buildings
            .iter()
            .map(|building| serde_json::to_string(building).expect("a building can be written"))
            .collect();
        let file = self.folder.join("buildings.jsonl");
        std::fs::write(&file, lines.join("\n") + "\n")
            .map_err(|error| Trouble::caused("the register cannot be written", error))?;
        let mut command = self.command("load")?;
        command.arg(&file);
        run("central load", command, "")
    }

    /// Adds a member of staff.
    pub fn staff(&self, id: u32, name: &str, role: &str, pin: &str) -> Result<(), Trouble> {
        let mut command = self.command("staff")?;
        command.args(["--id", &id.to_string(), "--name", name, "--role", role]);
        run("central staff", command, &format!("{pin}\n")).map(|_| ())
    }

    /// The same for somebody with a badge, or with more words.
    pub fn staff_with(
        &self,
        (id, name, role, pin): (u32, &str, &str, &str),
        words: &[&str],
    ) -> Result<(), Trouble> {
        let mut command = self.command("staff")?;
        command.args(["--id", &id.to_string(), "--name", name, "--role", role]).args(words);
        run("central staff", command, &format!("{pin}\n")).map(|_| ())
    }

    /// Writes the file that makes a device.
    pub fn provision(&self, words: &[String], out: &Path) -> Result<(), Trouble> {
        let mut command = self.command("provision")?;
        command.args(words).arg("--out").arg(out);
        run("central provision", command, "").map(|_| ())
    }

    /// Another subcommand with the data folder: export, verify.
    pub fn ask(&self, words: &[&str]) -> Result<String, Trouble> {
        let mut command = self.command(words[0])?;
        command.args(&words[1..]);
        run("central", command, "")
    }

    /// A subcommand of a subcommand, with the data folder.
    pub fn ask_nested(&self, of: &str, deed: &str, words: &[&str]) -> Result<String, Trouble> {
        let mut command = Command::new(program("central")?);
        command.args([of, deed, "--data"]).arg(&self.folder);
        if let Some(uri) = &self.database {
            command.args(["--db", uri]);
        }
        command.args(words);
        run("central", command, "")
    }

    /// `central pack` with a deed that needs no office: check, build, diff.
    pub fn pack(&self, words: &[&str]) -> Result<String, Trouble> {
        let mut command = Command::new(program("central")?);
        command.arg("pack").args(words);
        run("central pack", command, "")
    }

    /// `central pack sign`: with the office's key and nothing of its books.
    pub fn pack_with_data(&self, deed: &str, words: &[&str]) -> Result<String, Trouble> {
        let mut command = Command::new(program("central")?);
        command.args(["pack", deed, "--data"]).arg(&self.folder).args(words);
        run("central pack", command, "")
    }

    /// `central pack add`.
    pub fn pack_with_books(&self, deed: &str, words: &[&str]) -> Result<String, Trouble> {
        let mut command = Command::new(program("central")?);
        command.args(["pack", deed, "--data"]).arg(&self.folder);
        if let Some(uri) = &self.database {
            command.args(["--db", uri]);
        }
        command.args(words);
        run("central pack", command, "")
    }

    /// How many files and connections its program has open.
    pub fn open_files(&self) -> Result<usize, Trouble> {
        let process = self.process.as_ref();
        let id = process.ok_or_else(|| Trouble::new("the centre does not run"))?.id();
        let open = std::fs::read_dir(format!("/proc/{id}/fd"));
        open.map(Iterator::count).map_err(|error| Trouble::caused("its files are not shown", error))
    }

    /// How long its program has worked, in seconds.
    pub fn cpu_s(&self) -> Result<f64, Trouble> {
        let process = self.process.as_ref();
        let id = process.ok_or_else(|| Trouble::new("the centre does not run"))?.id();
        let failed = |error| Trouble::caused("its work is not shown", error);
        let mut worked_ns = 0;
        for thread in std::fs::read_dir(format!("/proc/{id}/task")).map_err(failed)? {
            let path = thread.map_err(failed)?.path().join("schedstat");
            let text = std::fs::read_to_string(path).map_err(failed)?;
            let on_cpu = text.split_whitespace().next().and_then(|text| text.parse::<u64>().ok());
            worked_ns += on_cpu.ok_or_else(|| Trouble::new("its work is shown otherwise"))?;
        }
        Ok(worked_ns as f64 / 1e9)
    }

    /// Begins to serve, the second time at the same address as the first.
    pub fn serve(&mut self) -> Result<(), Trouble> {
        self.serve_by(self.command("serve")?)
    }

    /// How it is reached from the next time on that it serves.
    pub fn speak(&mut self, wire: Wire) {
        self.wire = wire;
    }

    /// Serves as a program that may have so many files open, until it asks for more.
    pub fn serve_with_files(&mut self, files: u32) -> Result<(), Trouble> {
        let plain = self.command("serve")?;
        let mut limited = Command::new("sh");
        limited.args(["-c", "ulimit -S -n \"$0\" && exec \"$@\"", &files.to_string()]);
        limited.arg(plain.get_program()).args(plain.get_args());
        self.serve_by(limited)
    }

    fn serve_by(&mut self, mut command: Command) -> Result<(), Trouble> {
        command.args(["--listen", &self.listen]);
        if self.wire == Wire::Plain {
            command.arg("--plain");
        }
        let log = self.folder.parent().unwrap_or(&self.folder);
        let process = Process::start("central", command, log)?;
        let (_, line) =
            process.wait_from(0, "where it listens", |line| line["listening"].is_string())?;
        let url = line["listening"].as_str().unwrap_or_default();
        self.listen = url.rsplit('/').next().unwrap_or_default().to_owned();
        self.process = Some(process);
        Ok(())
    }

    /// `https://127.0.0.1:PORT`, from the first time that it served.
    pub fn url(&self) -> String {
        let scheme = if self.wire == Wire::Plain { "http" } else { "https" };
        format!("{scheme}://{}", self.listen)
    }

    /// Ends it by SIGTERM.
    pub fn stop(&mut self) -> Result<ExitStatus, Trouble> {
        let mut process =
            self.process.take().ok_or_else(|| Trouble::new("the centre does not run"))?;
        process.stop()
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) -> Result<(), Trouble> {
        match self.process.take() {
            Some(mut process) => process.kill(),
            None => Ok(()),
        }
    }

    pub fn is_running(&mut self) -> bool {
        self.process.as_mut().is_some_and(Process::is_running)
    }

    /// The secret that the bank signs with.
    pub fn upi_secret(&self) -> PathBuf {
        self.folder.join("keys").join("upi.secret")
    }

    pub fn certificate(&self) -> PathBuf {
        self.folder.join("keys").join("tls.certificate.pem")
    }

    /// `GET` of one of its pages.
    pub fn get(&self, path: &str) -> Result<Answer, Trouble> {
        self.send(self.client.get(format!("{}{path}", self.url())))
    }

    /// `POST` of a form, as a browser sends it.
    pub fn post_form(&self, path: &str, form: &str) -> Result<Answer, Trouble> {
        let request = self.client.post(format!("{}{path}", self.url()));
        let form_type = "application/x-www-form-urlencoded";
        self.send(request.header("content-type", form_type).body(form.to_owned()))
    }

    /// `POST` of a message, as a device's link sends it.
    pub fn post_bytes(&self, path: &str, body: Vec<u8>) -> Result<Answer, Trouble> {
        self.send(self.client.post(format!("{}{path}", self.url())).body(body))
    }

    /// `GET` of a file: the status, its content type, its bytes.
    pub fn fetch(&self, path: &str) -> Result<(u16, String, Vec<u8>), Trouble> {
        let failed = |error: reqwest::Error| Trouble::caused("the centre does not answer", error);
        let request = self.client.get(format!("{}{path}", self.url()));
        self.runtime.block_on(async {
            let response = request.send().await.map_err(failed)?;
            let kind = response.headers().get("content-type");
            let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
            let status = response.status().as_u16();
            Ok((status, kind, response.bytes().await.map_err(failed)?.to_vec()))
        })
    }

    /// A device's turn: the bytes of its request, and those of the answer.
    pub fn exchange(&self, request: Vec<u8>) -> Result<Vec<u8>, Trouble> {
        self.ask_as_a_device("/v1/exchange", request)
    }

    /// A piece of a photo, and the answer to it.
    pub fn send_photo(&self, piece: Vec<u8>) -> Result<Vec<u8>, Trouble> {
        self.ask_as_a_device("/v1/photo", piece)
    }

    fn ask_as_a_device(&self, path: &str, request: Vec<u8>) -> Result<Vec<u8>, Trouble> {
        let failed = |error: reqwest::Error| Trouble::caused("the centre does not answer", error);
        let request = self.client.post(format!("{}{path}", self.url())).body(request);
        self.runtime.block_on(async {
            let response = request.send().await.and_then(Response::error_for_status);
            let answer = response.map_err(failed)?.bytes().await.map_err(failed)?;
            Ok(answer.to_vec())
        })
    }

    /// The figures of the dashboard.
    pub fn figures(&self) -> Result<Value, Trouble> {
        let answer = self.get("/dashboard.json")?;
        serde_json::from_str(&answer.text)
            .map_err(|error| Trouble::caused("the dashboard's figures are no JSON", error))
    }

    /// Waits until the dashboard's figures are as wished.
    pub fn until(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Result<Value, Trouble> {
        let seen = until(what, || self.figures().ok().filter(|figures| holds(figures)));
        seen.map_err(|trouble| {
            let figures = self.figures().map(|figures| figures.to_string());
            Trouble::new(format!("{trouble}; the dashboard says {figures:?}"))
        })
    }

    fn command(&self, deed: &str) -> Result<Command, Trouble> {
        command(&self.folder, self.database.as_deref(), deed)
    }

    fn send(&self, request: RequestBuilder) -> Result<Answer, Trouble> {
        let failed = |error: reqwest::Error| Trouble::caused("the centre does not answer", error);
        self.runtime.block_on(async {
            let response = request.send().await.map_err(failed)?;
            let status = response.status().as_u16();
            Ok(Answer { status, text: response.text().await.map_err(failed)? })
        })
    }
}

fn command(folder: &Path, database: Option<&str>, deed: &str) -> Result<Command, Trouble> {
    let mut command = Command::new(program("central")?);
    command.arg(deed).arg("--data").arg(folder);
    if let Some(uri) = database {
        command.args(["--db", uri]);
    }
    Ok(command)
}

/// One that believes the centre's own certificate and no other.
fn client(folder: &Path) -> Result<Client, Trouble> {
    // Only the first call of a process chooses; the others find it chosen.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let path = folder.join("keys").join("tls.certificate.pem");
    let pem = std::fs::read(&path)
        .map_err(|error| Trouble::caused("the centre made no certificate", error))?;
    let failed = |error: reqwest::Error| Trouble::caused("the certificate is none", error);
    let certificate = Certificate::from_pem(&pem).map_err(failed)?;
    // One connection for each question: the centre is ended and begun again in between.
    let builder: ClientBuilder = Client::builder().pool_max_idle_per_host(0).no_proxy();
    let builder = builder.tls_certs_only([certificate]).timeout(PATIENCE);
    builder.connect_timeout(Duration::from_secs(10)).build().map_err(failed)
}
