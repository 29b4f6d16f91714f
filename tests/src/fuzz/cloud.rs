//! Answers of a terminal's cloud service. No card number leaves them, wherever it stood, and a
//! payment has the sum that was said.

use devices::terminal::pinelabs::messages::{
    ANSWER_BYTES_MAX, Status, Uploaded, cancelled, status, uploaded,
};

use super::wires::assert_no_card_number;

/// The number of the request that is asked about.
const ASKED: u64 = 501;

/// A bank's retrieval reference has twelve digits, as a short card number may have.
const BANK_REFERENCE_DIGITS: usize = 12;

pub fn answer(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let (taken, said) = (uploaded(&text), status(&text, ASKED));
    if text.len() > ANSWER_BYTES_MAX {
        assert!(taken.is_err() && said.is_err() && cancelled(&text).is_err());
    }
    match &taken {
        Ok(Uploaded::Refused { text, .. }) => assert_no_card_number(text),
        Ok(Uploaded::Taken(_)) | Err(_) => {}
    }
    match &said {
        Ok(Status::Paid(paid)) => {
            for text in
                [&paid.authorisation_code, &paid.terminal_id, &paid.slip_number, &paid.card_name]
            {
                assert_no_card_number(text);
            }
            let digits = paid.bank_reference.len();
            assert!(digits == 0 || digits == BANK_REFERENCE_DIGITS, "{paid:?}");
        }
        Ok(Status::Ended { text, .. }) => assert_no_card_number(text),
        Ok(Status::Waiting | Status::Unknown) => {}
        Err(error) => assert_no_card_number(&error.to_string()),
    }
    taken.is_ok() || said.is_ok()
}

pub fn answers() -> Vec<Vec<u8>> {
    let whole = "6071980012344321";
    let paid = format!(
        r#"{{"ResponseCode":0,"ResponseMessage":"TXN APPROVED","PlutusTransactionReferenceID":501,
        "TransactionData":[{{"Tag":"AmountInPaisa","Value":"118400"}},
        {{"Tag":"Card Number","Value":"{whole}"}},{{"Tag":"RRN","Value":"000792514130"}},
        {{"Tag":"ApprovalCode","Value":849035}},{{"Tag":"Card Type","Value":"RUPAY {whole}"}},
        {{"Tag":"TID","Value":"30000123"}},{{"Tag":"Invoice Number","Value":"17"}}]}}"#
    );
    let answers = [
        r#"{"ResponseCode":0,"ResponseMessage":"APPROVED","PlutusTransactionReferenceID":501}"#,
        r#"{"ResponseCode":1001,"ResponseMessage":"TXN UPLOADED"}"#,
        r#"{"ResponseCode":"1","ResponseMessage":"TXN DECLINED 6071 9800 1234 4321"}"#,
        r#"{"ResponseCode":1,"ResponseMessage":"INVALID PLUTUS TXN REF ID"}"#,
        r#"{"ResponseCode":96,"ResponseMessage":"SYSTEM MALFUNCTION"}"#,
        &paid,
    ];
    answers.iter().map(|answer| answer.as_bytes().to_vec()).collect()
}
