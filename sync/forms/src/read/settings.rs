//! The sheet settings: one row.

use super::columns::{Known, cell, code, find, read as read_columns};
use super::{Faults, texts};
use crate::expression::Expression;
use crate::fault::Place;
use crate::form::Text;
use crate::sheet::Sheet;

const KNOWN: Known = Known {
    plain: &["form_id", "version", "default_language", "instance_name", "style"],
    spoken: &["form_title"],
    others: &[
        ("title", "form_title"),
        ("set_form_title", "form_title"),
        ("id_string", "form_id"),
        ("set_form_id", "form_id"),
    ],
    refused: &[
        ("public_key", "devices seal what must be sealed by themselves: take it out"),
        ("submission_url", "records go to the centre that the device knows: take it out"),
        ("auto_send", "records go by themselves: take it out"),
        ("auto_delete", "records are never deleted: take it out"),
        ("allow_choice_duplicates", "each choice needs a name of its own: take it out"),
        ("namespaces", "there are no other namespaces: take it out"),
        ("name", "the record's root is named by the device: take it out"),
        ("prefix", "forms do not go by SMS: take it out"),
        ("sms_keyword", "forms do not go by SMS: take it out"),
        ("sms_separator", "forms do not go by SMS: take it out"),
        ("client_editable", "a record is never changed, only added to: take it out"),
        ("clean_text_values", "texts are kept as they are written: take it out"),
    ],
    open: false,
};

pub struct Settings {
    pub id: String,
    pub title: Text,
    pub version: String,
    pub default_language: String,
    pub instance_name: Option<(Expression, Place)>,
    pub instance_place: Option<Place>,
}

/// `file` gives the form its id where the sheet does not.
pub fn read(sheet: Option<&Sheet>, file: &str, faults: &mut Faults) -> Settings {
    let name = file.trim_end_matches('/').rsplit('/').next().unwrap_or(file);
    let stem = name.split('.').next().unwrap_or(name).to_owned();
    let mut settings = Settings {
        id: stem,
        title: Text::default(),
        version: String::new(),
        default_language: "default".to_owned(),
        instance_name: None,
        instance_place: None,
    };
    let Some(sheet) = sheet else { return settings };
    let columns = read_columns(sheet, &KNOWN, faults);
    for row in 2..sheet.rows.len() {
        let used = sheet.rows[row].iter().position(|cell| !cell.is_empty());
        if let Some(column) = used {
            faults.add(sheet.place(row, column), "settings are one row: take this one out");
        }
    }
    let at = |name: &str| find(&columns, name).map_or(0, |column| column.at);
    let said = |name: &str| Some(cell(sheet, &columns, 1, name)).filter(|said| !said.is_empty());
    if let Some(id) = said("form_id") {
        if id.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
            let says = "form_id is one word: write it with _ instead of spaces";
            faults.add(sheet.place(1, at("form_id")), says);
        }
        settings.id = id.to_owned();
    }
    if let Some(language) = said("default_language") {
        match code(language) {
            Ok(code) => settings.default_language = code,
            Err(says) => faults.add(sheet.place(1, at("default_language")), says),
        }
    }
    settings.version = said("version").unwrap_or_default().to_owned();
    if let Some(style) = said("style").filter(|style| *style != "pages") {
        let says = format!("the style {style} is not understood: write pages, or nothing");
        faults.add(sheet.place(1, at("style")), says);
    }
    if let Some(text) = said("instance_name") {
        let place = sheet.place(1, at("instance_name"));
        match Expression::parse(text) {
            Ok(expression) => settings.instance_name = Some((expression, place.clone())),
            Err(fault) => faults.add(place.clone(), fault.to_string()),
        }
        settings.instance_place = Some(place);
    }
    settings.title =
        texts::text(sheet, &columns, 1, "form_title", &settings.default_language, faults);
    settings
}
