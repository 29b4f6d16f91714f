//! The office's page with something in every part of it. It is left in target/tmp/central, to be
//! looked at.

use std::fs;
use std::path::Path;

use ledger::{
    CardTender, DayClose, Fact, Intent, IntentMode, Notes, Paise, StaffId, Tender, Visit,
    VisitOutcome, Weighed, check_code,
};

use crate::device::{Device, cash, cheque, upi};
use crate::losses::square;
use crate::office::{Office, building, date, now_ms, number, today};

fn keep(name: &str, page: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("central");
    fs::create_dir_all(&folder).expect("writable");
    fs::write(folder.join(name), page).expect("writable");
}

#[tokio::test]
async fn every_part_of_the_page_has_its_figures() {
    let mut office = Office::made();
    for (id, role) in [("101", "cashier"), ("201", "collector"), ("301", "worker")] {
        office.staff(id, role, "2580");
    }
    let ward = |id: u32| u16::try_from(id % 12 + 1).expect("small");
    office.load(&(1..=60).map(|id| building(id, ward(id))).collect::<Vec<_>>());
    office.serve();
    let mut kiosk = office.device("kiosk-1", &["--profile", "kiosk"]);
    payments(&office, &mut kiosk).await;
    round(&office).await;
    let mut collector = office.device("collector-1", &["--profile", "collector"]);
    day_end(&office, &mut collector).await;
    copied(&office).await;
    office.bank_says(&word("STRAY", "75.00", "R900")).await;
    remitted(&office).await;

    let page = office.get("/").await.text().await.expect("text");
    keep("dashboard.html", &page);
    for part in [
        "Padippuram",
        "₹7,184",
        "Lighthouse",
        "Property tax",
        "cash without a cashier",
        "short by ₹20.00",
        "Another sum than was asked for",
        "No device has asked for it yet",
        "two histories from entry 3 on",
        "2.4",
        "Cash on its way",
        "OVERDUE",
        "In hand",
        "004217",
        "Dishonoured",
        "Realised",
        "Waits",
        "Nothing counted",
        "No deposit",
        "Restored receipts",
        "Has not sent it",
    ] {
        assert!(page.contains(part), "the page lacks {part}");
    }
    let code = check_code(&kiosk.entries[1]);
    let url = format!("{}/r/{}", office.address, number(1));
    let asks = office.get(&format!("/r/{}", number(1))).await.text().await.expect("text");
    keep("receipt-asks.html", &asks);
    let form = office.client.post(url).header("content-type", "application/x-www-form-urlencoded");
    let known = form.body(format!("code={code}")).send().await.expect("an answer");
    keep("receipt.html", &known.text().await.expect("text"));
    let missing = office.get(&format!("/r/{}", number(99))).await.text().await.expect("text");
    keep("receipt-missing.html", &missing);
}

fn word(reference: &str, amount: &str, bank_reference: &str) -> String {
    let at = now_ms();
    format!(
        r#"{{"tr":"{reference}","amount":"{amount}","vpa":"ammini@bank","rrn":"{bank_reference}","paid_at_ms":{at}}}"#
    )
}

/// ₹4,684 at the kiosk: cash, card and UPI, one UPI payment of another sum, one broken rule.
async fn payments(office: &Office, kiosk: &mut Device) {
    for (building, rupees) in [(11, 600), (12, 600), (23, 300), (35, 84), (7, 1_200)] {
        kiosk.cash(building, rupees);
    }
    let card = Intent {
        amount: Paise::rupees(1_300),
        by: IntentMode::Card,
        reference: "CARD-1".to_owned(),
        building: Some(18),
        service: "property_tax".to_owned(),
        parts: Vec::new(),
    };
    let intent = kiosk.write(None, Fact::Intent(card));
    let tender = Tender::Card(CardTender {
        intent,
        last_four: "4242".to_owned(),
        authorisation: "A1".to_owned(),
        terminal: "T1".to_owned(),
        terminal_receipt: "17".to_owned(),
    });
    kiosk.pay(None, 18, 1_300, tender);
    let intent = kiosk.ask_upi("UPI-1", 600);
    kiosk.ask_upi("UPI-2", 600);
    kiosk.push_all(office).await;
    office.bank_says(&word("UPI-1", "600.00", "R100")).await;
    office.bank_says(&word("UPI-2", "60.00", "R200")).await;
    let answer = kiosk.turn(office, None).await;
    let confirmation = answer.notices.last().expect("a confirmation").notice.entry.seq;
    kiosk.pay(None, 20, 600, upi(intent, "R100", confirmation));
    let without_cashier = Fact::Receipt(kiosk.receipt(9, 600, cash(600)));
    kiosk.write(None, without_cashier);
    kiosk.push_all(office).await;
}

/// A waste worker's round.
async fn round(office: &Office) {
    let mut worker = office.device("hks-1", &["--profile", "karmasena", "--operator", "301"]);
    let outcomes = [
        (VisitOutcome::Collected, 2_400),
        (VisitOutcome::Collected, 1_850),
        (VisitOutcome::Locked, 0),
        (VisitOutcome::Refused, 0),
        (VisitOutcome::NoWaste, 0),
        (VisitOutcome::NotSegregated, 700),
    ];
    for (building, (outcome, weight_g)) in (1..).zip(outcomes) {
        let visit = Visit {
            building,
            outcome,
            kinds: Vec::new(),
            sacks: 0,
            weight_g,
            weighed: if weight_g > 0 { Weighed::Typed } else { Weighed::Not },
            scanned: true,
            fee_left: Paise::ZERO,
            slip: false,
        };
        worker.write(Some(301), Fact::Visit(visit));
    }
    worker.push_all(office).await;
}

/// ₹600 taken, ₹580 counted.
async fn day_end(office: &Office, collector: &mut Device) {
    collector.pay(Some(201), 30, 600, crate::device::cash(600));
    let day = collector.entries[1].at.day();
    let heads = collector.day_book().till(StaffId(201)).statement();
    let notes = vec![Notes { value: Paise::rupees(500), count: 1 }];
    let close = DayClose {
        day,
        notes,
        coins: Paise::rupees(80),
        counted: Paise::rupees(580),
        expected: Paise::rupees(600),
        reason: "gave too much change at Market".to_owned(),
        receipts: 1,
        voided: 0,
        heads,
        float: Paise::ZERO,
        instruments: 0,
        instruments_sum: Paise::ZERO,
    };
    collector.write(Some(201), Fact::DayClosed(close));
    collector.push_all(office).await;
}

/// A cashier's day that went to the bank, a cheque that came back, money that nobody hands in, and
/// a receipt that was restored.
async fn remitted(office: &Office) {
    office.staff("401", "accountant", "2580");
    let mut kiosk = office.device("kiosk-3", &["--profile", "kiosk", "--ward", "3"]);
    let mut closes = Vec::new();
    for (day, tender) in [(-2, cash(600)), (-1, cash(900)), (0, cheque("004217"))] {
        let (rupees, in_cash) = match (&tender, day) {
            (Tender::Cash(_), -2) => (600, 600),
            (Tender::Cash(_), _) => (900, 900),
            _ => (600, 0),
        };
        kiosk.pay(Some(101), 2, rupees, tender);
        closes.push(kiosk.close(101, today() + day, in_cash, ""));
    }
    let mut late = office.device("kiosk-4", &["--profile", "kiosk", "--ward", "4"]);
    late.close(101, today() - 30, 700, "Found in the drawer");
    late.cash(3, 100);
    late.close(101, today(), 0, "Robbed on the way");
    late.push_all(office).await;
    kiosk.push_all(office).await;
    let on = date(today());
    for (close, counted) in closes.iter().zip(["600", "900", "0"]) {
        let close = close.to_string();
        let words = ["--device", "kiosk-3", "--close", &close, "--counted", counted];
        office.good(&[&["receive", "--by", "401"], &words[..]].concat());
    }
    for (challan, amount, close) in [("7731", "600", closes[0]), ("7732", "900", closes[1])] {
        let close = format!("kiosk-3:{close}");
        let words = ["--challan", challan, "--on", &on, "--amount", amount, "--close", &close];
        office.good(&[&["deposit", "--by", "401"], &words[..]].concat());
    }
    let text = format!("date,amount,challan,bank_reference\n{on},600,7731,N1\n{on},50,9,N2\n");
    let file = office.path("statement.csv");
    fs::write(&file, text).expect("writable");
    let file = file.to_str().expect("UTF-8");
    office.good(&["bank-statement", "--file", file, "--by", "401"]);
    let lease = &kiosk.provision.book.lease;
    let number = lease.number(3).to_string();
    let words = ["--receipt", &number, "--dishonoured", &on, "--reason", "Funds insufficient"];
    office.good(&[&["instrument", "--by", "401", "--second", "101"], &words[..]].concat());
    kiosk.pay(Some(102), 4, 300, cash(300));
    let slip = square(&kiosk, kiosk.entries.last().expect("a receipt"), &kiosk.key);
    let words = ["claim", "--restore", "--reason", "It fell into the river", "--by", "401"];
    assert!(office.told(&words, &slip).status.success());
}

/// A handheld that was copied.
async fn copied(office: &Office) {
    let mut original = office.device("kiosk-2", &["--profile", "kiosk", "--ward", "2"]);
    original.write(Some(101), Fact::SignedIn);
    let mut copy = original.clone();
    original.write(Some(101), Fact::SignedOut);
    original.push_all(office).await;
    copy.write(Some(101), Fact::SignedIn);
    copy.push_all(office).await;
}
