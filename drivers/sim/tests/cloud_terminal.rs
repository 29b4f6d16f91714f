//! The cloud service, spoken to by raw HTTP.

mod common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use common::LONG;
use serde_json::{Value, json};
use sim::Running;
use sim::cloud_terminal::{Options, start};
use sim::terminal::Mode;

fn service(out: &Path, mode: Mode) -> Running {
    start(Options { out: Some(out.to_owned()), mode, ..Options::new() }).unwrap()
}

/// What came back, headers and all; empty where the line was cut.
fn raw(service: &Running, name: &str, body: &Value) -> String {
    let address = service.port().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    let body = body.to_string();
    let head = format!(
        "POST /API/CloudBasedIntegration/V1/{name} HTTP/1.1\r\nHost: here\r\nContent-Length: {}",
        body.len()
    );
    stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn asked(service: &Running, name: &str, mut body: Value) -> Value {
    for (key, value) in [
        ("MerchantID", "29610"),
        ("StoreID", "1221258"),
        ("ClientID", "1013592"),
        ("SecurityToken", "simulated-token"),
    ] {
        body[key] = json!(value);
    }
    let answer = raw(service, name, &body);
    let text = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
    serde_json::from_str(text).unwrap_or(Value::Null)
}

fn upload(service: &Running, number: &str) -> Value {
    let body = json!({ "TransactionNumber": number, "SequenceNumber": 1, "Amount": "118400" });
    asked(service, "UploadBilledTransaction", body)
}

fn status(service: &Running, id: &Value) -> Value {
    asked(service, "GetCloudBasedTxnStatus", json!({ "PlutusTransactionReferenceID": id }))
}

#[test]
fn a_person_pays_once_and_the_journal_survives() {
    let out = tempfile::tempdir().unwrap();
    let first = service(out.path(), Mode::Manual);
    let id = upload(&first, "P7")["PlutusTransactionReferenceID"].clone();
    assert_eq!(upload(&first, "P7")["PlutusTransactionReferenceID"], id, "the same request");
    assert_eq!(upload(&first, "P8")["ResponseMessage"], "TERMINAL BUSY");
    assert_eq!(status(&first, &id)["ResponseCode"], 1001);
    first.stop();
    let second = service(out.path(), Mode::Manual);
    second.command("approve").unwrap();
    assert_eq!(second.command("approve"), Err("no request is waiting".to_owned()));
    let paid = status(&second, &id);
    assert_eq!(paid["ResponseMessage"], "TXN APPROVED", "{paid}");
    assert_eq!(upload(&second, "P7")["PlutusTransactionReferenceID"], id, "paid once");
    let kept = std::fs::read_to_string(out.path().join("cloud.json")).unwrap();
    assert!(!kept.contains("607198"), "{kept}");
}

#[test]
fn a_request_is_declined_cancelled_or_taken_back() {
    let out = tempfile::tempdir().unwrap();
    let service = service(out.path(), Mode::Manual);
    let id = upload(&service, "P1")["PlutusTransactionReferenceID"].clone();
    service.command("decline").unwrap();
    assert_eq!(status(&service, &id)["ResponseMessage"], "TXN DECLINED");
    let id = upload(&service, "P2")["PlutusTransactionReferenceID"].clone();
    let cancel = json!({ "PlutusTransactionReferenceID": id, "Amount": "118400" });
    assert_eq!(asked(&service, "CancelTransaction", cancel.clone())["ResponseCode"], 0);
    assert_eq!(status(&service, &id)["ResponseMessage"], "TXN CANCELLED");
    service.command("mode auto").unwrap();
    let id = upload(&service, "P3")["PlutusTransactionReferenceID"].clone();
    assert_eq!(status(&service, &id)["ResponseCode"], 0);
    let cancel = json!({ "PlutusTransactionReferenceID": id, "Amount": "118400" });
    assert_eq!(asked(&service, "CancelTransaction", cancel)["ResponseCode"], 1);
    let back = json!({
        "TransactionNumber": "P3V", "SequenceNumber": 1, "Amount": "118400", "TxnType": 1,
        "OriginalPlutusTransactionReferenceID": id,
    });
    let taken = asked(&service, "UploadBilledTransaction", back);
    assert_eq!(status(&service, &taken["PlutusTransactionReferenceID"])["ResponseCode"], 0);
    let state: Value = serde_json::from_str(&service.command("state").unwrap()).unwrap();
    assert_eq!(state["taken_back"], 1, "{state}");
}

#[test]
fn it_fails_on_command() {
    let out = tempfile::tempdir().unwrap();
    let service = service(out.path(), Mode::Manual);
    service.command("drop-upload").unwrap();
    assert_eq!(upload(&service, "P1"), Value::Null);
    let id = upload(&service, "P1")["PlutusTransactionReferenceID"].clone();
    service.command("approve-then-drop").unwrap();
    assert_eq!(status(&service, &id), Value::Null);
    assert_eq!(status(&service, &id)["ResponseCode"], 0);
    service.command("garbage 40").unwrap();
    assert_eq!(status(&service, &id), Value::Null);
    service.command("twice on").unwrap();
    let body = json!({ "PlutusTransactionReferenceID": id });
    let answer = raw(&service, "GetCloudBasedTxnStatus", &body);
    assert_eq!(answer.matches("HTTP/1.1 200").count(), 2, "{answer}");
    assert!(answer.contains("INVALID SECURITY TOKEN"), "{answer}");
    service.command("twice off").unwrap();
    service.command("whole-number on").unwrap();
    assert!(status(&service, &id).to_string().contains("6071980012344321"));
}
