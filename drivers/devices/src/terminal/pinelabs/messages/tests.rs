use proptest::prelude::*;
use serde_json::json;

use super::*;

/// A whole card number, as no service should send one.
const WHOLE: &str = "6071980012344321";

fn account() -> Account {
    Account {
        merchant: "29610".to_owned(),
        store: "1221258".to_owned(),
        client: "1013592".to_owned(),
        token: "a-very-secret-token".to_owned(),
    }
}

fn asked(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn approved(tags: Value) -> String {
    json!({
        "ResponseCode": 0,
        "ResponseMessage": "TXN APPROVED",
        "PlutusTransactionReferenceID": 501,
        "TransactionData": tags,
    })
    .to_string()
}

#[test]
fn a_request_to_pay_says_what_the_service_wants_to_know() {
    let text = account().upload("G0802W0007S00000123", 118_400, 3);
    let expected = json!({
        "MerchantID": "29610",
        "SecurityToken": "a-very-secret-token",
        "StoreID": "1221258",
        "ClientID": "1013592",
        "TransactionNumber": "G0802W0007S00000123",
        "SequenceNumber": 1,
        "AllowedPaymentMode": "1",
        "Amount": "118400",
        "UserID": "Padi",
        "AutoCancelDurationInMinutes": 3,
    });
    assert_eq!(asked(&text), expected);
    let void = asked(&account().upload_void("G0802W0007S00000123V", 118_400, 3, 501));
    assert_eq!(void["TxnType"], 1);
    assert_eq!(void["OriginalPlutusTransactionReferenceID"], 501);
    assert_eq!(asked(&account().status(501))["PlutusTransactionReferenceID"], 501);
    let cancel = asked(&account().cancel(501, 118_400));
    assert_eq!(
        (&cancel["PlutusTransactionReferenceID"], &cancel["Amount"]),
        (&json!(501), &json!("118400"))
    );
}

#[test]
fn the_secret_is_never_shown() {
    assert!(!format!("{:?}", account()).contains("secret"));
}

#[test]
fn a_request_is_taken_refused_or_answered_by_nonsense() {
    let taken =
        r#"{"ResponseCode":0,"ResponseMessage":"APPROVED","PlutusTransactionReferenceID":501}"#;
    assert_eq!(uploaded(taken), Ok(Uploaded::Taken(501)));
    let refused = r#"{"ResponseCode":1,"ResponseMessage":"Invalid Input"}"#;
    let expected = Uploaded::Refused { code: 1, text: "INVALID INPUT".to_owned() };
    assert_eq!(uploaded(refused), Ok(expected));
    let nameless = r#"{"ResponseCode":0,"ResponseMessage":"APPROVED"}"#;
    assert_eq!(uploaded(nameless), Err(AnswerError::NoNumber));
    assert_eq!(uploaded("<html>"), Err(AnswerError::NotJson));
    assert_eq!(uploaded("[]"), Err(AnswerError::NotJson));
    assert_eq!(uploaded("{}"), Err(AnswerError::NoCode));
    assert_eq!(uploaded(r#"{"ResponseCode":6071980012344321}"#), Err(AnswerError::NoCode));
    let long = format!("{{\"ResponseCode\":0{}}}", " ".repeat(ANSWER_BYTES_MAX));
    assert_eq!(uploaded(&long), Err(AnswerError::TooLong));
}

#[test]
fn a_request_that_has_a_number_is_never_refused() {
    let answered = |code: i64, id: u64| {
        let text = json!({
            "ResponseCode": code,
            "ResponseMessage": "TXN UPLOADED",
            "PlutusTransactionReferenceID": id,
        });
        uploaded(&text.to_string())
    };
    assert_eq!(answered(1_001, 501), Ok(Uploaded::Taken(501)));
    assert_eq!(answered(1_001, 0), Err(AnswerError::NoNumber));
    assert_eq!(answered(0, 0), Err(AnswerError::NoNumber));
    assert!(matches!(answered(7, 501), Err(AnswerError::Unclear { code: 7, .. })));
    assert!(matches!(answered(7, 0), Ok(Uploaded::Refused { code: 7, .. })));
}

#[test]
fn a_question_that_failed_says_nothing_of_the_payment() {
    let of = |text: &str, id: u64| {
        let answer = json!({
            "ResponseCode": 1,
            "ResponseMessage": text,
            "PlutusTransactionReferenceID": id,
        });
        status(&answer.to_string(), 501)
    };
    for text in ["REQUEST FAILED", "SESSION EXPIRED", "HOST TIMED OUT", "GATEWAY TIMEOUT"] {
        assert!(matches!(of(text, 0), Err(AnswerError::Unclear { code: 1, .. })), "{text}");
        assert!(matches!(of(text, 501), Ok(Status::Ended { code: 1, .. })), "{text}");
    }
    for text in ["TXN DECLINED", "TXN CANCELLED", "TXN REJECTED"] {
        assert!(matches!(of(text, 0), Ok(Status::Ended { .. })), "{text}");
    }
}

#[test]
fn a_paid_request_has_the_figures_of_a_slip() {
    let tags = json!([
        { "Tag": "TID", "Value": "30000123" },
        { "Tag": "AmountInPaisa", "Value": "118400" },
        { "Tag": "RRN", "Value": "000792514130" },
        { "Tag": "ApprovalCode", "Value": "849035" },
        { "Tag": "Invoice Number", "Value": 17 },
        { "Tag": "Card Number", "Value": "607198******4321" },
        { "Tag": "Card Type", "Value": "RUPAY" },
        { "Tag": "Card Holder Name", "Value": "LAKSHMI R" },
    ]);
    let Ok(Status::Paid(paid)) = status(&approved(tags), 501) else { panic!() };
    let expected = Paid {
        amount_paise: 118_400,
        last_four: LastFour::new(*b"4321"),
        authorisation_code: "849035".to_owned(),
        bank_reference: "000792514130".to_owned(),
        terminal_id: "30000123".to_owned(),
        slip_number: "17".to_owned(),
        card_name: "RUPAY".to_owned(),
    };
    assert_eq!(*paid, expected);
    let rupees = approved(json!([{ "Tag": "Amount", "Value": "1184.00" }]));
    assert!(matches!(status(&rupees, 501), Ok(Status::Paid(paid)) if paid.amount_paise == 118_400));
    assert_eq!(status(&approved(json!([])), 501), Err(AnswerError::NoAmount));
    assert_eq!(status(&approved(json!([])), 502), Err(AnswerError::OtherRequest));
}

#[test]
fn what_waits_ended_or_is_unclear_is_told_apart() {
    let of = |code: i64, text: &str| {
        status(&json!({ "ResponseCode": code, "ResponseMessage": text }).to_string(), 501)
    };
    assert_eq!(of(1_001, "TXN UPLOADED"), Ok(Status::Waiting));
    assert_eq!(of(0, "TXN UPLOADED"), Ok(Status::Waiting));
    assert!(matches!(of(1, "TXN DECLINED"), Ok(Status::Ended { code: 1, .. })));
    assert!(matches!(of(1, "TRANSACTION CANCELLED"), Ok(Status::Ended { .. })));
    assert_eq!(of(1, "INVALID PLUTUS TXN REF ID"), Ok(Status::Unknown));
    // The service itself is in trouble: nothing is said of the money.
    assert!(matches!(of(96, "SYSTEM MALFUNCTION"), Err(AnswerError::Unclear { code: 96, .. })));
    assert!(matches!(of(0, "OK"), Err(AnswerError::Unclear { .. })));
}

#[test]
fn a_whole_card_number_is_dropped_wherever_it_stands() {
    let tags = ["Card Number", "ApprovalCode", "RRN", "TID", "Invoice Number", "Card Type", "PAN"];
    let mut tags: Vec<Value> =
        tags.iter().map(|tag| json!({ "Tag": tag, "Value": WHOLE })).collect();
    tags.push(json!({ "Tag": "AmountInPaisa", "Value": "118400" }));
    let shown = format!("{:?}", status(&approved(json!(tags)), 501).unwrap());
    assert!(!shown.contains("607198") && shown.contains("4321"), "{shown}");
    let said = json!({ "ResponseCode": 1, "ResponseMessage": format!("DECLINED {WHOLE}") });
    let shown = format!("{:?}", status(&said.to_string(), 501));
    assert!(!shown.contains("607198"), "{shown}");
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_fall_over(text in ".{0,200}") {
        let _ = (uploaded(&text), status(&text, 1), cancelled(&text));
    }

    #[test]
    fn sums_are_read_to_the_paisa(amount in 0u64..100_000_000) {
        let text = format!("{}.{:02}", amount / 100, amount % 100);
        prop_assert_eq!(paise(&text), Some(amount));
    }
}
