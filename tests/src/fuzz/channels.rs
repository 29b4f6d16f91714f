//! What comes from other channels and goes out on paper: settlements, the references of bills,
//! signed statements, and what a device asks of earlier payments.

use central::settlement::{self, SettlementError, SettlementRow};
use ledger::{BillReference, Moment, Paise, Signer, TYPED_CHARACTERS_MAX, Writer, sha256};
use node::DeviceKey;
use replica::{
    EARLIER_MAX, EarlierAnswer, EarlierAsked, EarlierReceipt, SignedEarlier, StatementFault,
    check_statement, is_statement, sign_statement,
};
use serde_json::json;

use super::samples::text;
use crate::books::{DEVICE, key};

fn office() -> DeviceKey {
    key(1)
}

fn device() -> DeviceKey {
    key(2)
}

/// The office's clock stands here.
const NOW_MS: i64 = 1_790_000_000_000;

/// Every row that is taken is a sum that was paid before now, and written plainly says the same.
pub fn settlement(bytes: &[u8]) -> bool {
    let rows = match settlement::read(bytes, NOW_MS) {
        Ok(rows) => rows,
        Err(SettlementError::Rows(bad)) => {
            assert!(bad.windows(2).all(|two| two[0].0 <= two[1].0), "out of order: {bad:?}");
            return false;
        }
        Err(_) => return false,
    };
    for row in &rows {
        assert!(row.amount.is_positive() && row.paid_ms <= NOW_MS, "{row:?}");
        assert!(row.fee >= Paise::ZERO && row.fee <= row.amount, "{row:?}");
        for text in [&row.channel, &row.reference, &row.account] {
            assert!((1..=TYPED_CHARACTERS_MAX).contains(&text.chars().count()), "{row:?}");
        }
    }
    let again = settlement::read(written(&rows).as_bytes(), NOW_MS).expect("it was just taken");
    let same = |(one, other): (&SettlementRow, &SettlementRow)| {
        SettlementRow { line: 0, ..one.clone() } == SettlementRow { line: 0, ..other.clone() }
    };
    assert!(again.len() == rows.len() && again.iter().zip(&rows).all(same), "{again:?}: {rows:?}");
    true
}

fn written(rows: &[SettlementRow]) -> String {
    let row = |row: &SettlementRow| {
        let at = Moment { wall_ms: row.paid_ms, ..Moment::default() }.civil();
        json!({
            "reference": row.reference,
            "amount": row.amount.plain(),
            "fee": row.fee.plain(),
            "net": row.net.map(Paise::plain),
            "time": at.format("%Y-%m-%d %H:%M:%S").to_string(),
            "channel": row.channel,
            "account": row.account,
            "service": row.service,
        })
    };
    json!({ "settlement": rows.iter().map(row).collect::<Vec<_>>() }).to_string()
}

pub fn settlements() -> Vec<Vec<u8>> {
    let plain = "reference,amount,fee,net,time,channel,account\n\
                 T1,\"1,184.00\",5,1179.00,2026-08-17 14:05,instapay,7/12\n\
                 T2,600,0,600,2026-08-17T14:05:09,billdesk,PADI:H:G0802:345:K\n";
    let odd = "\u{feff}Account,Channel,Time,Fee,Amount,Reference,Service\r\n\
               \"7/\"\"12\"\"\",\"a,b\",2026-08-16 00:00,0.50,80,\"x\ny\",waste_fee\r\n";
    let json = "{\"settlement\": [{\"reference\": \"T1\", \"amount\": \"5\", \"fee\": \"0\", \
                \"time\": \"2026-08-17 14:05\", \"channel\": \"c\", \"account\": \"7/1\"}]}";
    [plain, odd, json].iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// A reference that is taken is written as it was read.
pub fn bill_reference(bytes: &[u8]) -> bool {
    let text = text(bytes);
    let Ok(read) = BillReference::parse(&text) else { return false };
    assert_eq!(read.to_string(), text.trim());
    true
}

pub fn bill_references() -> Vec<Vec<u8>> {
    let of = |building, day| BillReference { body: "G0802".to_owned(), building, day };
    [of(345, 20_785), of(0, 0), of(u32::MAX, 99_999)]
        .iter()
        .map(|bill| bill.to_string().into_bytes())
        .collect()
}

/// The statement that the samples are, by the office of the samples.
fn signed_statement() -> String {
    let line = format!("{{\"form\":\"{}\",\"amount_paise\":118400}}", replica::STATEMENT_FORM);
    sign_statement(&line, &office())
}

/// Nothing that was altered verifies.
pub fn statement(bytes: &[u8]) -> bool {
    let text = text(bytes);
    match check_statement(&text, Some(office().public_key()), false) {
        Ok(read) => {
            let signed = signed_statement();
            assert_eq!(Some(read.line), signed.lines().next(), "only this was ever signed");
            assert!(is_statement(bytes) && read.trusted);
            true
        }
        Err(StatementFault::NoKey) => panic!("a key was given"),
        Err(_) => false,
    }
}

pub fn statements() -> Vec<Vec<u8>> {
    vec![signed_statement().into_bytes()]
}

fn asked() -> EarlierAsked {
    EarlierAsked { writer: DEVICE, building: 345, sent_ms: NOW_MS }
}

/// A question that a device signed is one of those that it asked.
pub fn earlier_asked(bytes: &[u8]) -> bool {
    let Ok(signed) = SignedEarlier::read(bytes) else { return false };
    match signed.opened(&device().public_key()) {
        Ok((read, _)) => {
            assert_eq!(read, asked(), "only this was ever asked");
            true
        }
        Err(_) => false,
    }
}

pub fn earlier_questions() -> Vec<Vec<u8>> {
    vec![asked().sealed(&device()).0]
}

fn answer() -> EarlierAnswer {
    let receipt = |place: i64| EarlierReceipt {
        number: format!("G0802-2026-K1-{place}-7"),
        at_ms: NOW_MS - place,
        amount: Paise::rupees(600),
        mode: "card".to_owned(),
        service: "property_tax".to_owned(),
        stands: place != 1,
    };
    let receipts = (1..=3).map(receipt).collect();
    EarlierAnswer { to: Writer(7), building: 345, asked: sha256(b"a question"), receipts }
}

pub fn earlier_answer(bytes: &[u8]) -> bool {
    let read = EarlierAnswer::read(bytes, &office().public_key(), &sha256(b"a question"));
    match read {
        Ok(read) => {
            assert!(read.receipts.len() <= EARLIER_MAX);
            assert_eq!(read, answer(), "only this was ever answered");
            true
        }
        Err(_) => false,
    }
}

pub fn earlier_answers() -> Vec<Vec<u8>> {
    vec![answer().sealed(&office())]
}
