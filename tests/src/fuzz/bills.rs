//! Bills as utilities give them, and the square of a bill.

use central::bills::{BillFormat, BillRow, read};
use ledger::{BillCode, Paise};

const SERVICE: &str = "water_bill";

/// Every bill that is taken is one that the register can hold, and no account has two of a month.
fn sound(rows: &[BillRow]) {
    for (place, row) in rows.iter().enumerate() {
        assert!(ledger::is_account(&row.account), "{row:?}");
        assert!(row.amount >= Paise::ZERO && row.late >= Paise::ZERO, "{row:?}");
        assert_eq!(row.month.months(), 1, "{row:?}");
        let sought = ledger::Connection::sought(&row.account);
        let same = |other: &BillRow| {
            ledger::Connection::sought(&other.account) == sought && other.month == row.month
        };
        assert!(!rows[..place].iter().any(same), "{row:?} stands twice");
    }
}

fn taken(bytes: &[u8], format: BillFormat) -> bool {
    match read(bytes, format, SERVICE) {
        Ok(rows) => {
            sound(&rows);
            true
        }
        Err(_) => false,
    }
}

pub fn csv(bytes: &[u8]) -> bool {
    taken(bytes, BillFormat::Csv)
}

pub fn csv_files() -> Vec<Vec<u8>> {
    let text = "account,building,ward,month,due,units,amount,late\n\
                W-00345,12/345,7,2026-08,15-09-2026,15,325.50,16\n\
                W-00345,12/345,7,2026-07,2026-08-15,11,310,\n";
    vec![text.into(), b"amount,month,account\n\"1,200\",2026-08,77/0012\n".to_vec()]
}

pub fn upyog(bytes: &[u8]) -> bool {
    taken(bytes, BillFormat::Upyog)
}

pub fn upyog_files() -> Vec<Vec<u8>> {
    let text = r#"{"ResposneInfo": null, "Bill": [{"id": "b1", "consumerCode": "W-00345",
        "businessService": "WS", "status": "ACTIVE", "additionalDetails": {"ward": 7},
        "billDetails": [{"fromPeriod": 1785522600000, "expiryDate": 1789410600000,
        "amount": 341.5, "additionalDetails": {"units": 15}, "billAccountDetails":
        [{"taxHeadCode": "WS_TIME_PENALTY", "amount": 16}]}]}]}"#;
    vec![text.into()]
}

pub fn bbps(bytes: &[u8]) -> bool {
    taken(bytes, BillFormat::Bbps)
}

pub fn bbps_files() -> Vec<Vec<u8>> {
    let csv = "customerParam,billPeriod,dueDate,billAmount,units,lateFee\n\
               W-00345,2026-08,2026-09-15,32550,15,1600\n";
    let json = r#"{"bills": [{"customerParam": "W-1", "billPeriod": "2026-08",
        "billAmount": 32550, "units": "15"}]}"#;
    vec![csv.into(), json.into()]
}

/// What is read is written again just so.
pub fn code(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let code = BillCode::parse(text);
    if let Some(code) = &code {
        assert_eq!(code.to_string(), text.trim());
        assert!(ledger::is_account(&code.account));
    }
    code.is_some()
}

pub fn codes() -> Vec<Vec<u8>> {
    let code = BillCode {
        body: "G0802".to_owned(),
        service: SERVICE.to_owned(),
        account: "W-00345".to_owned(),
    };
    vec![code.to_string().into_bytes()]
}
