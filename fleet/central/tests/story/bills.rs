//! A utility's bills come in by file and its money goes out by hand-overs, through the program.

use std::fs;

use ledger::{
    Building, Demand, Pack, Paise, Payer, Period, Receipt, Tender, apportion, bill_answers,
};

use crate::device::{Device, cash, cheque};
use crate::office::{Office, date, number, today};

const WATER: &str = "water_bill";

/// The last month that is over, and the one before it.
fn months() -> [Period; 2] {
    let last = Period::month_of(ledger::date_of(today())).previous();
    [last.previous(), last]
}

fn code(month: Period) -> String {
    format!("{:04}-{:02}", month.year(), month.month())
}

/// A file of the office's folder.
fn file(office: &Office, name: &str, text: &str) -> String {
    let path = office.path(name);
    fs::write(&path, text).expect("writable");
    path.to_str().expect("UTF-8").to_owned()
}

/// Bills of two months for house 7/1 and of one for 7/2, none of them late.
fn csv() -> String {
    let [before, last] = months().map(code);
    let due = date(today() + 10);
    format!(
        "account,building,ward,month,due,units,amount,late\n\
         W-001,7/1,7,{before},{due},11,310,16\n\
         W-001,7/1,7,{last},{due},15,325.50,16\n\
         W-002,7/2,,{last},{due},9,200,10\n"
    )
}

fn bills(office: &Office, text: &str) -> String {
    office.good(&["bills", "--service", WATER, &file(office, "bills.csv", text)])
}

/// What is handed over: what the command says, and the file without its first line.
fn payments(office: &Office, more: &[&str]) -> (String, Vec<String>) {
    let out = office.path("payments.csv");
    // Nothing that is there may pass for what was written.
    let _ = fs::remove_file(&out);
    let out = out.to_str().expect("UTF-8");
    let said = office.good(&[&["payments", "--service", WATER, "--out", out], more].concat());
    let text = fs::read_to_string(out).unwrap_or_default();
    (said, text.lines().skip(1).map(str::to_owned).collect())
}

/// What a device writes for so many of the oldest bills of a house.
fn paid(device: &Device, pack: &Pack, house: &Building, count: usize, tender: Tender) -> Receipt {
    let service = pack.service(WATER).expect("a service of the pack");
    let on = ledger::date_of(today());
    let demand = Demand::of_bill(pack, service, house, on, &[]).expect("a demand");
    let sums = demand.periods[..count].iter().map(|due| due.sum());
    let total = Paise::sum(sums.chain([demand.charge])).expect("a small sum");
    let lines = apportion(&demand, total).expect("whole bills");
    Receipt {
        service: WATER.into(),
        payer: Payer::Building(house.id),
        answers: bill_answers(&demand, &lines),
        lines,
        total,
        tender: match tender {
            Tender::Cash(_) => cash(total.get().div_ceil(100)),
            other => other,
        },
        pack: pack.body.version,
        ..device.receipt(house.id, 1, cash(1))
    }
}

fn house(answer: &replica::Answer, id: u32) -> Building {
    answer.buildings.iter().find(|row| row.id == id).expect("the house is sent").clone()
}

#[tokio::test]
async fn bills_come_in_once_and_what_was_collected_goes_out_once() {
    let office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.turn(&office, None).await;
    assert_eq!(bills(&office, &csv()), "3 bills of water_bill read; 2 buildings changed.\n");
    assert_eq!(bills(&office, &csv()), "3 bills of water_bill read; 0 buildings changed.\n");
    // The device hears of the changed houses, and of no other.
    let answer = kiosk.turn(&office, None).await;
    let mut ids: Vec<u32> = answer.buildings.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    assert_eq!(ids, [1, 2]);
    let (one, pack) = (house(&answer, 1), crate::fees::pack());
    let drawn = one.connection(WATER).expect("a connection");
    let units: Vec<u32> = drawn.months.iter().map(|billed| billed.units).collect();
    assert_eq!((drawn.account.as_str(), units), ("W-001", vec![11, 15]));

    // One whole bill; a part of one is kept apart by the office as well.
    let sound = paid(&kiosk, &pack, &one, 1, cash(1));
    let charge = sound.total.checked_sub(Paise::rupees(310)).expect("a charge");
    kiosk.take(Some(101), sound.clone());
    let mut strange = Receipt { answers: Vec::new(), ..kiosk.numbered(sound.clone()) };
    strange.total = sound.total;
    kiosk.take(Some(101), strange);
    let answer = kiosk.push_all(&office).await;
    assert_eq!(answer.quarantined.len(), 1, "{:?}", answer.quarantined);
    assert!(answer.quarantined[0].reason.contains("a building and an account"));

    let [before, _] = months().map(code);
    let (said, lines) = payments(&office, &[]);
    assert_eq!(said, "Hand-over 1 of water_bill: 1 payment over ₹310.00.\n");
    let line = format!("1,payment,{},W-001,7/1,{before},310.00,0.00,cash,,", number(1));
    assert!(lines.len() == 1 && lines[0].starts_with(&line), "{lines:?}, {charge}");
    let (said, none) = payments(&office, &[]);
    assert_eq!(said, "Nothing of water_bill is to be handed over; no file was written.\n");
    assert!(none.is_empty());
    let (said, again) = payments(&office, &["--again", "1"]);
    assert_eq!(said, "Hand-over 1 of water_bill: 1 payment over ₹310.00.\n");
    assert_eq!(again, lines);
    let refused = office.refused(&["payments", "--service", WATER, "--out", "x", "--again", "9"]);
    assert!(refused.contains("there is no hand-over 9"), "{refused}");

    // A later snapshot does not make unpaid what was paid here, and corrects what was not.
    let later = csv().replace("325.50", "300");
    assert_eq!(bills(&office, &later), "3 bills of water_bill read; 1 buildings changed.\n");
    let answer = kiosk.turn(&office, None).await;
    let service = pack.service(WATER).expect("a service of the pack");
    let on = ledger::date_of(today());
    let left = Demand::of_bill(&pack, service, &house(&answer, 1), on, &[]).expect("a demand");
    assert_eq!(left.total.checked_sub(left.charge), Ok(Paise::rupees(300)));
    assert!(office.good(&["verify"]).starts_with("complete"));
}

#[tokio::test]
async fn what_does_not_stand_is_handed_over_as_a_reversal_and_owed_again() {
    let office = Office::open(2);
    bills(&office, &csv());
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let one = house(&kiosk.turn(&office, None).await, 1);
    let pack = crate::fees::pack();
    let wrong = kiosk.take(Some(101), paid(&kiosk, &pack, &one, 2, cash(1)));
    kiosk.push_all(&office).await;
    let (said, lines) = payments(&office, &[]);
    assert_eq!(said, "Hand-over 1 of water_bill: 1 payment over ₹635.50.\n");
    assert_eq!(lines.len(), 2, "a line a month");
    // Bills that come meanwhile stay when the house is made anew.
    let month = code(months()[1].next());
    bills(&office, &format!("account,month,units,amount\nW-001,{month},4,90\n"));
    kiosk.void(wrong, "The wrong house");
    let answer = kiosk.push_all(&office).await;
    let again = house(&answer, 1);
    let owed: Vec<Paise> = again
        .demands
        .iter()
        .filter(|row| row.head == "WBL")
        .map(|row| row.assessed.checked_sub(row.paid).expect("small sums"))
        .collect();
    assert_eq!(owed, [Paise::rupees(310), Paise::new(32_550), Paise::rupees(90)]);
    let (said, lines) = payments(&office, &[]);
    let wanted = "Hand-over 2 of water_bill: 0 payments over ₹0.00, 1 reversal over ₹635.50.\n";
    assert_eq!(said, wanted);
    let begins = format!("2,reversal,{},W-001,7/1,{},-310.00", number(1), code(months()[0]));
    assert!(lines[0].starts_with(&begins), "{lines:?}");
    assert!(payments(&office, &[]).0.starts_with("Nothing"));
    assert!(office.good(&["verify"]).starts_with("complete"));
}

#[tokio::test]
async fn what_two_devices_took_for_one_bill_pays_the_next_one() {
    let office = Office::open(2);
    bills(&office, &csv());
    let mut first = office.kiosk("kiosk-1", 500);
    let mut second = office.kiosk("kiosk-2", 500);
    let two = house(&first.turn(&office, None).await, 2);
    let pack = crate::fees::pack();
    first.take(Some(101), paid(&first, &pack, &two, 1, cash(1)));
    second.take(Some(101), paid(&second, &pack, &two, 1, cash(1)));
    first.push_all(&office).await;
    let answer = second.push_all(&office).await;
    let now = house(&answer, 2);
    assert_eq!(now.advance, Paise::ZERO, "it is no advance on the tax");
    assert_eq!(now.connection(WATER).expect("a connection").held, Paise::rupees(200));
    assert_eq!(office.dashboard().await["excess"][0]["amount_paise"], 20_000);
    let month = code(months()[1].next());
    bills(&office, &format!("account,month,units,amount\nW-002,{month},12,250\n"));
    let now = house(&second.turn(&office, None).await, 2);
    let row = now.demands.iter().rfind(|row| row.head == "WBL").expect("the next bill");
    assert_eq!((row.assessed, row.paid), (Paise::rupees(250), Paise::rupees(200)));
    assert_eq!(now.connection(WATER).expect("a connection").held, Paise::ZERO);
    // Both are the utility's, once each.
    let (said, _) = payments(&office, &[]);
    assert_eq!(said, "Hand-over 1 of water_bill: 2 payments over ₹400.00.\n");
}

#[tokio::test]
async fn a_cheques_money_is_handed_over_once_the_bank_has_paid_it() {
    let office = Office::with_accountant();
    bills(&office, &csv());
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let two = house(&kiosk.turn(&office, None).await, 2);
    let pack = crate::fees::pack();
    kiosk.take(Some(101), paid(&kiosk, &pack, &two, 1, cheque("004512")));
    kiosk.push_all(&office).await;
    assert!(payments(&office, &[]).0.starts_with("Nothing"));
    let on = date(today());
    let said = ["--realised", &on, "--bank-reference", "N1", "--by", "401"];
    office.good(&[&["instrument", "--receipt", &number(1)], &said[..]].concat());
    let (said, lines) = payments(&office, &["--format", "upyog", "--tenant", "kl.padippuram"]);
    assert_eq!(said, "Hand-over 1 of water_bill: 1 payment over ₹200.00.\n");
    let text = fs::read_to_string(office.path("payments.csv")).expect("written");
    assert!(!lines.is_empty());
    let requests: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let payment = &requests[0]["Payment"];
    assert_eq!(
        (&payment["tenantId"], &payment["paymentMode"]),
        (&"kl.padippuram".into(), &"CHEQUE".into())
    );
    assert_eq!(payment["paymentDetails"][0]["manualReceiptNumber"], number(1));
}

#[tokio::test]
async fn with_any_bad_row_nothing_is_taken_and_each_is_named() {
    let office = Office::open(3);
    let [before, last] = months().map(code);
    let text = format!(
        "account,building,ward,month,units,amount\n\
         W-001,7/1,7,{before},11,310\n\
         W-009,7/99,7,{before},11,310\n\
         W-010,,,{before},11,310\n\
         W-011,7/1,7,{last},11,310\n"
    );
    let given = file(&office, "bad.csv", &text);
    let refused = office.refused(&["bills", "--service", WATER, &given]);
    for said in [
        "line 3: no building has the number 7/99",
        "line 4: the account W-010 is of no building: name its building",
        "line 5: its building has the account W-001 of water_bill",
        "3 rows were refused and nothing was taken",
    ] {
        assert!(refused.contains(said), "{said}: {refused}");
    }
    let refused = office.refused(&["bills", "--service", "property_tax", &given]);
    assert!(refused.contains("no service of bills named property_tax"), "{refused}");
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let answer = kiosk.turn(&office, None).await;
    assert!(answer.buildings.iter().all(|row| row.connections.is_empty()));
    // The other forms are taken as well.
    let json = format!(
        "[{{\"customerParam\": \"W-002\", \"billPeriod\": \"{last}\", \"billAmount\": 20000, \
         \"units\": 9, \"building\": \"7/2\"}}]"
    );
    let given = file(&office, "bbps.json", &json);
    let said = office.good(&["bills", "--service", WATER, "--format", "bbps", &given]);
    assert_eq!(said, "1 bills of water_bill read; 1 buildings changed.\n");
    let moment = Period::month_of(ledger::date_of(today())).previous().first_day();
    let ms = moment.signed_duration_since(ledger::date_of(0)).num_milliseconds();
    let json = format!(
        "{{\"Bill\": [{{\"consumerCode\": \"W-002\", \"businessService\": \"WS\", \
         \"billDetails\": [{{\"fromPeriod\": {ms}, \"amount\": 210.5}}]}}]}}"
    );
    let given = file(&office, "upyog.json", &json);
    let said = office.good(&["bills", "--service", WATER, "--format", "upyog", &given]);
    assert_eq!(said, "1 bills of water_bill read; 1 buildings changed.\n");
    let now = house(&kiosk.turn(&office, None).await, 2);
    let row = now.demands.iter().find(|row| row.head == "WBL").expect("the bill");
    assert_eq!(row.assessed, Paise::new(21_050));
    let units = now.connection(WATER).expect("a connection").months[0].units;
    assert_eq!(units, 9, "what a snapshot does not say stays known");
    // The office's own register knows nothing of them, and takes none away.
    office.load(&[crate::office::building(2, 7)]);
    let again = house(&kiosk.turn(&office, None).await, 2);
    assert_eq!((&again.connections, again.demands.len()), (&now.connections, now.demands.len()));
}
