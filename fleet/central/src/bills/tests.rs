use super::*;

fn rows(text: &str, format: BillFormat) -> Vec<BillRow> {
    read(text.as_bytes(), format, "water_bill").unwrap_or_else(|error| panic!("{error:?}"))
}

fn bad(text: &str, format: BillFormat) -> Vec<(usize, String)> {
    match read(text.as_bytes(), format, "water_bill") {
        Err(BillsError::Rows(bad)) => bad,
        other => panic!("rows should be bad: {other:?}"),
    }
}

fn row(line: usize) -> BillRow {
    BillRow {
        line,
        account: "W-00345".into(),
        building: Some(("12/345".into(), Some(7))),
        month: "2026-08/1".parse().expect("a month"),
        due: Some(20_711),
        units: Some(15),
        amount: Paise::new(32_550),
        late: Paise::rupees(16),
    }
}

#[test]
fn the_three_forms_of_a_bill_say_the_same() {
    let csv = "\u{feff}account,building,ward,month,due,units,amount,late\r\n\
               W-00345,12/345,7,2026-08,15-09-2026,15,325.50,16\r\n";
    assert_eq!(rows(csv, BillFormat::Csv), [row(2)]);
    let upyog = r#"{"ResposneInfo": null, "Bill": [
        {"id": "b0", "consumerCode": "W-1", "status": "EXPIRED", "billDetails": []},
        {"id": "b1", "consumerCode": "W-00345", "businessService": "WS", "status": "ACTIVE",
         "totalAmount": 341.5, "additionalDetails": {"building": "12/345", "ward": 7},
         "billDetails": [{"fromPeriod": 1785522600000, "toPeriod": 1788200999999,
            "expiryDate": 1789410600000, "amount": 341.5, "additionalDetails": {"units": 15},
            "billAccountDetails": [{"taxHeadCode": "WS_CHARGE", "amount": 325.5},
                                   {"taxHeadCode": "WS_TIME_PENALTY", "amount": 16}]}]}]}"#;
    assert_eq!(rows(upyog, BillFormat::Upyog), [row(2)]);
    let bbps = "billerId,customerParam,billPeriod,dueDate,billAmount,units,lateFee,building,ward\n\
                PADI0001,W-00345,2026-08,2026-09-15,32550,15,1600,12/345,7\n";
    assert_eq!(rows(bbps, BillFormat::Bbps), [row(2)]);
    let json = r#"{"bills": [{"customerParam": "W-00345", "billPeriod": "2026-08",
        "dueDate": "2026-09-15", "billAmount": 32550, "units": "15", "lateFee": 1600,
        "building": "12/345", "ward": 7}]}"#;
    assert_eq!(rows(json, BillFormat::Bbps), [row(1)]);
}

#[test]
fn every_bad_row_is_named_with_its_line_and_reason() {
    let csv = "account,month,amount,units,ward,building\n\
               W-1,2026-8,310,11,,\n\
               W-2,2026-08,3l0,11,,\n\
               W 3,2026-08,310,11,,\n\
               W-4,2026-08,310,eleven,,\n\
               W-5,2026-08,310,11,x,12/1\n\
               W-6,2026-08\n\
               W-7,2026-08,-5,1,,\n\
               W-8,2026-08,310,11,,\n\
               w8,2026-08,311,11,,\n";
    let lines: Vec<(usize, String)> = bad(csv, BillFormat::Csv);
    let wanted = [
        (2, "2026-8 is no month, written 2026-08"),
        (3, "3l0: "),
        (4, "the account W 3 has other signs"),
        (5, "eleven is no count of units"),
        (6, "x is no number of a ward"),
        (7, "it has 2 fields, the first line 6"),
        (8, "a sum is below zero"),
        (10, "the account's bill of this month is line 9 too"),
    ];
    assert_eq!(lines.len(), wanted.len(), "{lines:?}");
    for ((line, why), (at, begins)) in lines.iter().zip(wanted) {
        assert!(*line == at && why.starts_with(begins), "line {line}: {why}");
    }
    let other = r#"{"Bill": [{"consumerCode": "E-1", "businessService": "electricity",
        "billDetails": []}]}"#;
    let said = bad(other, BillFormat::Upyog);
    assert_eq!(said, [(1, "it is a bill of electricity, not of water_bill".to_owned())]);
    let said = bad("[{\"billPeriod\": \"2026-08\", \"billAmount\": 3.5}]", BillFormat::Bbps);
    assert_eq!(said, [(1, "customerParam is missing".to_owned())]);
    let half = "[{\"customerParam\": \"W-1\", \"billPeriod\": \"2026-08\", \"billAmount\": 3.5}]";
    assert_eq!(bad(half, BillFormat::Bbps), [(1, "3.5 is no whole number of paise".to_owned())]);
}

#[test]
fn a_file_that_is_none_says_so() {
    let of = |text: &str, format| read(text.as_bytes(), format, "water_bill");
    assert_eq!(of("", BillFormat::Csv), Err(BillsError::Empty));
    assert_eq!(of("account,month\n", BillFormat::Csv), Err(BillsError::Column("amount")));
    assert_eq!(of("account,month,amount\n", BillFormat::Csv), Err(BillsError::Empty));
    assert_eq!(of("billerId\n", BillFormat::Bbps), Err(BillsError::Column("customerParam")));
    assert!(matches!(of("{", BillFormat::Upyog), Err(BillsError::Json(_))));
    assert!(matches!(of("{}", BillFormat::Bbps), Err(BillsError::Json(_))));
    assert_eq!(read(&[0xff], BillFormat::Csv, "water_bill"), Err(BillsError::NotText));
}

fn item(kind: ItemKind) -> Item {
    let paid = |month: &str, amount, late| PaidMonth {
        month: month.parse().expect("a month"),
        amount: Paise::new(amount),
        late: Paise::new(late),
    };
    Item {
        kind,
        receipt: "G0802-26-K1-00001-X".into(),
        account: "W-00345".into(),
        building: "12/345, upstairs".into(),
        months: vec![paid("2026-06/1", 31_000, 1_600), paid("2026-08/1", 32_550, 0)],
        amount: Paise::new(65_150),
        mode: "card".into(),
        reference: "A-77".into(),
        at_ms: 1_786_680_720_000,
    }
}

#[test]
fn what_is_handed_over_is_a_line_a_month_and_a_request_a_receipt() {
    let items = [item(ItemKind::Payment), item(ItemKind::Reversal)];
    let csv = as_csv(3, &items);
    let lines: Vec<&str> = csv.lines().skip(1).collect();
    let payment = "3,payment,G0802-26-K1-00001-X,W-00345,\"12/345, upstairs\"";
    let reversal = payment.replace("payment", "reversal");
    assert_eq!(lines[0], format!("{payment},2026-06,310.00,16.00,card,A-77,14-08-2026 09:42"));
    assert_eq!(lines[1], format!("{payment},2026-08,325.50,0.00,card,A-77,14-08-2026 09:42"));
    assert_eq!(lines[2], format!("{reversal},2026-06,-310.00,-16.00,card,A-77,14-08-2026 09:42"));
    assert_eq!(lines.len(), 4);
    let requests = as_upyog("water_bill", "pb.padippuram", &items);
    let payment = &requests[0]["Payment"];
    assert_eq!(payment["totalAmountPaid"].to_string(), "651.5");
    assert_eq!(payment["transactionNumber"], "G0802-26-K1-00001-X");
    assert_eq!(payment["instrumentNumber"], "A-77");
    let detail = &payment["paymentDetails"][0];
    assert_eq!(detail["manualReceiptNumber"], "G0802-26-K1-00001-X");
    assert_eq!(detail["additionalDetails"]["consumerCode"], "W-00345");
    assert_eq!(requests[1]["PaymentWorkflows"][0]["action"], "CANCEL");
}
