//! The sample forms, for tests.

use crate::form::Form;
use crate::sheet::Sheets;

macro_rules! sample {
    ($name:literal) => {
        [
            ("survey.csv", &include_bytes!(concat!("../tests/forms/", $name, "/survey.csv"))[..]),
            ("choices.csv", &include_bytes!(concat!("../tests/forms/", $name, "/choices.csv"))[..]),
            (
                "settings.csv",
                &include_bytes!(concat!("../tests/forms/", $name, "/settings.csv"))[..],
            ),
        ]
    };
}

pub fn form(name: &str) -> Form {
    let files = match name {
        "complaint" => sample!("complaint"),
        "trade_licence" => sample!("trade_licence"),
        _ => sample!("birth_report"),
    };
    let sheets = Sheets::from_csv(&files).unwrap_or_else(|faults| panic!("{faults:#?}"));
    Form::read(name, &sheets).unwrap_or_else(|faults| panic!("{name}: {faults:#?}"))
}
