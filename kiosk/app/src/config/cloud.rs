//! A card terminal behind its maker's cloud service, as kiosk.toml names it.

use std::path::{Path, PathBuf};

use toml::Table;

use super::Reader;
use super::host::{is_loopback, names_no_host};

/// `kind = "terminal"`, `protocol = "pinelabs"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloudTerminalConfig {
    /// Where the service is, "https://service.example:8201".
    pub url: String,
    pub merchant: String,
    pub store: String,
    /// The terminal, as the service numbers it.
    pub client: String,
    /// The file that holds the secret, and nothing else.
    pub token: PathBuf,
    /// PEM of whoever signed the service's certificate, where the machine does not know them.
    pub certificate: Option<PathBuf>,
}

impl Reader {
    pub(super) fn cloud_terminal(
        &mut self,
        mut table: Table,
        at: &str,
        folder: &Path,
    ) -> Option<CloudTerminalConfig> {
        let url = self.text_at(&mut table, "url", at);
        let [merchant, store, client, token] =
            ["merchant", "store", "client", "token"].map(|key| self.text_at(&mut table, key, at));
        let certificate = self.optional_text(&mut table, "certificate");
        self.refuse_strangers(&table, &format!("{at}: "));
        let url = url?;
        if let Some(fault) = unsafe_address(&url) {
            self.faults.push(format!("{at}: url: {fault}"));
            return None;
        }
        Some(CloudTerminalConfig {
            url,
            merchant: merchant?,
            store: store?,
            client: client?,
            token: folder.join(token?),
            certificate: certificate.map(|file| folder.join(file)),
        })
    }
}

/// Card payments go over TLS; only a simulator on this machine needs none.
fn unsafe_address(url: &str) -> Option<String> {
    let plain = url.starts_with("http://");
    match url.strip_prefix(if plain { "http://" } else { "https://" }) {
        None => Some(format!("{url:?} must begin with https://")),
        Some(rest) if names_no_host(rest) => {
            Some(format!("{url:?} names no host; write it as https://service.example:8201"))
        }
        Some(_) if plain && !is_loopback(url) => {
            Some("plain http:// is allowed to this machine only; use https://".to_owned())
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    const GOOD: &str = r#"
        profile = "kiosk"
        data = "data"
        centre = "https://127.0.0.1:8443/"
        body = "padippuram"
        [[device]]
        kind = "terminal"
        protocol = "pinelabs"
        url = "https://service.example:8201"
        merchant = "29610"
        store = "1221258"
        client = "1013592"
        token = "terminal.token"
    "#;

    fn faults(text: &str) -> Vec<String> {
        Config::parse(text, Path::new("/etc/padi")).expect_err("bad")
    }

    #[test]
    fn a_terminal_behind_a_service_is_read_with_its_secret_in_a_file() {
        let config = Config::parse(GOOD, Path::new("/etc/padi")).expect("good");
        let cloud = config.cloud_terminal.expect("a terminal");
        assert_eq!(cloud.token, Path::new("/etc/padi/terminal.token"));
        assert_eq!((&*cloud.merchant, &*cloud.client), ("29610", "1013592"));
        assert!(config.devices.is_empty() && cloud.certificate.is_none());
    }

    #[test]
    fn the_service_is_reached_by_tls_or_on_this_machine() {
        let with = |url: &str| GOOD.replace("https://service.example:8201", url);
        assert!(Config::parse(&with("http://127.0.0.1:8201"), Path::new(".")).is_ok());
        for url in ["http://service.example", "service.example", "https://:8201"] {
            let said = faults(&with(url));
            assert!(said.len() == 1 && said[0].starts_with("device 1: url: "), "{said:?}");
        }
    }

    #[test]
    fn whatever_is_missing_twice_or_unknown_is_named() {
        let said = faults(&GOOD.replace("token = \"terminal.token\"", "secret = \"abc\""));
        assert_eq!(said, ["device 1: token is missing", "device 1: secret is not known"]);
        let second = "[[device]]\nkind = \"terminal\"\nprotocol = \"zvt\"\nport = \"tcp://a:1\"\n";
        let said = faults(&format!("{GOOD}\n{second}"));
        assert_eq!(said, ["device: one terminal only, by zvt or by pinelabs"]);
    }
}
