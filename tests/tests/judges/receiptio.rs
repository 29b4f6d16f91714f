//! receiptio is a host that others wrote: it judges our simulator of a printer, by what it says of
//! each state and by whether what it sends is understood and drawn.

use std::path::Path;
use std::process::Command;

use tests::Trouble;
use tests::chance::Chance;
use tests::judges::{Case, Verdict, output, program};
use tests::missing::has_program;
use tests::sims::{Paper, Sim};

const RECEIPTIO: &str = "receiptio 2.1.2";

/// What its square says.
const SQUARE: &str = "https://padippuram.example/r/G0802-26-K3-00417";

pub fn cases() -> Vec<Case> {
    let case = |question, name, ask| Case { judge: RECEIPTIO, question, name, ask };
    vec![
        case("our printer: found and printed on", "receiptio_prints_on_our_simulator", prints),
        case("our printer: each state", "receiptio_reads_our_simulators_states", states),
        case(
            "our printer: offline, until it gives up",
            "receiptio_finds_our_simulator_offline",
            offline,
        ),
    ]
}

/// Our simulator on the one port that receiptio knows, at an address that nobody else has.
struct Stand {
    printer: Sim,
    address: String,
    cli: std::path::PathBuf,
    folder: tempfile::TempDir,
}

impl Stand {
    fn set_up() -> Result<Option<Stand>, Trouble> {
        let found = program("receiptio/node_modules/receiptio/bin/cli.js");
        let Some(cli) = found.filter(|_| has_program("node")) else { return Ok(None) };
        let failed = |error| Trouble::caused("no folder for receiptio", error);
        let folder = tempfile::tempdir().map_err(failed)?;
        let text = format!(
            "^^^RECEIPT\n\nTax | 1| 600.00\nCess | 1| 30.00\n---\n^TOTAL | ^630.00\n\
             {{code:2012345678903;option:ean,hri}}\n{{code:{SQUARE};option:qrcode,6,m}}\n"
        );
        std::fs::write(folder.path().join("slip.receipt"), text).map_err(failed)?;
        let mut chance = Chance(u64::from(std::process::id()));
        let mut last = None;
        // All of 127/8 is this machine's; another test may have taken one of its addresses.
        for _ in 0..8 {
            let address = format!("127.{}.{}.2", chance.between(10, 250), chance.between(1, 250));
            match Sim::printer_at(folder.path(), &format!("{address}:9100"), Paper::WIDE) {
                Ok(printer) => return Ok(Some(Stand { printer, address, cli, folder })),
                Err(trouble) => last = Some(trouble),
            }
        }
        Err(last.expect("it was tried"))
    }

    /// What receiptio says of a print, whatever that is.
    fn print(&self, words: &[&str]) -> Result<String, Trouble> {
        let mut command = Command::new("node");
        // The word stands where errors stand, whatever it is.
        command.arg(&self.cli).args(["-d", &self.address, "-c", "48", "-l", "en"]).args(words);
        command.arg(self.folder.path().join("slip.receipt"));
        let said = command
            .output()
            .map_err(|error| Trouble::caused("receiptio cannot be started", error))?;
        Ok(String::from_utf8_lossy(&said.stderr).trim().to_owned())
    }

    fn says(&self, words: &[&str], expected: &str) -> Result<(), Trouble> {
        let said = self.print(words)?;
        match said == expected {
            true => Ok(()),
            false => Err(Trouble::new(format!("it says {said:?} where it is {expected:?}"))),
        }
    }
}

/// Once told what the printer speaks, once by asking it who it is.
fn prints() -> Result<Verdict, Trouble> {
    let Some(stand) = Stand::set_up()? else { return Ok(Verdict::Missing) };
    stand.says(&["-p", "escpos"], "success")?;
    stand.printer.slip(1)?;
    let state = stand.printer.state()?;
    if state["unknown_bytes"] != 0 {
        return Err(Trouble::new(format!("our printer did not understand all of it: {state}")));
    }
    stand.says(&[], "success")?;
    let slip = stand.printer.slip(2)?;
    let read = match has_program("zbarimg") {
        true => {
            reads_square(&slip)?;
            ", its square is read"
        }
        false => "",
    };
    Ok(Verdict::Agrees(format!("success, no unknown byte; found by itself{read}")))
}

fn reads_square(slip: &Path) -> Result<(), Trouble> {
    let mut command = Command::new("zbarimg");
    command.args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(slip);
    let said = output(command)?;
    match said.trim() == SQUARE {
        true => Ok(()),
        false => Err(Trouble::new(format!("the square on our paper says {said:?}"))),
    }
}

fn states() -> Result<Verdict, Trouble> {
    let Some(stand) = Stand::set_up()? else { return Ok(Verdict::Missing) };
    let states = [
        ("paper near-end", "success", "paper ok"),
        ("paper out", "paperempty", "paper in"),
        ("cover open", "coveropen", "cover closed"),
        ("cutter jam", "error", "cutter ok"),
        ("broken on", "error", "broken off"),
    ];
    let mut slips = 0;
    for (fault, expected, mended) in states {
        stand.printer.tell(fault)?;
        stand
            .says(&["-p", "escpos"], expected)
            .map_err(|trouble| Trouble::new(format!("after \"{fault}\" {trouble}")))?;
        stand.printer.tell(mended)?;
        // A slip under a stuck cutter is cut once that is freed.
        slips += usize::from(matches!(fault, "paper near-end" | "cutter jam"));
        stand.printer.slip(slips)?;
    }
    let state = stand.printer.state()?;
    match (&state["slips"], &state["partial_slips"]) {
        (whole, torn) if *whole == slips && *torn == 0 => {}
        other => return Err(Trouble::new(format!("{other:?} slips instead of {slips} and none"))),
    }
    let words: Vec<&str> = states.iter().map(|(_, said, _)| *said).collect();
    Ok(Verdict::Agrees(words.join(", ")))
}

fn offline() -> Result<Verdict, Trouble> {
    let Some(stand) = Stand::set_up()? else { return Ok(Verdict::Missing) };
    stand.printer.tell("offline on")?;
    stand.says(&["-p", "escpos"], "offline")?;
    Ok(Verdict::Agrees("offline".to_owned()))
}
