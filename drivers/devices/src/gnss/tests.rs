use std::io::Write;
use std::net::TcpListener;

use proptest::prelude::*;

use super::nmea::{Heard, Sentences};
use super::*;

const LONG: Duration = Duration::from_secs(20);

/// A sentence with its sum.
fn sentence(body: &str) -> String {
    let sum = body.bytes().fold(0, |sum, byte| sum ^ byte);
    format!("${body}*{sum:02X}\r\n")
}

fn heard(text: &[u8]) -> Vec<Heard> {
    let mut sentences = Sentences::default();
    text.iter().filter_map(|byte| sentences.push(*byte)).collect()
}

const RMC: &str = "GPRMC,034210.00,A,1015.1234,N,07612.5678,E,0.50,054.7,271126,,,A";
const GGA: &str = "GPGGA,034210.00,1015.1234,N,07612.5678,E,1,08,1.2,18.2,M,-89.0,M,,";
const GSA: &str = "GPGSA,A,3,04,05,,09,12,,,24,,,,,2.5,1.3,2.1";
/// 10° 15.1234′ is 10.252057°, 76° 12.5678′ is 76.209463°; 1.2 times 19 m is less than 23 m.
const FIX: Fix = Fix { latitude_udeg: 10_252_057, longitude_udeg: 76_209_463, accuracy_m: 23 };

#[test]
fn three_sentences_make_a_fix_with_its_accuracy() {
    let all = [RMC, GGA, RMC, GSA, RMC].map(sentence).concat();
    let better = Fix { accuracy_m: 25, ..FIX };
    let expected =
        [Heard::NoAccuracy, Heard::Fix(FIX), Heard::Fix(FIX), Heard::Other, Heard::Fix(better)];
    assert_eq!(heard(all.as_bytes()), expected);
    let south = GGA.replace(",N,", ",S,").replace(",E,", ",W,");
    let fix = Fix { latitude_udeg: -10_252_057, longitude_udeg: -76_209_463, accuracy_m: 23 };
    assert_eq!(heard(sentence(&south).as_bytes()), [Heard::Fix(fix)]);
    let other = GGA.replacen("GP", "GN", 1);
    assert_eq!(heard(sentence(&other).as_bytes()), [Heard::Fix(FIX)], "of all satellites");
}

#[test]
fn what_is_no_measured_fix_is_none() {
    let none = [
        RMC.replace(",A,1015", ",V,1015"),
        RMC.replace(",,,A", ",,,E"),
        RMC.replace(",,,A", ",,,N"),
        GGA.replace(",E,1,", ",E,0,"),
        GGA.replace(",E,1,", ",E,6,"),
        GGA.replace(",E,1,", ",E,8,"),
        GGA.replace("1015.1234", "9115.1234"),
        GGA.replace("1015.1234", "1060.1234"),
        GGA.replace("1015.1234", "10151234"),
        GGA.replace("1015.1234,N", ",").replace("07612.5678,E", ","),
        GGA.replace(",N,", ",X,"),
        GSA.replace("A,3,", "A,1,"),
    ];
    for body in none {
        assert_eq!(heard(sentence(&body).as_bytes()), [Heard::NoFix], "{body}");
    }
    for dilution in ["", "99.9", "0", "-1.2", "x"] {
        let body = GGA.replace(",1.2,", &format!(",{dilution},"));
        assert_eq!(heard(sentence(&body).as_bytes()), [Heard::NoAccuracy], "{body}");
    }
    // A fix that was lost takes its accuracy along.
    let lost = [GGA, &RMC.replace(",A,1015", ",V,1015"), RMC].map(sentence).concat();
    assert_eq!(heard(lost.as_bytes())[2], Heard::NoAccuracy);
}

#[test]
fn a_sentence_whose_sum_does_not_fit_is_noise() {
    let good = sentence(GGA);
    for bad in [
        good.replace("1015", "1016"),
        good.replace('*', ""),
        good.replace("\r\n", "0\r\n"),
        good.replace('$', ""),
        format!("{}{good}", "$").replacen("$$", "$G$", 1).replacen("*", "!", 1),
    ] {
        assert_eq!(heard(bad.as_bytes()), [], "{bad}");
    }
    let long = format!("$GPGGA,{}\r\n", "0".repeat(500));
    assert_eq!(heard(format!("{long}{good}").as_bytes()), [Heard::Fix(FIX)]);
}

#[test]
fn a_jump_is_not_believed_until_the_next_fix_is_there_too() {
    let mut track = Track::default();
    let start = Instant::now();
    let after = |seconds| start + Duration::from_secs(seconds);
    let step = Fix { latitude_udeg: FIX.latitude_udeg + 100, ..FIX };
    let away = Fix { latitude_udeg: FIX.latitude_udeg + 50_000, ..FIX };
    assert!((5_500.0..5_620.0).contains(&away.metres_to(&FIX)), "{}", away.metres_to(&FIX));
    assert!(track.follow(FIX, after(0)).is_ok());
    assert!(track.follow(step, after(1)).is_ok());
    assert_eq!(track.follow(away, after(2)).expect_err("5.5 km").word(), "jumped");
    assert_eq!(track.follow(away, after(3)).expect("there").fix, away);
    assert!(track.follow(FIX, after(120)).is_ok(), "two minutes on a road");
    let east = Fix { longitude_udeg: 179_999_999, ..FIX };
    let west = Fix { longitude_udeg: -179_999_999, ..FIX };
    assert!(east.metres_to(&west) < 1.0);
}

#[test]
fn gpsd_s_reports_are_read_as_its_manual_has_them() {
    let word = |report: &str| match gpsd::read(report.as_bytes()) {
        Some(Ok(fix)) => format!("{} {} {}", fix.latitude_udeg, fix.longitude_udeg, fix.accuracy_m),
        Some(Err(reason)) => reason.word().to_owned(),
        None => "other".to_owned(),
    };
    let tpv = r#"{"class":"TPV","mode":3,"lat":10.252057,"lon":76.209463,"eph":22.8,"more":[]}"#;
    assert_eq!(word(tpv), "10252057 76209463 23");
    assert_eq!(
        word(&tpv.replace(r#""eph":22.8"#, r#""epx":3.0,"epy":4.0"#)),
        "10252057 76209463 5"
    );
    assert_eq!(word(&tpv.replace(r#""mode":3"#, r#""mode":1"#)), "no_fix");
    assert_eq!(word(r#"{"class":"TPV"}"#), "no_fix");
    assert_eq!(word(&tpv.replace("10.25", "91.25")), "no_fix");
    assert_eq!(word(&tpv.replace("22.8", "-1")), "no_accuracy");
    assert_eq!(word(&tpv.replace(r#""eph""#, r#""ehp""#)), "no_accuracy");
    assert_eq!(word(r#"{"class":"SKY","satellites":[]}"#), "other");
    assert_eq!(word(&tpv[..40]), "garbage");
    assert_eq!(word(""), "garbage");
}

fn word(position: Result<Position, NoPosition>) -> String {
    position.map_or_else(
        |reason| reason.word().to_owned(),
        |position| position.fix.latitude_udeg.to_string(),
    )
}

#[test]
fn a_receiver_that_was_pulled_is_found_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    let mut receiver = NmeaReceiver::new(address.parse().unwrap());
    assert_eq!(word(receiver.next(Duration::from_millis(1))), "silent");
    let (mut far_end, _) = listener.accept().unwrap();
    far_end.write_all(sentence(GGA).as_bytes()).unwrap();
    assert_eq!(word(receiver.next(LONG)), "10252057");
    far_end.write_all(b"\xff\xf8\x80\r\n\x00").unwrap();
    assert_eq!(word(receiver.next(Duration::from_millis(300))), "garbage", "a wrong speed");
    drop(far_end);
    assert_eq!(word(receiver.next(LONG)), "away");
    assert_eq!(word(receiver.next(Duration::from_millis(1))), "silent");
    let (mut far_end, _) = listener.accept().unwrap();
    far_end.write_all(sentence(&GGA.replace(",E,1,", ",E,0,")).as_bytes()).unwrap();
    assert_eq!(word(receiver.next(LONG)), "no_fix");
    drop(listener);
    drop(far_end);
    assert_eq!(word(receiver.next(LONG)), "away");
    assert_eq!(word(receiver.next(LONG)), "away", "nobody is there");
}

proptest! {
    #[test]
    fn after_any_noise_the_next_sentence_is_read(
        noise in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let bytes = [&noise[..], sentence(GGA).as_bytes()].concat();
        prop_assert_eq!(heard(&bytes).pop(), Some(Heard::Fix(FIX)));
    }
}
