//! What UPYOG answers to a search for bills: BillResponse, whose `Bill` has a `consumerCode`, a
//! `businessService` and `billDetails` with their period, `expiryDate` and `billAccountDetails`.
//! Moments are milliseconds since 1970, sums are rupees. What UPYOG has no field for stands in
//! `additionalDetails`: `units`, `building` and `ward`.

use chrono::DateTime;
use ledger::{Paise, Period};
use serde::Deserialize;
use serde_json::{Number, Value};

use super::{BILLS_MAX, BillRow, BillsError, Rows, money};

#[derive(Deserialize)]
struct Response {
    #[serde(rename = "Bill")]
    bill: Vec<Bill>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bill {
    consumer_code: String,
    business_service: Option<String>,
    #[serde(default)]
    status: Option<String>,
    bill_details: Vec<Detail>,
    #[serde(default)]
    additional_details: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    from_period: i64,
    #[serde(default)]
    expiry_date: Option<i64>,
    amount: Number,
    #[serde(default)]
    bill_account_details: Vec<Account>,
    #[serde(default)]
    additional_details: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    tax_head_code: String,
    amount: Number,
}

/// A head of UPYOG that is added for paying late, and no part of the bill itself.
const LATE_HEADS: [&str; 2] = ["PENALTY", "INTEREST"];

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The clock in India is ahead of UTC by this.
const INDIA_MS: i64 = (5 * 60 + 30) * 60 * 1_000;

pub(super) fn read(text: &str, service: &str) -> Result<Rows, BillsError> {
    let response: Response =
        serde_json::from_str(text).map_err(|error| BillsError::Json(error.to_string()))?;
    let mut rows = Rows::new();
    for (place, bill) in response.bill.iter().enumerate() {
        // What was cancelled or replaced says nothing of what is owed.
        let is_open = bill.status.as_deref().is_none_or(|it| ["ACTIVE", "PAID"].contains(&it));
        if !is_open {
            continue;
        }
        if let Some(other) = bill.business_service.as_deref().filter(|it| !is_of(it, service)) {
            rows.push((place + 1, Err(format!("it is a bill of {other}, not of {service}"))));
            continue;
        }
        for detail in &bill.bill_details {
            if rows.len() >= BILLS_MAX {
                return Err(BillsError::TooLong);
            }
            rows.push((place + 1, row(place + 1, bill, detail)));
        }
    }
    Ok(rows)
}

/// UPYOG names water WS and others in its own way: what is asked for is believed unless the file
/// names another service of ours.
fn is_of(business: &str, service: &str) -> bool {
    let business = business.to_lowercase();
    let own = service.split('_').next().unwrap_or(service);
    business == service || business.contains(own) || (own == "water" && business == "ws")
}

fn row(line: usize, bill: &Bill, detail: &Detail) -> Result<BillRow, String> {
    let extra = |key: &str| {
        let of = [&detail.additional_details, &bill.additional_details];
        of.into_iter().find_map(|details| details.get(key)).filter(|value| !value.is_null())
    };
    let whole = sum(&detail.amount)?;
    let mut late = Paise::ZERO;
    for account in &detail.bill_account_details {
        if LATE_HEADS.iter().any(|head| account.tax_head_code.ends_with(head)) {
            let added = sum(&account.amount)?;
            late = late.checked_add(added).map_err(|error| error.to_string())?;
        }
    }
    let units = extra("units").map(|units| {
        let units = units.as_u64().and_then(|units| u32::try_from(units).ok());
        units.ok_or_else(|| "additionalDetails.units is no count of units".to_owned())
    });
    let ward = extra("ward").map(|ward| {
        let ward = ward.as_u64().and_then(|ward| u16::try_from(ward).ok());
        ward.ok_or_else(|| "additionalDetails.ward is no number of a ward".to_owned())
    });
    let ward = ward.transpose()?;
    let building = extra("building").and_then(Value::as_str);
    Ok(BillRow {
        line,
        account: bill.consumer_code.trim().to_owned(),
        building: building.map(|number| (number.to_owned(), ward)),
        month: Period::month_of(day(detail.from_period)?),
        due: detail.expiry_date.map(|ms| ms.saturating_add(INDIA_MS).div_euclid(DAY_MS)),
        units: units.transpose()?,
        amount: whole.checked_sub(late).map_err(|error| error.to_string())?,
        late,
    })
}

/// A moment's day in India.
fn day(ms: i64) -> Result<chrono::NaiveDate, String> {
    let moment = ms.checked_add(INDIA_MS).and_then(DateTime::from_timestamp_millis);
    moment.map(|moment| moment.date_naive()).ok_or_else(|| format!("{ms} is no moment"))
}

/// Rupees as JSON's number is written, never a float.
fn sum(number: &Number) -> Result<Paise, String> {
    let text = number.to_string();
    money(text.strip_suffix(".0").unwrap_or(&text))
}
