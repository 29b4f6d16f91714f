//! Bills as a biller gives them to BBPS, one consumer a row: CSV whose first line names the
//! columns, or a JSON list of objects with the same names. `customerParam` is the account,
//! `billDate`, `dueDate` and `billPeriod` (2026-08) are texts, `billAmount` is in paise, as BBPS
//! counts it. `units` and `lateFee` (in paise) may stand besides; a row that has no account of ours
//! yet needs `building`.

use ledger::Paise;
use serde_json::Value;

use super::{BILLS_MAX, BillRow, BillsError, Rows, month};
use crate::statement::{Records, date};
use crate::time::day_of;

pub(super) fn read(text: &str) -> Result<Rows, BillsError> {
    match text.trim_start().starts_with(['[', '{']) {
        true => of_json(text),
        false => of_csv(text),
    }
}

fn of_json(text: &str) -> Result<Rows, BillsError> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| BillsError::Json(error.to_string()))?;
    let list = value.get("bills").unwrap_or(&value).as_array();
    let list = list.ok_or_else(|| BillsError::Json("a list of bills is missing".to_owned()))?;
    if list.len() > BILLS_MAX {
        return Err(BillsError::TooLong);
    }
    let each = list.iter().enumerate().map(|(place, bill)| {
        let of = |name: &str| match bill.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        (place + 1, row(place + 1, of))
    });
    Ok(each.collect())
}

fn of_csv(text: &str) -> Result<Rows, BillsError> {
    let mut records = Records::of(text);
    let header = match records.next() {
        None => return Err(BillsError::Empty),
        Some((line, Err(why))) => return Err(BillsError::Rows(vec![(line, why.to_owned())])),
        Some((_, Ok(header))) => header,
    };
    let place = |name: &str| header.iter().position(|found| found.trim() == name);
    for name in ["customerParam", "billPeriod", "billAmount"] {
        if place(name).is_none() {
            return Err(BillsError::Column(name));
        }
    }
    let mut rows = Rows::new();
    for (line, record) in records {
        if rows.len() >= BILLS_MAX {
            return Err(BillsError::TooLong);
        }
        let read = record.map_err(str::to_owned).and_then(|fields| {
            if fields.len() != header.len() {
                return Err(format!(
                    "it has {} fields, the first line {}",
                    fields.len(),
                    header.len()
                ));
            }
            row(line, |name| place(name).map(|place| fields[place].clone()))
        });
        rows.push((line, read));
    }
    Ok(rows)
}

fn row(line: usize, of: impl Fn(&str) -> Option<String>) -> Result<BillRow, String> {
    let filled =
        |name: &str| of(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let needed = |name: &str| filled(name).ok_or_else(|| format!("{name} is missing"));
    let units = filled("units")
        .map(|units| units.parse::<u32>().map_err(|_| format!("{units} is no count of units")));
    let ward = filled("ward")
        .map(|ward| ward.parse::<u16>().map_err(|_| format!("{ward} is no number of a ward")));
    let ward = ward.transpose()?;
    Ok(BillRow {
        line,
        account: needed("customerParam")?,
        building: filled("building").map(|number| (number, ward)),
        month: month(&needed("billPeriod")?)?,
        due: filled("dueDate").map(|due| date(&due).map(day_of)).transpose()?,
        units: units.transpose()?,
        amount: paise(&needed("billAmount")?)?,
        late: filled("lateFee").map_or(Ok(Paise::ZERO), |late| paise(&late))?,
    })
}

/// A whole number of paise.
fn paise(text: &str) -> Result<Paise, String> {
    let whole = text.parse::<i64>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    let sum = whole.map(Paise::new).ok_or_else(|| format!("{text} is no whole number of paise"))?;
    // Within the limits of money.
    sum.checked_add(Paise::ZERO).map_err(|error| error.to_string())
}
