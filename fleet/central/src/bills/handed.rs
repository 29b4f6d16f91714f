//! What was collected for a utility, as it is handed over: CSV, or payments of UPYOG's shape.

use ledger::{Paise, Period};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One receipt on its way to the utility, or one that is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub kind: ItemKind,
    /// The number of the receipt: whoever gets it twice knows it by this.
    pub receipt: String,
    pub account: String,
    /// The building's number.
    pub building: String,
    pub months: Vec<PaidMonth>,
    /// Without the charge for using the machine, which is the body's.
    pub amount: Paise,
    /// "cash", "upi", "card", "cheque", "demand_draft".
    pub mode: String,
    /// The bank's or the terminal's own reference; empty for cash.
    pub reference: String,
    /// Milliseconds since 1970.
    pub at_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    Payment,
    Reversal,
}

/// What was paid of one month's bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidMonth {
    pub month: Period,
    pub amount: Paise,
    pub late: Paise,
}

impl ItemKind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Reversal => "reversal",
        }
    }
}

/// A line for each month of each receipt; the sums of a reversal stand below zero.
pub fn as_csv(batch: u64, items: &[Item]) -> String {
    let mut text = String::from("batch,kind,receipt,account,building,month,amount,late,mode,");
    text.push_str("reference,paid_at\n");
    for item in items {
        let sign = if item.kind == ItemKind::Reversal { "-" } else { "" };
        for paid in &item.months {
            let signed = |sum: Paise| match sum.is_zero() {
                true => sum.plain(),
                false => format!("{sign}{}", sum.plain()),
            };
            let month = format!("{:04}-{:02}", paid.month.year(), paid.month.month());
            let fields = [
                batch.to_string(),
                item.kind.code().to_owned(),
                item.receipt.clone(),
                item.account.clone(),
                quoted(&item.building),
                month,
                signed(paid.amount),
                signed(paid.late),
                item.mode.clone(),
                quoted(&item.reference),
                crate::time::stamp(item.at_ms),
            ];
            text.push_str(&fields.join(","));
            text.push('\n');
        }
    }
    text
}

fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

/// The bodies of UPYOG's payment requests, one a receipt. A reversal names the receipt that it
/// cancels, as UPYOG's payment workflow does.
pub fn as_upyog(service: &str, tenant: &str, items: &[Item]) -> Value {
    Value::Array(items.iter().map(|item| request(service, tenant, item)).collect())
}

fn request(service: &str, tenant: &str, item: &Item) -> Value {
    if item.kind == ItemKind::Reversal {
        return json!({ "PaymentWorkflows": [{
            "action": "CANCEL",
            "tenantId": tenant,
            "reason": "The receipt does not stand",
            "additionalDetails": { "manualReceiptNumber": item.receipt },
        }]});
    }
    json!({ "Payment": payment(service, tenant, item) })
}

/// A payment as UPYOG has it; its transaction number is the receipt's own number, by which it is
/// known again.
pub fn payment(service: &str, tenant: &str, item: &Item) -> Value {
    let total = rupees(item.amount);
    let months: Vec<Value> = item
        .months
        .iter()
        .map(|paid| {
            json!({
                "fromPeriod": format!("{:04}-{:02}", paid.month.year(), paid.month.month()),
                "amount": rupees(paid.amount),
                "late": rupees(paid.late),
            })
        })
        .collect();
    json!({
        "tenantId": tenant,
        "paymentMode": mode(&item.mode),
        "totalDue": total,
        "totalAmountPaid": total,
        "transactionNumber": item.receipt,
        "instrumentNumber": item.reference,
        "transactionDate": item.at_ms,
        "paidBy": "",
        "paymentDetails": [{
            "tenantId": tenant,
            "businessService": service,
            "totalDue": total,
            "totalAmountPaid": total,
            "manualReceiptNumber": item.receipt,
            "manualReceiptDate": item.at_ms,
            "additionalDetails": { "consumerCode": item.account, "months": months },
        }],
    })
}

/// Rupees as a number of JSON, which keeps its two decimals.
fn rupees(sum: Paise) -> Value {
    let plain = sum.plain();
    serde_json::from_str(&plain).unwrap_or(Value::String(plain))
}

/// UPYOG's own words for how money came.
fn mode(mode: &str) -> &'static str {
    match mode {
        "cash" => "CASH",
        "card" => "CARD",
        "cheque" => "CHEQUE",
        "demand_draft" => "DD",
        _ => "ONLINE",
    }
}
