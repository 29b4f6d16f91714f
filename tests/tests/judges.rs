//! The judges: programs that we did not write, asked one question each. What they said is printed
//! as a table at the end, and by `cargo suite`.

#[path = "judges/emupos.rs"]
mod emupos;
#[path = "judges/xlsform.rs"]
mod xlsform;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use tests::judges::{Case, Table};
use tests::proof;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let cases: Vec<Case> = [emupos::cases(), xlsform::cases()].into_iter().flatten().collect();
    let table = Arc::new(Table::default());
    let trials = cases.into_iter().enumerate().map(|(place, case)| {
        let table = table.clone();
        Trial::test(case.name, move || {
            table.ask(place, &case).map_err(|trouble| Failed::from(trouble.to_string()))
        })
    });
    let ended = libtest_mimic::run(&arguments, trials.collect());
    let text = table.text();
    if !text.is_empty() {
        proof::counted(format!("\nWhat the judges said:\n{}", text.trim_end()));
    }
    ended.exit_code()
}
