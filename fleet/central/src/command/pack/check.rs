//! Everything that is wrong with a pack, its forms included.

use forms::read_folder;
use ledger::{Pack, PackFile};

use super::complaints::complaint_faults;
use super::fees::{application_faults, fee_faults};

#[derive(Default)]
pub(super) struct Checked {
    pub forms: usize,
    /// Texts that are missing in a language.
    pub gaps: Vec<String>,
    pub faults: Vec<String>,
}

pub(super) fn checked(files: &[(String, Vec<u8>)]) -> Checked {
    let mut checked = Checked::default();
    let borrowed: Vec<PackFile<'_>> =
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let (pack, faults) = match Pack::parse(&borrowed) {
        Ok(pack) => (Some(pack), Vec::new()),
        Err(faults) => (None, faults),
    };
    let named = |file: &str| faults.iter().any(|fault| fault.file == file);
    // What is no form at all was said; the rest of the forms is looked at all the same.
    let forms: Vec<PackFile<'_>> = borrowed
        .iter()
        .filter(|(name, _)| !named(name))
        .filter_map(|(name, bytes)| Some((name.strip_prefix("forms/")?, *bytes)))
        .collect();
    checked.faults.extend(faults.iter().map(ToString::to_string));
    match read_folder(&forms) {
        Err(faults) => {
            checked.faults.extend(faults.iter().map(|fault| format!("forms/{fault}")));
        }
        Ok(read) => {
            checked.forms = read.len();
            let gaps = read.iter().flat_map(|form| &form.gaps);
            checked.gaps.extend(gaps.map(|gap| format!("forms/{gap}")));
            checked.faults.extend(pack.iter().flat_map(|pack| fee_faults(pack, &read)));
            checked.faults.extend(pack.iter().flat_map(|pack| application_faults(pack, &read)));
            checked.faults.extend(pack.iter().flat_map(|pack| complaint_faults(pack, &read)));
            for form in read {
                if !is_of(&form.id, &forms) {
                    let id = &form.id;
                    let says = "a form's file or folder has the name of its form_id";
                    checked.faults.push(format!("forms/{id}: no file has this name: {says}"));
                }
            }
        }
    }
    checked
}

/// Whether a form lies under its own name, by which services ask for it.
fn is_of(id: &str, forms: &[PackFile<'_>]) -> bool {
    forms.iter().any(|(path, _)| {
        let name = path.split_once('/').map_or(path.strip_suffix(".xlsx"), |(name, _)| Some(name));
        name == Some(id)
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::packs::read_files;

    const PACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../packs/padippuram");
    const FORMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../sync/forms/tests/forms");

    /// The demonstration's pack with its forms and the sample ones.
    fn pack() -> Vec<(String, Vec<u8>)> {
        let mut files = read_files(Path::new(PACK)).expect("the pack is there");
        for form in ["birth_report", "complaint", "trade_licence"] {
            for sheet in ["survey.csv", "choices.csv", "settings.csv"] {
                let bytes = std::fs::read(Path::new(FORMS).join(form).join(sheet));
                files.push((format!("forms/{form}/{sheet}"), bytes.expect("a sheet")));
            }
        }
        files
    }

    fn set(files: &mut [(String, Vec<u8>)], name: &str, text: &str) {
        let file = files.iter_mut().find(|(file, _)| file == name).expect("a file of the pack");
        file.1 = text.as_bytes().to_vec();
    }

    #[test]
    fn a_sound_pack_has_its_forms_and_no_fault() {
        let found = checked(&pack());
        assert_eq!(found.faults, [""; 0]);
        assert_eq!((found.forms, found.gaps.len()), (14, 0));
    }

    #[test]
    fn every_shipped_pack_is_whole_with_its_forms() {
        let packs = Path::new(PACK).parent().expect("the packs");
        let mut seen = Vec::new();
        for entry in std::fs::read_dir(packs).expect("the packs are there") {
            let folder = entry.expect("a pack").path();
            let found = checked(&read_files(&folder).expect("it can be read"));
            assert_eq!(found.faults, [""; 0], "{}", folder.display());
            assert_eq!(found.gaps, [""; 0], "{}", folder.display());
            let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
            seen.push((name, found.forms));
        }
        seen.sort();
        let told =
            [("bhubaneswar", 3), ("kadavil", 10), ("kanpur", 2), ("padippuram", 11), ("pune", 7)];
        assert_eq!(seen, told.map(|(name, forms)| (name.to_owned(), forms)));
    }

    #[test]
    fn a_form_by_which_no_money_can_be_taken_is_a_fault_of_its_service() {
        let mut files = pack();
        let survey = "type,name,label\ntext,name,Name\nimage,sign,Sign here\n";
        set(&mut files, "forms/market_rent/survey.csv", survey);
        files.retain(|(name, _)| !name.starts_with("forms/licence_fee/"));
        let found = checked(&files).faults;
        for (begin, words) in [
            ("pack.toml: licence_fee asks the form licence_fee", "there is none"),
            ("forms/market_rent: survey row 3, sign:", "no receipt keeps a picture"),
            ("forms/market_rent: nothing says whose receipt it is", "payer_name"),
            ("forms/market_rent: a [[fee]] of market_rent looks at days", "ask it"),
        ] {
            let told = |fault: &String| fault.starts_with(begin) && fault.contains(words);
            assert!(found.iter().any(told), "{begin}: {found:#?}");
        }
    }

    #[test]
    fn complaints_are_asked_for_by_the_packs_own_categories_and_wards() {
        let mut files = pack();
        let sheet = "forms/ward_complaint/choices.csv";
        let file = files.iter_mut().find(|(file, _)| file == sheet).expect("a sheet");
        let text = String::from_utf8(file.1.clone()).expect("UTF-8");
        let text = text.replace("category,cattle,", "category,cows,");
        file.1 = text.replace("ward,12,", "ward,13,").into_bytes();
        let found = checked(&files).faults;
        for told in [
            "forms/ward_complaint: category does not offer cattle",
            "forms/ward_complaint: category offers cows",
            "forms/ward_complaint: ward does not offer 12",
            "forms/ward_complaint: ward offers 13",
        ] {
            assert!(found.iter().any(|fault| fault.starts_with(told)), "{told}: {found:#?}");
        }
    }

    #[test]
    fn faults_of_rates_and_of_forms_are_said_at_once() {
        let mut files = pack();
        set(&mut files, "rates.toml", "rates = 1\n");
        set(&mut files, "forms/complaint/survey.csv", "type,name,label\ntext,a,A\nblob,b,B\n");
        files.push(("forms/notes.txt".to_owned(), Vec::new()));
        let found = checked(&files);
        assert!(found.faults.iter().any(|fault| fault.starts_with("rates.toml:")));
        let cell = "forms/complaint/survey.csv, survey!A3: the type blob is not understood";
        assert!(found.faults.iter().any(|fault| fault.starts_with(cell)), "{:?}", found.faults);
        let strange = found.faults.iter().filter(|fault| fault.contains("notes.txt"));
        assert_eq!(strange.count(), 1, "{:?}", found.faults);
    }

    #[test]
    fn a_form_lies_under_its_own_name() {
        let mut files = pack();
        for (name, _) in &mut files {
            *name = name.replace("forms/complaint/", "forms/grievance/");
        }
        let found = checked(&files);
        let told = "forms/complaint: no file has this name";
        assert!(found.faults.iter().any(|fault| fault.starts_with(told)), "{:?}", found.faults);
    }
}
