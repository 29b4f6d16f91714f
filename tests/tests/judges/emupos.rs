//! emupos plays a receipt printer: what it draws from our bytes, and what it answers.

use std::time::Duration;

use devices::{EscPosPrinter, PrintJob, PrintOutcome, Printer, PrinterProfile, Raster};
use tests::Trouble;
use tests::chance::Chance;
use tests::judges::emupos::{Emupos, free_port};
use tests::judges::{Case, Verdict};
use tests::picture;

pub fn cases() -> Vec<Case> {
    vec![Case {
        judge: "emupos 0.4.0",
        question: "printer: a slip's raster, dot by dot",
        name: "emupos_draws_our_raster_dot_by_dot",
        ask: raster,
    }]
}

/// A printer that hangs on a TCP port, and its driver.
fn printer() -> Result<Option<(Emupos, EscPosPrinter)>, Trouble> {
    let port = free_port()?;
    let devices = format!(
        "  - id: front\n    type: printer\n    profile: epson-tm-t20iii\n    connections:\n      \
         - tcp: {{ port: {port} }}\n    receipts_dir: ./receipts\n"
    );
    let Some(emupos) = Emupos::start(&devices)? else { return Ok(None) };
    let address = emupos.port("front")?;
    let address = address.parse().map_err(|error| Trouble::caused("no address", error))?;
    let profile = PrinterProfile::named("generic-80").expect("it is built in");
    Ok(Some((emupos, EscPosPrinter::new(address, profile))))
}

/// Random dots, with white rows among them as between the lines of a slip. No byte is 10h, at
/// which the driver would move a dot so that no real-time command stands in the picture.
fn dots(chance: &mut Chance, rows: usize) -> Raster {
    let mut byte = || match u8::try_from(chance.below(256)).expect("a byte") {
        0x10 => 0x11,
        other => other,
    };
    let bits = (0..rows).flat_map(|_| {
        let white = byte() < 80;
        let row: Vec<u8> = (0..576 / 8).map(|_| if white { 0 } else { byte() }).collect();
        row
    });
    Raster::new(576, bits.collect()).expect("whole rows")
}

fn job(raster: Raster) -> PrintJob {
    PrintJob { raster, cut: true, open_drawer: false, paper_wait: Duration::from_secs(20) }
}

fn raster() -> Result<Verdict, Trouble> {
    let Some((emupos, mut printer)) = printer()? else { return Ok(Verdict::Missing) };
    let drawn = dots(&mut Chance(57), 706);
    let outcome = printer.print(&job(drawn.clone()), &mut |_| {});
    if !matches!(outcome, PrintOutcome::Confirmed(_)) {
        return Err(Trouble::new(format!("the slip is not confirmed: {outcome:?}")));
    }
    let pictures = emupos.pictures("front")?;
    let [picture] = &pictures[..] else {
        return Err(Trouble::new(format!("{} receipts instead of one", pictures.len())));
    };
    let seen = picture::read(picture)?;
    let differ = (0..drawn.rows())
        .flat_map(|row| (0..drawn.width_dots()).map(move |x| (x, row)))
        .filter(|(x, row)| {
            let shade = seen.pixels.get(row * seen.width + usize::from(*x));
            drawn.is_black(*x, *row) != shade.is_some_and(|shade| *shade < 128)
        })
        .count();
    match differ {
        0 => Ok(Verdict::Agrees(format!("{} x {} dots", drawn.width_dots(), drawn.rows()))),
        _ => Err(Trouble::new(format!("{differ} dots differ"))),
    }
}
