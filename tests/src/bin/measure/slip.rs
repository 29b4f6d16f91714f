//! The raster of a slip: the first of a day, and those after it.

use std::error::Error;
use std::fs;
use std::time::Instant;

use kiosk::fonts::FACES;
use kiosk::print::Rasteriser;
use ledger::{Slip, SlipKind, SlipLine};

use super::Line;

/// How many slips follow the first.
const FURTHER: u32 = 20;

pub fn measure() -> Result<Vec<Line>, Box<dyn Error>> {
    let before = memory_mb("RssAnon:")?;
    // The most that it has from here on, and not what other parts of this table once had.
    fs::write("/proc/self/clear_refs", "5")?;
    let mut rasteriser = Rasteriser::new(FACES);
    let first_ms = time_ms(|| drop(rasteriser.raster(&slip(0), 384)));
    let further_ms = time_ms(|| {
        for number in 1..=FURTHER {
            drop(rasteriser.raster(&slip(number), 384));
        }
    }) / f64::from(FURTHER);
    // What lies in files, the fonts among it, is the program's own already.
    let memory = memory_mb("VmHWM:")? - memory_mb("RssFile:")? - before;
    let line = Line::new("raster of a further receipt, 384 dots", further_ms, "ms");
    let memory = Line::new("memory of the rasteriser, 21 receipts", memory, "MB");
    Ok(vec![line.beside(first_ms).at_most(10.0, "10 ms"), memory.at_most(8.0, "8 MB")])
}

/// A line of what the system says of this program, in megabytes.
fn memory_mb(name: &str) -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    let kilobytes: f64 = kilobytes.ok_or("the system says nothing of memory")?.parse()?;
    Ok(kilobytes * 1_024.0 / 1e6)
}

fn time_ms(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1_000.0
}

/// A receipt's lines in Malayalam, with the signs of its square.
fn slip(number: u32) -> Slip {
    let amount = |label: &str, amount: &str| SlipLine::Amount {
        label: label.to_owned(),
        amount_text: amount.to_owned(),
    };
    let lines = vec![
        SlipLine::Title("പടിപ്പുറം ഗ്രാമപഞ്ചായത്ത്".to_owned()),
        SlipLine::Band("വസ്തു നികുതി രസീത്".to_owned()),
        SlipLine::Field {
            label: "നമ്പർ".to_owned(), value: format!("G0802-26-K3-{number:05}")
        },
        SlipLine::Dashes,
        amount("നികുതി", "600.00"),
        amount("ലൈബ്രറി സെസ് 5 %", "30.00"),
        SlipLine::Rule,
        SlipLine::Total { label: "ആകെ".to_owned(), amount_text: "₹630.00".to_owned() },
        SlipLine::Square(format!("HTTPS://PADI.EXAMPLE/R/{number}#{}", "MFRGGZDF".repeat(32))),
    ];
    Slip { kind: SlipKind::Receipt, lines }
}
