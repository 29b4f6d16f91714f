//! gpsd reads the sentences of a log; our client reads gpsd, our parser reads the log, and both say
//! the same.

use std::collections::BTreeSet;
use std::time::Duration;

use devices::gnss::nmea::{Heard, Sentences};
use devices::{Fix, Gnss, Gpsd as Client, NoPosition};
use tests::Trouble;
use tests::judges::gpsd::Gpsd;
use tests::judges::{Case, Verdict};
use tests::wait::until;

/// How many fixes of the log have to come through.
const FIXES: usize = 12;

pub fn cases() -> Vec<Case> {
    vec![
        Case {
            judge: "gpsd 3.22",
            question: "NMEA: positions and their accuracy",
            name: "gpsd_reads_the_same_positions_from_nmea",
            ask: positions,
        },
        Case {
            judge: "gpsd 3.22",
            question: "NMEA: no fix is no position",
            name: "gpsd_has_no_fix_where_we_have_none",
            ask: no_fix,
        },
    ]
}

fn sentence(body: &str) -> String {
    let sum = body.bytes().fold(0, |sum, byte| sum ^ byte);
    format!("${body}*{sum:02X}\r\n")
}

/// A walk of thirty seconds to the north-west, where the satellites stand differently well.
fn walk() -> String {
    let second = |second: u32| {
        let time = format!("0342{:02}.00", 10 + second);
        let north = format!("10{:07.4},N", 15.1234 + f64::from(second) * 0.0021);
        let east = format!("076{:07.4},E", 12.5678 - f64::from(second) * 0.0013);
        let dilution = format!("{}.{}", 1 + second % 2, second % 10);
        [
            sentence(&format!("GPRMC,{time},A,{north},{east},0.50,320.0,140826,,,A")),
            sentence(&format!("GPGGA,{time},{north},{east},1,08,{dilution},18.2,M,-89.0,M,,")),
            sentence(&format!("GPGSA,A,3,04,05,09,12,24,25,29,31,,,,,2.5,{dilution},2.1")),
        ]
        .concat()
    };
    (0..30).map(second).collect()
}

/// What our own parser reads in a log.
fn parsed(log: &str) -> Vec<Heard> {
    let mut sentences = Sentences::default();
    log.bytes().filter_map(|byte| sentences.push(byte)).collect()
}

fn client(gpsd: &Gpsd) -> Result<Client, Trouble> {
    let address = gpsd.port().parse();
    Ok(Client::new(address.map_err(|error| Trouble::caused("no address", error))?))
}

fn positions() -> Result<Verdict, Trouble> {
    let log = walk();
    let Some(gpsd) = Gpsd::start(&log)? else { return Ok(Verdict::Missing) };
    let ours: BTreeSet<(i32, i32, u32)> = parsed(&log)
        .into_iter()
        .filter_map(|heard| match heard {
            Heard::Fix(fix) => Some((fix.latitude_udeg, fix.longitude_udeg, fix.accuracy_m)),
            _ => None,
        })
        .collect();
    let mut client = client(&gpsd)?;
    let mut seen = BTreeSet::new();
    until("gpsd says where it is", || {
        let fix = client.next(Duration::from_secs(2)).ok()?.fix;
        seen.insert((fix.latitude_udeg, fix.longitude_udeg, fix.accuracy_m));
        (seen.len() >= FIXES).then_some(())
    })?;
    // A millionth of a degree, a tenth of a metre, is how differently two may round.
    let near = |fix: &(i32, i32, u32)| {
        ours.iter()
            .any(|our| our.0.abs_diff(fix.0) <= 1 && our.1.abs_diff(fix.1) <= 1 && our.2 == fix.2)
    };
    let strange: Vec<_> = seen.iter().filter(|fix| !near(fix)).collect();
    match strange.first() {
        None => Ok(Verdict::Agrees(format!("{} positions", seen.len()))),
        Some((latitude_udeg, longitude_udeg, accuracy_m)) => {
            let fix = Fix {
                latitude_udeg: *latitude_udeg,
                longitude_udeg: *longitude_udeg,
                accuracy_m: *accuracy_m,
            };
            Err(Trouble::new(format!("{} of {}, as {fix:?}", strange.len(), seen.len())))
        }
    }
}

fn no_fix() -> Result<Verdict, Trouble> {
    let second = |second: u32| {
        let time = format!("0342{:02}.00", 10 + second);
        [
            sentence(&format!("GPRMC,{time},V,,,,,,,140826,,,N")),
            sentence(&format!("GPGGA,{time},,,,,0,02,99.9,,M,,M,,")),
        ]
        .concat()
    };
    let log: String = (0..30).map(second).collect();
    let Some(gpsd) = Gpsd::start(&log)? else { return Ok(Verdict::Missing) };
    let ours = parsed(&log);
    if ours.iter().any(|heard| *heard != Heard::NoFix) {
        return Err(Trouble::new("our own parser found a fix".to_owned()));
    }
    let mut client = client(&gpsd)?;
    let said =
        until("gpsd says that it has no fix", || match client.next(Duration::from_secs(2)) {
            Ok(position) => Some(Err(position)),
            Err(NoPosition::NoFix) => Some(Ok(())),
            Err(_) => None,
        })?;
    match said {
        Ok(()) => Ok(Verdict::Agrees(format!("{} sentences", ours.len()))),
        Err(position) => Err(Trouble::new(format!("gpsd has {:?}", position.fix))),
    }
}
