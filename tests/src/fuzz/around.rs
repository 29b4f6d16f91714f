//! What speaks by itself: scales, receivers of positions, gpsd, and the files that say what feeds
//! the device.

use std::collections::BTreeMap;

use devices::gnss::gpsd;
use devices::gnss::nmea::{Heard, Sentences};
use devices::power::Supply;
use devices::scale::{Ear, Said};
use devices::{Fix, NoPosition, ScaleGrammar};

/// Ten tonnes, the most that is believed.
const GRAMS_MAX: u32 = 10_000_000;

/// Bytes of a scale, whatever it speaks: no weight is nothing or more than can be, and after any
/// noise the next two messages are read.
pub fn scale(bytes: &[u8]) -> bool {
    let mut any = false;
    for grammar in ScaleGrammar::built_in() {
        let sound = scale_message(&grammar.name);
        let mut ear = Ear::new(grammar);
        let mut last = None;
        for (place, byte) in bytes.iter().chain(sound).chain(sound).enumerate() {
            let said = ear.push(*byte);
            if let Some(Said::Weight { grams, .. }) = &said {
                assert!((1..=GRAMS_MAX).contains(grams), "{grams} g");
            }
            any |= said.is_some() && place < bytes.len();
            last = said.or(last);
        }
        assert!(matches!(last, Some(Said::Weight { grams: 1_234, .. })), "{last:?}");
    }
    any
}

fn scale_message(name: &str) -> &'static [u8] {
    match name {
        "st-gs" => b"ST,GS,+0001.234kg\r\n",
        "toledo-8217" => b"\x0201.234\r",
        "cas" => b"\x01\x02S 01.234kg\x65\x03\x04",
        "nci" => b"\n001.234kg\r\n00\r\x03",
        "sma" => b"\n 1G       1.234kg_\r",
        name => panic!("what a scale that speaks {name} says belongs here"),
    }
}

pub fn scale_messages() -> Vec<Vec<u8>> {
    let more: [&[u8]; 8] = [
        b"US,NT,   12.350 kg\r\nOL,GS, ------kg\r\n",
        b"\x02?\x41\r\x0200.750N\r\x02?\x02\r",
        b"\n^^^^^^^kg\r\n02\r\x03\n10\r\x03",
        b"\nE1G  ----------kg_\r\n 1N       0.750kg_\r",
        b"ST,GS,1\x84,  12.350 kg\r\n",
        b"\x01\x02U-01.250kg\x6c\x03\x04",
        b"ST,GS,+99999999t\r\n",
        b"ST,+00012.34  g\r\n",
    ];
    let all = ScaleGrammar::built_in();
    let sound = all.iter().map(|grammar| scale_message(&grammar.name).to_vec());
    sound.chain(more.iter().map(|message| message.to_vec())).collect()
}

/// A file of scales: whatever is taken can be listened with.
pub fn scale_file(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(scales) = ScaleGrammar::parse(text) else { return false };
    for grammar in scales {
        let mut ear = Ear::new(grammar);
        let noise = b"ST,GS,+0001.234kg\r\n\x0201.234\r 1.2.3 \x01\x02S 01.234kg\x65\x03\x04";
        for byte in noise {
            if let Some(Said::Weight { grams, .. }) = ear.push(*byte) {
                assert!((1..=GRAMS_MAX).contains(&grams), "{grams} g");
            }
        }
    }
    true
}

pub fn scale_files() -> Vec<Vec<u8>> {
    let own = "[[scale]]\nname = \"essae\"\nends = \"\\r\\n\"\nalike = 3\ncapacity_g = 20000\n\
               net_only = true\nwake = \"?\"\nawake = \"!\"\nask = \"W\"\n\
               bits = [{ byte = 1, bit = 0, means = \"moving\" }]\n\
               words.mode = { N = \"net\", G = \"gross\" }\n\
               [[scale.message]]\nform = \"{mode:1}={weight:5-8}{unit}{status:1}{bcc}\\r\\n\"\n";
    vec![own.as_bytes().to_vec(), include_bytes!("../../../drivers/devices/scales.toml").to_vec()]
}

fn assert_on_earth(fix: &Fix) {
    assert!((-90_000_000..=90_000_000).contains(&fix.latitude_udeg), "{fix:?}");
    assert!((-180_000_000..=180_000_000).contains(&fix.longitude_udeg), "{fix:?}");
    assert!(fix.accuracy_m > 0, "{fix:?}");
}

const SENTENCE: &[u8] =
    b"$GPGGA,034210.00,1015.1234,N,07612.5678,E,1,08,1.2,18.2,M,-89.0,M,,*7B\r\n";

/// Sentences: no fix is off the earth, and after any noise the next sentence is read.
pub fn nmea(bytes: &[u8]) -> bool {
    let mut sentences = Sentences::default();
    let heard: Vec<Heard> =
        bytes.iter().chain(SENTENCE).filter_map(|byte| sentences.push(*byte)).collect();
    for heard in &heard {
        if let Heard::Fix(fix) = heard {
            assert_on_earth(fix);
        }
    }
    assert!(matches!(heard.last(), Some(Heard::Fix(_))), "{heard:?}");
    heard.len() > 1
}

pub fn nmea_sentences() -> Vec<Vec<u8>> {
    let bodies = [
        "GPRMC,034210.00,A,1015.1234,N,07612.5678,E,0.50,054.7,140826,,,A",
        "GNGGA,034210.00,8959.99999999,S,17959.9999,W,2,08,99.9,18.2,M,-89.0,M,,",
        "GPGSA,A,3,04,05,,09,12,,,24,,,,,2.5,1.3,2.1",
        "GPRMC,034210.00,V,,,,,,,140826,,,N",
        "PUBX,00,1,2",
    ];
    let sentence = |body: &str| {
        let sum = body.bytes().fold(0, |sum, byte| sum ^ byte);
        format!("${body}*{sum:02X}\r\n").into_bytes()
    };
    bodies.iter().map(|body| sentence(body)).chain([SENTENCE.to_vec()]).collect()
}

/// A report of gpsd: no fix is off the earth.
pub fn gpsd_report(bytes: &[u8]) -> bool {
    match gpsd::read(bytes) {
        Some(Ok(fix)) => assert_on_earth(&fix),
        Some(Err(NoPosition::Garbage)) => return false,
        Some(Err(_)) | None => {}
    }
    true
}

pub fn gpsd_reports() -> Vec<Vec<u8>> {
    let reports = [
        r#"{"class":"TPV","mode":3,"lat":10.252057,"lon":76.209463,"eph":22.8}"#,
        r#"{"class":"TPV","mode":2,"lat":-90.0,"lon":-180.0,"epx":3.1,"epy":4e0}"#,
        r#"{"class":"VERSION","release":"3.22","proto_major":3}"#,
        r#"{"class":"TPV","mode":1}"#,
    ];
    reports.iter().map(|report| report.as_bytes().to_vec()).collect()
}

/// The files of one supply, as `name=text` a line: a battery has no more than a hundred parts.
pub fn supply(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let files: BTreeMap<&str, &str> =
        text.lines().filter_map(|line| line.split_once('=')).collect();
    match Supply::read(|name| files.get(name).map(|text| (*text).to_owned())) {
        Supply::Battery { percent, .. } => {
            assert!(percent <= 100, "{percent}");
            true
        }
        Supply::Plug { .. } => true,
        Supply::Other => false,
    }
}

pub fn supplies() -> Vec<Vec<u8>> {
    let supplies = [
        "type=Battery\ncapacity=42\nstatus=Discharging\npresent=1\nscope=System",
        "type=Mains\nonline=1",
        "type=UPS\ncapacity=100\nstatus=Full",
    ];
    supplies.iter().map(|supply| supply.as_bytes().to_vec()).collect()
}
