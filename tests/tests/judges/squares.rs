//! zbarimg reads the squares that our printing leaves on paper: those of the largest receipts too,
//! at both widths, and once more as emupos drew them.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use devices::{EscPosPrinter, PrintJob, PrintOutcome, Printer, PrinterProfile, Raster};
use kiosk::fonts::FACES;
use kiosk::print::{Paper, Rasteriser};
use ledger::{Slip, SlipKind, SlipLine};
use tests::Trouble;
use tests::judges::emupos::{Emupos, free_port};
use tests::judges::{Case, Verdict, output};
use tests::missing::has_program;
use tests::picture;

pub fn cases() -> Vec<Case> {
    vec![
        Case {
            judge: "zbarimg",
            question: "printed squares, 384 and 576 dots",
            name: "zbarimg_reads_our_squares",
            ask: squares,
        },
        Case {
            judge: "emupos + zbarimg",
            question: "a slip's square after its printing",
            name: "zbarimg_reads_what_emupos_drew",
            ask: through_a_printer,
        },
    ]
}

/// The signs of a square: those of a short receipt, of the usual one, and of the longest that keep
/// modules of three dots.
const SIGNS: [usize; 5] = [120, 360, 600, 900, 1_200];

fn text_of(signs: usize) -> String {
    let head = "HTTPS://PADIPPURAM.EXAMPLE/R/G0802-26-K3-00417-H#";
    let body = (0..).map(|place| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[place * 7 % 32]));
    head.chars().chain(body).take(signs).collect()
}

fn slip(text: &str) -> Slip {
    let lines = vec![
        SlipLine::Title("പടിപ്പുറം ഗ്രാമപഞ്ചായത്ത്".to_owned()),
        SlipLine::Band("വസ്തു നികുതി രസീത്".to_owned()),
        SlipLine::Total { label: "ആകെ".to_owned(), amount_text: "₹630.00".to_owned() },
        SlipLine::Square(text.to_owned()),
    ];
    Slip { kind: SlipKind::Receipt, lines }
}

fn reads(picture: &Path, text: &str) -> Result<(), Trouble> {
    let mut command = Command::new("zbarimg");
    command.args(["--quiet", "--raw"]).arg(picture);
    let said = output(command)?;
    match said.trim() == text {
        true => Ok(()),
        false => Err(Trouble::new(format!("{} signs are read as {said:?}", text.len()))),
    }
}

fn rgba(paper: &Paper) -> Vec<u8> {
    let white = |byte: u8, bit: u8| if byte & (0x80 >> bit) == 0 { 255 } else { 0 };
    let dots = paper.bits.iter().flat_map(|byte| (0..8).map(move |bit| white(*byte, bit)));
    dots.flat_map(|shade| [shade, shade, shade, 255]).collect()
}

fn squares() -> Result<Verdict, Trouble> {
    if !has_program("zbarimg") {
        return Ok(Verdict::Missing);
    }
    let failed = |error| Trouble::caused("no folder for pictures", error);
    let folder = tempfile::tempdir().map_err(failed)?;
    let mut rasteriser = Rasteriser::new(FACES);
    let mut read = 0;
    for dots in [384, 576] {
        for signs in SIGNS {
            let text = text_of(signs);
            let paper = rasteriser.raster(&slip(&text), dots);
            let picture = folder.path().join(format!("{dots}-{signs}.png"));
            picture::write(&picture, dots.into(), paper.rows, &rgba(&paper))?;
            reads(&picture, &text)
                .map_err(|trouble| Trouble::new(format!("on {dots} dots: {trouble}")))?;
            read += 1;
        }
    }
    let test = flow::TestSlip {
        language: ledger::Language::Or,
        device: "kiosk-1".to_owned(),
        at: "14-08-2026 10:42".to_owned(),
    };
    let paper = rasteriser.test_slip(&test, "generic-58", 384);
    let picture = folder.path().join("test.png");
    picture::write(&picture, 384, paper.rows, &rgba(&paper))?;
    reads(&picture, "PADI PRINTER TEST kiosk-1 generic-58 14-08-2026 10:42")?;
    read += 1;
    Ok(Verdict::Agrees(format!("{read} of {read} squares of {SIGNS:?} signs")))
}

fn through_a_printer() -> Result<Verdict, Trouble> {
    if !has_program("zbarimg") {
        return Ok(Verdict::Missing);
    }
    let devices = format!(
        "  - id: front\n    type: printer\n    profile: epson-tm-t20iii\n    connections:\n      \
         - tcp: {{ port: {} }}\n    receipts_dir: ./receipts\n",
        free_port()?
    );
    let Some(emupos) = Emupos::start(&devices)? else { return Ok(Verdict::Missing) };
    let address = emupos.port("front")?;
    let address = address.parse().map_err(|error| Trouble::caused("no address", error))?;
    let profile = PrinterProfile::named("generic-80").expect("it is built in");
    let mut printer = EscPosPrinter::new(address, profile);
    let text = text_of(600);
    let paper = Rasteriser::new(FACES).raster(&slip(&text), 576);
    let raster = Raster::new(576, paper.bits).expect("whole rows");
    let paper_wait = Duration::from_secs(60);
    let job = PrintJob { raster, cut: true, open_drawer: false, paper_wait };
    let outcome = printer.print(&job, &mut |_| {});
    if !matches!(outcome, PrintOutcome::Confirmed(_)) {
        return Err(Trouble::new(format!("the slip is not confirmed: {outcome:?}")));
    }
    let pictures = emupos.pictures("front")?;
    let [picture] = &pictures[..] else {
        return Err(Trouble::new(format!("{} receipts instead of one", pictures.len())));
    };
    reads(picture, &text)?;
    Ok(Verdict::Agrees("600 signs".to_owned()))
}
