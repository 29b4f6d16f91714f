//! Configurations that are good, and all that can be wrong with one.

use super::*;

const GOOD: &str = r#"
    profile = "kiosk"
    data = "data"
    centre = "https://127.0.0.1:8443/"
    body = "padippuram"
    [[device]]
    kind = "printer"
    protocol = "escpos"
    port = "tcp://127.0.0.1:9100"
"#;

#[test]
fn a_good_file_is_read_and_its_paths_count_from_its_folder() {
    let config = Config::parse(GOOD, Path::new("/etc/padi")).expect("good");
    assert_eq!(config.centre, "https://127.0.0.1:8443");
    assert_eq!(config.provision, Path::new("/etc/padi/data/device.padi"));
    assert_eq!((config.screen.width, config.screen.height), (1_280, 800));
    assert_eq!(config.devices.len(), 1);
}

#[test]
fn the_sample_names_every_key() {
    let sample = include_str!("../../../../images/kiosk.toml");
    let config = Config::parse(sample, Path::new("/etc/padi")).expect("good");
    assert_eq!(config.devices.len(), 5);
    assert!(config.screen.fullscreen);
    assert_eq!(config.language, Some(Language::Ml));
}

#[test]
fn a_file_without_an_end_is_no_configuration() {
    let padded = |bytes: usize| format!("{GOOD}{}", " ".repeat(bytes - GOOD.len()));
    assert!(Config::parse(&padded(CONFIG_BYTES_MAX), Path::new(".")).is_ok());
    let faults = Config::parse(&padded(CONFIG_BYTES_MAX + 1), Path::new(".")).expect_err("bad");
    assert_eq!(faults, ["it has more than 65536 bytes"]);
}

#[test]
fn all_faults_are_listed_at_once() {
    let text = r#"
        profile = "bank"
        centre = "http://10.0.0.1"
        body = 3
        colour = "red"
        [screen]
        width = 20
        depth = 8
        [[device]]
        kind = "printer"
        protocol = "zpl"
        port = "usb"
        speed = 1
        [[device]]
        kind = "camera"
        protocol = "folder"
        port = "tcp://127.0.0.1:80"
        [[device]]
        kind = "camera"
        protocol = "y4m"
        port = "tcp://127.0.0.1:9200"
        [[device]]
        kind = "camera"
        protocol = "y4m"
        port = "tcp://127.0.0.1:9201"
    "#;
    let faults = Config::parse(text, Path::new(".")).expect_err("bad");
    for part in [
        "profile",
        "data is missing",
        "plain http://",
        "body",
        "colour is not known",
        "screen.width",
        "screen.depth is not known",
        "printer by zpl",
        "speed is not known",
        "device 2: port: write the folder of pictures",
        "device 4: a second device of this kind",
    ] {
        assert!(faults.iter().any(|fault| fault.contains(part)), "{part}: {faults:#?}");
    }
}

#[test]
fn a_centre_without_a_host_is_refused_with_one_sentence() {
    let of = |centre: &str| {
        let text = GOOD.replace("https://127.0.0.1:8443/", centre);
        Config::parse(&text, Path::new("."))
    };
    let bare = ["https://", "https:///", "https://:8443", "https://a:b@", "http://", "https:// "];
    for centre in bare {
        let faults = of(centre).expect_err(centre);
        let said =
            format!("centre: {centre:?} names no host; write it as https://office.example:8443");
        assert_eq!(faults, [said]);
    }
    for centre in ["https://[::1]:8443", "https://office.example", "https://a:b@10.0.0.1/x"] {
        assert!(of(centre).is_ok(), "{centre}");
    }
}

#[test]
fn a_host_that_only_begins_like_this_machine_is_another() {
    assert!(is_loopback("http://127.0.0.1:80"));
    assert!(!is_loopback("http://127.0.0.1.example"));
    assert!(!is_loopback("http://localhost.example/"));
    assert!(is_loopback("http://[::1]:8443/office"));
    assert!(is_loopback("http://localhost"));
    for theirs in ["127.0.0.1:84@bank.example", "localhost:@10.0.0.1/", "127.0.0.13", "localhost9"]
    {
        assert!(!is_loopback(&format!("http://{theirs}")), "{theirs}");
    }
}
