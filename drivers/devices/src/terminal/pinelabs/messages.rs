//! The messages of the cloud service, as JSON texts: what is asked, and what an answer says. Every
//! request is a POST to a path of its own below the service's address; an answer has a ResponseCode
//! and a ResponseMessage, and that of a paid request has its figures as a list of tags and values.
//! Names and meanings: "Cloud Integration" at developer.pinelabs.com, as read in November 2026; the
//! code 1001, which that page does not name, is what tills report of requests that wait.

use std::fmt;

use serde::Serialize;
use serde_json::Value;
use thiserror::Error;

use crate::terminal::{LastFour, mask_card_numbers};

/// An honest answer has under two kilobytes; what is longer is none.
pub const ANSWER_BYTES_MAX: usize = 64 * 1_024;
/// How many tags of an answer are looked at; there are about thirty.
const TAGS_MAX: usize = 200;
/// How much of a text of the service's own is kept, in characters.
const TEXT_CHARACTERS_MAX: usize = 120;
/// A bank's retrieval reference has exactly so many digits (ISO 8583, field 37).
const BANK_REFERENCE_DIGITS: usize = 12;

/// What the service calls "card" among the ways to pay that a request allows.
const CARD_ONLY: &str = "1";
/// A request that takes an approved one back; a sale says nothing.
const TAKE_BACK: u8 = 1;
/// Each of our requests is paid in one piece.
const SEQUENCE: u8 = 1;
/// Whose name the service's own lists show.
const USER: &str = "Padi";

pub const UPLOAD: &str = "API/CloudBasedIntegration/V1/UploadBilledTransaction";
pub const STATUS: &str = "API/CloudBasedIntegration/V1/GetCloudBasedTxnStatus";
pub const CANCEL: &str = "API/CloudBasedIntegration/V1/CancelTransaction";

const ACCEPTED: i64 = 0;
const UPLOADED: i64 = 1_001;

/// Who asks, and at which terminal.
#[derive(Clone)]
pub struct Account {
    pub merchant: String,
    pub store: String,
    /// The terminal, as the service numbers it.
    pub client: String,
    /// A secret: it stands in requests and nowhere else.
    pub token: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({}, {}, {})", self.merchant, self.store, self.client)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    #[serde(rename = "MerchantID")]
    merchant: &'a str,
    security_token: &'a str,
    #[serde(rename = "StoreID")]
    store: &'a str,
    #[serde(rename = "ClientID")]
    client: &'a str,
    #[serde(flatten)]
    wish: Wish<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Wish<'a> {
    #[serde(rename_all = "PascalCase")]
    Upload {
        transaction_number: &'a str,
        sequence_number: u8,
        allowed_payment_mode: &'a str,
        /// Paise.
        amount: String,
        #[serde(rename = "UserID")]
        user: &'a str,
        auto_cancel_duration_in_minutes: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        txn_type: Option<u8>,
        #[serde(
            rename = "OriginalPlutusTransactionReferenceID",
            skip_serializing_if = "Option::is_none"
        )]
        original: Option<u64>,
    },
    Status {
        #[serde(rename = "PlutusTransactionReferenceID")]
        id: u64,
    },
    #[serde(rename_all = "PascalCase")]
    Cancel {
        #[serde(rename = "PlutusTransactionReferenceID")]
        id: u64,
        amount: String,
    },
}

impl Account {
    /// A request to pay, which the service takes back by itself after so many minutes.
    pub fn upload(&self, reference: &str, amount_paise: u64, minutes: u32) -> String {
        self.uploading(reference, amount_paise, minutes, None)
    }

    /// A request to take back what was paid on a request with this number of the service's.
    pub fn upload_void(
        &self,
        reference: &str,
        amount_paise: u64,
        minutes: u32,
        original: u64,
    ) -> String {
        self.uploading(reference, amount_paise, minutes, Some(original))
    }

    fn uploading(
        &self,
        reference: &str,
        amount_paise: u64,
        minutes: u32,
        original: Option<u64>,
    ) -> String {
        self.text(Wish::Upload {
            transaction_number: reference,
            sequence_number: SEQUENCE,
            allowed_payment_mode: CARD_ONLY,
            amount: amount_paise.to_string(),
            user: USER,
            auto_cancel_duration_in_minutes: minutes,
            txn_type: original.map(|_| TAKE_BACK),
            original,
        })
    }

    /// What became of the request with this number.
    pub fn status(&self, id: u64) -> String {
        self.text(Wish::Status { id })
    }

    /// Takes a request away from the terminal while nobody has paid it.
    pub fn cancel(&self, id: u64, amount_paise: u64) -> String {
        self.text(Wish::Cancel { id, amount: amount_paise.to_string() })
    }

    fn text(&self, wish: Wish<'_>) -> String {
        let request = Request {
            merchant: &self.merchant,
            security_token: &self.token,
            store: &self.store,
            client: &self.client,
            wish,
        };
        serde_json::to_string(&request).expect("texts and numbers become JSON")
    }
}

/// Why an answer says nothing. None of these holds anything that was answered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AnswerError {
    #[error("the answer has more than {ANSWER_BYTES_MAX} bytes")]
    TooLong,
    #[error("the answer is no JSON object")]
    NotJson,
    #[error("the answer has no ResponseCode")]
    NoCode,
    #[error("the answer has no number of the request")]
    NoNumber,
    #[error("the answer is about another request")]
    OtherRequest,
    #[error("the payment was approved without its amount")]
    NoAmount,
    #[error("the answer says neither that it was paid nor that it was not: {code}, {text}")]
    Unclear { code: i64, text: String },
}

/// What came of a request to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uploaded {
    /// It waits at the terminal, under this number of the service's.
    Taken(u64),
    /// It was not taken, and nobody can pay it.
    Refused { code: i64, text: String },
}

/// Where a request stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    Waiting,
    Paid(Box<Paid>),
    /// It came to its end, and nothing was paid.
    Ended {
        code: i64,
        text: String,
    },
    /// The service knows no request of this number.
    Unknown,
}

/// The figures of a paid request that may be kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paid {
    pub amount_paise: u64,
    pub last_four: Option<LastFour>,
    pub authorisation_code: String,
    /// Twelve digits, or nothing.
    pub bank_reference: String,
    pub terminal_id: String,
    /// The number of the terminal's own slip.
    pub slip_number: String,
    pub card_name: String,
}

/// What every answer has.
struct Answer {
    code: i64,
    /// In capitals, without any card number.
    text: String,
    id: Option<u64>,
    tags: Vec<Value>,
}

pub fn uploaded(text: &str) -> Result<Uploaded, AnswerError> {
    let answer = read(text)?;
    match (answer.code, answer.id) {
        (ACCEPTED | UPLOADED, Some(id)) if id != 0 => Ok(Uploaded::Taken(id)),
        (ACCEPTED | UPLOADED, _) => Err(AnswerError::NoNumber),
        // What has a number may wait at the terminal, whatever the code is about.
        (code, Some(id)) if id != 0 => Err(AnswerError::Unclear { code, text: answer.text }),
        (code, _) => Ok(Uploaded::Refused { code, text: answer.text }),
    }
}

/// What is said of the request with this number.
pub fn status(text: &str, asked: u64) -> Result<Status, AnswerError> {
    let Answer { code, text, id, tags } = read(text)?;
    if id.is_some_and(|id| id != 0 && id != asked) {
        return Err(AnswerError::OtherRequest);
    }
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if code == UPLOADED || says(&["UPLOADED", "PENDING", "IN PROGRESS", "INPROGRESS"]) {
        return Ok(Status::Waiting);
    }
    if code == ACCEPTED && says(&["APPROVED"]) {
        return paid(&tags).map(|paid| Status::Paid(Box::new(paid)));
    }
    if code != ACCEPTED && says(&["INVALID PLUTUS"]) {
        return Ok(Status::Unknown);
    }
    // A question can fail or time out as a payment can: only an answer that names the request is
    // surely about the payment.
    let ended = says(&["DECLINED", "CANCEL", "REJECTED"])
        || id == Some(asked) && says(&["FAILED", "EXPIRED", "TIMED OUT", "TIMEOUT"]);
    match code != ACCEPTED && ended {
        true => Ok(Status::Ended { code, text }),
        false => Err(AnswerError::Unclear { code, text }),
    }
}

/// Whether a request was taken away from the terminal.
pub fn cancelled(text: &str) -> Result<bool, AnswerError> {
    Ok(read(text)?.code == ACCEPTED)
}

fn read(text: &str) -> Result<Answer, AnswerError> {
    if text.len() > ANSWER_BYTES_MAX {
        return Err(AnswerError::TooLong);
    }
    let value: Value = serde_json::from_str(text).map_err(|_| AnswerError::NotJson)?;
    let Value::Object(mut fields) = value else { return Err(AnswerError::NotJson) };
    let code = fields.get("ResponseCode").and_then(whole);
    // A code has a few digits; what has more is something else.
    let code = code.filter(|code| i32::try_from(*code).is_ok()).ok_or(AnswerError::NoCode)?;
    let text = fields.get("ResponseMessage").map(words).unwrap_or_default().to_uppercase();
    let id = fields.get("PlutusTransactionReferenceID").and_then(whole);
    let tags = match fields.remove("TransactionData") {
        Some(Value::Array(tags)) => tags,
        _ => Vec::new(),
    };
    Ok(Answer { code, text: short(&text), id: id.and_then(|id| id.try_into().ok()), tags })
}

/// Each tag is taken or dropped on the spot; a card number leaves four digits.
fn paid(tags: &[Value]) -> Result<Paid, AnswerError> {
    let (mut paid, mut in_paise, mut in_rupees) = (Paid::default(), None, None);
    for tag in tags.iter().take(TAGS_MAX) {
        let (Some(name), Some(value)) = (tag.get("Tag"), tag.get("Value")) else { continue };
        let name: String = words(name).chars().filter(char::is_ascii_alphanumeric).collect();
        let value = words(value);
        match name.to_ascii_lowercase().as_str() {
            "amountinpaisa" => in_paise = value.trim().parse().ok(),
            "amount" => in_rupees = paise(value.trim()),
            "cardnumber" => paid.last_four = LastFour::of(value.trim()),
            "approvalcode" => paid.authorisation_code = short(&value),
            "rrn" => paid.bank_reference = bank_reference(value.trim()),
            "tid" => paid.terminal_id = short(&value),
            "invoicenumber" => paid.slip_number = short(&value),
            "cardtype" => paid.card_name = short(&value),
            _ => {}
        }
    }
    paid.amount_paise = in_paise.or(in_rupees).ok_or(AnswerError::NoAmount)?;
    Ok(paid)
}

/// Numbers come as numbers or as texts.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// A text of theirs as it may be kept: printable, without a card number, and not long.
fn short(text: &str) -> String {
    let printable = |sign: char| if sign.is_control() { ' ' } else { sign };
    let masked = mask_card_numbers(&text.chars().map(printable).collect::<String>());
    masked.trim().chars().take(TEXT_CHARACTERS_MAX).collect()
}

/// Rupees with at most two decimals, as paise.
fn paise(text: &str) -> Option<u64> {
    let (rupees, decimals) = text.split_once('.').unwrap_or((text, ""));
    let decimals = match decimals.len() {
        0 => 0,
        1 => decimals.parse::<u64>().ok()?.checked_mul(10)?,
        2 => decimals.parse::<u64>().ok()?,
        _ => return None,
    };
    rupees.parse::<u64>().ok()?.checked_mul(100)?.checked_add(decimals)
}

fn bank_reference(text: &str) -> String {
    let digits = text.bytes().all(|sign| sign.is_ascii_digit());
    match digits && text.len() == BANK_REFERENCE_DIGITS {
        true => text.to_owned(),
        false => String::new(),
    }
}

#[cfg(test)]
mod tests;
