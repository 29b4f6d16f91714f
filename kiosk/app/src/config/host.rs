//! Hosts in addresses: whether there is one, and whether it is this machine.

/// Whether nothing, or only a port or a name and a password, stands where the host does.
pub(super) fn names_no_host(rest: &str) -> bool {
    let host = authority(rest).rsplit('@').next().unwrap_or_default().trim();
    host.is_empty() || host.starts_with(':')
}

/// What stands between the scheme and the path.
fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#', '\\']).next().unwrap_or_default()
}

pub(super) fn is_loopback(centre: &str) -> bool {
    // What stands before an '@' is a name and a password, and the host comes after it.
    let host = authority(centre.trim_start_matches("http://"));
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| {
        let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
        let rest = host.strip_prefix(own);
        rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_only_begins_like_this_machine_is_another() {
        assert!(is_loopback("http://127.0.0.1:80"));
        assert!(!is_loopback("http://127.0.0.1.example"));
        assert!(!is_loopback("http://localhost.example/"));
        assert!(is_loopback("http://[::1]:8443/office"));
        assert!(is_loopback("http://localhost"));
        for theirs in
            ["127.0.0.1:84@bank.example", "localhost:@10.0.0.1/", "127.0.0.13", "localhost9"]
        {
            assert!(!is_loopback(&format!("http://{theirs}")), "{theirs}");
        }
    }
}
