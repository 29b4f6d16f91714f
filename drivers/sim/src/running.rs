//! A simulator that runs: its addresses, its commands, its end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;

use serde_json::{Value, json};

use crate::SimError;
use crate::control::{self, Commands};
use crate::events::Events;
use crate::wire::Stop;

/// Stops when it is dropped.
pub struct Running {
    kind: &'static str,
    port: Option<String>,
    control: SocketAddr,
    events: Events,
    device: Arc<dyn Commands>,
    stop: Stop,
    threads: Vec<JoinHandle<()>>,
}

impl Running {
    /// Puts the control line beside a device whose own threads are given.
    pub(crate) fn begin(
        kind: &'static str,
        port: Option<String>,
        control: SocketAddr,
        device: Arc<dyn Commands>,
        events: Events,
        stop: Stop,
        mut threads: Vec<JoinHandle<()>>,
    ) -> Result<Running, SimError> {
        let (address, thread) =
            control::serve(control, device.clone(), events.clone(), stop.clone())?;
        threads.push(thread);
        Ok(Running { kind, port, control: address, events, device, stop, threads })
    }

    /// The address for a device's configuration: `tcp://…` or `serial://…`.
    pub fn port(&self) -> &str {
        self.port.as_deref().unwrap_or_default()
    }

    /// Where the control line listens.
    pub fn control(&self) -> SocketAddr {
        self.control
    }

    pub fn events(&self) -> &Events {
        &self.events
    }

    /// The same as a line on the control line.
    pub fn command(&self, line: &str) -> Result<String, String> {
        control::obey(&*self.device, line)
    }

    /// What the program prints first.
    pub fn announcement(&self) -> Value {
        let mut announcement = json!({ "kind": self.kind, "control": self.control.to_string() });
        if let Some(port) = &self.port {
            announcement["port"] = json!(port);
        }
        announcement
    }

    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.now();
        for thread in self.threads.drain(..) {
            // A thread that fell over has printed why; the others still have to end.
            let _ = thread.join();
        }
    }
}
