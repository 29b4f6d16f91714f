//! The judges: programs that we did not write, asked one question each. What they said is printed
//! as a table at the end, and by `cargo suite`.

#[path = "judges/aadhaar.rs"]
mod aadhaar;
#[path = "judges/codes.rs"]
mod codes;
#[path = "judges/emupos.rs"]
mod emupos;
#[path = "judges/gpsd.rs"]
mod gpsd;
#[path = "judges/guest.rs"]
mod guest;
#[path = "judges/killed.rs"]
mod killed;
#[path = "judges/pcscd.rs"]
mod pcscd;
#[path = "judges/receiptio.rs"]
mod receiptio;
#[path = "judges/scales.rs"]
mod scales;
#[path = "judges/shaping.rs"]
mod shaping;
#[path = "judges/squares.rs"]
mod squares;
#[path = "judges/xlsform.rs"]
mod xlsform;
#[path = "judges/zvt.rs"]
mod zvt;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use tests::judges::{Case, Table};
use tests::proof;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let cases: Vec<Case> = [
        emupos::cases(),
        receiptio::cases(),
        squares::cases(),
        shaping::cases(),
        zvt::cases(),
        codes::cases(),
        aadhaar::cases(),
        scales::cases(),
        guest::cases(),
        gpsd::cases(),
        killed::cases(),
        pcscd::cases(),
        xlsform::cases(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let table = Arc::new(Table::default());
    let trials = cases.into_iter().enumerate().map(|(place, case)| {
        let table = table.clone();
        Trial::test(case.name, move || {
            table.ask(place, &case).map_err(|trouble| Failed::from(trouble.to_string()))
        })
    });
    let ended = libtest_mimic::run(&arguments, trials.collect());
    guest::end();
    let text = table.text();
    if !text.is_empty() {
        proof::counted(format!("\nWhat the judges said:\n{}", text.trim_end()));
    }
    ended.exit_code()
}
