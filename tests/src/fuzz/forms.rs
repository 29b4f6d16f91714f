//! What staff write into sheets, and what a device kept of a filling.

use std::sync::Arc;

use ::forms::{Around, Clock, Expression, Filling, Form, Sheets, Spot};

use super::samples::text;

const SURVEY: &[u8] = include_bytes!("../../../sync/forms/tests/forms/trade_licence/survey.csv");
const CHOICES: &[u8] = include_bytes!("../../../sync/forms/tests/forms/trade_licence/choices.csv");
const WORKBOOK: &[u8] = include_bytes!("../../../sync/forms/tests/complaint.xlsx");

/// An expression is printed as what is read as the same.
pub fn expression(bytes: &[u8]) -> bool {
    let Ok(read) = Expression::parse(&text(bytes)) else { return false };
    let printed = read.to_string();
    assert_eq!(Expression::parse(&printed), Ok(read), "{printed}");
    true
}

pub fn expressions() -> Vec<Vec<u8>> {
    let samples = [
        ". >= 1 and . <= 24",
        "if(${a} > 0, indexed-repeat(${b}, ${c}, 1), '')",
        "not(selected(., 'nobody') and count-selected(.) > 1)",
        "- -1.5 * (2 div 3) mod 4 != position(../..)",
        "jr:choice-name(${trade}, '${trade}')",
    ];
    samples.iter().map(|sample| sample.as_bytes().to_vec()).collect()
}

/// A survey is a form that can be begun, answered, kept and taken up again; or it has faults.
pub fn survey(bytes: &[u8]) -> bool {
    let sheets = Sheets::from_csv(&[("survey.csv", bytes), ("choices.csv", CHOICES)]);
    sheets.is_ok_and(|sheets| is_filled(&sheets))
}

pub fn surveys() -> Vec<Vec<u8>> {
    let small = b"type,name,label,choice_filter\nselect_one trade,a,A,sector = 'wood'\n";
    vec![SURVEY.to_vec(), small.to_vec()]
}

pub fn workbook(bytes: &[u8]) -> bool {
    Sheets::from_xlsx("fuzz.xlsx", bytes).is_ok_and(|sheets| is_filled(&sheets))
}

pub fn workbooks() -> Vec<Vec<u8>> {
    vec![WORKBOOK.to_vec()]
}

fn is_filled(sheets: &Sheets) -> bool {
    let Ok(form) = Form::read("fuzz", sheets) else { return false };
    let form = Arc::new(form);
    let mut filling = begun(form.clone());
    for item in 1..form.items.len().min(50) {
        let item = u16::try_from(item).expect("fifty at most");
        let turns = vec![0; form.item(item).repeats.len()];
        let _ = filling.answer(&Spot { item, turns }, "1");
    }
    let kept = filling.to_bytes();
    let again = Filling::from_bytes(form, &kept).expect("what was kept is taken up");
    assert_eq!(again.to_bytes(), kept);
    true
}

fn trade_licence() -> Arc<Form> {
    let sheets = Sheets::from_csv(&[("survey.csv", SURVEY), ("choices.csv", CHOICES)]);
    Arc::new(Form::read("trade_licence", &sheets.expect("sound CSV")).expect("a sound form"))
}

fn begun(form: Arc<Form>) -> Filling {
    let clock = Clock { now: chrono::NaiveDateTime::default(), offset_minutes: 330 };
    Filling::begin(form, &Around { clock, device: "fuzz".to_owned(), seed: [3; 16] })
}

/// What is taken up can be gone on with, and is kept as it was.
pub fn kept_filling(bytes: &[u8]) -> bool {
    let Ok(filling) = Filling::from_bytes(trade_licence(), bytes) else { return false };
    let again = Filling::from_bytes(trade_licence(), &filling.to_bytes()).expect("it was kept");
    assert_eq!(again.to_bytes(), filling.to_bytes());
    let _ = (again.complaints(), again.pages(), again.entries_now());
    true
}

pub fn kept_fillings() -> Vec<Vec<u8>> {
    let form = trade_licence();
    let mut filling = begun(form.clone());
    let empty = filling.to_bytes();
    for (name, answer) in [("applicant", "Ammini"), ("machines", "2"), ("area_m2", "12.5")] {
        let item = form.named(name).expect("the form asks it");
        filling.answer(&Spot { item, turns: Vec::new() }, answer).expect("it is an answer");
    }
    vec![empty, filling.to_bytes()]
}
