//! emupos: receipt printers, their faults, and a scale, as somebody else understood their manuals.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::Method;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::Trouble;
use crate::judges::program;
use crate::wait::until;

/// A slow machine beside a build takes a second for an answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// A running emupos, ended by its id when it is dropped.
pub struct Emupos {
    child: Child,
    folder: tempfile::TempDir,
    api: String,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

impl Emupos {
    /// Its program, where it is installed.
    pub fn program() -> Option<PathBuf> {
        program("emupos/bin/emupos")
    }

    /// Starts it with the devices of an emupos.yaml, from `- id:` on; `None` where it is not here.
    pub fn start(devices: &str) -> Result<Option<Emupos>, Trouble> {
        let Some(emupos) = Emupos::program() else { return Ok(None) };
        let failed = |error| Trouble::caused("emupos cannot be started", error);
        let folder = tempfile::tempdir().map_err(failed)?;
        let api_port = free_port()?;
        let config = folder.path().join("emupos.yaml");
        let api = format!("schema: 1\napi: {{ host: 127.0.0.1, port: {api_port} }}\n");
        fs::write(&config, format!("{api}devices:\n{devices}")).map_err(failed)?;
        let log = fs::File::create(folder.path().join("emupos.log")).map_err(failed)?;
        let mut command = Command::new(emupos);
        command.args(["run", "--config"]).arg(&config).current_dir(folder.path());
        // Where it publishes its ptys.
        command.env("TMPDIR", folder.path()).stdin(Stdio::null());
        command.stdout(log.try_clone().map_err(failed)?).stderr(log);
        let child = command.spawn().map_err(failed)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(failed)?;
        let provider = rustls::crypto::ring::default_provider();
        // Where another test was first, its choice is the same.
        let _ = provider.install_default();
        let client = reqwest::Client::builder().timeout(ANSWER_LIMIT);
        // It hangs up what nobody asked for some seconds.
        let client = client.pool_max_idle_per_host(0).build();
        let client = client.map_err(|error| Trouble::caused("no client for emupos", error))?;
        let api = format!("http://127.0.0.1:{api_port}/api/v1");
        let emupos = Emupos { child, folder, api, client, runtime };
        until("emupos answers", || emupos.ask(Method::GET, "/health", None).ok())?;
        Ok(Some(emupos))
    }

    /// One request to its control API: the body of the answer, which is empty for most wishes.
    pub fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Trouble> {
        let failed = |error: reqwest::Error| Trouble::caused(format!("{path} of emupos"), error);
        let mut request = self.client.request(method, format!("{}{path}", self.api));
        if let Some(body) = body {
            request = request.json(body);
        }
        let (status, bytes) = self
            .runtime
            .block_on(async move {
                let answer = request.send().await?;
                let status = answer.status();
                Ok((status, answer.bytes().await?))
            })
            .map_err(failed)?;
        if !status.is_success() {
            let text = String::from_utf8_lossy(&bytes);
            return Err(Trouble::new(format!("emupos answers {path} with {status}: {text}")));
        }
        match bytes.is_empty() {
            true => Ok(Value::Null),
            false => serde_json::from_slice(&bytes)
                .map_err(|error| Trouble::caused(format!("{path} is no JSON"), error)),
        }
    }

    /// Sets or clears a fault of a printer: paper-near-end, paper-out, cover-open or offline.
    pub fn fault(&self, device: &str, fault: &str, set: bool) -> Result<(), Trouble> {
        let method = if set { Method::PUT } else { Method::DELETE };
        self.ask(method, &format!("/devices/{device}/faults/{fault}"), None).map(drop)
    }

    /// Where a device hangs: `tcp://…` or `serial://…`, as kiosk.toml names it.
    pub fn port(&self, device: &str) -> Result<String, Trouble> {
        let said = self.ask(Method::GET, &format!("/devices/{device}"), None)?;
        let connection = &said["connections"][0];
        match (connection["kind"].as_str(), connection["endpoint"].as_str()) {
            (Some("tcp"), Some(endpoint)) => Ok(format!("tcp://{endpoint}")),
            (Some("serial"), Some(endpoint)) => Ok(format!("serial://{endpoint}")),
            _ => Err(Trouble::new(format!("emupos has no port for {device}: {said}"))),
        }
    }

    /// The receipts of a printer so far, as pictures, in the order of their printing.
    pub fn pictures(&self, device: &str) -> Result<Vec<PathBuf>, Trouble> {
        let said = self.ask(Method::GET, &format!("/devices/{device}/receipts"), None)?;
        let ids = said.as_array().into_iter().flatten();
        let ids = ids.filter_map(|receipt| receipt["id"].as_str());
        let picture = |id: &str| self.folder().join("receipts").join(format!("{id}.png"));
        // It lists the newest first.
        let mut pictures: Vec<PathBuf> = ids.map(picture).collect();
        pictures.reverse();
        Ok(pictures)
    }

    /// Everything that it printed: a line for each event, of bytes that it did not know as well.
    pub fn log(&self) -> Result<String, Trouble> {
        let log = self.folder().join("emupos.log");
        fs::read_to_string(log).map_err(|error| Trouble::caused("emupos has no log", error))
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Emupos {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago: emupos wants a number.
pub fn free_port() -> Result<u16, Trouble> {
    let failed = |error| Trouble::caused("there is no free port", error);
    let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
    Ok(listener.local_addr().map_err(failed)?.port())
}
