//! Entries that broke a rule, and the ways out: accepted, fixed, rejected, their money returned.

use ledger::{
    ApartCause, DayBook, Entry, Fact, HeadSum, Paise, StaffId, Till, Visit, VisitOutcome, WayOut,
    Weighed, Writer,
};
use replica::{Answer, Rejection, Request};
use serde_json::{Value, json};

use crate::device::{Device, cash, send, upi};
use crate::office::{Office, building, number, today};

/// An office whose officers are the accountants 401 and 402.
fn office() -> Office {
    let office = Office::with_accountant();
    assert!(office.staff("402", "accountant", "2580").status.success());
    office
}

fn arguments<'a>(device: &'a str, entry: &'a str, way: &[&'a str]) -> Vec<&'a str> {
    let of = ["settle-entry", "--device", device, "--entry", entry];
    let by = ["--reason", "The cashier forgot to sign in", "--by", "401", "--second", "402"];
    [&of[..], way, &by[..]].concat()
}

/// The two accountants settle an entry.
fn settle(office: &Office, device: &str, entry: u64, way: &[&str]) -> String {
    office.good(&arguments(device, &entry.to_string(), way))
}

fn refused(office: &Office, device: &str, entry: u64, way: &[&str]) -> String {
    office.refused(&arguments(device, &entry.to_string(), way))
}

/// A cash receipt that nobody signed for: a rule that the device of a later version might not have.
fn unsigned_cash(kiosk: &mut Device, house: u32, rupees: i64) -> u64 {
    kiosk.pay(None, house, rupees, cash(rupees))
}

fn paid(answer: &Answer, house: u32) -> Option<Paise> {
    let house = answer.buildings.iter().rev().find(|row| row.id == house)?;
    let row = house.demands.iter().find(|row| row.period.code() == "2025-10/6");
    Some(row.expect("the half-year").paid)
}

fn complete(office: &Office) {
    let said = office.good(&["verify"]);
    assert!(said.starts_with("complete"), "{said}");
}

#[tokio::test]
async fn an_accepted_receipt_counts_and_frees_what_only_waited_for_it() {
    let office = office();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let first = unsigned_cash(&mut kiosk, 1, 200);
    let second = kiosk.cash(2, 300);
    // The device's own till has the second one alone: nobody signed for the first.
    let till = till_of(&[("PT", 300)]);
    let close = kiosk.close_till(101, today(), 300, "", till);
    let answer = kiosk.push_all(&office).await;
    let causes = [ApartCause::Person, ApartCause::Book, ApartCause::Count];
    let found: Vec<_> = answer.quarantined.iter().filter_map(|one| one.cause).collect();
    assert_eq!(found, causes, "{:?}", answer.quarantined);
    let page = office.dashboard().await;
    assert_eq!(page["total"]["count"], 0);
    let open = &page["quarantine"][0];
    assert_eq!((&open["kind"], &open["number"]), (&json!("receipt"), &json!(number(1))));
    assert_eq!((&open["amount_paise"], &open["age_days"]), (&json!(20_000), &json!(0)));
    assert_eq!(open["settled"], Value::Null);
    assert!(office.metrics().await.contains("padi_quarantine_open 3\n"));

    let said = settle(&office, "kiosk-1", first, &["--accept"]);
    assert!(said.contains(&number(1)) && said.contains("2 later entries count"), "{said}");
    let page = office.dashboard().await;
    assert_eq!(page["total"]["amount_paise"], 50_000);
    assert_eq!(page["devices"][0]["quarantined"], 0);
    // The close that was freed has its receipt; what nobody signed for is in nobody's bag.
    assert_eq!(page["on_the_way"][0]["amount_paise"], 30_000, "{page}");
    assert_eq!(page["on_the_way"][0]["state"], "closed");
    let rows = page["quarantine"].as_array().expect("a list");
    let ways: Vec<&Value> = rows.iter().map(|row| &row["settled"]["way"]).collect();
    assert_eq!(ways, ["accepted", "freed", "freed"], "{page}");
    assert_eq!(rows[0]["settled"]["by"], 401);
    assert!(office.metrics().await.contains("padi_quarantine_open 0\n"));
    complete(&office);

    let answer = kiosk.push_all(&office).await;
    assert_eq!(paid(&answer, 1), Some(Paise::rupees(200)));
    let told = answer.notices.iter().find_map(|notice| match &notice.notice.entry.fact {
        Fact::ApartSettled(word) => Some(word.clone()),
        _ => None,
    });
    let told = told.expect("the device is told");
    assert_eq!((told.entry, told.way, told.freed), (first, WayOut::Accepted, vec![second, close]));
    // The books are in step again: the next receipt keeps every rule.
    let again = refused(&office, "kiosk-1", first, &["--accept"]);
    assert!(again.contains("was settled before"), "{again}");
}

#[tokio::test]
async fn the_books_go_on_after_a_settlement() {
    let office = office();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let first = unsigned_cash(&mut kiosk, 1, 200);
    kiosk.push_all(&office).await;
    settle(&office, "kiosk-1", first, &["--accept"]);
    kiosk.cash(3, 100);
    let answer = kiosk.push_all(&office).await;
    assert_eq!(answer.quarantined.len(), 1, "only the old one: {:?}", answer.quarantined);
    assert_eq!(office.dashboard().await["total"]["amount_paise"], 30_000);
    complete(&office);
}

#[tokio::test]
async fn a_fixed_receipt_pays_for_the_house_that_the_office_names() {
    let office = office();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let wrong = unsigned_cash(&mut kiosk, 1, 200);
    kiosk.push_all(&office).await;
    let unknown = refused(&office, "kiosk-1", wrong, &["--fix", "999"]);
    assert!(unknown.contains("the register has no building 999"), "{unknown}");
    settle(&office, "kiosk-1", wrong, &["--fix", "5"]);
    let answer = kiosk.push_all(&office).await;
    assert_eq!((paid(&answer, 1), paid(&answer, 5)), (None, Some(Paise::rupees(200))));
    let page = office.dashboard().await;
    assert_eq!(page["receipts"][0]["place"], building(5, 7).number);
    assert_eq!(page["quarantine"][0]["settled"]["building"], 5);
    complete(&office);
}

#[tokio::test]
async fn money_that_is_returned_pays_nothing_and_its_number_stays_used() {
    let office = office();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let wrong = unsigned_cash(&mut kiosk, 1, 200);
    kiosk.push_all(&office).await;
    let said = refused(&office, "kiosk-1", wrong, &["--reject"]);
    assert!(said.contains("there is money in entry 2"), "{said}");
    let said = settle(&office, "kiosk-1", wrong, &["--return", "V-417"]);
    assert!(said.contains("does not stand: its money was returned by V-417"), "{said}");
    kiosk.cash(2, 100);
    kiosk.push_all(&office).await;
    // The kiosk knows its own receipt; another device is sent the rows.
    let answer = office.kiosk("kiosk-2", 500).push_all(&office).await;
    assert_eq!((paid(&answer, 1), paid(&answer, 2)), (Some(Paise::ZERO), Some(Paise::rupees(100))));
    let page = office.dashboard().await;
    assert_eq!(page["total"]["amount_paise"], 10_000);
    let returned = page["receipts"].as_array().expect("a list");
    let returned = returned.iter().find(|row| row["number"] == number(1)).expect("it is listed");
    assert_eq!(returned["state"], "returned");
    assert_eq!(page["quarantine"][0]["settled"]["voucher"], "V-417");
    let code = ledger::check_code(&kiosk.entries[1]);
    let said = office.check(&number(1), &code).await;
    assert!(said.contains("The office returned the money"), "{said}");
    complete(&office);
}

#[tokio::test]
async fn a_visit_is_rejected_or_accepted_and_a_payment_that_no_bank_confirmed_is_rejected() {
    let office = office();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let contradiction = visit(VisitOutcome::Locked, 3);
    let first = kiosk.write(Some(101), Fact::Visit(contradiction.clone()));
    let second = kiosk.write(Some(101), Fact::Visit(contradiction));
    let intent = kiosk.ask_upi("PADI-1", 100);
    let unpaid = kiosk.pay(None, 1, 100, upi(intent, "SBIN417", 77));
    let after = kiosk.cash(2, 300);
    let answer = kiosk.push_all(&office).await;
    let apart: Vec<u64> = answer.quarantined.iter().map(|one| one.seq).collect();
    assert_eq!(apart, [first, second, unpaid], "and not {after}, which is in its turn");
    let said = refused(&office, "kiosk-1", first, &["--return", "V-1"]);
    assert!(said.contains("is no receipt"), "{said}");
    settle(&office, "kiosk-1", first, &["--reject"]);
    settle(&office, "kiosk-1", second, &["--accept"]);
    let said = refused(&office, "kiosk-1", unpaid, &["--accept"]);
    assert!(said.contains("the bank has not confirmed the money"), "{said}");
    settle(&office, "kiosk-1", unpaid, &["--reject"]);
    let page = office.dashboard().await;
    assert_eq!(page["visits"][0]["visits"], 1, "{page}");
    assert_eq!(page["total"]["amount_paise"], 30_000);
    complete(&office);
}

#[tokio::test]
async fn two_others_are_needed_and_an_entry_that_is_apart() {
    let office = office();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let intent = kiosk.ask_upi("PADI-1", 100);
    let apart = kiosk.pay(Some(101), 1, 100, upi(intent, "SBIN417", 77));
    kiosk.push_all(&office).await;
    let entry = apart.to_string();
    let ask = |by: &str, second: &str, entry: &str| {
        let of = ["settle-entry", "--device", "kiosk-1", "--entry", entry, "--reject"];
        let why = ["--reason", "No money came", "--by", by, "--second", second];
        office.refused(&[&of[..], &why[..]].concat())
    };
    for (by, second, entry, why) in [
        ("401", "401", &*entry, "two persons are needed"),
        ("401", "99", &entry, "nobody has the staff number 99"),
        ("401", "101", &entry, "staff 101 wrote entry 3"),
        ("401", "402", "2", "kiosk-1 has no entry 2 in quarantine"),
    ] {
        let said = ask(by, second, entry);
        assert!(said.contains(why), "{said}");
    }
    complete(&office);
}

#[tokio::test]
async fn a_receipt_that_comes_out_late_goes_where_the_money_of_its_close_is() {
    let office = office();
    let mut collector = office.collector("collector-1");
    let apart = collector.pay(Some(201), 1, 100, upi(99, "SBIN1", 77));
    let good = collector.pay(Some(201), 2, 300, cash(300));
    // As the device has it, which took the first one too.
    let mut own = collector.day_book();
    own.take_late(&collector.entries[apart as usize - 1]).expect("it can count");
    let late = &collector.entries[good as usize - 1];
    own.free(late).expect("it is in its turn now");
    let close = collector.close_till(201, today(), 300, "", own.till(StaffId(201)));
    collector.push_all(&office).await;
    settle(&office, "collector-1", apart, &["--return", "V-2"]);
    let page = office.dashboard().await;
    assert_eq!(page["devices"][0]["quarantined"], 0, "{page}");
    assert_eq!(page["on_the_way"][0]["amount_paise"], 30_000, "{page}");
    let close = close.to_string();
    let of = ["receive", "--device", "collector-1", "--close", &close];
    office.good(&[&of[..], &["--counted", "300", "--by", "401"]].concat());
    let page = office.dashboard().await;
    let state = |number: &str| {
        let rows = page["receipts"].as_array().expect("a list");
        rows.iter().find(|row| row["number"] == number).map(|row| row["state"].clone())
    };
    let numbers: Vec<String> = [1, 2].map(|n| collector_number(&collector, n)).to_vec();
    assert_eq!(state(&numbers[0]), Some(json!("returned")), "{page}");
    assert_eq!(state(&numbers[1]), Some(json!("received")), "{page}");
    complete(&office);
}

fn collector_number(collector: &Device, number: u32) -> String {
    collector.provision.book.lease.number(number).to_string()
}

fn till_of(heads: &[(&str, i64)]) -> Till {
    let mut till = Till::default();
    for (head, rupees) in heads {
        let sum = HeadSum { head: (*head).to_owned(), amount: Paise::rupees(*rupees) };
        till.heads.insert(sum.head, sum.amount);
        till.cash = Paise::rupees(*rupees);
        till.receipts += 1;
    }
    till
}

fn visit(outcome: VisitOutcome, sacks: u32) -> Visit {
    Visit {
        building: 1,
        outcome,
        kinds: Vec::new(),
        sacks,
        weight_g: 0,
        weighed: Weighed::Not,
        scanned: false,
        fee_left: Paise::ZERO,
        slip: false,
    }
}

/// What the rules of a day book say of entries that are taken late, without any centre.
#[test]
fn a_day_book_takes_a_late_entry_once_it_can_be_kept() {
    let office = Office::made();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let seq = kiosk.write(None, Fact::FloatTaken(Paise::rupees(10)));
    let mut day_book = DayBook::new(kiosk.provision.writer, kiosk.provision.office);
    let entry: &Entry = &kiosk.entries[seq as usize - 1];
    let said = day_book.take_late(entry).expect_err("nobody took it").to_string();
    assert_eq!(said, "cash without a cashier");
}

#[tokio::test]
async fn whoever_is_turned_away_is_listed_and_the_others_are_served() {
    let office = office();
    let first = office.kiosk("kiosk-1", 500);
    let mut second = office.kiosk("kiosk-2", 500);
    let forged = Request { writer: first.provision.writer, ..second.request(None) };
    for _ in 0..2 {
        assert_eq!(send(&office, forged.sealed(&second.key)).await.status(), 401);
    }
    let stranger = Request { writer: Writer(99), ..second.request(None) };
    assert_eq!(send(&office, stranger.sealed(&second.key)).await.status(), 401);
    assert_eq!(send(&office, b"no message".to_vec()).await.status(), 400);
    assert_eq!(send(&office, vec![0; 1_024 * 1_024]).await.status(), 413);
    let house = second.cash(1, 100);
    let mut torn = second.batch(0, house as usize);
    torn.after.hash = torn.before.hash;
    let answer = second.turn(&office, Some(torn)).await;
    assert!(matches!(answer.rejection, Some(Rejection::Damaged(_))), "{answer:?}");
    assert_eq!(second.push_all(&office).await.acknowledged, house, "it is served all the same");

    let page = office.dashboard().await;
    let rows = page["turned_away"].as_array().expect("a list");
    let found = |device: Value, why: &str| {
        let row = rows.iter().find(|row| row["device"] == device && row["why"] == why);
        row.map(|row| row["times"].clone())
    };
    assert_eq!(found(json!("kiosk-1"), "signature"), Some(json!(2)), "{page}");
    assert_eq!(found(json!("kiosk-2"), "damaged"), Some(json!(1)), "{page}");
    for why in ["stranger", "unreadable", "too_large"] {
        assert_eq!(found(Value::Null, why), Some(json!(1)), "{why}: {page}");
    }
    let html = office.get("/").await.text().await.expect("text");
    assert!(html.contains("Not signed by the device that it names"), "{html}");
}
