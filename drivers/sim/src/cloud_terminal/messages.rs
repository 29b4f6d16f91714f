//! What tills ask, and what they are told, as the service's own page describes it.

use serde_json::{Map, Value, json};

use super::http::Request;
use super::journal::Entry;

/// The digits before the last four of the one synthetic card.
const CARD_BEGINS: &str = "607198001234";
const CARD_MASKED: &str = "607198******";
const TERMINAL_ID: &str = "30000123";

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    pub merchant: String,
    pub store: String,
    pub client: String,
    pub token: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    Upload {
        number: String,
        sequence: u64,
        amount_paise: u64,
        minutes: u64,
        takes_back: Option<u64>,
    },
    Status {
        id: u64,
    },
    Cancel {
        id: u64,
    },
    /// A field is missing, or makes no sense.
    Malformed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub by: Credentials,
    pub wish: Wish,
}

impl Question {
    /// Nothing where it is no question of the service at all.
    pub fn read(request: &Request) -> Option<Question> {
        let name = request.path.rsplit('/').next().unwrap_or_default();
        if !request.path.contains("/CloudBasedIntegration/V1/") {
            return None;
        }
        let Ok(Value::Object(fields)) = serde_json::from_slice(&request.body) else { return None };
        let by = Credentials {
            merchant: text(&fields, "MerchantID"),
            store: text(&fields, "StoreID"),
            client: text(&fields, "ClientID"),
            token: text(&fields, "SecurityToken"),
        };
        let id = || whole(&fields, "PlutusTransactionReferenceID");
        let wish = match name {
            "UploadBilledTransaction" => upload(&fields),
            "GetCloudBasedTxnStatus" => id().map(|id| Wish::Status { id }),
            "CancelTransaction" => id().map(|id| Wish::Cancel { id }),
            _ => return None,
        };
        Some(Question { by, wish: wish.unwrap_or(Wish::Malformed) })
    }
}

fn upload(fields: &Map<String, Value>) -> Option<Wish> {
    let number = text(fields, "TransactionNumber");
    let amount_paise = whole(fields, "Amount").filter(|amount| *amount > 0)?;
    let takes_back = match whole(fields, "TxnType") {
        None | Some(0) => None,
        Some(1) => Some(whole(fields, "OriginalPlutusTransactionReferenceID")?),
        Some(_) => return None,
    };
    (!number.is_empty()).then_some(Wish::Upload {
        number,
        sequence: whole(fields, "SequenceNumber")?,
        amount_paise,
        minutes: whole(fields, "AutoCancelDurationInMinutes").unwrap_or(5),
        takes_back,
    })
}

/// Without a look at the case of the name: tills write ClientID in several ways.
fn field<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn text(fields: &Map<String, Value>, name: &str) -> String {
    match field(fields, name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn whole(fields: &Map<String, Value>, name: &str) -> Option<u64> {
    match field(fields, name)? {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

pub fn plain(code: i64, text: &str, id: u64) -> String {
    json!({ "ResponseCode": code, "ResponseMessage": text, "PlutusTransactionReferenceID": id })
        .to_string()
}

pub fn approved(entry: &Entry, whole_number: bool) -> String {
    let begins = if whole_number { CARD_BEGINS } else { CARD_MASKED };
    let rupees = format!("{}.{:02}", entry.amount_paise / 100, entry.amount_paise % 100);
    let tags = [
        ("PaymentMode", "CARD".to_owned()),
        ("TID", TERMINAL_ID.to_owned()),
        ("Amount", rupees),
        ("AmountInPaisa", entry.amount_paise.to_string()),
        ("RRN", entry.bank_reference.clone()),
        ("ApprovalCode", entry.approval.clone()),
        ("Invoice Number", entry.slip.to_string()),
        ("Card Number", format!("{begins}{}", entry.last_four)),
        ("Card Type", "RUPAY (SIMULATED)".to_owned()),
        ("BatchNumber", "9001".to_owned()),
    ];
    let tags: Vec<Value> =
        tags.into_iter().map(|(tag, value)| json!({ "Tag": tag, "Value": value })).collect();
    json!({
        "ResponseCode": 0,
        "ResponseMessage": "TXN APPROVED",
        "PlutusTransactionReferenceID": entry.id,
        "TransactionData": tags,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &str, body: &str) -> Option<Question> {
        let path = format!("/API/CloudBasedIntegration/V1/{name}");
        let (head, body) = (String::new(), body.as_bytes().to_vec());
        Question::read(&Request { path, head, body })
    }

    #[test]
    fn questions_are_read_by_their_names_and_numbers_in_any_form() {
        let body = r#"{"TransactionNumber":"P7","SequenceNumber":"1","Amount":118400,
            "Clientid":7,"StoreID":"2","MerchantID":"1","SecurityToken":"x"}"#;
        let question = asked("UploadBilledTransaction", body).unwrap();
        assert_eq!(question.by.client, "7");
        let Wish::Upload { number, amount_paise, takes_back, .. } = question.wish else { panic!() };
        assert_eq!((&*number, amount_paise, takes_back), ("P7", 118_400, None));
        let body = r#"{"PlutusTransactionReferenceID":"501"}"#;
        assert_eq!(asked("GetCloudBasedTxnStatus", body).unwrap().wish, Wish::Status { id: 501 });
        let half = r#"{"TransactionNumber":"P7"}"#;
        assert_eq!(asked("UploadBilledTransaction", half).unwrap().wish, Wish::Malformed);
        assert_eq!(asked("UploadBilledTransaction", "no JSON"), None);
        assert_eq!(asked("Another", "{}"), None);
    }
}
