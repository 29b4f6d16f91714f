//! The forms of a pack, as files: which names are a form's, and whose each is. What stands in them
//! is read by the crate `forms`, which this one does not know.

use std::collections::BTreeMap;

use super::PackFile;
use super::reader::Faults;

/// The folder of a pack in which its forms lie.
const FOLDER: &str = "forms/";

/// The sheets of a form that is written as CSV files.
const SHEETS: [&str; 3] = ["survey.csv", "choices.csv", "settings.csv"];

/// The longest name of a form, in bytes.
const ID_BYTES_MAX: usize = 40;

/// The files of each form, by the form's name: each with its path from the folder `forms`.
pub(super) type Forms = BTreeMap<String, Vec<(String, Vec<u8>)>>;

/// Whether a file lies where forms lie. What is no form there is a fault of its own.
pub(super) fn is_among_forms(name: &str) -> bool {
    name.starts_with(FOLDER)
}

/// Takes the forms out of the files of a pack.
pub(super) fn read(files: &[PackFile<'_>], faults: &Faults) -> Forms {
    let mut forms = Forms::new();
    for (name, bytes) in files {
        let Some(path) = name.strip_prefix(FOLDER) else { continue };
        match form_of(path) {
            Some(id) => {
                let form = forms.entry(id.to_owned()).or_default();
                form.push((path.to_owned(), bytes.to_vec()));
            }
            None => faults.note(
                name,
                1,
                "is no file of a form: forms/<form>.xlsx, or survey.csv, choices.csv and \
                 settings.csv in forms/<form>/; a form's name has small letters, digits and \
                 underscores",
            ),
        }
    }
    for (id, form) in &mut forms {
        form.sort();
        let workbook = form.iter().any(|(path, _)| !path.contains('/'));
        if workbook && form.len() > 1 {
            faults.note(
                &format!("{FOLDER}{id}.xlsx"),
                1,
                format!("the form {id} stands twice: as a workbook and as sheets"),
            );
        }
    }
    forms
}

/// The form that a path from the folder `forms` belongs to.
fn form_of(path: &str) -> Option<&str> {
    let id = match path.split_once('/') {
        None => path.strip_suffix(".xlsx")?,
        Some((id, sheet)) => SHEETS.contains(&sheet).then_some(id)?,
    };
    let valid = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (!id.is_empty() && id.len() <= ID_BYTES_MAX && id.bytes().all(valid)).then_some(id)
}
