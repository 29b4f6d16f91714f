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
    assert_eq!(config.devices.len(), 8);
    assert!(config.screen.fullscreen && !config.carry.stick_is_a_folder);
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
        kind = "gps"
        protocol = "nmea"
        port = "serial:///dev/ttyACM1"
        models = "scales.toml"
        [[device]]
        kind = "gps"
        protocol = "gpsd"
        port = "file:///dev/gps"
        [[device]]
        kind = "card-reader"
        protocol = "wedge"
        port = "serial:///dev/ttyUSB0"
        [[device]]
        kind = "camera"
        protocol = "y4m"
        port = "tcp://127.0.0.1:9200"
        [[device]]
        kind = "camera"
        protocol = "y4m"
        port = "tcp://127.0.0.1:9201"
        [power]
        stop_percent = 100
        volts = 5
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
        "device 3: models is known for scales only",
        "device 4: port: gpsd is asked over TCP",
        "device 5: port: write its name as file:///dev/input/by-id/",
        "device 7: a second device of this kind",
        "power.stop_percent: from 0 to 99",
        "power.volts is not known",
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

#[test]
fn one_receiver_of_positions_is_enough_and_a_battery_is_low_before_it_is_empty() {
    let gps = |protocol, port| {
        format!("[[device]]\nkind = \"gps\"\nprotocol = \"{protocol}\"\nport = \"{port}\"\n")
    };
    let two = [gps("nmea", "tcp://127.0.0.1:1"), gps("gpsd", "tcp://127.0.0.1:2947")].concat();
    let faults = Config::parse(&format!("{GOOD}{two}"), Path::new(".")).expect_err("two");
    assert_eq!(faults, ["device 3: a second device of this kind"]);
    let power = "[power]\nlow_percent = 4\n";
    let faults = Config::parse(&format!("{GOOD}{power}"), Path::new(".")).expect_err("upside down");
    assert_eq!(faults, ["power.low_percent: less than stop_percent, which is 5"]);
    let usual = Config::parse(GOOD, Path::new(".")).expect("good").power;
    assert_eq!(usual.folder, Path::new("/sys/class/power_supply"));
    assert_eq!(usual.limits, flow::BatteryLimits::USUAL);
}
