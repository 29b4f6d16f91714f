//! A folder of forms, as a pack has it: a workbook a form, or a folder of three CSV files a form.

use std::collections::BTreeMap;

use crate::fault::Fault;
use crate::form::Form;
use crate::sheet::{Sheets, whole_file};

/// The most forms of a folder. The sources name some hundred and fifty services.
pub const FORMS_MAX: usize = 500;

/// Reads all forms, or says everything that is wrong with any. Each file is its path from the
/// folder, with strokes, and its bytes: `complaint.xlsx`, `complaint/survey.csv`.
pub fn read_folder(files: &[(&str, &[u8])]) -> Result<Vec<Form>, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut sheets: BTreeMap<&str, Vec<(&str, &[u8])>> = BTreeMap::new();
    let mut read: Vec<(&str, Result<Sheets, Vec<Fault>>)> = Vec::new();
    for (path, bytes) in files {
        match (path.split_once('/'), path.ends_with(".xlsx")) {
            (None, true) => read.push((path, Sheets::from_xlsx(path, bytes))),
            (Some((form, sheet)), _) if sheet.ends_with(".csv") && !sheet.contains('/') => {
                sheets.entry(form).or_default().push((path, bytes));
            }
            _ => {
                let says = "a form is an .xlsx workbook, or a folder of survey.csv, choices.csv \
                            and settings.csv: take the file out";
                faults.push(whole_file(path, says.to_owned()));
            }
        }
    }
    read.extend(sheets.into_iter().map(|(form, sheets)| (form, Sheets::from_csv(&sheets))));
    if read.len() > FORMS_MAX {
        let says = format!("{} forms are more than {FORMS_MAX}: take some out", read.len());
        faults.push(whole_file("forms", says));
        return Err(faults);
    }
    let mut forms: Vec<Form> = Vec::new();
    for (name, sheets) in read {
        match sheets.and_then(|sheets| Form::read(name, &sheets)) {
            Err(more) => faults.extend(more),
            Ok(form) => {
                if forms.iter().any(|other| other.id == form.id) {
                    let says = format!("another form has the form_id {}: write another", form.id);
                    faults.push(whole_file(name, says));
                }
                forms.push(form);
            }
        }
    }
    if faults.is_empty() { Ok(forms) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKBOOK: &[u8] = include_bytes!("../tests/complaint.xlsx");
    const SURVEY: &[u8] = b"type,name,label\ntext,a,A\n";

    #[test]
    fn workbooks_and_folders_are_forms() {
        let files = [("complaint.xlsx", WORKBOOK), ("visit/survey.csv", SURVEY)];
        let forms = read_folder(&files).unwrap_or_else(|faults| panic!("{faults:#?}"));
        let ids: Vec<&str> = forms.iter().map(|form| &*form.id).collect();
        assert_eq!(ids, ["complaint", "visit"]);
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let files: [(&str, &[u8]); 6] = [
            ("complaint.xlsx", WORKBOOK),
            ("complaint/survey.csv", SURVEY),
            ("notes.txt", b""),
            ("survey.csv", SURVEY),
            ("visit/survey.csv", b"type,name,label\nblob,a,A\n"),
            ("broken.xlsx", b"PK"),
        ];
        let faults = read_folder(&files).expect_err("much is wrong");
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        for (place, words) in [
            ("complaint: ", "write another"),
            ("notes.txt: ", "take the file out"),
            ("survey.csv: ", "take the file out"),
            ("visit/survey.csv, survey!A2: ", "blob"),
            ("broken.xlsx: ", "no whole .xlsx workbook"),
        ] {
            let found = told.iter().any(|fault| fault.starts_with(place) && fault.contains(words));
            assert!(found, "{place} {words}: {told:#?}");
        }
        assert_eq!(told.len(), 5);
    }
}
