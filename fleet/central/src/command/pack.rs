//! `central pack check`: everything that is wrong with a pack, before it leaves the office.

mod fees;

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use forms::{FILE_BYTES_MAX, read_folder};

use super::CommandError;
use crate::packs::{PackError, read_pack};

#[derive(Args)]
pub struct PackArguments {
    #[command(subcommand)]
    deed: PackDeed,
}

#[derive(Subcommand)]
enum PackDeed {
    /// Says everything that is wrong with the pack in DIR: of its TOML files with file and line, of
    /// its forms (DIR/forms) with file, sheet and cell.
    ///
    /// Texts of forms that are missing in a language are listed too, and are no fault: the form's
    /// default language stands in. With any fault the exit code is 1.
    Check {
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

pub fn pack(arguments: &PackArguments) -> Result<(), CommandError> {
    let PackDeed::Check { folder } = &arguments.deed;
    let checked = checked(folder)?;
    for gap in &checked.gaps {
        println!("{gap}");
    }
    for fault in &checked.faults {
        eprintln!("{fault}");
    }
    match checked.faults.len() {
        0 => {
            println!("The pack has no fault; it has {} forms.", checked.forms);
            Ok(())
        }
        faults => Err(CommandError::PackFaults(faults)),
    }
}

#[derive(Default)]
struct Checked {
    forms: usize,
    /// Texts that are missing in a language.
    gaps: Vec<String>,
    faults: Vec<String>,
}

fn checked(folder: &Path) -> Result<Checked, CommandError> {
    let mut checked = Checked::default();
    let pack = match read_pack(folder) {
        Ok(pack) => Some(pack),
        Err(PackError::Faults(_, lines)) => {
            checked.faults.extend(lines.lines().map(str::to_owned));
            None
        }
        Err(error) => return Err(CommandError::Pack(error)),
    };
    let forms = folder.join("forms");
    let mut files = Vec::new();
    if forms.is_dir() {
        collect(&forms, "", &mut files)?;
    }
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, file)| (&**path, &**file)).collect();
    match read_folder(&files) {
        Err(faults) => {
            checked.faults.extend(faults.iter().map(|fault| format!("forms/{fault}")));
        }
        Ok(read) => {
            checked.forms = read.len();
            let gaps = read.iter().flat_map(|form| &form.gaps);
            checked.gaps.extend(gaps.map(|gap| format!("forms/{gap}")));
            if let Some(pack) = &pack {
                checked.faults.extend(fees::fee_faults(pack, &read));
            }
        }
    }
    Ok(checked)
}

/// Every file of a folder and of the folders in it, by its path from the first one.
fn collect(
    folder: &Path,
    before: &str,
    files: &mut Vec<(String, Vec<u8>)>,
) -> Result<(), CommandError> {
    let failed = |error| CommandError::Read(folder.to_owned(), error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let failed = |error| CommandError::Read(path.clone(), error);
        let kind = fs::metadata(&path).map_err(failed)?;
        if kind.is_dir() && before.is_empty() {
            collect(&path, &format!("{name}/"), files)?;
            continue;
        }
        if kind.len() > FILE_BYTES_MAX as u64 {
            let says =
                format!("{} is larger than {FILE_BYTES_MAX} bytes: divide it", path.display());
            return Err(CommandError::Unusable(says));
        }
        // A folder too deep is named by `forms` as what is no form.
        let bytes = if kind.is_dir() { Vec::new() } else { fs::read(&path).map_err(failed)? };
        files.push((format!("{before}{name}"), bytes));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../packs/padippuram");
    const FORMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sync/forms/tests/forms");

    /// The demonstration's pack with its forms and the sample ones.
    fn pack() -> tempfile::TempDir {
        let pack = tempfile::tempdir().expect("a folder");
        for entry in fs::read_dir(PACK).expect("the pack is there") {
            let path = entry.expect("a file").path();
            if path.is_file() {
                let name = path.file_name().expect("a name");
                fs::copy(&path, pack.path().join(name)).expect("it is copied");
            }
        }
        let mut files = Vec::new();
        collect(&Path::new(PACK).join("forms"), "", &mut files).expect("its forms are there");
        collect(Path::new(FORMS), "", &mut files).expect("the forms are there");
        for (path, bytes) in files {
            let to = pack.path().join("forms").join(path);
            fs::create_dir_all(to.parent().expect("a folder")).expect("it is made");
            fs::write(to, bytes).expect("it is written");
        }
        pack
    }

    #[test]
    fn a_sound_pack_has_its_forms_and_no_fault() {
        let found = checked(pack().path()).expect("it can be read");
        assert_eq!(found.faults, [""; 0]);
        assert_eq!((found.forms, found.gaps.len()), (7, 0));
    }

    #[test]
    fn every_shipped_pack_is_whole_with_its_forms() {
        let packs = Path::new(PACK).parent().expect("the packs");
        let mut seen = Vec::new();
        for entry in fs::read_dir(packs).expect("the packs are there") {
            let folder = entry.expect("a pack").path();
            let found = checked(&folder).expect("it can be read");
            assert_eq!(found.faults, [""; 0], "{}", folder.display());
            assert_eq!(found.gaps, [""; 0], "{}", folder.display());
            let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
            seen.push((name, found.forms));
        }
        seen.sort();
        let told =
            [("bhubaneswar", 1), ("kadavil", 3), ("kanpur", 1), ("padippuram", 4), ("pune", 0)];
        assert_eq!(seen, told.map(|(name, forms)| (name.to_owned(), forms)));
    }

    #[test]
    fn a_form_by_which_no_money_can_be_taken_is_a_fault_of_its_service() {
        let pack = pack();
        let forms = pack.path().join("forms");
        let survey = "type,name,label\ntext,name,Name\nimage,sign,Sign here\n";
        fs::write(forms.join("market_rent/survey.csv"), survey).expect("it is written");
        fs::remove_dir_all(forms.join("licence_fee")).expect("it is gone");
        let found = checked(pack.path()).expect("it can be read").faults;
        for (begin, words) in [
            ("pack.toml: licence_fee asks the form licence_fee", "there is none"),
            ("forms/market_rent: survey row 3, sign:", "another type"),
            ("forms/market_rent: nothing says whose receipt it is", "payer_name"),
            ("forms/market_rent: a [[fee]] of market_rent looks at days", "ask it"),
        ] {
            let told = |fault: &String| fault.starts_with(begin) && fault.contains(words);
            assert!(found.iter().any(told), "{begin}: {found:#?}");
        }
    }

    #[test]
    fn faults_of_rates_and_of_forms_are_said_at_once() {
        let pack = pack();
        fs::write(pack.path().join("rates.toml"), "rates = 1\n").expect("it is written");
        let sheet = pack.path().join("forms/complaint/survey.csv");
        fs::write(&sheet, "type,name,label\ntext,a,A\nblob,b,B\n").expect("it is written");
        let found = checked(pack.path()).expect("it can be read");
        assert!(found.faults.iter().any(|fault| fault.starts_with("rates.toml:")));
        let cell = "forms/complaint/survey.csv, survey!A3: the type blob is not understood";
        assert!(found.faults.iter().any(|fault| fault.starts_with(cell)), "{:?}", found.faults);
    }
}
