//! The utility's own CSV (RFC 4180): a first line that names the columns, in any order, then a bill
//! a line. `account`, `month` (2026-08) and `amount` (rupees) must be there; `building`, `ward`,
//! `due` (2026-09-15 or 15-09-2026), `units` and `late` may.

use super::{BILLS_MAX, BillRow, BillsError, Rows, money, month};
use crate::statement::{Records, date};
use crate::time::day_of;
use ledger::Paise;

pub(super) fn read(text: &str) -> Result<Rows, BillsError> {
    let mut records = Records::of(text);
    let header = match records.next() {
        None => return Err(BillsError::Empty),
        Some((line, Err(why))) => return Err(BillsError::Rows(vec![(line, why.to_owned())])),
        Some((_, Ok(header))) => header,
    };
    let columns = Columns::of(&header)?;
    let mut rows = Rows::new();
    for (line, record) in records {
        if rows.len() >= BILLS_MAX {
            return Err(BillsError::TooLong);
        }
        let record = record.map_err(str::to_owned);
        rows.push((line, record.and_then(|fields| columns.row(line, &fields))));
    }
    Ok(rows)
}

/// Where each column stands.
struct Columns {
    count: usize,
    account: usize,
    month: usize,
    amount: usize,
    building: Option<usize>,
    ward: Option<usize>,
    due: Option<usize>,
    units: Option<usize>,
    late: Option<usize>,
}

impl Columns {
    fn of(header: &[String]) -> Result<Self, BillsError> {
        let plain = |name: &String| name.trim().to_lowercase();
        let names: Vec<String> = header.iter().map(plain).collect();
        let place = |name: &str| names.iter().position(|found| found == name);
        let column = |name: &'static str| place(name).ok_or(BillsError::Column(name));
        Ok(Self {
            count: header.len(),
            account: column("account")?,
            month: column("month")?,
            amount: column("amount")?,
            building: place("building"),
            ward: place("ward"),
            due: place("due"),
            units: place("units"),
            late: place("late"),
        })
    }

    fn row(&self, line: usize, fields: &[String]) -> Result<BillRow, String> {
        if fields.len() != self.count {
            return Err(format!("it has {} fields, the first line {}", fields.len(), self.count));
        }
        let filled = |place: Option<usize>| {
            place.map(|place| fields[place].trim()).filter(|text| !text.is_empty())
        };
        let ward = filled(self.ward)
            .map(|ward| ward.parse::<u16>().map_err(|_| format!("{ward} is no number of a ward")));
        let ward = ward.transpose()?;
        let units = filled(self.units)
            .map(|units| units.parse::<u32>().map_err(|_| format!("{units} is no count of units")));
        Ok(BillRow {
            line,
            account: fields[self.account].trim().to_owned(),
            building: filled(self.building).map(|number| (number.to_owned(), ward)),
            month: month(&fields[self.month])?,
            due: filled(self.due).map(|due| date(due).map(day_of)).transpose()?,
            units: units.transpose()?,
            amount: money(&fields[self.amount])?,
            late: filled(self.late).map_or(Ok(Paise::ZERO), money)?,
        })
    }
}
